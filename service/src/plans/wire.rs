//! A plan as a resource: what was asked for, how far it is, what came of it.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};
use scheduler::infeasibility::english as words;
use scheduler::infeasibility::{Clash as FoundClash, Member};
use scheduler::problem::MunicipalityIx;
use scheduler::{Effort as Allowed, Faults, Task};
use serde::{Deserialize, Serialize};

use super::choices::CurvePoint;
use super::document::{LeftOut, PlanBound, PlanCost};
use super::steering::{PlanChanges, PlanSteering};
use crate::http::fields::{Id, Instant, Number, Whole};
use crate::plans::document::BrokenRule;

/// Whether a plan is in force. More states may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum PublicationState {
    /// It was never published.
    Draft,
    /// It is in force.
    Published,
    /// It was in force until another took its place.
    Superseded,
}

/// How much effort goes into a plan.
#[derive(Clone, Debug, Default, PartialEq, Object, Serialize, Deserialize)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all)]
pub struct Effort {
    /// Wall time from start to end, above 0, at most 86,400. Default: 60, or no limit where `work` is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<Number<0, 86_400>>,
    /// Deterministic steps (search iterations and solver nodes), at least 1. Given without `seconds`, no clock stops
    /// the search, and the plan is the same every time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work: Option<Whole<1, { i64::MAX }>>,
    /// Stop when `gap.total` is at most this, 0 to 1. Default: 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap: Option<Number<0, 1>>,
    /// Seed of every random choice, at least 0. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<Whole<0, { i64::MAX }>>,
}

impl Effort {
    /// The seconds that it may take; none where work alone limits it.
    pub fn clocked(&self) -> Option<f64> {
        match (self.seconds, self.work) {
            (Some(seconds), _) => Some(seconds.0),
            (None, Some(_)) => None,
            (None, None) => Some(60.0),
        }
    }

    /// What the scheduler is allowed; `pointer` is where the effort stands.
    ///
    /// Errors: every value out of its range.
    pub fn allowed(&self, pointer: &str) -> Result<Allowed, Faults> {
        let mut faults = Faults::default();
        let mut refuse = |name: &str, wrong: bool, range: &str| {
            if wrong {
                faults.add(format!("{pointer}/{name}"), "out_of_range", format!("`{name}` must be {range}"));
            }
        };
        let seconds = self.seconds.map(|seconds| seconds.0);
        refuse("seconds", seconds.is_some_and(|s| !(s > 0.0 && s <= 86_400.0)), "above 0 and at most 86,400");
        let work = self.work.map(|work| work.0);
        refuse("work", work.is_some_and(|work| work < 1), "at least 1");
        let gap = self.gap.map(|gap| gap.0);
        refuse("gap", gap.is_some_and(|gap| !(0.0..=1.0).contains(&gap)), "0 to 1");
        let seed = self.seed.map_or(1, |seed| seed.0);
        refuse("seed", seed < 0, "at least 0");
        faults.into_result()?;
        Ok(Allowed { seconds, work: work.map(i64::unsigned_abs), gap, seed: seed.unsigned_abs(), ..Allowed::default() })
    }
}

/// Where a plan stands. More states may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case", rename = "PlanState")]
pub enum State {
    /// Waits for plans before it.
    Queued,
    /// Is being made; the best so far can be read.
    Running,
    /// Done.
    Succeeded,
    /// Proved: no plan honours what the networks must have at least; `clash` names what clashes.
    Infeasible,
    /// Stopped on request; the best so far is kept.
    Cancelled,
    /// Ended without a plan; `failure` says why.
    Failed,
}

impl State {
    /// All states with their names.
    pub const ALL: [(State, &str); 6] = [
        (State::Queued, "queued"),
        (State::Running, "running"),
        (State::Succeeded, "succeeded"),
        (State::Infeasible, "infeasible"),
        (State::Cancelled, "cancelled"),
        (State::Failed, "failed"),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        State::ALL[self as usize].1
    }

    /// The state of this name.
    pub fn of(name: &str) -> Option<State> {
        State::ALL.iter().find(|known| known.1 == name).map(|known| known.0)
    }

    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        !matches!(self, State::Queued | State::Running)
    }
}

/// A plan: what was asked for, how far it is, what came of it.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none, example)]
pub struct Plan {
    /// A UUIDv7.
    pub id: String,
    /// The id of its programme; absent where the problem came with the request.
    pub programme: Option<Id>,
    /// Where it stands.
    pub state: State,
    /// Who made it.
    pub origin: Origin,
    /// Whether it is in force.
    pub publication: PlanPublication,
    /// The rules that a hand-made plan breaks. Absent: none.
    pub broken: Option<Vec<BrokenRule>>,
    /// Whether it leaves nobody unassigned and no hosting out. Absent before the first plan.
    pub complete: Option<bool>,
    /// Its cost by measure and in total. Absent before the first plan.
    pub cost: Option<PlanCost>,
    /// Proved lower bounds on the cost. Absent before the first plan.
    pub bound: Option<PlanBound>,
    /// How far cost and bound are apart. Absent before the first plan.
    pub gap: Option<PlanGap>,
    /// Who and what it leaves out, each with the reason. Absent before the first plan.
    pub left_out: Option<Vec<LeftOut>>,
    /// What clashes, where the problem is infeasible.
    pub clash: Option<Clash>,
    /// Why it failed, where it did.
    pub failure: Option<PlanFailure>,
    /// How far the search is, as of the last second. Absent while it is queued.
    pub progress: Option<PlanProgress>,
    /// Its place in the queue; 1 is next. Only while it is queued.
    pub queue_position: Option<u32>,
    /// Searches begun for it: more than one where the service was started again in the middle of one.
    pub attempts: u32,
    /// Whether its programme has changed since it was asked for.
    pub outdated: bool,
    /// The effort asked for.
    pub effort: Effort,
    /// The base plan, the locks and the prices beside the cost that it was asked with. Absent: none.
    pub steering: Option<PlanSteering>,
    /// What is different from the base plan, who meets again and who travels farthest. Absent where nothing of it was asked
    /// for, and before the first plan.
    pub changes: Option<PlanChanges>,
    /// The curve from changes to cost, as far as it is known; where it was asked for.
    pub curve: Option<Vec<CurvePoint>>,
    /// SHA-256, in hex, of the problem document as it stood then: what the plan is made from never changes.
    pub problem_sha256: String,
    /// When it was asked for.
    pub created_at: Instant,
    /// When the search began.
    pub started_at: Option<Instant>,
    /// When it ended.
    pub finished_at: Option<Instant>,
}

/// Who made a plan. More may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case", rename = "PlanOrigin")]
pub enum Origin {
    /// The search.
    Search,
    /// It was brought in, made by hand.
    Import,
}

/// Whether a plan is in force, or was.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PlanPublication {
    /// Whether it is in force.
    pub state: PublicationState,
    /// Who answered for it, the last time it was published.
    pub approver: Option<String>,
    /// What was noted then.
    pub note: Option<String>,
    /// When that was.
    pub published_at: Option<Instant>,
    /// When another took its place.
    pub superseded_at: Option<Instant>,
}

impl Default for PlanPublication {
    fn default() -> Self {
        PlanPublication {
            state: PublicationState::Draft,
            approver: None,
            note: None,
            published_at: None,
            superseded_at: None,
        }
    }
}

/// (cost − bound) ÷ cost for each bound; 0 where the cost is 0.
#[derive(Clone, Debug, PartialEq, Object, Serialize, Deserialize)]
pub struct PlanGap {
    /// Of unassigned + preference + travel.
    pub assignment: f64,
    /// Of the other measures, given the plan's networks.
    pub timetable: f64,
    /// Of the total.
    pub total: f64,
}

/// How far the search is.
#[derive(Clone, Debug, PartialEq, Object, Serialize, Deserialize)]
#[oai(skip_serializing_if_is_none)]
pub struct PlanProgress {
    /// `assignment`, `joint`, `timetable` or `checking`; `done` once the plan has ended. More phases may come.
    pub phase: String,
    /// Seconds that the search has run, those before a restart included.
    pub elapsed_seconds: f64,
    /// The best value of the running phase; once the plan has ended, its total cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// What is proved about the running phase; once the plan has ended, about its total cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<f64>,
}

/// Networks and rules that cannot all be honoured.
#[derive(Clone, Debug, PartialEq, Object, Serialize, Deserialize)]
pub struct Clash {
    /// What clashes, in a sentence.
    pub detail: String,
    /// Ids of the networks concerned, sorted.
    pub networks: Vec<String>,
    /// The rules concerned, such as `min_members`.
    pub rules: Vec<String>,
    /// Each rule with its record. Empty where they were not told apart.
    #[serde(default)]
    pub members: Vec<ClashMember>,
    /// Whether it is proved that no member can be spared: without any one of them the others can all be honoured.
    #[serde(default)]
    pub minimal: bool,
}

/// A rule of a record, or a want, that is a part of a clash.
#[derive(Clone, Debug, Default, PartialEq, Object, Serialize, Deserialize)]
#[oai(skip_serializing_if_is_none)]
pub struct ClashMember {
    /// The field that says the rule, such as `max_members`; `apart` or `together` for a pair rule; `placed` and `hosted` for
    /// what is wanted: that an enrolment has a network, that its hosting is held; `open_days` for the days that a round has;
    /// `networks` for a track that has none; `gathering` for what is wanted of one: that it is held; `invites`, `window`, `weekdays`,
    /// `places`, `capacity`, `each_region`, `clear_days`, `meetings_min`, `meetings_max`, `meetings_max_per_day` and
    /// `meetings_max_distance_km` for what one says; `can_host` for a municipality that never hosts; `lock`, `max_changes` and `max_affected_municipalities` for what the plan was
    /// asked for with. More may come.
    pub rule: String,
    /// The id of the network whose rule it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<Id>,
    /// The id of the enrolment whose rule or want it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enrolment: Option<Id>,
    /// The id of the municipality whose rule it is, or of the first of a pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub municipality: Option<Id>,
    /// The id of the second municipality of a pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<Id>,
    /// The id of the region whose rule it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Id>,
    /// The id of the round: where a hosting is wanted in each, or of which the open days are meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<Id>,
    /// The id of the track that has no networks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track: Option<Id>,
    /// The id of the gathering whose rule or want it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gathering: Option<Id>,
    /// The same in words.
    pub text: String,
}

impl Clash {
    /// What the scheduler has proved of a problem.
    pub fn new(problem: &Task, found: &FoundClash) -> Self {
        Clash {
            detail: found.detail.clone(),
            networks: found.networks.clone(),
            rules: found.rules.clone(),
            members: found.members.iter().map(|member| ClashMember::new(problem, member)).collect(),
            minimal: found.minimal,
        }
    }
}

impl ClashMember {
    /// One member, by ids.
    pub fn new(problem: &Task, member: &Member) -> Self {
        let town = |m: MunicipalityIx| Id(problem.municipality(m).id.clone());
        let (municipality, other) = member.municipalities();
        let region = if let Member::RegionDay(r) = *member { Some(&problem.regions()[r.at()].id) } else { None };
        ClashMember {
            rule: member.rule().to_owned(),
            network: member.network().map(|n| Id(problem.network(n).id.clone())),
            enrolment: member.enrolment().map(|e| Id(problem.enrolment(e).id.clone())),
            municipality: municipality.map(town),
            other: other.map(town),
            region: region.cloned().map(Id),
            round: member.round().map(|round| Id(problem.rounds()[round.at()].id.clone())),
            track: member.track().map(|track| Id(problem.tracks()[track.at()].id.clone())),
            gathering: member.gathering().map(|gathering| Id(problem.gathering(gathering).id.clone())),
            text: words::member(problem, member),
        }
    }
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct PlanFailure {
    /// `no_plan_found`: none was found in the effort given, and nothing is proved; try more effort. `crashed`: the service
    /// has ended in the middle of the search again and again. `internal`: the service is at fault. More codes may come.
    pub code: String,
    /// The same in a sentence.
    pub detail: String,
}

impl Example for Plan {
    fn example() -> Self {
        let amount = |value: f64| Some(value);
        let cost = PlanCost {
            total: amount(43_120.4),
            unassigned: amount(0.0),
            unhosted: amount(0.0),
            absence: amount(8_000.0),
            preference: amount(2_500.0),
            extra_visit: amount(0.0),
            undesired: amount(350.0),
            pace: amount(0.0),
            travel: amount(32_270.4),
            ..PlanCost::default()
        };
        let bound = PlanBound {
            gatherings: None,
            assignment: amount(34_100.0),
            timetable: amount(8_000.0),
            total: amount(41_900.0),
        };
        Plan {
            id: "019ab6a4-6c1e-7d3a-9c55-0f6b8b0e4a11".to_owned(),
            programme: Some(Id("kl-2018".to_owned())),
            state: State::Succeeded,
            origin: Origin::Search,
            publication: PlanPublication::default(),
            broken: None,
            complete: Some(true),
            cost: Some(cost),
            bound: Some(bound),
            gap: Some(PlanGap { assignment: 0.0193, timetable: 0.0419, total: 0.0283 }),
            left_out: Some(Vec::new()),
            clash: None,
            failure: None,
            progress: Some(PlanProgress {
                phase: "done".to_owned(),
                elapsed_seconds: 60.1,
                cost: amount(43_120.4),
                bound: amount(41_900.0),
            }),
            queue_position: None,
            attempts: 1,
            outdated: false,
            effort: Effort { seconds: Some(Number(60.0)), ..Effort::default() },
            steering: None,
            changes: None,
            curve: None,
            problem_sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
            created_at: Instant("2026-11-22T09:00:00.000Z".to_owned()),
            started_at: Some(Instant("2026-11-22T09:00:00.120Z".to_owned())),
            finished_at: Some(Instant("2026-11-22T09:01:00.220Z".to_owned())),
        }
    }
}

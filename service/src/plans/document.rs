//! The plan document: who is where and who visits whom when, with its cost, its proof and its reasons.
//!
//! The same type is written (ids sorted, no clock, the same bytes for the same plan) and read back for a check,
//! where everything but the assignments and the visits may be missing.

use poem_openapi::Object;
use poem_openapi::types::Example;
use scheduler::Task;
use scheduler::cost::{Cost, Measures};
use scheduler::plan::{AssignmentRecord, MeetingRecord, PlanRecords, VisitRecord};
use scheduler::problem::{EnrolmentIx, Problem};
use scheduler::solution::{self, Missing};
use scheduler::{Bound, Solution};
use serde::{Deserialize, Serialize};

use super::steering::PlanChanges;
use crate::http::fields::{Date, Id};
use crate::records::problems::example;

/// A plan, whole.
#[derive(Clone, Debug, PartialEq, Object, Serialize, Deserialize)]
#[oai(skip_serializing_if_is_none, nullable_all, example)]
pub struct PlanDocument {
    /// Who is in which network: every enrolment of a track that is in networks, sorted by id.
    pub assignments: Vec<Assignment>,
    /// Who visits whom when, sorted by date, network and host.
    pub visits: Vec<Visit>,
    /// The meetings of gatherings, sorted by start, gathering and place. Absent where there are no gatherings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gatherings: Option<Vec<Meeting>>,
    /// What the plan costs, weights applied, by measure and in total.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<PlanCost>,
    /// Proved lower bounds on the cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<PlanBound>,
    /// Who and what is left out, each with the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out: Option<Vec<LeftOut>>,
    /// What is different from the base plan that it was begun from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<PlanChanges>,
}

impl Example for PlanDocument {
    fn example() -> Self {
        example::read(include_bytes!("../../../openapi/examples/plan.json"))
    }
}

/// The network of an enrolment.
#[derive(Clone, Debug, PartialEq, Object, Serialize, Deserialize)]
#[oai(nullable_all)]
pub struct Assignment {
    /// The enrolment's id.
    pub enrolment: Id,
    /// The network's id; null: left unassigned.
    pub network: Option<Id>,
}

/// A visit of a network to one of its members.
#[derive(Clone, Debug, PartialEq, Object, Serialize, Deserialize)]
#[oai(skip_serializing_if_is_none, nullable_all)]
pub struct Visit {
    /// The network's id.
    pub network: Id,
    /// The id of the enrolment that receives.
    pub host: Id,
    /// The day, `YYYY-MM-DD`.
    pub date: Date,
    /// Ids of the enrolments that come, sorted.
    pub guests: Vec<Id>,
    /// The id of the round the day lies in. May be left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<Id>,
}

/// One meeting of a gathering.
#[derive(Clone, Debug, PartialEq, Object, Serialize, Deserialize)]
#[oai(skip_serializing_if_is_none, nullable_all)]
pub struct Meeting {
    /// The gathering's id.
    pub gathering: Id,
    /// Its first day, `YYYY-MM-DD`.
    pub start: Date,
    /// The id of its place. Absent where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Id>,
    /// Ids of the enrolments that attend, sorted.
    pub attend: Vec<Id>,
}

impl Meeting {
    /// A row of a plan.
    pub fn new(row: &MeetingRecord) -> Self {
        Meeting {
            gathering: Id(row.gathering.clone()),
            start: Date(row.start.clone()),
            place: row.place.clone().map(Id),
            attend: row.attend.iter().cloned().map(Id).collect(),
        }
    }

    fn record(self) -> MeetingRecord {
        MeetingRecord {
            gathering: self.gathering.0,
            start: self.start.0,
            place: self.place.map(|place| place.0),
            attend: self.attend.into_iter().map(|e| e.0).collect(),
        }
    }
}

/// Cost by measure, weights applied.
#[derive(Clone, Debug, Default, PartialEq, Object, Serialize, Deserialize)]
#[oai(skip_serializing_if_is_none, nullable_all)]
pub struct PlanCost {
    /// The sum of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<f64>,
    /// Enrolments without a network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unassigned: Option<f64>,
    /// Hostings that are not held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unhosted: Option<f64>,
    /// Delegates who miss a hosting that is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absence: Option<f64>,
    /// Wishes that are not met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preference: Option<f64>,
    /// Visits beyond the first of each hosting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_visit: Option<f64>,
    /// Delegates who take part on undesired days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undesired: Option<f64>,
    /// Visits that follow each other too soon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pace: Option<f64>,
    /// Person-km between the members of networks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub travel: Option<f64>,
    /// Persons invited to gatherings whose enrolment attends no meeting; like the next three absent where there are no
    /// gatherings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<f64>,
    /// Meetings beyond those that gatherings must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<f64>,
    /// Persons at meetings on undesired days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gathering_undesired: Option<f64>,
    /// Person-km to meetings and back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gathering_travel: Option<f64>,
}

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Object, Serialize, Deserialize)]
pub struct BrokenRule {
    /// `A1` to `A7`, `V1` to `V9`, `G1` to `G6`; `cost` or `bound` for a stated figure that is not the true one.
    pub rule: String,
    /// Who and what, in a sentence.
    pub detail: String,
}

/// What a plan costs more than another one.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct Comparison {
    /// The id of the other plan.
    pub plan: String,
    /// The cost of the other plan.
    pub cost: PlanCost,
    /// What this one costs more, by measure and in total; negative: less.
    pub more: PlanCost,
}

impl Comparison {
    /// This cost beside that of another plan.
    pub fn new(cost: &PlanCost, plan: String, other: PlanCost) -> Comparison {
        let more = |mine: Option<f64>, theirs: Option<f64>| Some(figure(mine? - theirs?));
        // Where only one of the two has gatherings, the other has no such cost.
        let gathered = |mine: Option<f64>, theirs: Option<f64>| {
            mine.or(theirs).map(|_| figure(mine.unwrap_or(0.0) - theirs.unwrap_or(0.0)))
        };
        Comparison {
            plan,
            more: PlanCost {
                total: more(cost.total, other.total),
                unassigned: more(cost.unassigned, other.unassigned),
                unhosted: more(cost.unhosted, other.unhosted),
                absence: more(cost.absence, other.absence),
                preference: more(cost.preference, other.preference),
                extra_visit: more(cost.extra_visit, other.extra_visit),
                undesired: more(cost.undesired, other.undesired),
                pace: more(cost.pace, other.pace),
                travel: more(cost.travel, other.travel),
                missed: gathered(cost.missed, other.missed),
                meeting: gathered(cost.meeting, other.meeting),
                gathering_undesired: gathered(cost.gathering_undesired, other.gathering_undesired),
                gathering_travel: gathered(cost.gathering_travel, other.gathering_travel),
            },
            cost: other,
        }
    }
}

/// Proved lower bounds; 0 where nothing is proved. Of a plan with locks or a limit of changes they hold for the plans that
/// keep those.
#[derive(Clone, Debug, Default, PartialEq, Object, Serialize, Deserialize)]
#[oai(skip_serializing_if_is_none, nullable_all)]
pub struct PlanBound {
    /// On missed + meeting + gathering_undesired + gathering_travel, over all plans. Absent where there are no gatherings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gatherings: Option<f64>,
    /// On unassigned + preference + travel, over all assignments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment: Option<f64>,
    /// On the other five measures, given the plan's networks and gatherings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timetable: Option<f64>,
    /// On the total, over all plans.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<f64>,
}

/// Somebody or something that the plan leaves out. `enrolment`: it has no network. `host` alone: its hosting is not
/// held. `guest` and `host`: the guest misses the hosting. `enrolment` and `gathering`: it attends no meeting of it.
#[derive(Clone, Debug, Default, PartialEq, Object, Serialize, Deserialize)]
#[oai(skip_serializing_if_is_none, nullable_all)]
pub struct LeftOut {
    /// The id of an enrolment without a network, or one that misses a gathering.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enrolment: Option<Id>,
    /// The id of a gathering that an enrolment misses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gathering: Option<Id>,
    /// The id of a network whose members take turns and of which none hosts in the round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Id>,
    /// The id of an enrolment that misses a hosting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest: Option<Id>,
    /// The id of the enrolment whose hosting is not held, or is missed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<Id>,
    /// The id of the round, where there is a hosting in each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<Id>,
    /// Why, as a stable code.
    pub code: String,
    /// Why, in a sentence.
    pub reason: String,
    /// Every rule in the way: `A1` to `A7`, `V1` to `V9`, `G1` to `G6`; `lock`, `max_changes` or `max_affected_municipalities` where that is.
    /// Absent where nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<String>>,
}

impl PlanDocument {
    /// The document of a plan that was solved.
    pub fn new(problem: &Task, solution: &Solution) -> Self {
        let plan = &solution.plan;
        let has_gatherings = !problem.gatherings().is_empty();
        let enrolment = |e: EnrolmentIx| Id(problem.enrolment(e).id.clone());
        let written = PlanRecords::of(problem, plan);
        let assignment =
            |row: AssignmentRecord| Assignment { enrolment: Id(row.enrolment), network: row.network.map(Id) };
        let visit = |visit: &scheduler::plan::Visit| Visit {
            network: Id(problem.network(visit.network).id.clone()),
            host: enrolment(visit.host),
            date: Date(visit.day.to_string()),
            guests: visit.guests.iter().map(|&guest| enrolment(guest)).collect(),
            round: None,
        };
        PlanDocument {
            assignments: written.assignments.into_iter().map(assignment).collect(),
            visits: plan.visits.iter().map(visit).collect(),
            gatherings: has_gatherings.then(|| written.gatherings.iter().map(Meeting::new).collect()),
            cost: Some(PlanCost::new(problem, &solution.cost)),
            bound: Some(PlanBound::new(problem, &solution.bound)),
            left_out: Some(solution.left_out.iter().map(|left| LeftOut::new(problem, left)).collect()),
            changes: super::summary::changes(problem, solution),
        }
    }

    /// The document as text, the same bytes for the same plan: indented, in the order of its fields.
    pub fn text(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// The document as the checker reads it.
    pub fn records(self) -> PlanRecords {
        let assignment = |row: Assignment| AssignmentRecord {
            enrolment: row.enrolment.0,
            network: row.network.map(|network| network.0),
        };
        let visit = |row: Visit| VisitRecord {
            network: row.network.0,
            host: row.host.0,
            date: row.date.0,
            guests: row.guests.into_iter().map(|guest| guest.0).collect(),
            round: row.round.map(|round| round.0),
        };
        PlanRecords {
            assignments: self.assignments.into_iter().map(assignment).collect(),
            visits: self.visits.into_iter().map(visit).collect(),
            cost: self.cost.map(|cost| cost.stated()).unwrap_or_default(),
            bound: self.bound.map(|bound| bound.stated()).unwrap_or_default(),
            gatherings: self.gatherings.unwrap_or_default().into_iter().map(Meeting::record).collect(),
        }
    }
}

/// A figure as it is written: to a millionth, without the last digits that sums of decimals leave behind.
pub fn figure(amount: f64) -> f64 {
    const MILLION: f64 = 1e6;
    let rounded = (amount * MILLION).round() / MILLION;
    // What has no millionths stays as it is. A sum of nothing is -0.0: nobody is to read that.
    if amount.abs() < 1e9 { rounded + 0.0 } else { amount }
}

impl PlanCost {
    /// The cost of a plan.
    pub fn new(problem: &Problem, cost: &Cost) -> Self {
        PlanCost { total: Some(figure(cost.total())), ..PlanCost::of(problem, cost.by_measure()) }
    }

    /// Costs by measure, weights applied, and their sum.
    pub fn of(problem: &Problem, by: &Measures) -> Self {
        let amount = |cost: f64| Some(figure(cost));
        let gathered = |cost: f64| amount(cost).filter(|_| !problem.gatherings().is_empty());
        PlanCost {
            total: amount(by.named().iter().map(|(_, cost)| cost).sum()),
            unassigned: amount(by.unassigned),
            unhosted: amount(by.unhosted),
            absence: amount(by.absence),
            preference: amount(by.preference),
            extra_visit: amount(by.extra_visit),
            undesired: amount(by.undesired),
            pace: amount(by.pace),
            travel: amount(by.travel),
            missed: gathered(by.missed),
            meeting: gathered(by.meeting),
            gathering_undesired: gathered(by.gathering_undesired),
            gathering_travel: gathered(by.gathering_travel),
        }
    }

    fn stated(&self) -> Vec<(String, f64)> {
        named([
            ("total", self.total),
            ("unassigned", self.unassigned),
            ("unhosted", self.unhosted),
            ("absence", self.absence),
            ("preference", self.preference),
            ("extra_visit", self.extra_visit),
            ("undesired", self.undesired),
            ("pace", self.pace),
            ("travel", self.travel),
            ("missed", self.missed),
            ("meeting", self.meeting),
            ("gathering_undesired", self.gathering_undesired),
            ("gathering_travel", self.gathering_travel),
        ])
    }
}

impl PlanBound {
    /// The bounds of a plan.
    pub fn new(problem: &Problem, bound: &Bound) -> Self {
        let [assignment, timetable, total] =
            [bound.assignment, bound.timetable, bound.total].map(|bound| Some(figure(bound)));
        let gatherings = Some(figure(bound.gatherings)).filter(|_| !problem.gatherings().is_empty());
        PlanBound { gatherings, assignment, timetable, total }
    }

    /// The bounds as the scheduler knows them; 0 where nothing is told.
    pub fn proved(&self) -> Bound {
        let bound = |told: Option<f64>| told.unwrap_or(0.0);
        Bound {
            gatherings: bound(self.gatherings),
            assignment: bound(self.assignment),
            timetable: bound(self.timetable),
            total: bound(self.total),
        }
    }

    fn stated(&self) -> Vec<(String, f64)> {
        named([
            ("gatherings", self.gatherings),
            ("assignment", self.assignment),
            ("timetable", self.timetable),
            ("total", self.total),
        ])
    }
}

impl LeftOut {
    /// What a plan leaves out, by ids.
    pub fn new(problem: &Task, left: &solution::LeftOut) -> Self {
        let id = |e: EnrolmentIx| Some(Id(problem.enrolment(e).id.clone()));
        let round_id = |round: Option<scheduler::problem::RoundIx>| {
            round.and_then(|round| problem.rounds().get(round.at())).map(|round| Id(round.id.clone()))
        };
        let rules: Vec<String> = left.rules.iter().map(ToString::to_string).collect();
        let told = LeftOut {
            code: left.code.to_owned(),
            reason: left.reason.clone(),
            rules: (!rules.is_empty()).then_some(rules),
            ..LeftOut::default()
        };
        match left.what {
            Missing::Enrolment { enrolment } => LeftOut { enrolment: id(enrolment), ..told },
            Missing::Gathering { enrolment, gathering } => {
                let gathering = Some(Id(problem.gathering(gathering).id.clone()));
                LeftOut { enrolment: id(enrolment), gathering, ..told }
            }
            Missing::Round { network, round } => {
                let network = Some(Id(problem.network(network).id.clone()));
                LeftOut { network, round: round_id(Some(round)), ..told }
            }
            Missing::Hosting { host, round } => LeftOut { host: id(host), round: round_id(round), ..told },
            Missing::Guest { guest, host, round } => {
                LeftOut { guest: id(guest), host: id(host), round: round_id(round), ..told }
            }
        }
    }
}

fn named<const N: usize>(figures: [(&str, Option<f64>); N]) -> Vec<(String, f64)> {
    figures.into_iter().filter_map(|(name, figure)| Some((name.to_owned(), figure?))).collect()
}

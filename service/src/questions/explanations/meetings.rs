//! What else a gathering of a plan could be, as it goes over the wire.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};
use scheduler::Task;
use scheduler::explain::difference::{GatheringDifference, MeetingAt, Side, gatherings_changed};
use scheduler::explain::english;
use scheduler::explain::gathering::{self, Alternatives, Change};
use scheduler::explain::meeting::MeetingStop;
use scheduler::plan::{Meeting, Plan};
use scheduler::problem::{Day, EnrolmentIx, GatheringIx, PlaceIx};

use super::wire::{ExplanationRank, ExplanationReason, InTheWay};
use crate::http::fields::{Date, Id};
use crate::plans::document::PlanCost;
use crate::questions::what_if::wire::{PlanWish, WishedMeeting};

/// Why a gathering of a plan is when and where it is. An alternative is one meeting changed and all else equal: the other
/// meetings of the gathering keep their days and places, the other gatherings theirs and whoever attends them; networks and
/// visits stay. Everybody who is invited is seated anew, at the least cost.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none, example)]
pub struct GatheringExplanation {
    /// The gathering's id.
    pub gathering: Id,
    /// Its name.
    pub name: String,
    /// What its meetings cost as they are in the plan: `missed`, `meeting`, `gathering_undesired` and `gathering_travel` of this
    /// gathering alone. All other measures are 0.
    pub cost: PlanCost,
    /// Why, in sentences, the most important first.
    pub reasons: Vec<ExplanationReason>,
    /// The days of its window on which no meeting can begin, each with the reason.
    pub closed: Vec<ClosedDay>,
    /// What could change: each meeting by itself, in the order of the plan; then one meeting more, and one fewer, where a
    /// gathering has several.
    pub changes: Vec<MeetingChange>,
}

/// A day on which no meeting can begin.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct ClosedDay {
    /// The day.
    pub date: Date,
    /// What is in the way.
    pub obstacle: InTheWay,
}

/// Which meeting changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum MeetingChangeKind {
    /// A meeting is on another day or at another place.
    Move,
    /// There is one more.
    OneMore,
    /// One is not held.
    OneFewer,
}

/// A meeting of a plan, by its first day and its place.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct MeetingKey {
    /// Its first day.
    pub start: Date,
    /// The id of its place. Absent where it has none.
    pub place: Option<Id>,
}

/// The alternatives of one change.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct MeetingChange {
    /// Which meeting changes.
    pub change: MeetingChangeKind,
    /// The meeting that moves.
    pub meeting: Option<MeetingKey>,
    /// The place of what the plan has among all days and places by cost, whatever rules say of them. Where seats are short,
    /// the others count by what they cost at least.
    pub rank: Option<ExplanationRank>,
    /// How many days and places there are; of one fewer: meetings. Of very large gatherings the nearest places alone.
    pub of: u32,
    /// The cheapest ones, and what the plan has among them. Those that a rule bars have no cost and come last.
    pub alternatives: Vec<MeetingAlternative>,
}

/// A day and a place.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct MeetingAlternative {
    /// The day on which the meeting begins; of one fewer: that of the meeting which is not held.
    pub start: Date,
    /// The id of its place. Absent where the gathering has none.
    pub place: Option<Id>,
    /// The name of its place.
    pub place_name: Option<String>,
    /// Whether it is what the plan has.
    pub present: bool,
    /// What the gathering costs then, by its own four measures. Visits that would have to move are in `obstacles` and not in the
    /// cost. Absent where a rule bars it.
    pub cost: Option<PlanCost>,
    /// What it costs at least, whoever sits where; told where that is not the cost: at several meetings with short seats.
    pub at_least: Option<f64>,
    /// What it costs more than what the plan has. Negative: less.
    pub difference: Option<f64>,
    /// Ids of the enrolments that attend, and do not in the plan.
    pub come: Vec<Id>,
    /// Ids of the enrolments that attend in the plan, and do not here.
    pub miss: Vec<Id>,
    /// Everything in the way. Absent where nothing is.
    pub obstacles: Option<Vec<InTheWay>>,
    /// The visits of the plan that are in the way, by host and day. Absent where none are.
    pub visits: Option<Vec<VisitKey>>,
    /// A wish, ready to ask what if, that has the gathering hold a meeting then and there. Absent where a rule of the gathering
    /// itself bars it.
    pub wishes: Option<Vec<PlanWish>>,
}

/// A visit of a plan.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct VisitKey {
    /// The id of the enrolment that receives.
    pub host: Id,
    /// The day.
    pub date: Date,
}

/// What changes of a gathering from one plan to another.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct GatheringChanges {
    /// The gathering's id.
    pub gathering: Id,
    /// Its name.
    pub name: String,
    /// Its meetings that are not as they were.
    pub meetings: Vec<MovedMeeting>,
    /// Ids of the enrolments that attend and did not before.
    pub come: Vec<Id>,
    /// Ids of the enrolments that attended before and do not any more.
    pub miss: Vec<Id>,
}

/// A meeting that has moved; of the two alone: it is gone, or new.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct MovedMeeting {
    /// When and where it was.
    pub from: Option<MeetingKey>,
    /// When and where it is.
    pub to: Option<MeetingKey>,
}

impl GatheringChanges {
    /// What changes of each gathering; none where nothing does.
    pub fn all(before: Side<'_>, after: Side<'_>) -> Option<Vec<GatheringChanges>> {
        let ids = |list: Vec<String>| list.into_iter().map(Id).collect();
        let key = |at: MeetingAt| MeetingKey { start: date(at.start), place: at.place.map(|place| Id(place.id)) };
        let told = |one: GatheringDifference| GatheringChanges {
            gathering: Id(one.gathering.id),
            name: one.gathering.name,
            meetings: one
                .meetings
                .into_iter()
                .map(|(from, to)| MovedMeeting { from: from.map(key), to: to.map(key) })
                .collect(),
            come: ids(one.come),
            miss: ids(one.miss),
        };
        let found = gatherings_changed(before, after);
        (!found.is_empty()).then(|| found.into_iter().map(told).collect())
    }
}

/// What the words need.
struct Told<'a> {
    problem: &'a Task,
    plan: &'a Plan,
    gathering: GatheringIx,
    /// What the gathering costs as it is.
    cost: f64,
}

impl GatheringExplanation {
    /// What the scheduler has worked out, in words.
    pub fn new(problem: &Task, plan: &Plan, gathering: GatheringIx, found: &Alternatives) -> Self {
        let it = problem.gathering(gathering);
        let told = Told { problem, plan, gathering, cost: found.cost.total() };
        let reasons = found.reasons.iter().map(|reason| ExplanationReason {
            code: reason.code().to_owned(),
            rule: reason.rule().map(|rule| rule.to_string()),
            text: english::meeting_reason(problem, plan, reason),
        });
        let closed = found.closed.iter().map(|(day, stop)| ClosedDay { date: date(*day), obstacle: told.stop(stop) });
        GatheringExplanation {
            gathering: Id(it.id.clone()),
            name: it.name.clone(),
            cost: PlanCost::new(problem, &found.cost),
            reasons: reasons.collect(),
            closed: closed.collect(),
            changes: found.changes.iter().map(|one| told.change(one)).collect(),
        }
    }
}

impl Told<'_> {
    fn change(&self, found: &gathering::Changed) -> MeetingChange {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let (change, moves) = match found.change {
            Change::Move(at) => (MeetingChangeKind::Move, Some(&self.plan.meetings[at])),
            Change::More => (MeetingChangeKind::OneMore, None),
            Change::Fewer => (MeetingChangeKind::OneFewer, None),
        };
        let key = |meeting: &Meeting| MeetingKey { start: date(meeting.start), place: self.place(meeting.place) };
        MeetingChange {
            change,
            meeting: moves.map(key),
            rank: found.rank.map(|place| ExplanationRank { place: count(place), of: count(found.of) }),
            of: count(found.of),
            alternatives: found.rows.iter().map(|row| self.alternative(row, found.change)).collect(),
        }
    }

    fn alternative(&self, row: &gathering::Alternative, change: Change) -> MeetingAlternative {
        let total = |found: &gathering::Priced| found.cost.total();
        let ids = |list: &[EnrolmentIx]| list.iter().map(|&e| self.id(e)).collect();
        let outcome = row.outcome.as_ref();
        let proved = |found: &gathering::Priced| total(found) - found.at_least <= 1e-6 * total(found).max(1.0);
        let visit = |&at: &usize| {
            let visit = &self.plan.visits[at];
            VisitKey { host: self.id(visit.host), date: date(visit.day) }
        };
        let visits: Vec<VisitKey> = row.stops.iter().flat_map(MeetingStop::visits).map(visit).collect();
        MeetingAlternative {
            start: date(row.start),
            place: self.place(row.place),
            place_name: row.place.map(|place| self.problem.gathering(self.gathering).places[place.at()].name.clone()),
            present: row.present,
            cost: outcome.map(|found| PlanCost::new(self.problem, &found.cost)),
            at_least: outcome.filter(|found| !proved(found)).map(|found| found.at_least),
            difference: outcome.map(|found| total(found) - self.cost + 0.0), // nobody is to read -0.0
            come: outcome.map(|found| ids(&found.come)).unwrap_or_default(),
            miss: outcome.map(|found| ids(&found.miss)).unwrap_or_default(),
            obstacles: (!row.stops.is_empty()).then(|| row.stops.iter().map(|stop| self.stop(stop)).collect()),
            visits: (!visits.is_empty()).then_some(visits),
            wishes: self.wish(row, change).map(|gather| vec![PlanWish { gather: Some(gather), ..PlanWish::default() }]),
        }
    }

    fn wish(&self, row: &gathering::Alternative, change: Change) -> Option<WishedMeeting> {
        let lifted = |stop: &MeetingStop| !stop.visits().is_empty() || matches!(stop, MeetingStop::Locked(_));
        let could = change != Change::Fewer && !row.present && row.outcome.is_some() && row.stops.iter().all(lifted);
        let start = Some(date(row.start));
        could.then(|| WishedMeeting { gathering: self.gathering_id(), start, place: self.place(row.place) })
    }

    fn gathering_id(&self) -> Id {
        Id(self.problem.gathering(self.gathering).id.clone())
    }

    fn stop(&self, stop: &MeetingStop) -> InTheWay {
        InTheWay {
            code: stop.code().to_owned(),
            rule: stop.rule().to_string(),
            text: english::meeting_stop(self.problem, self.plan, stop),
        }
    }

    fn id(&self, e: EnrolmentIx) -> Id {
        Id(self.problem.enrolment(e).id.clone())
    }

    fn place(&self, place: Option<PlaceIx>) -> Option<Id> {
        place.map(|place| Id(self.problem.gathering(self.gathering).places[place.at()].id.clone()))
    }
}

fn date(day: Day) -> Date {
    Date(day.to_string())
}

impl Example for GatheringExplanation {
    fn example() -> Self {
        let cost = |missed: f64, gathering_travel: f64| PlanCost {
            total: Some(missed + gathering_travel),
            missed: Some(missed),
            gathering_travel: Some(gathering_travel),
            ..PlanCost::default()
        };
        let alternative = |start: &str, present, cost: PlanCost, difference: f64| MeetingAlternative {
            start: Date(start.to_owned()),
            place: Some(Id("borsen".to_owned())),
            place_name: Some("Børsen".to_owned()),
            present,
            cost: Some(cost),
            at_least: None,
            difference: Some(difference),
            come: Vec::new(),
            miss: Vec::new(),
            obstacles: None,
            visits: None,
            wishes: None,
        };
        let near = InTheWay {
            code: "visits_near".to_owned(),
            rule: "G6".to_owned(),
            text: "those who attend take part in 1 visit (to Aarhus (e7) on 2018-01-24) on or near its days (G6)"
                .to_owned(),
        };
        let cheaper = MeetingAlternative {
            come: vec![Id("e7".to_owned())],
            obstacles: Some(vec![near]),
            visits: Some(vec![VisitKey { host: Id("e7".to_owned()), date: Date("2018-01-24".to_owned()) }]),
            ..alternative("2018-01-23", false, cost(0.0, 9_120.4), -9_879.6)
        };
        GatheringExplanation {
            gathering: Id("opening".to_owned()),
            name: "Opstartskonference".to_owned(),
            cost: cost(10_000.0, 9_000.0),
            reasons: vec![ExplanationReason {
                code: "cheaper_but_rule".to_owned(),
                rule: Some("G6".to_owned()),
                text: "It would cost 9879.6 less on 2018-01-23 at Børsen (borsen), all else equal, but those who attend take \
                       part in 1 visit (to Aarhus (e7) on 2018-01-24) on or near its days (G6)."
                    .to_owned(),
            }],
            closed: Vec::new(),
            changes: vec![MeetingChange {
                change: MeetingChangeKind::Move,
                meeting: Some(MeetingKey {
                    start: Date("2018-01-18".to_owned()),
                    place: Some(Id("borsen".to_owned())),
                }),
                rank: Some(ExplanationRank { place: 2, of: 2 }),
                of: 2,
                alternatives: vec![cheaper, alternative("2018-01-18", true, cost(10_000.0, 9_000.0), 0.0)],
            }],
        }
    }
}

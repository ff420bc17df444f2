//! Explanations, fairness and differences as they go over the wire.

use poem_openapi::Object;
use poem_openapi::types::Example;
use scheduler::Task;
use scheduler::explain::day::Away;
use scheduler::explain::difference::{Changed, Differences, MeetingAt, Named};
use scheduler::explain::english;
use scheduler::explain::fairness::{self, Burden};
use scheduler::explain::why::{self, Choice, Stop};
use scheduler::problem::{EnrolmentIx, called};

use super::meetings::GatheringChanges;
use super::wishes;
use crate::http::fields::{Date, Id};
use crate::plans::document::Comparison;
use crate::plans::document::PlanCost;
use crate::plans::steering::PlanChanges;
use crate::questions::what_if::wire::{Patch, PlanWish, WishedChange};

/// Why something in a plan is as it is.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none, example)]
pub struct Explanation {
    /// Its share of the plan's cost, by measure, weights applied. Those of all enrolments add up to the whole.
    pub share: PlanCost,
    /// Its place among all `alternatives` by cost, whatever rules say of them; of a network, among the networks of its track
    /// by cost for each member.
    pub rank: Option<ExplanationRank>,
    /// The rules that bind: each stands in the way of an alternative, or one of `reasons` names it. `lock`,
    /// `max_changes` and `max_affected_municipalities` are among them where that is what steers the plan.
    pub rules: Vec<String>,
    /// Why, in sentences, the most important first.
    pub reasons: Vec<ExplanationReason>,
    /// What could be in its place, the present one among them, the cheapest first.
    pub alternatives: Vec<Alternative>,
    /// What it is made of (a network of its members, a plan of its networks), the dearest first.
    pub parts: Vec<ExplanationPart>,
}

/// A place among so many; 1 is the cheapest.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct ExplanationRank {
    /// Which place.
    pub place: u32,
    /// Of how many.
    pub of: u32,
}

/// A reason.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ExplanationReason {
    /// A stable code, lower snake_case. More codes may come.
    pub code: String,
    /// The rule that binds, where one does: `A1` to `A7`, `V1` to `V9`, `G1` to `G6`; `lock`, `max_changes` or
    /// `max_affected_municipalities` where that does.
    pub rule: Option<String>,
    /// The reason in a sentence.
    pub text: String,
}

/// What could be in the place of something.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Alternative {
    /// The id of a network, for an enrolment.
    pub network: Option<Id>,
    /// A day, for a visit.
    pub date: Option<Date>,
    /// Whether it is what the plan has.
    pub present: bool,
    /// What it costs more than what the plan has, all else as it is: wishes and travel for a network, the measures of
    /// dates for a day. Negative: less.
    pub difference: f64,
    /// What it costs more, all else as it is, by what steers the plan: changes, pairs that meet again, the longest journey.
    /// Not part of the cost. Absent where that is nothing.
    pub price: Option<f64>,
    /// The rule in the way, where one is: that of the first of `obstacles`.
    pub rule: Option<String>,
    /// What is in the way, in words: the first of `obstacles`.
    pub obstacle: Option<String>,
    /// Everything in the way. Absent where nothing is.
    pub obstacles: Option<Vec<InTheWay>>,
    /// Wishes, ready to ask what if, that take everything out of the way together: with these granted, and all else as it
    /// is, this could be. Absent where nothing is in the way, or no wish can take it away.
    pub wishes: Option<Vec<PlanWish>>,
    /// The guests who could not come on this day, all else as it is. Absent where all can.
    pub lost_guests: Option<Vec<LostGuest>>,
    /// Where the network is full: whose place it could best take.
    pub swap: Option<Swap>,
}

/// Something that is in the way.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(example)]
pub struct InTheWay {
    /// A stable code, lower snake_case: `members_full`, `excluded`, `locked`, `change_limit` … More codes may come.
    pub code: String,
    /// The rule behind it: `A1` to `A7`, `V1` to `V9`, `G1` to `G6`; `lock`, `max_changes` or `max_affected_municipalities` where it is
    /// what steers the plan.
    pub rule: String,
    /// What is in the way, in words.
    pub text: String,
}

/// A guest who could not come.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct LostGuest {
    /// The id of the enrolment.
    pub enrolment: Id,
    /// The id of its municipality.
    pub municipality: Id,
    /// The name of its municipality.
    pub name: String,
    /// Everything that keeps it away.
    pub obstacles: Vec<InTheWay>,
}

/// Two enrolments that change places.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct Swap {
    /// The id of the other enrolment.
    pub with: Id,
    /// What the two cost more then, by wishes and travel. Negative: less.
    pub difference: f64,
}

/// A part and its share of the cost.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct ExplanationPart {
    /// The id of the enrolment or the network.
    pub id: Id,
    /// Its share of the cost, by measure, weights applied.
    pub share: PlanCost,
}

impl Explanation {
    /// What the scheduler has worked out, in words.
    pub fn new(problem: &Task, found: &why::Explanation) -> Self {
        let reasons = found.reasons.iter().map(|reason| ExplanationReason {
            code: reason.code().to_owned(),
            rule: reason.rule().map(|rule| rule.to_string()),
            text: english::reason(problem, reason),
        });
        let part = |(id, share): &(String, scheduler::cost::Cost)| ExplanationPart {
            id: Id(id.clone()),
            share: PlanCost::new(problem, share),
        };
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Explanation {
            share: PlanCost::new(problem, &found.share),
            rank: found.rank.map(|rank| ExplanationRank { place: count(rank.place), of: count(rank.of) }),
            rules: found.rules().iter().map(ToString::to_string).collect(),
            reasons: reasons.collect(),
            alternatives: found.alternatives.iter().map(|one| Alternative::new(problem, one)).collect(),
            parts: found.parts.iter().map(part).collect(),
        }
    }
}

impl Alternative {
    fn new(problem: &Task, found: &why::Alternative) -> Self {
        let (network, date) = match found.choice {
            Choice::Network(n) => (Some(Id(problem.network(n).id.clone())), None),
            Choice::Day(day) => (None, Some(Date(day.to_string()))),
        };
        let first = found.stops.first();
        let lost = |lost: &(EnrolmentIx, Vec<Away>)| LostGuest::new(problem, lost.0, &lost.1);
        Alternative {
            network,
            date,
            present: found.present,
            difference: found.difference + 0.0, // nobody is to read -0.0
            price: (found.price.total() != 0.0).then(|| found.price.total()),
            rule: first.map(|stop| stop.rule().to_string()),
            obstacle: first.map(|stop| english::stop(problem, stop)),
            obstacles: InTheWay::all(problem, &found.stops),
            wishes: found.lifted.as_ref().and_then(|changes| wishes::of(problem, changes)),
            lost_guests: (!found.lost.is_empty()).then(|| found.lost.iter().map(lost).collect()),
            swap: found
                .swap
                .map(|(with, difference)| Swap { with: Id(problem.enrolment(with).id.clone()), difference }),
        }
    }
}

impl InTheWay {
    /// Everything in the way; none where nothing is.
    pub fn all(problem: &Task, stops: &[Stop]) -> Option<Vec<InTheWay>> {
        let told = |stop: &Stop| InTheWay {
            code: stop.code().to_owned(),
            rule: stop.rule().to_string(),
            text: english::stop(problem, stop),
        };
        (!stops.is_empty()).then(|| stops.iter().map(told).collect())
    }
}

impl LostGuest {
    fn new(problem: &Task, guest: EnrolmentIx, why: &[Away]) -> Self {
        let (enrolment, home) = (problem.enrolment(guest), problem.home(guest));
        let told = |away: &Away| InTheWay {
            code: away.code().to_owned(),
            rule: away.rule().to_string(),
            text: format!("{} {}", called(&home.name, &enrolment.id), english::away(problem, away)),
        };
        LostGuest {
            enrolment: Id(enrolment.id.clone()),
            municipality: Id(home.id.clone()),
            name: home.name.clone(),
            obstacles: why.iter().map(told).collect(),
        }
    }
}

/// How evenly a plan treats those who take part.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(example)]
pub struct Fairness {
    /// Of the kilometres of each municipality.
    pub km: Spread,
    /// Of the days on which each comes to a visit or a meeting.
    pub travel_days: Spread,
    /// Of the guests (persons) that each receives.
    pub guests_received: Spread,
    /// Of the rank of the wish granted, over those that have one.
    pub wish_rank: Spread,
    /// Every municipality with an enrolment.
    pub municipalities: Vec<MunicipalityBurden>,
}

/// What the figures of all municipalities come to.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct Spread {
    /// Their mean.
    pub mean: f64,
    /// The greatest.
    pub worst: f64,
    /// Their standard deviation.
    pub spread: f64,
}

/// What a plan asks of a municipality, over all its enrolments.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct MunicipalityBurden {
    /// Its id.
    pub municipality: Id,
    /// Its name.
    pub name: String,
    /// Kilometres there and back, once for each delegation that travels: to every hosting of its networks, whether or not
    /// it comes, as the measure `travel` counts them, and to every meeting that it attends.
    pub km: f64,
    /// The same for each person.
    pub person_km: f64,
    /// Days on which it comes to a visit, or is at a meeting that is not online.
    pub travel_days: u32,
    /// Visits that it hosts.
    pub visits_hosted: u32,
    /// Guests (persons) that it receives, over all its visits.
    pub guests_received: u64,
    /// The rank of the wish granted, 1 the best, the mean over its enrolments with wishes; a network off the list counts
    /// as one after the last wish. Absent: it has no wishes.
    pub wish_rank: Option<f64>,
}

impl Fairness {
    /// What the scheduler has worked out.
    pub fn new(problem: &Task, found: &fairness::Fairness) -> Self {
        let spread = |found: fairness::Spread| Spread { mean: found.mean, worst: found.worst, spread: found.spread };
        let burden = |burden: &Burden| {
            let municipality = problem.municipality(burden.municipality);
            MunicipalityBurden {
                municipality: (&municipality.id).into(),
                name: municipality.name.clone(),
                km: burden.km + 0.0,
                person_km: burden.person_km + 0.0,
                travel_days: burden.travel_days,
                visits_hosted: burden.visits_hosted,
                guests_received: burden.guests_received,
                wish_rank: burden.wish_rank,
            }
        };
        Fairness {
            km: spread(found.km),
            travel_days: spread(found.travel_days),
            guests_received: spread(found.guests_received),
            wish_rank: spread(found.wish_rank),
            municipalities: found.burdens.iter().map(burden).collect(),
        }
    }
}

/// What is different in a plan from another one.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none, example)]
pub struct PlanDifference {
    /// What it costs more than the other one.
    pub cost: Comparison,
    /// How many changes it makes against the other one, as `max_changes` counts them; they have no price here.
    pub changes: PlanChanges,
    /// What changes for each municipality that anything changes for.
    pub municipalities: Vec<MunicipalityChanges>,
    /// What changes of each gathering that anything changes of. Absent where no gathering changes.
    pub gatherings: Option<Vec<GatheringChanges>>,
}

/// What changes for a municipality.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct MunicipalityChanges {
    /// Its id.
    pub municipality: Id,
    /// Its name.
    pub name: String,
    /// Everything that changes.
    pub changes: Vec<PlanChange>,
    /// The same as a message to it.
    pub message: String,
}

/// One thing that changes.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PlanChange {
    /// `network_changed`, `network_given`, `network_taken`; `hosting_moved`, `hosting_new`, `hosting_cancelled`;
    /// `visit_moved`, `visit_new`, `visit_cancelled`; `meeting_moved`, `meeting_new`, `meeting_missed` (it no longer attends),
    /// `meeting_cancelled`; `hosted_meeting_moved`, `hosted_meeting_new`, `hosted_meeting_cancelled`. More codes may come.
    pub code: String,
    /// The id of the enrolment that it is about.
    pub enrolment: Id,
    /// The id of the municipality that receives, where it is about a visit.
    pub host: Option<Id>,
    /// The id of the gathering, where it is about a meeting.
    pub gathering: Option<Id>,
    /// The id of the network before, where it is about that.
    pub from_network: Option<Id>,
    /// The id of the network after.
    pub to_network: Option<Id>,
    /// The day before, where it is about a day.
    pub from_date: Option<Date>,
    /// The day after.
    pub to_date: Option<Date>,
    /// The same in a sentence to the municipality.
    pub text: String,
}

impl MunicipalityChanges {
    /// What the scheduler has found.
    pub fn new(programme: &str, found: &Differences) -> Self {
        let change = |change: &scheduler::explain::difference::Change| {
            let id = |named: &Option<Named>| named.as_ref().map(|named| Id(named.id.clone()));
            let date = |day: &Option<scheduler::problem::Day>| day.map(|day| Date(day.to_string()));
            let told = PlanChange {
                code: change.what.code().to_owned(),
                enrolment: Id(change.enrolment.clone()),
                host: None,
                gathering: None,
                from_network: None,
                to_network: None,
                from_date: None,
                to_date: None,
                text: english::change(change),
            };
            match &change.what {
                Changed::Network { from, to } => PlanChange { from_network: id(from), to_network: id(to), ..told },
                Changed::Hosting { from, to } => PlanChange { from_date: date(from), to_date: date(to), ..told },
                Changed::Visit { host, from, to, .. } => {
                    let host = Some(Id(host.id.clone()));
                    PlanChange { host, from_date: date(from), to_date: date(to), ..told }
                }
                Changed::Meeting { gathering, from, to, .. } => {
                    let day = |at: &Option<MeetingAt>| at.as_ref().map(|at| Date(at.start.to_string()));
                    let gathering = Some(Id(gathering.id.clone()));
                    PlanChange { gathering, from_date: day(from), to_date: day(to), ..told }
                }
                Changed::HostedMeeting { gathering, from, to } => {
                    let gathering = Some(Id(gathering.id.clone()));
                    PlanChange { gathering, from_date: date(from), to_date: date(to), ..told }
                }
            }
        };
        MunicipalityChanges {
            municipality: Id(found.municipality.id.clone()),
            name: found.municipality.name.clone(),
            changes: found.changes.iter().map(change).collect(),
            message: english::message(programme, found),
        }
    }
}

fn travel(total: f64) -> PlanCost {
    PlanCost { total: Some(total), travel: Some(total), ..PlanCost::default() }
}

impl Example for InTheWay {
    fn example() -> Self {
        InTheWay {
            code: "members_full".to_owned(),
            rule: "A2".to_owned(),
            text: "full: 5 of 5 members (A2)".to_owned(),
        }
    }
}

impl Example for Explanation {
    fn example() -> Self {
        let fields = serde_json::json!({"id": "n1", "max_members": 6});
        let record = Patch(fields.as_object().cloned().unwrap_or_default());
        let change = WishedChange { network: Some(record), ..WishedChange::default() };
        let larger = PlanWish { change: Some(change), ..PlanWish::default() };
        let network = |id: &str, present, difference, in_the_way: Option<InTheWay>| Alternative {
            network: Some(Id(id.to_owned())),
            date: None,
            present,
            difference,
            price: None,
            rule: in_the_way.as_ref().map(|one| one.rule.clone()),
            obstacle: in_the_way.as_ref().map(|one| one.text.clone()),
            wishes: in_the_way.as_ref().map(|_| vec![larger.clone()]),
            obstacles: in_the_way.map(|one| vec![one]),
            lost_guests: None,
            swap: None,
        };
        let reason = |code: &str, rule: Option<&str>, text: &str| ExplanationReason {
            code: code.to_owned(),
            rule: rule.map(str::to_owned),
            text: text.to_owned(),
        };
        Explanation {
            share: travel(1_240.8),
            rank: Some(ExplanationRank { place: 2, of: 2 }),
            rules: vec!["A2".to_owned()],
            reasons: vec![
                reason("wish_granted", None, "Its network is number 2 of its 2 wishes."),
                reason(
                    "cheaper_but_rule",
                    Some("A2"),
                    "Network Elder care (n1) would cost 380.5 less in wishes and travel, all else as it is, but: full: 5 of 5 \
                     members (A2).",
                ),
            ],
            alternatives: vec![network("n1", false, -380.5, Some(InTheWay::example())), network("n2", true, 0.0, None)],
            parts: Vec::new(),
        }
    }
}

impl Example for Fairness {
    fn example() -> Self {
        let spread = |mean, worst, spread| Spread { mean, worst, spread };
        Fairness {
            km: spread(812.4, 1_930.0, 301.2),
            travel_days: spread(6.8, 9.0, 0.7),
            guests_received: spread(21.5, 38.0, 6.1),
            wish_rank: spread(1.4, 4.0, 0.8),
            municipalities: vec![MunicipalityBurden {
                municipality: Id("0101".to_owned()),
                name: "København".to_owned(),
                km: 640.2,
                person_km: 2_560.8,
                travel_days: 7,
                visits_hosted: 1,
                guests_received: 24,
                wish_rank: Some(1.0),
            }],
        }
    }
}

impl Example for PlanDifference {
    fn example() -> Self {
        let text = "The visit that you host (Leadership) moves from 2027-04-06 to 2027-04-20.";
        PlanDifference {
            changes: PlanChanges::default(),
            cost: Comparison {
                plan: "019ab6a4-6c1e-7d3a-9c55-0f6b8b0e4a11".to_owned(),
                cost: travel(43_120.4),
                more: travel(120.5),
            },
            gatherings: None,
            municipalities: vec![MunicipalityChanges {
                municipality: Id("0101".to_owned()),
                name: "København".to_owned(),
                changes: vec![PlanChange {
                    code: "hosting_moved".to_owned(),
                    enrolment: Id("e1".to_owned()),
                    host: None,
                    gathering: None,
                    from_network: None,
                    to_network: None,
                    from_date: Some(Date("2027-04-06".to_owned())),
                    to_date: Some(Date("2027-04-20".to_owned())),
                    text: text.to_owned(),
                }],
                message: format!("Dear København,\n\nthe plan of Networks 2027 has changed for you:\n\n- {text}\n"),
            }],
        }
    }
}

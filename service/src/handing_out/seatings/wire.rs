//! Break-out groups as they go over the wire.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};
use scheduler::seating::{Because, Fault, MET_AGAIN, Measures, Reason, SAME_MUNICIPALITY, SPREAD};
use serde::{Deserialize, Serialize};

use crate::http::fields::{Date, Id, Instant, Whole};

/// Most sessions.
pub const MOST_SESSIONS: i64 = 12;
/// Most seats in a group.
pub const MOST_IN_A_GROUP: i64 = 100;

/// How the seats of a meeting are to be divided into groups.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct NewSeating {
    /// How often groups are formed anew.
    pub sessions: Whole<1, MOST_SESSIONS>,
    /// Most seats in a group: there are as few groups as that allows, of one size or one apart.
    pub group_size: Whole<2, MOST_IN_A_GROUP>,
    /// Whether two who share a network in the plan count as having met before. Default: false.
    pub strangers: Option<bool>,
    /// The seed of the search: the same one gives the same groups, unless the ten seconds end it. Default: 1.
    pub seed: Option<Whole<0, { u32::MAX as i64 }>>,
    /// The first day of the meeting: needed where the gathering has several that `place` does not tell apart.
    pub start: Option<Date>,
    /// The id of the place of the meeting: needed where the gathering has several that `start` does not tell apart.
    pub place: Option<Id>,
}

/// A seat: one of the persons that an enrolment sends. Nothing is known of who sits there.
#[derive(Clone, Debug, PartialEq, Object, Serialize, Deserialize)]
#[oai(rename = "BreakOutSeat")]
pub struct Seat {
    /// The enrolment's id.
    pub enrolment: Id,
    /// Which of its persons, from 1.
    pub seat: u32,
    /// The id of its municipality.
    pub municipality: Id,
    /// The name of its municipality.
    pub name: String,
    /// The id of its track.
    pub track: Id,
}

impl Seat {
    /// How groups name it.
    pub fn label(&self) -> String {
        format!("{}#{}", self.enrolment.0, self.seat)
    }
}

/// What groups come to: how often each happens, what that costs, and in total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Object, Serialize, Deserialize)]
pub struct SeatingMeasures {
    /// Pairs of one municipality in one group, over all sessions; 1000 each.
    pub same_municipality: u64,
    /// How often two meet who have met before; 100 each.
    pub met_again: u64,
    /// Seats by which tracks lie outside their even shares, over all groups; 10 each.
    pub spread: u64,
    /// What all of it costs.
    pub cost: u64,
}

impl From<Measures> for SeatingMeasures {
    fn from(measures: Measures) -> Self {
        let Measures { same_municipality, met_again, spread } = measures;
        SeatingMeasures { same_municipality, met_again, spread, cost: measures.cost() }
    }
}

/// Why something that costs is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "snake_case", rename = "SeatingBecause")]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Counting shows that some must.
    Counting,
    /// Every exchange of two seats of that session that mends it costs at least `more`.
    Exchanges,
    /// The search ended before an exchange was made that would save `more`.
    Unfinished,
}

/// Something that costs in the groups, and why.
#[derive(Clone, Debug, PartialEq, Object, Serialize, Deserialize)]
#[oai(skip_serializing_if_is_none)]
pub struct SeatingReason {
    /// `same_municipality`, `met_again` or `spread`.
    pub code: String,
    /// The session, from 1.
    pub session: u32,
    /// The group, from 1.
    pub group: u32,
    /// The two seats, as groups name them; absent for a track.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<Vec<String>>,
    /// The id of the track that is uneven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<Id>,
    /// Why it is so.
    pub because: Why,
    /// By how much, where exchanges tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<u64>,
    /// All of it in a sentence.
    pub text: String,
}

impl SeatingReason {
    /// A reason; `seats` and `track` are what the wire calls them.
    pub fn new(reason: Reason, seats: &[Seat], track: impl Fn(scheduler::problem::TrackIx) -> Id) -> Self {
        let pair = |a: usize, b: usize| Some(vec![seats[a].label(), seats[b].label()]);
        let (pair, of_track) = match reason.fault {
            Fault::SameMunicipality { a, b } | Fault::MetAgain { a, b, .. } => (pair(a, b), None),
            Fault::Uneven { track: uneven, .. } => (None, Some(track(uneven))),
        };
        let (because, more) = match reason.because {
            Because::Counting => (Why::Counting, None),
            Because::Exchanges(more) => (Why::Exchanges, Some(more)),
            Because::Unfinished(more) => (Why::Unfinished, Some(more)),
        };
        let from_one = |at: usize| u32::try_from(at + 1).unwrap_or(u32::MAX);
        SeatingReason {
            code: reason.code().to_owned(),
            session: from_one(reason.session),
            group: from_one(reason.group),
            seats: pair,
            track: of_track,
            because,
            more,
            text: reason.text,
        }
    }
}

/// Break-out groups of a meeting.
#[derive(Clone, Debug, PartialEq, Object, Serialize, Deserialize)]
#[oai(skip_serializing_if_is_none, example)]
pub struct Seating {
    /// A UUIDv7.
    pub id: String,
    /// The id of the plan.
    pub plan: String,
    /// The id of the gathering.
    pub gathering: Id,
    /// The first day of the meeting.
    pub start: Date,
    /// The id of its place, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Id>,
    /// Most seats in a group.
    pub group_size: u32,
    /// Whether two who share a network count as having met before.
    pub strangers: bool,
    /// The seed.
    pub seed: u32,
    /// What the groups come to, counted by other code than the search's.
    pub measures: SeatingMeasures,
    /// What any groups cost at least, by counting.
    pub bound: u64,
    /// Whether none cost less.
    pub proved: bool,
    /// The seats of all who attend, by enrolment.
    pub seats: Vec<Seat>,
    /// By session and group: seats as `enrolment#seat`.
    pub sessions: Vec<Vec<Vec<String>>>,
    /// What costs something and why, in the order of sessions and groups, at most 100.
    pub reasons: Vec<SeatingReason>,
    /// When it was made.
    pub created_at: Instant,
}

/// Break-out groups in a list: without seats, groups and reasons.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SeatingSummary {
    /// A UUIDv7.
    pub id: String,
    /// The first day of the meeting.
    pub start: Date,
    /// The id of its place, where it has one.
    pub place: Option<Id>,
    /// How many sessions.
    pub sessions: u32,
    /// Most seats in a group.
    pub group_size: u32,
    /// Whether two who share a network count as having met before.
    pub strangers: bool,
    /// The seed.
    pub seed: u32,
    /// How many seats.
    pub seats: u32,
    /// What the groups come to.
    pub measures: SeatingMeasures,
    /// What any groups cost at least.
    pub bound: u64,
    /// When it was made.
    pub created_at: Instant,
}

/// The break-out groups of a gathering of a plan.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct SeatingList {
    /// The latest first, 500 at most.
    pub items: Vec<SeatingSummary>,
}

impl From<Seating> for SeatingSummary {
    fn from(seating: Seating) -> Self {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        SeatingSummary {
            sessions: count(seating.sessions.len()),
            seats: count(seating.seats.len()),
            id: seating.id,
            start: seating.start,
            place: seating.place,
            group_size: seating.group_size,
            strangers: seating.strangers,
            seed: seating.seed,
            measures: seating.measures,
            bound: seating.bound,
            created_at: seating.created_at,
        }
    }
}

impl Example for NewSeating {
    fn example() -> Self {
        NewSeating {
            sessions: Whole(2),
            group_size: Whole(6),
            strangers: Some(true),
            seed: Some(Whole(1)),
            start: None,
            place: None,
        }
    }
}

impl Example for Seating {
    fn example() -> Self {
        let seat = |enrolment: &str, name: &str| Seat {
            enrolment: Id(enrolment.to_owned()),
            seat: 1,
            municipality: Id(format!("{enrolment}-town")),
            name: name.to_owned(),
            track: Id("leadership".to_owned()),
        };
        Seating {
            id: "019ab6a4-6c1e-7d3a-9c55-0f6b8b0e4a12".to_owned(),
            plan: "019ab6a4-6c1e-7d3a-9c55-0f6b8b0e4a11".to_owned(),
            gathering: Id("opening".to_owned()),
            start: Date("2027-04-05".to_owned()),
            place: Some(Id("hall".to_owned())),
            group_size: 6,
            strangers: true,
            seed: 1,
            measures: Measures { same_municipality: 0, met_again: 1, spread: 0 }.into(),
            bound: 100,
            proved: true,
            seats: vec![seat("e1", "København"), seat("e2", "Aarhus")],
            sessions: vec![vec![vec!["e1#1".to_owned(), "e2#1".to_owned()]]; 2],
            reasons: Vec::new(),
            created_at: Instant("2026-11-22T10:00:00.000Z".to_owned()),
        }
    }
}

const _: () = assert!(SAME_MUNICIPALITY == 1000 && MET_AGAIN == 100 && SPREAD == 10, "as the fields say");

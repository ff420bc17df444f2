//! Wishes: what is to be different in a plan.

use std::collections::BTreeSet;

use crate::problem::ProblemRecords;
use crate::problem::fields::{self, Field};
use crate::problem::records::{
    CalendarRecord, EnrolmentRecord, MunicipalityRecord, NetworkRecord, PairKind, RegionRecord, RoundRecord,
    VisitsRecord,
};

/// What is to be different. Records are named by their ids.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// The enrolment is in the network.
    Place {
        /// The enrolment.
        enrolment: String,
        /// The network.
        network: String,
    },
    /// Two municipalities share a network, or never do.
    Pair {
        /// Which of the two.
        kind: PairKind,
        /// One municipality.
        a: String,
        /// The other.
        b: String,
    },
    /// The network has no members.
    Close {
        /// The network.
        network: String,
    },
    /// One network of a track has no members, whichever costs least ([`super::fewer`]).
    Fewer {
        /// The track; none where there is only one.
        track: Option<String>,
    },
    /// The enrolment takes no part.
    Withdraw {
        /// The enrolment.
        enrolment: String,
    },
    /// The enrolment receives its network on the day, and in that round on no other.
    Host {
        /// The enrolment.
        enrolment: String,
        /// ISO date.
        date: String,
    },
    /// The gathering has a meeting that begins on the day, at the place. Where its day is given, this one takes its place.
    Gather {
        /// The gathering.
        gathering: String,
        /// ISO date; none: any day.
        start: Option<String>,
        /// The place; none: any.
        place: Option<String>,
    },
    /// An enrolment joins, or a record is another one.
    Put {
        /// The record as it is to be.
        record: Record,
        /// The fields that are wished for; the others are as they were. Two wishes that give the same field of a record
        /// another value contradict each other.
        said: BTreeSet<String>,
    },
}

impl Wish {
    /// What it is called.
    pub fn name(&self) -> &'static str {
        match self {
            Wish::Place { .. } => "place",
            Wish::Pair { kind: PairKind::Together, .. } => "together",
            Wish::Pair { .. } => "apart",
            Wish::Close { .. } => "close",
            Wish::Fewer { .. } => "fewer",
            Wish::Withdraw { .. } => "withdraw",
            Wish::Host { .. } => "host",
            Wish::Gather { .. } => "gather",
            Wish::Put { .. } => "change",
        }
    }
}

/// A record that is new, or takes the place of the one with its id.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // their names say it
pub enum Record {
    Region(RegionRecord),
    Municipality(MunicipalityRecord),
    Network(NetworkRecord),
    Enrolment(EnrolmentRecord),
    Round(RoundRecord),
    Calendar(CalendarRecord),
    Visits(VisitsRecord),
}

impl Record {
    /// What kind of record it is, and its id where it has one.
    pub fn what(&self) -> (&'static str, &str) {
        match self {
            Record::Region(record) => ("region", &record.id),
            Record::Municipality(record) => ("municipality", &record.id),
            Record::Network(record) => ("network", &record.id),
            Record::Enrolment(record) => ("enrolment", &record.id),
            Record::Round(record) => ("round", &record.id),
            Record::Calendar(_) => ("calendar", ""),
            Record::Visits(_) => ("visits", ""),
        }
    }

    /// What it says, field by field. `tracks`: those of the problem; the only one is that of a record that names none.
    pub(super) fn fields(&self, tracks: &[&str]) -> Vec<Field> {
        let track = |track: &Option<String>| {
            track.clone().or_else(|| <[&str; 1]>::try_from(tracks).ok().map(|[only]| only.to_owned()))
        };
        match self {
            Record::Region(record) => fields::region(record),
            Record::Municipality(record) => fields::municipality(record),
            Record::Network(record) => {
                fields::network(&NetworkRecord { track: track(&record.track), ..record.clone() })
            }
            Record::Enrolment(record) => {
                fields::enrolment(&EnrolmentRecord { track: track(&record.track), ..record.clone() })
            }
            Record::Round(record) => fields::round(record),
            Record::Calendar(record) => fields::calendar(record),
            Record::Visits(record) => fields::visits(record),
        }
    }

    /// The one of this kind and id that a problem has.
    pub(super) fn before(&self, records: &ProblemRecords) -> Option<Record> {
        fn find<T: Clone>(records: &[T], id: &str, of: fn(&T) -> &String) -> Option<T> {
            records.iter().find(|record| of(record) == id).cloned()
        }
        let id = self.what().1;
        match self {
            Record::Region(_) => find(&records.regions, id, |r| &r.id).map(Record::Region),
            Record::Municipality(_) => find(&records.municipalities, id, |m| &m.id).map(Record::Municipality),
            Record::Network(_) => find(&records.networks, id, |n| &n.id).map(Record::Network),
            Record::Enrolment(_) => find(&records.enrolments, id, |e| &e.id).map(Record::Enrolment),
            Record::Round(_) => find(records.rounds.as_deref().unwrap_or_default(), id, |r| &r.id).map(Record::Round),
            Record::Calendar(_) => Some(Record::Calendar(records.calendar.clone().unwrap_or_default())),
            Record::Visits(_) => Some(Record::Visits(records.visits.clone().unwrap_or_default())),
        }
    }

    /// Where the record of this kind and id is in the document of a problem.
    pub(super) fn pointer(&self, records: &ProblemRecords) -> Option<String> {
        let id = self.what().1;
        fn at<T>(records: &[T], id: &str, of: fn(&T) -> &String) -> Option<usize> {
            records.iter().position(|record| of(record) == id)
        }
        let (section, position) = match self {
            Record::Region(_) => ("regions", at(&records.regions, id, |r| &r.id)),
            Record::Municipality(_) => ("municipalities", at(&records.municipalities, id, |m| &m.id)),
            Record::Network(_) => ("networks", at(&records.networks, id, |n| &n.id)),
            Record::Enrolment(_) => ("enrolments", at(&records.enrolments, id, |e| &e.id)),
            Record::Round(_) => ("rounds", at(records.rounds.as_deref().unwrap_or_default(), id, |r| &r.id)),
            Record::Calendar(_) | Record::Visits(_) => return Some(format!("/{}", self.what().0)),
        };
        position.map(|position| format!("/{section}/{position}"))
    }
}

/// A wish of a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// JSON pointer to what it says: `/wishes/0/place`.
    pub at: String,
    /// The wish.
    pub wish: Wish,
}

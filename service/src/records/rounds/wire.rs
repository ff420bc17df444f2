//! A round as it goes over the wire.

use poem_openapi::Object;
use scheduler::problem::records::RoundRecord;

use crate::http::fields::{Date, Id, Name, bare, field};

/// A window of dates in which visits are held. Rounds do not overlap.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct Round {
    /// Unique among the programme's rounds.
    pub id: Id,
    /// What people call it. Default: the id.
    pub name: Option<Name>,
    /// Its first date.
    pub start: Date,
    /// Its last date, on or after `start`.
    pub end: Date,
}

impl Round {
    /// The record as the scheduler reads it.
    pub fn record(self) -> RoundRecord {
        RoundRecord { id: self.id.0, name: bare(self.name), start: self.start.0, end: self.end.0 }
    }

    /// The record as it goes over the wire.
    pub fn new(record: &RoundRecord) -> Self {
        Round {
            id: (&record.id).into(),
            name: field(&record.name),
            start: (&record.start).into(),
            end: (&record.end).into(),
        }
    }
}

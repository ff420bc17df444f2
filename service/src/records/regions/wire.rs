//! A region as it goes over the wire.

use poem_openapi::Object;
use scheduler::problem::records::RegionRecord;

use crate::http::fields::{Count, Id, Name, bare, field};

/// A region of the country: what mixing rules and daily limits refer to.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct Region {
    /// Unique among regions; usually the official code.
    pub id: Id,
    /// What people call it. Default: the id.
    pub name: Option<Name>,
    /// Most visits hosted in the region on one day, whole, at least 0. Absent: no limit.
    pub max_visits_per_day: Option<Count<0>>,
}

impl Region {
    /// The record as the scheduler reads it.
    pub fn record(self) -> RegionRecord {
        RegionRecord { id: self.id.0, name: bare(self.name), max_visits_per_day: bare(self.max_visits_per_day) }
    }

    /// The record as it goes over the wire.
    pub fn new(record: &RegionRecord) -> Self {
        Region {
            id: (&record.id).into(),
            name: field(&record.name),
            max_visits_per_day: field(&record.max_visits_per_day),
        }
    }
}

//! A track as it goes over the wire.

use poem_openapi::Object;
use scheduler::problem::records::TrackRecord;

use crate::http::fields::{Id, Name, bare, field};

/// A track of a programme (leadership, staff …): its enrolments are divided into its networks.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct Track {
    /// Unique among the programme's tracks.
    pub id: Id,
    /// What people call it. Default: the id.
    pub name: Option<Name>,
}

impl Track {
    /// The record as the scheduler reads it.
    pub fn record(self) -> TrackRecord {
        TrackRecord { id: self.id.0, name: bare(self.name), ..TrackRecord::default() }
    }

    /// The record as it goes over the wire.
    pub fn new(record: &TrackRecord) -> Self {
        Track { id: (&record.id).into(), name: field(&record.name) }
    }
}

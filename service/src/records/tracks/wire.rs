//! A track as it goes over the wire.

use poem_openapi::Object;
use scheduler::problem::records::{RangeRecord, TrackRecord};

use crate::http::fields::{Count, Id, Name, bare, bare_list, field, field_list};
use crate::records::programmes::wire::Hosting;

/// A track of a programme (leadership, staff …): its enrolments are divided into its networks.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct Track {
    /// Unique among the programme's tracks.
    pub id: Id,
    /// What people call it. Default: the id.
    pub name: Option<Name>,
    /// How many delegates one of its enrolments may have. Absent: any number.
    pub delegation: Option<Delegation>,
    /// Whether it is divided into networks. Default: true. Else it meets at gatherings alone.
    pub in_networks: Option<bool>,
    /// Ids of the rounds in which its networks visit, at least one. Absent: all.
    pub rounds: Option<Vec<Id>>,
    /// How often its members host. Default: as `visits` of the programme says.
    pub hosting: Option<Hosting>,
}

/// How many delegates an enrolment may have.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all)]
pub struct Delegation {
    /// Fewest, whole, at least 1. Default: 1.
    pub min: Option<Count<1>>,
    /// Most, whole, at least `min`. Absent: no limit.
    pub max: Option<Count<1>>,
}

impl Track {
    /// The record as the scheduler reads it.
    pub fn record(self) -> TrackRecord {
        let delegation = |range: Delegation| RangeRecord { min: bare(range.min), max: bare(range.max) };
        TrackRecord {
            id: self.id.0,
            name: bare(self.name),
            delegation: self.delegation.map(delegation),
            in_networks: self.in_networks,
            rounds: bare_list(self.rounds),
            hosting: bare(self.hosting),
        }
    }

    /// The record as it goes over the wire.
    pub fn new(record: &TrackRecord) -> Self {
        let delegation = |range: &RangeRecord| Delegation { min: field(&range.min), max: field(&range.max) };
        Track {
            id: (&record.id).into(),
            name: field(&record.name),
            delegation: record.delegation.as_ref().map(delegation),
            in_networks: record.in_networks,
            rounds: field_list(&record.rounds),
            hosting: record.hosting.map(Into::into),
        }
    }
}

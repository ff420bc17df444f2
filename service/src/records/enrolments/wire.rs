//! An enrolment as it goes over the wire.

use std::collections::BTreeMap;

use poem_openapi::Object;
use scheduler::problem::records::EnrolmentRecord;

use crate::http::fields::{Id, Whole, bare, bare_list, field, field_list};

/// One delegation of a municipality that needs one network. A further network is a further enrolment.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct Enrolment {
    /// Unique among the programme's enrolments.
    pub id: Id,
    /// The id of the municipality that enrols.
    pub municipality: Id,
    /// The id of its track. Default: the programme's only track.
    pub track: Option<Id>,
    /// How many persons it sends, whole, 1 to 10,000.
    pub delegates: Whole<1, 10_000>,
    /// Ids of the networks it wishes for, best first. Absent or empty: no wish.
    pub preferences: Option<Vec<Id>>,
    /// The id of the network it must be in. Absent: free.
    pub fixed: Option<Id>,
    /// Ids of the networks it must not be in. Default: none.
    pub excluded: Option<Vec<Id>>,
    /// What networks mix by: value by attribute. Names and values are ids; `region` is the municipality's and not named.
    pub attributes: Option<BTreeMap<String, String>>,
}

impl Enrolment {
    /// The record as the scheduler reads it.
    pub fn record(self) -> EnrolmentRecord {
        EnrolmentRecord {
            id: self.id.0,
            municipality: self.municipality.0,
            track: bare(self.track),
            delegates: self.delegates.0,
            preferences: bare_list(self.preferences),
            fixed: bare(self.fixed),
            excluded: bare_list(self.excluded),
            attributes: self.attributes,
        }
    }

    /// The record as it goes over the wire.
    pub fn new(record: &EnrolmentRecord) -> Self {
        Enrolment {
            id: (&record.id).into(),
            municipality: (&record.municipality).into(),
            track: field(&record.track),
            delegates: Whole(record.delegates),
            preferences: field_list(&record.preferences),
            fixed: field(&record.fixed),
            excluded: field_list(&record.excluded),
            attributes: record.attributes.clone(),
        }
    }
}

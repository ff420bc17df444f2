//! A distance as it goes over the wire.

use poem_openapi::Object;
use scheduler::problem::records::DistanceRecord;

use crate::http::fields::{Amount, Id, Number};

/// A distance by road that replaces the computed one, both ways. At most one for each pair.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, example)]
pub struct Distance {
    /// The id of one municipality.
    pub a: Id,
    /// The id of the other.
    pub b: Id,
    /// Kilometres, 0 to 1e12.
    pub km: Amount,
}

impl Distance {
    /// The record as the scheduler reads it.
    pub fn record(self) -> DistanceRecord {
        DistanceRecord { a: self.a.0, b: self.b.0, km: self.km.0 }
    }

    /// The record as it goes over the wire.
    pub fn new(record: &DistanceRecord) -> Self {
        Distance { a: (&record.a).into(), b: (&record.b).into(), km: Number(record.km) }
    }
}

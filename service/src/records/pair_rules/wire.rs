//! A pair rule as it goes over the wire.

use poem_openapi::{Enum, Object};
use scheduler::problem::records::{self, PairRuleRecord};

use crate::http::fields::Id;

/// Whether two municipalities must share a network, or must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case", remote = "records::PairKind")]
pub enum PairKind {
    /// The two never share a network.
    Apart,
    /// The two share a network in every track in which both have an assigned enrolment.
    Together,
}

/// A rule about a pair of municipalities.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, example)]
pub struct PairRule {
    /// `apart`: the two never share a network. `together`: they share one in every track in which both are placed.
    pub kind: PairKind,
    /// The id of one municipality.
    pub a: Id,
    /// The id of the other.
    pub b: Id,
}

impl PairRule {
    /// The record as the scheduler reads it.
    pub fn record(self) -> PairRuleRecord {
        PairRuleRecord { kind: self.kind.into(), a: self.a.0, b: self.b.0 }
    }

    /// The record as it goes over the wire.
    pub fn new(record: &PairRuleRecord) -> Self {
        PairRule { kind: record.kind.into(), a: (&record.a).into(), b: (&record.b).into() }
    }
}

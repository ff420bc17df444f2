//! What a planner has said that no plan may change, by name, and how much at most.

use crate::problem::{Day, GatheringIx, NetworkIx};
use crate::rules::RuleCode;

/// A lock that is in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lock {
    /// The enrolment is locked in its network.
    Enrolment {
        /// That network.
        network: NetworkIx,
    },
    /// The network is locked as a whole.
    Network(NetworkIx),
    /// The visit is locked to these days (one: to its day).
    Days(Vec<Day>),
    /// The visit is locked with its guests.
    Guests,
    /// The gathering is locked: its meetings keep their days and places.
    Gathering(GatheringIx),
    /// Nothing before this day may change.
    Before(Day),
}

/// A limit of what may change that is in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// It would be a change too many.
    Changes {
        /// Most changes.
        most: u32,
    },
    /// It would affect too many municipalities.
    Affected {
        /// Most municipalities.
        most: u32,
    },
}

impl Limit {
    /// What sets it, in place of a rule.
    pub fn rule(&self) -> RuleCode {
        match self {
            Limit::Changes { .. } => RuleCode::MaxChanges,
            Limit::Affected { .. } => RuleCode::MaxAffectedMunicipalities,
        }
    }

    /// A stable code, lower snake_case.
    pub fn code(&self) -> &'static str {
        match self {
            Limit::Changes { .. } => "change_limit",
            Limit::Affected { .. } => "affected_limit",
        }
    }
}

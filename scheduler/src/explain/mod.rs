//! Why: who is left out and for what reason, and what clashes.

use crate::plan::Plan;
use crate::problem::{EnrolmentIx, Problem, RoundIx};

/// Somebody or something that a plan leaves out, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Who or what.
    pub what: Missing,
    /// Stable, lower snake_case.
    pub code: &'static str,
    /// The reason in a sentence, true and re-checked.
    pub reason: String,
}

/// What a plan can leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the fields are what they are named
pub enum Missing {
    /// An enrolment without a network.
    Enrolment { enrolment: EnrolmentIx },
    /// A hosting not held; the round is named where there is one a round.
    Hosting { host: EnrolmentIx, round: Option<RoundIx> },
    /// A member who misses a hosting that is held.
    Guest { guest: EnrolmentIx, host: EnrolmentIx, round: Option<RoundIx> },
}

/// Networks and rules that cannot all be honoured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clash {
    /// What clashes, in a sentence.
    pub detail: String,
    /// Ids of the networks concerned, ascending.
    pub networks: Vec<String>,
    /// The rules concerned: `min_members`, `max_members`, `together` …
    pub rules: Vec<String>,
}

/// Names everything that a plan leaves out, with the reason.
pub fn left_out(_problem: &Problem, _plan: &Plan) -> Vec<LeftOut> {
    Vec::new()
}

//! The queue: one row of the table of plans from the asking to the end, leased by whoever makes it.
//!
//! `queued` → `running` → an end. The process that takes a plan leases it ([`Lease`]) and counts the lease's beat up while
//! it makes the plan; a process whose beats all stand still is taken for lost, its plans go back into the queue, and on from
//! the best so far. What it writes after all is not stored, because its lease is an old one.
//!
//! A loss may be a crash, and the plan its cause. Where nothing else was made in that process it is: the plan's `crashes`
//! count it. Where several were made, nobody can tell. So a plan whose process was lost is made alone from then on, and
//! whoever is the cause will be found, and nobody else blamed. A process that was only held up says so when it comes back,
//! and the loss is forgotten: it was an attempt.

pub mod alone;
pub mod lookout;
pub mod store;

use super::choices::Answer;
use super::steering::Steered;
use super::summary::Summary;
use super::wire::{Clash, Effort, PlanFailure, PlanProgress};

/// The right to write what becomes of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The plan's id.
    pub plan: String,
    /// Drawn by lot each time the plan is taken.
    pub token: i64,
}

/// A plan that is being made, as the queue tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The process that makes it.
    pub runner: String,
    /// Its lease.
    pub lease: Lease,
    /// Changes as long as it is made.
    pub beat: i64,
}

/// What is known of a plan whose search is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The process lives: an attempt, and nothing more.
    OfSearch,
    /// With its process, in which others were made too.
    Among,
    /// With its process, in which it was the only one: a crash. After so many the plan fails.
    Alone(u32),
}

/// A plan taken from the queue.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The right to it.
    pub lease: Lease,
    /// How much effort goes into it.
    pub effort: Effort,
    /// The problem document.
    pub problem: String,
    /// Its SHA-256 when it was asked for, in hex.
    pub problem_sha256: String,
    /// What steers it.
    pub steered: Option<Steered>,
    /// The best plan document that searches before have left.
    pub best: Option<String>,
    /// Seconds of running so far.
    pub seconds_used: f64,
    /// Seconds of running after which it ends with the best so far.
    pub seconds_allowed: f64,
    /// The how manieth search this is, from 1.
    pub attempt: i64,
}

/// What a runner notes of a search.
#[derive(Clone, Copy, Debug)]
pub struct Noted<'a> {
    /// How far it is.
    pub progress: Option<&'a PlanProgress>,
    /// Seconds of running, those of searches before included.
    pub seconds_used: f64,
    /// A plan that is better than what this search has noted before.
    pub best: Option<&'a (Summary, String)>,
    /// What was found beside the plan.
    pub answer: &'a Answer,
    /// Whether it is told as an event of its own.
    pub is_news: bool,
}

/// Whether a search is to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Wanted,
    /// Somebody has asked for it to stop.
    Cancelled,
    /// The plan is another process's by now, or gone.
    Lost,
}

/// How a plan ends.
#[derive(Clone, Debug)]
pub enum End {
    /// With the plan that is stored.
    Planned,
    /// Proved impossible.
    Infeasible(Clash),
    /// Without a plan.
    Failed(PlanFailure),
}

//! What a solve answers with, and what it may begin from: a plan, what it costs, what is proved of it and what it leaves out.

use std::time::Duration;

use crate::cost::Cost;
use crate::effort::{News, Still, Watch};
use crate::infeasibility::Clash;
use crate::plan::Plan;
use crate::problem::{EnrolmentIx, GatheringIx, NetworkIx, RoundIx};
use crate::rules::{RuleCode, Violation};
use crate::steering::Steered;

/// A plan with its cost, its proof and its gaps.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// Who is where, and who visits whom when.
    pub plan: Plan,
    /// Its cost by measure.
    pub cost: Cost,
    /// What is proved.
    pub bound: Bound,
    /// Who and what it leaves out, and why.
    pub left_out: Vec<LeftOut>,
    /// Changes against a base plan and their price, told beside the cost; where something steers the search.
    pub steered: Option<Steered>,
}

/// Somebody or something that a plan leaves out, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Who or what.
    pub what: Missing,
    /// Stable, lower snake_case.
    pub code: &'static str,
    /// The reason in a sentence, true and re-checked.
    pub reason: String,
    /// Every rule in the way, ascending; `lock` and the names of limits where it is none. Empty where nothing is in the way.
    pub rules: Vec<RuleCode>,
}

/// What a plan can leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the fields are what they are named
pub enum Missing {
    /// An enrolment without a network.
    Enrolment { enrolment: EnrolmentIx },
    /// A hosting not held; the round is named where there is one a round.
    Hosting { host: EnrolmentIx, round: Option<RoundIx> },
    /// An enrolment that is invited to a gathering and attends no meeting of it.
    Gathering { enrolment: EnrolmentIx, gathering: GatheringIx },
    /// A round without a hosting, where the members of a network take turns.
    Round { network: NetworkIx, round: RoundIx },
    /// A member who misses a hosting that is held.
    Guest { guest: EnrolmentIx, host: EnrolmentIx, round: Option<RoundIx> },
}

/// Proved lower bounds; 0 where nothing is proved. Where something steers the search, "all" are those that keep the locks
/// and make no more changes than allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bound {
    /// On missed + meeting + gathering_undesired + gathering_travel, over all plans.
    pub gatherings: f64,
    /// On unassigned + preference + travel, over all assignments.
    pub assignment: f64,
    /// On the other five measures, given the plan's networks and gatherings.
    pub timetable: f64,
    /// On the total, over all plans.
    pub total: f64,
}

impl Solution {
    /// What is made small: the cost, and the price of changes.
    pub fn value(&self) -> f64 {
        self.cost.total() + self.steered.map_or(0.0, |steered| steered.price)
    }

    /// (cost − bound) ÷ cost of the gatherings' part; 0 when the cost is 0.
    pub fn gap_gatherings(&self) -> f64 {
        gap(self.cost.gatherings(), self.bound.gatherings)
    }

    /// (cost − bound) ÷ cost of the assignment's part; 0 when the cost is 0.
    pub fn gap_assignment(&self) -> f64 {
        gap(self.cost.assignment(), self.bound.assignment)
    }

    /// (cost − bound) ÷ cost of the timetable's part, given the networks; 0 when the cost is 0.
    pub fn gap_timetable(&self) -> f64 {
        gap(self.cost.timetable(), self.bound.timetable)
    }

    /// (cost − bound) ÷ cost of the total; 0 when the cost is 0.
    pub fn gap_total(&self) -> f64 {
        gap(self.cost.total(), self.bound.total)
    }
}

fn gap(cost: f64, bound: f64) -> f64 {
    if cost <= 0.0 { 0.0 } else { ((cost - bound) / cost).max(0.0) }
}

/// How a solve ended.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one a solve, and hardly ever another than a plan")]
pub enum Outcome {
    /// A plan that keeps every rule.
    Planned(Solution),
    /// Proved: no plan honours what the networks must have at least.
    Infeasible(Clash),
    /// No plan was found in the effort given, and nothing is proved. What the plan comes to that exceeds the limits of changes
    /// least, where one was found that keeps all else.
    NotFound(Option<Steered>),
    /// The only plan made breaks a rule: a fault of the search, never shown as a plan.
    Broken(Vec<Violation>),
}

impl Outcome {
    /// The end of a solve without a plan: the clash where that is proved.
    pub(crate) fn without_plan(clash: Option<Clash>) -> Self {
        clash.map_or(Self::NotFound(None), Self::Infeasible)
    }
}

/// What an earlier solve of the same problem has come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// Its plan. One that breaks a rule is left aside.
    pub plan: Plan,
    /// What it has proved.
    pub bound: Bound,
}

/// The caller's side of a running solve, who is told each plan that is better than all before.
pub trait Observer: Watch {
    /// A whole plan that keeps every rule and is better than all before.
    fn incumbent(&self, solution: &Solution);
}

impl Observer for Still {
    fn incumbent(&self, _: &Solution) {}
}

/// The same caller, who is told nothing of plans that are looked for on the side.
pub(crate) struct Quiet<'a>(pub &'a dyn Watch);

impl Watch for Quiet<'_> {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn stopped(&self) -> bool {
        self.0.stopped()
    }

    fn tell(&self, _: News) {}
}

impl Observer for Quiet<'_> {
    fn incumbent(&self, _: &Solution) {}
}

//! Why a plan is as it is: for an enrolment, a network, a visit and the whole, its share of the cost by measure, its
//! rank among the alternatives, and the rules that stand in their way.
//!
//! An alternative is one thing changed and all else as it is: a network by wishes and travel, a day by the measures of
//! dates. Where one would cost less and no rule is in the way, what it would set off elsewhere costs more, or the
//! search has missed it; the words say which figures they mean.

mod enrolment;
mod network;
pub mod shares;
mod visit;
mod whole;

use crate::cost::{Cost, Measures};
use crate::problem::{Day, EnrolmentIx, NetworkIx, Problem};

use super::obstacle::Obstacle;

pub use enrolment::enrolment;
pub use network::network;
pub use visit::visit;
pub use whole::whole;

/// Figures below this are rounding.
const NEAR: f64 = 1e-6;

/// How many alternatives reasons name.
const NAMED: usize = 3;

/// Why something is as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Its share of the cost, by measure.
    pub share: Cost,
    /// Its place among all alternatives by cost, whatever rules say of them; of a network, among those of its track by cost
    /// for each member.
    pub rank: Option<Rank>,
    /// What could be in its place, the present one among them, the cheapest first.
    pub alternatives: Vec<Alternative>,
    /// What it is made of, by id: a network of its members, a plan of its networks; the dearest first.
    pub parts: Vec<(String, Cost)>,
    /// Why, the most important first.
    pub reasons: Vec<Reason>,
}

impl Explanation {
    /// The rules that bind, in order: each stands in the way of an alternative, or a reason names it.
    pub fn rules(&self) -> Vec<&'static str> {
        let stops = self.alternatives.iter().filter_map(|one| one.stop.as_ref()).map(Stop::rule);
        let mut rules: Vec<&'static str> = self.reasons.iter().filter_map(Reason::rule).chain(stops).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}

/// A place among so many; 1 is the cheapest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// Which place.
    pub place: usize,
    /// Of how many.
    pub of: usize,
}

/// What could be in the place of something.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// What.
    pub choice: Choice,
    /// Whether it is what the plan has.
    pub present: bool,
    /// What it costs more than what the plan has, all else as it is.
    pub difference: f64,
    /// What is in the way.
    pub stop: Option<Stop>,
    /// A member whose place it could take, and what the two together cost more then; told where the network is full.
    pub swap: Option<(EnrolmentIx, f64)>,
}

/// What an alternative is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// A network for an enrolment.
    Network(NetworkIx),
    /// A day for a visit.
    Day(Day),
}

/// What is in the way of an alternative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Of a network.
    Network(Obstacle),
    /// Of a day: a code that `english::stopped` has words for, and the rule behind it.
    Day {
        /// The code.
        code: &'static str,
        /// The rule.
        rule: &'static str,
    },
}

impl Stop {
    /// The rule behind it.
    pub fn rule(&self) -> &'static str {
        match self {
            Stop::Network(obstacle) => obstacle.rule(),
            Stop::Day { rule, .. } => rule,
        }
    }
}

/// A reason, to be put into words by `english::reason`. Costs have their weights applied.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // the words of each say what its fields are
pub enum Reason {
    Fixed { network: String },
    NoWishes,
    WishGranted { rank: usize, of: usize },
    WishOffList { of: usize },
    LeftOut { code: &'static str, words: String },
    BestPlace { of: usize },
    Dearer { network: String, saves: f64, obstacle: Option<Obstacle> },
    Swap { network: String, with: String, saves: f64 },
    NeededHere { network: String },
    AtMost { network: String, what: &'static str, most: u64 },
    AtLeast { network: String, what: &'static str, least: u64 },
    Farthest { network: String, km: f64, most: f64 },
    CostRank { place: usize, of: usize },
    BestDay { of: usize },
    OnlyDay,
    CheaperDay { day: Day, saves: f64 },
    DaysStopped { code: &'static str, rule: &'static str, days: usize },
    Missing { guests: usize },
    Undesired { delegates: u64 },
    Split { visits: usize },
    Largest { measure: &'static str, share: f64 },
    Proved { share: f64 },
    NothingProved,
    DearestNetwork { network: String, share: f64 },
    Binding { rule: &'static str, networks: usize },
}

impl Reason {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Reason::Fixed { .. } => "fixed",
            Reason::NoWishes => "no_wishes",
            Reason::WishGranted { .. } => "wish_granted",
            Reason::WishOffList { .. } => "wish_off_list",
            Reason::LeftOut { code, .. } => code,
            Reason::BestPlace { .. } => "best_place",
            Reason::Dearer { obstacle: Some(_), .. } => "cheaper_but_rule",
            Reason::Dearer { obstacle: None, .. } => "cheaper_but_dates",
            Reason::Swap { .. } => "cheaper_swap",
            Reason::NeededHere { .. } => "needed_here",
            Reason::AtMost { .. } => "at_most",
            Reason::AtLeast { .. } => "at_least",
            Reason::Farthest { .. } => "farthest",
            Reason::CostRank { .. } => "cost_rank",
            Reason::BestDay { .. } => "best_day",
            Reason::OnlyDay => "only_day",
            Reason::CheaperDay { .. } => "cheaper_day",
            Reason::DaysStopped { .. } => "days_stopped",
            Reason::Missing { .. } => "guests_missing",
            Reason::Undesired { .. } => "undesired_day",
            Reason::Split { .. } => "split",
            Reason::Largest { .. } => "largest_measure",
            Reason::Proved { .. } => "proved",
            Reason::NothingProved => "nothing_proved",
            Reason::DearestNetwork { .. } => "dearest_network",
            Reason::Binding { .. } => "rule_at_limit",
        }
    }

    /// The rule that binds, where one does.
    pub fn rule(&self) -> Option<&'static str> {
        match self {
            Reason::Fixed { .. } => Some("A1"),
            Reason::Dearer { obstacle: Some(obstacle), .. } => Some(obstacle.rule()),
            Reason::NeededHere { .. } => Some("A2"),
            Reason::AtMost { what, .. } | Reason::AtLeast { what, .. } => {
                Some(if what.contains("region") { "A4" } else { "A2" })
            }
            Reason::Farthest { .. } => Some("A5"),
            Reason::DaysStopped { rule, .. } | Reason::Binding { rule, .. } => Some(rule),
            _ => None,
        }
    }
}

/// Puts the cheapest first; equal ones stay as they are.
fn cheapest_first(alternatives: &mut [Alternative]) {
    alternatives.sort_by(|a, b| a.difference.total_cmp(&b.difference));
}

/// The place of what costs no more and no less than the present one.
fn rank(alternatives: &[Alternative]) -> Option<Rank> {
    let before = alternatives.iter().filter(|alternative| alternative.difference < -NEAR).count();
    alternatives.iter().any(|one| one.present).then_some(Rank { place: before + 1, of: alternatives.len() })
}

/// Shares with their weights, summed.
fn cost_of<'a>(problem: &Problem, shares: impl IntoIterator<Item = &'a Measures>) -> Cost {
    let sum = shares.into_iter().fold(Measures::default(), |sum, one| shares::plus(&sum, one));
    Cost::of(&sum, problem.weights())
}

/// In percent, to one decimal.
fn percent(part: f64, whole: f64) -> f64 {
    if whole <= 0.0 { 0.0 } else { (part / whole * 1000.0).round() / 10.0 }
}

#[cfg(test)]
mod tests;

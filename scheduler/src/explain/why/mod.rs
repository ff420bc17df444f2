//! Why a plan is as it is: for an enrolment, a network, a visit and the whole, its share of the cost by measure, its
//! rank among the alternatives, and the rules that stand in their way.
//!
//! An alternative is one thing changed and all else as it is: a network by wishes and travel, a day by the measures of
//! dates. Everything in the way of it is told: rules, locks, limits of what may change. Where one would cost less and nothing
//! is in the way, it has a price by what steers the plan, what it would set off elsewhere costs more, or the search has
//! missed it; the words say which figures they mean.

mod enrolment;
mod network;
pub mod shares;
mod visit;
mod whole;

use crate::cost::{Cost, Measures};
use crate::problem::{Day, EnrolmentIx, NetworkIx, Problem};
use crate::rules::RuleCode;

use super::day::{Away, DayStop};
use super::lock::Lock;
use super::obstacle::{Floor, Obstacle};
use super::price::Price;
use super::repair::Change;

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
    /// The rules that bind, in order: each stands in the way of an alternative, or a reason names it. `lock` and
    /// the names of limits among them where it is none.
    pub fn rules(&self) -> Vec<RuleCode> {
        let stops = self.alternatives.iter().flat_map(|one| &one.stops).map(Stop::rule);
        let mut rules: Vec<RuleCode> = self.reasons.iter().filter_map(Reason::rule).chain(stops).collect();
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
    /// What it costs more by what steers the plan: no part of the cost.
    pub price: Price,
    /// Everything in the way; empty: nothing is.
    pub stops: Vec<Stop>,
    /// The changes of records that take all of it out of the way together, where there are some.
    pub lifted: Option<Vec<Change>>,
    /// The guests of a visit who cannot come on this day, each with everything that keeps it away.
    pub lost: Vec<(EnrolmentIx, Vec<Away>)>,
    /// A member whose place it could take, and what the two together cost more then; told where the network is full.
    pub swap: Option<(EnrolmentIx, f64)>,
}

impl Alternative {
    /// Whether A1 keeps an enrolment out of this network, whatever the plan.
    pub fn is_closed(&self) -> bool {
        self.stops.iter().any(|stop| matches!(stop, Stop::Network(obstacle) if obstacle.is_closed()))
    }
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
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// Of a network.
    Network(Obstacle),
    /// Of a day.
    Day(DayStop),
}

impl Stop {
    /// The rule behind it; `lock` or the name of the limit where it is none.
    pub fn rule(&self) -> RuleCode {
        match self {
            Stop::Network(obstacle) => obstacle.rule(),
            Stop::Day(stop) => stop.rule(),
        }
    }

    /// A stable code, lower snake_case.
    pub fn code(&self) -> &'static str {
        match self {
            Stop::Network(obstacle) => obstacle.code(),
            Stop::Day(stop) => stop.code(),
        }
    }
}

/// A reason, to be put into words by `english::reason`. Costs have their weights applied; records are named as people call
/// them.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // the words of each say what its fields are
pub enum Reason {
    Fixed { network: String },
    Locked { lock: Lock },
    NoWishes,
    WishGranted { rank: usize, of: usize },
    WishOffList { of: usize },
    LeftOut { code: &'static str, words: String },
    BestPlace { of: usize },
    Cheaper { network: String, saves: f64, obstacles: Vec<Obstacle>, price: Price },
    Swap { network: String, with: String, saves: f64 },
    NeededHere { network: String, left: u64, floor: Floor },
    PartnerHere { network: String, partner: String },
    AtMost { network: String, rule: RuleCode, what: &'static str, has: u64, most: u64 },
    AtLeast { network: String, rule: RuleCode, what: &'static str, has: u64, least: u64 },
    Farthest { network: String, km: f64, most: f64 },
    CostRank { place: usize, of: usize },
    BestDay { of: usize },
    OnlyDay,
    CheaperDay { day: Day, saves: f64, price: Price },
    DaysStopped { stop: DayStop, days: usize },
    Missing { guests: Vec<String> },
    Undesired { delegates: u64 },
    Split { visits: usize },
    Largest { measure: &'static str, share: f64 },
    Proved { share: f64, restricted: bool },
    NothingProved,
    DearestNetwork { network: String, share: f64 },
    Binding { rule: RuleCode, networks: usize },
}

impl Reason {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Reason::Fixed { .. } => "fixed",
            Reason::Locked { .. } => "locked",
            Reason::NoWishes => "no_wishes",
            Reason::WishGranted { .. } => "wish_granted",
            Reason::WishOffList { .. } => "wish_off_list",
            Reason::LeftOut { code, .. } => code,
            Reason::BestPlace { .. } => "best_place",
            Reason::Cheaper { obstacles, saves, price, .. } => match obstacles.first() {
                Some(Obstacle::Locked(_)) => "locked",
                Some(Obstacle::Limit(limit)) => limit.code(),
                Some(_) => "cheaper_but_rule",
                None if price.total() >= *saves => "cheaper_but_price",
                None => "cheaper_but_dates",
            },
            Reason::Swap { .. } => "cheaper_swap",
            Reason::NeededHere { .. } => "needed_here",
            Reason::PartnerHere { .. } => "partner_here",
            Reason::AtMost { .. } => "at_most",
            Reason::AtLeast { .. } => "at_least",
            Reason::Farthest { .. } => "farthest",
            Reason::CostRank { .. } => "cost_rank",
            Reason::BestDay { .. } => "best_day",
            Reason::OnlyDay => "only_day",
            Reason::CheaperDay { saves, price, .. } if price.total() >= *saves => "cheaper_but_price",
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

    /// The rule that binds, where one does; `lock` or the name of the limit where it is none.
    pub fn rule(&self) -> Option<RuleCode> {
        match self {
            Reason::Fixed { .. } => Some(RuleCode::A1),
            Reason::Locked { .. } => Some(RuleCode::Lock),
            Reason::Cheaper { obstacles, .. } => obstacles.first().map(Obstacle::rule),
            Reason::NeededHere { floor: Floor::Regions { .. }, .. } => Some(RuleCode::A4),
            Reason::NeededHere { .. } => Some(RuleCode::A2),
            Reason::PartnerHere { .. } => Some(RuleCode::A6),
            Reason::AtMost { rule, .. } | Reason::AtLeast { rule, .. } => Some(*rule),
            Reason::Farthest { .. } => Some(RuleCode::A5),
            Reason::DaysStopped { stop, .. } => Some(stop.rule()),
            Reason::Binding { rule, .. } => Some(*rule),
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

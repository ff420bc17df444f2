//! The best plan of a small problem, proved: every assignment, each network with its best dates, all of them together where
//! their days get in each other's way.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::assignment::{self, ExactTimetableCost, Known};
use crate::cost::cost;
use crate::effort::Budget;
use crate::plan::{Plan, Visit};
use crate::problem::{EnrolmentIx, NetworkIx};
use crate::rules;
use crate::steering::{Steering, Task};
use crate::timetable::{Estimate, Settled};

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Best {
    /// Proved: no plan costs less than this one, and of those that cost the same none moves fewer persons.
    Plan(Plan),
    /// Proved: there is no plan.
    None,
    /// Nothing is proved; the best plan that was found, where it is better than what was begun with.
    Open(Option<Plan>),
}

/// Looks of a lower bound that is as near as it can be.
const NEAR: usize = 40;
/// Most open days times pairs of members: a network's dates are settled in some hundredths of a second.
const MOST_DATES: usize = 12_000;

/// Whether a problem is so small that its best plan can be looked for in this way: up to a dozen enrolments, and not many
/// days. Where something steers that is not a demand, it is not.
pub fn is_small(problem: &Task) -> bool {
    let days: usize = problem.rounds().iter().map(|round| round.open_days.len()).sum();
    assignment::is_small(problem)
        && days * problem.enrolments().len().pow(2) <= MOST_DATES
        && problem.steering().is_none_or(Steering::only_demands)
}

/// The best plan of a small problem. `start`: a plan that keeps every rule, to be bettered; `before`: where everybody and
/// every visit was, which is kept where nothing is gained by changing it.
pub fn best(problem: &Task, start: Option<&Plan>, before: &Plan, budget: &Budget<'_>) -> Best {
    let dates = Dates::new(problem, before);
    let known = Known {
        cost: start.map_or(f64::INFINITY, |plan| cost(problem, plan).total()),
        moved: start.map_or(u64::MAX, |plan| moved(problem, plan, before)),
    };
    let every = assignment::settle(problem, &before.network_of, known, &dates, budget);
    let better = every.network_of.map(|network_of| {
        let visits = dates.whole.borrow_mut().remove(&network_of).unwrap_or_default();
        problem.plan(network_of, visits)
    });
    match (better.or_else(|| start.cloned()), every.done) {
        (Some(plan), true) => Best::Plan(plan),
        (None, true) => Best::None,
        (plan, false) => Best::Open(plan),
    }
}

/// How many persons are elsewhere in a plan than they were, or in no network any more.
pub fn moved(problem: &Task, plan: &Plan, before: &Plan) -> u64 {
    let rows = problem.enrolments().iter().zip(plan.network_of.iter().zip(&before.network_of));
    rows.filter(|(_, (now, was))| was.is_some() && now != was).map(|(e, _)| u64::from(e.delegates)).sum()
}

/// What is known of dates.
struct Dates<'p> {
    problem: &'p Task,
    before: &'p Plan,
    estimate: Estimate<'p>,
    networks: RefCell<BTreeMap<Vec<EnrolmentIx>, Network>>,
    /// The visits of whole assignments that were looked at.
    whole: RefCell<BTreeMap<Vec<Option<NetworkIx>>, Vec<Visit>>>,
}

/// What is known of a network's dates.
#[derive(Clone, Debug, Default)]
struct Network {
    /// A lower bound by the quickest look, and the best so far.
    floor: f64,
    known: f64,
    /// Whether a longer look was taken.
    near: bool,
    /// The best visits, once they are known.
    best: Option<Vec<Visit>>,
}

impl<'p> Dates<'p> {
    fn new(problem: &'p Task, before: &'p Plan) -> Dates<'p> {
        let (networks, whole) = (RefCell::default(), RefCell::default());
        Dates { problem, before, estimate: Estimate::new(problem), networks, whole }
    }

    /// Looks something up, or begins to know it.
    fn at<T>(&self, members: &[EnrolmentIx], look: impl FnOnce(&mut Network) -> T) -> T {
        let mut networks = self.networks.borrow_mut();
        let network = networks.entry(members.to_vec()).or_insert_with(|| {
            let floor = if members.len() < 2 { 0.0 } else { self.estimate.floor(members) };
            Network { floor, known: floor, near: false, best: None }
        });
        look(network)
    }

    /// The best dates of a network by itself, from those that its members had.
    fn settle(&self, members: &[EnrolmentIx], budget: &Budget<'_>) -> Settled {
        let network = NetworkIx::new(0); // any: dates do not depend on it
        let mut plan = Plan::empty(self.problem);
        members.iter().for_each(|e| plan.network_of[e.at()] = Some(network));
        let mine = self.before.visits.iter().filter(|visit| members.contains(&visit.host));
        plan.visits = mine.map(|visit| Visit { network, ..visit.clone() }).collect();
        self.estimate.settle(&plan, budget)
    }
}

impl ExactTimetableCost for Dates<'_> {
    fn lower_bound(&self, members: &[EnrolmentIx]) -> f64 {
        self.at(members, |network| network.floor)
    }

    fn known(&self, members: &[EnrolmentIx]) -> f64 {
        self.at(members, |network| network.known)
    }

    fn near(&self, members: &[EnrolmentIx]) {
        if members.len() < 2 || self.at(members, |network| std::mem::replace(&mut network.near, true)) {
            return;
        }
        let near = self.estimate.near(members, NEAR);
        self.at(members, |network| network.known = network.known.max(near));
    }

    fn best(&self, members: &[EnrolmentIx], budget: &Budget<'_>) -> bool {
        if self.at(members, |network| network.best.is_some() || network.known == f64::INFINITY) {
            return true;
        }
        let receives = |e: &EnrolmentIx| self.problem.steering().is_some_and(|steering| steering.times(*e));
        let settled = match members {
            [] => Settled::Best(0.0, Vec::new()),
            [alone] if receives(alone) => Settled::Impossible, // nobody comes
            [_] => Settled::Best(0.0, Vec::new()),
            several => self.settle(several, budget),
        };
        self.at(members, |network| match settled {
            Settled::Best(cost, visits) => (network.known, network.best) = (cost, Some(visits)),
            Settled::Impossible => network.known = f64::INFINITY,
            Settled::Open => {}
        });
        self.at(members, |network| network.best.is_some() || network.known == f64::INFINITY)
    }

    fn together(&self, network_of: &[Option<NetworkIx>], budget: &Budget<'_>) -> Option<f64> {
        let mut plan = self.problem.plan(network_of.to_vec(), Vec::new());
        for (n, members) in plan.members(self.problem).iter().enumerate() {
            let visits = self.at(members, |network| network.best.clone()).unwrap_or_default();
            plan.visits.extend(visits.into_iter().map(|visit| Visit { network: NetworkIx::new(n), ..visit }));
        }
        plan.sort();
        if !rules::violations(self.problem, &plan).is_empty() {
            // By themselves they are best on days that they cannot all have.
            match self.estimate.settle(&plan, budget) {
                Settled::Best(_, visits) => plan.visits = visits,
                Settled::Impossible => return Some(f64::INFINITY),
                Settled::Open => return None,
            }
        }
        let dates = cost(self.problem, &plan).timetable();
        self.whole.borrow_mut().insert(plan.network_of, plan.visits);
        Some(dates)
    }
}

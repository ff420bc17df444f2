//! The incumbent: the best plan so far, checked by the rules and priced from scratch, with what is proved of it.

use std::time::Duration;

use super::gentle;
use super::total_bound;
use crate::assignment::Assignment;
use crate::cost::{self, Cost};
use crate::effort::Effort;
use crate::explain;
use crate::plan::Plan;
use crate::problem::EnrolmentIx;
use crate::rules::{self, Violation};
use crate::solution::{Bound, Observer, Outcome, Solution, Start};
use crate::steering::{self, Steered, Steering, Task};
use crate::timetable;

/// The best plan so far that keeps every rule and every lock.
pub(crate) struct Incumbent<'a> {
    pub(crate) problem: &'a Task,
    watch: &'a dyn Observer,
    gap: f64,
    pub(crate) solution: Option<Solution>,
    broken: Vec<Violation>,
    /// What the plan comes to that exceeds the limits of changes least.
    nearest: Option<Steered>,
    /// Other plans that disturb fewer, where few changes are asked for.
    others: Option<gentle::Pool>,
    /// What is proved of networks and dates together, of every plan.
    proved: f64,
    /// What is proved of the gatherings, of every plan.
    gatherings: f64,
    /// How long the best plan took to be checked.
    pub(super) took: Duration,
}

impl<'a> Incumbent<'a> {
    /// None so far.
    pub(crate) fn new(problem: &'a Task, effort: &Effort, watch: &'a dyn Observer) -> Incumbent<'a> {
        Incumbent {
            problem,
            watch,
            gap: effort.gap.unwrap_or(0.0),
            solution: None,
            broken: Vec::new(),
            nearest: None,
            others: problem.steering().is_some_and(Steering::wants_few).then(gentle::Pool::default),
            proved: 0.0,
            gatherings: 0.0,
            took: Duration::ZERO,
        }
    }

    /// What it came to.
    pub(crate) fn outcome(self) -> Outcome {
        match (self.solution, self.broken) {
            (Some(solution), _) => Outcome::Planned(solution),
            (None, broken) if broken.iter().all(steering::is_lock) => Outcome::NotFound(self.nearest),
            (None, broken) => Outcome::Broken(broken),
        }
    }

    /// Begins with the best of these plans, if one keeps every rule: its networks.
    pub(super) fn begin(&mut self, starts: impl IntoIterator<Item = Start>) -> Option<Assignment> {
        for start in starts {
            self.offer_proved(start.plan, start.bound.assignment, start.bound.timetable);
        }
        self.broken.clear();
        self.at_hand()
    }

    /// The networks of the best plan.
    pub(super) fn at_hand(&self) -> Option<Assignment> {
        self.solution.as_ref().map(|best| Assignment::of(&best.plan, best.bound.assignment))
    }

    /// Offers a plan that was searched for, with what the search has proved: of the cost alone, where nothing else has a
    /// price.
    pub(crate) fn offer(&mut self, plan: Plan, assignment_bound: f64, timetable_bound: f64) {
        if self.problem.steering().is_some_and(Steering::has_prices) {
            let (networks, dates) = total_bound::bounds(self.problem, &plan);
            return self.offer_proved(plan, networks, dates);
        }
        self.offer_proved(plan, assignment_bound, timetable_bound);
    }

    /// Checks a plan, works its cost out from scratch, and keeps it where it is better than all before.
    pub(crate) fn offer_proved(&mut self, mut plan: Plan, assignment_bound: f64, timetable_bound: f64) {
        let begun = self.watch.elapsed();
        plan.sort();
        let mut broken = rules::violations(self.problem, &plan);
        let steering = self.problem.steering();
        broken.extend(steering.into_iter().flat_map(|steering| steering.broken(self.problem, &plan)));
        let steered = steering.map(|steering| steering.judge(self.problem, &plan));
        if !broken.is_empty() {
            if broken.iter().all(steering::is_limit) {
                self.note_nearest(steered);
            }
            self.broken = broken;
            return;
        }
        let cost = cost::cost(self.problem, &plan);
        if let (Some(others), Some(steered)) = (&mut self.others, &steered) {
            let (value, disturbed) = (cost.total() + steered.price, gentle::disturbed(steered));
            others.keep(gentle::Candidate {
                plan: plan.clone(),
                losses: losses(self.problem, Some(steered)),
                value,
                disturbed,
            });
        }
        let proved = self.solution.as_ref().map_or(0.0, |best| best.bound.assignment).max(assignment_bound);
        if let Some(best) = &mut self.solution {
            best.bound.assignment = proved.min(best.cost.assignment());
            if best.plan.network_of == plan.network_of {
                best.bound.timetable = best.bound.timetable.max(timetable_bound).min(best.cost.timetable());
            }
            best.bound.total = total(self.problem, &best.plan, &best.cost, &best.bound, self.proved);
            let value = cost.total() + steered.map_or(0.0, |steered| steered.price);
            let [new, known] = [&steered, &best.steered].map(|one| losses(self.problem, one.as_ref()));
            if (new, value) >= (known, best.value()) {
                return;
            }
        }
        self.take(plan, cost, steered, proved, timetable_bound);
        self.took = self.watch.elapsed().saturating_sub(begun);
    }

    /// Takes note of what a plan comes to that keeps all but the limits of changes.
    fn note_nearest(&mut self, steered: Option<Steered>) {
        let Some((steering, steered)) = self.problem.steering().zip(steered) else { return };
        let excess = |steered: &Steered| steering.excess(steered);
        if self.nearest.as_ref().is_none_or(|known| excess(&steered) < excess(known)) {
            self.nearest = Some(steered);
        }
    }

    /// Takes another plan for the best one.
    fn take(&mut self, plan: Plan, cost: Cost, steered: Option<Steered>, proved: f64, timetable_bound: f64) {
        let same = self.solution.as_ref().filter(|best| best.plan.network_of == plan.network_of);
        let timetable = same.map_or(0.0, |best| best.bound.timetable).max(timetable_bound).min(cost.timetable());
        let assignment = proved.min(cost.assignment());
        let gatherings = self.gatherings.min(cost.gatherings());
        let mut bound = Bound { gatherings, assignment, timetable, total: 0.0 };
        bound.total = total(self.problem, &plan, &cost, &bound, self.proved);
        let left_out = explain::left_out(self.problem, &plan);
        let solution = Solution { plan, cost, bound, left_out, steered };
        self.watch.incumbent(&solution);
        self.solution = Some(solution);
    }

    /// Ends with the plan that disturbs fewest, of those that have been offered and cost no more than this.
    pub(crate) fn end_gently(&mut self, most: f64) {
        let losses = losses(self.problem, self.solution.as_ref().and_then(|best| best.steered.as_ref()));
        let gentlest = self.others.as_ref().and_then(|others| others.gentlest(losses, most)).cloned();
        let better = |found: &gentle::Candidate| {
            let now = self.solution.as_ref().and_then(|best| best.steered.as_ref()).map(gentle::disturbed);
            now.is_some_and(|now| found.disturbed < now)
        };
        if let Some(found) = gentlest.filter(better) {
            let cost = cost::cost(self.problem, &found.plan);
            let steered = self.problem.steering().map(|steering| steering.judge(self.problem, &found.plan));
            let proved = self.solution.as_ref().map_or(0.0, |best| best.bound.assignment);
            let dates = total_bound::bounds(self.problem, &found.plan).1;
            self.take(found.plan, cost, steered, proved, dates);
        }
    }

    /// Takes note of what is proved of networks and dates together, of every plan.
    pub(crate) fn prove(&mut self, networks_and_dates: f64) {
        self.proved = self.proved.max(networks_and_dates);
        if let Some(best) = &mut self.solution {
            best.bound.total =
                total(self.problem, &best.plan, &best.cost, &best.bound, self.proved).max(best.bound.total);
        }
    }

    /// Takes note of what is proved of the gatherings, of every plan.
    pub(crate) fn prove_gatherings(&mut self, proved: f64) {
        self.gatherings = self.gatherings.max(proved);
        if let Some(best) = &mut self.solution {
            best.bound.gatherings = self.gatherings.min(best.cost.gatherings());
            best.bound.total =
                total(self.problem, &best.plan, &best.cost, &best.bound, self.proved).max(best.bound.total);
        }
    }

    /// The assignment with the visits to begin from: the best plan's where it has the same networks, else quick ones, its
    /// own first where there is a base plan to keep to.
    pub(crate) fn visits_for(&self, problem: &Task, assigned: &Assignment) -> Plan {
        let best = self.solution.as_ref();
        if let Some(best) = best.filter(|best| best.plan.network_of == assigned.network_of) {
            return best.plan.clone();
        }
        let kept = best.filter(|_| problem.steering().and_then(Steering::base).is_some());
        let visits = kept.map_or_else(Vec::new, |best| best.plan.visits.clone());
        let plan = problem.plan(assigned.network_of.clone(), visits);
        Plan { visits: timetable::greedy(problem, &plan).visits, ..plan }
    }

    /// Whether nothing better is to be had, or the gap asked for is reached.
    pub(crate) fn is_proved(&self) -> bool {
        let Some(best) = &self.solution else { return false };
        let paid = best.steered.is_some_and(|steered| steered.price > 0.0);
        !paid
            && (best.gap_total() <= self.gap.max(1e-9)
                || (self.problem.gatherings().is_empty()
                    && best.bound.assignment >= best.cost.assignment() - 1e-6
                    && best.bound.timetable >= best.cost.timetable() - 1e-6
                    && self.has_one_assignment()))
    }

    /// Whether networks are settled, so that proved dates are proved for all plans.
    fn has_one_assignment(&self) -> bool {
        (0..self.problem.enrolments().len()).all(|e| self.problem.must_be_in(EnrolmentIx::new(e)).is_some())
    }
}

/// What is proved of the total: of the gatherings, and of networks and dates, `proved` of both together.
fn total(problem: &Task, plan: &Plan, cost: &Cost, bound: &Bound, proved: f64) -> f64 {
    let rest = cost.assignment() + cost.timetable();
    bound.gatherings + total_bound::bound(problem, plan, cost, bound).max(proved.min(rest))
}

/// What weighs more than any cost: see [`Steering::losses`].
fn losses(problem: &Task, steered: Option<&Steered>) -> u32 {
    let both = problem.steering().zip(steered);
    both.map_or(0, |(steering, steered)| steering.losses(&steered.changes))
}

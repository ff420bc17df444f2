//! The plan of attack, on one screen: networks, networks with an eye on dates, dates; then again with what effort is
//! left.

use crate::assignment::{self, Assignment};
use crate::cost;
use std::time::Duration;

use crate::effort::{Budget, Effort, Limit, News, Watch};
use crate::explain::{self, Clash};
use crate::joint::{self, Dates};
use crate::plan::Plan;
use crate::problem::Problem;
use crate::rules::{self, Violation};
use crate::solution::{Bound, Solution};
use crate::timetable;
use crate::total;

/// How a solve ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A plan that keeps every rule.
    Planned(Solution),
    /// Proved: no plan honours what the networks must have at least.
    Infeasible(Clash),
    /// No plan was found in the effort given, and nothing is proved.
    NotFound,
    /// The only plan made breaks a rule: a fault of the search, never shown as a plan.
    Broken(Vec<Violation>),
}

/// The part of the effort that goes into a first answer, and the most of it: whoever allows a day wants one soon too.
const FIRST_ANSWER: f64 = 0.05;
/// See [`FIRST_ANSWER`].
const FIRST_ANSWER_LIMIT: Limit = Limit { time: Duration::from_secs(3), steps: 3_000_000 };
/// What the first turn of networks and dates takes at most; each later one may take twice as much as the one before,
/// so that long efforts answer with better plans again and again.
const FIRST_TURN: Limit = Limit { time: Duration::from_secs(60), steps: 60_000_000 };
/// The part of a turn that goes into the networks by themselves, and of what is left then the part that goes into
/// networks and dates together.
const NETWORKS: f64 = 0.35;
const BOTH: f64 = 0.55;

/// What an earlier solve of the same problem has come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// Its plan. One that breaks a rule is left aside.
    pub plan: Plan,
    /// What it has proved.
    pub bound: Bound,
}

/// Makes a plan: as good as the effort allows, checked by the rules before it is answered.
pub fn solve(problem: &Problem, effort: &Effort, watch: &dyn Watch) -> Outcome {
    solve_from(problem, None, effort, watch)
}

/// The same, from where an earlier solve has ended: the plan costs no more than the one it begins from, and no less is
/// proved of it.
pub fn solve_from(problem: &Problem, start: Option<Start>, effort: &Effort, watch: &dyn Watch) -> Outcome {
    let budget = Budget::new(effort, watch);
    let mut best = Best { problem, watch, gap: effort.gap.unwrap_or(0.0), solution: None, broken: Vec::new() };

    watch.tell(News::Phase("assignment"));
    let mut assigned = match start.and_then(|start| best.begin(start)) {
        Some(before) => before,
        None => {
            let first = match first_assignment(problem, effort.seed, &budget) {
                assignment::Outcome::Assigned(first) => first,
                assignment::Outcome::Infeasible(clash) => return Outcome::Infeasible(clash),
                assignment::Outcome::NotFound => return Outcome::NotFound,
            };
            let plan = Plan { network_of: first.network_of.clone(), visits: Vec::new() };
            let dates = timetable::greedy(problem, &plan);
            best.offer(Plan { visits: dates.visits, ..plan }, first.bound, dates.bound);
            first
        }
    };

    let known = Dates::new(problem);
    let mut tried = Vec::new();
    for turn in 0.. {
        if budget.enough() || best.is_proved() {
            break;
        }
        let seed = effort.seed.wrapping_add(turn.into());
        let share = budget.share_at_most(1.0, FIRST_TURN.doubled(turn));
        let networks = share.share(if problem.rounds().is_empty() { 1.0 } else { NETWORKS });
        watch.tell(News::Phase("assignment"));
        if let assignment::Outcome::Assigned(better) = assign(problem, Some(&assigned), seed, &share, networks) {
            assigned = better;
        }
        // Once the networks at hand have been tried, the best plan's are: they know about dates.
        let mut start = match &best.solution {
            Some(best) if tried == assigned.network_of => best.plan.clone(),
            _ => best.visits_for(&assigned),
        };
        if joint::pays(problem, &share) {
            tried.clone_from(&assigned.network_of);
            watch.tell(News::Phase("joint"));
            start = jointly(problem, &known, &start, seed, &share);
        }
        watch.tell(News::Phase("timetable"));
        let dates = timetable::solve(problem, &start, seed, &share);
        best.offer(Plan { visits: dates.visits, ..start }, assigned.bound, dates.bound);
        budget.join(&share);
        if share.spent() == 0 {
            break; // neither search found anything left to try
        }
    }
    match (best.solution, best.broken) {
        (Some(solution), _) => Outcome::Planned(solution),
        (None, broken) => Outcome::Broken(broken),
    }
}

/// Quick networks; where there are none that quickly, with all the effort there is.
fn first_assignment(problem: &Problem, seed: u64, budget: &Budget<'_>) -> assignment::Outcome {
    let quick = budget.share_at_most(FIRST_ANSWER, FIRST_ANSWER_LIMIT);
    match assign(problem, None, seed, budget, quick) {
        assignment::Outcome::NotFound => assign(problem, None, seed, budget, budget.share(1.0)),
        found => found,
    }
}

/// Networks by both halves of the cost, with dates that each has by itself, from those of a plan.
fn jointly(problem: &Problem, known: &Dates<'_>, start: &Plan, seed: u64, budget: &Budget<'_>) -> Plan {
    let share = budget.share(BOTH);
    known.learn(problem, start);
    let networks = assignment::improve(problem, &start.network_of, known, seed, &share);
    budget.join(&share);
    known.plan(problem, networks)
}

/// One go at the networks with a share of the budget, which is joined again.
fn assign(
    problem: &Problem,
    start: Option<&Assignment>,
    seed: u64,
    budget: &Budget<'_>,
    share: Budget<'_>,
) -> assignment::Outcome {
    let outcome = assignment::solve(problem, start, seed, &share);
    budget.join(&share);
    outcome
}

/// The best plan so far that keeps every rule.
struct Best<'a> {
    problem: &'a Problem,
    watch: &'a dyn Watch,
    gap: f64,
    solution: Option<Solution>,
    broken: Vec<Violation>,
}

impl Best<'_> {
    /// Begins with the plan of an earlier solve, if it keeps every rule: its networks.
    fn begin(&mut self, start: Start) -> Option<Assignment> {
        let assigned = Assignment::of(&start.plan, start.bound.assignment);
        self.offer(start.plan, start.bound.assignment, start.bound.timetable);
        self.broken.clear();
        self.solution.is_some().then_some(assigned)
    }

    /// Checks a plan, works its cost out from scratch, and keeps it where it is better than all before.
    fn offer(&mut self, mut plan: Plan, assignment_bound: f64, timetable_bound: f64) {
        plan.sort();
        let broken = rules::violations(self.problem, &plan);
        if !broken.is_empty() {
            self.broken = broken;
            return;
        }
        let cost = cost::cost(self.problem, &plan);
        let proved = self.solution.as_ref().map_or(0.0, |best| best.bound.assignment).max(assignment_bound);
        if let Some(best) = &mut self.solution {
            best.bound.assignment = proved.min(best.cost.assignment());
            if best.plan.network_of == plan.network_of {
                best.bound.timetable = best.bound.timetable.max(timetable_bound).min(best.cost.timetable());
            }
            best.bound.total = total::bound(self.problem, &best.plan, &best.cost, &best.bound);
            if cost.total() >= best.cost.total() {
                return;
            }
        }
        let same = self.solution.as_ref().filter(|best| best.plan.network_of == plan.network_of);
        let timetable = same.map_or(0.0, |best| best.bound.timetable).max(timetable_bound).min(cost.timetable());
        let assignment = proved.min(cost.assignment());
        let mut bound = Bound { assignment, timetable, total: assignment };
        bound.total = total::bound(self.problem, &plan, &cost, &bound);
        let left_out = explain::left_out(self.problem, &plan);
        let solution = Solution { plan, cost, bound, left_out };
        self.watch.tell(News::Incumbent(&solution));
        self.solution = Some(solution);
    }

    /// The assignment with the visits to begin from: the best plan's where it has the same networks, else quick ones.
    fn visits_for(&self, assigned: &Assignment) -> Plan {
        match &self.solution {
            Some(best) if best.plan.network_of == assigned.network_of => best.plan.clone(),
            _ => {
                let plan = Plan { network_of: assigned.network_of.clone(), visits: Vec::new() };
                Plan { visits: timetable::greedy(self.problem, &plan).visits, ..plan }
            }
        }
    }

    /// Whether nothing better is to be had, or the gap asked for is reached.
    fn is_proved(&self) -> bool {
        let Some(best) = &self.solution else { return false };
        let gap = best.gap_total();
        gap <= self.gap.max(1e-9)
            || (best.bound.assignment >= best.cost.assignment() - 1e-6
                && best.bound.timetable >= best.cost.timetable() - 1e-6
                && self.has_one_assignment())
    }

    /// Whether networks are settled, so that proved dates are proved for all plans.
    fn has_one_assignment(&self) -> bool {
        self.problem.enrolments().iter().all(|enrolment| enrolment.fixed.is_some())
    }
}

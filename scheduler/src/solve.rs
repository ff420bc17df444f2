//! The plan of attack, on one screen: networks, networks with an eye on dates, dates; then again with what effort is
//! left. Where something steers the search, it begins from the base plan, mended.

use crate::assignment::{self, Assignment};
use crate::clash;
use crate::cost::{self, Cost};
use std::time::Duration;

use crate::effort::{Budget, Effort, Limit, News, Watch};
use crate::explain::{self, Clash};
use crate::fair;
use crate::gentle;
use crate::joint::{self, Dates};
use crate::plan::Plan;
use crate::problem::{EnrolmentIx, NetworkIx, Problem};
use crate::replan;
use crate::rules::{self, Violation};
use crate::solution::{Bound, Solution};
use crate::steering::{self, Steered, Steering};
use crate::timetable;
use crate::total;

/// How a solve ended.
#[derive(Clone, Debug)]
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
/// The part of what dates would have that goes into a bound on networks and dates together.
const BOUND: f64 = 0.35;

/// The part of the effort that goes into disturbing fewer, where that is asked for.
const GENTLE: f64 = 0.1;

/// So many times what checking the first plan took is kept for the last one: it is checked, explained and written down.
const ENDING: f64 = 3.0;

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
    let mut best = Best::new(problem, effort, watch);

    watch.tell(News::Phase("assignment"));
    if let Some(clash) = replan::too_few_changes(problem) {
        return Outcome::Infeasible(clash);
    }
    let gentle = problem.steering().is_some_and(Steering::wants_few);
    let before = best.begin(start).and(best.solution.as_ref().map(Solution::value));
    let begun = match best.at_hand().filter(|_| !gentle) {
        None => best.begin(replan::starts(problem, effort.seed, &budget)),
        begun => begun,
    };
    let mut made = None;
    let mut assigned = match begun {
        Some(begun) => begun,
        None => {
            if let Some(clash) = replan::too_few_for_networks(problem, effort.seed, &budget) {
                return Outcome::Infeasible(clash);
            }
            let first = match replan::first_networks(problem, effort.seed, &budget) {
                assignment::Outcome::Assigned(first) => first,
                assignment::Outcome::Infeasible(clash) => {
                    let smallest = clash::floors(problem, effort, watch);
                    return Outcome::Infeasible(smallest.unwrap_or(clash));
                }
                assignment::Outcome::NotFound => return Outcome::NotFound(None),
            };
            let visits = problem.steering().and_then(Steering::base).map_or_else(Vec::new, |base| base.visits.clone());
            let plan = Plan { network_of: first.network_of.clone(), visits };
            let dates = timetable::greedy(problem, &plan);
            let plan = Plan { visits: dates.visits, ..plan };
            best.offer(plan.clone(), first.bound, dates.bound);
            made = Some(plan);
            first
        }
    };
    let budget = budget.holding_back(best.took.mul_f64(ENDING));
    let whole = budget;
    let budget = whole.share(if gentle { 1.0 - GENTLE } else { 1.0 });
    if problem.steering().is_some_and(Steering::allows_few) {
        let first = best.solution.as_ref().map(|best| best.plan.clone()).or(made);
        first.into_iter().for_each(|first| replan::with_few_changes(&mut best, first, effort.seed, &budget));
    } else if problem.steering().is_some_and(Steering::minds_the_farthest) {
        fair::for_the_farthest(&mut best, effort.seed, &budget);
    } else {
        take_turns(&mut best, &mut assigned, effort.seed, &budget);
    }
    if gentle {
        whole.join(&budget);
        replan::calm(&mut best, before, &whole);
    }
    if best.solution.is_none()
        && let Some(clash) = replan::too_few_for_dates(problem, effort.seed, &whole)
    {
        return Outcome::Infeasible(clash);
    }
    best.outcome()
}

/// Turn by turn, each longer than the one before, until the budget is used up or nothing better is to be had.
fn take_turns(best: &mut Best<'_>, assigned: &mut Assignment, seed: u64, budget: &Budget<'_>) {
    let known = Dates::new(best.problem);
    let mut tried = Vec::new();
    for turn in 0.. {
        if budget.enough() || best.is_proved() {
            break;
        }
        let share = budget.share_at_most(1.0, FIRST_TURN.doubled(turn));
        let seed = seed.wrapping_add(turn.into());
        let (plan, dates_bound) = take_turn(best, best.problem, &known, assigned, &mut tried, seed, &share);
        best.offer(plan, assigned.bound, dates_bound);
        let boundable = is_boundable(best.problem, assigned) && !best.is_proved();
        if let Some(solution) = best.solution.as_ref().filter(|_| boundable) {
            let proved = joint::bound(best.problem, &known, assigned, &solution.plan, &share);
            best.prove(proved);
        }
        budget.join(&share);
        if share.spent() == 0 {
            break; // neither search found anything left to try
        }
    }
}

/// Networks, networks with an eye on dates, dates: the plan that comes of it, and what is proved of its dates. Leaves some of
/// the share where more than that can be proved.
/// `problem` is the best plan's own, steered perhaps in another way.
pub(crate) fn take_turn(
    best: &Best<'_>,
    problem: &Problem,
    known: &Dates<'_>,
    assigned: &mut Assignment,
    tried: &mut Vec<Option<NetworkIx>>,
    seed: u64,
    share: &Budget<'_>,
) -> (Plan, f64) {
    let watch = share.watch();
    let networks = share.share(if problem.rounds().is_empty() { 1.0 } else { NETWORKS });
    watch.tell(News::Phase("assignment"));
    if let assignment::Outcome::Assigned(better) = assign(problem, Some(&*assigned), seed, share, networks) {
        *assigned = better;
    }
    // Once the networks at hand have been tried, the best plan's are: they know about dates.
    let mut start = match &best.solution {
        Some(best) if *tried == assigned.network_of => best.plan.clone(),
        _ => best.visits_for(problem, assigned),
    };
    if joint::pays(problem, share) {
        tried.clone_from(&assigned.network_of);
        watch.tell(News::Phase("joint"));
        let both = share.share(BOTH);
        start = joint::improve(problem, known, &start, seed, &both);
        share.join(&both);
    }
    watch.tell(News::Phase("timetable"));
    let dating = share.share(if is_boundable(problem, assigned) { 1.0 - BOUND } else { 1.0 });
    let dates = timetable::solve(problem, &start, seed, &dating);
    share.join(&dating);
    (Plan { visits: dates.visits, ..start }, dates.bound)
}

/// Whether a bound on networks and dates together is worth looking for: not where prices that are no costs steer the search.
fn is_boundable(problem: &Problem, assigned: &Assignment) -> bool {
    !problem.steering().is_some_and(Steering::has_prices) && joint::is_boundable(problem, assigned)
}

/// Quick networks; where there are none that quickly, with all the effort there is. `start`: to begin from.
pub(crate) fn first_assignment(
    problem: &Problem,
    start: Option<&Assignment>,
    seed: u64,
    budget: &Budget<'_>,
) -> assignment::Outcome {
    let quick = budget.share_at_most(FIRST_ANSWER, FIRST_ANSWER_LIMIT);
    match assign(problem, start, seed, budget, quick) {
        assignment::Outcome::NotFound => assign(problem, start, seed, budget, budget.share(1.0)),
        found => found,
    }
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

/// The best plan so far that keeps every rule and every lock.
pub(crate) struct Best<'a> {
    pub(crate) problem: &'a Problem,
    watch: &'a dyn Watch,
    gap: f64,
    pub(crate) solution: Option<Solution>,
    broken: Vec<Violation>,
    /// What the plan comes to that exceeds the limits of changes least.
    nearest: Option<Steered>,
    /// Other plans that disturb fewer, where few changes are asked for.
    others: Option<gentle::Pool>,
    /// What is proved of the total of every plan.
    proved: f64,
    /// How long the best plan took to be checked.
    took: Duration,
}

impl<'a> Best<'a> {
    /// None so far.
    pub(crate) fn new(problem: &'a Problem, effort: &Effort, watch: &'a dyn Watch) -> Best<'a> {
        Best {
            problem,
            watch,
            gap: effort.gap.unwrap_or(0.0),
            solution: None,
            broken: Vec::new(),
            nearest: None,
            others: problem.steering().is_some_and(Steering::wants_few).then(gentle::Pool::default),
            proved: 0.0,
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
    fn begin(&mut self, starts: impl IntoIterator<Item = Start>) -> Option<Assignment> {
        for start in starts {
            self.offer_proved(start.plan, start.bound.assignment, start.bound.timetable);
        }
        self.broken.clear();
        self.at_hand()
    }

    /// The networks of the best plan.
    fn at_hand(&self) -> Option<Assignment> {
        self.solution.as_ref().map(|best| Assignment::of(&best.plan, best.bound.assignment))
    }

    /// Offers a plan that was searched for, with what the search has proved: of the cost alone, where nothing else has a
    /// price.
    pub(crate) fn offer(&mut self, plan: Plan, assignment_bound: f64, timetable_bound: f64) {
        if self.problem.steering().is_some_and(Steering::has_prices) {
            let (networks, dates) = total::bounds(self.problem, &plan);
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
            best.bound.total =
                total::bound(self.problem, &best.plan, &best.cost, &best.bound).max(self.proved.min(best.cost.total()));
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
        let mut bound = Bound { assignment, timetable, total: assignment };
        bound.total = total::bound(self.problem, &plan, &cost, &bound).max(self.proved.min(cost.total()));
        let left_out = explain::left_out(self.problem, &plan);
        let solution = Solution { plan, cost, bound, left_out, steered };
        self.watch.tell(News::Incumbent(&solution));
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
            let dates = total::bounds(self.problem, &found.plan).1;
            self.take(found.plan, cost, steered, proved, dates);
        }
    }

    /// Takes note of what is proved of the total of every plan.
    pub(crate) fn prove(&mut self, total: f64) {
        self.proved = self.proved.max(total);
        if let Some(best) = &mut self.solution {
            best.bound.total = best.bound.total.max(self.proved.min(best.cost.total()));
        }
    }

    /// The assignment with the visits to begin from: the best plan's where it has the same networks, else quick ones, its
    /// own first where there is a base plan to keep to.
    pub(crate) fn visits_for(&self, problem: &Problem, assigned: &Assignment) -> Plan {
        let best = self.solution.as_ref();
        if let Some(best) = best.filter(|best| best.plan.network_of == assigned.network_of) {
            return best.plan.clone();
        }
        let kept = best.filter(|_| problem.steering().and_then(Steering::base).is_some());
        let visits = kept.map_or_else(Vec::new, |best| best.plan.visits.clone());
        let plan = Plan { network_of: assigned.network_of.clone(), visits };
        Plan { visits: timetable::greedy(problem, &plan).visits, ..plan }
    }

    /// Whether nothing better is to be had, or the gap asked for is reached.
    pub(crate) fn is_proved(&self) -> bool {
        let Some(best) = &self.solution else { return false };
        let paid = best.steered.is_some_and(|steered| steered.price > 0.0);
        !paid
            && (best.gap_total() <= self.gap.max(1e-9)
                || (best.bound.assignment >= best.cost.assignment() - 1e-6
                    && best.bound.timetable >= best.cost.timetable() - 1e-6
                    && self.has_one_assignment()))
    }

    /// Whether networks are settled, so that proved dates are proved for all plans.
    fn has_one_assignment(&self) -> bool {
        (0..self.problem.enrolments().len()).all(|e| self.problem.must_be_in(EnrolmentIx::new(e)).is_some())
    }
}

/// What weighs more than any cost: see [`Steering::losses`].
fn losses(problem: &Problem, steered: Option<&Steered>) -> u32 {
    let both = problem.steering().zip(steered);
    both.map_or(0, |(steering, steered)| steering.losses(&steered.changes))
}

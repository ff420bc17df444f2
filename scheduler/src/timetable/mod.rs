//! When: who visits whom on which day, given the networks.

mod anneal;
mod board;
mod bound;
mod calendar;
mod diary;
mod estimate;
mod exact;
mod frame;
mod greedy;
mod group;
mod groups;
mod matching;
mod moves;
mod neighbourhood;
mod place;
pub mod possible;
mod refine;
mod settled;
mod single_networks;
mod state;
mod turns;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Builder;

use crate::effort::{Budget, Effort, News, Watch};
use crate::plan::{Plan, Visit};
use crate::problem::NetworkIx;
use crate::random::Random;
use crate::steering::Task;
use board::{Board, Until};
use calendar::Calendar;
pub use estimate::Estimate;
use frame::Frame;
use refine::Proof;
pub use settled::Settled;
use state::State;

/// Visits that keep rules V1 to V9.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timetable {
    /// The visits, sorted.
    pub visits: Vec<Visit>,
    /// Proved lower bound on unhosted + absence + extra_visit + undesired + pace, and what steers the search, given the
    /// networks; 0 where nothing is proved.
    pub bound: f64,
}

/// The phases of a solve: the part of what is left, and whether it is exact or a search.
const PHASES: [(f64, bool); 3] = [(0.5, false), (0.5, true), (1.0, false)];

/// The same for dates that make way for those of other networks: what is good for each alone has clashes to begin with.
const RETIMING: [(f64, bool); 3] = [(0.5, false), (0.6, true), (1.0, false)];

/// The part of the budget that networks whose hosts can receive everybody at once take at most.
const GROUPS: f64 = 0.6;

/// A timetable made in one pass, good enough to answer with at once.
pub fn greedy(problem: &Task, assigned: &Plan) -> Timetable {
    let frame = Frame::new(problem, assigned);
    let mut state = State::new(&frame);
    state.begin();
    place::adopt(&mut state, &assigned.visits);
    (0..frame.hostings.len()).for_each(|hosting| place::settle(&mut state, hosting));
    greedy::fill(&mut state);
    turns::settle(&mut state);
    Timetable { visits: state.visits(), bound: 0.0 }
}

/// The dates of some networks (by network) made anew in one pass, all others as they are: the visits of `like` where they
/// fit, then the plan's own, then whatever fits.
pub fn like(problem: &Task, plan: &Plan, networks: &[bool], like: &[Visit]) -> Vec<Visit> {
    let (frame, own, mut others) = part(problem, plan, networks);
    let mut state = State::new(&frame);
    state.occupy(&others);
    state.begin();
    place::adopt(&mut state, like);
    state.adopt(&own);
    greedy::fill(&mut state);
    (0..frame.hostings.len()).for_each(|hosting| place::settle(&mut state, hosting));
    turns::settle(&mut state);
    others.extend(state.visits());
    others.sort_unstable();
    others
}

/// What the dates of these networks cost at least, without any search: unhosted + absence + extra_visit + undesired +
/// pace.
pub fn lower_bound(problem: &Task, assigned: &Plan) -> f64 {
    Proof::new(&Frame::new(problem, assigned)).total().max(0.0)
}

/// Finds a timetable, and goes on improving it until the budget is used up or it is proved best.
/// `plan` holds the networks and the visits to begin from.
pub fn solve(problem: &Task, plan: &Plan, seed: u64, budget: &Budget<'_>) -> Timetable {
    let frame = Frame::new(problem, plan);
    let mut state = State::new(&frame);
    state.begin();
    place::adopt(&mut state, &plan.visits);
    search(state, seed, budget)
}

/// The same for some networks alone (by network), whose dates make way for those of all others, which stay. What is
/// proved holds for these networks.
pub fn retime(problem: &Task, plan: &Plan, networks: &[bool], seed: u64, budget: &Budget<'_>) -> Timetable {
    let (frame, own, others) = part(problem, plan, networks);
    let mut state = State::new(&frame);
    state.occupy(&others);
    place::adopt(&mut state, &own);
    greedy::fill(&mut state);
    let (mut proof, mut random) = (Proof::new(&frame), Random::new(seed));
    for (part, exactly) in RETIMING {
        let share = budget.share(part);
        if exactly {
            groups::solve(&mut state, &mut proof, &share);
        } else {
            anneal::anneal(&mut state, &mut random, &share, &mut proof, None);
        }
        budget.join(&share);
    }
    turns::settle(&mut state);
    let mut found = Timetable { visits: state.visits(), bound: proof.total().clamp(0.0, state.cost()) };
    found.visits.extend(others);
    found.visits.sort_unstable();
    found
}

/// Some networks of a plan (by network) by themselves: their frame, their visits and those of all others.
fn part<'p>(problem: &'p Task, plan: &Plan, networks: &[bool]) -> (Frame<'p>, Vec<Visit>, Vec<Visit>) {
    let here = |network: &NetworkIx| networks[network.at()];
    let network_of = plan.network_of.iter().map(|network| network.filter(here)).collect();
    let frame = Frame::on(Arc::new(Calendar::new(problem)), &Plan::assigned(network_of));
    let (own, others) = plan.visits.iter().cloned().partition(|visit| here(&visit.network));
    (frame, own, others)
}

/// A timetable as good as the budget allows, from where a state stands.
fn search(mut state: State<'_>, seed: u64, budget: &Budget<'_>) -> Timetable {
    let frame = state.frame;
    greedy::fill(&mut state);
    let mut proof = Proof::new(frame);
    let share = budget.share(GROUPS);
    groups::solve(&mut state, &mut proof, &share);
    budget.join(&share);
    if budget.work_left().is_none() && budget.threads() > 1 {
        side_by_side(&mut state, &mut proof, seed, budget);
    } else {
        in_turns(&mut state, &mut proof, seed, budget);
    }
    turns::settle(&mut state);
    Timetable { visits: state.visits(), bound: proof.total().clamp(0.0, state.cost()) }
}

/// The search, the solver, and the search again: what depends on nothing but seed and work.
fn in_turns(state: &mut State<'_>, proof: &mut Proof, seed: u64, budget: &Budget<'_>) {
    let mut random = Random::new(seed);
    for (part, exactly) in PHASES {
        let share = budget.share(part);
        if exactly {
            refine::refine(state, proof, seed, &share, None);
        } else {
            anneal::anneal(state, &mut random, &share, proof, None);
        }
        budget.join(&share);
        budget.watch().tell(News::Figures { cost: state.cost(), bound: proof.total() });
    }
}

/// The search here, the solver on a second thread, each making use of what the other finds.
fn side_by_side(state: &mut State<'_>, proof: &mut Proof, seed: u64, budget: &Budget<'_>) {
    let quick = budget.share(0.1);
    let mut random = Random::new(seed);
    anneal::anneal(state, &mut random, &quick, proof, None);
    budget.join(&quick);
    let board = Board::default();
    let until = Until { watch: budget.watch(), done: AtomicBool::new(false) };
    let left = budget.time_left().map(|left| (until.elapsed() + left).as_secs_f64());
    let (mut theirs, mut their_proof) = (state.clone(), proof.clone());
    std::thread::scope(|scope| {
        let solver = || {
            let budget = Budget::new(&Effort { seconds: left, ..Effort::default() }, &until);
            refine::refine(&mut theirs, &mut their_proof, seed, &budget, Some(&board));
        };
        let _ = Builder::new().spawn_scoped(scope, solver); // where there is no thread the search goes on alone
        anneal::anneal(state, &mut random, budget, proof, Some(&board));
        until.done.store(true, Ordering::Relaxed);
    });
    for report in board.reports() {
        proof.raise(report.network, report.bound);
        refine::install(state, report.network, &report.days);
    }
}

#[cfg(test)]
mod tests;

//! When: who visits whom on which day, given the networks.

mod anneal;
mod bound;
mod diary;
mod exact;
mod frame;
mod greedy;
mod moves;
mod place;
mod random;
mod refine;
mod state;

use crate::effort::{Budget, News};
use crate::plan::{Plan, Visit};
use crate::problem::Problem;
use frame::Frame;
use random::Random;
use refine::Proof;
use state::State;

/// Visits that keep rules V1 to V9.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timetable {
    /// The visits, sorted.
    pub visits: Vec<Visit>,
    /// Proved lower bound on unhosted + absence + extra_visit + undesired + pace, given the networks; 0 where
    /// nothing is proved.
    pub bound: f64,
}

/// The phases of a solve: the part of what is left, and whether it is exact or a search.
const PHASES: [(f64, bool); 3] = [(0.5, false), (0.5, true), (1.0, false)];

/// A timetable made in one pass, good enough to answer with at once.
pub fn greedy(problem: &Problem, assigned: &Plan) -> Timetable {
    let frame = Frame::new(problem, assigned);
    let mut state = State::new(&frame);
    state.adopt(&assigned.visits);
    greedy::fill(&mut state);
    Timetable { visits: state.visits(), bound: 0.0 }
}

/// Finds a timetable, and goes on improving it until the budget is used up or it is proved best.
/// `plan` holds the networks and the visits to begin from.
pub fn solve(problem: &Problem, plan: &Plan, seed: u64, budget: &Budget<'_>) -> Timetable {
    let frame = Frame::new(problem, plan);
    let mut state = State::new(&frame);
    state.adopt(&plan.visits);
    greedy::fill(&mut state);
    let mut random = Random::new(seed);
    let mut proof = Proof::new(&frame);
    for (part, exactly) in PHASES {
        let share = budget.share(part);
        if exactly {
            refine::refine(&mut state, &mut proof, seed, &share);
        } else {
            anneal::anneal(&mut state, &mut random, &share, proof.total());
        }
        budget.join(&share);
        budget.watch().tell(News::Figures { cost: state.cost(), bound: proof.total() });
    }
    Timetable { visits: state.visits(), bound: proof.total().clamp(0.0, state.cost()) }
}

#[cfg(test)]
mod tests;

//! When: who visits whom on which day, given the networks.

mod anneal;
mod diary;
mod frame;
mod greedy;
mod moves;
mod place;
mod random;
mod state;

use crate::effort::Budget;
use crate::plan::{Plan, Visit};
use crate::problem::Problem;
use frame::Frame;
use random::Random;
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
    anneal::anneal(&mut state, &mut Random::new(seed), budget, 0.0);
    Timetable { visits: state.visits(), bound: 0.0 }
}

#[cfg(test)]
mod tests;

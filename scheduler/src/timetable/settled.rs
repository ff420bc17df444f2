//! The best dates of small networks, proved: of one as if there were no other, or of several together.

use std::sync::Arc;

use super::estimate::Estimate;
use super::frame::Frame;
use super::refine::{Proof, slack};
use super::state::State;
use super::{exact, greedy, groups, place};
use crate::effort::Budget;
use crate::milp::Options;
use crate::plan::{Plan, Visit};

/// What came of looking for the best dates.
#[derive(Clone, Debug, PartialEq)]
pub enum Settled {
    /// Proved: none cost less. What they cost, and the visits.
    Best(f64, Vec<Visit>),
    /// Proved: hostings that a lock wants held cannot be.
    Impossible,
    /// Neither was shown in the effort given.
    Open,
}

/// The part of the budget that goes into networks whose hosts can receive everybody at once, before the model.
const GROUPS: f64 = 0.5;

impl Estimate<'_> {
    /// The best dates of the networks of a plan, all others being empty; the plan's visits are kept where none cost less.
    pub fn settle(&self, plan: &Plan, budget: &Budget<'_>) -> Settled {
        let frame = Frame::on(Arc::clone(&self.calendar), plan);
        let mut state = State::new(&frame);
        state.begin();
        place::adopt(&mut state, &plan.visits);
        greedy::fill(&mut state);
        let mut proof = Proof::new(&frame);
        let holds = |state: &State<'_>, proof: &Proof| state.counts.lost == 0 && proof.holds(state.cost());
        if !holds(&state, &proof) {
            let share = budget.share(GROUPS);
            groups::solve(&mut state, &mut proof, &share);
            budget.join(&share);
        }
        if holds(&state, &proof) {
            return Settled::Best(state.cost(), state.visits());
        }
        if (0..frame.of_network.len()).any(|network| frame.in_turn(network)) {
            return Settled::Open;
        }
        let alone = State::new(&frame);
        let units: Vec<u32> = (0..frame.hostings.len() as u32).collect();
        let found = exact::solve(&alone, &units, true, state.days(), Options::default(), budget);
        let Some(found) = found else { return Settled::Open };
        if found.impossible {
            return Settled::Impossible;
        }
        let mut better = State::new(&frame);
        if !found.days.is_empty() {
            better.restore(&found.days);
            if state.counts.lost > 0 || better.cost() < state.cost() - slack(0.0) {
                state = better;
            }
        }
        match found.optimal && state.counts.lost == 0 && state.cost() <= found.bound + slack(found.bound) {
            true => Settled::Best(state.cost(), state.visits()),
            false => Settled::Open,
        }
    }
}

//! Dates of a single network as if there were no other: good ones, quickly, for those who choose its members.

use std::sync::Arc;

use super::estimate::Estimate;
use super::frame::Frame;
use super::refine::Proof;
use super::state::State;
use super::{anneal, greedy, place, turns};
use crate::effort::Budget;
use crate::plan::{Plan, Visit};
use crate::problem::{EnrolmentIx, NetworkIx};
use crate::random::Random;

/// How warm a search begins that goes on from the dates of a network much alike, beside one from nothing.
const WARMTH: f64 = 0.15;

impl Estimate<'_> {
    /// What good dates of a network of these members (ascending) cost, whatever the others do, and the visits: found from
    /// those that a network much like it has, as far as they fit, or from nothing where there are none. In so many steps
    /// of search, each about a microsecond; the same question has the same answer.
    pub fn dates(&self, members: &[EnrolmentIx], like: &[Visit], steps: u64) -> (f64, Vec<Visit>) {
        let network = like.first().map_or(NetworkIx(0), |visit| visit.network);
        let mut network_of = vec![None; self.calendar.problem.enrolments().len()];
        members.iter().for_each(|e| network_of[e.at()] = Some(network));
        let frame = Frame::on(Arc::clone(&self.calendar), &Plan::assigned(network_of));
        let mut state = State::new(&frame);
        state.begin();
        let own = like.iter().filter(|visit| members.binary_search(&visit.host).is_ok());
        place::adopt(&mut state, &own.cloned().collect::<Vec<_>>());
        greedy::fill(&mut state);
        let mut proof = Proof::new(&frame);
        let mut random = Random::new(steps);
        if like.is_empty() {
            anneal::anneal(&mut state, &mut random, &Budget::of_work(steps), &mut proof, None);
        } else {
            anneal::touch_up(&mut state, &mut random, &proof, WARMTH, steps);
        }
        turns::settle(&mut state);
        (state.cost(), state.visits())
    }
}

//! One or two hostings of a network are given up and placed anew, greedily, passing over some days at random.

use super::super::place::place;
use super::super::state::State;
use crate::random::Random;

/// Probability that a day is passed over.
const BLINK: f64 = 0.25;

pub(super) fn attempt(state: &mut State<'_>, random: &mut Random) -> bool {
    let a = super::any_hosting(state, random);
    let network = &state.frame.of_network[state.frame.hostings[a].network.at()];
    let b = random.pick(network).map(|&b| b as usize).filter(|&b| b != a && random.below(2) == 0);
    for hosting in b.into_iter().chain([a]) {
        state.clear(hosting);
    }
    for hosting in [Some(a), b].into_iter().flatten() {
        place(state, hosting, Some((random, BLINK)));
    }
    true
}

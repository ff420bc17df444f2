//! A large track, searched in parts: small enough for the tables that make steps cheap, each for some steps by itself,
//! on as many threads as there are; then divided anew. The temperature is that of the whole and falls from round to
//! round, so that it is one cooling. Work for an enrolment does not depend on how many there are.
//!
//! Taillard, Voß: POPMUSIC, partial optimization metaheuristic under special intensification conditions (2002).

use super::super::breach::{Breach, KINDS};
use super::super::state::{Changes, State};
use super::cooling::{Cooling, cool};
use super::neighbours::Neighbours;
use super::partition::{Part, partition};
use super::penalty::Penalty;
use super::temperature::{temperature, warmth};
use super::{Best, Goal, Source};
use crate::effort::Budget;
use crate::parallel;
use crate::random::Random;

/// Enrolments of a part.
const PART: usize = 300;
/// Into how many rounds a search is divided, where they are neither too short nor too long for that.
const ROUNDS: f64 = 30.0;
/// Steps of a round for each enrolment: fewer do not pay for making the parts, more leave borders too long.
const FEWEST: f64 = 100.0;
const MOST: f64 = 400.0;
/// The last temperature as a part of the first.
const COLD: f64 = 0.01;
/// How many parts the temperature is measured in.
const SAMPLES: usize = 5;

/// What the parts of one round have in common.
struct Round<'a> {
    neighbours: &'a Neighbours,
    /// Temperatures at its beginning and its end.
    heat: (f64, f64),
    /// What a breach is worth at first, as a temperature.
    strict: f64,
    /// Steps for each enrolment.
    steps: f64,
    seed: u64,
}

/// Improves `state` until the goal is reached or the budget used up.
pub(super) fn anneal(state: &mut State<'_>, best: &mut Best, goal: Goal, seed: u64, budget: &Budget<'_>) {
    let neighbours = Neighbours::new(state.track);
    let mut chance = Random::new(seed);
    let full = full_heat(state, &neighbours, &mut chance);
    let mut round =
        Round { neighbours: &neighbours, heat: (full * COLD, full * COLD), strict: full, steps: FEWEST, seed };
    // A first round at hardly any heat takes what is cheap to have, and shows how fast this machine is.
    let before = (budget.used(), budget.spent());
    search(state, best, &round, &mut chance, budget);
    let expected = expected_steps(before, budget) / state.track.len() as f64;
    let hot = full * warmth(state.track, expected * state.track.len() as f64);
    let begin = budget.used();
    round.steps = (expected / ROUNDS).clamp(FEWEST, MOST);
    round.strict = hot;
    let rounds = (expected / round.steps).max(1.0);
    while !goal.reached(best) && !budget.enough() {
        let passed = (budget.used() - begin) / (1.0 - begin).max(1e-9);
        let heat = |passed: f64| hot * COLD.powf(passed.clamp(0.0, 1.0));
        round.heat = (heat(passed), heat(passed + 1.0 / rounds));
        round.seed = round.seed.wrapping_add(0x9E37_79B9);
        search(state, best, &round, &mut chance, budget);
    }
}

/// How many steps the budget will last, judged by what the first ones took.
fn expected_steps((used, spent): (f64, u64), budget: &Budget<'_>) -> f64 {
    let rate = (budget.spent() - spent) as f64 / (budget.used() - used).max(1e-12);
    budget.work_left().map_or(rate * (1.0 - budget.used()), |work| work as f64)
}

/// The temperature to begin from, as the middle one of some parts has it.
fn full_heat(state: &State<'_>, neighbours: &Neighbours, chance: &mut Random) -> f64 {
    let parts = partition(state, neighbours, PART, chance);
    let every = parts.len().div_ceil(SAMPLES);
    let mut heats: Vec<f64> = parts
        .iter()
        .step_by(every.max(1))
        .map(|part| {
            let track = state.track.part(&part.enrolments, &part.slots, state.slots());
            let near = neighbours.of_part(&track, &part.enrolments);
            let mut source = Source { chance: chance.clone(), neighbours: &near, changes: Changes::new() };
            temperature(&State::of(&track, &local(part, state)), &mut source)
        })
        .collect();
    heats.sort_unstable_by(f64::total_cmp);
    heats.get(heats.len() / 2).copied().unwrap_or(1.0)
}

/// The slots of a part's enrolments, as the part numbers them.
pub(in super::super) fn local(part: &Part, state: &State<'_>) -> Vec<u32> {
    let here = |slot: u32| part.slots.binary_search(&slot).unwrap_or(part.slots.len()) as u32;
    part.enrolments.iter().map(|&e| here(state.slot(e as usize) as u32)).collect()
}

/// One round: every part for some steps.
fn search(state: &mut State<'_>, best: &mut Best, round: &Round<'_>, chance: &mut Random, budget: &Budget<'_>) {
    let parts = partition(state, round.neighbours, PART, chance);
    let mut left = budget.work_left();
    let share = |part: Part| {
        let steps = (round.steps * part.enrolments.len() as f64) as u64;
        let steps = steps.min(left.unwrap_or(u64::MAX));
        left = left.map(|left| left - steps);
        (part, budget.steps(steps))
    };
    let tasks: Vec<(Part, Budget<'_>)> = parts.into_iter().map(share).collect();
    let before: &State<'_> = state;
    let after = parallel::each(budget.threads(), tasks, |(part, budget)| {
        let slots = search_part(before, &part, round, &budget);
        (part, slots, budget)
    });
    let mut slots = state.slots().to_vec();
    for (part, found, share) in after {
        budget.join(&share);
        for (&e, slot) in part.enrolments.iter().zip(found) {
            slots[e as usize] = part.slots.get(slot as usize).copied().unwrap_or(state.track.nowhere() as u32);
        }
    }
    *state = State::of(state.track, &slots);
    best.offer(state);
}

/// Searches one part and tells where its enrolments are then.
fn search_part(state: &State<'_>, part: &Part, round: &Round<'_>, budget: &Budget<'_>) -> Vec<u32> {
    let track = state.track.part(&part.enrolments, &part.slots, state.slots());
    let neighbours = round.neighbours.of_part(&track, &part.enrolments);
    let first = part.enrolments.first().copied().unwrap_or_default();
    let chance = Random::new(round.seed ^ (u64::from(first) << 32));
    let mut source = Source { chance, neighbours: &neighbours, changes: Changes::new() };
    let begin = local(part, state);
    let mut here = State::of(&track, &begin);
    let before = here.breach();
    let mut best = Best::none();
    let mut penalty = Penalty::new(round.strict);
    let cooling = Cooling { hot: round.heat.0, cold: round.heat.1, from: 0.0, to: 1.0, polish: false };
    cool(&mut here, &mut best, Goal::Cost(f64::NEG_INFINITY), &cooling, &mut penalty, &mut source, budget);
    // Warm states are the way on, not the best one passed; but none that breaks more than the part did.
    let broken = |breach: &Breach| breach.weigh(&[1.0; KINDS]);
    match best.slots() {
        _ if here.breach().is_none() => here.slots().to_vec(),
        Some(whole) => whole.to_vec(),
        None if broken(&here.breach()) < broken(&before) => here.slots().to_vec(),
        None => begin,
    }
}

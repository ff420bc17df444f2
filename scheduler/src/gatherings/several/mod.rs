//! A gathering of several meetings: a p-median with seats and dates. Searched by annealing and bounded by prices, in turns
//! that grow.

mod anneal;
mod bound;
mod construct;
mod near;
mod possible;
mod select;
mod state;

use std::time::Duration;

use super::instance::Instance;
use super::single::Choice;
use crate::effort::{Budget, Limit};
use crate::parallel;
use crate::random::Random;
use bound::Bound;
use near::Near;
use possible::Possible;
use state::State;

/// The first turn; each later one has twice as much.
const FIRST_TURN: Limit = Limit { time: Duration::from_millis(400), steps: 400_000 };
/// Most times that everybody looks for a cheaper seat.
const ROUNDS: usize = 20;
/// Tries of a first choice.
const TRIES: usize = 5;

/// What a search has come to; by default nothing.
#[derive(Default)]
pub(super) struct Several {
    /// The meetings; none where none were found.
    pub choices: Option<Vec<Choice>>,
    /// What the gathering costs at least; infinite where it cannot be held.
    pub bound: f64,
}

/// Several meetings, as good as the budget allows.
pub(super) fn best(instance: &Instance<'_>, seed: u64, budget: &Budget<'_>) -> Several {
    let (least, most) = instance.counts();
    if instance.guests.len() < least || most < least {
        return Several { choices: None, bound: f64::INFINITY }; // every meeting needs a place, and somebody
    }
    let near = Near::new(instance);
    let mut proof = Bound::new(instance);
    let mut best: Option<State<'_>> = None;
    let first = instance.free.clamp(least, most.max(least));
    for turn in 0.. {
        let cost = best.as_ref().map_or(f64::INFINITY, State::total);
        if proof.value() >= cost - 1e-9 * cost.abs().max(1.0) || (turn > 0 && budget.enough()) {
            break;
        }
        let share = budget.share_at_most(1.0, FIRST_TURN.doubled(turn));
        let count = counts_to_try(first, (least, most), turn, best.as_ref());
        let mut parts = share.split(2).into_iter();
        let random = Random::new(seed.wrapping_mul(1_000).wrapping_add(turn.into()));
        let found = match (parts.next(), parts.next().filter(|_| best.is_some())) {
            (Some(search), Some(raise)) => {
                let known = best.as_ref();
                let tasks = vec![Task::Search(search), Task::Raise(&mut proof, raise)];
                let done = parallel::each(budget.threads(), tasks, |task| match task {
                    Task::Search(part) => {
                        let found = searched(instance, &near, count, known, random.clone(), &part);
                        (found, part.spent())
                    }
                    Task::Raise(proof, part) => {
                        proof.raise(cost, &part);
                        (None, part.spent())
                    }
                });
                done.iter().for_each(|(_, spent)| _ = share.spend(*spent));
                done.into_iter().find_map(|(found, _)| found)
            }
            _ => searched(instance, &near, count, None, random, &share),
        };
        if let Some(found) = found.filter(|found| found.total() < cost) {
            best = Some(found);
        }
        budget.join(&share);
        if share.spent() == 0 || (best.is_none() && proof.is_impossible()) {
            break;
        }
    }
    let cost = best.as_ref().map_or(f64::INFINITY, State::total);
    Several { choices: best.as_ref().map(choices), bound: proof.value().min(cost) }
}

/// Any meetings that keep every rule, or what is proved.
pub(super) fn any(instance: &Instance<'_>, seed: u64, budget: &Budget<'_>) -> Several {
    let (least, most) = instance.counts();
    if instance.guests.len() < least || most < least {
        return Several { choices: None, bound: f64::INFINITY };
    }
    let near = Near::new(instance);
    let mut random = Random::new(seed);
    for count in [instance.free.clamp(least, most), least] {
        let tries = (0..TRIES).filter_map(|_| construct::construct(instance, &near, count, &mut random, budget));
        if let Some(found) = tries.into_iter().find(State::is_whole) {
            return Several { choices: Some(choices(&found)), bound: 0.0 };
        }
    }
    match possible::possible(instance, budget) {
        Possible::None => Several { choices: None, bound: f64::INFINITY },
        Possible::Slots(slots) => match attended(instance, &slots) {
            Some((choices, _)) => Several { choices: Some(choices), bound: 0.0 },
            None => best(instance, seed, budget),
        },
        Possible::Undecided => best(instance, seed, budget),
    }
}

/// Everybody at one of these meetings, given by place and day, however many there may be and in whichever regions, with what the
/// gathering costs then; none where they break another rule.
pub(super) fn attended(instance: &Instance<'_>, meetings: &[(usize, usize)]) -> Option<(Vec<Choice>, f64)> {
    let state = filled(instance, meetings)?;
    (!state.lacks_guests()).then(|| (choices(&state), state.total()))
}

/// Everybody at one of these meetings.
fn filled<'i>(instance: &'i Instance<'i>, meetings: &[(usize, usize)]) -> Option<State<'i>> {
    let mut state = State::new(instance);
    for &(place, start) in meetings {
        if !state.may_hold(place, start) {
            return None;
        }
        state.open(place, start);
    }
    let slots = state.slots.len() as u32;
    // Largest first, then whoever has a cheaper seat changes to it, until nobody does.
    let mut order: Vec<usize> = (0..instance.guests.len()).collect();
    order.sort_by_key(|&guest| (std::cmp::Reverse(instance.guests[guest].persons), guest));
    for _ in 0..ROUNDS {
        let before = state.cost;
        order.iter().for_each(|&guest| state.seat(guest, 0..slots));
        if state.cost >= before {
            break;
        }
    }
    state.fill();
    Some(state)
}

enum Task<'a, 'i, 'b> {
    Search(Budget<'b>),
    Raise(&'a mut Bound<'i>, Budget<'b>),
}

/// How many meetings to look for in a turn: those that cost nothing first, then one more and one fewer, then the best so far.
fn counts_to_try(first: usize, (least, most): (usize, usize), turn: u32, best: Option<&State<'_>>) -> usize {
    let known = best.map_or(first, |best| best.slots.len());
    match turn {
        0 => first,
        2 if known < most => known + 1,
        3 if known > least => known - 1,
        _ if turn % 8 == 2 && known < most => known + 1,
        _ if turn % 8 == 3 && known > least => known - 1,
        _ => known,
    }
}

/// A choice of so many meetings, from scratch or from the best so far.
fn searched<'i>(
    instance: &'i Instance<'i>,
    near: &Near,
    meetings: usize,
    known: Option<&State<'i>>,
    mut random: Random,
    budget: &Budget<'_>,
) -> Option<State<'i>> {
    let again = known.filter(|known| known.slots.len() == meetings && random.below(2) == 0);
    let start = match again {
        Some(known) => known.clone(),
        None => (0..TRIES).find_map(|_| construct::construct(instance, near, meetings, &mut random, budget))?,
    };
    anneal::anneal(start, near, random, budget)
}

/// The meetings of a choice, each with its part of the cost; who attends is ascending.
fn choices(state: &State<'_>) -> Vec<Choice> {
    let meeting = |(at, slot): (usize, &state::Slot)| {
        let mut attend: Vec<usize> = state.guests_of(at).iter().map(|&guest| guest as usize).collect();
        attend.sort_unstable();
        let cost = attend.iter().map(|&guest| state.cost_at(guest, at as u32)).sum();
        Choice { place: slot.place, start: slot.start, attend, cost, bound: 0.0 }
    };
    state.slots.iter().enumerate().map(meeting).collect()
}

//! A large track in parts that can be searched each by itself: networks that lie near each other, or that members of
//! one wish to be in another. Drawn anew each time, so that no border stays.

use super::super::state::State;
use super::neighbours::Neighbours;
use crate::random::Random;

/// Some networks with their members, and some of those who are in none.
pub(in super::super) struct Part {
    /// Enrolments, ascending.
    pub(in super::super) enrolments: Vec<u32>,
    /// Slots, ascending.
    pub(in super::super) slots: Vec<u32>,
}

/// In no part yet.
const NONE: u32 = u32::MAX;

/// What leads from a network to the next one of its part.
#[derive(Clone, Copy, PartialEq)]
enum Along {
    Places,
    Wishes,
    Both,
}

/// Divides a track into parts of about so many enrolments, two networks at least.
pub(super) fn partition(state: &State<'_>, neighbours: &Neighbours, size: usize, chance: &mut Random) -> Vec<Part> {
    let nowhere = state.track.nowhere();
    let mut part_of = vec![NONE; nowhere];
    let mut parts = 0;
    let (mut held, mut networks) = (0, 0);
    let mut along = Along::Both;
    let mut border: Vec<u32> = Vec::new();
    for seed in shuffled(nowhere, chance) {
        border.push(seed);
        while let Some(slot) = draw(&mut border, chance) {
            if part_of[slot as usize] != NONE {
                continue;
            }
            if networks == 0 {
                along = [Along::Places, Along::Wishes, Along::Both][chance.below(3)];
            }
            part_of[slot as usize] = parts;
            held += state.members(slot as usize).len();
            networks += 1;
            if networks > 1 && (held >= size || networks >= size / 2) {
                parts += 1;
                (held, networks) = (0, 0);
                border.clear();
            } else {
                push_next(state, neighbours, slot as usize, along, &part_of, &mut border);
            }
        }
    }
    // What is left over at the end is a part too, or joins the last one where it is a single network.
    let last = if networks > 1 || parts == 0 { parts } else { parts - 1 };
    for part in &mut part_of {
        *part = (*part).min(last);
    }
    gather(state, neighbours, &part_of, last as usize + 1, chance)
}

/// The numbers below `n` in any order.
fn shuffled(n: usize, chance: &mut Random) -> Vec<u32> {
    let mut order: Vec<u32> = (0..n as u32).collect();
    for at in (1..n).rev() {
        order.swap(at, chance.below(at + 1));
    }
    order
}

/// Takes any out.
fn draw(border: &mut Vec<u32>, chance: &mut Random) -> Option<u32> {
    if border.is_empty() { None } else { Some(border.swap_remove(chance.below(border.len()))) }
}

/// Adds the networks that a network leads to.
fn push_next(
    state: &State<'_>,
    neighbours: &Neighbours,
    slot: usize,
    along: Along,
    part_of: &[u32],
    border: &mut Vec<u32>,
) {
    let mut push = |next: u32| {
        if part_of.get(next as usize) == Some(&NONE) {
            border.push(next);
        }
    };
    for &e in state.members(slot) {
        if along != Along::Wishes {
            neighbours.all(e as usize).iter().for_each(|&f| push(state.slot(f as usize) as u32));
        }
        if along != Along::Places {
            neighbours.wishes(e as usize).iter().for_each(|&wish| push(wish));
        }
    }
}

/// The parts, those in no network included: each goes with a near one, else with a wish, else anywhere.
fn gather(state: &State<'_>, neighbours: &Neighbours, part_of: &[u32], count: usize, chance: &mut Random) -> Vec<Part> {
    let mut parts: Vec<Part> = (0..count).map(|_| Part { enrolments: Vec::new(), slots: Vec::new() }).collect();
    for (slot, &part) in part_of.iter().enumerate() {
        parts[part as usize].slots.push(slot as u32);
    }
    for e in 0..state.track.len() {
        let part = |slot: usize| part_of.get(slot).copied();
        let near = || neighbours.all(e).iter().find_map(|&f| part(state.slot(f as usize)));
        let part = part(state.slot(e)).or_else(|| match neighbours.wish(e, chance) {
            Some(wish) if chance.below(2) == 0 => part(wish),
            _ => near(),
        });
        let part = part.map_or_else(|| chance.below(count), |part| part as usize);
        parts[part].enrolments.push(e as u32);
    }
    parts
}

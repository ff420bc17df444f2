//! Better assignments by columns: dives into the whole track and into parts of the best assignment known.

use super::dive::{Begin, Dive, Part};
use super::greedy;
use super::ground::{Class, Ground};
use super::master::{Column, Master, above};
use super::pool::Pool;
use super::prices::Prices;
use super::proof::SMOOTH;
use crate::assignment::chance::Chance;
use crate::assignment::construct;
use crate::assignment::search::{self, Best, Goal};
use crate::assignment::state::State;
use crate::assignment::track::Track;
use crate::effort::Budget;
use crate::parallel;

/// Most rounds of pricing before the first dive.
const ROUNDS: usize = 40;
/// Columns that a round adds for each network of a class, and networks of a class that count for that.
const COLUMNS: usize = 8;
const ALIKE: usize = 6;
/// Columns for each enrolment that a linear program begins with.
const BEGIN: usize = 8;
/// Steps of the cooling that ends a dive into the whole track, for each enrolment, and its heat.
const POLISH: u64 = 1_500;
const WARMTH: f64 = 0.1;
/// How much chance has a say in a dive.
const SPREAD: f64 = 0.5;
/// So many dives into parts follow one into the whole track.
const PARTS: usize = 24;
/// Members of a part, about.
const PART: usize = 48;

/// Looks for better assignments until the budget is used up or the floor is reached.
pub(in super::super) fn improve(
    track: &Track<'_>,
    best: &mut Best,
    pool: &mut Pool,
    floor: f64,
    seed: u64,
    budget: &Budget<'_>,
) {
    let ground = Ground::new(track);
    pool.begin(&ground, best, budget);
    if let Some(root) = root(&ground, pool, budget) {
        let mut chance = Chance::new(seed ^ 0xD17E);
        for round in 0.. {
            if budget.enough() || best.reaches(floor) {
                break;
            }
            let whole = round % (PARTS + 1) == 0;
            let Some(slots) = best.slots().map(<[u32]>::to_vec) else { break };
            let begin = if whole { root.clone() } else { pool.begin_with(mixed(&ground, &root, &slots, &mut chance)) };
            let spread = if round == 0 { 0.0 } else { SPREAD };
            let dive = Dive { ground: &ground, budget, chance: &mut chance, spread };
            let Some((mut state, mut own)) = dived(dive, begin, pool, slots) else { break };
            if whole {
                let share = budget.steps(POLISH * track.len() as u64);
                search::polish(
                    &mut state,
                    &mut own,
                    Goal::Cost(floor),
                    WARMTH,
                    seed.wrapping_add(round as u64),
                    &share,
                );
                budget.join(&share);
            }
            if let Some(slots) = own.slots() {
                pool.take(&ground, slots);
                best.offer(&State::of(track, slots));
            }
        }
    }
    pool.trim(&ground);
}

/// Generates columns by quick pricing alone, and what the linear program takes of them then. `None` where the budget
/// was used up or the solver failed.
fn root(ground: &Ground<'_>, pool: &mut Pool, budget: &Budget<'_>) -> Option<Begin> {
    let mut master = Master::of_part(ground, &Part::whole(ground))?;
    for column in pool.nearest(ground, BEGIN * ground.out.len()) {
        master.add(column.class, column.members);
    }
    let mut smooth = Prices::plain(pool.near.clone());
    let mut round = 0;
    let values = loop {
        let solved = master.solve(budget)?;
        let prices = master.prices(&solved);
        smooth = Prices::mix(&smooth, &prices, SMOOTH);
        let values = master.taken(&solved).to_vec();
        let mut priced = |at, turn| add(&mut master, at, &prices, turn, budget);
        let turn = Some(round);
        round += 1;
        if round > ROUNDS || !(priced(&smooth, turn) || priced(&prices, turn) || priced(&smooth, None)) {
            break values;
        }
    };
    pool.near = smooth.of;
    pool.columns.extend(master.columns.iter().cloned());
    // What was added last has no value yet.
    let columns = master.columns.into_iter().take(values.len()).collect();
    Some(Begin { part: Part::whole(ground), columns, values: Some(values) })
}

/// Adds columns that quick pricing finds at some prices, from some starts or from all, and that make the master cheaper
/// by its own prices; whether there are any.
fn add(master: &mut Master<'_>, at: &Prices, prices: &Prices, turn: Option<usize>, budget: &Budget<'_>) -> bool {
    let ground = master.ground;
    let starts = |class: &Class| match turn {
        Some(turn) => class.starts(turn).collect::<Vec<u32>>(),
        None => class.candidates.clone(),
    };
    if budget.spend(ground.classes.iter().map(|class| starts(class).len() as u64 * 10).sum()) {
        return false;
    }
    let found = parallel::each(budget.threads(), ground.classes.iter().enumerate().collect(), |(at_class, class)| {
        let most = 4 * COLUMNS * class.slots.len().min(ALIKE);
        greedy::price(ground, at_class, at, most, &class.candidates, starts(class).into_iter())
    });
    let worth = master.worth(prices);
    let mut added = false;
    for (class, found) in found.into_iter().enumerate() {
        let least = above(worth[class]);
        let most = COLUMNS * ground.classes[class].slots.len().min(ALIKE);
        let cheaper = found.into_iter().filter(|(_, members)| ground.value(class, members, &prices.of) > least);
        for (_, members) in cheaper.take(most) {
            added |= master.add(class, members);
        }
    }
    added
}

/// Dives into a part of an assignment: what came of it, and the same where it keeps every rule.
fn dived<'t>(dive: Dive<'_, 't>, begin: Begin, pool: &mut Pool, slots: Vec<u32>) -> Option<(State<'t>, Best)> {
    let ground = dive.ground;
    let free = begin.part.free.clone();
    let (dived, chance) = dive.go(begin)?;
    pool.columns.extend(dived.found);
    let mut state = State::of(ground.track, &joined(ground, slots, &free, &dived.taken));
    construct::mend(&mut state, chance);
    let mut own = Best::none();
    own.offer(&state);
    Some((state, own))
}

/// The assignment with these columns in place of the networks of those who were free.
fn joined(ground: &Ground<'_>, mut slots: Vec<u32>, free: &[bool], taken: &[Column]) -> Vec<u32> {
    let nowhere = ground.class_of.len() as u32;
    let mut filled = vec![false; ground.class_of.len()];
    for (slot, &free) in slots.iter_mut().zip(free) {
        if free {
            *slot = nowhere;
        } else if *slot < nowhere {
            filled[*slot as usize] = true;
        }
    }
    for column in taken {
        let mut open = ground.classes[column.class].slots.iter().filter(|&&slot| !filled[slot]);
        if let Some(&slot) = open.next() {
            filled[slot] = true;
            column.members.iter().for_each(|&e| slots[e as usize] = slot as u32);
        }
    }
    slots
}

/// A part: the networks that some columns the linear program wants would mix, and those who are in no network.
fn mixed(ground: &Ground<'_>, root: &Begin, slots: &[u32], chance: &mut Chance) -> Part {
    let wanted: Vec<&Column> = root.wanted().collect();
    let nowhere = ground.class_of.len();
    let mut inside = vec![false; nowhere + 1];
    inside[nowhere] = true;
    let size = |inside: &[bool]| slots.iter().filter(|&&slot| inside[slot as usize]).count();
    for _ in 0..2 * nowhere {
        let Some(column) = wanted.get(chance.below(wanted.len().max(1))) else { break };
        let mut touched = inside.clone();
        column.members.iter().for_each(|&e| touched[slots[e as usize] as usize] = true);
        let own = &ground.classes[column.class].slots;
        if !own.iter().any(|&slot| touched[slot]) {
            touched[own[chance.below(own.len())]] = true;
        }
        if size(&inside) == 0 || size(&touched) <= PART {
            inside = touched;
        }
    }
    let free: Vec<bool> = slots.iter().map(|&slot| inside[slot as usize]).collect();
    let mut left = vec![0; ground.classes.len()];
    (0..nowhere).filter(|&slot| inside[slot]).for_each(|slot| left[ground.class_of[slot]] += 1);
    Part { free, left }
}

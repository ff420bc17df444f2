//! Primal heuristics: dives into the whole track and into parts of the best assignment known.

pub mod diving;
pub mod dual_ascent;
pub mod pool;

use super::duals::Duals;
use super::instance::{Column, Instance, Part};
use super::pricing::heuristic;
use super::restricted_master::{RestrictedMaster, above};
use crate::assignment::construct;
use crate::assignment::search::{self, Best, Goal};
use crate::assignment::state::State;
use crate::effort::Budget;
use crate::parallel;
use crate::random::Random;
use diving::{Begin, Dive};
use pool::Pool;

/// Looks for better assignments until the budget is used up or the lower bound is reached.
pub fn improve(
    instance: &Instance<'_>,
    best: &mut Best,
    pool: &mut Pool,
    lower_bound: f64,
    seed: u64,
    budget: &Budget<'_>,
) {
    let parameters = &instance.parameters.primal;
    pool.fill(instance, best, budget);
    if let Some(root) = solve_root(instance, pool, budget) {
        let mut chance = Random::new(seed ^ 0xD17E);
        for round in 0.. {
            if budget.enough() || best.reaches(lower_bound) {
                break;
            }
            let whole = round % (parameters.parts + 1) == 0;
            let Some(slots) = best.slots().map(<[u32]>::to_vec) else { break };
            let begin = match whole {
                true => root.clone(),
                false => pool.begin_with(draw_part(instance, &root, &slots, &mut chance)),
            };
            let spread = if round == 0 { 0.0 } else { parameters.spread };
            let dive = Dive { instance, budget, chance: &mut chance, spread };
            let Some((mut state, mut own)) = dive_into(dive, begin, pool, slots) else { break };
            if whole {
                let share = budget.steps(parameters.polish_steps * instance.track.len() as u64);
                let (goal, seed) = (Goal::Cost(lower_bound), seed.wrapping_add(round as u64));
                search::polish(&mut state, &mut own, goal, parameters.polish_warmth, seed, &share);
                budget.join(&share);
            }
            if let Some(slots) = own.slots() {
                pool.add_assignment(instance, slots);
                best.offer(&State::of(instance.track, slots));
            }
        }
    }
    pool.trim(instance);
}

/// Column generation by heuristic pricing alone: the columns, and their values in the linear program. `None` where the
/// budget was used up or the solver failed.
fn solve_root(instance: &Instance<'_>, pool: &mut Pool, budget: &Budget<'_>) -> Option<Begin> {
    let parameters = &instance.parameters;
    let mut master = RestrictedMaster::of_part(instance, &Part::whole(instance))?;
    for column in pool.best(instance, parameters.primal.begin * instance.out.len()) {
        master.add(column);
    }
    let mut smooth = Duals::of_cover(pool.cover.clone());
    let mut round = 0;
    let primal = loop {
        let solved = master.solve(budget)?;
        let duals = master.duals(&solved);
        smooth = Duals::smoothed(&smooth, &duals, parameters.smoothing);
        let primal = master.primal(&solved).to_vec();
        let mut price = |at, turn| add_columns(&mut master, at, &duals, turn, budget);
        let turn = Some(round);
        round += 1;
        let last = round > parameters.primal.rounds;
        if last || !(price(&smooth, turn) || price(&duals, turn) || price(&smooth, None)) {
            break primal;
        }
    };
    pool.cover = smooth.cover;
    pool.columns.extend(master.columns.iter().cloned());
    // The columns added last have no value yet.
    let columns = master.columns.into_iter().take(primal.len()).collect();
    Some(Begin { part: Part::whole(instance), columns, primal: Some(primal) })
}

/// Adds columns that heuristic pricing finds at some duals, from the starts of a turn or from all, and that make the master
/// cheaper by its own duals; whether there are any.
fn add_columns(
    master: &mut RestrictedMaster<'_>,
    at: &Duals,
    duals: &Duals,
    turn: Option<usize>,
    budget: &Budget<'_>,
) -> bool {
    let instance = master.instance;
    let starts = |class: usize| match turn {
        Some(turn) => instance.starts(class, turn).collect::<Vec<u32>>(),
        None => instance.classes[class].candidates.clone(),
    };
    let classes = 0..instance.classes.len();
    if budget.spend(classes.clone().map(|class| starts(class).len() as u64 * 10).sum()) {
        return false;
    }
    let alike = |class: usize| instance.classes[class].slots.len().min(instance.parameters.most_alike);
    let most = |class: usize| instance.parameters.primal.columns * alike(class);
    let found = parallel::each(budget.threads(), classes.collect(), |class| {
        let among = &instance.classes[class].candidates;
        heuristic::price(instance, class, at, 4 * most(class), among, starts(class).into_iter())
    });
    let convexity = master.convexity(duals);
    let mut added = false;
    for (class, found) in found.into_iter().enumerate() {
        let threshold = above(convexity[class]);
        let columns = found.into_iter().map(|(_, members)| Column { class, members });
        let cheaper = columns.filter(|column| instance.profit(class, &column.members, &duals.cover) > threshold);
        for column in cheaper.take(most(class)) {
            added |= master.add(column);
        }
    }
    added
}

/// Dives into a part of an assignment: the result, mended, and the same where it keeps every rule.
fn dive_into<'t>(dive: Dive<'_, 't>, begin: Begin, pool: &mut Pool, slots: Vec<u32>) -> Option<(State<'t>, Best)> {
    let instance = dive.instance;
    let free = begin.part.free.clone();
    let (dived, chance) = dive.run(begin)?;
    pool.columns.extend(dived.found);
    let mut state = State::of(instance.track, &put_together(instance, slots, &free, &dived.fixed));
    construct::mend(&mut state, chance);
    let mut own = Best::none();
    own.offer(&state);
    Some((state, own))
}

/// The assignment with these columns in place of the networks of those who were free.
fn put_together(instance: &Instance<'_>, mut slots: Vec<u32>, free: &[bool], fixed: &[Column]) -> Vec<u32> {
    let nowhere = instance.class_of.len() as u32;
    let mut filled = vec![false; instance.class_of.len()];
    for (slot, &free) in slots.iter_mut().zip(free) {
        if free {
            *slot = nowhere;
        } else if *slot < nowhere {
            filled[*slot as usize] = true;
        }
    }
    for column in fixed {
        let mut open = instance.classes[column.class].slots.iter().filter(|&&slot| !filled[slot]);
        if let Some(&slot) = open.next() {
            filled[slot] = true;
            column.members.iter().for_each(|&e| slots[e as usize] = slot as u32);
        }
    }
    slots
}

/// A part: the networks that some columns of the linear program would mix, and those who are in no network.
fn draw_part(instance: &Instance<'_>, root: &Begin, slots: &[u32], chance: &mut Random) -> Part {
    let wanted: Vec<&Column> = root.wanted().collect();
    let nowhere = instance.class_of.len();
    let mut inside = vec![false; nowhere + 1];
    inside[nowhere] = true;
    let size = |inside: &[bool]| slots.iter().filter(|&&slot| inside[slot as usize]).count();
    for _ in 0..2 * nowhere {
        let Some(column) = wanted.get(chance.below(wanted.len().max(1))) else { break };
        let mut touched = inside.clone();
        column.members.iter().for_each(|&e| touched[slots[e as usize] as usize] = true);
        let own = &instance.classes[column.class].slots;
        if !own.iter().any(|&slot| touched[slot]) {
            touched[own[chance.below(own.len())]] = true;
        }
        if size(&inside) == 0 || size(&touched) <= instance.parameters.primal.part {
            inside = touched;
        }
    }
    let free: Vec<bool> = slots.iter().map(|&slot| inside[slot as usize]).collect();
    let mut left = vec![0; instance.classes.len()];
    (0..nowhere).filter(|&slot| inside[slot]).for_each(|slot| left[instance.class_of[slot]] += 1);
    Part { free, left }
}

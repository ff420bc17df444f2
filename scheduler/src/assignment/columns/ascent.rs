//! Duals and columns to begin from, in a small part of the time that linear programs take: subgradient ascent.
//!
//! Every network keeps a set of members, the best that quick pricing knows at the duals at hand. Who is in no set gets
//! dearer, who is in several gets cheaper, and the sets are mended: a few microseconds each, as duals hardly change
//! from one round to the next. What the sets were on the way are the columns that a master needs. Nothing is proved
//! here: pricing is not exact.
//!
//! Held, Wolfe, Crowder: Validation of subgradient optimization (Mathematical Programming 6, 1974); Barahona, Anbil:
//! The volume algorithm (Mathematical Programming 87, 2000).

use std::collections::BTreeSet;

use super::greedy::{self, Set};
use super::ground::Ground;
use super::master::Column;
use super::prices::Prices;
use crate::effort::Budget;

/// Rounds of the ascent.
const ROUNDS: usize = 400;
/// The length of a step in the first round and in the last, as a part of what would close the gap.
const FIRST_STEP: f64 = 1.0;
const LAST_STEP: f64 = 0.02;
/// How much of the direction is this round's.
const TURN: f64 = 0.3;
/// The part of the rounds, at the end, whose duals are averaged.
const AVERAGED: f64 = 0.3;
/// Columns kept for each enrolment.
const KEPT: usize = 8;

/// What an ascent came to.
pub(super) struct Ascended {
    /// In units, by enrolment.
    pub(super) duals: Vec<i64>,
    /// Those that miss least to be the best of their class, the best first.
    pub(super) columns: Vec<Column>,
}

/// Ascends from some duals and the sets of an assignment: the slot of each enrolment. `upper`: what it costs.
pub(super) fn ascend(ground: &Ground<'_>, slots: &[u32], duals: Vec<i64>, upper: i64, budget: &Budget<'_>) -> Ascended {
    let prices = Prices::plain(duals);
    let set = |slot: usize| {
        let class = ground.class_of[slot];
        let mut set = Set::new(ground, class, &prices, &ground.classes[class].candidates);
        (0..slots.len()).filter(|&e| slots[e] as usize == slot).for_each(|e| set.join(e));
        set
    };
    let sets = (0..ground.class_of.len()).map(set).collect();
    let duals = prices.of.clone();
    let mut ascent = Ascent { ground, sets, duals, pool: BTreeSet::new(), rounds: 0 };
    ascent.run(upper, budget);
    ascent.ended()
}

struct Ascent<'g> {
    ground: &'g Ground<'g>,
    /// By slot.
    sets: Vec<Set<'g>>,
    duals: Vec<i64>,
    pool: BTreeSet<Column>,
    rounds: usize,
}

impl Ascent<'_> {
    fn run(&mut self, upper: i64, budget: &Budget<'_>) {
        let n = self.duals.len();
        let mut direction = vec![0.0; n];
        let (mut sum, mut summed) = (vec![0i64; n], 0);
        for round in 0..ROUNDS {
            if budget.spend(self.sets.len() as u64 * 40) {
                return;
            }
            let (value, cover) = self.price();
            let miss = cover.iter().map(|&cover| 1.0 - f64::from(cover));
            direction.iter_mut().zip(miss.clone()).for_each(|(old, new)| *old += TURN * (new - *old));
            let passed = round as f64 / ROUNDS as f64;
            let part = FIRST_STEP * (LAST_STEP / FIRST_STEP).powf(passed);
            // Pricing is not exact, so the value may be too high: some gap is left always.
            let gap = upper.saturating_sub(value).max(upper.abs() / 100);
            let length = part * gap as f64 / miss.map(|miss| miss * miss).sum::<f64>().max(1.0);
            let next = |(e, &dual): (usize, &i64)| (dual + (length * direction[e]) as i64).min(self.ground.out[e]);
            self.go(self.duals.iter().enumerate().map(next).collect());
            if passed >= 1.0 - AVERAGED {
                sum.iter_mut().zip(&self.duals).for_each(|(sum, dual)| *sum += dual);
                summed += 1;
            }
        }
        if summed > 0 {
            self.go(sum.into_iter().map(|sum| sum / summed).collect());
        }
    }

    /// Mends every set at the duals at hand. The value of the Lagrangian, were pricing exact, and how many sets each
    /// enrolment is in, those counted as one that may as well stay out.
    fn price(&mut self) -> (i64, Vec<u16>) {
        self.widen();
        let mut cover = vec![0; self.duals.len()];
        let mut value = self.duals.iter().sum::<i64>();
        for (slot, set) in self.sets.iter_mut().enumerate() {
            let class = self.ground.class_of[slot];
            set.grow();
            while set.mend() {}
            if set.worth <= 0 && self.ground.classes[class].may_be_empty() {
                continue;
            }
            value -= set.worth;
            set.members.iter().for_each(|&e| cover[e as usize] += 1);
            let mut members = set.members.clone();
            members.sort_unstable();
            if self.ground.fills(class, &members) {
                self.pool.insert(Column { class, members });
            }
        }
        for (e, cover) in cover.iter_mut().enumerate() {
            if *cover == 0 && self.duals[e] >= self.ground.out[e] {
                *cover = 1;
            }
        }
        (value, cover)
    }

    /// Looks for better sets of one class from a few other starts.
    fn widen(&mut self) {
        let classes = self.ground.classes.len();
        let (class, turn) = (self.rounds % classes, self.rounds / classes);
        self.rounds += 1;
        let rules = &self.ground.classes[class];
        let prices = Prices::plain(self.duals.clone());
        let found = greedy::price(self.ground, class, &prices, greedy::STARTS, &rules.candidates, rules.starts(turn));
        let mut slots = rules.slots.clone();
        slots.sort_by_key(|&slot| self.sets[slot].worth);
        for ((worth, members), slot) in found.into_iter().zip(slots) {
            if self.sets[slot].worth < worth {
                self.sets[slot].clear(&self.duals);
                members.iter().for_each(|&e| self.sets[slot].join(e as usize));
            }
            self.pool.insert(Column { class, members });
        }
    }

    fn go(&mut self, to: Vec<i64>) {
        let shift: Vec<i64> = to.iter().zip(&self.duals).map(|(to, from)| to - from).collect();
        self.sets.iter_mut().for_each(|set| set.revalue(&shift));
        self.duals = to;
    }

    fn ended(self) -> Ascended {
        let Ascent { ground, duals, pool, .. } = self;
        let value = |column: &Column| ground.value(column.class, &column.members, &duals);
        let mut most = vec![i64::MIN; ground.classes.len()];
        pool.iter().for_each(|column| most[column.class] = most[column.class].max(value(column)));
        let mut columns: Vec<(i64, Column)> =
            pool.into_iter().map(|column| (most[column.class] - value(&column), column)).collect();
        columns.sort_unstable();
        columns.truncate(KEPT * duals.len());
        Ascended { columns: columns.into_iter().map(|(_, column)| column).collect(), duals }
    }
}

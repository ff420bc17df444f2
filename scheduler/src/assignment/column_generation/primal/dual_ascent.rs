//! Duals and columns to begin from, in a small part of the time that linear programs take: subgradient ascent.
//!
//! Every network keeps a set of members, the best that heuristic pricing knows at the duals at hand. Duals of enrolments in
//! no set rise, of those in several fall, and the sets are improved: a few microseconds each, as duals hardly change from
//! one round to the next. The sets on the way are the columns that a master needs. Nothing is proved here: pricing is not
//! exact.
//!
//! Held, Wolfe, Crowder: Validation of subgradient optimization (Mathematical Programming 6, 1974); Barahona, Anbil:
//! The volume algorithm (Mathematical Programming 87, 2000).

use std::collections::BTreeSet;

use super::super::duals::Duals;
use super::super::instance::{Column, Instance};
use super::super::parameters::DualAscent;
use super::super::pricing::heuristic::{self, Set};
use crate::effort::Budget;

/// The result of an ascent.
pub struct Ascended {
    /// Cover duals, in units, by enrolment.
    pub cover: Vec<i64>,
    /// The columns with the least reduced costs, in ascending order.
    pub columns: Vec<Column>,
}

/// Ascends from some cover duals and the networks of an assignment: the slot of each enrolment. `upper`: its cost, in units.
pub fn ascend(instance: &Instance<'_>, slots: &[u32], cover: Vec<i64>, upper: i64, budget: &Budget<'_>) -> Ascended {
    let duals = Duals::of_cover(cover);
    let set = |slot: usize| {
        let class = instance.class_of[slot];
        let mut set = Set::new(instance, class, &duals, &instance.classes[class].candidates);
        (0..slots.len()).filter(|&e| slots[e] as usize == slot).for_each(|e| set.join(e));
        set
    };
    let sets = (0..instance.class_of.len()).map(set).collect();
    let parameters = instance.parameters.ascent;
    let mut ascent = Ascent { instance, parameters, sets, cover: duals.cover, columns: BTreeSet::new(), rounds: 0 };
    ascent.run(upper, budget);
    ascent.result()
}

/// The cost of each enrolment in an assignment, company and all: cover duals to begin from.
pub fn shares_of_cost(instance: &Instance<'_>, slots: &[u32]) -> Vec<i64> {
    let share = |e: usize| {
        let Some(&class) = instance.class_of.get(slots[e] as usize) else { return instance.out[e] };
        let company = instance.row(e).iter().zip(slots).filter(|other| *other.1 == slots[e]).map(|other| other.0);
        (instance.classes[class].own[e] + company.sum::<i64>()).min(instance.out[e])
    };
    (0..slots.len()).map(share).collect()
}

struct Ascent<'i> {
    instance: &'i Instance<'i>,
    parameters: DualAscent,
    /// By slot.
    sets: Vec<Set<'i>>,
    cover: Vec<i64>,
    columns: BTreeSet<Column>,
    rounds: usize,
}

impl Ascent<'_> {
    fn run(&mut self, upper: i64, budget: &Budget<'_>) {
        let DualAscent { rounds, first_step, last_step, deflection, averaged, .. } = self.parameters;
        let n = self.cover.len();
        let mut direction = vec![0.0; n];
        let (mut sum, mut summed) = (vec![0i64; n], 0);
        for round in 0..rounds {
            if budget.spend(self.sets.len() as u64 * 40) {
                return;
            }
            let (value, covered) = self.price();
            let subgradient = covered.iter().map(|&covered| 1.0 - f64::from(covered));
            direction.iter_mut().zip(subgradient.clone()).for_each(|(old, new)| *old += deflection * (new - *old));
            let passed = round as f64 / rounds as f64;
            let part = first_step * (last_step / first_step).powf(passed);
            // Pricing is not exact, so the value may be too high: some gap is left always.
            let gap = upper.saturating_sub(value).max(upper.abs() / 100);
            let length = part * gap as f64 / subgradient.map(|miss| miss * miss).sum::<f64>().max(1.0);
            let next = |(e, &dual): (usize, &i64)| (dual + (length * direction[e]) as i64).min(self.instance.out[e]);
            self.go_to(self.cover.iter().enumerate().map(next).collect());
            if passed >= 1.0 - averaged {
                sum.iter_mut().zip(&self.cover).for_each(|(sum, dual)| *sum += dual);
                summed += 1;
            }
        }
        if summed > 0 {
            self.go_to(sum.into_iter().map(|sum| sum / summed).collect());
        }
    }

    /// Improves every set at the duals at hand. The value of the Lagrangian, were pricing exact, and how many sets each
    /// enrolment is in, those counted as one that may as well stay out.
    fn price(&mut self) -> (i64, Vec<u16>) {
        self.widen();
        let mut covered = vec![0; self.cover.len()];
        let mut value = self.cover.iter().sum::<i64>();
        for (slot, set) in self.sets.iter_mut().enumerate() {
            let class = self.instance.class_of[slot];
            set.grow();
            while set.improve() {}
            if set.profit <= 0 && self.instance.classes[class].may_be_empty() {
                continue;
            }
            value -= set.profit;
            set.members.iter().for_each(|&e| covered[e as usize] += 1);
            let mut members = set.members.clone();
            members.sort_unstable();
            if self.instance.fills(class, &members) {
                self.columns.insert(Column { class, members });
            }
        }
        for (e, covered) in covered.iter_mut().enumerate() {
            if *covered == 0 && self.cover[e] >= self.instance.out[e] {
                *covered = 1;
            }
        }
        (value, covered)
    }

    /// Looks for better sets of one class from a few other starts.
    fn widen(&mut self) {
        let classes = self.instance.classes.len();
        let (class, turn) = (self.rounds % classes, self.rounds / classes);
        self.rounds += 1;
        let rules = &self.instance.classes[class];
        let duals = Duals::of_cover(self.cover.clone());
        let most = self.instance.parameters.heuristic.starts;
        let starts = self.instance.starts(class, turn);
        let found = heuristic::price(self.instance, class, &duals, most, &rules.candidates, starts);
        let mut slots = rules.slots.clone();
        slots.sort_by_key(|&slot| self.sets[slot].profit);
        for ((profit, members), slot) in found.into_iter().zip(slots) {
            if self.sets[slot].profit < profit {
                self.sets[slot].clear(&self.cover);
                members.iter().for_each(|&e| self.sets[slot].join(e as usize));
            }
            self.columns.insert(Column { class, members });
        }
    }

    fn go_to(&mut self, cover: Vec<i64>) {
        let shift: Vec<i64> = cover.iter().zip(&self.cover).map(|(to, from)| to - from).collect();
        self.sets.iter_mut().for_each(|set| set.revalue(&shift));
        self.cover = cover;
    }

    fn result(self) -> Ascended {
        let Ascent { instance, parameters, cover, columns, .. } = self;
        let most = parameters.columns * cover.len();
        Ascended { columns: least_reduced_cost(instance, &columns, &cover, most), cover }
    }
}

/// The columns with the least reduced costs, in ascending order, at most so many; the convexity duals are those of the best
/// column of each class.
pub fn least_reduced_cost(
    instance: &Instance<'_>,
    columns: &BTreeSet<Column>,
    cover: &[i64],
    most: usize,
) -> Vec<Column> {
    let profit = |column: &Column| instance.profit(column.class, &column.members, cover);
    let profits: Vec<i64> = columns.iter().map(profit).collect();
    let mut convexity = vec![i64::MIN; instance.classes.len()];
    for (column, &profit) in columns.iter().zip(&profits) {
        convexity[column.class] = convexity[column.class].max(profit);
    }
    let reduced_costs = columns.iter().zip(profits).map(|(column, profit)| (convexity[column.class] - profit, column));
    let mut order: Vec<(i64, &Column)> = reduced_costs.collect();
    order.sort_unstable();
    order.into_iter().take(most).map(|(_, column)| column.clone()).collect()
}

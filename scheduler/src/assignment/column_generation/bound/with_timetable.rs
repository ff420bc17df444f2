//! A bound on the cost of networks together with the cost of their dates.
//!
//! A column costs its share of the assignment, and the least that its members' dates come to. Duals that pay for both
//! prove more than duals that pay for the one. Dates are not known to pricing, but they only lower a column's reduced profit:
//! exact pricing enumerates all columns above a threshold without dates, dates are worked out for those alone, and what is
//! not enumerated has no reduced profit above the threshold with dates either. Where there would be too many the threshold is
//! higher, and less is proved.
//!
//! The duals are those of the master, smoothed with the best so far (Wentges 1997).

use std::collections::HashMap;

use super::super::duals::Duals;
use super::super::instance::{Column, Instance};
use super::super::parameters;
use super::super::pricing::{Aim, CostSplits, heuristic, price_all};
use super::super::restricted_master::{RestrictedMaster, above};
use super::warm_start::WarmStart;
use crate::effort::Budget;
use crate::parallel;
use crate::problem::EnrolmentIx;

/// Lower bounds on the cost of the dates of a network of some members (ascending), whatever its name.
pub trait TimetableBounds: Sync {
    /// A quick bound.
    fn quick(&self, members: &[EnrolmentIx]) -> f64;

    /// A bound nearer to the cost, in some tens of times as long.
    fn near(&self, members: &[EnrolmentIx]) -> f64;
}

/// A lower bound on the cost of the dates of a network, in units.
#[derive(Clone, Copy)]
struct DatesBound {
    cost: i64,
    is_near: bool,
}

/// A proof on its way.
pub struct WithTimetable<'a> {
    instance: &'a Instance<'a>,
    parameters: parameters::WithTimetable,
    bounds: &'a dyn TimetableBounds,
    master: RestrictedMaster<'a>,
    splits: CostSplits,
    known: HashMap<Vec<u32>, DatesBound>,
    /// The best Lagrangian bound so far, in units.
    proved: i64,
    /// Its duals: the stability centre.
    center: Duals,
    /// The cost of the plan, in units.
    upper: i64,
    /// The distance below the best without dates down to which columns are enumerated, in units.
    width: i64,
}

/// The duals of the master, with the reduced profit of a class that columns must be above to make the master cheaper.
type Threshold<'d> = (&'d Duals, i64);

impl<'a> WithTimetable<'a> {
    /// Begins with what a proof of the networks alone left, and the networks of a plan (by slot) that costs `upper`; `None`
    /// where nothing was left, or the solver fails.
    pub fn new(
        instance: &'a Instance<'a>,
        warm_start: &WarmStart,
        plan: &[u32],
        upper: f64,
        bounds: &'a dyn TimetableBounds,
        budget: &Budget<'_>,
    ) -> Option<WithTimetable<'a>> {
        let (columns, best) = warm_start.parts()?;
        let mut proof = WithTimetable {
            instance,
            parameters: instance.parameters.with_timetable,
            bounds,
            master: RestrictedMaster::new(instance)?,
            splits: CostSplits::new(instance),
            known: HashMap::new(),
            proved: best.value,
            center: best.duals.clone(),
            upper: instance.units_above(upper),
            width: 0,
        };
        best.duals.cuts.iter().for_each(|(cut, _)| {
            proof.master.add_cut(*cut);
        });
        let reduced_cost = |at: usize| best.reduced_cost(instance, &columns[at]);
        let mut nearest: Vec<(i64, usize)> = (0..columns.len()).map(|at| (reduced_cost(at), at)).collect();
        nearest.sort_unstable();
        nearest.truncate(proof.parameters.begin * plan.len());
        let mut begin: Vec<Column> = instance.columns_of(plan).collect();
        begin.extend(nearest.into_iter().map(|(_, at)| columns[at].clone()));
        proof.bound_dates(begin.iter().map(|column| &column.members), true, budget);
        let dates: i64 = begin.iter().map(|column| proof.dates(&column.members)).sum();
        proof.width = dates / begin.len().max(1) as i64;
        for column in begin {
            proof.add(column);
        }
        Some(proof)
    }

    /// The proved lower bound.
    pub fn bound(&self) -> f64 {
        self.proved as f64 * self.instance.unit
    }

    /// Goes on until rounds and cuts prove no more, or the budget is used up.
    pub fn run(&mut self, budget: &Budget<'_>) {
        let (smoothing, most) = (self.instance.parameters.smoothing, self.most_cuts());
        let parameters::WithTimetable { rounds, patience, little, longer, shorter, .. } = self.parameters;
        let (mut in_vain, mut step) = (0, 1.0 - smoothing);
        for round in 0..rounds {
            let Some(solved) = self.master.solve(budget) else { return };
            let duals = self.master.duals(&solved);
            let objective = (solved.objective / self.instance.unit) as i64;
            if budget.enough() {
                return;
            }
            if objective - self.proved <= self.close(objective) || in_vain > patience {
                if !self.master.separate(&solved, most) {
                    return;
                }
                (in_vain, step) = (0, 1.0 - smoothing);
                continue;
            }
            let smooth = Duals::smoothed(&self.center, &duals, smoothing);
            if self.price_heuristically(&smooth, &duals, budget) || self.price_heuristically(&duals, &duals, budget) {
                continue;
            }
            // The first round is at the duals that are known to be good.
            let weight = if round == 0 { 1.0 } else { 1.0 - step };
            let at = Duals::smoothed(&self.center, &duals, weight);
            let bound = self.price_exactly(&at, &duals, budget).unwrap_or(i64::MIN);
            in_vain = if bound > self.proved + (little * self.upper as f64) as i64 { 0 } else { in_vain + 1 };
            if bound > self.proved {
                (self.proved, self.center, step) = (bound, at, (step * longer).min(1.0 - smoothing));
            } else {
                step *= shorter;
            }
        }
    }

    /// The gap between bound and master at which cuts do more than columns.
    fn close(&self, objective: i64) -> i64 {
        (self.parameters.cut_gap * (self.upper - objective).max(0) as f64) as i64
    }

    /// Most cuts that a round adds.
    fn most_cuts(&self) -> usize {
        (self.instance.out.len() as f64 * self.parameters.cuts_per_enrolment) as usize
    }

    /// The Lagrangian bound at these duals, in units; columns that make the master cheaper at its own are added. `None` where
    /// too many columns would have to be enumerated, or the budget is used up.
    fn price_exactly(&mut self, at: &Duals, duals: &Duals, budget: &Budget<'_>) -> Option<i64> {
        let cheaper = self.master.convexity(duals);
        let (thresholds, used) = self.thresholds(at);
        let most = self.parameters.columns;
        let aim = (Aim::All(most), self.parameters.steps);
        let priced = price_all(self.instance, at, &thresholds, aim, &mut self.splits, budget);
        let found: usize = priced.iter().map(|priced| priced.found.len()).sum();
        let complete = priced.iter().all(|priced| priced.complete) && found <= most;
        if !complete {
            self.width = (used.min(self.width) as f64 * self.parameters.narrower) as i64;
        } else if found < most / 4 && used >= self.width {
            self.width = (self.width as f64 * self.parameters.wider) as i64;
        }
        if !complete || budget.enough() {
            return None;
        }
        self.bound_dates(priced.iter().flat_map(|priced| priced.found.iter().map(|found| &found.1)), false, budget);
        let mut bound = at.constant();
        for (class, priced) in priced.into_iter().enumerate() {
            let most = self.best(class, priced.found, thresholds[class], (duals, cheaper[class]), budget);
            bound = bound.saturating_sub(self.instance.classes[class].count().saturating_mul(most));
        }
        Some(bound)
    }

    /// The thresholds from which on columns are enumerated, by class: above the reduced profits of those at hand with dates,
    /// and no further below those without than the enumeration is wide; and how far below those they are at most.
    fn thresholds(&self, at: &Duals) -> (Vec<i64>, i64) {
        let with = self.master.convexity(at);
        let mut without = with.clone();
        for (number, column) in self.master.columns.iter().enumerate() {
            let profit = self.master.reduced_profit(number, at) + self.dates(&column.members);
            without[column.class] = without[column.class].max(profit);
        }
        let least = |(&with, &without): (&i64, &i64)| with.max(without.saturating_sub(self.width));
        let thresholds: Vec<i64> = with.iter().zip(&without).map(least).collect();
        let used = without.iter().zip(&thresholds).map(|(without, least)| without.saturating_sub(*least)).max();
        (thresholds, used.unwrap_or(0))
    }

    /// Adds columns that heuristic pricing finds at some duals and that make the master cheaper at its own; whether there are
    /// any.
    fn price_heuristically(&mut self, at: &Duals, duals: &Duals, budget: &Budget<'_>) -> bool {
        let (instance, most) = (self.instance, self.parameters.at_once * self.parameters.added);
        if budget.spend(instance.classes.iter().map(|class| class.candidates.len() as u64 * 10).sum()) {
            return false;
        }
        let price = |class: usize| {
            let candidates = &instance.classes[class].candidates;
            heuristic::price(instance, class, at, most, candidates, candidates.iter().copied())
        };
        let found = parallel::each(budget.threads(), (0..instance.classes.len()).collect(), price);
        self.bound_dates(found.iter().flatten().map(|found| &found.1), false, budget);
        let cheaper = self.master.convexity(duals);
        let mut added = false;
        for (class, found) in found.into_iter().enumerate() {
            added |= self.add_best(class, found.into_iter().map(|found| found.1), (duals, cheaper[class]), budget);
        }
        added
    }

    /// The most reduced profit of a class with dates, where these are all columns above a threshold without, with their
    /// reduced profits; the best are added.
    fn best(
        &mut self,
        class: usize,
        found: Vec<(i64, Vec<u32>)>,
        least: i64,
        cheaper: Threshold<'_>,
        budget: &Budget<'_>,
    ) -> i64 {
        let parameters::WithTimetable { looks, at_once, added, .. } = self.parameters;
        let mut found: Vec<(i64, i64, Vec<u32>)> =
            found.into_iter().map(|(profit, members)| (profit - self.dates(&members), profit, members)).collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        for _ in 0..looks {
            match found.first() {
                Some((profit, _, members)) if *profit > least && !self.is_near(members) => {
                    self.bound_dates(found.iter().take(at_once).map(|found| &found.2), true, budget);
                }
                _ => break,
            }
            for (with, without, members) in found.iter_mut().take(at_once) {
                *with = *without - self.dates(members);
            }
            found.sort_unstable_by(|a, b| b.cmp(a));
        }
        let most = found.first().map_or(least, |first| first.0.max(least));
        found.truncate(at_once * added);
        self.add_best(class, found.into_iter().map(|found| found.2), cheaper, budget);
        most
    }

    /// Adds the best of these columns that make the master cheaper, with dates as near as can be; whether there are any.
    fn add_best(
        &mut self,
        class: usize,
        found: impl Iterator<Item = Vec<u32>>,
        (duals, cheaper): Threshold<'_>,
        budget: &Budget<'_>,
    ) -> bool {
        let least = above(cheaper);
        let mut better: Vec<(i64, Vec<u32>)> = found
            .map(|members| (self.reduced_profit(class, &members, duals), members))
            .filter(|one| one.0 > least)
            .collect();
        better.sort_unstable_by(|a, b| b.cmp(a));
        better.truncate(self.parameters.added);
        self.bound_dates(better.iter().map(|one| &one.1), true, budget);
        let mut added = false;
        for (_, members) in better {
            if self.reduced_profit(class, &members, duals) > least {
                added |= self.add(Column { class, members });
            }
        }
        added
    }

    fn add(&mut self, column: Column) -> bool {
        let cost = self.instance.cost(column.class, &column.members) + self.dates(&column.members);
        self.master.add_at(column, cost)
    }

    /// The reduced profit of a column with its dates.
    fn reduced_profit(&self, class: usize, members: &[u32], duals: &Duals) -> i64 {
        duals.reduced_profit(self.instance, class, members) - self.dates(members)
    }

    /// The bound on the cost of a network's dates, as far as it is known: nothing costs nothing.
    fn dates(&self, members: &[u32]) -> i64 {
        self.known.get(members).map_or(0, |dates| dates.cost)
    }

    fn is_near(&self, members: &[u32]) -> bool {
        self.known.get(members).is_some_and(|dates| dates.is_near)
    }

    /// Bounds the cost of these networks' dates, where that is not known, as long as the budget lasts.
    fn bound_dates<'m>(&mut self, networks: impl Iterator<Item = &'m Vec<u32>>, near: bool, budget: &Budget<'_>) {
        let parameters::WithTimetable { remembered, wave_near, wave_quick, .. } = self.parameters;
        if self.known.len() > remembered {
            self.known.retain(|_, dates| dates.is_near);
        }
        let is_known = |members: &&Vec<u32>| self.known.get(*members).is_some_and(|dates| dates.is_near || !near);
        let mut unknown: Vec<&Vec<u32>> = networks.filter(|members| !is_known(members)).collect();
        unknown.sort_unstable();
        unknown.dedup();
        let (instance, bounds) = (self.instance, self.bounds);
        let bound = |members: &&Vec<u32>| {
            let ids: Vec<EnrolmentIx> = members.iter().map(|&e| instance.track.enrolments[e as usize]).collect();
            let cost = if near { bounds.near(&ids) } else { bounds.quick(&ids) };
            (cost / instance.unit).floor().max(0.0) as i64
        };
        for wave in unknown.chunks(if near { wave_near } else { wave_quick }) {
            if budget.spend(wave.len() as u64) {
                return;
            }
            let chunks: Vec<_> = wave.chunks(wave.len().div_ceil(4 * budget.threads())).collect();
            let work = |chunk: &[&Vec<u32>]| chunk.iter().map(bound).collect::<Vec<i64>>();
            let done = parallel::each(budget.threads(), chunks, work);
            for (members, cost) in wave.iter().zip(done.into_iter().flatten()) {
                let cost = cost.max(self.dates(members));
                self.known.insert((*members).clone(), DatesBound { cost, is_near: near });
            }
        }
    }
}

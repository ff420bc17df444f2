//! A bound on what networks cost with what they cost beyond the assignment: in dates.
//!
//! A column costs its share of the assignment, and the least that its members' dates come to. Prices that pay for both
//! prove more than prices that pay for the one. Dates are not known to pricing, but they only make a column worth less:
//! exact pricing lists all columns that are worth more than a threshold without dates, dates are worked out for those
//! alone, and what is not on the list is worth no more than the threshold with dates either. Where the list would be too
//! long the threshold is higher, and less is proved.
//!
//! The prices are those of the master, mixed with the best so far (Wentges: Weighted Dantzig-Wolfe decomposition,
//! International Transactions in Operational Research 4, 1997).

use std::collections::HashMap;

use super::cuts;
use super::exact::Aim;
use super::greedy;
use super::ground::Ground;
use super::kept::Kept;
use super::master::{Master, above};
use super::prices::Prices;
use super::pricing;
use super::proof::SMOOTH;
use super::splits::Splits;
use crate::effort::Budget;
use crate::milp::Solved;
use crate::parallel;
use crate::problem::EnrolmentIx;

/// Tells what networks of some members (ascending) cost beyond the assignment at least, whatever their names.
pub trait TimetableBounds: Sync {
    /// Quickly.
    fn quick(&self, members: &[EnrolmentIx]) -> f64;

    /// In some tens of times as long, nearer to what they do cost.
    fn near(&self, members: &[EnrolmentIx]) -> f64;
}

/// Most columns that are listed at a time, and most steps for the sets of one size with one first member.
const MOST_COLUMNS: usize = 60_000;
const MOST_STEPS: u64 = 400_000;
/// How much wider the list is next time where it was short, and how much narrower where it was too long.
const WIDER: f64 = 1.4;
const NARROWER: f64 = 0.6;
/// How much longer a step from the best prices is after one that proved more, and after one that did not.
const LONGER: f64 = 1.2;
const SHORTER: f64 = 0.6;
/// So many times the best columns of a class are looked at closely in a round, some at once; and how many it adds.
const CLOSELY: usize = 40;
const AT_ONCE: usize = 4;
const ADDED: usize = 12;
/// Columns for each enrolment that the master begins with, and cuts for each that one round adds.
const BEGIN: usize = 6;
const CUTS_EACH: f64 = 0.4;
/// What is left between bound and master, as a part of what is left above, where cuts do more than columns.
const MEETS: f64 = 0.02;
/// So many rounds in a row that prove next to nothing, as a part of the cost, are enough of them.
const PATIENCE: usize = 8;
const LITTLE: f64 = 2e-5;
/// Most rounds.
const ROUNDS: usize = 2_000;
/// How many quick floors are worked out at a time, and how many near ones; and how many are remembered at most.
const WAVE: usize = 512;
const WAVE_NEAR: usize = 32;
const MOST_KNOWN: usize = 1_000_000;

/// What is known of the dates of a network, in units.
#[derive(Clone, Copy)]
struct Floor {
    cost: i64,
    near: bool,
}

/// A proof on its way.
pub(super) struct Dated<'a> {
    ground: &'a Ground<'a>,
    floors: &'a dyn TimetableBounds,
    master: Master<'a>,
    splits: Splits,
    known: HashMap<Vec<u32>, Floor>,
    /// The best bound so far, in units, and its prices.
    proved: i64,
    center: Prices,
    /// What the plan costs, in units.
    upper: i64,
    /// How far below the best without dates columns are listed, in units.
    width: i64,
}

impl<'a> Dated<'a> {
    /// Begins with what a proof of the networks alone kept, and the networks of a plan (by slot) that costs `upper`; `None`
    /// where nothing was kept, or the solver fails.
    pub(super) fn new(
        ground: &'a Ground<'a>,
        kept: &Kept,
        plan: &[u32],
        upper: f64,
        floors: &'a dyn TimetableBounds,
        budget: &Budget<'_>,
    ) -> Option<Dated<'a>> {
        let (columns, prices, worth, proved) = kept.parts()?;
        let (master, splits) = (Master::new(ground)?, Splits::new(ground));
        let (center, upper) = (prices.clone(), (upper / ground.unit).ceil() as i64);
        let mut dated =
            Dated { ground, floors, master, splits, known: HashMap::new(), proved, center, upper, width: 0 };
        prices.cuts.iter().for_each(|(three, _)| {
            dated.master.cut(*three);
        });
        let mut begin: Vec<(usize, Vec<u32>)> = ground.networks(plan).collect();
        let spread = |at: usize| {
            let column = &columns[at];
            worth[column.class] - (prices.sum(&column.members) - ground.cost(column.class, &column.members))
        };
        let mut nearest: Vec<(i64, usize)> = (0..columns.len()).map(|at| (spread(at), at)).collect();
        nearest.sort_unstable();
        nearest.truncate(BEGIN * plan.len());
        begin.extend(nearest.into_iter().map(|(_, at)| (columns[at].class, columns[at].members.clone())));
        dated.look(begin.iter().map(|(_, members)| members), true, budget);
        let beyond: i64 = begin.iter().map(|(_, members)| dated.beyond(members)).sum();
        dated.width = beyond / begin.len().max(1) as i64;
        for (class, members) in begin {
            dated.add(class, members);
        }
        Some(dated)
    }

    /// What is proved.
    pub(super) fn bound(&self) -> f64 {
        self.proved as f64 * self.ground.unit
    }

    /// Goes on until rounds and cuts prove no more, or the budget is used up.
    pub(super) fn run(&mut self, budget: &Budget<'_>) {
        let (mut vain, mut step) = (0, 1.0 - SMOOTH);
        for round in 0..ROUNDS {
            let Some(solved) = self.master.solve(budget) else { return };
            let prices = self.master.prices(&solved);
            let objective = (solved.objective / self.ground.unit) as i64;
            if budget.enough() {
                return;
            }
            if objective - self.proved <= self.close(objective) || vain > PATIENCE {
                if !self.cut(&solved) {
                    return;
                }
                (vain, step) = (0, 1.0 - SMOOTH);
                continue;
            }
            let between = Prices::mix(&self.center, &prices, SMOOTH);
            if self.quick(&between, &prices, budget) || self.quick(&prices, &prices, budget) {
                continue;
            }
            // The first look is at the prices that are known to be good.
            let part = if round == 0 { 1.0 } else { 1.0 - step };
            let at = Prices::mix(&self.center, &prices, part);
            let bound = self.price(&at, &prices, budget).unwrap_or(i64::MIN);
            vain = if bound > self.proved + (LITTLE * self.upper as f64) as i64 { 0 } else { vain + 1 };
            if bound > self.proved {
                (self.proved, self.center, step) = (bound, at, (step * LONGER).min(1.0 - SMOOTH));
            } else {
                step *= SHORTER;
            }
        }
    }

    /// How near the bound comes to the master before cuts do more.
    fn close(&self, objective: i64) -> i64 {
        (MEETS * (self.upper - objective).max(0) as f64) as i64
    }

    /// Adds cuts that the solution breaks; whether there are any.
    fn cut(&mut self, solved: &Solved) -> bool {
        let most = (self.ground.out.len() as f64 * CUTS_EACH) as usize;
        let broken = cuts::broken(&self.master.columns, self.master.taken(solved), &self.master.cuts, most);
        broken.into_iter().filter(|three| self.master.cut(*three)).count() > 0
    }

    /// What these prices prove, in units; columns that make the master cheaper at its own are added. `None` where too many
    /// columns would have to be listed, or the budget is used up.
    fn price(&mut self, at: &Prices, prices: &Prices, budget: &Budget<'_>) -> Option<i64> {
        let least = self.master.worth(prices);
        let (thresholds, used) = self.thresholds(at);
        let aim = (Aim::All(MOST_COLUMNS), MOST_STEPS);
        let priced = pricing::all(self.ground, at, &thresholds, aim, &mut self.splits, budget);
        let found: usize = priced.iter().map(|priced| priced.found.len()).sum();
        let whole = priced.iter().all(|priced| priced.complete) && found <= MOST_COLUMNS;
        if !whole {
            self.width = (used.min(self.width) as f64 * NARROWER) as i64;
        } else if found < MOST_COLUMNS / 4 && used >= self.width {
            self.width = (self.width as f64 * WIDER) as i64;
        }
        if !whole || budget.enough() {
            return None;
        }
        self.look(priced.iter().flat_map(|priced| priced.found.iter().map(|found| &found.1)), false, budget);
        let mut bound = at.total();
        for (class, priced) in priced.into_iter().enumerate() {
            let worth = self.best(class, priced.found, thresholds[class], (prices, least[class]), budget);
            bound = bound.saturating_sub(self.ground.classes[class].count().saturating_mul(worth));
        }
        Some(bound)
    }

    /// From where on columns are listed, by class: above what those at hand are worth with dates, and no further below what
    /// they are worth without than the list is wide; and how far below that is at most.
    fn thresholds(&self, at: &Prices) -> (Vec<i64>, i64) {
        let with = self.master.worth(at);
        let mut without = with.clone();
        for (number, column) in self.master.columns.iter().enumerate() {
            let value = self.master.value(number, at) + self.beyond(&column.members);
            without[column.class] = without[column.class].max(value);
        }
        let least = |(&with, &without): (&i64, &i64)| with.max(without.saturating_sub(self.width));
        let thresholds: Vec<i64> = with.iter().zip(&without).map(least).collect();
        let used = without.iter().zip(&thresholds).map(|(without, least)| without.saturating_sub(*least)).max();
        (thresholds, used.unwrap_or(0))
    }

    /// Adds columns that quick pricing finds at some prices and that make the master cheaper at its own; whether there are any.
    fn quick(&mut self, at: &Prices, prices: &Prices, budget: &Budget<'_>) -> bool {
        let ground = self.ground;
        if budget.spend(ground.classes.iter().map(|class| class.candidates.len() as u64 * 10).sum()) {
            return false;
        }
        let price = |class: usize| {
            let candidates = &ground.classes[class].candidates;
            greedy::price(ground, class, at, AT_ONCE * ADDED, candidates, candidates.iter().copied())
        };
        let found = parallel::each(budget.threads(), (0..ground.classes.len()).collect(), price);
        self.look(found.iter().flatten().map(|found| &found.1), false, budget);
        let least = self.master.worth(prices);
        let mut added = false;
        for (class, found) in found.into_iter().enumerate() {
            added |= self.take(class, found.into_iter().map(|found| found.1), (prices, least[class]), budget);
        }
        added
    }

    /// What a class is worth at most, with dates, where these are all columns above a threshold without, with what they are
    /// worth; the best are added.
    fn best(
        &mut self,
        class: usize,
        found: Vec<(i64, Vec<u32>)>,
        threshold: i64,
        hurdle: (&Prices, i64),
        budget: &Budget<'_>,
    ) -> i64 {
        let mut found: Vec<(i64, i64, Vec<u32>)> =
            found.into_iter().map(|(value, members)| (value - self.beyond(&members), value, members)).collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        for _ in 0..CLOSELY {
            match found.first() {
                Some((worth, _, members)) if *worth > threshold && !self.is_near(members) => {
                    self.look(found.iter().take(AT_ONCE).map(|found| &found.2), true, budget);
                }
                _ => break,
            }
            for (worth, value, members) in found.iter_mut().take(AT_ONCE) {
                *worth = *value - self.beyond(members);
            }
            found.sort_unstable_by(|a, b| b.cmp(a));
        }
        let worth = found.first().map_or(threshold, |first| first.0.max(threshold));
        found.truncate(AT_ONCE * ADDED);
        self.take(class, found.into_iter().map(|found| found.2), hurdle, budget);
        worth
    }

    /// Adds the best of these columns that are worth more than the hurdle at its prices, with dates as near as can be;
    /// whether there are any.
    fn take(
        &mut self,
        class: usize,
        found: impl Iterator<Item = Vec<u32>>,
        (prices, least): (&Prices, i64),
        budget: &Budget<'_>,
    ) -> bool {
        let least = above(least);
        let mut better: Vec<(i64, Vec<u32>)> =
            found.map(|members| (self.value(class, &members, prices), members)).filter(|one| one.0 > least).collect();
        better.sort_unstable_by(|a, b| b.cmp(a));
        better.truncate(ADDED);
        self.look(better.iter().map(|one| &one.1), true, budget);
        let mut added = false;
        for (_, members) in better {
            if self.value(class, &members, prices) > least {
                added |= self.add(class, members);
            }
        }
        added
    }

    fn add(&mut self, class: usize, members: Vec<u32>) -> bool {
        let cost = self.ground.cost(class, &members) + self.beyond(&members);
        self.master.add_at(class, members, cost)
    }

    /// What a column is worth with its dates.
    fn value(&self, class: usize, members: &[u32], prices: &Prices) -> i64 {
        prices.sum(members) - self.ground.cost(class, members) - self.beyond(members)
    }

    /// What is known of a network's dates: nothing costs nothing.
    fn beyond(&self, members: &[u32]) -> i64 {
        self.known.get(members).map_or(0, |floor| floor.cost)
    }

    fn is_near(&self, members: &[u32]) -> bool {
        self.known.get(members).is_some_and(|floor| floor.near)
    }

    /// Works out what these networks cost in dates, where that is not known, as long as the budget lasts.
    fn look<'m>(&mut self, networks: impl Iterator<Item = &'m Vec<u32>>, near: bool, budget: &Budget<'_>) {
        if self.known.len() > MOST_KNOWN {
            self.known.retain(|_, floor| floor.near);
        }
        let is_known = |members: &&Vec<u32>| self.known.get(*members).is_some_and(|floor| floor.near || !near);
        let mut unknown: Vec<&Vec<u32>> = networks.filter(|members| !is_known(members)).collect();
        unknown.sort_unstable();
        unknown.dedup();
        let (ground, floors) = (self.ground, self.floors);
        let floor = |members: &&Vec<u32>| {
            let ids: Vec<EnrolmentIx> = members.iter().map(|&e| ground.track.enrolments[e as usize]).collect();
            let cost = if near { floors.near(&ids) } else { floors.quick(&ids) };
            (cost / ground.unit).floor().max(0.0) as i64
        };
        for wave in unknown.chunks(if near { WAVE_NEAR } else { WAVE }) {
            if budget.spend(wave.len() as u64) {
                return;
            }
            let chunks: Vec<_> = wave.chunks(wave.len().div_ceil(4 * budget.threads())).collect();
            let work = |chunk: &[&Vec<u32>]| chunk.iter().map(floor).collect::<Vec<i64>>();
            let done = parallel::each(budget.threads(), chunks, work);
            for (members, cost) in wave.iter().zip(done.into_iter().flatten()) {
                let cost = cost.max(self.beyond(members));
                self.known.insert((*members).clone(), Floor { cost, near });
            }
        }
    }
}

//! How a bound is driven up: columns until the master is as cheap as it gets, then cuts, then columns again.

use super::ascent::{self, Ascended};
use super::closing::{self, Gap};
use super::exact::Aim;
use super::greedy;
use super::ground::{Class, Ground};
use super::kept::{Kept, in_vain};
use super::master::{Master, above};
use super::pool::guess;
use super::prices::Prices;
use super::splits::Splits;
use super::{cuts, pricing};
use crate::assignment::search::Best;
use crate::assignment::state::State;
use crate::effort::Budget;
use crate::milp::Solved;
use crate::parallel;

/// How many columns of one class a round of pricing adds.
const COLUMNS_A_ROUND: usize = 8;
/// How much of the old prices is kept for pricing.
pub(super) const SMOOTH: f64 = 0.7;
/// Most steps of exact pricing between two solutions of the master.
const BETWEEN: usize = 8;
/// From so many alike networks on, prices are smoothed for exact pricing too: an error counts once for each of them.
const ALIKE: usize = 3;
/// Steps for the sets of one size with one first member: at first, how they grow when they prove too few, and the most.
const STEPS: u64 = 200_000;
const STEPS_GROW: u64 = 6;
const STEPS_MOST: u64 = 3_000_000;
/// From so many enrolments on, exact pricing is coarse at first: by what part of the cost, how much finer then, and from
/// what part on as fine as it gets.
const LARGE_TRACK: usize = 150;
const COARSE: f64 = 0.035;
const FINER: f64 = 4.0;
const COARSE_LAST: f64 = 0.002;
/// A round of exact pricing is begun where this part of what the last one took is left.
const ENOUGH_TIME: f64 = 0.8;
/// Most rounds.
const ROUNDS: usize = 5_000;
/// Most cuts that one round adds, at least and for each enrolment; where networks are large, a part of them: they make
/// pricing slow.
const CUTS: usize = 40;
const CUTS_EACH: f64 = 0.4;
const LARGE: usize = 10;
/// What is left between the bound and the master, as a part of what is left above, where cuts do more than columns.
const MEETS: f64 = 0.06;
/// The gap, as a part of the cost, that more steps of exact pricing will not mend.
const HOPELESS: f64 = 0.2;
/// The gap, as a part of the cost, from which on columns are listed; and how much smaller it must be for another try.
const LISTABLE: f64 = 0.006;
const LIST_AGAIN: f64 = 0.7;

/// A proof on its way.
pub(super) struct Proof<'a> {
    pub(super) ground: &'a Ground<'a>,
    pub(super) master: Master<'a>,
    /// The best assignment known: the slot of each enrolment, and its cost.
    slots: Vec<u32>,
    pub(super) upper: f64,
    /// The best bound so far that prices prove, in units.
    pub(super) proved: i64,
    /// What a choice among listed columns proves beyond that.
    settled: i64,
    /// The prices that prove it, and what no column of each class is worth more than at them.
    pub(super) prices: Prices,
    pub(super) worth: Vec<i64>,
    /// Steps for the sets of one size with one first member.
    pub(super) steps: u64,
    /// What all columns of an assignment may be worth beyond those at hand without being looked for, as a part of the cost.
    coarse: f64,
    /// How exact pricing splits pair costs.
    splits: Splits,
    /// The part of the budget that the last round of exact pricing took.
    round: f64,
    /// Rounds of exact pricing that came to their end.
    pub(super) rounds: usize,
    /// Rounds of quick pricing so far.
    turn: usize,
    /// The gap at which columns were listed last.
    pub(super) listed: i64,
    /// Whether the columns in the gap were listed and looked at.
    closed: bool,
}

/// How far columns have brought it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    /// No column makes the master cheaper.
    End,
    /// The gap is small enough to list columns.
    Listable,
    /// Exact pricing takes too long.
    Stuck,
    /// The budget is used up.
    Spent,
}

impl<'a> Proof<'a> {
    /// Begins with the columns of the best assignment known and what an earlier proof kept; `None` where nothing can be
    /// proved: there is no such assignment, or the solver fails.
    pub(super) fn new(ground: &'a Ground<'a>, best: &Best, kept: &Kept) -> Option<Proof<'a>> {
        let mut proof = Proof {
            ground,
            master: Master::new(ground)?,
            slots: best.slots()?.to_vec(),
            upper: best.cost(),
            proved: i64::MIN / 4,
            settled: i64::MIN / 4,
            prices: Prices::default(),
            worth: Vec::new(),
            steps: STEPS,
            coarse: if ground.out.len() >= LARGE_TRACK { COARSE } else { 0.0 },
            splits: Splits::new(ground),
            round: 0.0,
            rounds: 0,
            turn: 0,
            listed: i64::MAX,
            closed: false,
        };
        proof.take();
        proof.resume(kept);
        Some(proof)
    }

    /// Adds the columns of the best assignment known.
    fn take(&mut self) {
        for (class, members) in self.ground.networks(&self.slots) {
            self.master.add(class, members);
        }
    }

    /// What is proved.
    pub(super) fn bound(&self) -> f64 {
        if self.prices.of.is_empty() {
            f64::NEG_INFINITY
        } else {
            self.proved.max(self.settled) as f64 * self.ground.unit
        }
    }

    /// Goes on until nothing is left to prove, or to try; whether that is so, and not just the budget used up. `enough`
    /// tells whether a bound is as good as the best assignment.
    pub(super) fn run(&mut self, best: &mut Best, enough: impl Fn(f64, &Best) -> bool, budget: &Budget<'_>) -> bool {
        loop {
            let (reached, solved) = self.columns(budget);
            if reached == Reached::Spent {
                return false;
            }
            if enough(self.bound(), best) {
                return true;
            }
            if self.listable() {
                self.close(best, budget);
                if self.closed || enough(self.bound(), best) || budget.enough() {
                    return !budget.enough();
                }
            }
            let cut = reached == Reached::Listable || solved.is_some_and(|solved| self.cut(&solved));
            if reached == Reached::Stuck || !cut {
                if self.gap() < self.listed {
                    self.close(best, budget); // nothing else is left to try
                }
                return !budget.enough();
            }
        }
    }

    /// Generates columns until no column makes the master cheaper, or it is time for something else. The solution of
    /// the master, where columns came to their end.
    pub(super) fn columns(&mut self, budget: &Budget<'_>) -> (Reached, Option<Solved>) {
        let mut smooth = self.ascend(budget);
        for _ in 0..ROUNDS {
            if budget.enough() {
                return (Reached::Spent, None);
            }
            let Some(solved) = self.master.solve(budget) else { return (Reached::Spent, None) };
            let prices = self.master.prices(&solved);
            let worth = self.master.worth(&prices);
            smooth = Prices::mix(&smooth, &prices, SMOOTH);
            let some = |class: &Class, turn: usize| class.starts(turn).collect();
            let all = |class: &Class, _: usize| class.candidates.clone();
            if self.quick(&smooth, &prices, &worth, some, budget)
                || self.quick(&prices, &prices, &worth, some, budget)
                || self.quick(&smooth, &prices, &worth, all, budget)
                || self.quick(&prices, &prices, &worth, all, budget)
            {
                continue;
            }
            if self.between(&prices, &worth, solved.objective, budget) {
                continue;
            }
            if self.meets(solved.objective) {
                return (Reached::End, Some(solved));
            }
            if self.in_vain() {
                return (Reached::Stuck, None);
            }
            if budget.used() + ENOUGH_TIME * self.round > 1.0 {
                return (Reached::Spent, None); // half a round proves nothing
            }
            match self.finer(&prices, &worth, solved.objective, budget) {
                _ if budget.enough() => return (Reached::Spent, None),
                _ if self.listable() => return (Reached::Listable, None),
                (true, _) => {}
                (false, true) => return (Reached::End, Some(solved)),
                (false, false) if self.hopeless() || self.steps >= STEPS_MOST => return (Reached::Stuck, None),
                (false, false) => self.steps *= STEPS_GROW,
            }
        }
        (Reached::Stuck, None)
    }

    /// Prices to begin from, with columns, unless an earlier proof left some.
    fn ascend(&mut self, budget: &Budget<'_>) -> Prices {
        if !self.prices.of.is_empty() {
            return self.prices.clone();
        }
        let upper = (self.upper / self.ground.unit) as i64;
        let Ascended { duals, columns } =
            ascent::ascend(self.ground, &self.slots, guess(self.ground, &self.slots), upper, budget);
        for column in columns {
            self.master.add(column.class, column.members);
        }
        Prices::plain(duals)
    }

    /// Exact pricing between the prices of the best bound and those of the master, as long as that makes the bound
    /// better; true once it finds columns that make the master cheaper. Wentges: Weighted Dantzig-Wolfe decomposition
    /// (International Transactions in Operational Research 4, 1997).
    fn between(&mut self, prices: &Prices, worth: &[i64], objective: f64, budget: &Budget<'_>) -> bool {
        // Where networks differ, the master's prices are steady enough.
        let rounds = if self.ground.class_of.len() >= ALIKE * self.ground.classes.len() { BETWEEN } else { 0 };
        for _ in 0..rounds {
            let before = self.proved;
            let best = if self.prices.of.is_empty() {
                Prices::plain(guess(self.ground, &self.slots))
            } else {
                self.prices.clone()
            };
            let at = Prices::mix(&best, prices, SMOOTH);
            if self.exact(&at, prices, worth, self.slack(objective), budget).0 {
                return true;
            }
            let step = ((self.upper - before as f64 * self.ground.unit) * 0.02 / self.ground.unit) as i64;
            if budget.enough() || self.in_vain() || self.proved <= before.saturating_add(step) {
                return false;
            }
        }
        false
    }

    /// Adds cuts that the solution breaks; whether there are any.
    fn cut(&mut self, solved: &Solved) -> bool {
        let large = self.ground.classes.iter().any(|class| class.high > LARGE);
        let most = ((self.slots.len() as f64 * CUTS_EACH) as usize).max(CUTS) / if large { 2 } else { 1 };
        let broken = cuts::broken(&self.master.columns, self.master.taken(solved), &self.master.cuts, most);
        let mut added = false;
        for three in broken {
            added |= self.master.cut(three);
        }
        added
    }

    /// Whether the gap is small enough to list the columns in it, and smaller than when that failed last.
    fn listable(&self) -> bool {
        let gap = self.gap();
        (gap as f64) * self.ground.unit <= LISTABLE * self.upper && (gap as f64) < LIST_AGAIN * self.listed as f64
    }

    /// Whether rounds enough have proved next to nothing.
    fn in_vain(&self) -> bool {
        in_vain(self.rounds, self.proved as f64 * self.ground.unit, self.upper)
    }

    /// Whether exact pricing is far from its end.
    fn hopeless(&self) -> bool {
        self.steps > STEPS && self.gap() as f64 * self.ground.unit > HOPELESS * self.upper
    }

    /// What is between what prices prove and the best assignment known, in units.
    fn gap(&self) -> i64 {
        ((self.upper / self.ground.unit).ceil() as i64).saturating_sub(self.proved)
    }

    /// Lists the columns of better assignments and chooses among them.
    fn close(&mut self, best: &mut Best, budget: &Budget<'_>) {
        self.upper = best.cost();
        self.listed = self.gap();
        let upper = (self.upper / self.ground.unit).ceil() as i64;
        let gap = Gap { proved: self.proved, prices: &self.prices, worth: &self.worth, upper };
        let Some(settled) = closing::close(self.ground, &gap, &mut self.splits, budget) else { return };
        self.closed = true;
        self.settled = settled.bound;
        if let Some(networks) = settled.better {
            let track = self.ground.track;
            let mut slots = vec![track.nowhere() as u32; track.len()];
            for (slot, members) in networks.iter().enumerate() {
                members.iter().for_each(|&e| slots[e as usize] = slot as u32);
            }
            best.offer(&State::of(track, &slots));
        }
    }

    /// Adds columns that quick pricing finds at these prices from some starts, by class and turn, and that make the master cheaper; whether there are any.
    fn quick(
        &mut self,
        at: &Prices,
        prices: &Prices,
        worth: &[i64],
        starts: impl Fn(&Class, usize) -> Vec<u32> + Sync,
        budget: &Budget<'_>,
    ) -> bool {
        let classes = &self.ground.classes;
        self.turn += 1;
        if budget.spend(classes.iter().map(|class| class.candidates.len() as u64 * 10).sum()) {
            return false;
        }
        let most = |class: usize| COLUMNS_A_ROUND * classes[class].slots.len().min(6);
        let starts = |class: usize| starts(&classes[class], self.turn).into_iter();
        let price = |class: usize| {
            greedy::price(self.ground, class, at, 4 * most(class), &classes[class].candidates, starts(class))
        };
        let found = parallel::each(budget.threads(), (0..classes.len()).collect(), price);
        let mut added = false;
        for (class, found) in found.into_iter().enumerate() {
            let least = above(worth[class]);
            let better = found.into_iter().filter(|(_, members)| self.value(class, members, prices) > least);
            let better: Vec<Vec<u32>> = better.take(most(class)).map(|found| found.1).collect();
            for members in better {
                added |= self.master.add(class, members);
            }
        }
        added
    }

    /// Exact pricing at the prices of the master. In a large track coarsely first: only what columns that are worth much more
    /// than those at hand could change is looked for, which takes a small part of the time and proves nearly as much. Like
    /// [`Proof::exact`].
    fn finer(&mut self, prices: &Prices, worth: &[i64], objective: f64, budget: &Budget<'_>) -> (bool, bool) {
        let finest = self.slack(objective);
        loop {
            let coarse = (self.coarse * objective / self.ground.unit / self.ground.class_of.len() as f64) as i64;
            let done = self.exact(prices, prices, worth, coarse.max(finest), budget);
            if done != (false, true) || coarse <= finest || budget.used() + 2.0 * self.round > 1.0 {
                return done;
            }
            self.coarse = if self.coarse > COARSE_LAST { self.coarse / FINER } else { 0.0 };
        }
    }

    /// Prices every class exactly at some prices, above what columns at hand are worth and some slack, and notes the bound.
    /// Whether that found columns that make the master cheaper, by its own prices and worths; and whether all was looked at.
    fn exact(&mut self, at: &Prices, prices: &Prices, worth: &[i64], slack: i64, budget: &Budget<'_>) -> (bool, bool) {
        let begun = budget.used();
        let thresholds: Vec<i64> = self.master.worth(at).into_iter().map(|known| known.saturating_add(slack)).collect();
        let priced = pricing::all(self.ground, at, &thresholds, (Aim::Best, self.steps), &mut self.splits, budget);
        self.round = budget.used() - begun;
        self.rounds += usize::from(!budget.enough());
        let mut bound = at.total();
        let (mut added, mut complete) = (false, true);
        for (class, priced) in priced.iter().enumerate() {
            bound = bound.saturating_sub(self.ground.classes[class].count().saturating_mul(priced.bound));
            complete &= priced.complete;
            let mut found: Vec<&(i64, Vec<u32>)> = priced.found.iter().collect();
            found.sort_unstable_by(|a, b| b.cmp(a));
            for (_, members) in found.into_iter().take(2 * COLUMNS_A_ROUND) {
                let cheaper = self.value(class, members, prices) > worth[class].saturating_add(slack);
                added |= self.master.add(class, members.clone()) && cheaper;
            }
        }
        if bound > self.proved || self.prices.of.is_empty() {
            let worth = priced.iter().map(|priced| priced.bound).collect();
            (self.proved, self.prices, self.worth) = (bound, at.clone(), worth);
        }
        (added, complete)
    }

    /// Whether the bound is as good as the master's cost, up to a small part of the gap that stays.
    fn meets(&self, objective: f64) -> bool {
        objective - self.bound() <= MEETS * (self.upper - objective).max(1e-9 * objective.abs())
    }

    /// What a column must be worth beyond those at hand to be looked for: a part of the gap, shared among the networks.
    fn slack(&self, objective: f64) -> i64 {
        let gap = (self.upper - objective).max(1e-9 * objective.abs());
        (gap / self.ground.unit * 0.01 / self.ground.class_of.len() as f64) as i64
    }

    fn value(&self, class: usize, members: &[u32], prices: &Prices) -> i64 {
        prices.sum(members) - self.ground.cost(class, members)
    }
}

//! The root node: its restricted master, the best Lagrangian bound so far, and the steps of column generation.

pub mod branch_and_cut;
pub mod branching;
pub mod enumerate;
pub mod warm_start;
pub mod with_timetable;

use super::duals::{DualBound, Duals};
use super::instance::{Column, Instance};
use super::pricing::{Aim, CostSplits, heuristic, price_all};
use super::primal::dual_ascent::{Ascended, ascend, shares_of_cost};
use super::restricted_master::{RestrictedMaster, above};
use crate::assignment::search::Best;
use crate::assignment::state::State;
use crate::effort::Budget;
use crate::milp::Solved;
use crate::parallel;
use enumerate::{Gap, enumerate};
use warm_start::{WarmStart, is_stalled};

/// A proof on its way.
pub struct RootNode<'i> {
    pub instance: &'i Instance<'i>,
    pub master: RestrictedMaster<'i>,
    /// The best assignment known: the slot of each enrolment.
    slots: Vec<u32>,
    /// Its cost.
    upper: f64,
    /// The best Lagrangian bound so far.
    best: Option<DualBound>,
    /// The bound of branch and cut, in units.
    tree_bound: i64,
    /// Steps of exact pricing for the sets of one size with one first member.
    steps: u64,
    /// Reduced profit of all columns of an assignment beyond those at hand that is left unpriced, as a part of the cost.
    coarse: f64,
    splits: CostSplits,
    /// The part of the budget that the last round of exact pricing took.
    round_share: f64,
    /// Rounds of exact pricing that came to their end.
    rounds: usize,
    /// Rounds of heuristic pricing.
    turn: usize,
    /// The gap at which columns were enumerated last, in units.
    pub enumerated_gap: i64,
    /// True once branch and cut has been through the columns in the gap.
    is_closed: bool,
}

/// The end of a run of column generation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// No column makes the master cheaper.
    Converged,
    /// The gap is small enough to enumerate columns.
    Enumerable,
    /// Exact pricing takes too long.
    TooSlow,
    OutOfBudget,
}

/// A solution of the restricted master.
pub struct MasterSolution {
    pub solved: Solved,
    pub duals: Duals,
    /// The convexity duals, as far as columns at hand tell.
    convexity: Vec<i64>,
}

/// The result of a round of exact pricing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Exact {
    /// True where it found columns that make the master cheaper.
    pub added: bool,
    /// True where all columns were considered.
    pub complete: bool,
}

/// The bound where nothing is proved, in units.
const UNPROVED: i64 = i64::MIN / 4;

impl<'i> RootNode<'i> {
    /// Begins with the columns of the best assignment known and what an earlier proof left; `None` where nothing can be
    /// proved: there is no such assignment, or the solver fails.
    pub fn new(instance: &'i Instance<'i>, best: &Best, warm_start: &WarmStart) -> Option<RootNode<'i>> {
        let parameters = &instance.parameters.bound;
        let mut root = RootNode {
            instance,
            master: RestrictedMaster::new(instance)?,
            slots: best.slots()?.to_vec(),
            upper: best.cost(),
            best: None,
            tree_bound: UNPROVED,
            steps: parameters.steps,
            coarse: if instance.out.len() >= parameters.coarse_from { parameters.coarse } else { 0.0 },
            splits: CostSplits::new(instance),
            round_share: 0.0,
            rounds: 0,
            turn: 0,
            enumerated_gap: i64::MAX,
            is_closed: false,
        };
        for column in instance.columns_of(&root.slots) {
            root.master.add(column);
        }
        root.resume(warm_start);
        Some(root)
    }

    /// The proved lower bound.
    pub fn bound(&self) -> f64 {
        match self.best {
            Some(_) => self.proved().max(self.tree_bound) as f64 * self.instance.unit,
            None => f64::NEG_INFINITY,
        }
    }

    /// The best Lagrangian bound, in units.
    fn proved(&self) -> i64 {
        self.best.as_ref().map_or(UNPROVED, |best| best.value)
    }

    /// The cost of the best assignment known less the Lagrangian bound, in units.
    fn gap(&self) -> i64 {
        self.instance.units_above(self.upper).saturating_sub(self.proved())
    }

    /// Duals to begin from: an earlier proof's, or those of an ascent, with its columns.
    pub fn first_duals(&mut self, budget: &Budget<'_>) -> Duals {
        if let Some(best) = &self.best {
            return best.duals.clone();
        }
        let upper = (self.upper / self.instance.unit) as i64;
        let begin = shares_of_cost(self.instance, &self.slots);
        let Ascended { cover, columns } = ascend(self.instance, &self.slots, begin, upper, budget);
        for column in columns {
            self.master.add(column);
        }
        Duals::of_cover(cover)
    }

    /// Solves the restricted master; `None` where the budget is used up or the solver fails.
    pub fn solve_master(&mut self, budget: &Budget<'_>) -> Option<MasterSolution> {
        let solved = self.master.solve(budget)?;
        let duals = self.master.duals(&solved);
        let convexity = self.master.convexity(&duals);
        Some(MasterSolution { solved, duals, convexity })
    }

    /// Adds columns that heuristic pricing finds at smoothed duals or the master's, from some starts, then from all; whether
    /// any makes the master cheaper.
    pub fn price_heuristically(&mut self, smooth: &Duals, master: &MasterSolution, budget: &Budget<'_>) -> bool {
        let attempts = [(smooth, false), (&master.duals, false), (smooth, true), (&master.duals, true)];
        attempts.into_iter().any(|(at, from_all)| self.price_quickly(at, master, from_all, budget))
    }

    /// One attempt of heuristic pricing.
    fn price_quickly(&mut self, at: &Duals, master: &MasterSolution, from_all: bool, budget: &Budget<'_>) -> bool {
        let (instance, classes) = (self.instance, &self.instance.classes);
        self.turn += 1;
        if budget.spend(classes.iter().map(|class| class.candidates.len() as u64 * 10).sum()) {
            return false;
        }
        let alike = |class: usize| classes[class].slots.len().min(instance.parameters.most_alike);
        let most = |class: usize| instance.parameters.bound.columns * alike(class);
        let starts = |class: usize| -> Vec<u32> {
            if from_all { classes[class].candidates.clone() } else { instance.starts(class, self.turn).collect() }
        };
        let price = |class: usize| {
            let among = &classes[class].candidates;
            heuristic::price(instance, class, at, 4 * most(class), among, starts(class).into_iter())
        };
        let found = parallel::each(budget.threads(), (0..classes.len()).collect(), price);
        let mut added = false;
        for (class, found) in found.into_iter().enumerate() {
            let threshold = above(master.convexity[class]);
            let profit = |members: &[u32]| master.duals.reduced_profit(instance, class, members);
            let cheaper = found.into_iter().filter(|(_, members)| profit(members) > threshold);
            for (_, members) in cheaper.take(most(class)) {
                added |= self.master.add(Column { class, members });
            }
        }
        added
    }

    /// Exact pricing at duals between those of the best bound and the master's (Wentges 1997), as long as that makes the
    /// bound better; true once it finds columns that make the master cheaper.
    pub fn price_smoothed(&mut self, master: &MasterSolution, budget: &Budget<'_>) -> bool {
        let parameters = &self.instance.parameters;
        // Where networks differ, the master's duals are steady enough.
        let alike = self.instance.class_of.len() >= parameters.bound.smoothed_alike * self.instance.classes.len();
        for _ in 0..if alike { parameters.bound.smoothed_rounds } else { 0 } {
            let before = self.proved();
            let best = match &self.best {
                Some(best) => &best.duals,
                None => &Duals::of_cover(shares_of_cost(self.instance, &self.slots)),
            };
            let at = Duals::smoothed(best, &master.duals, parameters.smoothing);
            if self.price_at(&at, master, self.slack(master), budget).added {
                return true;
            }
            let gap = self.upper - before as f64 * self.instance.unit;
            let rise = (gap * parameters.bound.smoothed_rise / self.instance.unit) as i64;
            if budget.enough() || self.is_stalled() || self.proved() <= before.saturating_add(rise) {
                return false;
            }
        }
        false
    }

    /// Exact pricing at the duals of the master: in a large track coarsely first, which looks only for columns that are much
    /// better than those at hand.
    pub fn price_exactly(&mut self, master: &MasterSolution, budget: &Budget<'_>) -> Exact {
        let parameters = &self.instance.parameters.bound;
        let finest = self.slack(master);
        loop {
            let whole = self.coarse * master.solved.objective / self.instance.unit;
            let coarse = (whole / self.instance.class_of.len() as f64) as i64;
            let exact = self.price_at(&master.duals, master, coarse.max(finest), budget);
            let found_nothing = exact == Exact { added: false, complete: true };
            if !found_nothing || coarse <= finest || budget.used() + 2.0 * self.round_share > 1.0 {
                return exact;
            }
            self.coarse = if self.coarse > parameters.coarse_last { self.coarse / parameters.finer } else { 0.0 };
        }
    }

    /// Prices every class exactly at some duals, above the reduced profits of columns at hand and some slack, and notes the
    /// Lagrangian bound. Columns make the master cheaper by its own duals.
    fn price_at(&mut self, at: &Duals, master: &MasterSolution, slack: i64, budget: &Budget<'_>) -> Exact {
        let begun = budget.used();
        let thresholds: Vec<i64> =
            self.master.convexity(at).into_iter().map(|known| known.saturating_add(slack)).collect();
        let priced = price_all(self.instance, at, &thresholds, (Aim::Best, self.steps), &mut self.splits, budget);
        self.round_share = budget.used() - begun;
        self.rounds += usize::from(!budget.enough());
        let mut exact = Exact { added: false, complete: true };
        for (class, priced) in priced.iter().enumerate() {
            exact.complete &= priced.complete;
            let mut found: Vec<&(i64, Vec<u32>)> = priced.found.iter().collect();
            found.sort_unstable_by(|a, b| b.cmp(a));
            for (_, members) in found.into_iter().take(2 * self.instance.parameters.bound.columns) {
                let profit = master.duals.reduced_profit(self.instance, class, members);
                let is_cheaper = profit > master.convexity[class].saturating_add(slack);
                exact.added |= self.master.add(Column { class, members: members.clone() }) && is_cheaper;
            }
        }
        let bound = DualBound::new(self.instance, at, priced.iter().map(|priced| priced.bound).collect());
        if self.best.as_ref().is_none_or(|best| bound.value > best.value) {
            self.best = Some(bound);
        }
        exact
    }

    /// More steps for exact pricing; false where that is of no use.
    pub fn price_longer(&mut self) -> bool {
        let parameters = &self.instance.parameters.bound;
        let far = self.gap() as f64 * self.instance.unit > parameters.hopeless_gap * self.upper;
        if (self.steps > parameters.steps && far) || self.steps >= parameters.steps_most {
            return false;
        }
        self.steps *= parameters.steps_growth;
        true
    }

    /// Tells whether the bound is as good as the master's cost, up to a small part of the gap that stays.
    pub fn meets(&self, master: &MasterSolution) -> bool {
        let objective = master.solved.objective;
        let left = (self.upper - objective).max(1e-9 * objective.abs());
        objective - self.bound() <= self.instance.parameters.bound.cut_gap * left
    }

    /// Tells whether rounds enough have proved next to nothing.
    pub fn is_stalled(&self) -> bool {
        let proved = self.proved() as f64 * self.instance.unit;
        is_stalled(&self.instance.parameters.bound, self.rounds, proved, self.upper)
    }

    /// Tells whether another round of exact pricing can be expected to end in time.
    pub fn has_time_for_a_round(&self, budget: &Budget<'_>) -> bool {
        budget.used() + self.instance.parameters.bound.time_for_a_round * self.round_share <= 1.0
    }

    /// The reduced profit beyond that of columns at hand that is left unpriced: a part of the gap, shared among the networks.
    fn slack(&self, master: &MasterSolution) -> i64 {
        let objective = master.solved.objective;
        let gap = (self.upper - objective).max(1e-9 * objective.abs());
        (gap / self.instance.unit * self.instance.parameters.bound.slack / self.instance.class_of.len() as f64) as i64
    }

    /// Adds cuts that the solution violates; whether there are any.
    pub fn separate(&mut self, solved: &Solved) -> bool {
        let parameters = &self.instance.parameters.bound;
        let large = self.instance.classes.iter().any(|class| class.high > parameters.cuts_large_network);
        let most = ((self.slots.len() as f64 * parameters.cuts_per_enrolment) as usize).max(parameters.cuts);
        self.master.separate(solved, if large { most / 2 } else { most })
    }

    /// Tells whether the gap is small enough to enumerate the columns in it, and smaller than when that failed last.
    pub fn is_enumerable(&self) -> bool {
        let (gap, parameters) = (self.gap() as f64, &self.instance.parameters.enumeration);
        gap * self.instance.unit <= parameters.gap * self.upper
            && gap < parameters.gap_again * self.enumerated_gap as f64
    }

    /// Tells whether the gap is smaller than when columns were enumerated last.
    pub fn is_smaller_gap(&self) -> bool {
        self.gap() < self.enumerated_gap
    }

    /// Tells whether branch and cut has been through the columns in the gap.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Enumerates the columns of all better assignments, and chooses among them by branch and cut.
    pub fn enumerate_and_branch(&mut self, best: &mut Best, budget: &Budget<'_>) {
        self.upper = best.cost();
        self.enumerated_gap = self.gap();
        let Some(bound) = &self.best else { return };
        let gap = Gap { bound, upper: self.instance.units_above(self.upper) };
        let Some(enumeration) = enumerate(self.instance, &gap, &mut self.splits, budget) else { return };
        let solved = branch_and_cut::solve(&enumeration, &gap, budget);
        self.is_closed = true;
        self.tree_bound = solved.bound;
        if let Some(networks) = solved.better {
            let track = self.instance.track;
            let mut slots = vec![track.nowhere() as u32; track.len()];
            for (slot, members) in networks.iter().enumerate() {
                members.iter().for_each(|&e| slots[e as usize] = slot as u32);
            }
            best.offer(&State::of(track, &slots));
        }
    }
}

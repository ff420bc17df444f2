//! What the hostings of a network cost at least, together: pace and round limits become prices (Lagrange
//! multipliers), at which each hosting looks for its days by itself. Any prices prove something; subgradient steps
//! (Held, Wolfe, Crowder 1974) look for good ones.

use std::ops::Range;

use super::super::calendar::Window;
use super::floors::Floors;
use super::sets::{Choice, Prices, Sets};
use super::view::View;
use crate::effort::Budget;

/// Prices of the rules that hostings share.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Dual {
    /// By member and window; at least 0, for soft windows at most their cost.
    pub window: Vec<f64>,
    /// By round; at least 0.
    pub round: Vec<f64>,
}

/// What one look at all hostings came to.
struct Look {
    /// Proved lower bound on the network's cost.
    bound: f64,
    /// What each hosting costs.
    least: Vec<f64>,
    /// The best choice of each hosting that is best held.
    choices: Vec<Choice>,
    /// Steps it took.
    spent: u64,
}

/// What an ascent came to.
pub(in super::super) struct Ascent {
    /// Proved lower bound on the network's cost.
    pub bound: f64,
    /// The prices that prove it.
    pub dual: Dual,
    /// What each hosting costs at least at these prices.
    pub least: Vec<f64>,
    /// The choices that were best on the way.
    pub choices: Vec<Choice>,
    /// What blocks of rounds leave over at least at these prices.
    pub floors: Floors,
    /// The slack above the bound that is to be looked at next.
    pub next: f64,
}

impl Ascent {
    /// What these prices prove, in all and of each hosting.
    pub fn new(bound: f64, dual: Dual, least: Vec<f64>) -> Ascent {
        Ascent { bound, dual, least, choices: Vec::new(), floors: Floors::default(), next: 0.0 }
    }
}

/// Steps of one look at the sets of days, at most: far more than a network of ordinary size takes.
pub(super) const STEPS: u64 = 3_000_000;

impl Dual {
    /// Everything for nothing.
    pub fn zero(view: &View<'_>) -> Dual {
        Dual { window: vec![0.0; view.members.len() * view.windows.len()], round: vec![0.0; view.rounds.len()] }
    }

    /// The prices of taking part that follow.
    pub fn prices(&self, view: &View<'_>) -> Prices {
        let (days, windows) = (view.days(), view.windows.len());
        let mut part = vec![0.0; view.members.len() * days];
        for (row, prices) in part.chunks_exact_mut(days.max(1)).zip(self.window.chunks_exact(windows.max(1))) {
            for (window, &price) in view.windows.iter().zip(prices) {
                if price > 0.0 {
                    row[window.days.clone()].iter_mut().for_each(|sum| *sum += price);
                }
            }
        }
        Prices { part, round: self.round.clone() }
    }

    /// What the prices take back: what is free of the shared rules.
    pub fn free(&self, view: &View<'_>) -> f64 {
        self.free_in(view, &(0..view.rounds.len()))
    }

    /// The same for some rounds that share no window with others.
    pub fn free_in(&self, view: &View<'_>, rounds: &Range<usize>) -> f64 {
        let days = rounds.clone().map(|r| view.rounds[r].clone());
        let (first, end) = days.fold((usize::MAX, 0), |(first, end), days| (first.min(days.start), end.max(days.end)));
        let inside = |window: &Window| first <= window.days.start && window.days.end <= end;
        let windows = view.windows.len().max(1);
        let most = |prices: &[f64]| -> f64 {
            let inside = view.windows.iter().zip(prices).filter(|(window, _)| inside(window));
            inside.map(|(window, price)| f64::from(window.most) * price).sum()
        };
        let per_round = view.per_round.unwrap_or(0) as f64;
        self.window.chunks_exact(windows).map(most).sum::<f64>()
            + self.round[rounds.clone()].iter().sum::<f64>() * per_round
    }

    /// What the hostings cost at least at these prices; `None` where there are too many sets of days to tell.
    fn look(&self, view: &View<'_>) -> Option<Look> {
        let mut sets = Sets::new(view, &self.prices(view), STEPS);
        let mut limits = view.unheld.clone();
        let mut days: Vec<Vec<usize>> = vec![Vec::new(); view.units.len()];
        let whole = sets.explore(&mut limits, &mut |set| {
            days[set.unit].clear();
            days[set.unit].extend_from_slice(set.days);
            set.value
        });
        let held = days.into_iter().enumerate().filter(|(_, days)| !days.is_empty());
        let choices = held.map(|(unit, days)| sets.choice(unit, days)).collect();
        let bound = limits.iter().sum::<f64>() - self.free(view);
        whole.then(|| Look { bound, least: limits, choices, spent: sets.spent() })
    }

    /// How far the best choices overrun each window and each round, beside the prices.
    fn overrun(view: &View<'_>, choices: &[Choice]) -> Dual {
        let width = view.days();
        let mut part = vec![0.0; view.members.len() * width];
        let mut round = vec![-(view.per_round.unwrap_or(view.units.len()) as f64); view.rounds.len()];
        for choice in choices {
            choice.days.iter().for_each(|&day| part[view.units[choice.unit].host * width + day] += 1.0);
            for (member, day) in choice.guests.iter().enumerate() {
                day.iter().for_each(|&day| part[member * width + usize::from(day)] += 1.0);
            }
            round[choice.round(view)] += 1.0;
        }
        let mut window = Vec::with_capacity(view.members.len() * view.windows.len());
        for row in part.chunks_exact(width.max(1)) {
            let over = |w: &Window| row[w.days.clone()].iter().sum::<f64>() - f64::from(w.most);
            window.extend(view.windows.iter().map(over));
        }
        Dual { window, round }
    }

    /// Leans towards the way that was gone before.
    fn lean(&mut self, way: &Dual) {
        let old = way.window.iter().chain(&way.round);
        self.window.iter_mut().chain(&mut self.round).zip(old).for_each(|(new, old)| *new += MOMENTUM * old);
    }

    /// The squared length of a way, without what leads below a price of 0.
    fn passable(&self, way: &Dual) -> f64 {
        let prices = self.window.iter().chain(&self.round);
        let goes = |(price, way): (&f64, &f64)| if *price > 0.0 || *way > 0.0 { way * way } else { 0.0 };
        prices.zip(way.window.iter().chain(&way.round)).map(goes).sum()
    }

    /// Moves a step of this length against the overrun, within the prices' limits.
    fn step(&mut self, view: &View<'_>, overrun: &Dual, length: f64) {
        let windows = view.windows.len().max(1);
        for (prices, over) in self.window.chunks_exact_mut(windows).zip(overrun.window.chunks_exact(windows)) {
            for ((price, over), window) in prices.iter_mut().zip(over).zip(&view.windows) {
                *price = (*price + length * over).clamp(0.0, window.cost.unwrap_or(f64::INFINITY));
            }
        }
        if view.per_round.is_some() {
            for (price, over) in self.round.iter_mut().zip(&overrun.round) {
                *price = (*price + length * over).max(0.0);
            }
        }
    }
}

/// How many steps of a look take about as long as one of the search.
pub(super) const STEPS_PER_STEP: u64 = 500;

/// How much of the way gone before each step keeps.
const MOMENTUM: f64 = 0.6;

/// Looks without a better bound before steps become shorter.
const PATIENCE: usize = 4;

/// The best bound after so many looks, or as many as the budget allows; `reach` is how much there may be to win.
/// `None` where there are too many sets of days to tell.
pub(in super::super) fn ascend(
    view: &View<'_>,
    looks: usize,
    reach: f64,
    budget: Option<&Budget<'_>>,
) -> Option<Ascent> {
    let mut dual = Dual::zero(view);
    let mut best = Ascent::new(f64::NEG_INFINITY, dual.clone(), Vec::new());
    let mut way: Option<Dual> = None;
    let (mut reach, mut idle) = (reach, 0);
    for look in 1..=looks.max(1) {
        let here = dual.look(view)?;
        idle = if here.bound > best.bound { 0 } else { idle + 1 };
        if here.bound > best.bound {
            (best.bound, best.dual, best.least) = (here.bound, dual.clone(), here.least);
        }
        if look == looks || budget.is_some_and(|budget| budget.spend(1 + here.spent / STEPS_PER_STEP)) {
            break;
        }
        if idle > PATIENCE {
            (reach, idle) = (reach * 0.7, 0);
        }
        let mut next = Dual::overrun(view, &here.choices);
        if budget.is_some() {
            best.choices.extend(here.choices);
        }
        if let Some(way) = &way {
            next.lean(way);
        }
        let norm = dual.passable(&next);
        if norm <= 0.0 {
            break; // the best choices keep every shared rule
        }
        dual.step(view, &next, (best.bound + reach - here.bound).max(reach) / norm);
        way = Some(next);
    }
    Some(best)
}

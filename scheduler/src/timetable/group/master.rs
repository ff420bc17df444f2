//! Good prices by column generation (Gilmore and Gomory 1961; Lübbecke and Desrosiers 2005): a linear program over the
//! days of hostings found so far tells the prices, at which more are looked for.

use std::collections::BTreeSet;

use super::super::calendar::DayIx;
use super::dual::{Ascent, Dual, STEPS, STEPS_PER_STEP};
use super::sets::{Choice, Sets};
use super::view::View;
use crate::effort::Budget;
use crate::milp::Linear;

/// New choices that a hosting adds at a time.
const AT_A_TIME: usize = 4;

impl Choice {
    /// What it costs without pace.
    fn cost(&self, view: &View<'_>) -> f64 {
        let width = view.days();
        let host = view.units[self.unit].host;
        let extra = (self.days.len() as f64 - 1.0) * view.calendar.problem.weights().extra_visit;
        let receive: f64 = self.days.iter().map(|&day| view.receive[host * width + day]).sum();
        let guest = |(member, day): (usize, &Option<DayIx>)| match day {
            _ if member == host => 0.0,
            Some(day) => view.come[member * width + usize::from(*day)],
            None => view.away[member],
        };
        extra + receive + self.guests.iter().enumerate().map(guest).sum::<f64>()
    }

    /// Its factors in the rows.
    fn terms(&self, view: &View<'_>) -> Vec<(usize, f64)> {
        let mut terms = vec![(self.unit, 1.0), (round_row(view, self.round(view)), 1.0)];
        let host = view.units[self.unit].host;
        for member in 0..view.members.len() {
            for (w, window) in view.windows.iter().enumerate() {
                let inside = |day: usize| window.days.contains(&day);
                let count = if member == host {
                    self.days.iter().filter(|&&day| inside(day)).count()
                } else {
                    usize::from(self.guests[member].is_some_and(|day| inside(usize::from(day))))
                };
                if count > 0 {
                    terms.push((window_row(view, member, w), count as f64));
                }
            }
        }
        terms
    }
}

fn round_row(view: &View<'_>, round: usize) -> usize {
    view.units.len() + round
}

fn window_row(view: &View<'_>, member: usize, window: usize) -> usize {
    view.units.len() + view.rounds.len() + member * view.windows.len() + window
}

/// Raises a bound and betters its prices, until nothing is left to win, `enough` is proved or the budget is used up.
pub(super) fn polish(view: &View<'_>, mut best: Ascent, enough: f64, budget: &Budget<'_>) -> Ascent {
    let mut known: BTreeSet<Choice> = best.choices.drain(..).collect();
    let Some(mut program) = program(view, &known) else { return best };
    while best.bound < enough && !budget.enough() {
        let Some(solved) = program.solve(budget) else { break };
        let dual = dual_of(view, &solved.duals);
        let Some((bound, least, found)) = better_choices(view, &dual, &solved.duals, budget) else { break };
        if bound > best.bound {
            best = Ascent::new(bound, dual, least);
        }
        let mut added = false;
        for choice in found {
            if !known.contains(&choice) && program.column(choice.cost(view), &choice.terms(view)) {
                added = true;
                known.insert(choice);
            }
        }
        if !added || best.bound >= solved.objective - 1e-6 * solved.objective.abs().max(1.0) {
            break;
        }
    }
    best
}

/// The linear program: a row for each hosting, round, and member's window; columns for hostings not held and windows
/// overrun, and the choices.
fn program(view: &View<'_>, choices: &BTreeSet<Choice>) -> Option<Linear> {
    let mut rows = vec![(1.0, 1.0); view.units.len()];
    let per_round = view.per_round.unwrap_or(view.units.len()) as f64;
    rows.extend(view.rounds.iter().map(|_| (f64::NEG_INFINITY, per_round)));
    let mut columns: Vec<(f64, Vec<(usize, f64)>)> = Vec::new();
    for member in 0..view.members.len() {
        for (w, window) in view.windows.iter().enumerate() {
            rows.push((f64::NEG_INFINITY, f64::from(window.most)));
            if let Some(cost) = window.cost {
                columns.push((cost, vec![(window_row(view, member, w), -1.0)]));
            }
        }
    }
    columns.extend(view.unheld.iter().enumerate().map(|(unit, &unheld)| (unheld, vec![(unit, 1.0)])));
    columns.extend(choices.iter().map(|choice| (choice.cost(view), choice.terms(view))));
    Linear::new(&rows, &columns)
}

/// The rows' prices, as far as they are within limits.
fn dual_of(view: &View<'_>, duals: &[f64]) -> Dual {
    let price = |row: usize, most: f64| (-duals[row]).clamp(0.0, most);
    let mut window = Vec::with_capacity(view.members.len() * view.windows.len());
    for member in 0..view.members.len() {
        let most = |w: usize| view.windows[w].cost.unwrap_or(f64::INFINITY);
        window.extend((0..view.windows.len()).map(|w| price(window_row(view, member, w), most(w))));
    }
    let capped = view.per_round.is_some();
    let round = |r: usize| if capped { price(round_row(view, r), f64::INFINITY) } else { 0.0 };
    Dual { window, round: (0..view.rounds.len()).map(round).collect() }
}

/// What these prices prove, in all and by hosting, and the choices that would better the linear program.
fn better_choices(
    view: &View<'_>,
    dual: &Dual,
    duals: &[f64],
    budget: &Budget<'_>,
) -> Option<(f64, Vec<f64>, Vec<Choice>)> {
    let mut least: Vec<f64> = view.unheld.iter().zip(duals).map(|(unheld, dual)| unheld.min(*dual)).collect();
    let mut limits: Vec<f64> = least.iter().map(|least| least - 1e-7 * least.abs().max(1.0)).collect();
    let mut found: Vec<Vec<(f64, Vec<usize>)>> = vec![Vec::new(); view.units.len()];
    let mut sets = Sets::new(view, &dual.prices(view), STEPS);
    let whole = sets.explore(&mut limits, &mut |set| {
        least[set.unit] = least[set.unit].min(set.value);
        let kept = &mut found[set.unit];
        let at = kept.partition_point(|(value, _)| *value <= set.value);
        kept.insert(at, (set.value, set.days.to_vec()));
        kept.truncate(AT_A_TIME);
        if kept.len() < AT_A_TIME { f64::INFINITY } else { kept[AT_A_TIME - 1].0 }
    });
    budget.spend(sets.spent() / STEPS_PER_STEP);
    let bound = least.iter().sum::<f64>() - dual.free(view);
    let choice = |(unit, days): (usize, Vec<usize>)| sets.choice(unit, days);
    let found = found.into_iter().enumerate().flat_map(|(unit, kept)| kept.into_iter().map(move |kept| (unit, kept.1)));
    whole.then(|| (bound, least, found.map(choice).collect()))
}

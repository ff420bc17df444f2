//! One member among the visits of its network: what it costs to go to one visit of each hosting, or to host one.

use std::ops::Range;

use super::dual::Dual;
use super::families::Label;
use super::view::View;

/// A member with its prices.
pub(super) struct Member<'v> {
    view: &'v View<'v>,
    at: usize,
    /// Cost of coming, and the same with the prices of windows, by day.
    come: &'v [f64],
    priced: Vec<f64>,
    /// Prices by window.
    prices: Vec<f64>,
    /// The windows that hold each day.
    windows: Vec<Vec<usize>>,
}

impl<'v> Member<'v> {
    pub fn new(view: &'v View<'v>, dual: &Dual, at: usize) -> Member<'v> {
        let width = view.days();
        let prices = dual.window[at * view.windows.len()..][..view.windows.len()].to_vec();
        let come = &view.come[at * width..][..width];
        let mut priced = come.to_vec();
        let mut windows = vec![Vec::new(); width];
        for (w, window) in view.windows.iter().enumerate() {
            for day in window.days.clone() {
                priced[day] += prices[w];
                windows[day].push(w);
            }
        }
        Member { view, at, come, priced, prices, windows }
    }

    /// Nothing done, nothing left over.
    pub fn nowhere(&self) -> Label {
        (0.0, Vec::new())
    }

    /// Every label with a visit on one of these days, or none, that leaves at most `most` over.
    pub fn join(&self, labels: &[Label], days: &[usize], most: f64) -> Vec<Label> {
        let away = self.view.away[self.at];
        let best = days.iter().map(|&day| self.priced[day]).fold(away, f64::min);
        let mut joined: Vec<Label> = Vec::new();
        for (over, taken) in labels {
            for &day in days {
                let coming = over + self.priced[day] - best;
                if coming <= most {
                    let all = coming + self.crowding(taken, day, |w| self.prices[w]);
                    if all <= most {
                        let mut taken = taken.clone();
                        taken.push(day);
                        joined.push((all, taken));
                    }
                }
            }
            if over + away - best <= most {
                joined.push((over + away - best, taken.clone()));
            }
        }
        joined
    }

    /// What one day more costs in windows that are full; less what is paid there by their prices.
    fn crowding(&self, taken: &[usize], day: usize, paid: impl Fn(usize) -> f64) -> f64 {
        if taken.contains(&day) {
            return f64::INFINITY;
        }
        let mut sum = 0.0;
        for &w in &self.windows[day] {
            let window = &self.view.windows[w];
            let inside = taken.iter().filter(|&&other| window.days.contains(&other)).count();
            if inside >= window.most as usize {
                sum += window.cost.unwrap_or(f64::INFINITY) - paid(w);
            }
        }
        sum
    }

    /// What a label and the prices of windows that are not full leave over at least, whichever set the member hosts: as
    /// a host it takes part on all days of the set.
    pub fn left_over(&self, label: &Label, sets: &[&[usize]], days: &Range<usize>) -> f64 {
        let alone = self.unused(&label.1, &[], days);
        let several = sets.iter().filter(|set| alone > 0.0 && set.iter().any(|day| !label.1.contains(day)));
        label.0 + several.map(|set| self.unused(&label.1, set, days)).fold(alone, f64::min)
    }

    /// What the prices of windows that are not full leave over.
    fn unused(&self, taken: &[usize], hosted: &[usize], days: &Range<usize>) -> f64 {
        let mut sum = 0.0;
        for (window, &price) in self.view.windows.iter().zip(&self.prices).filter(|(_, price)| **price > 0.0) {
            if days.start <= window.days.start && window.days.end <= days.end {
                let inside = |day: &&usize| window.days.contains(*day);
                let further = hosted.iter().filter(|day| !taken.contains(*day));
                let count = taken.iter().filter(inside).count() + further.filter(inside).count();
                sum += price * (window.most as usize).saturating_sub(count) as f64;
            }
        }
        sum
    }

    /// The least that it costs to go to one visit of each of these sets, or none, being the host of the set at
    /// `hosted`; and the day for each.
    pub fn best(&self, sets: &[&[usize]], hosted: Option<usize>) -> (f64, Vec<Option<usize>>) {
        let mut search =
            Search { member: self, sets, hosted, taken: Vec::new(), days: vec![None; sets.len()], best: None };
        let mut cost = 0.0;
        if let Some(at) = hosted {
            let width = self.view.days();
            for &day in sets[at] {
                cost += self.view.receive[self.at * width + day] + self.crowding(&search.taken, day, |_| 0.0);
                search.taken.push(day);
            }
            if cost == f64::INFINITY {
                return (cost, search.days);
            }
        }
        search.go(0, cost);
        search.best.unwrap_or((f64::INFINITY, vec![None; sets.len()]))
    }
}

/// A look through all days of a member.
struct Search<'s, 'v> {
    member: &'s Member<'v>,
    sets: &'s [&'s [usize]],
    hosted: Option<usize>,
    taken: Vec<usize>,
    days: Vec<Option<usize>>,
    best: Option<(f64, Vec<Option<usize>>)>,
}

impl Search<'_, '_> {
    fn go(&mut self, at: usize, cost: f64) {
        if self.best.as_ref().is_some_and(|best| cost >= best.0) {
            return;
        }
        if at == self.sets.len() {
            self.best = Some((cost, self.days.clone()));
            return;
        }
        if self.hosted == Some(at) {
            return self.go(at + 1, cost);
        }
        for &day in self.sets[at] {
            let next = cost + self.member.come[day] + self.member.crowding(&self.taken, day, |_| 0.0);
            if next < f64::INFINITY {
                self.taken.push(day);
                self.days[at] = Some(day);
                self.go(at + 1, next);
                self.days[at] = None;
                self.taken.pop();
            }
        }
        self.go(at + 1, cost + self.member.view.away[self.member.at]);
    }
}

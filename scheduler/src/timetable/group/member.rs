//! One member among the visits of its network: what it costs to go to one visit of each hosting, or to host one.

use std::ops::Range;

use super::super::calendar::Window;
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
    /// The windows that have a price, by their last days.
    dear: Vec<Dear>,
}

/// A window with a price.
struct Dear {
    days: Range<usize>,
    most: usize,
    price: f64,
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
        let dear =
            |(window, &price): (&Window, &f64)| Dear { days: window.days.clone(), most: window.most as usize, price };
        let mut dear: Vec<Dear> = view.windows.iter().zip(&prices).filter(|of| *of.1 > 0.0).map(dear).collect();
        dear.sort_by_key(|dear| dear.days.end);
        Member { view, at, come, priced, prices, windows, dear }
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

    /// What the best of these labels and the prices of windows that are not full leave over at least, whichever set the
    /// member hosts: as a host it takes part on all days of the set.
    pub fn left_over(&self, labels: &[Label], sets: &[&[usize]], days: &Range<usize>) -> f64 {
        let dear = self.dear_in(days);
        let mut room = Vec::with_capacity(dear.len());
        let mut least = f64::INFINITY;
        for (over, taken) in labels {
            if *over >= least {
                continue;
            }
            room.clear();
            room.extend(dear.iter().map(|dear| (dear, Self::room(dear, taken))).filter(|(_, room)| *room > 0));
            let alone: f64 = room.iter().map(|(dear, room)| dear.price * *room as f64).sum();
            let mut best = alone;
            for set in sets {
                if best <= 0.0 {
                    break;
                }
                let further = |window: &Range<usize>| {
                    set.iter().filter(|day| window.contains(day) && !taken.contains(day)).count()
                };
                let unused =
                    |(dear, room): &(&Dear, usize)| dear.price * room.saturating_sub(further(&dear.days)) as f64;
                best = best.min(room.iter().map(unused).sum());
            }
            least = least.min(over + best);
        }
        least
    }

    /// The same where it hosts none of the sets.
    pub fn left_over_as_guest(&self, labels: &[Label], days: &Range<usize>) -> f64 {
        self.left_over(labels, &[], days)
    }

    /// What the prices of windows that are not full leave over.
    fn unused(&self, taken: &[usize], days: &Range<usize>) -> f64 {
        self.dear_in(days).iter().map(|dear| dear.price * Self::room(dear, taken) as f64).sum()
    }

    /// The windows with a price that lie in these days; no window joins them to others.
    fn dear_in(&self, days: &Range<usize>) -> &[Dear] {
        let until = |end: usize| self.dear.partition_point(|dear| dear.days.end <= end);
        &self.dear[until(days.start)..until(days.end)]
    }

    /// How many more days a window with a price would take.
    fn room(dear: &Dear, taken: &[usize]) -> usize {
        dear.most.saturating_sub(taken.iter().filter(|day| dear.days.contains(day)).count())
    }

    /// The least that it costs to go to one visit of each of these sets, or none, being the host of the set at
    /// `hosted`; and the day for each.
    pub fn best(&self, sets: &[&[usize]], hosted: Option<usize>) -> (f64, Vec<Option<usize>>) {
        let mut search = Search::new(self, self.come, sets, hosted);
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

    /// What the host of one of these sets leaves over at least, in windows that lie in `days` and among the visits.
    pub fn left_over_as_host(&self, sets: &[&[usize]], hosted: usize, days: &Range<usize>) -> f64 {
        let mut search = Search::new(self, &self.priced, sets, Some(hosted));
        let mut over = 0.0;
        for &day in sets[hosted] {
            over += self.crowding(&search.taken, day, |w| self.prices[w]);
            search.taken.push(day);
        }
        if over == f64::INFINITY {
            return over;
        }
        search.prices = Some((&self.prices, days));
        for (at, set) in sets.iter().enumerate().filter(|(at, _)| *at != hosted) {
            search.least[at] = set.iter().map(|&day| self.priced[day]).fold(self.view.away[self.at], f64::min);
        }
        search.go(0, over);
        search.best.map_or(f64::INFINITY, |best| best.0)
    }
}

/// A look through all days of a member.
struct Search<'s, 'v> {
    member: &'s Member<'v>,
    /// What coming costs, by day.
    come: &'s [f64],
    sets: &'s [&'s [usize]],
    hosted: Option<usize>,
    /// What does not count, by set.
    least: Vec<f64>,
    /// Prices by window that are paid already, and the days in whose windows they are lost where nobody comes.
    prices: Option<(&'s [f64], &'s Range<usize>)>,
    taken: Vec<usize>,
    days: Vec<Option<usize>>,
    best: Option<(f64, Vec<Option<usize>>)>,
}

impl<'s, 'v> Search<'s, 'v> {
    fn new(member: &'s Member<'v>, come: &'s [f64], sets: &'s [&'s [usize]], hosted: Option<usize>) -> Search<'s, 'v> {
        let (least, days) = (vec![0.0; sets.len()], vec![None; sets.len()]);
        Search { member, come, sets, hosted, least, prices: None, taken: Vec::new(), days, best: None }
    }

    fn go(&mut self, at: usize, cost: f64) {
        if self.best.as_ref().is_some_and(|best| cost >= best.0) {
            return;
        }
        if at == self.sets.len() {
            let lost = self.prices.map_or(0.0, |(_, days)| self.member.unused(&self.taken, days));
            if self.best.as_ref().is_none_or(|best| cost + lost < best.0) {
                self.best = Some((cost + lost, self.days.clone()));
            }
            return;
        }
        if self.hosted == Some(at) {
            return self.go(at + 1, cost);
        }
        let prices = self.prices.map(|(prices, _)| prices);
        for &day in self.sets[at] {
            let crowding = self.member.crowding(&self.taken, day, |w| prices.map_or(0.0, |prices| prices[w]));
            let next = cost + self.come[day] - self.least[at] + crowding;
            if next < f64::INFINITY {
                self.taken.push(day);
                self.days[at] = Some(day);
                self.go(at + 1, next);
                self.days[at] = None;
                self.taken.pop();
            }
        }
        self.go(at + 1, cost + self.member.view.away[self.member.at] - self.least[at]);
    }
}

//! The days of one hosting: all sets of days that cost less than a limit, at given prices, everybody else coming on the
//! cheapest of them or staying away. Sets grow day by day; a branch ends where even the best that can follow costs
//! too much.

use std::ops::Range;

use super::super::calendar::DayIx;
use super::view::View;

/// What taking part costs beyond itself.
#[derive(Clone, Debug)]
pub(in super::super) struct Prices {
    /// By member and day, at least 0.
    pub part: Vec<f64>,
    /// By round, at least 0: for each hosting.
    pub round: Vec<f64>,
}

/// A look through all sets.
pub(in super::super) struct Sets<'v> {
    view: &'v View<'v>,
    /// Coming at these prices, by member and day.
    pub come: Vec<f64>,
    /// Receiving at these prices, by member and day.
    pub receive: Vec<f64>,
    round: Vec<f64>,
    /// The cheapest coming from a day to the end of its round, by member and day.
    lowest: Vec<f64>,
    levels: Vec<Level>,
    chosen: Vec<usize>,
    allowed: u64,
    /// Steps that may still be made; nothing is found any more where there are none.
    steps: u64,
}

/// The sets that hold the days chosen so far.
#[derive(Clone, Debug, Default)]
struct Level {
    /// What each member costs at best so far.
    coming: Vec<f64>,
    /// What receiving has cost so far, by unit; infinite where it cannot.
    receiving: Vec<f64>,
    /// Coming with one day more, by day.
    all: Vec<f64>,
}

/// A node of the tree of sets: those that begin with the chosen days.
#[derive(Clone, Debug)]
struct Node<'a> {
    /// How many days are chosen.
    level: usize,
    round: usize,
    /// The hostings for which a further day may pay.
    units: &'a [usize],
    /// The days that may come next.
    days: Range<usize>,
}

/// A set that was found: the hosting, its days, and what it costs at the prices.
pub(in super::super) struct Set<'a> {
    pub unit: usize,
    pub days: &'a [usize],
    pub value: f64,
}

impl<'v> Sets<'v> {
    pub fn new(view: &'v View<'v>, prices: &Prices, steps: u64) -> Sets<'v> {
        let days = view.days();
        let priced = |base: &[f64]| base.iter().zip(&prices.part).map(|(cost, price)| cost + price).collect();
        let come: Vec<f64> = priced(&view.come);
        let mut lowest = vec![f64::INFINITY; come.len()];
        for member in 0..view.members.len() {
            for round in &view.rounds {
                let mut low = f64::INFINITY;
                for day in round.clone().rev() {
                    low = low.min(come[member * days + day]);
                    lowest[member * days + day] = low;
                }
            }
        }
        let receive = priced(&view.receive);
        Sets {
            view,
            come,
            receive,
            round: prices.round.clone(),
            lowest,
            levels: Vec::new(),
            chosen: Vec::new(),
            allowed: steps,
            steps,
        }
    }

    /// Finds all sets that cost less than their unit's limit; `found` may lower it. `false` where it was given up.
    pub fn explore(&mut self, limits: &mut [f64], found: &mut impl FnMut(Set<'_>) -> f64) -> bool {
        for r in 0..self.view.rounds.len() {
            let units = self.view.units.iter();
            let fits = |at: &usize| self.view.units[*at].rounds.contains(&r);
            let able: Vec<usize> = (0..units.len()).filter(fits).collect();
            if self.levels.is_empty() {
                self.levels.push(Level::default());
            }
            self.levels[0].coming.clone_from(&self.view.away);
            self.levels[0].receiving = vec![0.0; self.view.units.len()];
            let root = Node { level: 0, round: r, units: &able, days: self.view.rounds[r].clone() };
            self.extend(&root, limits, found);
        }
        self.steps > 0
    }

    /// Adds one of the node's days to the chosen ones, which are as many as its level.
    fn extend(&mut self, node: &Node<'_>, limits: &mut [f64], found: &mut impl FnMut(Set<'_>) -> f64) {
        let Node { level, round, units, ref days } = *node;
        if days.is_empty() {
            return;
        }
        let price = (days.len() * (self.view.members.len() + units.len())) as u64;
        self.steps = self.steps.saturating_sub(price);
        if self.steps == 0 {
            return;
        }
        let mut here = std::mem::take(&mut self.levels[level]);
        self.sum_up(&mut here, days.clone());
        let fixed = level as f64 * self.view.calendar.problem.weights().extra_visit + self.round[round];
        let open: Vec<bool> = days.clone().map(|day| self.keeps_pace(day)).collect();
        let width = self.view.days();
        for &unit in units {
            let host = self.view.units[unit].host * width;
            let begun = here.receiving[unit] + fixed;
            let guest = here.coming[host / width];
            for (at, day) in days.clone().enumerate() {
                let less = lower(guest, self.come[host + day]);
                let value = here.all[at] - less + self.receive[host + day] + begun;
                if value < limits[unit] && open[at] {
                    self.chosen.push(day);
                    limits[unit] = found(Set { unit, days: &self.chosen, value }).min(limits[unit]);
                    self.chosen.pop();
                }
            }
        }
        for (at, day) in days.clone().enumerate() {
            if open[at] && day + 1 < days.end {
                self.descend(&Node { days: day..days.end, ..node.clone() }, limits, &here, found);
            }
        }
        self.levels[level] = here;
    }

    /// Chooses the first of the node's days and goes on with those hostings for which that may pay.
    fn descend(&mut self, node: &Node<'_>, limits: &mut [f64], here: &Level, found: &mut impl FnMut(Set<'_>) -> f64) {
        let Node { level, round, units, ref days } = *node;
        let width = self.view.days();
        let day = days.start;
        if self.levels.len() < level + 2 {
            self.levels.push(Level::default());
        }
        let mut next = std::mem::take(&mut self.levels[level + 1]);
        next.coming.clear();
        let mut least = 0.0;
        for (member, &before) in here.coming.iter().enumerate() {
            let coming = lower(before, self.come[member * width + day]);
            next.coming.push(coming);
            least += lower(coming, self.lowest[member * width + day + 1]);
        }
        let fixed = (level + 1) as f64 * self.view.calendar.problem.weights().extra_visit + self.round[round];
        next.receiving.clear();
        next.receiving.resize(self.view.units.len(), f64::INFINITY);
        let mut able = Vec::new();
        for &unit in units {
            let host = self.view.units[unit].host;
            let receiving = here.receiving[unit] + self.receive[host * width + day];
            let guest = lower(next.coming[host], self.lowest[host * width + day + 1]);
            // The host takes part on a further day, and is no guest of its own.
            let further = self.lowest[host * width + day + 1];
            if least - guest + receiving + further + fixed < limits[unit] {
                next.receiving[unit] = receiving;
                able.push(unit);
            }
        }
        self.levels[level + 1] = next;
        if !able.is_empty() {
            self.chosen.push(day);
            let below = Node { level: level + 1, round, units: &able, days: day + 1..days.end };
            self.extend(&below, limits, found);
            self.chosen.pop();
        }
    }

    /// What coming costs all members, host or not, with each of the days added.
    fn sum_up(&self, here: &mut Level, days: Range<usize>) {
        here.all.clear();
        here.all.resize(days.len(), 0.0);
        for (member, &before) in here.coming.iter().enumerate() {
            let row = &self.come[member * self.view.days()..][days.clone()];
            for (sum, &cost) in here.all.iter_mut().zip(row) {
                *sum += lower(before, cost);
            }
        }
    }

    /// Whether one member may take part on all chosen days and this later one.
    fn keeps_pace(&self, day: usize) -> bool {
        let calendar = self.view.calendar;
        let last = calendar.days[day].offset;
        let near = |window: u32| self.chosen.iter().filter(|&&d| calendar.days[d].offset + window > last).count();
        let mut hard = calendar.pace.iter().filter(|rule| rule.cost.is_none());
        hard.all(|rule| near(rule.window) < rule.most as usize)
    }

    /// A hosting on these days: each guest comes on the cheapest, or not at all.
    pub fn choice(&self, unit: usize, days: Vec<usize>) -> Choice {
        let (width, host) = (self.view.days(), self.view.units[unit].host);
        let guest = |member: usize| {
            let mut best = (self.view.away[member], None);
            for &day in &days {
                let cost = self.come[member * width + day];
                if cost < best.0 || (cost <= best.0 && best.1.is_none()) {
                    best = (cost, Some(day as DayIx));
                }
            }
            best.1.filter(|_| member != host)
        };
        Choice { unit, guests: (0..self.view.members.len()).map(guest).collect(), days }
    }

    /// Steps made so far.
    pub fn spent(&self) -> u64 {
        self.allowed - self.steps
    }
}

/// The days of a hosting and who comes when.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Choice {
    pub unit: usize,
    /// Ascending; at least one.
    pub days: Vec<usize>,
    /// By member; none for the host and who stays away.
    pub guests: Vec<Option<DayIx>>,
}

impl Choice {
    /// The round in which it lies.
    pub fn round(&self, view: &View<'_>) -> usize {
        self.days.first().map_or(0, |&day| view.calendar.days[day].round.at())
    }
}

/// The smaller of two numbers, neither of them not a number.
fn lower(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

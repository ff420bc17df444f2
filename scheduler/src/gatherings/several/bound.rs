//! What several meetings cost at least: a Lagrangian bound, branched on places.
//!
//! That everybody attends one meeting or misses it is relaxed, at a price u per guest (Cornuéjols, Fisher, Nemhauser 1977, for
//! the p-median; Fisher 1981). What is left falls apart: each pair of a place and a day seats whom it pays to seat, a knapsack;
//! pairs are selected by a flow. Prices move along subgradients, with Polyak's step. Where the bound stays below the best
//! choice, places are taken or left out, the node with the least bound first.

use std::collections::BTreeMap;

use super::select::{Asked, Pair, select};
use crate::effort::Budget;
use crate::gatherings::instance::Instance;
use crate::gatherings::knapsack::{Item, seat};

/// Iterations of prices at the root, and at each later node.
const ROOT_ITERATIONS: usize = 1_500;
const NODE_ITERATIONS: usize = 60;
/// Polyak's step begins with this part, and is halved after so many iterations without a better bound.
const STEP: f64 = 1.5;
const PATIENCE: usize = 30;
/// A bound this near to a cost, relative to it, is the cost.
const HAIR: f64 = 1e-9;
/// Most pairs of a place and a day that are priced.
const MOST_PAIRS: usize = 200_000;

/// What is known so far: prices, and nodes that are still open.
pub(super) struct Bound<'i> {
    instance: &'i Instance<'i>,
    open: Vec<Node>,
    /// The least bound of all nodes that were closed for being as dear as the best choice then.
    closed: f64,
    begun: bool,
    /// Days to look at: of those that are alike for everybody and every place, as many as may be needed.
    starts: Vec<usize>,
    /// Every cost is a whole multiple of this; 0: of none that is known.
    grain: f64,
}

/// Pairs with what each is worth at most, and who is seated in those that were looked at exactly.
struct Valued {
    pairs: Vec<Pair>,
    exact: Vec<Option<Vec<usize>>>,
}

/// A part of all choices.
#[derive(Clone)]
struct Node {
    prices: Vec<f64>,
    bound: f64,
    /// Iterations that are left for its prices.
    left: usize,
    step: f64,
    banned: Vec<bool>,
    forced: Vec<usize>,
    /// How often each place was selected, and of how many selections.
    taken: Vec<u32>,
    rounds: u32,
}

/// What prices come to.
struct Priced {
    value: f64,
    /// How often each guest is seated.
    seated: Vec<u32>,
    places: Vec<usize>,
}

impl<'i> Bound<'i> {
    pub fn new(instance: &'i Instance<'i>) -> Bound<'i> {
        let starts = unlike(instance);
        Bound { instance, open: Vec::new(), closed: f64::INFINITY, begun: false, starts, grain: grain(instance) }
    }

    /// The least that the gathering costs, as far as is proved; infinite where no choice keeps the rules.
    pub fn value(&self) -> f64 {
        if !self.begun {
            return trivial(self.instance);
        }
        self.open.iter().map(|node| node.bound).fold(self.closed, f64::min)
    }

    /// Whether no days and places do, whoever attends; where that is proved, the bound is infinite.
    pub fn is_impossible(&mut self) -> bool {
        let root = self.root();
        let impossible = self.evaluate(&root.prices, &root, &Budget::of_work(u64::MAX)).is_none();
        if impossible {
            (self.begun, self.closed) = (true, f64::INFINITY);
            self.open.clear();
        }
        impossible
    }

    /// Raises the bound, until it reaches the cost of the best choice so far or the budget is used up.
    pub fn raise(&mut self, best: f64, budget: &Budget<'_>) {
        if self.instance.places.len().saturating_mul(self.instance.starts.len()) > MOST_PAIRS {
            return;
        }
        if !std::mem::replace(&mut self.begun, true) {
            self.open.push(self.root());
        }
        while self.value() < best - HAIR * best.abs().max(1.0) && !budget.enough() {
            let least = (0..self.open.len()).min_by(|&a, &b| self.open[a].bound.total_cmp(&self.open[b].bound));
            let Some(least) = least.filter(|&at| self.open[at].bound <= self.closed) else { break };
            let mut node = self.open.swap_remove(least);
            self.price(&mut node, best, budget);
            if node.bound >= best - HAIR * best.abs().max(1.0) {
                self.closed = self.closed.min(node.bound.max(best));
            } else if node.left > 0 {
                self.open.push(node); // the budget is used up
            } else {
                self.branch(node, best, budget);
            }
        }
    }

    fn root(&self) -> Node {
        let nearest = |guest: usize| {
            let places = (0..self.instance.places.len()).map(|place| self.instance.travel(guest, place));
            places.fold(f64::INFINITY, f64::min)
        };
        let missed = |guest: usize| self.instance.guests[guest].missed;
        let prices = (0..self.instance.guests.len()).map(|guest| (nearest(guest) + 1.0).min(missed(guest)));
        Node {
            prices: prices.collect(),
            bound: trivial(self.instance),
            left: ROOT_ITERATIONS,
            step: STEP,
            banned: vec![false; self.instance.places.len()],
            forced: Vec::new(),
            taken: vec![0; self.instance.places.len()],
            rounds: 0,
        }
    }

    /// Moves the prices of a node until its bound stays, reaches the best choice, or the budget is used up.
    fn price(&self, node: &mut Node, best: f64, budget: &Budget<'_>) {
        let mut prices = node.prices.clone();
        let mut since = 0;
        while node.left > 0 {
            node.left -= 1;
            let Some(priced) = self.evaluate(&prices, node, budget) else {
                node.bound = f64::INFINITY;
                return;
            };
            priced.places.iter().for_each(|&place| node.taken[place] += 1);
            node.rounds += 1;
            since += 1;
            if priced.value > node.bound {
                if priced.value > node.bound + 1e-6 * node.bound.abs() {
                    since = 0;
                }
                node.bound = priced.value;
                node.prices.clone_from(&prices);
            } else if since >= PATIENCE {
                (node.step, since) = (node.step / 2.0, 0);
                prices.clone_from(&node.prices);
                if node.step < 1e-3 {
                    node.left = 0;
                }
            }
            if node.bound >= best - HAIR * best.abs().max(1.0) {
                return;
            }
            let norm: f64 = priced.seated.iter().map(|&times| (1.0 - f64::from(times)).powi(2)).sum();
            if norm == 0.0 {
                node.left = 0; // everybody is seated once: these prices are the best
                return;
            }
            let step = node.step * (best - priced.value).max(1e-9) / norm;
            for ((price, &times), guest) in prices.iter_mut().zip(&priced.seated).zip(&self.instance.guests) {
                *price = (*price + step * (1.0 - f64::from(times))).clamp(0.0, guest.missed);
            }
            if budget.enough() {
                return;
            }
        }
    }

    /// The bound of these prices, with the places taken; none where no selection keeps the rules.
    fn evaluate(&self, prices: &[f64], node: &Node, budget: &Budget<'_>) -> Option<Priced> {
        let mut valued = self.value_pairs(prices, node, budget);
        self.selected(&mut valued, prices, &node.forced, budget)
    }

    /// What each pair of a place and a day is worth at most at these prices.
    fn value_pairs(&self, prices: &[f64], node: &Node, budget: &Budget<'_>) -> Valued {
        let instance = self.instance;
        let mut pairs: Vec<Pair> = Vec::new();
        let mut items: Vec<Item> = Vec::new();
        for place in (0..instance.places.len()).filter(|&place| !node.banned[place]) {
            gains(instance, prices, place, &mut items);
            by_density(&mut items);
            let room = instance.room(place);
            for &start in self.starts.iter().filter(|&&start| instance.is_open(place, start)) {
                pairs.push(Pair { place, start, value: worth_at_most(instance, &items, start, room) });
            }
        }
        budget.spend(1 + pairs.len() as u64 / 4);
        Valued { exact: vec![None; pairs.len()], pairs }
    }

    /// The selection of greatest value, each of its pairs seated exactly.
    fn selected(&self, valued: &mut Valued, prices: &[f64], forced: &[usize], budget: &Budget<'_>) -> Option<Priced> {
        let instance = self.instance;
        let asked = Asked {
            counts: instance.counts(),
            free: instance.free,
            beyond: instance.problem.weights().meeting,
            per_start: instance.limits.max_per_day.unwrap_or(u32::MAX),
            regions: &instance.regions,
            regions_needed: instance.regions_needed,
            starts: instance.starts.len(),
            forced,
        };
        let (mut items, mut there) = (Vec::new(), Vec::new());
        loop {
            let chosen = worth_a_look(&valued.pairs, &asked);
            let few: Vec<Pair> = chosen.iter().map(|&at| valued.pairs[at]).collect();
            let selected: Vec<usize> = select(&few, &asked)?.into_iter().map(|at| chosen[at]).collect();
            budget.spend(1 + few.len() as u64 / 4);
            let mut refined = false;
            for &at in selected.iter().filter(|&&at| valued.exact[at].is_none()).collect::<Vec<_>>() {
                let pair = &mut valued.pairs[at];
                gains(instance, prices, pair.place, &mut items);
                at_start(instance, &items, pair.start, &mut there);
                let seated = seat(&mut there, instance.room(pair.place));
                refined |= seated.most < pair.value - 1e-9;
                pair.value = pair.value.min(seated.most);
                valued.exact[at] = Some(seated.ids);
            }
            if refined {
                continue;
            }
            let mut seated = vec![0; instance.guests.len()];
            for &at in &selected {
                valued.exact[at].iter().flatten().for_each(|&guest| seated[guest] += 1);
            }
            let worth: f64 = selected.iter().map(|&at| valued.pairs[at].value).sum();
            let value = prices.iter().sum::<f64>() - worth + instance.number_cost(selected.len());
            let places = selected.iter().map(|&at| valued.pairs[at].place).collect();
            return Some(Priced { value: self.rounded(value), seated, places });
        }
    }

    /// The least cost that is possible and no less than a bound: costs are whole multiples of a grain.
    fn rounded(&self, bound: f64) -> f64 {
        if self.grain > 0.0 { ((bound - 1e-6) / self.grain).ceil() * self.grain } else { bound }
    }

    /// Two nodes: one with a place taken, one without. Places that are too dear to be taken are left out of both.
    fn branch(&mut self, node: Node, best: f64, budget: &Budget<'_>) {
        let mut node = node;
        let free = |node: &Node, place: usize| !node.banned[place] && !node.forced.contains(&place);
        let mut closed = f64::INFINITY;
        let mut valued = self.value_pairs(&node.prices, &node, budget);
        for place in 0..self.instance.places.len() {
            if !free(&node, place) || node.taken[place] * 4 > node.rounds || budget.enough() {
                continue;
            }
            let forced = [node.forced.as_slice(), &[place]].concat();
            let priced = self.selected(&mut valued, &node.prices, &forced, budget);
            let value = priced.map_or(f64::INFINITY, |priced| priced.value);
            if value >= best - HAIR * best.abs().max(1.0) {
                node.banned[place] = true;
                closed = closed.min(value.max(best));
            }
        }
        self.closed = self.closed.min(closed);
        let half = |place: usize| (f64::from(node.taken[place]) / f64::from(node.rounds.max(1)) - 0.5).abs();
        let candidates = (0..self.instance.places.len()).filter(|&place| free(&node, place));
        let Some(place) = candidates.min_by(|&a, &b| half(a).total_cmp(&half(b)).then(a.cmp(&b))) else {
            // Nothing is left to choose but days and seats.
            self.closed = self.closed.min(node.bound);
            return;
        };
        let fresh =
            Node { left: NODE_ITERATIONS, step: STEP / 4.0, taken: vec![0; node.taken.len()], rounds: 0, ..node };
        let mut without = fresh.clone();
        without.banned[place] = true;
        let mut with = fresh;
        with.forced.push(place);
        self.open.extend([with, without]);
    }
}

/// The days that a search needs to tell apart: of days on which the same people are there, at the same cost, and the same
/// places are free, so many as there may be meetings.
fn unlike(instance: &Instance<'_>) -> Vec<usize> {
    let most = instance.counts().1.max(1);
    let mut seen = BTreeMap::new();
    let is_new = |start: &usize| {
        let there: Vec<bool> = (0..instance.guests.len()).map(|guest| instance.is_there(guest, *start)).collect();
        let undesired: Vec<u64> =
            (0..instance.guests.len()).map(|guest| instance.undesired(guest, *start).to_bits()).collect();
        let open: Vec<bool> = (0..instance.places.len()).map(|place| instance.is_open(place, *start)).collect();
        let count: &mut usize = seen.entry((there, undesired, open)).or_default();
        *count += 1;
        *count <= most
    };
    (0..instance.starts.len()).filter(is_new).collect()
}

/// What every cost is a whole multiple of, where all are of tenths; 0 where they are not, or where there are too many to look.
fn grain(instance: &Instance<'_>) -> f64 {
    const TENTHS: f64 = 10.0;
    if instance.guests.len().saturating_mul(instance.places.len()) > MOST_PAIRS {
        return 0.0;
    }
    let missed = instance.guests.iter().map(|guest| guest.missed);
    let ways = (0..instance.guests.len()).flat_map(|guest| {
        let to = (0..instance.places.len()).map(move |place| instance.travel(guest, place));
        to.chain((0..instance.starts.len()).map(move |start| instance.undesired(guest, start)))
    });
    let mut common: u64 = 0;
    for cost in missed.chain(ways).chain([instance.problem.weights().meeting]).filter(|cost| cost.is_finite()) {
        let tenths = cost * TENTHS;
        if (tenths - tenths.round()).abs() > 1e-6 || tenths > 1e15 {
            return 0.0;
        }
        let (mut a, mut b) = (common, tenths.round() as u64);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        common = a;
    }
    common as f64 / TENTHS
}

/// What everybody costs at best, each by itself, and the fewest meetings.
fn trivial(instance: &Instance<'_>) -> f64 {
    let best = |guest: usize| {
        let starts = (0..instance.starts.len()).filter(|&start| instance.is_there(guest, start));
        let day = starts.map(|start| instance.undesired(guest, start)).fold(f64::INFINITY, f64::min);
        day.min(instance.guests[guest].missed)
    };
    let guests: f64 = (0..instance.guests.len()).map(best).sum();
    guests + instance.number_cost(instance.counts().0)
}

/// Whom it would pay to seat at a place, whatever the day.
fn gains(instance: &Instance<'_>, prices: &[f64], place: usize, items: &mut Vec<Item>) {
    items.clear();
    let room = instance.room(place);
    for (id, (guest, price)) in instance.guests.iter().zip(prices).enumerate() {
        let gain = price - instance.travel(id, place);
        if gain > 0.0 && u64::from(guest.persons) <= room {
            items.push(Item { id, persons: guest.persons, gain });
        }
    }
}

/// By gain per person, descending.
fn by_density(items: &mut [Item]) {
    items.sort_unstable_by(|a, b| density(b).total_cmp(&density(a)).then(a.id.cmp(&b.id)));
}

fn density(item: &Item) -> f64 {
    item.gain / f64::from(item.persons)
}

/// What a pair is worth at most: seats go to those who gain most per person, the last of them split. `items` by gain per
/// person, descending; whom the day costs something waits until it is their turn.
fn worth_at_most(instance: &Instance<'_>, items: &[Item], start: usize, room: u64) -> f64 {
    let (mut left, mut gain) = (room, 0.0);
    let mut waiting: Vec<Item> = Vec::new();
    let mut take = |item: &Item, left: &mut u64| {
        let persons = u64::from(item.persons);
        let part = if persons > *left { *left as f64 / persons as f64 } else { 1.0 };
        gain += item.gain * part;
        *left = left.saturating_sub(persons);
    };
    let dearest = |waiting: &[Item], above: f64| {
        let those = waiting.iter().enumerate().filter(|(_, item)| density(item) >= above);
        those.max_by(|a, b| density(a.1).total_cmp(&density(b.1))).map(|(at, _)| at)
    };
    for item in items.iter().filter(|item| instance.is_there(item.id, start)) {
        while let Some(at) = dearest(&waiting, density(item)).filter(|_| left > 0) {
            take(&waiting.swap_remove(at), &mut left);
        }
        if left == 0 {
            return gain;
        }
        let undesired = instance.undesired(item.id, start);
        match undesired > 0.0 {
            false => take(item, &mut left),
            true if item.gain > undesired => waiting.push(Item { gain: item.gain - undesired, ..*item }),
            true => {}
        }
    }
    while let Some(at) = dearest(&waiting, 0.0).filter(|_| left > 0) {
        take(&waiting.swap_remove(at), &mut left);
    }
    gain
}

/// Of those, who is there on a day, with what undesired days cost.
fn at_start(instance: &Instance<'_>, items: &[Item], start: usize, there: &mut Vec<Item>) {
    there.clear();
    let present = items.iter().filter(|item| instance.is_there(item.id, start));
    let dated = present.map(|item| Item { gain: item.gain - instance.undesired(item.id, start), ..*item });
    there.extend(dated.filter(|item| item.gain > 0.0));
}

/// The pairs that a selection of greatest value can need, by position: on each day those of the dearest places, region by
/// region where each needs one; a place beyond those has a better one that is free. Places that must be taken have all days.
fn worth_a_look(pairs: &[Pair], asked: &Asked<'_>) -> Vec<usize> {
    let most = asked.counts.1.max(1);
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    let group = |at: usize| (pairs[at].start, asked.regions[pairs[at].place]);
    order.sort_by(|&a, &b| group(a).cmp(&group(b)).then(pairs[b].value.total_cmp(&pairs[a].value)).then(a.cmp(&b)));
    let mut kept = Vec::new();
    for same in order.chunk_by(|&a, &b| group(a) == group(b)) {
        kept.extend_from_slice(&same[..most.min(same.len())]);
        let forced = same.iter().skip(most).filter(|&&at| asked.forced.contains(&pairs[at].place));
        kept.extend(forced);
    }
    kept.sort_unstable();
    kept
}

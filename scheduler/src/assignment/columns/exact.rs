//! Exact pricing: the set of members that is worth most to a class of networks, by branch and bound.
//!
//! One size at a time. A set is worth the profits of its members less the costs of its pairs. Every pair cost is split
//! between its two ends ([`Space`]): in a set of t a member pays at least its t − 1 smallest shares, so the t best
//! of what is left to each bound the value of any set. What cannot be in a set above the threshold is dropped, the
//! rest is branched on, the weakest first, so that the strongest are left with few others.

use super::ground::{Class, Ground};
use super::space::{Lists, Space};
use crate::effort::Budget;

/// What pricing showed.
#[derive(Clone, Debug)]
pub(super) struct Priced {
    /// No set of the class is worth more, in units: the threshold, where no set is above it.
    pub(super) bound: i64,
    /// Sets above the threshold, with what they are worth.
    pub(super) found: Vec<(i64, Vec<u32>)>,
    /// Whether the search went to its end.
    pub(super) complete: bool,
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// A set worth most; the threshold rises with what is found.
    Best,
    /// All sets above the threshold, as long as they are at most so many.
    All(usize),
}

/// Looks for sets worth more than the threshold, for at most `limit` steps.
pub(super) fn price(
    ground: &Ground<'_>,
    class: usize,
    duals: &[i64],
    threshold: i64,
    aim: Aim,
    limit: u64,
    budget: &Budget<'_>,
) -> Priced {
    let rules = &ground.classes[class];
    let profits = rules.candidates.iter().map(|&e| duals[e as usize] - rules.own[e as usize]).collect();
    let mut search =
        Search { ground, class, rules, threshold, aim, limit, budget, stopped: false, found: vec![], picked: vec![] };
    let mut bound = threshold;
    let whole = Space::whole(ground, class, profits);
    for size in rules.low..=rules.high {
        bound = bound.max(search.size(&whole, size));
    }
    let complete = !search.stopped;
    let best = search.found.iter().map(|found| found.0).max().unwrap_or(threshold);
    Priced { bound: if complete { best.max(threshold) } else { bound.max(best) }, found: search.found, complete }
}

/// How many sets are found before the threshold begins to rise.
const FIRST: usize = 24;
/// Steps of the subgradient method on the whole class, and on the sets of one first member.
const TUNE_WHOLE: usize = 40;
const TUNE_FIRST: usize = 20;

struct Search<'a> {
    ground: &'a Ground<'a>,
    class: usize,
    rules: &'a Class,
    threshold: i64,
    aim: Aim,
    limit: u64,
    budget: &'a Budget<'a>,
    stopped: bool,
    found: Vec<(i64, Vec<u32>)>,
    picked: Vec<u32>,
}

/// A set on its way and what may still join it.
struct Node {
    candidates: Vec<u16>,
    /// What each candidate brings beside those picked.
    profits: Vec<i64>,
    lists: Lists,
    /// What those picked are worth.
    value: i64,
    /// How many more are to join.
    left: usize,
    /// What each of those picked is worth to the set, where none may be worth less than nothing; else empty.
    margins: Vec<i64>,
}

impl Search<'_> {
    /// Looks at the sets of one size; an upper bound on those that were not looked at.
    fn size(&mut self, whole: &Space, size: usize) -> i64 {
        let mut space = whole.clone();
        let caps = self.caps(&[]);
        self.spend(space.len() * 4);
        let mut bound = match space.tune(size, 0, self.threshold, if self.stopped { 0 } else { TUNE_WHOLE }, &caps) {
            Some(bound) => bound,
            None => return self.threshold,
        };
        if size == 1 {
            let all: Vec<u16> = (0..space.len() as u16).collect();
            self.singles(&space, &space.profits, &all, 0);
            return self.threshold;
        }
        let dominated = self.aim == Aim::Best && size > self.rules.low && self.rules.hereditary();
        while !self.stopped {
            let Some((first, left)) = space.weakest(size, 0, self.threshold, &caps) else { return self.threshold };
            bound = left;
            let mut inner = space.with(first);
            let value = space.profits[first];
            self.picked.push(space.ids[first]);
            let within = self.caps(&self.picked);
            let room = self.rules.limits.max_delegates - space.delegates[first];
            let fit = |&u: &usize| inner.delegates[u] <= room && !full(&within, inner.region[u]);
            let fits: Vec<usize> = (0..inner.len()).filter(fit).collect();
            inner.keep(&fits);
            self.spend(inner.len());
            if inner.tune(size - 1, value, self.threshold, TUNE_FIRST, &within).is_some() {
                let candidates = (0..inner.len() as u16).collect();
                let margins = if dominated { vec![value] } else { Vec::new() };
                let (profits, lists) = (inner.profits.clone(), inner.lists());
                self.visit(&inner, Node { candidates, profits, lists, value, left: size - 1, margins });
            }
            self.picked.pop();
            space.remove(first);
        }
        bound
    }

    /// Looks at the sets made of those picked and so many of the node's candidates.
    fn visit(&mut self, space: &Space, node: Node) {
        let Node { candidates: mut rest, profits, lists, value, left, margins } = node;
        if left == 1 {
            return self.singles(space, &profits, &rest, value);
        }
        let caps = self.caps(&self.picked);
        let mut alive = vec![false; space.len()];
        rest.iter().for_each(|&u| alive[u as usize] = true);
        loop {
            self.spend(1 + rest.len() / 4);
            if self.stopped {
                return;
            }
            let weak = space.prune(&mut rest, &mut alive, &profits, &lists, value, left, self.threshold, &caps);
            let Some(weak) = weak else { return };
            let (row, joins) = (space.row(weak as usize), profits[weak as usize]);
            alive[weak as usize] = false;
            rest.retain(|&u| u != weak);
            self.picked.push(space.ids[weak as usize]);
            let mut margins = margins.clone();
            if !margins.is_empty() {
                self.shift_margins(&mut margins, joins);
            }
            let mut profits = profits.clone();
            rest.iter().for_each(|&u| profits[u as usize] -= row[u as usize]);
            let candidates = self.fits(space, &rest, weak, &profits, &margins);
            if candidates.len() >= left - 1 {
                let lists = lists.only(&candidates, space);
                self.visit(space, Node { candidates, profits, lists, value: value + joins, left: left - 1, margins });
            }
            self.picked.pop();
        }
    }

    /// What the members picked are worth to the set once the last of them has joined.
    fn shift_margins(&self, margins: &mut Vec<i64>, joins: i64) {
        if let Some((&last, before)) = self.picked.split_last() {
            let row = self.ground.row(last as usize);
            margins.iter_mut().zip(before).for_each(|(margin, &e)| *margin -= row[e as usize]);
        }
        margins.push(joins);
    }

    /// Those of the rest who may join the members picked, of whom `last` came last.
    fn fits(&self, space: &Space, rest: &[u16], last: u16, profits: &[i64], margins: &[i64]) -> Vec<u16> {
        let delegates = self.picked.iter().map(|&e| self.ground.track.delegates[e as usize]);
        let room = self.rules.limits.max_delegates - delegates.sum::<i64>();
        let caps = self.caps(&self.picked);
        let pays = |u: usize| {
            margins.is_empty() || {
                let row = self.ground.row(space.ids[u] as usize);
                profits[u] >= 0 && self.picked.iter().zip(margins).all(|(&e, &margin)| margin >= row[e as usize])
            }
        };
        let fit = |&u: &u16| {
            let u = u as usize;
            !space.clash(last as usize, u) && space.delegates[u] <= room && !full(&caps, space.region[u]) && pays(u)
        };
        rest.iter().copied().filter(fit).collect()
    }

    /// How many more may come from each region; empty where that does not matter.
    fn caps(&self, picked: &[u32]) -> Vec<i64> {
        let cap = self.rules.limits.per_region;
        if cap == i64::MAX {
            return Vec::new();
        }
        let mut caps = vec![cap; self.ground.track.regions];
        picked.iter().for_each(|&e| caps[self.ground.track.region[e as usize] as usize] -= 1);
        caps
    }

    /// Notes the sets that any one of these makes whole.
    fn singles(&mut self, space: &Space, profits: &[i64], candidates: &[u16], value: i64) {
        let caps = self.caps(&self.picked);
        let before: i64 = self.picked.iter().map(|&e| self.ground.track.delegates[e as usize]).sum();
        for &u in candidates {
            let (id, worth) = (space.ids[u as usize], value + profits[u as usize]);
            let fits = before + space.delegates[u as usize] <= self.rules.limits.max_delegates;
            if worth > self.threshold && fits && !full(&caps, space.region[u as usize]) {
                self.note(worth, id);
            }
        }
    }

    fn note(&mut self, worth: i64, last: u32) {
        let mut members = self.picked.clone();
        members.push(last);
        members.sort_unstable();
        if !self.ground.fills(self.class, &members) {
            return;
        }
        self.found.push((worth, members));
        match self.aim {
            // The first few are taken as they come: the master likes to choose.
            Aim::Best if self.found.len() < FIRST => {}
            Aim::Best => self.threshold = self.found.iter().map(|found| found.0).fold(self.threshold, i64::max),
            Aim::All(most) => self.stopped |= self.found.len() > most,
        }
    }

    fn spend(&mut self, steps: usize) {
        let steps = steps as u64;
        self.limit = self.limit.saturating_sub(steps);
        self.stopped |= self.budget.spend(steps) || self.limit == 0;
    }
}

/// Whether no more may come from this region.
fn full(caps: &[i64], region: u32) -> bool {
    caps.get(region as usize).is_some_and(|&left| left <= 0)
}

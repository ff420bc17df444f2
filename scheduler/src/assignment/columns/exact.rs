//! Exact pricing: the set of members that is worth most to a class of networks, by branch and bound.
//!
//! One size at a time. A set is worth the profits of its members less the costs of its pairs. Every pair cost is split
//! between its two ends ([`Space`]): in a set of t a member pays at least its t − 1 smallest shares, so the t best
//! of what is left to each bound the value of any set. What cannot be in a set above the threshold is dropped. One
//! candidate after another, the weakest first, becomes the first member of sets of those after it ([`Queue`]), in a
//! space and with a split of its own; what is left of those sets is branched on ([`Search::visit`]).
//!
//! A search that takes too long is left for the next first member: its last bound stands for what it did not look at.

use super::ground::{Class, Ground};
use super::mixing::{Mixing, Top};
use super::prices::Prices;
use super::queue::Queue;
use super::space::{NOT, Space};
use crate::effort::Budget;

/// Splits the pair costs of some candidates well for sets of a size above a threshold, from some split; the new one.
pub(super) fn split(order: &Order<'_>, size: usize, budget: &Budget<'_>) -> Vec<f32> {
    let (ground, rules) = (order.ground, &order.ground.classes[order.class]);
    let mut space = Space::whole(ground, order.class, order.among, order.own, order.prices);
    space.follow(order.split, ground.out.len());
    let steps = if order.split.is_empty() { TUNE_WHOLE } else { TUNE_MORE };
    let mixing = Mixing::new(ground.track.regions, cap(rules, size), rules.limits.min_regions, std::iter::empty());
    if !budget.spend(space.len() as u64 * 4) {
        space.share_out(size, order.threshold, steps, &mixing);
    }
    space.split(ground.out.len())
}

/// Most members of one region in sets of a size.
fn cap(rules: &Class, size: usize) -> i64 {
    let limits = &rules.limits;
    // Whoever must come from so many regions cannot come from one but for so many.
    let mixed = size as i64 + 1 - limits.min_regions;
    if limits.min_regions > 1 { limits.per_region.min(mixed) } else { limits.per_region }
}

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

/// A pricing problem.
#[derive(Clone, Copy)]
pub(super) struct Order<'a> {
    pub(super) ground: &'a Ground<'a>,
    /// Whose rules hold.
    pub(super) class: usize,
    /// Who may be in a set.
    pub(super) among: &'a [u32],
    /// Fewest and most members.
    pub(super) sizes: (usize, usize),
    /// How pair costs are split to begin with; empty: in halves.
    pub(super) split: &'a [f32],
    /// What each enrolment costs by itself.
    pub(super) own: &'a [i64],
    /// Only sets with at least one of these, by enrolment; `None`: all sets.
    pub(super) with: Option<&'a [bool]>,
    pub(super) prices: &'a Prices,
    /// Sets must be worth more.
    pub(super) threshold: i64,
    pub(super) aim: Aim,
    /// Most steps for the sets of one size and one first member.
    pub(super) steps: u64,
}

/// How many sets are found before the threshold begins to rise.
const FIRST: usize = 24;
/// Steps of the subgradient method on the whole class: the first time, once there is a split from an earlier round, and
/// in a class of a kind that has its split; and on the sets of one first member.
const TUNE_WHOLE: usize = 400;
const TUNE_MORE: usize = 120;
const TUNE_AGAIN: usize = 40;
const TUNE_FIRST: usize = 60;

/// How many first members may take too long before the others get but a part of the steps: the bound will not be good.
const PATIENCE: usize = 12;
const HURRY: u64 = 50;

/// Looks for sets worth more than the threshold.
pub(super) fn price(order: &Order<'_>, budget: &Budget<'_>) -> Priced {
    let rules = &order.ground.classes[order.class];
    let mut search = Search {
        order,
        rules,
        budget,
        threshold: order.threshold,
        bound: order.threshold,
        cap: i64::MAX,
        cut_off: 0,
        left: 0,
        stopped: false,
        found: Vec::new(),
        picked: Vec::new(),
        inside: Vec::new(),
        frames: std::iter::repeat_with(Frame::default).take(order.sizes.1 + 1).collect(),
        heights: Vec::new(),
    };
    let mut whole = Space::whole(order.ground, order.class, order.among, order.own, order.prices);
    whole.follow(order.split, order.ground.out.len());
    for size in order.sizes.0..=order.sizes.1 {
        search.size(&whole, size);
    }
    let best = search.found.iter().map(|found| found.0).max().unwrap_or(order.threshold);
    let bound = search.bound.max(best).max(order.threshold);
    Priced { bound, found: search.found, complete: search.bound <= best && !search.stopped }
}

struct Search<'a> {
    order: &'a Order<'a>,
    rules: &'a Class,
    budget: &'a Budget<'a>,
    threshold: i64,
    /// Upper bound on the sets that were not looked at; the threshold of the order, where all were.
    bound: i64,
    /// Most members of one region, in sets of the size at hand.
    cap: i64,
    /// First members whose sets took too long.
    cut_off: usize,
    /// Steps that are left for this first member.
    left: u64,
    /// Whether to end with what there is.
    stopped: bool,
    found: Vec<(i64, Vec<u32>)>,
    picked: Vec<u32>,
    /// Whether a candidate is picked, by its number.
    inside: Vec<bool>,
    frames: Vec<Frame>,
    heights: Vec<i64>,
}

/// What may still join a set on its way. Kept and filled anew, so that branching asks for no memory.
#[derive(Default)]
struct Frame {
    rest: Vec<u16>,
    /// What each candidate brings beside those picked.
    profits: Vec<i64>,
    /// By candidate, the others it may meet, the smallest share first, one list after another.
    lists: Vec<u16>,
    ends: Vec<(u32, u32)>,
    alive: Vec<bool>,
    best: Vec<u16>,
    /// What each of those picked is worth to the set before cuts, where none may be worth less than nothing; else empty.
    margins: Vec<i64>,
    /// The same of each candidate, were it to join.
    brings: Vec<i64>,
}

impl Search<'_> {
    /// Looks at the sets of one size.
    fn size(&mut self, whole: &Space, size: usize) {
        let mut space = whole.clone();
        self.cap = cap(self.rules, size);
        let mixing = self.mixing(&[]);
        self.spend(space.len() * 4);
        let steps = if self.order.split.is_empty() { TUNE_WHOLE } else { TUNE_AGAIN };
        let steps = if self.stopped { 0 } else { steps };
        let Some(bound) = space.tune(size, 0, self.threshold, steps, &mixing) else { return };
        if size == 1 {
            self.inside = vec![false; space.len()];
            let wanted = |u: &u16| self.order.with.is_none_or(|with| with[space.ids[*u as usize] as usize]);
            let all: Vec<u16> = (0..space.len() as u16).filter(wanted).collect();
            return self.singles(&space, &space.profits, &all, 0);
        }
        let dominated = self.order.aim == Aim::Best && size > self.rules.low && self.rules.hereditary();
        let wanted = self.order.with.map(|with| space.ids.iter().map(|&e| with[e as usize]).collect());
        let mut queue = Queue::new(&space, size, wanted, &mixing);
        let mut open = bound;
        while let Some((first, bound)) = queue.next(self.threshold) {
            open = open.min(bound);
            if self.stopped {
                self.bound = self.bound.max(open);
                return;
            }
            let fits = self.joins_first(&space, &mut queue, first, dominated);
            self.first(&space, first, &fits, size, dominated);
        }
    }

    /// Who may follow the first member.
    fn joins_first(&self, space: &Space, queue: &mut Queue<'_>, first: usize, dominated: bool) -> Vec<usize> {
        let mixing = self.mixing(&space.ids[first..=first]);
        let room = self.rules.limits.max_delegates - space.delegates[first];
        let row = self.order.ground.row(space.ids[first] as usize);
        let brings = |u: usize| self.order.prices.of[space.ids[u] as usize] - self.order.own[space.ids[u] as usize];
        let mine = brings(first);
        let fit = |&u: &usize| {
            let cost = row[space.ids[u] as usize];
            let pays = !dominated || (mine >= cost && brings(u) >= cost);
            pays && space.delegates[u] <= room && !mixing.full(space.region[u])
        };
        let mut fits = queue.with(first, self.threshold);
        fits.retain(fit);
        fits
    }

    /// Looks at the sets of one size with this first member, for so many steps.
    fn first(&mut self, space: &Space, first: usize, fits: &[usize], size: usize, dominated: bool) {
        let mut inner = space.with(first, fits);
        let value = space.profits[first];
        self.picked.push(space.ids[first]);
        let within = self.mixing(&self.picked);
        self.spend(inner.len());
        if let Some(bound) = inner.tune(size - 1, value, self.threshold, TUNE_FIRST, &within) {
            let patient = self.cut_off < PATIENCE || self.order.steps == u64::MAX;
            self.left = if patient { self.order.steps } else { self.order.steps / HURRY };
            self.inside = vec![false; inner.len()];
            self.prepare(&inner, first, space, dominated);
            let open = self.visit(&inner, 0, value, size - 1).min(bound);
            if self.stopped || self.left == 0 {
                self.bound = self.bound.max(open);
                self.cut_off += 1;
            }
        }
        self.picked.pop();
    }

    /// Fills the first frame.
    fn prepare(&mut self, inner: &Space, first: usize, space: &Space, dominated: bool) {
        let n = inner.len();
        let frame = &mut self.frames[0];
        frame.rest.clear();
        frame.rest.extend(0..n as u16);
        frame.profits.clone_from(&inner.profits);
        frame.alive = vec![true; n];
        (frame.lists, frame.ends) = (Vec::with_capacity(n * n), Vec::with_capacity(n));
        for u in 0..n {
            let begin = frame.lists.len();
            frame.lists.extend((0..n as u16).filter(|&b| !inner.clash(u, b as usize)));
            let shares = inner.shares(u);
            frame.lists[begin..].sort_unstable_by_key(|&b| (shares[b as usize], b));
            frame.ends.push((begin as u32, frame.lists.len() as u32));
        }
        (frame.margins, frame.brings) = (Vec::new(), Vec::new());
        if dominated {
            let (order, id) = (self.order, space.ids[first]);
            let profit = |e: u32| order.prices.of[e as usize] - order.own[e as usize];
            let row = order.ground.row(id as usize);
            frame.margins.push(profit(id));
            frame.brings.extend(inner.ids.iter().map(|&e| profit(e) - row[e as usize]));
        }
    }

    /// Looks at the sets made of those picked and so many of the frame's candidates; an upper bound on them, where the
    /// steps were too few.
    fn visit(&mut self, space: &Space, depth: usize, value: i64, left: usize) -> i64 {
        let mut frame = std::mem::take(&mut self.frames[depth]);
        let mut open = i64::MAX;
        if left == 1 {
            self.singles(space, &frame.profits, &frame.rest, value);
            open = self.threshold;
        } else {
            let mixing = self.mixing(&self.picked);
            loop {
                self.spend(1 + frame.rest.len() / 4);
                let Some((weak, bound)) = self.prune(space, &mut frame, value, left, &mixing) else { break };
                open = open.min(bound);
                if self.stopped || self.left == 0 {
                    break;
                }
                frame.alive[weak as usize] = false;
                frame.rest.retain(|&u| u != weak);
                self.branch(space, &frame, depth, weak, value, left);
                if self.stopped || self.left == 0 {
                    break; // the bound from before stands for what was not looked at
                }
            }
        }
        self.frames[depth] = frame;
        open
    }

    /// Looks at the sets that one more candidate is picked for.
    fn branch(&mut self, space: &Space, frame: &Frame, depth: usize, weak: u16, value: i64, left: usize) {
        let w = weak as usize;
        let mut child = std::mem::take(&mut self.frames[depth + 1]);
        let mut joins = frame.profits[w];
        child.profits.clone_from(&frame.profits);
        let row = space.row(w);
        frame.rest.iter().for_each(|&u| child.profits[u as usize] -= row[u as usize]);
        for &(a, b, third) in space.cuts(w) {
            let (a, b) = (a as usize, b as usize);
            if self.inside[a] != self.inside[b] {
                joins -= 2 * third;
                child.profits[if self.inside[a] { b } else { a }] += 2 * third;
            }
        }
        self.shift_margins(frame, &mut child, w, space);
        self.picked.push(space.ids[w]);
        self.inside[w] = true;
        self.fits(space, &frame.rest, w, &mut child);
        let enough = child.rest.len() >= left - 1;
        if enough && left > 2 {
            thin(frame, &mut child, space.len());
        }
        self.frames[depth + 1] = child;
        if enough {
            self.visit(space, depth + 1, value + joins, left - 1);
        }
        self.inside[w] = false;
        self.picked.pop();
    }

    /// What the members picked are worth to the set once one more has joined, and what the rest bring.
    fn shift_margins(&self, frame: &Frame, child: &mut Frame, w: usize, space: &Space) {
        child.margins.clear();
        child.brings.clear();
        if frame.margins.is_empty() {
            return;
        }
        let row = self.order.ground.row(space.ids[w] as usize);
        child.margins.extend(frame.margins.iter().zip(&self.picked).map(|(margin, &e)| margin - row[e as usize]));
        child.margins.push(frame.brings[w]);
        child.brings.clone_from(&frame.brings);
        frame.rest.iter().for_each(|&u| child.brings[u as usize] -= row[space.ids[u as usize] as usize]);
    }

    /// Those of the rest who may join the members picked, of whom `last` came last.
    fn fits(&self, space: &Space, rest: &[u16], last: usize, child: &mut Frame) {
        let limits = &self.rules.limits;
        let delegates = self.picked.iter().map(|&e| self.order.ground.track.delegates[e as usize]);
        let room = limits.max_delegates.saturating_sub(delegates.sum::<i64>());
        let mixing = self.mixing(&self.picked);
        let Frame { rest: fit, margins, brings, .. } = child;
        let pays = |u: usize| {
            margins.is_empty() || {
                let row = self.order.ground.row(space.ids[u] as usize);
                brings[u] >= 0 && self.picked.iter().zip(margins.iter()).all(|(&e, &m)| m >= row[e as usize])
            }
        };
        fit.clear();
        fit.extend(rest.iter().copied().filter(|&u| {
            let u = u as usize;
            !space.clash(last, u) && space.delegates[u] <= room && !mixing.full(space.region[u]) && pays(u)
        }));
    }

    /// Drops those of the rest who cannot join a set above the threshold; the weakest of those who stay and a bound on
    /// all sets, or `None` where no such set is left.
    fn prune(
        &mut self,
        space: &Space,
        frame: &mut Frame,
        value: i64,
        left: usize,
        mixing: &Mixing,
    ) -> Option<(u16, i64)> {
        self.heights.resize(space.len().max(self.heights.len()), NOT);
        loop {
            for &u in &frame.rest {
                self.heights[u as usize] = height(space, frame, u as usize, left - 1, mixing);
            }
            frame.best.clone_from(&frame.rest);
            let top = Top::of(&mut frame.best, &self.heights, &space.region, left, value, mixing)?;
            if top.bound <= self.threshold {
                return None;
            }
            let (before, heights, threshold) = (frame.rest.len(), &self.heights, self.threshold);
            let alive = &mut frame.alive;
            frame.rest.retain(|&u| {
                let stays = top.may_join(heights[u as usize], space.region[u as usize], threshold);
                alive[u as usize] = stays;
                stays
            });
            if frame.rest.len() == before {
                return frame
                    .rest
                    .iter()
                    .copied()
                    .min_by_key(|&u| (heights[u as usize], u))
                    .map(|weak| (weak, top.bound));
            }
            if frame.rest.len() < left {
                return None;
            }
        }
    }

    /// What regions ask of those who may still join these.
    fn mixing(&self, picked: &[u32]) -> Mixing {
        let track = self.order.ground.track;
        let regions = picked.iter().map(|&e| track.region[e as usize]);
        Mixing::new(track.regions, self.cap, self.rules.limits.min_regions, regions)
    }

    /// Notes the sets that any one of these makes whole.
    fn singles(&mut self, space: &Space, profits: &[i64], candidates: &[u16], value: i64) {
        for &u in candidates {
            let u = u as usize;
            let worth = value + profits[u];
            if worth > self.threshold {
                let worth = worth - space.late(u, &self.inside);
                if worth > self.threshold {
                    self.note(worth, space.ids[u]);
                }
            }
        }
    }

    fn note(&mut self, worth: i64, last: u32) {
        let mut members = self.picked.clone();
        members.push(last);
        members.sort_unstable();
        if !self.order.ground.holds(self.order.class, &members) {
            return;
        }
        self.found.push((worth, members));
        match self.order.aim {
            // The first few are taken as they come: the master likes to choose.
            Aim::Best if self.found.len() < FIRST => {}
            Aim::Best => self.threshold = self.found.iter().map(|found| found.0).fold(self.threshold, i64::max),
            Aim::All(most) => self.stopped |= self.found.len() > most,
        }
    }

    fn spend(&mut self, steps: usize) {
        let steps = steps as u64;
        self.left = self.left.saturating_sub(steps);
        self.stopped |= self.budget.spend(steps);
    }
}

/// What is left of a candidate's profit beside so many others, at best.
fn height(space: &Space, frame: &Frame, u: usize, others: usize, mixing: &Mixing) -> i64 {
    let (begin, end) = frame.ends[u];
    let (shares, list) = (space.shares(u), &frame.lists[begin as usize..end as usize]);
    let alive = list.iter().enumerate().filter(|(_, b)| frame.alive[**b as usize]);
    let company = alive.map(|(at, &b)| (at, shares[b as usize], space.region[b as usize]));
    mixing.company(space.region[u], others, company).map_or(NOT, |(sum, _)| frame.profits[u] - sum)
}

/// The lists of those who may still join, without all others.
fn thin(frame: &Frame, child: &mut Frame, n: usize) {
    child.alive.clear();
    child.alive.resize(n, false);
    child.rest.iter().for_each(|&u| child.alive[u as usize] = true);
    child.lists.clear();
    child.ends.clear();
    child.ends.resize(n, (0, 0));
    for at in 0..child.rest.len() {
        let u = child.rest[at] as usize;
        let (begin, end) = frame.ends[u];
        let from = child.lists.len() as u32;
        let alive = &child.alive;
        child.lists.extend(frame.lists[begin as usize..end as usize].iter().filter(|&&b| alive[b as usize]));
        child.ends[u] = (from, child.lists.len() as u32);
    }
}

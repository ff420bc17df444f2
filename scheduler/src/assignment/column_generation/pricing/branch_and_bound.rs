//! Exact pricing: the set of members with the highest reduced profit in a class of networks, by branch and bound.
//!
//! One size at a time. The reduced profit of a set is the profits of its members less the costs of its pairs. Every pair
//! cost is split between its two ends ([`Candidates`]): in a set of t a member pays at least its t − 1 smallest shares, so
//! the t best of what is left to each bound the reduced profit of any set. Who cannot be in a set above the threshold is
//! dropped. One candidate after another, the weakest first, becomes the first member of sets of those after it
//! ([`FirstMembers`]), among candidates and with a split of its own; what is left of those sets is branched on
//! ([`Search::visit`]).
//!
//! A search that takes too long is left for the next first member: its last bound stands for the sets that it did not reach.
//!
//! Johnson, Mehrotra, Nemhauser: Min-cut clustering (Mathematical Programming 62, 1993), for the pricing problem; Caprara,
//! Pisinger, Toth: Exact solution of the quadratic knapsack problem (INFORMS Journal on Computing 11, 1999), for the bound by
//! splitting pair costs.

use super::super::duals::Duals;
use super::super::instance::{Class, Instance};
use super::candidates::{Candidates, IMPOSSIBLE, Sets};
use super::first_member::FirstMembers;
use super::region_limits::{RegionLimits, Top};
use crate::effort::Budget;

/// Splits the pair costs of some candidates well for sets of a size above a threshold, from some split; the new one.
pub fn split(problem: &Subproblem<'_>, size: usize, budget: &Budget<'_>) -> Vec<f32> {
    let (instance, rules) = (problem.instance, &problem.instance.classes[problem.class]);
    let mut candidates = Candidates::whole(instance, problem.class, problem.among, problem.own, problem.duals);
    candidates.follow(problem.split, instance.out.len());
    let parameters = &instance.parameters.exact;
    let steps = if problem.split.is_empty() { parameters.steps_new } else { parameters.steps_known };
    let regional =
        RegionLimits::new(rules.group_count, &rules.caps(size), rules.limits.min_regions, std::iter::empty());
    if !budget.spend(candidates.len() as u64 * 4) {
        let sets = Sets { size, value: 0, threshold: problem.threshold, regional: &regional };
        candidates.share_out(&sets, steps, &parameters.subgradient);
    }
    candidates.split(instance.out.len())
}

/// The result of pricing.
#[derive(Clone, Debug)]
pub struct Priced {
    /// No set of the class has a higher reduced profit, in units: the threshold, where no set is above it.
    pub bound: i64,
    /// Sets above the threshold, with their reduced profits.
    pub found: Vec<(i64, Vec<u32>)>,
    /// True where the search went to its end.
    pub complete: bool,
}

/// The sets that are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// A set with the highest reduced profit; the threshold rises with what is found.
    Best,
    /// All sets above the threshold, as long as they are at most so many.
    All(usize),
}

/// A pricing problem: the subproblem of a class.
#[derive(Clone, Copy)]
pub struct Subproblem<'a> {
    pub instance: &'a Instance<'a>,
    /// The class whose rules hold.
    pub class: usize,
    /// Candidates for a set.
    pub among: &'a [u32],
    /// Fewest and most members.
    pub sizes: (usize, usize),
    /// The split of pair costs to begin with; empty: in halves.
    pub split: &'a [f32],
    /// The cost of each enrolment by itself.
    pub own: &'a [i64],
    /// Only sets with at least one of these, by enrolment; `None`: all sets.
    pub with: Option<&'a [bool]>,
    pub duals: &'a Duals,
    /// Sets must have a higher reduced profit.
    pub threshold: i64,
    pub aim: Aim,
    /// Most steps for the sets of one size and one first member.
    pub steps: u64,
}

/// Looks for sets with a higher reduced profit than the threshold.
pub fn price(problem: &Subproblem<'_>, budget: &Budget<'_>) -> Priced {
    let rules = &problem.instance.classes[problem.class];
    let mut search = Search {
        problem,
        rules,
        budget,
        threshold: problem.threshold,
        bound: problem.threshold,
        caps: Vec::new(),
        cut_off: 0,
        left: 0,
        stopped: false,
        found: Vec::new(),
        picked: Vec::new(),
        inside: Vec::new(),
        frames: std::iter::repeat_with(Frame::default).take(problem.sizes.1 + 1).collect(),
        potentials: Vec::new(),
    };
    let mut whole = Candidates::whole(problem.instance, problem.class, problem.among, problem.own, problem.duals);
    whole.follow(problem.split, problem.instance.out.len());
    for size in problem.sizes.0..=problem.sizes.1 {
        search.size(&whole, size);
    }
    let best = search.found.iter().map(|found| found.0).max().unwrap_or(problem.threshold);
    let bound = search.bound.max(best).max(problem.threshold);
    Priced { bound, found: search.found, complete: search.bound <= best && !search.stopped }
}

struct Search<'a> {
    problem: &'a Subproblem<'a>,
    rules: &'a Class,
    budget: &'a Budget<'a>,
    threshold: i64,
    /// Upper bound on the sets that were not reached; the threshold of the problem, where all were.
    bound: i64,
    /// Most members of each group, in sets of the size at hand; empty where that does not matter.
    caps: Vec<i64>,
    /// First members whose sets took too long.
    cut_off: usize,
    /// Steps that are left for this first member.
    left: u64,
    /// True once the search is to end with what was found.
    stopped: bool,
    found: Vec<(i64, Vec<u32>)>,
    picked: Vec<u32>,
    /// By number of a candidate, true once it is picked.
    inside: Vec<bool>,
    frames: Vec<Frame>,
    potentials: Vec<i64>,
}

/// Candidates that may still join a set on its way. Kept and filled anew, so that branching asks for no memory.
#[derive(Default)]
struct Frame {
    rest: Vec<u16>,
    /// The profit of each candidate beside those picked.
    profits: Vec<i64>,
    /// By candidate, the others it may meet, the smallest share first, one list after another.
    lists: Vec<u16>,
    ends: Vec<(u32, u32)>,
    alive: Vec<bool>,
    best: Vec<u16>,
    /// The marginal profit of each of those picked before cuts, where none may be below 0; else empty.
    marginal: Vec<i64>,
    /// The same of each candidate, were it to join.
    joining: Vec<i64>,
}

impl Search<'_> {
    /// Searches the sets of one size.
    fn size(&mut self, whole: &Candidates, size: usize) {
        let mut candidates = whole.clone();
        self.caps = self.rules.caps(size);
        let regional = self.regional(&[]);
        self.spend(candidates.len() * 4);
        let parameters = &self.problem.instance.parameters.exact;
        let steps = match self.problem.split.is_empty() {
            _ if self.stopped => 0,
            true => parameters.steps_new,
            false => parameters.steps_of_kind,
        };
        let sets = Sets { size, value: 0, threshold: self.threshold, regional: &regional };
        let Some(bound) = candidates.tune(&sets, steps, &parameters.subgradient) else { return };
        if size == 1 {
            self.inside = vec![false; candidates.len()];
            let wanted = |u: &u16| self.problem.with.is_none_or(|with| with[candidates.ids[*u as usize] as usize]);
            let all: Vec<u16> = (0..candidates.len() as u16).filter(wanted).collect();
            return self.complete(&candidates, &candidates.profits, &all, 0);
        }
        let dominated = self.problem.aim == Aim::Best && size > self.rules.low && self.rules.hereditary();
        let wanted = self.problem.with.map(|with| candidates.ids.iter().map(|&e| with[e as usize]).collect());
        let mut first_members = FirstMembers::new(&candidates, size, wanted, &regional);
        let mut open = bound;
        while let Some((first, bound)) = first_members.next(self.threshold) {
            open = open.min(bound);
            if self.stopped {
                self.bound = self.bound.max(open);
                return;
            }
            let fits = self.joins_first(&candidates, &mut first_members, first, dominated);
            self.first(&candidates, first, &fits, size, dominated);
        }
    }

    /// The candidates that may follow the first member.
    fn joins_first(
        &self,
        candidates: &Candidates,
        first_members: &mut FirstMembers<'_>,
        first: usize,
        dominated: bool,
    ) -> Vec<usize> {
        let regional = self.regional(&candidates.ids[first..=first]);
        let room = self.rules.limits.max_delegates - candidates.delegates[first];
        let row = self.problem.instance.row(candidates.ids[first] as usize);
        let profit = |u: usize| {
            let e = candidates.ids[u] as usize;
            self.problem.duals.cover[e] - self.problem.own[e]
        };
        let mine = profit(first);
        let fit = |&u: &usize| {
            let cost = row[candidates.ids[u] as usize];
            let pays = !dominated || (mine >= cost && profit(u) >= cost);
            pays && candidates.delegates[u] <= room && !regional.full(candidates.region[u])
        };
        let mut fits = first_members.with(first, self.threshold);
        fits.retain(fit);
        fits
    }

    /// Searches the sets of one size with this first member, for so many steps.
    fn first(&mut self, candidates: &Candidates, first: usize, fits: &[usize], size: usize, dominated: bool) {
        let mut inner = candidates.with(first, fits);
        let value = candidates.profits[first];
        self.picked.push(candidates.ids[first]);
        let within = self.regional(&self.picked);
        self.spend(inner.len());
        let parameters = &self.problem.instance.parameters.exact;
        let sets = Sets { size: size - 1, value, threshold: self.threshold, regional: &within };
        if let Some(bound) = inner.tune(&sets, parameters.steps_first_member, &parameters.subgradient) {
            let patient = self.cut_off < parameters.patience || self.problem.steps == u64::MAX;
            self.left = if patient { self.problem.steps } else { self.problem.steps / parameters.hurry };
            self.inside = vec![false; inner.len()];
            self.prepare(&inner, first, candidates, dominated);
            let open = self.visit(&inner, 0, value, size - 1).min(bound);
            if self.stopped || self.left == 0 {
                self.bound = self.bound.max(open);
                self.cut_off += 1;
            }
        }
        self.picked.pop();
    }

    /// Fills the first frame.
    fn prepare(&mut self, inner: &Candidates, first: usize, candidates: &Candidates, dominated: bool) {
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
        (frame.marginal, frame.joining) = (Vec::new(), Vec::new());
        if dominated {
            let (problem, id) = (self.problem, candidates.ids[first]);
            let profit = |e: u32| problem.duals.cover[e as usize] - problem.own[e as usize];
            let row = problem.instance.row(id as usize);
            frame.marginal.push(profit(id));
            frame.joining.extend(inner.ids.iter().map(|&e| profit(e) - row[e as usize]));
        }
    }

    /// Searches the sets made of those picked and so many of the frame's candidates; an upper bound on them, where the
    /// steps were too few.
    fn visit(&mut self, candidates: &Candidates, depth: usize, value: i64, left: usize) -> i64 {
        let mut frame = std::mem::take(&mut self.frames[depth]);
        let mut open = i64::MAX;
        if left == 1 {
            self.complete(candidates, &frame.profits, &frame.rest, value);
            open = self.threshold;
        } else {
            let regional = self.regional(&self.picked);
            loop {
                self.spend(1 + frame.rest.len() / 4);
                let Some((weak, bound)) = self.prune(candidates, &mut frame, value, left, &regional) else { break };
                open = open.min(bound);
                if self.stopped || self.left == 0 {
                    break;
                }
                frame.alive[weak as usize] = false;
                frame.rest.retain(|&u| u != weak);
                self.branch(candidates, &frame, depth, weak, value, left);
                if self.stopped || self.left == 0 {
                    break; // the bound from before stands for the sets not reached
                }
            }
        }
        self.frames[depth] = frame;
        open
    }

    /// Searches the sets that one more candidate is picked for.
    fn branch(&mut self, candidates: &Candidates, frame: &Frame, depth: usize, weak: u16, value: i64, left: usize) {
        let w = weak as usize;
        let mut child = std::mem::take(&mut self.frames[depth + 1]);
        let mut joins = frame.profits[w];
        child.profits.clone_from(&frame.profits);
        let row = candidates.row(w);
        frame.rest.iter().for_each(|&u| child.profits[u as usize] -= row[u as usize]);
        for &(a, b, third) in candidates.cuts(w) {
            let (a, b) = (a as usize, b as usize);
            if self.inside[a] != self.inside[b] {
                joins -= 2 * third;
                child.profits[if self.inside[a] { b } else { a }] += 2 * third;
            }
        }
        self.shift_marginal(frame, &mut child, w, candidates);
        self.picked.push(candidates.ids[w]);
        self.inside[w] = true;
        self.fits(candidates, &frame.rest, w, &mut child);
        let enough = child.rest.len() >= left - 1;
        if enough && left > 2 {
            thin(frame, &mut child, candidates.len());
        }
        self.frames[depth + 1] = child;
        if enough {
            self.visit(candidates, depth + 1, value + joins, left - 1);
        }
        self.inside[w] = false;
        self.picked.pop();
    }

    /// Marginal profits of the members picked once one more has joined, and of the rest.
    fn shift_marginal(&self, frame: &Frame, child: &mut Frame, w: usize, candidates: &Candidates) {
        child.marginal.clear();
        child.joining.clear();
        if frame.marginal.is_empty() {
            return;
        }
        let row = self.problem.instance.row(candidates.ids[w] as usize);
        child.marginal.extend(frame.marginal.iter().zip(&self.picked).map(|(profit, &e)| profit - row[e as usize]));
        child.marginal.push(frame.joining[w]);
        child.joining.clone_from(&frame.joining);
        frame.rest.iter().for_each(|&u| child.joining[u as usize] -= row[candidates.ids[u as usize] as usize]);
    }

    /// Those of the rest who may join the members picked, of whom `last` came last.
    fn fits(&self, candidates: &Candidates, rest: &[u16], last: usize, child: &mut Frame) {
        let limits = &self.rules.limits;
        let delegates = self.picked.iter().map(|&e| self.problem.instance.track.delegates[e as usize]);
        let room = limits.max_delegates.saturating_sub(delegates.sum::<i64>());
        let regional = self.regional(&self.picked);
        let Frame { rest: fit, marginal, joining, .. } = child;
        let pays = |u: usize| {
            marginal.is_empty() || {
                let row = self.problem.instance.row(candidates.ids[u] as usize);
                joining[u] >= 0 && self.picked.iter().zip(marginal.iter()).all(|(&e, &m)| m >= row[e as usize])
            }
        };
        fit.clear();
        fit.extend(rest.iter().copied().filter(|&u| {
            let u = u as usize;
            !candidates.clash(last, u)
                && candidates.delegates[u] <= room
                && !regional.full(candidates.region[u])
                && self.rules.mixes(self.problem.instance.track, &self.picked, candidates.ids[u])
                && pays(u)
        }));
    }

    /// Drops those of the rest who cannot join a set above the threshold; the weakest of those who stay and a bound on
    /// all sets, or `None` where no such set is left.
    fn prune(
        &mut self,
        candidates: &Candidates,
        frame: &mut Frame,
        value: i64,
        left: usize,
        regional: &RegionLimits,
    ) -> Option<(u16, i64)> {
        self.potentials.resize(candidates.len().max(self.potentials.len()), IMPOSSIBLE);
        loop {
            for &u in &frame.rest {
                self.potentials[u as usize] = potential(candidates, frame, u as usize, left - 1, regional);
            }
            frame.best.clone_from(&frame.rest);
            let top = Top::of(&mut frame.best, &self.potentials, &candidates.region, left, value, regional)?;
            if top.bound <= self.threshold {
                return None;
            }
            let (before, potentials, threshold) = (frame.rest.len(), &self.potentials, self.threshold);
            let alive = &mut frame.alive;
            frame.rest.retain(|&u| {
                let stays = top.may_join(potentials[u as usize], candidates.region[u as usize], threshold);
                alive[u as usize] = stays;
                stays
            });
            if frame.rest.len() == before {
                return frame
                    .rest
                    .iter()
                    .copied()
                    .min_by_key(|&u| (potentials[u as usize], u))
                    .map(|weak| (weak, top.bound));
            }
            if frame.rest.len() < left {
                return None;
            }
        }
    }

    /// The limits of regions on those who may still join these.
    fn regional(&self, picked: &[u32]) -> RegionLimits {
        let groups = picked.iter().map(|&e| self.rules.groups[e as usize]);
        RegionLimits::new(self.rules.group_count, &self.caps, self.rules.limits.min_regions, groups)
    }

    /// Notes the sets that any one of these makes whole.
    fn complete(&mut self, candidates: &Candidates, profits: &[i64], last: &[u16], value: i64) {
        for &u in last {
            let u = u as usize;
            let profit = value + profits[u];
            if profit > self.threshold {
                let profit = profit - candidates.late_charge(u, &self.inside);
                if profit > self.threshold {
                    self.note(profit, candidates.ids[u]);
                }
            }
        }
    }

    fn note(&mut self, profit: i64, last: u32) {
        let mut members = self.picked.clone();
        members.push(last);
        members.sort_unstable();
        if !self.problem.instance.holds(self.problem.class, &members) {
            return;
        }
        self.found.push((profit, members));
        match self.problem.aim {
            // The first few are taken as they come: the master likes to choose.
            Aim::Best if self.found.len() < self.problem.instance.parameters.exact.free_sets => {}
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

/// The potential of a candidate: the most that is left of its profit beside so many others.
fn potential(candidates: &Candidates, frame: &Frame, u: usize, others: usize, regional: &RegionLimits) -> i64 {
    let (begin, end) = frame.ends[u];
    let (shares, list) = (candidates.shares(u), &frame.lists[begin as usize..end as usize]);
    let alive = list.iter().enumerate().filter(|(_, b)| frame.alive[**b as usize]);
    let company = alive.map(|(at, &b)| (at, shares[b as usize], candidates.region[b as usize]));
    regional.company(candidates.region[u], others, company).map_or(IMPOSSIBLE, |(sum, _)| frame.profits[u] - sum)
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

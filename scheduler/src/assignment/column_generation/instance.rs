//! A track as an instance of set partitioning: costs as whole numbers, and classes of networks that are all the same.
//!
//! All costs are counted in a unit that is a power of two and rounded down, so that sums and differences are exact
//! and what is proved about them is proved about the true costs too.

use super::super::limits::Limits;
use super::super::track::Track;
use super::parameters::Parameters;
use crate::problem::Mix;

/// The members of a network of some class.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    pub class: usize,
    /// In ascending order.
    pub members: Vec<u32>,
}

/// A track with its costs in units, ready for pricing.
pub struct Instance<'t> {
    pub track: &'t Track<'t>,
    pub parameters: Parameters,
    /// The cost that one unit stands for.
    pub unit: f64,
    /// Pair costs, in units: `[a][b]`.
    pub pairs: Vec<i64>,
    /// The cost of each enrolment in no network, in units.
    pub out: Vec<i64>,
    pub classes: Vec<Class>,
    /// The class of each network, by slot.
    pub class_of: Vec<usize>,
    pub kinds: Vec<Kind>,
}

/// Classes with the same limits that differ by wishes, and by few of those who may be in them: priced together.
pub struct Kind {
    pub classes: Vec<usize>,
    /// Enrolments that may be in any of them, in ascending order.
    pub candidates: Vec<u32>,
    /// The most that each enrolment costs by itself in any of those that it may be in.
    pub own: Vec<i64>,
    /// By class, whether an enrolment may be in it and costs less than that.
    pub wanted: Vec<Vec<bool>>,
}

/// Networks with the same rules that cost every enrolment the same.
pub struct Class {
    /// The networks, by slot.
    pub slots: Vec<usize>,
    pub limits: Limits,
    /// Enrolments that may be in them.
    pub candidates: Vec<u32>,
    /// The cost of each enrolment in them by itself, in units; 0 for those who may not.
    pub own: Vec<i64>,
    /// True for two enrolments that may not meet in them: `[a][b]`.
    pub clash: Vec<bool>,
    /// Fewest and most members of one that is not empty.
    pub low: usize,
    pub high: usize,
    /// What bounds count members by: the region of each enrolment or, where regions do not matter, its value of the attribute
    /// that the mix says most about; and how many groups there are.
    pub groups: Vec<u32>,
    pub group_count: usize,
    /// Fewest and most members with each value, by group, where groups are values.
    mixed: Vec<(i64, i64)>,
}

/// Bits of a sum over one whole assignment: the rest keeps sums of a few of them in range.
const BITS: i32 = 50;

impl<'t> Instance<'t> {
    /// The instance of a track whose costs are kept in tables.
    pub fn new(track: &'t Track<'t>, parameters: Parameters) -> Instance<'t> {
        let n = track.len();
        let unit = unit(track);
        let units = |cost: f64| (cost / unit).floor() as i64;
        let pairs = (0..n * n).map(|at| units(track.pair(at / n, at % n))).collect();
        let out = (0..n).map(|e| units(track.own(e, track.nowhere()))).collect();
        let (classes, class_of) = (Vec::new(), Vec::new());
        let mut instance = Instance { track, parameters, unit, pairs, out, classes, class_of, kinds: Vec::new() };
        for slot in 0..track.nowhere() {
            let alike = |class: &Class| {
                let other = class.slots[0];
                class.limits == track.limits[slot] && (0..n).all(|e| track.own(e, slot) == track.own(e, other))
            };
            let at = instance.classes.iter().position(alike).unwrap_or(instance.classes.len());
            if at == instance.classes.len() {
                instance.classes.push(Class::new(track, slot, &units));
            }
            instance.classes[at].slots.push(slot);
            instance.class_of.push(at);
        }
        instance.kinds = kinds(&instance.classes, parameters.kind_difference);
        instance
    }

    /// The columns of an assignment: the slot of each enrolment.
    pub fn columns_of<'s>(&'s self, slots: &'s [u32]) -> impl Iterator<Item = Column> + 's {
        let members = |slot: usize| (0..slots.len() as u32).filter(|&e| slots[e as usize] as usize == slot).collect();
        let all = self.class_of.iter().enumerate().map(move |(slot, &class)| Column { class, members: members(slot) });
        all.filter(|column| !column.members.is_empty())
    }

    /// A cost in units, rounded up.
    pub fn units_above(&self, cost: f64) -> i64 {
        (cost / self.unit).ceil() as i64
    }

    /// The pair costs of one enrolment.
    pub fn row(&self, e: usize) -> &[i64] {
        &self.pairs[e * self.out.len()..(e + 1) * self.out.len()]
    }

    /// The reduced profit of a column at these cover duals, where no cut counts.
    pub fn profit(&self, class: usize, members: &[u32], cover: &[i64]) -> i64 {
        members.iter().map(|&e| cover[e as usize]).sum::<i64>() - self.cost(class, members)
    }

    /// The cost of a network of this class with these members, in units.
    pub fn cost(&self, class: usize, members: &[u32]) -> i64 {
        let own: i64 = members.iter().map(|&e| self.classes[class].own[e as usize]).sum();
        let mut travel = 0;
        for (i, &a) in members.iter().enumerate() {
            travel += members[..i].iter().map(|&b| self.row(a as usize)[b as usize]).sum::<i64>();
        }
        own + travel
    }

    /// Tells whether these members, who may all meet in a network of this class, keep its limits.
    pub fn holds(&self, class: usize, members: &[u32]) -> bool {
        let limits = &self.classes[class].limits;
        let delegates: i64 = members.iter().map(|&e| self.track.delegates[e as usize]).sum();
        let region = |e: u32| self.track.region[e as usize];
        let same = |e: u32| members.iter().filter(|&&f| region(f) == region(e)).count() as i64;
        let mixed = limits.per_region == i64::MAX || members.iter().all(|&e| same(e) <= limits.per_region);
        mixed && delegates <= limits.max_delegates && self.fills(class, members)
    }

    /// Tells whether these members, who may all be in a network of this class, bring it what it must have at least, and have
    /// the values that its mix asks for.
    pub fn fills(&self, class: usize, members: &[u32]) -> bool {
        let limits = &self.classes[class].limits;
        let delegates: i64 = members.iter().map(|&e| self.track.delegates[e as usize]).sum();
        if members.len() < self.classes[class].low || delegates < limits.min_delegates {
            return false;
        }
        let mut regions: Vec<u32> = members.iter().map(|&e| self.track.region[e as usize]).collect();
        regions.sort_unstable();
        regions.dedup();
        let with = |value| members.iter().filter(|&&e| self.track.has_value(e as usize, value)).count() as i64;
        regions.len() as i64 >= limits.min_regions && limits.mix_breach(members.len() as i64, with) == 0
    }
}

impl Class {
    fn new(track: &Track<'_>, slot: usize, units: &impl Fn(f64) -> i64) -> Class {
        let n = track.len();
        let limits = track.limits[slot].clone();
        let candidates: Vec<u32> = (0..n as u32).filter(|&e| track.open(e as usize, slot)).collect();
        let own = (0..n).map(|e| if track.open(e, slot) { units(track.own(e, slot)) } else { 0 }).collect();
        let mut clash = vec![false; n * n];
        for a in 0..n {
            for b in track.rivals(a) {
                clash[a * n + b] = true;
                clash[b * n + a] = true;
            }
            if limits.max_km < f64::INFINITY {
                (0..n).filter(|&b| track.km(a, b) > limits.max_km).for_each(|b| clash[a * n + b] = true);
            }
        }
        let (low, high) = (limits.min.max(1) as usize, limits.max.clamp(0, candidates.len() as i64) as usize);
        let (groups, group_count, mixed) = groups(track, &limits);
        Class { slots: Vec::new(), limits, candidates, own, clash, low, high, groups, group_count, mixed }
    }

    /// Most members of each group in sets of a size; empty where that does not matter.
    pub fn caps(&self, size: usize) -> Vec<i64> {
        let size = size as i64;
        if !self.mixed.is_empty() {
            // Whoever must have other values cannot have this one.
            let least: i64 = self.mixed.iter().map(|value| value.0).sum();
            return self.mixed.iter().map(|&(min, max)| max.min(size - (least - min)).max(0)).collect();
        }
        let limits = &self.limits;
        // Whoever must come from so many regions cannot come from one but for so many.
        let mixed = size + 1 - limits.min_regions;
        let cap = if limits.min_regions > 1 { limits.per_region.min(mixed) } else { limits.per_region };
        if cap < i64::MAX { vec![cap; self.group_count] } else { Vec::new() }
    }

    /// Whether one more who has these values may join so many members with each, in sets of a size, by the mix alone.
    pub fn mixes(&self, track: &Track<'_>, picked: &[u32], e: u32) -> bool {
        self.limits.mix.iter().all(|mix| {
            let Some(most) = mix.max.filter(|_| track.has_value(e as usize, mix.value)) else { return true };
            let with = picked.iter().filter(|&&f| track.has_value(f as usize, mix.value)).count();
            with < most as usize
        })
    }

    /// Tells whether a network of this class may do without members.
    pub fn may_be_empty(&self) -> bool {
        !self.limits.has_floor()
    }

    /// Tells whether a set without one of its members is a network too, as long as it is large enough.
    pub fn hereditary(&self) -> bool {
        self.limits.min_delegates == 0 && self.limits.min_regions <= 1 && self.limits.mix.iter().all(|mix| mix.min == 0)
    }

    /// The number of its networks.
    pub fn count(&self) -> i64 {
        self.slots.len() as i64
    }
}

/// The group of each enrolment, how many groups there are and, where they are values of an attribute, fewest and most members
/// of each; the last group has none of the values.
fn groups(track: &Track<'_>, limits: &Limits) -> (Vec<u32>, usize, Vec<(i64, i64)>) {
    let values = track.problem().values();
    let same = |a: &Mix, b: &Mix| values[a.value.at()].attribute == values[b.value.at()].attribute;
    let rows = |of: &Mix| {
        let of = *of;
        limits.mix.iter().filter(move |mix| same(mix, &of))
    };
    let most = limits.mix.iter().max_by_key(|mix| (rows(mix).count(), std::cmp::Reverse(mix.value)));
    let Some(most) = most.filter(|_| !limits.by_region()) else {
        return (track.region.clone(), track.regions, Vec::new());
    };
    let values: Vec<Mix> = rows(most).copied().collect();
    let group = |e: usize| values.iter().position(|mix| track.has_value(e, mix.value)).unwrap_or(values.len()) as u32;
    let of = |mix: &Mix| (i64::from(mix.min), mix.max.map_or(i64::MAX, i64::from));
    let mixed = values.iter().map(of).chain([(0, i64::MAX)]).collect();
    ((0..track.len()).map(group).collect(), values.len() + 1, mixed)
}

/// Classes by their limits and, about, those who may be in them: others than in the first of a kind at most one in so many.
fn kinds(classes: &[Class], difference: usize) -> Vec<Kind> {
    let n = classes.first().map_or(0, |class| class.own.len());
    let open = |class: &Class| {
        let mut open = vec![false; n];
        class.candidates.iter().for_each(|&e| open[e as usize] = true);
        open
    };
    let mut kinds: Vec<Kind> = Vec::new();
    for (at, class) in classes.iter().enumerate() {
        let mine = open(class);
        let alike = |kind: &&mut Kind| {
            let other = &classes[kind.classes[0]];
            let strange = open(other).iter().zip(&mine).filter(|(a, b)| a != b).count();
            other.limits == class.limits && strange * difference <= other.candidates.len()
        };
        match kinds.iter_mut().find(alike) {
            Some(kind) => kind.classes.push(at),
            None => kinds.push(Kind { classes: vec![at], candidates: Vec::new(), own: vec![0; n], wanted: Vec::new() }),
        }
    }
    for kind in &mut kinds {
        let mut open_to_any = vec![false; n];
        for class in kind.classes.iter().map(|&at| &classes[at]) {
            for &e in &class.candidates {
                open_to_any[e as usize] = true;
                kind.own[e as usize] = kind.own[e as usize].max(class.own[e as usize]);
            }
        }
        kind.candidates = (0..n as u32).filter(|&e| open_to_any[e as usize]).collect();
        let wanted = |&at: &usize| {
            let class = &classes[at];
            let costs_less = class.own.iter().zip(&kind.own).map(|(own, most)| own < most);
            open(class).into_iter().zip(costs_less).map(|(open, less)| open && less).collect()
        };
        kind.wanted = kind.classes.iter().map(wanted).collect();
    }
    kinds
}

/// A part of an instance: who is free, and how many networks of each class are.
#[derive(Clone)]
pub struct Part {
    pub free: Vec<bool>,
    pub left: Vec<i64>,
}

impl Part {
    /// All of it.
    pub fn whole(instance: &Instance<'_>) -> Part {
        let left = instance.classes.iter().map(|class| class.count()).collect();
        Part { free: vec![true; instance.out.len()], left }
    }

    /// Tells whether a column can be taken.
    pub fn takes(&self, column: &Column) -> bool {
        self.left[column.class] > 0 && column.members.iter().all(|&e| self.free[e as usize])
    }

    /// Takes a column: what is left is smaller.
    pub fn take(&mut self, column: &Column) {
        self.left[column.class] -= 1;
        column.members.iter().for_each(|&e| self.free[e as usize] = false);
    }
}

/// A power of two so small that rounding is lost in the last digits, and so large that no sum leaves its range.
fn unit(track: &Track<'_>) -> f64 {
    let n = track.len();
    let finite = |cost: f64| if cost < f64::INFINITY { cost } else { 0.0 };
    let own = (0..n).flat_map(|e| (0..track.slots()).map(move |slot| finite(track.own(e, slot))));
    let pairs = (0..n).flat_map(|a| (0..a).map(move |b| track.pair(a, b)));
    let largest = own.chain(pairs).fold(0.0, f64::max);
    let widest = track.limits.iter().map(|limits| limits.max.clamp(1, n as i64)).max().unwrap_or(1);
    let whole = largest * n as f64 * widest as f64;
    if whole > 0.0 { 2f64.powi((whole.log2().ceil() as i32 - BITS).max(-30)) } else { 1.0 }
}

/// The grain of the track's costs: all of them are multiples of it, as far as decimals tell. `None` where there is no
/// such number of a useful size.
pub fn grain(track: &Track<'_>) -> Option<f64> {
    const DIGITS: f64 = 1000.0;
    let n = track.len();
    let mut grain = 0u64;
    let own = (0..n).flat_map(|e| (0..track.slots()).map(move |slot| track.own(e, slot)));
    let pairs = (0..n).flat_map(|a| (0..a).map(move |b| track.pair(a, b)));
    for cost in own.chain(pairs).filter(|cost| *cost < f64::INFINITY) {
        let whole = cost * DIGITS;
        if (whole - whole.round()).abs() > 1e-6 || whole > 1e12 {
            return None;
        }
        grain = common(grain, whole.round() as u64);
    }
    (grain > 0).then(|| grain as f64 / DIGITS)
}

/// The greatest common divisor.
fn common(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { common(b, a % b) }
}

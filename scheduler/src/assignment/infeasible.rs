//! Quick proofs that the floors of a track cannot be honoured: everybody may be left out, but a network that may not stay
//! empty has its minimums. Each argument here is exact; what none of them shows may be impossible all the same.
//!
//! Sums of the whole track come first, then each network by itself, then flows (Hall's theorem) that show which networks
//! want more together than can get into them.

use super::limits::Limits;
use super::track::Track;
use crate::flow::{Flow, SINK, SOURCE};
use crate::infeasibility::{Clash, Counted, Refuted};

/// In larger tracks networks are not looked at one by one, but where a plan is asked for.
const MOST_LOOKS: usize = 20_000_000;
/// Larger flows are not begun.
const MOST_EDGES: usize = 2_000_000;
/// More distances are not looked at.
const MOST_PAIRS: usize = 2_000_000;

/// A proof by counting that no assignment honours the floors of this track, where there is one.
pub(super) fn clash(track: &Track<'_>) -> Option<Clash> {
    let counts = Counts::of(track);
    let sums = || counts.sums().into_iter().next();
    let alone = || counts.floors.iter().find_map(|&slot| counts.alone(slot));
    let flows = || counts.flows(&counts.floors).into_iter().next();
    sums().or_else(alone).or_else(flows).map(|refuted| Clash::counted(track.problem(), &refuted))
}

/// Everything that counting refutes in a track. Networks that are refuted by themselves are not counted with others
/// in flows.
pub(super) fn refuted(track: &Track<'_>) -> Vec<Refuted> {
    let counts = Counts::of(track);
    let mut found = counts.sums();
    found.retain(|refuted| refuted.networks.len() > 1); // one network by itself comes next
    let summed: Vec<Counted> = found.iter().map(|refuted| refuted.what).collect();
    let mut others = Vec::new();
    if track.len().saturating_mul(counts.floors.len()) > MOST_LOOKS {
        return found;
    }
    for &slot in &counts.floors {
        match counts.alone(slot) {
            Some(refuted) => found.push(refuted),
            None => others.push(slot),
        }
    }
    found.extend(counts.flows(&others).into_iter().filter(|flow| !summed.contains(&flow.what)));
    found
}

/// A track with the slots of the networks that must have members.
struct Counts<'t, 'p> {
    track: &'t Track<'p>,
    floors: Vec<usize>,
}

/// Somebody who can get into a network: region and delegates.
type Arrival = (u32, i64);

impl<'t, 'p> Counts<'t, 'p> {
    fn of(track: &'t Track<'p>) -> Self {
        Counts { track, floors: (0..track.nowhere()).filter(|&slot| track.limits[slot].has_floor()).collect() }
    }

    fn refuted(&self, slots: &[usize], what: Counted, needed: i64, there: i64) -> Option<Refuted> {
        let mut networks: Vec<_> = slots.iter().map(|&slot| self.track.networks[slot]).collect();
        networks.sort_unstable();
        let track = self.track.problem().network(*networks.first()?).track;
        Some(Refuted { track, networks, what, needed, there, all: false, capped: false })
    }

    /// The minimums of all networks together, against all that is enrolled.
    fn sums(&self) -> Vec<Refuted> {
        let track = self.track;
        let placeable: Vec<usize> =
            (0..track.len()).filter(|&e| (0..track.nowhere()).any(|slot| track.open(e, slot))).collect();
        let found = |what, least: &dyn Fn(usize) -> i64, there: i64| {
            let slots: Vec<usize> = self.floors.iter().copied().filter(|&slot| least(slot) > 0).collect();
            let needed = slots.iter().map(|&slot| least(slot)).fold(0i64, i64::saturating_add);
            let refuted = if needed > there { self.refuted(&slots, what, needed, there) } else { None };
            refuted.map(|refuted| Refuted { all: placeable.len() == track.len(), ..refuted })
        };
        let persons = placeable.iter().map(|&e| track.delegates[e]).sum();
        let sums = [
            found(Counted::Members, &|slot| track.limits[slot].min, placeable.len() as i64),
            found(Counted::Delegates, &|slot| track.limits[slot].min_delegates, persons),
            self.room(&placeable),
        ];
        sums.into_iter().flatten().collect()
    }

    /// What the fewest members of all networks bring at least, against what the networks take.
    fn room(&self, placeable: &[usize]) -> Option<Refuted> {
        let sum = |of: fn(&Limits) -> i64| {
            self.floors.iter().map(|&slot| of(&self.track.limits[slot])).fold(0i64, i64::saturating_add)
        };
        let delegates = placeable.iter().map(|&e| self.track.delegates[e]).collect();
        let bring = sum_of_first(delegates, sum(|limits| limits.min), |delegates| delegates);
        let takes = sum(|limits| limits.max_delegates);
        if bring > takes { self.refuted(&self.floors, Counted::Room, bring, takes) } else { None }
    }

    /// One network by itself: not enough members, delegates or regions can get in.
    fn alone(&self, slot: usize) -> Option<Refuted> {
        let (track, limits) = (self.track, &self.track.limits[slot]);
        let one = |what, needed, there| self.refuted(&[slot], what, needed, there);
        let largest = self.supply(slot, |delegates| -delegates);
        let members = largest.iter().map(Vec::len).sum::<usize>() as i64;
        if members < limits.min {
            let capped = limits.per_region < track.len() as i64;
            return one(Counted::Members, limits.min, members).map(|refuted| Refuted { capped, ..refuted });
        }
        let most = sum_of_first(largest.concat(), limits.max, |delegates| -delegates);
        if most < limits.min_delegates {
            return one(Counted::Delegates, limits.min_delegates, most);
        }
        let fewest = sum_of_first(self.supply(slot, |d| d).concat(), limits.min, |delegates| delegates);
        if fewest > limits.max_delegates {
            return one(Counted::Room, fewest, limits.max_delegates);
        }
        let regions = (largest.iter().filter(|region| !region.is_empty()).count() as i64).min(limits.max);
        if limits.min_regions > regions {
            return one(Counted::Regions, limits.min_regions, regions);
        }
        let near = self.near(slot)?;
        if near < limits.min { one(Counted::Near, limits.min, near) } else { None }
    }

    /// How many members can be near enough to each other at most, by peeling: whoever has the fewest others within reach
    /// goes first, and the most that anybody has within reach of those who are left, itself included, is a bound (the
    /// degeneracy of the graph bounds its cliques). `None` where no distance is limited, or there are too many.
    fn near(&self, slot: usize) -> Option<i64> {
        let track = self.track;
        let reach = track.limits[slot].max_km;
        if reach == f64::INFINITY {
            return None;
        }
        let inside: Vec<u32> = (0..track.homes() as u32)
            .filter(|&home| track.of_home(home).iter().any(|&e| track.open(e as usize, slot)))
            .collect();
        if inside.len().saturating_mul(inside.len()).saturating_mul(self.floors.len()) > MOST_PAIRS {
            return None;
        }
        let first = |home: u32| track.of_home(home).first().map_or(0, |&e| e as usize);
        let close = |a: u32, b: u32| a != b && track.km(first(a), first(b)) <= reach && !track.kept_apart(a, b);
        let mut within: Vec<usize> = inside.iter().map(|&a| inside.iter().filter(|&&b| close(a, b)).count()).collect();
        let mut left: Vec<usize> = (0..inside.len()).collect();
        let mut most = 0;
        while let Some((at, &loneliest)) = left.iter().enumerate().min_by_key(|(_, home)| within[**home]) {
            most = most.max(within[loneliest] as i64 + 1);
            left.swap_remove(at);
            left.iter().filter(|&&other| close(inside[other], inside[loneliest])).for_each(|&o| within[o] -= 1);
        }
        Some(most)
    }

    /// The delegates of those who can get into a network, by region: one delegation of each municipality, and of each
    /// region as many as its cap allows; the first in the order given.
    fn supply(&self, slot: usize, order: fn(i64) -> i64) -> Vec<Vec<i64>> {
        let track = self.track;
        let mut chosen: Vec<Option<Arrival>> = vec![None; track.homes()];
        for e in (0..track.len()).filter(|&e| track.open(e, slot)) {
            let known = &mut chosen[track.home[e] as usize];
            if known.is_none_or(|(_, delegates)| order(track.delegates[e]) < order(delegates)) {
                *known = Some((track.region[e], track.delegates[e]));
            }
        }
        let mut regions = vec![Vec::new(); track.regions];
        for (region, delegates) in chosen.into_iter().flatten() {
            regions[region as usize].push(delegates);
        }
        for region in &mut regions {
            region.sort_unstable_by_key(|&delegates| order(delegates));
            region.truncate(usize::try_from(track.limits[slot].per_region).unwrap_or(usize::MAX));
        }
        regions
    }

    /// What several networks want together, by flows.
    fn flows(&self, slots: &[usize]) -> Vec<Refuted> {
        if self.track.len().saturating_mul(slots.len()) > MOST_EDGES {
            return Vec::new();
        }
        let flow = |what| Supply::of(self, slots, what).refuted();
        let members = flow(Counted::Members).or_else(|| flow(Counted::Regions));
        members.into_iter().chain(flow(Counted::Delegates)).collect()
    }
}

/// The sum of the first `count` in the order given.
fn sum_of_first(mut delegates: Vec<i64>, count: i64, order: fn(i64) -> i64) -> i64 {
    delegates.sort_unstable_by_key(|&delegates| order(delegates));
    delegates.into_iter().take(usize::try_from(count).unwrap_or(0)).sum()
}

/// A flow from enrolments through municipalities (A3) and regions (A4) to what networks need (A2). Every assignment that
/// honours the floors is such a flow.
struct Supply<'c, 't, 'p> {
    counts: &'c Counts<'t, 'p>,
    what: Counted,
    flow: Flow,
    /// Slot, node and floor of each need.
    needs: Vec<(usize, u32, u32)>,
}

impl<'c, 't, 'p> Supply<'c, 't, 'p> {
    fn of(counts: &'c Counts<'t, 'p>, slots: &[usize], what: Counted) -> Self {
        let track = counts.track;
        let mut flow = Flow::new();
        let people: Vec<u32> = (0..track.len())
            .map(|e| {
                let node = flow.node();
                flow.edge(SOURCE, node, 0, brings(track, what, e));
                node
            })
            .collect();
        let mut supply = Supply { counts, what, flow, needs: Vec::new() };
        slots.iter().for_each(|&slot| supply.network(slot, &people));
        supply
    }

    /// A node that needs so much.
    fn need(&mut self, slot: usize, floor: i64) -> u32 {
        let node = self.flow.node();
        let floor = floor.clamp(0, i64::from(u32::MAX / 4)) as u32;
        self.flow.edge(node, SINK, 0, floor);
        self.needs.push((slot, node, floor));
        node
    }

    fn network(&mut self, slot: usize, people: &[u32]) {
        let (track, what) = (self.counts.track, self.what);
        let limits = &track.limits[slot];
        let spread = if what == Counted::Regions { limits.min_regions } else { 0 };
        let any = match what {
            Counted::Delegates => self.need(slot, limits.min_delegates),
            _ => self.need(slot, limits.min - spread),
        };
        let own = (spread > 0).then(|| self.need(slot, spread));
        let caps: Vec<i64> = match what {
            Counted::Delegates => self.counts.supply(slot, |d| -d).iter().map(|region| region.iter().sum()).collect(),
            _ => vec![limits.per_region.min(track.len() as i64); track.regions],
        };
        let regions: Vec<u32> = caps
            .iter()
            .map(|&cap| {
                let (inlet, outlet) = (self.flow.node(), self.flow.node());
                self.flow.edge(inlet, outlet, 0, cap.clamp(0, i64::from(u32::MAX / 4)) as u32);
                self.flow.edge(outlet, any, 0, u32::MAX / 4);
                own.into_iter().for_each(|own| {
                    self.flow.edge(outlet, own, 0, 1);
                });
                inlet
            })
            .collect();
        for home in 0..track.homes() as u32 {
            let inside: Vec<usize> =
                track.of_home(home).iter().map(|&e| e as usize).filter(|&e| track.open(e, slot)).collect();
            let Some(&first) = inside.first() else { continue };
            let mut to = regions[track.region[first] as usize];
            if inside.len() > 1 {
                let most = inside.iter().map(|&e| brings(track, what, e)).max().unwrap_or(0);
                let town = self.flow.node();
                self.flow.edge(town, to, 0, most);
                to = town;
            }
            inside.into_iter().for_each(|e| {
                self.flow.edge(people[e], to, 0, brings(track, what, e));
            });
        }
    }

    /// The networks that want more together than can get in, where there are any: those beyond a smallest cut.
    fn refuted(mut self) -> Option<Refuted> {
        let needed: u64 = self.needs.iter().map(|need| u64::from(need.2)).sum();
        let missing = needed - self.flow.most();
        if missing == 0 {
            return None;
        }
        let starving = self.flow.starving();
        let starved: Vec<_> = self.needs.iter().filter(|need| need.2 > 0 && starving[need.1 as usize]).collect();
        let needed: i64 = starved.iter().map(|need| i64::from(need.2)).sum();
        let mut slots: Vec<usize> = starved.iter().map(|need| need.0).collect();
        slots.dedup();
        let capped = slots.iter().any(|&slot| self.counts.track.limits[slot].per_region < i64::MAX);
        let there = needed - i64::try_from(missing).unwrap_or(needed);
        let refuted = self.counts.refuted(&slots, self.what, needed, there)?;
        Some(Refuted { capped, ..refuted })
    }
}

/// What an enrolment brings of what is counted.
fn brings(track: &Track<'_>, what: Counted, e: usize) -> u32 {
    if what == Counted::Delegates { u32::try_from(track.delegates[e]).unwrap_or(u32::MAX / 4) } else { 1 }
}

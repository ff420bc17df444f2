//! Whether a track has an assignment that keeps every rule and places those who must be: by counting first (flows), then
//! by the model of its rules. For whoever asks what clashes.

use super::feasible::{self, Verdict};
use super::infeasible;
use super::limits::Limits;
use super::state::State;
use super::track::Track;
use crate::effort::Budget;
use crate::flow::{Flow, Pipe, SINK, SOURCE};
use crate::problem::{NetworkIx, TrackIx};
use crate::steering::Task;

/// Larger flows, and looks at each network by itself, are not begun.
const MOST_EDGES: usize = 2_000_000;
/// So many edges of a flow take about as long as a step of a search.
const EDGES_PER_STEP: usize = 16;

/// What came of the question.
#[derive(Clone, Debug, PartialEq)]
pub enum Places {
    /// Such an assignment, by enrolment; those of other tracks are in none.
    Found(Vec<Option<NetworkIx>>),
    /// Proved: there is none.
    Impossible,
    /// Neither was shown in the effort given.
    Undecided,
}

/// Whether one track can be divided into its networks so that everybody in `must` (by enrolment of the problem) has a
/// place. `known`: assignments that may be an answer, looked at first.
pub fn places(
    problem: &Task,
    track: TrackIx,
    must: &[bool],
    known: &[Vec<Option<NetworkIx>>],
    seed: u64,
    budget: &Budget<'_>,
) -> Places {
    let track = Track::new(problem, track);
    let must: Vec<bool> = track.enrolments.iter().map(|e| must[e.at()]).collect();
    let answer = |slots: &[u32]| {
        let mut of = vec![None; problem.enrolments().len()];
        for (&e, &slot) in track.enrolments.iter().zip(slots) {
            of[e.at()] = track.networks.get(slot as usize).copied();
        }
        Places::Found(of)
    };
    for known in known {
        let slot = |network: Option<NetworkIx>| network.and_then(|n| track.networks.binary_search(&n).ok());
        let slots: Vec<u32> =
            track.enrolments.iter().map(|e| slot(known[e.at()]).unwrap_or(track.nowhere()) as u32).collect();
        if keeps(&track, &must, &slots) {
            return answer(&slots);
        }
    }
    let modest = track.len().saturating_mul(track.slots()) <= MOST_EDGES;
    if sums_refute(&track, &must) || (modest && infeasible::clash(&track).is_some()) {
        return Places::Impossible;
    }
    match by_counting(&track, &must, budget) {
        Counted::Impossible => return Places::Impossible,
        Counted::Slots(slots) if keeps(&track, &must, &slots) => return answer(&slots),
        Counted::Slots(_) | Counted::TooLarge => {}
    }
    if budget.enough() {
        return Places::Undecided;
    }
    match feasible::decide(&track, &must, seed, budget) {
        Verdict::Whole(slots) if keeps(&track, &must, &slots) => answer(&slots),
        Verdict::Infeasible => Places::Impossible,
        Verdict::Whole(_) | Verdict::Undecided => Places::Undecided,
    }
}

/// Whether these slots keep every rule and place who must be.
pub(super) fn keeps(track: &Track<'_>, must: &[bool], slots: &[u32]) -> bool {
    let placed = |(&must, &slot): (&bool, &u32)| !must || (slot as usize) < track.nowhere();
    let open = |(e, &slot): (usize, &u32)| track.open(e, slot as usize);
    must.iter().zip(slots).all(placed)
        && slots.iter().enumerate().all(open)
        && State::of(track, slots).breach().is_none()
}

/// Whether the sums of members or delegates alone show that it cannot be.
fn sums_refute(track: &Track<'_>, must: &[bool]) -> bool {
    let those = || track.delegates.iter().zip(must).filter(|(_, must)| **must).map(|(delegates, _)| delegates);
    let room =
        |most: fn(&Limits) -> i64| track.limits.iter().fold(0i64, |sum, limits| sum.saturating_add(most(limits)));
    let floors = |least: fn(&Limits) -> i64| track.limits.iter().filter(|l| l.has_floor()).map(least).sum::<i64>();
    those().count() as i64 > room(|limits| limits.max)
        || floors(|limits| limits.min) > track.len() as i64
        || those().sum::<i64>() > room(|limits| limits.max_delegates)
        || floors(|limits| limits.min_delegates) > track.delegates.iter().sum::<i64>()
}

/// What counting showed.
enum Counted {
    Impossible,
    /// Slots that keep all that is counted.
    Slots(Vec<u32>),
    TooLarge,
}

/// A flow from enrolments through municipalities and regions into networks: A1, A2 but for delegates, A3, and the first
/// half of A4. Whatever it calls impossible is.
fn by_counting(track: &Track<'_>, must: &[bool], budget: &Budget<'_>) -> Counted {
    if track.len().saturating_mul(track.slots()) > MOST_EDGES {
        return Counted::TooLarge;
    }
    let mut flow = Flow::new();
    let people: Vec<u32> = must
        .iter()
        .map(|&must| {
            let node = flow.node();
            flow.edge(SOURCE, node, u32::from(must), 1);
            node
        })
        .collect();
    let mut pipes: Vec<(usize, usize, Pipe)> = Vec::new();
    for slot in 0..track.nowhere() {
        let limits = &track.limits[slot];
        let network = flow.node();
        let floor = if limits.may_stay_empty { 0 } else { limits.min };
        let most = limits.max.clamp(0, track.len() as i64);
        if floor > most {
            return Counted::Impossible;
        }
        flow.edge(network, SINK, floor.max(0) as u32, most as u32); // at most the track's size
        let mut regions: Vec<Option<u32>> = vec![None; track.regions];
        for home in 0..track.homes() as u32 {
            let inside = track.of_home(home).iter().map(|&e| e as usize).filter(|&e| track.open(e, slot));
            let inside: Vec<usize> = inside.collect();
            let Some(&first) = inside.first() else { continue };
            let mut to = network;
            if limits.per_region < track.len() as i64 {
                let cap = limits.per_region.max(0) as u32;
                to = *regions[track.region[first] as usize].get_or_insert_with(|| {
                    let region = flow.node();
                    flow.edge(region, network, 0, cap);
                    region
                });
            }
            if inside.len() > 1 {
                let town = flow.node();
                flow.edge(town, to, 0, 1);
                to = town;
            }
            pipes.extend(inside.into_iter().map(|e| (e, slot, flow.edge(people[e], to, 0, 1))));
        }
    }
    budget.spend((flow.len() / EDGES_PER_STEP) as u64 + 1);
    if !flow.fill() {
        return Counted::Impossible;
    }
    let mut slots = vec![track.nowhere() as u32; track.len()];
    for (e, slot, pipe) in pipes {
        if flow.carries(pipe) > 0 {
            slots[e] = slot as u32;
        }
    }
    Counted::Slots(slots)
}

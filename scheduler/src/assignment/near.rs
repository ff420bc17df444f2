//! A search near some networks: what is elsewhere stays where it is.
//!
//! Where a problem has changed a little, its plan is good but for a few networks. These and the ones that they trade with
//! best are a track of their own ([`Track::part`]), small enough to be searched in a fraction of a second. Where that
//! does not make them whole, the whole track is searched until it is.

use super::feasible::{self, Verdict};
use super::search::{self, Best, Goal, Part, Reach};
use super::state::State;
use super::track::Track;
use super::{Outcome, Proved, TimetableCost, TrackOutcome, begin, bound, make_whole, networks_of, put_together};
use crate::effort::Budget;
use crate::infeasibility::Clash;
use crate::parallel;
use crate::plan::Plan;
use crate::problem::TrackIx;
use crate::steering::Task;

/// What a search near some networks begins from.
#[derive(Clone, Copy, Debug)]
pub struct Nearby<'a> {
    /// Where everybody is; rules may be broken.
    pub start: &'a Plan,
    /// The networks that something has changed for, by network.
    pub touched: &'a [bool],
    /// Those of the enrolments without a network that look for one, by enrolment.
    pub seeking: &'a [bool],
}

/// About how many enrolments are searched together.
const PART: usize = 300;
/// How many networks are looked at for one that seeks a place.
const PLACES: usize = 4;
/// Coolings side by side, each warmer than the one before, and the steps of each for an enrolment.
const WARMTHS: [f64; 8] = [0.1, 0.2, 0.3, 0.3, 0.6, 0.6, 0.8, 1.0];
const STEPS: u64 = 4_000;
/// How many of what they come to, the cheapest by the assignment's cost, are looked at by both halves of it.
const LOOKED_AT: usize = 3;
/// What then goes into both halves of the cost, in steps for an enrolment.
const JOINT: u64 = 9_000;
/// The part of the budget that coolings take at most, that the search by both halves takes of the rest, and that goes
/// into making a track whole.
const COOLING: f64 = 0.5;
const BOTH: f64 = 0.6;
const WHOLE: f64 = 0.7;

/// Mends and betters the networks of a plan that something has changed for, together with those near them, by both halves
/// of the cost. All others stay as they are, unless no other way is found to keep the rules.
pub fn near(
    problem: &Task,
    nearby: Nearby<'_>,
    timetable: &dyn TimetableCost,
    seed: u64,
    budget: &Budget<'_>,
) -> Outcome {
    let tracks: Vec<Track<'_>> = (0..problem.tracks().len()).map(|at| Track::new(problem, TrackIx::new(at))).collect();
    let near = |at: usize, share: u64| {
        let seed = seed.wrapping_add((at as u64) << 32);
        Near { track: &tracks[at], nearby, timetable, seed, share, budget }
    };
    let states: Vec<State<'_>> = tracks.iter().map(|track| begin(track, &nearby.start.network_of)).collect();
    let busy = states.iter().enumerate().filter(|(at, state)| near(*at, 1).is_busy(state)).count();
    let outcomes = states.into_iter().enumerate().map(|(at, state)| near(at, busy.max(1) as u64).search(state));
    put_together(problem, outcomes)
}

/// The search in one track.
struct Near<'a, 't> {
    track: &'t Track<'t>,
    nearby: Nearby<'a>,
    timetable: &'a dyn TimetableCost,
    seed: u64,
    /// Among how many tracks the effort is divided.
    share: u64,
    budget: &'a Budget<'a>,
}

impl<'t> Near<'_, 't> {
    /// Whether there is anything to do.
    fn is_busy(&self, state: &State<'t>) -> bool {
        self.slots(state).contains(&true) || self.seekers(state).next().is_some()
    }

    fn search(&self, state: State<'t>) -> TrackOutcome {
        if !self.is_busy(&state) {
            return self.found(state.slots());
        }
        let part = self.part(&state, self.slots(&state));
        match self.search_part(&state, &part) {
            Some(slots) if self.places_all(&slots) => self.found(&slots),
            _ => self.make_whole(state),
        }
    }

    /// Whether everybody is placed who must be.
    fn places_all(&self, slots: &[u32]) -> bool {
        let mut out = (0..).zip(slots).filter(|&(_, &slot)| slot as usize == self.track.nowhere());
        !out.any(|(e, _)| self.track.requires(e))
    }

    /// Those of the track who seek a place.
    fn seekers<'s>(&'s self, state: &'s State<'t>) -> impl Iterator<Item = u32> + 's {
        let out = state.members(self.track.nowhere()).iter().copied();
        out.filter(|&e| self.nearby.seeking[self.track.enrolments[e as usize].at()])
    }

    /// The slots that something has changed for, that break a rule, or whose members are torn from others.
    fn slots(&self, state: &State<'t>) -> Vec<bool> {
        let track = self.track;
        let touched = |slot: usize| self.nearby.touched[track.networks[slot].at()];
        let mut slots: Vec<bool> =
            (0..track.nowhere()).map(|slot| touched(slot) || !state.network_breach(slot, slot).is_none()).collect();
        for a in 0..track.homes() as u32 {
            for &b in track.ties(a).iter().filter(|&&b| state.torn(a, b, &[])) {
                let both = track.of_home(a).iter().chain(track.of_home(b));
                let held = both.map(|&e| state.slot(e as usize)).filter(|&slot| slot < track.nowhere());
                held.for_each(|slot| slots[slot] = true);
            }
        }
        slots
    }

    /// These slots and those that trade with them best, with their members and all who are out.
    fn part(&self, state: &State<'t>, mut inside: Vec<bool>) -> Part {
        let track = self.track;
        let mut size: usize =
            (0..track.nowhere()).filter(|&slot| inside[slot]).map(|slot| state.members(slot).len()).sum();
        let mut add = |slot: usize, inside: &mut Vec<bool>| {
            if size < PART && !std::mem::replace(&mut inside[slot], true) {
                size += state.members(slot).len().max(1);
            }
            size < PART
        };
        for slot in tied(state, &inside, self.seekers(state)) {
            add(slot, &mut inside);
        }
        let places: Vec<Vec<usize>> = self.seekers(state).map(|e| places(state, e as usize)).collect();
        for rank in 0..PLACES {
            places.iter().filter_map(|places| places.get(rank)).for_each(|&slot| {
                add(slot, &mut inside);
            });
        }
        let mut trades = vec![f64::INFINITY; track.nowhere()];
        let mut fresh: Vec<usize> = (0..track.nowhere()).filter(|&slot| inside[slot]).collect();
        loop {
            for &slot in &fresh {
                note_trades(state, slot, &inside, &mut trades);
            }
            let outside = (0..track.nowhere()).filter(|&slot| !inside[slot] && trades[slot] < f64::INFINITY);
            let Some(next) = outside.min_by(|&a, &b| trades[a].total_cmp(&trades[b])) else { break };
            if !add(next, &mut inside) {
                break;
            }
            fresh = vec![next];
        }
        let slots: Vec<u32> = (0..track.nowhere() as u32).filter(|&slot| inside[slot as usize]).collect();
        inside.push(true); // nowhere
        let enrolments = (0..track.len() as u32).filter(|&e| inside[state.slot(e as usize)]).collect();
        Part { enrolments, slots }
    }

    /// Searches a part by the assignment's cost, then by both halves; the slots of the whole track where that ends, `None`
    /// where no way was found to keep the rules.
    fn search_part(&self, state: &State<'t>, part: &Part) -> Option<Vec<u32>> {
        let track = self.track.part(&part.enrolments, &part.slots, state.slots());
        let begin = State::of(&track, &search::local(part, state));
        if track.len() == 0 || track.nowhere() == 0 {
            return state.breach().is_none().then(|| state.slots().to_vec());
        }
        let share = self.budget.share(COOLING);
        let mut candidates = self.cooled(&begin, &share);
        self.budget.join(&share);
        candidates.extend(begin.breach().is_none().then(|| begin.slots().to_vec()));
        candidates.sort_unstable();
        candidates.dedup();
        let answers = parallel::each(self.budget.threads(), candidates.iter().collect(), |slots| {
            search::estimate(&State::of(&track, slots), &begin, self.timetable)
        });
        self.budget.spend(answers.iter().map(|answer| answer.steps).sum());
        let cheapest = (0..answers.len()).min_by(|&a, &b| answers[a].cost.total_cmp(&answers[b].cost))?;
        let share = self.budget.share(BOTH).steps(JOINT * track.len() as u64 / self.share);
        let better = search::improve(&track, &candidates[cheapest], self.timetable, Reach::Near, self.seed, &share);
        self.budget.join(&share);
        let mut slots = state.slots().to_vec();
        for (&e, &slot) in part.enrolments.iter().zip(&better) {
            slots[e as usize] = part.slots.get(slot as usize).copied().unwrap_or(self.track.nowhere() as u32);
        }
        // Ties to others may reach beyond the part.
        State::of(self.track, &slots).breach().is_none().then_some(slots)
    }

    /// What several coolings come to that keep every rule: the cheapest.
    fn cooled(&self, begin: &State<'_>, budget: &Budget<'_>) -> Vec<Vec<u32>> {
        let (track, seed) = (begin.track, self.seed);
        let steps = STEPS * track.len() as u64 / self.share;
        let tasks: Vec<_> = (0..).zip(WARMTHS).map(|(at, warmth)| (at, warmth, budget.steps(steps))).collect();
        let done = parallel::each(budget.threads(), tasks, |(at, warmth, share)| {
            let (mut state, mut best) = (State::of(track, begin.slots()), Best::none());
            let seed = seed.wrapping_add(at);
            search::polish(&mut state, &mut best, Goal::Cost(f64::NEG_INFINITY), warmth, seed, &share);
            (best, share)
        });
        done.iter().for_each(|(_, share)| {
            budget.join(share);
        });
        let slots = |best: &Best| Some((best.cost(), best.slots()?.to_vec()));
        let mut found: Vec<(f64, Vec<u32>)> = done.iter().filter_map(|(best, _)| slots(best)).collect();
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        found.dedup();
        found.truncate(LOOKED_AT);
        found.into_iter().map(|(_, slots)| slots).collect()
    }

    /// The whole track, until it keeps the rules and places all who must be, then a mild cooling.
    fn make_whole(&self, mut state: State<'t>) -> TrackOutcome {
        let (track, seed) = (self.track, self.seed);
        let mut best = Best::none();
        let share = self.budget.share(WHOLE);
        if track.has_demands() {
            match feasible::decide(track, &vec![false; track.len()], seed, &share) {
                Verdict::Infeasible => return TrackOutcome::Infeasible(self.unplaceable(feasible::clash(track))),
                Verdict::Whole(slots) => state = State::of(track, &slots),
                Verdict::Undecided => return TrackOutcome::NotFound,
            }
        } else if let Some(clash) = make_whole(track, &mut state, &mut best, seed, &share) {
            return TrackOutcome::Infeasible(clash);
        }
        self.budget.join(&share);
        best.offer(&state);
        best.restore(&mut state);
        let share = self.budget.steps(STEPS * track.len() as u64);
        search::polish(&mut state, &mut best, Goal::Cost(f64::NEG_INFINITY), WARMTHS[0], seed, &share);
        self.budget.join(&share);
        match best.slots() {
            Some(slots) if self.places_all(slots) => self.found(slots),
            _ => TrackOutcome::NotFound,
        }
    }

    /// A clash that has to do with those who must be placed, said so.
    fn unplaceable(&self, clash: Clash) -> Clash {
        let track = self.track;
        let placed: Vec<&str> =
            (0..track.len()).filter(|&e| track.requires(e)).map(|e| track.enrolment_id(e)).collect();
        let homes = 0..track.homes() as u32;
        let pairs = homes.flat_map(|a| track.ties(a).iter().map(move |&b| (a, b)));
        let met = pairs.filter(|&(a, b)| a < b && track.must_meet(a, b));
        let met = met.map(|(a, b)| format!("lets {} and {} share a network", track.home_id(a), track.home_id(b)));
        let places = (!placed.is_empty()).then(|| format!("places {} as wished", placed.join(", ")));
        let wishes: Vec<String> = places.into_iter().chain(met).collect();
        let (wishes, name) = (wishes.join(", "), track.name());
        Clash { detail: format!("no assignment {wishes} and keeps the rules of all networks of track {name}"), ..clash }
    }

    fn found(&self, slots: &[u32]) -> TrackOutcome {
        let bound = bound::lower_bound(self.track);
        TrackOutcome::Found { networks: networks_of(self.track, slots), proved: Proved { bound, ..Proved::default() } }
    }
}

/// The slots of those who are tied to members of these, or to these others.
fn tied(state: &State<'_>, inside: &[bool], others: impl Iterator<Item = u32>) -> Vec<usize> {
    let track = state.track;
    if !track.has_ties {
        return Vec::new();
    }
    let members = (0..track.nowhere()).filter(|&slot| inside[slot]).flat_map(|slot| state.members(slot));
    let ties = members.copied().chain(others).flat_map(|e| track.ties(track.home[e as usize]));
    let partners = ties.flat_map(|&home| track.of_home(home));
    partners.map(|&f| state.slot(f as usize)).filter(|&slot| slot < track.nowhere()).collect()
}

/// The networks in which an enrolment would cost least, whether or not there is room, the cheapest first.
fn places(state: &State<'_>, e: usize) -> Vec<usize> {
    let track = state.track;
    let open = (0..track.nowhere()).filter(|&slot| track.open(e, slot));
    let mut places: Vec<(f64, usize)> = open.map(|slot| (track.own(e, slot) + state.towards(e, slot), slot)).collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    places.into_iter().take(PLACES).map(|(_, slot)| slot).collect()
}

/// Notes what the cheapest trade of a slot's members with each slot outside would cost.
fn note_trades(state: &State<'_>, slot: usize, inside: &[bool], trades: &mut [f64]) {
    let track = state.track;
    for to in (0..track.nowhere()).filter(|&to| !inside[to]) {
        for &e in state.members(slot).iter().filter(|&&e| track.open(e as usize, to)) {
            if state.size(to) < track.limits[to].max {
                trades[to] = trades[to].min(state.delta(&[(e, to as u32)]).cost);
            }
            for &f in state.members(to).iter().filter(|&&f| track.open(f as usize, slot)) {
                trades[to] = trades[to].min(state.delta(&[(e, to as u32), (f, slot as u32)]).cost);
            }
        }
    }
}

//! Who goes into which network.
//!
//! Each track by itself ([`track`]): a first assignment ([`construct`]), then a search ([`search`]) until the
//! budget is used up or a bound ([`bound`]) is reached. Small tracks are settled by looking at everything
//! ([`exhaust`]); problems that are small as a whole with what their dates cost ([`every`]). Networks can also be improved with an eye on what their dates cost ([`improve`]). Where no assignment keeps the networks' minimums, that is proved: by counting ([`infeasible`]) or by a
//! model of the rules ([`feasible`]).

mod bound;
mod breach;
mod column_generation;
mod construct;
mod every;
mod exhaust;
mod feasible;
mod geometry;
mod infeasible;
mod limits;
mod near;
mod places;
mod search;
mod state;
mod timetable_cost;
mod track;
mod track_threads;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod samples;

use crate::effort::Budget;
use crate::infeasibility::{Clash, Refuted};
use crate::plan::Plan;
use crate::problem::{EnrolmentIx, NetworkIx, TrackIx};
use crate::random::Random;
use crate::steering::{Limit, Task};
pub use column_generation::TimetableBounds;
pub use every::{Every, Known, is_small, settle};
pub use near::{Nearby, near};
pub use places::{Places, places};
use search::{Best, Goal, Reach};
use state::State;
pub use timetable_cost::{Answer, ExactTimetableCost, TimetableCost};
use track::Track;

/// What the assignment came to.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Every network's rules are kept.
    Assigned(Assignment),
    /// Proved: no assignment honours what the networks must have at least.
    Infeasible(Clash),
    /// None was found in the effort given, and nothing is proved.
    NotFound,
}

/// An assignment that keeps rules A1 to A6.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// The network of each enrolment, by enrolment.
    pub network_of: Vec<Option<NetworkIx>>,
    /// Proved lower bound on unassigned + preference + travel, and what steers the search, over all assignments; 0 where
    /// nothing is proved.
    pub bound: f64,
    /// What is proved of each track.
    tracks: Vec<Proved>,
}

impl Assignment {
    /// The networks of a plan that keeps rules A1 to A6, with what is known to be proved of them.
    pub fn of(plan: &Plan, bound: f64) -> Assignment {
        Assignment { network_of: plan.network_of.clone(), bound, tracks: Vec::new() }
    }
}

impl Assignment {
    /// Whether [`bound_with`] may come to more than what is proved of this.
    pub fn is_boundable(&self) -> bool {
        self.tracks.iter().any(Proved::is_boundable)
    }

    /// The networks of a plan, of which nothing is proved and nothing is to be.
    pub fn unproved(problem: &Task, plan: &Plan) -> Assignment {
        let tracks = vec![Proved { done: true, ..Proved::default() }; problem.tracks().len()];
        Assignment { network_of: plan.network_of.clone(), bound: 0.0, tracks }
    }
}

/// What is proved of a track.
#[derive(Clone, Debug, Default, PartialEq)]
struct Proved {
    /// A lower bound on its cost.
    bound: f64,
    /// Whether the proof was taken as far as it goes.
    done: bool,
    /// What the proof goes on from.
    warm_start: column_generation::WarmStart,
    /// Columns that dives begin from.
    pool: column_generation::Pool,
}

impl Proved {
    /// Whether a proof by columns was taken to its end, and has left them.
    fn is_boundable(&self) -> bool {
        self.done && !self.warm_start.is_empty()
    }
}

/// Finds an assignment, and goes on improving it until the budget is used up or it is proved best.
/// `start`: an assignment to begin from.
pub fn solve(problem: &Task, start: Option<&Assignment>, seed: u64, budget: &Budget<'_>) -> Outcome {
    let outcomes = track_threads::each(&sizes(problem), budget, |at, share| {
        let track = Track::new(problem, TrackIx::new(at));
        let known = start.and_then(|start| start.tracks.get(at).cloned()).unwrap_or_default();
        solve_track(&track, start, known, seed.wrapping_add((at as u64) << 32), share)
    });
    put_together(problem, outcomes.into_iter())
}

/// A proved lower bound on unassigned + preference + travel, and what steers the search, without any search.
pub fn lower_bound(problem: &Task) -> f64 {
    let tracks = (0..problem.tracks().len()).map(|at| Track::new(problem, TrackIx::new(at)));
    tracks.map(|track| bound::lower_bound(&track)).sum::<f64>().max(0.0)
}

/// A proved lower bound on what any assignment costs with what its networks' dates cost (`bounds`), by what was proved of
/// this assignment. Tracks whose proof was not taken to its end count as they are. `plan`: the networks of a good plan, and what
/// the dates of each track cost.
pub fn bound_with(
    problem: &Task,
    assigned: &Assignment,
    (plan, timetables): (&[Option<NetworkIx>], &[f64]),
    bounds: &dyn TimetableBounds,
    budget: &Budget<'_>,
) -> f64 {
    let proved = track_threads::each(&sizes(problem), budget, |at, share| {
        let Some(proved) = assigned.tracks.get(at) else { return 0.0 };
        if !proved.is_boundable() || share.enough() {
            return proved.bound;
        }
        let track = Track::new(problem, TrackIx::new(at));
        let state = begin(&track, plan);
        let plan = (state.slots(), state.cost() + timetables[at]);
        column_generation::prove_with_timetable(&track, &proved.warm_start, plan, bounds, share).max(proved.bound)
    });
    proved.iter().sum()
}

/// What counting refutes: networks that need more members, delegates or regions than there are. Every plan leaves that
/// unhonoured, so a problem of which anything is told is infeasible.
pub fn refuted(problem: &Task) -> Vec<Refuted> {
    let tracks = (0..problem.tracks().len()).map(|at| Track::new(problem, TrackIx::new(at)));
    tracks.flat_map(|track| infeasible::refuted(&track)).collect()
}

/// An assignment that breaks rules, mended with few changes: moves that leave less broken are made, the cheapest of those drawn,
/// and who is in no network comes into one that has room. `None` where that does not lead to a whole one.
pub fn mend(problem: &Task, start: &[Option<NetworkIx>], seed: u64) -> Option<Assignment> {
    let mut mended = vec![None; problem.enrolments().len()];
    for at in 0..problem.tracks().len() {
        let track = Track::new(problem, TrackIx::new(at));
        let mut state = begin(&track, start);
        construct::mend(&mut state, &mut Random::new(seed));
        construct::top_up(&mut state);
        if !state.breach().is_none() {
            return None;
        }
        networks_of(&track, state.slots()).into_iter().for_each(|(e, network)| mended[e.at()] = network);
    }
    Some(Assignment { network_of: mended, bound: 0.0, tracks: Vec::new() })
}

/// An assignment of one track by how many it disturbs.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fewest {
    /// So many at least, whatever the assignment, by a model of the rules; 0 where that does not decide it.
    pub least: u32,
    /// One that keeps every rule and disturbs few, where it was found: by enrolment, those of other tracks in none.
    pub network_of: Option<Vec<Option<NetworkIx>>>,
}

/// The assignment of a track that disturbs fewest as a limit counts them, and places everybody in `must` (by enrolment of the
/// problem).
pub(crate) fn fewest(
    problem: &Task,
    track: TrackIx,
    limit: &Limit,
    must: &[bool],
    seed: u64,
    budget: &Budget<'_>,
) -> Fewest {
    let track = Track::new(problem, track);
    let of_track = |e: &EnrolmentIx| limit.home[e.at()].map(|network| slot_of(&track, network));
    let home: Vec<Option<usize>> = track.enrolments.iter().map(of_track).collect();
    let whom: Vec<u32> = track.enrolments.iter().map(|e| limit.whom[e.at()]).collect();
    let must: Vec<bool> = track.enrolments.iter().map(|e| must[e.at()]).collect();
    let as_it_is: Vec<u32> = home.iter().map(|slot| slot.unwrap_or(track.nowhere()) as u32).collect();
    let found = match places::keeps(&track, &must, &as_it_is) {
        true => feasible::Fewest { least: 0, slots: Some(as_it_is) },
        false => feasible::fewest(&track, &must, &home, &whom, seed, budget),
    };
    let network_of = |slots: Vec<u32>| {
        let mut of = vec![None; problem.enrolments().len()];
        networks_of(&track, &slots).into_iter().for_each(|(e, network)| of[e.at()] = network);
        of
    };
    Fewest { least: found.least, network_of: found.slots.map(network_of) }
}

/// The outcomes of all tracks, in their order, as one.
fn put_together(problem: &Task, outcomes: impl Iterator<Item = TrackOutcome>) -> Outcome {
    let mut whole = Assignment { network_of: vec![None; problem.enrolments().len()], bound: 0.0, tracks: Vec::new() };
    let mut found = true;
    for outcome in outcomes {
        match outcome {
            TrackOutcome::Found { networks, proved } => {
                whole.bound += proved.bound;
                whole.tracks.push(proved);
                for (e, network) in networks {
                    whole.network_of[e.at()] = network;
                }
            }
            TrackOutcome::Infeasible(clash) => return Outcome::Infeasible(clash),
            TrackOutcome::NotFound => found = false,
        }
    }
    if found { Outcome::Assigned(whole) } else { Outcome::NotFound }
}

/// Improves an assignment by both its own cost and what its networks' dates cost, until the budget is used up. Tracks in
/// which it breaks a rule stay as they are.
pub fn improve(
    problem: &Task,
    start: &[Option<NetworkIx>],
    timetable: &dyn TimetableCost,
    seed: u64,
    budget: &Budget<'_>,
) -> Vec<Option<NetworkIx>> {
    let mut better = start.to_vec();
    let sizes = sizes(problem);
    let mut left: usize = sizes.iter().sum();
    for (at, &size) in sizes.iter().enumerate() {
        let track = Track::new(problem, TrackIx::new(at));
        let share = budget.share(if left == 0 { 1.0 } else { size as f64 / left as f64 });
        left -= size;
        let state = begin(&track, start);
        if size == 0 || track.nowhere() == 0 || !state.breach().is_none() {
            continue;
        }
        let slots =
            search::improve(&track, state.slots(), timetable, Reach::Far, seed.wrapping_add((at as u64) << 32), &share);
        budget.join(&share);
        for (e, slot) in slots.into_iter().enumerate() {
            better[track.enrolments[e].at()] = track.networks.get(slot as usize).copied();
        }
    }
    better
}

/// How many enrolments each track has.
fn sizes(problem: &Task) -> Vec<usize> {
    let mut sizes = vec![0; problem.tracks().len()];
    for enrolment in problem.enrolments() {
        sizes[enrolment.track.at()] += 1;
    }
    sizes
}

/// What one track came to.
enum TrackOutcome {
    Found { networks: Vec<(EnrolmentIx, Option<NetworkIx>)>, proved: Proved },
    Infeasible(Clash),
    NotFound,
}

/// A quick assignment, then proof where it is cheap, then search: whole first, then cheap. Where there is something to
/// begin from, search makes way for proof by columns, and takes what that leaves.
fn solve_track(
    track: &Track<'_>,
    start: Option<&Assignment>,
    known: Proved,
    seed: u64,
    budget: &Budget<'_>,
) -> TrackOutcome {
    let mut proved = Proved { bound: bound::lower_bound(track).max(known.bound), ..known };
    let mut best = Best::none();
    let mut state = match start {
        Some(start) => begin(track, &start.network_of),
        None => construct::construct(track, &mut Random::new(seed ^ 0x5EED)),
    };
    best.offer(&state);
    if let Some(nobody) = construct::nobody(track) {
        best.offer(&nobody);
    }
    if !best.reaches(proved.bound) && exhaust::exhaust(track, &mut best, budget) {
        return match best.slots() {
            Some(slots) => {
                let proved = Proved { bound: best.cost(), done: true, ..Proved::default() };
                TrackOutcome::Found { networks: networks_of(track, slots), proved }
            }
            None => TrackOutcome::Infeasible(infeasible::clash(track).unwrap_or_else(|| feasible::clash(track))),
        };
    }
    if best.slots().is_none()
        && let Some(proof) = make_whole(track, &mut state, &mut best, seed, budget)
    {
        return TrackOutcome::Infeasible(proof);
    }
    if track.nowhere() > 0 && track.len() > 0 {
        let columns = start.is_some() && column_generation::pays(track);
        let geometric = !columns || geometry::is_geometric(track);
        if columns && !proved.done && !best.reaches(proved.bound) {
            search_and_prove(track, &mut state, &mut best, &mut proved, geometric, seed, budget);
        }
        let worthwhile = geometric && !proved.warm_start.is_stalled(proved.bound, best.cost());
        if columns && !best.reaches(proved.bound) && worthwhile {
            let share = budget.share(AFTER_PROOF);
            column_generation::improve(track, &mut best, &mut proved.pool, proved.bound, !seed, &share);
            budget.join(&share);
            best.restore(&mut state);
        }
        let share = budget.share(1.0 - LAST);
        if worthwhile {
            search::anneal(&mut state, &mut best, Goal::Cost(proved.bound), seed, &share);
        } else {
            search::iterated_local_search(&mut state, &mut best, Goal::Cost(proved.bound), seed, &share);
        }
        budget.join(&share);
        search::settle(&mut state, &mut best, budget);
    }
    match best.slots() {
        Some(slots) => {
            let bound = if forced(track) { best.cost() } else { proved.bound.min(best.cost()) };
            TrackOutcome::Found { networks: networks_of(track, slots), proved: Proved { bound, ..proved } }
        }
        None => TrackOutcome::NotFound,
    }
}

/// The network of each enrolment of a track.
fn networks_of(track: &Track<'_>, slots: &[u32]) -> Vec<(EnrolmentIx, Option<NetworkIx>)> {
    let network = |&slot: &u32| track.networks.get(slot as usize).copied();
    track.enrolments.iter().copied().zip(slots.iter().map(network)).collect()
}

/// The part of the budget that goes into search before column generation.
const BEFORE_COLUMNS: f64 = 0.1;
/// The part of the rest that goes into primal heuristics before a proof.
const BEFORE_PROOF: f64 = 0.2;
/// The part of the rest that a proof takes at most.
const PROOF: f64 = 0.75;
/// The same in a large track, where it rarely comes to its end.
const PROOF_LARGE: f64 = 0.65;
/// The same where costs are not geometric ([`geometry`]).
const PROOF_NOT_GEOMETRIC: f64 = 0.15;
/// The part of the rest that goes into primal heuristics after a proof; then search again.
const AFTER_PROOF: f64 = 0.75;
/// The part that the last look at every move may take.
const LAST: f64 = 0.02;
/// Enrolments from which on a track is large.
const LARGE: usize = 150;

/// Searches for a while, so that the proof has something good to begin from, then proves. Where costs are not geometric, only what is
/// proved quickly is.
fn search_and_prove<'t>(
    track: &'t Track<'t>,
    state: &mut State<'t>,
    best: &mut Best,
    proved: &mut Proved,
    geometric: bool,
    seed: u64,
    budget: &Budget<'_>,
) {
    if geometric {
        let share = budget.share(BEFORE_COLUMNS);
        search::anneal(state, best, Goal::Cost(proved.bound), seed, &share);
        budget.join(&share);
        let share = budget.share(BEFORE_PROOF);
        column_generation::improve(track, best, &mut proved.pool, proved.bound, seed, &share);
        budget.join(&share);
    }
    let part = match track.len() {
        _ if !geometric => PROOF_NOT_GEOMETRIC,
        ..LARGE => PROOF,
        _ => PROOF_LARGE,
    };
    let share = budget.share(part);
    let (bound, done) = column_generation::prove(track, best, &mut proved.warm_start, &share);
    budget.join(&share);
    (proved.bound, proved.done) = (proved.bound.max(bound), done);
    best.restore(state);
}

/// Finds a state that keeps every rule, or the proof that there is none; may end without either.
fn make_whole<'t>(
    track: &'t Track<'t>,
    state: &mut State<'t>,
    best: &mut Best,
    seed: u64,
    budget: &Budget<'_>,
) -> Option<Clash> {
    if let Some(clash) = infeasible::clash(track) {
        return Some(clash);
    }
    let share = budget.share(0.2);
    search::anneal(state, best, Goal::Whole, seed, &share);
    budget.join(&share);
    if best.slots().is_some() {
        return None;
    }
    let share = budget.share(0.6);
    let verdict = feasible::decide(track, &vec![false; track.len()], seed, &share);
    budget.join(&share);
    match verdict {
        feasible::Verdict::Infeasible => return Some(feasible::clash(track)),
        feasible::Verdict::Whole(slots) => {
            *state = State::of(track, &slots);
            best.offer(state);
            // The model keeps the rules and nothing else: whoever it leaves out may well have a place.
            construct::top_up(state);
            best.offer(state);
            best.restore(state);
        }
        feasible::Verdict::Undecided => {}
    }
    None
}

/// Whether everybody must be where they are: each network that is open to anyone needs all it can get, and no
/// enrolment has two to choose from.
fn forced(track: &Track<'_>) -> bool {
    let mut open = vec![0i64; track.nowhere()];
    for e in 0..track.len() {
        let mut slots = (0..track.nowhere()).filter(|&slot| track.open(e, slot));
        if let Some(slot) = slots.next() {
            open[slot] += 1;
        }
        if slots.next().is_some() {
            return false;
        }
    }
    open.iter().zip(&track.limits).all(|(&open, limits)| open == 0 || (limits.has_floor() && limits.min == open))
}

/// The part of an assignment that lies in this track.
fn begin<'t>(track: &'t Track<'t>, start: &[Option<NetworkIx>]) -> State<'t> {
    let slot = |e: &EnrolmentIx| slot_of(track, start.get(e.at()).copied().flatten()) as u32;
    let slots: Vec<u32> = track.enrolments.iter().map(slot).collect();
    State::of(track, &slots)
}

/// The slot of a network in a track; nowhere where it has no such network.
fn slot_of(track: &Track<'_>, network: Option<NetworkIx>) -> usize {
    network.and_then(|n| track.networks.binary_search(&n).ok()).unwrap_or(track.nowhere())
}

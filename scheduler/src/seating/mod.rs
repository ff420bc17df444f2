//! Break-out groups: who sits with whom in each session of a meeting, so that people meet others than those they know.
//!
//! The seats of all who attend are divided into groups once a session. Two of one municipality in one group cost most, two
//! who meet again less, tracks that are spread unevenly least. Without municipalities and tracks that is the social golfer
//! problem (Dotú, Van Hentenryck 2005: Scheduling social golfers locally). All sessions are searched together by simulated
//! annealing over exchanges of two seats, in turns of which each has twice as many steps; what counting proves is the bound.

mod anneal;
mod bound;
mod reasons;
mod state;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use reasons::{Because, Fault, Reason, reasons};

use crate::effort::Budget;
use crate::plan::{Meeting, Plan};
use crate::problem::{EnrolmentIx, MunicipalityIx, NetworkIx, Problem, TrackIx};

/// What two seats of one municipality in one group cost.
pub const SAME_MUNICIPALITY: u64 = 1000;
/// What it costs that two seats meet again.
pub const MET_AGAIN: u64 = 100;
/// What each seat costs by which a track in a group lies outside its even share.
pub const SPREAD: u64 = 10;

/// A seat at a meeting: one of the persons that an enrolment sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seat {
    /// Whose.
    pub enrolment: EnrolmentIx,
    /// Which of them, from 1.
    pub number: u32,
    /// Where they come from.
    pub municipality: MunicipalityIx,
    /// The track that they take part in.
    pub track: TrackIx,
    /// The network that a plan has them in.
    pub network: Option<NetworkIx>,
}

/// How groups are to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// How often groups are formed anew, at least 1.
    pub sessions: usize,
    /// Most seats in a group, at least 1. There are as few groups as that allows, of one size or one apart.
    pub group_size: usize,
    /// Whether two who share a network count as having met before the first session.
    pub strangers: bool,
}

/// What groups cost, before weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// Pairs of one municipality in one group, over all sessions.
    pub same_municipality: u64,
    /// How often two meet who have met before.
    pub met_again: u64,
    /// Seats by which tracks lie outside their even shares, over all groups.
    pub spread: u64,
}

impl Measures {
    /// The cost.
    pub fn cost(&self) -> u64 {
        SAME_MUNICIPALITY * self.same_municipality + MET_AGAIN * self.met_again + SPREAD * self.spread
    }
}

/// Groups for each session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seating {
    /// By session and group: positions among the seats, ascending.
    pub groups: Vec<Vec<Vec<usize>>>,
    /// What they come to.
    pub measures: Measures,
    /// What any groups cost at least.
    pub bound: u64,
}

/// The seats of a meeting, by enrolment and number.
pub fn seats(problem: &Problem, plan: &Plan, meeting: &Meeting) -> Vec<Seat> {
    let of = |&enrolment: &EnrolmentIx| {
        let persons = problem.persons_invited(meeting.gathering, enrolment).unwrap_or(0);
        let record = problem.enrolment(enrolment);
        (1..=persons).map(move |number| Seat {
            enrolment,
            number,
            municipality: record.municipality,
            track: record.track,
            network: plan.network_of[enrolment.at()],
        })
    };
    meeting.attend.iter().flat_map(of).collect()
}

/// Groups for each session, as good as the budget allows; the same for the same seed and steps.
pub fn solve(seats: &[Seat], request: &Request, seed: u64, budget: &Budget<'_>) -> Seating {
    let bound = bound::lower_bound(seats, request);
    let groups = anneal::best(seats, request, bound, seed, budget);
    let measures = measure(seats, request, &groups);
    Seating { groups, measures, bound }
}

/// Counts what groups come to, by other code than the search's.
pub fn measure(seats: &[Seat], request: &Request, groups: &[Vec<Vec<usize>>]) -> Measures {
    let mut measures = Measures::default();
    let mut met: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    let shares = Shares::of(seats, request);
    for group in groups.iter().flatten() {
        for (at, &a) in group.iter().enumerate() {
            for &b in &group[at + 1..] {
                measures.same_municipality += u64::from(seats[a].municipality == seats[b].municipality);
                *met.entry((a.min(b), a.max(b))).or_default() += 1;
            }
        }
        for (track, &(least, most)) in &shares.of_track {
            let inside = group.iter().filter(|&&seat| seats[seat].track == *track).count();
            measures.spread += (least.saturating_sub(inside) + inside.saturating_sub(most)) as u64;
        }
    }
    let before = |&(a, b): &(usize, usize)| u64::from(request.have_met(&seats[a], &seats[b]));
    measures.met_again = met.iter().map(|(pair, times)| times + before(pair) - 1).sum();
    measures
}

impl Request {
    /// How many groups so many seats make.
    pub fn groups(&self, seats: usize) -> usize {
        seats.div_ceil(self.group_size.max(1))
    }

    /// Whether two have met before the first session.
    fn have_met(&self, a: &Seat, b: &Seat) -> bool {
        self.strangers && a.network.is_some() && a.network == b.network
    }
}

/// Even shares of tracks: how many of its seats lie in each group, at least and at most.
struct Shares {
    of_track: BTreeMap<TrackIx, (usize, usize)>,
}

impl Shares {
    fn of(seats: &[Seat], request: &Request) -> Shares {
        let groups = request.groups(seats.len()).max(1);
        let mut count: BTreeMap<TrackIx, usize> = BTreeMap::new();
        seats.iter().for_each(|seat| *count.entry(seat.track).or_default() += 1);
        let share = |(track, seats): (TrackIx, usize)| (track, (seats / groups, seats.div_ceil(groups)));
        Shares { of_track: count.into_iter().map(share).collect() }
    }
}

//! What groups cost at least, by counting.

use std::collections::BTreeMap;

use super::{MET_AGAIN, Request, SAME_MUNICIPALITY, Seat};

/// What any groups cost at least. Tracks can always be even by themselves, so they add nothing.
pub(super) fn lower_bound(seats: &[Seat], request: &Request) -> u64 {
    let counted = Counted::of(seats, request);
    SAME_MUNICIPALITY * counted.same_municipality + MET_AGAIN * counted.met_again
}

/// What counting proves of pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    /// Pairs of one municipality that share a group, over all sessions: a municipality with more seats than there are groups
    /// has several in some.
    pub same_municipality: u64,
    /// How often two meet again, given that no more pairs of one municipality share a group than must. Each more of those
    /// saves one of these at most, and costs more.
    pub met_again: u64,
}

impl Counted {
    pub fn of(seats: &[Seat], request: &Request) -> Counted {
        let (n, groups, sessions) = (seats.len(), request.groups(seats.len()), request.sessions as u64);
        if n == 0 {
            return Counted { same_municipality: 0, met_again: 0 };
        }
        let mut of_town: BTreeMap<_, usize> = BTreeMap::new();
        seats.iter().for_each(|seat| *of_town.entry(seat.municipality).or_default() += 1);
        let same_municipality = sessions * of_town.values().map(|&count| spread_evenly(count, groups)).sum::<u64>();
        // Each seat meets its group in each session, and first meetings are as many as there are strangers from elsewhere.
        let in_group = spread_evenly(n, groups);
        let mut strangers = 0;
        let mut excess = 0;
        for (at, seat) in seats.iter().enumerate() {
            let others = seats.iter().enumerate().filter(|(other, _)| *other != at);
            let new =
                others.filter(|(_, other)| other.municipality != seat.municipality && !request.have_met(seat, other));
            let new = new.count() as u64;
            strangers += new;
            excess += (sessions * (n / groups - 1) as u64).saturating_sub(new);
        }
        let by_pairs = (sessions * in_group).saturating_sub(strangers / 2).saturating_sub(same_municipality);
        let by_seats = excess.div_ceil(2).saturating_sub(same_municipality);
        // Of a group, those from one group of the session before meet again: there are only so many groups to come from.
        let again: u64 =
            (0..groups).map(|group| spread_evenly(n / groups + usize::from(group < n % groups), groups)).sum();
        let by_sessions = (sessions - 1) * again;
        Counted { same_municipality, met_again: by_pairs.max(by_seats).max(by_sessions) }
    }
}

/// The fewest pairs that so many make in so many groups.
fn spread_evenly(count: usize, groups: usize) -> u64 {
    let (each, more) = ((count / groups) as u64, (count % groups) as u64);
    let pairs = |count: u64| count * count.saturating_sub(1) / 2;
    more * pairs(each + 1) + (groups as u64 - more) * pairs(each)
}

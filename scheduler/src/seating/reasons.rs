//! Why groups cost what they cost: each pair and each track that does, with what is in the way of parting or evening it.

use std::collections::BTreeMap;

use super::bound::Counted;
use super::state::{Exchange, State};
use super::{Request, Seat, Seating, Shares};
use crate::problem::names::Names;
use crate::problem::{Problem, TrackIx};

/// What costs something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the fields are what they are named
pub enum Fault {
    /// Two seats of one municipality share the group; positions among the seats, ascending.
    SameMunicipality { a: usize, b: usize },
    /// Two who have met before share the group; `earlier`: the first session, from 0, in which they did, none where they share
    /// a network.
    MetAgain { a: usize, b: usize, earlier: Option<usize> },
    /// So many seats of a track are in the group, where an even share has from `least` to `most`.
    Uneven { track: TrackIx, seats: usize, least: usize, most: usize },
}

/// Why it is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// Counting shows that some must: there are more seats of the municipality than groups, or fewer strangers than meetings.
    Counting,
    /// Every exchange of two seats of that session that mends it costs at least so much more.
    Exchanges(u64),
    /// Some exchange would save so much: the search ended before it was made.
    Unfinished(u64),
}

/// Something that costs, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The session and the group, from 0.
    pub session: usize,
    /// See above.
    pub group: usize,
    /// What it is.
    pub fault: Fault,
    /// Why it is so.
    pub because: Because,
    /// Both in a sentence.
    pub text: String,
}

impl Reason {
    /// Stable, lower snake_case.
    pub fn code(&self) -> &'static str {
        match self.fault {
            Fault::SameMunicipality { .. } => "same_municipality",
            Fault::MetAgain { .. } => "met_again",
            Fault::Uneven { .. } => "spread",
        }
    }
}

/// What costs something in the groups and why, in the order of sessions and groups, at most so many.
pub fn reasons(problem: &Problem, seats: &[Seat], request: &Request, seating: &Seating, most: usize) -> Vec<Reason> {
    let state = State::of(seats, request, &seating.groups);
    let counted = Counted::of(seats, request);
    let words = Words { problem, seats, request, counted };
    let found = faults(seats, request, &seating.groups).into_iter().take(most);
    let reason = |(session, group, fault)| {
        let because = words.because(&state, session, group, fault);
        Reason { session, group, fault, because, text: words.text(session, group, fault, because) }
    };
    found.map(reason).collect()
}

/// What costs something: session, group, what.
fn faults(seats: &[Seat], request: &Request, sessions: &[Vec<Vec<usize>>]) -> Vec<(usize, usize, Fault)> {
    let shares = Shares::of(seats, request);
    let mut first: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (session, groups) in sessions.iter().enumerate() {
        for (group, members) in groups.iter().enumerate() {
            for (at, &a) in members.iter().enumerate() {
                for &b in &members[at + 1..] {
                    if seats[a].municipality == seats[b].municipality {
                        found.push((session, group, Fault::SameMunicipality { a, b }));
                    }
                    let earlier = first.get(&(a, b)).copied();
                    if earlier.is_some() || request.have_met(&seats[a], &seats[b]) {
                        found.push((session, group, Fault::MetAgain { a, b, earlier }));
                    }
                    first.entry((a, b)).or_insert(session);
                }
            }
            for (&track, &(least, most)) in &shares.of_track {
                let inside = members.iter().filter(|&&seat| seats[seat].track == track).count();
                if !(least..=most).contains(&inside) {
                    found.push((session, group, Fault::Uneven { track, seats: inside, least, most }));
                }
            }
        }
    }
    found
}

struct Words<'a> {
    problem: &'a Problem,
    seats: &'a [Seat],
    request: &'a Request,
    counted: Counted,
}

impl Words<'_> {
    fn because(&self, state: &State<'_>, session: usize, group: usize, fault: Fault) -> Because {
        let exchanges = |who: &[usize], mends: &dyn Fn(&Exchange) -> bool| match state.cheapest(session, who, mends) {
            None => Because::Counting, // there is one group, or one track
            Some(more) if more >= 0 => Because::Exchanges(more.unsigned_abs()),
            Some(saved) => Because::Unfinished(saved.unsigned_abs()),
        };
        match fault {
            Fault::SameMunicipality { a, .. } if self.of_town(a) > self.request.groups(self.seats.len()) => {
                Because::Counting
            }
            Fault::MetAgain { .. } if self.counted.met_again > 0 => Because::Counting,
            Fault::SameMunicipality { a, b } | Fault::MetAgain { a, b, .. } => exchanges(&[a, b], &|_| true),
            Fault::Uneven { track, seats, most, .. } => {
                // Somebody of the track leaves where there are too many, somebody else where there are too few.
                let of_it = |seat: usize| self.seats[seat].track == track;
                let members = state.members(session, group).iter().copied();
                let who: Vec<usize> = members.filter(|&seat| of_it(seat) == (seats > most)).collect();
                exchanges(&who, &|exchange| of_it(exchange.a) != of_it(exchange.b))
            }
        }
    }

    /// How many seats the municipality of a seat has.
    fn of_town(&self, seat: usize) -> usize {
        self.seats.iter().filter(|other| other.municipality == self.seats[seat].municipality).count()
    }

    fn text(&self, session: usize, group: usize, fault: Fault, because: Because) -> String {
        let names = Names(self.problem);
        let seat = |at: usize| format!("{}, seat {}", names.enrolment(self.seats[at].enrolment), self.seats[at].number);
        let place = format!("group {} of session {}", group + 1, session + 1);
        let groups = self.request.groups(self.seats.len());
        let what = match fault {
            Fault::SameMunicipality { a, b } => format!("{} and {} share {place}", seat(a), seat(b)),
            Fault::MetAgain { a, b, earlier } => {
                let before = match earlier {
                    Some(earlier) => format!("were together in session {} already", earlier + 1),
                    None => "share a network".to_owned(),
                };
                format!("{} and {} meet in {place} and {before}", seat(a), seat(b))
            }
            Fault::Uneven { track, seats, least, most } => {
                let share = if least == most { least.to_string() } else { format!("{least} or {most}") };
                format!("{place} has {seats} of track {}, and an even share is {share}", names.track(track))
            }
        };
        let why = match (because, fault) {
            (Because::Counting, Fault::SameMunicipality { a, .. }) if groups > 1 => {
                format!("it has {} seats and there are {groups} groups", self.of_town(a))
            }
            (Because::Counting, Fault::MetAgain { .. }) if groups > 1 => format!(
                "with {} seats in {groups} groups and {} sessions, somebody meets again {} times at least",
                self.seats.len(),
                self.request.sessions,
                self.counted.met_again
            ),
            (Because::Counting, _) => "no exchange of two seats mends it".to_owned(),
            (Because::Exchanges(0), _) => {
                "every exchange of two seats that mends it makes as much worse elsewhere".to_owned()
            }
            (Because::Exchanges(more), _) => {
                format!("every exchange of two seats that mends it costs at least {more} more")
            }
            (Because::Unfinished(saved), _) => {
                format!("an exchange of two seats would save {saved}: the search ended before")
            }
        };
        format!("{what}: {why}.")
    }
}

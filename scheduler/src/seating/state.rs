//! Groups under search: what an exchange of two seats changes, in time that grows with the size of a group.

use super::{MET_AGAIN, Request, SAME_MUNICIPALITY, SPREAD, Seat, Shares};
use crate::random::Random;

/// Draws of a second seat of the same track, before any other will do.
const DRAWS_WITHIN_TRACK: usize = 8;

/// Two seats of one session that change their groups.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exchange {
    pub session: usize,
    pub a: usize,
    pub b: usize,
}

/// Groups of every session.
#[derive(Clone, Debug)]
pub(super) struct State<'s> {
    seats: &'s [Seat],
    /// The number of each seat's track, the seats of each track and its even share.
    track: Vec<usize>,
    of_track: Vec<Vec<usize>>,
    shares: Vec<(i64, i64)>,
    sessions: Vec<Session>,
    /// How often two seats share a group, those included in which they have met before; by seat and seat.
    met: Vec<u16>,
    pub cost: i64,
}

/// One session.
#[derive(Clone, Debug)]
struct Session {
    /// The group of each seat, and its position there.
    of: Vec<usize>,
    position: Vec<usize>,
    members: Vec<Vec<usize>>,
    /// Seats by group and track.
    count: Vec<Vec<i64>>,
}

impl<'s> State<'s> {
    /// Random groups of even sizes, in which every track is even: its seats are dealt out one after the other.
    pub fn random(seats: &'s [Seat], request: &Request, random: &mut Random) -> State<'s> {
        let shares = Shares::of(seats, request);
        let tracks: Vec<_> = shares.of_track.keys().copied().collect();
        let n = seats.len();
        let track: Vec<usize> =
            seats.iter().map(|seat| tracks.iter().position(|&known| known == seat.track).unwrap_or(0)).collect();
        let mut of_track = vec![Vec::new(); tracks.len()];
        track.iter().enumerate().for_each(|(seat, &track)| of_track[track].push(seat));
        let mut state = State {
            seats,
            track,
            of_track,
            shares: shares.of_track.values().map(|&(least, most)| (least as i64, most as i64)).collect(),
            sessions: Vec::with_capacity(request.sessions),
            met: vec![0; n * n],
            cost: 0,
        };
        for a in 0..n {
            for b in (0..n).filter(|&b| b != a && request.have_met(&seats[a], &seats[b])) {
                state.met[a * n + b] = 1;
            }
        }
        let groups = request.groups(n);
        for _ in 0..request.sessions {
            let mut order: Vec<usize> = (0..n).collect();
            (1..n).rev().for_each(|at| order.swap(at, random.below(at + 1)));
            order.sort_by_key(|&seat| state.track[seat]);
            let mut members = vec![Vec::new(); groups];
            order.into_iter().enumerate().for_each(|(at, seat)| members[at % groups].push(seat));
            state.add(members);
        }
        state
    }

    fn add(&mut self, members: Vec<Vec<usize>>) {
        let n = self.seats.len();
        let mut session = Session {
            of: vec![0; n],
            position: vec![0; n],
            count: vec![vec![0; self.shares.len()]; members.len()],
            members,
        };
        for (group, members) in session.members.iter().enumerate() {
            for (at, &seat) in members.iter().enumerate() {
                (session.of[seat], session.position[seat]) = (group, at);
                session.count[group][self.track[seat]] += 1;
                for &other in &members[..at] {
                    self.cost += self.together(seat, other, 0);
                    self.met[seat * n + other] += 1;
                    self.met[other * n + seat] += 1;
                }
            }
            let uneven = |(track, &count): (usize, &i64)| self.uneven(track, count);
            self.cost += session.count[group].iter().enumerate().map(uneven).sum::<i64>();
        }
        self.sessions.push(session);
    }

    /// What it costs that two share a group, where so many of the times that they have met are this one.
    fn together(&self, a: usize, b: usize, this: u16) -> i64 {
        let same = self.seats[a].municipality == self.seats[b].municipality;
        let again = self.met[a * self.seats.len() + b] > this;
        i64::from(same) * SAME_MUNICIPALITY as i64 + i64::from(again) * MET_AGAIN as i64
    }

    /// What it costs that a group has so many seats of a track.
    fn uneven(&self, track: usize, count: i64) -> i64 {
        let (least, most) = self.shares[track];
        (least - count).max(count - most).max(0) * SPREAD as i64
    }

    /// What an exchange of two seats of different groups changes.
    pub fn delta(&self, Exchange { session, a, b }: Exchange) -> i64 {
        let here = &self.sessions[session];
        let (of_a, of_b) = (here.of[a], here.of[b]);
        let mut delta = 0;
        for &other in here.members[of_a].iter().filter(|&&other| other != a) {
            delta += self.together(b, other, 0) - self.together(a, other, 1);
        }
        for &other in here.members[of_b].iter().filter(|&&other| other != b) {
            delta += self.together(a, other, 0) - self.together(b, other, 1);
        }
        let (track_a, track_b) = (self.track[a], self.track[b]);
        if track_a != track_b {
            let change = |group: usize, track: usize, by: i64| {
                let count = here.count[group][track];
                self.uneven(track, count + by) - self.uneven(track, count)
            };
            delta += change(of_a, track_a, -1) + change(of_a, track_b, 1);
            delta += change(of_b, track_b, -1) + change(of_b, track_a, 1);
        }
        delta
    }

    /// Makes an exchange that changes the cost by `delta`.
    pub fn exchange(&mut self, Exchange { session, a, b }: Exchange, delta: i64) {
        let n = self.seats.len();
        let here = &mut self.sessions[session];
        let (of_a, of_b) = (here.of[a], here.of[b]);
        let mut leave = |group: usize, from: usize, to: usize| {
            for &other in here.members[group].iter().filter(|&&other| other != from) {
                self.met[from * n + other] -= 1;
                self.met[other * n + from] -= 1;
                self.met[to * n + other] += 1;
                self.met[other * n + to] += 1;
            }
        };
        leave(of_a, a, b);
        leave(of_b, b, a);
        let (at_a, at_b) = (here.position[a], here.position[b]);
        (here.members[of_a][at_a], here.members[of_b][at_b]) = (b, a);
        (here.of[a], here.of[b], here.position[a], here.position[b]) = (of_b, of_a, at_b, at_a);
        let (track_a, track_b) = (self.track[a], self.track[b]);
        here.count[of_a][track_a] -= 1;
        here.count[of_a][track_b] += 1;
        here.count[of_b][track_b] -= 1;
        here.count[of_b][track_a] += 1;
        self.cost += delta;
    }

    /// Two seats of different groups of a session, drawn; `None` where there is one group. Within tracks, both are of one track
    /// wherever a few draws find two, so that tracks stay as even as they are.
    pub fn draw(&self, within_tracks: bool, random: &mut Random) -> Option<Exchange> {
        let session = random.below(self.sessions.len());
        let here = self.sessions.get(session).filter(|here| here.members.len() > 1)?;
        let a = random.below(self.seats.len());
        let apart = |b: &usize| here.of[a] != here.of[*b];
        if within_tracks {
            let mates = &self.of_track[self.track[a]];
            let found = (0..DRAWS_WITHIN_TRACK).map(|_| mates[random.below(mates.len())]).find(apart);
            if let Some(b) = found {
                return Some(Exchange { session, a, b });
            }
        }
        loop {
            let b = random.below(self.seats.len());
            if apart(&b) {
                return Some(Exchange { session, a, b });
            }
        }
    }

    /// Groups with something in them that costs, by session and group.
    pub fn faulty(&self) -> Vec<(usize, usize)> {
        let groups =
            self.sessions.iter().enumerate().flat_map(|(at, here)| (0..here.members.len()).map(move |g| (at, g)));
        groups.filter(|&(session, group)| self.costs(session, group)).collect()
    }

    fn costs(&self, session: usize, group: usize) -> bool {
        let here = &self.sessions[session];
        let members = &here.members[group];
        let pairs =
            members.iter().enumerate().any(|(at, &a)| members[..at].iter().any(|&b| self.together(a, b, 1) > 0));
        pairs || here.count[group].iter().enumerate().any(|(track, &count)| self.uneven(track, count) > 0)
    }

    /// The exchange of a seat with one of another group that costs least.
    pub fn best_exchange(&self, session: usize, a: usize) -> Option<(i64, Exchange)> {
        let exchanges = self.exchanges(session, a);
        exchanges.map(|exchange| (self.delta(exchange), exchange)).min_by_key(|(delta, _)| *delta)
    }

    /// What the cheapest exchange of one of these seats costs, of those that will do.
    pub fn cheapest(&self, session: usize, who: &[usize], will_do: impl Fn(&Exchange) -> bool) -> Option<i64> {
        let exchanges = who.iter().flat_map(|&a| self.exchanges(session, a));
        exchanges.filter(will_do).map(|exchange| self.delta(exchange)).min()
    }

    fn exchanges(&self, session: usize, a: usize) -> impl Iterator<Item = Exchange> + '_ {
        let of = &self.sessions[session].of;
        (0..self.seats.len()).filter(move |&b| of[b] != of[a]).map(move |b| Exchange { session, a, b })
    }

    /// The seats of a group.
    pub fn members(&self, session: usize, group: usize) -> &[usize] {
        &self.sessions[session].members[group]
    }

    /// The groups, seats ascending.
    pub fn groups(&self) -> Vec<Vec<Vec<usize>>> {
        let sorted = |group: &Vec<usize>| {
            let mut group = group.clone();
            group.sort_unstable();
            group
        };
        let of = |session: &Session| {
            let mut groups: Vec<Vec<usize>> = session.members.iter().map(sorted).collect();
            groups.sort_unstable();
            groups
        };
        self.sessions.iter().map(of).collect()
    }

    /// The group of each seat, by session: what tells a state from others, and is quickly copied.
    pub fn labels(&self) -> Vec<Vec<usize>> {
        self.sessions.iter().map(|session| session.of.clone()).collect()
    }

    /// The groups that are labelled so.
    pub fn labelled(seats: &'s [Seat], request: &Request, labels: &[Vec<usize>]) -> State<'s> {
        let groups = |of: &Vec<usize>| {
            let mut members = vec![Vec::new(); request.groups(seats.len())];
            of.iter().enumerate().for_each(|(seat, &group)| members[group].push(seat));
            members
        };
        State::of(seats, request, &labels.iter().map(groups).collect::<Vec<_>>())
    }

    /// These groups.
    pub fn of(seats: &'s [Seat], request: &Request, groups: &[Vec<Vec<usize>>]) -> State<'s> {
        let mut state = State::random(seats, &Request { sessions: 0, ..*request }, &mut Random::new(0));
        groups.iter().for_each(|groups| state.add(groups.clone()));
        state
    }
}

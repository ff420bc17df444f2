//! What does not change while dates are looked for: the calendar, the networks' hostings and their candidate days.

use std::ops::Deref;
use std::sync::Arc;

pub(super) use super::calendar::{AWAY, Calendar, DayIx, DayTable, OpenDay};
use crate::facts::hosting_rounds;
use crate::plan::Plan;
use crate::problem::{Day, EnrolmentIx, Hosting as Times, NetworkIx, RoundIx};
use crate::rules::can_take_turns;
use crate::steering::{LOCK, Steering, Task};

/// All visits that one member hosts, once or in one round.
#[derive(Clone, Debug)]
pub(super) struct Hosting {
    pub host: EnrolmentIx,
    pub network: NetworkIx,
    /// The round, where there is a hosting in each; else all its visits are in one, whichever.
    pub round: Option<RoundIx>,
    /// The other members, ascending.
    pub guests: Vec<EnrolmentIx>,
    /// Where the guests' days begin in the search state.
    pub first: usize,
    /// Delegates of all guests.
    pub people: u64,
    /// Guests (persons) that fit at one visit.
    pub capacity: u64,
    /// Open days on which the host can host, in the hosting's round where there is one a round, and which no lock
    /// forbids; ascending.
    pub days: Vec<DayIx>,
    /// Whether a lock wants it held.
    pub due: bool,
    /// Whether the base plan holds it, so that leaving it out is a change.
    pub promised: bool,
    /// Days of the base plan that it has lost, mostly none, and how many are left: as many visits as are lost, beyond those,
    /// may be on other days and are no changes.
    pub spare: u32,
    pub left: u32,
    /// Whether a lock allows no changes of it though it has lost days.
    pub firm: bool,
    /// Days on which nobody comes but those who must; mostly none.
    pub frozen: Vec<DayIx>,
    /// The day on which each guest must come, or `AWAY`; empty where nothing is frozen.
    pub must_come: Vec<DayIx>,
}

impl Hosting {
    /// Whether a lock lets this guest come that day.
    pub fn lets_come(&self, guest: usize, day: DayIx) -> bool {
        match self.must_come.get(guest) {
            None => true,
            Some(&AWAY) => !self.frozen.contains(&day),
            Some(&must) => must == day,
        }
    }

    /// How many of so many visits may be on days that the base plan does not have, and are no changes.
    pub fn lets_move(&self, visits: usize) -> i64 {
        (visits as i64 - i64::from(self.left)).clamp(0, i64::from(self.spare))
    }

    /// The day on which this guest must come, or `AWAY`.
    pub fn must_come(&self, guest: usize) -> DayIx {
        self.must_come.get(guest).copied().unwrap_or(AWAY)
    }
}

/// What the search works on.
#[derive(Debug)]
pub(super) struct Frame<'p> {
    calendar: Arc<Calendar<'p>>,
    pub hostings: Vec<Hosting>,
    /// The hostings of each network.
    pub of_network: Vec<Vec<u32>>,
    /// The hostings of each enrolment as host.
    pub of_host: Vec<Vec<u32>>,
    /// Days on which a hosting can be held, by hosting.
    pub candidate: DayTable,
    /// Most hostings of a network in one round.
    pub per_round: Vec<u32>,
    /// Most hostings of one member, by network; where members take turns no more than an even share of the rounds.
    pub turns: Vec<u32>,
    /// Rounds that are to have a hosting, by network, where members take turns; else 0.
    pub rounds_due: Vec<u32>,
    /// Days on which holding a hosting is a change against the base plan, by hosting.
    pub retimes: DayTable,
    /// What such a change costs.
    pub price: f64,
    /// What it costs that a hosting of the base plan is not held.
    pub losing: f64,
    /// Most such changes.
    pub most_changes: i64,
    network_of: Vec<Option<NetworkIx>>,
}

impl<'p> Frame<'p> {
    pub fn new(problem: &'p Task, plan: &Plan) -> Frame<'p> {
        let mut frame = Frame::on(Arc::new(Calendar::new(problem)), plan);
        if let Some(steering) = problem.steering() {
            frame.most_changes = steering
                .most()
                .map_or(i64::MAX, |most| i64::from(most.saturating_sub(steering.changes_of_networks(plan).total())));
        }
        frame
    }

    /// The same, on a calendar at hand; changes against a base plan are not limited, unless there may be none.
    pub fn on(calendar: Arc<Calendar<'p>>, plan: &Plan) -> Frame<'p> {
        let problem = calendar.problem;
        let mut frame = Frame {
            calendar,
            hostings: Vec::new(),
            of_network: vec![Vec::new(); problem.networks().len()],
            of_host: vec![Vec::new(); problem.enrolments().len()],
            candidate: DayTable::default(),
            per_round: Vec::new(),
            turns: Vec::new(),
            rounds_due: Vec::new(),
            retimes: DayTable::default(),
            price: problem.steering().map_or(0.0, Steering::price),
            losing: problem.steering().map_or(0.0, Steering::losing),
            most_changes: if problem.steering().and_then(Steering::most) == Some(0) { 0 } else { i64::MAX },
            network_of: plan.network_of.clone(),
        };
        for (n, members) in plan.members(problem).iter().enumerate() {
            frame.add_network(NetworkIx::new(n), members);
        }
        frame.candidate = DayTable::new(frame.hostings.len(), frame.days.len());
        frame.retimes = DayTable::new(frame.hostings.len(), frame.days.len());
        for (u, hosting) in frame.hostings.iter().enumerate() {
            for &day in &hosting.days {
                let open = &frame.calendar.days[usize::from(day)];
                let key = (hosting.host, hosting.round);
                let retimes = problem.steering().is_some_and(|steering| steering.costs_on(key, open.day));
                frame.candidate.set(u, usize::from(day), true);
                frame.retimes.set(u, usize::from(day), retimes);
            }
        }
        frame
    }

    fn add_network(&mut self, network: NetworkIx, members: &[EnrolmentIx]) {
        let track = self.problem.network(network).track;
        let (rounds, hosting) = (self.problem.track(track).rounds.len(), self.problem.track(track).hosting);
        let hosts: Vec<EnrolmentIx> = members.iter().copied().filter(|&e| self.problem.hosts(e)).collect();
        self.per_round.push(match hosting {
            Times::Once => hosts.len().div_ceil(rounds.max(1)) as u32,
            Times::EachRound => u32::MAX,
            Times::Rotate => 1,
        });
        let in_turn = hosting == Times::Rotate && members.len() >= 2 && !hosts.is_empty();
        let able = hosts.iter().filter(|&&host| can_take_turns(self.problem, host)).count();
        self.turns.push(if in_turn { rounds.div_ceil(able.max(1)) as u32 } else { u32::MAX });
        self.rounds_due.push(if in_turn { rounds as u32 } else { 0 });
        if members.len() < 2 || rounds == 0 {
            return;
        }
        let times = hosting_rounds(self.problem, track);
        for &host in &hosts {
            for &round in &times {
                self.add_hosting(network, host, round, members);
            }
        }
    }

    fn add_hosting(&mut self, network: NetworkIx, host: EnrolmentIx, round: Option<RoundIx>, members: &[EnrolmentIx]) {
        let u = self.hostings.len() as u32; // a problem holds far fewer than 2^32 hostings
        let guests: Vec<EnrolmentIx> = members.iter().copied().filter(|&e| e != host).collect();
        let home = self.problem.home(host);
        let track = self.problem.track(self.problem.network(network).track);
        let steering = self.problem.steering();
        let locked = |day: Day| steering.is_some_and(|steering| !steering.open_on((host, round), day));
        let fits = |open: &OpenDay| {
            round.is_none_or(|r| r == open.round)
                && track.rounds.binary_search(&open.round).is_ok()
                && self.problem.can_host_on(host, open.day)
                && !locked(open.day)
        };
        let (spare, left) = steering.map_or((0, 0), |steering| steering.spare((host, round)));
        let frozen = steering.map_or(&[][..], |steering| steering.frozen((host, round)));
        let must_come = |guest: &EnrolmentIx| {
            let day = frozen.iter().find(|frozen| frozen.1.contains(guest)).map(|frozen| frozen.0);
            day.and_then(|day| self.day_ix(day)).unwrap_or(AWAY)
        };
        let days = (0..).zip(&self.days).filter(|(_, open)| fits(open)).map(|(d, _)| d).collect();
        self.hostings.push(Hosting {
            host,
            network,
            round,
            first: self.hostings.last().map_or(0, |last| last.first + last.guests.len()),
            people: guests.iter().map(|g| u64::from(self.delegates[g.at()])).sum(),
            capacity: home.host_capacity.map_or(u64::MAX, u64::from),
            days,
            due: steering.is_some_and(|steering| steering.is_due((host, round))),
            promised: steering.is_some_and(|steering| steering.promises((host, round))),
            spare,
            left,
            firm: steering.is_some_and(|steering| steering.is_firm((host, round))),
            frozen: frozen.iter().filter_map(|frozen| self.day_ix(frozen.0)).collect(),
            must_come: if frozen.is_empty() { Vec::new() } else { guests.iter().map(must_come).collect() },
            guests,
        });
        self.of_network[network.at()].push(u);
        self.of_host[host.at()].push(u);
    }

    /// What a change costs by itself: where there may be none, like what is locked.
    pub fn change(&self) -> f64 {
        self.price + if self.most_changes > 0 { 0.0 } else { LOCK }
    }

    /// Whether the members of a network take turns.
    pub fn in_turn(&self, network: usize) -> bool {
        self.rounds_due[network] > 0
    }

    /// What it costs that no hosting of a network is held.
    pub fn none_held(&self, network: usize) -> f64 {
        if self.in_turn(network) {
            return self.problem.weights().unhosted * f64::from(self.rounds_due[network]);
        }
        self.of_network[network].iter().map(|&hosting| self.unheld(hosting as usize)).sum()
    }

    /// What it costs that a hosting is not held, whatever else is.
    pub fn unheld(&self, hosting: usize) -> f64 {
        let h = &self.hostings[hosting];
        let due = if h.due { LOCK } else { 0.0 };
        self.problem.weights().unhosted + due + if h.promised { self.losing } else { 0.0 }
    }

    /// The members of a network that has hostings, ascending.
    pub fn members(&self, network: usize) -> Vec<EnrolmentIx> {
        let Some(&first) = self.of_network[network].first() else { return Vec::new() };
        let hosting = &self.hostings[first as usize];
        let mut members = hosting.guests.clone();
        members.insert(members.partition_point(|&member| member < hosting.host), hosting.host);
        members
    }

    /// Number of pairs of a hosting and a guest.
    pub fn slots(&self) -> usize {
        self.hostings.last().map_or(0, |last| last.first + last.guests.len())
    }

    /// The position of this guest among the hosting's guests.
    pub fn guest_at(&self, hosting: usize, guest: EnrolmentIx) -> Option<usize> {
        self.hostings[hosting].guests.binary_search(&guest).ok()
    }

    /// The network of an enrolment.
    pub fn network_of(&self, enrolment: EnrolmentIx) -> Option<usize> {
        self.network_of.get(enrolment.at()).copied().flatten().map(NetworkIx::at)
    }
}

impl<'p> Deref for Frame<'p> {
    type Target = Calendar<'p>;

    fn deref(&self) -> &Calendar<'p> {
        &self.calendar
    }
}

//! One network as the exact method sees it: what everybody's coming costs on every day, members and days by position.

use std::ops::Range;

use super::super::calendar::{Calendar, DayIx, Window};
use crate::problem::{EnrolmentIx, Hosting as Times, RoundIx};
use crate::steering::Steering;

/// One hosting of the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Unit {
    /// The host, by position among the members.
    pub host: usize,
    /// The rounds in which it can be held.
    pub rounds: Range<usize>,
}

/// A network by itself.
#[derive(Debug)]
pub(in super::super) struct View<'c> {
    pub calendar: &'c Calendar<'c>,
    /// Ascending.
    pub members: Vec<EnrolmentIx>,
    /// Hostings: by host, then round, as the search counts them.
    pub units: Vec<Unit>,
    /// The open days of each round.
    pub rounds: Vec<Range<usize>>,
    /// Most hostings in one round; `None`: any number.
    pub per_round: Option<usize>,
    /// Cost of taking part, by member and day; infinite where it cannot.
    pub come: Vec<f64>,
    /// The same for receiving a visit.
    pub receive: Vec<f64>,
    /// Cost of a member's missing one hosting.
    pub away: Vec<f64>,
    /// Cost of not holding a hosting, by hosting.
    pub unheld: Vec<f64>,
    /// The pace rules as sets of days.
    pub windows: Vec<Window>,
    /// What a visit costs on a day that is a change against a base plan.
    pub price: f64,
    /// Whether any hosting is frozen.
    frozen: bool,
}

impl<'c> View<'c> {
    /// The network of these members (ascending). `free` says whether a member may receive on a day as far as other
    /// networks are concerned.
    pub fn new(
        calendar: &'c Calendar<'c>,
        members: &[EnrolmentIx],
        free: impl Fn(EnrolmentIx, DayIx) -> bool,
    ) -> View<'c> {
        let problem = calendar.problem;
        let weights = problem.weights();
        let steering = problem.steering();
        let rounds = calendar.rounds();
        let track = members.first().map(|&e| problem.track(problem.enrolment(e).track));
        let once = track.is_none_or(|track| track.hosting == Times::Once);
        let hosts: Vec<usize> = (0..members.len()).filter(|&at| problem.hosts(members[at])).collect();
        let mut view = View {
            calendar,
            members: members.to_vec(),
            units: Vec::new(),
            per_round: once.then(|| hosts.len().div_ceil(rounds.len().max(1))),
            come: Vec::with_capacity(members.len() * calendar.days.len()),
            receive: Vec::with_capacity(members.len() * calendar.days.len()),
            away: members.iter().map(|e| weights.absence * f64::from(calendar.delegates[e.at()])).collect(),
            windows: calendar.windows(),
            rounds,
            unheld: Vec::new(),
            price: steering.map_or(0.0, Steering::price),
            frozen: false,
        };
        if members.len() < 2 || track.is_none_or(|track| track.rounds.is_empty()) {
            return view;
        }
        for host in hosts {
            if once {
                view.units.push(Unit { host, rounds: 0..view.rounds.len() });
            } else {
                view.units.extend((0..view.rounds.len()).map(|r| Unit { host, rounds: r..r + 1 }));
            }
        }
        let key = |unit: &Unit| (members[unit.host], (!once).then(|| RoundIx::new(unit.rounds.start)));
        let unheld = |unit: &Unit| weights.unhosted + steering.map_or(0.0, |steering| steering.leaving_out(key(unit)));
        view.unheld = view.units.iter().map(unheld).collect();
        let frozen = |unit: &Unit| {
            let key = key(unit);
            steering.is_some_and(|steering| !steering.frozen(key).is_empty() || steering.spare(key).0 > 0)
        };
        view.frozen = view.units.iter().any(frozen);
        for &member in members {
            for (d, open) in calendar.days.iter().enumerate() {
                let day = d as DayIx;
                let comes = calendar.can_travel(member, day);
                let cost = weights.undesired * calendar.undesired_people(member, day) as f64;
                let key = (member, (!once).then_some(open.round));
                // Where days are lost it is not the day alone that makes a change: free is never too dear.
                let costs = |steering: &Steering| steering.costs_on(key, open.day) && steering.spare(key).0 == 0;
                let steered = |steering: &Steering| (steering.open_on(key, open.day), costs(steering));
                let (allowed, retimes) = steering.map_or((true, false), steered);
                let in_round = track.is_some_and(|track| track.rounds.binary_search(&open.round).is_ok());
                let receives = in_round && problem.can_host_on(member, open.day) && allowed && free(member, day);
                view.come.push(if comes { cost } else { f64::INFINITY });
                view.receive.push(match receives {
                    true if retimes => cost + view.price,
                    true => cost,
                    false => f64::INFINITY,
                });
            }
        }
        view
    }

    /// Number of open days.
    pub fn days(&self) -> usize {
        self.calendar.days.len()
    }

    /// Whether one visit can receive everybody, at every host, and rules about pairs of visits are out of the way, and locks
    /// on guests: what the exact method is for.
    pub fn suits(&self) -> bool {
        let problem = self.calendar.problem;
        let people: u64 = self.members.iter().map(|e| u64::from(self.calendar.delegates[e.at()])).sum();
        let roomy = |unit: &Unit| {
            let host = self.members[unit.host];
            let guests = people - u64::from(self.calendar.delegates[host.at()]);
            problem.home(host).host_capacity.is_none_or(|room| u64::from(room) >= guests)
        };
        let plain = self.calendar.min_return == 0 && problem.weights().extra_visit > 0.0 && !self.frozen;
        let track = self.members.first().map(|&e| problem.hosting_of(e));
        plain && track != Some(Times::Rotate) && self.units.iter().all(roomy)
    }

    /// What it costs at least that hosts cannot receive everybody at once: further visits, or absence.
    pub fn crowding(&self) -> f64 {
        let weights = self.calendar.problem.weights();
        let people: u64 = self.members.iter().map(|e| u64::from(self.calendar.delegates[e.at()])).sum();
        let of_unit = |(unit, unheld): (&Unit, &f64)| {
            let host = self.members[unit.host];
            let guests = people - u64::from(self.calendar.delegates[host.at()]);
            let Some(room) = self.calendar.problem.home(host).host_capacity else { return 0.0 };
            let visits = 1..=self.members.len() as u64;
            let held = visits.map(|visits| {
                let left_over = guests.saturating_sub(u64::from(room).saturating_mul(visits));
                (visits - 1) as f64 * weights.extra_visit + left_over as f64 * weights.absence
            });
            held.fold(*unheld, f64::min)
        };
        self.units.iter().zip(&self.unheld).map(of_unit).sum()
    }
}

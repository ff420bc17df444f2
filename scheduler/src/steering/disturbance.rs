//! Whom a plan affects that is a little different from one that is known: for many such plans, quickly.

use std::collections::BTreeSet;

use super::affected::{self, Told};
use super::*;

/// A plan with whom it affects.
pub(crate) struct Disturbance<'a> {
    problem: &'a Problem,
    before: &'a [Told],
    now: Vec<Told>,
    /// Who visits a host in the base or in the plan, by host.
    guests: Vec<BTreeSet<EnrolmentIx>>,
    /// How many enrolments are affected, by municipality.
    towns: Vec<i64>,
}

/// Enrolments in other networks, with everybody whose dates that leaves open.
pub(crate) struct Moved<'m> {
    /// Where everybody is then.
    pub network_of: &'m dyn Fn(EnrolmentIx) -> Option<NetworkIx>,
    /// Whose visits are timed anew, to receive and to be received: what can be as in the base is taken to be.
    pub open: &'m [EnrolmentIx],
    /// Who is the only member of its network then.
    pub alone: &'m [EnrolmentIx],
}

impl Steering {
    /// A plan with whom it affects; nothing where any number of municipalities may be.
    pub(crate) fn disturbance<'a>(&'a self, problem: &'a Problem, plan: &Plan) -> Option<Disturbance<'a>> {
        self.most_affected?;
        let now = affected::told(problem, plan);
        let mut guests = vec![BTreeSet::new(); now.len()];
        for (e, told) in self.told.iter().enumerate().chain(now.iter().enumerate()) {
            for (host, _) in &told.pays {
                guests[host.at()].insert(EnrolmentIx::new(e));
            }
        }
        let mut towns = vec![0; problem.municipalities().len()];
        for (at, enrolment) in problem.enrolments().iter().enumerate().take(self.told.len()) {
            towns[enrolment.municipality.at()] += i64::from(self.told[at].differs_from(&now[at]));
        }
        Some(Disturbance { problem, before: &self.told, now, guests, towns })
    }
}

impl Disturbance<'_> {
    /// How many municipalities are affected where the host receives these guests that day too.
    pub(crate) fn with_visit(&self, host: EnrolmentIx, day: Day, guests: &[EnrolmentIx]) -> u32 {
        let mut receives = self.now[host.at()].clone();
        if let Err(at) = receives.receives.binary_search(&day) {
            receives.receives.insert(at, day);
        }
        let pays = |&guest: &EnrolmentIx| {
            let mut told = self.now[guest.at()].clone();
            told.pays.push((host, day));
            told.pays.sort_unstable();
            (guest, self.before[guest.at()].differs_from(&told))
        };
        let host = (host, self.before[host.at()].differs_from(&receives));
        self.municipalities(guests.iter().map(pays).chain([host]))
    }

    /// How many municipalities are affected at least where some are in other networks.
    pub(crate) fn with_moves(&self, moved: &Moved<'_>) -> u32 {
        let guests = moved.open.iter().flat_map(|host| &self.guests[host.at()]);
        let concerned: BTreeSet<EnrolmentIx> = guests.chain(moved.open).chain(moved.alone).copied().collect();
        self.municipalities(concerned.into_iter().map(|e| (e, self.differs(e, moved))))
    }

    fn differs(&self, e: EnrolmentIx, moved: &Moved<'_>) -> bool {
        let (before, now) = (&self.before[e.at()], &self.now[e.at()]);
        let network = (moved.network_of)(e);
        let with = |host: EnrolmentIx| network.is_some() && (moved.network_of)(host) == network;
        let open = |e: EnrolmentIx| moved.open.contains(&e);
        let alone = network.is_none() || moved.alone.contains(&e);
        let receives = match () {
            () if alone => before.receives.is_empty(),
            () => open(e) || before.receives == now.receives,
        };
        let can_be = |(host, day): (EnrolmentIx, Day)| {
            with(host) && (open(host) || (open(e) && self.now[host.at()].receives.binary_search(&day).is_ok()))
        };
        let owed = before.pays.iter().filter(|&&visit| !can_be(visit));
        let paid = now.pays.iter().filter(|&&(host, _)| with(host) && !open(host) && !open(e));
        before.lost || before.network != network || !receives || !owed.eq(paid)
    }

    /// How many municipalities are affected where some enrolments are, or are not.
    fn municipalities(&self, are: impl Iterator<Item = (EnrolmentIx, bool)>) -> u32 {
        let mut more: BTreeMap<MunicipalityIx, i64> = BTreeMap::new();
        for (e, is) in are {
            let (before, now) = (&self.before[e.at()], &self.now[e.at()]);
            let was = before.differs_from(now);
            let town = more.entry(self.problem.enrolment(e).municipality).or_default();
            *town += i64::from(before.known && is) - i64::from(was);
        }
        let affected =
            |(town, &now): (usize, &i64)| now + more.get(&MunicipalityIx::new(town)).copied().unwrap_or(0) > 0;
        self.towns.iter().enumerate().filter(|&one| affected(one)).count() as u32
    }
}

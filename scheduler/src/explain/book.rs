//! A plan as a book to look things up in: who is where, who is busy when, how full a day is.

use std::collections::{HashMap, HashSet};

use crate::facts::{Facts, Held, HostingKey};
use crate::problem::{Day, EnrolmentIx, Hosting, MunicipalityIx, NetworkIx, Problem, RegionIx, RoundIx};

pub(super) struct Book<'a> {
    pub facts: &'a Facts<'a>,
    pub problem: &'a Problem,
    /// The networks of each track.
    pub networks: Vec<Vec<NetworkIx>>,
    /// The networks that each municipality is in, by municipality.
    pub places: Vec<Vec<NetworkIx>>,
    /// Partners by pair rule, by municipality.
    pub apart: HashMap<MunicipalityIx, Vec<MunicipalityIx>>,
    pub together: HashMap<MunicipalityIx, Vec<MunicipalityIx>>,
    hosting: HashSet<(MunicipalityIx, Day)>,
    in_region: HashMap<(RegionIx, Day), u32>,
    in_programme: HashMap<Day, u32>,
    hostings_in_round: HashMap<(NetworkIx, RoundIx), HashSet<EnrolmentIx>>,
    trips: HashMap<(EnrolmentIx, EnrolmentIx), Vec<Day>>,
}

impl<'a> Book<'a> {
    pub fn new(facts: &'a Facts<'a>) -> Book<'a> {
        let problem = facts.problem;
        let mut networks = vec![Vec::new(); problem.tracks().len()];
        for (n, network) in problem.networks().iter().enumerate() {
            networks[network.track.at()].push(NetworkIx::new(n));
        }
        let mut places = vec![Vec::new(); problem.municipalities().len()];
        for (n, members) in facts.networks() {
            members.iter().for_each(|&e| places[problem.enrolment(e).municipality.at()].push(n));
        }
        let mut book = Book {
            facts,
            problem,
            networks,
            places,
            apart: partners(problem.apart()),
            together: partners(problem.together()),
            hosting: HashSet::new(),
            in_region: HashMap::new(),
            in_programme: HashMap::new(),
            hostings_in_round: HashMap::new(),
            trips: HashMap::new(),
        };
        facts.held.iter().for_each(|held| book.note(held));
        book
    }

    fn note(&mut self, held: &Held<'_>) {
        let (host, day) = (held.visit.host, held.visit.day);
        let town = self.problem.enrolment(host).municipality;
        self.hosting.insert((town, day));
        *self.in_region.entry((self.problem.home(host).region, day)).or_default() += 1;
        *self.in_programme.entry(day).or_default() += 1;
        self.hostings_in_round.entry((held.visit.network, held.round)).or_default().insert(host);
        for &guest in &held.guests {
            self.trips.entry((guest, host)).or_default().push(day);
        }
    }

    /// Whether the enrolment takes part in a visit that day.
    pub fn takes_part(&self, e: EnrolmentIx, day: Day) -> bool {
        self.facts.days[e.at()].binary_search(&day).is_ok()
    }

    /// Whether its municipality hosts a visit that day.
    pub fn hosts_on(&self, e: EnrolmentIx, day: Day) -> bool {
        self.hosting.contains(&(self.problem.enrolment(e).municipality, day))
    }

    /// Whether one more visit with this host is over a limit of the day.
    pub fn day_is_full(&self, host: EnrolmentIx, day: Day) -> bool {
        let region = self.problem.home(host).region;
        let full =
            |most: Option<u32>, visits: Option<&u32>| most.is_some_and(|most| visits.copied().unwrap_or(0) >= most);
        full(self.problem.regions()[region.at()].max_visits_per_day, self.in_region.get(&(region, day)))
            || full(self.problem.visits().max_visits_per_day, self.in_programme.get(&day))
    }

    /// Whether a round takes no further hosting of a network.
    pub fn round_is_full(&self, network: NetworkIx, round: RoundIx) -> bool {
        let hosts = self.facts.members[network.at()].iter().filter(|&&e| self.problem.hosts(e)).count();
        let most = hosts.div_ceil(self.problem.rounds().len().max(1));
        let held = self.hostings_in_round.get(&(network, round)).map_or(0, HashSet::len);
        self.problem.visits().hosting == Hosting::Once && held >= most
    }

    /// Whether a further visit that day is more than the hard pace allows. Visits too close together show as
    /// `max_visits` + 1 of them within a window.
    pub fn too_fast(&self, e: EnrolmentIx, day: Day) -> bool {
        let Some((start, end)) = self.problem.span() else { return false };
        let longest = i64::from(end.number() - start.number()) + 1;
        let days = &self.facts.days[e.at()];
        let here = days.partition_point(|&other| other < day);
        let nth = |at: usize| match at.cmp(&here) {
            std::cmp::Ordering::Less => Some(days[at]),
            std::cmp::Ordering::Equal => Some(day),
            std::cmp::Ordering::Greater => days.get(at - 1).copied(),
        };
        self.problem.visits().pace.iter().filter(|pace| pace.penalty.is_none()).any(|pace| {
            let (most, window) = (pace.max_visits as usize, i64::from(pace.window_days).min(longest));
            (here.saturating_sub(most)..=here).any(|at| match (nth(at), nth(at + most)) {
                (Some(first), Some(last)) => i64::from(last.number() - first.number()) < window,
                _ => false,
            })
        })
    }

    /// Whether a trip of the guest to the host that day is too close to one the other way.
    pub fn returns_too_soon(&self, guest: EnrolmentIx, host: EnrolmentIx, day: Day) -> bool {
        let least = i64::from(self.problem.visits().min_return_days);
        let back = self.trips.get(&(host, guest)).into_iter().flatten();
        back.into_iter().any(|other| i64::from((other.number() - day.number()).abs()) < least)
    }

    /// Whether a delegation is larger than what the host can receive.
    pub fn too_large(&self, guest: EnrolmentIx, host: EnrolmentIx) -> bool {
        let room = self.problem.home(host).host_capacity;
        room.is_some_and(|room| self.problem.enrolment(guest).delegates > room)
    }

    /// The id of the round of a hosting, where there is one in each.
    pub fn round_name(&self, key: HostingKey) -> Option<&'a str> {
        key.1.map(|round| self.problem.rounds()[round.at()].id.as_str())
    }

    /// The id of an enrolment.
    pub fn id(&self, e: EnrolmentIx) -> &'a str {
        &self.problem.enrolment(e).id
    }
}

fn partners(pairs: &[(MunicipalityIx, MunicipalityIx)]) -> HashMap<MunicipalityIx, Vec<MunicipalityIx>> {
    let mut partners: HashMap<MunicipalityIx, Vec<MunicipalityIx>> = HashMap::new();
    for &(a, b) in pairs {
        partners.entry(a).or_default().push(b);
        partners.entry(b).or_default().push(a);
    }
    partners
}

//! A plan as a book to look things up in: who is where, who is busy when, how full a day is.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::lock::Limit;
use super::price::Price;
use crate::cost::travel;
use crate::facts::{Facts, Held, HostingKey, excess};
use crate::plan::Plan;
use crate::problem::{Day, EnrolmentIx, Hosting, MunicipalityIx, NetworkIx, Problem, RegionIx, RoundIx};
use crate::rules;
use crate::steering::{Disturbance, Steered, Task};

pub(super) struct Book<'a> {
    pub facts: &'a Facts<'a>,
    pub problem: &'a Task,
    /// The networks of each track.
    pub networks: Vec<Vec<NetworkIx>>,
    /// The members of each network, by network.
    pub crowds: Vec<Crowd>,
    /// The enrolments of each municipality, by municipality.
    pub enrolments_of: Vec<Vec<EnrolmentIx>>,
    /// Partners by pair rule, by municipality.
    pub apart: HashMap<MunicipalityIx, Vec<MunicipalityIx>>,
    pub together: HashMap<MunicipalityIx, Vec<MunicipalityIx>>,
    hosting: HashSet<(MunicipalityIx, Day)>,
    in_region: HashMap<(RegionIx, Day), u32>,
    in_programme: HashMap<Day, u32>,
    hostings_in_round: HashMap<(NetworkIx, RoundIx), HashSet<EnrolmentIx>>,
    trips: HashMap<(EnrolmentIx, EnrolmentIx), Vec<Day>>,
    /// What the plan comes to by what steers it, where anything does.
    steered: Option<Steered>,
    /// Whom the plan affects, where not any number of municipalities may be.
    pub disturbance: Option<Disturbance<'a>>,
}

/// Members of a network, counted once for everybody who might join them.
#[derive(Clone, Debug, Default)]
pub(super) struct Crowd {
    pub members: Vec<EnrolmentIx>,
    /// Their delegates.
    pub persons: u64,
    /// Their municipalities, ascending, with the first enrolment of each.
    pub towns: BTreeMap<MunicipalityIx, EnrolmentIx>,
    /// How many come from each region.
    pub regions: BTreeMap<RegionIx, u64>,
}

impl Crowd {
    pub fn of(problem: &Problem, members: impl Iterator<Item = EnrolmentIx>) -> Crowd {
        let mut crowd = Crowd::default();
        for e in members {
            let enrolment = problem.enrolment(e);
            crowd.members.push(e);
            crowd.persons += u64::from(enrolment.delegates);
            crowd.towns.entry(enrolment.municipality).or_insert(e);
            *crowd.regions.entry(problem.home(e).region).or_default() += 1;
        }
        crowd
    }
}

impl<'a> Book<'a> {
    pub fn new(problem: &'a Task, facts: &'a Facts<'a>) -> Book<'a> {
        let mut networks = vec![Vec::new(); problem.tracks().len()];
        for (n, network) in problem.networks().iter().enumerate() {
            networks[network.track.at()].push(NetworkIx::new(n));
        }
        let mut enrolments_of = vec![Vec::new(); problem.municipalities().len()];
        for (e, enrolment) in problem.enrolments().iter().enumerate() {
            enrolments_of[enrolment.municipality.at()].push(EnrolmentIx::new(e));
        }
        let mut book = Book {
            facts,
            problem,
            networks,
            crowds: facts.members.iter().map(|members| Crowd::of(problem, members.iter().copied())).collect(),
            enrolments_of,
            apart: partners(problem.apart()),
            together: partners(problem.together()),
            hosting: HashSet::new(),
            in_region: HashMap::new(),
            in_programme: HashMap::new(),
            hostings_in_round: HashMap::new(),
            trips: HashMap::new(),
            steered: problem.steering().map(|steering| steering.judge(problem, facts.plan)),
            disturbance: problem.steering().and_then(|steering| steering.disturbance(problem, facts.plan)),
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

    /// How many visits a region has on a day.
    pub fn visits_in(&self, region: RegionIx, day: Day) -> u32 {
        self.in_region.get(&(region, day)).copied().unwrap_or(0)
    }

    /// How many visits the programme has on a day.
    pub fn visits_on(&self, day: Day) -> u32 {
        self.in_programme.get(&day).copied().unwrap_or(0)
    }

    /// Whether a round takes no hosting of this host beside those of others.
    pub fn round_is_full(&self, network: NetworkIx, round: RoundIx, host: EnrolmentIx) -> bool {
        let Some(most) = rules::most_in_a_round(self.facts, network) else { return false };
        let held = self.hostings_in_round.get(&(network, round));
        let others = held.map_or(0, |held| held.iter().filter(|&&other| other != host).count());
        others >= most
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

    /// The hard pace rules that a further visit that day breaks, by position, with the visits that each would have to
    /// allow. Quadratic in the visits of the enrolment.
    pub fn paces_needed(&self, e: EnrolmentIx, day: Day) -> Vec<(usize, u32)> {
        let mut days = self.facts.days[e.at()].clone();
        days.push(day);
        days.sort_unstable();
        let most_within = |window: i64| {
            let within = |first: &Day| {
                days.iter().filter(|other| (0..window).contains(&i64::from(other.number() - first.number()))).count()
            };
            days.iter().map(within).max().unwrap_or(0) as u32 // far fewer than 2^32 visits
        };
        let hard = self.problem.visits().pace.iter().enumerate().filter(|(_, pace)| pace.penalty.is_none());
        let needed = hard.map(|(at, pace)| (at, pace.max_visits, most_within(i64::from(pace.window_days))));
        needed.filter(|(_, most, visits)| visits > most).map(|(at, _, visits)| (at, visits)).collect()
    }

    /// Whether a trip of the guest to the host that day is too close to one the other way.
    pub fn returns_too_soon(&self, guest: EnrolmentIx, host: EnrolmentIx, day: Day) -> bool {
        self.days_to_return(guest, host, day).is_some_and(|days| days < self.problem.visits().min_return_days)
    }

    /// Days from a trip of the guest to the host that day to the closest one the other way.
    pub fn days_to_return(&self, guest: EnrolmentIx, host: EnrolmentIx, day: Day) -> Option<u32> {
        let back = self.trips.get(&(host, guest)).into_iter().flatten();
        back.map(|other| other.number().abs_diff(day.number())).min()
    }

    /// Whether a delegation is larger than what the host can receive.
    pub fn too_large(&self, guest: EnrolmentIx, host: EnrolmentIx) -> bool {
        let room = self.problem.home(host).host_capacity;
        room.is_some_and(|room| self.problem.enrolment(guest).delegates > room)
    }

    /// How many changes the plan makes; 0 where there is no base plan.
    pub fn changes(&self) -> i64 {
        self.steered.map_or(0, |steered| i64::from(steered.changes.total()))
    }

    /// How many of them are days on which this enrolment hosts, and hostings of it that are not held.
    pub fn hosting_changes(&self, host: EnrolmentIx) -> i64 {
        let Some(steering) = self.problem.steering() else { return 0 };
        let own = self.facts.hostings.range((host, None)..).take_while(|(key, _)| key.0 == host);
        let retimed: i64 = own.map(|(&key, _)| i64::from(steering.retimed(key, &self.days_of(key)))).sum();
        let dropped = steering.dropped(host, |key| self.facts.hostings.contains_key(&key));
        retimed + if self.has_company(host) { i64::from(dropped) } else { 0 }
    }

    /// Whether it is in a network with others.
    fn has_company(&self, e: EnrolmentIx) -> bool {
        self.facts.plan.network_of[e.at()].is_some_and(|n| self.facts.members[n.at()].len() > 1)
    }

    /// The limit of municipalities affected, where it is exceeded once the host receives these guests that day.
    pub fn affects_too_many(&self, host: EnrolmentIx, day: Day, guests: &[EnrolmentIx]) -> Option<Limit> {
        let most = self.problem.steering()?.most_affected()?;
        let affected = self.disturbance.as_ref()?.with_visit(host, day, guests);
        (affected > most).then_some(Limit::Affected { most })
    }

    /// The days on which a hosting is held, ascending.
    pub fn days_of(&self, key: HostingKey) -> Vec<Day> {
        let mut days: Vec<Day> = self.facts.visits_of(key).map(|held| held.visit.day).collect();
        days.sort_unstable();
        days
    }

    /// How many changes more a plan makes that holds this hosting on these days.
    pub fn more_changes(&self, key: HostingKey, days: &[Day]) -> i64 {
        let Some(steering) = self.problem.steering() else { return 0 };
        let drops = |days: &[Day]| days.is_empty() && steering.promises(key) && self.has_company(key.0);
        let changes = |days: &[Day]| i64::from(steering.retimed(key, days)) + i64::from(drops(days));
        changes(days) - changes(&self.days_of(key))
    }

    /// What an enrolment in this network costs more by what steers the plan.
    pub fn place_price(&self, e: EnrolmentIx, n: NetworkIx) -> Price {
        let (Some(steering), Some(before)) = (self.problem.steering(), self.steered) else { return Price::default() };
        let now = self.facts.plan.network_of[e.at()];
        let counts = |network| f64::from(u8::from(steering.changes_place(e, network)));
        let changes = steering.change_weight() * (counts(Some(n)) - counts(now));
        if !steering.prices_fairness() {
            return Price { changes, fairly: 0.0 };
        }
        let mut plan = Plan::assigned(self.facts.plan.network_of.clone());
        plan.network_of[e.at()] = Some(n);
        Price { changes, fairly: steering.judge_fairly(self.problem, &plan).price - before.fairly.price }
    }

    /// What this hosting on these days costs more by what steers the plan.
    pub fn days_price(&self, key: HostingKey, days: &[Day]) -> Price {
        let weight = self.problem.steering().map_or(0.0, |steering| steering.change_weight());
        Price { changes: weight * self.more_changes(key, days) as f64, fairly: 0.0 }
    }

    /// What those who take part in a visit of this host that day cost more than without it: a price on their pace, and
    /// undesired days. Who of these misses the hosting is the caller's.
    pub fn taking_part_costs(&self, those: impl Iterator<Item = EnrolmentIx>, day: Day) -> f64 {
        let (problem, weights) = (self.problem, self.problem.weights());
        let cost = |e: EnrolmentIx| {
            let persons = f64::from(problem.enrolment(e).delegates);
            let undesired = if problem.home(e).undesired.contains(day) { persons } else { 0.0 };
            weights.undesired * undesired + weights.pace * (self.pace(e, Some(day)) - self.pace(e, None))
        };
        those.map(cost).sum()
    }

    /// The penalties of an enrolment's pace, with one day more.
    pub fn pace(&self, e: EnrolmentIx, more: Option<Day>) -> f64 {
        let mut days = self.facts.days[e.at()].clone();
        days.extend(more);
        days.sort_unstable();
        let soft = self.problem.visits().pace.iter().filter_map(|pace| Some((pace, pace.penalty?)));
        soft.map(|(pace, penalty)| penalty * excess(self.problem, &days, pace.window_days, pace.max_visits) as f64)
            .sum()
    }

    /// Wishes and travel of an enrolment in a network and of the others to and from it, but for `gone`.
    pub fn placed(&self, e: EnrolmentIx, n: NetworkIx, gone: Option<EnrolmentIx>) -> f64 {
        let (problem, weights) = (self.problem, self.problem.weights());
        let town = |e: EnrolmentIx| problem.enrolment(e).municipality;
        let persons = |e: EnrolmentIx| f64::from(problem.enrolment(e).delegates);
        let hosts = |e: EnrolmentIx| f64::from(u8::from(problem.hosts(e)));
        let others = self.facts.members[n.at()].iter().copied().filter(|&m| m != e && Some(m) != gone);
        let to_and_fro: f64 = (others.clone())
            .map(|m| 2.0 * problem.km(town(e), town(m)) * (hosts(m) * persons(e) + hosts(e) * persons(m)))
            .sum();
        let track = problem.network(n).track;
        let hosting = others.clone().filter(|&m| problem.hosts(m)).count();
        let with = hosting + usize::from(problem.hosts(e));
        let mut travel = to_and_fro * problem.hostings_each(track, with);
        if problem.track(track).hosting == Hosting::Rotate {
            // With one more who hosts, each of the others hosts less often.
            let less = problem.hostings_each(track, with) - problem.hostings_each(track, hosting);
            let others: Vec<EnrolmentIx> = others.collect();
            travel += less * travel::to_and_fro(problem, &others);
        }
        weights.travel * travel + weights.preference * problem.preference_cost(e, n)
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

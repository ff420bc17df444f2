//! Whether hostings can be held at all in the networks of a plan: by counting first (a flow from hostings to days), then
//! greedily, then by a model. For whoever asks what clashes.
//!
//! A hosting is held once one guest comes. Fewer visits and fewer guests never break a rule, so it is enough to ask for
//! one visit with one guest each: that keeps the model small, and what it proves is proved for all timetables.

use std::collections::BTreeMap;

use crate::effort::{Budget, Limit};
use crate::flow::{Flow, SINK, SOURCE};
use crate::milp::{self, Col, Model, Options, Status};
use crate::plan::{Plan, Visit};
use crate::problem::{Day, EnrolmentIx, Hosting as Times, NetworkIx, Problem, RoundIx};
use std::time::Duration;

/// Larger models are not begun.
const MOST_COLUMNS: usize = 60_000;
/// Most nodes of the solver's tree.
const MOST_NODES: u64 = 20_000;
/// What a search may take where the model is too large.
const SEARCH: Limit = Limit { time: Duration::from_secs(3), steps: 300_000 };
/// So many edges of a flow, or columns of a model, take about as long as a step of a search.
const EDGES_PER_STEP: usize = 16;

/// A hosting: who, and in which round where there is one in each.
pub type Wanted = (EnrolmentIx, Option<RoundIx>);

/// What came of the question.
#[derive(Clone, Debug, PartialEq)]
pub enum Hostings {
    /// Visits that keep every rule and hold them all.
    Held(Vec<Visit>),
    /// Proved: there are none.
    Impossible,
    /// Neither was shown in the effort given.
    Undecided,
}

/// Whether all of these hostings can be held in the networks of the plan, no others being asked for. The plan's visits are
/// where the search begins.
pub fn hostings(problem: &Problem, plan: &Plan, wanted: &[Wanted], seed: u64, budget: &Budget<'_>) -> Hostings {
    let hosts: Vec<Host> = wanted.iter().map(|&wanted| Host::new(problem, plan, wanted)).collect();
    if !enough_days(problem, &hosts, budget) {
        return Hostings::Impossible;
    }
    let held = |visits: &[Visit]| {
        let round = |visit: &Visit| problem.round_of(visit.day);
        wanted.iter().all(|&(host, when)| {
            visits.iter().any(|visit| visit.host == host && (when.is_none() || round(visit) == when))
        })
    };
    let quick = super::greedy(problem, plan).visits;
    if held(&quick) {
        return Hostings::Held(quick);
    }
    if budget.enough() {
        return Hostings::Undecided;
    }
    if hosts.iter().map(Host::choices).sum::<usize>() <= MOST_COLUMNS {
        return decide(problem, &hosts, seed, budget);
    }
    let share = budget.share_at_most(0.5, SEARCH);
    let found = super::solve(problem, plan, seed, &share).visits;
    budget.join(&share);
    if held(&found) { Hostings::Held(found) } else { Hostings::Undecided }
}

/// Whether hostings can be held whatever the networks are: each on a day on which its host can, no municipality twice a
/// day, no day over the limits of regions and programme. False is a proof for all plans; true is none.
pub fn enough_days_for(problem: &Problem, wanted: &[Wanted], budget: &Budget<'_>) -> bool {
    let host = |&(host, when): &Wanted| {
        let days = days(problem, host, when).collect();
        Host { host, network: None, per_round: u32::MAX, days, guests: Vec::new() }
    };
    enough_days(problem, &wanted.iter().map(host).collect::<Vec<_>>(), budget)
}

/// A hosting and what it could be.
struct Host {
    host: EnrolmentIx,
    network: Option<NetworkIx>,
    /// Most hostings of its network in a round.
    per_round: u32,
    /// Days on which the host can receive somebody.
    days: Vec<(RoundIx, Day)>,
    /// Who could come on each of these days.
    guests: Vec<Vec<EnrolmentIx>>,
}

impl Host {
    fn new(problem: &Problem, plan: &Plan, (host, when): Wanted) -> Host {
        let network = plan.network_of[host.at()];
        let room = problem.home(host).host_capacity;
        let members: Vec<EnrolmentIx> = (0..plan.network_of.len())
            .filter(|&e| network.is_some() && plan.network_of[e] == network)
            .map(EnrolmentIx::new)
            .collect();
        let fits = |&&e: &&EnrolmentIx| e != host && room.is_none_or(|room| problem.enrolment(e).delegates <= room);
        let mut it = Host { host, network, per_round: u32::MAX, days: Vec::new(), guests: Vec::new() };
        if problem.visits().hosting == Times::Once {
            let hosting = members.iter().filter(|&&e| problem.hosts(e)).count();
            it.per_round = hosting.div_ceil(problem.rounds().len().max(1)) as u32;
        }
        for (round, day) in days(problem, host, when) {
            let can = |e: &&EnrolmentIx| !problem.home(**e).unavailable.contains(day);
            let guests: Vec<EnrolmentIx> = members.iter().filter(fits).filter(can).copied().collect();
            if !guests.is_empty() {
                it.days.push((round, day));
                it.guests.push(guests);
            }
        }
        it
    }

    fn choices(&self) -> usize {
        self.guests.iter().map(Vec::len).sum()
    }
}

/// The open days on which the host's municipality can host.
fn days(problem: &Problem, host: EnrolmentIx, when: Option<RoundIx>) -> impl Iterator<Item = (RoundIx, Day)> + '_ {
    let rounds = problem.rounds().iter().enumerate().map(|(at, round)| (RoundIx::new(at), round));
    let rounds = rounds.filter(move |(at, _)| when.is_none_or(|when| when == *at));
    let cannot = &problem.home(host).cannot_host;
    let open = rounds.flat_map(|(at, round)| round.open_days.iter().map(move |&day| (at, day)));
    open.filter(move |(_, day)| !cannot.contains(*day))
}

/// A flow from hostings through the days of municipalities and regions to days: V1, V2, V6. Whatever it calls impossible
/// is.
fn enough_days(problem: &Problem, hosts: &[Host], budget: &Budget<'_>) -> bool {
    let mut flow = Flow::new();
    let most = |limit: Option<u32>| limit.unwrap_or(u32::MAX / 4);
    let mut whole: BTreeMap<Day, u32> = BTreeMap::new();
    let mut regions: BTreeMap<(u32, Day), u32> = BTreeMap::new();
    let mut towns: BTreeMap<(u32, Day), u32> = BTreeMap::new();
    for host in hosts {
        let hosting = flow.node();
        flow.edge(SOURCE, hosting, 1, 1);
        let town = problem.enrolment(host.host).municipality;
        let region = problem.municipality(town).region;
        for &(_, day) in &host.days {
            let on = *whole.entry(day).or_insert_with(|| {
                let node = flow.node();
                flow.edge(node, SINK, 0, most(problem.visits().max_visits_per_day));
                node
            });
            let there = *regions.entry((region.0, day)).or_insert_with(|| {
                let node = flow.node();
                flow.edge(node, on, 0, most(problem.regions()[region.at()].max_visits_per_day));
                node
            });
            let home = *towns.entry((town.0, day)).or_insert_with(|| {
                let node = flow.node();
                flow.edge(node, there, 0, 1);
                node
            });
            flow.edge(hosting, home, 0, 1);
        }
    }
    budget.spend((flow.len() / EDGES_PER_STEP) as u64 + 1);
    flow.fill()
}

/// The model: a column for each hosting, day and guest, and one of them for each hosting.
struct Rows<'a> {
    problem: &'a Problem,
    hosts: &'a [Host],
    model: Model,
    /// Hosting, position of its day, guest, column.
    choices: Vec<(usize, usize, EnrolmentIx, Col)>,
}

/// The days of somebody's trip to a host, by hosting.
type Trips = BTreeMap<usize, Vec<(Day, Col)>>;

fn decide(problem: &Problem, hosts: &[Host], seed: u64, budget: &Budget<'_>) -> Hostings {
    let mut rows = Rows { problem, hosts, model: Model::default(), choices: Vec::new() };
    for (h, host) in hosts.iter().enumerate() {
        let first = rows.choices.len();
        for (d, guests) in host.guests.iter().enumerate() {
            for &guest in guests {
                let column = rows.model.binary(0.0);
                rows.choices.push((h, d, guest, column));
            }
        }
        let one = rows.choices[first..].iter().map(|choice| (choice.3, 1.0)).collect();
        rows.model.row(1.0, 1.0, one);
    }
    rows.members();
    rows.days();
    rows.rounds();
    rows.returns();
    budget.spend((rows.model.columns() / EDGES_PER_STEP) as u64);
    let Rows { model, choices, .. } = rows;
    let options = Options { nodes: Some(MOST_NODES), seed, ..Options::default() };
    let outcome = milp::solve(model, &options, budget);
    if outcome.status == Status::Infeasible {
        return Hostings::Impossible;
    }
    let chosen = choices.iter().filter(|choice| outcome.values.get(choice.3.at()).is_some_and(|&value| value > 0.5));
    let mut visits: Vec<Visit> = chosen
        .filter_map(|&(h, d, guest, _)| {
            let (host, day) = (&hosts[h], hosts[h].days[d].1);
            Some(Visit { day, network: host.network?, host: host.host, guests: vec![guest] })
        })
        .collect();
    visits.sort_unstable();
    if visits.len() == hosts.len() && !hosts.is_empty() { Hostings::Held(visits) } else { Hostings::Undecided }
}

impl Rows<'_> {
    fn day(&self, h: usize, d: usize) -> Day {
        self.hosts[h].days[d].1
    }

    /// V5: one visit a day each, and no more in a window than the hard pace allows.
    fn members(&mut self) {
        let mut part: BTreeMap<EnrolmentIx, Vec<(Day, Col)>> = BTreeMap::new();
        for &(h, d, guest, column) in &self.choices {
            let day = self.day(h, d);
            part.entry(guest).or_default().push((day, column));
            part.entry(self.hosts[h].host).or_default().push((day, column));
        }
        let span = self.problem.span().map_or(0, |(start, end)| end.number() - start.number() + 1);
        let hard = self.problem.visits().pace.iter().filter(|pace| pace.penalty.is_none());
        let windows: Vec<(i32, u32)> = hard
            .map(|pace| (i32::try_from(pace.window_days).unwrap_or(i32::MAX).min(span), pace.max_visits))
            .chain([(1, 1)])
            .collect();
        for days in part.values_mut() {
            days.sort_unstable();
            for &(window, most) in &windows {
                runs(days, window, |run| self.model.at_most(f64::from(most), run.iter().map(|day| day.1)));
            }
        }
    }

    /// V2 and V6: a municipality hosts once a day, regions and the programme as often as they may.
    fn days(&mut self) {
        let problem = self.problem;
        let mut shared: BTreeMap<(u8, u32, Day), (u32, Vec<Col>)> = BTreeMap::new();
        for &(h, d, _, column) in &self.choices {
            let (day, town) = (self.day(h, d), problem.enrolment(self.hosts[h].host).municipality);
            let region = problem.municipality(town).region;
            let limits = [
                (0, town.0, Some(1)),
                (1, region.0, problem.regions()[region.at()].max_visits_per_day),
                (2, 0, problem.visits().max_visits_per_day),
            ];
            for (kind, of, limit) in limits {
                if let Some(limit) = limit {
                    shared.entry((kind, of, day)).or_insert((limit, Vec::new())).1.push(column);
                }
            }
        }
        for (most, columns) in shared.into_values().filter(|(most, columns)| columns.len() > *most as usize) {
            self.model.at_most(f64::from(most), columns);
        }
    }

    /// V7: a network's hostings in a round, where each member hosts once.
    fn rounds(&mut self) {
        let mut shared: BTreeMap<(Option<NetworkIx>, RoundIx), (u32, Vec<Col>)> = BTreeMap::new();
        for &(h, d, _, column) in &self.choices {
            let host = &self.hosts[h];
            let entry = shared.entry((host.network, host.days[d].0)).or_insert((host.per_round, Vec::new()));
            entry.1.push(column);
        }
        for (most, columns) in shared.into_values().filter(|(most, columns)| columns.len() > *most as usize) {
            self.model.at_most(f64::from(most), columns);
        }
    }

    /// V9: in a run of `min_return_days` two members do not visit each other both ways.
    fn returns(&mut self) {
        let least = i32::try_from(self.problem.visits().min_return_days).unwrap_or(i32::MAX);
        if least == 0 {
            return;
        }
        let mut trips: BTreeMap<(EnrolmentIx, EnrolmentIx), Trips> = BTreeMap::new();
        for &(h, d, guest, column) in &self.choices {
            let trip = trips.entry((guest, self.hosts[h].host)).or_default();
            trip.entry(h).or_default().push((self.day(h, d), column));
        }
        for (&(guest, host), there) in trips.iter().filter(|((guest, host), _)| guest < host) {
            let Some(back) = trips.get(&(host, guest)) else { continue };
            for (one, other) in there.values().flat_map(|one| back.values().map(move |other| (one, other))) {
                let mut days: Vec<(Day, Col)> = one.iter().chain(other).copied().collect();
                days.sort_unstable();
                runs(&days, least, |run| self.model.at_most(1.0, run.iter().map(|day| day.1)));
            }
        }
    }
}

/// The longest runs of days that lie within so many calendar days; those of one column are left out.
fn runs(days: &[(Day, Col)], length: i32, mut each: impl FnMut(&[(Day, Col)])) {
    let mut reached = 0;
    for first in 0..days.len() {
        let last = days[first].0.number().saturating_add(length);
        let end = days.partition_point(|day| day.0.number() < last);
        if end > reached && end - first > 1 {
            each(&days[first..end]);
        }
        reached = reached.max(end);
    }
}

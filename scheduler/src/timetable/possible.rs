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
use crate::problem::{Day, EnrolmentIx, Hosting as Times, MunicipalityIx, NetworkIx, RoundIx, TrackIx};
use crate::steering::Task;
use std::time::Duration;

/// Larger models are not begun.
const MOST_COLUMNS: usize = 60_000;
/// Hosts, days and guests that are looked at.
const MOST_LOOKS: usize = 20_000_000;
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
pub fn hostings(problem: &Task, plan: &Plan, wanted: &[Wanted], seed: u64, budget: &Budget<'_>) -> Hostings {
    let hosts: Vec<Host> = wanted.iter().map(|&wanted| Host::new(problem, plan, wanted)).collect();
    if !enough_days(problem, &hosts, budget) {
        return Hostings::Impossible;
    }
    let changes = changes_left(problem, Some(plan));
    let held = |visits: &[Visit]| {
        let round = |visit: &Visit| problem.round_of(visit.day);
        let made = || {
            let plan = problem.plan(plan.network_of.clone(), visits.to_vec());
            problem.steering().map_or(0, |steering| steering.changes(problem, &plan).visits)
        };
        wanted.iter().all(|&(host, when)| {
            visits.iter().any(|visit| visit.host == host && (when.is_none() || round(visit) == when))
        }) && changes.is_none_or(|most| made() <= most)
    };
    let quick = super::greedy(problem, plan).visits;
    if held(&quick) {
        return Hostings::Held(quick);
    }
    if budget.enough() {
        return Hostings::Undecided;
    }
    if hosts.iter().map(Host::choices).sum::<usize>() <= MOST_COLUMNS {
        return decide(problem, &hosts, changes, seed, budget);
    }
    let share = budget.share_at_most(0.5, SEARCH);
    let found = super::solve(problem, plan, seed, &share).visits;
    budget.join(&share);
    if held(&found) { Hostings::Held(found) } else { Hostings::Undecided }
}

/// Whether hostings can be held whatever the networks are, by what counting tells: each on a day on which its host can, no
/// municipality twice a day, no day over the limits of regions and programme. False is a proof for all plans; true is none.
pub fn enough_days_for(problem: &Task, wanted: &[Wanted], budget: &Budget<'_>) -> bool {
    let host = |&wanted: &Wanted| Host { days: days(problem, wanted).collect(), ..Host::of(problem, wanted) };
    enough_days(problem, &wanted.iter().map(host).collect::<Vec<_>>(), budget)
}

/// Whether it is proved that hostings cannot all be held, whatever the networks are. Beside the days there are, somebody who
/// may share a network with the host must be there and fit in, and host and guest have the time: whoever comes to a hosting
/// in a plan is one of those. False is no proof.
pub fn refuted_for(problem: &Task, wanted: &[Wanted], seed: u64, budget: &Budget<'_>) -> bool {
    let largest = problem.rounds().iter().map(|round| round.open_days.len()).sum::<usize>();
    if wanted.len().saturating_mul(problem.enrolments().len()).saturating_mul(largest) > MOST_LOOKS {
        return false;
    }
    let hosts: Vec<Host> = wanted.iter().map(|&wanted| Host::anywhere(problem, wanted)).collect();
    if !enough_days(problem, &hosts, budget) {
        return true;
    }
    if hosts.iter().map(Host::choices).sum::<usize>() <= MOST_COLUMNS {
        return decide(problem, &hosts, changes_left(problem, None), seed, budget) == Hostings::Impossible;
    }
    if hosts.iter().map(|host| host.days.len()).sum::<usize>() > MOST_COLUMNS {
        return false;
    }
    let mut rows = Rows::of(problem, &hosts, |host, _| vec![host.host]);
    rows.members();
    rows.days();
    rows.rounds();
    rows.together();
    milp::solve(rows.model, &options(seed), budget).status == Status::Infeasible
}

/// How many visits may be on other days than in a base plan, where that is limited: what the networks of a plan leave.
fn changes_left(problem: &Task, plan: Option<&Plan>) -> Option<u32> {
    let steering = problem.steering()?;
    let made = plan.map_or(0, |plan| steering.changes_of_networks(plan).networks); // others may be of another plan
    steering.most().map(|most| most.saturating_sub(made))
}

/// A hosting and what it could be.
struct Host {
    host: EnrolmentIx,
    when: Option<RoundIx>,
    track: TrackIx,
    network: Option<NetworkIx>,
    /// Most hostings in a round, of its network or, where that is not known, of its track.
    per_round: u32,
    /// Days on which the host can receive somebody.
    days: Vec<(RoundIx, Day)>,
    /// Who could come on each of these days.
    guests: Vec<Vec<EnrolmentIx>>,
}

impl Host {
    fn of(problem: &Task, (host, when): Wanted) -> Host {
        let track = problem.enrolment(host).track;
        Host { host, when, track, network: None, per_round: u32::MAX, days: Vec::new(), guests: Vec::new() }
    }

    /// In the network that a plan has it in.
    fn new(problem: &Task, plan: &Plan, wanted: Wanted) -> Host {
        let network = plan.network_of[wanted.0.at()];
        let members: Vec<EnrolmentIx> = (0..plan.network_of.len())
            .filter(|&e| network.is_some() && plan.network_of[e] == network)
            .map(EnrolmentIx::new)
            .collect();
        let hosting = members.iter().filter(|&&e| problem.hosts(e)).count();
        let it = Host { network, ..Host::of(problem, wanted) };
        let rounds = problem.track(it.track).rounds.len().max(1);
        it.received(problem, &members, hosting.div_ceil(rounds))
    }

    /// In whichever network: the members are all who may share one with it. As many hostings in a round as there may be in
    /// all networks of the track together.
    fn anywhere(problem: &Task, wanted: Wanted) -> Host {
        let it = Host::of(problem, wanted);
        let all = (0..problem.enrolments().len()).map(EnrolmentIx::new);
        let of_track: Vec<EnrolmentIx> = all.filter(|&e| problem.enrolment(e).track == it.track).collect();
        let hosting = of_track.iter().filter(|&&e| problem.hosts(e)).count();
        let members: Vec<EnrolmentIx> = of_track.into_iter().filter(|&e| may_share(problem, wanted.0, e)).collect();
        let networks = problem.networks().iter().filter(|network| network.track == it.track).count();
        let rounds = problem.track(it.track).rounds.len().max(1);
        it.received(problem, &members, (hosting + networks * (rounds - 1)) / rounds)
    }

    /// With the days on which one of these could come, and who; `per_round` counts where each hosts once.
    fn received(mut self, problem: &Task, members: &[EnrolmentIx], per_round: usize) -> Host {
        let room = problem.home(self.host).host_capacity;
        let fits =
            |&&e: &&EnrolmentIx| e != self.host && room.is_none_or(|room| problem.enrolment(e).delegates <= room);
        let members: Vec<EnrolmentIx> = members.iter().filter(fits).copied().collect();
        match problem.track(self.track).hosting {
            Times::Once => self.per_round = per_round as u32, // at most as many as there are enrolments
            Times::EachRound => {}
            Times::Rotate => self.per_round = if self.network.is_some() { 1 } else { u32::MAX },
        }
        let wanted = (self.host, self.when);
        let frozen = problem.steering().map_or(&[][..], |steering| steering.frozen(wanted));
        for (round, day) in days(problem, wanted) {
            let locked = frozen.iter().find(|frozen| frozen.0 == day).map(|frozen| &frozen.1);
            let can = |e: &&EnrolmentIx| problem.can_travel(**e, day) && locked.is_none_or(|guests| guests.contains(e));
            let guests: Vec<EnrolmentIx> = members.iter().filter(can).copied().collect();
            if !guests.is_empty() {
                self.days.push((round, day));
                self.guests.push(guests);
            }
        }
        self
    }

    fn choices(&self) -> usize {
        self.guests.iter().map(Vec::len).sum()
    }
}

/// Whether two enrolments of a track may be in one network: A1, A3, A5 and `apart`.
fn may_share(problem: &Task, a: EnrolmentIx, b: EnrolmentIx) -> bool {
    let (home, other) = (problem.enrolment(a).municipality, problem.enrolment(b).municipality);
    let pair = (home.min(other), home.max(other));
    let both = |n: NetworkIx| problem.eligible(a, n) && problem.eligible(b, n);
    let near =
        |n: NetworkIx| problem.network(n).max_distance_km.is_none_or(|most| problem.km(home, other) <= most + 1e-6);
    home != other
        && problem.apart().binary_search(&pair).is_err()
        && (0..problem.networks().len()).map(NetworkIx::new).any(|n| both(n) && near(n))
}

/// The open days on which the host's municipality can host, and no lock forbids it.
fn days(problem: &Task, (host, when): Wanted) -> impl Iterator<Item = (RoundIx, Day)> + '_ {
    let unlocked = move |day| problem.steering().is_none_or(|steering| steering.open_on((host, when), day));
    let open = problem.open_days(problem.enrolment(host).track, when);
    open.filter(move |&(_, day)| problem.can_host_on(host, day) && unlocked(day))
}

/// A flow from hostings through the days of municipalities and regions to days: V1, V2, V6. Whatever it calls impossible
/// is. Municipalities whose hostings have a day each whatever the others do are left out of it.
fn enough_days(problem: &Task, hosts: &[Host], budget: &Budget<'_>) -> bool {
    let town_of = |host: &Host| problem.enrolment(host.host).municipality;
    let is_limited = |town: MunicipalityIx| {
        let region = &problem.regions()[problem.municipality(town).region.at()];
        problem.visits().max_visits_per_day.or(region.max_visits_per_day).is_some()
    };
    // Hostings of a municipality, and the fewest days that one of them has.
    let mut own: BTreeMap<MunicipalityIx, (usize, usize)> = BTreeMap::new();
    for host in hosts {
        let (hostings, days) = own.entry(town_of(host)).or_insert((0, usize::MAX));
        (*hostings, *days) = (*hostings + 1, host.days.len().min(*days));
    }
    let has_choice = |town: MunicipalityIx| !is_limited(town) && own.get(&town).is_some_and(|(all, days)| all <= days);

    let mut flow = Flow::new();
    let most = |limit: Option<u32>| limit.unwrap_or(u32::MAX / 4);
    let mut whole: BTreeMap<Day, u32> = BTreeMap::new();
    let mut regions: BTreeMap<(u32, Day), u32> = BTreeMap::new();
    let mut towns: BTreeMap<(u32, Day), u32> = BTreeMap::new();
    for host in hosts.iter().filter(|host| !has_choice(town_of(host))) {
        let hosting = flow.node();
        flow.edge(SOURCE, hosting, 1, 1);
        let town = town_of(host);
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
    problem: &'a Task,
    hosts: &'a [Host],
    model: Model,
    /// Hosting, position of its day, guest, column.
    choices: Vec<(usize, usize, EnrolmentIx, Col)>,
}

/// The days of somebody's trip to a host, by hosting.
type Trips = BTreeMap<usize, Vec<(Day, Col)>>;

fn options(seed: u64) -> Options {
    Options { nodes: Some(MOST_NODES), seed, ..Options::default() }
}

fn decide(problem: &Task, hosts: &[Host], changes: Option<u32>, seed: u64, budget: &Budget<'_>) -> Hostings {
    let mut rows = Rows::of(problem, hosts, |host, at| host.guests[at].clone());
    rows.members();
    rows.days();
    rows.rounds();
    rows.returns();
    rows.changes(changes);
    budget.spend((rows.model.columns() / EDGES_PER_STEP) as u64);
    let Rows { model, choices, .. } = rows;
    let outcome = milp::solve(model, &options(seed), budget);
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

impl<'a> Rows<'a> {
    /// A column for each hosting, day and whom `who` names for it, of which each hosting has one.
    fn of(problem: &'a Task, hosts: &'a [Host], who: impl Fn(&Host, usize) -> Vec<EnrolmentIx>) -> Self {
        let mut rows = Rows { problem, hosts, model: Model::default(), choices: Vec::new() };
        for (h, host) in hosts.iter().enumerate() {
            let first = rows.choices.len();
            for d in 0..host.days.len() {
                for guest in who(host, d) {
                    let column = rows.model.binary(0.0);
                    rows.choices.push((h, d, guest, column));
                }
            }
            let one = rows.choices[first..].iter().map(|choice| (choice.3, 1.0)).collect();
            rows.model.row(1.0, 1.0, one);
        }
        rows
    }

    fn day(&self, h: usize, d: usize) -> Day {
        self.hosts[h].days[d].1
    }

    /// V5: one visit a day each, and no more in a window than the hard pace allows.
    fn members(&mut self) {
        let mut part: BTreeMap<EnrolmentIx, Vec<(Day, Col)>> = BTreeMap::new();
        for &(h, d, guest, column) in &self.choices {
            let day = self.day(h, d);
            let host = self.hosts[h].host;
            part.entry(host).or_default().push((day, column));
            if guest != host {
                part.entry(guest).or_default().push((day, column));
            }
        }
        let windows = self.windows();
        for days in part.values_mut() {
            days.sort_unstable();
            for &(window, most) in &windows {
                runs(days, window, |run| self.model.at_most(f64::from(most), run.iter().map(|day| day.1)));
            }
        }
    }

    /// Windows of days, and in how many visits of each one may take part.
    fn windows(&self) -> Vec<(i32, u32)> {
        let span = self.problem.span().map_or(0, |(start, end)| end.number() - start.number() + 1);
        let hard = self.problem.visits().pace.iter().filter(|pace| pace.penalty.is_none());
        hard.map(|pace| (i32::try_from(pace.window_days).unwrap_or(i32::MAX).min(span), pace.max_visits))
            .chain([(1, 1)])
            .collect()
    }

    /// V5 for all of a track together, where guests are not told apart: host and guest take part in each visit.
    fn together(&mut self) {
        let mut tracks: BTreeMap<TrackIx, Vec<(Day, Col)>> = BTreeMap::new();
        for &(h, d, _, column) in &self.choices {
            tracks.entry(self.hosts[h].track).or_default().push((self.day(h, d), column));
        }
        let windows = self.windows();
        for (track, mut days) in tracks {
            days.sort_unstable();
            let members = self.problem.enrolments().iter().filter(|enrolment| enrolment.track == track).count();
            for &(window, most) in &windows {
                let visits = (members * most as usize / 2) as f64;
                runs(&days, window, |run| self.model.at_most(visits, run.iter().map(|day| day.1)));
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

    /// V7: the hostings of a network, or of a track, in a round, where each member hosts once.
    fn rounds(&mut self) {
        type Hosting = (TrackIx, Option<NetworkIx>, RoundIx);
        let mut shared: BTreeMap<Hosting, (u32, Vec<Col>)> = BTreeMap::new();
        for &(h, d, _, column) in &self.choices {
            let host = &self.hosts[h];
            let entry =
                shared.entry((host.track, host.network, host.days[d].0)).or_insert((host.per_round, Vec::new()));
            entry.1.push(column);
        }
        for (most, columns) in shared.into_values().filter(|(most, columns)| columns.len() > *most as usize) {
            self.model.at_most(f64::from(most), columns);
        }
    }

    /// At most so many hostings on another day than a base plan has them; those that have lost a day are left aside.
    fn changes(&mut self, most: Option<u32>) {
        let Some((most, steering)) = most.zip(self.problem.steering()) else { return };
        let costs = |&&(h, d, _, _): &&(usize, usize, EnrolmentIx, Col)| {
            let key = (self.hosts[h].host, self.hosts[h].when);
            steering.spare(key).0 == 0 && steering.costs_on(key, self.day(h, d))
        };
        let columns: Vec<Col> = self.choices.iter().filter(costs).map(|choice| choice.3).collect();
        self.model.at_most(f64::from(most), columns);
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

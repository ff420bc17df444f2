//! What does not change while dates are looked for: the networks' hostings, their candidate days, who is
//! available when, and the rules in the form the search asks for.

use crate::plan::Plan;
use crate::problem::{Day, EnrolmentIx, Hosting as Times, MunicipalityIx, NetworkIx, Problem, RoundIx};

/// Position among the open days of all rounds, ascending.
pub(super) type DayIx = u16;

/// No day: the guest stays away.
pub(super) const AWAY: DayIx = DayIx::MAX;

/// An open day.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenDay {
    pub day: Day,
    /// Calendar days since the programme began.
    pub offset: u32,
    pub round: RoundIx,
}

/// All visits that one member hosts, once or in one round.
#[derive(Clone, Debug)]
pub(super) struct Hosting {
    pub host: EnrolmentIx,
    pub network: NetworkIx,
    /// The other members, ascending.
    pub guests: Vec<EnrolmentIx>,
    /// Where the guests' days begin in the search state.
    pub first: usize,
    /// Delegates of all guests.
    pub people: u64,
    /// Guests (persons) that fit at one visit.
    pub capacity: u64,
    /// Open days on which the host can host, in the hosting's round where there is one a round; ascending.
    pub days: Vec<DayIx>,
}

/// A pace rule, its window cut to the programme.
#[derive(Clone, Copy, Debug)]
pub(super) struct PaceRule {
    pub window: u32,
    pub most: u32,
    /// Cost of one visit too many in one window, weight applied; `None`: hard.
    pub cost: Option<f64>,
}

/// A set of open days for each of several owners.
#[derive(Clone, Debug, Default)]
pub(super) struct DayTable {
    stride: usize,
    words: Vec<u64>,
}

impl DayTable {
    pub fn new(owners: usize, days: usize) -> DayTable {
        let stride = days.div_ceil(64).max(1);
        DayTable { stride, words: vec![0; owners * stride] }
    }

    pub fn has(&self, owner: usize, day: usize) -> bool {
        self.words[owner * self.stride + day / 64] >> (day % 64) & 1 == 1
    }

    pub fn set(&mut self, owner: usize, day: usize, on: bool) {
        let word = &mut self.words[owner * self.stride + day / 64];
        let bit = 1 << (day % 64);
        *word = if on { *word | bit } else { *word & !bit };
    }
}

/// What the search works on.
#[derive(Debug)]
pub(super) struct Frame<'p> {
    pub problem: &'p Problem,
    pub days: Vec<OpenDay>,
    /// Calendar days of the programme.
    pub span: u32,
    pub pace: Vec<PaceRule>,
    pub hostings: Vec<Hosting>,
    /// The hostings of each network.
    pub of_network: Vec<Vec<u32>>,
    /// The hostings of each enrolment as host.
    pub of_host: Vec<Vec<u32>>,
    /// Days on which a municipality can travel.
    pub available: DayTable,
    /// Days that are possible for a municipality, at a cost.
    pub undesired: DayTable,
    /// Days on which a hosting can be held, by hosting.
    pub candidate: DayTable,
    /// Most hostings of a network in one round.
    pub per_round: Vec<u32>,
    /// The municipality of each enrolment.
    pub home: Vec<MunicipalityIx>,
    /// Delegates of each enrolment.
    pub delegates: Vec<u32>,
    /// Days between a visit and its return.
    pub min_return: u32,
    network_of: Vec<Option<NetworkIx>>,
}

impl<'p> Frame<'p> {
    pub fn new(problem: &'p Problem, plan: &Plan) -> Frame<'p> {
        let days = open_days(problem);
        let span = problem.span().map_or(0, |(start, end)| (end.number() - start.number() + 1).max(0) as u32);
        let towns = problem.municipalities();
        let mut available = DayTable::new(towns.len(), days.len());
        let mut undesired = DayTable::new(towns.len(), days.len());
        for (m, town) in towns.iter().enumerate() {
            for (d, open) in days.iter().enumerate() {
                available.set(m, d, !town.unavailable.contains(open.day));
                undesired.set(m, d, town.undesired.contains(open.day));
            }
        }
        let enrolments = problem.enrolments();
        let mut frame = Frame {
            problem,
            span,
            pace: pace_rules(problem, span),
            hostings: Vec::new(),
            of_network: vec![Vec::new(); problem.networks().len()],
            of_host: vec![Vec::new(); enrolments.len()],
            available,
            undesired,
            candidate: DayTable::default(),
            per_round: Vec::new(),
            home: enrolments.iter().map(|e| e.municipality).collect(),
            delegates: enrolments.iter().map(|e| e.delegates).collect(),
            min_return: problem.visits().min_return_days,
            network_of: plan.network_of.clone(),
            days,
        };
        for (n, members) in plan.members(problem).iter().enumerate() {
            frame.add_network(NetworkIx::new(n), members);
        }
        frame.candidate = DayTable::new(frame.hostings.len(), frame.days.len());
        for (u, hosting) in frame.hostings.iter().enumerate() {
            for &day in &hosting.days {
                frame.candidate.set(u, usize::from(day), true);
            }
        }
        frame
    }

    fn add_network(&mut self, network: NetworkIx, members: &[EnrolmentIx]) {
        let rounds = self.problem.rounds().len();
        let hosts: Vec<EnrolmentIx> = members.iter().copied().filter(|&e| self.problem.hosts(e)).collect();
        self.per_round.push(hosts.len().div_ceil(rounds.max(1)) as u32);
        if members.len() < 2 || rounds == 0 {
            return;
        }
        let times: Vec<Option<RoundIx>> = match self.problem.visits().hosting {
            Times::Once => vec![None],
            Times::EachRound => (0..rounds).map(|r| Some(RoundIx::new(r))).collect(),
        };
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
        let fits = |open: &OpenDay| round.is_none_or(|r| r == open.round) && !home.cannot_host.contains(open.day);
        let days = (0..).zip(&self.days).filter(|(_, open)| fits(open)).map(|(d, _)| d).collect();
        self.hostings.push(Hosting {
            host,
            network,
            first: self.hostings.last().map_or(0, |last| last.first + last.guests.len()),
            people: guests.iter().map(|g| u64::from(self.delegates[g.at()])).sum(),
            capacity: home.host_capacity.map_or(u64::MAX, u64::from),
            days,
            guests,
        });
        self.of_network[network.at()].push(u);
        self.of_host[host.at()].push(u);
    }

    /// Number of pairs of a hosting and a guest.
    pub fn slots(&self) -> usize {
        self.hostings.last().map_or(0, |last| last.first + last.guests.len())
    }

    /// Whether the hostings of a member are limited to one, and spread over the rounds.
    pub fn once(&self) -> bool {
        self.problem.visits().hosting == Times::Once
    }

    /// The position of this guest among the hosting's guests.
    pub fn guest_at(&self, hosting: usize, guest: EnrolmentIx) -> Option<usize> {
        self.hostings[hosting].guests.binary_search(&guest).ok()
    }

    /// The network of an enrolment.
    pub fn network_of(&self, enrolment: EnrolmentIx) -> Option<usize> {
        self.network_of.get(enrolment.at()).copied().flatten().map(NetworkIx::at)
    }

    /// The open day of this date.
    pub fn day_ix(&self, day: Day) -> Option<DayIx> {
        self.days.binary_search_by_key(&day, |open| open.day).ok().map(|d| d as DayIx)
    }

    /// Cost of an enrolment's taking part on a day, weight applied: 0 where it is not undesired.
    pub fn undesired_people(&self, enrolment: EnrolmentIx, day: DayIx) -> i64 {
        let bad = self.undesired.has(self.home[enrolment.at()].at(), usize::from(day));
        if bad { i64::from(self.delegates[enrolment.at()]) } else { 0 }
    }
}

/// A programme holds at most 3,660 days, so that their positions fit.
fn open_days(problem: &Problem) -> Vec<OpenDay> {
    let Some((start, _)) = problem.span() else { return Vec::new() };
    let mut days: Vec<OpenDay> = Vec::new();
    for (r, round) in problem.rounds().iter().enumerate() {
        days.extend(round.open_days.iter().map(|&day| OpenDay {
            day,
            offset: (day.number() - start.number()).max(0) as u32,
            round: RoundIx::new(r),
        }));
    }
    days.truncate(usize::from(AWAY));
    days
}

/// The rules that can bite: soft ones that cost nothing are left out.
fn pace_rules(problem: &Problem, span: u32) -> Vec<PaceRule> {
    let weight = problem.weights().pace;
    let rule = |pace: &crate::problem::Pace| PaceRule {
        window: pace.window_days.min(span.max(1)),
        most: pace.max_visits,
        cost: pace.penalty.map(|penalty| penalty * weight),
    };
    problem.visits().pace.iter().map(rule).filter(|rule| rule.cost != Some(0.0)).collect()
}

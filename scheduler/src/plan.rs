//! Who is where, and who visits whom when: facts, no opinions.

use std::collections::HashMap;

use crate::problem::{Day, EnrolmentIx, NetworkIx, Problem};
use crate::rules::{A1, Rule, V1, V4, Violation, Violations};

/// A plan for a problem, by the problem's indices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The network of each enrolment, by enrolment; `None`: left unassigned.
    pub network_of: Vec<Option<NetworkIx>>,
    /// The visits, sorted by day, network, host; guests ascending.
    pub visits: Vec<Visit>,
}

/// One visit of a network to one of its members.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Visit {
    /// When.
    pub day: Day,
    /// Which network.
    pub network: NetworkIx,
    /// Who receives.
    pub host: EnrolmentIx,
    /// Who comes, ascending.
    pub guests: Vec<EnrolmentIx>,
}

impl Plan {
    /// A plan that places nobody.
    pub fn empty(problem: &Problem) -> Plan {
        Plan { network_of: vec![None; problem.enrolments().len()], visits: Vec::new() }
    }

    /// The members of every network, by network; each ascending.
    pub fn members(&self, problem: &Problem) -> Vec<Vec<EnrolmentIx>> {
        let mut members = vec![Vec::new(); problem.networks().len()];
        for (e, network) in self.network_of.iter().enumerate() {
            if let Some(network) = network {
                members[network.at()].push(EnrolmentIx::new(e));
            }
        }
        members
    }

    /// Puts visits and guests in the order of the plan document.
    pub fn sort(&mut self) {
        for visit in &mut self.visits {
            visit.guests.sort_unstable();
        }
        self.visits.sort_unstable();
    }
}

/// A plan document as it is written, by ids, nothing checked: what `check` reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlanRecords {
    /// Who is in which network.
    pub assignments: Vec<AssignmentRecord>,
    /// Who visits whom when.
    pub visits: Vec<VisitRecord>,
    /// The cost it states, by measure and in `total`: name and value.
    pub cost: Vec<(String, f64)>,
    /// The bounds it states: `assignment`, `timetable`, `total`.
    pub bound: Vec<(String, f64)>,
}

/// A row of `assignments`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssignmentRecord {
    /// The enrolment's id.
    pub enrolment: String,
    /// The network's id; `None`: left unassigned.
    pub network: Option<String>,
}

/// A row of `visits`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VisitRecord {
    /// The network's id.
    pub network: String,
    /// The hosting enrolment's id.
    pub host: String,
    /// ISO date.
    pub date: String,
    /// The guests' enrolment ids.
    pub guests: Vec<String>,
    /// The round's id, where it is told.
    pub round: Option<String>,
}

impl PlanRecords {
    /// A plan as it is written, in the order of the plan document; states no cost and no bound.
    pub fn of(problem: &Problem, plan: &Plan) -> PlanRecords {
        let enrolment = |e: EnrolmentIx| problem.enrolment(e).id.clone();
        let network = |n: NetworkIx| problem.network(n).id.clone();
        let assignments = plan.network_of.iter().enumerate().map(|(e, placed)| AssignmentRecord {
            enrolment: enrolment(EnrolmentIx::new(e)),
            network: placed.map(network),
        });
        let visits = plan.visits.iter().map(|visit| VisitRecord {
            network: network(visit.network),
            host: enrolment(visit.host),
            date: visit.day.to_string(),
            guests: visit.guests.iter().map(|&guest| enrolment(guest)).collect(),
            round: None,
        });
        PlanRecords { assignments: assignments.collect(), visits: visits.collect(), ..PlanRecords::default() }
    }

    /// The plan that is meant, and what could not be read of it: rows that name an unknown enrolment or network,
    /// place one twice (A1), visits whose host, network, day or round is none (V1), unknown guests (V4). Such rows
    /// and guests are dropped; of two places the last counts.
    pub fn resolve(&self, problem: &Problem) -> (Plan, Vec<Violation>) {
        let mut reader = Reader::new(problem);
        let mut plan = Plan::empty(problem);
        for row in &self.assignments {
            reader.place(row, &mut plan);
        }
        for row in &self.visits {
            let visit = reader.visit(row, &plan);
            plan.visits.extend(visit);
        }
        plan.sort();
        (plan, reader.found.0)
    }
}

/// Reads ids against a problem.
struct Reader<'a> {
    problem: &'a Problem,
    enrolments: HashMap<&'a str, EnrolmentIx>,
    networks: HashMap<&'a str, NetworkIx>,
    found: Violations,
}

impl<'a> Reader<'a> {
    fn new(problem: &'a Problem) -> Reader<'a> {
        let enrolments = problem.enrolments().iter().enumerate();
        let networks = problem.networks().iter().enumerate();
        Reader {
            problem,
            enrolments: enrolments.map(|(at, e)| (e.id.as_str(), EnrolmentIx::new(at))).collect(),
            networks: networks.map(|(at, n)| (n.id.as_str(), NetworkIx::new(at))).collect(),
            found: Violations::default(),
        }
    }

    fn place(&mut self, row: &AssignmentRecord, plan: &mut Plan) {
        let Some(&e) = self.enrolments.get(row.enrolment.as_str()) else {
            return self.say(A1, format!("unknown enrolment {}", row.enrolment));
        };
        if plan.network_of[e.at()].is_some() {
            self.say(A1, format!("enrolment {} is assigned twice", row.enrolment));
        }
        let Some(id) = &row.network else { return };
        match self.networks.get(id.as_str()) {
            Some(&n) => plan.network_of[e.at()] = Some(n),
            None => self.say(A1, format!("enrolment {}: unknown network {id}", row.enrolment)),
        }
    }

    fn visit(&mut self, row: &VisitRecord, plan: &Plan) -> Option<Visit> {
        let label = || format!("visit of {} to {} on {}", row.network, row.host, row.date);
        let place = self.enrolments.get(row.host.as_str()).zip(self.networks.get(row.network.as_str()));
        let Some((&host, &network)) = place else {
            self.say(V1, format!("{}: the host is not a member", label()));
            return None;
        };
        let Ok(day) = Day::parse(&row.date) else {
            self.say(V1, format!("{}: not a day", label()));
            return None;
        };
        let round = self.problem.round_of(day).map(|round| &self.problem.rounds()[round.at()].id);
        if let (Some(said), Some(is)) = (&row.round, round)
            && said != is
            && plan.network_of[host.at()] == Some(network)
        {
            self.say(V1, format!("{}: says round {said}, but the day is in {is}", label()));
        }
        let mut guests = Vec::with_capacity(row.guests.len());
        for id in &row.guests {
            match self.enrolments.get(id.as_str()) {
                Some(&guest) => guests.push(guest),
                None => self.say(V4, format!("{}: guest {id} is not another member", label())),
            }
        }
        Some(Visit { day, network, host, guests })
    }

    fn say(&mut self, rule: Rule, detail: String) {
        self.found.add(rule, detail);
    }
}

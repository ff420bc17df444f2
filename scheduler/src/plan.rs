//! Who is where, and who visits whom when: facts, no opinions.

use crate::problem::{Day, EnrolmentIx, NetworkIx, Problem};

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
}

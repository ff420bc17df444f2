//! Who is where, and who visits whom when: facts, no opinions.

use crate::problem::{Day, EnrolmentIx, GatheringIx, NetworkIx, PlaceIx, Problem};

/// A plan for a problem, by the problem's indices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The network of each enrolment, by enrolment; `None`: left unassigned.
    pub network_of: Vec<Option<NetworkIx>>,
    /// The visits, sorted by day, network, host; guests ascending.
    pub visits: Vec<Visit>,
    /// The meetings of gatherings, sorted by start, gathering, place; those who attend ascending.
    pub meetings: Vec<Meeting>,
}

/// One meeting of a gathering.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Meeting {
    /// Its first day.
    pub start: Day,
    /// Of which gathering.
    pub gathering: GatheringIx,
    /// Where; `None`: online, or at a place that nobody has named yet.
    pub place: Option<PlaceIx>,
    /// Who attends, ascending.
    pub attend: Vec<EnrolmentIx>,
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
    /// Who is in which network, without visits and meetings.
    pub fn assigned(network_of: Vec<Option<NetworkIx>>) -> Plan {
        Plan { network_of, ..Plan::default() }
    }

    /// A plan that places nobody.
    pub fn empty(problem: &Problem) -> Plan {
        Plan::assigned(vec![None; problem.enrolments().len()])
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
        for meeting in &mut self.meetings {
            meeting.attend.sort_unstable();
        }
        self.meetings.sort_unstable();
    }
}

/// A plan document as it is written, by ids, nothing checked: what `check` reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlanRecords {
    /// Who is in which network.
    pub assignments: Vec<AssignmentRecord>,
    /// Who visits whom when.
    pub visits: Vec<VisitRecord>,
    /// The meetings of gatherings.
    pub gatherings: Vec<MeetingRecord>,
    /// The cost it states, by measure and in `total`: name and value.
    pub cost: Vec<(String, f64)>,
    /// The bounds it states: `gatherings`, `assignment`, `timetable`, `total`.
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

/// A row of `gatherings`: one meeting.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MeetingRecord {
    /// The gathering's id.
    pub gathering: String,
    /// Its first ISO date.
    pub start: String,
    /// The place's id; `None`: it has none.
    pub place: Option<String>,
    /// The enrolment ids of those who attend.
    pub attend: Vec<String>,
}

impl PlanRecords {
    /// A plan as it is written, in the order of the plan document; states no cost and no bound.
    pub fn of(problem: &Problem, plan: &Plan) -> PlanRecords {
        let enrolment = |e: EnrolmentIx| problem.enrolment(e).id.clone();
        let network = |n: NetworkIx| problem.network(n).id.clone();
        let all = plan.network_of.iter().enumerate().map(|(e, placed)| (EnrolmentIx::new(e), placed));
        let wanting = all.filter(|&(e, placed)| problem.wants_network(e) || placed.is_some());
        let assignments =
            wanting.map(|(e, placed)| AssignmentRecord { enrolment: enrolment(e), network: placed.map(network) });
        let meetings = plan.meetings.iter().map(|meeting| {
            let it = problem.gathering(meeting.gathering);
            MeetingRecord {
                gathering: it.id.clone(),
                start: meeting.start.to_string(),
                place: meeting.place.map(|place| it.places[place.at()].id.clone()),
                attend: meeting.attend.iter().map(|&e| enrolment(e)).collect(),
            }
        });
        let visits = plan.visits.iter().map(|visit| VisitRecord {
            network: network(visit.network),
            host: enrolment(visit.host),
            date: visit.day.to_string(),
            guests: visit.guests.iter().map(|&guest| enrolment(guest)).collect(),
            round: None,
        });
        PlanRecords {
            assignments: assignments.collect(),
            visits: visits.collect(),
            gatherings: meetings.collect(),
            ..PlanRecords::default()
        }
    }
}

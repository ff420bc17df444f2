//! What a search is given: a problem, and what steers the search.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::Steering;
use crate::availability::Availability;
use crate::plan::{Meeting, Plan, Visit};
use crate::problem::{Day, EnrolmentIx, Faults, NetworkIx, Problem, ProblemRecords};

/// A problem with the locks and prices that a search keeps to, and the meetings that it plans around. It reads as the problem: rules and costs see that alone, and
/// know nothing of what steers.
#[derive(Clone, Debug)]
pub struct Task {
    problem: Arc<Problem>,
    steering: Option<Arc<Steering>>,
    settled: Arc<Settled>,
}

/// The meetings that networks and dates are planned around.
#[derive(Debug, Default)]
struct Settled {
    meetings: Vec<Meeting>,
    availability: Availability,
}

impl Task {
    /// A problem that nothing steers, from its records.
    ///
    /// Errors: everything that is wrong with them.
    pub fn new(records: &ProblemRecords) -> Result<Task, Faults> {
        Problem::new(records).map(Task::from)
    }

    /// The same problem, steered so.
    pub fn steered(&self, steering: Steering) -> Task {
        Task { steering: Some(Arc::new(steering)), ..self.clone() }
    }

    /// The same problem and steering, around these meetings.
    pub fn around(&self, meetings: Vec<Meeting>) -> Task {
        let availability = Availability::new(self, &meetings);
        Task { settled: Arc::new(Settled { meetings, availability }), ..self.clone() }
    }

    /// The meetings that networks and dates are planned around.
    pub fn meetings(&self) -> &[Meeting] {
        &self.settled.meetings
    }

    /// The plan of these networks and visits, with the meetings that they are planned around. Visits are in the order given.
    pub fn plan(&self, network_of: Vec<Option<NetworkIx>>, visits: Vec<Visit>) -> Plan {
        Plan { network_of, visits, meetings: self.settled.meetings.clone() }
    }

    /// Whether an enrolment can take part in a visit that day, as host or guest.
    pub fn can_travel(&self, e: EnrolmentIx, day: Day) -> bool {
        self.settled.availability.can_travel(self, e, day)
    }

    /// Whether it can host a visit that day, apart from the other visits of its municipality.
    pub fn can_host_on(&self, e: EnrolmentIx, day: Day) -> bool {
        self.settled.availability.can_host(self, e, day)
    }

    /// What steers the search, where anything does.
    pub fn steering(&self) -> Option<&Steering> {
        self.steering.as_deref()
    }

    /// Takes something back of what steers the search.
    pub(crate) fn loosen(&mut self, change: impl FnOnce(&mut Steering)) {
        if let Some(steering) = &mut self.steering {
            change(Arc::make_mut(steering));
        }
    }

    /// The only network that an enrolment may be in: fixed to it, locked in it, or the base's where none is to change.
    pub(crate) fn must_be_in(&self, enrolment: EnrolmentIx) -> Option<NetworkIx> {
        let steered = || self.steering()?.only_in(enrolment);
        self.enrolment(enrolment).fixed.or_else(steered)
    }
}

impl From<Problem> for Task {
    fn from(problem: Problem) -> Task {
        Task { problem: Arc::new(problem), steering: None, settled: Arc::default() }
    }
}

impl Deref for Task {
    type Target = Problem;

    fn deref(&self) -> &Problem {
        &self.problem
    }
}

impl DerefMut for Task {
    fn deref_mut(&mut self) -> &mut Problem {
        Arc::make_mut(&mut self.problem)
    }
}

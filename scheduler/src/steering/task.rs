//! What a search is given: a problem, and what steers the search.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::Steering;
use crate::problem::{EnrolmentIx, Faults, NetworkIx, Problem, ProblemRecords};

/// A problem with the locks and prices that a search keeps to. It reads as the problem: rules and costs see that alone, and
/// know nothing of what steers.
#[derive(Clone, Debug)]
pub struct Task {
    problem: Arc<Problem>,
    steering: Option<Arc<Steering>>,
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
        Task { problem: Arc::clone(&self.problem), steering: Some(Arc::new(steering)) }
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
        Task { problem: Arc::new(problem), steering: None }
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

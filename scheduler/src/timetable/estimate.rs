//! What the dates of a network would cost, quickly: for those who choose its members.

use std::sync::Arc;

use super::calendar::Calendar;
use super::group::dual;
use super::group::view::View;
use crate::problem::{EnrolmentIx, Hosting};
use crate::steering::Task;

/// Tells what networks cost in dates, whatever the other networks do. Made once for a problem, it may be asked from
/// several threads.
#[derive(Debug)]
pub struct Estimate<'p> {
    pub(super) calendar: Arc<Calendar<'p>>,
}

impl<'p> Estimate<'p> {
    /// For this problem.
    pub fn new(problem: &'p Task) -> Estimate<'p> {
        Estimate { calendar: Arc::new(Calendar::new(problem)) }
    }

    /// Proved lower bound on unhosted + absence + extra_visit + undesired + pace of a network of these members
    /// (ascending), whatever the others do: each hosting at its best by itself. Some tens of microseconds for ten members;
    /// 0 without rounds or where there are too many ways to look at.
    pub fn floor(&self, members: &[EnrolmentIx]) -> f64 {
        self.near(members, 1)
    }

    /// The same, higher the more often one looks (`looks`, at least 1; some tens of microseconds each): pace and
    /// rounds count more and more. With 100 looks mostly within a few percent of what the network's best dates
    /// cost, where its hosts can receive everybody at once.
    pub fn near(&self, members: &[EnrolmentIx], looks: usize) -> f64 {
        let problem = self.calendar.problem;
        if members.first().is_some_and(|&e| problem.hosting_of(e) == Hosting::Rotate) {
            return 0.0; // where members take turns, hosting by hosting says nothing
        }
        let view = View::new(&self.calendar, members, |_, _| true);
        let weights = problem.weights();
        let reach = weights.extra_visit * view.units.len() as f64 * 0.5;
        let proved = dual::ascend(&view, looks, reach, None).map_or(0.0, |ascent| ascent.bound);
        proved.max(view.crowding()).max(0.0)
    }
}

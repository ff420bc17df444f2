//! Networks and dates together: what networks cost in dates, for the search for networks, and the visits that go with
//! the networks that it ends at.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::assignment::{self, Answer, Assignment, TimetableBounds, TimetableCost};
use crate::effort::Budget;
use crate::plan::{Plan, Visit};
use crate::problem::{EnrolmentIx, NetworkIx};
use crate::steering::Task;
use crate::timetable::Estimate;

/// Steps of search for the dates of a network: at a glance, in earnest, and where it is to stay for a while.
const GLANCE: u64 = 300;
const EARNEST: u64 = 2_000;
const SETTLED: u64 = 20_000;
/// What a lower bound is worth, in steps of the same, and what it takes at least to begin a search.
const FLOOR: u64 = 50;
const BEGIN: u64 = 50;

/// Looks of a lower bound that is as near as it can be.
const NEAR: usize = 40;

/// How many times the first look at all networks must fit into the budget, and about how long a look takes.
const LOOKS: u64 = 4;
const LOOK: Duration = Duration::from_millis(40);

/// Up to this many networks are remembered, before those that nobody needs any more are forgotten.
const MOST_KNOWN: usize = 100_000;
/// Programmes of more enrolments are not begun: making one network's dates ready takes time in proportion.
const MOST_ENROLMENTS: usize = 3_000;

/// What networks cost in dates, whatever the dates of the others: each is looked at once.
pub struct Dates<'p> {
    estimate: Estimate<'p>,
    known: Mutex<BTreeMap<Vec<EnrolmentIx>, Known>>,
}

/// What is known of a network's dates.
#[derive(Clone, Debug)]
struct Known {
    /// A lower bound; minus infinity before it is worked out.
    floor: f64,
    /// Cost of the best visits found; infinite before the first look.
    cost: f64,
    visits: Vec<Visit>,
    /// Steps of the longest search so far.
    steps: u64,
}

/// Whether it pays to look at networks and dates together: where there is anything to choose, and the first look at all
/// networks takes no more than a small part of the budget.
pub fn pays(problem: &Task, budget: &Budget<'_>) -> bool {
    let networks = problem.networks().len() as u32;
    let steps = 2 * (BEGIN + SETTLED) * u64::from(networks);
    !problem.rounds().is_empty()
        && has_choice(problem)
        && problem.enrolments().len() <= MOST_ENROLMENTS
        && budget.work_left().is_none_or(|left| left > LOOKS * steps)
        && budget.time_left().is_none_or(|left| left > LOOK * networks * LOOKS as u32)
}

/// Networks by both halves of the cost, with dates that each has by itself, from those of a plan.
pub fn improve(problem: &Task, known: &Dates<'_>, start: &Plan, seed: u64, budget: &Budget<'_>) -> Plan {
    known.learn(problem, start);
    let networks = assignment::improve(problem, &start.network_of, known, seed, budget);
    known.plan(problem, networks)
}

/// Whether more may be proved of networks and dates together than of the networks alone: where there is anything to choose,
/// and the proof of the networks has left columns.
pub fn is_boundable(problem: &Task, assigned: &Assignment) -> bool {
    !problem.rounds().is_empty() && has_choice(problem) && assigned.is_boundable()
}

/// A proved lower bound on the total, over all plans, by what was proved of an assignment; `plan`: a good one.
pub fn bound(problem: &Task, known: &Dates<'_>, assigned: &Assignment, plan: &Plan, budget: &Budget<'_>) -> f64 {
    known.learn(problem, plan);
    let mut timetables = vec![0.0; problem.tracks().len()];
    for (network, members) in problem.networks().iter().zip(plan.members(problem)) {
        let cost = known.known(&members).cost;
        timetables[network.track.at()] += if cost.is_finite() { cost } else { 0.0 }; // too few for any visit
    }
    assignment::bound_with(problem, assigned, (&plan.network_of, &timetables), known, budget)
}

/// Whether somebody may be in one network or in another.
fn has_choice(problem: &Task) -> bool {
    let mut networks = vec![0; problem.tracks().len()];
    problem.networks().iter().for_each(|network| networks[network.track.at()] += 1);
    let free = |e: usize| problem.must_be_in(EnrolmentIx::new(e)).is_none();
    problem.enrolments().iter().enumerate().any(|(e, enrolment)| networks[enrolment.track.at()] > 1 && free(e))
}

impl<'p> Dates<'p> {
    /// Nothing is known yet.
    pub fn new(problem: &'p Task) -> Dates<'p> {
        Dates { estimate: Estimate::new(problem), known: Mutex::default() }
    }

    /// Takes note of the visits of a whole plan.
    pub fn learn(&self, problem: &Task, plan: &Plan) {
        let mut visits: Vec<Vec<Visit>> = vec![Vec::new(); problem.networks().len()];
        for visit in &plan.visits {
            visits[visit.network.at()].push(visit.clone());
        }
        for (members, visits) in plan.members(problem).into_iter().zip(visits) {
            self.look(&members, &visits, 0);
        }
    }

    /// The plan of these networks with the visits known of them; days on which they get in each other's way are not minded.
    pub fn plan(&self, problem: &Task, network_of: Vec<Option<NetworkIx>>) -> Plan {
        let mut plan = problem.plan(network_of, Vec::new());
        let known = self.lock();
        for (n, members) in plan.members(problem).into_iter().enumerate() {
            let visits = known.get(&members).map_or(&[][..], |known| &known.visits);
            plan.visits.extend(visits.iter().map(|visit| Visit { network: NetworkIx::new(n), ..visit.clone() }));
        }
        plan.sort();
        plan
    }

    /// Looks for dates from these visits, in so many steps, and remembers the best.
    fn look(&self, members: &[EnrolmentIx], like: &[Visit], steps: u64) -> Answer {
        if members.len() < 2 {
            return Answer::default();
        }
        let (cost, visits) = self.estimate.dates(members, like, steps);
        let mut all = self.lock();
        let known = all.entry(members.to_vec()).or_default();
        known.steps = known.steps.max(steps);
        if cost < known.cost {
            (known.cost, known.visits) = (cost, visits);
        }
        Answer { cost: known.cost, steps: BEGIN + steps }
    }

    fn ask(&self, members: &[EnrolmentIx], like: &[EnrolmentIx], steps: u64) -> Answer {
        let known = self.known(members);
        if known.done(steps) {
            return Answer { cost: known.cost, steps: 0 };
        }
        let visits = if known.cost.is_finite() { known.visits } else { self.known(like).visits };
        self.look(members, &visits, steps)
    }

    fn known(&self, members: &[EnrolmentIx]) -> Known {
        self.lock().get(members).cloned().unwrap_or_default()
    }

    /// A poisoned lock still holds whole entries: each is written in one step.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Vec<EnrolmentIx>, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Known {
    fn default() -> Known {
        Known { floor: f64::NEG_INFINITY, cost: f64::INFINITY, visits: Vec::new(), steps: 0 }
    }
}

impl Known {
    /// Whether a search of so many steps has nothing to add.
    fn done(&self, steps: u64) -> bool {
        self.cost.is_finite() && (self.steps >= steps || self.cost <= self.floor)
    }
}

impl TimetableBounds for Dates<'_> {
    fn quick(&self, members: &[EnrolmentIx]) -> f64 {
        self.estimate.floor(members)
    }

    fn near(&self, members: &[EnrolmentIx]) -> f64 {
        self.estimate.near(members, NEAR)
    }
}

impl TimetableCost for Dates<'_> {
    fn lower_bound(&self, members: &[EnrolmentIx]) -> Answer {
        if members.len() < 2 {
            return Answer::default();
        }
        if let Some(known) = self.lock().get(members).filter(|known| known.floor.is_finite()) {
            // What was looked at in earnest will be estimated at that.
            return Answer { cost: if known.done(EARNEST) { known.cost } else { known.floor }, steps: 0 };
        }
        let floor = self.estimate.floor(members);
        self.lock().entry(members.to_vec()).or_default().floor = floor;
        Answer { cost: floor, steps: FLOOR }
    }

    fn glance(&self, members: &[EnrolmentIx], like: &[EnrolmentIx]) -> Answer {
        self.ask(members, like, GLANCE)
    }

    fn estimate(&self, members: &[EnrolmentIx], like: &[EnrolmentIx]) -> Answer {
        self.ask(members, like, EARNEST)
    }

    fn settle(&self, members: &[EnrolmentIx]) -> Answer {
        let before = self.known(members);
        if members.len() < 2 || before.done(SETTLED) {
            return Answer { cost: if members.len() < 2 { 0.0 } else { before.cost }, steps: 0 };
        }
        // From nothing, which forgets what a network inherited, and then from the best.
        let fresh = self.look(members, &[], SETTLED - 1);
        let further = self.look(members, &self.known(members).visits, SETTLED);
        Answer { steps: fresh.steps + further.steps, ..further }
    }

    fn forget_all_but(&self, networks: &[Vec<EnrolmentIx>]) {
        let mut known = self.lock();
        if known.len() > MOST_KNOWN {
            known.retain(|members, known| known.steps >= SETTLED || networks.contains(members));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::cost;
    use crate::problem::records::PaceRecord;
    use crate::problem::records::VisitsRecord;
    use crate::small;

    fn paced() -> Task {
        let mut records = small::records();
        let soft = PaceRecord { window_days: 5, max_visits: None, penalty: Some(7.0) };
        records.visits = Some(VisitsRecord { pace: Some(vec![soft]), ..Default::default() });
        records.municipalities[0].undesired = Some(vec!["2024-01-02".into()]);
        small::problem(&records)
    }

    #[test]
    fn an_estimate_is_what_the_remembered_visits_cost() {
        let problem = paced();
        let dates = Dates::new(&problem);
        let members = [EnrolmentIx(0), EnrolmentIx(1), EnrolmentIx(2)];
        let (floor, settled) = (dates.lower_bound(&members).cost, dates.settle(&members).cost);
        let plan = dates.plan(&problem, vec![Some(NetworkIx(0)); 3]);
        assert!((cost(&problem, &plan).timetable() - settled).abs() < 1e-6);
        assert!(crate::rules::violations(&problem, &plan).is_empty());
        assert!(floor <= settled && plan.visits.len() == 3);
    }

    #[test]
    fn what_was_found_before_is_not_looked_for_again() {
        let problem = paced();
        let dates = Dates::new(&problem);
        let members = [EnrolmentIx(0), EnrolmentIx(2)];
        let first = dates.estimate(&members, &[]);
        assert!(first.steps > 0);
        assert_eq!(dates.estimate(&members, &[]), Answer { steps: 0, ..first });
    }

    #[test]
    fn the_visits_of_a_plan_are_an_estimate_to_begin_from() {
        let problem = paced();
        let dates = Dates::new(&problem);
        let members = [EnrolmentIx(0), EnrolmentIx(1), EnrolmentIx(2)];
        dates.settle(&members);
        let plan = dates.plan(&problem, vec![Some(NetworkIx(0)); 3]);
        let others = Dates::new(&problem);
        others.learn(&problem, &plan);
        assert_eq!(others.plan(&problem, plan.network_of.clone()), plan);
    }
}

//! The networks of a plan cannot be made better by moving one enrolment, or by swapping two.

use scheduler::plan::Plan;
use scheduler::problem::{EnrolmentIx, NetworkIx, ProblemRecords};
use scheduler::{Outcome, Task, cost, rules};

use crate::check::problem;
use crate::common::generator::{self, Size};
use crate::solve::solved;

/// Too large for looking at every assignment.
const MEDIUM: Size = Size { enrolments: 26, networks: 5, rounds: 1, days: 1 };

/// What a plan costs, where it keeps every rule.
fn sound_cost(problem: &Task, plan: &Plan) -> Option<f64> {
    rules::violations(problem, plan).is_empty().then(|| cost::cost(problem, plan).total())
}

#[test]
fn no_move_and_no_swap_makes_the_networks_of_a_plan_better() {
    let (mut looked, mut sound) = (0, 0);
    for seed in 0..20 {
        let records = ProblemRecords { rounds: Some(Vec::new()), ..generator::problem(seed, MEDIUM) };
        let problem = problem(&records);
        let Outcome::Planned(solution) = solved(&problem, 500_000) else { continue };
        let (plan, least) = (&solution.plan, solution.cost.total() - 1e-6);
        let mut other = plan.clone();
        let mut judge = |changes: &[(EnrolmentIx, Option<NetworkIx>)]| {
            changes.iter().for_each(|&(e, to)| other.network_of[e.at()] = to);
            let cost = sound_cost(&problem, &other);
            assert!(cost.is_none_or(|cost| cost >= least), "seed {seed}: {changes:?} costs {cost:?}, below {least}");
            sound += usize::from(cost.is_some());
            changes.iter().for_each(|&(e, _)| other.network_of[e.at()] = plan.network_of[e.at()]);
        };
        let enrolments = || (0..problem.enrolments().len()).map(EnrolmentIx::new);
        let places = (0..problem.networks().len()).map(|at| Some(NetworkIx::new(at))).chain([None]);
        for to in places {
            enrolments().for_each(|e| judge(&[(e, to)]));
        }
        for a in enrolments() {
            for b in enrolments().skip(a.at() + 1) {
                judge(&[(a, plan.network_of[b.at()]), (b, plan.network_of[a.at()])]);
            }
        }
        looked += 1;
    }
    assert!(looked >= 8 && sound >= 500, "{looked} plans, {sound} sound changes: shows too little");
}

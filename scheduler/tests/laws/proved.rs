//! What is proved about networks is true, and of tiny problems everything is proved.

use scheduler::effort::Still;
use scheduler::problem::ProblemRecords;
use scheduler::{Effort, Outcome, Solution, solve};

use crate::check::{close, problem};
use crate::common::generator::{self, SMALL, Size};
use crate::oracle::Oracle;
use crate::solve::solved;

/// So small that every assignment can be looked at, and large enough for all rules to meet.
const COUNTABLE: Size = Size { enrolments: 6, networks: 3, rounds: 1, days: 1 };

/// Too large for looking at every assignment: searches and proofs by columns have their say.
const MEDIUM: Size = Size { enrolments: 32, networks: 6, rounds: 1, days: 1 };

/// How many problems the law of bounds is held against; all of them with NETVISIT_LAWS=full.
const SOME: u64 = 250;
const ALL: u64 = 10_000;

/// A problem without dates.
fn undated(seed: u64, size: Size) -> ProblemRecords {
    ProblemRecords { rounds: Some(Vec::new()), ..generator::problem(seed, size) }
}

#[test]
fn of_five_hundred_tiny_problems_the_best_networks_are_found_and_proved() {
    let (mut found, mut impossible) = (0, 0);
    for seed in 0..500 {
        let records = undated(seed, COUNTABLE);
        match (solved(&problem(&records), 50_000), Oracle::new(&records).best().assignment) {
            (Outcome::Planned(solution), Some(best)) => {
                let (cost, bound) = (solution.cost.total(), solution.bound.total);
                assert!(close(cost, best), "seed {seed}: {cost} was found, {best} is best");
                assert!(close(bound, best), "seed {seed}: {bound} is proved, {best} is best");
                found += 1;
            }
            (Outcome::Infeasible(_), None) => impossible += 1,
            (outcome, best) => panic!("seed {seed}: {outcome:?}, but the best of all is {best:?}"),
        }
    }
    assert!(found >= 250 && impossible >= 50, "{found} found, {impossible} impossible: shows too little");
}

#[test]
fn no_bound_is_above_the_cost_of_any_plan() {
    #[allow(clippy::disallowed_methods)] // a setting of this test, not of the scheduler
    let full = std::env::var("NETVISIT_LAWS").is_ok_and(|laws| laws == "full");
    let (mut planned, mut close_ones) = (0, 0);
    for seed in 0..if full { ALL } else { SOME } {
        let records = undated(seed, if seed % 2 == 0 { SMALL } else { MEDIUM });
        let problem = problem(&records);
        // One goes far, the other not, from another seed: what one proves binds the other.
        let solve = |work: u64, seed: u64| {
            let effort = Effort { work: Some(work), threads: 1, seed, ..Effort::default() };
            match solve(&problem, &effort, &Still) {
                Outcome::Planned(solution) => Some(solution),
                Outcome::Infeasible(_) | Outcome::NotFound(_) => None,
                Outcome::Broken(violations) => panic!("{violations:?}"),
            }
        };
        let plans: Vec<Solution> =
            [(1_500, seed), (12_000, !seed)].into_iter().filter_map(|(w, s)| solve(w, s)).collect();
        for bound in plans.iter().map(|plan| plan.bound) {
            for cost in plans.iter().map(|plan| plan.cost.total()) {
                for bound in [bound.assignment, bound.total] {
                    assert!(
                        bound <= cost || close(bound, cost),
                        "seed {seed}: {bound} is proved, yet a plan for {cost}"
                    );
                }
            }
            close_ones += usize::from(plans.iter().any(|plan| bound.total >= 0.9 * plan.cost.total()));
        }
        planned += plans.len();
    }
    assert!(planned >= 100 && close_ones * 4 >= planned, "{close_ones} of {planned}: bounds are far");
}

//! Plans that are right, broken on purpose in one place: the check names the rule.

use scheduler::check::check;
use scheduler::plan::{PlanRecords, VisitRecord};
use scheduler::problem::ProblemRecords;
use scheduler::{Outcome, Task};

use crate::check::problem;
use crate::common::generator::{self, SMALL, date};
use crate::oracle::Oracle;
use crate::solve::{document, solved};

/// Plans with visits, each with its problem.
fn plans(mut look: impl FnMut(&ProblemRecords, &Task, PlanRecords)) {
    let mut seen = 0;
    for seed in 1_000..1_120 {
        let records = generator::problem(seed, SMALL);
        let problem = problem(&records);
        if let Outcome::Planned(solution) = solved(&problem, 600)
            && !solution.plan.visits.is_empty()
        {
            seen += 1;
            look(&records, &problem, document(&problem, &solution));
        }
    }
    assert!(seen >= 10, "only {seen} plans have visits: they show too little");
}

fn codes(problem: &Task, plan: &PlanRecords) -> Vec<&'static str> {
    check(problem, plan).broken.iter().map(|violation| violation.rule.as_str()).collect()
}

/// Every plan with its first visit changed so breaks the rule.
fn breaks(rule: &str, change: fn(&mut VisitRecord)) {
    plans(|_, problem, mut plan| {
        change(&mut plan.visits[0]);
        let found = codes(problem, &plan);
        assert!(found.contains(&rule), "{found:?} lacks {rule}: {:?}", plan.visits[0]);
    });
}

#[test]
fn a_visit_before_the_programme_breaks_v1() {
    breaks("V1", |visit| visit.date = date(-400));
}

#[test]
fn a_visit_that_nobody_comes_to_breaks_v3() {
    breaks("V3", |visit| visit.guests.clear());
}

#[test]
fn a_host_who_visits_itself_breaks_v4() {
    breaks("V4", |visit| visit.guests.push(visit.host.clone()));
}

#[test]
fn a_visit_held_twice_on_one_day_breaks_v2_v5_and_v8() {
    plans(|_, problem, mut plan| {
        plan.visits.push(plan.visits[0].clone());
        let found = codes(problem, &plan);
        assert!(["V2", "V5", "V8"].iter().all(|rule| found.contains(rule)), "{found:?}");
    });
}

#[test]
fn a_host_taken_out_of_its_network_breaks_v1() {
    plans(|_, problem, mut plan| {
        let host = plan.visits[0].host.clone();
        plan.assignments.iter_mut().filter(|row| row.enrolment == host).for_each(|row| row.network = None);
        assert!(codes(problem, &plan).contains(&"V1"));
    });
}

#[test]
fn a_plan_that_loses_or_moves_a_visit_is_judged_as_the_wording_says() {
    plans(|records, problem, plan| {
        let oracle = Oracle::new(records);
        for at in 0..plan.visits.len() {
            let mut without = plan.clone();
            without.visits.remove(at);
            let moved = oracle.open.iter().map(|open| {
                let mut moved = plan.clone();
                moved.visits[at].date = scheduler::problem::Day::from_number(open.0 as i32).to_string();
                moved
            });
            for mut changed in moved.chain([without]) {
                (changed.cost, changed.bound) = (Vec::new(), Vec::new());
                let trial = oracle.read(&changed);
                let mut found = codes(problem, &changed);
                found.sort_unstable();
                found.dedup();
                assert_eq!(found, Vec::from_iter(oracle.broken(&trial)));
                let cost = oracle.assignment_cost(&trial) + oracle.timetable_cost(&trial, &oracle.wanted(&trial));
                assert!(crate::check::close(check(problem, &changed).cost.total(), cost));
            }
        }
    });
}

#[test]
fn a_cost_stated_too_low_and_a_bound_too_high_are_found() {
    plans(|_, problem, plan| {
        for at in 0..plan.cost.len() {
            let mut wrong = plan.clone();
            wrong.cost[at].1 -= 1.0 + 1e-3 * plan.cost[plan.cost.len() - 1].1;
            assert_eq!(codes(problem, &wrong), ["cost"]);
        }
        for at in 0..plan.bound.len() {
            let mut wrong = plan.clone();
            wrong.bound[at].1 = plan.cost[plan.cost.len() - 1].1 * 1.001 + 1.0;
            assert_eq!(codes(problem, &wrong), ["bound"]);
        }
    });
}

//! Builds a problem, solves it, checks the plan and explains it: `cargo run --release --example solve`.

#![allow(clippy::disallowed_macros)] // the scheduler does not print; an example shows what comes out

use scheduler::effort::Still;
use scheduler::explain::{self, english};
use scheduler::plan::PlanRecords;
use scheduler::problem::records::*;
use scheduler::{Effort, Outcome, ProblemRecords, Task, check, solve};

/// Six towns on a line, one enrolment each, two networks of three, one round of visits in January.
fn records() -> ProblemRecords {
    let town = |at: usize| MunicipalityRecord {
        id: format!("town-{at}"),
        region: "coast".into(),
        lat: 55.0 + 0.1 * at as f64,
        lon: 10.0,
        ..Default::default()
    };
    let enrolment = |at: usize| EnrolmentRecord {
        id: format!("e{at}"),
        municipality: format!("town-{at}"),
        delegates: 2,
        ..Default::default()
    };
    let network = |id: &str| NetworkRecord { id: id.into(), min_members: 3, max_members: 3, ..Default::default() };
    let (start, end) = ("2027-01-04".into(), "2027-01-29".into());
    ProblemRecords {
        name: "example".into(),
        regions: vec![RegionRecord { id: "coast".into(), ..Default::default() }],
        municipalities: (0..6).map(town).collect(),
        enrolments: (0..6).map(enrolment).collect(),
        networks: vec![network("north"), network("south")],
        rounds: Some(vec![RoundRecord { id: "january".into(), start, end, name: None }]),
        ..Default::default()
    }
}

fn main() -> Result<(), scheduler::Faults> {
    let problem = Task::new(&records())?; // all contradictions at once, or a problem that can be solved
    let effort = Effort { work: Some(100_000), ..Effort::default() };
    let Outcome::Planned(solution) = solve(&problem, &effort, &Still) else {
        println!("no plan was found");
        return Ok(());
    };
    println!("cost {:.1}, no plan costs less than {:.1}", solution.cost.total(), solution.bound.total);
    let report = check::check(&problem, &PlanRecords::of(&problem, &solution.plan)); // shares no code with the search
    assert!(report.broken.is_empty());
    for visit in &solution.plan.visits {
        println!("{}  {} hosts {} guests", visit.day, problem.enrolment(visit.host).id, visit.guests.len());
    }
    for reason in explain::why::whole(&problem, &solution.plan, solution.bound.total).reasons {
        println!("{}", english::reason(&problem, &reason));
    }
    Ok(())
}

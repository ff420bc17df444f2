//! Made-up problems in which every option turns up with the others: the checker beside the repository, which nobody who made
//! the scheduler made, finds no rule broken in any plan and works out the same cost, and so does our own check. Two
//! thousand of them with NETVISIT_LAWS=full, as `make laws` runs it. Where the checker is missing, this says so and looks at
//! nothing.

#[allow(dead_code)] // the laws of the scheduler use the rest
#[path = "../scheduler/tests/common/mod.rs"]
mod common;

use std::path::Path;

use common::generator::{self, SMALL, Size};
use netvisit::records::problems::wire::ProblemDocument;
use poem_openapi::types::ToJSON;
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::documents::run;
use crate::shared::{costs_agree, report, shared};

/// How many there are, and how many with NETVISIT_LAWS=full.
const SOME: u64 = 60;
const ALL: u64 = 2_000;

/// Larger ones, in which networks and their days are in each other's way.
const LARGE: Size = Size { enrolments: 40, networks: 8, rounds: 3, days: 20 };

/// What our own check says of a plan, as the program prints it.
fn checked(problem: &Path, plan: &Path) -> Value {
    let paths = [problem, plan].map(|path| path.to_str().unwrap());
    serde_json::from_slice(&run(&["check", paths[0], paths[1]], b"").stdout).unwrap()
}

#[test]
fn the_checker_and_our_check_agree_on_the_plans_of_made_up_problems() {
    let Some(shared) = shared() else { return };
    let full = std::env::var("NETVISIT_LAWS").is_ok_and(|laws| laws == "full");
    let directory = TempDir::new().unwrap();
    let [problem, written] = ["problem.json", "plan.json"].map(|name| directory.path().join(name));
    let (mut planned, mut visits) = (0, 0);
    for seed in 0..if full { ALL } else { SOME } {
        let records = generator::problem(seed, if seed % 4 == 0 { LARGE } else { SMALL });
        let document = ProblemDocument::new(&records).to_json().unwrap().to_string();
        std::fs::write(&problem, &document).unwrap();
        let output = run(&["solve", "-", "--work", "3000"], document.as_bytes());
        let Some(0) = output.status.code() else {
            // Networks that cannot be filled, or none found: there is no plan to judge, and nothing else may go wrong.
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(1), "seed {seed}: {told}");
            continue;
        };
        std::fs::write(&written, &output.stdout).unwrap();
        let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
        for judge in [report(&shared, &problem, &written), checked(&problem, &written)] {
            assert_eq!(judge["broken"], Value::Array(Vec::new()), "seed {seed}");
            costs_agree(&plan, &judge, &format!("seed {seed}"));
        }
        planned += 1;
        visits += plan["visits"].as_array().unwrap().len();
    }
    assert!(planned >= 15 && visits >= 100, "{planned} plans with {visits} visits show too little");
}

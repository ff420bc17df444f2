//! Several processes on one database: no plan is made twice, none is lost, and whoever comes back too late writes nothing.

use serde_json::{Value, json};

use super::{rounds, tell};
use crate::harness::Server;
use crate::harness::documents::{much_to_do, problem};

pub const LEASE: [&str; 2] = ["--plan-lease", "1"];

pub fn ask(server: &Server, problem: Value, effort: Value) -> String {
    let answer = server.post("/v1/plans", json!({"problem": problem, "effort": effort}));
    answer.expect(202);
    answer.header("location").to_owned()
}

pub fn follow(server: &Server, plan: &str, enough: impl Fn(&Value) -> bool) -> Value {
    loop {
        let plan = server.get(plan).expect(200);
        if enough(&plan) {
            return plan;
        }
    }
}

fn cost(plan: &Value) -> f64 {
    plan["cost"]["total"].as_f64().unwrap()
}

#[test]
fn two_processes_make_each_plan_once() {
    let one = Server::with(&LEASE);
    let two = one.beside(&LEASE);
    let many = rounds(6, 60);
    let plans: Vec<String> = (0..many)
        .map(|i| ask(if i % 2 == 0 { &one } else { &two }, problem(), json!({"work": 20_000, "seed": i})))
        .collect();
    for plan in &plans {
        let done = follow(&two, plan, |plan| plan.get("finished_at").is_some());
        assert_eq!((&done["state"], &done["attempts"]), (&json!("succeeded"), &json!(1)));
        assert_eq!(one.get(plan).expect(200), done, "both tell the same");
    }
    tell("two processes make each plan once", &format!("{many} plans"));
}

#[test]
fn a_second_process_takes_over_when_the_first_dies() {
    for _ in 0..rounds(1, 10) {
        let one = Server::with(&LEASE);
        let plan = ask(&one, much_to_do(), json!({"seconds": 600}));
        let two = one.beside(&LEASE);
        let before = follow(&two, &plan, |plan| plan["state"] == "running" && plan.get("cost").is_some());
        let _directory = one.kill();
        let after = follow(&two, &plan, |plan| plan["attempts"] == 2 && plan["state"] == "running");
        assert!(cost(&after) <= cost(&before));
        let stopped = two.cancel(&plan);
        assert!(cost(&stopped) <= cost(&after));
    }
}

/// Stops a process at a moment in which it does not hold the lock that writers need: as long as it does, nobody can take
/// anything over.
pub fn freeze_between_writes(one: &Server, two: &Server, round: usize) {
    for attempt in 0.. {
        one.signal("STOP");
        if two.put(&format!("/v1/regions/r{round}-{attempt}"), json!({})).status == 201 {
            return;
        }
        one.signal("CONT");
    }
}

#[test]
fn a_process_that_was_taken_for_dead_writes_nothing_when_it_comes_back() {
    for _ in 0..rounds(1, 10) {
        let one = Server::with(&LEASE);
        let plan = ask(&one, much_to_do(), json!({"seconds": 600}));
        let two = one.beside(&LEASE);
        follow(&two, &plan, |plan| plan.get("cost").is_some());
        freeze_between_writes(&one, &two, 0);
        let taken = follow(&two, &plan, |plan| plan["attempts"] == 2 && plan["state"] == "running");
        one.signal("CONT");
        // The second process is busy with the plan: this one is made by the first, once it has given up.
        let next = ask(&two, problem(), json!({"work": 1000}));
        follow(&two, &next, |plan| plan["state"] == "succeeded");
        let now = one.get(&plan).expect(200);
        assert_eq!((&now["state"], &now["attempts"]), (&json!("running"), &json!(2)));
        assert!(cost(&now) <= cost(&taken));
        let stopped = two.cancel(&plan);
        assert_eq!(stopped["state"], "cancelled");
        assert_eq!(one.get(&plan).expect(200), stopped);
    }
}

#[test]
fn any_process_can_cancel_what_another_one_makes() {
    let one = Server::with(&LEASE);
    let two = one.beside(&["--solvers", "0"]);
    let plan = ask(&two, much_to_do(), json!({"seconds": 600}));
    follow(&two, &plan, |plan| plan.get("cost").is_some());
    assert_eq!(two.cancel(&plan)["state"], "cancelled");
}

//! The queue of plans: its order, its end, what becomes of what was cut off.

use serde_json::{Value, json};

use crate::harness::Server;
use crate::harness::documents::{much_to_do, problem};
use crate::harness::plans::ended;

fn cost(plan: &Value) -> f64 {
    plan["cost"]["total"].as_f64().unwrap()
}

/// A running plan whose first cost is known, and that cost.
fn running(server: &Server) -> (String, f64) {
    let plan = server.ask_plan(much_to_do(), json!({"seconds": 600}));
    let first = server.until(&plan, |plan| plan.get("cost").is_some());
    (plan, cost(&first))
}

#[test]
fn a_plan_that_waits_knows_its_place() {
    let server = Server::with(&["--solvers", "0"]);
    let plans = [0, 1, 2].map(|_| server.ask_plan(problem(), json!({"work": 1000})));
    let places = || plans.each_ref().map(|plan| server.get(plan).expect(200)["queue_position"].clone());
    assert_eq!(places(), [json!(1), json!(2), json!(3)]);
    let before = server.get(&plans[2]);
    server.post(&format!("{}/cancel", plans[0]), json!({})).expect(200);
    assert_eq!(places(), [Value::Null, json!(1), json!(2)]);
    let after = server.ask("GET", &plans[2]).header("if-none-match", before.etag()).send();
    assert_eq!(after.status, 200, "another place is a change");
}

#[test]
fn a_full_queue_says_so_and_when_to_come_again() {
    let server = Server::with(&["--plan-queue", "2", "--solvers", "0"]);
    let first = server.ask_plan(problem(), json!({"work": 1000}));
    server.ask_plan(problem(), json!({"work": 1000}));
    let body = json!({"problem": problem()});
    let refused = server.post("/v1/plans", body.clone());
    assert_eq!(refused.problem(429).0, "overloaded");
    assert!(refused.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0));
    assert_eq!(server.get("/v1/plans").ids().len(), 2);
    server.post(&format!("{first}/cancel"), json!({})).expect(200);
    assert_eq!(server.post("/v1/plans", body).expect(202)["queue_position"], 2);
}

#[test]
fn no_plan_runs_longer_than_the_service_allows() {
    let server = Server::with(&["--plan-seconds", "2"]);
    let body = json!({"problem": problem(), "effort": {"seconds": 3}});
    let (code, errors) = server.post("/v1/plans", body).problem(422);
    assert_eq!((code.as_str(), errors[0].0.as_str()), ("invalid", "/effort/seconds"));
    let plan = server.ask_plan(much_to_do(), json!({"work": 1_000_000_000_000_u64}));
    assert_eq!(server.until(&plan, ended)["state"], "succeeded");
    let plan = server.ask_plan(much_to_do(), json!({}));
    assert_eq!(server.until(&plan, ended)["state"], "succeeded", "a minute is the default, and cut short too");
}

#[test]
fn a_plan_that_was_cut_off_goes_on_at_once_and_is_no_worse() {
    let alone = ["--plan-lease", "3600"]; // whoever is alone does not wait for a lease to end
    let server = Server::with(&alone);
    let (plan, first) = running(&server);
    let sha256 = server.get(&plan).expect(200)["problem_sha256"].clone();
    let server = server.restart_with(&alone);
    let second = server.until(&plan, |plan| plan["state"] == "running");
    assert!(cost(&second) <= first);
    assert_eq!(second["attempts"], 2);
    let server = server.killed_and_started_with(&alone);
    let third = server.until(&plan, |plan| plan["state"] == "running");
    assert!(cost(&third) <= cost(&second));
    assert_eq!((&third["attempts"], &third["problem_sha256"]), (&json!(3), &sha256));
    let stopped = server.cancel(&plan);
    assert!(cost(&stopped) <= cost(&third));
}

#[test]
fn the_time_that_a_plan_has_used_is_not_given_again() {
    let server = Server::start();
    let plan = server.ask_plan(much_to_do(), json!({"seconds": 8}));
    let used = |plan: &Value| plan["progress"]["elapsed_seconds"].as_f64().unwrap_or_default();
    let before = server.until(&plan, |plan| plan.get("cost").is_some() && used(plan) > 2.0);
    let server = server.killed_and_started_again();
    let going_on = server.until(&plan, |plan| plan["attempts"] == 2 && used(plan) > 0.0);
    assert!(used(&going_on) >= used(&before));
    let done = server.until(&plan, ended);
    assert_eq!(done["state"], "succeeded");
    assert!(cost(&done) <= cost(&before));
}

#[test]
fn a_plan_under_work_alone_is_the_same_whatever_happens_to_the_service() {
    let effort = json!({"work": 400_000});
    let server = Server::start();
    let quiet = server.ask_plan(much_to_do(), effort.clone());
    server.until(&quiet, ended);
    let expected = server.get(&format!("{quiet}/document")).body;
    let cut_off = server.ask_plan(much_to_do(), effort);
    server.until(&cut_off, |plan| plan["state"] == "running");
    let server = server.killed_and_started_again();
    let done = server.until(&cut_off, ended);
    assert_eq!((&done["state"], &done["attempts"]), (&json!("succeeded"), &json!(2)));
    assert!(server.get(&format!("{cut_off}/document")).body == expected);
}

#[test]
fn a_plan_that_the_service_dies_of_again_and_again_fails_and_keeps_its_best() {
    let mut server = Server::start();
    let (plan, first) = running(&server);
    for _ in 0..3 {
        server.until(&plan, |plan| plan["state"] == "running");
        server = server.killed_and_started_again();
    }
    let failed = server.get(&plan).expect(200);
    assert_eq!((&failed["state"], &failed["failure"]["code"]), (&json!("failed"), &json!("crashed")), "{failed}");
    assert!(cost(&failed) <= first);
    assert_eq!(server.get(&format!("{plan}/document")).expect(200)["cost"], failed["cost"]);
    let next = server.ask_plan(problem(), json!({"work": 1000}));
    assert_eq!(server.until(&next, ended)["state"], "succeeded");
}

#[test]
fn several_plans_are_made_at_the_same_time_where_that_is_wanted() {
    let server = Server::with(&["--solvers", "2", "--solver-threads", "1"]);
    let plans = [0, 1].map(|_| running(&server).0);
    for plan in &plans {
        assert_eq!(server.get(plan).expect(200)["state"], "running");
    }
    for plan in &plans {
        assert_eq!(server.cancel(plan)["state"], "cancelled");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn searches_run_only_when_nothing_else_wants_to_and_nobody_else_does() {
    const SCHED_IDLE: &str = "5";
    let server = Server::start();
    running(&server);
    let tasks = || {
        let mut tasks = Vec::new();
        for task in std::fs::read_dir(format!("/proc/{}/task", server.pid())).unwrap() {
            let Ok(stat) = std::fs::read_to_string(task.unwrap().path().join("stat")) else { continue }; // it has ended
            let (name, rest) = stat.split_once('(').and_then(|(_, rest)| rest.rsplit_once(") ")).unwrap();
            tasks.push((name.to_owned(), rest.split(' ').nth(38).unwrap() == SCHED_IDLE));
        }
        tasks
    };
    crate::torture::until("a search is idle", || tasks().iter().any(|(_, idle)| *idle));
    let tasks = tasks();
    assert!(tasks.iter().all(|(name, idle)| !idle || name.starts_with("solver")), "{tasks:?}");
    assert!(tasks.iter().any(|(name, idle)| !idle && name.starts_with("solver")), "who stores is not idle: {tasks:?}");
}

//! What clashes in a programme and in its plans, and repairs that are put to the test.

use serde_json::{Value, json};

use crate::harness::Server;
use crate::harness::documents::{plan, problem, problem_with};

fn findings(server: &Server, path: &str) -> Vec<Value> {
    server.get(&format!("{path}/clashes")).expect(200)["items"].as_array().unwrap().clone()
}

fn rules(finding: &Value) -> Vec<(String, String)> {
    let members = finding["clash"]["members"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut rules: Vec<(String, String)> =
        members.iter().map(|one| (text(&one["rule"]), text(&one["network"]) + &text(&one["enrolment"]))).collect();
    rules.sort();
    rules
}

/// Six enrolments, of which the two networks must have eight.
fn too_few() -> Value {
    problem_with(|d| {
        d["networks"][0]["min_members"] = json!(4);
        d["networks"][1]["min_members"] = json!(4);
    })
}

#[test]
fn a_programme_in_which_nothing_clashes_has_nothing_to_tell() {
    let server = Server::start();
    server.put("/v1/programmes/p/problem", problem()).expect(201);
    assert_eq!(findings(&server, "/v1/programmes/p"), [Value::Null; 0]);
    server.get("/v1/programmes/q/clashes").problem(404);
}

#[test]
fn before_any_plan_the_smallest_clash_is_told_and_its_repairs_work() {
    let server = Server::start();
    server.put("/v1/programmes/p/problem", too_few()).expect(201);
    let found = findings(&server, "/v1/programmes/p");
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["stake"], &found[0]["known"]), (&json!("minimums"), &json!("impossible")));
    assert_eq!(found[0]["clash"]["minimal"], true);
    assert_eq!(rules(&found[0]), ["n1", "n2"].map(|network| ("min_members".to_owned(), network.to_owned())));
    let lower = found[0]["repairs"].as_array().unwrap();
    let lower = lower.iter().find(|repair| repair["changes"][0]["code"] == "lower_min_members").unwrap();
    assert_eq!((&lower["changes"][0]["from"], &lower["changes"][0]["to"]), (&json!(4.0), &json!(2.0)));
    let network = lower["changes"][0]["network"].as_str().unwrap();
    server.patch(&format!("/v1/programmes/p/networks/{network}"), json!({"min_members": 2})).expect(200);
    assert_eq!(findings(&server, "/v1/programmes/p"), [Value::Null; 0]);
}

#[test]
fn an_infeasible_plan_is_told_the_same_and_more() {
    let server = Server::start();
    let answer = server.post("/v1/plans", json!({"problem": too_few(), "effort": {"work": 3_000}}));
    let path = answer.header("location").to_owned();
    let plan = loop {
        let plan = server.get(&path).expect(200);
        if !["queued", "running"].contains(&plan["state"].as_str().unwrap()) {
            break plan;
        }
    };
    let found = findings(&server, &path);
    assert_eq!(found[0]["clash"], plan["clash"]);
    assert!(!found[0]["repairs"].as_array().unwrap().is_empty());
}

#[test]
fn a_programme_that_contradicts_itself_is_not_looked_into() {
    let server = Server::start();
    server.put("/v1/programmes/p/problem", problem()).expect(201);
    server.patch("/v1/programmes/p/networks/n1", json!({"allowed_regions": []})).expect(200);
    server.patch("/v1/programmes/p/networks/n1", json!({"min_members": 3})).expect(200);
    let found = server.get("/v1/programmes/p/clashes").expect(200);
    assert_eq!(found, json!({"valid": false, "items": []}));
}

#[test]
fn what_a_plan_leaves_out_clashes_or_came_to_cost() {
    let server = Server::start();
    let crowded = problem_with(|d| {
        d["networks"][0]["max_members"] = json!(3);
        d["networks"][1]["max_members"] = json!(2);
        d["networks"][1]["min_members"] = json!(2);
    });
    server.put("/v1/programmes/p/problem", crowded).expect(201);
    let mut assignments = plan()["assignments"].clone();
    for (row, network) in assignments.as_array_mut().unwrap().iter_mut().zip(["n1", "n2", "n1", "n2", "", "n1"]) {
        row["network"] = if network.is_empty() { Value::Null } else { json!(network) };
    }
    let document = json!({"assignments": assignments, "visits": []});
    let path = server.post("/v1/programmes/p/plans/import", document).header("location").to_owned();
    let found = findings(&server, &path);
    let places: Vec<&Value> = found.iter().filter(|one| one["stake"] == "places").collect();
    assert_eq!(places[0]["known"], "impossible", "{found:?}");
    assert!(rules(places[0]).contains(&("max_members".to_owned(), "n2".to_owned())));
    assert!(found.iter().any(|one| one["stake"] == "hostings" && one["known"] == "possible"), "{found:?}");
}

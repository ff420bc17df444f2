//! The whole problem of a programme: what was PUT is what GET gives.

use serde_json::{Value, json};

use crate::harness::Server;
use crate::harness::documents::{faults, problem, problem_with};

const PATH: &str = "/v1/programmes/p/problem";

#[test]
fn what_was_put_is_what_get_gives() {
    let server = Server::start();
    let answer = server.put(PATH, problem());
    assert_eq!(answer.expect(201), problem());
    assert_eq!(answer.header("location"), PATH);
    let shown = server.get(PATH);
    assert_eq!(shown.expect(200), problem());
    assert_eq!(shown.etag(), answer.etag());
}

#[test]
fn absent_stays_absent_and_empty_stays_empty() {
    let server = Server::start();
    let bare = json!({"name": "Bare", "regions": [], "municipalities": [], "networks": [], "enrolments": []});
    assert_eq!(server.put(PATH, bare.clone()).expect(201), bare);
    assert_eq!(server.get(PATH).expect(200), bare);
    let mut empty = bare;
    for list in ["tracks", "pair_rules", "distances", "rounds"] {
        empty[list] = json!([]);
    }
    for object in ["calendar", "visits", "preference_costs", "weights"] {
        empty[object] = json!({});
    }
    assert_eq!(server.replace(PATH, empty.clone()).expect(200), empty);
    assert_eq!(server.get(PATH).expect(200), empty);
}

#[test]
fn null_in_an_optional_field_means_absent_and_4_0_is_4() {
    let server = Server::start();
    let written = problem_with(|d| {
        d["enrolments"][0]["fixed"] = Value::Null;
        d["enrolments"][0]["delegates"] = json!(4.0);
        d["regions"][1]["max_visits_per_day"] = Value::Null;
    });
    server.put(PATH, written).expect(201);
    assert_eq!(server.get(PATH).expect(200), problem());
}

#[test]
fn seventeen_digits_come_back_as_they_were() {
    let server = Server::start();
    let text = problem().to_string().replacen("55.6761", "55.676097123456785", 1);
    server.ask("PUT", PATH).body("application/json", text.as_bytes()).send().expect(201);
    let shown = server.get(PATH);
    assert!(String::from_utf8_lossy(&shown.body).contains("55.676097123456785"));
}

#[test]
fn the_records_of_a_problem_are_those_of_the_programme() {
    let server = Server::start();
    server.put(PATH, problem()).expect(201);
    assert_eq!(server.get("/v1/programmes/p").expect(200)["name"], "Networks 2027");
    assert_eq!(server.get("/v1/programmes/p/networks/n1").expect(200), problem()["networks"][0]);
    server.patch("/v1/programmes/p/networks/n1", json!({"name": "Care"})).expect(200);
    assert_eq!(server.get(PATH).expect(200)["networks"][0]["name"], "Care");
    server.get("/v1/municipalities/0101").problem(404); // master data stay as they are
}

#[test]
fn a_problem_is_replaced_only_by_who_has_seen_it() {
    let server = Server::start();
    let first = server.put(PATH, problem()).etag().to_owned();
    server.ask("PUT", PATH).json(problem()).send().problem(428);
    server.put(PATH, problem()).problem(412);
    let same = server.ask("PUT", PATH).json(problem()).header("if-match", &first).send();
    same.expect(200);
    assert_eq!(same.etag(), first, "an equal document changes nothing");
    let other = problem_with(|d| d["name"] = json!("Other"));
    let changed = server.ask("PUT", PATH).json(other).header("if-match", &first).send();
    changed.expect(200);
    assert_ne!(changed.etag(), first);
    server.ask("PUT", PATH).json(problem()).header("if-match", &first).send().problem(412);
    assert_eq!(server.ask("GET", PATH).header("if-none-match", changed.etag()).send().status, 304);
}

#[test]
fn the_id_in_the_path_is_an_id() {
    let answer = Server::start().put("/v1/programmes/a%20b/problem", problem());
    answer.problem(422);
    assert_eq!(faults(&answer.json()["errors"])[0].1, "invalid_id");
}

#[test]
fn contradictions_may_be_stored_bit_by_bit_and_stand_in_the_way_of_a_plan() {
    let server = Server::start();
    server.put(PATH, problem()).expect(201);
    assert_eq!(server.get("/v1/programmes/p/validation").expect(200)["valid"], true);
    server.patch("/v1/programmes/p/networks/n2", json!({"allowed_regions": ["1084"]})).expect(200);
    let validation = server.get("/v1/programmes/p/validation").expect(200);
    let clash = vec![("/enrolments/3/fixed".to_owned(), "fixed_closed_region".to_owned())];
    assert_eq!(validation["valid"], false);
    assert_eq!(faults(&validation["contradictions"]), clash);
    let refused = server.post("/v1/programmes/p/plans", json!({}));
    refused.problem(422);
    assert_eq!(faults(&refused.json()["errors"]), clash);
}

#[test]
fn a_programme_that_is_none_has_no_problem() {
    let server = Server::start();
    server.get(PATH).problem(404);
    server.get("/v1/programmes/p/validation").problem(404);
}

#[test]
fn what_counting_refutes_is_told_with_the_numbers_and_may_be_asked_for_all_the_same() {
    let server = Server::start().with_example();
    let before = server.get("/v1/programmes/p/validation").expect(200);
    assert_eq!(
        (&before["valid"], &before["feasible"], &before["counted"]),
        (&json!(true), &json!("unknown"), &json!([]))
    );
    for network in ["n1", "n2"] {
        server
            .patch(&format!("/v1/programmes/p/networks/{network}"), json!({"min_members": 4, "max_members": 9}))
            .expect(200);
    }
    let after = server.get("/v1/programmes/p/validation").expect(200);
    assert_eq!((&after["valid"], &after["feasible"]), (&json!(true), &json!("no")));
    assert_eq!(after["counted"][0]["code"], "too_few_enrolled");
    let detail = after["counted"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("need 8 members, 6 are enrolled"), "{detail}");
    let path = server.post("/v1/programmes/p/plans", json!({"effort": {"work": 3_000}})).header("location").to_owned();
    while ["queued", "running"].contains(&server.get(&path).expect(200)["state"].as_str().unwrap()) {}
    assert_eq!(server.get(&path).expect(200)["state"], "infeasible");
}

//! What clashes in a programme and in its plans, and repairs that are put to the test.

use serde_json::{Value, json};

use crate::harness::Server;
use crate::harness::documents::{plan, problem_with};

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
    let server = Server::start().with_example();
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
    let server = Server::start().with_example();
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

/// Programme `p` with one track, two members and these days.
fn two_members(change: impl FnOnce(&mut Value)) -> Value {
    let mut problem = json!({
        "name": "two",
        "regions": [{"id": "r1"}, {"id": "r2"}],
        "municipalities": [
            {"id": "m0", "name": "Aarhus", "region": "r2", "lat": 55.0, "lon": 10.0},
            {"id": "m1", "region": "r1", "lat": 55.1, "lon": 10.1}],
        "networks": [{"id": "n0", "min_members": 2, "max_members": 4}],
        "enrolments": [
            {"id": "e0", "municipality": "m0", "delegates": 2}, {"id": "e1", "municipality": "m1", "delegates": 2}],
        "rounds": [{"id": "s", "name": "Spring", "start": "2027-04-12", "end": "2027-04-16"}],
    });
    change(&mut problem);
    problem
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_round_without_an_open_day_is_the_cause_and_a_date_the_repair() {
    let server = Server::start();
    let weekend = two_members(|d| {
        d["rounds"][0]["start"] = json!("2027-04-10");
        d["rounds"][0]["end"] = json!("2027-04-11");
    });
    server.put("/v1/programmes/p/problem", weekend.clone()).expect(201);
    let found = findings(&server, "/v1/programmes/p");
    assert_eq!((found.len(), &found[0]["stake"], &found[0]["clash"]["minimal"]), (1, &json!("days"), &json!(true)));
    let members = texts(&found[0]["clash"]["members"]);
    assert_eq!(members, ["the hosting of Aarhus (e0) is held", "round Spring (s) has no open day"]);
    assert_eq!(found[0]["clash"]["members"][1]["round"], "s");
    let repair = &found[0]["repairs"][0];
    assert_eq!(repair["text"], "Give round Spring (s) 2 more dates: 2027-04-12, 2027-04-13.");
    server.patch("/v1/programmes/p/rounds/s", json!({"end": repair["changes"][0]["dates"][1]})).expect(200);
    assert_eq!(findings(&server, "/v1/programmes/p"), [Value::Null; 0]);
}

#[test]
fn two_members_and_one_day_clash_before_any_plan() {
    let server = Server::start();
    let one_day = two_members(|d| d["rounds"][0]["end"] = json!("2027-04-12"));
    server.put("/v1/programmes/p/problem", one_day).expect(201);
    let found = findings(&server, "/v1/programmes/p");
    let members = texts(&found[0]["clash"]["members"]);
    assert_eq!(members.last().unwrap(), "round Spring (s) has 1 open day, 2027-04-12", "{found:?}");
    assert_eq!((members.len(), &found[0]["clash"]["minimal"]), (3, &json!(true)));
    assert!(texts(&found[0]["repairs"]).contains(&"Give round Spring (s) 1 more date: 2027-04-13.".to_owned()));
}

#[test]
fn a_track_without_networks_is_the_cause_and_a_network_the_repair() {
    let server = Server::start();
    let bare = two_members(|d| {
        d["networks"] = json!([]);
        d["tracks"] = json!([{"id": "t", "name": "Staff"}]);
    });
    server.put("/v1/programmes/p/problem", bare).expect(201);
    let found = findings(&server, "/v1/programmes/p");
    let members = texts(&found[0]["clash"]["members"]);
    assert_eq!(members, ["Aarhus (e0) has a network", "track Staff (t) has no networks"], "{found:?}");
    assert_eq!(found[0]["clash"]["members"][1]["track"], "t");
    assert_eq!(texts(&found[0]["repairs"]), ["Add a network for 2 members to track Staff (t)."]);
    let change = &found[0]["repairs"][0]["changes"][0];
    assert_eq!((&change["code"], &change["track"], &change["to"]), (&json!("add_network"), &json!("t"), &json!(2.0)));
}

#[test]
fn a_host_that_nobody_fits_in_clashes_before_any_plan() {
    let server = Server::start();
    let small = two_members(|d| d["municipalities"][0]["host_capacity"] = json!(1));
    server.put("/v1/programmes/p/problem", small).expect(201);
    let found = findings(&server, "/v1/programmes/p");
    let members = texts(&found[0]["clash"]["members"]);
    assert_eq!(members, ["the hosting of Aarhus (e0) is held", "Aarhus (m0) has room for 1 guest"], "{found:?}");
    assert!(texts(&found[0]["repairs"]).contains(&"Make room for 2 guests at Aarhus (m0) (now 1).".to_owned()));
}

#[test]
fn a_pace_that_no_season_has_room_for_clashes_before_any_plan() {
    let server = Server::start();
    let slow = two_members(|d| d["visits"] = json!({"pace": [{"window_days": 30, "max_visits": 1}]}));
    server.put("/v1/programmes/p/problem", slow).expect(201);
    let found = findings(&server, "/v1/programmes/p");
    let members = texts(&found[0]["clash"]["members"]);
    assert!(members.contains(&"nobody takes part in more than 1 visit in 30 days".to_owned()), "{found:?}");
    let repairs = texts(&found[0]["repairs"]);
    assert!(repairs.contains(&"Allow 2 visits in 30 days (now 1).".to_owned()), "{repairs:?}");
}

#[test]
fn a_plan_under_locks_tells_the_lock_and_lifting_it_repairs() {
    let server = Server::start();
    let three = two_members(|d| {
        let third = json!({"id": "m2", "name": "Odense", "region": "r1", "lat": 55.2, "lon": 10.2});
        d["municipalities"].as_array_mut().unwrap().push(third);
    });
    server.put("/v1/programmes/p/problem", three).expect(201);
    let rows = ["e0", "e1"].map(|e| json!({"enrolment": e, "network": "n0"}));
    let document = json!({"assignments": rows, "visits": []});
    let base = server.post("/v1/programmes/p/plans/import", document).json()["id"].clone();
    let newcomer = json!({"id": "e2", "municipality": "m2", "delegates": 1});
    server.post("/v1/programmes/p/enrolments", newcomer).expect(201);
    let locked = json!({"base_plan": base, "locks": {"all_networks": true}, "effort": {"work": 3_000}});
    let path = server.post("/v1/programmes/p/plans", locked).header("location").to_owned();
    while ["queued", "running"].contains(&server.get(&path).expect(200)["state"].as_str().unwrap()) {}
    let found = findings(&server, &path);
    let places = found.iter().find(|one| one["stake"] == "places").unwrap();
    assert_eq!(places["known"], "impossible", "{found:?}");
    let rules = rules(places);
    assert!(rules.contains(&("placed".to_owned(), "e2".to_owned())), "{rules:?}");
    assert!(rules.iter().any(|(rule, _)| rule == "lock"), "{rules:?}");
    let codes: Vec<&Value> =
        places["repairs"].as_array().unwrap().iter().map(|repair| &repair["changes"][0]["code"]).collect();
    assert!(codes.contains(&&json!("lift_lock")), "{codes:?}");
}

#[test]
fn too_low_a_limit_of_changes_is_named_and_a_higher_one_repairs() {
    let server = Server::start();
    server.put("/v1/programmes/p/problem", two_members(|d| d["networks"][0]["min_members"] = json!(1))).expect(201);
    let rows = ["e0", "e1"].map(|e| json!({"enrolment": e, "network": "n0"}));
    let document = json!({"assignments": rows, "visits": []});
    let base = server.post("/v1/programmes/p/plans/import", document).json()["id"].clone();
    let further = json!({"id": "n1", "min_members": 1, "max_members": 2});
    server.post("/v1/programmes/p/networks", further).expect(201);
    for limit in ["max_changes", "max_affected_municipalities"] {
        let made = |most: u32| {
            let body = json!({"base_plan": base, limit: most, "effort": {"work": 3_000}});
            let path = server.post("/v1/programmes/p/plans", body).header("location").to_owned();
            while ["queued", "running"].contains(&server.get(&path).expect(200)["state"].as_str().unwrap()) {}
            (server.get(&path).expect(200), path)
        };
        let (refused, path) = made(0);
        assert_eq!(refused["state"], "infeasible", "{refused}");
        let found = findings(&server, &path);
        let floors = found.iter().find(|one| one["stake"] == "minimums").unwrap();
        assert!(floors["clash"]["rules"].as_array().unwrap().contains(&json!(limit)), "{floors}");
        let changes: Vec<&Value> =
            floors["repairs"].as_array().unwrap().iter().map(|repair| &repair["changes"][0]).collect();
        let raised = changes.iter().find(|change| change["code"] == format!("raise_{limit}")).unwrap();
        assert_eq!((&raised["from"], &raised["to"]), (&json!(0.0), &json!(1.0)), "{raised}");
        assert_eq!(made(1).0["state"], "succeeded");
    }
}

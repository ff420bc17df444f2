//! Enrolments.

use serde_json::json;

use crate::harness::{Server, errors};

#[test]
fn the_first_enrolment_copies_municipality_and_region_from_the_master_data() {
    let server = Server::start();
    server.put("/v1/regions/r", json!({"name": "R", "max_visits_per_day": 3})).expect(201);
    let master = json!({"id": "m", "name": "M", "region": "r", "lat": 1.5, "lon": 2.5, "undesired": ["2026-05-01"]});
    server.put("/v1/municipalities/m", master.clone()).expect(201);
    server.put("/v1/programmes/p", json!({"name": "P"})).expect(201);
    server.put("/v1/programmes/p/enrolments/e", json!({"municipality": "m", "delegates": 2})).expect(201);
    assert_eq!(server.get("/v1/programmes/p/municipalities/m").expect(200), master);
    let region = json!({"id": "r", "name": "R", "max_visits_per_day": 3});
    assert_eq!(server.get("/v1/programmes/p/regions/r").expect(200), region);
}

#[test]
fn the_next_enrolment_leaves_the_programmes_copy_as_it_is() {
    let server = Server::start();
    server.put("/v1/regions/r", json!({})).expect(201);
    server.put("/v1/municipalities/m", json!({"region": "r", "lat": 1, "lon": 2})).expect(201);
    server.put("/v1/programmes/p", json!({"name": "P"})).expect(201);
    server.put("/v1/programmes/p/enrolments/e", json!({"municipality": "m", "delegates": 2})).expect(201);
    server.patch("/v1/programmes/p/municipalities/m", json!({"host_capacity": 7})).expect(200);
    server.put("/v1/programmes/p/enrolments/f", json!({"municipality": "m", "delegates": 2})).expect(201);
    assert_eq!(server.get("/v1/programmes/p/municipalities/m").expect(200)["host_capacity"], 7);
}

#[test]
fn an_enrolment_that_is_refused_copies_nothing() {
    let server = Server::start();
    server.put("/v1/regions/r", json!({})).expect(201);
    server.put("/v1/municipalities/m", json!({"region": "r", "lat": 1, "lon": 2})).expect(201);
    server.put("/v1/programmes/p", json!({"name": "P"})).expect(201);
    server.put("/v1/programmes/p/enrolments/e", json!({"municipality": "m", "delegates": 0})).problem(422);
    server.get("/v1/programmes/p/municipalities/m").problem(404);
}

#[test]
fn every_id_that_names_nothing_is_told_at_once() {
    let server = Server::start().with_programme();
    let body = json!({
        "municipality": "x", "track": "y", "delegates": 1,
        "preferences": ["n", "z"], "fixed": "z", "excluded": ["z"]
    });
    let mut refused = server.put("/v1/programmes/p/enrolments/e", body).problem(422).1;
    refused.retain(|error| error.1 == "unknown_id");
    let pointers: Vec<&str> = refused.iter().map(|error| error.0.as_str()).collect();
    assert_eq!(pointers, ["/track", "/municipality", "/preferences/1", "/fixed", "/excluded/0"]);
}

#[test]
fn a_network_both_fixed_and_excluded_is_refused() {
    let server = Server::start().with_programme();
    let body = json!({"municipality": "a", "track": "t", "delegates": 1, "fixed": "n", "excluded": ["n"]});
    assert_eq!(server.put("/v1/programmes/p/enrolments/e", body).problem(422).1.len(), 1);
}

#[test]
fn a_wish_for_a_network_of_another_track_may_be_stored_while_a_programme_is_built() {
    let server = Server::start().with_programme();
    server.put("/v1/programmes/p/tracks/u", json!({})).expect(201);
    let body = json!({"municipality": "a", "track": "u", "delegates": 1, "preferences": ["n"]});
    server.put("/v1/programmes/p/enrolments/e", body).expect(201);
}

#[test]
fn a_field_that_is_taken_away_is_absent_and_an_empty_list_stays() {
    let server = Server::start().with_programme();
    let body = json!({"id": "e", "municipality": "a", "delegates": 1, "preferences": [], "excluded": ["n"]});
    server.post("/v1/programmes/p/enrolments", body).expect(201);
    let changed = server.patch("/v1/programmes/p/enrolments/e", json!({"excluded": null, "track": null})).expect(200);
    assert_eq!(changed, json!({"id": "e", "municipality": "a", "delegates": 1, "preferences": []}));
}

#[test]
fn enrolments_can_be_listed_by_municipality_track_and_network() {
    let server = Server::start().with_programme();
    for (id, municipality, fixed) in [("e1", "a", "n"), ("e2", "b", "n"), ("e3", "a", "m")] {
        server.ask("PUT", "/v1/programmes/p/networks/m").json(json!({"min_members": 0, "max_members": 2})).send();
        let body = json!({"municipality": municipality, "track": "t", "delegates": 1, "fixed": fixed});
        server.put(&format!("/v1/programmes/p/enrolments/{id}"), body).expect(201);
    }
    let list = |query: &str| server.get(&format!("/v1/programmes/p/enrolments?{query}")).ids();
    assert_eq!(list("municipality=a"), ["e1", "e3"]);
    assert_eq!(list("fixed=n&municipality=a"), ["e1"]);
    assert_eq!(list("track=t&sort=-municipality"), ["e2", "e3", "e1"]);
}

#[test]
fn delegates_are_whole_and_at_least_one() {
    let server = Server::start().with_programme();
    let put = |delegates| {
        let body = json!({"municipality": "a", "track": "t", "delegates": delegates});
        server.put("/v1/programmes/p/enrolments/e", body)
    };
    assert_eq!(put(json!(0)).problem(422).1, errors(&[("/delegates", "out_of_range")]));
    assert_eq!(put(json!(10_001)).problem(422).1, errors(&[("/delegates", "out_of_range")]));
    assert_eq!(put(json!(1.5)).problem(422).1, errors(&[("/delegates", "wrong_type")]));
    assert_eq!(put(json!("4")).problem(422).1, errors(&[("/delegates", "wrong_type")]));
    assert_eq!(put(json!(4.0)).expect(201)["delegates"], 4);
}

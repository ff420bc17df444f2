//! Municipalities: master data, and the programmes' own.

use serde_json::json;

use crate::harness::{Server, errors};

#[test]
fn a_municipality_lies_in_a_region_that_exists() {
    let server = Server::start().with_programme();
    for path in ["/v1/municipalities/x", "/v1/programmes/p/municipalities/x"] {
        let refused = server.put(path, json!({"region": "nowhere", "lat": 1, "lon": 2})).problem(422);
        assert_eq!(refused, ("invalid".to_owned(), errors(&[("/region", "unknown_id")])));
    }
}

#[test]
fn all_faults_of_a_municipality_are_told_at_once() {
    let server = Server::start().with_programme();
    let body = json!({
        "region": "nowhere", "lat": 91, "lon": -181, "host_capacity": -1,
        "unavailable": ["2026-02-29"], "undesired": ["2026-05-01", "x"]
    });
    let mut refused = server.put("/v1/programmes/p/municipalities/x", body).problem(422).1;
    refused.sort();
    let pointers: Vec<&str> = refused.iter().map(|error| error.0.as_str()).collect();
    assert_eq!(pointers, ["/host_capacity", "/lat", "/lon", "/region", "/unavailable/0", "/undesired/1"]);
}

#[test]
fn a_municipality_with_enrolments_rules_or_distances_is_in_use() {
    let server = Server::start().with_programme();
    let users = [
        ("enrolments", json!({"municipality": "a", "track": "t", "delegates": 1})),
        ("pair-rules", json!({"kind": "apart", "a": "b", "b": "a"})),
        ("distances", json!({"a": "b", "b": "a", "km": 1})),
    ];
    for (kind, body) in users {
        let path = format!("/v1/programmes/p/{kind}/u1");
        server.put(&path, body).expect(201);
        let refused = server.delete("/v1/programmes/p/municipalities/a");
        assert_eq!(refused.problem(409).0, "in_use");
        assert!(refused.json()["errors"][0]["detail"].as_str().unwrap().contains("`u1`"));
        server.delete(&path).expect(204);
    }
    server.delete("/v1/programmes/p/municipalities/a").expect(204);
}

#[test]
fn municipalities_can_be_listed_by_region() {
    let server = Server::start().with_programme();
    server.put("/v1/programmes/p/regions/s", json!({})).expect(201);
    server.put("/v1/programmes/p/municipalities/c", json!({"region": "s", "lat": 1, "lon": 2})).expect(201);
    assert_eq!(server.get("/v1/programmes/p/municipalities?region=s").ids(), ["c"]);
    assert_eq!(server.get("/v1/programmes/p/municipalities?region=r").ids(), ["a", "b"]);
}

#[test]
fn a_refresh_takes_name_region_and_place_and_nothing_else() {
    let server = Server::start();
    server.put("/v1/regions/r", json!({"name": "Old"})).expect(201);
    server.put("/v1/regions/s", json!({"name": "South"})).expect(201);
    let master = json!({"name": "Old", "region": "r", "lat": 1.5, "lon": 2.5});
    server.put("/v1/municipalities/m", master).expect(201);
    server.put("/v1/programmes/p", json!({"name": "P"})).expect(201);
    let enrolment = json!({"municipality": "m", "delegates": 1});
    server.put("/v1/programmes/p/enrolments/e", enrolment).expect(201);
    let own = "/v1/programmes/p/municipalities/m";
    server.patch(own, json!({"host_capacity": 9, "unavailable": ["2026-05-01"]})).expect(200);

    let refresh = || server.ask("POST", "/v1/programmes/p/municipalities/refresh").send().expect(200);
    assert_eq!(refresh(), json!({"changed": 0}));
    let moved = json!({"name": "New", "region": "s", "lat": 3.5, "host_capacity": 1});
    server.patch("/v1/municipalities/m", moved).expect(200);
    server.patch("/v1/regions/r", json!({"name": "North"})).expect(200);
    assert_eq!(refresh(), json!({"changed": 3}), "the municipality, its new region, the old region's name");
    let copy = json!({
        "id": "m", "name": "New", "region": "s", "lat": 3.5, "lon": 2.5,
        "host_capacity": 9, "unavailable": ["2026-05-01"]
    });
    assert_eq!(server.get(own).expect(200), copy);
    assert_eq!(server.get("/v1/programmes/p/regions/r").expect(200)["name"], "North");
    assert_eq!(refresh(), json!({"changed": 0}));
}

#[test]
fn a_refresh_of_no_programme_is_not_found() {
    let server = Server::start();
    assert_eq!(server.ask("POST", "/v1/programmes/p/municipalities/refresh").send().problem(404).0, "not_found");
}

#[test]
fn ids_that_are_words_of_the_api_are_ids() {
    let server = Server::start().with_programme();
    for id in ["refresh", "import"] {
        let path = format!("/v1/programmes/p/municipalities/{id}");
        server.get(&path).problem(404);
        let made = server.put(&path, json!({"region": "r", "lat": 55, "lon": 12, "name": "x"}));
        assert_eq!(made.expect(201)["id"], id);
        assert_eq!(made.header("location"), path);
        assert_eq!(server.get(&path).expect(200)["name"], "x");
        assert_eq!(server.patch(&path, json!({"name": "y"})).expect(200)["name"], "y");
        server.delete(&path).expect(204);
    }
    server.post("/v1/programmes/p/municipalities/refresh", json!({})).expect(200);
}

//! Regions: master data, and the programmes' own.

use serde_json::json;

use crate::harness::{Server, errors};

#[test]
fn a_region_in_use_is_not_deleted_and_its_users_are_named() {
    let server = Server::start();
    server.put("/v1/regions/r", json!({})).expect(201);
    server.put("/v1/municipalities/m1", json!({"region": "r", "lat": 1, "lon": 2})).expect(201);
    let refused = server.delete("/v1/regions/r");
    assert_eq!(refused.problem(409), ("in_use".to_owned(), errors(&[("", "used_by")])));
    assert!(refused.json()["errors"][0]["detail"].as_str().unwrap().contains("`m1`"));
    server.delete("/v1/municipalities/m1").expect(204);
    server.delete("/v1/regions/r").expect(204);
}

#[test]
fn a_programmes_region_is_in_use_by_networks_too() {
    let server = Server::start().with_programme();
    server.put("/v1/programmes/p/regions/s", json!({})).expect(201);
    server.patch("/v1/programmes/p/networks/n", json!({"allowed_regions": ["r", "s"]})).expect(200);
    assert_eq!(server.delete("/v1/programmes/p/regions/s").problem(409).0, "in_use");
    server.patch("/v1/programmes/p/networks/n", json!({"allowed_regions": null})).expect(200);
    server.delete("/v1/programmes/p/regions/s").expect(204);
}

#[test]
fn a_limit_below_zero_is_refused() {
    let refused = Server::start().put("/v1/regions/r", json!({"max_visits_per_day": -1})).problem(422);
    assert_eq!(refused, ("invalid".to_owned(), errors(&[("/max_visits_per_day", "out_of_range")])));
}

#[test]
fn a_programmes_region_is_its_own() {
    let server = Server::start().with_programme();
    server.put("/v1/regions/r", json!({"name": "Master"})).expect(201);
    server.patch("/v1/programmes/p/regions/r", json!({"max_visits_per_day": 1})).expect(200);
    assert_eq!(server.get("/v1/regions/r").expect(200), json!({"id": "r", "name": "Master"}));
}

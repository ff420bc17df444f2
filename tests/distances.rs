//! Distances.

use serde_json::json;

use crate::harness::{Server, errors};

#[test]
fn a_pair_has_one_distance_whichever_comes_first() {
    let server = Server::start().with_programme();
    let made = server.post("/v1/programmes/p/distances", json!({"a": "a", "b": "b", "km": 1})).expect(201);
    let second = server.post("/v1/programmes/p/distances", json!({"a": "b", "b": "a", "km": 2}));
    assert_eq!(second.problem(409).0, "already_exists");
    let id = made["id"].as_str().unwrap();
    assert!(second.json()["detail"].as_str().unwrap().contains(id), "it names the one there is");
    server.replace(&format!("/v1/programmes/p/distances/{id}"), json!({"a": "b", "b": "a", "km": 2})).expect(200);
}

#[test]
fn a_distance_is_not_negative_and_not_to_itself() {
    let server = Server::start().with_programme();
    let post = |body| server.post("/v1/programmes/p/distances", body).problem(422).1;
    assert_eq!(post(json!({"a": "a", "b": "b", "km": -0.1})), errors(&[("/km", "out_of_range")]));
    assert_eq!(post(json!({"a": "a", "b": "a", "km": 1})), errors(&[("", "distance_to_itself")]));
}

//! `Idempotency-Key`: what is sent again is answered again, and done once.

use serde_json::{Value, json};

use crate::harness::documents::{plan, problem};
use crate::harness::{Answer, Server};

fn keyed(server: &Server, path: &str, key: &str, body: &Value) -> Answer {
    server.ask("POST", path).json(body.clone()).header("idempotency-key", key).send()
}

/// What two answers to one request must share.
fn told(answer: &Answer) -> (u16, String, String, Vec<u8>) {
    (answer.status, answer.etag().to_owned(), answer.header("location").to_owned(), answer.body.clone())
}

#[test]
fn what_is_sent_again_is_answered_again_and_done_once() {
    let server = Server::start();
    let first = keyed(&server, "/v1/regions", "k1", &json!({"name": "North"}));
    first.expect(201);
    let again = keyed(&server, "/v1/regions", "k1", &json!({"name": "North"}));
    assert_eq!(told(&again), told(&first));
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
    let other = keyed(&server, "/v1/regions", "k2", &json!({"name": "North"}));
    assert_ne!(told(&other), told(&first), "another key is another request");
    assert_eq!(server.get("/v1/regions").ids().len(), 2);
    let server = server.restart();
    assert_eq!(told(&keyed(&server, "/v1/regions", "k1", &json!({"name": "North"}))), told(&first));
    let server = server.killed_and_started_again();
    assert_eq!(told(&keyed(&server, "/v1/regions", "k1", &json!({"name": "North"}))), told(&first));
    assert_eq!(server.get("/v1/regions").ids().len(), 2);
}

#[test]
fn an_answer_stays_the_same_when_what_it_tells_of_has_changed() {
    let server = Server::start();
    let first = keyed(&server, "/v1/regions", "k", &json!({"id": "r"}));
    server.patch("/v1/regions/r", json!({"name": "North"})).expect(200);
    server.delete("/v1/regions/r").expect(204);
    assert_eq!(told(&keyed(&server, "/v1/regions", "k", &json!({"id": "r"}))), told(&first));
    assert!(server.get("/v1/regions").ids().is_empty());
}

#[test]
fn a_key_belongs_to_one_request() {
    let server = Server::start();
    keyed(&server, "/v1/regions", "k", &json!({"id": "r"})).expect(201);
    assert_eq!(keyed(&server, "/v1/regions", "k", &json!({"id": "s"})).problem(422).0, "key_reused");
    assert_eq!(keyed(&server, "/v1/programmes", "k", &json!({"id": "r"})).problem(422).0, "key_reused");
    assert_eq!(server.get("/v1/regions").ids(), ["r"]);
}

#[test]
fn a_request_that_was_refused_may_be_sent_again_under_its_key() {
    let server = Server::start();
    let body = json!({"id": "a", "region": "r", "lat": 55.0, "lon": 12.0});
    keyed(&server, "/v1/municipalities", "k", &body).problem(422);
    keyed(&server, "/v1/municipalities", "k", &json!({"id": "a"})).problem(422);
    server.put("/v1/regions/r", json!({})).expect(201);
    let made = keyed(&server, "/v1/municipalities", "k", &body);
    made.expect(201);
    assert_eq!(told(&keyed(&server, "/v1/municipalities", "k", &body)), told(&made));
}

#[test]
fn a_key_that_is_none_is_refused() {
    let server = Server::start();
    let long = "k".repeat(256);
    for key in ["", "\u{e5}", &long] {
        assert_eq!(keyed(&server, "/v1/regions", key, &json!({})).problem(400).0, "bad_request", "{key}");
    }
    let two = server.ask("POST", "/v1/regions").json(json!({})).header("idempotency-key", "a");
    two.header("idempotency-key", "b").send().problem(400);
    keyed(&server, "/v1/regions", &"k".repeat(255), &json!({})).expect(201);
}

#[test]
fn every_post_takes_a_key() {
    let server = Server::start().with_example();
    let sheet = json!([{"id": "a", "region": "1084", "lat": 55.0, "lon": 12.0}]);
    let ask = [
        ("/v1/reference-data/dk-2026/load", json!({})),
        ("/v1/municipalities/import", sheet),
        ("/v1/programmes", json!({"id": "q", "name": "copy", "copy_of": "p"})),
        ("/v1/programmes/p/municipalities/refresh", json!({})),
        ("/v1/programmes/p/tracks", json!({})),
        ("/v1/programmes/p/plans", json!({"effort": {"work": 1000}})),
        ("/v1/plans", json!({"problem": problem(), "effort": {"work": 1000}})),
        ("/v1/checks", json!({"problem": problem(), "plan": plan()})),
    ];
    for (i, (path, body)) in ask.iter().enumerate() {
        let key = format!("key-{i}");
        let first = keyed(&server, path, &key, body);
        assert!(first.status < 300, "{path}: {}", first.json());
        assert_eq!(told(&keyed(&server, path, &key, body)), told(&first), "{path}");
    }
    assert_eq!(server.get("/v1/plans").ids().len(), 2);
    let first = server.get("/v1/plans").ids().remove(0);
    let cancel = format!("/v1/plans/{first}/cancel");
    let cancelled = keyed(&server, &cancel, "c", &json!({}));
    assert_eq!(told(&keyed(&server, &cancel, "c", &json!({}))), told(&cancelled));
}

#[test]
fn callers_do_not_meet_each_others_keys() {
    let server = Server::start();
    let bearers = ["admin", "admin"].map(|role| format!("Bearer {}", server.key(role)));
    let [first, second] = bearers.each_ref().map(|bearer| {
        let ask = server.ask("POST", "/v1/regions").json(json!({"name": "North"}));
        told(&ask.header("idempotency-key", "k").header("authorization", bearer).send())
    });
    assert_eq!((first.0, second.0), (201, 201));
    assert_ne!(first, second);
    let ask = server.ask("POST", "/v1/regions").json(json!({"name": "North"})).header("idempotency-key", "k");
    ask.send().problem(401);
}

//! Pair rules.

use serde_json::json;

use crate::harness::{Server, errors};

#[test]
fn a_pair_rule_is_about_two_municipalities_of_the_programme() {
    let server = Server::start().with_programme();
    let post = |a: &str, b: &str| server.post("/v1/programmes/p/pair-rules", json!({"kind": "apart", "a": a, "b": b}));
    assert_eq!(post("x", "y").problem(422).1, errors(&[("/a", "unknown_id"), ("/b", "unknown_id")]));
    assert_eq!(post("a", "a").problem(422).1, errors(&[("", "pair_with_itself")]));
    post("a", "b").expect(201);
}

#[test]
fn a_pair_both_together_and_apart_may_be_stored_while_a_programme_is_built() {
    let server = Server::start().with_programme();
    for kind in ["apart", "together"] {
        server.post("/v1/programmes/p/pair-rules", json!({"kind": kind, "a": "a", "b": "b"})).expect(201);
    }
    assert_eq!(server.get("/v1/programmes/p/pair-rules?municipality=b&kind=apart").ids().len(), 1);
}

#[test]
fn a_kind_that_is_none_is_refused_with_those_there_are() {
    let server = Server::start().with_programme();
    let refused = server.post("/v1/programmes/p/pair-rules", json!({"kind": "near", "a": "a", "b": "b"}));
    assert_eq!(refused.problem(422).1, errors(&[("/kind", "unknown_value")]));
    assert!(refused.json()["detail"].as_str().unwrap().contains("apart, together"));
}

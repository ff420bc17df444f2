//! Many at once who all want the same.

use std::sync::Barrier;

use serde_json::json;

use super::{rounds, tell};
use crate::harness::Server;
use crate::harness::documents::problem;

/// What `many` threads got that all began at once.
fn at_once<T: Send>(many: usize, ask: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let gate = Barrier::new(many);
    let begin = &|i| {
        gate.wait();
        ask(i)
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..many).map(|i| scope.spawn(move || begin(i))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn of_a_hundred_who_replace_the_same_version_one_does() {
    let server = Server::start();
    let rounds = rounds(1, 20);
    for round in 0..rounds {
        let path = format!("/v1/regions/r{round}");
        let tag = server.put(&path, json!({"name": "old"})).etag().to_owned();
        let mut answers = at_once(100, |i| {
            server.ask("PUT", &path).json(json!({"name": format!("new {i}")})).header("if-match", &tag).send().status
        });
        answers.sort_unstable();
        assert_eq!((answers[0], &answers[1..]), (200, [412; 99].as_slice()));
    }
    tell("of a hundred who replace the same version", &format!("{rounds} rounds of one 200 and 99 x 412"));
}

#[test]
fn of_fifty_who_ask_under_one_key_one_gets_a_plan_and_all_get_that_one() {
    let mut server = Server::start();
    let rounds = rounds(1, 20);
    let mut known = Vec::new();
    for round in 0..rounds {
        let body = json!({"problem": problem(), "effort": {"work": 1000, "seed": round}});
        let key = format!("round {round}");
        let ask = |server: &Server| {
            let answer = server.ask("POST", "/v1/plans").json(body.clone()).header("idempotency-key", &key).send();
            (answer.status, answer.body)
        };
        let answers = at_once(50, |_| ask(&server));
        let made = answers.iter().find(|answer| answer.0 == 202).expect("one who gets a plan").clone();
        for answer in &answers {
            assert!(*answer == made || answer.0 == 409, "{answer:?}");
        }
        assert_eq!(ask(&server), made);
        assert_eq!(server.get("/v1/plans?limit=500").ids().len(), round + 1);
        known.push((body, key, made));
    }
    server = server.killed_and_started_again();
    for (body, key, made) in known {
        let answer = server.ask("POST", "/v1/plans").json(body).header("idempotency-key", &key).send();
        assert_eq!((answer.status, answer.body), made);
    }
    assert_eq!(server.get("/v1/plans?limit=500").ids().len(), rounds);
    tell("of fifty who ask under one key", &format!("{rounds} rounds of one plan"));
}

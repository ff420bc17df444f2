//! Many at once who all want the same.

use std::sync::Barrier;

use serde_json::json;

use super::{rounds, tell};
use crate::harness::Server;

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

//! `kill -9` at any moment: what was acknowledged is there, the database is whole, and plans go on.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{full, rounds, tell};
use crate::harness::documents::much_to_do;
use crate::harness::{Server, integrity};

/// Threads that write at the same time.
const WRITERS: usize = 4;

/// What the service has acknowledged: the name of each region by its id, none where it was deleted. A write whose answer
/// was lost with the service may be there or not: both are told.
#[derive(Default)]
struct Acknowledged(Mutex<BTreeMap<String, Vec<Option<String>>>>);

impl Acknowledged {
    /// What may be there from now on.
    fn may_be(&self, id: &str, states: Vec<Option<String>>) {
        self.0.lock().unwrap().insert(id.to_owned(), states);
    }

    fn check(&self, server: &Server) {
        let mut there = BTreeMap::new();
        let mut next = String::new();
        loop {
            let page = server.get(&format!("/v1/regions?limit=500{next}")).expect(200);
            for region in page["items"].as_array().unwrap() {
                there.insert(region["id"].as_str().unwrap().to_owned(), region["name"].as_str().unwrap().to_owned());
            }
            match page["next"].as_str() {
                Some(cursor) => next = format!("&cursor={cursor}"),
                None => break,
            }
        }
        let mut known = self.0.lock().unwrap();
        for (id, states) in known.iter_mut() {
            let found = there.remove(id);
            assert!(states.contains(&found), "{id} is {found:?}, not one of {states:?}");
            *states = vec![found];
        }
        assert!(there.is_empty(), "nobody has written {there:?}");
    }
}

/// Writes until the service is gone: creates, changes, deletes, one region after the other.
fn write(
    server: &Server,
    writer: usize,
    round: usize,
    known: &Acknowledged,
    acknowledged: &AtomicUsize,
    stop: &AtomicBool,
) {
    for i in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let id = format!("r{round}-{writer}-{i}");
        let path = format!("/v1/regions/{id}");
        let mut now = None;
        for step in 0..3 {
            let name = (step < 2).then(|| format!("name {step}"));
            if step == 2 && i % 4 != 0 {
                break;
            }
            known.may_be(&id, vec![now.clone(), name.clone()]);
            let ask = server.ask(if name.is_some() { "PUT" } else { "DELETE" }, &path);
            let ask = ask.header(if step == 0 { "if-none-match" } else { "if-match" }, "*");
            let ask = match &name {
                Some(name) => ask.json(json!({ "name": name })),
                None => ask,
            };
            match ask.try_send() {
                Some(answer) => assert!(answer.status < 300, "{}", answer.json()),
                None => return, // the service is gone
            }
            known.may_be(&id, vec![name.clone()]);
            acknowledged.fetch_add(1, Ordering::Relaxed);
            now = name;
        }
    }
}

/// Numbers that look like chance and are the same in every run.
fn chance(round: usize) -> u64 {
    (round as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33
}

#[test]
fn what_was_acknowledged_survives_a_kill_at_any_moment() {
    let (rounds, writes) = (rounds(3, 100), rounds(100, 10_000));
    // A plan that lives through every round has more crashes than it is allowed.
    let arguments = ["--plan-crashes", "1000"];
    let mut server = Server::with(&arguments);
    let known = Acknowledged::default();
    let acknowledged = AtomicUsize::new(0);
    let body = json!({"problem": much_to_do(), "effort": {"seconds": 86_400}});
    let plan = server.post("/v1/plans", body).header("location").to_owned();
    let (mut slowest, mut best) = (Duration::ZERO, f64::INFINITY);
    for round in 0..rounds {
        let enough = writes * (round + 1) / rounds + (chance(round) % 20) as usize;
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (server, known, acknowledged, stop) = (&server, &known, &acknowledged, &stop);
                scope.spawn(move || write(server, writer, round, known, acknowledged, stop));
            }
            while acknowledged.load(Ordering::Relaxed) < enough {
                std::thread::yield_now();
            }
            if full() {
                std::thread::sleep(Duration::from_millis(chance(round) % 500)); // so that a plan gets on
            }
            server.signal("KILL");
            stop.store(true, Ordering::Relaxed);
        });
        let directory = server.kill();
        integrity(&directory);
        let begin = Instant::now();
        server = Server::on(directory, &arguments);
        server.get("/health/ready").expect(200);
        slowest = slowest.max(begin.elapsed());
        known.check(&server);
        let shown = server.get(&plan).expect(200);
        assert!(["queued", "running"].contains(&shown["state"].as_str().unwrap()), "{shown}");
        if let Some(cost) = shown["cost"]["total"].as_f64() {
            assert!(cost <= best, "the stored plan is worse than it was: {cost}, not {best}");
            best = cost;
        }
    }
    finishes_no_worse(&server, &plan, best);
    let written = acknowledged.load(Ordering::Relaxed);
    let seconds = slowest.as_secs_f64();
    tell("kill -9", &format!("{rounds} rounds, {written} writes acknowledged, slowest start {seconds:.2} s"));
    if full() {
        assert!(seconds < 2.0, "the slowest start took {seconds} s");
    }
}

fn finishes_no_worse(server: &Server, plan: &str, best: f64) {
    let found = loop {
        let shown = server.get(plan).expect(200);
        if shown["state"] == "running" && shown["cost"].is_object() {
            break shown;
        }
    };
    assert!(found["cost"]["total"].as_f64().unwrap() <= best);
    let end = server.cancel(plan);
    assert_eq!(end["state"], "cancelled");
    let document = server.get(&format!("{plan}/document")).expect(200);
    assert_eq!(document["cost"], end["cost"]);
    let check = server.post("/v1/checks", json!({"problem": much_to_do(), "plan": document})).expect(200);
    assert_eq!(check["broken"], json!([]));
}

#[test]
fn a_plan_that_is_cut_off_at_any_moment_finishes_no_worse_than_its_best() {
    let rounds = rounds(2, 50);
    let mut server = Server::start();
    for round in 0..rounds {
        let body = json!({"problem": much_to_do(), "effort": {"seconds": 6, "seed": round}});
        let plan = server.post("/v1/plans", body).header("location").to_owned();
        let mut looks = chance(round) % 400;
        let seen = loop {
            let shown: Value = server.get(&plan).expect(200);
            looks = looks.saturating_sub(1);
            if looks == 0 && shown["state"] != "queued" {
                break shown;
            }
        };
        server = server.killed_and_started_again();
        let done = loop {
            let shown = server.get(&plan).expect(200);
            if shown["finished_at"].is_string() {
                break shown;
            }
        };
        assert_eq!(done["state"], "succeeded", "{done}");
        if let Some(cost) = seen["cost"]["total"].as_f64() {
            assert!(done["cost"]["total"].as_f64().unwrap() <= cost, "round {round}: {done} after {seen}");
        }
    }
    tell("plans cut off", &format!("{rounds} finished, none worse than its stored best"));
}

//! Following a plan by its events.

use std::net::TcpStream;

use serde_json::{Value, json};

use crate::harness::documents::{much_to_do, problem};
use crate::harness::{Event, Events, Server};

fn follow(server: &Server, plan: &str, after: Option<u64>) -> Events {
    let ask = server.ask("GET", &format!("{plan}/events"));
    match after {
        Some(id) => ask.header("last-event-id", &id.to_string()).follow(),
        None => ask.follow(),
    }
}

/// Id and data of the messages.
fn told(events: impl Iterator<Item = Event>) -> impl Iterator<Item = (u64, Value)> {
    events.filter_map(|event| match event {
        Event::Message { id, name, data } => {
            assert_eq!(name, "plan");
            Some((id, data))
        }
        _ => None,
    })
}

#[test]
fn a_plan_is_followed_to_its_end() {
    let server = Server::start();
    let plan = server.ask_plan(problem(), json!({"work": 20_000}));
    let told: Vec<_> = told(follow(&server, &plan, Some(0))).collect();
    assert!(told.is_sorted_by_key(|(id, _)| *id) && told.len() >= 3, "{told:?}");
    assert_eq!(told[0].1["state"], "queued");
    assert_eq!(told[0].1["queue_position"], 1);
    let shown = server.get(&plan).expect(200);
    let last = &told.last().unwrap().1;
    assert_eq!(last["state"], "succeeded");
    for figures in ["cost", "bound", "gap", "progress", "complete"] {
        assert_eq!(last[figures], shown[figures], "{figures}");
    }
}

#[test]
fn a_new_client_is_told_what_the_plan_is_now() {
    let server = Server::start();
    let plan = server.ask_plan(problem(), json!({"work": 20_000}));
    let all: Vec<_> = told(follow(&server, &plan, Some(0))).collect();
    let now: Vec<_> = told(follow(&server, &plan, None)).collect();
    assert_eq!(now, all[all.len() - 1..]);
}

#[test]
fn a_client_goes_on_where_it_was_also_after_a_restart() {
    let mut server = Server::start();
    let plan = server.ask_plan(much_to_do(), json!({"seconds": 600}));
    let mut seen: Vec<(u64, Value)> = Vec::new();
    for restart in [|server: Server| server.restart(), |server: Server| server.killed_and_started_again()] {
        let last = seen.last().map_or(0, |(id, _)| *id);
        for event in told(follow(&server, &plan, Some(last))) {
            let enough = event.1["state"] == "running" && event.1.get("cost").is_some();
            seen.push(event);
            if enough {
                break;
            }
        }
        server = restart(server);
    }
    let last = seen.last().unwrap().0;
    let mut stream = told(follow(&server, &plan, Some(last)));
    seen.extend(stream.next());
    server.cancel(&plan);
    seen.extend(stream);
    let ids: Vec<u64> = seen.iter().map(|(id, _)| *id).collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    assert_eq!(seen.last().unwrap().1["state"], "cancelled");
    let costs: Vec<f64> = seen.iter().filter_map(|(_, data)| data["cost"]["total"].as_f64()).collect();
    assert!(costs.is_sorted_by(|a, b| a >= b), "no plan gets worse: {costs:?}");
    let states: Vec<&str> = seen.iter().map(|(_, data)| data["state"].as_str().unwrap()).collect();
    assert!(states.iter().filter(|state| **state == "queued").count() >= 2, "{states:?}");
}

#[test]
fn whoever_has_the_last_event_is_told_that_no_more_will_come() {
    let server = Server::start();
    let plan = server.ask_plan(problem(), json!({"work": 20_000}));
    let (last, _) = told(follow(&server, &plan, Some(0))).last().unwrap();
    let over = server.ask("GET", &format!("{plan}/events")).header("last-event-id", &last.to_string()).send();
    assert_eq!((over.status, over.body.len()), (204, 0));
}

#[test]
fn a_stream_is_never_quiet_for_long_and_ends_with_the_service() {
    let server = Server::with(&["--event-heartbeat", "1", "--solvers", "0"]);
    let plan = server.ask_plan(problem(), json!({"work": 20_000}));
    let mut stream = follow(&server, &plan, None);
    assert!(stream.by_ref().any(|event| event == Event::Comment));
    let (status, _directory) = server.stop();
    assert!(status.success());
    assert_eq!(stream.filter(|event| *event != Event::Comment).count(), 0, "it ends");
}

#[test]
fn too_many_streams_and_ids_that_are_none_are_refused() {
    let server = Server::with(&["--event-streams", "1", "--solvers", "0"]);
    let plan = server.ask_plan(problem(), json!({"work": 20_000}));
    let events = format!("{plan}/events");
    let _open = follow(&server, &plan, None);
    let refused = server.get(&events);
    assert_eq!(refused.problem(429).0, "overloaded");
    assert_eq!(refused.header("retry-after"), "10");
    for id in ["x", "-1", "1.5"] {
        server.ask("GET", &events).header("last-event-id", id).send().problem(400);
    }
    server.get("/v1/plans/none/events").problem(404);
}

#[test]
fn a_stream_does_not_make_room_for_other_connections() {
    let server = Server::with(&["--max-connections", "3", "--solvers", "0"]);
    let plan = server.ask_plan(problem(), json!({"work": 20_000}));
    let mut stream = told(follow(&server, &plan, None));
    assert_eq!(stream.next().unwrap().1["state"], "queued");
    let _idle: Vec<_> = (0..10).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
    server.cancel(&plan);
    assert_eq!(stream.last().unwrap().1["state"], "cancelled");
}

//! Plans of many thousands: what is made of them takes time and memory in proportion, gives the memory back, and ends with
//! whoever asked.

use std::io::Write as _;
use std::net::TcpStream;

use serde_json::json;

use super::{full, rounds, tell, until};
use crate::harness::Server;

const NETWORK: usize = 6;

/// A server with a programme `p` of many enrolments and a plan of it, in which everybody hosts once; its path.
fn with_large_plan() -> (Server, String) {
    let server = Server::start();
    let enrolments = rounds(600, 24_000);
    let network = |i: usize| i / NETWORK;
    let towns = (0..enrolments).map(|i| {
        let (row, column) = (network(i) / 60, network(i) % 60);
        json!({"id": format!("m{i:05}"), "name": format!("Municipality {i}"), "region": "r",
            "lat": 50.0 + row as f64 * 0.1, "lon": 8.0 + column as f64 * 0.1})
    });
    let networks = (0..enrolments / NETWORK)
        .map(|n| json!({"id": format!("n{n:05}"), "min_members": NETWORK, "max_members": NETWORK}));
    let enrolled =
        (0..enrolments).map(|i| json!({"id": format!("e{i:05}"), "municipality": format!("m{i:05}"), "delegates": 2}));
    let problem = json!({"name": "Large", "regions": [{"id": "r"}], "municipalities": towns.collect::<Vec<_>>(),
        "networks": networks.collect::<Vec<_>>(), "enrolments": enrolled.collect::<Vec<_>>(),
        "rounds": [{"id": "spring", "start": "2027-03-01", "end": "2027-06-30"}]});
    server.put("/v1/programmes/p/problem", problem).expect(201);
    let row = |i: usize| format!("e{i:05};n{:05};2027-{:02}-01", network(i), 3 + i % 3);
    let csv: Vec<String> =
        std::iter::once("enrolment;network;date".to_owned()).chain((0..enrolments).map(row)).collect();
    let import = server.ask("POST", "/v1/programmes/p/plans/import").body("text/csv", csv.join("\n").as_bytes());
    let imported = import.send().expect(201);
    let plan = format!("/v1/plans/{}", imported["id"].as_str().unwrap());
    (server, plan)
}

/// What is made of a plan, whole.
const MADE: [&str; 9] = [
    "exports/plan.csv",
    "exports/visits.csv",
    "exports/networks.geojson",
    "exports/journeys.geojson",
    "exports/plan.xlsx",
    "document",
    "fairness",
    "visits?limit=500",
    "explanation",
];

/// A figure that the system keeps of the service's memory, in MB.
fn megabytes(server: &Server, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
    line.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1000.0
}

/// Seconds of a processor that the service has used.
fn cpu(server: &Server) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", server.pid())).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11..13].iter().map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).sum()
}

#[test]
fn what_is_made_of_a_large_plan_takes_time_in_proportion() {
    let (server, plan) = with_large_plan();
    let spent = |path: &str| {
        let before = cpu(&server);
        assert_eq!(server.get(&format!("{plan}/exports/{path}")).status, 200);
        cpu(&server) - before
    };
    let (visits, plan) = (spent("visits.csv"), spent("plan.csv"));
    tell("large", &format!("CPU seconds: visits.csv {visits:.2}, plan.csv {plan:.2}"));
    assert!(!full() || plan < 2.5 * visits, "a row for each enrolment takes {plan} s, one for each visit {visits} s");
}

#[test]
fn memory_is_bounded_and_given_back() {
    let (server, plan) = with_large_plan();
    let server = server.restart();
    let viewers = ["viewer", "viewer"].map(|role| server.key(role));
    let get = |path: &str, key: &str| {
        let answer = server.ask("GET", &format!("{plan}/{path}")).key(key).send();
        assert!([200, 429].contains(&answer.status), "{path}: {}", answer.status);
    };
    let now = || megabytes(&server, "VmRSS");
    let begun = now();
    MADE.iter().for_each(|path| get(path, &viewers[0])); // what is made once and kept is there
    until("memory is given back", || !full() || now() < begun + 50.0);
    let idle = now();
    std::thread::scope(|scope| {
        for at in 0..12 {
            let (get, viewers) = (&get, &viewers);
            let (before, after) = MADE.split_at(at % MADE.len());
            scope.spawn(move || after.iter().chain(before).for_each(|path| get(path, &viewers[at % 2])));
        }
    });
    let most = megabytes(&server, "VmHWM");
    until("memory is given back", || !full() || now() < 1.2 * idle);
    tell("large", &format!("MB: {begun} at first, {idle} idle, {most} at most, {} in the end", now()));
    assert!(!full() || most < 1000.0, "{most} MB");
}

#[test]
fn a_long_look_for_clashes_ends_with_whoever_asked() {
    let (server, _) = with_large_plan();
    let (viewer, other) = (server.key("viewer"), server.key("viewer"));
    let path = "/v1/programmes/p/clashes";
    let ask = |key: &str| server.ask("GET", path).key(key).send().status;
    let before = cpu(&server);
    for _ in 0..rounds(3, 12) {
        let mut socket = TcpStream::connect(server.address()).unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {viewer}\r\n\r\n");
        socket.write_all(head.as_bytes()).unwrap();
        server.get("/health/live").expect(200);
    }
    assert_eq!(ask(&other), 200, "another key has places of its own");
    until("the places are free again", || ask(&viewer) == 200);
    let spent = cpu(&server) - before;
    tell("large", &format!("CPU seconds for twelve hang-ups and two looks: {spent:.1}"));
    assert!(!full() || spent < 45.0, "{spent} s");
}

//! Full speed: nothing fails, nothing grows, reading is not much slower than the library that it is built on, and a
//! search does not slow the others down.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use poem::Response;
use poem::endpoint::make_sync;
use poem::listener::TcpAcceptor;
use serde_json::json;

use super::client::{Client, percentile, request, with_json};
use super::{full, rounds, tell};
use crate::harness::Server;
use crate::harness::documents::{much_to_do, problem};

/// Clients at the same time.
const CLIENTS: usize = 8;

/// Has so many clients ask so many questions in all; what each got is handed to `seen`.
fn ask(address: &str, questions: &[Vec<u8>], many: usize, seen: impl Fn(usize, u16) + Sync) -> Vec<Duration> {
    let next = &AtomicUsize::new(0);
    let seen = &seen;
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(move || {
                    let (mut client, mut times) = (Client::new(address), Vec::new());
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= many {
                            return times;
                        }
                        let which = number % questions.len();
                        let began = Instant::now();
                        let status = client.ask(&questions[which]).0;
                        times.push(began.elapsed());
                        seen(which, status);
                    }
                })
            })
            .collect();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    })
}

/// All that clients do, good and bad, mostly reading.
fn mix() -> Vec<Vec<u8>> {
    let get = |path: &str| request("GET", path, "", "");
    let mut mix = Vec::new();
    for i in 0..12 {
        mix.extend([
            get(&format!("/v1/regions/r{i}")),
            get("/v1/programmes/p/enrolments?limit=20"),
            get("/v1/programmes/p/networks/n1"),
            get("/v1/programmes/p/problem"),
            get("/v1/regions/none"),
            get("/v1/plans?limit=5"),
            get("/health/ready"),
            request("GET", "/v1/programmes/p", "if-none-match: *\r\n", ""),
        ]);
    }
    mix.extend([
        get("/nothing"),
        get("/v1/regions?sort=colour"),
        get("/v1/programmes/p/validation"),
        with_json("PUT", "/v1/regions/hot", "if-match: *\r\n", "{\"name\": \"a\"}"),
        with_json("PUT", "/v1/regions/hot", "if-match: *\r\n", "{\"name\": \"b\"}"),
        with_json("PUT", "/v1/regions/hot", "", "{\"name\": \"c\"}"),
        with_json("POST", "/v1/regions", "", "{\"name\": "),
        with_json("POST", "/v1/regions", "", "{\"id\": \"hot\", \"colour\": 1}"),
        request("DELETE", "/v1/regions/hot", "if-match: \"0\"\r\n", ""),
        request("PATCH", "/v1/regions", "", ""),
    ]);
    mix
}

#[test]
fn a_million_requests_of_all_kinds_leave_no_trace() {
    let server = Server::start();
    for i in 0..12 {
        server.put(&format!("/v1/regions/r{i}"), json!({})).expect(201);
    }
    server.put("/v1/regions/hot", json!({})).expect(201);
    server.put("/v1/programmes/p/problem", problem()).expect(201);
    let mix = mix();
    let figure = |name: &str| server.figure(name);
    let failed = AtomicUsize::new(0);
    let busy = AtomicUsize::new(0);
    let seen = |which: usize, status: u16| {
        if status >= 500 {
            failed.fetch_add(1, Ordering::Relaxed);
            eprintln!("{status} for {}", String::from_utf8_lossy(&mix[which]));
        }
        busy.fetch_add(usize::from(status == 429), Ordering::Relaxed);
    };
    let many = rounds(4_000, 1_000_000);
    ask(server.address(), &mix, many / 10, seen); // pools and caches fill
    let (files, memory) = (figure("process_open_fds"), figure("process_resident_memory_bytes"));
    let began = Instant::now();
    ask(server.address(), &mix, many, seen);
    let took = began.elapsed();
    assert_eq!(failed.into_inner(), 0);
    let after = figure("process_resident_memory_bytes");
    super::until("files are closed", || figure("process_open_fds") <= files + 12.0);
    let figures = format!(
        "{many} requests in {:.1} s ({:.0}/s), {} x 429, {:.1} MiB before and {:.1} MiB after, {files} files",
        took.as_secs_f64(),
        many as f64 / took.as_secs_f64(),
        busy.into_inner(),
        memory / 1048576.0,
        after / 1048576.0,
    );
    tell("a mix of all requests", &figures);
    if full() {
        assert!(after <= 1.1 * memory, "{figures}");
    }
}

#[test]
fn reading_is_at_least_half_as_fast_as_the_bare_library() {
    let server = Server::start();
    server.put("/v1/programmes/p/problem", problem()).expect(201);
    server.put("/v1/regions/r", json!({"name": "Hovedstaden"})).expect(201);
    for path in ["/v1/regions/r", "/v1/programmes/p/problem", "/v1/programmes/p/enrolments"] {
        let body = server.get(path).body;
        let bare = bare(body.clone());
        let question = [request("GET", path, "", "")];
        let many = rounds(500, 40_000);
        let speed = |address: &str| {
            let began = Instant::now();
            ask(address, &question, many, |_, status| assert_eq!(status, 200));
            many as f64 / began.elapsed().as_secs_f64()
        };
        assert_eq!(Client::new(server.address()).ask(&question[0]).1, body);
        assert_eq!(Client::new(&bare).ask(&question[0]).1, body);
        // Side by side, so that other work on the machine slows both.
        let pairs: Vec<(f64, f64)> = (0..rounds(1, 5)).map(|_| (speed(server.address()), speed(&bare))).collect();
        let mut shares: Vec<f64> = pairs.iter().map(|(ours, theirs)| ours / theirs).collect();
        shares.sort_by(f64::total_cmp);
        let share = shares[shares.len() / 2];
        tell(path, &format!("{:.0}/s and bare {:.0}/s: {share:.2}", pairs[0].0, pairs[0].1));
        if full() {
            assert!(share >= 0.5, "{path}: {pairs:?}");
        }
    }
}

/// The address of a poem server that answers everything with these bytes.
fn bare(body: Vec<u8>) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let acceptor = TcpAcceptor::from_std(listener).unwrap();
            let answer = make_sync(move |_| Response::builder().content_type("application/json").body(body.clone()));
            poem::Server::new_with_acceptor(acceptor).run(answer).await.unwrap();
        });
    });
    address
}

#[test]
fn a_search_leaves_reading_as_quick_as_it_was() {
    let server = Server::start();
    server.put("/v1/programmes/p/problem", problem()).expect(201);
    server.put("/v1/programmes/busy/problem", much_to_do()).expect(201);
    let questions = ["/v1/programmes/p/networks/n1", "/v1/programmes/p/enrolments", "/health/ready"];
    let questions: Vec<Vec<u8>> = questions.iter().map(|path| request("GET", path, "", "")).collect();
    let slowest = || {
        let mut client = Client::new(server.address());
        let mut times: Vec<Duration> = (0..rounds(200, 20_000))
            .map(|number| {
                let began = Instant::now();
                assert_eq!(client.ask(&questions[number % questions.len()]).0, 200);
                began.elapsed()
            })
            .collect();
        percentile(&mut times, 99)
    };
    slowest(); // caches fill
    let idle = slowest();
    let plan = server.post("/v1/programmes/busy/plans", json!({"effort": {"seconds": 600}})).expect(202);
    let path = format!("/v1/plans/{}", plan["id"].as_str().unwrap());
    super::until("the search runs", || server.get(&path).expect(200)["state"] == "running");
    let searching = slowest();
    assert_eq!(server.get(&path).expect(200)["state"], "running");
    server.post(&format!("{path}/cancel"), json!({})).expect(200);
    let figures = format!("p99 {idle:?} idle, {searching:?} while a plan is made");
    tell("reading beside a search", &figures);
    if full() {
        assert!(searching <= 2 * idle, "{figures}");
    }
}

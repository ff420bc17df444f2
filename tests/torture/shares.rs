//! Nobody is shut out by little: what one client sends, asks or leaves lying takes its own share, and no other's.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};

use super::until;
use crate::harness::documents::{much_to_do, problem};
use crate::harness::{Server, keys, query};

/// A request that is begun: its head, and whatever of its body is in `body`.
fn begun(server: &Server, line: &str, key: Option<&str>, length: usize, body: &[u8]) -> TcpStream {
    let key = key.map(|key| format!("authorization: Bearer {key}\r\n")).unwrap_or_default();
    let kind = "content-type: application/json\r\n";
    let head = format!("{line} HTTP/1.1\r\nhost: localhost\r\n{key}{kind}content-length: {length}\r\n\r\n");
    let mut socket = TcpStream::connect(server.address()).unwrap();
    socket.write_all(head.as_bytes()).unwrap();
    socket.write_all(body).unwrap();
    socket
}

/// A request for a long answer that is on its way, and of which no more than its status is taken.
fn untaken(server: &Server, path: &str, key: &str) -> TcpStream {
    let mut socket = begun(server, &format!("GET {path}"), Some(key), 0, b"");
    let mut status = [0; 12];
    socket.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 200");
    socket
}

/// Whether a key's writes are accepted, again and again.
fn writes(server: &Server, key: &str, round: &str) {
    for i in 0..10 {
        let region = server.ask("PUT", &format!("/v1/regions/{round}{i}")).json(json!({"name": "Region"}));
        region.header("if-none-match", "*").key(key).send().expect(201);
    }
}

#[test]
fn who_announces_a_body_and_sends_none_takes_no_room() {
    let server = Server::start();
    let (viewer, admin) = (server.key("viewer"), server.key("admin"));
    let megabytes = 32 << 20;
    let silent: Vec<TcpStream> = (0..8)
        .flat_map(|_| {
            let without_key = begun(&server, "GET /health/live", None, megabytes, b"");
            [without_key, begun(&server, "POST /v1/checks", Some(&viewer), megabytes, b"")]
        })
        .collect();
    writes(&server, &admin, "r");
    drop(silent);
}

#[test]
fn a_key_that_sends_much_has_its_share_and_leaves_others_theirs() {
    let server = Server::with(&["--max-body", "65536", "--max-bodies", "262144"]);
    let (viewer, admin) = (server.key("viewer"), server.key("admin"));
    let part = vec![b' '; 60_000];
    let slow: Vec<TcpStream> =
        (0..8).map(|_| begun(&server, "POST /v1/checks", Some(&viewer), 65_536, &part)).collect();
    let check = || server.ask("POST", "/v1/checks").body("application/json", &part).key(&viewer).send().status;
    until("the share of the key is full", || check() == 429);
    writes(&server, &admin, "r");
    drop(slow);
}

#[test]
fn an_operation_without_a_body_does_not_wait_for_one() {
    let server = Server::start();
    for line in ["GET /v1/regions", "GET /docs", "GET /nothing", "DELETE /v1/regions/r"] {
        let mut answer = String::new();
        begun(&server, line, None, 10, b"").read_to_string(&mut answer).unwrap();
        let status = answer.get(9..12).unwrap_or_default();
        assert!(["200", "404", "428"].contains(&status), "{line}: {answer}");
        assert!(answer.to_ascii_lowercase().contains("connection: close"), "{line}: {answer}");
    }
}

/// A programme whose problem is a document of many megabytes, as `p`.
fn with_much(server: &Server, key: &str) {
    let mut problem = problem();
    let days: Vec<String> =
        (0..20_000).map(|day| format!("{}-{:02}-{:02}", 2000 + day / 336, day / 28 % 12 + 1, day % 28 + 1)).collect();
    for town in problem["municipalities"].as_array_mut().unwrap() {
        for diary in ["unavailable", "cannot_host_on", "undesired"] {
            town[diary] = json!(days);
        }
    }
    let towns = problem["municipalities"].as_array().unwrap().len();
    for i in 0..24 - towns {
        let town = json!({"id": format!("much{i}"), "region": problem["regions"][0]["id"], "lat": 55.0, "lon": 12.0,
            "unavailable": days, "cannot_host_on": days, "undesired": days});
        problem["municipalities"].as_array_mut().unwrap().push(town);
    }
    server
        .ask("PUT", "/v1/programmes/p/problem")
        .json(problem)
        .header("if-none-match", "*")
        .key(key)
        .send()
        .expect(201);
}

#[test]
fn an_answer_counts_to_its_caller_until_it_is_taken() {
    let server = Server::with(&["--key-requests", "1"]);
    let (viewer, admin) = (server.key("viewer"), server.key("admin"));
    with_much(&server, &admin);
    let get = |key: &str| server.ask("GET", "/v1/regions").key(key).send().status;
    let untaken = untaken(&server, "/v1/programmes/p/problem", &viewer);
    assert_eq!(get(&viewer), 429, "the key's only place is taken as long as the answer is not");
    assert_eq!(get(&admin), 200);
    drop(untaken);
    until("the place is free again", || get(&viewer) == 200);
}

#[test]
fn large_answers_on_their_way_are_bounded_and_each_key_has_its_share() {
    let server = Server::with(&["--max-answers", "8000000"]);
    let (viewer, admin) = (server.key("viewer"), server.key("admin"));
    with_much(&server, &admin);
    let get = |key: &str| server.ask("GET", "/v1/programmes/p/problem").key(key).send();
    let untaken = untaken(&server, "/v1/programmes/p/problem", &viewer);
    let refused = get(&viewer);
    assert_eq!(refused.problem(429).0, "overloaded");
    assert_ne!(refused.header("retry-after"), "");
    get(&admin).expect(200);
    drop(untaken);
    until("there is room again", || get(&viewer).status == 200);
}

#[test]
fn exports_are_written_as_they_are_taken() {
    let server = Server::start();
    let asked = server.post("/v1/plans", json!({"problem": problem(), "effort": {"work": 1000}})).expect(202);
    let plan = format!("/v1/plans/{}", asked["id"].as_str().unwrap());
    until("the plan is made", || server.get(&plan).json()["state"] == "succeeded");
    for file in ["plan.csv", "visits.csv", "plan.xlsx", "networks.geojson", "journeys.geojson"] {
        let answer = server.get(&format!("{plan}/exports/{file}"));
        assert_eq!((answer.status, answer.header("transfer-encoding")), (200, "chunked"), "{file}");
        assert!(!answer.body.is_empty());
    }
}

#[test]
fn long_computations_have_places_of_their_own() {
    let server = Server::with(&["--computations", "0"]);
    server.put("/v1/programmes/p/problem", much_to_do()).expect(201);
    let full = server.get("/v1/programmes/p/clashes");
    assert_eq!(full.problem(429).0, "overloaded");
    assert_ne!(full.header("retry-after"), "");
    server.get("/v1/programmes/p/validation").expect(200);
    server.get("/v1/programmes/p/enrolments").expect(200);
}

#[test]
fn streams_of_events_are_shared_by_keys() {
    let server = Server::with(&["--event-streams", "2", "--solvers", "0"]);
    let (viewer, planner) = (server.key("viewer"), server.key("planner"));
    let body = json!({"problem": problem(), "effort": {"work": 1000}});
    let asked = server.ask("POST", "/v1/plans").json(body).key(&planner).send().expect(202);
    let path = format!("/v1/plans/{}/events", asked["id"].as_str().unwrap());
    let _held = server.ask("GET", &path).key(&viewer).follow();
    server.ask("GET", &path).key(&viewer).send().problem(429);
    let _other = server.ask("GET", &path).key(&planner).follow();
}

#[test]
fn who_needs_no_key_has_one_pace_with_all_others_and_health_is_told_at_any() {
    let server = Server::with(&["--key-rate", "5"]);
    let get = |path: &str| server.get(path).status;
    assert!((0..100).any(|_| get("/docs/style.css") == 429), "never too fast");
    for _ in 0..20 {
        assert_eq!((get("/health/live"), get("/health/ready"), get("/v1/regions")), (200, 200, 200));
    }
}

#[test]
fn static_files_are_compressed_once() {
    let server = Server::start();
    for path in ["/docs/swagger-ui.js", "/docs/swagger-ui.css", "/openapi.json"] {
        let zipped = server.ask("GET", path).header("accept-encoding", "gzip").send();
        assert_eq!((zipped.status, zipped.header("content-encoding")), (200, "gzip"), "{path}");
        let plain = server.get(path);
        assert_eq!(plain.header("content-encoding"), "");
        let length: usize = zipped.header("content-length").parse().unwrap_or(usize::MAX);
        assert!(length < plain.body.len() / 3, "{path}: its length is known before it is sent");
    }
}

#[test]
fn a_query_has_fifty_parameters_at_most() {
    let server = Server::start();
    let query = |many: usize| (0..many).map(|i| format!("a{i}=1")).collect::<Vec<_>>().join("&");
    for path in ["/v1/regions", "/docs", "/openapi.json"] {
        assert_eq!(server.get(&format!("{path}?{}", query(51))).problem(400).0, "invalid_parameter", "{path}");
    }
    assert_eq!(server.get(&format!("/docs?{}", query(50))).status, 200);
}

#[test]
fn names_have_two_hundred_characters_and_older_ones_stay_readable() {
    let server = Server::start().with_programme();
    let long = "å".repeat(201);
    let too_long = |code: (String, Vec<(String, String)>)| {
        assert_eq!(code.0, "invalid");
        assert!(code.1.iter().all(|error| error.1 == "too_long") && code.1.len() == 1, "{code:?}");
    };
    server.put("/v1/regions/r", json!({"name": "å".repeat(200)})).expect(201);
    for path in ["regions/x", "programmes/x", "programmes/p/regions/x", "programmes/p/tracks/x"] {
        too_long(server.put(&format!("/v1/{path}"), json!({"name": long})).problem(422));
    }
    let town = json!({"name": long, "region": "r", "lat": 55.0, "lon": 12.0});
    too_long(server.put("/v1/programmes/p/municipalities/x", town).problem(422));
    let network = json!({"name": long, "track": "t", "min_members": 1, "max_members": 5});
    too_long(server.put("/v1/programmes/p/networks/x", network).problem(422));
    let round = json!({"name": long, "start": "2027-01-01", "end": "2027-02-01"});
    too_long(server.put("/v1/programmes/p/rounds/x", round).problem(422));
    let mut document = problem();
    document["name"] = json!(long);
    too_long(server.put("/v1/programmes/y/problem", document).problem(422));
    let csv = format!("id;name\nx;{long}\n");
    too_long(server.ask("POST", "/v1/regions/import").body("text/csv", csv.as_bytes()).send().problem(422));
    server.patch("/v1/programmes/p", json!({"name": long})).problem(422);

    let older = "x".repeat(100_000);
    query(&server.database(), &format!("update region set name = '{older}' where id = 'r'")).count();
    assert_eq!(server.get("/v1/regions/r").expect(200)["name"], json!(older));
    assert!(!keys(&server.database(), &["create", "--name", &long, "--role", "viewer"]).status.success());
}

#[test]
fn cursors_are_short_and_lead_through_all_whatever_stands_in_them() {
    let server = Server::start();
    for i in 0..4 {
        server.put(&format!("/v1/regions/r{i}"), json!({"name": "n"})).expect(201);
    }
    let older = "x".repeat(100_000);
    query(&server.database(), &format!("update region set name = '{older}' || id")).count();
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let page = server.get(&format!("/v1/regions?sort=name&limit=1{next}"));
        seen.extend(page.ids());
        match page.json()["next"].as_str() {
            Some(cursor) if cursor.len() < 4_096 => next = format!("&cursor={cursor}"),
            Some(cursor) => panic!("a cursor of {} bytes", cursor.len()),
            None => break,
        }
    }
    assert_eq!(seen, ["r0", "r1", "r2", "r3"]);
    let long = "61".repeat(2_000);
    for bad in ["x", "zz", "61", "c3", &long] {
        for list in ["/v1/regions", "/v1/plans", "/v1/audit"] {
            let answer = server.get(&format!("{list}?cursor={bad}"));
            assert_eq!(answer.status, 400, "{list} {}", &bad[..bad.len().min(9)]);
        }
    }
}

#[test]
fn a_record_has_a_mebibyte_and_a_page_of_such_ends_early() {
    let server = Server::start().with_programme();
    let days: Vec<String> =
        (0..60_000).map(|day| format!("{}-{:02}-{:02}", 2000 + day / 336, day / 28 % 12 + 1, day % 28 + 1)).collect();
    let town = |days: &[String]| json!({"region": "r", "lat": 55.0, "lon": 12.0, "unavailable": days});
    for i in 0..8 {
        server.put(&format!("/v1/programmes/p/municipalities/m{i}"), town(&days)).expect(201);
    }
    let twice: Vec<String> = days.iter().chain(&days).cloned().collect();
    assert_eq!(server.put("/v1/programmes/p/municipalities/x", town(&twice)).problem(413).0, "content_too_large");
    let (mut pages, mut seen, mut next) = (0, Vec::new(), String::new());
    loop {
        let page = server.get(&format!("/v1/programmes/p/municipalities?limit=500{next}"));
        assert!(page.body.len() < 6 << 20, "{}", page.body.len());
        (pages, seen) = (pages + 1, [seen, page.ids()].concat());
        match page.json()["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!((pages, seen.len()), (2, 10));
}

#[test]
fn a_thousand_faults_are_told_with_their_true_number() {
    let server = Server::start();
    let mut document = problem();
    let towns: Vec<Value> =
        (0..5_000).map(|i| json!({"id": format!("m{i}"), "region": "nowhere", "lat": 99.0, "lon": 12.0})).collect();
    document["municipalities"].as_array_mut().unwrap().extend(towns);
    for (field, faults) in [("lat", 10_000), ("colour", 5_000)] {
        let mut document = document.clone();
        for town in document["municipalities"].as_array_mut().unwrap().iter_mut().rev().take(5_000) {
            town[field] = json!(99.0);
        }
        let answer = server.put("/v1/programmes/p/problem", document);
        assert_eq!(answer.problem(422).1.len(), 1_000);
        assert!(
            answer.json()["detail"].as_str().unwrap().contains(&format!("{faults} faults")),
            "{}",
            answer.json()["detail"]
        );
    }
    // Cells of which some cannot be read, and others name what is not there: all of them count.
    let csv: String =
        (0..5_000).map(|i| format!("m{i};nowhere;{};12\n", if i < 2_000 { "north" } else { "55" })).collect();
    let csv = format!("id;region;lat;lon\n{csv}");
    let answer = server.ask("POST", "/v1/municipalities/import").body("text/csv", csv.as_bytes()).send();
    assert_eq!(answer.problem(422).1.len(), 1_000);
    assert!(answer.json()["detail"].as_str().unwrap().contains("5000 faults"), "{}", answer.json()["detail"]);
}

#[test]
fn validation_tells_a_thousand_findings_with_their_true_number() {
    let server = Server::start();
    let mut document = problem();
    let network = document["networks"][0]["id"].clone();
    document["enrolments"][0]["preferences"] = json!(vec![network; 1_501]);
    server.put("/v1/programmes/p/problem", document).expect(201);
    let told = server.get("/v1/programmes/p/validation").expect(200);
    assert_eq!(told["warnings"].as_array().unwrap().len(), 1_000);
    assert!(told["totals"]["warnings"].as_u64().unwrap() >= 1_500, "{}", told["totals"]);
    assert_eq!(told["totals"]["contradictions"], 0);
}

#[test]
fn a_connection_whose_bytes_flow_is_not_the_one_to_go() {
    let server = Server::with(&["--max-connections", "4", "--header-time", "600", "--body-time", "600"]);
    let mut uploading = begun(&server, "POST /v1/regions", None, 1_000, b"{");
    let mut idle = Vec::new();
    for _ in 0..8 {
        server.get("/health/live").expect(200);
        uploading.write_all(b" ").unwrap();
        server.get("/health/live").expect(200);
        idle.push(TcpStream::connect(server.address()).unwrap());
    }
    uploading.write_all(&[b' '; 991]).unwrap();
    let mut answer = String::new();
    uploading.take(12).read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "HTTP/1.1 400", "it was read to its end");
}

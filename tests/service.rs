//! The service as such: health, request ids, headers, compression, its beginning and its end.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

use serde_json::json;

use crate::harness::{PROGRAM, Server};

#[test]
fn a_running_service_is_alive_and_ready() {
    let server = Server::start();
    assert_eq!(server.get("/health/live").expect(200), json!({"status": "ok"}));
    assert_eq!(server.get("/health/ready").expect(200), json!({"status": "ok"}));
}

#[test]
fn a_request_keeps_its_id_and_gets_one_where_it_has_none() {
    let server = Server::start();
    let told = server.ask("GET", "/v1/regions").header("x-request-id", "my-id.1:2").send();
    assert_eq!(told.header("x-request-id"), "my-id.1:2");
    let made = server.get("/v1/regions");
    assert_eq!(made.header("x-request-id").len(), 36);
    assert_ne!(server.get("/v1/regions").header("x-request-id"), made.header("x-request-id"));
    for insane in ["a b", "<script>", &"x".repeat(129)] {
        let answer = server.ask("GET", "/nothing").header("x-request-id", insane).send();
        assert_eq!(answer.header("x-request-id").len(), 36, "{insane}");
        answer.problem(404);
    }
}

#[test]
fn every_answer_has_the_headers_that_keep_browsers_careful() {
    let server = Server::start();
    for answer in [server.get("/v1/regions"), server.get("/nothing"), server.post("/v1/regions", json!({}))] {
        assert_eq!(answer.header("cache-control"), "private, no-cache");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.header("content-security-policy").contains("default-src 'none'"));
    }
}

#[test]
fn a_long_answer_is_compressed_for_those_who_take_it() {
    let server = Server::start();
    for i in 0..30 {
        server.put(&format!("/v1/regions/r{i}"), json!({"name": "long".repeat(50)})).expect(201);
    }
    let ask = |coding: &str| {
        let question = format!(
            "GET /v1/regions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\naccept-encoding: {coding}\r\n\r\n"
        );
        server.raw(question.as_bytes()).to_ascii_lowercase()
    };
    let zipped = ask("gzip");
    assert!(zipped.contains("content-encoding: gzip") && zipped.len() < 2000, "{zipped}");
    for plain in [ask("identity"), ask("gzip;q=0"), ask("br")] {
        assert!(!plain.contains("content-encoding") && plain.len() > 5000);
        assert!(plain.contains("vary: accept-encoding"));
    }
}

#[test]
fn head_answers_like_get_without_a_body() {
    let server = Server::start();
    server.put("/v1/regions/r", json!({})).expect(201);
    let answer = server.ask("HEAD", "/v1/regions/r").send();
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    assert_eq!(answer.etag(), server.get("/v1/regions/r").etag());
}

#[test]
fn an_address_that_others_can_reach_is_refused() {
    let directory = tempfile::TempDir::new().unwrap();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let output = Command::new(PROGRAM)
            .args(["serve", "--listen", address, "--database"])
            .arg(directory.path().join("test.db"))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(3), "{address}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("127.0.0.1"), "the remedy is told");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_database_that_is_none_is_told_and_left_alone() {
    let directory = tempfile::TempDir::new().unwrap();
    let file = directory.path().join("test.db");
    let text = "this is no database ".repeat(100);
    std::fs::write(&file, &text).unwrap();
    let output =
        Command::new(PROGRAM).args(["serve", "--listen", "127.0.0.1:0", "--database"]).arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("test.db"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_request_that_runs_is_finished_before_the_service_stops() {
    let server = Server::start();
    let mut socket = TcpStream::connect(server.address()).unwrap();
    let head = "PUT /v1/regions/r HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n";
    socket.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 25];
    socket.read_exact(&mut answer).unwrap(); // the service reads the body: the request is running
    assert_eq!(&answer, b"HTTP/1.1 100 Continue\r\n\r\n");
    let stopping = std::thread::spawn(move || server.stop());
    socket.write_all(b"{}").unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let (status, _directory) = stopping.join().unwrap();
    assert!(status.success());
}

#[test]
fn a_service_that_was_killed_has_lost_nothing_it_has_confirmed() {
    let server = Server::start();
    for i in 0..20 {
        server.put(&format!("/v1/regions/r{i:02}"), json!({})).expect(201);
    }
    let server = server.killed_and_started_again();
    assert_eq!(server.get("/v1/regions").ids().len(), 20);
}

#[test]
fn writers_at_the_same_time_all_get_through() {
    let server = Server::start().with_programme();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let server = &server;
            scope.spawn(move || {
                for i in 0..10 {
                    server.put(&format!("/v1/programmes/p/tracks/w{writer}-{i}"), json!({})).expect(201);
                    server.get("/v1/programmes/p/tracks?limit=500").expect(200);
                }
            });
        }
    });
    assert_eq!(server.get("/v1/programmes/p/tracks?limit=500").ids().len(), 81);
}

#[test]
fn of_two_who_change_the_same_version_one_is_told() {
    let server = Server::start();
    let tag = server.put("/v1/regions/r", json!({})).etag().to_owned();
    let change = |name: &str| {
        server.ask("PATCH", "/v1/regions/r").json(json!({"name": name})).header("if-match", &tag).send().status
    };
    let mut answers = std::thread::scope(|scope| {
        let both = [scope.spawn(|| change("a")), scope.spawn(|| change("b"))];
        both.map(|one| one.join().unwrap())
    });
    answers.sort_unstable();
    assert_eq!(answers, [200, 412]);
}

#[test]
fn a_demo_fills_an_empty_database_and_no_other() {
    let server = Server::with(&["--demo"]);
    assert_eq!(server.get("/v1/programmes").ids(), ["demo"]);
    assert_eq!(server.get("/v1/municipalities?limit=500").ids().len(), 98);
    assert_eq!(server.get("/v1/programmes/demo/validation").expect(200)["valid"], true);
    server.delete("/v1/programmes/demo").expect(204);
    let server = server.restart_with(&["--demo"]);
    assert!(server.get("/v1/programmes").ids().is_empty());
}

//! Clumsy and hostile clients: cut or refused at the stated limit, in words, and nobody else notices.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

use serde_json::Value;

use crate::harness::{PROGRAM, Server};

/// The problem document in a raw answer that must have this status.
fn problem(answer: &str, status: u16) -> Value {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.to_ascii_lowercase().contains("content-type: application/problem+json"), "{head}");
    let problem: Value = serde_json::from_str(body).expect(body);
    assert_eq!(problem["status"], status);
    assert!(head.contains(problem["request_id"].as_str().unwrap()), "{head}");
    problem
}

/// What a client gets that begins a request and leaves it at that.
fn half(server: &Server, request: &str) -> String {
    let mut socket = TcpStream::connect(server.address()).unwrap();
    socket.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn what_is_not_http_is_told_so_in_a_problem_document() {
    let server = Server::start();
    for request in
        ["GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\nbad header\r\n\r\n", "\u{1}\u{2}\u{3}\r\n\r\n"]
    {
        assert_eq!(problem(&server.raw(request.as_bytes()), 400)["type"], "/problems/bad_request", "{request:?}");
    }
    let long = format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "x".repeat(70_000));
    assert_eq!(problem(&server.raw(long.as_bytes()), 414)["type"], "/problems/uri_too_long");
    let large = format!("GET / HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "x".repeat(300_000));
    assert_eq!(problem(&server.raw(large.as_bytes()), 431)["type"], "/problems/headers_too_large");
    let after_another = "GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\nGET\r\n\r\n";
    let answers = server.raw(after_another.as_bytes());
    assert!(answers.starts_with("HTTP/1.1 200"), "{answers}");
    problem(answers.split_once("{\"status\":\"ok\"}").unwrap().1, 400);
}

#[test]
fn a_head_that_does_not_arrive_is_a_timeout_and_silence_is_not_answered() {
    let server = Server::with(&["--header-time", "1"]);
    let answer = half(&server, "GET / HTTP/1.1\r\nhost: local");
    assert_eq!(problem(&answer, 408)["type"], "/problems/request_timeout");
    assert_eq!(half(&server, ""), "");
}

#[test]
fn a_body_that_does_not_arrive_is_a_timeout() {
    let server = Server::with(&["--body-time", "1"]);
    let answer = half(
        &server,
        "POST /v1/regions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{",
    );
    assert_eq!(problem(&answer, 408)["type"], "/problems/request_timeout");
}

#[test]
fn a_body_of_a_gigabyte_is_refused_before_it_is_sent() {
    let server = Server::start();
    let head = "POST /v1/regions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                content-length: 1073741824\r\n\r\n";
    assert_eq!(problem(&half(&server, head), 413)["type"], "/problems/content_too_large");
}

#[test]
fn json_may_be_as_deep_as_it_may_and_no_deeper() {
    let server = Server::with(&["--max-json-depth", "3"]);
    let ask = |text: &str| server.ask("POST", "/v1/regions").body("application/json", text.as_bytes()).send();
    assert_eq!(ask("[[[]]]").problem(422).0, "invalid");
    let (code, errors) = ask("[[[[]]]]").problem(400);
    assert_eq!((code.as_str(), errors[0].1.as_str()), ("invalid_json", "too_deep"));
}

#[test]
fn who_waits_longest_makes_room_where_there_are_too_many() {
    let server = Server::with(&["--max-connections", "4", "--header-time", "600"]);
    let mut idle: Vec<TcpStream> = (0..20).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
    server.get("/health/live").expect(200);
    let mut nothing = [0; 1];
    assert_eq!(idle[0].read(&mut nothing).unwrap(), 0, "the first one was closed");
}

#[test]
fn settings_with_which_nothing_could_be_served_are_refused_at_the_start() {
    let directory = tempfile::TempDir::new().unwrap();
    let most = u64::MAX.to_string();
    let zero = [
        "max-body",
        "max-bodies",
        "body-time",
        "max-json-depth",
        "max-json-memory",
        "max-address",
        "header-time",
        "max-headers",
        "answer-time",
        "max-connections",
        "max-rows",
        "max-items",
        "plan-queue",
        "solver-threads",
        "plan-seconds",
        "plan-crashes",
        "plan-lease",
        "event-heartbeat",
    ];
    let huge =
        zero.iter().copied().chain(["drain-time", "event-streams", "what-ifs", "solvers", "key-rate", "key-requests"]);
    let wrong = [
        ("max-database", "1"),
        ("host", "https://plans.example.org"),
        ("host", "plans.example.org:443"),
        ("host", ""),
        ("origin", "plans.example.org"),
        ("origin", "https://plans.example.org/"),
    ];
    let all = zero.iter().map(|name| (*name, "0")).chain(huge.map(|name| (name, most.as_str()))).chain(wrong);
    for (name, value) in all {
        // An address that nobody has: a setting that is taken is another end.
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--listen", "192.0.2.1:0", &format!("--{name}={value}"), "--database"]);
        let output = command.arg(directory.path().join("test.db")).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "--{name}={value}: {told}");
        assert!(told.contains(&format!("--{name}")) && !told.contains("panicked"), "{told}");
    }
}

#[test]
fn every_setting_of_the_service_is_in_the_readme() {
    let help = Command::new(PROGRAM).args(["serve", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let readme = include_str!("../README.md");
    let settings = help.lines().filter_map(|line| line.trim().strip_prefix("--")?.split([' ', ',']).next());
    for setting in settings {
        assert!(readme.contains(&format!("`--{setting}")), "--{setting} is not in README.md");
    }
}

//! A log that nobody takes: its lines are lost and counted, and the service answers, makes plans and stops as before.

use std::fs::{File, OpenOptions};
use std::io::{PipeReader, PipeWriter};
use std::process::{Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use super::client::{Client, request};
use super::{rounds, tell, until};
use crate::harness::documents::problem;
use crate::harness::{PROGRAM, Server};

fn pipe() -> (PipeReader, PipeWriter) {
    std::io::pipe().unwrap()
}

/// Asks more than any pipe and any queue of lines holds, has a plan made, and stops the service in order.
fn serves(what: &str, log: impl Into<Stdio>) {
    let server = Server::begin(TempDir::new().unwrap(), |command| command.env("RUST_LOG", "info").stderr(log));
    let mut client = Client::new(server.address());
    let question = request("GET", "/v1/regions", "", "");
    for _ in 0..rounds(6_000, 60_000) {
        assert_eq!(client.ask(&question).0, 200, "{what}");
    }
    let plan = server.post("/v1/plans", json!({"problem": problem(), "effort": {"work": 2_000}})).expect(202);
    let plan = format!("/v1/plans/{}", plan["id"].as_str().unwrap());
    until("the plan is made", || server.get(&plan).expect(200)["state"] == "succeeded");
    let lost = server.figure("netvisit_log_lines_lost_total");
    assert!(lost > 0.0, "{what}: {lost}");
    let (status, _directory) = server.stop();
    assert!(status.success(), "{what}: {status}");
    tell(what, &format!("{lost} lines lost"));
}

#[test]
fn a_log_whose_reader_is_gone_keeps_nobody_from_an_answer() {
    let (reader, writer) = pipe();
    drop(reader);
    serves("a closed pipe", writer);
}

#[test]
fn a_log_whose_reader_never_reads_keeps_nobody_from_an_answer() {
    let (_reader, writer) = pipe();
    serves("a pipe that is never read", writer);
}

#[cfg(target_os = "linux")]
#[test]
fn a_log_on_a_full_disk_keeps_nobody_from_an_answer() {
    serves("a full disk", OpenOptions::new().write(true).open("/dev/full").unwrap());
}

#[test]
fn a_service_whose_output_nobody_takes_serves_all_the_same() {
    let directory = TempDir::new().unwrap();
    let log = directory.path().join("log");
    let (reader, writer) = pipe();
    drop(reader);
    let mut command = Command::new(PROGRAM);
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--log-json", "--database"])
        .arg(directory.path().join("test.db"));
    let mut child = command.env("RUST_LOG", "info").stdout(writer).stderr(File::create(&log).unwrap()).spawn().unwrap();
    let address = || {
        let text = std::fs::read_to_string(&log).unwrap();
        Some(text.split_once("\"address\":\"")?.1.split_once('"')?.0.to_owned())
    };
    until("it listens", || address().is_some());
    let status = Client::new(&address().unwrap()).ask(&request("GET", "/v1/regions", "", "")).0;
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(status, 200);
}

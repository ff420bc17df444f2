//! Thousands of made-up requests against the API document: no 5xx, no status that is not documented, no answer that is
//! not as the document says. Schemathesis makes them up (<https://schemathesis.readthedocs.io>); `make torture` sees to
//! it, and without it there is nothing to run.

use std::process::Command;

use serde_json::Value;

use super::{full, tell};
use crate::harness::Server;

/// Cases of a full run, at least.
const CASES: u64 = 20_000;

/// A request that is wrong may be refused because of its ETag before anybody looks at its body.
const SETTINGS: &str = "[checks.negative_data_rejection]\n\
    expected-statuses = ['400', '401', '403', '404', '405', '406', '409', '412', '413', '415', '422', '428', '429']\n";

/// What Schemathesis found, with this key or none: cases, and what is wrong.
fn run(server: &Server, program: &str, key: Option<&str>) -> (u64, Vec<String>) {
    let directory = tempfile::TempDir::new().unwrap();
    let (report, settings) = (directory.path().join("report.json"), directory.path().join("settings.toml"));
    std::fs::write(&settings, SETTINGS).unwrap();
    let mut command = Command::new(program);
    command
        .arg("--config-file")
        .arg(&settings)
        .arg("run")
        .arg(format!("http://{}/openapi.json", server.address()))
        .args(["--phases", "examples,coverage,fuzzing,stateful", "--seed", "1", "--continue-on-failure"])
        .args(["--suppress-health-check", "all", "--warnings", "off", "--max-examples", "20"])
        // A schema says what a request looks like. What it may mean (ids that exist, ETags that fit) it cannot say.
        .args(["--exclude-checks", "positive_data_acceptance"])
        .args(["--report", "json", "--report-json-path"])
        .arg(&report)
        .current_dir(&directory);
    if let Some(key) = key {
        command.arg("--header").arg(format!("Authorization: Bearer {key}"));
    }
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let report: Value = serde_json::from_slice(&std::fs::read(&report).expect(&told)).unwrap();
    (cases(&report), if output.status.success() { vec![] } else { vec![told] })
}

fn cases(report: &Value) -> u64 {
    report["test_cases"]["generated"].as_u64().unwrap_or(0)
}

#[test]
fn what_the_document_says_is_what_happens() {
    let Some(program) = std::env::var("SCHEMATHESIS").ok().filter(|_| full()) else {
        eprintln!("no Schemathesis in the short form; `make torture CHECK=documented` runs it");
        return;
    };
    let server = Server::with(&["--demo", "--key-rate", "0", "--key-requests", "0"]);
    let (without, wrong) = run(&server, &program, None);
    assert!(wrong.is_empty(), "{}", wrong.concat());
    let key = server.key("admin");
    let (with, wrong) = run(&server, &program, Some(&key));
    assert!(wrong.is_empty(), "{}", wrong.concat());
    tell("made-up requests", &format!("{without} cases without keys, {with} with one"));
    assert!(without + with >= CASES, "{without} and {with} cases");
}

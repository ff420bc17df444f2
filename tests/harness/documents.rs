//! Documents that tests begin from, and the program run on them from the command line.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::PROGRAM;

/// The example problem of the API document.
pub fn problem() -> Value {
    serde_json::from_str(include_str!("../../openapi/examples/problem.json")).unwrap()
}

/// The example plan, which is one of the example problem.
pub fn plan() -> Value {
    serde_json::from_str(include_str!("../../openapi/examples/plan.json")).unwrap()
}

/// The example problem, changed.
pub fn problem_with(change: impl FnOnce(&mut Value)) -> Value {
    let mut problem = problem();
    change(&mut problem);
    problem
}

/// A made-up problem that keeps the search busy for as long as it is let.
pub fn much_to_do() -> Value {
    serde_json::from_slice(&run(&["demo", "--shape", "kl", "--take", "60"], b"").stdout).unwrap()
}

/// A diary of some 30 KB: a municipality that has it takes room.
pub fn full_diary() -> Vec<String> {
    (0..2_400).map(|day| format!("{}-{:02}-{:02}", 2000 + day / 336, day / 28 % 12 + 1, day % 28 + 1)).collect()
}

/// Runs the program with this on its standard input.
pub fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(PROGRAM);
    let piped = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(input); // a program that refuses its arguments reads nothing
    child.wait_with_output().unwrap()
}

/// The pointer and code of each error in a list of them.
pub fn faults(errors: &Value) -> Vec<(String, String)> {
    let text = |error: &Value, name: &str| error[name].as_str().unwrap().to_owned();
    let errors = errors.as_array().unwrap().iter();
    let mut faults: Vec<_> = errors.map(|error| (text(error, "pointer"), text(error, "code"))).collect();
    faults.sort();
    faults
}

//! The problems and the checker that lie beside the repository, in `../shared`: nobody who made the scheduler made the
//! checker. Where the folder is missing, these tests say so and look at nothing.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::documents::run;

/// Enough for a plan of each problem, little enough for all of them in a minute.
const WORK: &str = "20000";

/// The folder, if it is there.
pub fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    if folder.join("instances").is_dir() {
        return Some(folder);
    }
    // Not `eprintln!`, which the test runner keeps to itself while a test passes.
    let _ = writeln!(std::io::stderr(), "skipped: there is no {}", folder.display());
    None
}

/// The problem documents in it, by name.
fn problems(shared: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(shared.join("instances")).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = entries.filter(|path| path.extension().is_some_and(|is| is == "json")).collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

/// The plan document that a little work makes of a problem document; `None` where the document has fields that this version
/// does not know.
fn solved(problem: &[u8], what: &str) -> Option<Vec<u8>> {
    let output = run(&["solve", "-", "--work", WORK], problem);
    let told = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(2) && told.contains("unknown_field") {
        let _ = writeln!(std::io::stderr(), "skipped: {what} has fields that this version does not know");
        return None;
    }
    assert_eq!(output.status.code(), Some(0), "{what}: {told}");
    Some(output.stdout)
}

/// Holds the cost that a plan states against the one in a report. A measure that the plan does not state is one that it does
/// not know: it costs nothing.
pub fn costs_agree(plan: &Value, report: &Value, what: &str) {
    for (measure, cost) in report["cost"].as_object().unwrap() {
        let (ours, theirs) = (plan["cost"][measure].as_f64().unwrap_or(0.0), cost.as_f64().unwrap());
        assert!((ours - theirs).abs() <= 1e-6 * theirs.max(1.0), "{what}: {measure} {ours}, not {theirs}");
    }
}

/// What the checker says of a plan document.
pub fn report(shared: &Path, problem: &Path, plan: &Path) -> Value {
    let mut checker = Command::new("python3");
    let checker = checker.arg(shared.join("tools/check_plan.py")).args([problem, plan]).arg("--json");
    let output = checker.output().expect("python3, which the checker is written for");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

/// The same document with the records of each kind in another order.
fn shuffled(document: &[u8]) -> Vec<u8> {
    let mut document: Value = serde_json::from_slice(document).unwrap();
    for list in document.as_object_mut().unwrap().values_mut().filter_map(Value::as_array_mut) {
        list.sort_by_cached_key(|record| {
            let mut order = DefaultHasher::new();
            record.to_string().hash(&mut order);
            order.finish()
        });
    }
    serde_json::to_vec(&document).unwrap()
}

#[test]
fn every_problem_gets_a_plan_for_all_that_the_checker_agrees_with() {
    let Some(shared) = shared() else { return };
    let directory = TempDir::new().unwrap();
    let written = directory.path().join("plan.json");
    let mut planned = 0;
    for problem in problems(&shared) {
        let name = problem.file_name().unwrap().to_str().unwrap();
        let Some(plan) = solved(&std::fs::read(&problem).unwrap(), name) else { continue };
        planned += 1;
        std::fs::write(&written, &plan).unwrap();
        let report = report(&shared, &problem, &written);
        assert_eq!(report["broken"], Value::Array(Vec::new()), "{name}");
        assert_eq!(report["measures"]["unassigned"], 0.0, "{name}");
        costs_agree(&serde_json::from_slice(&plan).unwrap(), &report, name);
    }
    assert!(planned >= 10, "{planned} plans show too little");
}

#[test]
fn the_order_of_records_changes_no_byte_of_a_plan() {
    let Some(shared) = shared() else { return };
    for name in ["dk-kl.json", "if38.json"] {
        let document = std::fs::read(shared.join("instances").join(name)).unwrap();
        let mixed = shuffled(&document);
        assert_ne!(mixed, document, "{name}");
        let plan = solved(&document, name);
        assert!(plan.is_some() && plan == solved(&mixed, name), "{name}");
    }
}

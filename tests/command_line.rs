//! The command line: documents in, documents out, and a status that says how it went.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::documents::{faults, much_to_do, plan, problem, problem_with, run};
use crate::harness::{PROGRAM, errors};

/// A directory with these documents.
fn files(documents: &[(&str, Value)]) -> (TempDir, Vec<PathBuf>) {
    let directory = TempDir::new().unwrap();
    let write = |(name, document): &(&str, Value)| {
        let path = directory.path().join(name);
        std::fs::write(&path, document.to_string()).unwrap();
        path
    };
    let paths = documents.iter().map(write).collect();
    (directory, paths)
}

fn text(path: &std::path::Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn solve_writes_a_plan_that_check_finds_nothing_wrong_with() {
    let (directory, paths) = files(&[("problem.json", problem())]);
    let out = directory.path().join("plan.json");
    let solved = run(&["solve", text(&paths[0]), "--work", "20000", "--out", text(&out)], b"");
    assert_eq!(solved.status.code(), Some(0));
    assert!(solved.stdout.is_empty() && solved.stderr.is_empty());
    let checked = run(&["check", text(&paths[0]), text(&out)], b"");
    assert_eq!(checked.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&checked.stdout).unwrap();
    let written: Value = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
    assert_eq!(report, json!({"broken": [], "cost": written["cost"]}));
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 2, "nothing else is left behind");
}

#[test]
fn the_plan_document_is_sorted_and_has_all_parts() {
    let solved = run(&["solve", "-", "--work", "20000"], problem().to_string().as_bytes());
    let text = String::from_utf8(solved.stdout).unwrap();
    let order = ["\"assignments\"", "\"visits\"", "\"cost\"", "\"bound\"", "\"left_out\""].map(|name| text.find(name));
    assert!(order.is_sorted() && order[0].is_some(), "{order:?}");
    let document: Value = serde_json::from_str(&text).unwrap();
    let enrolments: Vec<&str> =
        document["assignments"].as_array().unwrap().iter().map(|row| row["enrolment"].as_str().unwrap()).collect();
    assert_eq!(enrolments, ["e1", "e2", "e3", "e4", "e5", "e6"]);
    let key = |visit: &Value| ["date", "network", "host"].map(|name| visit[name].as_str().unwrap().to_owned());
    assert!(document["visits"].as_array().unwrap().is_sorted_by_key(key));
    assert_eq!(document["cost"].as_object().unwrap().len(), 9);
    assert_eq!(document["bound"].as_object().unwrap().len(), 3);
}

#[test]
fn under_work_alone_the_plan_depends_on_neither_threads_nor_the_order_of_records() {
    let reversed = problem_with(|d| {
        for list in ["regions", "municipalities", "networks", "enrolments"] {
            d[list].as_array_mut().unwrap().reverse();
        }
    });
    let one = run(&["solve", "-", "--work", "50000", "--threads", "1"], problem().to_string().as_bytes());
    let two = run(&["solve", "-", "--work", "50000", "--threads", "2"], reversed.to_string().as_bytes());
    assert_eq!(one.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&one.stdout), String::from_utf8_lossy(&two.stdout));
}

#[test]
fn a_plan_that_breaks_a_rule_is_status_1_with_the_report() {
    let mut broken = plan();
    broken["assignments"][3]["network"] = json!("n1");
    let (_directory, paths) = files(&[("problem.json", problem()), ("plan.json", broken)]);
    let checked = run(&["check", text(&paths[0]), text(&paths[1])], b"");
    assert_eq!(checked.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert!(!report["broken"].as_array().unwrap().is_empty());
}

#[test]
fn what_cannot_be_is_status_1_with_the_clash() {
    let crowded = problem_with(|d| {
        d["networks"][0]["min_members"] = json!(4);
        d["networks"][1]["min_members"] = json!(4);
    });
    let solved = run(&["solve", "-", "--work", "20000"], crowded.to_string().as_bytes());
    assert_eq!(solved.status.code(), Some(1), "{}", String::from_utf8_lossy(&solved.stderr));
    let told: Value = serde_json::from_slice(&solved.stdout).unwrap();
    assert_eq!(told["state"], "infeasible");
    let clash = &told["clash"];
    assert_eq!((&clash["networks"], &clash["minimal"]), (&json!(["n1", "n2"]), &json!(true)), "{clash}");
    let members = clash["members"].as_array().unwrap();
    let of = |network: &str| members.iter().any(|one| one["rule"] == "min_members" && one["network"] == network);
    assert!(of("n1") && of("n2") && members.iter().all(|one| !one["text"].as_str().unwrap().is_empty()), "{clash}");
}

#[test]
fn bad_arguments_and_files_that_are_none_are_status_2() {
    let (_directory, paths) = files(&[("problem.json", problem())]);
    let file = text(&paths[0]);
    for arguments in [
        &["solve"][..],
        &["solve", "/nowhere/problem.json"],
        &["solve", file, "--seconds", "0"],
        &["solve", file, "--seconds", "NaN"],
        &["solve", file, "--gap", "2"],
        &["solve", file, "--work", "-1"],
        &["solve", file, "--threads", "0"],
        &["solve", file, "--colour", "red"],
        &["check", file, "/nowhere/plan.json"],
        &["paint"],
    ] {
        let output = run(arguments, b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn every_wrong_effort_is_told_at_once_and_as_the_service_tells_it() {
    let arguments = ["--seconds", "0", "--work", "0", "--gap", "1.5", "--seed", "-1", "--threads", "0"];
    let output = run(&[&["solve", "-"][..], &arguments[..]].concat(), problem().to_string().as_bytes());
    assert_eq!(output.status.code(), Some(2));
    let told: Value = serde_json::from_slice(&output.stderr).unwrap();
    let wanted = ["--gap", "--seconds", "--seed", "--threads", "--work"].map(|name| (name, "out_of_range"));
    assert_eq!(faults(&told["errors"]), errors(&wanted));
    assert_eq!(run(&["solve", "-", "--seconds", "86401"], b"").status.code(), Some(2));
}

/// Each command that writes to stdout, what it reads, and its status where all is well.
fn writers() -> Vec<(Vec<String>, Value, i32)> {
    let crowded = problem_with(|d| {
        d["networks"][0]["min_members"] = json!(4);
        d["networks"][1]["min_members"] = json!(4);
    });
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/examples/problem.json");
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    vec![
        (words(&["openapi"]), Value::Null, 0),
        (words(&["demo", "--take", "12"]), Value::Null, 0),
        (words(&["check", example, "-"]), plan(), 0),
        (words(&["solve", "-", "--work", "2000"]), problem(), 0),
        (words(&["solve", "-", "--work", "2000"]), crowded, 1),
    ]
}

/// Runs a command with this as its stdout; its status and what it says.
fn run_into(stdout: impl Into<Stdio>, arguments: &[String], input: &Value) -> (Option<i32>, String) {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).stdin(Stdio::piped()).stdout(stdout).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.to_string().as_bytes()); // not all commands read
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_reader_that_has_gone_away_is_a_quiet_end() {
    for (arguments, input, status) in writers() {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let (ended, said) = run_into(writer, &arguments, &input);
        assert_eq!((ended, said.as_str()), (Some(status), ""), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_takes_no_more_is_status_3_and_told_in_a_sentence() {
    for (arguments, input, _) in writers() {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let (ended, said) = run_into(full, &arguments, &input);
        assert_eq!(ended, Some(3), "{arguments:?}: {said}");
        assert!(said.contains("standard output cannot be written") && !said.contains("panicked"), "{said}");
    }
}

#[test]
fn an_error_that_nobody_takes_leaves_its_status() {
    for (arguments, status) in [
        (&["solve", "/nowhere/problem.json"][..], 2),
        (&["solve", "--colour", "red"], 2),
        (&["backup", "/nowhere/copy.db", "--database", "/nowhere/test.db"], 3),
        (&["serve", "--listen", "192.0.2.1:0", "--database", "/nowhere/test.db"], 3),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ended = Command::new(PROGRAM).args(arguments).stdin(Stdio::null()).stderr(writer).status().unwrap();
        assert_eq!(ended.code(), Some(status), "{arguments:?}");
    }
}

#[test]
fn a_plan_that_cannot_be_written_is_status_3() {
    let output = run(&["solve", "-", "--work", "1", "--out", "/nowhere/plan.json"], problem().to_string().as_bytes());
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn an_interrupt_writes_the_best_plan() {
    let problem = much_to_do();
    let enrolments = problem["enrolments"].as_array().unwrap().len();
    let (directory, paths) = files(&[("problem.json", problem)]);
    let out = directory.path().join("plan.json");
    for signal in ["-INT", "-TERM"] {
        let mut command = Command::new(PROGRAM);
        command.args(["solve", text(&paths[0]), "--seconds", "600", "--out", text(&out)]);
        let mut child = command.spawn().unwrap();
        while !directory.path().join("plan.json.partial").exists() {
            std::thread::yield_now(); // the search begins once the file is there
        }
        Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}");
        let written: Value = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
        assert_eq!(written["assignments"].as_array().unwrap().len(), enrolments);
        std::fs::remove_file(&out).unwrap();
    }
}

#[test]
fn every_made_up_problem_is_one_that_can_be_solved() {
    for shape in ["kl", "single", "split", "pairwise", "tight", "mixed"] {
        let made = run(&["demo", "--shape", shape, "--take", "12"], b"");
        assert_eq!(made.status.code(), Some(0), "{shape}");
        let solved = run(&["solve", "-", "--work", "2000"], &made.stdout);
        assert_eq!(solved.status.code(), Some(0), "{shape}: {}", String::from_utf8_lossy(&solved.stderr));
    }
}

/// A plan of the example problem in a file, and that problem in another.
fn planned() -> (TempDir, String, String) {
    let (directory, paths) = files(&[("problem.json", problem()), ("plan.json", plan())]);
    (directory, text(&paths[0]).to_owned(), text(&paths[1]).to_owned())
}

fn read(path: &std::path::Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn everything_that_a_plan_can_be_asked_for_with_over_http_is_an_argument_of_solve() {
    let document: Value = serde_json::from_str(include_str!("../openapi/openapi.json")).unwrap();
    let help = String::from_utf8(run(&["solve", "--help"], b"").stdout).unwrap();
    let schemas = &document["components"]["schemas"];
    let names = |schema: &str| schemas[schema]["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let shortlist = names("NewShortlist").into_iter().map(|name| format!("shortlist_{name}"));
    for name in [names("NewPlan"), names("Effort")].concat().into_iter().chain(shortlist) {
        let argument = match name.as_str() {
            "effort" => continue, // each of its fields is one
            "base_plan" => "--base".to_owned(),
            "max_affected_municipalities" => "--max-affected".to_owned(),
            "shortlist_plans" => "--shortlist".to_owned(),
            other => format!("--{}", other.replace('_', "-")),
        };
        assert!(help.contains(&format!("{argument} ")), "{argument}");
    }
}

#[test]
fn a_curve_and_a_shortlist_are_written_beside_the_plan() {
    let (directory, problem, plan) = planned();
    let beside = directory.path().join("beside.json");
    let asked = ["--base", &plan, "--curve", "0,3", "--beside", text(&beside), "--work", "5000"];
    let solved = run(&[&["solve", &problem][..], &asked].concat(), b"");
    assert_eq!(solved.status.code(), Some(0), "{}", String::from_utf8_lossy(&solved.stderr));
    let curve = read(&beside)["curve"].as_array().unwrap().clone();
    assert_eq!(curve.iter().map(|point| point["max_changes"].clone()).collect::<Vec<_>>(), [0, 3]);
    let cost = |point: &Value| point["cost"]["total"].as_f64().unwrap();
    assert!(cost(&curve[1]) <= cost(&curve[0]));
    let written: Value = serde_json::from_slice(&solved.stdout).unwrap();
    assert_eq!(written["cost"], curve[1]["cost"]);

    let asked = ["--shortlist", "3", "--shortlist-within", "1", "--shortlist-apart", "1", "--beside", text(&beside)];
    let solved = run(&[&["solve", &problem, "--work", "5000"][..], &asked].concat(), b"");
    assert_eq!(solved.status.code(), Some(0), "{}", String::from_utf8_lossy(&solved.stderr));
    let plans = read(&beside)["shortlist"]["items"].as_array().unwrap().clone();
    let written: Value = serde_json::from_slice(&solved.stdout).unwrap();
    assert!((2..=3).contains(&plans.len()) && plans[0]["document"] == written);
}

#[test]
fn meetings_again_and_the_farthest_journey_have_a_price() {
    let (_directory, problem, plan) = planned();
    let asked = ["--repeat-weight", "100", "--earlier", &problem, &plan, "--worst-off-weight", "2"];
    let solved = run(&[&["solve", &problem, "--work", "5000"][..], &asked].concat(), b"");
    assert_eq!(solved.status.code(), Some(0), "{}", String::from_utf8_lossy(&solved.stderr));
    let written: Value = serde_json::from_slice(&solved.stdout).unwrap();
    let changes = &written["changes"];
    let figure = |name: &str| changes[name].as_f64().unwrap_or_else(|| panic!("{name}: {written}"));
    let price = 100.0 * figure("met_again") + 2.0 * figure("farthest_km");
    assert!(figure("met_again") > 0.0 && (figure("price") - price).abs() < 1e-6, "{changes}");
}

#[test]
fn wrong_options_are_told_at_once_as_the_service_tells_them() {
    let (directory, problem, plan) = planned();
    let beside = directory.path().join("beside.json");
    let asked = ["--base", &plan, "--curve", "2,-1", "--max-changes", "1", "--beside", text(&beside)];
    let more = ["--shortlist", "9", "--worst-off-weight", "-1"];
    let output = run(&[&["solve", &problem][..], &asked, &more].concat(), b"");
    assert_eq!(output.status.code(), Some(2));
    let told: Value = serde_json::from_slice(&output.stderr).unwrap();
    let wanted = [
        ("--curve", "clashing_fields"),
        ("--curve/1", "out_of_range"),
        ("--shortlist/plans", "out_of_range"),
        ("--worst-off-weight", "out_of_range"),
    ];
    assert_eq!(faults(&told["errors"]), errors(&wanted));
    assert!(!beside.exists());
    for alone in [&["--curve", "1"][..], &["--earlier", &problem, &plan], &["--repeat-weight", "1"]] {
        assert_eq!(run(&[&["solve", &problem][..], alone].concat(), b"").status.code(), Some(2), "{alone:?}");
    }
}

//! The arrows of ARCHITECTURE.md that no crate boundary holds.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every Rust file below a directory, by its path from the root, with its text.
fn sources(directory: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![root().join(directory)];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty());
    found
}

/// The places, `file:line`, where code (comments left out) holds one of these words.
fn places(sources: &[(String, String)], words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, text) in sources {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap();
            if words.iter().any(|word| code.contains(word)) {
                found.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    found
}

fn dependencies(package: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|known| known["name"] == package).expect("the package");
    let normal = package["dependencies"].as_array().unwrap().iter().filter(|dependency| dependency["kind"].is_null());
    normal.map(|dependency| dependency["name"].as_str().unwrap().to_owned()).collect()
}

fn is_store(name: &str) -> bool {
    name.ends_with("/store.rs") || name.starts_with("service/src/store/")
}

#[test]
fn the_scheduler_knows_no_io_no_http_no_sql() {
    let allowed = ["chrono", "good_lp", "highs", "highs-sys"].map(str::to_owned);
    let strangers: Vec<_> =
        dependencies("netvisit-scheduler").into_iter().filter(|name| !allowed.contains(name)).collect();
    assert!(strangers.is_empty(), "{strangers:?}");
}

#[test]
fn the_service_knows_no_solver() {
    let known = dependencies("netvisit");
    for solver in ["good_lp", "highs", "highs-sys"] {
        assert!(!known.contains(solver), "{solver}");
    }
    assert!(known.contains("netvisit-scheduler"));
}

/// The modules of the scheduler from the ground up, each with those that it may know; `small` is for tests.
const MODULES: [(&str, &[&str]); 24] = [
    ("flow", &[]),
    ("parallel", &[]),
    ("random", &[]),
    ("effort", &[]),
    ("problem", &["flow"]),
    ("plan", &["problem"]),
    ("availability", &["plan", "problem"]),
    ("facts", &["availability", "plan", "problem"]),
    ("rules", &["facts", "plan", "problem"]),
    ("cost", &["facts", "plan", "problem"]),
    ("check", &["cost", "facts", "plan", "problem", "rules"]),
    ("steering", &["availability", "check", "facts", "plan", "problem", "rules"]),
    ("infeasibility", &["problem", "steering"]),
    ("solution", &["cost", "effort", "infeasibility", "plan", "problem", "rules", "steering"]),
    ("milp", &["effort"]),
    ("gatherings", &["effort", "milp", "parallel", "plan", "problem", "random", "steering"]),
    ("explain", &["cost", "facts", "gatherings", "plan", "problem", "rules", "solution", "steering"]),
    ("timetable", &["effort", "facts", "flow", "milp", "plan", "problem", "random", "rules", "steering"]),
    ("assignment", &["effort", "flow", "infeasibility", "milp", "parallel", "plan", "problem", "random", "steering"]),
    (
        "clash",
        &[
            "assignment",
            "effort",
            "explain",
            "facts",
            "gatherings",
            "infeasibility",
            "plan",
            "problem",
            "rules",
            "steering",
            "timetable",
        ],
    ),
    ("seating", &["effort", "plan", "problem", "random"]),
    (
        "solve",
        &[
            "assignment",
            "clash",
            "cost",
            "effort",
            "explain",
            "gatherings",
            "infeasibility",
            "plan",
            "problem",
            "rules",
            "solution",
            "steering",
            "timetable",
        ],
    ),
    (
        "what_if",
        &[
            "assignment",
            "clash",
            "cost",
            "effort",
            "explain",
            "facts",
            "gatherings",
            "infeasibility",
            "parallel",
            "plan",
            "problem",
            "rules",
            "solution",
            "solve",
            "steering",
            "timetable",
        ],
    ),
    ("lib", &[]),
];

/// The modules of the crate that code names, with its lines. Comments and tests are left out. Imports by lists,
/// `crate::{a, b}`, would hide some: they are not used.
fn used(text: &str) -> Vec<(usize, &str)> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    assert!(!code.contains("crate::{"), "one import a line: {code}");
    let lines = code.lines().enumerate().map(|(number, line)| (number + 1, line.split("//").next().unwrap()));
    let used = lines.flat_map(|(number, line)| {
        line.split("crate::")
            .skip(1)
            .map(move |used| (number, used.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap()))
    });
    used.filter(|(_, used)| !used.is_empty()).collect()
}

#[test]
fn whoever_judges_knows_nothing_of_the_search_and_no_arrow_turns_back() {
    for (name, text) in sources("scheduler/src") {
        let module = name.trim_start_matches("scheduler/src/").split(['/', '.']).next().unwrap().to_owned();
        if module == "small" {
            continue;
        }
        let listed = MODULES.iter().find(|(listed, _)| *listed == module);
        let (_, known) = listed.unwrap_or_else(|| panic!("{name} has no place in the list"));
        let file = name.rsplit('/').next().unwrap();
        if ["tests.rs", "laws.rs", "samples.rs"].contains(&file) {
            continue; // tests may hold anything against anything
        }
        for (line, used) in used(&text) {
            assert!(used == module || known.contains(&used), "{name}:{line}: {module} knows {used}");
        }
    }
}

/// The modules of the service from the ground up, each with those that it may know, all of them further up in this list. A
/// path stands for all below it that no longer path names.
const SERVICE: [(&str, &[&str]); 26] = [
    ("clock", &[]),
    ("config", &[]),
    ("digest", &[]),
    ("lock", &[]),
    ("log", &[]),
    ("unchanged", &[]),
    ("metrics", &["lock"]),
    ("turns", &["lock"]),
    ("store", &["clock", "digest", "log", "metrics", "turns"]),
    ("upkeep", &["log", "store", "unchanged"]),
    ("http", &["clock", "digest", "lock", "store", "turns"]),
    ("access", &["digest", "http", "lock", "store"]),
    ("state", &["access", "config", "http", "lock", "metrics", "store"]),
    ("records", &["clock", "digest", "http", "state", "store"]),
    (
        "plans",
        &[
            "access",
            "clock",
            "config",
            "digest",
            "http",
            "lock",
            "log",
            "records",
            "state",
            "store",
            "unchanged",
            "upkeep",
        ],
    ),
    ("questions", &["access", "http", "log", "plans", "records", "state", "store"]),
    ("handing_out", &["clock", "digest", "http", "plans", "questions", "records", "state", "store"]),
    // A programme goes with its plans and its feeds, each of them noted.
    ("records/programmes/mod.rs", &["handing_out", "http", "plans", "records", "store"]),
    ("server", &["access", "clock", "config", "digest", "http", "lock", "log", "metrics", "plans", "state", "store"]),
    ("openapi", &["access", "server"]),
    ("app", &["config", "handing_out", "http", "openapi", "plans", "questions", "records", "server", "state", "store"]),
    ("serve", &["access", "app", "clock", "config", "log", "plans", "records", "server", "state", "store", "upkeep"]),
    (
        "commands",
        &["access", "app", "config", "http", "lock", "log", "plans", "questions", "records", "serve", "store"],
    ),
    ("fuzz", &["http", "plans", "records", "store"]),
    ("lib", &["app", "config", "serve"]),
    ("main", &[]),
];

#[test]
fn the_service_is_built_from_the_ground_up() {
    for (i, (module, known)) in SERVICE.iter().enumerate() {
        let above: Vec<_> =
            known.iter().filter(|known| !SERVICE[..i].iter().any(|(below, _)| below == *known)).collect();
        assert!(above.is_empty(), "{module} knows what stands above it: {above:?}");
    }
    for (name, text) in sources("service/src") {
        let path = name.trim_start_matches("service/src/");
        let is_of = |module: &str| {
            let rest = path.strip_prefix(module);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/']))
        };
        let listed = SERVICE.iter().filter(|(module, _)| is_of(module)).max_by_key(|(module, _)| module.len());
        let (module, known) = listed.unwrap_or_else(|| panic!("{name} has no place in the list"));
        let room = module.split('/').next().unwrap();
        for (line, used) in used(&text) {
            assert!(used == room || known.contains(&used), "{name}:{line}: {module} knows {used}");
        }
    }
}

#[test]
fn every_path_of_the_glossary_exists() {
    let text = fs::read_to_string(root().join("docs/GLOSSARY.md")).unwrap();
    let is_path = |code: &&str| code.ends_with('/') || code.ends_with(".rs");
    let paths: BTreeSet<&str> = text.split('`').skip(1).step_by(2).filter(is_path).collect();
    let place = |path: &str| match path.starts_with("service/") || path.starts_with("scheduler/") {
        true => root().join(path),
        false => root().join("scheduler/src").join(path),
    };
    let missing: Vec<_> = paths.iter().filter(|path| !place(path).exists()).collect();
    assert!(paths.len() > 50 && missing.is_empty(), "{missing:?}");
}

#[test]
fn sql_is_in_stores_alone() {
    let mut sources = sources("service/src");
    sources.retain(|(name, _)| !is_store(name));
    let words = ["sqlx::query", "query_as", "query_scalar", "insert into ", "delete from ", "on conflict"];
    assert_eq!(places(&sources, &words), [""; 0]);
}

#[test]
fn an_error_goes_into_the_log_with_its_chain() {
    assert_eq!(places(&sources("service/src"), &["%error", "anyhow::Error::from(error)"]), [""; 0]);
}

#[test]
fn stores_know_no_http() {
    let mut sources = sources("service/src");
    sources.retain(|(name, _)| is_store(name));
    assert_eq!(
        places(&sources, &["poem", "crate::http::failure", "crate::http::etag", "StatusCode", "Request"]),
        [""; 0]
    );
}

#[test]
fn error_status_codes_are_in_one_file() {
    let mut sources = sources("service/src");
    sources.retain(|(name, _)| name != "service/src/http/failure.rs");
    let named = [
        "BAD_REQUEST",
        "UNAUTHORIZED",
        "FORBIDDEN",
        "NOT_FOUND",
        "METHOD_NOT_ALLOWED",
        "REQUEST_TIMEOUT",
        "CONFLICT",
        "PRECONDITION_",
        "PAYLOAD_TOO_LARGE",
        "URI_TOO_LONG",
        "UNSUPPORTED_MEDIA_TYPE",
        "UNPROCESSABLE_ENTITY",
        "TOO_MANY_REQUESTS",
        "INTERNAL_SERVER_ERROR",
        "SERVICE_UNAVAILABLE",
        "status = 4",
        "status = 5",
        "from_u16",
    ];
    assert_eq!(places(&sources, &named), [""; 0]);
}

#[test]
fn only_the_solvers_module_is_unsafe() {
    let mut sources = [sources("service/src"), sources("scheduler/src")].concat();
    sources.retain(|(name, _)| !name.starts_with("scheduler/src/milp/"));
    assert_eq!(places(&sources, &["unsafe {", "unsafe fn", "unsafe impl", "allow(unsafe_code)"]), [""; 0]);
}

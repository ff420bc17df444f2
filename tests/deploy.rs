//! The files to run the service with: true of the program, and good in the eyes of a linter where there is one.

use std::process::Command;

use crate::harness::PROGRAM;

const UNIT: &str = include_str!("../service/deploy/netvisit.service");
const CONTAINER: &str = include_str!("../service/deploy/Containerfile");

/// What the program says to `arguments` with `--help`.
fn help(arguments: &[&str]) -> String {
    let output = Command::new(PROGRAM).args(arguments).arg("--help").output().unwrap();
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn settings_in_the_files_are_settings_of_the_program() {
    let known = [help(&["serve"]), help(&["keys", "create"])].concat();
    for text in [UNIT, CONTAINER] {
        let own = text.lines().filter(|line| line.contains("serve") || line.contains("keys create"));
        let words = own.flat_map(|line| line.split([' ', '"', ',']));
        let settings: Vec<&str> = words.filter(|word| word.starts_with("--")).collect();
        assert!(settings.len() > 3);
        for setting in settings.into_iter().filter(|setting| !["--rm", "--volume"].contains(setting)) {
            assert!(known.contains(setting), "{setting}");
        }
    }
}

#[test]
fn systemd_takes_the_unit_as_it_is() {
    let directory = tempfile::TempDir::new().unwrap();
    let file = directory.path().join("netvisit.service");
    std::fs::write(&file, UNIT.replace("/usr/bin/netvisit", PROGRAM)).unwrap();
    let verify = Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(&file).output();
    let Ok(output) = verify else {
        eprintln!("systemd-analyze is not here; the unit was not checked");
        return;
    };
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !told.contains("netvisit.service:"), "{told}");
}

#[test]
fn the_container_runs_as_nobody_special_from_bases_with_a_version() {
    let lines: Vec<&str> = CONTAINER.lines().filter(|line| !line.starts_with('#')).collect();
    let find = |start: &str| lines.iter().filter(|line| line.starts_with(start)).copied().collect::<Vec<_>>();
    for base in find("FROM ") {
        let image = base.split(' ').nth(1).unwrap();
        assert!(image.contains(':') && !image.ends_with(":latest"), "{base}");
    }
    let user = find("USER ").pop().unwrap();
    assert!(user["USER ".len()..].parse::<u32>().unwrap() > 0, "{user}");
    for list in [find("ENTRYPOINT "), find("CMD ")].concat() {
        let words = list.split_once(' ').unwrap().1;
        assert!(serde_json::from_str::<Vec<String>>(words).is_ok(), "{list}: a list, so that signals arrive");
    }
    assert!(find("ADD ").is_empty(), "COPY is enough");
    let rust = find("FROM rust:").pop().unwrap();
    let minimum = include_str!("../Cargo.toml").split("rust-version = \"").nth(1).unwrap().split('"').next().unwrap();
    assert!(rust.contains(&format!("rust:{minimum}-")), "{rust}");
}

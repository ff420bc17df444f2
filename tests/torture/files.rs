//! What happens to the files of the database behind the service's back: it says so, and stores nothing that would be lost.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;

use super::until;
use crate::harness::documents::full_diary;
use crate::harness::{PROGRAM, Server, integrity, query};

/// Nothing is stored, the service is not ready, and what it has it still tells.
fn stores_nothing(server: &Server, what: &str) {
    let refused = server.put("/v1/regions/lost", json!({}));
    assert_eq!(refused.problem(503).0, "unavailable", "{what}");
    assert!(refused.json()["detail"].as_str().unwrap().contains("removed or replaced"), "{what}");
    server.get("/health/ready").problem(503);
    server.get("/health/live").expect(200);
    assert_eq!(server.get("/v1/regions").ids(), ["r"], "{what}");
}

#[test]
fn a_database_that_is_removed_or_replaced_is_told_at_once_and_nothing_more_is_stored() {
    let log = TempDir::new().unwrap();
    let log = log.path().join("log");
    let server = Server::logging(&log);
    server.put("/v1/regions/r", json!({})).expect(201);
    let file = server.database();
    for ending in ["", "-wal", "-shm"] {
        let path = file.with_file_name(format!("test.db{ending}"));
        let away = file.with_file_name("away");
        fs::rename(&path, &away).unwrap();
        until("the log tells, though nobody writes", || {
            fs::read_to_string(&log).unwrap().matches("\"ERROR\"").count() > 0
        });
        stores_nothing(&server, &format!("without test.db{ending}"));
        fs::copy(&away, &path).unwrap();
        stores_nothing(&server, &format!("with a copy of test.db{ending}"));
        fs::rename(&away, &path).unwrap();
        server.get("/health/ready").expect(200);
        server.put("/v1/regions/back", json!({})).expect(201);
        server.delete("/v1/regions/back").expect(204);
    }
    let (status, directory) = server.stop();
    assert!(status.success());
    integrity(&directory);
}

#[test]
fn damage_that_was_seen_once_is_not_forgotten() {
    let server = Server::start();
    server.put("/v1/regions/r", json!({})).expect(201);
    for i in 0..50 {
        let town = json!({"region": "r", "lat": 55.0, "lon": 12.0, "unavailable": full_diary()});
        server.put(&format!("/v1/municipalities/m{i}"), town).expect(201);
    }
    let (_, directory) = server.stop();
    let file = directory.path().join("test.db");
    let mut bytes = fs::read(&file).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0xff);
    fs::write(&file, bytes).unwrap();
    let server = Server::on(directory, &[]);
    server.get("/v1/municipalities?limit=500").problem(500);
    for _ in 0..2 {
        server.get("/health/ready").problem(503);
    }
    server.get("/health/live").expect(200);
}

#[test]
fn whether_the_service_lives_is_told_without_its_database() {
    let server = Server::start();
    server.get("/v1/regions").expect(200);
    let _ = query(&server.database(), "alter table api_key rename to elsewhere").count();
    server.get("/v1/regions").problem(500);
    server.get("/health/live").expect(200);
}

#[test]
fn the_files_of_the_database_are_their_owners_alone() {
    let server = Server::start();
    let copy = server.database().with_file_name("copy.db");
    let made =
        Command::new(PROGRAM).arg("backup").arg(&copy).arg("--database").arg(server.database()).status().unwrap();
    assert!(made.success());
    for entry in fs::read_dir(server.database().parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(format!("{mode:o}"), "600", "{}", entry.path().display());
    }
}

#[test]
fn somebody_elses_database_is_refused_and_left_as_it_is() {
    for statement in ["create table note (text)", "pragma application_id = 7"] {
        let directory = TempDir::new().unwrap();
        let file = directory.path().join("test.db");
        fs::write(&file, "").unwrap();
        let _ = query(&file, statement).count();
        let before = fs::read(&file).unwrap();
        // An address that nobody has: a service that took the database would end too, only later.
        for arguments in
            [&["serve", "--listen", "192.0.2.1:0"][..], &["keys", "create", "--name", "x", "--role", "admin"]]
        {
            let output = Command::new(PROGRAM).args(arguments).arg("--database").arg(&file).output().unwrap();
            assert_eq!(output.status.code(), Some(3), "{statement}: {arguments:?}");
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(told.contains("not a database of netvisit"), "{told}");
        }
        assert_eq!(fs::read(&file).unwrap(), before, "{statement}");
    }
}

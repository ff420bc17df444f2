//! Copies of a database that is being written: each is the database of one moment.

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::json;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::{rounds, tell};
use crate::harness::{PROGRAM, Server};

const PATHS: [&str; 4] = ["/v1/programmes/p/problem", "/v1/regions?limit=500", "/v1/plans", "/v1/audit/export"];

/// SHA-256 of all that the service shows.
fn digest(server: &Server) -> String {
    let mut hash = Sha256::new();
    for path in PATHS {
        let answer = server.get(path);
        answer.expect(200);
        hash.update(&answer.body);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How many regions there are.
fn count(server: &Server) -> usize {
    let (mut count, mut path) = (0, "/v1/regions?limit=500".to_owned());
    loop {
        let page = server.get(&path).expect(200);
        count += page["items"].as_array().unwrap().len();
        let Some(next) = page["next"].as_str() else { return count };
        path = format!("/v1/regions?limit=500&cursor={next}");
    }
}

fn copy(server: &Server, to: &TempDir) {
    let file = to.path().join("test.db");
    let output = Command::new(PROGRAM).arg("backup").arg(file).arg("--database").arg(server.database()).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_backup_under_load_is_whole_and_what_is_restored_is_what_was() {
    let server = Server::start().with_programme();
    let (done, written) = (AtomicBool::new(false), AtomicUsize::new(0));
    let copies = rounds(2, 20);
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let (server, done, written) = (&server, &done, &written);
            scope.spawn(move || {
                let mut numbers = 0..;
                while !done.load(Ordering::Relaxed)
                    && let Some(number) = numbers.next()
                {
                    server.put(&format!("/v1/regions/w{writer}-{number}"), json!({})).expect(201);
                    written.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for _ in 0..copies {
            let directory = TempDir::new().unwrap();
            let before = written.load(Ordering::Relaxed);
            copy(&server, &directory);
            let restored = Server::on(directory, &[]);
            let trail = String::from_utf8(restored.get("/v1/audit/export").body).unwrap();
            let noted = trail.lines().filter(|line| line.contains("\"put_region\"")).count();
            let regions = count(&restored);
            assert_eq!(noted, regions, "every region has its line in the trail: the copy is of one moment");
            assert!(regions >= before, "all that was confirmed before is there");
        }
        done.store(true, Ordering::Relaxed);
    });
    let directory = TempDir::new().unwrap();
    copy(&server, &directory);
    let restored = Server::on(directory, &[]);
    assert_eq!(digest(&restored), digest(&server));
    tell("backups", &format!("{copies} copies beside {} writes", written.into_inner()));
}

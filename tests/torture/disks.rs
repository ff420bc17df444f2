//! A disk that is full: writes are told so, reads go on, nothing is lost, and it is over when there is room again.

use std::fs::{self, File};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{rounds, tell};
use crate::harness::documents::{full_diary, much_to_do};
use crate::harness::{Answer, Server, integrity};

/// Writes municipalities with full diaries until there is no room for one more; how many were stored.
fn fill(server: &Server, prefix: &str) -> usize {
    let large = town(full_diary());
    for i in 0.. {
        let answer = server.put(&format!("/v1/municipalities/{prefix}{i}"), large.clone());
        if answer.status != 201 {
            is_full(&answer);
            return i;
        }
    }
    unreachable!("a disk without end")
}

/// A municipality of the region that [`busy`] makes.
fn town(unavailable: Vec<String>) -> Value {
    json!({"region": "r", "lat": 55.0, "lon": 12.0, "unavailable": unavailable})
}

fn is_full(answer: &Answer) {
    assert_eq!(answer.problem(503).0, "unavailable");
    assert!(answer.header("retry-after").parse::<u32>().is_ok());
    assert!(answer.json()["detail"].as_str().unwrap().contains("full"), "{}", answer.json());
}

fn stored(server: &Server) -> usize {
    server.get("/v1/municipalities?limit=500").ids().len()
}

/// A service with a region and a plan that runs.
fn busy(server: &Server) -> (String, Value) {
    let made = server.put("/v1/regions/r", json!({})).status;
    assert!([201, 428].contains(&made), "{made}"); // made once
    let plan = server.post("/v1/plans", json!({"problem": much_to_do(), "effort": {"seconds": 600}}));
    let plan = plan.header("location").to_owned();
    loop {
        let shown = server.get(&plan).expect(200);
        if shown["cost"].is_object() {
            return (plan, shown);
        }
    }
}

/// With room again, the plan that ran all the while is ended and stored.
fn plan_ends(server: &Server, plan: &str, before: &Value) {
    let ended = server.cancel(plan);
    assert_eq!(ended["state"], "cancelled");
    assert!(ended["cost"]["total"].as_f64() <= before["cost"]["total"].as_f64());
    assert_eq!(server.get(&format!("{plan}/document")).expect(200)["cost"], ended["cost"]);
}

#[test]
fn a_database_that_may_not_grow_takes_what_fits_and_recovers_when_something_is_deleted() {
    let mut server = Server::with(&["--max-database", "3000000"]);
    for _ in 0..rounds(1, 10) {
        let (plan, before) = busy(&server);
        let many = fill(&server, "a");
        assert!(many > 10, "{many}");
        is_full(&server.post("/v1/plans", json!({"problem": much_to_do()})));
        assert_eq!(stored(&server), many);
        server.get("/health/ready").expect(200);
        server.get(&format!("{plan}/document")).expect(200);
        for i in 0..many {
            server.delete(&format!("/v1/municipalities/a{i}")).expect(204);
        }
        assert_eq!(stored(&server), 0);
        plan_ends(&server, &plan, &before);
        server.delete(&plan).expect(204);
    }
    fill(&server, "b");
    let many = stored(&server);
    let directory = server.kill();
    integrity(&directory);
    server = Server::on(directory, &["--max-database", "30000000"]);
    assert_eq!(stored(&server), many);
    server.put("/v1/municipalities/more", town(Vec::new())).expect(201);
}

/// A small file system of its own, in memory; it is unmounted with the test.
struct SmallDisk(Arc<TempDir>);

impl SmallDisk {
    /// None where this machine lets nobody mount one.
    fn new(size: &str) -> Option<SmallDisk> {
        let directory = TempDir::new().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(directory.path());
        let mounted = mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        mounted.then(|| SmallDisk(Arc::new(directory)))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status(); // it is gone with the machine at last
    }
}

#[test]
fn a_full_file_system_stops_writes_alone_and_only_until_there_is_room() {
    let rounds = rounds(2, 10);
    for round in 0..rounds {
        let Some(disk) = SmallDisk::new("12m") else {
            return eprintln!("skipped: no file system can be mounted here");
        };
        let mut server = Server::on(Arc::clone(&disk.0), &["--plan-lease", "1"]);
        let (plan, before) = busy(&server);
        let other = disk.0.path().join("other");
        let mut file = File::create(&other).unwrap();
        while file.write_all(&[0; 1 << 16]).is_ok() {} // whatever else is on the disk grows until it is full
        drop(file);
        let many = fill(&server, "r");
        if round % 2 == 1 {
            server = server.killed_and_started_with(&["--plan-lease", "1"]); // on a disk that is full
        }
        assert_eq!(stored(&server), many);
        server.get(&format!("{plan}/document")).expect(200);
        fs::remove_file(&other).unwrap();
        server.put("/v1/municipalities/again", town(Vec::new())).expect(201);
        assert_eq!(stored(&server), many + 1);
        plan_ends(&server, &plan, &before);
        integrity(&server.kill());
    }
    tell("a full file system", &format!("{rounds} times full, nothing lost"));
}

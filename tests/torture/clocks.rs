//! A clock on the wall that jumps: no lease is lost and none is given twice, and a day stays the day it is.
//!
//! The clock is turned by libfaketime (`apt-get install libfaketime`); the check is skipped where that is missing.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{rounds, tell};
use crate::harness::Server;
use crate::harness::documents::much_to_do;

/// Where Debian, Fedora and Alpine put it.
const LIBRARIES: [&str; 5] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib64/faketime/libfaketime.so.1",
    "/usr/lib/faketime/libfaketime.so.1",
    "/usr/local/lib/faketime/libfaketime.so.1",
];

/// A clock for one process, that can be turned while it runs.
struct Clock {
    library: &'static str,
    offset: PathBuf,
}

impl Clock {
    fn new(directory: &Path) -> Option<Clock> {
        let library = LIBRARIES.into_iter().find(|library| Path::new(library).exists())?;
        let clock = Clock { library, offset: directory.join("clock") };
        clock.turn("+0");
        Some(clock)
    }

    /// Sets it ahead or back from the true time.
    fn turn(&self, offset: &str) {
        let new = self.offset.with_extension("new");
        fs::write(&new, format!("{offset}\n")).unwrap();
        fs::rename(new, &self.offset).unwrap();
    }

    /// A service that lives by it; the clock that counts from the start of the machine is left alone, as it is when
    /// somebody sets the time.
    fn begin(&self, directory: Arc<TempDir>) -> Server {
        Server::begin(directory, |command| {
            command
                .args(["--plan-lease", "2"])
                .env("LD_PRELOAD", self.library)
                .env("FAKETIME_TIMESTAMP_FILE", &self.offset)
                .env("FAKETIME_NO_CACHE", "1")
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        })
    }
}

fn ask(server: &Server) -> String {
    let answer = server.post("/v1/plans", json!({"problem": much_to_do(), "effort": {"seconds": 3600}}));
    answer.expect(202);
    answer.header("location").to_owned()
}

fn until(server: &Server, plan: &str, enough: impl Fn(&Value) -> bool) -> Value {
    loop {
        let shown = server.get(plan).expect(200);
        if enough(&shown) {
            return shown;
        }
    }
}

fn used(plan: &Value) -> f64 {
    plan["progress"]["elapsed_seconds"].as_f64().unwrap_or_default()
}

#[test]
fn a_clock_that_jumps_loses_no_lease_and_gives_none_twice() {
    let directory = Arc::new(TempDir::new().unwrap());
    let Some(clock) = Clock::new(directory.path()) else {
        return eprintln!("skipped: libfaketime is not installed");
    };
    let jumps = rounds(1, 5);
    let one = clock.begin(Arc::clone(&directory));
    let two = one.beside(&["--plan-lease", "2"]);
    let plans = [ask(&one), ask(&two)];
    for plan in &plans {
        until(&two, plan, |plan| plan["state"] == "running" && plan.get("cost").is_some());
    }
    let keyed = || one.ask("POST", "/v1/regions").json(json!({})).header("idempotency-key", "k").send();
    let first = keyed();
    first.expect(201);
    for jump in ["+1h", "-1h", "+1y", "-1y"].repeat(jumps) {
        let before = plans.each_ref().map(|plan| two.get(plan).expect(200));
        clock.turn(jump);
        for (plan, before) in plans.iter().zip(&before) {
            // Twice the time of a lease by the clock that does not jump: who wanted to take over would have.
            let after = until(&two, plan, |plan| plan["attempts"] != 1 || used(plan) > used(before) + 4.0);
            assert_eq!((&after["state"], &after["attempts"]), (&json!("running"), &json!(1)), "{jump}: {after}");
            assert!(after["cost"]["total"].as_f64() <= before["cost"]["total"].as_f64());
        }
        assert_eq!((keyed().status, keyed().body), (201, first.body.clone()), "{jump}: a kept answer");
    }
    let year = |server: &Server| {
        let plan = ask(server);
        let made = server.get(&plan).expect(200)["created_at"].as_str().unwrap()[..4].parse::<i32>().unwrap();
        server.post(&format!("{plan}/cancel"), json!({})).expect(200);
        made
    };
    assert_ne!(year(&one), year(&two), "the clock was turned indeed");
    let _directory = two.kill();
    for plan in &plans {
        one.post(&format!("{plan}/cancel"), json!({})).expect(200);
        until(&one, plan, |plan| plan["state"] == "cancelled");
    }
    tell("a clock that jumps", &format!("{} jumps, each plan made once", 4 * jumps));
}

#[test]
fn a_clock_that_says_a_time_before_1970_stops_nothing() {
    let directory = Arc::new(TempDir::new().unwrap());
    let Some(clock) = Clock::new(directory.path()) else {
        return eprintln!("skipped: libfaketime is not installed");
    };
    let server = clock.begin(Arc::clone(&directory));
    let running = ask(&server);
    until(&server, &running, |plan| plan.get("cost").is_some());
    let body = json!({"problem": two_days("2027-03-27", "2027-03-28"), "effort": {"work": 1000}});
    let next = server.post("/v1/plans", body.clone()).header("location").to_owned();
    for offset in ["-60y", "-100y"] {
        clock.turn(offset);
        server.post(&format!("{running}/cancel"), json!({})).expect(200);
        until(&server, &running, |plan| plan["state"] == "cancelled");
        assert_eq!(until(&server, &next, |plan| plan.get("finished_at").is_some())["state"], "succeeded");
        server.put(&format!("/v1/regions/r{offset}"), json!({})).expect(201);
        let made = server.post("/v1/plans", body.clone()).header("location").to_owned();
        let made = until(&server, &made, |plan| plan.get("finished_at").is_some());
        assert_eq!(made["state"], "succeeded");
        assert!(made["created_at"].as_str().unwrap() < "1970", "the clock was turned indeed: {made}");
        server.get("/health/ready").expect(200);
        assert_eq!(server.get(&format!("{next}/exports/plan.xlsx")).problem(503).0, "unavailable");
        for file in ["plan.csv", "visits.csv", "networks.geojson"] {
            assert_eq!(server.get(&format!("{next}/exports/{file}")).status, 200, "{file}");
        }
    }
}

/// A programme of two that visit each other on these two days, whatever day of the week it is.
fn two_days(first: &str, second: &str) -> Value {
    let municipality = |id: &str, lat: f64| json!({"id": id, "region": "r", "lat": lat, "lon": 12.0});
    json!({
        "name": "two days",
        "regions": [{"id": "r"}],
        "municipalities": [municipality("a", 55.0), municipality("b", 56.0)],
        "networks": [{"id": "n", "min_members": 2, "max_members": 2}],
        "enrolments": [
            {"id": "ea", "municipality": "a", "delegates": 1},
            {"id": "eb", "municipality": "b", "delegates": 1}
        ],
        "rounds": [{"id": "round", "start": first, "end": second}],
        "calendar": {"weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}
    })
}

#[test]
fn a_day_is_the_same_day_wherever_the_service_runs_and_whatever_the_clock_does_on_it() {
    let days = [
        ("2027-03-27", "2027-03-28"), // clocks go forward in Europe
        ("2027-10-30", "2027-10-31"), // and back
        ("2028-02-28", "2028-02-29"), // a leap day
        ("2028-02-29", "2028-03-01"),
        ("2026-12-31", "2027-01-01"), // both in week 53 of 2026
        ("2027-01-03", "2027-01-04"), // the end of that week
        ("2011-12-29", "2011-12-30"), // a day that Samoa left out
    ];
    let zones = ["Europe/Copenhagen", "Pacific/Apia", "America/St_Johns", "UTC"];
    let mut plans = Vec::new();
    for zone in zones {
        let server = Server::begin(TempDir::new().unwrap(), |command| command.env("TZ", zone));
        let mut of_zone = Vec::new();
        for (first, second) in days {
            let body = json!({"problem": two_days(first, second), "effort": {"work": 5_000}});
            let plan = server.post("/v1/plans", body).header("location").to_owned();
            let done = until(&server, &plan, |plan| plan.get("finished_at").is_some());
            assert_eq!(
                (&done["state"], &done["complete"]),
                (&json!("succeeded"), &json!(true)),
                "{zone} {first}: {done}"
            );
            let document = server.get(&format!("{plan}/document")).expect(200);
            let held: Vec<&str> =
                document["visits"].as_array().unwrap().iter().map(|visit| visit["date"].as_str().unwrap()).collect();
            assert_eq!(held, [first, second], "{zone}");
            let kept = server.get(&format!("{plan}/visits?date={second}")).expect(200);
            assert_eq!(kept["items"].as_array().unwrap().len(), 1, "{zone} {second}");
            of_zone.push(document);
        }
        for none in ["2027-02-29", "2026-12-32"] {
            let body = json!({"problem": two_days("2026-12-01", none)});
            server.post("/v1/plans", body).problem(422);
        }
        plans.push(of_zone);
    }
    assert!(plans.iter().all(|of_zone| *of_zone == plans[0]));
}

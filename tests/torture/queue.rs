//! The queue does not stand still: solvers that cannot work say so and go on when they can, who was held up keeps its plans,
//! and nobody is blamed for what another one did.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Barrier};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tempfile::TempDir;

use super::processes::{LEASE, ask, follow, freeze_between_writes};
use super::{full, rounds, tell, until};
use crate::databases;
use crate::harness::documents::{much_to_do, plan, problem, run};
use crate::harness::{Server, keys, query};

/// A user that nobody else is: threads are counted by user, and not at all for the superuser.
const NOBODY_ELSE: &str = "54321";

fn busy(server: &Server) -> String {
    let plan = ask(server, much_to_do(), json!({"seconds": 600}));
    follow(server, &plan, |plan| plan["state"] == "running" && plan.get("cost").is_some());
    plan
}

fn has_ended(plan: &Value) -> bool {
    plan.get("finished_at").is_some()
}

/// A connection of a stranger that holds the lock of all writers, until it is dropped.
struct Locked(tokio::runtime::Runtime, Option<SqliteConnection>);

fn lock(database: &Path) -> Locked {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let options = SqliteConnectOptions::new().filename(database).busy_timeout(Duration::from_secs(60));
    let connection = runtime.block_on(async {
        let mut connection = options.connect().await.unwrap();
        sqlx::query("begin immediate").execute(&mut connection).await.unwrap();
        connection
    });
    Locked(runtime, Some(connection))
}

impl Drop for Locked {
    fn drop(&mut self) {
        let connection = self.1.take().unwrap();
        self.0.block_on(connection.close()).unwrap();
    }
}

/// What runs a program as a user whose threads can be limited; none where the tools for it are missing.
fn as_nobody_else() -> Option<Vec<String>> {
    let told = |program: &str, argument| Command::new(program).arg(argument).output().ok();
    told("prlimit", "--version")?;
    if told("id", "-u")?.stdout != b"0\n" {
        return Some(vec!["env".to_owned()]);
    }
    told("setpriv", "--version")?;
    Some(["setpriv", "--reuid", NOBODY_ELSE, "--clear-groups"].map(str::to_owned).to_vec())
}

/// How many threads the user of this service may have.
fn limit_threads(server: &Server, user: &[String], limit: &str) {
    let mut command = Command::new(&user[0]);
    command.args(&user[1..]).args(["prlimit", &format!("--nproc={limit}:"), "--pid", &server.pid().to_string()]);
    assert!(command.status().unwrap().success());
}

#[test]
fn a_solver_without_threads_says_so_and_goes_on_when_it_has_some() {
    let Some(user) = as_nobody_else() else {
        return eprintln!("skipped: prlimit or setpriv is not installed");
    };
    let directory = TempDir::new().unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let server = Server::through(directory, &user, &["--solver-threads", "1"]);
    let first = busy(&server);
    let next = ask(&server, problem(), json!({"work": 1000}));
    limit_threads(&server, &user, "1");
    server.post(&format!("{first}/cancel"), json!({})).expect(200);
    until("the service is not ready", || server.get("/health/ready").status == 503);
    assert_eq!(server.figure("netvisit_solvers{state=\"missing\"}"), 1.0);
    assert_eq!(server.get(&next).expect(200)["state"], "queued");
    server.get("/health/live").expect(200);
    limit_threads(&server, &user, "4096");
    assert_eq!(follow(&server, &next, has_ended)["state"], "succeeded");
    until("the service is ready", || server.get("/health/ready").status == 200);
    assert_eq!(server.figure("netvisit_solvers{state=\"missing\"}"), 0.0);
}

#[test]
fn processes_that_were_all_stopped_keep_their_plans() {
    let one = Server::with(&LEASE);
    let two = one.beside(&LEASE);
    let plans = [busy(&one), busy(&two)];
    let rounds = rounds(3, 30);
    for _ in 0..rounds {
        [&one, &two].into_iter().for_each(|server| server.signal("STOP"));
        sleep(Duration::from_millis(1500)); // more than a lease
        [&two, &one].into_iter().for_each(|server| server.signal("CONT"));
        sleep(Duration::from_millis(600));
    }
    for plan in &plans {
        let shown = one.get(plan).expect(200);
        assert_eq!((&shown["state"], &shown["attempts"]), (&json!("running"), &json!(1)), "{shown}");
    }
    tell("all processes stopped for a lease and a half", &format!("{rounds} times, no plan lost"));
}

#[test]
fn processes_that_were_shut_out_by_a_long_write_keep_their_plans() {
    let one = Server::with(&LEASE);
    let two = one.beside(&["--plan-lease", "1", "--solvers", "0"]);
    let plan = busy(&one);
    let rounds = rounds(2, 20);
    for _ in 0..rounds {
        let locked = lock(&one.database());
        sleep(Duration::from_secs(3)); // three leases
        drop(locked);
        sleep(Duration::from_millis(600));
    }
    let shown = two.get(&plan).expect(200);
    assert_eq!((&shown["state"], &shown["attempts"]), (&json!("running"), &json!(1)), "{shown}");
    tell("shut out by a write of three leases", &format!("{rounds} times, no plan lost"));
}

#[test]
fn a_plan_whose_processes_were_held_up_again_and_again_has_not_crashed() {
    let one = Server::with(&LEASE);
    let two = one.beside(&LEASE);
    let plan = busy(&one);
    let losses = rounds(4, 12);
    for loss in 0..losses {
        let (held_up, other) = if loss % 2 == 0 { (&one, &two) } else { (&two, &one) };
        freeze_between_writes(held_up, other, loss);
        let attempts = json!(loss + 2);
        let taken = follow(other, &plan, |plan| plan["attempts"] == attempts || has_ended(plan));
        assert_ne!(taken["state"], "failed", "{taken}");
        held_up.signal("CONT");
        until("who was held up has come back", || held_up.get("/health/ready").status == 200);
        sleep(Duration::from_millis(500)); // it looks at its leases four times a second
    }
    assert_eq!(two.cancel(&plan)["state"], "cancelled");
    tell("held up for a lease", &format!("{losses} times, no crash counted"));
}

#[test]
fn a_crash_blames_the_plan_that_was_made_and_no_other() {
    let arguments = ["--solvers", "2", "--solver-threads", "1"];
    let mut server = Server::with(&arguments);
    let plans = [0, 1].map(|_| busy(&server));
    let states = |server: &Server| plans.each_ref().map(|plan| server.get(plan).expect(200)["state"].clone());
    for _ in 0..4 {
        until("one is made", || states(&server).contains(&json!("running")));
        server = server.killed_and_started_with(&arguments);
    }
    // The first kill met both, and blames nobody; three met the first alone.
    assert_eq!(server.get(&plans[0]).expect(200)["failure"]["code"], "crashed");
    until("the other one is made", || states(&server)[1] == "running");
    assert_eq!(server.cancel(&plans[1])["state"], "cancelled");
}

#[test]
fn a_stop_gives_plans_back_whatever_error_comes_first() {
    let server = Server::with(&["--solvers", "2", "--solver-threads", "1"]);
    let plans = [0, 1].map(|_| busy(&server));
    let database = server.database();
    let locked = lock(&database);
    let (begun, seconds) = (Instant::now(), if full() { 17 } else { 7 });
    let (status, _directory) = std::thread::scope(|scope| {
        let stopped = scope.spawn(|| server.stop());
        sleep(Duration::from_secs(seconds)); // longer than a writer waits for the lock, in full for its turn too
        drop(locked);
        stopped.join().unwrap()
    });
    assert!(status.success(), "{status}");
    let states: Vec<_> = query(&database, "select state || ' ' || crashes from plan").collect();
    assert_eq!(states, ["queued 0", "queued 0"], "{plans:?}");
    let ended = begun.elapsed().as_secs_f64();
    tell("a stop while another one writes", &format!("for {seconds} s: ends after {ended:.1} s, plans given back"));
}

/// Eight services that begin at the same moment.
fn eight_at_once(directory: &Arc<TempDir>) -> Vec<Server> {
    let gate = Barrier::new(8);
    std::thread::scope(|scope| {
        let begin = || {
            gate.wait();
            Server::on(Arc::clone(directory), &["--solvers", "0"])
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(begin)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn eight_processes_that_start_at_once_all_come_up() {
    let rounds = rounds(2, 20);
    for round in 0..rounds {
        let directory = Arc::new(TempDir::new().unwrap());
        if round % 2 == 1 {
            databases::restore_oldest(&directory.path().join("test.db"));
        }
        let servers = eight_at_once(&directory);
        for (i, server) in servers.iter().enumerate() {
            server.get("/health/ready").expect(200);
            server.put(&format!("/v1/regions/r{i}"), json!({})).expect(201);
        }
    }
    tell("eight processes at once", &format!("{rounds} times, on new and old databases"));
}

#[test]
fn keys_leave_the_tables_of_a_running_service_as_they_are() {
    let directory = TempDir::new().unwrap();
    let database = directory.path().join("test.db");
    databases::restore_oldest(&database);
    let tables = || query(&database, "select count(*) from _sqlx_migrations").next();
    let before = tables();
    // As a service of that version shows that it is there.
    let presence = File::create(directory.path().join("test.db-service")).unwrap();
    presence.lock_shared().unwrap();
    let refused = keys(&database, &["create", "--name", "me", "--role", "admin"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("earlier version"), "{refused:?}");
    assert_eq!(tables(), before);
    drop(presence);
    assert!(keys(&database, &["create", "--name", "me", "--role", "admin"]).status.success());
    assert_ne!(tables(), before);
    let server = Server::on(directory, &[]);
    server.key("viewer"); // a running service of this version is no hindrance
}

#[test]
fn a_keyed_request_that_reaches_two_processes_gets_its_one_answer_from_both() {
    let one = Server::start();
    let two = one.beside(&["--solvers", "0"]);
    let rounds = rounds(10, 200);
    for round in 0..rounds {
        let (gate, key, body) = (Barrier::new(4), format!("k{round}"), json!({"id": format!("r{round}")}));
        let post = |server: &Server| {
            gate.wait();
            let answer = server.ask("POST", "/v1/regions").json(body.clone()).header("idempotency-key", &key).send();
            (answer.status, answer.etag().to_owned(), answer.body)
        };
        let answers = std::thread::scope(|scope| {
            let threads = [&one, &two, &one, &two].map(|server| scope.spawn(|| post(server)));
            threads.map(|thread| thread.join().unwrap())
        });
        assert_eq!(answers[0].0, 201);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }
    tell("one key at two processes", &format!("{rounds} rounds of four requests, one answer each"));
}

#[test]
fn kept_answers_hold_no_secrets_and_are_in_no_backup() {
    let server = Server::start().with_programme();
    let feed = |server: &Server| {
        let ask = server.ask("POST", "/v1/programmes/p/feeds").json(json!({"scope": "programme"}));
        ask.header("idempotency-key", "0b6f1c1e-feed").send()
    };
    let first = feed(&server);
    let made = first.expect(201);
    let address = made["address"].as_str().unwrap().to_owned();
    let secret = address.rsplit('/').next().unwrap().trim_end_matches(".ics");
    assert_eq!(feed(&server).body, first.body, "it is told again nonetheless");
    let question = json!({"problem": problem(), "plan": plan()});
    let check = || server.ask("POST", "/v1/checks").json(question.clone()).header("idempotency-key", "check").send();
    assert_eq!(check().body, check().body);
    let copy = server.database().with_file_name("copy.db");
    let database = server.database();
    let made = run(&["backup", copy.to_str().unwrap(), "--database", database.to_str().unwrap()], b"");
    assert!(made.status.success(), "{made:?}");
    assert_eq!(query(&copy, "select count(*) || '' from kept_answer").next().as_deref(), Some("0"));
    for file in [copy, database.with_extension("db-wal"), database] {
        let bytes = fs::read(&file).unwrap();
        for text in [secret, "0b6f1c1e-feed"] {
            assert!(!bytes.windows(text.len()).any(|part| part == text.as_bytes()), "{text} in {}", file.display());
        }
    }
}

#[test]
fn lists_cost_the_same_however_many_plans_there_are() {
    let server = Server::with(&["--solvers", "0"]).with_programme();
    server.put("/v1/programmes/q", json!({"name": "another"})).expect(201);
    let plan = ask(&server, problem(), json!({"work": 1000}));
    let many = rounds(200, 50_000);
    let copies = format!(
        "insert into plan (id, programme, programme_revision, state, effort, created_at, finished_at, problem_sha256,
                           revision, problem)
         with recursive number (i) as (select 1 union all select i + 1 from number where i < {many})
         select printf('0000%08d-0000', i), 'q', 1, 'cancelled', effort, created_at, created_at, problem_sha256, revision,
                problem
           from plan, number returning 'x'"
    );
    assert_eq!(query(&server.database(), &copies).count(), many);
    let mut slowest = Duration::ZERO;
    for path in ["/v1/plans?state=queued", "/v1/programmes/p/plans", "/v1/programmes/q/plans?state=running"] {
        for _ in 0..rounds(1, 100) {
            let begun = Instant::now();
            let ids = server.get(path).ids();
            slowest = slowest.max(begun.elapsed());
            assert_eq!(ids.len(), usize::from(path == "/v1/plans?state=queued"), "{path}");
            server.put("/v1/regions/x", json!({})); // so that no answer is kept
            server.delete("/v1/regions/x").expect(204);
        }
    }
    assert_eq!(server.get(&plan).expect(200)["queue_position"], 1);
    tell("lists among many plans", &format!("{many} plans, slowest {:.1} ms", slowest.as_secs_f64() * 1e3));
    if full() {
        assert!(slowest < Duration::from_millis(50), "{slowest:?}");
    }
}

//! Running the service: figures, the log, copies of the database, and databases of other versions.

use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{PROGRAM, Server};

fn backup(server: &Server, to: &std::path::Path) -> Output {
    Command::new(PROGRAM).arg("backup").arg(to).arg("--database").arg(server.database()).output().unwrap()
}

#[test]
fn figures_count_requests_by_route_and_status() {
    let server = Server::start();
    server.put("/v1/regions/a", json!({})).expect(201);
    server.get("/v1/regions/a").expect(200);
    server.get("/v1/regions/b").problem(404);
    server.get("/made-up-by-a-client").problem(404);
    let answer = server.get("/metrics");
    let text = String::from_utf8(answer.body.clone()).unwrap();
    assert!(answer.header("content-type").starts_with("text/plain; version=0.0.4"));
    for line in [
        "netvisit_requests_total{route=\"/v1/regions/{id}\",method=\"PUT\",status=\"201\"} 1",
        "netvisit_requests_total{route=\"/v1/regions/{id}\",method=\"GET\",status=\"200\"} 1",
        "netvisit_requests_total{route=\"/v1/regions/{id}\",method=\"GET\",status=\"404\"} 1",
        "netvisit_requests_total{route=\"none\",method=\"GET\",status=\"404\"} 1",
        "netvisit_request_seconds_count{route=\"/v1/regions/{id}\"} 3",
        "netvisit_plans{state=\"queued\"} 0",
        "netvisit_store_wait_seconds_count{pool=\"write\"}",
        "# TYPE netvisit_plan_seconds histogram",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.contains("made-up"));
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(name.starts_with("netvisit_") || name.starts_with("process_"), "{line}");
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
}

#[test]
fn the_log_has_one_json_line_for_a_request() {
    let directory = TempDir::new().unwrap();
    let server = Server::logging(&directory.path().join("log"));
    server.ask("GET", "/v1/regions/x").header("x-request-id", "find-me").send().problem(404);
    let (status, _kept) = server.stop();
    assert!(status.success());
    let log = std::fs::read_to_string(directory.path().join("log")).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let mine: Vec<&Value> = lines.iter().filter(|line| line["fields"]["request_id"] == "find-me").collect();
    assert_eq!(mine.len(), 1, "{log}");
    let fields = &mine[0]["fields"];
    assert_eq!((&fields["route"], &fields["status"]), (&json!("/v1/regions/{id}"), &json!(404)));
    assert_eq!((&fields["actor"], &fields["method"]), (&json!("local"), &json!("GET")));
}

#[test]
fn a_backup_is_a_database_to_start_on_and_overwrites_nothing() {
    let server = Server::start().with_programme();
    let directory = TempDir::new().unwrap();
    let copy = directory.path().join("test.db");
    let done = backup(&server, &copy);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    server.put("/v1/regions/later", json!({})).expect(201);
    let before = std::fs::read(&copy).unwrap();
    let again = backup(&server, &copy);
    assert_eq!(again.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&again.stderr).contains("exists"));
    assert_eq!(std::fs::read(&copy).unwrap(), before);
    let names: Vec<_> = std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["test.db"], "nothing half-made is left");
    let problem = server.get("/v1/programmes/p/problem");
    let restored = Server::on(directory, &[]);
    assert_eq!(restored.get("/v1/programmes/p/problem").body, problem.body);
    restored.get("/v1/regions/later").problem(404);
}

#[test]
fn a_backup_of_nothing_leaves_nothing() {
    let directory = TempDir::new().unwrap();
    let output = Command::new(PROGRAM)
        .arg("backup")
        .arg(directory.path().join("copy.db"))
        .arg("--database")
        .arg(directory.path().join("none.db"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let server = Server::start();
    let (_, directory) = server.stop();
    let file = directory.path().join("test.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query("insert into _sqlx_migrations select 99990101000000, description, installed_on, success, checksum, execution_time from _sqlx_migrations limit 1")
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    let output =
        Command::new(PROGRAM).args(["serve", "--listen", "127.0.0.1:0", "--database"]).arg(&file).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3));
    assert!(told.contains("newer version") && told.contains("99990101000000"), "{told}");
}

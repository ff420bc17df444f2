//! A database of every version that was released opens, with all that was in it.
//!
//! `tests/databases/VERSION.sql` is the database of that version as text; `VERSION.json` is what the service answered on
//! it. They are written once, when the version is released, by `make database-of-this-version`, and never changed.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use tempfile::TempDir;

use crate::harness::documents::problem;
use crate::harness::plans::ended;
use crate::harness::{Server, integrity, query};

fn databases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/databases")
}

/// Makes the database that a text describes.
fn restore(sql: String, file: &Path) {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true).foreign_keys(false);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = options.connect().await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}

/// Makes the database of the first version that was released.
pub fn restore_oldest(file: &Path) {
    restore(fs::read_to_string(databases().join("0.1.0.sql")).unwrap(), file);
}

/// A database as text: tables, rows, then what reacts to rows.
fn dump(file: &Path) -> String {
    let made = |kinds: &str| {
        let sql = format!(
            "select sql || ';' from sqlite_master where sql is not null and name not like 'sqlite_%' and type in ({kinds})
              order by rowid"
        );
        query(file, &sql).collect::<Vec<_>>()
    };
    let mut lines = made("'table'");
    let tables = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by rowid";
    for table in query(file, tables) {
        let columns = format!(
            "select group_concat('quote(\"' || name || '\")', ' || '', '' || ') from pragma_table_info('{table}')"
        );
        let columns = query(file, &columns).next().unwrap();
        let rows = format!("select 'insert into \"{table}\" values (' || {columns} || ');' from \"{table}\"");
        lines.extend(query(file, &rows));
    }
    lines.extend(made("'index', 'trigger'"));
    lines.join("\n") + "\n"
}

/// What is asked of such a database. Its queued plan is not made while it is: no process makes plans.
const QUESTIONS: [&str; 12] = [
    "/v1/regions",
    "/v1/municipalities",
    "/v1/programmes",
    "/v1/programmes/p/problem",
    "/v1/programmes/p/regions",
    "/v1/programmes/p/municipalities",
    "/v1/programmes/p/networks",
    "/v1/programmes/p/enrolments",
    "/v1/programmes/p/pair-rules",
    "/v1/programmes/p/distances",
    "/v1/programmes/p/plans",
    "/v1/programmes/p/validation",
];

fn answers(server: &Server) -> Map<String, Value> {
    let mut questions: Vec<String> = QUESTIONS.map(str::to_owned).to_vec();
    for plan in server.get("/v1/programmes/p/plans?state=succeeded").ids() {
        questions.extend(["", "/document", "/assignments", "/visits"].map(|part| format!("/v1/plans/{plan}{part}")));
    }
    questions.into_iter().map(|path| (path.clone(), server.get(&path).expect(200))).collect()
}

/// Whether everything of one answer is in another, which may have gained fields.
fn is_part(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            old.iter().all(|(name, value)| new.get(name).is_some_and(|now| is_part(value, now)))
        }
        (Value::Array(old), Value::Array(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| is_part(old, new))
        }
        _ => old == new,
    }
}

#[test]
fn a_database_of_every_released_version_opens_with_its_data() {
    let mut versions = 0;
    for entry in fs::read_dir(databases()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "sql") {
            continue;
        }
        let directory = TempDir::new().unwrap();
        restore(fs::read_to_string(&path).unwrap(), &directory.path().join("test.db"));
        let server = Server::on(directory, &["--solvers", "0"]);
        let known: Map<String, Value> =
            serde_json::from_slice(&fs::read(path.with_extension("json")).unwrap()).unwrap();
        for (question, answer) in known {
            let now = server.get(&question).expect(200);
            assert!(is_part(&answer, &now), "{}: {question}: {now}, but it was {answer}", path.display());
        }
        let server = server.restart();
        let waiting = server.get("/v1/programmes/p/plans?sort=id").ids().pop().unwrap();
        let plan = server.until(&format!("/v1/plans/{waiting}"), ended);
        assert_eq!(plan["state"], "succeeded", "{}: what waited is made: {plan}", path.display());
        server.patch("/v1/programmes/p/enrolments/e1", json!({"delegates": 5})).expect(200);
        let (status, directory) = server.stop();
        assert!(status.success());
        integrity(&directory);
        versions += 1;
    }
    assert!(versions > 0);
}

#[test]
fn checks_are_such_that_older_readers_understand_them() {
    let server = Server::start();
    let nullable = "select tables.name || '.' || columns.name
                      from sqlite_master tables, pragma_table_info(tables.name) columns
                     where tables.type = 'table' and not columns.\"notnull\"
                       and tables.sql like '%check (json_valid(' || replace(columns.name, '_', '\\_') || '))%' escape '\\'";
    let found: Vec<String> = query(&server.database(), nullable).collect();
    assert!(found.is_empty(), "up to SQLite 3.41 json_valid(null) is 0: write `x is null or json_valid(x)`: {found:?}");
    let wrong =
        "insert into municipality (id, region, lat, lon, revision, unavailable) values ('m', 'r', 1, 1, 1, '[')";
    server.put("/v1/regions/r", json!({})).expect(201);
    let database = server.database();
    let refused = std::panic::catch_unwind(|| query(&database, wrong).count());
    assert!(refused.is_err(), "what is not JSON is refused as before");
}

#[test]
#[ignore = "writes the database of this version; run when it is released"]
fn writes_the_database_of_this_version() {
    let server = Server::start();
    server.put("/v1/regions/r", json!({"name": "North"})).expect(201);
    server.put("/v1/municipalities/m", json!({"region": "r", "lat": 55.0, "lon": 12.0, "undesired": []})).expect(201);
    server.put("/v1/programmes/p/problem", problem()).expect(201);
    let ask = |server: &Server| {
        let ask = server.ask("POST", "/v1/programmes/p/plans").json(json!({"effort": {"work": 20_000}}));
        ask.header("idempotency-key", "key").send().expect(202)["id"].as_str().unwrap().to_owned()
    };
    let plan = ask(&server);
    server.until(&format!("/v1/plans/{plan}"), ended);
    let server = server.restart_with(&["--solvers", "0"]);
    let body = json!({"effort": {"work": 1_000}});
    server.post("/v1/programmes/p/plans", body).expect(202);
    let answers = serde_json::to_string_pretty(&answers(&server)).unwrap();
    let (status, directory) = server.stop();
    assert!(status.success());
    let written = databases().join(env!("CARGO_PKG_VERSION"));
    fs::create_dir_all(databases()).unwrap();
    fs::write(format!("{}.sql", written.display()), dump(&directory.path().join("test.db"))).unwrap();
    fs::write(format!("{}.json", written.display()), answers + "\n").unwrap();
}

//! What all black-box tests share: a server of one's own, and questions to it.

pub mod documents;
pub mod plans;

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};
use tempfile::TempDir;
use ureq::http::{HeaderMap, Request, Response};
use ureq::{Agent, Body};

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_netvisit");

/// A running service with a database of its own; it ends with the test.
pub struct Server {
    child: Child,
    output: Mutex<BufReader<ChildStdout>>,
    address: String,
    agent: Agent,
    directory: Arc<TempDir>,
}

/// What the service answered.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    what: String,
}

/// A question that is being put together.
pub struct Ask<'a> {
    server: &'a Server,
    method: &'a str,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Server {
    pub fn start() -> Server {
        Server::with(&[])
    }

    /// Starts with further arguments of `serve`.
    pub fn with(arguments: &[&str]) -> Server {
        Server::on(TempDir::new().unwrap(), arguments)
    }

    /// Starts with its log in this file, as JSON.
    pub fn logging(file: &Path) -> Server {
        let log = File::create(file).unwrap();
        Server::begin(TempDir::new().unwrap(), |command| command.arg("--log-json").env("RUST_LOG", "info").stderr(log))
    }

    /// Starts on the database `test.db` in this directory.
    pub fn on(directory: impl Into<Arc<TempDir>>, arguments: &[&str]) -> Server {
        Server::begin(directory, |command| command.args(arguments))
    }

    /// Another process on the same database.
    pub fn beside(&self, arguments: &[&str]) -> Server {
        Server::on(Arc::clone(&self.directory), arguments)
    }

    /// Starts on the database in this directory with settings of any kind, the environment too.
    pub fn begin(directory: impl Into<Arc<TempDir>>, settings: impl FnOnce(&mut Command) -> &mut Command) -> Server {
        Server::begin_as(directory, Command::new(PROGRAM), settings)
    }

    /// Starts by way of another program, which is told to run ours.
    pub fn through(directory: impl Into<Arc<TempDir>>, other: &[String], arguments: &[&str]) -> Server {
        let mut command = Command::new(&other[0]);
        command.args(&other[1..]).arg(PROGRAM);
        Server::begin_as(directory, command, |command| command.args(arguments))
    }

    fn begin_as(
        directory: impl Into<Arc<TempDir>>,
        mut command: Command,
        settings: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Server {
        let directory = directory.into();
        command.args(["serve", "--listen", "127.0.0.1:0", "--database"]).arg(directory.path().join("test.db"));
        settings(command.env("RUST_LOG", "off").stdout(Stdio::piped()));
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").expect("the line that tells the address");
        let config = Agent::config_builder().http_status_as_error(false).proxy(None);
        let agent = config.timeout_global(Some(Duration::from_secs(120))).build().into();
        Server { address: address.to_owned(), child, output: Mutex::new(output), agent, directory }
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `127.0.0.1:port`
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its database file.
    pub fn database(&self) -> PathBuf {
        self.directory.path().join("test.db")
    }

    /// Makes a key of this role, on the command line, while the service runs.
    pub fn key(&self, role: &str) -> String {
        let output = keys(&self.database(), &["create", "--name", role, "--role", role]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// A figure without labels, as `/metrics` tells it.
    pub fn figure(&self, name: &str) -> f64 {
        // On a connection of its own, so that asking leaves nothing open that is counted. While connections are opened
        // faster than requests arrive it may be cut before it was heard: then it is asked again, as clients do.
        let ask = || self.try_raw(b"GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let text = (0..10).filter_map(|_| ask().ok()).find(|text| !text.is_empty()).expect("an answer in ten tries");
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{name} in {text}")).parse().unwrap()
    }

    /// The two lines that it prints after its address where it shows a demonstration.
    pub fn told(&self) -> [String; 2] {
        let mut output = self.output.lock().unwrap();
        let mut line = || {
            let mut line = String::new();
            output.read_line(&mut line).unwrap();
            line.trim_end().to_owned()
        };
        [line(), line()]
    }

    /// Sends a signal, such as `STOP`.
    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args(["-s", signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success(), "{signal}");
    }

    /// Tells the service to stop, and waits until it has.
    pub fn stop(mut self) -> (ExitStatus, Arc<TempDir>) {
        self.signal("TERM");
        let status = self.child.wait().unwrap();
        (status, Arc::clone(&self.directory))
    }

    /// Kills the service as a power cut would.
    pub fn kill(mut self) -> Arc<TempDir> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        Arc::clone(&self.directory)
    }

    /// Stops the service and starts it again on the same database.
    pub fn restart(self) -> Server {
        self.restart_with(&[])
    }

    /// The same, with further arguments of `serve`.
    pub fn restart_with(self, arguments: &[&str]) -> Server {
        let (status, directory) = self.stop();
        assert!(status.success(), "{status}");
        Server::on(directory, arguments)
    }

    /// Kills the service as a power cut would, and starts it again on the same database.
    pub fn killed_and_started_again(self) -> Server {
        self.killed_and_started_with(&[])
    }

    /// The same, with further arguments of `serve`.
    pub fn killed_and_started_with(self, arguments: &[&str]) -> Server {
        Server::on(self.kill(), arguments)
    }

    pub fn ask<'a>(&'a self, method: &'a str, path: &str) -> Ask<'a> {
        Ask { server: self, method, path: path.to_owned(), headers: Vec::new(), body: None }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).send()
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.ask("POST", path).json(body).send()
    }

    /// Creates by PUT; fails where it exists.
    pub fn put(&self, path: &str, body: Value) -> Answer {
        self.ask("PUT", path).json(body).header("if-none-match", "*").send()
    }

    /// Replaces whatever is there.
    pub fn replace(&self, path: &str, body: Value) -> Answer {
        self.ask("PUT", path).json(body).header("if-match", "*").send()
    }

    pub fn patch(&self, path: &str, body: Value) -> Answer {
        self.ask("PATCH", path).json(body).header("if-match", "*").send()
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.ask("DELETE", path).header("if-match", "*").send()
    }

    /// Asks for a plan to stop, until it has: the plan.
    pub fn cancel(&self, plan: &str) -> Value {
        loop {
            let shown = self.post(&format!("{plan}/cancel"), json!({})).expect(200);
            if shown["state"] != "running" {
                return shown;
            }
        }
    }

    /// Bytes sent as they are, and all that comes back until the service closes the connection.
    pub fn raw(&self, bytes: &[u8]) -> String {
        self.try_raw(bytes).unwrap()
    }

    fn try_raw(&self, bytes: &[u8]) -> std::io::Result<String> {
        let mut socket = TcpStream::connect(&self.address)?;
        socket.set_read_timeout(Some(Duration::from_secs(60)))?;
        socket.write_all(bytes)?;
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// A programme `p` with a region, two municipalities, a track and a network: what most tests need.
    pub fn with_programme(self) -> Server {
        self.put("/v1/programmes/p", json!({"name": "Programme"})).expect(201);
        self.put("/v1/programmes/p/regions/r", json!({})).expect(201);
        for (id, lat) in [("a", 55.0), ("b", 56.0)] {
            let municipality = json!({"region": "r", "lat": lat, "lon": 12.0});
            self.put(&format!("/v1/programmes/p/municipalities/{id}"), municipality).expect(201);
        }
        self.put("/v1/programmes/p/tracks/t", json!({})).expect(201);
        let network = json!({"track": "t", "min_members": 1, "max_members": 5});
        self.put("/v1/programmes/p/networks/n", network).expect(201);
        self
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ask<'_> {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn key(self, key: &str) -> Self {
        self.header("authorization", &format!("Bearer {key}"))
    }

    pub fn json(self, body: Value) -> Self {
        self.body("application/json", body.to_string().as_bytes())
    }

    pub fn body(mut self, content_type: &str, body: &[u8]) -> Self {
        self.body = Some(body.to_vec());
        self.header("content-type", content_type)
    }

    pub fn send(self) -> Answer {
        let what = format!("{} {}", self.method, self.path);
        let mut response = self.response();
        let body = response.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap();
        Answer { status: response.status().as_u16(), headers: response.headers().clone(), body, what }
    }

    /// The same where the service may be gone: none then.
    pub fn try_send(self) -> Option<Answer> {
        let what = format!("{} {}", self.method, self.path);
        let mut response = self.try_response().ok()?;
        let body = response.body_mut().with_config().limit(1 << 30).read_to_vec().ok()?;
        Some(Answer { status: response.status().as_u16(), headers: response.headers().clone(), body, what })
    }

    /// A stream of events, to be read one by one.
    pub fn follow(self) -> Events {
        let response = self.response();
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Events(BufReader::new(Box::new(response.into_body().into_reader())))
    }

    fn response(self) -> Response<Body> {
        self.try_response().unwrap()
    }

    fn try_response(self) -> Result<Response<Body>, ureq::Error> {
        let uri = format!("http://{}{}", self.server.address, self.path);
        let mut request = Request::builder().method(self.method).uri(uri);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let agent = &self.server.agent;
        match self.body {
            Some(body) => agent.run(request.body(body).unwrap()),
            None => agent.run(request.body(()).unwrap()),
        }
    }
}

/// A stream of Server-Sent Events.
pub struct Events(BufReader<Box<dyn Read + Send>>);

/// One of them.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Message { id: u64, name: String, data: Value },
    Comment,
    Retry,
}

impl Iterator for Events {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        let mut fields = Vec::new();
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).unwrap() == 0 {
                assert!(fields.is_empty(), "a stream ends after an event: {fields:?}");
                return None;
            }
            match line.trim_end().split_once(':') {
                Some((name, value)) => fields.push((name.to_owned(), value.trim_start().to_owned())),
                None => break,
            }
        }
        let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
        Some(match (field("id"), field("data"), field("retry")) {
            (Some(id), Some(data), _) => Event::Message {
                id: id.parse().unwrap(),
                name: field("event").unwrap_or_default(),
                data: serde_json::from_str(&data).unwrap(),
            },
            (None, None, Some(_)) => Event::Retry,
            _ => Event::Comment,
        })
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn etag(&self) -> &str {
        self.header("etag")
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The JSON of an answer that must have this status.
    pub fn expect(&self, status: u16) -> Value {
        let body = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{}: {}", self.what, body.chars().take(2000).collect::<String>());
        self.json()
    }

    /// The code of a problem document that must have this status, with the pointer and code of each of its errors.
    pub fn problem(&self, status: u16) -> (String, Vec<(String, String)>) {
        let problem = self.expect(status);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.what);
        assert_eq!(problem["status"], status, "{}", self.what);
        assert_eq!(problem["request_id"], self.header("x-request-id"), "{}", self.what);
        for member in ["title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{}: {member}", self.what);
        }
        let code = problem["type"].as_str().unwrap().strip_prefix("/problems/").unwrap().to_owned();
        let text = |error: &Value, name: &str| error[name].as_str().unwrap().to_owned();
        let errors = problem["errors"].as_array().unwrap().iter();
        (code, errors.map(|error| (text(error, "pointer"), text(error, "code"))).collect())
    }

    /// The ids of a list, in order.
    pub fn ids(&self) -> Vec<String> {
        let page = self.expect(200);
        page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }
}

/// Runs `netvisit keys` on a database.
pub fn keys(database: &Path, arguments: &[&str]) -> Output {
    Command::new(PROGRAM).arg("keys").args(arguments).arg("--database").arg(database).output().unwrap()
}

/// Looks into a copy of a database that no process has open: it must be whole, and every reference in it lead somewhere.
/// The database itself is left as its last process has left it.
pub fn integrity(directory: &TempDir) {
    let copy = TempDir::new().unwrap();
    for file in ["test.db", "test.db-wal"] {
        if directory.path().join(file).exists() {
            std::fs::copy(directory.path().join(file), copy.path().join(file)).unwrap();
        }
    }
    let database = copy.path().join("test.db");
    let told = query(&database, "pragma integrity_check").chain(query(&database, "pragma foreign_key_check"));
    assert_eq!(told.collect::<Vec<_>>(), ["ok"]);
}

/// The first column of what a statement gives, as text.
pub fn query(database: &Path, sql: &str) -> impl Iterator<Item = String> + use<> {
    let options = SqliteConnectOptions::new().filename(database);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let rows = runtime.block_on(async {
        let mut connection = options.connect().await.unwrap();
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        rows
    });
    rows.into_iter().map(|row| row.get_unchecked::<String, _>(0))
}

/// Errors as `problem` gives them.
pub fn errors(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
}

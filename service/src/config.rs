//! Every setting, its default and its limit.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The version of this build.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What `netvisit serve` is told.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 takes any free one. Loopback only, as long as no key was made.
    pub listen: SocketAddr,
    /// The database file; made where there is none.
    pub database: PathBuf,
    /// Whether to load made-up data into an empty database.
    pub demo: bool,
    /// Names (without port) that requests may call the service by, beside its address and this machine's names. With one
    /// everybody is asked for a key, also while there is none.
    pub hosts: Vec<String>,
    /// Origins, such as `https://plans.example.org`, whose web pages may call. They count once there is a key.
    pub origins: Vec<String>,
    /// How much of anything one request may take.
    pub limits: Limits,
    /// How plans are made.
    pub plans: Plans,
}

impl Config {
    /// The settings where nothing else is said, for this database.
    pub fn new(listen: SocketAddr, database: PathBuf) -> Config {
        Config {
            listen,
            database,
            demo: false,
            hosts: Vec::new(),
            origins: Vec::new(),
            limits: Limits::default(),
            plans: Plans::default(),
        }
    }
}

/// How much of anything one request, one client or all of them together may take. Each is a setting of `netvisit serve`.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of a body. Default: 32 MiB, some 100,000 enrolments.
    pub body_bytes: usize,
    /// Bytes of all bodies that are being served at the same time; more are told to come again. Default: 128 MiB.
    pub bodies_bytes: usize,
    /// Time for a body to arrive in. Default: 30 s.
    pub body_time: Duration,
    /// Levels of JSON within each other, at most 127. Default: 64.
    pub json_depth: usize,
    /// Bytes of memory that the JSON of a body takes once it is read, by estimate. Default: 256 MiB.
    pub json_bytes: usize,
    /// Bytes of an address, query included. Default: 8,192.
    pub address_bytes: usize,
    /// Time for the head of a request to arrive in, also the time that an idle connection is kept. Default: 15 s.
    pub header_time: Duration,
    /// Bytes of all headers. Default: 32 KiB.
    pub header_bytes: usize,
    /// Time for a client to take the next part of an answer. Default: 30 s.
    pub answer_time: Duration,
    /// Bytes of all large answers on their way, by estimate where they are written as they are sent. Default: 256 MiB.
    pub answers_bytes: usize,
    /// Long computations, such as looking for clashes, at the same time. Default: 2.
    pub computations: usize,
    /// Connections open at the same time; a further one takes the place of the one that has been idle for longest.
    /// Default: 512.
    pub connections: usize,
    /// Rows of an import. Default: 100,000.
    pub import_rows: usize,
    /// Records of a problem, all lists together. Default: 250,000.
    pub problem_items: usize,
    /// Requests of one key in a second; twice as many may come at once after a rest. 0: no limit. Default: 1,000.
    pub key_rate: u32,
    /// Requests of one key at the same time. 0: no limit. Default: 64.
    pub key_requests: u32,
    /// Bytes that the database file may grow to; then writes are told that the disk is full. 0: as large as the disk.
    /// Default: 0.
    pub database_bytes: u64,
    /// Time for running requests to end in when the service stops. Default: 20 s.
    pub drain_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            body_bytes: 32 << 20,
            bodies_bytes: 128 << 20,
            body_time: Duration::from_secs(30),
            json_depth: 64,
            json_bytes: 256 << 20,
            address_bytes: 8192,
            header_time: Duration::from_secs(15),
            header_bytes: 32 << 10,
            answer_time: Duration::from_secs(30),
            answers_bytes: 256 << 20,
            computations: 2,
            connections: 512,
            import_rows: 100_000,
            problem_items: 250_000,
            key_rate: 1000,
            key_requests: 64,
            database_bytes: 0,
            drain_time: Duration::from_secs(20),
        }
    }
}

/// How plans are made, and how many.
#[derive(Clone, Debug)]
pub struct Plans {
    /// Plans that may wait or run at the same time; more are told to come again. Default: 200.
    pub queue: u32,
    /// Plans that this process makes at the same time; 0: it leaves that to others on the same database. Default: 1.
    pub solvers: u32,
    /// Threads that each of them may use. Default: 2.
    pub threads: u32,
    /// The longest that a plan may run, in seconds; then it ends with the best so far, also one that is limited by work
    /// alone. Default: 86,400, a day.
    pub seconds: f64,
    /// Crashes in the middle of a plan after which it fails, so that no plan can bring the service down for ever. Default: 3.
    pub crashes: u32,
    /// How long a process must not have shown itself before another one takes over what it was making. One that starts
    /// alone does not wait. Default: 10 s.
    pub lease: Duration,
    /// Streams of events that may be open at the same time. Default: 100.
    pub streams: usize,
    /// Questions of what if that are answered at the same time; more are told to come again. Default: 2.
    pub what_ifs: usize,
    /// How long a stream of events is quiet at most. Default: 15 s.
    pub heartbeat: Duration,
}

impl Default for Plans {
    fn default() -> Self {
        Plans {
            queue: 200,
            solvers: 1,
            threads: 2,
            seconds: 86_400.0,
            crashes: 3,
            lease: Duration::from_secs(10),
            streams: 100,
            what_ifs: 2,
            heartbeat: Duration::from_secs(15),
        }
    }
}

//! Every setting, its default and its limit.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// What `netvisit serve` is told.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 takes any free one. Loopback only, as long as there are no keys.
    pub listen: SocketAddr,
    /// The database file; made where there is none.
    pub database: PathBuf,
    /// Whether to load made-up data into an empty database.
    pub demo: bool,
    /// How much of anything one request may take.
    pub limits: Limits,
}

impl Config {
    /// The settings where nothing else is said, for this database.
    pub fn new(listen: SocketAddr, database: PathBuf) -> Config {
        Config { listen, database, demo: false, limits: Limits::default() }
    }
}

/// How much of anything one request may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of a body. Default: 32 MiB, some 100,000 enrolments.
    pub body_bytes: usize,
    /// Bytes of all bodies that are being served at the same time; more are told to come again. Default: 256 MiB.
    pub bodies_bytes: usize,
    /// Time for a body to arrive in. Default: 30 s.
    pub body_time: Duration,
    /// Bytes of an address, query included. Default: 8,192.
    pub address_bytes: usize,
    /// Time for the headers to arrive in, also the time that an idle connection is kept. Default: 15 s.
    pub header_time: Duration,
    /// Bytes of all headers. Default: 32 KiB.
    pub header_bytes: usize,
    /// Connections open at the same time; further ones wait. Default: 512.
    pub connections: usize,
    /// Time for running requests to end in when the service stops. Default: 20 s.
    pub drain_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            body_bytes: 32 << 20,
            bodies_bytes: 256 << 20,
            body_time: Duration::from_secs(30),
            address_bytes: 8192,
            header_time: Duration::from_secs(15),
            header_bytes: 32 << 10,
            connections: 512,
            drain_time: Duration::from_secs(20),
        }
    }
}

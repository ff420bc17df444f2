//! The limits of `netvisit serve`, each a setting.

use std::time::Duration;

use clap::Args;

use crate::config::Limits;

#[derive(Args)]
#[command(next_help_heading = "Limits")]
pub struct Arguments {
    /// The largest body taken, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().body_bytes)]
    max_body: usize,
    /// All bodies that are served at the same time, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().bodies_bytes)]
    max_bodies: usize,
    /// Seconds for a body to arrive in
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().body_time.as_secs())]
    body_time: u64,
    /// Levels of JSON within each other
    #[arg(long, value_name = "LEVELS", default_value_t = Limits::default().json_depth as u8, value_parser = clap::value_parser!(u8).range(1..=127))]
    max_json_depth: u8,
    /// Memory that the JSON of a body takes once it is read, in bytes, by estimate
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().json_bytes)]
    max_json_memory: usize,
    /// The longest address, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().address_bytes)]
    max_address: usize,
    /// Seconds for the head of a request to arrive in; idle connections are kept as long
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().header_time.as_secs())]
    header_time: u64,
    /// All headers of a request, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().header_bytes)]
    max_headers: usize,
    /// Seconds for a client to take the next part of an answer
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().answer_time.as_secs())]
    answer_time: u64,
    /// Connections open at the same time; a new one takes the place of the one that has been idle for longest
    #[arg(long, value_name = "N", default_value_t = Limits::default().connections as u32, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    max_connections: u32,
    /// Rows of an import
    #[arg(long, value_name = "N", default_value_t = Limits::default().import_rows)]
    max_rows: usize,
    /// Records of a problem, all lists together
    #[arg(long, value_name = "N", default_value_t = Limits::default().problem_items)]
    max_items: usize,
    /// Requests of one key in a second (twice as many after a rest); 0: no limit
    #[arg(long, value_name = "N", default_value_t = Limits::default().key_rate)]
    key_rate: u32,
    /// Requests of one key at the same time; 0: no limit
    #[arg(long, value_name = "N", default_value_t = Limits::default().key_requests)]
    key_requests: u32,
    /// The database file, in bytes; writes that need more are told that the disk is full (503). 0: as large as the disk
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().database_bytes)]
    max_database: u64,
    /// Seconds for running requests to end in when the service stops
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().drain_time.as_secs())]
    drain_time: u64,
}

impl Arguments {
    /// As they were asked for.
    pub fn limits(&self) -> Limits {
        Limits {
            body_bytes: self.max_body,
            bodies_bytes: self.max_bodies,
            body_time: Duration::from_secs(self.body_time),
            json_depth: self.max_json_depth.into(),
            json_bytes: self.max_json_memory,
            address_bytes: self.max_address,
            header_time: Duration::from_secs(self.header_time),
            header_bytes: self.max_headers,
            answer_time: Duration::from_secs(self.answer_time),
            connections: self.max_connections as usize,
            import_rows: self.max_rows,
            problem_items: self.max_items,
            key_rate: self.key_rate,
            key_requests: self.key_requests,
            database_bytes: self.max_database,
            drain_time: Duration::from_secs(self.drain_time),
        }
    }
}

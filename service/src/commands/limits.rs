//! The limits of `netvisit serve`, each a setting. A number with which no request could be served, or that no machine
//! could count to, is refused at the start.

use std::time::Duration;

use clap::Args;

use crate::config::Limits;

/// The most of a number of bytes: a tebibyte.
const MOST_BYTES: usize = 1 << 40;
/// The longest time: a day, in seconds.
const DAY: u64 = 86_400;
/// The most of a number of things.
const MOST: usize = 100_000_000;
/// The least that the database file needs.
const LEAST_DATABASE: u64 = 1 << 20;

#[derive(Args)]
#[command(next_help_heading = "Limits")]
pub struct Arguments {
    /// The largest body taken, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().body_bytes, value_parser = sized(1, MOST_BYTES))]
    max_body: usize,
    /// All bodies that are served at the same time, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().bodies_bytes, value_parser = sized(1, MOST_BYTES))]
    max_bodies: usize,
    /// Seconds for a body to arrive in
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().body_time.as_secs(), value_parser = clap::value_parser!(u64).range(1..=DAY))]
    body_time: u64,
    /// Levels of JSON within each other
    #[arg(long, value_name = "LEVELS", default_value_t = Limits::default().json_depth as u8, value_parser = clap::value_parser!(u8).range(1..=127))]
    max_json_depth: u8,
    /// Memory that the JSON of a body takes once it is read, in bytes, by estimate
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().json_bytes, value_parser = sized(1, MOST_BYTES))]
    max_json_memory: usize,
    /// The longest address, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().address_bytes, value_parser = sized(16, 65_534))]
    max_address: usize,
    /// Seconds for the head of a request to arrive in; idle connections are kept as long
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().header_time.as_secs(), value_parser = clap::value_parser!(u64).range(1..=DAY))]
    header_time: u64,
    /// All headers of a request, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().header_bytes, value_parser = sized(256, 1 << 24))]
    max_headers: usize,
    /// Seconds for a client to take the next part of an answer
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().answer_time.as_secs(), value_parser = clap::value_parser!(u64).range(1..=DAY))]
    answer_time: u64,
    /// All large answers that are being sent at the same time, in bytes; half of them for one key
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().answers_bytes, value_parser = sized(1, MOST_BYTES))]
    max_answers: usize,
    /// Long computations, such as looking for clashes, at the same time; half of them for one key
    #[arg(long, value_name = "N", default_value_t = Limits::default().computations, value_parser = sized(0, MOST))]
    computations: usize,
    /// Connections open at the same time; a new one takes the place of the one that has been idle for longest
    #[arg(long, value_name = "N", default_value_t = Limits::default().connections as u32, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    max_connections: u32,
    /// Rows of an import
    #[arg(long, value_name = "N", default_value_t = Limits::default().import_rows, value_parser = sized(1, MOST))]
    max_rows: usize,
    /// Records of a problem, all lists together
    #[arg(long, value_name = "N", default_value_t = Limits::default().problem_items, value_parser = sized(1, MOST))]
    max_items: usize,
    /// Requests of one key in a second (twice as many after a rest); 0: no limit
    #[arg(long, value_name = "N", default_value_t = Limits::default().key_rate)]
    key_rate: u32,
    /// Requests of one key at the same time; 0: no limit
    #[arg(long, value_name = "N", default_value_t = Limits::default().key_requests)]
    key_requests: u32,
    /// The database file, in bytes; writes that need more are told that the disk is full (503). 0: as large as the disk
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().database_bytes, value_parser = database)]
    max_database: u64,
    /// Seconds for running requests to end in when the service stops
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().drain_time.as_secs(), value_parser = clap::value_parser!(u64).range(..=DAY))]
    drain_time: u64,
}

/// Reads a number of bytes or things from `least` to `most`.
fn sized(least: usize, most: usize) -> impl Fn(&str) -> Result<usize, String> + Clone {
    move |text| match text.parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(format!("it is a number from {least} to {most}")),
    }
}

/// Reads the size of the database: 0, or enough for its tables.
fn database(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(bytes) if bytes == 0 || bytes >= LEAST_DATABASE => Ok(bytes),
        _ => Err(format!("it is a number from {LEAST_DATABASE}, or 0")),
    }
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
            answers_bytes: self.max_answers,
            computations: self.computations,
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

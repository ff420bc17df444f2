//! `netvisit serve`: the API over HTTP.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use tracing_subscriber::EnvFilter;

use super::Ended;
use crate::Config;
use crate::config::Limits;

#[derive(Args)]
pub struct Arguments {
    /// Where to listen; port 0 takes any free one. Only addresses of this machine: there are no API keys yet
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The database file; made where there is none
    #[arg(long, value_name = "FILE", default_value = "netvisit.db")]
    database: PathBuf,
    /// Fill an empty database with made-up data
    #[arg(long)]
    demo: bool,
    /// The largest body taken, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().body_bytes)]
    max_body: usize,
    /// Write the log as JSON, one object a line
    #[arg(long)]
    log_json: bool,
}

pub fn run(arguments: &Arguments) -> Result<(), Ended> {
    log(arguments.log_json);
    let mut config = Config::new(arguments.listen, arguments.database.clone());
    config.demo = arguments.demo;
    config.limits.body_bytes = arguments.max_body;
    Ok(crate::serve(config)?)
}

/// What is logged where nothing else is said. The solver's bindings warn whenever a limit ends a search: that is no news.
const LOG: &str = "info,highs=error";

/// The log goes to standard error, in colours where that is a terminal; `RUST_LOG` says how much of it.
fn log(json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOG));
    let log = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(filter);
    if json { log.json().init() } else { log.init() }
}

//! `netvisit serve`: the API over HTTP.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use tracing_subscriber::EnvFilter;

use super::plan_settings::PlanSettings;
use super::{Ended, limits};
use crate::Config;

#[derive(Args)]
pub struct Arguments {
    /// Where to listen; port 0 takes any free one. Other addresses than this machine's want a key (netvisit keys create)
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The database file; made where there is none
    #[arg(long, value_name = "FILE", default_value = "netvisit.db")]
    database: PathBuf,
    /// Fill an empty database with made-up data
    #[arg(long)]
    demo: bool,
    /// A name, without port, by which requests may call the service; once there are keys. Can be repeated
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    /// An origin (scheme, host and port) whose web pages may call; once there are keys. Can be repeated
    #[arg(long = "origin", value_name = "ORIGIN")]
    origins: Vec<String>,
    #[command(flatten)]
    limits: limits::Arguments,
    /// Write the log as JSON, one object a line
    #[arg(long)]
    log_json: bool,
    #[command(flatten)]
    plans: PlanSettings,
}

pub fn run(arguments: &Arguments) -> Result<(), Ended> {
    log(arguments.log_json);
    let mut config = Config::new(arguments.listen, arguments.database.clone());
    config.demo = arguments.demo;
    config.hosts.clone_from(&arguments.hosts);
    config.origins.clone_from(&arguments.origins);
    config.limits = arguments.limits.limits();
    config.plans = arguments.plans.settings();
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

//! The command line: one file a command, and what its exit status means.

mod backup;
mod check;
mod demo;
mod input;
mod keys;
mod limits;
mod offline;
mod output;
mod plan_settings;
mod progress;
mod serve;
mod solve;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Divides municipalities into networks and times their visits.
#[derive(Parser)]
#[command(name = "netvisit", version, after_help = EXIT_HELP)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

const EXIT_HELP: &str = "Exit status: 0 done (also when interrupted: the best plan is written); 1 the plan breaks a \
                         rule, or the problem is infeasible; 2 bad input, told in full on stderr; 3 anything else.";

#[derive(Subcommand)]
enum Command {
    /// Serve the API over HTTP: to programs on this machine, or to bearers of keys.
    Serve(serve::Arguments),
    /// Make, list, revoke and expire the API keys of a service.
    Keys(keys::Arguments),
    /// Copy the database of a service, which may be running, into a new file.
    Backup(backup::Arguments),
    /// Make a plan for a problem document.
    Solve(solve::Arguments),
    /// Check a plan document, whoever made it, against its problem.
    Check(check::Arguments),
    /// Make up a problem document over real geography, to try things out.
    Demo(demo::Arguments),
    /// Print the OpenAPI document of the service.
    Openapi,
}

/// How a command ended, where it did not end well.
#[derive(Debug)]
pub enum Ended {
    /// The plan breaks a rule, or there is none: said on stdout already.
    Negative,
    /// The input is bad: this is what goes to stderr.
    BadInput(String),
    /// Anything else.
    Failed(anyhow::Error),
}

impl From<anyhow::Error> for Ended {
    fn from(error: anyhow::Error) -> Self {
        Ended::Failed(error)
    }
}

impl From<std::io::Error> for Ended {
    fn from(error: std::io::Error) -> Self {
        Ended::Failed(error.into())
    }
}

impl From<serde_json::Error> for Ended {
    fn from(error: serde_json::Error) -> Self {
        Ended::Failed(error.into())
    }
}

impl Command {
    fn run(&self) -> Result<(), Ended> {
        match self {
            Command::Serve(arguments) => serve::run(arguments),
            Command::Keys(arguments) => keys::run(arguments),
            Command::Backup(arguments) => backup::run(arguments),
            Command::Openapi => openapi(),
            Command::Solve(arguments) => solve::run(arguments),
            Command::Check(arguments) => check::run(arguments),
            Command::Demo(arguments) => demo::run(arguments),
        }
    }
}

fn openapi() -> Result<(), Ended> {
    output::write(&format!("{}\n", crate::app::openapi_document()?))
}

/// Reads the command line, runs the command, and tells how it went.
pub fn run() -> ExitCode {
    let command = CommandLine::parse().command;
    let ended = std::panic::catch_unwind(|| command.run()); // what it panicked with is on stderr already
    match ended.unwrap_or_else(|_| Err(Ended::Failed(anyhow::anyhow!("stopped by a fault of the program")))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Ended::Negative) => ExitCode::from(1),
        Err(Ended::BadInput(told)) => ended_with(2, &told),
        Err(Ended::Failed(error)) => ended_with(3, &format!("netvisit: {error:#}")),
    }
}

/// The status, after these words; where nobody takes them the status has to do.
fn ended_with(status: u8, told: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "{told}"); // there is no other place to say so
    ExitCode::from(status)
}

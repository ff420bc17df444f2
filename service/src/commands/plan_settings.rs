//! Settings of `netvisit serve` about plans.

use std::time::Duration;

use clap::Args;

use crate::config::Plans;

/// How plans are made. The defaults are those of [`Plans`].
#[derive(Args, Debug)]
#[command(next_help_heading = "Plans")]
pub struct PlanSettings {
    /// Plans that may wait or run at the same time; more are told to come again (429)
    #[arg(long, value_name = "N", default_value_t = Plans::default().queue, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    plan_queue: u32,
    /// Plans that this process makes at the same time; 0: it leaves that to others on the same database
    #[arg(long, value_name = "N", default_value_t = Plans::default().solvers, value_parser = clap::value_parser!(u32).range(0..=64))]
    solvers: u32,
    /// Threads that each of them may use
    #[arg(long, value_name = "N", default_value_t = Plans::default().threads, value_parser = clap::value_parser!(u32).range(1..=256))]
    solver_threads: u32,
    /// The longest that a plan may run; then it ends with the best so far
    #[arg(long, value_name = "SECONDS", default_value_t = Plans::default().seconds as u32, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    plan_seconds: u32,
    /// Crashes of the service in the middle of a plan after which the plan fails
    #[arg(long, value_name = "N", default_value_t = Plans::default().crashes, value_parser = clap::value_parser!(u32).range(1..))]
    plan_crashes: u32,
    /// How long a process must not have shown itself before another one on the same database takes its plans over
    #[arg(long, value_name = "SECONDS", default_value_t = Plans::default().lease.as_secs(), value_parser = clap::value_parser!(u64).range(1..=3_600))]
    plan_lease: u64,
    /// Streams of events that may be open at the same time; more are told to come again (429)
    #[arg(long, value_name = "N", default_value_t = Plans::default().streams as u32, value_parser = clap::value_parser!(u32).range(..=100_000))]
    event_streams: u32,
    /// Questions of what if that are answered at the same time; more are told to come again (429)
    #[arg(long, value_name = "N", default_value_t = Plans::default().what_ifs as u32, value_parser = clap::value_parser!(u32).range(..=100_000))]
    what_ifs: u32,
    /// How long a stream of events is quiet at most
    #[arg(long, value_name = "SECONDS", default_value_t = Plans::default().heartbeat.as_secs(), value_parser = clap::value_parser!(u64).range(1..=3_600))]
    event_heartbeat: u64,
}

impl PlanSettings {
    /// As the service wants them.
    pub fn settings(&self) -> Plans {
        Plans {
            queue: self.plan_queue,
            solvers: self.solvers,
            threads: self.solver_threads,
            seconds: self.plan_seconds.into(),
            crashes: self.plan_crashes,
            lease: Duration::from_secs(self.plan_lease),
            streams: self.event_streams as usize,
            what_ifs: self.what_ifs as usize,
            heartbeat: Duration::from_secs(self.event_heartbeat),
        }
    }
}

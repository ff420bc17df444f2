//! Figures about the running service, in the text format of Prometheus at `/metrics`.
//!
//! A handful of counters and histograms need no library: they are atomics, told in the order in which they are named
//! here. Names and units follow <https://prometheus.io/docs/practices/naming/>.

mod histogram;
mod requests;
mod store;

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

pub use histogram::Histogram;
pub use requests::Requests;

use crate::log;
use crate::plans::slots::Slots;
use crate::store::{Error, Store};

const SHORT: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0];
const LONG: [f64; 10] = [1.0, 2.0, 5.0, 10.0, 20.0, 60.0, 120.0, 300.0, 1800.0, 7200.0];
const SHARE: [f64; 10] = [0.0, 0.0001, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5];

/// What is counted by one service.
#[derive(Debug)]
pub struct Metrics {
    /// Seconds until a connection that reads from the database was free.
    pub read_wait: Histogram,
    /// Seconds until the connection that writes was free, and with it the lock.
    pub write_wait: Histogram,
    /// Seconds that ended plans were searched for.
    pub plan_seconds: Histogram,
    /// Gaps of ended plans: the share of the cost that is not proved to be needed.
    pub plan_gap: Histogram,
    /// Seconds from a wish to cancel to the end of the search.
    pub cancel_seconds: Histogram,
    requests: OnceLock<Arc<Requests>>,
}

impl Default for Metrics {
    fn default() -> Self {
        Metrics {
            read_wait: Histogram::new(SHORT),
            write_wait: Histogram::new(SHORT),
            plan_seconds: Histogram::new(LONG),
            plan_gap: Histogram::new(SHARE),
            cancel_seconds: Histogram::new(SHORT),
            requests: OnceLock::new(),
        }
    }
}

impl Metrics {
    /// Tells these figures about requests too. The first ones count.
    pub fn count(&self, requests: Arc<Requests>) {
        let _ = self.requests.set(requests); // there is one edge, and it says so once
    }

    /// Everything, as text.
    pub async fn text(&self, store: &Store, solvers: &Slots) -> Result<String, Error> {
        let mut text = String::new();
        if let Some(requests) = self.requests.get() {
            requests.write(&mut text);
        }
        let wait = "Seconds until a connection to the database was free.";
        head(&mut text, "netvisit_store_wait_seconds", "histogram", wait);
        self.read_wait.write(&mut text, "netvisit_store_wait_seconds", "pool=\"read\"");
        self.write_wait.write(&mut text, "netvisit_store_wait_seconds", "pool=\"write\"");
        head(&mut text, "netvisit_plans", "gauge", "Plans that wait or are being made.");
        for (state, plans) in store::unfinished(&mut *store.read().await?).await? {
            line(&mut text, "netvisit_plans", &format!("state=\"{state}\""), plans as f64);
        }
        head(&mut text, "netvisit_solvers", "gauge", "Solvers that make plans, and those that should and cannot.");
        let missing = solvers.missing();
        for (state, solvers) in [("working", solvers.all() - missing), ("missing", missing)] {
            line(&mut text, "netvisit_solvers", &format!("state=\"{state}\""), solvers as f64);
        }
        for (name, about, figures) in [
            ("netvisit_plan_seconds", "Seconds that ended plans were searched for.", &self.plan_seconds),
            ("netvisit_plan_gap", "Gaps of ended plans, as shares of their cost.", &self.plan_gap),
            ("netvisit_plan_cancel_seconds", "Seconds from a cancel to the end of the search.", &self.cancel_seconds),
        ] {
            head(&mut text, name, "histogram", about);
            figures.write(&mut text, name, "");
        }
        head(&mut text, "netvisit_log_lines_lost_total", "counter", "Lines of the log that could not be written.");
        line(&mut text, "netvisit_log_lines_lost_total", "", log::lost() as f64);
        process(&mut text);
        head(&mut text, "netvisit_build_info", "gauge", "The version that runs.");
        line(&mut text, "netvisit_build_info", &format!("version=\"{}\"", crate::VERSION), 1.0);
        Ok(text)
    }
}

/// What the system says of this process; nothing where it does not say it as Linux does.
fn process(text: &mut String) {
    let memory = std::fs::read_to_string("/proc/self/status").ok().and_then(|status| {
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse::<f64>().ok()
    });
    if let Some(kibibytes) = memory {
        head(text, "process_resident_memory_bytes", "gauge", "Memory in use.");
        line(text, "process_resident_memory_bytes", "", kibibytes * 1024.0);
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        head(text, "process_open_fds", "gauge", "Open files and sockets.");
        line(text, "process_open_fds", "", files.count().saturating_sub(1) as f64); // without the one that counts
    }
}

fn head(text: &mut String, name: &str, kind: &str, about: &str) {
    let _ = writeln!(text, "# HELP {name} {about}\n# TYPE {name} {kind}"); // a text takes everything
}

fn line(text: &mut String, name: &str, labels: &str, value: f64) {
    let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
    let _ = writeln!(text, "{name}{labels} {value}"); // the same
}

//! Figures about the running service: what is counted, and the text format of Prometheus.
//!
//! A handful of counters and histograms need no library: they are atomics, told in the order in which they are named
//! here. Names and units follow <https://prometheus.io/docs/practices/naming/>.

mod histogram;
mod requests;

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

pub use histogram::Histogram;
pub use requests::Requests;

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

    /// The figures of requests, once there are any.
    pub fn requests(&self) -> Option<&Requests> {
        self.requests.get().map(Arc::as_ref)
    }
}

/// The head of a figure: its help and its type.
pub fn head(text: &mut String, name: &str, kind: &str, about: &str) {
    let _ = writeln!(text, "# HELP {name} {about}\n# TYPE {name} {kind}"); // a text takes everything
}

/// A line of a figure, with its labels.
pub fn line(text: &mut String, name: &str, labels: &str, value: f64) {
    let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
    let _ = writeln!(text, "{name}{labels} {value}"); // the same
}

//! What `/metrics` tells, in the text format of Prometheus.

use crate::config::VERSION;
use crate::log;
use crate::metrics::{Metrics, head, line};
use crate::plans::slots::Slots;
use crate::plans::store as plans;
use crate::store::{Error, Store};

/// Every figure, as text.
pub async fn text(metrics: &Metrics, store: &Store, solvers: &Slots) -> Result<String, Error> {
    let mut text = String::new();
    if let Some(requests) = metrics.requests() {
        requests.write(&mut text);
    }
    let wait = "Seconds until a connection to the database was free.";
    head(&mut text, "netvisit_store_wait_seconds", "histogram", wait);
    metrics.read_wait.write(&mut text, "netvisit_store_wait_seconds", "pool=\"read\"");
    metrics.write_wait.write(&mut text, "netvisit_store_wait_seconds", "pool=\"write\"");
    head(&mut text, "netvisit_plans", "gauge", "Plans that wait or are being made.");
    for (state, plans) in plans::by_state(&mut *store.read().await?).await? {
        line(&mut text, "netvisit_plans", &format!("state=\"{state}\""), plans as f64);
    }
    head(&mut text, "netvisit_solvers", "gauge", "Solvers that make plans, and those that should and cannot.");
    let missing = solvers.missing();
    for (state, solvers) in [("working", solvers.all() - missing), ("missing", missing)] {
        line(&mut text, "netvisit_solvers", &format!("state=\"{state}\""), solvers as f64);
    }
    for (name, about, figures) in [
        ("netvisit_plan_seconds", "Seconds that ended plans were searched for.", &metrics.plan_seconds),
        ("netvisit_plan_gap", "Gaps of ended plans, as shares of their cost.", &metrics.plan_gap),
        ("netvisit_plan_cancel_seconds", "Seconds from a cancel to the end of the search.", &metrics.cancel_seconds),
    ] {
        head(&mut text, name, "histogram", about);
        figures.write(&mut text, name, "");
    }
    head(&mut text, "netvisit_log_lines_lost_total", "counter", "Lines of the log that could not be written.");
    line(&mut text, "netvisit_log_lines_lost_total", "", log::lost() as f64);
    process(&mut text);
    head(&mut text, "netvisit_build_info", "gauge", "The version that runs.");
    line(&mut text, "netvisit_build_info", &format!("version=\"{}\"", VERSION), 1.0);
    Ok(text)
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

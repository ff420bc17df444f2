//! What the service promises, put to the test the hard way: killed, starved of disk, crowded, lied to by the clock.
//!
//! Each check is one test in one of these files, in two forms. The short form is part of `make test`: a few rounds, and
//! only counts and states are judged, so that no slow or busy machine can fail it. The full form is `make torture`: as
//! many rounds as the promise names, one check at a time, and seconds, ratios and percentiles are judged too; on an
//! idle machine it takes an hour or so. `make torture CHECK=crowds` runs the checks of one file.
//!
//! To add one: a file here, `rounds(short, full)` for how much, `if full()` before anything that a clock measures, and
//! `tell` for what was measured, so that the full form leaves figures behind.

mod client;
mod clocks;
mod crowds;
mod disks;
mod documented;
mod files;
mod hostile;
mod kills;
mod large;
mod load;
mod logs;
mod processes;
mod queue;
mod races;
mod restore;
mod shares;
mod strange;

use std::time::{Duration, Instant};

/// Whether this is the full form.
pub fn full() -> bool {
    std::env::var_os("NETVISIT_TORTURE").is_some_and(|form| form == "full")
}

/// How many times, in the form that runs.
pub fn rounds(short: usize, in_full: usize) -> usize {
    if full() { in_full } else { short }
}

/// Figures of a full run, on standard error (`--nocapture` shows them).
pub fn tell(check: &str, figures: &str) {
    if full() {
        eprintln!("torture: {check}: {figures}");
    }
}

/// Waits until this is so; a minute at most.
pub fn until(what: &str, is: impl Fn() -> bool) {
    let last = Instant::now() + Duration::from_secs(60);
    while !is() {
        assert!(Instant::now() < last, "never so: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

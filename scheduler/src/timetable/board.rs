//! Where the search and the solver, each on its own thread, leave word for each other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::frame::DayIx;
use crate::effort::{News, Watch};

/// What is written there.
#[derive(Default)]
pub(super) struct Board(Mutex<Notes>);

#[derive(Default)]
struct Notes {
    best: Option<Vec<DayIx>>,
    reports: Vec<Report>,
}

/// What the solver found out about a network.
pub(super) struct Report {
    pub network: usize,
    /// Proved lower bound on its cost.
    pub bound: f64,
    /// Better days for its slots; empty where there are none.
    pub days: Vec<DayIx>,
}

impl Board {
    /// The search shows the best days it has.
    pub fn show(&self, days: &[DayIx]) {
        self.lock().best = Some(days.to_vec());
    }

    /// The days shown since the last look.
    pub fn shown(&self) -> Option<Vec<DayIx>> {
        self.lock().best.take()
    }

    /// The solver reports.
    pub fn report(&self, report: Report) {
        self.lock().reports.push(report);
    }

    /// The reports since the last look.
    pub fn reports(&self) -> Vec<Report> {
        std::mem::take(&mut self.lock().reports)
    }

    /// A poisoned lock still holds whole notes: each is written in one step.
    fn lock(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The caller's watch, which also ends when the other side is done.
pub(super) struct Until<'a> {
    pub watch: &'a dyn Watch,
    pub done: AtomicBool,
}

impl Watch for Until<'_> {
    fn elapsed(&self) -> Duration {
        self.watch.elapsed()
    }

    fn stopped(&self) -> bool {
        self.done.load(Ordering::Relaxed) || self.watch.stopped()
    }

    /// Only the search tells how things go.
    fn tell(&self, _news: News) {}
}

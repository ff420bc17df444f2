//! The caller's side of a running solve: a clock, a wish to stop, and the latest figures.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use scheduler::{News, Observer, Solution, Watch};

use crate::lock::locked;

/// How far a solve has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// `assignment`, `joint`, `timetable`, `checking`; empty before the first.
    pub phase: &'static str,
    /// The best value of the running phase.
    pub cost: Option<f64>,
    /// What is proved about the running phase.
    pub bound: Option<f64>,
    /// Total cost and bound of the best whole plan so far.
    pub best: Option<(f64, f64)>,
}

impl Figures {
    /// The relative gap of the best whole plan.
    pub fn gap(&self) -> Option<f64> {
        self.best.map(|(cost, bound)| gap(cost, bound))
    }
}

/// (cost − bound) ÷ cost, 0 where the cost is 0.
pub fn gap(cost: f64, bound: f64) -> f64 {
    if cost > 0.0 { ((cost - bound) / cost).max(0.0) } else { 0.0 }
}

/// Watches one solve. `on_plan` is called, on the solver's thread, with each plan that is better than all before.
pub struct Progress<F: Fn(&Solution) + Sync> {
    begun: Instant,
    until: Option<Duration>,
    stop: AtomicBool,
    latest: Mutex<Figures>,
    on_plan: F,
}

impl<F: Fn(&Solution) + Sync> Progress<F> {
    /// The clock starts now.
    pub fn new(on_plan: F) -> Self {
        let begun = Instant::now();
        Progress { begun, until: None, stop: AtomicBool::new(false), latest: Mutex::default(), on_plan }
    }

    /// Asks the solve to end once it has taken so long, whatever its own effort is.
    pub fn until(self, until: Duration) -> Self {
        Progress { until: Some(until), ..self }
    }

    /// Asks the solve to end with the best plan so far.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// How far it has come.
    pub fn figures(&self) -> Figures {
        self.latest().clone()
    }

    fn latest(&self) -> MutexGuard<'_, Figures> {
        locked(&self.latest)
    }
}

impl<F: Fn(&Solution) + Sync> Watch for Progress<F> {
    fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.until.is_some_and(|until| self.begun.elapsed() >= until)
    }

    fn tell(&self, news: News) {
        match news {
            News::Phase(phase) => {
                let mut latest = self.latest();
                *latest = Figures { phase, best: latest.best, ..Figures::default() };
            }
            News::Figures { cost, bound } => {
                let mut latest = self.latest();
                (latest.cost, latest.bound) = (Some(cost), Some(bound));
            }
        }
    }
}

impl<F: Fn(&Solution) + Sync> Observer for Progress<F> {
    fn incumbent(&self, solution: &Solution) {
        self.latest().best = Some((solution.cost.total(), solution.bound.total));
        (self.on_plan)(solution);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gap_of_a_free_plan_is_zero() {
        assert_eq!(gap(0.0, 0.0), 0.0);
        assert_eq!(gap(200.0, 150.0), 0.25);
    }

    #[test]
    fn a_new_phase_forgets_the_figures_of_the_last_but_not_the_best_plan() {
        let progress = Progress::new(|_| {});
        progress.tell(News::Phase("assignment"));
        progress.tell(News::Figures { cost: 3.0, bound: 1.0 });
        progress.incumbent(&Solution {
            plan: Default::default(),
            cost: Default::default(),
            bound: Default::default(),
            left_out: Vec::new(),
            steered: None,
        });
        progress.tell(News::Phase("timetable"));
        assert_eq!(progress.figures(), Figures { phase: "timetable", cost: None, bound: None, best: Some((0.0, 0.0)) });
    }
}

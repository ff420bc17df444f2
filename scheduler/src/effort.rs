//! How much effort a solve may take: seed, work limit, deadline, cancellation, all handed in.
//!
//! The scheduler never looks at a clock. Whoever calls hands in a [`Watch`]; the code asks its [`Budget`]
//! whether it has had enough.

use std::cell::Cell;
use std::time::Duration;

/// What the caller allows.
#[derive(Clone, Debug, PartialEq)]
pub struct Effort {
    /// Wall time from start to end; `None` with `work`: no clock stops it; `None` without: 60 s.
    pub seconds: Option<f64>,
    /// Deterministic steps: search iterations and solver nodes.
    pub work: Option<u64>,
    /// Stop when the relative gap of the total is at most this.
    pub gap: Option<f64>,
    /// Seed of every random choice.
    pub seed: u64,
    /// Threads that may be used.
    pub threads: usize,
}

impl Default for Effort {
    fn default() -> Self {
        Effort { seconds: None, work: None, gap: None, seed: 1, threads: 2 }
    }
}

/// The caller's side of a running search: its clock, its wish to stop, and its interest in how things go.
/// [`Observer`](crate::solution::Observer) is that of a whole solve.
pub trait Watch: Sync {
    /// Wall time since the search was asked for.
    fn elapsed(&self) -> Duration;

    /// Whether to stop now, with the best plan so far.
    fn stopped(&self) -> bool;

    /// Something worth telling happened.
    fn tell(&self, news: News);
}

/// A caller whose clock stands still, who never stops a solve and is told nothing: work alone limits it.
#[derive(Clone, Copy, Debug)]
pub struct Still;

impl Watch for Still {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn stopped(&self) -> bool {
        false
    }

    fn tell(&self, _news: News) {}
}

/// What a search tells while it runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum News {
    /// A phase begins: `assignment`, `joint`, `timetable`, `checking`.
    Phase(&'static str),
    /// The best value of the running phase, and what is proved so far; for a progress line.
    Figures {
        /// Cost of the incumbent, as far as it is known.
        cost: f64,
        /// Proved lower bound on the same.
        bound: f64,
    },
}

/// The most that a share of an effort may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// Wall time, where time is limited.
    pub time: Duration,
    /// Deterministic steps, where work is limited.
    pub steps: u64,
}

impl Limit {
    /// Twice as much, `times` times over.
    pub fn doubled(self, times: u32) -> Limit {
        let factor = 2u32.saturating_pow(times);
        Limit { time: self.time.saturating_mul(factor), steps: self.steps.saturating_mul(factor.into()) }
    }
}

/// A share of an effort, spent step by step.
pub struct Budget<'a> {
    watch: &'a dyn Watch,
    begin: Duration,
    deadline: Option<Duration>,
    work: Option<u64>,
    spent: Cell<u64>,
    asked: Cell<u64>,
    over: Cell<bool>,
    threads: usize,
}

/// How many steps pass between two looks at the caller's clock.
const STEPS_PER_LOOK: u64 = 256;

impl<'a> Budget<'a> {
    /// The whole of an effort.
    pub fn new(effort: &Effort, watch: &'a dyn Watch) -> Budget<'a> {
        let seconds = match (effort.seconds, effort.work) {
            (None, None) => Some(60.0),
            (seconds, _) => seconds,
        };
        let deadline = seconds.map(|s| Duration::try_from_secs_f64(s).unwrap_or(Duration::MAX));
        Budget::until(watch, deadline, effort.work, effort.threads.max(1))
    }

    /// So many steps on two threads at most, and nothing else that ends it.
    pub fn of_work(steps: u64) -> Budget<'static> {
        Budget::new(&Effort { work: Some(steps), ..Effort::default() }, &Still)
    }

    fn until(watch: &'a dyn Watch, deadline: Option<Duration>, work: Option<u64>, threads: usize) -> Budget<'a> {
        Budget {
            watch,
            begin: watch.elapsed(),
            deadline,
            work,
            spent: Cell::new(0),
            asked: Cell::new(0),
            over: Cell::new(false),
            threads,
        }
    }

    /// Spends steps and tells whether it is enough: work or time used up, or the caller wishes to stop.
    /// Cheap enough for an inner loop.
    pub fn spend(&self, steps: u64) -> bool {
        let spent = self.spent.get().saturating_add(steps);
        self.spent.set(spent);
        if self.over.get() || self.work.is_some_and(|work| spent >= work) {
            self.over.set(true);
            return true;
        }
        if spent < self.asked.get() {
            return false;
        }
        self.asked.set(spent + STEPS_PER_LOOK);
        self.enough()
    }

    /// Whether it is enough, without spending anything. Looks at the caller's clock.
    pub fn enough(&self) -> bool {
        let over = self.over.get()
            || self.work.is_some_and(|work| self.spent.get() >= work)
            || self.watch.stopped()
            || self.deadline.is_some_and(|deadline| self.watch.elapsed() >= deadline);
        self.over.set(over);
        over
    }

    /// A part of what is left: its steps count here too once it is joined again ([`Budget::join`]).
    pub fn share(&self, fraction: f64) -> Budget<'a> {
        self.share_at_most(fraction, Limit { time: Duration::MAX, steps: u64::MAX })
    }

    /// A part of what is left, but no more than a limit: of the kind, time or steps, that the effort itself limits.
    pub fn share_at_most(&self, fraction: f64, limit: Limit) -> Budget<'a> {
        let now = self.watch.elapsed();
        let fraction = fraction.clamp(0.0, 1.0);
        let time = |end: Duration| end.saturating_sub(now).mul_f64(fraction).min(limit.time);
        let steps = |work: u64| ((work.saturating_sub(self.spent.get()) as f64 * fraction) as u64).min(limit.steps);
        let deadline = self.deadline.map(|end| now + time(end));
        Budget::until(self.watch, deadline, self.work.map(steps), self.threads)
    }

    /// So many equal parts of the steps that are left, each with all of the time: for tasks side by side. What they spend
    /// counts here once it is spent here too.
    pub fn split(&self, parts: usize) -> Vec<Budget<'a>> {
        let work = self.work_left().map(|left| left / parts.max(1) as u64);
        (0..parts).map(|_| Budget::until(self.watch, self.deadline, work, self.threads)).collect()
    }

    /// All of what is left, on so many threads.
    pub fn on(&self, threads: usize) -> Budget<'a> {
        Budget { threads, ..self.share(1.0) }
    }

    /// So many steps of what is left, whatever the effort itself limits, and all of its time.
    pub fn steps(&self, steps: u64) -> Budget<'a> {
        let left = self.work_left().unwrap_or(u64::MAX);
        Budget::until(self.watch, self.deadline, Some(steps.min(left)), self.threads)
    }

    /// The same, ended earlier by so much where time is limited, and by half of what is left at most.
    pub fn holding_back(self, time: Duration) -> Budget<'a> {
        let earlier = |end: Duration| end - time.min(end.saturating_sub(self.watch.elapsed()) / 2);
        Budget { deadline: self.deadline.map(earlier), ..self }
    }

    /// Counts what a share has spent.
    pub fn join(&self, share: &Budget<'_>) {
        self.spend(share.spent.get());
    }

    /// Steps spent so far.
    pub fn spent(&self) -> u64 {
        self.spent.get()
    }

    /// Time that is left, where time is limited.
    pub fn time_left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_sub(self.watch.elapsed()))
    }

    /// Steps that are left, where work is limited.
    pub fn work_left(&self) -> Option<u64> {
        self.work.map(|work| work.saturating_sub(self.spent.get()))
    }

    /// The part of time or work that is used up, 0 to 1: what a cooling schedule follows. Under a work limit it
    /// depends on the work alone.
    pub fn used(&self) -> f64 {
        let used = match (self.work, self.deadline) {
            (Some(work), _) => self.spent.get() as f64 / work.max(1) as f64,
            (None, Some(end)) => {
                let whole = end.saturating_sub(self.begin).as_secs_f64().max(1e-9);
                self.watch.elapsed().saturating_sub(self.begin).as_secs_f64() / whole
            }
            (None, None) => 0.0,
        };
        used.min(1.0)
    }

    /// Whether the time is up or the caller wishes to stop, for tasks side by side, which have no part in counting steps.
    pub fn time_is_up(&self) -> impl Fn() -> bool + Sync + use<'a> {
        let (watch, deadline) = (self.watch, self.deadline);
        move || watch.stopped() || deadline.is_some_and(|deadline| watch.elapsed() >= deadline)
    }

    /// Threads that may be used, at least 1.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// The caller's side.
    pub fn watch(&self) -> &'a dyn Watch {
        self.watch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clock that shows what it is told.
    struct Clock(Duration);

    impl Watch for Clock {
        fn elapsed(&self) -> Duration {
            self.0
        }

        fn stopped(&self) -> bool {
            false
        }

        fn tell(&self, _: News) {}
    }

    #[test]
    fn what_is_held_back_is_no_more_than_half_of_what_is_left() {
        let left = |seconds: f64, held_back: u64| {
            let effort = Effort { seconds: Some(seconds), ..Effort::default() };
            let clock = Clock(Duration::from_secs(4));
            Budget::new(&effort, &clock).holding_back(Duration::from_secs(held_back)).time_left()
        };
        assert_eq!(left(10.0, 2), Some(Duration::from_secs(4)));
        assert_eq!(left(10.0, 60), Some(Duration::from_secs(3)));
        assert_eq!(left(3.0, 2), Some(Duration::ZERO), "nothing is left");
        let work = Budget::of_work(100).holding_back(Duration::from_secs(5));
        assert_eq!((work.time_left(), work.work_left()), (None, Some(100)));
    }
}

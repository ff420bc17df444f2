//! One search: from a plan that was taken from the queue to its end.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread::Builder;
use std::time::{Duration, Instant};

use scheduler::check::resolve;
use scheduler::explain::english;
use scheduler::{Outcome, Solution, Start, Task, Watch};
use tokio::runtime::Handle;

use super::choices::{self, Answer};
use super::document::PlanDocument;
use super::idle;
use super::queue::{End, Lease, Noted, Standing, Taken, store};
use super::runner::Runner;
use super::summary::Summary;
use super::watch::{Progress, gap};
use super::wire::{Clash, PlanFailure, PlanProgress};
use crate::digest::sha256;
use crate::http::json;
use crate::lock::locked;
use crate::log::chain;
use crate::records::problems::wire::ProblemDocument;
use crate::store::Error;

/// How often a running search is looked at: whether it is to stop, whether there is something to note.
const LOOK: Duration = Duration::from_millis(200);
/// How often its figures are stored.
const NOTE: Duration = Duration::from_secs(1);
/// How often a better plan is stored; the first is at once.
const STORE: Duration = Duration::from_secs(2);
/// How long the end of a plan waits where it could not be stored, before it is tried again.
const AGAIN: Duration = Duration::from_secs(1);
/// The same once the service stops, and how long that is tried.
const AGAIN_AT_STOP: Duration = Duration::from_millis(100);
const AT_STOP: Duration = Duration::from_secs(20);

/// The watch of a search.
pub(super) type Watched = Progress<Box<dyn Fn(&Solution) + Send + Sync>>;

/// A search under way.
pub(super) struct Search<'a> {
    runner: &'a Runner,
    handle: &'a Handle,
    taken: Taken,
    progress: Arc<Watched>,
    /// A plan that is better than what is stored.
    better: Arc<Mutex<Option<Arc<Solution>>>>,
    /// What was found beside the plan.
    answer: Mutex<Answer>,
}

/// What is known of a search at one moment, as it is stored.
struct Now {
    progress: PlanProgress,
    seconds_used: f64,
    best: Option<(Summary, String)>,
    is_news: bool,
    answer: Answer,
}

impl Now {
    fn noted(&self) -> Noted<'_> {
        Noted {
            progress: Some(&self.progress),
            seconds_used: self.seconds_used,
            best: self.best.as_ref(),
            is_news: self.is_news,
            answer: &self.answer,
        }
    }
}

impl<'a> Search<'a> {
    /// One that has not begun.
    pub(super) fn new(runner: &'a Runner, handle: &'a Handle, taken: Taken) -> Self {
        let better: Arc<Mutex<Option<Arc<Solution>>>> = Arc::default();
        let kept = Arc::clone(&better);
        let on_plan = Box::new(move |found: &Solution| *locked(&kept) = Some(Arc::new(found.clone())));
        let left = Duration::try_from_secs_f64(taken.seconds_allowed - taken.seconds_used).unwrap_or_default();
        let progress = Arc::new(Progress::new(on_plan as Box<dyn Fn(&Solution) + Send + Sync>).until(left));
        Search { runner, handle, taken, progress, better, answer: Mutex::default() }
    }

    /// Searches, and stores how it ends. What cannot be stored now is stored when it can be: on a full disk the search
    /// is not lost as long as the process lives. Whether there were threads to search with: where not, the plan is given
    /// back.
    pub(super) fn run(self) -> bool {
        let (plan, attempt) = (&self.taken.lease.plan, self.taken.attempt);
        tracing::info!(plan, attempt, "search begins");
        let _making = self.runner.making(&self.taken.lease, &self.progress);
        let (problem, ended) = match self.problem() {
            Ok(problem) => {
                let ended = self.search(&problem);
                (Some(problem), ended)
            }
            Err(why) => (None, Ok(failed("internal", &why))),
        };
        tracing::info!(plan, ?ended, seconds = self.progress.elapsed().as_secs_f64(), "search ends");
        let end = ended.as_ref().ok();
        until_stored(self.runner, self.handle, &self.taken.lease, |whole| self.end(problem.as_ref(), end, whole));
        ended.is_ok()
    }

    /// Stores the end; a search that was cut short by the end of the service, or has none, goes back into the queue.
    /// `whole`: with what it has found since it was noted last.
    fn end(&self, problem: Option<&Task>, end: Option<&End>, whole: bool) -> Result<bool, Error> {
        let better = locked(&self.better).clone().filter(|_| whole);
        let now = self.now(problem.zip(better.as_deref()), true)?;
        let is_final = |end: &&End| !self.runner.is_stopping() || matches!(end, End::Infeasible(_));
        let end = end.filter(is_final);
        let stored = self.handle.block_on(async {
            let mut write = self.runner.store.write().await?;
            let done = match end {
                None => store::release(&mut write, &self.taken.lease, &now.noted()).await?,
                Some(end) => store::finish(&mut write, &self.taken.lease, &now.noted(), end).await?,
            };
            write.commit().await.map(|()| done)
        });
        if end.is_some() && matches!(stored, Ok(true)) {
            self.count(&now);
        }
        stored
    }

    /// Adds a plan that has ended to the figures of the service.
    fn count(&self, now: &Now) {
        let metrics = self.runner.store.metrics();
        metrics.plan_seconds.see(now.seconds_used);
        if let (Some(cost), Some(bound)) = (now.progress.cost, now.progress.bound) {
            metrics.plan_gap.see(gap(cost, bound));
        }
    }

    /// The problem, as it was asked for.
    fn problem(&self) -> Result<Task, String> {
        if sha256(&self.taken.problem) != self.taken.problem_sha256 {
            return Err("The stored problem is not the one that was asked for: the database is damaged.".to_owned());
        }
        let read: Result<ProblemDocument, _> = json::read(self.taken.problem.as_bytes());
        let document = read.map_err(|unreadable| unreadable.faults().to_string())?;
        let problem = Task::new(&document.records()).map_err(|faults| faults.to_string())?;
        match &self.taken.steered {
            Some(steered) => steered.steer(problem).map_err(|faults| faults.to_string()),
            None => Ok(problem),
        }
    }

    /// How much effort is left. Under work alone a plan is begun anew: it is to be the same as if nothing had happened.
    fn effort(&self) -> Result<scheduler::Effort, String> {
        let asked = self.taken.effort.allowed("").map_err(|faults| faults.to_string())?;
        let seconds = self.taken.effort.clocked().map(|seconds| (seconds - self.taken.seconds_used).max(0.0));
        let threads = usize::try_from(self.runner.limits.threads).unwrap_or(1);
        Ok(scheduler::Effort { seconds, threads, ..asked })
    }

    /// What searches before this one have left to go on from.
    fn start(&self, problem: &Task) -> Option<Start> {
        self.taken.effort.clocked()?;
        let best: PlanDocument = serde_json::from_str(self.taken.best.as_ref()?).ok()?;
        let bound = best.bound.as_ref().map(|bound| bound.proved()).unwrap_or_default();
        let (plan, unknown) = resolve(problem, &best.records());
        unknown.is_empty().then_some(Start { plan, bound })
    }

    /// Searches in a thread of its own, with a second one that notes how far it is.
    ///
    /// Errors: there is no thread to be had.
    fn search(&self, problem: &Task) -> io::Result<End> {
        let effort = match self.effort() {
            Ok(effort) => effort,
            Err(why) => return Ok(failed("internal", &why)),
        };
        let asked = self.taken.steered.as_ref().map(|steered| &steered.asked);
        let told = |answer| *locked(&self.answer) = answer;
        let solve = || choices::search(problem, asked, self.start(problem), &effort, self.progress.as_ref(), told);
        let outcome = std::thread::scope(|scope| {
            let (done, end) = mpsc::channel::<()>();
            let notes = Builder::new().spawn_scoped(scope, move || {
                let kept = catch_unwind(AssertUnwindSafe(|| self.keep_notes(problem, &end)));
                kept.inspect_err(|_| self.progress.stop()) // nobody would hear that it is cancelled
            })?;
            let search = Builder::new().spawn_scoped(scope, || {
                idle::become_idle();
                solve()
            })?;
            let outcome = search.join();
            drop(done);
            let noted = notes.join().and_then(|noted| noted);
            Ok::<_, io::Error>(noted.and(outcome)) // an error is a panic
        })?;
        Ok(match outcome {
            Ok(outcome) => self.ended(problem, outcome),
            Err(_) => failed("internal", PANICKED),
        })
    }

    fn ended(&self, problem: &Task, outcome: Outcome) -> End {
        match outcome {
            Outcome::Planned(solution) => {
                *locked(&self.better) = Some(Arc::new(solution));
                End::Planned
            }
            Outcome::Infeasible(clash) => End::Infeasible(Clash::new(problem, &clash)),
            Outcome::NotFound(nearest) => failed(store::NO_PLAN_FOUND, &english::not_found(problem, nearest.as_ref())),
            Outcome::Broken(violations) => {
                let told: Vec<String> = violations.iter().map(|v| format!("{}: {}", v.rule, v.detail)).collect();
                let plan = &self.taken.lease.plan;
                tracing::error!(plan, broken = told.join("; "), "the search made a plan that breaks rules");
                failed("internal", "The plan that was found breaks rules, a fault of the service; its log says which.")
            }
        }
    }

    fn keep_notes(&self, problem: &Task, end: &Receiver<()>) {
        let begun = Instant::now();
        let (mut noted, mut stored, mut phase) = (begun, None::<Instant>, "");
        while end.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
            let looked = self.stop_if_unwanted().and_then(|()| {
                let better = locked(&self.better).take_if(|_| stored.is_none_or(|at| at.elapsed() >= STORE));
                let now_in = self.progress.figures().phase;
                if better.is_none() && now_in == phase && noted.elapsed() < NOTE {
                    return Ok(());
                }
                let is_news = better.is_some() || now_in != phase;
                (noted, phase) = (Instant::now(), now_in);
                if better.is_some() {
                    stored = Some(noted);
                }
                self.note(problem, better, is_news)
            });
            if let Err(error) = looked {
                tracing::warn!(plan = self.taken.lease.plan, error = %chain(&error), "progress not noted");
            }
        }
    }

    /// Somebody may have asked any process to cancel the plan, or another process may have taken it over.
    fn stop_if_unwanted(&self) -> Result<(), Error> {
        let store = &self.runner.store;
        let lease = &self.taken.lease;
        let standing = self.handle.block_on(async { store::standing(&mut *store.read().await?, lease).await })?;
        if standing != Standing::Wanted {
            self.progress.stop();
        }
        Ok(())
    }

    fn note(&self, problem: &Task, better: Option<Arc<Solution>>, is_news: bool) -> Result<(), Error> {
        let written = self.now(better.as_deref().map(|solution| (problem, solution)), is_news).and_then(|now| {
            self.handle.block_on(async {
                let mut write = self.runner.store.write().await?;
                store::note(&mut write, &self.taken.lease, &now.noted()).await?;
                write.commit().await
            })
        });
        if written.is_err()
            && let Some(unsaved) = better
        {
            locked(&self.better).get_or_insert(unsaved);
        }
        written
    }

    fn now(&self, better: Option<(&Task, &Solution)>, is_news: bool) -> Result<Now, Error> {
        let figures = self.progress.figures();
        let seconds_used = self.taken.seconds_used + self.progress.elapsed().as_secs_f64();
        let progress = PlanProgress {
            phase: figures.phase.to_owned(),
            elapsed_seconds: (seconds_used * 1000.0).round() / 1000.0,
            cost: figures.cost,
            bound: figures.bound,
        };
        let best = better.map(|(problem, solution)| {
            let text = PlanDocument::new(problem, solution).text();
            let text = text.map_err(|why| Error::Corrupt { table: "plan", why: why.to_string() })?;
            Ok::<_, Error>((Summary::of(problem, solution), text))
        });
        let answer = locked(&self.answer).clone();
        Ok(Now { progress, seconds_used, best: best.transpose()?, is_news, answer })
    }
}

/// What is told of a plan whose search has panicked.
const PANICKED: &str = "The search stopped by a fault of the service; its log says which.";

/// Ends a plan whose search has panicked where nobody expected it, with what was noted of it last.
pub(super) fn end_of_panic(runner: &Runner, handle: &Handle, lease: &Lease, seconds_used: f64) {
    let end = failed("internal", PANICKED);
    let answer = Answer::default();
    let noted = Noted { progress: None, seconds_used, best: None, answer: &answer, is_news: true };
    until_stored(runner, handle, lease, |_| {
        handle.block_on(async {
            let mut write = runner.store.write().await?;
            let done = store::finish(&mut write, lease, &noted, &end).await?;
            write.commit().await.map(|()| done)
        })
    });
}

/// Tries to store what becomes of a plan until it is stored, whatever stands in the way; for some time only once the service
/// stops. `store` is told whether to store the whole, and says whether the plan was still ours.
fn until_stored(runner: &Runner, handle: &Handle, lease: &Lease, store: impl Fn(bool) -> Result<bool, Error>) {
    let plan = &lease.plan;
    let (mut whole, mut since_stop) = (true, None);
    loop {
        match store(whole) {
            Ok(true) => return,
            Ok(false) => return tracing::warn!(plan, "another process makes this plan by now; nothing was stored"),
            Err(error) => tracing::error!(plan, error = %chain(&error), "plan not stored"),
        }
        if !runner.is_stopping() {
            handle.block_on(runner.pause(AGAIN));
            continue;
        }
        // What it has found last may not fit: what was noted before is enough to go on from.
        whole = false;
        if since_stop.get_or_insert_with(Instant::now).elapsed() >= AT_STOP {
            return;
        }
        std::thread::sleep(AGAIN_AT_STOP);
    }
}

fn failed(code: &str, detail: &str) -> End {
    End::Failed(PlanFailure { code: code.to_owned(), detail: detail.to_owned() })
}

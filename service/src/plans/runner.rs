//! The queue of plans and the one thread that makes them, one at a time.
//!
//! The queue is the table of plans: what waits, what runs and the best plan so far all survive a restart, and a plan
//! that was running then is begun again from its stored problem, and never ends worse than what it had. Searching takes a thread of its own, so that no
//! request ever waits for it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use scheduler::{Outcome, Problem, Solution, Watch};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::document::PlanDocument;
use super::store::{self, End, Taken};
use super::summary::Summary;
use super::watch::Progress;
use super::wire::{Clash, PlanFailure, PlanProgress};
use crate::http::json;
use crate::problems::wire::ProblemDocument;
use crate::store::{Error, Store};

/// How often a running search is looked at: whether it is to stop, whether it has found a better plan.
const LOOK: Duration = Duration::from_millis(200);
/// How many looks pass between two notes of progress where there is no better plan.
const LOOKS_PER_NOTE: u32 = 5;
/// How long the thread waits before it looks for work that nobody has told it of.
const IDLE: Duration = Duration::from_secs(10);

type Watched = Progress<Box<dyn Fn(&Solution) + Send + Sync>>;

/// Makes plans. Cheap to share.
pub struct Runner {
    store: Store,
    running: Mutex<Option<(String, Arc<Watched>)>>,
    stopping: AtomicBool,
    wake: mpsc::SyncSender<()>,
    woken: Mutex<Option<Receiver<()>>>,
    ended: watch::Sender<()>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Runner {
    /// A runner that is not started yet.
    pub fn new(store: Store) -> Arc<Runner> {
        let (wake, woken) = mpsc::sync_channel(1);
        Arc::new(Runner {
            store,
            running: Mutex::new(None),
            stopping: AtomicBool::new(false),
            wake,
            woken: Mutex::new(Some(woken)),
            ended: watch::Sender::new(()),
            thread: Mutex::new(None),
        })
    }

    /// Puts what was running when the service went down back into the queue, and begins to work. Called once, within
    /// the runtime that the database is used from.
    pub async fn start(self: &Arc<Self>) -> anyhow::Result<()> {
        let mut write = self.store.write().await?;
        store::requeue(&mut write).await?;
        write.commit().await?;
        let Some(woken) = locked(&self.woken).take() else { return Ok(()) };
        let (runner, handle) = (Arc::clone(self), Handle::current());
        let work = move || runner.work(&handle, &woken);
        *locked(&self.thread) = Some(std::thread::Builder::new().name("solver".to_owned()).spawn(work)?);
        Ok(())
    }

    /// Says that there is a new plan to be made.
    pub fn wake(&self) {
        let _ = self.wake.try_send(()); // full: it has been told already
    }

    /// Stops the search for this plan, if it is the one that runs.
    pub fn cancel(&self, id: &str) {
        if let Some((running, progress)) = locked(&self.running).as_ref()
            && running == id
        {
            progress.stop();
        }
    }

    /// A signal for each plan that ends.
    pub fn ended(&self) -> watch::Receiver<()> {
        self.ended.subscribe()
    }

    /// Stops the search; its plan is begun again at the next start. Does not wait.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        if let Some((_, progress)) = locked(&self.running).as_ref() {
            progress.stop();
        }
        self.wake();
    }

    /// Waits for the thread to end, once [`stop`](Runner::stop) was called.
    pub fn join(&self) {
        if let Some(thread) = locked(&self.thread).take()
            && thread.join().is_err()
        {
            tracing::error!("the solver's thread panicked");
        }
    }

    fn work(&self, handle: &Handle, woken: &Receiver<()>) {
        while !self.stopping.load(Ordering::Relaxed) {
            match handle.block_on(self.take()) {
                Ok(Some(taken)) => {
                    if let Err(error) = self.make(handle, &taken) {
                        tracing::error!(plan = taken.id, error = %anyhow::Error::from(error), "plan not stored");
                    }
                    *locked(&self.running) = None;
                    self.ended.send_replace(());
                }
                Ok(None) => {
                    let _ = woken.recv_timeout(IDLE); // woken or not, the queue is looked at
                }
                Err(error) => {
                    tracing::error!(error = %anyhow::Error::from(error), "the queue of plans cannot be read");
                    let _ = woken.recv_timeout(IDLE);
                }
            }
        }
    }

    async fn take(&self) -> Result<Option<Taken>, Error> {
        if store::unfinished(&mut *self.store.read().await?).await? == 0 {
            return Ok(None);
        }
        let mut write = self.store.write().await?;
        let taken = store::take(&mut write).await?;
        write.commit().await?;
        Ok(taken)
    }

    /// Makes one plan, from its stored problem to its end.
    fn make(&self, handle: &Handle, taken: &Taken) -> Result<(), Error> {
        let best = Arc::new(Mutex::new(None));
        let kept = Arc::clone(&best);
        let progress: Arc<Watched> =
            Arc::new(Progress::new(Box::new(move |found: &Solution| *locked(&kept) = Some(found.clone()))));
        *locked(&self.running) = Some((taken.id.clone(), Arc::clone(&progress)));
        if self.stopping.load(Ordering::Relaxed) {
            progress.stop(); // told to stop between taking the plan and making it known
        }
        tracing::info!(plan = taken.id, "search begins");
        let job = Job { runner: self, handle, id: &taken.id, progress: &progress, best: &best };
        let end = match problem(taken) {
            Ok((problem, effort)) => job.search(&problem, &effort)?,
            Err(why) => failed("internal", &why),
        };
        if self.stopping.load(Ordering::Relaxed) {
            return Ok(()); // begun again at the next start
        }
        tracing::info!(plan = taken.id, ?end, seconds = progress.elapsed().as_secs_f64(), "search ends");
        handle.block_on(async {
            let mut write = self.store.write().await?;
            store::finish(&mut write, &taken.id, &end).await?;
            write.commit().await
        })
    }
}

/// One search under way.
struct Job<'a> {
    runner: &'a Runner,
    handle: &'a Handle,
    id: &'a str,
    progress: &'a Watched,
    best: &'a Mutex<Option<Solution>>,
}

impl Job<'_> {
    /// Searches, with a second thread that notes how far it is.
    fn search(&self, problem: &Problem, effort: &scheduler::Effort) -> Result<End, Error> {
        let outcome = std::thread::scope(|scope| {
            let (done, end) = mpsc::channel::<()>();
            scope.spawn(move || self.keep_notes(problem, &end));
            let outcome = catch_unwind(AssertUnwindSafe(|| scheduler::solve(problem, effort, self.progress)));
            drop(done);
            outcome
        });
        Ok(match outcome {
            Ok(Outcome::Planned(solution)) => {
                self.note(problem, Some(solution))?;
                End::Planned
            }
            Ok(Outcome::Infeasible(clash)) => End::Infeasible(Clash::new(&clash)),
            Ok(Outcome::NotFound) => failed(
                store::NO_PLAN_FOUND,
                "No plan was found in the effort given, and nothing is proved; try more effort.",
            ),
            Ok(Outcome::Broken(violations)) => {
                let told: Vec<String> = violations.iter().map(|v| format!("{}: {}", v.rule, v.detail)).collect();
                tracing::error!(plan = self.id, broken = told.join("; "), "the search made a plan that breaks rules");
                failed("internal", "The plan that was found breaks rules, a fault of the service; its log says which.")
            }
            Err(_) => failed("internal", "The search stopped by a fault of the service; its log says which."),
        })
    }

    fn keep_notes(&self, problem: &Problem, end: &Receiver<()>) {
        let mut looks = 0;
        while end.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
            looks += 1;
            let better = locked(self.best).take();
            let looked = self.stop_if_cancelled().and_then(|()| match better {
                None if looks % LOOKS_PER_NOTE != 0 => Ok(()),
                better => self.note(problem, better),
            });
            if let Err(error) = looked {
                tracing::warn!(plan = self.id, error = %anyhow::Error::from(error), "progress not noted");
            }
        }
    }

    /// Another process may have been asked to cancel the plan.
    fn stop_if_cancelled(&self) -> Result<(), Error> {
        let store = &self.runner.store;
        if self.handle.block_on(async { store::is_cancelled(&mut *store.read().await?, self.id).await })? {
            self.progress.stop();
        }
        Ok(())
    }

    fn note(&self, problem: &Problem, better: Option<Solution>) -> Result<(), Error> {
        let figures = self.progress.figures();
        let progress = PlanProgress {
            phase: figures.phase.to_owned(),
            elapsed_seconds: (self.progress.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
            cost: figures.cost,
            bound: figures.bound,
        };
        let better = match better {
            None => None,
            Some(solution) => {
                let text = PlanDocument::new(problem, &solution).text();
                let text = text.map_err(|why| Error::Corrupt { table: "plan", why: why.to_string() })?;
                Some((Summary::of(problem, &solution), text))
            }
        };
        self.handle.block_on(async {
            let mut write = self.runner.store.write().await?;
            let better = better.as_ref().map(|(summary, text)| (summary, text.as_str()));
            store::note(&mut write, self.id, &progress, better).await?;
            write.commit().await
        })
    }
}

/// The problem and the effort of a plan that was stored.
fn problem(taken: &Taken) -> Result<(Problem, scheduler::Effort), String> {
    let document: ProblemDocument =
        json::read(taken.problem.as_bytes()).map_err(|unreadable| unreadable.faults().to_string())?;
    let problem = Problem::new(&document.records()).map_err(|faults| faults.to_string())?;
    let effort = taken.effort.allowed("").map_err(|faults| faults.to_string())?;
    Ok((problem, effort))
}

fn failed(code: &str, detail: &str) -> End {
    End::Failed(PlanFailure { code: code.to_owned(), detail: detail.to_owned() })
}

/// What is locked here is whole whatever panicked.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

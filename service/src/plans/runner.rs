//! The threads that make plans, one plan each at a time.
//!
//! The queue is the table of plans: what waits, what runs and the best plan so far survive whatever happens to this process
//! ([`super::queue`]). A search has threads of its own, of the lowest priority ([`super::idle`]), so that no request ever
//! waits for it. Those that write of it into the store are not among them: who waits for a lock must not wait for the idle.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::watch;
use uuid::Uuid;

use super::queue::alone::Presence;
use super::queue::lookout::Lookout;
use super::queue::{Taken, store};
use super::search::{Search, Watched};
use crate::config;
use crate::log::chain;
use crate::store::{Error, Store};

/// How long a thread waits before it looks for work that other processes have put into the queue.
const IDLE: Duration = Duration::from_secs(2);
/// Looks and beats within the time of a lease.
const BEATS_PER_LEASE: u32 = 4;

/// Makes plans. Cheap to share.
pub struct Runner {
    pub(super) store: Store,
    pub(super) limits: config::Plans,
    /// This process, among all that make plans on the database; new at each start.
    name: String,
    running: Mutex<HashMap<String, Arc<Watched>>>,
    stop: watch::Sender<bool>,
    stopping: AtomicBool,
    threads: Mutex<Vec<JoinHandle<()>>>,
    presence: Mutex<Option<Presence>>,
}

impl Runner {
    /// A runner that is not started yet.
    pub fn new(store: Store, limits: config::Plans) -> Arc<Runner> {
        Arc::new(Runner {
            store,
            limits,
            name: Uuid::now_v7().to_string(),
            running: Mutex::default(),
            stop: watch::Sender::new(false),
            stopping: AtomicBool::new(false),
            threads: Mutex::default(),
            presence: Mutex::default(),
        })
    }

    /// Recovers what was running when the service went down, and begins to work. Called once, within the runtime that the
    /// database is used from.
    pub async fn start(self: &Arc<Self>, database: &Path) -> anyhow::Result<()> {
        let lookout = Lookout::new(self.store.clone(), self.name.clone(), self.limits.lease, self.limits.crashes);
        match Presence::look(database) {
            Ok(mut presence) => {
                if presence.is_alone()
                    && let Err(error) = lookout.recover_all().await
                {
                    // On a full disk, say: what is stored can be read nonetheless, and the lookout tries again.
                    tracing::error!(error = %chain(&error), "plans that were cut off are not recovered yet");
                }
                presence.share()?;
                *locked(&self.presence) = Some(presence);
            }
            Err(error) => {
                tracing::warn!(error = %chain(&error), "no lock beside the database: plans of a lost process wait for their lease to end");
            }
        }
        tokio::spawn(Arc::clone(self).keep_leases(lookout)); // ends with the runtime
        for i in 0..self.limits.solvers {
            let (runner, handle) = (Arc::clone(self), Handle::current());
            let thread = std::thread::Builder::new().name(format!("solver-{i}"));
            locked(&self.threads).push(thread.spawn(move || runner.work(&handle))?);
        }
        Ok(())
    }

    /// Stops the search for this plan, if it runs here.
    pub fn cancel(&self, plan: &str) {
        if let Some(progress) = locked(&self.running).get(plan) {
            progress.stop();
        }
    }

    /// Stops all searches; their plans go back into the queue. Does not wait.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.stop.send_replace(true);
        locked(&self.running).values().for_each(|progress| progress.stop());
    }

    /// Waits for the threads to end, once [`stop`](Runner::stop) was called.
    pub fn join(&self) {
        for thread in std::mem::take(&mut *locked(&self.threads)) {
            if thread.join().is_err() {
                tracing::error!("a solver's thread panicked");
            }
        }
    }

    /// Whether the process is to end.
    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Makes a search known, so that it can be stopped, until the guard is dropped.
    pub(super) fn making(&self, plan: &str, progress: &Arc<Watched>) -> Making<'_> {
        locked(&self.running).insert(plan.to_owned(), Arc::clone(progress));
        if self.is_stopping() {
            progress.stop(); // told to stop between taking the plan and making it known
        }
        Making { runner: self, plan: plan.to_owned() }
    }

    fn work(&self, handle: &Handle) {
        let mut changed = self.store.changed();
        while !self.is_stopping() {
            match handle.block_on(self.take()) {
                Ok(Some(taken)) => Search::new(self, handle, taken).run(),
                Ok(None) => handle.block_on(self.wait(&mut changed, IDLE)),
                Err(error) => {
                    tracing::error!(error = %chain(&error), "the queue of plans cannot be read");
                    handle.block_on(self.pause(IDLE));
                }
            }
        }
    }

    async fn take(&self) -> Result<Option<Taken>, Error> {
        if !store::is_waiting(&mut *self.store.read().await?).await? {
            return Ok(None);
        }
        let mut write = self.store.write().await?;
        let taken = store::take(&mut write, &self.name).await?;
        write.commit().await?;
        Ok(taken)
    }

    async fn wait(&self, changed: &mut watch::Receiver<()>, at_most: Duration) {
        tokio::select! {
            _ = changed.changed() => {}
            () = self.pause(at_most) => {}
        }
    }

    /// Waits, but not beyond the end of the service.
    pub(super) async fn pause(&self, at_most: Duration) {
        let mut stop = self.stop.subscribe();
        let _ = tokio::time::timeout(at_most, stop.wait_for(|stop| *stop)).await; // either way it is time to go on
    }

    /// Shows that this process lives, and looks out for others that do not.
    async fn keep_leases(self: Arc<Self>, mut lookout: Lookout) {
        loop {
            let kept = async {
                if !locked(&self.running).is_empty() {
                    let mut write = self.store.write().await?;
                    store::beat(&mut write, &self.name).await?;
                    write.commit().await?;
                }
                lookout.look(Instant::now()).await
            };
            if let Err(error) = kept.await {
                tracing::warn!(error = %chain(&error), "leases of plans are not kept");
            }
            tokio::time::sleep(self.limits.lease / BEATS_PER_LEASE).await;
        }
    }
}

/// A search that can be stopped as long as this lives.
pub(super) struct Making<'a> {
    runner: &'a Runner,
    plan: String,
}

impl Drop for Making<'_> {
    fn drop(&mut self) {
        locked(&self.runner.running).remove(&self.plan);
    }
}

/// What is locked here is whole whatever panicked.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

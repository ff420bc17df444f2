//! The threads that make plans, one plan each at a time.
//!
//! The queue is the table of plans: what waits, what runs and the best plan so far survive whatever happens to this process
//! ([`super::queue`]). A search has threads of its own, of the lowest priority ([`super::idle`]), so that no request ever
//! waits for it. Those that write of it into the store are not among them: who waits for a lock must not wait for the idle.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::sleep;

use super::queue::alone::Presence;
use super::queue::lookout::Lookout;
use super::queue::{Lease, Taken, store};
use super::search::{self, Search, Watched};
use super::slots::{Slots, try_threads};
use crate::clock;
use crate::config;
use crate::lock::locked;
use crate::log::chain;
use crate::store::{Error, Store};
use crate::upkeep::forever;

/// How long a thread waits before it looks for work that other processes have put into the queue.
const IDLE: Duration = Duration::from_secs(2);
/// How often it is looked whether all threads are there.
const FILL: Duration = Duration::from_secs(1);
/// The same for their end, once the service stops.
const END: Duration = Duration::from_millis(20);
/// Threads of a search beside those that it may use: one that waits for it, and one that notes how far it is.
const BESIDE: u32 = 2;

/// Makes plans. Cheap to share.
pub struct Runner {
    pub(super) store: Store,
    pub(super) limits: config::Plans,
    /// This process, among all that make plans on the database; new at each start.
    name: String,
    running: Mutex<HashMap<Lease, Arc<Watched>>>,
    slots: Slots,
    stop: watch::Sender<bool>,
    stopping: AtomicBool,
    presence: Mutex<Option<Presence>>,
}

impl Runner {
    /// A runner that is not started yet.
    pub fn new(store: Store, limits: config::Plans) -> Arc<Runner> {
        Arc::new(Runner {
            store,
            name: clock::new_id().to_string(),
            running: Mutex::default(),
            slots: Slots::new(limits.solvers),
            limits,
            stop: watch::Sender::new(false),
            stopping: AtomicBool::new(false),
            presence: Mutex::default(),
        })
    }

    /// Recovers what was running when the service went down, and begins to work. Called once, within the runtime that the
    /// database is used from.
    pub async fn start(self: &Arc<Self>, database: &Path) -> anyhow::Result<()> {
        match Presence::look(database) {
            Ok(mut presence) => {
                if presence.is_alone()
                    && let Err(error) = self.lookout().recover_all().await
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
        self.fill(&Handle::current());
        let (leases, slots) = (Arc::clone(self), Arc::clone(self));
        forever(move || Arc::clone(&leases).keep_leases());
        forever(move || Arc::clone(&slots).keep_slots());
        Ok(())
    }

    /// The threads that make plans.
    pub fn slots(&self) -> &Slots {
        &self.slots
    }

    /// Stops the search for this plan, if it runs here.
    pub fn cancel(&self, plan: &str) {
        locked(&self.running).iter().filter(|(lease, _)| lease.plan == plan).for_each(|(_, progress)| progress.stop());
    }

    /// Stops all searches; their plans go back into the queue. Does not wait.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.stop.send_replace(true);
        locked(&self.running).values().for_each(|progress| progress.stop());
    }

    /// Waits for the threads to end, once [`stop`](Runner::stop) was called.
    pub async fn ended(&self) {
        while !self.slots.have_ended() {
            sleep(END).await;
        }
    }

    /// Whether the process is to end.
    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Makes a search known, so that it can be stopped and its lease is kept, until the guard is dropped.
    pub(super) fn making(&self, lease: &Lease, progress: &Arc<Watched>) -> Making<'_> {
        locked(&self.running).insert(lease.clone(), Arc::clone(progress));
        if self.is_stopping() {
            progress.stop(); // told to stop between taking the plan and making it known
        }
        Making { runner: self, lease: lease.clone() }
    }

    /// Sees to it that all threads are there.
    async fn keep_slots(self: Arc<Self>) {
        while !self.is_stopping() {
            self.fill(&Handle::current());
            self.pause(FILL).await;
        }
    }

    fn fill(self: &Arc<Self>, handle: &Handle) {
        let (runner, handle) = (Arc::clone(self), handle.clone());
        self.slots.fill(move |slot| runner.work(slot, &handle));
    }

    fn work(&self, slot: usize, handle: &Handle) {
        let mut changed = self.store.changed();
        while !self.is_stopping() {
            match handle.block_on(self.take(slot)) {
                Ok(Some(taken)) => self.make(slot, handle, taken),
                Ok(None) => handle.block_on(self.wait(&mut changed, IDLE)),
                Err(error) => {
                    tracing::error!(error = %chain(&error), "the queue of plans cannot be read");
                    handle.block_on(self.pause(IDLE));
                }
            }
        }
    }

    /// Makes a plan. Where that panics, the plan ends; where there is no thread for it, it goes back into the queue.
    fn make(&self, slot: usize, handle: &Handle, taken: Taken) {
        let (lease, seconds_used) = (taken.lease.clone(), taken.seconds_used);
        let made = catch_unwind(AssertUnwindSafe(|| Search::new(self, handle, taken).run()));
        match made {
            Ok(true) => {}
            Ok(false) => {
                self.slots.starve(slot, true);
                handle.block_on(self.pause(IDLE));
            }
            Err(_) => search::end_of_panic(self, handle, &lease, seconds_used),
        }
    }

    /// The next plan, where one waits and there are threads to make it.
    async fn take(&self, slot: usize) -> Result<Option<Taken>, Error> {
        let is_waiting = store::is_waiting(&mut *self.store.read().await?, &self.name).await?;
        if !is_waiting && !self.slots.is_starved(slot) {
            return Ok(None);
        }
        let tried = try_threads(self.limits.threads.saturating_add(BESIDE));
        self.slots.starve(slot, tried.is_err());
        if let Err(error) = tried {
            tracing::error!(error = %chain(&error), "there are no threads to make plans with");
            self.pause(IDLE).await;
            return Ok(None);
        }
        if !is_waiting || self.is_stopping() {
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

    fn lookout(&self) -> Lookout {
        Lookout::new(self.store.clone(), self.name.clone(), self.limits.lease, self.limits.crashes)
    }

    /// Keeps the leases of this process, and looks out for those that nobody keeps.
    async fn keep_leases(self: Arc<Self>) {
        let mut lookout = self.lookout();
        loop {
            if let Err(error) = self.keep_once(&mut lookout).await {
                tracing::warn!(error = %chain(&error), "leases of plans are not kept");
            }
            sleep(lookout.interval()).await;
        }
    }

    async fn keep_once(&self, lookout: &mut Lookout) -> Result<(), Error> {
        let mine = self.leases();
        if mine.is_empty() && store::list_running(&mut *self.store.read().await?).await?.is_empty() {
            return Ok(());
        }
        let mut write = self.store.write().await?;
        write.revision().await?; // written even where nothing is kept: a look counts once a write has gone through
        for lease in &mine {
            if !store::beat(&mut write, lease).await?
                && let Some(progress) = locked(&self.running).get(lease)
            {
                progress.stop(); // another process makes it by now
            }
        }
        write.commit().await?;
        lookout.look(Instant::now(), &self.leases()).await
    }

    /// What is being made here.
    fn leases(&self) -> Vec<Lease> {
        locked(&self.running).keys().cloned().collect()
    }
}

/// A search that can be stopped, and whose lease is kept, as long as this lives.
pub(super) struct Making<'a> {
    runner: &'a Runner,
    lease: Lease,
}

impl Drop for Making<'_> {
    fn drop(&mut self) {
        locked(&self.runner.running).remove(&self.lease);
    }
}

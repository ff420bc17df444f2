//! Looks out for processes that have died: their beat stands still.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::{Lease, store};
use crate::store::{Error, Store};
use crate::unchanged::Unchanged;

/// What one process has seen of the plans of others.
#[derive(Debug)]
pub struct Lookout {
    store: Store,
    runner: String,
    /// How long a beat may stand still.
    lease: Duration,
    /// Crashes after which a plan fails.
    crashes: u32,
    seen: HashMap<Lease, Unchanged<i64>>,
}

impl Lookout {
    /// One that has seen nothing yet; `runner` is its own process.
    pub fn new(store: Store, runner: String, lease: Duration, crashes: u32) -> Self {
        Lookout { store, runner, lease, crashes, seen: HashMap::new() }
    }

    /// Recovers everything that others are said to be making: there are no others.
    pub async fn recover_all(&self) -> Result<(), Error> {
        for (lease, beat) in store::of_others(&mut *self.store.read().await?, &self.runner).await? {
            self.recover(&lease, beat).await?;
        }
        Ok(())
    }

    /// Looks at the plans of others, at this moment, and recovers those whose beat has stood still for too long.
    pub async fn look(&mut self, at: Instant) -> Result<(), Error> {
        let others = store::of_others(&mut *self.store.read().await?, &self.runner).await?;
        self.seen.retain(|lease, _| others.iter().any(|(other, _)| other == lease));
        for (lease, beat) in others {
            let seen = self.seen.entry(lease.clone()).or_insert_with(|| Unchanged::new(beat, at));
            if seen.look(beat, at) >= self.lease {
                self.recover(&lease, beat).await?;
            }
        }
        Ok(())
    }

    async fn recover(&self, lease: &Lease, beat: i64) -> Result<(), Error> {
        let mut write = self.store.write().await?;
        let recovered = store::recover(&mut write, lease, beat, self.crashes).await?;
        write.commit().await?;
        if recovered {
            tracing::warn!(plan = lease.plan, "the process that made this plan is lost; it is made again");
        }
        Ok(())
    }
}

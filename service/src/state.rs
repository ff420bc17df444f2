//! What all endpoints share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use crate::access::Gate;
use crate::access::pace::Allowed;
use crate::access::shares::{Share, Shares};
use crate::config::Config;
use crate::http::failure::{Failure, Kind};
use crate::lock::locked;
use crate::metrics::Metrics;
use crate::store::Store;

/// What all endpoints share. Cheap to clone.
#[derive(Clone)]
pub struct State {
    /// The database.
    pub store: Store,
    /// The settings.
    pub config: Arc<Config>,
    /// Who may call.
    pub gate: Arc<Gate>,
    /// Figures about what it does.
    pub metrics: Arc<Metrics>,
    /// Streams of events that may be open.
    pub streams: Shares,
    /// Questions of what if that may be worked out while their clients wait.
    pub what_ifs: Shares,
    /// Other long computations that may be worked out while their clients wait.
    pub computations: Shares,
    /// Bytes of large answers that may be on their way.
    answers: Shares,
    begun: Arc<AtomicBool>,
    stop: watch::Sender<bool>,
    at_stop: Arc<Mutex<Vec<Hook>>>,
}

type Hook = Box<dyn Fn() + Send>;

impl State {
    /// The state of a service that runs.
    pub fn new(store: Store, config: Config) -> State {
        let streams = Shares::new(config.plans.streams);
        let what_ifs = Shares::new(config.plans.what_ifs);
        let computations = Shares::new(config.limits.computations);
        let answers = Shares::new(config.limits.answers_bytes);
        let allowed = Allowed { per_second: config.limits.key_rate, at_once: config.limits.key_requests };
        let gate = Arc::new(Gate::new(store.clone(), allowed));
        let metrics = store.metrics();
        State {
            store,
            metrics,
            config: Arc::new(config),
            gate,
            streams,
            what_ifs,
            computations,
            answers,
            begun: Arc::default(),
            stop: watch::Sender::new(false),
            at_stop: Arc::default(),
        }
    }

    /// Room for an answer of about so many bytes to one who counts to this share, held until it is sent. One that is larger
    /// than any share takes a whole one.
    ///
    /// Errors: `Overloaded` where large answers take all there is, or the whole share.
    pub fn room_for(&self, share: Option<&str>, bytes: usize) -> Result<Share, Failure> {
        self.answers.take(share, bytes.min(self.answers.each())).ok_or_else(|| {
            Failure::retry_after(Kind::Overloaded, 2, "Other large answers are being sent; take them first.")
        })
    }

    /// The state of the service that serves this request.
    pub fn of(request: &poem::Request) -> Result<&State, Failure> {
        request.data::<State>().ok_or_else(|| Failure::internal(anyhow::anyhow!("the endpoint has no state")))
    }

    /// Has `hook` run when the service is told to stop, before requests are drained: whatever would keep the
    /// process alive, a search on its own thread above all, is told here. It must not block.
    pub fn at_stop(&self, hook: impl Fn() + Send + 'static) {
        self.hooks().push(Box::new(hook));
    }

    /// Says that everything is there that requests need.
    pub fn begin(&self) {
        self.begun.store(true, Ordering::Release);
    }

    /// Whether everything is there that requests need.
    pub fn has_begun(&self) -> bool {
        self.begun.load(Ordering::Acquire)
    }

    /// Whether the service has been told to stop.
    pub fn stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// A watch that becomes true when the service is told to stop.
    pub fn stop_signal(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Tells the service to stop.
    pub fn stop(&self) {
        self.stop.send_replace(true);
        for hook in self.hooks().iter() {
            hook();
        }
    }

    fn hooks(&self) -> std::sync::MutexGuard<'_, Vec<Hook>> {
        locked(&self.at_stop)
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("config", &self.config).finish_non_exhaustive()
    }
}

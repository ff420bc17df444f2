//! `netvisit serve`: from settings to a service that answers, and to its orderly end.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::access;
use crate::clock;
use crate::config::Config;
use crate::log::chain;
use crate::plans::runner::Runner;
use crate::records::demo::{self, Shape};
use crate::records::programmes::store::{Programmes, replace_all};
use crate::records::reference::Country;
use crate::records::reference::load::load;
use crate::records::regions::store::Regions;
use crate::server::{guard, listener};
use crate::state::State;
use crate::store::{Store, all, find};
use crate::upkeep;

/// The id of the made-up programme.
const DEMO: &str = "demo";

/// Serves until SIGTERM or SIGINT. Prints `listening on http://ADDRESS` on standard output once it answers, and where it
/// has a made-up programme to show, how to begin with it.
///
/// Errors: the address is not of this machine alone, or taken; the database cannot be opened.
pub fn serve(config: Config) -> anyhow::Result<()> {
    if clock::is_before_1970() {
        bail!("the clock says {}, a time before 1970; set it first", clock::now());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .on_thread_start(listener::prepare_thread)
        .build()
        .context("no threads to be had")?;
    runtime.block_on(run(config))
}

async fn run(config: Config) -> anyhow::Result<()> {
    let file = config.database.clone();
    let open = config.listen;
    if !guard::is_loopback(&open) && !file.exists() {
        bail!("{}", keyless(&open)); // an empty database would be left behind
    }
    let store = Store::open_at_most(&file, config.limits.database_bytes)
        .await
        .with_context(|| format!("the database {} cannot be used", file.display()))?;
    if access::store::all(&mut *store.read().await?).await?.is_empty() {
        if !guard::is_loopback(&open) {
            bail!("{}", keyless(&open));
        }
        warn_of_no_keys(&config);
    }
    let shows_demo = config.demo && demonstrates(&store).await.context("the made-up data cannot be stored")?;
    let listener =
        TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
    let plans = Runner::new(store.clone(), config.plans.clone());
    let state = State::new(store.clone(), config);
    stop_on_signal(state.clone())?;
    let served = until_stopped(&state, &plans, listener, shows_demo).await;
    // Whatever it was that ended it: plans that were being made go back into the queue.
    state.stop();
    plans.ended().await;
    store.close().await;
    tracing::info!("stopped");
    served
}

/// Makes plans and answers requests until the service is told to stop.
async fn until_stopped(
    state: &State,
    plans: &Arc<Runner>,
    listener: TcpListener,
    shows_demo: bool,
) -> anyhow::Result<()> {
    let (file, address) = (&state.config.database, listener.local_addr()?);
    let app = Arc::new(crate::app::endpoint(state.clone(), Arc::clone(plans)));
    let serving = tokio::spawn(listener::serve(listener, app, state.config.limits.clone(), state.stop_signal()));
    let stopped = Arc::clone(plans);
    state.at_stop(move || stopped.stop());
    plans.start(file).await.context("plans cannot be made")?;
    let store = state.store.clone();
    upkeep::forever(move || upkeep::run(store.clone()));
    let store = state.store.clone();
    upkeep::forever(move || upkeep::look_after(store.clone()));
    state.begin();
    announce(&format!("listening on http://{address}\n"));
    if shows_demo {
        announce(&first_steps(&address));
    }
    tracing::info!(%address, database = %file.display(), "listening");
    Ok(serving.await?)
}

/// Why a service without keys does not listen here.
fn keyless(address: &SocketAddr) -> String {
    format!(
        "{address} can be reached from other machines, and there are no API keys that would keep strangers out; \
         make one with `netvisit keys create`, or listen on 127.0.0.1 or [::1]"
    )
}

/// Says something on standard output. A service whose output nobody takes serves all the same.
fn announce(text: &str) {
    let mut output = std::io::stdout();
    if let Err(error) = output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        tracing::warn!(error = %chain(&error), "standard output cannot be written");
    }
}

/// Says loudly that there are no keys: behind a proxy a wrong path of the database would open it to the world.
fn warn_of_no_keys(config: &Config) {
    let meaning = if config.hosts.is_empty() {
        "every program on this machine may read and change everything, and so may everybody whom a proxy on it lets in"
    } else {
        "with --host everybody is asked for one, so nobody is let in"
    };
    tracing::warn!(
        database = %config.database.display(),
        "there are no API keys in this database: {meaning}; make one with `netvisit keys create`, or name the right file"
    );
}

/// How to begin with the made-up programme; the command works as it stands.
fn first_steps(address: &SocketAddr) -> String {
    format!(
        "docs: http://{address}/docs\n\
         make a plan: curl -i -X POST 'http://{address}/v1/programmes/{DEMO}/plans' \
         -H 'content-type: application/json' -d '{{\"effort\": {{\"seconds\": 20}}}}'\n"
    )
}

/// Fills an empty database with made-up data. Whether the made-up programme is there, now or since an earlier start.
async fn demonstrates(store: &Store) -> anyhow::Result<bool> {
    fill_empty(store).await?;
    Ok(find::<Programmes>(&mut *store.read().await?, None, DEMO).await?.is_some())
}

/// Fills an empty database with a made-up programme, `demo`, and the master data that it might have been made from. A
/// database with anything in it stays as it is.
async fn fill_empty(store: &Store) -> anyhow::Result<()> {
    let mut write = store.write().await?;
    let taken =
        !all::<Programmes>(&mut write, None).await?.is_empty() || !all::<Regions>(&mut write, None).await?.is_empty();
    if taken {
        return Ok(());
    }
    let mut records = demo::problem(Shape::Kl, Country::Denmark, 98, 1);
    records.name = "Demonstration: learning networks of all Danish municipalities".to_owned();
    load(&mut write, demo::table(Country::Denmark), false).await?;
    replace_all(&mut write, DEMO, &records, DEMO).await?;
    Ok(write.commit().await?)
}

/// Tells the state to stop when the process is told to: once is enough, a second signal ends it at once.
fn stop_on_signal(state: State) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        state.stop();
        tracing::info!("stopping");
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        std::process::exit(3);
    });
    Ok(())
}

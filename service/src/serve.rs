//! `netvisit serve`: from settings to a service that answers, and to its orderly end.

use std::io::Write as _;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use scheduler::problem::records::{MunicipalityRecord, RegionRecord};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::demo::{self, Shape};
use crate::http::{self, guard};
use crate::municipalities::store::Municipalities;
use crate::programmes::store::{Programmes, replace_all};
use crate::reference::Country;
use crate::regions::store::Regions;
use crate::state::State;
use crate::store::{self, Store, all, put_all};

/// Serves until SIGTERM or SIGINT. Prints `listening on http://ADDRESS` on standard output once it answers.
///
/// Errors: the address is not of this machine alone, or taken; the database cannot be opened.
pub fn serve(config: Config) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no threads to be had")?;
    runtime.block_on(run(config))
}

async fn run(config: Config) -> anyhow::Result<()> {
    if !guard::is_loopback(&config.listen) {
        bail!(
            "{} can be reached from other machines, and there are no API keys yet that would keep strangers out; \
             listen on 127.0.0.1 or [::1]",
            config.listen
        );
    }
    let file = config.database.clone();
    let store = Store::open(&file).await.with_context(|| format!("the database {} cannot be used", file.display()))?;
    if config.demo {
        fill_empty(&store).await.context("the made-up data cannot be stored")?;
    }
    let listener =
        TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = listener.local_addr()?;
    let state = State::new(store.clone(), config);
    stop_on_signal(state.clone())?;
    let plans = Arc::clone(&state.plans);
    plans.start().await.context("plans cannot be made")?;
    let searching = Arc::clone(&plans);
    state.at_stop(move || searching.stop());
    let limits = state.config.limits.clone();
    let stop = state.stop_signal();
    let app = Arc::new(crate::app(state));
    writeln!(std::io::stdout(), "listening on http://{address}")?;
    tracing::info!(%address, database = %file.display(), "listening");
    http::serve::serve(listener, app, limits, stop).await;
    tokio::task::spawn_blocking(move || plans.join()).await?;
    store.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Fills an empty database with a made-up programme, `demo`, and the master data that it might have been made from. A
/// database with anything in it stays as it is.
async fn fill_empty(store: &Store) -> Result<(), store::Error> {
    let mut write = store.write().await?;
    let taken =
        !all::<Programmes>(&mut write, None).await?.is_empty() || !all::<Regions>(&mut write, None).await?.is_empty();
    if taken {
        return Ok(());
    }
    let records = demo::problem(Shape::Kl, Country::Denmark, 98, 1);
    let regions: Vec<_> =
        records.regions.iter().map(|r| RegionRecord { max_visits_per_day: None, ..r.clone() }).collect();
    let place = |m: &MunicipalityRecord| MunicipalityRecord {
        id: m.id.clone(),
        name: m.name.clone(),
        region: m.region.clone(),
        lat: m.lat,
        lon: m.lon,
        ..MunicipalityRecord::default() // diaries and capacities are the programme's own
    };
    let municipalities: Vec<_> = records.municipalities.iter().map(place).collect();
    put_all::<Regions>(&mut write, None, &regions).await?;
    put_all::<Municipalities>(&mut write, None, &municipalities).await?;
    replace_all(&mut write, "demo", &records).await?;
    write.commit().await
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
        tracing::info!("stopping");
        state.stop();
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        std::process::exit(3);
    });
    Ok(())
}

//! Following a plan without asking again and again: Server-Sent Events.
//!
//! An event's id is the plan's revision, which rises across restarts too, so that a client that comes back with
//! `Last-Event-ID` gets what it has missed. States, phases and better plans are recorded with the change itself; in between
//! the stream shows the figures as they are stored, about once a second, whichever process makes the plan.

pub mod store;
pub mod wire;

use std::time::Duration;

use poem::web::Data;
use poem::web::sse::Event;
use poem::{Body, IntoResponse, Request, Response};
use poem_openapi::param::{Header, Path};
use poem_openapi::payload::Payload;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{Example as _, Type as _};
use poem_openapi::{ApiResponse, OpenApi};
use serde_json::json;
use tokio::io::{AsyncWriteExt as _, DuplexStream, duplex};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::store::one;
use crate::access::shares::Share;
use crate::http::Tag;
use crate::http::connection::{Busy, Connection};
use crate::http::errors::{Errors, Following};
use crate::http::failure::{Failure, Kind};
use crate::http::fields::Id;
use crate::http::presence;
use crate::log::chain;
use crate::state::State;
use wire::PlanEvent;

/// Bytes that wait for a client that reads slowly.
const BUFFER: usize = 64 << 10;
/// A client that has taken nothing for so long is gone.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often another process's plan is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// The least time between two looks.
const PAUSE: Duration = Duration::from_millis(200);
/// After how many milliseconds a client that was cut off comes back.
const RETRY: u64 = 2_000;

/// `/plans/{id}/events`
#[derive(Clone, Copy, Debug)]
pub struct PlanEvents;

/// A stream of events.
pub struct EventStream(DuplexStream);

impl Payload for EventStream {
    const CONTENT_TYPE: &'static str = "text/event-stream";

    /// Of one event: its fields are those that the format of event streams has.
    fn schema_ref() -> MetaSchemaRef {
        let inline = |schema| MetaSchemaRef::Inline(Box::new(schema));
        let text = || MetaSchema::new("string");
        let data = MetaSchema {
            description: Some("The text of this object: JSON on one line."),
            any_of: vec![inline(text()), PlanEvent::schema_ref()],
            ..MetaSchema::ANY
        };
        let name = MetaSchema { enum_items: vec!["plan".into()], ..text() };
        let number = MetaSchema { description: Some("For `Last-Event-ID`."), ..text() };
        inline(MetaSchema {
            required: vec!["id", "event", "data"],
            properties: vec![("id", inline(number)), ("event", inline(name)), ("data", inline(data))],
            example: Some(json!({"id": "17", "event": "plan", "data": PlanEvent::example().text()})),
            ..MetaSchema::new("object")
        })
    }

    fn register(registry: &mut Registry) {
        PlanEvent::register(registry);
    }
}

impl IntoResponse for EventStream {
    fn into_response(self) -> Response {
        let response = Response::builder().content_type(Self::CONTENT_TYPE).header("cache-control", "no-cache");
        response.header("x-accel-buffering", "no").body(Body::from_async_read(self.0))
    }
}

/// The answer to a GET of events.
#[derive(ApiResponse)]
pub enum EventsResponse {
    /// A stream of Server-Sent Events, each with an `id`, the `event` named `plan`, and as `data` this object as JSON on
    /// one line. A comment comes where there is nothing to tell for a while. The stream ends after the event with which
    /// the plan has ended.
    #[oai(status = 200)]
    Stream(EventStream),
    /// The plan has ended, and you have its last event: nothing more will come.
    #[oai(status = 204)]
    Over,
}

#[OpenApi]
impl PlanEvents {
    /// Follow a plan
    ///
    /// Sends what the plan is now, and an event for each thing that changes, until it has ended: state, phase, cost of the
    /// best plan by measure, bound, gap and seconds so far. With `Last-Event-ID` it goes on after that event, also after
    /// the service was started again; the last 1,000 states, phases and better plans are kept for that. A GET of the plan
    /// shows the same figures.
    #[oai(path = "/v1/plans/:id/events", method = "get", operation_id = "follow_plan", tag = "Tag::Plans")]
    async fn follow(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
        /// The `id` of the last event that you have; 0: from the first that is kept. Default: from now on.
        #[oai(name = "Last-Event-ID")]
        last: Header<Option<String>>,
    ) -> Result<EventsResponse, Errors<Following>> {
        let last = last.0.map(|last| event_id(&last)).transpose()?;
        let id = id.0.0;
        let (revision, is_last) = now(&state, &id).await?;
        if is_last && last.is_some_and(|last| last >= revision) {
            return Ok(EventsResponse::Over);
        }
        let place = state.streams.take(presence::share().as_deref(), 1).ok_or_else(|| {
            Failure::retry_after(Kind::Overloaded, 10, "Too many streams are open: GET the plan every second instead.")
        })?;
        let (ours, theirs) = duplex(BUFFER);
        let held = (place, request.data::<Connection>().map(Connection::busy));
        let sender = Sender { state: state.clone(), id, last: last.unwrap_or(0), to: ours, _held: held };
        tokio::spawn(sender.run(last.is_none()));
        Ok(EventsResponse::Stream(EventStream(theirs)))
    }
}

/// The revision of a plan, and whether it is the last one.
///
/// Errors: `NotFound`.
async fn now(state: &State, id: &str) -> Result<(i64, bool), Failure> {
    let found = store::revision(&mut *state.store.read().await?, id).await?;
    found.ok_or_else(|| Failure::not_found("plan", id))
}

fn event_id(text: &str) -> Result<i64, Failure> {
    let id = text.parse().ok().filter(|id| *id >= 0);
    id.ok_or_else(|| Failure::new(Kind::BadRequest, "Last-Event-ID is the id of an event of this plan, or 0."))
}

/// Sends the events of a plan to one client.
struct Sender {
    state: State,
    id: String,
    last: i64,
    to: DuplexStream,
    /// Its place among all streams, and that its connection is in use: it is not the one to make room for others.
    _held: (Share, Option<Busy>),
}

/// Why a stream ends.
enum Ended {
    /// All is told.
    Plan,
    /// The client has gone, or the service stops: the client comes back.
    Client,
    /// The database has failed.
    Store(crate::store::Error),
}

impl From<crate::store::Error> for Ended {
    fn from(error: crate::store::Error) -> Self {
        Ended::Store(error)
    }
}

impl Sender {
    /// Sends until the plan, the client or the service ends. `from_now`: nothing of what was before.
    async fn run(mut self, from_now: bool) {
        if let Err(Ended::Store(error)) = self.send_all(from_now).await {
            tracing::error!(plan = self.id, error = %chain(&error), "a stream of events is cut off");
        }
        let _ = self.to.shutdown().await; // whoever reads sees the end either way
    }

    async fn send_all(&mut self, from_now: bool) -> Result<(), Ended> {
        let mut changed = self.state.store.changed();
        let mut stop = self.state.stop_signal();
        self.send(Event::retry(RETRY)).await?;
        if from_now {
            self.show().await?;
        }
        let mut quiet_until = Instant::now() + self.state.config.plans.heartbeat;
        loop {
            if self.catch_up().await? {
                quiet_until = Instant::now() + self.state.config.plans.heartbeat;
            }
            let next = Instant::now() + LOOK;
            sleep(PAUSE).await;
            tokio::select! {
                _ = changed.changed() => {}
                _ = stop.wait_for(|stop| *stop) => return Err(Ended::Client),
                () = sleep_until(next) => {}
            }
            if Instant::now() >= quiet_until {
                self.write(": still here\n\n").await?;
                quiet_until = Instant::now() + self.state.config.plans.heartbeat;
            }
        }
    }

    /// Sends what has been recorded since the last event, and then the plan as it is now, if that is newer. Whether there
    /// was anything.
    async fn catch_up(&mut self) -> Result<bool, Ended> {
        let mut any = false;
        loop {
            let mut read = self.state.store.read().await?;
            let Some((now, is_last)) = store::revision(&mut read, &self.id).await? else { return Err(Ended::Plan) };
            if now <= self.last {
                return if is_last { Err(Ended::Plan) } else { Ok(any) };
            }
            let missed = store::after(&mut read, &self.id, self.last).await?;
            drop(read);
            any = true;
            if missed.is_empty() {
                self.show().await?;
            }
            for (id, data) in missed {
                self.tell(id, &data).await?;
            }
        }
    }

    /// Sends the plan as it is now.
    async fn show(&mut self) -> Result<(), Ended> {
        let mut read = self.state.store.read().await?;
        let Some((now, _)) = store::revision(&mut read, &self.id).await? else { return Err(Ended::Plan) };
        let (plan, _) = one(&mut read, &self.id).await?;
        drop(read);
        self.tell(now, &PlanEvent::of(plan).text()).await
    }

    async fn tell(&mut self, id: i64, data: &str) -> Result<(), Ended> {
        self.last = id;
        self.send(Event::message(data).id(id.to_string()).event_type("plan")).await
    }

    async fn send(&mut self, event: Event) -> Result<(), Ended> {
        self.write(&event.to_string()).await
    }

    async fn write(&mut self, text: &str) -> Result<(), Ended> {
        match timeout(PATIENCE, self.to.write_all(text.as_bytes())).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Ended::Client),
        }
    }
}

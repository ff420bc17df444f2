//! The edge of the service: what is true of every request and every answer, once.
//!
//! In order: the request's id, the length of its head, the host and the origin, who it is from and whether they may, the
//! other limits (pace, body, time), the endpoint on a task of its own (a client that hangs up does not stop a write half-way,
//! and a panic becomes a 500), every error as a problem document, the headers that every answer has, gzip, and one line
//! in the log. What was read before and is still true is [kept](response_cache).

use std::sync::Arc;
use std::time::{Duration, Instant};

use poem::http::{HeaderValue, Method, StatusCode, Uri, header};
use poem::{Endpoint, IntoResponse, Request, Response};

use super::admit::Admission;
use super::guard::{self, HostPolicy};
use super::response_cache::{Kept, Slot};
use super::routes::Routes;
use super::{cors, gzip, health, response_cache};
use crate::access::pace::Leave;
use crate::access::{Caller, needed};
use crate::http::body::LARGE;
use crate::http::connection::Connection;
use crate::http::failure::{Failure, Kind, PROBLEM_JSON};
use crate::http::presence::Client;
use crate::http::{paging, request, sent};
use crate::metrics::Requests;
use crate::state::State;
use crate::store::Stamp;
use crate::store::audit::{self, Act};

/// The media type of a stream of events.
const EVENTS: &str = "text/event-stream";

/// The endpoint of all endpoints.
pub struct Edge<E> {
    inner: Arc<E>,
    routes: Routes,
    admission: Admission,
    state: State,
    requests: Arc<Requests>,
    kept: Kept,
}

/// What becomes known of a request while it is served.
#[derive(Default)]
struct Seen {
    /// The place of its route.
    route: Option<usize>,
    caller: Option<Caller>,
    /// The origin of another site's page that may read the answer.
    origin: Option<HeaderValue>,
    /// Whether nothing of the request is left that nobody has read.
    whole: bool,
    /// Whether it changes nothing.
    reads: bool,
    /// Whether the client takes gzip.
    zips: bool,
    /// Whether the answer is one that was kept, and finished already.
    again: bool,
    /// Under what its answer may be kept, and of which database it is.
    slot: Option<(Slot, Stamp)>,
    /// The caller's leave, held until the answer is sent.
    leave: Option<Arc<Leave>>,
}

impl<E: Endpoint + 'static> Edge<E> {
    /// Puts the edge round `inner`, whose paths and methods are `routes`.
    pub fn new(inner: E, routes: Routes, state: State) -> Self {
        let admission = Admission::new(state.config.limits.clone());
        let requests = Arc::new(Requests::new(routes.all().iter().map(|route| route.pattern.clone())));
        state.metrics.count(Arc::clone(&requests));
        Edge { inner: Arc::new(inner), routes, admission, state, requests, kept: Kept::default() }
    }

    async fn served(&self, mut request: Request, seen: &mut Seen) -> Result<Response, Failure> {
        let path = request.uri().path().to_owned();
        let route = self.routes.find(&path, request.method());
        seen.route = route.map(|route| route.index);
        self.admission.head(&request)?;
        // Whether the process runs is told without the database: it may be what keeps it.
        let keys = if path == health::LIVE { self.state.gate.known() } else { self.state.gate.keys().await? };
        seen.origin = HostPolicy::of(&self.state.config, keys.are_needed()).check(&request)?;
        if seen.origin.is_some() && cors::is_preflight(&request) {
            return Ok(cors::preflight(&self.routes.methods(&path)));
        }
        let operation = route.and_then(|route| route.operation(request.method()));
        let role = operation.map_or_else(|| needed("GET", &path), |operation| operation.needed);
        if role.is_some() && !self.state.has_begun() {
            return Err(Failure::retry_after(Kind::Unavailable, 1, "The service is starting."));
        }
        if role.is_some() && !keys.are_needed() {
            guard::keyless(&self.state.config, request.headers())?;
        }
        let caller = keys.caller(request.headers(), role)?;
        seen.caller = Some(caller.clone());
        if operation.is_some_and(|operation| operation.plain)
            && let Some((name, _)) = paging::parameters(&request)?.first()
        {
            return Err(Failure::parameter(name, "There are no query parameters here."));
        }
        // Whether the service is well is told also while others ask for too much.
        let leave = if path.starts_with("/health") { None } else { self.state.gate.leave(&caller)? };
        seen.leave = leave.map(Arc::new);
        let slot = Slot::of(&request, seen.zips).filter(|_| operation.is_some());
        if let Some(slot) = slot.clone()
            && let Some(response) = self.kept.find(&slot, keys.stamp())
        {
            seen.again = true;
            return Ok(response);
        }
        seen.slot = slot.zip(keys.stamp());
        let (_here, client) = Client::begin(caller.share().map(str::to_owned));
        let mut room = None;
        if let Some(takes) = operation.and_then(|operation| operation.body) {
            let reading = self.admission.body(&mut request, takes, caller.share());
            room = Some(client.clone().within(reading).await?);
            seen.whole = true;
        } else {
            request.set_body(()); // nobody reads it
        }
        let _busy = request.data::<Connection>().map(Connection::busy);
        let id = request::current_id();
        let act = Act {
            actor: caller.name().to_owned(),
            request_id: id.clone(),
            action: operation.map_or_else(|| path.clone(), |operation| operation.id.clone()),
            path: path.clone(),
        };
        if let Some(path) = route.and_then(|route| self.routes.unhidden(route, &path)) {
            at(&mut request, &path)?;
        }
        let (inner, leave) = (Arc::clone(&self.inner), seen.leave.clone());
        let serving = async move {
            let response = inner.get_response(request).await;
            drop((leave, room)); // held to the end even where the client has hung up
            response
        };
        match tokio::spawn(request::with_id(id, audit::within(act, client.within(serving)))).await {
            Ok(response) => Ok(self.explained(response, &path)),
            Err(panic) => Err(Failure::internal(anyhow::anyhow!("the endpoint panicked: {panic}"))),
        }
    }

    /// Errors that a library made, in our words.
    fn explained(&self, response: Response, path: &str) -> Response {
        let status = response.status();
        let is_error = status.is_client_error() || status.is_server_error();
        if !is_error || response.content_type().is_some_and(|kind| kind == PROBLEM_JSON) {
            return response;
        }
        tracing::debug!(status = status.as_u16(), path = without_secret(path), "a library refused the request");
        Failure::of_library(status, self.routes.allowed(path)).into_response()
    }

    /// The answer with the headers that every answer has, compressed where that is wanted, and kept where it may be.
    async fn finished(&self, mut response: Response, path: &str, seen: &mut Seen) -> Response {
        let length = sent::length(&mut response);
        let response = self.accounted(response, length, seen).unwrap_or_else(IntoResponse::into_response);
        let response = gzip::compressed(careful(response, path), seen.zips);
        match seen.slot.take().filter(|_| length.is_some_and(|length| length <= response_cache::LONGEST)) {
            // Nobody has written while it was made: it is of the database with this stamp.
            Some((slot, stamp)) if self.state.store.stamp() == Some(stamp) => {
                self.kept.keep(slot, stamp, response).await
            }
            _ => response,
        }
    }

    /// The answer with what it holds until it is sent: the leave of its key, and, where it is large, part of the memory that
    /// all answers share. A stream of events goes on for long and holds no leave, and what anybody may have is there anyway.
    /// What has been carried out is told in any case.
    ///
    /// Errors: `Overloaded` where too many large answers are being sent.
    fn accounted(&self, mut response: Response, length: Option<usize>, seen: &mut Seen) -> Result<Response, Failure> {
        let Some(share) = seen.caller.as_ref().filter(|caller| **caller != Caller::Anybody).map(Caller::share) else {
            return Ok(response);
        };
        let leave = seen.leave.take().filter(|_| response.content_type() != Some(EVENTS));
        let room = match length.filter(|length| *length > LARGE).map(|length| self.state.room_for(share, length)) {
            Some(Err(full)) if seen.reads => return Err(full),
            room => room.and_then(Result::ok),
        };
        if leave.is_some() || room.is_some() {
            sent::hold(&mut response, (leave, room));
        }
        Ok(response)
    }

    /// One line in the log, and one more in the figures.
    fn note(&self, seen: &Seen, id: &str, method: &Method, path: &str, status: StatusCode, took: Duration) {
        self.requests.note(seen.route, method, status.as_u16(), took);
        let milliseconds = took.as_secs_f64() * 1000.0;
        let route = seen.route.map_or("", |index| self.routes.all()[index].pattern.as_str());
        let actor = seen.caller.as_ref().map_or("", Caller::name);
        let (status, path) = (status.as_u16(), without_secret(path));
        tracing::info!(request_id = id, actor, %method, path, route, status, milliseconds, "request");
    }
}

impl<E: Endpoint + 'static> Endpoint for Edge<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let began = Instant::now();
        let id = request::id_of(&request);
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let headers = request.headers();
        let is_empty = headers.get(header::CONTENT_LENGTH).is_none_or(|length| length == "0");
        let has_body = !is_empty || headers.contains_key(header::TRANSFER_ENCODING);
        let mut seen =
            Seen { whole: !has_body, reads: method.is_safe(), zips: gzip::is_wanted(headers), ..Seen::default() };
        // In a box: what serves a request is large, and would be moved from place to place.
        let served = Box::pin(self.served(request, &mut seen));
        let response = request::with_id(id.clone(), async { served.await.unwrap_or_else(IntoResponse::into_response) });
        let response = response.await;
        let response = match seen.again {
            true => response,
            false => request::with_id(id.clone(), self.finished(response, &path, &mut seen)).await,
        };
        let response = marked(response, &id, &mut seen);
        self.note(&seen, &id, &method, &path, response.status(), began.elapsed());
        Ok(response)
    }
}

/// Moves a request to another path, with its query.
fn at(request: &mut Request, path: &str) -> Result<(), Failure> {
    let mut parts = request.uri().clone().into_parts();
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    parts.path_and_query = Some(format!("{path}{query}").parse().map_err(Failure::internal)?);
    *request.uri_mut() = Uri::from_parts(parts).map_err(Failure::internal)?;
    Ok(())
}

/// A path as the log may have it: the address of a calendar is a secret.
fn without_secret(path: &str) -> &str {
    const CALENDARS: &str = "/v1/calendars/";
    if path.starts_with(CALENDARS) { CALENDARS } else { path }
}

/// The answer with what is of this request alone.
fn marked(mut response: Response, id: &str, seen: &mut Seen) -> Response {
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(request::HEADER, value);
    }
    if !seen.whole {
        // Nobody reads the rest of the body, so nothing can come after it.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    if let Some(origin) = seen.origin.take() {
        cors::let_read(headers, origin);
    }
    response
}

/// The answer with the headers that keep browsers and caches careful.
fn careful(mut response: Response, path: &str) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in [
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("cache-control", if path.starts_with("/health") { "no-store" } else { "private, no-cache" }),
    ] {
        if !headers.contains_key(name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use poem::endpoint::make;

    use super::*;
    use crate::config::Config;
    use crate::store::Store;

    /// What a client gets from an endpoint that fails so.
    async fn answer<F>(fail: F) -> (StatusCode, String)
    where
        F: Fn() -> Result<Response, Failure> + Copy + Send + Sync + 'static,
    {
        let directory = tempfile::TempDir::new().unwrap();
        let file = directory.path().join("test.db");
        let config = Config::new("127.0.0.1:0".parse().unwrap(), file.clone());
        let state = State::new(Store::open(&file).await.unwrap(), config);
        state.begin();
        let endpoint = make(move |_| async move { fail().map_err(poem::Error::from) });
        let edge = Edge::new(endpoint, Routes::default(), state);
        let response = edge.get_response(Request::builder().header("host", "localhost").finish()).await;
        assert_eq!(response.content_type(), Some(PROBLEM_JSON));
        (response.status(), response.into_body().into_string().await.unwrap())
    }

    #[tokio::test]
    async fn a_panic_becomes_a_problem_that_tells_nothing_of_it() {
        let (status, body) = answer(|| panic!("secret table names")).await;
        assert_eq!(status.as_u16(), 500);
        assert!(body.contains("/problems/internal") && !body.contains("secret"), "{body}");
    }

    #[tokio::test]
    async fn the_cause_of_a_failure_stays_in_the_log() {
        let (status, body) = answer(|| Err(Failure::internal(anyhow::anyhow!("secret table names")))).await;
        assert_eq!(status.as_u16(), 500);
        assert!(body.contains("/problems/internal") && !body.contains("secret"), "{body}");
    }

    #[tokio::test]
    async fn an_error_of_a_library_becomes_a_problem_without_its_words() {
        let teapot = || Ok(Response::builder().status(StatusCode::IM_A_TEAPOT).body("secret"));
        let (status, body) = answer(teapot).await;
        assert!(status.is_client_error() && !body.contains("secret"), "{body}");
    }
}

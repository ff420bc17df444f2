//! The edge of the service: what is true of every request and every answer, once.
//!
//! In order: the request's id, the limits (host, address, body, time), the endpoint on a task of its own (a client
//! that hangs up does not stop a write half-way, and a panic becomes a 500), every error as a problem document, the
//! headers that every answer has, gzip, and one line in the log.

use std::sync::Arc;
use std::time::{Duration, Instant};

use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::web::{Compress, CompressionAlgo};
use poem::{Endpoint, IntoResponse, Request, Response};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::failure::{Failure, Kind, PROBLEM_JSON};
use super::routes::Routes;
use super::{guard, paging, request};
use crate::config::Limits;

/// Answers shorter than this are not worth compressing.
const WORTH_COMPRESSING: usize = 1024;

/// The endpoint of all endpoints.
pub struct Edge<E> {
    inner: Arc<E>,
    routes: Routes,
    limits: Limits,
    /// Kibibytes of bodies that may still be read, by all requests together.
    memory: Arc<Semaphore>,
}

impl<E: Endpoint + 'static> Edge<E> {
    /// Puts the edge round `inner`, whose paths and methods are `routes`.
    pub fn new(inner: E, routes: Routes, limits: Limits) -> Self {
        let memory = Arc::new(Semaphore::new((limits.bodies_bytes.max(limits.body_bytes)).div_ceil(1024)));
        Edge { inner: Arc::new(inner), routes, limits, memory }
    }

    async fn answer(&self, mut request: Request) -> Response {
        let room = match self.admit(&mut request).await {
            Ok(room) => room,
            Err(failure) => return failure.into_response(),
        };
        let path = request.uri().path().to_owned();
        let inner = Arc::clone(&self.inner);
        let id = request::current_id();
        let served = tokio::spawn(request::with_id(id, async move { inner.get_response(request).await })).await;
        drop(room);
        match served {
            Ok(response) => self.explained(response, &path),
            Err(panic) => Failure::internal(anyhow::anyhow!("the endpoint panicked: {panic}")).into_response(),
        }
    }

    /// Checks the limits and reads the body, so that nothing behind the edge waits for a client. Gives the memory that
    /// the body takes, to be held as long as the request runs.
    async fn admit(&self, request: &mut Request) -> Result<OwnedSemaphorePermit, Failure> {
        guard::check(request)?;
        let limits = &self.limits;
        let path = request.uri().path_and_query().map_or("", |path| path.as_str());
        if path.len() > limits.address_bytes {
            let detail = format!("An address has at most {} bytes.", limits.address_bytes);
            return Err(Failure::new(Kind::UriTooLong, detail));
        }
        if self.routes.is_plain(request.uri().path(), request.method())
            && let Some((name, _)) = paging::parameters(request)?.first()
        {
            return Err(Failure::parameter(name, "There are no query parameters here."));
        }
        if request.headers().contains_key(header::CONTENT_ENCODING) {
            let detail = "Send the body as it is, without Content-Encoding.";
            return Err(Failure::new(Kind::UnsupportedMediaType, detail));
        }
        let too_large =
            || Failure::new(Kind::ContentTooLarge, format!("A body has at most {} bytes.", limits.body_bytes));
        let header_bytes: usize =
            request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        if header_bytes > limits.header_bytes {
            let detail = format!("All headers together have at most {} bytes.", limits.header_bytes);
            return Err(Failure::new(Kind::HeadersTooLarge, detail));
        }
        let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        let announced = announced.and_then(|text| text.parse::<usize>().ok());
        if announced.is_some_and(|length| length > limits.body_bytes) {
            return Err(too_large());
        }
        let chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
        let room = self.room(announced.unwrap_or(if chunked { limits.body_bytes } else { 0 }))?;
        let reading = request.take_body().into_bytes_limit(limits.body_bytes);
        match tokio::time::timeout(limits.body_time, reading).await {
            Ok(Ok(bytes)) => request.set_body(bytes),
            Ok(Err(poem::error::ReadBodyError::PayloadTooLarge)) => return Err(too_large()),
            Ok(Err(_)) => return Err(Failure::new(Kind::BadRequest, "The body ended before its end.")),
            Err(_) => {
                let detail = format!("The body did not arrive within {} s.", limits.body_time.as_secs());
                return Err(Failure::new(Kind::RequestTimeout, detail));
            }
        }
        Ok(room)
    }

    /// Takes memory for a body out of what all requests share.
    fn room(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Failure> {
        let kibibytes = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        Arc::clone(&self.memory).try_acquire_many_owned(kibibytes).map_err(|_| {
            Failure::retry_after(Kind::Overloaded, 1, "Other requests with large bodies are being served; try again.")
        })
    }

    /// Errors that a library made, in our words.
    fn explained(&self, response: Response, path: &str) -> Response {
        let status = response.status();
        let is_error = status.is_client_error() || status.is_server_error();
        if !is_error || response.content_type().is_some_and(|kind| kind == PROBLEM_JSON) {
            return response;
        }
        tracing::debug!(status = status.as_u16(), path, "a library refused the request");
        Failure::of_library(status, self.routes.methods(path)).into_response()
    }
}

impl<E: Endpoint + 'static> Endpoint for Edge<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let began = Instant::now();
        let id = request::id_of(&request);
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let zips = accepts_gzip(request.headers());
        let response = request::with_id(id.clone(), self.answer(request)).await;
        let response = finished(response, zips, &path, &id).await;
        log(&id, &method, &path, response.status(), began.elapsed());
        Ok(response)
    }
}

fn log(id: &str, method: &Method, path: &str, status: StatusCode, took: Duration) {
    let milliseconds = took.as_secs_f64() * 1000.0;
    tracing::info!(request_id = id, %method, path, status = status.as_u16(), milliseconds, "request");
}

/// The answer with the headers that every answer has, and compressed where that pays.
async fn finished(mut response: Response, zips: bool, path: &str, id: &str) -> Response {
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(request::HEADER, value);
    }
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
    compressed(response, zips).await
}

async fn compressed(mut response: Response, zips: bool) -> Response {
    let kind = response.content_type().unwrap_or_default();
    let text = kind.starts_with("text/") && !kind.starts_with("text/event-stream");
    let whole = text || kind.contains("json") || kind.contains("javascript");
    if !whole || response.headers().contains_key(header::CONTENT_ENCODING) {
        return response;
    }
    let Ok(body) = response.take_body().into_bytes().await else {
        return Failure::internal(anyhow::anyhow!("the answer's body could not be read")).into_response();
    };
    let pays = zips && body.len() >= WORTH_COMPRESSING;
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    response.set_body(body);
    if !pays {
        return response;
    }
    response.headers_mut().remove(header::CONTENT_LENGTH);
    Compress::new(response, CompressionAlgo::GZIP).into_response()
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let listed = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let coding = |part: &str| {
        let (name, quality) = part.split_once(";q=").unwrap_or((part, "1"));
        let wanted = quality.trim().parse::<f32>().is_ok_and(|quality| quality > 0.0);
        wanted && (name.trim().eq_ignore_ascii_case("gzip") || name.trim() == "*")
    };
    listed.flat_map(|list| list.split(',')).any(coding)
}

#[cfg(test)]
mod tests {
    use poem::endpoint::make;

    use super::*;

    /// What a client gets from an endpoint that fails so.
    async fn answer<F>(fail: F) -> (StatusCode, String)
    where
        F: Fn() -> Result<Response, Failure> + Copy + Send + Sync + 'static,
    {
        let endpoint = make(move |_| async move { fail().map_err(poem::Error::from) });
        let edge = Edge::new(endpoint, Routes::default(), Limits::default());
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

    #[tokio::test]
    async fn bodies_that_take_too_much_together_are_told_to_come_again() {
        let endpoint = make(|_| async { Ok::<_, poem::Error>(Response::default()) });
        let limits = Limits { body_bytes: 4096, bodies_bytes: 4096, ..Limits::default() };
        let edge = Edge::new(endpoint, Routes::default(), limits);
        let held = edge.room(4096).unwrap();
        let refused = edge.room(1).map_err(|failure| failure.kind());
        assert_eq!(refused.err(), Some(Kind::Overloaded));
        drop(held);
        assert!(edge.room(4096).is_ok());
    }
}

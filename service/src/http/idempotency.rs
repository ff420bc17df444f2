//! `Idempotency-Key`: a POST that is sent again is answered again, and not carried out again. One mechanism for every
//! POST: it stands before all operations, and none of them knows of it.
//!
//! What a request changes and the answer to it are stored in one transaction ([`held`]), so that a key is known exactly
//! when its request has been carried out, whatever happens to the service meanwhile. Only good answers are kept: a request
//! that was refused has done nothing, and may be mended and sent again under its key.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use poem::http::{HeaderName, HeaderValue, Method, StatusCode};
use poem::{Endpoint, IntoResponse, Request, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::failure::{Failure, Kind};
use crate::audit;
use crate::state::State;
use crate::store::held;
use crate::store::once::{self, Kept, Slot};

/// The header.
const HEADER: &str = "idempotency-key";

/// The longest key.
const LONGEST: usize = 255;

/// An endpoint that carries out each keyed POST once.
pub struct Once<E> {
    inner: E,
    state: State,
    flying: Flying,
}

/// Requests with a key that are being served now, each with its hash.
type Flying = Arc<Mutex<HashMap<Slot, String>>>;

impl<E: Endpoint> Once<E> {
    /// Puts the mechanism before `inner`.
    pub fn new(inner: E, state: State) -> Self {
        Once { inner, state, flying: Flying::default() }
    }

    async fn once(&self, mut request: Request, key: String) -> Result<Response, Failure> {
        let body = request.take_body().into_bytes().await.map_err(Failure::internal)?;
        let sha256 = hash(&request, &body);
        request.set_body(body);
        let caller = audit::act().map(|act| act.actor).unwrap_or_default();
        let slot = Slot { caller, key };
        let _place = Place::take(&self.flying, &slot, &sha256)?;
        if let Some(kept) = once::find(&mut *self.state.store.read().await?, &slot).await? {
            return answer_again(kept, &sha256);
        }
        let (mut response, held) = held::collecting(self.inner.get_response(request)).await;
        if !response.status().is_success() {
            return Ok(response);
        }
        let body = response.take_body().into_bytes().await.map_err(Failure::internal)?;
        let kept = Kept {
            request_sha256: sha256.clone(),
            status: response.status().as_u16(),
            headers: response.headers().iter().filter_map(|(n, v)| Some((n.to_string(), text(v)?))).collect(),
            body: body.to_vec(),
        };
        let mut write = match held {
            Some(write) => write,
            None => self.state.store.write().await?,
        };
        if !once::keep(&mut write, &slot, &kept).await? {
            drop(write); // another process was quicker: what was done here is undone
            let first = once::find(&mut *self.state.store.read().await?, &slot).await?;
            return first.map_or_else(|| Err(in_flight()), |first| answer_again(first, &sha256));
        }
        write.commit_now().await?;
        response.set_body(body);
        Ok(response)
    }
}

impl<E: Endpoint> Endpoint for Once<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let key = if request.method() == Method::POST { key(&request)? } else { None };
        match key {
            None => self.inner.call(request).await.map(IntoResponse::into_response),
            Some(key) => Ok(self.once(request, key).await?),
        }
    }
}

/// The key that a request has.
///
/// Errors: `BadRequest` where it cannot be one.
fn key(request: &Request) -> Result<Option<String>, Failure> {
    let mut keys = request.headers().get_all(HEADER).iter();
    let Some(key) = keys.next() else { return Ok(None) };
    let key = text(key).filter(|key| (1..=LONGEST).contains(&key.len()) && keys.next().is_none());
    let detail = format!("Send one Idempotency-Key of 1 to {LONGEST} visible ASCII characters, such as a UUID.");
    key.map(Some).ok_or_else(|| Failure::new(Kind::BadRequest, detail))
}

fn text(value: &HeaderValue) -> Option<String> {
    value.to_str().ok().map(str::to_owned)
}

/// What makes two requests the same.
fn hash(request: &Request, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    let target = request.original_uri().path_and_query().map_or("", |target| target.as_str());
    for part in [target, request.content_type().unwrap_or_default()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.update(body);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn answer_again(kept: Kept, sha256: &str) -> Result<Response, Failure> {
    if kept.request_sha256 != sha256 {
        return Err(reused());
    }
    let status = StatusCode::try_from(kept.status).map_err(Failure::internal)?;
    let mut response = Response::builder().status(status).body(kept.body);
    for (name, value) in &kept.headers {
        let name = HeaderName::try_from(name).map_err(Failure::internal)?;
        response.headers_mut().insert(name, HeaderValue::from_str(value).map_err(Failure::internal)?);
    }
    Ok(response)
}

fn reused() -> Failure {
    Failure::new(
        Kind::KeyReused,
        "This Idempotency-Key came with another request before: take a new key for a new request.",
    )
}

fn in_flight() -> Failure {
    let detail = "A request with this Idempotency-Key is being served: send it again for its answer.";
    Failure::retry_after(Kind::KeyInFlight, 1, detail)
}

/// The place of a request that is being served; given back when it is dropped.
struct Place<'a> {
    flying: &'a Flying,
    slot: &'a Slot,
}

impl<'a> Place<'a> {
    fn take(flying: &'a Flying, slot: &'a Slot, sha256: &str) -> Result<Place<'a>, Failure> {
        match locked(flying).entry(slot.clone()) {
            std::collections::hash_map::Entry::Occupied(first) if first.get() != sha256 => Err(reused()),
            std::collections::hash_map::Entry::Occupied(_) => Err(in_flight()),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(sha256.to_owned());
                Ok(Place { flying, slot })
            }
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        locked(self.flying).remove(self.slot);
    }
}

/// A map that is whole whatever panicked.
fn locked(flying: &Flying) -> MutexGuard<'_, HashMap<Slot, String>> {
    flying.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the API document says of it: the same for every POST.
pub fn describe(operation: &mut serde_json::Map<String, Value>) {
    let parameter = json!({
        "name": "Idempotency-Key",
        "in": "header",
        "required": false,
        "description": "A text of your own, such as a UUID, 1 to 255 visible characters. The same request sent again with \
            it within 24 hours gets the same answer, and is carried out once, whatever happens to the connection or the \
            service.",
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST},
    });
    if let Some(parameters) = operation.entry("parameters").or_insert(json!([])).as_array_mut() {
        parameters.push(parameter);
    }
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for kind in [Kind::BadRequest, Kind::KeyInFlight, Kind::KeyReused] {
        let content = json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
        let described = json!({"description": kind.help(), "content": content});
        responses.entry(kind.status().as_str()).or_insert(described);
    }
}

//! `Idempotency-Key`: a POST that is sent again is answered again, and not carried out again. One mechanism for every
//! POST: it stands before all operations, and none of them knows of it.
//!
//! What a request changes and the answer to it are stored in one transaction ([`held`]), so that a key is known exactly
//! when its request has been carried out, whatever happens to the service meanwhile. Only good answers are kept: a request
//! that was refused has done nothing, and may be mended and sent again under its key. They are kept [sealed](super::sealed),
//! and leave backups; a long answer to a request that has changed nothing is worked out again.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::body::Bytes;
use poem::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, IntoResponse, Request, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::sealed::{SALT, Seal};
use crate::access::secret::id_in;
use crate::digest::hex;
use crate::http::body::{LARGE, off_thread};
use crate::http::failure::{Failure, Kind};
use crate::lock::locked;
use crate::state::State;
use crate::store::audit;
use crate::store::held;
use crate::store::once::{self, Kept, Slot};

/// The header.
const HEADER: &str = "idempotency-key";

/// The longest key.
const LONGEST: usize = 255;

/// How long a request waits for another one under the same key.
const WAIT: Duration = Duration::from_secs(20);

/// The longest answer that is kept of a request that has changed nothing, in bytes: a longer one is worked out again.
const LONGEST_QUESTION: usize = 64 << 10;

/// An endpoint that carries out each keyed POST once.
pub struct Idempotent<E> {
    inner: E,
    state: State,
    flying: Flying,
}

/// Requests with a key that are being served now.
type Flying = Arc<Mutex<HashMap<Slot, Flight>>>;

/// One of them.
struct Flight {
    sha256: String,
    /// Gone when it is over.
    going_on: watch::Sender<()>,
}

/// A request with a key.
struct Keyed {
    slot: Slot,
    sha256: String,
    /// The text of the caller's API key; empty where none was needed.
    bearer: String,
}

impl Keyed {
    async fn new(request: &Request, body: &Bytes, key: String) -> Result<Keyed, Failure> {
        let caller = audit::act().map(|act| act.actor).unwrap_or_default();
        let authorization = request.headers().get(header::AUTHORIZATION).and_then(text);
        let bearer = authorization.as_deref().and_then(|text| text.split_once(' ')).map_or("", |(_, key)| key.trim());
        let bearer = if id_in(bearer) == Some(&caller) { bearer.to_owned() } else { String::new() };
        Ok(Keyed { sha256: hash(request, body).await?, slot: Slot { caller, key }, bearer })
    }

    fn seal(&self, salt: &[u8]) -> Seal {
        Seal::of(salt, &[self.bearer.as_bytes(), self.slot.key.as_bytes(), self.sha256.as_bytes()])
    }

    /// What is kept of its answer.
    fn kept(&self, response: &Response, body: &[u8], is_question: bool) -> Result<Kept, Failure> {
        let mut salt = vec![0; SALT];
        getrandom::fill(&mut salt).map_err(Failure::internal)?;
        Ok(Kept {
            request_sha256: self.sha256.clone(),
            status: response.status().as_u16(),
            headers: response.headers().iter().filter_map(|(n, v)| Some((n.to_string(), text(v)?))).collect(),
            body: if is_question { Vec::new() } else { self.seal(&salt).closed(body.to_vec()) },
            salt: Some(salt),
            is_question,
        })
    }

    /// The answer that was kept.
    fn answer(&self, kept: Kept) -> Result<Response, Failure> {
        let body = match kept.salt {
            None => Some(kept.body),
            Some(salt) => self.seal(&salt).opened(&kept.body),
        };
        let body = body.ok_or_else(|| Failure::internal(anyhow::anyhow!("a kept answer is damaged")))?;
        let status = StatusCode::try_from(kept.status).map_err(Failure::internal)?;
        let mut response = Response::builder().status(status).body(body);
        for (name, value) in &kept.headers {
            let name = HeaderName::try_from(name).map_err(Failure::internal)?;
            response.headers_mut().insert(name, HeaderValue::from_str(value).map_err(Failure::internal)?);
        }
        Ok(response)
    }
}

impl<E: Endpoint> Idempotent<E> {
    /// Puts the mechanism before `inner`.
    pub fn new(inner: E, state: State) -> Self {
        Idempotent { inner, state, flying: Flying::default() }
    }

    async fn once(&self, mut request: Request, key: String) -> Result<Response, Failure> {
        let body = request.take_body().into_bytes().await.map_err(Failure::internal)?;
        let keyed = Keyed::new(&request, &body, key).await?;
        request.set_body(body);
        let _place = Place::take(&self.flying, &keyed).await?;
        if let Some(kept) = self.find(&keyed).await? {
            return match kept.is_question {
                true => Ok(self.inner.get_response(request).await),
                false => keyed.answer(kept),
            };
        }
        let (mut response, held) = held::collecting(self.inner.get_response(request)).await;
        if !response.status().is_success() {
            drop(held);
            // Another process may have carried it out meanwhile, and stand in its way: then that one's answer counts.
            return match self.find(&keyed).await? {
                Some(kept) if !kept.is_question => keyed.answer(kept),
                _ => Ok(response),
            };
        }
        let body = response.take_body().into_bytes().await.map_err(Failure::internal)?;
        let is_question = held.is_none() && body.len() > LONGEST_QUESTION;
        let kept = keyed.kept(&response, &body, is_question)?;
        let mut write = match held {
            Some(write) => write,
            None => self.state.store.write().await?,
        };
        let is_first = once::keep(&mut write, &keyed.slot, &kept).await?;
        if is_first {
            write.commit_now().await?;
        } else {
            drop(write); // another process was quicker: what was done here is undone
            match self.find(&keyed).await? {
                Some(first) if !first.is_question => return keyed.answer(first),
                Some(_) => {} // a question: this answer is as good
                None => return Err(in_flight()),
            }
        }
        response.set_body(body);
        Ok(response)
    }

    /// What is kept under the key of this request.
    ///
    /// Errors: `KeyReused` where it is of another request.
    async fn find(&self, keyed: &Keyed) -> Result<Option<Kept>, Failure> {
        let kept = once::find(&mut *self.state.store.read().await?, &keyed.slot).await?;
        match kept {
            Some(kept) if kept.request_sha256 != keyed.sha256 => Err(reused()),
            kept => Ok(kept),
        }
    }
}

impl<E: Endpoint> Endpoint for Idempotent<E> {
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
async fn hash(request: &Request, body: &Bytes) -> Result<String, Failure> {
    let mut hash = Sha256::new();
    let target = request.original_uri().path_and_query().map_or("", |target| target.as_str());
    for part in [target, request.content_type().unwrap_or_default()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let (large, body) = (body.len() > LARGE, body.clone());
    let whole = move || Ok(hex(&hash.chain_update(body).finalize()));
    off_thread(large, whole).await
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
    /// Takes the place of this key; waits for a request that has it already.
    ///
    /// Errors: `KeyReused` where that is another request, `KeyInFlight` where it takes too long.
    async fn take(flying: &'a Flying, keyed: &'a Keyed) -> Result<Place<'a>, Failure> {
        let (slot, until) = (&keyed.slot, Instant::now() + WAIT);
        loop {
            let mut first = match locked(flying).entry(slot.clone()) {
                Entry::Occupied(first) if first.get().sha256 != keyed.sha256 => return Err(reused()),
                Entry::Occupied(first) => first.get().going_on.subscribe(),
                Entry::Vacant(free) => {
                    free.insert(Flight { sha256: keyed.sha256.clone(), going_on: watch::Sender::new(()) });
                    return Ok(Place { flying, slot });
                }
            };
            if timeout_at(until, first.changed()).await.is_err() {
                return Err(in_flight());
            }
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        locked(self.flying).remove(self.slot);
    }
}

/// What the API document says of it: the same for every POST.
pub fn describe(operation: &mut serde_json::Map<String, Value>) {
    let parameter = json!({
        "name": "Idempotency-Key",
        "in": "header",
        "required": false,
        "description": "A text of your own, such as a UUID, 1 to 255 visible characters. The same request sent again with \
            it within 24 hours gets the same answer, and is carried out once, whatever happens to the connection or the \
            service; a long answer to a question that changes nothing is worked out again.",
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

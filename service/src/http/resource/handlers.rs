//! What the six operations do.

use std::future::Future;

use poem::endpoint::BoxEndpoint;
use poem::http::{StatusCode, header};
use poem::{EndpointExt as _, Request, Response};
use poem_openapi::types::ToJSON;
use scheduler::Faults;
use scheduler::problem::validate;
use serde_json::Value;

use super::{Record, Resource, note};
use crate::http::body::off_thread_for;
use crate::http::etag::{Conditions, etag};
use crate::http::failure::{Failure, Kind};
use crate::http::json;
use crate::http::merge::merge;
use crate::http::paging;
use crate::store::{self, Store, Stored, Table, Write};

/// Names of the parameters of a path, by position.
pub(super) const PARAMETERS: [&str; 2] = ["param0", "param1"];

/// A handler as poem wants it.
pub(super) fn endpoint<F, Fut>(handler: F) -> BoxEndpoint<'static>
where
    F: Fn(Request) -> Fut + Copy + Send + Sync + 'static,
    Fut: Future<Output = Result<Response, Failure>> + Send + 'static,
{
    poem::endpoint::make(move |request| async move { handler(request).await.map_err(poem::Error::from) })
        .map_to_response()
        .boxed()
}

pub(super) async fn list<R: Resource>(request: Request) -> Result<Response, Failure> {
    let listing = paging::listing::<R::Table>(&request)?;
    let mut read = store_of(&request)?.read().await?;
    let programme = scope::<R>(&request, &mut read).await?;
    let (mut items, mut last) = (String::new(), None);
    let more = store::list::<R::Table>(&mut read, programme.as_deref(), &listing, |stored, sort_value| {
        items.push_str(if last.is_none() { "" } else { "," });
        items.push_str(&wire::<R>(&stored.record).to_string());
        last = Some((sort_value, R::Table::id(&stored.record).to_owned()));
    });
    let more = more.await?;
    let next = last.filter(|_| more).map(|(value, id)| paging::cursor::<R::Table>(&listing, &value, &id));
    let next = next.map(|next| format!(",\"next\":\"{next}\"")).unwrap_or_default();
    let body = format!("{{\"items\":[{items}]{next}}}");
    Ok(Response::builder().status(StatusCode::OK).content_type("application/json").body(body))
}

pub(super) async fn create<R: Resource>(request: Request) -> Result<Response, Failure> {
    let (request, mut body) = read_body(request).await?;
    let mut write = store_of(&request)?.write().await?;
    let programme = scope::<R>(&request, &mut write).await?;
    let taken = match &mut body {
        Value::Object(fields) if fields.get("id").is_none_or(Value::is_null) => {
            fields.insert("id".to_owned(), new_id().into());
            false
        }
        Value::Object(fields) => {
            let id = fields.get("id").and_then(Value::as_str).unwrap_or_default();
            store::find::<R::Table>(&mut write, programme.as_deref(), id).await?.is_some()
        }
        _ => false, // a fault of shape
    };
    R::prepare(&mut write, &mut body).await?;
    let record = shaped::<R>(body, &Faults::default())?;
    let id = R::Table::id(&record).to_owned();
    judge::<R>(&mut write, programme.as_deref(), &record, Faults::default()).await?;
    if taken {
        return Err(Failure::exists(R::Table::WHAT, &id));
    }
    let revision = store::put::<R::Table>(&mut write, programme.as_deref(), &record).await?;
    let (location, body) = (format!("{}/{id}", request.original_uri().path()), wire::<R>(&record));
    note::<R>(&mut write, programme.as_deref(), None, Some(&record));
    write.commit().await?;
    Ok(created(&location, revision, &body))
}

pub(super) async fn get<R: Resource>(request: Request) -> Result<Response, Failure> {
    let id = id_of::<R>(&request)?;
    let conditions = Conditions::of(&request)?;
    let mut read = store_of(&request)?.read().await?;
    let programme = scope::<R>(&request, &mut read).await?;
    let stored = store::one::<R::Table>(&mut read, programme.as_deref(), &id).await?;
    if conditions.fresh(stored.revision) {
        let unchanged = Response::builder().status(StatusCode::NOT_MODIFIED);
        return Ok(unchanged.header(header::ETAG, etag(stored.revision)).finish());
    }
    Ok(shown::<R>(StatusCode::OK, &stored.record, stored.revision))
}

pub(super) async fn put<R: Resource>(request: Request) -> Result<Response, Failure> {
    let id = id_of::<R>(&request)?;
    let conditions = Conditions::of(&request)?;
    let (request, mut body) = read_body(request).await?;
    let faults = own_id(&mut body, &id);
    let record = shaped::<R>(body, &faults)?;
    let mut write = store_of(&request)?.write().await?;
    let programme = scope::<R>(&request, &mut write).await?;
    let present = store::find::<R::Table>(&mut write, programme.as_deref(), &id).await?;
    conditions.allow_change(present.as_ref().map(|present| present.revision))?;
    let status = if present.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    let revision = change::<R>(write, programme.as_deref(), present, &record, faults).await?;
    let mut response = shown::<R>(status, &record, revision);
    if status == StatusCode::CREATED {
        set(&mut response, header::LOCATION, request.original_uri().path());
    }
    Ok(response)
}

pub(super) async fn patch<R: Resource>(request: Request) -> Result<Response, Failure> {
    let id = id_of::<R>(&request)?;
    let conditions = Conditions::of(&request)?;
    let (request, changes) = read_body(request).await?;
    if !changes.is_object() {
        let mut faults = Faults::default();
        faults.add("", "wrong_type", "A merge patch is an object: the fields to change.");
        return Err(Failure::invalid(faults));
    }
    let mut write = store_of(&request)?.write().await?;
    let programme = scope::<R>(&request, &mut write).await?;
    let present = store::one::<R::Table>(&mut write, programme.as_deref(), &id).await?;
    conditions.allow_change(Some(present.revision))?;
    let mut body = wire::<R>(&present.record);
    merge(&mut body, changes);
    let faults = own_id(&mut body, &id);
    let record = shaped::<R>(body, &faults)?;
    let revision = change::<R>(write, programme.as_deref(), Some(present), &record, faults).await?;
    Ok(shown::<R>(StatusCode::OK, &record, revision))
}

pub(super) async fn delete<R: Resource>(request: Request) -> Result<Response, Failure> {
    let id = id_of::<R>(&request)?;
    let conditions = Conditions::of(&request)?;
    let mut write = store_of(&request)?.write().await?;
    let programme = scope::<R>(&request, &mut write).await?;
    let present = store::one::<R::Table>(&mut write, programme.as_deref(), &id).await?;
    conditions.allow_change(Some(present.revision))?;
    R::delete(&mut write, programme.as_deref(), &id).await?;
    note::<R>(&mut write, programme.as_deref(), Some(&present.record), None);
    write.commit().await?;
    Ok(Response::builder().status(StatusCode::NO_CONTENT).finish())
}

/// Stores the record where it differs from the present one; an equal one leaves revision and plans as they
/// are. `faults`: what is wrong with the request besides.
async fn change<R: Resource>(
    mut write: Write,
    programme: Option<&str>,
    present: Option<Stored<Record<R>>>,
    record: &Record<R>,
    faults: Faults,
) -> Result<i64, Failure> {
    if let Some(present) = &present
        && present.record == *record
        && faults.is_empty()
    {
        return Ok(present.revision);
    }
    judge::<R>(&mut write, programme, record, faults).await?;
    let revision = store::put::<R::Table>(&mut write, programme, record).await?;
    note::<R>(&mut write, programme, present.as_ref().map(|present| &present.record), Some(record));
    write.commit().await?;
    Ok(revision)
}

/// Refuses a record that something is wrong with; `faults` are those found before.
async fn judge<R: Resource>(
    write: &mut Write,
    programme: Option<&str>,
    record: &Record<R>,
    mut faults: Faults,
) -> Result<(), Failure> {
    R::judge(write, programme, record, &mut faults).await?;
    faults.into_result().map_err(Failure::invalid)
}

/// The record of a body. `faults` are told with those of shape, where there are any.
fn shaped<R: Resource>(body: Value, faults: &Faults) -> Result<Record<R>, Failure> {
    json::shaped::<R::Wire>(body).map(R::record).map_err(|misshapen| {
        let mut all = faults.clone();
        all.append(misshapen);
        Failure::invalid(all)
    })
}

/// The database of the service that serves this request.
fn store_of(request: &Request) -> Result<&Store, Failure> {
    request.data::<Store>().ok_or_else(|| Failure::internal(anyhow::anyhow!("the endpoint has no database")))
}

/// The programme that a request is about, if its path names one.
///
/// Errors: `NotFound` where there is no such programme.
async fn scope<R: Resource>(
    request: &Request,
    connection: &mut sqlx::SqliteConnection,
) -> Result<Option<String>, Failure> {
    if R::SCOPED { programme_of(request, connection).await.map(Some) } else { Ok(None) }
}

/// The programme that the path names.
///
/// Errors: `NotFound` where there is no such programme.
pub async fn programme_of(request: &Request, connection: &mut sqlx::SqliteConnection) -> Result<String, Failure> {
    let programme = parameter(request, 0)?;
    store::programme(connection, &programme).await?;
    Ok(programme)
}

/// Notes a fault where a record names another one that is not there.
pub async fn known<T: Table>(
    write: &mut Write,
    programme: Option<&str>,
    pointer: &str,
    id: &str,
    faults: &mut Faults,
) -> Result<(), Failure> {
    if store::find::<T>(write, programme, id).await?.is_none() {
        validate::unknown_id(T::WHAT, id, pointer, faults);
    }
    Ok(())
}

/// The id of the record that the path names: its last parameter.
fn id_of<R: Resource>(request: &Request) -> Result<String, Failure> {
    parameter(request, if R::SCOPED { 1 } else { 0 })
}

/// A parameter of the path by its position, decoded. The router names them as `poem_openapi` does for handlers of
/// its own: two names for one place would hide routes from each other.
pub fn parameter(request: &Request, position: usize) -> Result<String, Failure> {
    let value = request.raw_path_param(PARAMETERS[position]).map(str::to_owned); // raw in name only: it is decoded
    value.ok_or_else(|| Failure::new(Kind::BadRequest, "The address cannot be read."))
}

async fn read_body(request: Request) -> Result<(Request, Value), Failure> {
    let (request, mut body) = request.split();
    let kind = request.content_type().unwrap_or_default();
    let bytes = body.take().map_err(Failure::internal)?.into_bytes().await.map_err(Failure::internal)?;
    let (kind, length) = (kind.to_owned(), bytes.len());
    let value = off_thread_for(length, move || body_value(&kind, &bytes)).await?;
    Ok((request, value))
}

/// A body as JSON.
///
/// Errors: `UnsupportedMediaType` where it is said to be anything else, `InvalidJson`.
pub fn body_value(content_type: &str, bytes: &[u8]) -> Result<Value, Failure> {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence != "application/json" && !(essence.starts_with("application/") && essence.ends_with("+json")) {
        let detail = "Send JSON, with the header Content-Type: application/json.";
        return Err(Failure::new(Kind::UnsupportedMediaType, detail));
    }
    json::value(bytes).map_err(Failure::not_json)
}

/// Puts the path's id into a body that has none or another one, which is a fault.
fn own_id(body: &mut Value, id: &str) -> Faults {
    let mut faults = Faults::default();
    let Value::Object(fields) = body else { return faults }; // a fault of shape, found with all others
    match fields.get("id") {
        None | Some(Value::Null) => {}
        Some(Value::String(given)) if given != id => {
            faults.add("/id", "id_mismatch", format!("The id is {id:?} in the path; an id cannot be changed."));
        }
        Some(_) => return faults,
    }
    fields.insert("id".to_owned(), id.into());
    faults
}

/// A new id, later than all before.
pub fn new_id() -> String {
    crate::clock::new_id().to_string()
}

pub(super) fn wire<R: Resource>(record: &Record<R>) -> Value {
    R::wire(record).to_json().unwrap_or_default()
}

fn shown<R: Resource>(status: StatusCode, record: &Record<R>, revision: i64) -> Response {
    let mut response = respond(status, &wire::<R>(record));
    set(&mut response, header::ETAG, &etag(revision));
    response
}

/// 201: what was made, where it is, and its ETag.
pub fn created(location: &str, revision: i64, body: &Value) -> Response {
    let mut response = respond(StatusCode::CREATED, body);
    set(&mut response, header::LOCATION, location);
    set(&mut response, header::ETAG, &etag(revision));
    response
}

/// A JSON answer.
pub fn respond(status: StatusCode, body: &Value) -> Response {
    Response::builder().status(status).content_type("application/json").body(body.to_string())
}

fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = value.parse() {
        response.headers_mut().insert(name, value);
    }
}

//! How a request fails: every error of the service as a problem document (RFC 9457), each kind once.
//!
//! This is the only file that knows the status codes of errors. The rest of the service says what is wrong; the
//! client gets what to do about it, the log gets the chain of causes, and neither gets the other's.

use poem::error::ResponseError;
use poem::http::{HeaderName, HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use poem_openapi::Object;
use poem_openapi::registry::{MetaHeader, MetaMediaType, MetaResponse};
use poem_openapi::types::{ToJSON, Type};
use scheduler::{Fault, Faults};

use crate::http::request;
use crate::store;

/// The media type of every error.
pub const PROBLEM_JSON: &str = "application/problem+json";

macro_rules! kinds {
    ($($(#[doc = $help:literal])+ $name:ident = $status:ident, $code:literal, $title:literal;)+) => {
        /// The kinds of failure. The doc comment of each is the text of its page under `/problems/`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind { $($(#[doc = $help])+ $name,)+ }

        impl Kind {
            /// All kinds, by status.
            pub const ALL: &[Kind] = &[$(Kind::$name),+];

            /// Status, stable code, title, and what to do about it.
            fn facts(self) -> (StatusCode, &'static str, &'static str, &'static str) {
                match self {
                    $(Kind::$name => (StatusCode::$status, $code, $title, concat!($($help),+)),)+
                }
            }
        }
    };
}

kinds! {
    /// The request cannot be read as HTTP should be: a malformed path, query or header.
    BadRequest = BAD_REQUEST, "bad_request", "Malformed request";
    /// The body is not JSON. The one fault says line and column. Keys that occur twice and numbers that are out
    /// of range count too.
    InvalidJson = BAD_REQUEST, "invalid_json", "Invalid JSON";
    /// A query parameter has a value that it cannot have, or is not known. `pointer` names the parameter.
    InvalidParameter = BAD_REQUEST, "invalid_parameter", "Invalid query parameter";
    /// An API key is needed: send it as `Authorization: Bearer nv_…`. The keeper of the service makes keys with
    /// `netvisit keys create`; one that has expired or was revoked opens nothing. While none has been made, only programs
    /// that call directly on the service's own machine need none: a service with a name (`--host`), and one that is
    /// called through a proxy, asks everybody.
    Unauthorized = UNAUTHORIZED, "unauthorized", "API key required";
    /// The key is good, and its role does not allow this operation: each operation says which role it wants. Or the
    /// request came under a host's name or from a web page that the service does not serve.
    Forbidden = FORBIDDEN, "forbidden", "Not allowed with this key";
    /// The request names a host or comes from a web page that is not this service's own. While no API key exists
    /// the service answers programs on the same machine only: call it as `127.0.0.1` or `localhost`. Names beside these
    /// are a setting of the service, `--host`, and so are origins, `--origin`, once there are keys.
    HostNotAllowed = FORBIDDEN, "host_not_allowed", "Host or origin not allowed";
    /// There is nothing at this path: the address is wrong, or what was there has been deleted.
    NotFound = NOT_FOUND, "not_found", "Not found";
    /// The path exists, the method does not. The header `Allow` lists those that do.
    MethodNotAllowed = METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed";
    /// The request did not arrive in time, its head or its body. Send it again, without pauses.
    RequestTimeout = REQUEST_TIMEOUT, "request_timeout", "Request timeout";
    /// What is to be made exists already. Choose another id, or PUT to replace it.
    AlreadyExists = CONFLICT, "already_exists", "Already exists";
    /// Others refer to it. `errors` names them: change or delete them first. Nothing cascades silently.
    InUse = CONFLICT, "in_use", "Still in use";
    /// Codes of the country table stand for municipalities of another country here, which would be lost. `errors` names
    /// them. Keep the two countries in databases of their own, or replace them by loading with `replace=true`.
    CodesTaken = CONFLICT, "codes_taken", "Codes belong to another country";
    /// Plans of the programme are being made. Wait for them, or cancel them.
    PlansRunning = CONFLICT, "plans_running", "Plans are running";
    /// The plan, or one of the programme, was published: what was published never changes and is never deleted. Another
    /// plan can be published in its place.
    Published = CONFLICT, "published", "Published plans stay";
    /// The plan cannot be published as it is; `detail` says why.
    NotPublishable = CONFLICT, "not_publishable", "Plan cannot be published";
    /// The programme has changed since the plan was asked for: `errors` names every record that is gone, new or changed,
    /// with a pointer into the programme's problem. Ask for a plan of what is stored now, or publish this one all the same
    /// with `"accept_outdated": true`.
    Outdated = CONFLICT, "outdated", "Plan is outdated";
    /// The plan has not ended; while it runs this cannot be done. Wait for it, or cancel it.
    NotFinished = CONFLICT, "not_finished", "Plan has not ended";
    /// The search has found no plan yet. Ask again later; the plan's state tells when it has ended.
    NoPlanYet = CONFLICT, "no_plan_yet", "No plan yet";
    /// A request with this `Idempotency-Key` is being served at this moment. Send it again after the seconds in
    /// `Retry-After`: it is answered then, and not carried out twice.
    KeyInFlight = CONFLICT, "key_in_flight", "Request is being served already";
    /// The resource is not the one that the request's `If-Match` or `If-None-Match` speaks of: somebody else has
    /// changed it, or it exists already. GET it, look, and send the request again with its present ETag.
    PreconditionFailed = PRECONDITION_FAILED, "precondition_failed", "The resource has changed";
    /// The body is larger than the service takes.
    ContentTooLarge = PAYLOAD_TOO_LARGE, "content_too_large", "Body too large";
    /// The address is longer than the service takes.
    UriTooLong = URI_TOO_LONG, "uri_too_long", "Address too long";
    /// The operation does not take bodies of this kind. Most take JSON alone: send `Content-Type: application/json`;
    /// imports take `text/csv` too. Each operation lists what it takes. `Content-Encoding` is not taken anywhere.
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "Unsupported media type";
    /// The body was read, and what it says cannot be. `errors` holds every fault with a JSON pointer into the
    /// body, a stable code and what to do: first all faults of shape, and where there are none, all of meaning.
    Invalid = UNPROCESSABLE_ENTITY, "invalid", "Invalid content";
    /// The `Idempotency-Key` came with another request within the last 24 hours: path, media type or body differ. Take a
    /// new key for a new request, and the same bytes for the same one.
    KeyReused = UNPROCESSABLE_ENTITY, "key_reused", "Idempotency key reused";
    /// The request changes or deletes what exists: send the ETag that you saw in `If-Match`, so that nobody's
    /// change is lost.
    PreconditionRequired = PRECONDITION_REQUIRED, "precondition_required", "If-Match required";
    /// The headers are larger than the service takes.
    HeadersTooLarge = REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large", "Headers too large";
    /// The service is busy with as much as it takes. Try again after the seconds in `Retry-After`.
    Overloaded = TOO_MANY_REQUESTS, "overloaded", "Too many requests";
    /// The service has failed, not the request. The log has the cause under the `request_id`.
    Internal = INTERNAL_SERVER_ERROR, "internal", "Internal error";
    /// The body comes in a transfer coding that the service does not know: send it as it is, or in chunks
    /// (`Transfer-Encoding: chunked`).
    UnknownCoding = NOT_IMPLEMENTED, "unknown_coding", "Unknown transfer coding";
    /// The service is starting, stopping, out of disk, or its database is not where it was. Try again after the seconds in `Retry-After`.
    Unavailable = SERVICE_UNAVAILABLE, "unavailable", "Service unavailable";
}

impl Kind {
    /// The stable code: the last part of the problem type.
    pub fn code(self) -> &'static str {
        self.facts().1
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        self.facts().2
    }

    /// What it means and what to do, in sentences.
    pub fn help(self) -> &'static str {
        self.facts().3.trim()
    }

    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        self.facts().0
    }

    /// The kind that stands for a status, where an error was made by a library.
    fn of_status(status: StatusCode) -> Kind {
        let same = Kind::ALL.iter().find(|kind| kind.status() == status);
        let fallback = if status.is_server_error() { Kind::Internal } else { Kind::BadRequest };
        same.copied().unwrap_or(fallback)
    }
}

/// Where a fault is in a body of lines and columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1; of a row that goes over several, the first.
    pub line: Option<u64>,
    /// The name of the column.
    pub column: Option<String>,
}

/// A request that failed. Build one with the functions named after what happened.
#[derive(Debug)]
pub struct Failure {
    kind: Kind,
    detail: String,
    /// Each with its place, which says something for bodies of lines and columns alone.
    faults: Vec<(Fault, Place)>,
    header: Option<(HeaderName, String)>,
    cause: Option<anyhow::Error>,
}

impl Failure {
    /// A failure of this kind; `detail` says in words what a person can do about it.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Failure {
        Failure { kind, detail: detail.into(), faults: Vec::new(), header: None, cause: None }
    }

    /// The body was read, and these are all its faults.
    pub fn invalid(faults: Faults) -> Failure {
        let found = faults.len();
        let faults: Vec<Fault> = faults.into_iter().collect();
        let detail = match faults.as_slice() {
            [only] => only.detail.clone(),
            told if told.len() < found => {
                format!("There are {found} faults; `errors` names the first {}.", told.len())
            }
            _ => format!("There are {found} faults; `errors` names each one."),
        };
        Failure { faults: placeless(faults), ..Failure::new(Kind::Invalid, detail) }
    }

    /// The same, with the line and the column that each fault's pointer stands for.
    pub fn in_places(mut self, place: impl Fn(&str) -> Place) -> Failure {
        for (fault, at) in &mut self.faults {
            *at = place(&fault.pointer);
        }
        self
    }

    /// The body is not JSON: the fault says where.
    pub fn not_json(fault: Fault) -> Failure {
        Failure { detail: fault.detail.clone(), faults: placeless([fault]), ..Failure::new(Kind::InvalidJson, "") }
    }

    /// A query parameter is wrong.
    pub fn parameter(name: &str, detail: impl Into<String>) -> Failure {
        let detail = detail.into();
        let fault = Fault { pointer: name.to_owned(), code: "invalid_parameter", detail: detail.clone() };
        Failure { faults: placeless([fault]), ..Failure::new(Kind::InvalidParameter, detail) }
    }

    /// There is no such thing: "There is no network `n1`."
    pub fn not_found(what: &str, id: &str) -> Failure {
        Failure::new(Kind::NotFound, format!("There is no {what} `{id}`."))
    }

    /// Something with this id is there already.
    pub fn exists(what: &str, id: &str) -> Failure {
        Failure::new(Kind::AlreadyExists, format!("There is already a {what} `{id}`."))
    }

    /// What others refer to cannot be deleted; `users` are sentences such as "enrolment `e1` is fixed to it".
    pub fn in_use(what: &str, id: &str, users: Vec<String>) -> Failure {
        let detail = format!("The {what} `{id}` is in use: change or delete what is named in `errors` first.");
        Failure::naming(Kind::InUse, detail, "used_by", users)
    }

    /// A failure of this kind that names everything in its way, each in a sentence and under this code.
    pub fn naming(kind: Kind, detail: String, code: &'static str, sentences: Vec<String>) -> Failure {
        let fault = |detail| Fault { pointer: String::new(), code, detail };
        let told = sentences.into_iter().take(Faults::TOLD).map(fault);
        Failure { faults: placeless(told), ..Failure::new(kind, detail) }
    }

    /// A failure of this kind, with everything that was found, each with its pointer and code.
    pub fn with_findings(kind: Kind, detail: impl Into<String>, found: impl IntoIterator<Item = Fault>) -> Failure {
        Failure { faults: placeless(found), ..Failure::new(kind, detail) }
    }

    /// The service is at fault; the cause is for the log alone.
    pub fn internal(cause: impl Into<anyhow::Error>) -> Failure {
        let detail = "The service has failed; its log says why, under this request id.";
        Failure { cause: Some(cause.into()), ..Failure::new(Kind::Internal, detail) }
    }

    /// Not now, but perhaps in so many seconds.
    pub fn retry_after(kind: Kind, seconds: u32, detail: impl Into<String>) -> Failure {
        Failure { header: Some((header::RETRY_AFTER, seconds.to_string())), ..Failure::new(kind, detail) }
    }

    /// No key came, or (`sent`) one that opens nothing.
    pub fn unauthorized(sent: bool, detail: impl Into<String>) -> Failure {
        let error = if sent { ", error=\"invalid_token\"" } else { "" };
        let challenge = format!("Bearer realm=\"netvisit\"{error}");
        let header = Some((header::WWW_AUTHENTICATE, challenge));
        Failure { header, ..Failure::new(Kind::Unauthorized, detail) }
    }

    /// A request that could not be read, so that nothing of ours has seen it, and the status that was meant for it.
    pub fn of_unread(status: &str) -> Failure {
        let kind = Kind::ALL.iter().copied().find(|kind| kind.status().as_str() == status);
        let kind = kind.unwrap_or(Kind::BadRequest);
        let detail = kind.help().split_inclusive(". ").next().unwrap_or_default().trim_end();
        Failure::new(kind, detail)
    }

    /// The whole answer as it goes over the wire, for where no library is left to write it. The connection ends with it.
    pub fn raw(&self, request_id: &str) -> String {
        let body = Problem { request_id: request_id.to_owned(), ..self.document() }.to_json_string();
        format!(
            "HTTP/1.1 {}\r\ncontent-type: {PROBLEM_JSON}\r\ncontent-length: {}\r\n{}: {request_id}\r\n\
             cache-control: private, no-cache\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n{body}",
            self.status(),
            body.len(),
            request::HEADER,
        )
    }

    /// The path has other methods.
    pub fn method_not_allowed(allow: &str) -> Failure {
        let detail = format!("Here you can use {allow}.");
        Failure { header: Some((header::ALLOW, allow.to_owned())), ..Failure::new(Kind::MethodNotAllowed, detail) }
    }

    /// An error response that a library made, on a path that has the methods `allowed`. The library's words stay
    /// behind: they repeat what the client sent.
    pub fn of_library(status: StatusCode, allowed: &[String]) -> Failure {
        if matches!(status, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED) {
            return match allowed {
                [] => Failure::new(Kind::NotFound, "There is nothing at this path; /docs lists all there are."),
                _ => Failure::method_not_allowed(&allowed.join(", ")),
            };
        }
        let kind = Kind::of_status(status);
        Failure::new(kind, kind.help().split_inclusive(". ").next().unwrap_or_default().trim_end())
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    fn document(&self) -> Problem {
        let fault = |(fault, place): &(Fault, Place)| ProblemError {
            pointer: fault.pointer.clone(),
            code: fault.code.to_owned(),
            detail: fault.detail.clone(),
            line: place.line,
            column: place.column.clone(),
        };
        Problem {
            r#type: format!("/problems/{}", self.kind.code()),
            title: self.kind.title().to_owned(),
            status: self.kind.status().as_u16(),
            detail: self.detail.clone(),
            request_id: request::current_id(),
            errors: self.faults.iter().map(fault).collect(),
        }
    }
}

fn placeless(faults: impl IntoIterator<Item = Fault>) -> Vec<(Fault, Place)> {
    faults.into_iter().map(|fault| (fault, Place::default())).collect()
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.kind.code(), self.detail)
    }
}

impl std::error::Error for Failure {}

impl ResponseError for Failure {
    fn status(&self) -> StatusCode {
        self.kind.status()
    }

    fn as_response(&self) -> Response {
        if let Some(cause) = &self.cause {
            tracing::error!(request_id = request::current_id(), cause = format!("{cause:#}"), "request failed");
        }
        let body = self.document().to_json_string();
        let mut response = Response::builder().status(self.status()).content_type(PROBLEM_JSON).body(body);
        if let Some((name, value)) = &self.header
            && let Ok(value) = HeaderValue::from_str(value)
        {
            response.headers_mut().insert(name.clone(), value);
        }
        response
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.as_response()
    }
}

/// What the store could not do, told to the client.
impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Failure {
        match error {
            store::Error::NotFound { what, id } => Failure::not_found(what, &id),
            store::Error::Exists { what, id } => Failure::exists(what, &id),
            store::Error::InUse { what, id, users } => Failure::in_use(what, &id, users),
            store::Error::PlansRunning { programme } => {
                let detail = format!("Plans of programme `{programme}` are running: wait for them or cancel them.");
                Failure::new(Kind::PlansRunning, detail)
            }
            store::Error::Published { programme } => {
                let detail =
                    format!("Plans or fees of programme `{programme}` were published: it stays, with all it contains.");
                Failure::new(Kind::Published, detail)
            }
            store::Error::Full => {
                Failure::retry_after(Kind::Unavailable, 60, "The service's disk is full; nothing was stored.")
            }
            store::Error::Misplaced => {
                let detail = "The service's database was removed or replaced; nothing was stored.";
                Failure { cause: Some(error.into()), ..Failure::retry_after(Kind::Unavailable, 60, detail) }
            }
            store::Error::Busy => {
                Failure::retry_after(Kind::Overloaded, 1, "The database is busy; nothing was stored.")
            }
            error => Failure::internal(error),
        }
    }
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ProblemError {
    /// JSON pointer (RFC 6901) into the body to the faulty value; the name of a query parameter; empty where the
    /// whole is meant.
    pub pointer: String,
    /// What is wrong: a stable code, lower snake_case. More codes may come.
    pub code: String,
    /// What is wrong and what to do about it, in a sentence.
    pub detail: String,
    /// In CSV: the line, from 1. Absent elsewhere.
    pub line: Option<u64>,
    /// In CSV: the name of the column. Absent elsewhere, and where the whole row is meant.
    pub column: Option<String>,
}

/// A problem document (RFC 9457): how a request failed.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none, example)]
pub struct Problem {
    /// The kind of problem, `/problems/<code>`: an address of this service, where it is explained.
    #[oai(rename = "type")]
    pub r#type: String,
    /// What this kind is called.
    pub title: String,
    /// The HTTP status, again.
    pub status: u16,
    /// What happened and what to do about it, for a person.
    pub detail: String,
    /// The request's id, as in the header `X-Request-Id` and in the service's log.
    pub request_id: String,
    /// Everything that is wrong; empty where there is nothing to point at. The first 1,000, where there is more; `detail`
    /// tells how much.
    pub errors: Vec<ProblemError>,
}

impl poem_openapi::types::Example for Problem {
    fn example() -> Self {
        let fault = ProblemError {
            pointer: "/region".to_owned(),
            code: "unknown_region".to_owned(),
            detail: "There is no region \"1099\"; name one that exists, or create it first.".to_owned(),
            line: None,
            column: None,
        };
        Problem {
            r#type: "/problems/invalid".to_owned(),
            title: "The content is wrong".to_owned(),
            status: 422,
            detail: fault.detail.clone(),
            request_id: "0199c1c8-8a6e-7c55-b1d4-3f3a3bb0a4d1".to_owned(),
            errors: vec![fault],
        }
    }
}

/// The documented error responses of these kinds, one for each status.
pub fn responses(kinds: &[Kind]) -> Vec<MetaResponse> {
    let mut responses: Vec<MetaResponse> = Vec::new();
    for kind in kinds {
        let status = kind.status().as_u16();
        if responses.iter().all(|response| response.status != Some(status)) {
            responses.push(MetaResponse {
                description: kind.help(),
                status: Some(status),
                status_range: None,
                content: vec![MetaMediaType { content_type: PROBLEM_JSON, schema: Problem::schema_ref() }],
                headers: headers(*kind),
            });
        }
    }
    responses
}

/// The headers that answers of a kind always have.
fn headers(kind: Kind) -> Vec<MetaHeader> {
    let header = |name: &str, description: &str| MetaHeader {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        required: true,
        deprecated: false,
        schema: String::schema_ref(),
    };
    match kind {
        Kind::Unauthorized => {
            vec![header("WWW-Authenticate", "The scheme, `Bearer`, and what was wrong with the key.")]
        }
        Kind::Overloaded | Kind::Unavailable => vec![header("Retry-After", "Seconds to wait before trying again.")],
        _ => vec![],
    }
}

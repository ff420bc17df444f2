//! Reading the trail: a page at a time, or the whole of it.

use poem::web::Data;
use poem::{IntoResponse, Request, Response};
use poem_openapi::param::Query;
use poem_openapi::payload::{Json, Payload};
use poem_openapi::registry::{MetaSchemaRef, Registry};
use poem_openapi::types::{ToJSON, Type};
use poem_openapi::{ApiResponse, Object, OpenApi};
use tokio::io::{AsyncWriteExt as _, DuplexStream};

use crate::http::Tag;
use crate::http::errors::{Errors, Listing, Plainly};
use crate::http::failure::Failure;
use crate::http::fields::{Documented, Instant, Whole};
use crate::http::paging::{self, MAX_LIMIT, parameters};
use crate::log::chain;
use crate::state::State;
use crate::store::Store;
use crate::store::audit::rows::{self, Entry, Which};

/// Entries that an export reads at a time.
const PART: usize = 1000;
/// Bytes of an export that are ready while the client has not taken them.
const READY: usize = 256 << 10;

/// `/audit`
#[derive(Clone, Copy, Debug)]
pub struct Audit;

/// Something that was changed, by whom and when.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none, rename = "AuditEntry")]
pub struct AuditEntry {
    /// The number of the entry: later ones have greater numbers.
    pub number: i64,
    /// When it was stored.
    pub at: Instant,
    /// The id of the key; `local` while there are no keys, `command` for the command line.
    pub actor: String,
    /// The id of the request; absent for the command line.
    pub request_id: Option<String>,
    /// The `operationId` of the operation, or the words of the command.
    pub action: String,
    /// The path of what was changed.
    pub subject: String,
    /// SHA-256, in hex, of the JSON that a GET of the subject gave before; absent where there was none.
    pub before: Option<String>,
    /// The same, of what a GET gives afterwards; absent where there is none.
    pub after: Option<String>,
}

impl AuditEntry {
    fn new(entry: Entry) -> AuditEntry {
        AuditEntry {
            number: entry.position,
            at: Instant(entry.at),
            actor: entry.act.actor,
            request_id: Some(entry.act.request_id).filter(|id| !id.is_empty()),
            action: entry.act.action,
            subject: entry.change.subject,
            before: entry.change.before,
            after: entry.change.after,
        }
    }
}

/// A page of the audit trail.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct AuditList {
    /// The entries of this page.
    pub items: Vec<AuditEntry>,
    /// The `cursor` of the next page; absent on the last one.
    pub next: Option<String>,
}

/// The answer to a GET of the trail.
#[derive(ApiResponse)]
pub enum AuditResponse {
    /// A page of the list.
    #[oai(status = 200)]
    Page(Json<AuditList>),
}

/// The answer to an export.
#[derive(ApiResponse)]
pub enum ExportResponse {
    /// One entry a line, the oldest first.
    #[oai(status = 200)]
    Lines(Lines),
}

/// JSON Lines: an entry a line, written while the client reads.
pub struct Lines(DuplexStream);

impl Payload for Lines {
    const CONTENT_TYPE: &'static str = "application/jsonl";

    fn schema_ref() -> MetaSchemaRef {
        AuditEntry::schema_ref()
    }

    fn register(registry: &mut Registry) {
        AuditEntry::register(registry);
    }
}

impl IntoResponse for Lines {
    fn into_response(self) -> Response {
        Response::builder().content_type(Self::CONTENT_TYPE).body(poem::Body::from_async_read(self.0))
    }
}

#[OpenApi]
impl Audit {
    /// List the audit trail
    ///
    /// Everything that was changed, by whom and when, the newest first, a page at a time; `next` leads to the next
    /// page. The trail is only ever added to.
    #[oai(path = "/v1/audit", method = "get", operation_id = "list_audit", tag = "Tag::Audit")]
    #[allow(clippy::too_many_arguments)] // each is a parameter of the API
    async fn list(
        &self,
        request: &Request,
        state: Data<&State>,
        /// How many entries at most. Default: 50.
        limit: Query<Option<Documented<Whole<1, { MAX_LIMIT as i64 }>>>>,
        /// `next` of the page before, with the same `sort`.
        cursor: Query<Option<Documented<String>>>,
        /// `number`: oldest first; `-number`: newest first. Default: `-number`.
        sort: Query<Option<Documented<String>>>,
        /// Only what this actor did.
        actor: Query<Option<Documented<String>>>,
        /// Only what was done to this path.
        subject: Query<Option<Documented<String>>>,
    ) -> Result<AuditResponse, Errors<Listing>> {
        let _ = (limit, cursor, sort, actor, subject); // read from the request
        let mut which = which(request)?;
        let limit = which.limit;
        which.limit += 1; // one more tells whether there is a next page
        let mut found = rows::list(&mut *state.store.read().await?, &which).await?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next =
            found.last().filter(|_| more).map(|last| paging::write_cursor(place(which.ascending), &last.position));
        let items = found.into_iter().map(AuditEntry::new).collect();
        Ok(AuditResponse::Page(Json(AuditList { items, next })))
    }

    /// Export the audit trail
    ///
    /// The whole trail as JSON Lines: an entry a line, the oldest first.
    #[oai(path = "/v1/audit/export", method = "get", operation_id = "export_audit", tag = "Tag::Audit")]
    async fn export(&self, state: Data<&State>) -> Result<ExportResponse, Errors<Plainly>> {
        let (reader, writer) = tokio::io::duplex(READY);
        let store = state.store.clone();
        tokio::spawn(async move {
            if let Err(error) = write_all(&store, writer).await {
                tracing::warn!(error = %chain(error.as_ref()), "an export of the audit trail was cut");
            }
        });
        Ok(ExportResponse::Lines(Lines(reader)))
    }
}

/// Writes the trail as it is when each part of it is read. No reader of the database is held while the client is slow.
async fn write_all(store: &Store, mut writer: DuplexStream) -> anyhow::Result<()> {
    let mut which = Which { ascending: true, limit: PART, ..Which::default() };
    loop {
        let part = rows::list(&mut *store.read().await?, &which).await?;
        let Some(last) = part.last() else { return Ok(()) };
        which.after = Some(last.position);
        writer.write_all(lines(part).as_bytes()).await?;
    }
}

/// Entries as JSON Lines.
pub fn lines(entries: Vec<Entry>) -> String {
    entries.into_iter().map(|entry| AuditEntry::new(entry).to_json_string() + "\n").collect()
}

fn which(request: &Request) -> Result<Which, Failure> {
    let mut which = Which { limit: paging::DEFAULT_LIMIT, ..Which::default() };
    let mut cursor = None;
    for (name, value) in parameters(request)? {
        match name.as_str() {
            "limit" => which.limit = paging::limit(&value)?,
            "cursor" => cursor = Some(value),
            "sort" => which.ascending = ascending(&value)?,
            "actor" => which.actor = Some(value),
            "subject" => which.subject = Some(value),
            other => {
                let detail = "There is no such parameter here; there are limit, cursor, sort, actor, subject.";
                return Err(Failure::parameter(other, detail));
            }
        }
    }
    which.after = cursor.map(|cursor| paging::parse_cursor(place(which.ascending), &cursor)).transpose()?;
    Ok(which)
}

/// The list and its order, as its cursors say them.
fn place(ascending: bool) -> &'static str {
    if ascending { "audit number" } else { "audit -number" }
}

fn ascending(sort: &str) -> Result<bool, Failure> {
    match sort {
        "number" => Ok(true),
        "-number" => Ok(false),
        _ => Err(Failure::parameter("sort", "`sort` is number (oldest first) or -number (newest first).")),
    }
}

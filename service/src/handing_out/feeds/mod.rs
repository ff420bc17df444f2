//! Calendar feeds of what is published: of a municipality, a network or a whole programme, each at a secret address.
//!
//! [`events`] keep their identity from one publication to the next; [`follow`] is called with every publication;
//! [`calendar`] is what a client reads. A secret is kept as its hash alone.

pub mod calendar;
pub mod events;
pub mod store;
pub mod wire;

use poem::web::Data;
use poem::{IntoResponse, Request, Response};
use poem_openapi::param::{Header, Path};
use poem_openapi::payload::{Json, Payload};
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::ToJSON as _;
use poem_openapi::{ApiResponse, OpenApi};
use scheduler::Faults;
use scheduler::problem::validate;

use crate::digest::{hex, sha256};
use crate::http::Tag;
use crate::http::body::{Body, as_writer};
use crate::http::errors::{Asking, Deleting, Errors, Reading};
use crate::http::etag::{Conditions, etag};
use crate::http::failure::{Failure, Kind};
use crate::http::fields::{Id, Instant};
use crate::http::place::Place;
use crate::http::resource::new_id;
use crate::http::{presence, sent};
use crate::plans::handout::Handout;
use crate::plans::store::documents;
use crate::records::municipalities::store::ProgrammeMunicipalities;
use crate::records::networks::store::Networks;
use crate::records::programmes::store::Programmes;
use crate::state::State;
use crate::store::audit::Change;
use crate::store::{Write, find, now, one};

use wire::{Feed, FeedList, NewFeed, Scope};

/// Bytes of memory that an event takes while its calendar is sent, about.
const EVENT: usize = 2 << 10;

/// Longest name of a calendar, in characters.
const LONGEST_NAME: usize = 200;

/// `/programmes/{programme}/feeds` and `/calendars`
#[derive(Clone, Copy, Debug)]
pub struct Feeds;

/// The answer to a POST of a feed.
#[derive(ApiResponse)]
pub enum MadeResponse {
    /// It was made; `address` is told this once.
    #[oai(status = 201)]
    Made(
        Json<Feed>,
        /// The revision of the feed, for `If-Match`.
        #[oai(header = "ETag")]
        String,
        /// The path of the feed.
        #[oai(header = "Location")]
        String,
    ),
}

/// The answer to a GET of feeds.
#[derive(ApiResponse)]
pub enum FeedsResponse {
    /// All feeds.
    #[oai(status = 200)]
    Listed(Json<FeedList>),
}

/// The answer to a GET or a renewal of a feed.
#[derive(ApiResponse)]
pub enum FeedResponse {
    /// The feed.
    #[oai(status = 200)]
    Shown(
        Json<Feed>,
        /// The revision of the feed, for `If-Match`.
        #[oai(header = "ETag")]
        String,
    ),
}

/// The answer to a DELETE of a feed.
#[derive(ApiResponse)]
pub enum GoneResponse {
    /// It is gone; its address leads nowhere.
    #[oai(status = 204)]
    Gone,
}

/// The answer to a GET of a calendar.
#[derive(ApiResponse)]
pub enum CalendarResponse {
    /// The calendar.
    #[oai(status = 200)]
    Shown(
        CalendarFile,
        /// The revision of the calendar, for `If-None-Match`.
        #[oai(header = "ETag")]
        String,
    ),
    /// It has not changed since the ETag in `If-None-Match`.
    #[oai(status = 304)]
    Unchanged(
        /// The revision of the calendar.
        #[oai(header = "ETag")]
        String,
    ),
}

/// iCalendar (RFC 5545).
#[derive(Debug)]
pub struct CalendarFile(poem::Body);

impl Payload for CalendarFile {
    const CONTENT_TYPE: &'static str = "text/calendar";

    fn schema_ref() -> MetaSchemaRef {
        let example = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n";
        MetaSchemaRef::Inline(Box::new(MetaSchema { example: Some(example.into()), ..MetaSchema::new("string") }))
    }
}

impl IntoResponse for CalendarFile {
    fn into_response(self) -> Response {
        Response::builder().content_type("text/calendar; charset=utf-8").body(self.0)
    }
}

#[OpenApi]
impl Feeds {
    /// Create a calendar feed
    ///
    /// A calendar of the visits that are in force, for the whole programme, a network or a municipality, at an address
    /// that holds a secret: whoever has it can subscribe, with no key. The address is told this once; renew it if it is
    /// lost or has got about. A visit is the same event whatever becomes of it: its `SEQUENCE` rises when it changes,
    /// and it is marked as cancelled when it is. So are meetings of gatherings, with their hours: they are in the calendar of the
    /// programme, of each municipality that attends, and of the one that hosts.
    #[oai(path = "/v1/programmes/:programme/feeds", method = "post", operation_id = "create_feed", tag = "Tag::Feeds")]
    async fn create(
        &self,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
        body: Body<NewFeed>,
    ) -> Result<MadeResponse, Errors<Asking>> {
        let (programme, new) = (programme.0.0, body.0);
        let mut write = state.store.write().await?;
        one::<Programmes>(&mut write, None, &programme).await?;
        judge(&mut write, &programme, &new).await?;
        let (secret, address) = secret()?;
        let feed = Feed {
            id: new_id(),
            scope: new.scope,
            subject: new.subject,
            name: new.name,
            address: Some(address),
            created_at: Instant(now()),
            renewed_at: None,
        };
        store::insert(&mut write, &programme, &feed, &secret).await?;
        let (kept, tag) = store::one(&mut write, &programme, &feed.id).await?;
        write.note(change(&programme, None, Some(&kept)));
        write.commit().await?;
        let location = path(&programme, &feed.id);
        Ok(MadeResponse::Made(Json(feed), etag(tag), location))
    }

    /// List the calendar feeds of a programme
    ///
    /// All of them, in the order made, without their addresses.
    #[oai(path = "/v1/programmes/:programme/feeds", method = "get", operation_id = "list_feeds", tag = "Tag::Feeds")]
    async fn list(
        &self,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
    ) -> Result<FeedsResponse, Errors<Reading>> {
        let mut read = state.store.read().await?;
        one::<Programmes>(&mut read, None, &programme.0.0).await?;
        Ok(FeedsResponse::Listed(Json(FeedList { items: store::list(&mut read, &programme.0.0).await? })))
    }

    /// Get a calendar feed
    ///
    /// Without its address, which was told when it was made.
    #[oai(path = "/v1/programmes/:programme/feeds/:id", method = "get", operation_id = "get_feed", tag = "Tag::Feeds")]
    async fn get(
        &self,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
        /// The id of the feed.
        id: Path<Id>,
    ) -> Result<FeedResponse, Errors<Reading>> {
        let (feed, tag) = store::one(&mut *state.store.read().await?, &programme.0.0, &id.0.0).await?;
        Ok(FeedResponse::Shown(Json(feed), etag(tag)))
    }

    /// Renew the address of a calendar feed
    ///
    /// The feed gets another secret address, which the answer tells, this once. The one before leads nowhere from now on.
    #[oai(
        path = "/v1/programmes/:programme/feeds/:id/renew",
        method = "post",
        operation_id = "renew_feed",
        tag = "Tag::Feeds"
    )]
    async fn renew(
        &self,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
        /// The id of the feed.
        id: Path<Id>,
    ) -> Result<FeedResponse, Errors<Reading>> {
        let mut write = state.store.write().await?;
        let (before, _) = store::one(&mut write, &programme.0.0, &id.0.0).await?;
        let (secret, address) = secret()?;
        store::renew(&mut write, &id.0.0, &secret).await?;
        let (feed, tag) = store::one(&mut write, &programme.0.0, &id.0.0).await?;
        write.note(change(&programme.0.0, Some(&before), Some(&feed)));
        write.commit().await?;
        Ok(FeedResponse::Shown(Json(Feed { address: Some(address), ..feed }), etag(tag)))
    }

    /// Delete a calendar feed
    ///
    /// Needs `If-Match`. Its address leads nowhere from now on.
    #[oai(
        path = "/v1/programmes/:programme/feeds/:id",
        method = "delete",
        operation_id = "delete_feed",
        tag = "Tag::Feeds"
    )]
    async fn delete(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
        /// The id of the feed.
        id: Path<Id>,
        /// The ETag that you saw: needed.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
    ) -> Result<GoneResponse, Errors<Deleting>> {
        let conditions = Conditions::of(request)?;
        let mut write = state.store.write().await?;
        let (feed, tag) = store::one(&mut write, &programme.0.0, &id.0.0).await?;
        conditions.allow_change(Some(tag))?;
        store::delete(&mut write, &id.0.0).await?;
        write.note(change(&programme.0.0, Some(&feed), None));
        write.commit().await?;
        Ok(GoneResponse::Gone)
    }

    /// Subscribe to a calendar
    ///
    /// The calendar of a feed, as iCalendar (RFC 5545). No key is asked for: the address is the secret. It holds nobody who
    /// has left the programme since the plan was published: visits to a host who has are not in it, and guests who have
    /// are not among those who come.
    #[oai(path = "/v1/calendars/:address", method = "get", operation_id = "get_calendar", tag = "Tag::Feeds")]
    async fn calendar(
        &self,
        request: &Request,
        state: Data<&State>,
        /// What the feed's address ends with: the secret, and `.ics`.
        address: Path<String>,
        /// The ETag that you have: 304 while it is still the present one.
        #[oai(name = "If-None-Match")]
        _if_none_match: Header<Option<String>>,
    ) -> Result<CalendarResponse, Errors<Reading>> {
        let conditions = Conditions::of(request)?;
        let nowhere = || Failure::new(Kind::NotFound, "There is no calendar here, or it has another address now.");
        let secret = address.0.strip_suffix(".ics").ok_or_else(nowhere)?;
        let found = store::by_secret(&mut *state.store.read().await?, &sha256(secret)).await?;
        let (feed, programme, name, revision) = found.ok_or_else(nowhere)?;
        if conditions.fresh(revision) {
            return Ok(CalendarResponse::Unchanged(etag(revision)));
        }
        let (place, database) = (Place::take().await?, state.store.clone());
        let events = place.reading(async move {
            let mut read = database.read().await?;
            let present = store::present(&mut read, &programme).await?;
            let events = store::events(&mut read, &programme).await?.into_iter();
            Ok(events.filter_map(|event| event.without_leavers(&present)).collect::<Vec<_>>())
        });
        let events = events.await?;
        let room = state.room_for(presence::share().as_deref(), EVENT * events.len())?;
        let body = sent::written(move |pipe| {
            let _room = room;
            calendar::write(&feed, &name, &events, pipe)
        });
        Ok(CalendarResponse::Shown(CalendarFile(body), etag(revision)))
    }
}

/// What is wrong with a feed that is asked for.
async fn judge(write: &mut Write, programme: &str, new: &NewFeed) -> Result<(), Failure> {
    let mut faults = Faults::default();
    let subject = new.subject.as_ref().map(|subject| subject.0.as_str());
    match (new.scope, subject) {
        (Scope::Programme, None) => {}
        (Scope::Programme, Some(_)) => {
            faults.add("/subject", "not_allowed", "the whole programme has no `subject`; leave it out");
        }
        (scope, None) => {
            let detail = format!("`subject` is missing: the id of the {}", scope.name());
            faults.add("/subject", "missing_field", detail);
        }
        (Scope::Network, Some(id)) => {
            if find::<Networks>(write, Some(programme), id).await?.is_none() {
                validate::unknown_id("network", id, "/subject", &mut faults);
            }
        }
        (Scope::Municipality, Some(id)) => {
            if find::<ProgrammeMunicipalities>(write, Some(programme), id).await?.is_none() {
                validate::unknown_id("municipality", id, "/subject", &mut faults);
            }
        }
    }
    if new.name.as_ref().is_some_and(|name| name.chars().count() > LONGEST_NAME) {
        faults.add("/name", "out_of_range", format!("`name` has at most {LONGEST_NAME} characters"));
    }
    faults.into_result().map_err(Failure::invalid)
}

/// A new secret of 256 random bits: its hash, and the address that holds it.
fn secret() -> Result<(String, String), Failure> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(Failure::internal)?;
    let secret: String = hex(&bytes);
    Ok((sha256(&secret), format!("/v1/calendars/{secret}.ics")))
}

/// Brings the events of a programme to what this plan, now in force, says.
pub async fn follow(write: &mut Write, programme: &str, plan: &str) -> Result<(), Failure> {
    let (problem, document) = documents(write, plan).await?;
    let Some(document) = document else { return Ok(()) };
    let handout = as_writer(move || Handout::read(&problem, &document)).await?;
    let present = store::present(write, programme).await?;
    let known = store::events(write, programme).await?.into_iter();
    let known = known.map(|event| event.clone().without_leavers(&present).unwrap_or(event)).collect();
    let changed = events::following(known, &handout);
    store::put_events(write, programme, &changed).await?;
    Ok(())
}

fn path(programme: &str, feed: &str) -> String {
    format!("/v1/programmes/{programme}/feeds/{feed}")
}

/// What the audit trail says of a feed that has become another one, is new or is gone.
pub fn change(programme: &str, before: Option<&Feed>, after: Option<&Feed>) -> Change {
    let id = after.or(before).map_or("", |feed| &feed.id);
    let json = |feed: &Feed| feed.to_json().unwrap_or_default();
    Change::of(path(programme, id), before.map(json).as_ref(), after.map(json).as_ref())
}

//! Break-out groups of a meeting: the scheduler's `seating` divides the seats while the client waits; what comes of it is kept
//! beside the plan.

mod csv;
pub mod store;
pub mod wire;

use poem::Request;
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON as _;
use poem_openapi::{ApiResponse, OpenApi};
use scheduler::effort::Budget;
use scheduler::plan::Meeting;
use scheduler::problem::GatheringIx;
use scheduler::seating::{self, Request as Wanted};
use scheduler::{Effort, Faults, Plan, Task};

use self::csv::Format;
use super::exports::{CsvFile, CsvResponse};
use crate::http::Tag;
use crate::http::body::Body;
use crate::http::errors::{AskingPlan, Deleting, Errors, Listing, Reading};
use crate::http::etag::{Conditions, etag};
use crate::http::failure::{Failure, Kind};
use crate::http::fields::{Date, Id, Instant};
use crate::http::paging;
use crate::http::resource::new_id;
use crate::plans::{store as plans, stored};
use crate::questions::computation::{Computation, Watched};
use crate::state::State;
use crate::store::audit::Change;
use crate::store::now;

use wire::{MOST_IN_A_GROUP, MOST_SESSIONS, NewSeating, Seat, Seating, SeatingList, SeatingReason};

/// `/plans/{id}/gatherings/{gathering}/seatings` and `/seatings`
#[derive(Clone, Copy, Debug)]
pub struct Seatings;

/// Seconds that a search takes at most, steps where it is whole, and the most seats that it takes in.
const SECONDS: f64 = 10.0;
const STEPS: u64 = 30_000_000;
const MOST_SEATS: usize = 4_000;
/// Most reasons that are told.
const MOST_REASONS: usize = 100;

/// The answer to a POST of break-out groups.
#[derive(ApiResponse)]
pub enum MadeResponse {
    /// The groups.
    #[oai(status = 201)]
    Made(
        Json<Box<Seating>>,
        /// The revision of the groups, for `If-Match`.
        #[oai(header = "ETag")]
        String,
        /// The path of the groups.
        #[oai(header = "Location")]
        String,
    ),
}

/// The answer to a GET of all break-out groups of a gathering.
#[derive(ApiResponse)]
pub enum SeatingsResponse {
    /// The groups.
    #[oai(status = 200)]
    Listed(Json<SeatingList>),
}

/// The answer to a GET of break-out groups.
#[derive(ApiResponse)]
pub enum SeatingResponse {
    /// The groups.
    #[oai(status = 200)]
    Shown(
        Json<Box<Seating>>,
        /// The revision of the groups, for `If-None-Match`.
        #[oai(header = "ETag")]
        String,
    ),
    /// They have not changed since the ETag in `If-None-Match`.
    #[oai(status = 304)]
    Unchanged(
        /// The revision of the groups.
        #[oai(header = "ETag")]
        String,
    ),
}

/// The answer to a DELETE of break-out groups.
#[derive(ApiResponse)]
pub enum GoneResponse {
    /// They are gone.
    #[oai(status = 204)]
    Gone,
}

#[OpenApi]
impl Seatings {
    /// Make break-out groups
    ///
    /// Divides the seats of all who attend a meeting of the plan into groups, once a session, so that people meet others than
    /// those they know. Two of one municipality in one group cost 1000, two who meet again 100 (with `strangers` those too who
    /// share a network in the plan), each seat by which a track lies outside its even share in a group 10. The answer has
    /// what the groups come to, a proved bound, and why each pair or track that costs something is so. Takes ten seconds at
    /// most and is kept until it is deleted, or its plan is.
    #[oai(
        path = "/v1/plans/:id/gatherings/:gathering/seatings",
        method = "post",
        operation_id = "create_seating",
        tag = "Tag::Seatings"
    )]
    async fn create(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
        /// The id of the gathering.
        gathering: Path<Id>,
        body: Body<NewSeating>,
    ) -> Result<MadeResponse, Errors<AskingPlan>> {
        judge(&body.0).map_err(Failure::invalid)?;
        let computation = Computation::begin(&state.computations)?;
        let (problem, document) = stored::texts(&state, &id.0.0).await?;
        let (plan, new) = (id.0.0, body.0);
        let found = computation.run(&state, SECONDS, move |watch| {
            let (_, problem) = stored::problem(&problem)?;
            let read = stored::plan(&problem, &document)?.plan;
            seated(&problem, &read, plan, gathering.0, &new, watch)
        });
        let seating = found.await?;
        let mut write = state.store.write().await?;
        plans::one(&mut write, &seating.plan).await?; // it may have gone meanwhile
        let revision = store::insert(&mut write, &seating).await?;
        write.note(change(None, Some(&seating)));
        write.commit().await?;
        let location = format!("/v1/seatings/{}", seating.id);
        Ok(MadeResponse::Made(Json(Box::new(seating)), etag(revision), location))
    }

    /// List the break-out groups of a gathering
    ///
    /// Those of a plan, the latest first, without the groups themselves.
    #[oai(
        path = "/v1/plans/:id/gatherings/:gathering/seatings",
        method = "get",
        operation_id = "list_seatings",
        tag = "Tag::Seatings"
    )]
    async fn list(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
        /// The id of the gathering.
        gathering: Path<Id>,
    ) -> Result<SeatingsResponse, Errors<Reading>> {
        let mut read = state.store.read().await?;
        plans::one(&mut read, &id.0.0).await?;
        let items = store::list(&mut read, &id.0.0, &gathering.0.0).await?;
        Ok(SeatingsResponse::Listed(Json(SeatingList { items })))
    }

    /// Get break-out groups
    ///
    /// Whole, with seats, groups and reasons. They never change.
    #[oai(path = "/v1/seatings/:id", method = "get", operation_id = "get_seating", tag = "Tag::Seatings")]
    async fn get(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the groups.
        id: Path<Id>,
        /// The ETag that you have: 304 while it is still the present one.
        #[oai(name = "If-None-Match")]
        _if_none_match: Header<Option<String>>,
    ) -> Result<SeatingResponse, Errors<Reading>> {
        let conditions = Conditions::of(request)?;
        let (seating, revision) = store::one(&mut *state.store.read().await?, &id.0.0).await?;
        if conditions.fresh(revision) {
            return Ok(SeatingResponse::Unchanged(etag(revision)));
        }
        Ok(SeatingResponse::Shown(Json(Box::new(seating)), etag(revision)))
    }

    /// Delete break-out groups
    ///
    /// Needs `If-Match`.
    #[oai(path = "/v1/seatings/:id", method = "delete", operation_id = "delete_seating", tag = "Tag::Seatings")]
    async fn delete(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the groups.
        id: Path<Id>,
        /// The ETag that you saw: needed.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
    ) -> Result<GoneResponse, Errors<Deleting>> {
        let conditions = Conditions::of(request)?;
        let mut write = state.store.write().await?;
        let (seating, revision) = store::one(&mut write, &id.0.0).await?;
        conditions.allow_change(Some(revision))?;
        store::delete(&mut write, &id.0.0).await?;
        write.note(change(Some(&seating), None));
        write.commit().await?;
        Ok(GoneResponse::Gone)
    }

    /// Export break-out groups as CSV
    ///
    /// Seats by session and group. `plain` is for spreadsheets: UTF-8 with a byte order mark, `;` between the columns. The
    /// others are for meeting tools, with commas: `zoom` has the columns of Zoom's sample file and the seat beside them,
    /// `teams` room and participant, `bigbluebutton` id, name and roster of each group. Nothing personal is stored: write
    /// the addresses in before you upload a list.
    #[oai(
        path = "/v1/seatings/:id/seats.csv",
        method = "get",
        operation_id = "export_seats_csv",
        tag = "Tag::Seatings"
    )]
    async fn seats_csv(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the groups.
        id: Path<Id>,
        /// The session, from 1. Default: all of them.
        session: Query<Option<String>>,
        /// `plain`, `zoom`, `teams` or `bigbluebutton`. Default: `plain`.
        format: Query<Option<String>>,
    ) -> Result<CsvResponse, Errors<Listing>> {
        let _ = (session, format); // read from the request
        let (seating, _) = store::one(&mut *state.store.read().await?, &id.0.0).await?;
        let (mut session, mut format) = (None, Format::Plain);
        for (name, value) in paging::parameters(request)? {
            match name.as_str() {
                "session" => session = Some(number(&value, seating.sessions.len())?),
                "format" => {
                    let detail = "`format` is plain, zoom, teams or bigbluebutton.";
                    format = Format::of(&value).ok_or_else(|| Failure::parameter("format", detail))?;
                }
                other => {
                    let detail = "There is no such parameter here; there are session and format.";
                    return Err(Failure::parameter(other, detail).into());
                }
            }
        }
        let bytes = csv::list(&seating, session, format).map_err(Failure::internal)?;
        let disposition = format!("attachment; filename=\"{}-seats.csv\"", seating.id);
        Ok(CsvResponse::File(CsvFile::of(bytes), disposition))
    }
}

/// The position of a session by its number.
fn number(text: &str, sessions: usize) -> Result<usize, Failure> {
    let number = text.parse::<usize>().ok().filter(|number| (1..=sessions).contains(number));
    let detail = || format!("`session` is a whole number, 1 to {sessions}.");
    number.map(|number| number - 1).ok_or_else(|| Failure::parameter("session", detail()))
}

/// What is wrong with what is asked for by itself.
fn judge(new: &NewSeating) -> Result<(), Faults> {
    let mut faults = Faults::default();
    let mut within = |field: &str, value: i64, least: i64, most: i64| {
        if !(least..=most).contains(&value) {
            faults.add(format!("/{field}"), "out_of_range", format!("`{field}` must be {least} to {most}"));
        }
    };
    within("sessions", new.sessions.0, 1, MOST_SESSIONS);
    within("group_size", new.group_size.0, 2, MOST_IN_A_GROUP);
    within("seed", new.seed.map_or(1, |seed| seed.0), 0, i64::from(u32::MAX));
    faults.into_result()
}

/// Divides the seats of a meeting.
///
/// Errors: `NotFound` where the problem has no such gathering; `Invalid` where no single meeting is named, or it has too many
/// seats.
fn seated(
    problem: &Task,
    plan: &Plan,
    id: String,
    gathering: Id,
    new: &NewSeating,
    watch: &Watched,
) -> Result<Seating, Failure> {
    let meeting = meeting(problem, plan, &gathering, new)?;
    let seats = seating::seats(problem, plan, meeting);
    if seats.len() > MOST_SEATS {
        let detail = format!("{} persons attend; groups are made of {MOST_SEATS} at most", seats.len());
        return Err(invalid("", "too_many_seats", detail));
    }
    let positive = |number: i64| usize::try_from(number).unwrap_or(1);
    let wanted = Wanted {
        sessions: positive(new.sessions.0),
        group_size: positive(new.group_size.0),
        strangers: new.strangers == Some(true),
    };
    let seed = new.seed.map_or(1, |seed| u32::try_from(seed.0).unwrap_or(1));
    let effort = Effort { seconds: Some(SECONDS), work: Some(STEPS), threads: 1, ..Effort::default() };
    let found = seating::solve(&seats, &wanted, seed.into(), &Budget::new(&effort, watch));
    let told = seating::reasons(problem, &seats, &wanted, &found, MOST_REASONS);
    let on_wire: Vec<Seat> = seats.iter().map(|seat| to_wire(problem, seat)).collect();
    let track = |track: scheduler::problem::TrackIx| Id(problem.track(track).id.clone());
    let labels = |group: &Vec<usize>| group.iter().map(|&at| on_wire[at].label()).collect();
    let it = problem.gathering(meeting.gathering);
    Ok(Seating {
        id: new_id(),
        plan: id,
        gathering,
        start: Date(meeting.start.to_string()),
        place: meeting.place.map(|place| Id(it.places[place.at()].id.clone())),
        group_size: u32::try_from(wanted.group_size).unwrap_or(u32::MAX),
        strangers: wanted.strangers,
        seed,
        measures: found.measures.into(),
        bound: found.bound,
        proved: found.bound >= found.measures.cost(),
        sessions: found.groups.iter().map(|groups| groups.iter().map(labels).collect()).collect(),
        reasons: told.into_iter().map(|reason| SeatingReason::new(reason, &on_wire, track)).collect(),
        seats: on_wire,
        created_at: Instant(now()),
    })
}

fn to_wire(problem: &Task, seat: &seating::Seat) -> Seat {
    let town = problem.municipality(seat.municipality);
    Seat {
        enrolment: Id(problem.enrolment(seat.enrolment).id.clone()),
        seat: seat.number,
        municipality: Id(town.id.clone()),
        name: town.name.clone(),
        track: Id(problem.track(seat.track).id.clone()),
    }
}

/// The meeting that is meant.
fn meeting<'p>(problem: &Task, plan: &'p Plan, gathering: &Id, new: &NewSeating) -> Result<&'p Meeting, Failure> {
    let at = problem.gatherings().iter().position(|known| known.id == gathering.0).map(GatheringIx::new);
    let missing = || Failure::new(Kind::NotFound, format!("The plan's problem has no gathering {}.", gathering.0));
    let at = at.ok_or_else(missing)?;
    let place = |meeting: &Meeting| meeting.place.map(|place| problem.gathering(at).places[place.at()].id.as_str());
    let is_meant = |meeting: &&Meeting| {
        meeting.gathering == at
            && new.start.as_ref().is_none_or(|start| start.0 == meeting.start.to_string())
            && new.place.as_ref().is_none_or(|wanted| Some(wanted.0.as_str()) == place(meeting))
    };
    let held: Vec<&Meeting> = plan.meetings.iter().filter(is_meant).collect();
    match held.as_slice() {
        [one] => Ok(one),
        [] if new.start.is_some() || new.place.is_some() => {
            let detail = "the plan holds no meeting of the gathering on this day at this place".to_owned();
            Err(invalid(if new.start.is_some() { "/start" } else { "/place" }, "no_such_meeting", detail))
        }
        [] => Err(invalid("", "no_such_meeting", "the plan holds no meeting of the gathering".to_owned())),
        several => {
            let name = |meeting: &&Meeting| match place(meeting) {
                Some(place) => format!("{} at {place}", meeting.start),
                None => meeting.start.to_string(),
            };
            let names: Vec<String> = several.iter().map(name).collect();
            let detail = format!("say with `start` and `place` which meeting is meant: {}", names.join(", "));
            Err(invalid("/start", "several_meetings", detail))
        }
    }
}

fn invalid(pointer: &str, code: &'static str, detail: String) -> Failure {
    let mut faults = Faults::default();
    faults.add(pointer, code, detail);
    Failure::invalid(faults)
}

/// What the audit trail says of groups that are new or gone.
fn change(before: Option<&Seating>, after: Option<&Seating>) -> Change {
    let id = after.or(before).map_or("", |seating| &seating.id);
    let json = |seating: &Seating| seating.to_json().unwrap_or_default();
    Change::of(format!("/v1/seatings/{id}"), before.map(json).as_ref(), after.map(json).as_ref())
}

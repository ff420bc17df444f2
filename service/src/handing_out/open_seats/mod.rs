//! Open seats: what of the published plan has room for somebody who does not take part in it.
//!
//! A guest from outside becomes no member, so rules about members do not concern it. It is asked of it what is asked of a
//! guest: that it fits in, that its diary is free, that its region may be in the network, and that no pair rule keeps it
//! apart from those who come.

pub mod wire;

use poem::Request;
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};
use scheduler::plan::{Meeting, Visit};
use scheduler::problem::records::{MunicipalityRecord, RegionRecord};
use scheduler::problem::{Day, EnrolmentIx, MunicipalityIx};
use scheduler::{Plan, Task};
use sqlx::SqliteConnection;

use crate::clock;
use crate::handing_out::publications::store as publications;
use crate::http::Tag;
use crate::http::errors::{Errors, Listing};
use crate::http::failure::Failure;
use crate::http::fields::{Date, Documented, Id, Name};
use crate::http::paging::parameters;
use crate::http::place::Place;
use crate::plans::store::documents;
use crate::plans::stored;
use crate::records::municipalities::store::{Municipalities, ProgrammeMunicipalities};
use crate::records::programmes::store::Programmes;
use crate::records::regions::store::{ProgrammeRegions, Regions};
use crate::state::State;
use crate::store::{Error, find, one};

use wire::{OpenSeat, OpenSeatList, SeatKind};

/// `/programmes/{programme}/open-seats`
#[derive(Clone, Copy, Debug)]
pub struct OpenSeats;

/// The answer to a GET of open seats.
#[derive(ApiResponse)]
pub enum OpenSeatsResponse {
    /// What has room.
    #[oai(status = 200)]
    Listed(Json<OpenSeatList>),
}

#[OpenApi]
impl OpenSeats {
    /// List the open seats of a programme
    ///
    /// Visits and meetings of the plan in force with room for a municipality that does not take part in them, the nearest
    /// first. The municipality may be any of the programme or of the master data. A visit has room as far as its host's
    /// capacity goes, a meeting as far as its place's. What falls on a day on which the municipality is unavailable is left
    /// out, and so are networks that its region may not be in, and those with members that a pair rule keeps apart from it.
    #[oai(
        path = "/v1/programmes/:programme/open-seats",
        method = "get",
        operation_id = "list_open_seats",
        tag = "Tag::Publications"
    )]
    async fn list(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
        /// The id of the municipality that looks for seats: needed.
        municipality: Query<Option<Documented<Id>>>,
        /// The first day to tell of. Default: today.
        from: Query<Option<Documented<Date>>>,
    ) -> Result<OpenSeatsResponse, Errors<Listing>> {
        let _ = (municipality, from); // read from the request
        let (municipality, from) = asked(request)?;
        let place = Place::take().await?;
        let (database, programme) = (state.store.clone(), programme.0.0);
        let found = place.reading(async move {
            let mut read = database.read().await?;
            one::<Programmes>(&mut read, None, &programme).await?;
            let home = home(&mut read, &programme, &municipality).await?;
            let home = home.ok_or_else(|| {
                Failure::parameter("municipality", "There is no such municipality in the programme or the master data.")
            })?;
            let Some(plan) = publications::in_force(&mut read, &programme).await? else { return Ok((home, None)) };
            let (problem, document) = documents(&mut read, &plan).await?;
            Ok((home, document.map(|document| (plan, problem, document))))
        });
        let (home, Some((plan, problem, document))) = found.await? else {
            return Ok(OpenSeatsResponse::Listed(Json(OpenSeatList { plan: None, items: Vec::new() })));
        };
        place.weigh(problem.len() + document.len()).await?;
        let items = place.run(move || seats(home, &problem, &document, from)).await?;
        Ok(OpenSeatsResponse::Listed(Json(OpenSeatList { plan: Some(Id(plan)), items })))
    }
}

/// The municipality that is asked for, and the first day.
fn asked(request: &Request) -> Result<(String, Day), Failure> {
    let (mut municipality, mut from) = (None, clock::now().date_naive().to_string());
    for (name, value) in parameters(request)? {
        match name.as_str() {
            "municipality" => municipality = Some(value),
            "from" => from = value,
            other => {
                let detail = "There is no such parameter here; there are municipality, from.";
                return Err(Failure::parameter(other, detail));
            }
        }
    }
    let municipality = municipality
        .ok_or_else(|| Failure::parameter("municipality", "Name the municipality that looks for seats."))?;
    let from = Day::parse(&from).map_err(|_| Failure::parameter("from", "`from` is a date, such as 2027-04-06."))?;
    Ok((municipality, from))
}

/// A municipality with its region, as the programme has it by now, or else the master data.
async fn home(
    read: &mut SqliteConnection,
    programme: &str,
    id: &str,
) -> Result<Option<(MunicipalityRecord, RegionRecord)>, Error> {
    let scope = Some(programme);
    if let Some(town) = find::<ProgrammeMunicipalities>(read, scope, id).await? {
        let region = find::<ProgrammeRegions>(read, scope, &town.record.record.region).await?;
        return Ok(region.map(|region| (town.record.record, region.record)));
    }
    let Some(town) = find::<Municipalities>(read, None, id).await? else { return Ok(None) };
    let region = find::<Regions>(read, None, &town.record.record.region).await?;
    Ok(region.map(|region| (town.record.record, region.record)))
}

/// What has room for a municipality in a plan, from a day on.
fn seats(
    (town, region): (MunicipalityRecord, RegionRecord),
    problem: &str,
    document: &str,
    from: Day,
) -> Result<Vec<OpenSeat>, Failure> {
    let (mut records, _) = stored::problem(problem)?;
    let id = town.id.clone();
    let busy: Vec<Day> = town.unavailable.iter().flatten().filter_map(|day| Day::parse(day).ok()).collect();
    if !records.regions.iter().any(|known| known.id == region.id) {
        records.regions.push(region);
    }
    if !records.municipalities.iter().any(|known| known.id == id) {
        records.municipalities.push(town);
    }
    let task =
        Task::new(&records).map_err(|faults| Failure::internal(anyhow::anyhow!("a plan's problem: {faults}")))?;
    let plan = stored::plan(&task, document)?.plan;
    let Some(at) = task.municipalities().iter().position(|known| known.id == id) else { return Ok(Vec::new()) };
    let guest = Guest { task: &task, town: MunicipalityIx::new(at), busy: &busy, from };
    Ok(guest.seats(&plan))
}

/// Somebody from outside, and what it can come to.
struct Guest<'a> {
    task: &'a Task,
    town: MunicipalityIx,
    /// The days on which it is unavailable by now.
    busy: &'a [Day],
    from: Day,
}

impl Guest<'_> {
    /// The nearest first; of those as near, the earliest.
    fn seats(&self, plan: &Plan) -> Vec<OpenSeat> {
        let visits = plan.visits.iter().filter_map(|visit| self.visit(visit));
        let meetings = plan.meetings.iter().filter(|meeting| !self.is_at_another(plan, meeting));
        let mut seats: Vec<OpenSeat> = visits.chain(meetings.filter_map(|meeting| self.meeting(meeting))).collect();
        seats.sort_by(|a, b| a.km.total_cmp(&b.km).then_with(|| (&a.date, a.kind).cmp(&(&b.date, b.kind))));
        seats
    }

    /// A visit that has room for it.
    fn visit(&self, visit: &Visit) -> Option<OpenSeat> {
        let task = self.task;
        let (network, host) = (task.network(visit.network), task.home(visit.host));
        let takes_part = || visit.guests.iter().copied().chain([visit.host]);
        let region = task.municipality(self.town).region;
        let may_come = self.is_free(visit.day)
            && !takes_part().any(|e| self.is_of(e) || self.is_apart(e))
            && network.allowed_regions.as_ref().is_none_or(|allowed| allowed.contains(&region));
        let persons = visit.guests.iter().map(|&e| task.enrolment(e).delegates).sum();
        let seats = room(host.host_capacity, persons)?;
        may_come.then(|| OpenSeat {
            kind: SeatKind::Visit,
            date: Date(visit.day.to_string()),
            until: None,
            network: Some((&network.id).into()),
            host: Some((&task.enrolment(visit.host).id).into()),
            gathering: None,
            place: Some((&host.id).into()),
            place_name: Some(Name(host.name.clone())),
            km: task.km(self.town, task.enrolment(visit.host).municipality),
            seats,
        })
    }

    /// A meeting that has room for it.
    fn meeting(&self, meeting: &Meeting) -> Option<OpenSeat> {
        let task = self.task;
        let gathering = task.gathering(meeting.gathering);
        let last = gathering.days_from(meeting.start).last()?;
        let place = meeting.place.map(|place| &gathering.places[place.at()]);
        let persons = meeting.attend.iter().filter_map(|&e| task.persons_invited(meeting.gathering, e)).sum();
        let seats = room(place.and_then(|place| place.capacity), persons)?;
        gathering.days_from(meeting.start).all(|day| self.is_free(day)).then(|| OpenSeat {
            kind: SeatKind::Gathering,
            date: Date(meeting.start.to_string()),
            until: (last != meeting.start).then(|| Date(last.to_string())),
            network: None,
            host: None,
            gathering: Some((&gathering.id).into()),
            place: place.map(|place| (&place.id).into()),
            place_name: place.map(|place| Name(place.name.clone())),
            km: task.km_to(self.town, meeting.gathering, meeting.place),
            seats,
        })
    }

    /// Whether it attends this or another meeting of the same gathering.
    fn is_at_another(&self, plan: &Plan, meeting: &Meeting) -> bool {
        let same = plan.meetings.iter().filter(|other| other.gathering == meeting.gathering);
        same.flat_map(|other| &other.attend).any(|&e| self.is_of(e))
    }

    fn is_free(&self, day: Day) -> bool {
        day >= self.from && !self.busy.contains(&day)
    }

    fn is_of(&self, e: EnrolmentIx) -> bool {
        self.task.enrolment(e).municipality == self.town
    }

    fn is_apart(&self, e: EnrolmentIx) -> bool {
        let other = self.task.enrolment(e).municipality;
        self.task.apart().iter().any(|&(a, b)| (a, b) == (self.town, other) || (b, a) == (self.town, other))
    }
}

/// What is left of a capacity: `None` where nothing is, `Some(None)` where there is no limit.
fn room(capacity: Option<u32>, persons: u32) -> Option<Option<u32>> {
    match capacity {
        None => Some(None),
        Some(capacity) => capacity.checked_sub(persons).filter(|left| *left > 0).map(Some),
    }
}

//! What a plan holds, list by list, filtered and a page at a time.

use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;

use super::answers::*;
use super::page::{self, List};
use super::rows::{self, Places};
use super::stored;
use super::{Limit, Text};
use crate::http::Tag;
use crate::http::errors::{Errors, ListingPlan};
use crate::http::failure::Failure;
use crate::http::fields::{Date, Documented, Id};
use crate::http::place::Place;
use crate::state::State;

/// `/plans/{id}/assignments`, `/visits` and `/gatherings`
#[derive(Clone, Copy, Debug)]
pub struct PlanLists;

#[OpenApi]
impl PlanLists {
    /// List the assignments of a plan
    ///
    /// Who is in which network, sorted by enrolment, a page at a time. Filters that are given must all hold.
    #[oai(
        path = "/v1/plans/:id/assignments",
        method = "get",
        operation_id = "list_plan_assignments",
        tag = "Tag::Plans"
    )]
    #[allow(clippy::too_many_arguments)] // each is a parameter of the API
    async fn assignments(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
        /// How many assignments at most. Default: 50.
        limit: Query<Option<Limit>>,
        /// `next` of the page before.
        cursor: Query<Option<Text>>,
        /// Only members of this network.
        network: Query<Option<Text>>,
        /// Only enrolments of this municipality.
        municipality: Query<Option<Text>>,
        /// Only enrolments of municipalities in this region.
        region: Query<Option<Text>>,
    ) -> Result<AssignmentListResponse, Errors<ListingPlan>> {
        let _ = (limit, cursor, network, municipality, region); // read from the request
        let (filters, page) = page::rows(request, List::Assignments)?;
        let cut = move |document: &str, places: &Places| {
            let rows = rows::assignments(document, places, &filters).map_err(Failure::internal)?;
            Ok(page.cut(rows, rows::AssignmentRow::key))
        };
        let (items, next) = rows_of(&state, &id.0.0, cut).await?;
        Ok(AssignmentListResponse::Page(Json(AssignmentList { items, next })))
    }

    /// List the visits of a plan
    ///
    /// Who visits whom when, sorted by date, network and host, a page at a time. Filters that are given must all hold.
    #[oai(path = "/v1/plans/:id/visits", method = "get", operation_id = "list_plan_visits", tag = "Tag::Plans")]
    #[allow(clippy::too_many_arguments)] // each is a parameter of the API
    async fn visits(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
        /// How many visits at most. Default: 50.
        limit: Query<Option<Limit>>,
        /// `next` of the page before.
        cursor: Query<Option<Text>>,
        /// Only visits of this network.
        network: Query<Option<Text>>,
        /// Only visits that this municipality hosts or comes to.
        municipality: Query<Option<Text>>,
        /// Only visits held in this region.
        region: Query<Option<Text>>,
        /// Only visits on this day.
        date: Query<Option<Documented<Date>>>,
    ) -> Result<VisitListResponse, Errors<ListingPlan>> {
        let _ = (limit, cursor, network, municipality, region, date); // read from the request
        let (filters, page) = page::rows(request, List::Visits)?;
        let cut = move |document: &str, places: &Places| {
            let rows = rows::visits(document, places, &filters).map_err(Failure::internal)?;
            Ok(page.cut(rows, rows::VisitRow::key))
        };
        let (items, next) = rows_of(&state, &id.0.0, cut).await?;
        Ok(VisitListResponse::Page(Json(VisitList { items, next })))
    }

    /// List the meetings of a plan
    ///
    /// The meetings of gatherings, sorted by day, gathering and place, a page at a time: who attends, and who is invited and
    /// attends no meeting of the gathering. Filters that are given must all hold.
    #[oai(path = "/v1/plans/:id/gatherings", method = "get", operation_id = "list_plan_gatherings", tag = "Tag::Plans")]
    #[allow(clippy::too_many_arguments)] // each is a parameter of the API
    async fn gatherings(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
        /// How many meetings at most. Default: 50.
        limit: Query<Option<Limit>>,
        /// `next` of the page before.
        cursor: Query<Option<Text>>,
        /// Only meetings of this gathering.
        gathering: Query<Option<Text>>,
        /// Only meetings that this municipality hosts or attends.
        municipality: Query<Option<Text>>,
        /// Only meetings at municipalities in this region.
        region: Query<Option<Text>>,
        /// Only meetings that begin on this day.
        date: Query<Option<Documented<Date>>>,
    ) -> Result<MeetingListResponse, Errors<ListingPlan>> {
        let _ = (limit, cursor, gathering, municipality, region, date); // read from the request
        let (filters, page) = page::rows(request, List::Gatherings)?;
        let cut = move |document: &str, places: &Places| {
            let rows = rows::meetings(document, places, &filters).map_err(Failure::internal)?;
            Ok(page.cut(rows, rows::MeetingRow::key))
        };
        let (items, next) = rows_of(&state, &id.0.0, cut).await?;
        Ok(MeetingListResponse::Page(Json(MeetingList { items, next })))
    }
}

/// What is cut out of the document of a plan, with who is whose.
///
/// Errors: `NotFound`, `NoPlanYet`.
async fn rows_of<R: Send + 'static>(
    state: &State,
    id: &str,
    cut: impl FnOnce(&str, &Places) -> Result<R, Failure> + Send + 'static,
) -> Result<R, Failure> {
    let place = Place::take().await?;
    let (problem, document) = stored::texts_in(&place, state, id).await?;
    place.run(move || cut(&document, &Places::read(&problem).map_err(Failure::internal)?)).await
}

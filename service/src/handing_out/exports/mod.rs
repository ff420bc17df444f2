//! Handing plans out: CSV, a workbook, GeoJSON; calendars are in `feeds/`. A file each; all read one [`handout`](crate::plans::handout).

pub mod csv;
pub mod geojson;
pub mod ics;
pub mod records;
pub mod xlsx;

use std::io;

use poem::web::Data;
use poem::{Body, IntoResponse, Response};
use poem_openapi::param::Path;
use poem_openapi::payload::Payload;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::{ApiResponse, OpenApi};

use crate::clock;
use crate::http::Tag;
use crate::http::errors::{Errors, ReadingPlan};
use crate::http::failure::{Failure, Kind};
use crate::http::fields::Id;
use crate::http::place::Place;
use crate::http::presence;
use crate::http::sent::{self, Pipe};
use crate::plans::stored;
use crate::state::State;

use crate::plans::handout::Handout;

/// `/plans/{id}/exports`
#[derive(Clone, Copy, Debug)]
pub struct Exports;

/// A file of some kind.
macro_rules! files {
    ($($(#[$doc:meta])* $name:ident, $response:ident: $kind:literal, $schema:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name(pub(super) Body);

        impl Payload for $name {
            const CONTENT_TYPE: &'static str = $kind;

            fn schema_ref() -> MetaSchemaRef {
                MetaSchemaRef::Inline(Box::new($schema))
            }
        }

        impl IntoResponse for $name {
            fn into_response(self) -> Response {
                Response::builder().content_type($kind).body(self.0)
            }
        }

        $(#[$doc])*
        #[derive(ApiResponse)]
        pub enum $response {
            /// The file.
            #[oai(status = 200)]
            File(
                $name,
                /// `attachment`, and what the file is called.
                #[oai(header = "Content-Disposition")]
                String,
            ),
        }
    )+};
}

impl CsvFile {
    /// A file that is written already.
    pub fn of(bytes: Vec<u8>) -> CsvFile {
        CsvFile(bytes.into())
    }
}

files! {
    /// CSV in UTF-8.
    CsvFile, CsvResponse: "text/csv", text(None, "enrolment;network;date;guests\n");
    /// A workbook.
    XlsxFile, XlsxResponse: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", text(Some("binary"), "PK…");
    /// GeoJSON.
    GeoJsonFile, GeoJsonResponse: "application/geo+json", features();
}

fn text(format: Option<&'static str>, example: &str) -> MetaSchema {
    MetaSchema { format, example: Some(example.into()), ..MetaSchema::new("string") }
}

/// As GeoJSON has it (RFC 7946): places or lines, with what is known of them.
fn features() -> MetaSchema {
    let inline = |schema| MetaSchemaRef::Inline(Box::new(schema));
    let named = |name: &str| inline(MetaSchema { enum_items: vec![name.into()], ..MetaSchema::new("string") });
    let object = || inline(MetaSchema::new("object"));
    let feature = MetaSchema {
        required: vec!["type", "geometry", "properties"],
        properties: vec![("type", named("Feature")), ("geometry", object()), ("properties", object())],
        ..MetaSchema::new("object")
    };
    let list = MetaSchema { items: Some(Box::new(inline(feature))), ..MetaSchema::new("array") };
    MetaSchema {
        required: vec!["type", "features"],
        properties: vec![("type", named("FeatureCollection")), ("features", inline(list))],
        example: Some(serde_json::json!({"type": "FeatureCollection", "features": []})),
        ..MetaSchema::new("object")
    }
}

#[OpenApi]
impl Exports {
    /// Export a plan as CSV
    ///
    /// A row for each enrolment with its network, and for each visit that it hosts: the form in which a hand-made plan is
    /// taken in, so that a file can be changed and come back. UTF-8 with a byte order mark and `;` between the columns, as
    /// spreadsheets like it; an apostrophe stands before what a spreadsheet would read as a formula.
    #[oai(
        path = "/v1/plans/:id/exports/plan.csv",
        method = "get",
        operation_id = "export_plan_csv",
        tag = "Tag::Exports"
    )]
    async fn plan_csv(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
    ) -> Result<CsvResponse, Errors<ReadingPlan>> {
        let body = written(&state, &id.0, csv::plan).await?;
        Ok(CsvResponse::File(CsvFile(body), named(&id.0, "plan.csv")))
    }

    /// Export the visits as CSV
    ///
    /// A row for each visit, by date, with the names of host and guests. Written as the plan is.
    #[oai(
        path = "/v1/plans/:id/exports/visits.csv",
        method = "get",
        operation_id = "export_visits_csv",
        tag = "Tag::Exports"
    )]
    async fn visits_csv(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
    ) -> Result<CsvResponse, Errors<ReadingPlan>> {
        let body = written(&state, &id.0, csv::visits).await?;
        Ok(CsvResponse::File(CsvFile(body), named(&id.0, "visits.csv")))
    }

    /// Export the gatherings as CSV
    ///
    /// A row for each enrolment that a gathering invites, with the meeting that it attends: day, place and kilometres one way.
    /// Who attends none has no meeting. Written as the plan is.
    #[oai(
        path = "/v1/plans/:id/exports/gatherings.csv",
        method = "get",
        operation_id = "export_gatherings_csv",
        tag = "Tag::Exports"
    )]
    async fn gatherings_csv(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
    ) -> Result<CsvResponse, Errors<ReadingPlan>> {
        let body = written(&state, &id.0, csv::gatherings).await?;
        Ok(CsvResponse::File(CsvFile(body), named(&id.0, "gatherings.csv")))
    }

    /// Export a plan as a workbook
    ///
    /// Sheets for the assignment, the visits, the meetings of gatherings with who attends and who misses them, where there are
    /// any, each municipality's diary, what each municipality carries, and the cost by measure with what is proved of it. The figures are those of the plan document; the same plan gives the same bytes.
    #[oai(
        path = "/v1/plans/:id/exports/plan.xlsx",
        method = "get",
        operation_id = "export_plan_xlsx",
        tag = "Tag::Exports"
    )]
    async fn plan_xlsx(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
    ) -> Result<XlsxResponse, Errors<ReadingPlan>> {
        clock_for_workbooks()?;
        let body = written(&state, &id.0, xlsx::plan).await?;
        Ok(XlsxResponse::File(XlsxFile(body), named(&id.0, "plan.xlsx")))
    }

    /// Export the networks as GeoJSON
    ///
    /// GeoJSON (RFC 7946): a point for each enrolment at its municipality's seat, and the points of each network together.
    #[oai(
        path = "/v1/plans/:id/exports/networks.geojson",
        method = "get",
        operation_id = "export_networks_geojson",
        tag = "Tag::Exports"
    )]
    async fn networks_geojson(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
    ) -> Result<GeoJsonResponse, Errors<ReadingPlan>> {
        let body = written(&state, &id.0, geojson::networks).await?;
        Ok(GeoJsonResponse::File(GeoJsonFile(body), named(&id.0, "networks.geojson")))
    }

    /// Export the meetings as GeoJSON
    ///
    /// GeoJSON (RFC 7946): a point for each meeting of a gathering that has a place, with its days and who attends. Meetings
    /// that are online, or at a place that nobody has named yet, are not on the map.
    #[oai(
        path = "/v1/plans/:id/exports/gatherings.geojson",
        method = "get",
        operation_id = "export_gatherings_geojson",
        tag = "Tag::Exports"
    )]
    async fn gatherings_geojson(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
    ) -> Result<GeoJsonResponse, Errors<ReadingPlan>> {
        let body = written(&state, &id.0, geojson::gatherings).await?;
        Ok(GeoJsonResponse::File(GeoJsonFile(body), named(&id.0, "gatherings.geojson")))
    }

    /// Export the journeys as GeoJSON
    ///
    /// GeoJSON (RFC 7946): a line for each guest of each visit, from its seat to the host's, with date and kilometres.
    #[oai(
        path = "/v1/plans/:id/exports/journeys.geojson",
        method = "get",
        operation_id = "export_journeys_geojson",
        tag = "Tag::Exports"
    )]
    async fn journeys_geojson(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
    ) -> Result<GeoJsonResponse, Errors<ReadingPlan>> {
        let body = written(&state, &id.0, geojson::journeys).await?;
        Ok(GeoJsonResponse::File(GeoJsonFile(body), named(&id.0, "journeys.geojson")))
    }
}

/// Memory that a plan takes while it is written, by the length of its texts.
const TIMES: usize = 3;
/// The least that is counted: each answer that is written takes a thread too.
const LEAST: usize = 8 << 20;

/// A file of a plan that is written as the client takes it.
///
/// Errors: `NotFound`, `NoPlanYet`; `Overloaded` where others take too much.
async fn written(state: &State, id: &Id, write: fn(&Handout, &mut Pipe) -> io::Result<()>) -> Result<Body, Failure> {
    let place = Place::take().await?;
    let (problem, document) = stored::texts_in(&place, state, &id.0).await?;
    let bytes = TIMES * (problem.len() + document.len());
    let room = state.room_for(presence::share().as_deref(), bytes.max(LEAST))?;
    let handout = place.run(move || Handout::read(&problem, &document)).await?;
    Ok(sent::written(move |pipe| {
        let _room = room;
        write(&handout, pipe)
    }))
}

/// Refuses to make a workbook while the clock is wrong: the library asks it for the time of making, whatever it is told, and
/// panics before 1970.
///
/// Errors: `Unavailable`.
pub(super) fn clock_for_workbooks() -> Result<(), Failure> {
    if clock::is_before_1970() {
        let detail = "The clock of the service says a time before 1970: it makes no workbooks until it is set.";
        return Err(Failure::new(Kind::Unavailable, detail));
    }
    Ok(())
}

/// What the file of something with this id is called. An id has no character that means something in a header.
pub(super) fn named(id: &Id, file: &str) -> String {
    format!("attachment; filename=\"{}-{file}\"", id.0)
}

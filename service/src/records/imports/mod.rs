//! Bringing many records in at once, from CSV or JSON: all rows or none.
//!
//! One mechanism for every kind: a row is a wire type whose fields are the columns ([`sheet`], [`csv`]); a kind of
//! import says what becomes of the rows ([`Import`]), a file each. Nothing is stored before every row is right, and
//! every fault is told with line, column and code, at once: rows that can be read are judged also where others cannot.
//! What a row does not say stays as it is stored, `null` takes away, and so does a single `-` in CSV.

mod availability;
mod cells;
mod columns;
mod csv;
mod distances;
mod encoding;
mod enrolments;
pub mod formulas;
mod gatherings;
mod master;
mod networks;
mod rounds;
pub mod sheet;
mod upsert;
mod words;
pub mod written;

use std::future::Future;

use poem::Request;
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};
use scheduler::Faults;

use crate::http::Tag;
use crate::http::errors::{Errors, Importing, ImportingInto};
use crate::http::failure::Failure;
use crate::http::fields::{Documented, Id};
use crate::http::paging::is_set;
use crate::records::programmes::store::Programmes;
use crate::records::reference::load::Changes;
use crate::state::State;
use crate::store::{Write, one};

use availability::AvailabilityRow;
use networks::NetworkRow;
use sheet::{Line, Row, Sheet, refused};

/// What becomes of the rows of a kind.
trait Import {
    /// A row.
    type Row: Row;

    /// Stores the rows, or notes in `faults` what is wrong with them, with pointers into their list; where there are any, of
    /// before too, the caller stores nothing at all. `programme` is there, where the kind lies under one.
    fn bring_in(
        write: &mut Write,
        programme: Option<&str>,
        rows: Vec<Line<Self::Row>>,
        faults: &mut Faults,
    ) -> impl Future<Output = Result<Changes, Failure>> + Send;
}

/// What an import did, or would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Object)]
pub struct Imported {
    /// Whether nothing was stored, because `dry_run` was asked for.
    pub dry_run: bool,
    /// How many records are new.
    pub created: u64,
    /// How many were there and have changed.
    pub updated: u64,
    /// How many were there as they are.
    pub unchanged: u64,
}

/// The answer to an import.
#[derive(ApiResponse)]
pub enum ImportResponse {
    /// Every row was stored, or would be.
    #[oai(status = 200)]
    Done(Json<Imported>),
}

/// `…/import`
#[derive(Clone, Copy, Debug)]
pub struct Imports;

type DryRun = Query<Option<Documented<bool>>>;
type Done = Result<ImportResponse, Errors<Importing>>;
type DoneInto = Result<ImportResponse, Errors<ImportingInto>>;

#[OpenApi]
impl Imports {
    /// Import regions
    ///
    /// Creates regions of the master data, or changes those that exist: as CSV, whose first row names its columns
    /// (`id`, and as you like `name`, `max_visits_per_day`), or as a JSON list. All rows are stored or none: every
    /// fault of every row is told at once, with line, column and code; what the values of a row mean is judged once all
    /// of its cells can be read. What a row leaves empty stays as it is stored; a single `-` in a cell (`null` in JSON)
    /// takes it away. CSV is in UTF-8, UTF-16 or what
    /// `charset` says, with `,`, `;` or tabs between the columns (found out from the first row, or from a line `sep=;`
    /// before it), and where it is no `,` decimals may be written with a comma; rows without any value are skipped. A text that is a `-` itself is written `'-`.
    #[oai(path = "/v1/regions/import", method = "post", operation_id = "import_regions", tag = "Tag::Imports")]
    async fn regions(
        &self,
        request: &Request,
        state: Data<&State>,
        /// `true`: only tell what would happen. Default: false.
        dry_run: DryRun,
        body: Sheet<crate::records::regions::wire::Region>,
    ) -> Done {
        let _ = dry_run; // read from the request
        Ok(run::<master::Regions>(request, &state, None, body).await?)
    }

    /// Import municipalities
    ///
    /// Creates municipalities of the master data, or changes those that exist: as CSV, whose first row names its
    /// columns (`id`, `region`, `lat`, `lon`, and as you like `name`, `can_host`, `host_capacity` and the lists of
    /// dates, separated by spaces), or as a JSON list. All rows are stored or none: every fault of every row is told at
    /// once, with line, column and code; what the values of a row mean is judged once all of its cells can be read.
    /// What a row leaves empty stays as it is stored; a single `-` in a cell (`null` in JSON) takes it away. CSV is in
    /// UTF-8, with `,` or `;` between the columns (found out from the first row, or from a line `sep=;` before it), and
    /// where it is `;` decimals may be written with a comma; rows without any value are skipped. A text that is a `-`
    /// itself is written `'-`.
    #[oai(
        path = "/v1/municipalities/import",
        method = "post",
        operation_id = "import_municipalities",
        tag = "Tag::Imports"
    )]
    async fn municipalities(
        &self,
        request: &Request,
        state: Data<&State>,
        /// `true`: only tell what would happen. Default: false.
        dry_run: DryRun,
        body: Sheet<crate::records::municipalities::wire::Municipality>,
    ) -> Done {
        let _ = dry_run; // read from the request
        Ok(run::<master::Municipalities>(request, &state, None, body).await?)
    }

    /// Import networks with their tracks
    ///
    /// Creates networks of a programme, or changes those that exist, and makes tracks that the rows name and the
    /// programme has not: as CSV (columns `id`, `min_members`, `max_members`, and as you like `track`, `track_name` and
    /// the other fields of a network; lists are separated by spaces), or as a JSON list. Allowed regions that the
    /// programme has not are copied from the master data. What a row leaves empty stays as it is stored; a single `-`
    /// in a cell (`null` in JSON) takes it away. All rows are stored or none, as for every import.
    #[oai(
        path = "/v1/programmes/:programme/networks/import",
        method = "post",
        operation_id = "import_networks",
        tag = "Tag::Imports"
    )]
    async fn networks(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
        /// `true`: only tell what would happen. Default: false.
        dry_run: DryRun,
        body: Sheet<NetworkRow>,
    ) -> DoneInto {
        let _ = dry_run; // read from the request
        Ok(run::<networks::Networks>(request, &state, Some(&programme.0.0), body).await?)
    }

    /// Import rounds
    ///
    /// Creates rounds of a programme, or changes those that exist: as CSV (columns `id`, `start`, `end`, and as you
    /// like `name`), or as a JSON list. What a row leaves empty stays as it is stored; a single `-` in a cell (`null`
    /// in JSON) takes it away. All rows are stored or none, as for every import.
    #[oai(
        path = "/v1/programmes/:programme/rounds/import",
        method = "post",
        operation_id = "import_rounds",
        tag = "Tag::Imports"
    )]
    async fn rounds(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
        /// `true`: only tell what would happen. Default: false.
        dry_run: DryRun,
        body: Sheet<crate::records::rounds::wire::Round>,
    ) -> DoneInto {
        let _ = dry_run; // read from the request
        Ok(run::<rounds::Rounds>(request, &state, Some(&programme.0.0), body).await?)
    }

    /// Import enrolments with their wishes
    ///
    /// Creates enrolments of a programme, or changes those that exist: as CSV (columns `id`, `municipality`,
    /// `delegates`, and as you like `track`, `preferences`, `fixed`, `excluded`; wishes are ids of networks, best
    /// first, separated by spaces, or in `preference_1`, `preference_2` …; a column `attribute:size` holds the attribute
    /// `size`), or as a JSON list. Municipalities that the programme has not are copied from the master data, with their
    /// regions. What a row leaves empty stays as it is stored; a single `-` in a cell (`null`
    /// in JSON) takes it away. So a file that leaves wishes empty changes no wishes, and one with `-` there takes them
    /// back. All rows are stored or none, as for every import.
    #[oai(
        path = "/v1/programmes/:programme/enrolments/import",
        method = "post",
        operation_id = "import_enrolments",
        tag = "Tag::Imports"
    )]
    async fn enrolments(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
        /// `true`: only tell what would happen. Default: false.
        dry_run: DryRun,
        body: Sheet<crate::records::enrolments::wire::Enrolment>,
    ) -> DoneInto {
        let _ = dry_run; // read from the request
        Ok(run::<enrolments::Enrolments>(request, &state, Some(&programme.0.0), body).await?)
    }

    /// Import gatherings
    ///
    /// Creates gatherings of a programme, or changes those that exist: as CSV, a row each, or as a JSON list. Columns are `id`,
    /// `invites` and the other fields of a gathering; `window_start`, `hours_from`, `meetings_min` and their like are fields
    /// of what lies in it. `invites` is `track:max_delegates` and `places` is `id:name:lat:lon:capacity`, with `|` between
    /// them and what is not there left out (`staff:2|chiefs`, `0101|hall:The hall:55,68:12,57:300`); a `\` stands before a
    /// sign that is only a sign. Municipalities that are places and that the programme has not are copied from the master
    /// data. What a row leaves empty stays as it is stored; a single `-` in a cell (`null` in JSON) takes it away. All rows
    /// are stored or none, as for every import.
    #[oai(
        path = "/v1/programmes/:programme/gatherings/import",
        method = "post",
        operation_id = "import_gatherings",
        tag = "Tag::Imports"
    )]
    async fn gatherings(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
        /// `true`: only tell what would happen. Default: false.
        dry_run: DryRun,
        body: Sheet<crate::records::gatherings::wire::Gathering>,
    ) -> DoneInto {
        let _ = dry_run; // read from the request
        Ok(run::<gatherings::Gatherings>(request, &state, Some(&programme.0.0), body).await?)
    }

    /// Import diaries
    ///
    /// Says when municipalities of a programme are unavailable, cannot host or would rather not: a row for each day
    /// (`municipality`, `date`, `kind`), or for each run of days (with its last day in `until`). The diary of every
    /// municipality that the rows name a day of becomes what they say, so that a corrected file takes dates away too. A row with
    /// the municipality alone changes nothing; a single `-` for the date (`null` in JSON) empties the diary. Others stay as
    /// they are. `updated` and `unchanged` count municipalities. All rows are stored or none, as for every import.
    #[oai(
        path = "/v1/programmes/:programme/availability/import",
        method = "post",
        operation_id = "import_availability",
        tag = "Tag::Imports"
    )]
    async fn availability(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
        /// `true`: only tell what would happen. Default: false.
        dry_run: DryRun,
        body: Sheet<AvailabilityRow>,
    ) -> DoneInto {
        let _ = dry_run; // read from the request
        Ok(run::<availability::Availability>(request, &state, Some(&programme.0.0), body).await?)
    }

    /// Import distances
    ///
    /// Sets the distance by road of pairs of municipalities, both ways: as CSV (columns `a`, `b`, `km`), or as a JSON
    /// list. A pair that has a distance gets the new one; pairs that no row names keep theirs. Municipalities that the
    /// programme has not are copied from the master data. All rows are stored or none, as for every import.
    #[oai(
        path = "/v1/programmes/:programme/distances/import",
        method = "post",
        operation_id = "import_distances",
        tag = "Tag::Imports"
    )]
    async fn distances(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
        /// `true`: only tell what would happen. Default: false.
        dry_run: DryRun,
        body: Sheet<crate::records::distances::wire::Distance>,
    ) -> DoneInto {
        let _ = dry_run; // read from the request
        Ok(run::<distances::Distances>(request, &state, Some(&programme.0.0), body).await?)
    }
}

async fn run<I: Import>(
    request: &Request,
    state: &State,
    programme: Option<&str>,
    sheet: Sheet<I::Row>,
) -> Result<ImportResponse, Failure> {
    let dry_run = is_set(request, "dry_run")?;
    let Sheet { rows, mut faults, lines } = sheet;
    let mut write = state.store.write().await?;
    if let Some(programme) = programme {
        one::<Programmes>(&mut write, None, programme).await?;
    }
    let Changes { created, updated, unchanged } = I::bring_in(&mut write, programme, rows, &mut faults).await?;
    if !faults.is_empty() {
        return Err(refused::<I::Row>(faults, &lines));
    }
    if !dry_run {
        write.commit().await?;
    }
    Ok(ImportResponse::Done(Json(Imported { dry_run, created, updated, unchanged })))
}

//! Bringing many municipalities into the master data at once: all rows or none.

use poem::Request;
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::types::Example;
use poem_openapi::{ApiResponse, Object, OpenApi};
use scheduler::Faults;
use scheduler::problem::records::{MunicipalityRecord, RegionRecord};
use scheduler::problem::validate;

use super::sheet::{Row, Sheet};
use super::store::Municipalities;
use crate::http::Tag;
use crate::http::fails::{Fails, Importing};
use crate::http::failure::Failure;
use crate::http::fields::{Count, Documented, Id, Number};
use crate::http::paging::parameters;
use crate::reference::load::{Changes, bring_in};
use crate::regions::store::Regions;
use crate::state::State;
use crate::store::all;

/// `/municipalities/import`
#[derive(Clone, Copy, Debug)]
pub struct Import;

/// A municipality of an import. What an optional field does not say stays as it is stored.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct MunicipalityRow {
    /// Unique among municipalities; usually the official code.
    pub id: Id,
    /// What people call it.
    pub name: Option<String>,
    /// The id of the region it lies in: one of the master data.
    pub region: Id,
    /// Latitude of its seat in degrees north, −90 to 90.
    pub lat: Number<-90, 90>,
    /// Longitude of its seat in degrees east, −180 to 180.
    pub lon: Number<-180, 180>,
    /// Whether it hosts visits at all.
    pub can_host: Option<bool>,
    /// Guests (persons) that fit at one visit, whole, at least 0.
    pub host_capacity: Option<Count<0>>,
}

impl Example for MunicipalityRow {
    fn example() -> Self {
        MunicipalityRow {
            id: Id("0101".to_owned()),
            name: Some("København".to_owned()),
            region: Id("1084".to_owned()),
            lat: Number(55.6759),
            lon: Number(12.5655),
            can_host: Some(true),
            host_capacity: Some(crate::http::fields::Whole(40)),
        }
    }
}

/// What an import did, or would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Object)]
pub struct Imported {
    /// Whether nothing was stored, because `dry_run` was asked for.
    pub dry_run: bool,
    /// How many municipalities are new.
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

#[OpenApi]
impl Import {
    /// Import municipalities
    ///
    /// Creates municipalities of the master data, or changes those that exist: as CSV, whose first row names its
    /// columns (`id`, `region`, `lat`, `lon`, and as you like `name`, `can_host`, `host_capacity`), or as a JSON list.
    /// All rows are stored or none: every fault of every row is told at once, with line and column. What a row leaves
    /// empty stays as it is stored; diaries are not touched. CSV is in UTF-8, with `,` or `;` between the columns
    /// (found out from the first row), and where it is `;` decimals may be written with a comma.
    #[oai(
        path = "/v1/municipalities/import",
        method = "post",
        operation_id = "import_municipalities",
        tag = "Tag::Municipalities"
    )]
    async fn import(
        &self,
        request: &Request,
        state: Data<&State>,
        /// `true`: only tell what would happen. Default: false.
        dry_run: Query<Option<Documented<bool>>>,
        body: Sheet,
    ) -> Result<ImportResponse, Fails<Importing>> {
        let _ = dry_run; // read from the request
        let dry_run = is_dry_run(request)?;
        let mut write = state.store.write().await?;
        let regions = all::<Regions>(&mut write, None).await?;
        let faults = faults(&body.rows, &regions);
        if !faults.is_empty() {
            return Err(body.refused(faults).into());
        }
        let changes = bring_in::<Municipalities>(&mut write, |present| {
            let record = |row: &Row| merged(present.get(row.id.as_str()).copied(), row);
            body.rows.iter().map(record).collect()
        });
        let Changes { created, updated, unchanged } = changes.await?;
        if !dry_run {
            write.commit().await?;
        }
        Ok(ImportResponse::Done(Json(Imported { dry_run, created, updated, unchanged })))
    }
}

fn is_dry_run(request: &Request) -> Result<bool, Failure> {
    let mut dry_run = false;
    for (name, value) in parameters(request)? {
        dry_run = match (name.as_str(), value.as_str()) {
            ("dry_run", "true") => true,
            ("dry_run", "false") => false,
            ("dry_run", _) => return Err(Failure::parameter("dry_run", "`dry_run` is true or false.")),
            (other, _) => return Err(Failure::parameter(other, "There is no such parameter here; there is dry_run.")),
        };
    }
    Ok(dry_run)
}

/// What is wrong with rows that could be read; pointers lead into the list of rows.
fn faults(rows: &[Row], regions: &[RegionRecord]) -> Faults {
    let regions: std::collections::HashSet<&str> = regions.iter().map(|region| region.id.as_str()).collect();
    let mut seen = std::collections::HashMap::new();
    let mut faults = Faults::default();
    for (i, row) in rows.iter().enumerate() {
        validate::municipality(&merged(None, row), &format!("/{i}"), &mut faults);
        if !regions.contains(row.region.as_str()) {
            validate::unknown_id("region", &row.region, format!("/{i}/region"), &mut faults);
        }
        if let Some(before) = seen.insert(row.id.as_str(), i) {
            let detail = format!("{:?} is the id of row {} as well; every row has its own", row.id, before + 1);
            faults.add(format!("/{i}/id"), "duplicate_id", detail);
        }
    }
    faults
}

/// A municipality as a row has it, and as it is stored where the row says nothing.
fn merged(present: Option<&MunicipalityRecord>, row: &Row) -> MunicipalityRecord {
    let mut record = present.cloned().unwrap_or_default();
    let Row { id, name, region, lat, lon, can_host, host_capacity } = row.clone();
    (record.id, record.region, record.lat, record.lon) = (id, region, lat, lon);
    record.name = name.or(record.name);
    record.can_host = can_host.or(record.can_host);
    record.host_capacity = host_capacity.or(record.host_capacity);
    record
}

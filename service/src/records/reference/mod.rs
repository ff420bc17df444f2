//! The country tables that ship with the product, and the public holidays that go with them.

pub mod holidays;
pub mod load;
pub mod tables;
pub mod wire;

use chrono::{Datelike, NaiveDate};
use poem::Request;
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};
use scheduler::problem::Day;

use crate::http::Tag;
use crate::http::errors::{Errors, Listing, Loading, Plainly, Reading};
use crate::http::failure::Failure;
use crate::http::fields::{Date, Documented, Id};
use crate::http::paging::{is_set, parameters};
use crate::state::State;

pub use holidays::{Country, Holiday, YEARS, holidays};
pub use tables::{ATTRIBUTION, LICENCE, Table, find, tables};

/// `/reference-data`
#[derive(Clone, Copy, Debug)]
pub struct ReferenceData;

/// The answer to a GET of the tables.
#[derive(ApiResponse)]
pub enum TablesResponse {
    /// All tables.
    #[oai(status = 200)]
    Listed(Json<wire::ReferenceTableList>),
}

/// The answer to a GET of one table.
#[derive(ApiResponse)]
pub enum TableResponse {
    /// The table, whole.
    #[oai(status = 200)]
    Shown(Json<wire::ReferenceData>),
}

/// The answer to a GET of holidays.
#[derive(ApiResponse)]
pub enum HolidaysResponse {
    /// The holidays.
    #[oai(status = 200)]
    Listed(Json<wire::HolidayList>),
}

/// The answer to a load.
#[derive(ApiResponse)]
pub enum LoadResponse {
    /// The master data have what the table has.
    #[oai(status = 200)]
    Loaded(Json<load::Loaded>),
}

#[OpenApi]
impl ReferenceData {
    /// List the country tables
    ///
    /// The tables of municipalities and regions that ship with the product, by name. Load one to have its
    /// municipalities in the master data.
    #[oai(
        path = "/v1/reference-data",
        method = "get",
        operation_id = "list_reference_data",
        tag = "Tag::ReferenceData"
    )]
    async fn list(&self) -> Result<TablesResponse, Errors<Plainly>> {
        let items = tables().iter().map(wire::ReferenceTable::new).collect();
        Ok(TablesResponse::Listed(Json(wire::ReferenceTableList { items })))
    }

    /// Get a country table
    ///
    /// Its regions and its municipalities with the places of their seats, as a load would bring them in.
    #[oai(
        path = "/v1/reference-data/:name",
        method = "get",
        operation_id = "get_reference_data",
        tag = "Tag::ReferenceData"
    )]
    async fn get(
        &self,
        /// The name of the table.
        name: Path<Id>,
    ) -> Result<TableResponse, Errors<Reading>> {
        Ok(TableResponse::Shown(Json(wire::ReferenceData::new(named(&name.0.0)?))))
    }

    /// List the public holidays of a country
    ///
    /// The holidays by law of the table's country from one day to another, both included: what a programme's
    /// calendar may have as `closed`. They are worked out for the years 2005 to 2199.
    #[oai(
        path = "/v1/reference-data/:name/holidays",
        method = "get",
        operation_id = "list_reference_holidays",
        tag = "Tag::ReferenceData"
    )]
    async fn holidays(
        &self,
        request: &Request,
        /// The name of the table.
        name: Path<Id>,
        /// The first day. Default: the table's `as_of`.
        from: Query<Option<Documented<Date>>>,
        /// The last day. Default: the last day of the year of `from`.
        to: Query<Option<Documented<Date>>>,
    ) -> Result<HolidaysResponse, Errors<Listing>> {
        let _ = (from, to); // read from the request
        let table = named(&name.0.0)?;
        let (from, to) = window(request, table)?;
        let items = holidays(table.country, from, to).iter().map(wire::Holiday::new).collect();
        Ok(HolidaysResponse::Listed(Json(wire::HolidayList { items })))
    }

    /// Load a country table into the master data
    ///
    /// Creates its regions and municipalities, or gives those that exist its names, regions and places; all else of
    /// them stays, and so do records that the table does not know. All in one transaction, and repeatable: what is
    /// as it should be is left alone. Programmes keep their copies until they are refreshed. Some Danish and Swedish
    /// municipalities have the same code: where one of the other country would be lost, the answer is 409 and names it,
    /// unless `replace` is asked for.
    #[oai(
        path = "/v1/reference-data/:name/load",
        method = "post",
        operation_id = "load_reference_data",
        tag = "Tag::ReferenceData"
    )]
    async fn load(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The name of the table.
        name: Path<Id>,
        /// `true`: municipalities of another country that have codes of the table are replaced. Default: false.
        replace: Query<Option<Documented<bool>>>,
    ) -> Result<LoadResponse, Errors<Loading>> {
        let _ = replace; // read from the request
        let replace = is_set(request, "replace")?;
        let table = named(&name.0.0)?;
        let mut write = state.store.write().await?;
        let loaded = load::load(&mut write, table, replace).await?;
        write.commit().await?;
        Ok(LoadResponse::Loaded(Json(loaded)))
    }
}

fn named(name: &str) -> Result<&'static Table, Failure> {
    find(name).ok_or_else(|| Failure::not_found("country table", name))
}

/// The days that a request asks about.
fn window(request: &Request, table: &Table) -> Result<(NaiveDate, NaiveDate), Failure> {
    let (mut from, mut to) = (None, None);
    for (name, value) in parameters(request)? {
        match name.as_str() {
            "from" => from = Some(day("from", &value)?),
            "to" => to = Some(day("to", &value)?),
            other => return Err(Failure::parameter(other, "There is no such parameter here; there are from, to.")),
        }
    }
    let from = match from {
        Some(from) => from,
        None => day("from", table.as_of)?,
    };
    let to = match to {
        Some(to) => to,
        None => day("to", &format!("{}-12-31", from.year()))?,
    };
    if to < from {
        return Err(Failure::parameter("to", format!("`to` must not be before `from`, which is {from}.")));
    }
    Ok((from, to))
}

fn day(name: &str, text: &str) -> Result<NaiveDate, Failure> {
    let date = Day::parse(text).ok().and_then(|_| text.parse::<NaiveDate>().ok());
    date.filter(|date| YEARS.contains(&date.year())).ok_or_else(|| {
        let (first, last) = (YEARS.start(), YEARS.end());
        Failure::parameter(name, format!("`{name}` is a date such as {first}-12-31, in the years {first} to {last}."))
    })
}

//! Fees: the basis of invoices. It follows the programme; what was published stays, and differences are told from it.

pub mod basis;
mod sheets;
pub mod store;
pub mod wire;

use std::io;

use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON as _;
use poem_openapi::{ApiResponse, OpenApi};
use sqlx::SqliteConnection;

use crate::handing_out::exports::{CsvFile, CsvResponse, XlsxFile, XlsxResponse, clock_for_workbooks, named};
use crate::handing_out::publications;
use crate::http::Tag;
use crate::http::body::Body;
use crate::http::errors::{Asking, Errors, Reading};
use crate::http::failure::{Failure, Kind};
use crate::http::fields::Id;
use crate::http::place::Place;
use crate::http::presence;
use crate::http::sent::{self, Pipe};
use crate::records::programmes::store::Programmes;
use crate::state::State;
use crate::store::audit::Change;
use crate::store::one;

use wire::{FeeBasis, FeeDifference, FeePublication, FeePublicationList, NewFeePublication};

/// `/programmes/{programme}/fees`
#[derive(Clone, Copy, Debug)]
pub struct ProgrammeFees;

/// The answer to a GET of fees.
#[derive(ApiResponse)]
pub enum FeesResponse {
    /// Who pays what.
    #[oai(status = 200)]
    Shown(Json<FeeBasis>),
}

/// The answer to a publish of fees.
#[derive(ApiResponse)]
pub enum FeesPublishedResponse {
    /// The basis is kept.
    #[oai(status = 200)]
    Published(Json<FeePublication>),
}

/// The answer to a GET of the publications of fees.
#[derive(ApiResponse)]
pub enum FeePublicationsResponse {
    /// All publications.
    #[oai(status = 200)]
    Listed(Json<FeePublicationList>),
}

/// The answer to a GET of the difference of fees.
#[derive(ApiResponse)]
pub enum FeeDifferenceResponse {
    /// What has changed.
    #[oai(status = 200)]
    Shown(Json<FeeDifference>),
}

#[OpenApi]
impl ProgrammeFees {
    /// Get the fees of a programme
    ///
    /// Who pays what, by the programme's `fees` and as it is now: each municipality with an enrolment pays each period;
    /// enrolments beyond those that the fee includes are paid in each period too; adjustments count once. Organisations pay
    /// nothing. It is the basis of an invoice, no more. 404 where the programme has no `fees`.
    #[oai(path = "/v1/programmes/:programme/fees", method = "get", operation_id = "get_fees", tag = "Tag::Fees")]
    async fn get(
        &self,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
    ) -> Result<FeesResponse, Errors<Reading>> {
        let basis = basis_of(&mut *state.store.read().await?, &programme.0.0).await?;
        Ok(FeesResponse::Shown(Json(basis)))
    }

    /// Export the fees of a programme as CSV
    ///
    /// A row for each line that a municipality pays. UTF-8 with a byte order mark and `;` between the columns, as
    /// spreadsheets like it; an apostrophe stands before what a spreadsheet would read as a formula.
    #[oai(
        path = "/v1/programmes/:programme/fees.csv",
        method = "get",
        operation_id = "export_fees_csv",
        tag = "Tag::Fees"
    )]
    async fn csv(
        &self,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
    ) -> Result<CsvResponse, Errors<Reading>> {
        let body = written(&state, &programme.0, sheets::csv).await?;
        Ok(CsvResponse::File(CsvFile(body), named(&programme.0, "fees.csv")))
    }

    /// Export the fees of a programme as a workbook
    ///
    /// Sheets for the totals of each municipality, for all lines, and for those who pay nothing.
    #[oai(
        path = "/v1/programmes/:programme/fees.xlsx",
        method = "get",
        operation_id = "export_fees_xlsx",
        tag = "Tag::Fees"
    )]
    async fn xlsx(
        &self,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
    ) -> Result<XlsxResponse, Errors<Reading>> {
        clock_for_workbooks()?;
        let body = written(&state, &programme.0, sheets::xlsx).await?;
        Ok(XlsxResponse::File(XlsxFile(body), named(&programme.0, "fees.xlsx")))
    }

    /// Publish the fees of a programme
    ///
    /// Keeps the fees as they are now as the basis of what is invoiced. It never changes; differences are told from the one
    /// that was published last. A programme whose fees were published is not deleted.
    #[oai(
        path = "/v1/programmes/:programme/fees/publish",
        method = "post",
        operation_id = "publish_fees",
        tag = "Tag::Fees"
    )]
    async fn publish(
        &self,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
        body: Body<NewFeePublication>,
    ) -> Result<FeesPublishedResponse, Errors<Asking>> {
        let NewFeePublication { approver, note } = body.0;
        publications::judge(&approver, note.as_deref()).map_err(Failure::invalid)?;
        let programme = programme.0.0;
        let mut write = state.store.write().await?;
        let basis = basis_of(&mut write, &programme).await?;
        let before = store::published(&mut write, &programme, 1).await?.pop();
        store::publish(&mut write, &programme, approver.trim(), note.as_deref(), &basis).await?;
        let Some((publication, _)) = store::published(&mut write, &programme, 1).await?.pop() else {
            return Err(Failure::internal(anyhow::anyhow!("what was just published is not there")).into());
        };
        let told = |publication: &FeePublication| publication.to_json().unwrap_or_default();
        let (before, after) = (before.map(|(before, _)| told(&before)), told(&publication));
        write.note(Change::of(format!("/v1/programmes/{programme}/fees"), before.as_ref(), Some(&after)));
        write.commit().await?;
        Ok(FeesPublishedResponse::Published(Json(publication)))
    }

    /// List the published fees of a programme
    ///
    /// When their basis was published, who answered for it, and its totals; the latest first, 500 at most.
    #[oai(
        path = "/v1/programmes/:programme/fees/publications",
        method = "get",
        operation_id = "list_fee_publications",
        tag = "Tag::Fees"
    )]
    async fn publications(
        &self,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
    ) -> Result<FeePublicationsResponse, Errors<Reading>> {
        let mut read = state.store.read().await?;
        one::<Programmes>(&mut read, None, &programme.0.0).await?;
        let all = store::published(&mut read, &programme.0.0, 500).await?;
        let items = all.into_iter().map(|(publication, _)| publication).collect();
        Ok(FeePublicationsResponse::Listed(Json(FeePublicationList { items })))
    }

    /// Compare the fees of a programme with the published ones
    ///
    /// What has changed since the basis was published last, by municipality: the lines that are gone and those that are new,
    /// and what to charge or to give back. 404 where nothing was published.
    #[oai(
        path = "/v1/programmes/:programme/fees/difference",
        method = "get",
        operation_id = "get_fee_difference",
        tag = "Tag::Fees"
    )]
    async fn difference(
        &self,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
    ) -> Result<FeeDifferenceResponse, Errors<Reading>> {
        let mut read = state.store.read().await?;
        let now = basis_of(&mut read, &programme.0.0).await?;
        let Some((publication, before)) = store::published(&mut read, &programme.0.0, 1).await?.pop() else {
            let detail =
                "The fees of this programme were never published: publish them, and changes are told from then on.";
            return Err(Failure::new(Kind::NotFound, detail).into());
        };
        Ok(FeeDifferenceResponse::Shown(Json(basis::difference(publication, &before, &now))))
    }
}

/// Who pays what in a programme as it is now.
///
/// Errors: `NotFound` where there is no such programme, or it has no fees.
async fn basis_of(connection: &mut SqliteConnection, programme: &str) -> Result<FeeBasis, Failure> {
    let settings = one::<Programmes>(connection, None, programme).await?.record;
    let fees = settings.fees.ok_or_else(|| {
        let detail = format!("Programme `{programme}` has no fees: set its field `fees` first.");
        Failure::new(Kind::NotFound, detail)
    })?;
    Ok(basis::basis(&fees, &store::participants(connection, programme).await?))
}

/// Bytes that a line takes while a file is written, about.
const LINE: usize = 256;

/// A file of the fees that is written as the client takes it.
async fn written(
    state: &State,
    programme: &Id,
    write: fn(&FeeBasis, &mut Pipe) -> io::Result<()>,
) -> Result<poem::Body, Failure> {
    let (place, database, programme) = (Place::take().await?, state.store.clone(), programme.0.clone());
    let basis = place.reading(async move { basis_of(&mut *database.read().await?, &programme).await }).await?;
    let lines: usize = basis.items.iter().map(|item| item.lines.len()).sum();
    let room = state.room_for(presence::share().as_deref(), LINE * lines)?;
    Ok(sent::written(move |pipe| {
        let _room = room;
        write(&basis, pipe)
    }))
}

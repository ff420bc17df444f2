//! Records of a programme as CSV, in the columns that imports read.

use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use super::{CsvFile, CsvResponse};
use crate::http::Tag;
use crate::http::errors::{Errors, Reading};
use crate::http::failure::Failure;
use crate::http::fields::Id;
use crate::http::place::Place;
use crate::http::resource::Resource;
use crate::records::enrolments::ProgrammeEnrolments;
use crate::records::gatherings::ProgrammeGatherings;
use crate::records::imports::written::csv;
use crate::records::networks::ProgrammeNetworks;
use crate::records::programmes::store::Programmes;
use crate::state::State;
use crate::store::{all, one};

/// `/programmes/{programme}/exports`
#[derive(Clone, Copy, Debug)]
pub struct RecordExports;

#[OpenApi]
impl RecordExports {
    /// Export the enrolments of a programme as CSV
    ///
    /// A row for each enrolment, in the columns of their import, with one for each attribute (`attribute:size`): the file comes
    /// back in unchanged.
    #[oai(
        path = "/v1/programmes/:programme/exports/enrolments.csv",
        method = "get",
        operation_id = "export_enrolments_csv",
        tag = "Tag::Exports"
    )]
    async fn enrolments(
        &self,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
    ) -> Result<CsvResponse, Errors<Reading>> {
        Ok(file::<ProgrammeEnrolments>(&state, &programme.0, "enrolments.csv").await?)
    }

    /// Export the networks of a programme as CSV
    ///
    /// A row for each network, in the columns of their import. `mix` is `attribute:value:min:max`, with `|` between rows. The
    /// file comes back in unchanged.
    #[oai(
        path = "/v1/programmes/:programme/exports/networks.csv",
        method = "get",
        operation_id = "export_networks_csv",
        tag = "Tag::Exports"
    )]
    async fn networks(
        &self,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
    ) -> Result<CsvResponse, Errors<Reading>> {
        Ok(file::<ProgrammeNetworks>(&state, &programme.0, "networks.csv").await?)
    }

    /// Export the gatherings of a programme as CSV
    ///
    /// A row for each gathering, in the columns of their import: the file comes back in unchanged.
    #[oai(
        path = "/v1/programmes/:programme/exports/gatherings.csv",
        method = "get",
        operation_id = "export_gathering_records_csv",
        tag = "Tag::Exports"
    )]
    async fn gatherings(
        &self,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
    ) -> Result<CsvResponse, Errors<Reading>> {
        Ok(file::<ProgrammeGatherings>(&state, &programme.0, "gatherings.csv").await?)
    }
}

/// The records of a kind as a file.
async fn file<R: Resource>(state: &State, programme: &Id, name: &str) -> Result<CsvResponse, Failure> {
    let (place, database, of) = (Place::take().await?, state.store.clone(), programme.0.clone());
    let records = place.reading(async move {
        let mut read = database.read().await?;
        one::<Programmes>(&mut read, None, &of).await?;
        Ok(all::<R::Table>(&mut read, Some(&of)).await?)
    });
    let records = records.await?;
    let bytes = place.run(move || csv(records.iter().map(R::wire)).map_err(Failure::internal)).await?;
    let disposition = super::named(programme, name);
    Ok(CsvResponse::File(CsvFile::of(bytes), disposition))
}

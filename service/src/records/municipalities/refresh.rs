//! Taking later changes of the master data into a programme.

use poem::Request;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi, param::Path};

use super::copies;
use crate::http::Tag;
use crate::http::errors::{Errors, Reading};
use crate::http::fields::Id;
use crate::records::programmes::store::Programmes;
use crate::state::State;
use crate::store::one;

/// `/programmes/{programme}/municipalities/refresh`
#[derive(Clone, Copy, Debug)]
pub struct Refresh;

/// What a refresh did.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct Refreshed {
    /// How many municipalities and regions of the programme were changed or added.
    pub changed: u64,
}

/// The answer to a refresh.
#[derive(ApiResponse)]
pub enum RefreshResponse {
    /// The programme has the names, kinds, regions and places of the master data.
    #[oai(status = 200)]
    Done(Json<Refreshed>),
}

#[OpenApi]
impl Refresh {
    /// Refresh the municipalities of a programme
    ///
    /// Takes name, kind, region and place of the programme's municipalities, and the names of their regions, from the master
    /// data. Diaries, capacities and limits stay the programme's own; municipalities that the master data do not know
    /// stay as they are.
    #[oai(
        path = "/v1/programmes/:programme/municipalities/refresh",
        method = "post",
        operation_id = "refresh_programme_municipalities",
        tag = "Tag::ProgrammeContents"
    )]
    async fn refresh(
        &self,
        request: &Request,
        /// The id of the programme.
        programme: Path<Id>,
    ) -> Result<RefreshResponse, Errors<Reading>> {
        let mut write = State::of(request)?.store.write().await?;
        one::<Programmes>(&mut write, None, &programme.0.0).await?;
        let changed = copies::refresh(&mut write, &programme.0.0).await?;
        write.commit().await?;
        Ok(RefreshResponse::Done(Json(Refreshed { changed })))
    }
}

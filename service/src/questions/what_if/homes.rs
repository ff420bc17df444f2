//! Where those who join come from: municipalities as the plan's programme has them by now, or else the master data.

use sqlx::SqliteConnection;

use super::read::Home;
use crate::http::failure::Failure;
use crate::plans;
use crate::records::enrolments::wire::Enrolment;
use crate::records::municipalities::store::{Municipalities, ProgrammeMunicipalities};
use crate::records::regions::store::{ProgrammeRegions, Regions};
use crate::state::State;
use crate::store::{Error, find};

/// The municipalities of those who join, each with its region; those that are nowhere are left out.
///
/// Errors: `NotFound` where there is no such plan.
pub async fn of<'a>(
    state: &State,
    plan: &str,
    joins: impl IntoIterator<Item = &'a Enrolment>,
) -> Result<Vec<Home>, Failure> {
    let mut ids: Vec<&str> = joins.into_iter().map(|joins| joins.municipality.0.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut read = state.store.read().await?;
    let programme = plans::store::one(&mut read, plan).await?.0.programme;
    let mut homes = Vec::new();
    for id in ids {
        homes.extend(home(&mut read, programme.as_ref().map(|id| id.0.as_str()), id).await?);
    }
    Ok(homes)
}

async fn home(read: &mut SqliteConnection, programme: Option<&str>, id: &str) -> Result<Option<Home>, Error> {
    if programme.is_some()
        && let Some(town) = find::<ProgrammeMunicipalities>(read, programme, id).await?
        && let Some(region) = find::<ProgrammeRegions>(read, programme, &town.record.record.region).await?
    {
        return Ok(Some((town.record.record, region.record)));
    }
    let Some(town) = find::<Municipalities>(read, None, id).await? else { return Ok(None) };
    let region = find::<Regions>(read, None, &town.record.record.region).await?;
    Ok(region.map(|region| (town.record.record, region.record)))
}

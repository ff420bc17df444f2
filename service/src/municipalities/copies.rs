//! What programmes take from the master data: each copy goes into the audit trail.

use scheduler::problem::records::{MunicipalityRecord, RegionRecord};

use super::{ProgrammeMunicipalities, store};
use crate::http::resource::note_all;
use crate::regions::store as regions;
use crate::regions::{ProgrammeRegions, store::copy_region};
use crate::store::{Error, Write, all, find};

/// What a programme has of the master data at one moment.
struct Copies {
    regions: Vec<RegionRecord>,
    municipalities: Vec<MunicipalityRecord>,
}

impl Copies {
    async fn of(write: &mut Write, programme: &str) -> Result<Copies, Error> {
        Ok(Copies {
            regions: all::<regions::ProgrammeRegions>(write, Some(programme)).await?,
            municipalities: all::<store::ProgrammeMunicipalities>(write, Some(programme)).await?,
        })
    }

    /// Says what has become of them since.
    async fn note(self, write: &mut Write, programme: &str) -> Result<(), Error> {
        let now = Copies::of(write, programme).await?;
        note_all::<ProgrammeRegions>(write, Some(programme), &self.regions, &now.regions);
        note_all::<ProgrammeMunicipalities>(write, Some(programme), &self.municipalities, &now.municipalities);
        Ok(())
    }
}

/// Copies municipalities with their regions from the master data, where the programme has none of these ids. Nothing
/// happens where the master data have no such municipality.
pub async fn copy_municipalities(
    write: &mut Write,
    programme: &str,
    ids: impl IntoIterator<Item = &str>,
) -> Result<(), Error> {
    let mut before = None;
    for id in ids {
        if find::<store::ProgrammeMunicipalities>(write, Some(programme), id).await?.is_none() {
            if before.is_none() {
                before = Some(Copies::of(write, programme).await?);
            }
            store::copy_from_master(write, programme, id).await?;
        }
    }
    match before {
        Some(before) => before.note(write, programme).await,
        None => Ok(()),
    }
}

/// The same for regions alone.
pub async fn copy_regions(
    write: &mut Write,
    programme: &str,
    ids: impl IntoIterator<Item = &str>,
) -> Result<(), Error> {
    let mut before = None;
    for id in ids {
        if find::<regions::ProgrammeRegions>(write, Some(programme), id).await?.is_none() {
            if before.is_none() {
                before = Some(Copies::of(write, programme).await?);
            }
            copy_region(write, Some(programme), id).await?;
        }
    }
    match before {
        Some(before) => before.note(write, programme).await,
        None => Ok(()),
    }
}

/// Takes name, region and place from the master data ([`store::refresh`]). How many rows were changed or added.
pub async fn refresh(write: &mut Write, programme: &str) -> Result<u64, Error> {
    let before = Copies::of(write, programme).await?;
    let changed = store::refresh(write, programme).await?;
    before.note(write, programme).await?;
    Ok(changed)
}

//! What programmes take from the master data: each copy goes into the audit trail.

use scheduler::problem::records::RegionRecord;

use super::{ProgrammeMunicipalities, store};
use crate::http::resource::note_all;
use crate::records::regions::{ProgrammeRegions, store as regions};
use crate::store::{Error, Table, Write, all, find};

/// What a programme has of the master data at one moment.
struct Copies {
    regions: Vec<RegionRecord>,
    municipalities: Vec<store::MunicipalityRow>,
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
pub async fn copy_municipalities<'a>(
    write: &mut Write,
    programme: &str,
    ids: impl IntoIterator<Item = &'a str>,
) -> Result<(), Error> {
    let missing = missing::<store::ProgrammeMunicipalities>(write, programme, ids).await?;
    if missing.is_empty() {
        return Ok(());
    }
    let before = Copies::of(write, programme).await?;
    for id in missing {
        store::copy_from_master(write, programme, id).await?;
    }
    before.note(write, programme).await
}

/// The same for regions alone.
pub async fn copy_regions<'a>(
    write: &mut Write,
    programme: &str,
    ids: impl IntoIterator<Item = &'a str>,
) -> Result<(), Error> {
    let missing = missing::<regions::ProgrammeRegions>(write, programme, ids).await?;
    if missing.is_empty() {
        return Ok(());
    }
    let before = Copies::of(write, programme).await?;
    for id in missing {
        regions::copy_region(write, programme, id).await?;
    }
    before.note(write, programme).await
}

/// Those of these ids that a programme has not.
async fn missing<'a, T: Table>(
    write: &mut Write,
    programme: &str,
    ids: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<&'a str>, Error> {
    let mut missing = Vec::new();
    for id in ids {
        if find::<T>(write, Some(programme), id).await?.is_none() {
            missing.push(id);
        }
    }
    Ok(missing)
}

/// Takes name, kind, region and place from the master data ([`store::refresh`]). How many rows were changed or added.
pub async fn refresh(write: &mut Write, programme: &str) -> Result<u64, Error> {
    let before = Copies::of(write, programme).await?;
    let changed = store::refresh(write, programme).await?;
    before.note(write, programme).await?;
    Ok(changed)
}

//! Taking a country table into the master data.

use std::collections::HashMap;

use poem_openapi::Object;
use scheduler::problem::records::{MunicipalityRecord, RegionRecord};

use super::Table;
use crate::municipalities::store::Municipalities;
use crate::regions::store::Regions;
use crate::store::{self, Error, Write, all, put_all, touch_programme};

/// What became of records that were brought in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Object)]
pub struct Changes {
    /// How many are new.
    pub created: u64,
    /// How many were there and have changed.
    pub updated: u64,
    /// How many were there as they are.
    pub unchanged: u64,
}

/// What a load did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Object)]
pub struct Loaded {
    /// To the regions of the master data.
    pub regions: Changes,
    /// To the municipalities of the master data.
    pub municipalities: Changes,
}

/// Brings the regions and municipalities of a table into the master data: those that are there get its names, regions
/// and places, and keep all else; records that the table does not know stay. Nothing is stored before the commit.
pub async fn load(write: &mut Write, table: &Table) -> Result<Loaded, Error> {
    let regions = bring_in::<Regions, Error>(write, None, |present| {
        Ok(table.regions.iter().map(|region| named(present.get(region.code.as_str()).copied(), region)).collect())
    });
    let regions = regions.await?;
    let municipalities = bring_in::<Municipalities, Error>(write, None, |present| {
        Ok(table.municipalities.iter().map(|place| placed(present.get(place.code.as_str()).copied(), place)).collect())
    });
    Ok(Loaded { regions, municipalities: municipalities.await? })
}

fn named(present: Option<&RegionRecord>, region: &super::tables::Region) -> RegionRecord {
    RegionRecord { id: region.code.clone(), name: Some(region.name.clone()), ..present.cloned().unwrap_or_default() }
}

fn placed(present: Option<&MunicipalityRecord>, place: &super::tables::Municipality) -> MunicipalityRecord {
    MunicipalityRecord {
        id: place.code.clone(),
        name: Some(place.name.clone()),
        region: place.region.clone(),
        lat: place.lat,
        lon: place.lon,
        ..present.cloned().unwrap_or_default()
    }
}

/// Stores the records that `wanted` makes of those that are present (by id), where they differ, counts, and notes the
/// change of their programme.
pub async fn bring_in<T: store::Table<Record: PartialEq>, E: From<Error>>(
    write: &mut Write,
    programme: Option<&str>,
    wanted: impl FnOnce(&HashMap<&str, &T::Record>) -> Result<Vec<T::Record>, E>,
) -> Result<Changes, E> {
    let present = all::<T>(write, programme).await?;
    let present: HashMap<&str, &T::Record> = present.iter().map(|record| (T::id(record), record)).collect();
    let mut changes = Changes::default();
    let mut changed = wanted(&present)?;
    changed.retain(|record| {
        let before = present.get(T::id(record));
        let same = before.is_some_and(|before| **before == *record);
        let count = match before {
            None => &mut changes.created,
            Some(_) if same => &mut changes.unchanged,
            Some(_) => &mut changes.updated,
        };
        *count += 1;
        !same
    });
    if !changed.is_empty() {
        put_all::<T>(write, programme, &changed).await?;
        if let Some(programme) = programme {
            touch_programme(write, programme).await?;
        }
    }
    Ok(changes)
}

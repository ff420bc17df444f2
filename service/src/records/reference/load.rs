//! Taking a country table into the master data.

use std::collections::{HashMap, HashSet};

use poem_openapi::Object;
use scheduler::problem::records::{MunicipalityRecord, RegionRecord};

use super::{Table, tables};
use crate::http::failure::{Failure, Kind};
use crate::http::resource::{Record, Resource, note_all};
use crate::records::municipalities::MasterMunicipalities;
use crate::records::municipalities::store::MunicipalityRow;
use crate::records::regions::MasterRegions;
use crate::store::{Error, Table as _, Write, all, put_all, touch_programme};

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
///
/// Errors: `CodesTaken` where codes of the table are those of municipalities in another country, which would be lost,
/// unless they are to be replaced.
pub async fn load(write: &mut Write, table: &Table, replace: bool) -> Result<Loaded, Failure> {
    let regions = bring_in::<MasterRegions, Error>(write, None, |present| {
        Ok(table.regions.iter().map(|region| named(present.get(region.code.as_str()).copied(), region)).collect())
    });
    let regions = regions.await?;
    let municipalities = bring_in::<MasterMunicipalities, Failure>(write, None, |present| {
        let taken = if replace { Vec::new() } else { taken(present, table) };
        if !taken.is_empty() {
            return Err(codes_taken(table, taken));
        }
        Ok(table.municipalities.iter().map(|place| placed(present.get(place.code.as_str()).copied(), place)).collect())
    });
    Ok(Loaded { regions, municipalities: municipalities.await? })
}

/// Codes of the table that stand for municipalities in a region of another country, each in a sentence. Denmark and
/// Sweden number theirs alike.
fn taken(present: &HashMap<&str, &MunicipalityRow>, table: &Table) -> Vec<String> {
    let others: HashSet<&str> = tables()
        .iter()
        .filter(|other| other.country != table.country)
        .flat_map(|other| other.regions.iter().map(|region| region.code.as_str()))
        .collect();
    let known = table.municipalities.iter().filter_map(|place| Some((place, present.get(place.code.as_str())?)));
    let elsewhere = known.filter(|(_, stored)| others.contains(stored.record.region.as_str()));
    let sentence = |(place, stored): (&super::tables::Municipality, &&MunicipalityRow)| {
        let name = stored.record.name.as_deref().unwrap_or("a municipality");
        format!("`{}` is {name} in region `{}` here, and {} in the table", place.code, stored.record.region, place.name)
    };
    elsewhere.map(sentence).collect()
}

fn codes_taken(table: &Table, taken: Vec<String>) -> Failure {
    let detail = format!(
        "{} municipalities of another country have codes of `{}` and would be lost, as `errors` says: keep the two \
         countries in databases of their own, or load with `replace=true`.",
        taken.len(),
        table.name
    );
    Failure::naming(Kind::CodesTaken, detail, "code_taken", taken)
}

fn named(present: Option<&RegionRecord>, region: &super::tables::Region) -> RegionRecord {
    RegionRecord { id: region.code.clone(), name: Some(region.name.clone()), ..present.cloned().unwrap_or_default() }
}

fn placed(present: Option<&MunicipalityRow>, place: &super::tables::Municipality) -> MunicipalityRow {
    let present = present.cloned().unwrap_or_default();
    let record = MunicipalityRecord {
        id: place.code.clone(),
        name: Some(place.name.clone()),
        region: place.region.clone(),
        lat: place.lat,
        lon: place.lon,
        ..present.record
    };
    MunicipalityRow { record, kind: present.kind }
}

/// Stores the records that `wanted` makes of those that are present (by id), where they differ, counts, and notes the
/// change of their programme.
pub async fn bring_in<R: Resource, E: From<Error>>(
    write: &mut Write,
    programme: Option<&str>,
    wanted: impl FnOnce(&HashMap<&str, &Record<R>>) -> Result<Vec<Record<R>>, E>,
) -> Result<Changes, E> {
    let present = all::<R::Table>(write, programme).await?;
    let by_id: HashMap<&str, &Record<R>> = present.iter().map(|record| (R::Table::id(record), record)).collect();
    let mut changes = Changes::default();
    let mut changed = wanted(&by_id)?;
    changed.retain(|record| {
        let before = by_id.get(R::Table::id(record));
        let same = before.is_some_and(|before| *before == record);
        let count = match before {
            None => &mut changes.created,
            Some(_) if same => &mut changes.unchanged,
            Some(_) => &mut changes.updated,
        };
        *count += 1;
        !same
    });
    if !changed.is_empty() {
        put_all::<R::Table>(write, programme, &changed).await?;
        note_all::<R>(write, programme, &present, &changed);
        if let Some(programme) = programme {
            touch_programme(write, programme).await?;
        }
    }
    Ok(changes)
}

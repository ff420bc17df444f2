//! Country tables and holidays as they go over the wire.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};

use super::{ATTRIBUTION, Country, LICENCE, Table, holidays, tables};
use crate::http::fields::{Date, Id, Number};
use crate::records::regions::wire::Region;

/// A country. More may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "Country", rename_all = "snake_case")]
pub enum CountryCode {
    /// Denmark.
    Dk,
    /// Sweden.
    Se,
}

/// A country table that ships with the product, without its contents.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(example)]
pub struct ReferenceTable {
    /// Its name, as in the address.
    pub name: Id,
    /// What it is, for people.
    pub title: String,
    /// Whose table it is, and whose public holidays go with it.
    pub country: CountryCode,
    /// The day whose division of the country it shows.
    pub as_of: Date,
    /// How many regions it has.
    pub region_count: u64,
    /// How many municipalities it has.
    pub municipality_count: u64,
    /// What may be done with it.
    pub licence: String,
    /// Whom to name when it is passed on.
    pub attribution: String,
}

/// A municipality of a country table.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct ReferenceMunicipality {
    /// The official code.
    pub id: Id,
    /// The official name, without the word for municipality.
    pub name: String,
    /// The id of its region.
    pub region: Id,
    /// The town of its administration.
    pub seat: String,
    /// Latitude of the seat in degrees north.
    pub lat: Number<-90, 90>,
    /// Longitude of the seat in degrees east.
    pub lon: Number<-180, 180>,
}

/// A country table with its contents.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(example)]
pub struct ReferenceData {
    /// What it is.
    pub table: ReferenceTable,
    /// The regions, by id.
    pub regions: Vec<Region>,
    /// The municipalities, by id.
    pub municipalities: Vec<ReferenceMunicipality>,
}

/// The country tables.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct ReferenceTableList {
    /// The tables, by name.
    pub items: Vec<ReferenceTable>,
}

/// A public holiday.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(example)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// Its name in English.
    pub name: String,
    /// Its name in the country's language.
    pub name_native: String,
}

/// The public holidays of some time.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct HolidayList {
    /// The holidays, by date.
    pub items: Vec<Holiday>,
}

impl ReferenceTable {
    /// What a table is.
    pub fn new(table: &Table) -> Self {
        ReferenceTable {
            name: Id(table.name.to_owned()),
            title: table.title.to_owned(),
            country: match table.country {
                Country::Denmark => CountryCode::Dk,
                Country::Sweden => CountryCode::Se,
            },
            as_of: Date(table.as_of.to_owned()),
            region_count: table.regions.len() as u64,
            municipality_count: table.municipalities.len() as u64,
            licence: LICENCE.to_owned(),
            attribution: ATTRIBUTION.to_owned(),
        }
    }
}

impl ReferenceData {
    /// A table, whole.
    pub fn new(table: &Table) -> Self {
        let region = |region: &tables::Region| Region {
            id: (&region.code).into(),
            name: Some((&region.name).into()),
            max_visits_per_day: None,
        };
        let municipality = |place: &tables::Municipality| ReferenceMunicipality {
            id: (&place.code).into(),
            name: place.name.clone(),
            region: (&place.region).into(),
            seat: place.seat.clone(),
            lat: Number(place.lat),
            lon: Number(place.lon),
        };
        ReferenceData {
            table: ReferenceTable::new(table),
            regions: table.regions.iter().map(region).collect(),
            municipalities: table.municipalities.iter().map(municipality).collect(),
        }
    }
}

impl Holiday {
    /// A holiday as it is told.
    pub fn new(holiday: &holidays::Holiday) -> Self {
        Holiday {
            date: Date(holiday.date.to_string()),
            name: holiday.name.to_owned(),
            name_native: holiday.name_native.to_owned(),
        }
    }
}

impl Example for ReferenceTable {
    fn example() -> Self {
        ReferenceTable::new(&tables::tables()[0])
    }
}

impl Example for ReferenceData {
    /// The first region and municipality alone.
    fn example() -> Self {
        let mut whole = ReferenceData::new(&tables::tables()[0]);
        whole.regions.truncate(1);
        whole.municipalities.truncate(1);
        whole
    }
}

impl Example for Holiday {
    fn example() -> Self {
        Holiday {
            date: Date("2027-03-25".to_owned()),
            name: "Maundy Thursday".to_owned(),
            name_native: "Skærtorsdag".to_owned(),
        }
    }
}

//! The country tables themselves: read once, from the files in `data/` that are compiled into the binary.

use std::sync::LazyLock;

use serde::Deserialize;

use super::holidays::Country;

/// Whom to name when the coordinates are passed on.
pub const ATTRIBUTION: &str = "Coordinates: GeoNames (https://www.geonames.org), CC BY 4.0";

/// What may be done with the tables.
pub const LICENCE: &str = "Codes, names and regions are public facts; the coordinates are under CC BY 4.0 \
                           (https://creativecommons.org/licenses/by/4.0/)";

/// A country's municipalities and regions at one time.
#[derive(Clone, Debug)]
pub struct Table {
    /// Stable, as in the address: `dk-2026`.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// The day whose division of the country it shows, ISO 8601.
    pub as_of: &'static str,
    /// Whose public holidays go with it.
    pub country: Country,
    /// By code.
    pub regions: Vec<Region>,
    /// By code.
    pub municipalities: Vec<Municipality>,
}

/// A region as it ships.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// The official code (see `data/README.md` for the one exception).
    pub code: String,
    /// The official name.
    pub name: String,
}

/// A municipality as it ships.
#[derive(Clone, Debug, PartialEq)]
pub struct Municipality {
    /// The official code, four digits.
    pub code: String,
    /// The official name, without the word for municipality.
    pub name: String,
    /// The code of a region of the same table.
    pub region: String,
    /// The town of its administration.
    pub seat: String,
    /// Degrees north of the seat.
    pub lat: f64,
    /// Degrees east of the seat.
    pub lon: f64,
}

/// The tables that ship, by name.
pub fn tables() -> &'static [Table] {
    static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
        vec![
            table("dk-2026", "Denmark as of 2026: 98 municipalities in 5 regions", "2026-01-01", Country::Denmark),
            table("dk-2027", "Denmark as of 2027: 98 municipalities in 4 regions", "2027-01-01", Country::Denmark),
            table("se", "Sweden: 290 municipalities in 21 counties", "2026-01-01", Country::Sweden),
        ]
    });
    &TABLES
}

/// The table of this name.
pub fn find(name: &str) -> Option<&'static Table> {
    tables().iter().find(|table| table.name == name)
}

#[derive(Deserialize)]
struct RegionRow {
    table: String,
    code: String,
    name: String,
    covers: String,
}

#[derive(Deserialize)]
struct MunicipalityRow {
    code: String,
    name: String,
    region: String,
    seat: String,
    lat: f64,
    lon: f64,
}

fn table(name: &'static str, title: &'static str, as_of: &'static str, country: Country) -> Table {
    let file = match country {
        Country::Denmark => include_str!("data/denmark.csv"),
        Country::Sweden => include_str!("data/sweden.csv"),
    };
    let regions: Vec<RegionRow> =
        rows::<RegionRow>(include_str!("data/regions.csv")).into_iter().filter(|row| row.table == name).collect();
    // A municipality whose region no region covers would keep its old code, which a test of the data refuses.
    let home = |region: String| {
        let covering = regions.iter().find(|row| row.covers.split(' ').any(|code| code == region));
        covering.map_or(region, |row| row.code.clone())
    };
    let municipalities = rows::<MunicipalityRow>(file).into_iter().map(|row| Municipality {
        code: row.code,
        name: row.name,
        region: home(row.region),
        seat: row.seat,
        lat: row.lat,
        lon: row.lon,
    });
    let municipalities = municipalities.collect();
    let regions = regions.into_iter().map(|row| Region { code: row.code, name: row.name }).collect();
    Table { name, title, as_of, country, regions, municipalities }
}

#[allow(clippy::expect_used)] // the files are part of the program; the tests below read every row
fn rows<T: serde::de::DeserializeOwned>(text: &str) -> Vec<T> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().expect("a shipped table reads")
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    /// Name, municipalities, regions, and the country's extreme points: south, north, west, east.
    const EXPECTED: [(&str, usize, usize, [f64; 4]); 3] = [
        ("dk-2026", 98, 5, [54.55, 57.76, 8.07, 15.20]),
        ("dk-2027", 98, 4, [54.55, 57.76, 8.07, 15.20]),
        ("se", 290, 21, [55.33, 69.07, 10.96, 24.17]),
    ];

    #[test]
    fn every_table_has_its_municipalities_and_regions() {
        let found: Vec<_> = tables().iter().map(|t| (t.name, t.municipalities.len(), t.regions.len())).collect();
        assert_eq!(found, EXPECTED.map(|(name, municipalities, regions, _)| (name, municipalities, regions)));
    }

    #[test]
    fn codes_are_four_digits_sorted_and_unique() {
        for table in tables() {
            let codes: Vec<_> = table.municipalities.iter().map(|m| m.code.as_str()).collect();
            assert!(codes.iter().all(|c| c.len() == 4 && c.bytes().all(|b| b.is_ascii_digit())), "{}", table.name);
            assert!(codes.is_sorted() && codes.windows(2).all(|w| w[0] != w[1]), "{}", table.name);
        }
    }

    #[test]
    fn names_are_unique_in_a_country() {
        for table in tables() {
            let names: HashSet<_> = table.municipalities.iter().map(|m| &m.name).collect();
            assert_eq!(names.len(), table.municipalities.len(), "{}", table.name);
        }
    }

    #[test]
    fn every_region_has_a_municipality_and_every_municipality_a_region() {
        for table in tables() {
            let used: HashSet<_> = table.municipalities.iter().map(|m| &m.region).collect();
            let known: HashSet<_> = table.regions.iter().map(|r| &r.code).collect();
            assert_eq!(used, known, "{}", table.name);
        }
    }

    #[test]
    fn every_seat_lies_in_its_country_and_none_on_another() {
        for (table, (_, _, _, [south, north, west, east])) in tables().iter().zip(EXPECTED) {
            let mut seen = HashMap::new();
            for m in &table.municipalities {
                assert!((south..north).contains(&m.lat) && (west..east).contains(&m.lon), "{} {m:?}", table.name);
                let other = seen.insert((m.lat.to_bits(), m.lon.to_bits()), &m.name);
                assert_eq!(other, None, "{} stands where {:?} stands", m.name, other);
            }
        }
    }

    #[test]
    fn a_swedish_code_begins_with_its_county() {
        let sweden = find("se").map(|table| table.municipalities.as_slice()).unwrap_or_default();
        assert!(!sweden.is_empty() && sweden.iter().all(|m| m.code.starts_with(&m.region)));
    }

    #[test]
    fn from_2027_all_of_the_east_is_one_region() {
        let (old, new) = (find("dk-2026").unwrap(), find("dk-2027").unwrap());
        for (before, after) in old.municipalities.iter().zip(&new.municipalities) {
            let merged = matches!(before.region.as_str(), "1084" | "1085");
            assert_eq!(after.region, if merged { "region-ostdanmark" } else { &before.region });
            assert_eq!((&before.code, &before.name, before.lat), (&after.code, &after.name, after.lat));
        }
    }
}

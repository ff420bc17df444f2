//! The shipped tables against lists that somebody else made, where such lists are at hand.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use netvisit::records::reference::{Country, Table, find, holidays};

/// Files with codes, names, regions and places, beside the repository.
const LISTS: &str = "../../shared/data";

/// Wide municipalities of which the other list has the middle and not the town: Krokom, Storuman, Dorotea, Arjeplog.
const MIDDLES: [&str; 4] = ["2309", "2421", "2425", "2506"];

/// The rows of a list by column; `None`, and it is said, where the list is not there.
fn rows(file: &str) -> Option<Vec<BTreeMap<String, String>>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(LISTS).join(file);
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("skipped: there is no {} to compare with", path.display());
        return None;
    };
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let row = |line: &str| -> BTreeMap<String, String> {
        names.iter().zip(line.split(',')).map(|(name, value)| ((*name).to_owned(), value.to_owned())).collect()
    };
    Some(lines.map(row).collect())
}

/// Kilometres between two places on a sphere.
fn kilometres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let [lat_a, lon_a, lat_b, lon_b] = [a.0, a.1, b.0, b.1].map(f64::to_radians);
    let half = |x: f64| (x / 2.0).sin().powi(2);
    2.0 * 6371.0 * (half(lat_b - lat_a) + lat_a.cos() * lat_b.cos() * half(lon_b - lon_a)).sqrt().asin()
}

fn compare(table: &Table, rows: &[BTreeMap<String, String>]) {
    let regions: BTreeMap<&str, &str> = table.regions.iter().map(|r| (r.code.as_str(), r.name.as_str())).collect();
    let listed: BTreeMap<&str, &str> =
        rows.iter().map(|row| (row["region_code"].as_str(), row["region_name"].as_str())).collect();
    assert_eq!(regions, listed);
    let ours = table.municipalities.iter().map(|m| [&m.code, &m.name, &m.region].map(String::clone));
    let mut theirs: Vec<_> =
        rows.iter().map(|row| ["code", "name", "region_code"].map(|name| row[name].clone())).collect();
    theirs.sort();
    assert_eq!(ours.collect::<Vec<_>>(), theirs);
    for place in &table.municipalities {
        let row = rows.iter().find(|row| row["code"] == place.code).unwrap();
        let there = (row["lat"].parse().unwrap(), row["lon"].parse().unwrap());
        let apart = kilometres((place.lat, place.lon), there);
        let most = if MIDDLES.contains(&row["code"].as_str()) { 75.0 } else { 25.0 };
        assert!(apart < most, "{} {}: {apart:.1} km", place.code, place.name);
    }
}

#[test]
fn codes_names_regions_and_places_are_those_of_other_lists() {
    for (name, file) in [("dk-2026", "dk.csv"), ("se", "se.csv")] {
        let Some(rows) = rows(file) else { continue };
        compare(find(name).unwrap(), &rows);
    }
}

#[test]
fn holidays_are_those_of_other_lists() {
    for (country, file) in [(Country::Denmark, "holidays_dk.csv"), (Country::Sweden, "holidays_se.csv")] {
        let Some(rows) = rows(file) else { continue };
        let listed: Vec<[String; 3]> =
            rows.iter().map(|row| ["date", "name_en", "name_native"].map(|name| row[name].clone())).collect();
        let year = |date: &str, day: &str| format!("{}-{day}", &date[..4]).parse().unwrap();
        let (from, to) = (year(&listed[0][0], "01-01"), year(&listed[listed.len() - 1][0], "12-31"));
        let ours = holidays(country, from, to).into_iter();
        let ours: Vec<[String; 3]> =
            ours.map(|day| [day.date.to_string(), day.name.to_owned(), day.name_native.to_owned()]).collect();
        assert_eq!(ours, listed, "{file}");
    }
}

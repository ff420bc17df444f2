//! Which municipalities take part: a spread-out choice of a country's, and made-up ones where more are wanted.

use super::random::Random;
use crate::records::reference::Table;

/// A municipality that takes part.
pub(super) struct Place {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) region: String,
    pub(super) lat: f64,
    pub(super) lon: f64,
}

/// So many places. Regions keep their share: every k-th municipality in the order of regions is taken, and made-up
/// places lie within some fifteen kilometres of real ones, taken in the same order.
pub(super) fn places(table: &Table, take: usize, random: &mut Random) -> Vec<Place> {
    let mut order: Vec<_> = table.municipalities.iter().collect();
    order.sort_by(|a, b| (&a.region, &a.code).cmp(&(&b.region, &b.code)));
    let real = take.min(order.len());
    let start = random.below(order.len());
    let mut places: Vec<Place> = (0..real)
        .map(|i| order[(start + i * order.len() / real) % order.len()])
        .map(|m| Place { id: m.code.clone(), name: m.name.clone(), region: m.region.clone(), lat: m.lat, lon: m.lon })
        .collect();
    places.sort_by(|a, b| a.id.cmp(&b.id));
    for number in 1..=take - real {
        let near = order[(start + number * 11) % order.len()]; // 11 shares no factor with 98 or 290: all are visited in turn
        places.push(Place {
            id: format!("x{number:04}"),
            name: format!("New {} {}", near.name, number.div_ceil(order.len())),
            region: near.region.clone(),
            lat: shifted(near.lat, 13, random),
            lon: shifted(near.lon, 22, random),
        });
    }
    places
}

/// A coordinate moved by up to so many hundredths of a degree either way, to four decimals.
fn shifted(degrees: f64, hundredths: usize, random: &mut Random) -> f64 {
    let shift = random.below(2 * 100 * hundredths + 1) as f64 - 100.0 * hundredths as f64;
    (degrees * 10_000.0 + shift).round() / 10_000.0
}

//! Gatherings for made-up problems: each option of the record turns up, alone and with others.

use scheduler::problem::ProblemRecords;
use scheduler::problem::records::*;
use scheduler::problem::validate;

use super::generator::date;
use super::random::Random;

/// The same problem with so many gatherings; some of its tracks may be in no networks. Without contradictions.
pub fn added(records: &ProblemRecords, gatherings: i64, seed: u64) -> ProblemRecords {
    let mut random = Random::new(seed);
    loop {
        let mut records = records.clone();
        let made = (0..gatherings).map(|at| gathering(&records, at, &mut random)).collect();
        records.gatherings = Some(made);
        let diaries = records.municipalities.iter_mut();
        diaries.for_each(|town| {
            town.can_host = random.once_in(5).then_some(false);
            town.unavailable = Some((0..2).map(|_| date(random.between(-6, 8))).collect());
        });
        records.calendar = None;
        if random.once_in(2) {
            let weight = |random: &mut Random| Some(*random.pick(&[0.0, 1.0, 30.0, 800.0]));
            let weights = records.weights.get_or_insert_default();
            weights.missed = weight(&mut random);
            weights.meeting = weight(&mut random);
            weights.gathering_undesired = weight(&mut random);
        }
        if validate::contradictions(&records).is_empty() && scheduler::Task::new(&records).is_ok() {
            return records;
        }
    }
}

fn gathering(records: &ProblemRecords, at: i64, random: &mut Random) -> GatheringRecord {
    let tracks = records.track_ids();
    let mut invites: Vec<InviteRecord> = Vec::new();
    for track in tracks {
        if invites.is_empty() || random.once_in(2) {
            let max_delegates = random.once_in(3).then(|| random.between(1, 2));
            invites.push(InviteRecord { track: track.to_owned(), max_delegates });
        }
    }
    let first = random.between(-7, 1);
    let given = random.once_in(3);
    let several = random.once_in(2);
    let mut places: Vec<PlaceRecord> = Vec::new();
    for town in &records.municipalities {
        if random.once_in(2) {
            let capacity = random.once_in(2).then(|| random.between(1, 6));
            places.push(PlaceRecord { id: town.id.clone(), capacity, ..PlaceRecord::default() });
        }
    }
    if random.once_in(2) {
        let (lat, lon) = (Some(55.5), Some(10.0 + random.between(0, 9) as f64 / 10.0));
        places.push(PlaceRecord { id: "hall".into(), lat, lon, ..PlaceRecord::default() });
    }
    places.truncate(3);
    let hosts = if places.is_empty() { records.municipalities.len() } else { places.len() };
    let min = random.between(1, 2.min(hosts as i64).min(records.enrolments.len() as i64));
    let online = !several && random.once_in(5);
    GatheringRecord {
        id: format!("g{at}"),
        invites,
        start: given.then(|| date(first)),
        window: (!given).then(|| WindowRecord { start: date(first), end: date(first + random.between(2, 4)) }),
        weekdays: random.once_in(3).then(|| vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Fri, Weekday::Sun]),
        days: random.once_in(4).then_some(2),
        places: (!online && !places.is_empty()).then_some(places),
        online: online.then_some(true),
        meetings: several.then(|| MeetingsRecord {
            min: Some(min),
            max: random.once_in(2).then(|| min + random.between(0, 1)),
            each_region: random.once_in(4).then_some(true),
            max_distance_km: random.once_in(4).then(|| random.between(10, 300) as f64),
            max_per_day: random.once_in(3).then_some(1),
        }),
        clear_days_before: random.once_in(2).then(|| random.between(0, 2)),
        clear_days_after: random.once_in(2).then(|| random.between(0, 2)),
        ..GatheringRecord::default()
    }
}

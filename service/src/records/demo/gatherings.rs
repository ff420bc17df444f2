//! Made-up programmes around which whole tracks meet, hosts take turns, or networks mix by attributes.

use chrono::NaiveDate;
use scheduler::problem::records::*;

use super::random::Random;

/// Seats in a hall of the tour.
const SEATS: i64 = 80;

/// Splits each round in two, so that there are more turns.
pub(super) fn halve_rounds(rounds: Vec<RoundRecord>) -> Vec<RoundRecord> {
    let halves = rounds.into_iter().flat_map(|round| {
        let middle = date(&round.start).zip(date(&round.end)).map(|(start, end)| start + (end - start) / 2);
        let Some(middle) = middle else { return vec![round] };
        let half = |part: u32, start: String, end: String| RoundRecord {
            id: format!("{}-{part}", round.id),
            name: round.name.as_ref().map(|name| format!("{name}, {part}")),
            start,
            end,
        };
        let next = middle.succ_opt().unwrap_or(middle);
        vec![half(1, round.start.clone(), middle.to_string()), half(2, next.to_string(), round.end.clone())]
    });
    halves.collect()
}

fn date(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

/// Sizes and experience for everybody, and networks within two of an even share of each.
pub(super) fn mix(problem: &mut ProblemRecords, random: &mut Random) {
    const SIZES: [&str; 3] = ["small", "medium", "large"];
    const EXPERIENCE: [&str; 2] = ["new", "old"];
    let mut counts = std::collections::BTreeMap::<(&str, &str), i64>::new();
    for enrolment in &mut problem.enrolments {
        let (size, experience) = (SIZES[random.below(3)], EXPERIENCE[random.below(2)]);
        enrolment.attributes =
            Some([("size", size), ("experience", experience)].map(|(a, v)| (a.to_owned(), v.to_owned())).into());
        *counts.entry(("size", size)).or_default() += 1;
        *counts.entry(("experience", experience)).or_default() += 1;
    }
    let networks = problem.networks.len().max(1) as i64;
    let row = |(&(attribute, value), &count): (&(&str, &str), &i64)| MixRecord {
        attribute: attribute.to_owned(),
        value: value.to_owned(),
        min: Some((count / networks - 2).max(0)),
        max: Some((count + networks - 1) / networks + 2),
    };
    let rows: Vec<MixRecord> = counts.iter().map(row).collect();
    problem.networks.iter_mut().for_each(|network| network.mix = Some(rows.clone()));
}

/// Meetings of one track that is in no networks, at any municipality: no diaries, few persons.
pub(super) fn dialogue(problem: &mut ProblemRecords, random: &mut Random) {
    meets_alone(problem);
    for town in &mut problem.municipalities {
        (town.unavailable, town.undesired) = (None, None);
    }
    problem.enrolments.iter_mut().for_each(|enrolment| enrolment.delegates = 1 + random.below(2) as i64);
    let hosts = problem.municipalities.iter().filter(|town| town.can_host != Some(false)).count() as i64;
    let meetings = (problem.municipalities.len() as i64 / 16).clamp(1, hosts.max(1));
    problem.gatherings = Some(vec![GatheringRecord {
        id: "dialogue".to_owned(),
        name: Some("Regional dialogue".to_owned()),
        invites: vec![invite("main", None)],
        window: Some(window("2027-09-20", "2027-11-12")),
        weekdays: Some(vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri]),
        meetings: Some(MeetingsRecord {
            min: Some(meetings),
            max_per_day: Some(1 + meetings / 30),
            ..MeetingsRecord::default()
        }),
        ..GatheringRecord::default()
    }]);
}

/// A tour of meetings in halls that fill, one or a few a day, around everybody's diary.
pub(super) fn tour(problem: &mut ProblemRecords, random: &mut Random) {
    meets_alone(problem);
    problem.enrolments.iter_mut().for_each(|enrolment| enrolment.delegates = 2 + random.below(5) as i64);
    let persons: i64 = problem.enrolments.iter().map(|enrolment| enrolment.delegates).sum();
    let hosts: Vec<&MunicipalityRecord> =
        problem.municipalities.iter().filter(|town| town.can_host != Some(false)).collect();
    let place = |town: &&MunicipalityRecord| PlaceRecord {
        id: town.id.clone(),
        capacity: Some(SEATS),
        ..PlaceRecord::default()
    };
    let most = hosts.len().max(1) as i64;
    let meetings = (persons * 8 / (SEATS * 7) + 1).min(most);
    problem.gatherings = Some(vec![GatheringRecord {
        id: "tour".to_owned(),
        name: Some("Regional conference".to_owned()),
        invites: vec![invite("main", None)],
        window: Some(window("2027-03-30", "2027-06-18")),
        places: Some(hosts.iter().map(place).collect()),
        meetings: Some(MeetingsRecord {
            min: Some(meetings),
            max: Some((meetings + 1).min(most)),
            max_per_day: Some(1 + meetings / 20),
            ..MeetingsRecord::default()
        }),
        ..GatheringRecord::default()
    }]);
}

/// The only track meets at gatherings alone: no networks, no rounds, no wishes.
fn meets_alone(problem: &mut ProblemRecords) {
    for track in problem.tracks.iter_mut().flatten() {
        track.in_networks = Some(false);
    }
    problem.networks.clear();
    problem.rounds = None;
    problem.visits = None;
    problem.pair_rules = None;
    for enrolment in &mut problem.enrolments {
        (enrolment.preferences, enrolment.fixed, enrolment.excluded) = (None, None, None);
    }
}

fn invite(track: &str, max_delegates: Option<i64>) -> InviteRecord {
    InviteRecord { track: track.to_owned(), max_delegates }
}

fn window(start: &str, end: &str) -> WindowRecord {
    WindowRecord { start: start.to_owned(), end: end.to_owned() }
}

/// A partnership: a steering group beside the four tracks, three conferences, seminars of the directors, whose networks take
/// turns, and workshops of the others; communication visits in the second spring alone.
pub(super) fn partnership(problem: &mut ProblemRecords, random: &mut Random) {
    let steering: Vec<EnrolmentRecord> = problem
        .municipalities
        .iter()
        .map(|town| EnrolmentRecord {
            id: format!("steering-{}", town.id),
            municipality: town.id.clone(),
            track: Some("steering".to_owned()),
            delegates: 1 + random.below(2) as i64,
            ..EnrolmentRecord::default()
        })
        .collect();
    problem.enrolments.extend(steering);
    let tracks = problem.tracks.get_or_insert_default();
    for track in tracks.iter_mut() {
        match track.id.as_str() {
            "development" => track.hosting = Some(Hosting::Rotate),
            "communication" => track.rounds = Some(vec!["round-2".to_owned()]),
            _ => {}
        }
    }
    tracks.push(TrackRecord {
        id: "steering".to_owned(),
        name: Some("Steering group".to_owned()),
        delegation: Some(RangeRecord { min: Some(1), max: Some(2) }),
        in_networks: Some(false),
        ..TrackRecord::default()
    });
    let both = [("steering", None), ("development", Some(2))];
    let conference = |at: usize, start: &str| {
        (format!("conference-{at}"), format!("Conference {at}"), both.to_vec(), start.to_owned(), 2)
    };
    let mut wanted = vec![conference(1, "2027-01-21"), conference(2, "2028-01-27"), conference(3, "2028-11-23")];
    for (at, start) in (1..).zip(["2026-11-25", "2027-09-08", "2028-03-08"]) {
        let directors = vec![("development", None)];
        wanted.push((format!("seminar-{at}"), format!("Seminar {at}"), directors, start.to_owned(), 1));
    }
    for (track, days) in [
        ("leadership", ["2027-02-10", "2027-05-12", "2028-02-09"]),
        ("staff", ["2027-02-17", "2027-05-19", "2028-02-16"]),
        ("communication", ["2027-10-06", "2028-02-23", "2028-05-10"]),
    ] {
        for (at, start) in (1..).zip(days) {
            let all = vec![(track, None)];
            wanted.push((format!("{track}-workshop-{at}"), format!("Workshop {at}"), all, start.to_owned(), 1));
        }
    }
    let gatherings = wanted.into_iter().map(|(id, name, invites, start, clear)| GatheringRecord {
        places: Some(vec![place(problem.municipalities.as_slice(), &start, random)]),
        id,
        name: Some(name),
        invites: invites.into_iter().map(|(track, most)| invite(track, most)).collect(),
        start: Some(start),
        clear_days_before: Some(clear),
        clear_days_after: Some(clear),
        hours: Some(HoursRecord { from: "10:00".to_owned(), to: "15:30".to_owned() }),
        ..GatheringRecord::default()
    });
    problem.gatherings = Some(gatherings.collect());
}

/// A municipality that can host on a day; a conference centre where the one that was drawn cannot.
fn place(towns: &[MunicipalityRecord], day: &str, random: &mut Random) -> PlaceRecord {
    let town = &towns[random.below(towns.len())];
    let barred = town.unavailable.iter().chain(&town.cannot_host_on).flatten().any(|barred| barred == day);
    if town.can_host != Some(false) && !barred {
        return PlaceRecord { id: town.id.clone(), ..PlaceRecord::default() };
    }
    PlaceRecord {
        id: "centre".to_owned(),
        name: Some("Conference centre".to_owned()),
        lat: Some(town.lat),
        lon: Some(town.lon),
        capacity: Some(450),
    }
}

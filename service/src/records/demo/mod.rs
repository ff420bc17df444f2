//! Made-up problems over real geography: delegations, wishes and diaries drawn at random from a seed.
//!
//! For trying the product out and for measuring it. The same shape, country, size and seed give the same document
//! on every machine. Networks have room to spare, so that a plan for all exists but for what dates forbid.

mod diaries;
mod gatherings;
mod places;
mod random;

use std::collections::BTreeSet;

use scheduler::problem::records::*;

use crate::records::reference::{Country, Table, tables};
use diaries::Diaries;
use places::{Place, places};
use random::Random;

/// What is hard in a made-up problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Shape {
    /// Four tracks; most municipalities take part in most of them, and share their days among them.
    Kl,
    /// One track, everyone in it.
    Single,
    /// Hosts too small for all guests at once: split visits.
    Split,
    /// One guest at a time: everyone visits everyone.
    Pairwise,
    /// 45 % of days unavailable: dates decide.
    Tight,
    /// At most four members of a region, at least three regions, and regional day limits.
    Mixed,
    /// The four tracks of `kl` and a steering group, with conferences, seminars and workshops; hosts in turn.
    #[value(name = "kl-2017")]
    Kl2017,
    /// One member of each network hosts in each of four rounds, in turn.
    Rotate,
    /// Networks that mix by size and experience.
    Attributes,
    /// Meetings of a few persons each at any municipality.
    Dialogue,
    /// Meetings in halls that fill, around everybody's diary.
    Tour,
}

const KL_TRACKS: [(&str, &str); 4] = [
    ("development", "Development"),
    ("leadership", "Leadership"),
    ("staff", "Staff"),
    ("communication", "Communication"),
];

const THEMES: [&str; 12] = [
    "Digital welfare",
    "Climate adaptation",
    "School leadership",
    "Elder care",
    "Recruitment",
    "Citizen dialogue",
    "Data and registers",
    "Early childhood",
    "Rural services",
    "Town centres",
    "Integration",
    "Prevention",
];

/// A problem of this shape with so many municipalities (at least one). A country that has fewer gets made-up ones
/// beside its own.
pub fn problem(shape: Shape, country: Country, take: usize, seed: u64) -> ProblemRecords {
    let table = table(country);
    let mut random = Random::new(seed);
    let places = places(table, take.max(1), &mut random);
    let diaries = Diaries::new(country);
    let mut problem = ProblemRecords {
        name: format!("Demo {} {} {}", shape.word(), places.len(), seed),
        regions: regions(shape, table, places.len()),
        municipalities: places.iter().map(|place| municipality(shape, place, &diaries, &mut random)).collect(),
        visits: Some(visits(shape, places.len())),
        preference_costs: Some(PreferenceCostsRecord { by_rank: Some(vec![0.0, 1.0, 3.0]), unlisted: Some(8.0) }),
        weights: (shape == Shape::Pairwise)
            .then(|| WeightsRecord { extra_visit: Some(0.0), ..WeightsRecord::default() }),
        ..ProblemRecords::default()
    };
    let tracks: &[(&str, &str)] = if shape.has_four_tracks() { &KL_TRACKS } else { &[("main", "Main")] };
    for &(track, _) in tracks {
        add_track(&mut problem, shape, track, &places, &mut random);
    }
    let track = |&(id, name): &(&str, &str)| TrackRecord {
        id: id.to_owned(),
        name: Some(name.to_owned()),
        ..TrackRecord::default()
    };
    problem.tracks = Some(tracks.iter().map(track).collect());
    problem.pair_rules = Some(pair_rules(shape, &places, &mut random));
    problem.rounds = Some(diaries.rounds);
    problem.calendar = Some(diaries.calendar);
    match shape {
        Shape::Kl2017 => gatherings::partnership(&mut problem, &mut random),
        Shape::Rotate => {
            problem.visits.get_or_insert_default().hosting = Some(Hosting::Rotate);
            problem.rounds = problem.rounds.map(gatherings::halve_rounds);
        }
        Shape::Attributes => gatherings::mix(&mut problem, &mut random),
        Shape::Dialogue => gatherings::dialogue(&mut problem, &mut random),
        Shape::Tour => gatherings::tour(&mut problem, &mut random),
        Shape::Kl | Shape::Single | Shape::Split | Shape::Pairwise | Shape::Tight | Shape::Mixed => {}
    }
    problem
}

impl Shape {
    /// As it is written on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Shape::Kl => "kl",
            Shape::Single => "single",
            Shape::Split => "split",
            Shape::Pairwise => "pairwise",
            Shape::Tight => "tight",
            Shape::Mixed => "mixed",
            Shape::Kl2017 => "kl-2017",
            Shape::Rotate => "rotate",
            Shape::Attributes => "attributes",
            Shape::Dialogue => "dialogue",
            Shape::Tour => "tour",
        }
    }

    fn has_four_tracks(self) -> bool {
        matches!(self, Shape::Kl | Shape::Kl2017)
    }

    /// Persons who fit at a host of this shape, each option as likely; `None` is no limit.
    fn capacities(self) -> &'static [Option<i64>] {
        match self {
            Shape::Single | Shape::Tight | Shape::Rotate | Shape::Attributes | Shape::Dialogue | Shape::Tour => &[None],
            Shape::Kl | Shape::Kl2017 | Shape::Mixed => &[None, None, Some(45), Some(60)],
            Shape::Split => &[None, Some(12), Some(16), Some(20), Some(40)],
            Shape::Pairwise => &[Some(1)],
        }
    }
}

/// The table whose geography made-up problems of this country have.
pub fn table(country: Country) -> &'static Table {
    // The tables of a country stand in the order of their years; both countries have one.
    tables().iter().find(|table| table.country == country).unwrap_or(&tables()[0])
}

fn regions(shape: Shape, table: &Table, size: usize) -> Vec<RegionRecord> {
    let limited = matches!(shape, Shape::Kl | Shape::Kl2017 | Shape::Mixed);
    let region = |region: &crate::records::reference::tables::Region| RegionRecord {
        id: region.code.clone(),
        name: Some(region.name.clone()),
        max_visits_per_day: limited.then(|| (size as i64 / 12).max(2)),
    };
    table.regions.iter().map(region).collect()
}

fn municipality(shape: Shape, place: &Place, diaries: &Diaries, random: &mut Random) -> MunicipalityRecord {
    let (unavailable, undesired) = diaries.draw(if shape == Shape::Tight { 45 } else { 13 }, random);
    MunicipalityRecord {
        id: place.id.clone(),
        name: Some(place.name.clone()),
        region: place.region.clone(),
        lat: place.lat,
        lon: place.lon,
        can_host: (shape != Shape::Pairwise && random.percent(4)).then_some(false),
        host_capacity: random.one_of(shape.capacities()).flatten(),
        unavailable: Some(unavailable),
        cannot_host_on: None,
        undesired: Some(undesired),
    }
}

/// At most one visit a week, better one in two; with single guests, two in four days, better not on two days running.
fn visits(shape: Shape, size: usize) -> VisitsRecord {
    let (hard, soft) = if shape == Shape::Pairwise { ((4, 2), 2) } else { ((7, 1), 14) };
    let (window_days, max_visits) = hard;
    VisitsRecord {
        hosting: Some(Hosting::Once),
        pace: Some(vec![
            PaceRecord { window_days, max_visits: Some(max_visits), penalty: None },
            PaceRecord { window_days: soft, max_visits: Some(1), penalty: Some(5.0) },
        ]),
        min_return_days: None,
        max_visits_per_day: (shape == Shape::Tight).then(|| (size as i64 / 8).max(2)),
    }
}

/// The networks and enrolments of one track: all municipalities, or nearly all where there are several tracks.
fn add_track(problem: &mut ProblemRecords, shape: Shape, track: &str, places: &[Place], random: &mut Random) {
    let mut joining: Vec<&Place> = places.iter().filter(|_| !shape.has_four_tracks() || random.percent(88)).collect();
    if joining.is_empty() {
        joining.extend(places.first());
    }
    let networks = networks(shape, track, &joining);
    let ids: Vec<&str> = networks.iter().map(|network| network.id.as_str()).collect();
    let enrolments: Vec<_> = joining.iter().map(|place| enrolment(shape, track, place, &ids, random)).collect();
    problem.enrolments.extend(enrolments);
    problem.networks.extend(networks);
}

/// Networks of about eight, at most ten and at least five members; fewer where a track is too small for that.
fn networks(shape: Shape, track: &str, joining: &[&Place]) -> Vec<NetworkRecord> {
    let size = joining.len();
    let count = ((size + 4) / 8).max(size.div_ceil(10));
    let regions: BTreeSet<_> = joining.iter().map(|place| &place.region).collect();
    let mixed = shape == Shape::Mixed;
    let network = |number: usize| NetworkRecord {
        id: format!("{track}-{}", number + 1),
        track: Some(track.to_owned()),
        name: Some(theme(number)),
        min_members: (size * 5 / (count * 8)).clamp(1, 5) as i64,
        max_members: 10,
        max_members_per_region: mixed.then_some(4),
        min_regions: mixed.then_some(regions.len().min(3) as i64),
        ..NetworkRecord::default()
    };
    (0..count).map(network).collect()
}

fn theme(number: usize) -> String {
    match (THEMES[number % THEMES.len()], number / THEMES.len() + 1) {
        (theme, 1) => theme.to_owned(),
        (theme, again) => format!("{theme} {again}"),
    }
}

fn enrolment(shape: Shape, track: &str, place: &Place, networks: &[&str], random: &mut Random) -> EnrolmentRecord {
    let wishes = if random.percent(75) { wishes(networks, random) } else { Vec::new() };
    let others: Vec<&str> = networks.iter().copied().filter(|network| !wishes.contains(network)).collect();
    let excluded = random.percent(3) && others.len() > 2;
    let owned = |ids: Vec<&str>| (!ids.is_empty()).then(|| ids.into_iter().map(str::to_owned).collect());
    EnrolmentRecord {
        id: format!("{track}-{}", place.id),
        municipality: place.id.clone(),
        track: Some(track.to_owned()),
        delegates: if shape == Shape::Pairwise { 1 } else { 2 + random.below(4) as i64 },
        preferences: owned(wishes),
        fixed: None,
        excluded: owned(random.one_of(&others).filter(|_| excluded).into_iter().collect()),
        attributes: None,
    }
}

/// Up to three networks, best first. The k-th is wished for in proportion to 1/k: some themes are popular.
fn wishes<'a>(networks: &[&'a str], random: &mut Random) -> Vec<&'a str> {
    let mut left: Vec<(usize, &str)> =
        networks.iter().zip(1..).map(|(&network, rank)| ((1000 / rank).max(1), network)).collect();
    let mut wishes = Vec::new();
    while wishes.len() < 3 && !left.is_empty() {
        let mut mark = random.below(left.iter().map(|(weight, _)| weight).sum());
        let chosen = left.iter().position(|&(weight, _)| {
            let here = mark < weight;
            mark = mark.saturating_sub(weight);
            here
        });
        wishes.extend(chosen.map(|place| left.remove(place).1));
    }
    wishes
}

/// One pair in about thirty municipalities that must not meet; none where there are single guests.
fn pair_rules(shape: Shape, places: &[Place], random: &mut Random) -> Vec<PairRuleRecord> {
    let count = if shape == Shape::Pairwise { 0 } else { places.len() / 32 };
    let mut pairs = BTreeSet::new();
    while pairs.len() < count {
        let (a, b) = (random.below(places.len()), random.below(places.len()));
        if a < b {
            pairs.insert((a, b));
        }
    }
    let rule = |(a, b): (usize, usize)| PairRuleRecord {
        kind: PairKind::Apart,
        a: places[a].id.clone(),
        b: places[b].id.clone(),
    };
    pairs.into_iter().map(rule).collect()
}

#[cfg(test)]
mod tests {
    use scheduler::Task;

    use super::*;

    const SHAPES: [Shape; 11] = [
        Shape::Kl,
        Shape::Single,
        Shape::Split,
        Shape::Pairwise,
        Shape::Tight,
        Shape::Mixed,
        Shape::Kl2017,
        Shape::Rotate,
        Shape::Attributes,
        Shape::Dialogue,
        Shape::Tour,
    ];

    #[test]
    fn every_shape_size_and_seed_gives_a_sound_problem() {
        for shape in SHAPES {
            for country in [Country::Denmark, Country::Sweden] {
                for take in [0, 1, 2, 3, 5, 8, 11, 20, 21, 98, 99, 290, 1000] {
                    for seed in [0, 1, 7, u64::MAX] {
                        let records = problem(shape, country, take, seed);
                        assert_eq!(records.municipalities.len(), take.max(1));
                        let faults = Task::new(&records).err();
                        assert!(faults.is_none(), "{shape:?} {country:?} {take} {seed}: {faults:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_track_has_room_for_its_enrolments_and_members_for_its_networks() {
        for shape in SHAPES {
            for take in 1..200 {
                let records = problem(shape, Country::Denmark, take, 1);
                for track in records.tracks.iter().flatten().filter(|track| track.in_networks != Some(false)) {
                    let mine = |of: &Option<String>| of.as_ref() == Some(&track.id);
                    let members = records.enrolments.iter().filter(|e| mine(&e.track)).count() as i64;
                    let networks: Vec<_> = records.networks.iter().filter(|n| mine(&n.track)).collect();
                    let (least, most) =
                        networks.iter().fold((0, 0), |(l, m), n| (l + n.min_members, m + n.max_members));
                    assert!(least <= members && members <= most, "{shape:?} {take}: {least} {members} {most}");
                }
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_problem_and_another_seed_another() {
        let draw = |seed| problem(Shape::Kl, Country::Denmark, 20, seed);
        assert_eq!(draw(3), draw(3));
        assert_ne!(draw(3), draw(4));
    }

    #[test]
    fn kl_has_four_tracks_that_share_municipalities() {
        let records = problem(Shape::Kl, Country::Denmark, 98, 1);
        assert_eq!(records.tracks.as_ref().map(Vec::len), Some(4));
        assert!((320..=370).contains(&records.enrolments.len()), "{}", records.enrolments.len());
        assert!((38..=46).contains(&records.networks.len()), "{}", records.networks.len());
    }

    #[test]
    fn a_whole_country_is_taken_as_it_is() {
        let codes = |records: &ProblemRecords| records.municipalities.iter().map(|m| m.id.clone()).collect::<Vec<_>>();
        let table: Vec<_> = table(Country::Sweden).municipalities.iter().map(|m| m.code.clone()).collect();
        assert_eq!(codes(&problem(Shape::Single, Country::Sweden, 290, 5)), table);
    }

    #[test]
    fn fewer_municipalities_are_spread_over_the_regions() {
        let records = problem(Shape::Mixed, Country::Denmark, 20, 1);
        let regions: BTreeSet<_> = records.municipalities.iter().map(|m| &m.region).collect();
        assert_eq!(regions.len(), 5);
    }
}

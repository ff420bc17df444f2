//! Small problems of every shape: each option of the problem document turns up, alone and with others.

use scheduler::problem::records::*;
use scheduler::problem::{ProblemRecords, validate};

use super::random::Random;

/// How large problems may grow.
#[derive(Clone, Copy)]
pub struct Size {
    /// Most enrolments.
    pub enrolments: i64,
    /// Most networks.
    pub networks: i64,
    /// Most rounds.
    pub rounds: i64,
    /// Most calendar days of a round.
    pub days: i64,
}

/// So small that every plan can be looked at.
pub const TINY: Size = Size { enrolments: 4, networks: 3, rounds: 2, days: 2 };

/// Small, with room for everything.
pub const SMALL: Size = Size { enrolments: 14, networks: 5, rounds: 3, days: 9 };

/// A problem without contradictions; the same for the same seed.
pub fn problem(seed: u64, size: Size) -> ProblemRecords {
    let mut random = Random::new(seed);
    loop {
        let records = Maker { random: &mut random, size }.problem();
        if validate::contradictions(&records).is_empty() {
            return records;
        }
    }
}

/// The same problem with the records of every kind in another order.
pub fn shuffled(records: &ProblemRecords, seed: u64) -> ProblemRecords {
    let mut random = Random::new(seed);
    let mut records = records.clone();
    random.shuffle(&mut records.regions);
    random.shuffle(&mut records.municipalities);
    random.shuffle(&mut records.networks);
    random.shuffle(&mut records.enrolments);
    records.tracks.iter_mut().for_each(|tracks| random.shuffle(tracks));
    records.pair_rules.iter_mut().for_each(|rules| random.shuffle(rules));
    records.distances.iter_mut().for_each(|rows| random.shuffle(rows));
    records.rounds.iter_mut().for_each(|rounds| random.shuffle(rounds));
    records
}

struct Maker<'a> {
    random: &'a mut Random,
    size: Size,
}

impl Maker<'_> {
    fn problem(&mut self) -> ProblemRecords {
        let regions = self.regions();
        let municipalities = self.municipalities(&regions);
        let tracks = self.maybe(3, |_| vec![]).or_else(|| self.maybe(2, |maker| maker.tracks()));
        let named: Vec<TrackRecord> = tracks.clone().unwrap_or_default();
        let networks = self.networks(&regions, &named);
        let enrolments = self.enrolments(&municipalities, &named, &networks);
        let rounds = self.rounds();
        ProblemRecords {
            name: "made up".into(),
            pair_rules: self.maybe(2, |maker| maker.pair_rules(&municipalities)),
            distances: self.maybe(2, |maker| maker.distances(&municipalities)),
            detour_factor: self.maybe(2, |maker| 1.0 + maker.random.below(5) as f64 / 10.0),
            calendar: self.maybe(3, |maker| maker.calendar()),
            visits: self.maybe(4, |_| ()).is_none().then(|| self.visits()),
            preference_costs: self.maybe(3, |maker| maker.preference_costs()),
            weights: self.maybe(2, |maker| maker.weights()),
            rounds,
            gatherings: None,
            regions,
            municipalities,
            tracks,
            networks,
            enrolments,
        }
    }

    /// Something, once in `n`.
    fn maybe<T>(&mut self, n: usize, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.random.once_in(n) { Some(make(self)) } else { None }
    }

    fn regions(&mut self) -> Vec<RegionRecord> {
        let count = self.random.between(1, 3);
        let region = |maker: &mut Self, at: i64| RegionRecord {
            id: format!("r{at}"),
            name: None,
            max_visits_per_day: maker.maybe(3, |maker| maker.random.between(0, 2)),
        };
        (0..count).map(|at| region(self, at)).collect()
    }

    fn municipalities(&mut self, regions: &[RegionRecord]) -> Vec<MunicipalityRecord> {
        let count = self.random.between(1, self.size.enrolments);
        let one_at_a_time = self.random.once_in(4);
        let town = |maker: &mut Self, at: i64| MunicipalityRecord {
            id: format!("m{at}"),
            name: None,
            region: maker.random.pick(regions).id.clone(),
            lat: 55.0 + maker.random.below(40) as f64 / 10.0,
            lon: 8.0 + maker.random.below(40) as f64 / 10.0,
            can_host: maker.maybe(3, |maker| !maker.random.once_in(2)),
            host_capacity: if one_at_a_time { Some(4) } else { maker.maybe(3, |maker| maker.random.between(0, 9)) },
            unavailable: maker.maybe(2, Self::some_days),
            cannot_host_on: maker.maybe(3, Self::some_days),
            undesired: maker.maybe(3, Self::some_days),
        };
        (0..count).map(|at| town(self, at)).collect()
    }

    fn tracks(&mut self) -> Vec<TrackRecord> {
        let count = self.random.between(1, 2);
        (0..count).map(|at| TrackRecord { id: format!("t{at}"), ..TrackRecord::default() }).collect()
    }

    fn track(&mut self, tracks: &[TrackRecord]) -> Option<String> {
        match tracks {
            [] => None,
            [only] => self.maybe(2, |_| only.id.clone()),
            several => Some(self.random.pick(several).id.clone()),
        }
    }

    fn networks(&mut self, regions: &[RegionRecord], tracks: &[TrackRecord]) -> Vec<NetworkRecord> {
        let count = self.random.between(1, self.size.networks);
        (0..count).map(|at| self.network(at, regions, tracks)).collect()
    }

    fn network(&mut self, at: i64, regions: &[RegionRecord], tracks: &[TrackRecord]) -> NetworkRecord {
        let share = (self.size.enrolments / self.size.networks).max(1);
        let min_members = self.random.between(0, share + 1);
        NetworkRecord {
            id: format!("n{at}"),
            track: self.track(tracks),
            name: None,
            min_members,
            max_members: min_members + self.random.between(0, share + 1),
            min_delegates: self.maybe(5, |maker| maker.random.between(0, 6)),
            max_delegates: self.maybe(4, |maker| maker.random.between(6, 6 + 3 * share)),
            may_stay_empty: self.maybe(2, |maker| maker.random.once_in(2)),
            allowed_regions: self.maybe(5, |maker| {
                let mut open: Vec<String> = regions.iter().map(|region| region.id.clone()).collect();
                open.retain(|_| !maker.random.once_in(3));
                open
            }),
            max_members_per_region: self.maybe(4, |maker| maker.random.between(1, 3)),
            min_regions: self.maybe(5, |maker| maker.random.between(0, 2)),
            max_distance_km: self.maybe(4, |maker| maker.random.between(50, 400) as f64),
            mix: None,
        }
    }

    fn enrolments(
        &mut self,
        municipalities: &[MunicipalityRecord],
        tracks: &[TrackRecord],
        networks: &[NetworkRecord],
    ) -> Vec<EnrolmentRecord> {
        let count = self.random.between(1, self.size.enrolments);
        (0..count).map(|at| self.enrolment(at, municipalities, tracks, networks)).collect()
    }

    fn enrolment(
        &mut self,
        at: i64,
        municipalities: &[MunicipalityRecord],
        tracks: &[TrackRecord],
        networks: &[NetworkRecord],
    ) -> EnrolmentRecord {
        let track = self.track(tracks);
        let of_track = networks.iter().filter(|network| network.track == track || tracks.len() < 2);
        let mut ids: Vec<String> = of_track.map(|network| network.id.clone()).collect();
        self.random.shuffle(&mut ids);
        let wishes = self.maybe(2, |maker| ids[..maker.random.below(ids.len() + 1)].to_vec());
        self.random.shuffle(&mut ids);
        EnrolmentRecord {
            id: format!("e{at}"),
            municipality: self.random.pick(municipalities).id.clone(),
            track,
            delegates: self.random.between(1, 4),
            preferences: wishes,
            fixed: self.maybe(8, |_| ids.first().cloned()).flatten(),
            excluded: self.maybe(5, |maker| ids.iter().skip(1).take(maker.random.below(2)).cloned().collect()),
            attributes: None,
        }
    }

    fn pair_rules(&mut self, municipalities: &[MunicipalityRecord]) -> Vec<PairRuleRecord> {
        let rule = |maker: &mut Self| PairRuleRecord {
            kind: *maker.random.pick(&[PairKind::Apart, PairKind::Together]),
            a: maker.random.pick(municipalities).id.clone(),
            b: maker.random.pick(municipalities).id.clone(),
        };
        let count = self.random.between(1, 2);
        (0..count).map(|_| rule(self)).filter(|rule| rule.a != rule.b).collect()
    }

    fn distances(&mut self, municipalities: &[MunicipalityRecord]) -> Vec<DistanceRecord> {
        let mut rows = Vec::new();
        for (at, a) in municipalities.iter().enumerate() {
            for b in &municipalities[..at] {
                rows.extend(self.maybe(3, |maker| DistanceRecord {
                    a: a.id.clone(),
                    b: b.id.clone(),
                    km: maker.random.between(0, 3_000) as f64 / 10.0,
                }));
            }
        }
        rows
    }

    /// Rounds from Monday 1 January 2024 on, with gaps between them; sometimes none.
    fn rounds(&mut self) -> Option<Vec<RoundRecord>> {
        let mut day = 0;
        let count = self.random.between(0, self.size.rounds);
        let mut round = |maker: &mut Self, at: i64| {
            let start = day + maker.random.between(0, 2);
            let end = start + maker.random.between(0, maker.size.days - 1);
            day = end + 1;
            RoundRecord { id: format!("r{at}"), name: None, start: date(start), end: date(end) }
        };
        let rounds: Vec<RoundRecord> = (0..count).map(|at| round(self, at)).collect();
        if rounds.is_empty() { self.maybe(2, |_| rounds) } else { Some(rounds) }
    }

    fn some_days(&mut self) -> Vec<String> {
        let longest = self.size.rounds * (self.size.days + 2);
        let count = self.random.between(0, longest / 3 + 1);
        (0..count).map(|_| date(self.random.between(0, longest))).collect()
    }

    fn calendar(&mut self) -> CalendarRecord {
        use Weekday::*;
        CalendarRecord {
            weekdays: self.maybe(2, |maker| {
                let mut days = vec![Mon, Tue, Wed, Thu, Fri, Sat, Sun];
                days.retain(|_| !maker.random.once_in(4));
                days
            }),
            closed: self.maybe(2, |maker| vec![date(maker.random.between(0, 6))]),
        }
    }

    fn visits(&mut self) -> VisitsRecord {
        VisitsRecord {
            hosting: self.maybe(2, |maker| *maker.random.pick(&[Hosting::Once, Hosting::EachRound])),
            pace: self.maybe(2, |maker| {
                let count = maker.random.between(1, 2);
                (0..count).map(|_| maker.pace()).collect()
            }),
            min_return_days: self.maybe(3, |maker| maker.random.between(0, 4)),
            max_visits_per_day: self.maybe(4, |maker| maker.random.between(1, 3)),
        }
    }

    fn pace(&mut self) -> PaceRecord {
        PaceRecord {
            window_days: if self.random.once_in(6) { 100 } else { self.random.between(1, 5) },
            max_visits: self.maybe(2, |maker| maker.random.between(1, 3)),
            penalty: self.maybe(2, |maker| maker.random.between(0, 9) as f64),
        }
    }

    fn preference_costs(&mut self) -> PreferenceCostsRecord {
        PreferenceCostsRecord {
            by_rank: self.maybe(2, |maker| vec![0.0, maker.random.between(0, 5) as f64]),
            unlisted: self.maybe(2, |maker| maker.random.between(0, 20) as f64),
        }
    }

    /// Weights that are off, alike, or such that it pays to leave something out.
    fn weights(&mut self) -> WeightsRecord {
        let mut weight = || self.maybe(2, |maker| *maker.random.pick(&[0.0, 1.0, 10.0, 500.0, 3_000.0]));
        WeightsRecord {
            unassigned: weight(),
            unhosted: weight(),
            absence: weight(),
            preference: weight(),
            extra_visit: weight(),
            undesired: weight(),
            pace: weight(),
            travel: weight(),
            ..WeightsRecord::default()
        }
    }
}

/// The date so many days after Monday 1 January 2024.
pub fn date(days: i64) -> String {
    scheduler::problem::Day::parse("2024-01-01").expect("a date").plus(days as i32).to_string()
}

//! The rules and costs of a plan once more, written from their wording alone and as plainly as can be, and a look at
//! every plan of a tiny problem. Shares nothing with the crate but the records and the reading of dates.

mod costs;
mod enumerate;
mod rules;

use scheduler::plan::{AssignmentRecord, PlanRecords, VisitRecord};
use scheduler::problem::records::*;
use scheduler::problem::{Day, ProblemRecords};

/// A problem by position in its document.
pub struct Oracle {
    pub records: ProblemRecords,
    /// The municipality, track and region of each enrolment.
    pub town: Vec<usize>,
    pub track: Vec<usize>,
    pub region: Vec<usize>,
    pub network_track: Vec<usize>,
    /// Distance between municipalities.
    pub km: Vec<Vec<f64>>,
    /// Open days: number and round.
    pub open: Vec<(i64, usize)>,
    /// First and last day of the programme.
    pub span: Option<(i64, i64)>,
    pub rounds: usize,
    pub each_round: bool,
    pub pace: Vec<PaceRecord>,
    pub min_return_days: i64,
}

/// A plan by position.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    /// The network of each enrolment.
    pub place: Vec<Option<usize>>,
    pub visits: Vec<Trip>,
}

/// A visit by position; its network is the host's unless it says otherwise.
#[derive(Clone, Debug)]
pub struct Trip {
    pub network: usize,
    pub host: usize,
    pub day: i64,
    pub guests: Vec<usize>,
}

pub fn number(date: &str) -> i64 {
    i64::from(Day::parse(date).expect("a date").number())
}

pub fn lists(dates: &Option<Vec<String>>, day: i64) -> bool {
    dates.iter().flatten().any(|date| number(date) == day)
}

impl Oracle {
    pub fn new(records: &ProblemRecords) -> Oracle {
        let town_at = |id: &String| records.municipalities.iter().position(|m| m.id == *id).expect("a municipality");
        let region_at = |id: &String| records.regions.iter().position(|r| r.id == *id).expect("a region");
        let tracks = records.tracks.clone().unwrap_or_default();
        let track_at =
            |id: &Option<String>| id.as_ref().map_or(0, |id| tracks.iter().position(|t| t.id == *id).unwrap_or(0));
        let rounds = records.rounds.clone().unwrap_or_default();
        let town: Vec<usize> = records.enrolments.iter().map(|e| town_at(&e.municipality)).collect();
        let visits = records.visits.clone().unwrap_or_default();
        let firsts = rounds.iter().map(|round| number(&round.start)).min();
        Oracle {
            region: town.iter().map(|&town| region_at(&records.municipalities[town].region)).collect(),
            track: records.enrolments.iter().map(|e| track_at(&e.track)).collect(),
            network_track: records.networks.iter().map(|n| track_at(&n.track)).collect(),
            km: distances(records),
            open: open_days(records),
            span: firsts.zip(rounds.iter().map(|round| number(&round.end)).max()),
            rounds: rounds.len(),
            each_round: visits.hosting == Some(Hosting::EachRound),
            pace: visits.pace.unwrap_or_default(),
            min_return_days: visits.min_return_days.unwrap_or(0),
            records: records.clone(),
            town,
        }
    }

    pub fn enrolments(&self) -> usize {
        self.town.len()
    }

    pub fn networks(&self) -> usize {
        self.network_track.len()
    }

    pub fn delegates(&self, e: usize) -> i64 {
        self.records.enrolments[e].delegates
    }

    pub fn home(&self, e: usize) -> &MunicipalityRecord {
        &self.records.municipalities[self.town[e]]
    }

    pub fn hosts(&self, e: usize) -> bool {
        self.home(e).can_host != Some(false)
    }

    pub fn members(&self, trial: &Trial, n: usize) -> Vec<usize> {
        (0..self.enrolments()).filter(|&e| trial.place[e] == Some(n)).collect()
    }

    pub fn round_of(&self, day: i64) -> Option<usize> {
        self.open.iter().find(|open| open.0 == day).map(|open| open.1)
    }

    /// The trial as a plan document.
    pub fn written(&self, trial: &Trial) -> PlanRecords {
        let enrolment = |e: usize| self.records.enrolments[e].id.clone();
        let network = |n: usize| self.records.networks[n].id.clone();
        PlanRecords {
            assignments: (0..self.enrolments())
                .map(|e| AssignmentRecord { enrolment: enrolment(e), network: trial.place[e].map(network) })
                .collect(),
            visits: trial
                .visits
                .iter()
                .map(|trip| VisitRecord {
                    network: network(trip.network),
                    host: enrolment(trip.host),
                    date: Day::from_number(trip.day as i32).to_string(),
                    guests: trip.guests.iter().map(|&guest| enrolment(guest)).collect(),
                    round: None,
                })
                .collect(),
            ..PlanRecords::default()
        }
    }

    /// A plan document, which names nothing unknown, as a trial.
    pub fn read(&self, plan: &PlanRecords) -> Trial {
        let enrolment = |id: &String| self.records.enrolments.iter().position(|e| e.id == *id).expect("an enrolment");
        let network = |id: &String| self.records.networks.iter().position(|n| n.id == *id).expect("a network");
        let mut trial = Trial { place: vec![None; self.enrolments()], visits: Vec::new() };
        for row in &plan.assignments {
            trial.place[enrolment(&row.enrolment)] = row.network.as_ref().map(network);
        }
        trial.visits.extend(plan.visits.iter().map(|visit| Trip {
            network: network(&visit.network),
            host: enrolment(&visit.host),
            day: number(&visit.date),
            guests: visit.guests.iter().map(enrolment).collect(),
        }));
        trial
    }
}

fn open_days(records: &ProblemRecords) -> Vec<(i64, usize)> {
    use Weekday::*;
    let calendar = records.calendar.clone().unwrap_or_default();
    let weekdays = calendar.weekdays.unwrap_or(vec![Mon, Tue, Wed, Thu, Fri]);
    let mut open = Vec::new();
    for (at, round) in records.rounds.iter().flatten().enumerate() {
        for day in number(&round.start)..=number(&round.end) {
            let weekday = [Sun, Mon, Tue, Wed, Thu, Fri, Sat][(day % 7) as usize]; // day 1 was a Monday
            if weekdays.contains(&weekday) && !lists(&calendar.closed, day) {
                open.push((day, at));
            }
        }
    }
    open
}

/// Distances by the angle between two places on the sphere, from their position in space.
fn distances(records: &ProblemRecords) -> Vec<Vec<f64>> {
    let place = |m: &MunicipalityRecord| {
        let (lat, lon) = (m.lat.to_radians(), m.lon.to_radians());
        [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
    };
    let km = |a: &MunicipalityRecord, b: &MunicipalityRecord| {
        let same = |row: &&DistanceRecord| (row.a == a.id && row.b == b.id) || (row.a == b.id && row.b == a.id);
        if a.id == b.id {
            return 0.0;
        }
        if let Some(row) = records.distances.iter().flatten().find(same) {
            return row.km;
        }
        let ([ax, ay, az], [bx, by, bz]) = (place(a), place(b));
        let cross = [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
        let sine = cross.iter().map(|x| x * x).sum::<f64>().sqrt();
        let angle = sine.atan2(ax * bx + ay * by + az * bz);
        (6371.0088 * angle * records.detour_factor.unwrap_or(1.3) * 10.0 + 0.5).floor() / 10.0
    };
    let towns = &records.municipalities;
    towns.iter().map(|a| towns.iter().map(|b| km(a, b)).collect()).collect()
}

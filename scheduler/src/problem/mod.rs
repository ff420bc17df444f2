//! The nouns of the problem, each valid once built.
//!
//! [`records`] holds a problem as it is written, [`validate`] finds everything that is wrong with it, and
//! [`Problem::new`] is the only door from there to a [`Problem`]: indexed, in canonical order (by id, rounds by
//! date), with every default filled in, so that nothing downstream checks again and nothing depends on the
//! order in which records were written.

mod build;
pub mod day;
pub mod faults;
pub(crate) mod fields;
mod gatherings;
mod ids;
mod index;
pub(crate) mod names;
pub mod records;
pub(crate) mod spot;
pub mod validate;
mod weights;

use std::collections::HashMap;

pub use day::{Day, DaySet};
pub use faults::{Fault, Faults, Wrong};
pub use gatherings::{Gathering, Location, MeetingLimits, Place, When};
pub use index::{EnrolmentIx, GatheringIx, MunicipalityIx, NetworkIx, PlaceIx, RegionIx, RoundIx, TrackIx, ValueIx};
pub use records::{Hosting, PairKind, ProblemRecords, Weekday};
use spot::Spot;
pub use weights::Weights;

/// Mean radius of the Earth in km.
pub const EARTH_RADIUS_KM: f64 = 6371.0088;

/// A problem without contradictions, ready to be solved.
#[derive(Clone, Debug)]
pub struct Problem {
    pub(crate) name: String,
    pub(crate) regions: Vec<Region>,
    pub(crate) municipalities: Vec<Municipality>,
    pub(crate) spots: Vec<Spot>,
    pub(crate) tracks: Vec<Track>,
    pub(crate) networks: Vec<Network>,
    pub(crate) enrolments: Vec<Enrolment>,
    pub(crate) apart: Vec<(MunicipalityIx, MunicipalityIx)>,
    pub(crate) together: Vec<(MunicipalityIx, MunicipalityIx)>,
    pub(crate) distances: HashMap<(MunicipalityIx, MunicipalityIx), f64>,
    pub(crate) detour_factor: f64,
    pub(crate) rounds: Vec<Round>,
    pub(crate) gatherings: Vec<Gathering>,
    pub(crate) values: Vec<AttributeValue>,
    pub(crate) calendar: Calendar,
    pub(crate) visits: VisitRules,
    pub(crate) preference_costs: PreferenceCosts,
    pub(crate) weights: Weights,
}

/// A region.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Most visits hosted in it on one day.
    pub max_visits_per_day: Option<u32>,
}

/// A municipality.
#[derive(Clone, Debug, PartialEq)]
pub struct Municipality {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it lies.
    pub region: RegionIx,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Whether it hosts at all.
    pub can_host: bool,
    /// Guests (persons) that fit at one visit.
    pub host_capacity: Option<u32>,
    /// Days on which it neither hosts nor travels.
    pub unavailable: DaySet,
    /// Days on which it does not host; holds the unavailable days too.
    pub cannot_host: DaySet,
    /// Days that are possible, at a cost.
    pub undesired: DaySet,
}

/// A track.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Fewest delegates that an enrolment may have.
    pub min_delegates: u32,
    /// Most delegates that an enrolment may have.
    pub max_delegates: Option<u32>,
    /// Whether it is divided into networks.
    pub in_networks: bool,
    /// The rounds in which its networks visit, ascending.
    pub rounds: Vec<RoundIx>,
    /// How often its members host.
    pub hosting: Hosting,
}

/// A value of an attribute that networks mix by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttributeValue {
    /// The attribute.
    pub attribute: String,
    /// The value.
    pub value: String,
}

/// How many members of a network have a value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mix {
    /// Which value.
    pub value: ValueIx,
    /// Fewest members (of a network that is not left empty).
    pub min: u32,
    /// Most members.
    pub max: Option<u32>,
}

/// A network.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The track it belongs to.
    pub track: TrackIx,
    /// Fewest members (of a network that is not left empty).
    pub min_members: u32,
    /// Most members.
    pub max_members: u32,
    /// Fewest delegates (of a network that is not left empty).
    pub min_delegates: u32,
    /// Most delegates.
    pub max_delegates: Option<u32>,
    /// Whether zero members is fine too.
    pub may_stay_empty: bool,
    /// Open to these regions only, ascending.
    pub allowed_regions: Option<Vec<RegionIx>>,
    /// Most members from one region.
    pub max_members_per_region: Option<u32>,
    /// Fewest regions (of a network that is not empty).
    pub min_regions: u32,
    /// Longest distance between two members in km.
    pub max_distance_km: Option<f64>,
    /// How many members have a value of an attribute, by value.
    pub mix: Vec<Mix>,
}

/// An enrolment.
#[derive(Clone, Debug, PartialEq)]
pub struct Enrolment {
    /// Its id.
    pub id: String,
    /// Who enrolled.
    pub municipality: MunicipalityIx,
    /// In which track.
    pub track: TrackIx,
    /// How many persons it sends.
    pub delegates: u32,
    /// Networks wished for, best first.
    pub preferences: Vec<NetworkIx>,
    /// The network it must be in.
    pub fixed: Option<NetworkIx>,
    /// Networks it must not be in, ascending.
    pub excluded: Vec<NetworkIx>,
    /// The values of its attributes, its region among them where a network mixes by it; ascending.
    pub values: Vec<ValueIx>,
}

/// A round with its open days.
#[derive(Clone, Debug, PartialEq)]
pub struct Round {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// First day.
    pub start: Day,
    /// Last day, inclusive.
    pub end: Day,
    /// The days on which visits may be held, ascending.
    pub open_days: Vec<Day>,
}

/// Which days may be open, inside rounds and outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    /// The open days of a week.
    pub weekdays: Vec<Weekday>,
    /// Days that are closed all the same.
    pub closed: DaySet,
}

impl Calendar {
    /// Whether it leaves a day open.
    pub fn opens(&self, day: Day) -> bool {
        self.weekdays.contains(&day.weekday()) && !self.closed.contains(day)
    }
}

/// How visits are held.
#[derive(Clone, Debug, PartialEq)]
pub struct VisitRules {
    /// Pace rules, the shortest window first.
    pub pace: Vec<Pace>,
    /// Days between a's visit to b and b's to a.
    pub min_return_days: u32,
    /// Most visits of the programme on one day.
    pub max_visits_per_day: Option<u32>,
}

/// A pace rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Length of the window in calendar days.
    pub window_days: u32,
    /// Visits allowed in a window.
    pub max_visits: u32,
    /// Cost of a visit too many in one window; `None`: hard.
    pub penalty: Option<f64>,
}

/// What wishes cost.
#[derive(Clone, Debug, PartialEq)]
pub struct PreferenceCosts {
    /// By rank of the wish; never empty; the last entry serves all later ranks.
    pub by_rank: Vec<f64>,
    /// Off the list.
    pub unlisted: f64,
}

/// Distance by road between two places (degrees north, degrees east) in km: great-circle × detour factor, rounded half
/// up to 0.1 km. The last bit may depend on the order: the smaller id stands first.
pub(crate) fn road_km(p: (f64, f64), q: (f64, f64), detour_factor: f64) -> f64 {
    let (la, lb) = (p.0.to_radians(), q.0.to_radians());
    let h = ((lb - la) / 2.0).sin().powi(2) + la.cos() * lb.cos() * ((q.1 - p.1).to_radians() / 2.0).sin().powi(2);
    let great_circle = 2.0 * EARTH_RADIUS_KM * h.sqrt().min(1.0).asin();
    (great_circle * detour_factor * 10.0 + 0.5).floor() / 10.0
}

impl Network {
    /// One of a track that nothing but its size limits; for trying what one more would do.
    pub(crate) fn open(track: TrackIx, max_members: u32) -> Network {
        Network {
            id: "new".to_owned(),
            name: "new".to_owned(),
            track,
            min_members: 0,
            max_members,
            min_delegates: 0,
            max_delegates: None,
            may_stay_empty: true,
            allowed_regions: None,
            max_members_per_region: None,
            min_regions: 0,
            max_distance_km: None,
            mix: Vec::new(),
        }
    }
}

/// What people call something: its name, and its id behind it where that is another.
pub fn called(name: &str, id: &str) -> String {
    if name == id { id.to_owned() } else { format!("{name} ({id})") }
}

impl Problem {
    /// Builds a problem from its records, or tells everything that is wrong with them.
    pub fn new(records: &ProblemRecords) -> Result<Problem, Faults> {
        validate::contradictions(records).into_result()?;
        Ok(build::build(records))
    }

    /// What the programme is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All regions, by index.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// All municipalities, by index.
    pub fn municipalities(&self) -> &[Municipality] {
        &self.municipalities
    }

    /// All tracks, by index.
    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    /// All networks, by index.
    pub fn networks(&self) -> &[Network] {
        &self.networks
    }

    /// All enrolments, by index.
    pub fn enrolments(&self) -> &[Enrolment] {
        &self.enrolments
    }

    /// All rounds, by date.
    pub fn rounds(&self) -> &[Round] {
        &self.rounds
    }

    /// All gatherings, by index.
    pub fn gatherings(&self) -> &[Gathering] {
        &self.gatherings
    }

    /// One gathering.
    pub fn gathering(&self, gathering: GatheringIx) -> &Gathering {
        &self.gatherings[gathering.at()]
    }

    /// All values of attributes, by index.
    pub fn values(&self) -> &[AttributeValue] {
        &self.values
    }

    /// One track.
    pub fn track(&self, track: TrackIx) -> &Track {
        &self.tracks[track.at()]
    }

    /// How visits are held.
    pub fn visits(&self) -> &VisitRules {
        &self.visits
    }

    /// What a unit of each measure costs.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// Pairs that must not share a network.
    pub fn apart(&self) -> &[(MunicipalityIx, MunicipalityIx)] {
        &self.apart
    }

    /// Pairs that must share a network where both are placed.
    pub fn together(&self) -> &[(MunicipalityIx, MunicipalityIx)] {
        &self.together
    }

    /// One network.
    pub fn network(&self, network: NetworkIx) -> &Network {
        &self.networks[network.at()]
    }

    /// One enrolment.
    pub fn enrolment(&self, enrolment: EnrolmentIx) -> &Enrolment {
        &self.enrolments[enrolment.at()]
    }

    /// One municipality.
    pub fn municipality(&self, municipality: MunicipalityIx) -> &Municipality {
        &self.municipalities[municipality.at()]
    }

    /// The municipality behind an enrolment.
    pub fn home(&self, enrolment: EnrolmentIx) -> &Municipality {
        self.municipality(self.enrolment(enrolment).municipality)
    }

    /// Whether an enrolment is a hosting member wherever it is placed.
    pub fn hosts(&self, enrolment: EnrolmentIx) -> bool {
        self.home(enrolment).can_host
    }

    /// Distance by road between two municipalities in km: the one given, else great-circle × detour factor,
    /// rounded half up to 0.1 km. Symmetric; 0 to itself.
    pub fn km(&self, a: MunicipalityIx, b: MunicipalityIx) -> f64 {
        if a == b {
            return 0.0;
        }
        let pair = if a < b { (a, b) } else { (b, a) };
        if let Some(&km) = self.distances.get(&pair) {
            return km;
        }
        let quick = self.spot(pair.0).quick_km(self.spot(pair.1), self.detour_factor);
        quick.unwrap_or_else(|| {
            let (p, q) = (self.municipality(pair.0), self.municipality(pair.1));
            road_km((p.lat, p.lon), (q.lat, q.lon), self.detour_factor)
        })
    }

    /// Where a municipality lies.
    pub(crate) fn spot(&self, municipality: MunicipalityIx) -> Spot {
        self.spots[municipality.at()]
    }

    /// Whether rule A1 lets this enrolment into this network: its track, not excluded, the fixed one if one is
    /// fixed, and open to its region.
    pub fn eligible(&self, enrolment: EnrolmentIx, network: NetworkIx) -> bool {
        let (e, n) = (self.enrolment(enrolment), self.network(network));
        let region = self.municipality(e.municipality).region;
        e.track == n.track
            && e.fixed.is_none_or(|fixed| fixed == network)
            && e.excluded.binary_search(&network).is_err()
            && n.allowed_regions.as_ref().is_none_or(|open| open.binary_search(&region).is_ok())
    }

    /// What the rank of this network among the enrolment's wishes costs, before its weight.
    pub fn preference_cost(&self, enrolment: EnrolmentIx, network: NetworkIx) -> f64 {
        let wishes = &self.enrolment(enrolment).preferences;
        let by_rank = &self.preference_costs.by_rank;
        match wishes.iter().position(|&wish| wish == network) {
            _ if wishes.is_empty() => 0.0,
            Some(rank) => by_rank[rank.min(by_rank.len() - 1)],
            None => self.preference_costs.unlisted,
        }
    }

    /// Whether an enrolment needs a network: where its track is in networks.
    pub fn wants_network(&self, enrolment: EnrolmentIx) -> bool {
        self.track(self.enrolment(enrolment).track).in_networks
    }

    /// How many times each hosting member hosts a network of a track that has so many of them, on average where they take
    /// turns; at least once where no dates are asked for.
    pub fn hostings_each(&self, track: TrackIx, hosting_members: usize) -> f64 {
        let track = self.track(track);
        let rounds = track.rounds.len().max(1) as f64;
        match track.hosting {
            Hosting::Once => 1.0,
            Hosting::EachRound => rounds,
            Hosting::Rotate => rounds / hosting_members.max(1) as f64,
        }
    }

    /// The fewest times that a hosting member hosts a network of a track, on average where they take turns.
    pub fn hostings_least(&self, track: TrackIx) -> f64 {
        let of_track = self.networks.iter().filter(|network| network.track == track);
        let largest = of_track.map(|network| network.max_members).max().unwrap_or(1);
        self.hostings_each(track, largest.min(self.enrolments.len() as u32) as usize)
    }

    /// How often an enrolment hosts its network.
    pub fn hosting_of(&self, enrolment: EnrolmentIx) -> Hosting {
        self.track(self.enrolment(enrolment).track).hosting
    }

    /// The open days of a track, ascending, each with its round: of all its rounds, or of one.
    pub fn open_days(&self, track: TrackIx, round: Option<RoundIx>) -> impl Iterator<Item = (RoundIx, Day)> + '_ {
        let rounds = self.track(track).rounds.iter().copied().filter(move |&at| round.is_none_or(|round| round == at));
        rounds.flat_map(|at| self.rounds[at.at()].open_days.iter().map(move |&day| (at, day)))
    }

    /// The round of a track in which this is an open day.
    pub fn round_for(&self, track: TrackIx, day: Day) -> Option<RoundIx> {
        self.round_of(day).filter(|round| self.track(track).rounds.binary_search(round).is_ok())
    }

    /// The round in which this is an open day.
    pub fn round_of(&self, day: Day) -> Option<RoundIx> {
        let after = self.rounds.partition_point(|round| round.end < day);
        let round = self.rounds.get(after)?;
        round.open_days.binary_search(&day).ok().map(|_| RoundIx::new(after))
    }

    /// First and last day of the programme: start of the first round, end of the last.
    pub fn span(&self) -> Option<(Day, Day)> {
        Some((self.rounds.first()?.start, self.rounds.last()?.end))
    }

    /// The first days of all windows of this length inside the programme; a longer one is cut to it.
    pub fn windows(&self, window_days: u32) -> impl Iterator<Item = Day> + use<> {
        let first_days = self.span().map(|(start, end)| {
            let last = end.number() - window_days.min(100_000) as i32 + 1;
            start.number()..=last.max(start.number())
        });
        first_days.into_iter().flatten().map(Day::from_number)
    }
}

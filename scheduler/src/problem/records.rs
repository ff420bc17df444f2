//! The problem as it is written: one struct per record of the problem document, nothing checked yet.
//!
//! Fields carry the names, units and optionality of the document; absent stays absent, so that what was
//! stored can be given back as it came. `validate` finds what is wrong with records; `Problem::new` is the
//! only way from here to a problem that can be solved.

use std::collections::BTreeMap;

/// The track of a problem that names none.
pub const ONLY_TRACK: &str = "main";

/// A whole problem document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProblemRecords {
    /// What the programme is called.
    pub name: String,
    /// Regions, in the order written.
    pub regions: Vec<RegionRecord>,
    /// Municipalities, in the order written.
    pub municipalities: Vec<MunicipalityRecord>,
    /// Tracks; none means one called `main`.
    pub tracks: Option<Vec<TrackRecord>>,
    /// Networks, in the order written.
    pub networks: Vec<NetworkRecord>,
    /// Enrolments, in the order written.
    pub enrolments: Vec<EnrolmentRecord>,
    /// Pairs of municipalities that must or must not share a network.
    pub pair_rules: Option<Vec<PairRuleRecord>>,
    /// Distances that replace the computed ones, both ways.
    pub distances: Option<Vec<DistanceRecord>>,
    /// Road kilometres per great-circle kilometre, at least 1; absent: 1.3.
    pub detour_factor: Option<f64>,
    /// Windows of dates for visits; none: the plan is an assignment alone.
    pub rounds: Option<Vec<RoundRecord>>,
    /// What whole tracks meet at, around the networks.
    pub gatherings: Option<Vec<GatheringRecord>>,
    /// Which days are open.
    pub calendar: Option<CalendarRecord>,
    /// How visits are held.
    pub visits: Option<VisitsRecord>,
    /// What it costs not to get the first wish.
    pub preference_costs: Option<PreferenceCostsRecord>,
    /// What a unit of each measure costs.
    pub weights: Option<WeightsRecord>,
}

impl ProblemRecords {
    /// The ids of the tracks, as written: of the only one where none is.
    pub fn track_ids(&self) -> Vec<&str> {
        match self.tracks.as_deref().unwrap_or_default() {
            [] => vec![ONLY_TRACK],
            named => named.iter().map(|track| track.id.as_str()).collect(),
        }
    }

    /// The same records, with the track of every network and enrolment written out: that of the only one where none is
    /// named. What compares records compares these.
    pub fn with_tracks_named(mut self) -> ProblemRecords {
        let only = match self.track_ids()[..] {
            [only] => only.to_owned(),
            _ => return self,
        };
        let networks = self.networks.iter_mut().map(|network| &mut network.track);
        for track in networks.chain(self.enrolments.iter_mut().map(|enrolment| &mut enrolment.track)) {
            track.get_or_insert_with(|| only.clone());
        }
        self
    }
}

/// A region of the country.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RegionRecord {
    /// Unique among regions.
    pub id: String,
    /// Defaults to the id.
    pub name: Option<String>,
    /// Most visits hosted in the region on one day; absent: no limit.
    pub max_visits_per_day: Option<i64>,
}

/// A municipality with its place and diary.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MunicipalityRecord {
    /// Unique among municipalities; usually the official code.
    pub id: String,
    /// Defaults to the id.
    pub name: Option<String>,
    /// The region it lies in.
    pub region: String,
    /// Degrees north, −90 to 90.
    pub lat: f64,
    /// Degrees east, −180 to 180.
    pub lon: f64,
    /// Whether it hosts at all; absent: true.
    pub can_host: Option<bool>,
    /// Guests (persons) that fit at one visit; absent: no limit.
    pub host_capacity: Option<i64>,
    /// ISO dates on which it neither hosts nor travels.
    pub unavailable: Option<Vec<String>>,
    /// ISO dates on which it may travel but not host.
    pub cannot_host_on: Option<Vec<String>>,
    /// ISO dates that are possible, at a cost.
    pub undesired: Option<Vec<String>>,
}

/// A track of the programme; networks and enrolments belong to one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrackRecord {
    /// Unique among tracks.
    pub id: String,
    /// Defaults to the id.
    pub name: Option<String>,
    /// How many delegates an enrolment may have; absent: any number.
    pub delegation: Option<RangeRecord>,
    /// Whether it is divided into networks; absent: true. Else it meets at gatherings alone.
    pub in_networks: Option<bool>,
    /// The rounds in which its networks visit; absent: all.
    pub rounds: Option<Vec<String>>,
    /// How often its members host; absent: as `visits` says.
    pub hosting: Option<Hosting>,
}

/// A least and a most; each absent: no limit, but for what the field that holds it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RangeRecord {
    /// The least.
    pub min: Option<i64>,
    /// The most.
    pub max: Option<i64>,
}

/// A network to be filled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkRecord {
    /// Unique among networks.
    pub id: String,
    /// Its track; may be absent where there is only one.
    pub track: Option<String>,
    /// Defaults to the id.
    pub name: Option<String>,
    /// Fewest members.
    pub min_members: i64,
    /// Most members.
    pub max_members: i64,
    /// Fewest delegates of all members together.
    pub min_delegates: Option<i64>,
    /// Most delegates of all members together.
    pub max_delegates: Option<i64>,
    /// Whether zero members is fine too; absent: false.
    pub may_stay_empty: Option<bool>,
    /// Only members from these regions; absent: all.
    pub allowed_regions: Option<Vec<String>>,
    /// Most members from one region.
    pub max_members_per_region: Option<i64>,
    /// Fewest regions that its members come from.
    pub min_regions: Option<i64>,
    /// Longest distance between any two members, in km.
    pub max_distance_km: Option<f64>,
    /// How many members have a value of an attribute.
    pub mix: Option<Vec<MixRecord>>,
}

/// How many members of a network have a value of an attribute.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MixRecord {
    /// An attribute of enrolments; `region`: that of the municipality.
    pub attribute: String,
    /// The value.
    pub value: String,
    /// Fewest members that have it; absent: 0.
    pub min: Option<i64>,
    /// Most members that have it; absent: no limit.
    pub max: Option<i64>,
}

/// One delegation that needs one network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EnrolmentRecord {
    /// Unique among enrolments.
    pub id: String,
    /// Who enrols.
    pub municipality: String,
    /// Its track; may be absent where there is only one.
    pub track: Option<String>,
    /// Persons, 1 to 10,000.
    pub delegates: i64,
    /// Networks wished for, best first; absent or empty: no wish.
    pub preferences: Option<Vec<String>>,
    /// The network it must be in.
    pub fixed: Option<String>,
    /// Networks it must not be in.
    pub excluded: Option<Vec<String>>,
    /// What networks mix by: value by attribute.
    pub attributes: Option<BTreeMap<String, String>>,
}

/// Whether a pair of municipalities must share a network, or must not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PairKind {
    /// The two never share a network.
    #[default]
    Apart,
    /// The two share a network in every track in which both are placed.
    Together,
}

/// A rule about two municipalities.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PairRuleRecord {
    /// Apart or together.
    pub kind: PairKind,
    /// One municipality.
    pub a: String,
    /// The other.
    pub b: String,
}

/// A distance that replaces the computed one, both ways.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DistanceRecord {
    /// One municipality.
    pub a: String,
    /// The other.
    pub b: String,
    /// Kilometres, at least 0.
    pub km: f64,
}

/// A window of dates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RoundRecord {
    /// Unique among rounds.
    pub id: String,
    /// Defaults to the id.
    pub name: Option<String>,
    /// First ISO date.
    pub start: String,
    /// Last ISO date, inclusive.
    pub end: String,
}

/// Which days of the rounds are open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CalendarRecord {
    /// Open weekdays; absent: Monday to Friday.
    pub weekdays: Option<Vec<Weekday>>,
    /// ISO dates that are closed all the same.
    pub closed: Option<Vec<String>>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // their names say it
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// How visits are held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VisitsRecord {
    /// Once in the programme, or once in each round; absent: once.
    pub hosting: Option<Hosting>,
    /// How close together an enrolment's visits may lie.
    pub pace: Option<Vec<PaceRecord>>,
    /// Days between a's visit to b and b's to a; absent: 0.
    pub min_return_days: Option<i64>,
    /// Most visits of the whole programme on one day; absent: no limit.
    pub max_visits_per_day: Option<i64>,
}

/// How often a member hosts its network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Hosting {
    /// Once in the programme.
    #[default]
    Once,
    /// Once in each round.
    EachRound,
    /// In turn: one member of each network in each round.
    Rotate,
}

/// A pace rule: at most so many visits in any run of so many days.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PaceRecord {
    /// Length of the window in calendar days, at least 1.
    pub window_days: i64,
    /// Visits allowed in a window, at least 1; absent: 1.
    pub max_visits: Option<i64>,
    /// Cost of each visit too many in a window; absent: the rule is hard.
    pub penalty: Option<f64>,
}

/// What wishes cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PreferenceCostsRecord {
    /// Cost of the first, second … wish; the last entry serves all later ones. Absent: 0, 1, 3, 6.
    pub by_rank: Option<Vec<f64>>,
    /// Cost of a network off the list; absent: 10.
    pub unlisted: Option<f64>,
}

/// The cost of one unit of each measure; an absent weight has its default.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)] // the measures are those of the cost module
pub struct WeightsRecord {
    pub unassigned: Option<f64>,
    pub unhosted: Option<f64>,
    pub absence: Option<f64>,
    pub preference: Option<f64>,
    pub extra_visit: Option<f64>,
    pub undesired: Option<f64>,
    pub pace: Option<f64>,
    pub travel: Option<f64>,
    pub missed: Option<f64>,
    pub meeting: Option<f64>,
    pub gathering_undesired: Option<f64>,
    pub gathering_travel: Option<f64>,
}

/// What several tracks meet at: a conference, a seminar, regional meetings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GatheringRecord {
    /// Unique among gatherings.
    pub id: String,
    /// Defaults to the id.
    pub name: Option<String>,
    /// The tracks that are invited; not empty.
    pub invites: Vec<InviteRecord>,
    /// Its first ISO date; exactly one of this and `window`.
    pub start: Option<String>,
    /// Where the plan chooses the day: between which dates.
    pub window: Option<WindowRecord>,
    /// Open weekdays for chosen days; absent: those of the calendar.
    pub weekdays: Option<Vec<Weekday>>,
    /// How many calendar days, one after the other, 1 to 14; absent: 1.
    pub days: Option<i64>,
    /// Where it may be held; absent or empty: see `meetings`.
    pub places: Option<Vec<PlaceRecord>>,
    /// Whether it has no place and no travel; absent: false.
    pub online: Option<bool>,
    /// How many meetings it has; absent: one for all.
    pub meetings: Option<MeetingsRecord>,
    /// Days without visits before it for those who attend, 0 to 60; absent: 0.
    pub clear_days_before: Option<i64>,
    /// The same after it.
    pub clear_days_after: Option<i64>,
    /// From when to when, for calendars alone.
    pub hours: Option<HoursRecord>,
}

/// A track that a gathering invites.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InviteRecord {
    /// Which track.
    pub track: String,
    /// Most delegates of each enrolment; absent: all.
    pub max_delegates: Option<i64>,
}

/// From which date to which.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WindowRecord {
    /// First ISO date.
    pub start: String,
    /// Last ISO date, inclusive.
    pub end: String,
}

/// Where a gathering may be held: a municipality, by its id, or a location of its own, with `lat` and `lon`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlaceRecord {
    /// Unique among the places of a gathering.
    pub id: String,
    /// Defaults to that of the municipality, or to the id.
    pub name: Option<String>,
    /// Degrees north, −90 to 90.
    pub lat: Option<f64>,
    /// Degrees east, −180 to 180.
    pub lon: Option<f64>,
    /// Persons that fit in; absent: no limit.
    pub capacity: Option<i64>,
}

/// How many meetings a gathering has, and how they lie.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MeetingsRecord {
    /// Fewest, at least 1; absent: 1.
    pub min: Option<i64>,
    /// Most; absent: as `min`.
    pub max: Option<i64>,
    /// Whether every region of an invited enrolment has one; absent: false.
    pub each_region: Option<bool>,
    /// Longest way to a meeting in km; absent: no limit.
    pub max_distance_km: Option<f64>,
    /// Most meetings that begin on one day; absent: no limit.
    pub max_per_day: Option<i64>,
}

/// From when to when, `HH:MM`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HoursRecord {
    /// When it begins.
    pub from: String,
    /// When it ends.
    pub to: String,
}

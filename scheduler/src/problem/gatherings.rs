//! Gatherings: what whole tracks meet at, with the places and days that they may have.

use super::build::{count, named, sorted};
use super::records::*;
use super::{Day, EnrolmentIx, GatheringIx, MunicipalityIx, PlaceIx, Problem, RegionIx, TrackIx, road_km};

/// What several tracks meet at.
#[derive(Clone, Debug, PartialEq)]
pub struct Gathering {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The tracks that are invited, ascending, with the most delegates of each enrolment.
    pub invites: Vec<(TrackIx, Option<u32>)>,
    /// When it is held.
    pub when: When,
    /// Open weekdays for chosen days, where they are not the calendar's.
    pub weekdays: Option<Vec<Weekday>>,
    /// How many calendar days a meeting has, one after the other.
    pub days: u32,
    /// Where it may be held, by id; none: online, or at a place that nobody has named yet.
    pub places: Vec<Place>,
    /// Whether it is held online.
    pub online: bool,
    /// How many meetings it may have; `None`: one for all.
    pub meetings: Option<MeetingLimits>,
    /// Days without visits before a meeting, for those who attend.
    pub clear_days_before: u32,
    /// Days without visits after a meeting, for those who attend.
    pub clear_days_after: u32,
    /// From when to when, for calendars alone.
    pub hours: Option<(String, String)>,
}

/// When a gathering is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Every meeting begins on this day, open or not.
    Given(Day),
    /// The plan chooses open days from the first to the last, inclusive.
    Window(Day, Day),
}

/// Where a meeting may be held.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Its id: that of the municipality, or its own.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it lies.
    pub location: Location,
    /// Persons that fit in.
    pub capacity: Option<u32>,
}

/// Where a place lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Location {
    /// At a municipality, which hosts.
    Municipality(MunicipalityIx),
    /// By itself, degrees north and east.
    Own(f64, f64),
}

/// How many meetings a gathering may have, and how they lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeetingLimits {
    /// Fewest.
    pub min: u32,
    /// Most.
    pub max: u32,
    /// Whether every region of an invited enrolment has one.
    pub each_region: bool,
    /// Longest way to a meeting in km.
    pub max_distance_km: Option<f64>,
    /// Most meetings that begin on one day.
    pub max_per_day: Option<u32>,
}

impl Gathering {
    /// The days of a meeting that begins on this one.
    pub fn days_from(&self, start: Day) -> impl Iterator<Item = Day> + use<> {
        (0..self.days as i32).map(move |after| start.plus(after))
    }

    /// The days without visits around a meeting that begins on this one, for those who attend: first and last.
    pub fn clear_days(&self, start: Day) -> (Day, Day) {
        let last = self.days as i32 - 1 + self.clear_days_after as i32;
        (start.plus(-(self.clear_days_before as i32)), start.plus(last))
    }

    /// Fewest and most meetings.
    pub fn meeting_counts(&self) -> (u32, u32) {
        self.meetings.map_or((1, 1), |limits| (limits.min, limits.max))
    }

    /// The place of this id.
    pub fn place_of_id(&self, id: &str) -> Option<PlaceIx> {
        self.places.binary_search_by(|place| place.id.as_str().cmp(id)).ok().map(PlaceIx::new)
    }

    /// The municipality that hosts a meeting at a place, where it is at one.
    pub fn host(&self, place: Option<PlaceIx>) -> Option<MunicipalityIx> {
        match self.places[place?.at()].location {
            Location::Municipality(town) => Some(town),
            Location::Own(..) => None,
        }
    }
}

impl Problem {
    /// Persons of an enrolment that a gathering invites: its delegates, at most those of the invite; `None`: its track is not
    /// invited.
    pub fn persons_invited(&self, gathering: GatheringIx, enrolment: EnrolmentIx) -> Option<u32> {
        let enrolment = self.enrolment(enrolment);
        let invites = &self.gathering(gathering).invites;
        let found = invites.binary_search_by_key(&enrolment.track, |invite| invite.0).ok()?;
        Some(enrolment.delegates.min(invites[found].1.unwrap_or(u32::MAX)))
    }

    /// The enrolments that a gathering invites, ascending, with their persons.
    pub fn invited(&self, gathering: GatheringIx) -> impl Iterator<Item = (EnrolmentIx, u32)> + '_ {
        let all = (0..self.enrolments().len()).map(EnrolmentIx::new);
        all.filter_map(move |e| Some((e, self.persons_invited(gathering, e)?)))
    }

    /// The regions of the enrolments that a gathering invites, ascending.
    pub fn regions_invited(&self, gathering: GatheringIx) -> Vec<RegionIx> {
        let mut regions: Vec<RegionIx> = self.invited(gathering).map(|(e, _)| self.home(e).region).collect();
        regions.sort_unstable();
        regions.dedup();
        regions
    }

    /// How many meetings of a gathering cost nothing by their number: its `min` or, where each region has one, their number
    /// where that is more.
    pub fn meetings_free(&self, gathering: GatheringIx) -> u32 {
        let it = self.gathering(gathering);
        let each_region = it.meetings.is_some_and(|limits| limits.each_region);
        let regions = if each_region { self.regions_invited(gathering).len() as u32 } else { 1 };
        it.meeting_counts().0.max(regions)
    }

    /// Distance by road from a municipality to a place of a gathering in km; 0 where there is no place.
    pub fn km_to(&self, town: MunicipalityIx, gathering: GatheringIx, place: Option<PlaceIx>) -> f64 {
        let Some(place) = place else { return 0.0 };
        match self.gathering(gathering).places[place.at()].location {
            Location::Municipality(host) => self.km(town, host),
            Location::Own(lat, lon) => {
                let home = self.municipality(town);
                road_km((home.lat, home.lon), (lat, lon), self.detour_factor)
            }
        }
    }

    /// Whether a meeting of a gathering may begin on a day, as far as the gathering and the calendar say: on the given day,
    /// or on open days inside the window.
    pub fn may_begin(&self, gathering: GatheringIx, start: Day) -> bool {
        let it = self.gathering(gathering);
        match it.when {
            When::Given(day) => start == day,
            When::Window(first, last) => {
                let opens = |day: Day| self.is_open_for(it, day);
                first <= start && start.plus(it.days as i32 - 1) <= last && it.days_from(start).all(opens)
            }
        }
    }

    /// Whether a day is open for chosen meetings of a gathering: by its own weekdays, or those of the calendar.
    pub fn is_open_for(&self, gathering: &Gathering, day: Day) -> bool {
        match &gathering.weekdays {
            Some(weekdays) => weekdays.contains(&day.weekday()) && !self.calendar.closed.contains(day),
            None => self.calendar.opens(day),
        }
    }

    /// The days on which a meeting of a gathering may begin, ascending.
    pub fn starts(&self, gathering: GatheringIx) -> Vec<Day> {
        let (first, last) = match self.gathering(gathering).when {
            When::Given(day) => return vec![day],
            When::Window(first, last) => (first, last),
        };
        let days = (first.number()..=last.number()).map(Day::from_number);
        days.filter(|&day| self.may_begin(gathering, day)).collect()
    }

    /// Whether a municipality can host all days of a meeting that begins on this one, by its diary alone.
    pub fn can_host_meeting(&self, town: MunicipalityIx, gathering: GatheringIx, start: Day) -> bool {
        let home = self.municipality(town);
        home.can_host && self.gathering(gathering).days_from(start).all(|day| !home.cannot_host.contains(day))
    }
}

/// Builds the gatherings of records that have no fault. `tracks` and `municipalities` are in the order of their indices.
pub(super) fn build(
    records: &ProblemRecords,
    tracks: &[&TrackRecord],
    municipalities: &[&MunicipalityRecord],
) -> Vec<Gathering> {
    let written = records.gatherings.as_deref().unwrap_or_default();
    let (gatherings, _) = sorted(written, |gathering| &gathering.id);
    gatherings.into_iter().filter_map(|gathering| gathering_of(gathering, tracks, municipalities)).collect()
}

fn gathering_of(
    record: &GatheringRecord,
    tracks: &[&TrackRecord],
    municipalities: &[&MunicipalityRecord],
) -> Option<Gathering> {
    let track = |invite: &InviteRecord| {
        let at = tracks.binary_search_by(|track| track.id.cmp(&invite.track)).ok()?;
        Some((TrackIx::new(at), invite.max_delegates.map(count)))
    };
    let mut invites: Vec<_> = record.invites.iter().filter_map(track).collect();
    invites.sort_unstable();
    let when = match (&record.start, &record.window) {
        (Some(start), _) => When::Given(Day::parse(start).ok()?),
        (None, Some(window)) => When::Window(Day::parse(&window.start).ok()?, Day::parse(&window.end).ok()?),
        (None, None) => return None, // a fault of the record: whoever builds has none
    };
    Some(Gathering {
        id: record.id.clone(),
        name: named(&record.name, &record.id),
        invites,
        when,
        weekdays: record.weekdays.clone(),
        days: count(record.days.unwrap_or(1)),
        places: places(record, municipalities),
        online: record.online.unwrap_or(false),
        meetings: record.meetings.as_ref().map(limits),
        clear_days_before: count(record.clear_days_before.unwrap_or(0)),
        clear_days_after: count(record.clear_days_after.unwrap_or(0)),
        hours: record.hours.as_ref().map(|hours| (hours.from.clone(), hours.to.clone())),
    })
}

/// The places of a gathering: those it names; without any and with `meetings`, every municipality that can host.
fn places(record: &GatheringRecord, municipalities: &[&MunicipalityRecord]) -> Vec<Place> {
    let named_places = record.places.as_deref().unwrap_or_default();
    if !named_places.is_empty() {
        let (sorted, _) = sorted(named_places, |place| &place.id);
        return sorted.into_iter().filter_map(|place| place_of(place, municipalities)).collect();
    }
    if record.meetings.is_none() || record.online.unwrap_or(false) {
        return Vec::new();
    }
    let hosts = municipalities.iter().enumerate().filter(|(_, town)| town.can_host.unwrap_or(true));
    let place = |(at, town): (usize, &&MunicipalityRecord)| Place {
        id: town.id.clone(),
        name: named(&town.name, &town.id),
        location: Location::Municipality(MunicipalityIx::new(at)),
        capacity: None,
    };
    hosts.map(place).collect()
}

fn place_of(record: &PlaceRecord, municipalities: &[&MunicipalityRecord]) -> Option<Place> {
    let (location, name) = match record.lat.zip(record.lon) {
        Some((lat, lon)) => (Location::Own(lat, lon), named(&record.name, &record.id)),
        None => {
            let at = municipalities.binary_search_by(|town| town.id.cmp(&record.id)).ok()?;
            let town = &municipalities[at];
            (Location::Municipality(MunicipalityIx::new(at)), named(&record.name, &named(&town.name, &town.id)))
        }
    };
    Some(Place { id: record.id.clone(), name, location, capacity: record.capacity.map(count) })
}

fn limits(record: &MeetingsRecord) -> MeetingLimits {
    let min = count(record.min.unwrap_or(1));
    MeetingLimits {
        min,
        max: record.max.map_or(min, count),
        each_region: record.each_region.unwrap_or(false),
        max_distance_km: record.max_distance_km,
        max_per_day: record.max_per_day.map(count),
    }
}

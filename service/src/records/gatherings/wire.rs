//! A gathering as it goes over the wire.

use poem_openapi::Object;
use poem_openapi::types::Example;
use scheduler::problem::records::*;

use crate::http::fields::{Amount, Count, Date, Id, Name, Number, TimeOfDay, Whole, bare, field};
use crate::records::programmes::wire::Weekday;

/// What several tracks meet at: a conference, a seminar, regional meetings.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct Gathering {
    /// Unique among the programme's gatherings.
    pub id: Id,
    /// What people call it. Default: the id.
    pub name: Option<Name>,
    /// The tracks that are invited, each once; not empty.
    pub invites: Vec<Invite>,
    /// Its first date. Exactly one of `start` and `window` is given.
    pub start: Option<Date>,
    /// Where the plan is to choose the day: between which dates.
    pub window: Option<Window>,
    /// Open weekdays for chosen days, instead of the calendar's.
    pub weekdays: Option<Vec<Weekday>>,
    /// How many calendar days it has, one after the other, whole, 1 to 14. Default: 1.
    pub days: Option<Whole<1, 14>>,
    /// Where it may be held. Absent or empty: at a place that nobody has named yet or, with `meetings`, at any municipality
    /// that can host.
    pub places: Option<Vec<Place>>,
    /// Whether it is held online: no places, no travel. Default: false.
    pub online: Option<bool>,
    /// How many meetings it has, each with its own day, place and people. Absent: one for all.
    pub meetings: Option<Meetings>,
    /// Calendar days before it without visits, for those who attend, whole, 0 to 60. Default: 0.
    pub clear_days_before: Option<Whole<0, 60>>,
    /// The same after it.
    pub clear_days_after: Option<Whole<0, 60>>,
    /// From when to when, for calendars alone.
    pub hours: Option<Hours>,
}

/// A track that a gathering invites.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all)]
pub struct Invite {
    /// The track's id.
    pub track: Id,
    /// Most delegates of each enrolment, whole, at least 1. Absent: all.
    pub max_delegates: Option<Count<1>>,
}

/// From which date to which.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct Window {
    /// The first date.
    pub start: Date,
    /// The last date, on or after `start`.
    pub end: Date,
}

/// Where a gathering may be held.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all)]
pub struct Place {
    /// The id of a municipality, which hosts; or, with `lat` and `lon`, of a location of its own.
    pub id: Id,
    /// What people call it. Default: the name of the municipality, or the id.
    pub name: Option<Name>,
    /// Degrees north, -90 to 90; with `lon` or not at all.
    pub lat: Option<Number<-90, 90>>,
    /// Degrees east, -180 to 180; with `lat` or not at all.
    pub lon: Option<Number<-180, 180>>,
    /// Persons that fit in, whole, at least 1. Absent: no limit.
    pub capacity: Option<Count<1>>,
}

/// How many meetings a gathering has, and how they lie.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all)]
pub struct Meetings {
    /// Fewest meetings, whole, at least 1. Default: 1.
    pub min: Option<Count<1>>,
    /// Most meetings, whole, at least `min`. Default: `min`.
    pub max: Option<Count<1>>,
    /// Whether every region of an invited enrolment has a meeting. Default: false.
    pub each_region: Option<bool>,
    /// Longest way to a meeting in km, 0 to 1e12. Absent: no limit.
    pub max_distance_km: Option<Amount>,
    /// Most meetings that begin on one day, whole, at least 1. Absent: no limit.
    pub max_per_day: Option<Count<1>>,
}

/// From when to when.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct Hours {
    /// When it begins, `HH:MM`.
    pub from: TimeOfDay,
    /// When it ends, `HH:MM`, after `from`.
    pub to: TimeOfDay,
}

impl Example for Gathering {
    fn example() -> Self {
        let delegates =
            |track: &str, most: Option<i64>| Invite { track: Id(track.to_owned()), max_delegates: most.map(Whole) };
        let time = |time: &str| TimeOfDay(time.to_owned());
        Gathering {
            id: Id("opening".to_owned()),
            name: Some(Name("Opening conference".to_owned())),
            invites: vec![delegates("leadership", Some(2))],
            start: Some(Date("2027-03-18".to_owned())),
            window: None,
            weekdays: None,
            days: None,
            places: Some(vec![Place {
                id: Id("borsen".to_owned()),
                name: Some(Name("Børsen".to_owned())),
                lat: Some(Number(55.675)),
                lon: Some(Number(12.584)),
                capacity: Some(Whole(300)),
            }]),
            online: None,
            meetings: None,
            clear_days_before: Some(Whole(3)),
            clear_days_after: Some(Whole(3)),
            hours: Some(Hours { from: time("10:00"), to: time("15:30") }),
        }
    }
}

impl Gathering {
    /// The record as the scheduler reads it.
    pub fn record(self) -> GatheringRecord {
        GatheringRecord {
            id: self.id.0,
            name: bare(self.name),
            invites: self.invites.into_iter().map(Invite::record).collect(),
            start: bare(self.start),
            window: self.window.map(|window| WindowRecord { start: window.start.0, end: window.end.0 }),
            weekdays: self.weekdays.map(|days| days.into_iter().map(Into::into).collect()),
            days: bare(self.days),
            places: self.places.map(|places| places.into_iter().map(Place::record).collect()),
            online: self.online,
            meetings: self.meetings.map(Meetings::record),
            clear_days_before: bare(self.clear_days_before),
            clear_days_after: bare(self.clear_days_after),
            hours: self.hours.map(|hours| HoursRecord { from: hours.from.0, to: hours.to.0 }),
        }
    }

    /// The record as it goes over the wire.
    pub fn new(record: &GatheringRecord) -> Self {
        let date = |text: &String| Date(text.clone());
        let window = |window: &WindowRecord| Window { start: date(&window.start), end: date(&window.end) };
        let hours =
            |hours: &HoursRecord| Hours { from: TimeOfDay(hours.from.clone()), to: TimeOfDay(hours.to.clone()) };
        Gathering {
            id: (&record.id).into(),
            name: field(&record.name),
            invites: record.invites.iter().map(Invite::new).collect(),
            start: field(&record.start),
            window: record.window.as_ref().map(window),
            weekdays: record.weekdays.as_ref().map(|days| days.iter().map(|&day| day.into()).collect()),
            days: field(&record.days),
            places: record.places.as_ref().map(|places| places.iter().map(Place::new).collect()),
            online: record.online,
            meetings: record.meetings.as_ref().map(Meetings::new),
            clear_days_before: field(&record.clear_days_before),
            clear_days_after: field(&record.clear_days_after),
            hours: record.hours.as_ref().map(hours),
        }
    }
}

impl Invite {
    fn record(self) -> InviteRecord {
        InviteRecord { track: self.track.0, max_delegates: bare(self.max_delegates) }
    }

    fn new(record: &InviteRecord) -> Self {
        Invite { track: (&record.track).into(), max_delegates: field(&record.max_delegates) }
    }
}

impl Place {
    fn record(self) -> PlaceRecord {
        PlaceRecord {
            id: self.id.0,
            name: bare(self.name),
            lat: bare(self.lat),
            lon: bare(self.lon),
            capacity: bare(self.capacity),
        }
    }

    fn new(record: &PlaceRecord) -> Self {
        Place {
            id: (&record.id).into(),
            name: field(&record.name),
            lat: field(&record.lat),
            lon: field(&record.lon),
            capacity: field(&record.capacity),
        }
    }
}

impl Meetings {
    fn record(self) -> MeetingsRecord {
        MeetingsRecord {
            min: bare(self.min),
            max: bare(self.max),
            each_region: self.each_region,
            max_distance_km: bare(self.max_distance_km),
            max_per_day: bare(self.max_per_day),
        }
    }

    fn new(record: &MeetingsRecord) -> Self {
        Meetings {
            min: field(&record.min),
            max: field(&record.max),
            each_region: record.each_region,
            max_distance_km: field(&record.max_distance_km),
            max_per_day: field(&record.max_per_day),
        }
    }
}

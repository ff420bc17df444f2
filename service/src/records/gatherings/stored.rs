//! A gathering as it is kept: one text, in the words of the problem document.

use scheduler::problem::records::*;
use serde::{Deserialize, Serialize};

/// What is kept beside the columns of a gathering.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    invites: Vec<Invite>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    window: Option<Span>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    weekdays: Option<Vec<Day>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    days: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    places: Option<Vec<Place>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    online: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    meetings: Option<Meetings>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clear_days_before: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clear_days_after: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hours: Option<Hours>,
}

#[derive(Serialize, Deserialize)]
struct Invite {
    track: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_delegates: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct Span {
    start: String,
    end: String,
}

#[derive(Serialize, Deserialize)]
struct Hours {
    from: String,
    to: String,
}

#[derive(Serialize, Deserialize)]
struct Place {
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lat: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lon: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    capacity: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct Meetings {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    each_region: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_distance_km: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_per_day: Option<i64>,
}

/// A weekday by its short name.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", remote = "Weekday")]
enum WeekdayName {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

#[derive(Serialize, Deserialize)]
struct Day(#[serde(with = "WeekdayName")] Weekday);

impl Stored {
    pub fn new(record: &GatheringRecord) -> Stored {
        let record = record.clone();
        let invite = |row: InviteRecord| Invite { track: row.track, max_delegates: row.max_delegates };
        let place =
            |row: PlaceRecord| Place { id: row.id, name: row.name, lat: row.lat, lon: row.lon, capacity: row.capacity };
        let meetings = |row: MeetingsRecord| Meetings {
            min: row.min,
            max: row.max,
            each_region: row.each_region,
            max_distance_km: row.max_distance_km,
            max_per_day: row.max_per_day,
        };
        Stored {
            invites: record.invites.into_iter().map(invite).collect(),
            start: record.start,
            window: record.window.map(|window| Span { start: window.start, end: window.end }),
            weekdays: record.weekdays.map(|days| days.into_iter().map(Day).collect()),
            days: record.days,
            places: record.places.map(|places| places.into_iter().map(place).collect()),
            online: record.online,
            meetings: record.meetings.map(meetings),
            clear_days_before: record.clear_days_before,
            clear_days_after: record.clear_days_after,
            hours: record.hours.map(|hours| Hours { from: hours.from, to: hours.to }),
        }
    }

    pub fn record(self, id: String, name: Option<String>) -> GatheringRecord {
        let invite = |row: Invite| InviteRecord { track: row.track, max_delegates: row.max_delegates };
        let place =
            |row: Place| PlaceRecord { id: row.id, name: row.name, lat: row.lat, lon: row.lon, capacity: row.capacity };
        let meetings = |row: Meetings| MeetingsRecord {
            min: row.min,
            max: row.max,
            each_region: row.each_region,
            max_distance_km: row.max_distance_km,
            max_per_day: row.max_per_day,
        };
        GatheringRecord {
            id,
            name,
            invites: self.invites.into_iter().map(invite).collect(),
            start: self.start,
            window: self.window.map(|window| WindowRecord { start: window.start, end: window.end }),
            weekdays: self.weekdays.map(|days| days.into_iter().map(|day| day.0).collect()),
            days: self.days,
            places: self.places.map(|places| places.into_iter().map(place).collect()),
            online: self.online,
            meetings: self.meetings.map(meetings),
            clear_days_before: self.clear_days_before,
            clear_days_after: self.clear_days_after,
            hours: self.hours.map(|hours| HoursRecord { from: hours.from, to: hours.to }),
        }
    }
}

//! What records say, field by field: the same for all ways in which it can be written.
//!
//! Defaults are filled in, and lists whose order means nothing are sorted. Tracks are as they are written:
//! [`ProblemRecords::with_tracks_named`] names those that are left to the default. Each record is taken apart whole, without
//! `..`, so that a field more is a field here too, or it does not compile.

use super::records::*;

/// A field: its name in the document, and what it says.
pub type Field = (&'static str, String);

/// What there is where a field says nothing.
const NOTHING: &str = "nothing";

/// Of a region.
pub fn region(record: &RegionRecord) -> Vec<Field> {
    let RegionRecord { id, name, max_visits_per_day } = record;
    vec![("name", or(name, id)), ("max_visits_per_day", text(max_visits_per_day))]
}

/// Of a municipality.
pub fn municipality(record: &MunicipalityRecord) -> Vec<Field> {
    let MunicipalityRecord {
        id,
        name,
        region,
        lat,
        lon,
        can_host,
        host_capacity,
        unavailable,
        cannot_host_on,
        undesired,
    } = record;
    vec![
        ("name", or(name, id)),
        ("region", region.clone()),
        ("lat", lat.to_string()),
        ("lon", lon.to_string()),
        ("can_host", or(can_host, &true)),
        ("host_capacity", text(host_capacity)),
        ("unavailable", set(unavailable)),
        ("cannot_host_on", set(cannot_host_on)),
        ("undesired", set(undesired)),
    ]
}

/// Of a track.
pub fn track(record: &TrackRecord) -> Vec<Field> {
    let TrackRecord { id, name, delegation, in_networks, rounds, hosting } = record;
    let delegation = delegation.as_ref().map(range);
    vec![
        ("name", or(name, id)),
        ("delegation", text(&delegation)),
        ("in_networks", or(in_networks, &true)),
        ("rounds", if rounds.is_none() { "all".to_owned() } else { set(rounds) }),
        ("hosting", text(&hosting.map(|hosting| format!("{hosting:?}")))),
    ]
}

fn range(RangeRecord { min, max }: &RangeRecord) -> String {
    format!("{} to {}", or(min, &0), max.map_or("any".to_owned(), |max| max.to_string()))
}

/// Of a gathering.
pub fn gathering(record: &GatheringRecord) -> Vec<Field> {
    let GatheringRecord {
        id,
        name,
        invites,
        start,
        window,
        weekdays,
        days,
        places,
        online,
        meetings,
        clear_days_before,
        clear_days_after,
        hours,
    } = record;
    let invite = |InviteRecord { track, max_delegates }: &InviteRecord| match max_delegates {
        Some(most) => format!("{track} (at most {most})"),
        None => track.clone(),
    };
    let place = |PlaceRecord { id, name, lat, lon, capacity }: &PlaceRecord| {
        format!("{id} {} {} {} {}", or(name, id), text(lat), text(lon), text(capacity))
    };
    let limits = |MeetingsRecord { min, max, each_region, max_distance_km, max_per_day }: &MeetingsRecord| {
        let least = min.unwrap_or(1);
        let (most, each_region) = (or(max, &least), or(each_region, &false));
        format!("{least} to {most} {each_region} {} {}", text(max_distance_km), text(max_per_day))
    };
    let when = window.as_ref().map(|WindowRecord { start, end }| format!("{start} to {end}"));
    vec![
        ("name", or(name, id)),
        ("invites", set(&Some(invites.iter().map(invite).collect()))),
        ("start", text(start)),
        ("window", text(&when)),
        ("weekdays", set(&weekdays.as_ref().map(|days| days.iter().map(weekday).collect()))),
        ("days", or(days, &1)),
        ("places", set(&places.as_ref().map(|places| places.iter().map(place).collect()))),
        ("online", or(online, &false)),
        ("meetings", text(&meetings.as_ref().map(limits))),
        ("clear_days_before", or(clear_days_before, &0)),
        ("clear_days_after", or(clear_days_after, &0)),
        ("hours", text(&hours.as_ref().map(|HoursRecord { from, to }| format!("{from} to {to}")))),
    ]
}

fn weekday(day: &Weekday) -> String {
    format!("{day:?}").to_lowercase()
}

/// Of a network.
pub fn network(record: &NetworkRecord) -> Vec<Field> {
    let NetworkRecord {
        id,
        track,
        name,
        min_members,
        max_members,
        min_delegates,
        max_delegates,
        may_stay_empty,
        allowed_regions,
        max_members_per_region,
        min_regions,
        max_distance_km,
        mix,
    } = record;
    let of_mix = |MixRecord { attribute, value, min, max }: &MixRecord| {
        format!("{attribute} {value} {}", range(&RangeRecord { min: *min, max: *max }))
    };
    let closed = allowed_regions.as_ref().is_some_and(Vec::is_empty);
    vec![
        ("name", or(name, id)),
        ("track", text(track)),
        ("min_members", min_members.to_string()),
        ("max_members", max_members.to_string()),
        ("min_delegates", or(min_delegates, &0)),
        ("max_delegates", text(max_delegates)),
        ("may_stay_empty", or(may_stay_empty, &false)),
        ("allowed_regions", if closed { "none".to_owned() } else { set(allowed_regions) }),
        ("max_members_per_region", text(max_members_per_region)),
        ("min_regions", or(min_regions, &0)),
        ("max_distance_km", text(max_distance_km)),
        ("mix", set(&mix.as_ref().map(|rows| rows.iter().map(of_mix).collect()))),
    ]
}

/// Of an enrolment.
pub fn enrolment(record: &EnrolmentRecord) -> Vec<Field> {
    let EnrolmentRecord { id: _, municipality, track, delegates, preferences, fixed, excluded, attributes } = record;
    let attributes = attributes.iter().flatten().map(|(attribute, value)| format!("{attribute} {value}")).collect();
    vec![
        ("municipality", municipality.clone()),
        ("track", text(track)),
        ("delegates", delegates.to_string()),
        ("preferences", list(preferences.clone().unwrap_or_default())),
        ("fixed", text(fixed)),
        ("excluded", set(excluded)),
        ("attributes", list(attributes)),
    ]
}

/// Of a distance.
pub fn distance(DistanceRecord { a: _, b: _, km }: &DistanceRecord) -> Vec<Field> {
    vec![("km", km.to_string())]
}

/// Of a round.
pub fn round(RoundRecord { id, name, start, end }: &RoundRecord) -> Vec<Field> {
    vec![("name", or(name, id)), ("start", start.clone()), ("end", end.clone())]
}

/// Of the calendar.
pub fn calendar(CalendarRecord { weekdays, closed }: &CalendarRecord) -> Vec<Field> {
    use Weekday::*;
    let mut open = weekdays.clone().unwrap_or_else(|| vec![Mon, Tue, Wed, Thu, Fri]);
    open.sort_unstable();
    open.dedup();
    vec![("weekdays", list(open.iter().map(weekday).collect())), ("closed", set(closed))]
}

/// Of how visits are held.
pub fn visits(record: &VisitsRecord) -> Vec<Field> {
    let VisitsRecord { hosting, pace, min_return_days, max_visits_per_day } = record;
    let rule = |PaceRecord { window_days, max_visits, penalty }: &PaceRecord| {
        format!("{} in {window_days} days at {}", or(max_visits, &1), text(penalty))
    };
    vec![
        ("hosting", format!("{:?}", hosting.unwrap_or_default())),
        ("pace", set(&pace.as_ref().map(|rules| rules.iter().map(rule).collect()))),
        ("min_return_days", or(min_return_days, &0)),
        ("max_visits_per_day", text(max_visits_per_day)),
    ]
}

fn text<T: ToString>(value: &Option<T>) -> String {
    value.as_ref().map_or_else(|| NOTHING.to_owned(), ToString::to_string)
}

fn or<T: ToString>(value: &Option<T>, default: &T) -> String {
    value.as_ref().unwrap_or(default).to_string()
}

fn list(items: Vec<String>) -> String {
    if items.is_empty() { NOTHING.to_owned() } else { items.join(" ") }
}

fn set(items: &Option<Vec<String>>) -> String {
    let mut items = items.clone().unwrap_or_default();
    items.sort_unstable();
    items.dedup();
    list(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::small::records;

    #[test]
    fn what_is_left_to_the_default_says_the_same_as_what_is_written_out() {
        let all = records();
        let (plain, town, at_home) = (&all.networks[0], &all.municipalities[0], &all.enrolments[0]);
        let out = NetworkRecord {
            name: Some(plain.id.clone()),
            min_delegates: Some(0),
            may_stay_empty: Some(false),
            min_regions: Some(0),
            ..plain.clone()
        };
        assert_eq!(network(plain), network(&out));
        let open = MunicipalityRecord { can_host: Some(true), unavailable: Some(Vec::new()), ..town.clone() };
        assert_eq!(
            municipality(&MunicipalityRecord { can_host: None, unavailable: None, ..town.clone() }),
            municipality(&open)
        );
        let free = EnrolmentRecord { preferences: Some(Vec::new()), excluded: Some(Vec::new()), ..at_home.clone() };
        assert_eq!(
            enrolment(&EnrolmentRecord { preferences: None, excluded: None, ..at_home.clone() }),
            enrolment(&free)
        );
        let days = [Weekday::Fri, Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu].to_vec();
        assert_eq!(
            calendar(&CalendarRecord::default()),
            calendar(&CalendarRecord { weekdays: Some(days), closed: Some(Vec::new()) })
        );
    }

    #[test]
    fn open_to_no_region_is_not_open_to_all() {
        let all = records().networks[0].clone();
        let none = NetworkRecord { allowed_regions: Some(Vec::new()), ..all.clone() };
        assert_ne!(network(&NetworkRecord { allowed_regions: None, ..all }), network(&none));
    }
}

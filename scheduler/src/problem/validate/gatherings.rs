//! Gatherings: the own faults of a record, and what it contradicts.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::super::records::*;
use super::super::{Day, Faults, Weekday, called};
use super::index::Index;
use super::references::unknown_id;
use super::values::{LARGEST, id, quoted, real, whole};

/// Longest gathering, and longest stretch of clear days before or after it, in days.
const MOST_DAYS: i64 = 14;
const MOST_CLEAR_DAYS: i64 = 60;

/// Longest window, in days: so many days are looked at, one by one.
const LONGEST_WINDOW_DAYS: i32 = 3_660;

/// The own faults of a gathering; whether what it names exists is not looked at.
pub fn gathering(record: &GatheringRecord, at: &str, faults: &mut Faults) {
    faults.keep(&format!("{at}/id"), id(&record.id));
    invites(record, at, faults);
    days(record, at, faults);
    places(record, at, faults);
    meetings(record, at, faults);
    hours(record, at, faults);
}

fn name(record: &GatheringRecord) -> String {
    called(record.name.as_deref().unwrap_or(&record.id), &record.id)
}

fn invites(record: &GatheringRecord, at: &str, faults: &mut Faults) {
    if record.invites.is_empty() {
        faults.add(format!("{at}/invites"), "empty", "nobody is invited; name at least one track");
    }
    let mut seen = HashSet::new();
    for (position, invite) in record.invites.iter().enumerate() {
        if !seen.insert(&invite.track) {
            let detail = format!("track {} is invited twice; keep one row", quoted(&invite.track));
            faults.add(format!("{at}/invites/{position}/track"), "duplicate_invite", detail);
        }
        whole(invite.max_delegates, 1, i64::MAX, || format!("{at}/invites/{position}/max_delegates"), faults);
    }
}

fn days(record: &GatheringRecord, at: &str, faults: &mut Faults) {
    whole(record.days, 1, MOST_DAYS, || format!("{at}/days"), faults);
    whole(record.clear_days_before, 0, MOST_CLEAR_DAYS, || format!("{at}/clear_days_before"), faults);
    whole(record.clear_days_after, 0, MOST_CLEAR_DAYS, || format!("{at}/clear_days_after"), faults);
    if record.start.is_some() == record.window.is_some() {
        let which = if record.start.is_some() { "both `start` and `window`" } else { "neither `start` nor `window`" };
        faults.add(at, "start_or_window", format!("gathering {} has {which}; give exactly one", name(record)));
    }
    let mut date = |text: &str, field: &str| {
        let parsed = Day::parse(text);
        if let Err(wrong) = &parsed {
            let detail = format!("{} is not a date; write YYYY-MM-DD, a day that exists", quoted(text));
            faults.add(format!("{at}/{field}"), wrong.code, detail);
        }
        parsed.ok()
    };
    record.start.iter().for_each(|start| _ = date(start, "start"));
    let Some(window) = &record.window else { return };
    let Some((start, end)) = date(&window.start, "window/start").zip(date(&window.end, "window/end")) else { return };
    let span = end.number() - start.number() + 1;
    let needed = record.days.unwrap_or(1);
    if end < start {
        let detail = format!("the window ends on {end}, before it starts on {start}; swap or mend the dates");
        faults.add(format!("{at}/window/end"), "end_before_start", detail);
    } else if span > LONGEST_WINDOW_DAYS {
        let detail = format!("the window spans {span} days; {LONGEST_WINDOW_DAYS} at most: mend the dates");
        faults.add(format!("{at}/window"), "window_too_long", detail);
    } else if (1..=MOST_DAYS).contains(&needed) && i64::from(span) < needed {
        let detail = format!("the window has {span} days, and gathering {} takes {needed}; widen it", name(record));
        faults.add(format!("{at}/window"), "window_too_short", detail);
    }
}

fn places(record: &GatheringRecord, at: &str, faults: &mut Faults) {
    let places = record.places.as_deref().unwrap_or_default();
    if record.online == Some(true) && !places.is_empty() {
        let detail = format!("gathering {} is online and names places; take one of the two away", name(record));
        faults.add(format!("{at}/places"), "online_with_places", detail);
    }
    let mut seen = HashSet::new();
    for (position, place) in places.iter().enumerate() {
        let at = format!("{at}/places/{position}");
        faults.keep(&format!("{at}/id"), id(&place.id));
        if !seen.insert(&place.id) {
            let detail = format!("another place has the id {} too; keep one", quoted(&place.id));
            faults.add(format!("{at}/id"), "duplicate_id", detail);
        }
        real(place.lat, -90.0, 90.0, || format!("{at}/lat"), faults);
        real(place.lon, -180.0, 180.0, || format!("{at}/lon"), faults);
        if place.lat.is_some() != place.lon.is_some() {
            let (has, lacks) = if place.lat.is_some() { ("lat", "lon") } else { ("lon", "lat") };
            let detail = format!("place {} has `{has}` and no `{lacks}`; give both or neither", quoted(&place.id));
            faults.add(&at, "half_a_location", detail);
        }
        whole(place.capacity, 1, i64::MAX, || format!("{at}/capacity"), faults);
    }
}

fn meetings(record: &GatheringRecord, at: &str, faults: &mut Faults) {
    let Some(limits) = &record.meetings else { return };
    let at = format!("{at}/meetings");
    whole(limits.min, 1, i64::MAX, || format!("{at}/min"), faults);
    whole(limits.max, 1, i64::MAX, || format!("{at}/max"), faults);
    whole(limits.max_per_day, 1, i64::MAX, || format!("{at}/max_per_day"), faults);
    real(limits.max_distance_km, 0.0, LARGEST, || format!("{at}/max_distance_km"), faults);
    let (least, most) = (limits.min.unwrap_or(1), limits.max.or(limits.min).unwrap_or(1));
    if least > most && most >= 1 {
        let detail = format!("min {least} is above max {most}; lower the one or raise the other");
        faults.add(format!("{at}/min"), "min_above_max", detail);
    }
    if record.online == Some(true) {
        let detail = format!("gathering {} is online and has `meetings`; take one of the two away", name(record));
        faults.add(at, "online_with_meetings", detail);
        return;
    }
    let places = record.places.as_deref().unwrap_or_default().len() as i64;
    if places > 0 && least > places && least <= most {
        let detail = format!("{least} meetings need as many places, and there are {places}; add some or lower min");
        faults.add(format!("{at}/min"), "too_few_places", detail);
    }
}

fn hours(record: &GatheringRecord, at: &str, faults: &mut Faults) {
    let Some(hours) = &record.hours else { return };
    let mut time = |text: &str, field: &str| {
        let parsed = minutes(text);
        if parsed.is_none() {
            let detail = format!("{} is not a time of the day; write HH:MM, 00:00 to 23:59", quoted(text));
            faults.add(format!("{at}/hours/{field}"), "invalid_time", detail);
        }
        parsed
    };
    if let Some((from, to)) = time(&hours.from, "from").zip(time(&hours.to, "to"))
        && to <= from
    {
        let detail = format!("it ends at {}, not after it begins at {}; mend the hours", hours.to, hours.from);
        faults.add(format!("{at}/hours/to"), "end_before_start", detail);
    }
}

fn minutes(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let two =
        |text: &str| (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<u32>().ok())?;
    let (hour, minute) = (two(hour)?, two(minute)?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// Places that name no municipality and have no location, and locations with the id of a municipality.
pub fn gathering_places(record: &GatheringRecord, at: &str, is_town: impl Fn(&str) -> bool, faults: &mut Faults) {
    for (position, place) in record.places.iter().flatten().enumerate() {
        let pointer = format!("{at}/places/{position}/id");
        match (place.lat.is_some() || place.lon.is_some(), is_town(&place.id)) {
            (false, false) => {
                let detail = format!(
                    "there is no municipality {}; name one that exists, or give the place `lat` and `lon`",
                    quoted(&place.id)
                );
                faults.add(pointer, "unknown_id", detail);
            }
            (true, true) => {
                let detail = format!(
                    "{} is a municipality; give the location an id of its own, or take `lat` and `lon` away",
                    quoted(&place.id)
                );
                faults.add(pointer, "location_is_municipality", detail);
            }
            _ => {}
        }
    }
}

/// Ids in gatherings that name nothing.
pub(super) fn references(index: &Index<'_>, faults: &mut Faults) {
    for (position, record) in index.records.gatherings.iter().flatten().enumerate() {
        let at = format!("/gatherings/{position}");
        for (row, invite) in record.invites.iter().enumerate() {
            if !index.tracks.contains_key(invite.track.as_str()) {
                unknown_id("track", &invite.track, format!("{at}/invites/{row}/track"), faults);
            }
        }
        gathering_places(record, &at, |id| index.municipalities.contains_key(id), faults);
    }
}

/// What gatherings contradict in other records.
pub(super) fn check(index: &Index<'_>, faults: &mut Faults) {
    let records = index.records.gatherings.as_deref().unwrap_or_default();
    let mut only: BTreeMap<(usize, Day), Vec<usize>> = BTreeMap::new();
    let mut regions_by_track: HashMap<usize, BTreeSet<usize>> = HashMap::new();
    for e in 0..index.records.enrolments.len() {
        if let Some((track, region)) = index.enrolment_track[e].zip(index.home_region(e)) {
            regions_by_track.entry(track).or_default().insert(region);
        }
    }
    let hosts = index.records.municipalities.iter().filter(|town| town.can_host != Some(false)).count();
    for (position, record) in records.iter().enumerate() {
        let at = format!("/gatherings/{position}");
        regions(index, record, &regions_by_track, &at, faults);
        room_in_window(index, record, &at, faults);
        enough_hosts(record, hosts, &at, faults);
        let Some(start) = record.start.as_ref().and_then(|start| Day::parse(start).ok()) else { continue };
        let Some(town) = only_host(index, record) else { continue };
        let days = record.days.unwrap_or(1).clamp(1, MOST_DAYS) as i32;
        for day in (0..days).map(|after| start.plus(after)) {
            only.entry((town, day)).or_default().push(position);
        }
        if let Some(why) = cannot_host(&index.records.municipalities[town], start, days) {
            let (town, who) = (index.town_called(town), name(record));
            let detail = format!("gathering {who} is held at {town} alone, which {why}; move it or add a place");
            faults.add(format!("{at}/start"), "only_place_cannot_host", detail);
        }
    }
    let mut told = HashSet::new();
    for ((town, day), held) in only {
        for pair in held.windows(2).filter(|pair| told.insert((pair[0], pair[1]))) {
            let (one, two) = (name(&records[pair[0]]), name(&records[pair[1]]));
            let town = index.town_called(town);
            let detail = format!("gatherings {one} and {two} are both held at {town} alone on {day}; move one of them");
            faults.add(format!("/gatherings/{}/start", pair[1]), "only_place_taken", detail);
        }
    }
}

/// A chosen gathering without a run of open days in its window that is long enough.
fn room_in_window(index: &Index<'_>, record: &GatheringRecord, at: &str, faults: &mut Faults) {
    let Some((start, end)) = window(record) else { return };
    let days = record.days.unwrap_or(1);
    let span = end.number() - start.number() + 1;
    if !(1..=MOST_DAYS).contains(&days) || i64::from(span) < days || span > LONGEST_WINDOW_DAYS {
        return; // a fault of the record itself
    }
    let is_open = open_on(index.records, record.weekdays.as_deref());
    let mut run = 0;
    let mut longest = 0;
    for day in (start.number()..=end.number()).map(Day::from_number) {
        run = if is_open(day) { run + 1 } else { 0 };
        longest = run.max(longest);
    }
    if longest < days {
        let name = name(record);
        let detail = if longest == 0 {
            format!("no day from {start} to {end} is open to gathering {name}; widen the window or allow more weekdays")
        } else {
            format!(
                "gathering {name} takes {days} days one after the other, and from {start} to {end} at most {longest} are \
                 open in a row; widen the window or allow more weekdays"
            )
        };
        faults.add(format!("{at}/window"), "window_too_short", detail);
    }
}

/// Whether a day is open to a gathering: by its own weekdays where it has some, else the calendar's.
fn open_on(records: &ProblemRecords, own: Option<&[Weekday]>) -> impl Fn(Day) -> bool {
    use Weekday::*;
    let calendar = records.calendar.clone().unwrap_or_default();
    let weekdays = own.map(<[_]>::to_vec).or(calendar.weekdays).unwrap_or_else(|| vec![Mon, Tue, Wed, Thu, Fri]);
    let closed: HashSet<Day> = calendar.closed.iter().flatten().filter_map(|text| Day::parse(text).ok()).collect();
    move |day| weekdays.contains(&day.weekday()) && !closed.contains(&day)
}

fn window(record: &GatheringRecord) -> Option<(Day, Day)> {
    let window = record.window.as_ref()?;
    Some((Day::parse(&window.start).ok()?, Day::parse(&window.end).ok()?))
}

/// More meetings than municipalities that can host, where these are the places.
fn enough_hosts(record: &GatheringRecord, hosts: usize, at: &str, faults: &mut Faults) {
    let named = record.places.as_ref().is_some_and(|places| !places.is_empty());
    let Some(limits) = record.meetings.as_ref().filter(|_| !named && record.online != Some(true)) else { return };
    let (least, most) = (limits.min.unwrap_or(1), limits.max.or(limits.min).unwrap_or(1));
    if least <= most && least > hosts as i64 {
        let detail = format!(
            "{least} meetings need as many places, and {hosts} municipalities can host; lower min or name places"
        );
        faults.add(format!("{at}/meetings/min"), "too_few_places", detail);
    }
}

/// The days on which gatherings are, or may be where they are to be chosen.
pub(super) fn possible_days(records: &ProblemRecords) -> HashSet<Day> {
    let span = |record: &GatheringRecord| match record.start.as_ref().and_then(|start| Day::parse(start).ok()) {
        Some(start) => {
            let days = record.days.unwrap_or(1).clamp(1, MOST_DAYS) as i32;
            Some((start, start.plus(days - 1)))
        }
        None => window(record).filter(|(start, end)| end.number() - start.number() < LONGEST_WINDOW_DAYS),
    };
    let spans = records.gatherings.iter().flatten().filter_map(span);
    spans.flat_map(|(start, end)| (start.number()..=end.number()).map(Day::from_number)).collect()
}

/// The municipality that is the only place of a gathering of one meeting.
fn only_host(index: &Index<'_>, record: &GatheringRecord) -> Option<usize> {
    match record.places.as_deref().unwrap_or_default() {
        [place] if place.lat.is_none() && place.lon.is_none() => index.municipalities.get(place.id.as_str()).copied(),
        _ => None,
    }
}

fn cannot_host(town: &MunicipalityRecord, start: Day, days: i32) -> Option<String> {
    if town.can_host == Some(false) {
        return Some("does not host".to_owned());
    }
    let barred: Vec<Day> = town
        .unavailable
        .iter()
        .chain(&town.cannot_host_on)
        .flatten()
        .filter_map(|text| Day::parse(text).ok())
        .collect();
    let day = (0..days).map(|after| start.plus(after)).find(|day| barred.contains(day))?;
    Some(format!("cannot host on {day}"))
}

/// Regions that each need a meeting: as many as there may be meetings, and each with a place.
fn regions(
    index: &Index<'_>,
    record: &GatheringRecord,
    by_track: &HashMap<usize, BTreeSet<usize>>,
    at: &str,
    faults: &mut Faults,
) {
    let each = |limits: &&MeetingsRecord| limits.each_region == Some(true) && record.online != Some(true);
    let Some(limits) = record.meetings.as_ref().filter(each) else { return };
    let tracks: Option<Vec<usize>> =
        record.invites.iter().map(|invite| index.tracks.get(invite.track.as_str()).copied()).collect();
    let Some(tracks) = tracks else { return };
    let needed: BTreeSet<usize> = tracks.iter().filter_map(|track| by_track.get(track)).flatten().copied().collect();
    let most = limits.max.or(limits.min).unwrap_or(1);
    if most >= 1 && needed.len() as i64 > most {
        let detail = format!(
            "the invited enrolments come from {} regions, and there are at most {most} meetings; raise max",
            needed.len()
        );
        faults.add(format!("{at}/meetings/max"), "more_regions_than_meetings", detail);
    }
    let places = record.places.as_deref().unwrap_or_default();
    let hosts = |town: &usize| index.records.municipalities[*town].can_host != Some(false);
    let served: BTreeSet<usize> = match places {
        [] => (0..index.records.municipalities.len()).filter(hosts).filter_map(|town| index.region[town]).collect(),
        named => {
            let own = named.iter().filter(|place| place.lat.is_none() && place.lon.is_none());
            let towns = own.filter_map(|place| index.municipalities.get(place.id.as_str()).copied());
            towns.filter(hosts).filter_map(|town| index.region[town]).collect()
        }
    };
    for region in needed.difference(&served) {
        let region = index.region_called(*region);
        let detail = format!("region {region} needs a meeting, and no place lies in it; add one there");
        faults.add(format!("{at}/places"), "region_without_place", detail);
    }
}

/// What is allowed, but hardly meant: given days that take days out of rounds, on which people cannot come, or that two
/// gatherings of one track share.
pub(super) fn warnings(index: &Index<'_>, found: &mut Faults) {
    let records = index.records.gatherings.as_deref().unwrap_or_default();
    let mut by_day: BTreeMap<(usize, Day), Vec<usize>> = BTreeMap::new();
    let open = super::open_days::open_days(index.records);
    let away = if records.iter().any(|record| record.start.is_some()) { away(index) } else { HashMap::new() };
    for (position, record) in records.iter().enumerate() {
        let at = format!("/gatherings/{position}/start");
        let Some(start) = record.start.as_ref().and_then(|start| Day::parse(start).ok()) else { continue };
        let days = record.days.unwrap_or(1).clamp(1, MOST_DAYS) as i32;
        let tracks: Vec<usize> =
            record.invites.iter().filter_map(|invite| index.tracks.get(invite.track.as_str()).copied()).collect();
        for &track in &tracks {
            for day in (0..days).map(|after| start.plus(after)) {
                by_day.entry((track, day)).or_default().push(position);
            }
        }
        taken_out_of_rounds(index, record, (start, days), &tracks, &open, &at, found);
        unavailable(index, record, (start, days), &tracks, &away, &at, found);
    }
    let mut told = HashSet::new();
    for ((track, day), held) in by_day {
        for pair in held.windows(2).filter(|pair| told.insert((pair[0], pair[1], track))) {
            let (one, two, track) = (name(&records[pair[0]]), name(&records[pair[1]]), index.track_called(track));
            let detail = format!(
                "gatherings {one} and {two} both invite track {track} and are on {day}: each enrolment attends one"
            );
            found.add(format!("/gatherings/{}/start", pair[1]), "gatherings_on_one_day", detail);
        }
    }
}

fn taken_out_of_rounds(
    index: &Index<'_>,
    record: &GatheringRecord,
    (start, days): (Day, i32),
    tracks: &[usize],
    open: &[(usize, Vec<Day>)],
    at: &str,
    found: &mut Faults,
) {
    let clear = |days: Option<i64>| days.unwrap_or(0).clamp(0, MOST_CLEAR_DAYS) as i32;
    let (first, last) =
        (start.plus(-clear(record.clear_days_before)), start.plus(days - 1 + clear(record.clear_days_after)));
    for &track in tracks {
        let track_record = index.records.tracks.as_deref().unwrap_or_default().get(track);
        if track_record.is_some_and(|track| track.in_networks == Some(false)) {
            continue;
        }
        let rounds = track_record.and_then(|track| track.rounds.as_ref());
        let all = index.records.rounds.as_deref().unwrap_or_default();
        let of_track = |round: usize| rounds.is_none_or(|ids| ids.contains(&all[round].id));
        let days = open.iter().filter(|(round, _)| of_track(*round)).flat_map(|(_, days)| days);
        let count = days.filter(|day| first <= **day && **day <= last).count();
        if count > 0 {
            let (what, track) = (name(record), index.track_called(track));
            let detail = format!("gathering {what} takes {count} open days out of the rounds of track {track}");
            found.add(at, "takes_days_out_of_a_round", detail);
        }
    }
}

/// Who is away, by track and day: the municipalities with an enrolment in the track.
fn away(index: &Index<'_>) -> HashMap<(usize, Day), BTreeSet<usize>> {
    let mut tracks: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (home, track) in index.home.iter().zip(&index.enrolment_track) {
        if let Some((home, track)) = home.zip(*track) {
            tracks.entry(home).or_default().insert(track);
        }
    }
    let mut away: HashMap<(usize, Day), BTreeSet<usize>> = HashMap::new();
    for (town, tracks) in tracks {
        let diary = index.records.municipalities[town].unavailable.iter().flatten();
        for day in diary.filter_map(|text| Day::parse(text).ok()) {
            for &track in &tracks {
                away.entry((track, day)).or_default().insert(town);
            }
        }
    }
    away
}

fn unavailable(
    index: &Index<'_>,
    record: &GatheringRecord,
    (start, days): (Day, i32),
    tracks: &[usize],
    away: &HashMap<(usize, Day), BTreeSet<usize>>,
    at: &str,
    found: &mut Faults,
) {
    let days = (0..days).map(|after| start.plus(after));
    let towns = days.flat_map(|day| tracks.iter().filter_map(move |&track| away.get(&(track, day))));
    let towns: BTreeSet<usize> = towns.flatten().copied().collect();
    if !towns.is_empty() {
        let names: Vec<String> = towns.iter().take(NAMED).map(|&town| index.town_called(town)).collect();
        let more = towns.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let (what, names) = (name(record), names.join(", "));
        found.add(
            at,
            "invited_unavailable",
            format!("gathering {what} is on a day on which {names}{more} cannot come"),
        );
    }
}

/// How many municipalities a warning names.
const NAMED: usize = 10;

#[cfg(test)]
mod tests;

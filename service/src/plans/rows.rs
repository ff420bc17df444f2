//! Assignments, visits and meetings of a plan, filtered and a page at a time.

use std::collections::{BTreeMap, HashMap, HashSet};

use poem_openapi::Object;
use scheduler::problem::records::ONLY_TRACK;
use serde::Deserialize;

use super::document::{Assignment, Meeting, Visit};
use crate::http::fields::{Date, Id};

/// Which rows are wanted: each filter that is set must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filters {
    /// Of this network.
    pub network: Option<String>,
    /// Of this municipality: its enrolments; visits that it hosts or comes to.
    pub municipality: Option<String>,
    /// Of this region: enrolments of its municipalities; visits held in it.
    pub region: Option<String>,
    /// Visits on this day; meetings that begin on it.
    pub date: Option<String>,
    /// Of this gathering.
    pub gathering: Option<String>,
}

/// An assignment with what it is about.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct AssignmentRow {
    /// The enrolment's id.
    pub enrolment: Id,
    /// The id of the municipality that enrolled.
    pub municipality: Id,
    /// The network's id; absent: left unassigned.
    pub network: Option<Id>,
}

/// A visit with where it is held.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct VisitRow {
    /// The day.
    pub date: Date,
    /// The network's id.
    pub network: Id,
    /// The id of the enrolment that receives.
    pub host: Id,
    /// The id of the municipality in which it is held.
    pub municipality: Id,
    /// Ids of the enrolments that come, sorted.
    pub guests: Vec<Id>,
}

/// A meeting of a gathering with where it is held.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct MeetingRow {
    /// The gathering's id.
    pub gathering: Id,
    /// Its first day.
    pub start: Date,
    /// The id of its place; absent where it has none.
    pub place: Option<Id>,
    /// The id of the municipality that hosts it; absent where none does.
    pub municipality: Option<Id>,
    /// Ids of the enrolments that attend, sorted.
    pub attend: Vec<Id>,
    /// Ids of the enrolments that are invited and attend no meeting of the gathering, sorted.
    pub missing: Vec<Id>,
}

/// Who is whose, from the problem that the plan was made of.
pub struct Places {
    municipality_of: HashMap<String, String>,
    region_of: HashMap<String, String>,
    /// The enrolments of each track, sorted.
    of_track: BTreeMap<String, Vec<String>>,
    /// The tracks that each gathering invites, and those of its places that are locations of their own.
    gatherings: HashMap<String, (Vec<String>, Vec<String>)>,
}

#[derive(Deserialize)]
struct ProblemPlaces {
    municipalities: Vec<MunicipalityPlace>,
    enrolments: Vec<EnrolmentPlace>,
    #[serde(default)]
    gatherings: Option<Vec<GatheringPlaces>>,
    #[serde(default)]
    tracks: Option<Vec<TrackId>>,
}

#[derive(Deserialize)]
struct TrackId {
    id: String,
}

#[derive(Deserialize)]
struct GatheringPlaces {
    id: String,
    invites: Vec<InvitedTrack>,
    #[serde(default)]
    places: Option<Vec<PlaceOfGathering>>,
}

#[derive(Deserialize)]
struct InvitedTrack {
    track: String,
}

#[derive(Deserialize)]
struct PlaceOfGathering {
    id: String,
    #[serde(default)]
    lat: Option<f64>,
}

#[derive(Deserialize)]
struct MunicipalityPlace {
    id: String,
    region: String,
}

#[derive(Deserialize)]
struct EnrolmentPlace {
    id: String,
    municipality: String,
    #[serde(default)]
    track: Option<String>,
}

#[derive(Deserialize)]
struct PlanRows {
    assignments: Vec<Assignment>,
    visits: Vec<Visit>,
    #[serde(default)]
    gatherings: Option<Vec<Meeting>>,
}

impl Places {
    /// From a stored problem document.
    pub fn read(problem: &str) -> serde_json::Result<Places> {
        let places: ProblemPlaces = serde_json::from_str(problem)?;
        let only = match places.tracks.as_deref().unwrap_or_default() {
            [] => ONLY_TRACK,
            [track, ..] => &track.id,
        };
        let mut of_track: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for enrolment in &places.enrolments {
            let track = enrolment.track.as_deref().unwrap_or(only);
            of_track.entry(track.to_owned()).or_default().push(enrolment.id.clone());
        }
        let gathering = |one: GatheringPlaces| {
            let invited = one.invites.into_iter().map(|invite| invite.track).collect();
            let own = one.places.into_iter().flatten().filter(|place| place.lat.is_some()).map(|place| place.id);
            (one.id, (invited, own.collect()))
        };
        Ok(Places {
            of_track,
            gatherings: places.gatherings.into_iter().flatten().map(gathering).collect(),
            municipality_of: places.enrolments.into_iter().map(|e| (e.id, e.municipality)).collect(),
            region_of: places.municipalities.into_iter().map(|m| (m.id, m.region)).collect(),
        })
    }

    fn municipality(&self, enrolment: &Id) -> &str {
        self.municipality_of.get(&enrolment.0).map_or("", String::as_str)
    }

    fn region(&self, enrolment: &Id) -> &str {
        self.region_of.get(self.municipality(enrolment)).map_or("", String::as_str)
    }
}

fn wanted(filter: Option<&String>, value: &str) -> bool {
    filter.is_none_or(|filter| filter == value)
}

/// The assignments of a stored plan document that the filters let through, sorted by enrolment.
pub fn assignments(document: &str, places: &Places, filters: &Filters) -> serde_json::Result<Vec<AssignmentRow>> {
    let rows: PlanRows = serde_json::from_str(document)?;
    let through = |row: &Assignment| {
        wanted(filters.network.as_ref(), row.network.as_ref().map_or("", |network| &network.0))
            && wanted(filters.municipality.as_ref(), places.municipality(&row.enrolment))
            && wanted(filters.region.as_ref(), places.region(&row.enrolment))
    };
    let shown = |row: Assignment| AssignmentRow {
        municipality: Id(places.municipality(&row.enrolment).to_owned()),
        enrolment: row.enrolment,
        network: row.network,
    };
    Ok(rows.assignments.into_iter().filter(through).map(shown).collect())
}

/// The visits of a stored plan document that the filters let through, sorted by date, network and host.
pub fn visits(document: &str, places: &Places, filters: &Filters) -> serde_json::Result<Vec<VisitRow>> {
    let rows: PlanRows = serde_json::from_str(document)?;
    let through = |row: &Visit| {
        let takes_part =
            |of: &String| std::iter::once(&row.host).chain(&row.guests).any(|e| places.municipality(e) == of);
        wanted(filters.network.as_ref(), &row.network.0)
            && wanted(filters.date.as_ref(), &row.date.0)
            && wanted(filters.region.as_ref(), places.region(&row.host))
            && filters.municipality.as_ref().is_none_or(takes_part)
    };
    let shown = |row: Visit| VisitRow {
        municipality: Id(places.municipality(&row.host).to_owned()),
        date: row.date,
        network: row.network,
        host: row.host,
        guests: row.guests,
    };
    Ok(rows.visits.into_iter().filter(through).map(shown).collect())
}

/// The meetings of a stored plan document that the filters let through, sorted by start, gathering and place.
pub fn meetings(document: &str, places: &Places, filters: &Filters) -> serde_json::Result<Vec<MeetingRow>> {
    let rows: Vec<Meeting> = serde_json::from_str::<PlanRows>(document)?.gatherings.unwrap_or_default();
    let mut attends: HashMap<&str, HashSet<&str>> = HashMap::new();
    for row in &rows {
        attends.entry(&row.gathering.0).or_default().extend(row.attend.iter().map(|e| e.0.as_str()));
    }
    let missing = |gathering: &str| -> Vec<Id> {
        let tracks = places.gatherings.get(gathering).map_or(&[][..], |(tracks, _)| tracks);
        let invited = tracks.iter().filter_map(|track| places.of_track.get(track)).flatten();
        let there = attends.get(gathering);
        let mut missing: Vec<Id> =
            invited.filter(|e| there.is_none_or(|there| !there.contains(e.as_str()))).cloned().map(Id).collect();
        missing.sort_unstable();
        missing
    };
    let host = |row: &Meeting| {
        let own = places.gatherings.get(&row.gathering.0).map_or(&[][..], |(_, own)| own);
        row.place.clone().filter(|place| !own.contains(&place.0))
    };
    let through = |row: &&Meeting| {
        let host = host(row);
        let takes_part = |of: &String| {
            host.as_ref().is_some_and(|host| host.0 == *of) || row.attend.iter().any(|e| places.municipality(e) == of)
        };
        let region = host.as_ref().and_then(|host| places.region_of.get(&host.0)).map_or("", String::as_str);
        wanted(filters.gathering.as_ref(), &row.gathering.0)
            && wanted(filters.date.as_ref(), &row.start.0)
            && wanted(filters.region.as_ref(), region)
            && filters.municipality.as_ref().is_none_or(takes_part)
    };
    let shown = |row: &Meeting| MeetingRow {
        gathering: row.gathering.clone(),
        start: row.start.clone(),
        place: row.place.clone(),
        municipality: host(row),
        attend: row.attend.clone(),
        missing: missing(&row.gathering.0),
    };
    Ok(rows.iter().filter(through).map(shown).collect())
}

impl MeetingRow {
    /// What it is sorted by. No id holds a space.
    pub fn key(&self) -> String {
        let place = self.place.as_ref().map_or("", |place| &place.0);
        format!("{} {} {place}", self.start.0, self.gathering.0)
    }
}

impl AssignmentRow {
    /// What it is sorted by.
    pub fn key(&self) -> String {
        self.enrolment.0.clone()
    }
}

impl VisitRow {
    /// What it is sorted by. No id holds a space. A plan made by hand may have several visits with one key.
    pub fn key(&self) -> String {
        format!("{} {} {}", self.date.0, self.network.0, self.host.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROBLEM: &str = r#"{
        "municipalities": [{"id": "a", "region": "north"}, {"id": "b", "region": "south"}],
        "enrolments": [{"id": "ea", "municipality": "a"}, {"id": "eb", "municipality": "b"}],
        "gatherings": [
            {"id": "g", "invites": [{"track": "main"}], "places": [{"id": "b"}]},
            {"id": "h", "invites": [{"track": "main"}], "places": [{"id": "hall", "lat": 55.0, "lon": 10.0}]}]}"#;
    const PLAN: &str = r#"{
        "assignments": [{"enrolment": "ea", "network": "n"}, {"enrolment": "eb", "network": null}],
        "visits": [{"network": "n", "host": "ea", "date": "2018-05-02", "guests": ["eb"]}],
        "gatherings": [
            {"gathering": "g", "start": "2018-05-01", "place": "b", "attend": ["ea"]},
            {"gathering": "h", "start": "2018-05-03", "place": "hall", "attend": ["ea", "eb"]}]}"#;

    fn count(filters: Filters) -> (usize, usize) {
        let places = Places::read(PROBLEM).unwrap();
        (assignments(PLAN, &places, &filters).unwrap().len(), visits(PLAN, &places, &filters).unwrap().len())
    }

    #[test]
    fn a_visit_is_held_in_the_region_of_its_host_and_concerns_host_and_guests() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(count(Filters::default()), (2, 1));
        assert_eq!(count(Filters { region: some("north"), ..Filters::default() }), (1, 1));
        assert_eq!(count(Filters { region: some("south"), ..Filters::default() }), (1, 0));
        assert_eq!(count(Filters { municipality: some("b"), ..Filters::default() }), (1, 1));
        assert_eq!(count(Filters { network: some("n"), ..Filters::default() }), (1, 1));
        assert_eq!(count(Filters { date: some("2018-05-03"), ..Filters::default() }), (2, 0));
    }

    #[test]
    fn a_meeting_names_its_host_and_who_is_missing() {
        let places = Places::read(PROBLEM).unwrap();
        let listed = |filters: Filters| meetings(PLAN, &places, &filters).unwrap();
        let all = listed(Filters::default());
        let missing: Vec<Vec<&str>> =
            all.iter().map(|row| row.missing.iter().map(|id| id.0.as_str()).collect()).collect();
        assert_eq!(missing, [vec!["eb"], vec![]]);
        assert_eq!(all[0].municipality, Some(Id("b".to_owned())));
        assert_eq!(all[1].municipality, None, "a location of its own");
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(listed(Filters { gathering: some("h"), ..Filters::default() }).len(), 1);
        assert_eq!(listed(Filters { region: some("south"), ..Filters::default() }).len(), 1);
        assert_eq!(listed(Filters { municipality: some("b"), ..Filters::default() }).len(), 2);
        assert_eq!(listed(Filters { date: some("2018-05-03"), ..Filters::default() }).len(), 1);
    }
}

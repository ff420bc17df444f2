//! Assignments and visits of a plan, filtered and a page at a time.

use std::collections::HashMap;

use poem_openapi::Object;
use serde::Deserialize;

use super::document::{Assignment, Visit};
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
    /// Visits on this day.
    pub date: Option<String>,
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

/// Who is whose, from the problem that the plan was made of.
pub struct Places {
    municipality_of: HashMap<String, String>,
    region_of: HashMap<String, String>,
}

#[derive(Deserialize)]
struct ProblemPlaces {
    municipalities: Vec<MunicipalityPlace>,
    enrolments: Vec<EnrolmentPlace>,
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
}

#[derive(Deserialize)]
struct PlanRows {
    assignments: Vec<Assignment>,
    visits: Vec<Visit>,
}

impl Places {
    /// From a stored problem document.
    pub fn read(problem: &str) -> serde_json::Result<Places> {
        let places: ProblemPlaces = serde_json::from_str(problem)?;
        Ok(Places {
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
        "enrolments": [{"id": "ea", "municipality": "a"}, {"id": "eb", "municipality": "b"}]}"#;
    const PLAN: &str = r#"{
        "assignments": [{"enrolment": "ea", "network": "n"}, {"enrolment": "eb", "network": null}],
        "visits": [{"network": "n", "host": "ea", "date": "2018-05-02", "guests": ["eb"]}]}"#;

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
}

//! Changes of records as wishes, ready to be sent back as a question what if.

use std::collections::BTreeMap;

use scheduler::Task;
use scheduler::explain::repair::Change;
use scheduler::problem::{EnrolmentIx, MunicipalityIx, NetworkIx};
use serde_json::{Map, Value, json};

use crate::http::fields::Id;
use crate::questions::what_if::wire::{Patch, PlanWish, WishedChange, WishedPair};

/// The patches of a question, by kind of record and id; settings have no id.
type Patches = BTreeMap<(&'static str, String), Map<String, Value>>;

/// One of them: kind of record, id, fields.
type Patched = (&'static str, String, Vec<(String, Value)>);

/// Wishes that make exactly these changes, one for each record; none where one of them is no wish.
///
/// A pair rule can only be wished to be its opposite, which says more than that it is gone: that is offered where the two
/// meet in one track alone, so that it says no more.
pub fn of(problem: &Task, changes: &[Change]) -> Option<Vec<PlanWish>> {
    let mut after = problem.clone();
    changes.iter().for_each(|change| change.apply(&mut after));
    let (mut patches, mut wishes) = (Patches::new(), Vec::new());
    for change in changes {
        match change {
            Change::DropApart { a, b } => {
                let pair = pair(problem, *a, *b)?;
                wishes.push(PlanWish { together: Some(pair), ..PlanWish::default() });
            }
            Change::DropTogether { a, b } => {
                let pair = pair(problem, *a, *b)?;
                wishes.push(PlanWish { apart: Some(pair), ..PlanWish::default() });
            }
            other => {
                let (kind, id, fields) = patch(&after, other)?;
                patches.entry((kind, id)).or_default().extend(fields);
            }
        }
    }
    wishes.extend(patches.into_iter().map(|((kind, id), fields)| wish(kind, id, fields)));
    Some(wishes)
}

/// Two municipalities that have enrolments in one track in common, and no more.
fn pair(problem: &Task, a: MunicipalityIx, b: MunicipalityIx) -> Option<WishedPair> {
    let tracks = |town: MunicipalityIx| {
        let own = problem.enrolments().iter().filter(move |enrolment| enrolment.municipality == town);
        own.map(|enrolment| enrolment.track).collect::<std::collections::BTreeSet<_>>()
    };
    let id = |town: MunicipalityIx| Id(problem.municipality(town).id.clone());
    (tracks(a).intersection(&tracks(b)).count() == 1).then(|| WishedPair { a: id(a), b: id(b) })
}

/// The record that a change is of, and the fields that are different, as they are after all changes.
fn patch(after: &Task, change: &Change) -> Option<Patched> {
    let network = |n: &NetworkIx, field: &str, value: Value| {
        Some(("network", after.network(*n).id.clone(), vec![(field.to_owned(), value)]))
    };
    let enrolment = |e: &EnrolmentIx, field: &str, value: Value| {
        Some(("enrolment", after.enrolment(*e).id.clone(), vec![(field.to_owned(), value)]))
    };
    let visits = |field: &str, value: Value| Some(("visits", String::new(), vec![(field.to_owned(), value)]));
    match change {
        Change::MaxMembers { network: n, to } => network(n, "max_members", json!(to)),
        Change::MinMembers { network: n, to } => network(n, "min_members", json!(to)),
        Change::MaxDelegates { network: n, to } => network(n, "max_delegates", json!(to)),
        Change::MinDelegates { network: n, to } => network(n, "min_delegates", json!(to)),
        Change::MaxPerRegion { network: n, to } => network(n, "max_members_per_region", json!(to)),
        Change::MinRegions { network: n, to } => network(n, "min_regions", json!(to)),
        Change::MaxDistance { network: n, to } => network(n, "max_distance_km", json!(to)),
        Change::StayEmpty { network: n } => network(n, "may_stay_empty", json!(true)),
        Change::OpenRegion { network: n, .. } => {
            let open = after.network(*n).allowed_regions.iter().flatten();
            let ids: Vec<&str> = open.map(|region| after.regions()[region.at()].id.as_str()).collect();
            network(n, "allowed_regions", json!(ids))
        }
        Change::Unfix { enrolment: e } => enrolment(e, "fixed", Value::Null),
        Change::Admit { enrolment: e, .. } => {
            let out = after.enrolment(*e).excluded.iter();
            enrolment(e, "excluded", json!(out.map(|&n| after.network(n).id.as_str()).collect::<Vec<_>>()))
        }
        Change::HostCapacity { municipality, .. }
        | Change::Available { municipality, .. }
        | Change::CanHostOn { municipality, .. } => Some(diary(after, *municipality)),
        Change::PaceMost { .. } => visits("pace", pace(after)),
        Change::ProgrammeDay { to } => visits("max_visits_per_day", json!(to)),
        Change::ReturnDays { to } => visits("min_return_days", json!(to)),
        Change::RegionDay { region, to } => {
            let id = after.regions()[region.at()].id.clone();
            Some(("region", id, vec![("max_visits_per_day".to_owned(), json!(to))]))
        }
        _ => None,
    }
}

/// What a municipality says of the visits that it hosts and takes part in.
fn diary(after: &Task, municipality: MunicipalityIx) -> Patched {
    let town = after.municipality(municipality);
    let away: Vec<String> = town.unavailable.iter().map(|day| day.to_string()).collect();
    let at_home = town.cannot_host.iter().filter(|day| !town.unavailable.contains(*day));
    let at_home: Vec<String> = at_home.map(|day| day.to_string()).collect();
    let room = town.host_capacity.map(|room| ("host_capacity".to_owned(), json!(room)));
    let days = [("unavailable".to_owned(), json!(away)), ("cannot_host_on".to_owned(), json!(at_home))];
    ("municipality", town.id.clone(), room.into_iter().chain(days).collect())
}

/// All pace rules.
fn pace(after: &Task) -> Value {
    let rules = after.visits().pace.iter().map(|rule| {
        let mut written = json!({"window_days": rule.window_days, "max_visits": rule.max_visits});
        if let (Some(penalty), Some(fields)) = (rule.penalty, written.as_object_mut()) {
            fields.insert("penalty".to_owned(), json!(penalty));
        }
        written
    });
    Value::Array(rules.collect())
}

fn wish(kind: &'static str, id: String, mut fields: Map<String, Value>) -> PlanWish {
    let mut change = WishedChange::default();
    if kind == "visits" {
        change.visits = Some(Patch(fields));
        return PlanWish { change: Some(change), ..PlanWish::default() };
    }
    fields.insert("id".to_owned(), Value::String(id));
    let record = Some(Patch(fields));
    match kind {
        "network" => change.network = record,
        "enrolment" => change.enrolment = record,
        "region" => change.region = record,
        _ => change.municipality = record,
    }
    PlanWish { change: Some(change), ..PlanWish::default() }
}

//! Wishes that a gathering has a meeting on a day, at a place, or both.

use super::impossible::{Impossible, two};
use super::wish::{Asked, Wish};
use crate::explain::english::{self, rule_of};
use crate::problem::records::GatheringRecord;
use crate::problem::{Day, GatheringIx, MunicipalityIx, PlaceIx, ProblemRecords};
use crate::steering::{Hold, Task};

/// A meeting that is wished for, with the position of the wish.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gather {
    pub at: usize,
    pub gathering: GatheringIx,
    pub hold: Hold,
}

/// The meetings that are wished for.
pub(super) fn gathers(asked: &[Asked], problem: &Task) -> Vec<Gather> {
    let of = |(at, asked): (usize, &Asked)| {
        let Wish::Gather { gathering, start, place } = &asked.wish else { return None };
        let (gathering, hold) = hold(problem, gathering, start.as_deref(), place.as_deref())?;
        Some(Gather { at, gathering, hold })
    };
    asked.iter().enumerate().filter_map(of).collect()
}

/// What is to be held; none where an id or a day names nothing.
pub(super) fn hold(
    problem: &Task,
    gathering: &str,
    start: Option<&str>,
    place: Option<&str>,
) -> Option<(GatheringIx, Hold)> {
    let gathering = problem.gathering_of_id(gathering)?;
    let start = start.map(Day::parse).transpose().ok()?;
    let place = match place {
        Some(id) => Some(problem.gathering(gathering).place_of_id(id)?),
        None => None,
    };
    Some((gathering, Hold { start, place }))
}

/// Whether a gathering may be at the place of this id: one that it names or, where it names none and has several meetings, a
/// municipality.
pub(super) fn has_place(records: &ProblemRecords, gathering: &GatheringRecord, id: &str) -> bool {
    match gathering.places.as_deref().unwrap_or_default() {
        [] => gathering.meetings.is_some() && records.municipalities.iter().any(|town| town.id == id),
        places => places.iter().any(|place| place.id == id),
    }
}

/// Has a gathering whose day is given begin on the day that is wished for.
pub(super) fn begin(records: &mut ProblemRecords, gathering: &str, start: Option<&String>) {
    let known = records.gatherings.iter_mut().flatten().find(|known| known.id == gathering);
    if let Some((given, start)) = known.and_then(|known| known.start.as_mut()).zip(start) {
        given.clone_from(start);
    }
}

/// Every wish for a meeting that cannot be then or there, and every two that keep each other from it.
pub(super) fn impossible(asked: &[Asked], problem: &Task) -> Vec<Impossible> {
    let wanted = gathers(asked, problem);
    let mut found = Vec::new();
    for (position, one) in wanted.iter().enumerate() {
        if let Some((code, town)) = stopped(problem, one) {
            let detail = english::cannot_gather(problem, one.gathering, one.hold, code, town);
            found.push(Impossible { wishes: vec![one.at], code, rule: rule_of(code), detail });
        }
        for other in wanted[..position].iter().filter(|other| other.gathering == one.gathering) {
            if excludes(problem, other, one) {
                found.push(two(asked, other.at, one.at, "wishes_contradict"));
            }
        }
    }
    found
}

/// Whether two meetings of a gathering cannot both be: it has one alone, or both are at one place on different days.
fn excludes(problem: &Task, one: &Gather, other: &Gather) -> bool {
    let (a, b) = (one.hold, other.hold);
    let other_day = a.start.is_some_and(|start| b.start.is_some_and(|day| day != start));
    let other_place = a.place.is_some_and(|place| b.place.is_some_and(|also| also != place));
    let alone = problem.gathering(one.gathering).meeting_counts().1 == 1;
    (alone && (other_day || other_place)) || (other_day && a.place.is_some() && a.place == b.place)
}

/// What keeps a meeting from being held then and there whatever else happens, with the municipality that it is about.
fn stopped(problem: &Task, one: &Gather) -> Option<(&'static str, Option<MunicipalityIx>)> {
    let Gather { gathering, hold, .. } = *one;
    if hold.start.is_some_and(|start| !problem.may_begin(gathering, start)) {
        return Some(("not_a_meeting_day", None));
    }
    let starts = hold.start.map_or_else(|| problem.starts(gathering), |start| vec![start]);
    let it = problem.gathering(gathering);
    let hosts = |place: PlaceIx| {
        let town = it.host(Some(place));
        town.is_none_or(|town| starts.iter().any(|&start| problem.can_host_meeting(town, gathering, start)))
    };
    match hold.place {
        Some(place) if !hosts(place) => Some(("place_cannot_host", it.host(Some(place)))),
        None if !it.places.is_empty() && !(0..it.places.len()).map(PlaceIx::new).any(hosts) => {
            Some(("no_place_that_day", None))
        }
        _ => None,
    }
}

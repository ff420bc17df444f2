//! What changes of the meetings of gatherings from one plan to another.

use std::collections::{BTreeMap, BTreeSet};

use super::{Named, Side, named};
use crate::plan::Meeting;
use crate::problem::{Day, GatheringIx};
use crate::steering::Task;

/// Where and when a meeting is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MeetingAt {
    /// Its first day.
    pub start: Day,
    /// Its place, where the gathering has places.
    pub place: Option<Named>,
}

/// What changes of a gathering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatheringDifference {
    /// Which.
    pub gathering: Named,
    /// Its meetings that are not as they were: one of before and one of after moved; one of the two alone is gone, or new.
    pub meetings: Vec<(Option<MeetingAt>, Option<MeetingAt>)>,
    /// Ids of the enrolments that attend and did not before, ascending.
    pub come: Vec<String>,
    /// Ids of the enrolments that attended before and do not any more, ascending.
    pub miss: Vec<String>,
}

/// What changes of each gathering from one plan to the other, by id. Who attends another meeting of the same gathering goes on
/// attending it.
pub fn gatherings_changed(before: Side<'_>, after: Side<'_>) -> Vec<GatheringDifference> {
    let (old, new) = (Meetings::of(before), Meetings::of(after));
    let all: BTreeMap<&Named, ()> = old.held.keys().chain(new.held.keys()).map(|gathering| (gathering, ())).collect();
    let by_id: BTreeMap<&str, &Named> = all.into_keys().map(|gathering| (gathering.id.as_str(), gathering)).collect();
    let change = |(id, gathering): (&str, &Named)| {
        let held = |meetings: &Meetings<'_>| -> Vec<MeetingAt> {
            let own = meetings.held.iter().filter(|(known, _)| known.id == id);
            own.flat_map(|(_, held)| held.iter().cloned()).collect()
        };
        let attend = |meetings: &Meetings<'_>| -> BTreeSet<String> {
            let own = meetings.attends.iter().filter(|(_, attends)| attends.contains_key(id));
            own.map(|(e, _)| (*e).to_owned()).collect()
        };
        let (was, is) = (attend(&old), attend(&new));
        GatheringDifference {
            gathering: gathering.clone(),
            meetings: paired(held(&old), held(&new)),
            come: is.difference(&was).cloned().collect(),
            miss: was.difference(&is).cloned().collect(),
        }
    };
    let changed = |one: &GatheringDifference| !(one.meetings.is_empty() && one.come.is_empty() && one.miss.is_empty());
    by_id.into_iter().map(change).filter(changed).collect()
}

/// The meetings of a plan.
#[derive(Default)]
pub(super) struct Meetings<'a> {
    /// The meetings of each gathering.
    pub held: BTreeMap<Named, Vec<MeetingAt>>,
    /// By enrolment and gathering: the meeting that it attends, with the gathering.
    pub attends: BTreeMap<&'a str, BTreeMap<&'a str, (Named, MeetingAt)>>,
    /// By municipality and gathering: the meetings that it hosts.
    pub hosts: BTreeMap<&'a str, BTreeMap<&'a str, (Named, Vec<Day>)>>,
}

impl<'a> Meetings<'a> {
    pub fn of(side: Side<'a>) -> Meetings<'a> {
        let Side { problem, plan } = side;
        let mut meetings = Meetings::default();
        for meeting in &plan.meetings {
            let it = problem.gathering(meeting.gathering);
            let (name, at) = (name(problem, meeting.gathering), at(problem, meeting));
            for &e in &meeting.attend {
                let of = meetings.attends.entry(&problem.enrolment(e).id).or_default();
                of.insert(&it.id, (name.clone(), at.clone()));
            }
            if let Some(town) = it.host(meeting.place) {
                let of = meetings.hosts.entry(&problem.municipality(town).id).or_default();
                of.entry(&it.id).or_insert_with(|| (name.clone(), Vec::new())).1.push(meeting.start);
            }
            meetings.held.entry(name).or_default().push(at);
        }
        meetings
    }

    /// Whether a gathering is held at all.
    pub fn holds(&self, gathering: &str) -> bool {
        self.held.keys().any(|known| known.id == gathering)
    }
}

fn name(problem: &Task, gathering: GatheringIx) -> Named {
    let it = problem.gathering(gathering);
    named(&it.id, &it.name)
}

fn at(problem: &Task, meeting: &Meeting) -> MeetingAt {
    let place = meeting.place.map(|place| &problem.gathering(meeting.gathering).places[place.at()]);
    MeetingAt { start: meeting.start, place: place.map(|place| named(&place.id, &place.name)) }
}

/// Whether a meeting of before is taken for one of after.
type Alike<'a> = &'a dyn Fn(&MeetingAt, &MeetingAt) -> bool;

/// Meetings of before beside those of after, without those that stay: first those at one place, then those on one day, then
/// the rest in the order of time; what is left over of one has none of the other.
fn paired(mut before: Vec<MeetingAt>, mut after: Vec<MeetingAt>) -> Vec<(Option<MeetingAt>, Option<MeetingAt>)> {
    let place = |at: &MeetingAt| at.place.as_ref().map(|place| place.id.clone());
    let stays: Vec<MeetingAt> = before
        .iter()
        .filter(|at| after.iter().any(|other| other.start == at.start && place(other) == place(at)))
        .cloned()
        .collect();
    for list in [&mut before, &mut after] {
        list.retain(|at| !stays.iter().any(|stay| stay.start == at.start && place(stay) == place(at)));
        list.sort();
    }
    let mut pairs = Vec::new();
    let alike: [Alike<'_>; 3] =
        [&|a, b| a.place.is_some() && place(a) == place(b), &|a, b| a.start == b.start, &|_, _| true];
    for alike in alike {
        before.retain(|from| {
            let found = after.iter().position(|to| alike(from, to));
            found.into_iter().for_each(|at| pairs.push((Some(from.clone()), Some(after.remove(at)))));
            found.is_none()
        });
    }
    pairs.extend(before.into_iter().map(|from| (Some(from), None)));
    pairs.extend(after.into_iter().map(|to| (None, Some(to))));
    pairs.sort();
    pairs
}

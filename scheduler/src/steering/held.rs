//! Meetings that are held whatever they cost: locked as a base plan has them, or wished for.

use std::collections::BTreeMap;

use super::Steering;
use crate::plan::{Meeting, Plan};
use crate::problem::{Day, GatheringIx, PlaceIx, Problem};

/// A meeting on a day, at a place, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The day on which it begins; none: any.
    pub start: Option<Day>,
    /// Where it is; none: anywhere.
    pub place: Option<PlaceIx>,
}

/// What is held of a gathering.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// For each of these there is a meeting, whoever attends.
    pub meetings: Vec<Hold>,
    /// There are no others.
    pub only: bool,
}

impl Hold {
    /// Whether a meeting is this one.
    pub fn is(&self, start: Day, place: Option<PlaceIx>) -> bool {
        self.start.is_none_or(|day| day == start) && (self.place.is_none() || self.place == place)
    }
}

impl Held {
    /// Whether meetings on these days at these places are what is held.
    pub fn admits(&self, meetings: &[(Day, Option<PlaceIx>)]) -> bool {
        let there = |hold: &Hold| meetings.iter().any(|&(start, place)| hold.is(start, place));
        self.meetings.iter().all(there) && (!self.only || meetings.len() == self.meetings.len())
    }
}

impl Steering {
    /// Has a gathering hold a meeting on a day, at a place, or both.
    pub fn hold(&mut self, gathering: GatheringIx, hold: Hold) {
        self.gatherings.entry(gathering).or_default().meetings.push(hold);
    }

    /// Has a gathering hold these meetings, each on its day and at its place, and no others.
    pub(super) fn keep_meetings<'m>(&mut self, gathering: GatheringIx, meetings: impl Iterator<Item = &'m Meeting>) {
        let hold = |meeting: &Meeting| Hold { start: Some(meeting.start), place: meeting.place };
        self.gatherings.insert(gathering, Held { meetings: meetings.map(hold).collect(), only: true });
    }

    /// What is held of a gathering, where anything is.
    pub fn held(&self, gathering: GatheringIx) -> Option<&Held> {
        self.gatherings.get(&gathering)
    }

    /// Lets a gathering be on any days, at any places.
    pub(crate) fn unlock_gathering(&mut self, gathering: GatheringIx) {
        self.gatherings.remove(&gathering);
    }

    /// The gatherings of a plan that are not as they are held.
    pub(super) fn gatherings_broken(&self, problem: &Problem, plan: &Plan) -> Vec<String> {
        let slots = |gathering: GatheringIx| -> Vec<(Day, Option<PlaceIx>)> {
            let own = plan.meetings.iter().filter(|meeting| meeting.gathering == gathering);
            own.map(|meeting| (meeting.start, meeting.place)).collect()
        };
        let broken = self.gatherings.iter().filter(|(gathering, held)| !held.admits(&slots(**gathering)));
        broken
            .map(|(gathering, _)| {
                format!(
                    "the meetings of {} are locked, and are on other days or at other places",
                    problem.gathering(*gathering).id
                )
            })
            .collect()
    }
}

/// What is held, by gathering.
pub(super) type ByGathering = BTreeMap<GatheringIx, Held>;

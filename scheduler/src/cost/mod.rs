//! What a plan costs: twelve measures, each worked out from scratch in a file of its own, and their weights,
//! which are applied here and nowhere else.

mod absence;
mod extra_visit;
mod gathering_travel;
mod gathering_undesired;
mod meeting;
mod missed;
mod pace;
mod preference;
pub(crate) mod travel;
mod unassigned;
mod undesired;
mod unhosted;

use crate::facts::Facts;
use crate::plan::{Meeting, Plan};
use crate::problem::{GatheringIx, Problem, Weights};

/// How much of each thing that costs a plan has, before weights (or the cost of each, after).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[allow(missing_docs)] // named and defined one by one in the files beside
pub struct Measures {
    pub unassigned: f64,
    pub unhosted: f64,
    pub absence: f64,
    pub preference: f64,
    pub extra_visit: f64,
    pub undesired: f64,
    pub pace: f64,
    pub travel: f64,
    pub missed: f64,
    pub meeting: f64,
    pub gathering_undesired: f64,
    pub gathering_travel: f64,
}

/// Cost by measure, weights applied.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost(Measures);

impl Cost {
    /// Applies the weights.
    pub fn of(m: &Measures, w: &Weights) -> Cost {
        Cost(Measures {
            unassigned: m.unassigned * w.unassigned,
            unhosted: m.unhosted * w.unhosted,
            absence: m.absence * w.absence,
            preference: m.preference * w.preference,
            extra_visit: m.extra_visit * w.extra_visit,
            undesired: m.undesired * w.undesired,
            pace: m.pace * w.pace,
            travel: m.travel * w.travel,
            missed: m.missed * w.missed,
            meeting: m.meeting * w.meeting,
            gathering_undesired: m.gathering_undesired * w.gathering_undesired,
            gathering_travel: m.gathering_travel * w.gathering_travel,
        })
    }

    /// The cost of each measure.
    pub fn by_measure(&self) -> &Measures {
        &self.0
    }

    /// The part that the assignment alone decides.
    pub fn assignment(&self) -> f64 {
        self.0.unassigned + self.0.preference + self.0.travel
    }

    /// The part that the timetable decides, given the networks.
    pub fn timetable(&self) -> f64 {
        self.0.unhosted + self.0.absence + self.0.extra_visit + self.0.undesired + self.0.pace
    }

    /// The part that the gatherings decide.
    pub fn gatherings(&self) -> f64 {
        self.0.missed + self.0.meeting + self.0.gathering_undesired + self.0.gathering_travel
    }

    /// All of it.
    pub fn total(&self) -> f64 {
        self.assignment() + self.timetable() + self.gatherings()
    }
}

impl Measures {
    /// Name and value, in the order of the definition.
    pub fn named(&self) -> [(&'static str, f64); 12] {
        [
            ("unassigned", self.unassigned),
            ("unhosted", self.unhosted),
            ("absence", self.absence),
            ("preference", self.preference),
            ("extra_visit", self.extra_visit),
            ("undesired", self.undesired),
            ("pace", self.pace),
            ("travel", self.travel),
            ("missed", self.missed),
            ("meeting", self.meeting),
            ("gathering_undesired", self.gathering_undesired),
            ("gathering_travel", self.gathering_travel),
        ]
    }
}

/// Works every measure of a plan out from scratch.
pub fn measures(problem: &Problem, plan: &Plan) -> Measures {
    measures_of(&Facts::new(problem, plan))
}

/// Works every measure out from what a plan comes to.
pub fn measures_of(facts: &Facts<'_>) -> Measures {
    let (problem, meetings) = (facts.problem, &facts.plan.meetings);
    let gatherings = || (0..problem.gatherings().len()).map(GatheringIx::new);
    let of = |gathering: GatheringIx| meetings.iter().filter(move |meeting| meeting.gathering == gathering);
    Measures {
        unassigned: unassigned::measure(facts),
        unhosted: unhosted::measure(facts),
        absence: absence::measure(facts),
        preference: preference::measure(facts),
        extra_visit: extra_visit::measure(facts),
        undesired: undesired::measure(facts),
        pace: pace::measure(facts),
        travel: travel::measure(facts),
        missed: gatherings().map(|gathering| missed::measure(problem, gathering, of(gathering))).sum(),
        meeting: gatherings().map(|gathering| meeting::measure(problem, gathering, of(gathering))).sum(),
        gathering_undesired: gathering_undesired::measure(problem, meetings.iter()),
        gathering_travel: gathering_travel::measure(problem, meetings.iter()),
    }
}

/// The cost of one gathering with these meetings of it, from scratch.
pub fn of_gathering(problem: &Problem, gathering: GatheringIx, meetings: &[Meeting]) -> Cost {
    let measures = Measures {
        missed: missed::measure(problem, gathering, meetings.iter()),
        meeting: meeting::measure(problem, gathering, meetings.iter()),
        gathering_undesired: gathering_undesired::measure(problem, meetings.iter()),
        gathering_travel: gathering_travel::measure(problem, meetings.iter()),
        ..Measures::default()
    };
    Cost::of(&measures, problem.weights())
}

/// The cost of a plan, from scratch.
pub fn cost(problem: &Problem, plan: &Plan) -> Cost {
    Cost::of(&measures(problem, plan), problem.weights())
}

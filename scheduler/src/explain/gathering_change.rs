//! Changes of a gathering's record that let it be held, or leave more days to visits.

use crate::problem::{Day, Gathering, GatheringIx, Location, Place, PlaceIx, Weekday, When};
use crate::steering::Task;

/// A change of a gathering's record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GatheringChange {
    /// It may be on any day of this window.
    Window {
        /// First day.
        start: Day,
        /// Last day.
        end: Day,
    },
    /// It may be on any day of the week.
    Weekdays,
    /// So many further places of their own, without a limit of persons.
    Places {
        /// How many.
        more: u32,
    },
    /// A place has room for more persons.
    Room {
        /// Which.
        place: PlaceIx,
        /// Persons.
        to: u32,
    },
    /// Longer ways are allowed, in km.
    Reach {
        /// The longest.
        to: f64,
    },
    /// Fewer meetings are enough.
    Min {
        /// How many.
        to: u32,
    },
    /// More meetings are allowed.
    Max {
        /// How many.
        to: u32,
    },
    /// More meetings may begin on a day.
    PerDay {
        /// How many.
        to: u32,
    },
    /// A region may have none.
    AnyRegion,
    /// Fewer days stay clear before it.
    ClearBefore {
        /// How many.
        to: u32,
    },
    /// Fewer days stay clear after it.
    ClearAfter {
        /// How many.
        to: u32,
    },
    /// The lock is lifted.
    Unlock,
}

impl GatheringChange {
    /// Its code.
    pub fn code(&self) -> &'static str {
        match self {
            GatheringChange::Window { .. } => "extend_window",
            GatheringChange::Weekdays => "any_weekday",
            GatheringChange::Places { .. } => "add_place",
            GatheringChange::Room { .. } => "raise_capacity",
            GatheringChange::Reach { .. } => "raise_max_distance_km",
            GatheringChange::Min { .. } => "fewer_meetings",
            GatheringChange::Max { .. } => "more_meetings",
            GatheringChange::PerDay { .. } => "raise_max_per_day",
            GatheringChange::AnyRegion => "not_each_region",
            GatheringChange::ClearBefore { .. } | GatheringChange::ClearAfter { .. } => "fewer_clear_days",
            GatheringChange::Unlock => "lift_lock",
        }
    }

    /// The value before, of a count.
    pub fn from(&self, it: &Gathering) -> Option<u32> {
        match self {
            GatheringChange::Room { place, .. } => it.places[place.at()].capacity,
            GatheringChange::Min { .. } => Some(it.meeting_counts().0),
            GatheringChange::Max { .. } => Some(it.meeting_counts().1),
            GatheringChange::PerDay { .. } => it.meetings?.max_per_day,
            GatheringChange::ClearBefore { .. } => Some(it.clear_days_before),
            GatheringChange::ClearAfter { .. } => Some(it.clear_days_after),
            _ => None,
        }
    }

    /// The new value, of a count.
    pub fn to(&self) -> Option<u32> {
        match *self {
            GatheringChange::Room { to, .. }
            | GatheringChange::Min { to }
            | GatheringChange::Max { to }
            | GatheringChange::PerDay { to }
            | GatheringChange::ClearBefore { to }
            | GatheringChange::ClearAfter { to } => Some(to),
            _ => None,
        }
    }

    /// How much of what stands there it changes: see [`Change::size`](super::repair::Change::size).
    pub fn size(&self, it: &Gathering) -> f64 {
        let by = |from: f64, to: f64| (to - from).abs() / from.max(1.0);
        match *self {
            GatheringChange::Window { start, end } => {
                let (first, last) = window(it);
                let days = |first: Day, last: Day| f64::from(last.number() - first.number() + 1);
                by(days(first, last), days(start, end))
            }
            GatheringChange::Places { more } => by(0.0, f64::from(more)),
            GatheringChange::Reach { to } => {
                by(it.meetings.and_then(|limits| limits.max_distance_km).unwrap_or(0.0), to)
            }
            _ => {
                let (from, to) = self.from(it).zip(self.to()).unwrap_or((0, 1));
                by(f64::from(from), f64::from(to))
            }
        }
    }

    /// Makes the change.
    pub fn apply(&self, problem: &mut Task, gathering: GatheringIx) {
        let it = &mut problem.gatherings[gathering.at()];
        match *self {
            GatheringChange::Window { start, end } => it.when = When::Window(start, end),
            GatheringChange::Weekdays => it.weekdays = Some(EVERY_DAY.to_vec()),
            GatheringChange::Places { more } => add_places(problem, gathering, more),
            GatheringChange::Room { place, to } => it.places[place.at()].capacity = Some(to),
            GatheringChange::Reach { to } => {
                it.meetings.iter_mut().for_each(|limits| limits.max_distance_km = Some(to))
            }
            GatheringChange::Min { to } => it.meetings.iter_mut().for_each(|limits| limits.min = to),
            GatheringChange::Max { to } => it.meetings.iter_mut().for_each(|limits| limits.max = to),
            GatheringChange::PerDay { to } => it.meetings.iter_mut().for_each(|limits| limits.max_per_day = Some(to)),
            GatheringChange::AnyRegion => it.meetings.iter_mut().for_each(|limits| limits.each_region = false),
            GatheringChange::ClearBefore { to } => {
                it.clear_days_before = to;
                around_again(problem);
            }
            GatheringChange::ClearAfter { to } => {
                it.clear_days_after = to;
                around_again(problem);
            }
            GatheringChange::Unlock => problem.loosen(|steering| steering.unlock_gathering(gathering)),
        }
    }
}

const EVERY_DAY: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// The first and the last day that a gathering may have.
pub(crate) fn window(it: &Gathering) -> (Day, Day) {
    match it.when {
        When::Given(day) => (day, day.plus(it.days as i32 - 1)),
        When::Window(first, last) => (first, last),
    }
}

/// Works out anew which days its meetings take.
fn around_again(problem: &mut Task) {
    let meetings = problem.meetings().to_vec();
    *problem = problem.around(meetings);
}

/// Adds places of their own, each where somebody who is invited is at home.
fn add_places(problem: &mut Task, gathering: GatheringIx, more: u32) {
    let homes: Vec<(f64, f64)> = problem
        .invited(gathering)
        .map(|(e, _)| problem.home(e))
        .map(|home| (home.lat, home.lon))
        .take(more as usize)
        .collect();
    let it = &mut problem.gatherings[gathering.at()];
    for (at, (lat, lon)) in homes.into_iter().enumerate() {
        // Behind every id that somebody can write, so that places keep their order.
        let id = format!("~{at}");
        it.places.push(Place { name: id.clone(), id, location: Location::Own(lat, lon), capacity: None });
    }
    it.online = false;
}

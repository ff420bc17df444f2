//! What a gathering must keep to be held, as members of a clash.

use crate::problem::names::Names;
use crate::problem::{GatheringIx, Problem, When};

/// What one gathering says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GatheringRule {
    /// It is to be held.
    Held,
    /// Whom it invites.
    Invites,
    /// Its window, or its given day.
    Window,
    /// The weekdays on which it may be.
    Weekdays,
    /// Its places.
    Places,
    /// How many persons fit into its places.
    Room,
    /// How far anybody may travel.
    Reach,
    /// How many meetings it has at least.
    Min,
    /// How many it has at most.
    Max,
    /// How many begin on a day at most.
    PerDay,
    /// Every region has one.
    EachRegion,
    /// Days that stay clear of visits around it.
    ClearDays,
    /// Its meetings are locked, or wished for.
    Locked,
}

impl GatheringRule {
    /// The name of the field that says it.
    pub fn rule(self) -> &'static str {
        match self {
            GatheringRule::Held => "gathering",
            GatheringRule::Invites => "invites",
            GatheringRule::Window => "window",
            GatheringRule::Weekdays => "weekdays",
            GatheringRule::Places => "places",
            GatheringRule::Room => "capacity",
            GatheringRule::Reach => "meetings_max_distance_km",
            GatheringRule::Min => "meetings_min",
            GatheringRule::Max => "meetings_max",
            GatheringRule::PerDay => "meetings_max_per_day",
            GatheringRule::EachRegion => "each_region",
            GatheringRule::ClearDays => "clear_days",
            GatheringRule::Locked => "lock",
        }
    }
}

/// What a gathering says, in words.
pub(super) fn words(problem: &Problem, gathering: GatheringIx, rule: GatheringRule) -> String {
    let (it, name) = (problem.gathering(gathering), Names(problem).gathering(gathering));
    let (least, most) = it.meeting_counts();
    let limits = it.meetings;
    let room = || it.places.iter().filter_map(|place| place.capacity).max().unwrap_or(0);
    match rule {
        GatheringRule::Held => format!("gathering {name} is held"),
        GatheringRule::Invites => format!("{name} invites nobody who is enrolled"),
        GatheringRule::Window => match it.when {
            When::Given(day) => format!("{name} begins on {day}"),
            When::Window(first, last) => format!("{name} lies between {first} and {last}"),
        },
        GatheringRule::Weekdays => format!("{name} has only weekdays that are open for it"),
        GatheringRule::Places if it.places.len() == 1 => format!("{name} has 1 place, {}", it.places[0].name),
        GatheringRule::Places => format!("{name} has {} places", it.places.len()),
        GatheringRule::Room => format!("the places of {name} have room for {} persons at most", room()),
        GatheringRule::Reach => {
            let km = limits.and_then(|limits| limits.max_distance_km).unwrap_or(0.0);
            format!("nobody travels farther than {km} km to {name}")
        }
        GatheringRule::Min => format!("{name} has at least {}", super::english::count(least, "meeting")),
        GatheringRule::Max => format!("{name} has at most {}", super::english::count(most, "meeting")),
        GatheringRule::PerDay => {
            let most = limits.and_then(|limits| limits.max_per_day).unwrap_or(0);
            format!("at most {} of {name} may begin on a day", super::english::count(most, "meeting"))
        }
        GatheringRule::EachRegion => format!("every region of those whom {name} invites has a meeting"),
        GatheringRule::ClearDays => format!(
            "whoever attends {name} takes part in no visit {} before and {} after it",
            super::english::count(it.clear_days_before, "day"),
            super::english::count(it.clear_days_after, "day")
        ),
        GatheringRule::Locked => format!("the meetings of {name} are locked, or wished for"),
    }
}

//! The words for what would repair a clash.

use super::count;
use crate::explain::gathering_change::{GatheringChange, window};
use crate::explain::repair::Change;
use crate::problem::names::Names;
use crate::problem::{Day, GatheringIx, When};
use crate::steering::Task;

/// A change that repairs, told as what to do.
pub fn repair(problem: &Task, change: &Change) -> String {
    let names = Names(problem);
    let was = change.from(problem).map_or_else(String::new, |from| format!(" (now {from})"));
    match change {
        Change::MaxMembers { network: n, to } => {
            format!("Raise network {} to {}{was}.", names.network(*n), count(*to, "member"))
        }
        Change::MinMembers { network: n, to } => {
            format!("Let network {} do with {}{was}.", names.network(*n), count(*to, "member"))
        }
        Change::MaxDelegates { network: n, to } => {
            format!("Raise network {} to {}{was}.", names.network(*n), count(*to, "delegate"))
        }
        Change::MinDelegates { network: n, to } => {
            format!("Let network {} do with {}{was}.", names.network(*n), count(*to, "delegate"))
        }
        Change::MaxPerRegion { network: n, to } => {
            format!("Let network {} have {} of one region{was}.", names.network(*n), count(*to, "member"))
        }
        Change::MinRegions { network: n, to } => {
            format!("Let network {} span {}{was}.", names.network(*n), count(*to, "region"))
        }
        Change::MaxDistance { network: n, to } => {
            let was = problem.network(*n).max_distance_km.unwrap_or(0.0);
            format!("Let members of network {} be {to} km apart (now {was}).", names.network(*n))
        }
        Change::StayEmpty { network: n } => format!("Let network {} stay empty.", names.network(*n)),
        Change::OpenRegion { network: n, region } => {
            format!("Open network {} to region {}.", names.network(*n), names.region(*region))
        }
        Change::Unfix { enrolment: e } => format!("Lift the fixed network of {}.", names.enrolment(*e)),
        Change::Admit { enrolment: e, network: n } => {
            format!("Let {} into network {}.", names.enrolment(*e), names.network(*n))
        }
        Change::DropApart { a, b } => {
            format!("Drop the rule that keeps {} and {} apart.", names.town(*a), names.town(*b))
        }
        Change::DropTogether { a, b } => {
            format!("Drop the rule that keeps {} and {} together.", names.town(*a), names.town(*b))
        }
        Change::HostCapacity { municipality, to } => {
            format!("Make room for {} at {}{was}.", count(*to, "guest"), names.town(*municipality))
        }
        Change::Available { municipality, days } => {
            format!("Make {} available on {}.", names.town(*municipality), listed(days))
        }
        Change::CanHostOn { municipality, days } => {
            format!("Let {} host on {}.", names.town(*municipality), listed(days))
        }
        Change::PaceMost { pace, to } => {
            let days = problem.visits().pace.get(*pace).map_or(0, |pace| pace.window_days);
            format!("Allow {} in {}{was}.", count(*to, "visit"), count(days, "day"))
        }
        Change::RegionDay { region, to } => {
            format!("Allow {} a day in region {}{was}.", count(*to, "visit"), names.region(*region))
        }
        Change::ProgrammeDay { to } => format!("Allow {} a day in the programme{was}.", count(*to, "visit")),
        Change::ReturnDays { to } => {
            format!("Let {} be enough between a visit and the one back{was}.", count(*to, "day"))
        }
        Change::MoreDates { round, days } => {
            let many = days.len();
            let dates = if many == 1 { "date" } else { "dates" };
            format!("Give round {} {many} more {dates}: {}.", names.round(*round), listed(days))
        }
        Change::AddNetwork { track, to } => {
            format!("Add a network for {} to track {}.", count(*to, "member"), names.track(*track))
        }
        Change::MaxChanges { to } => format!("Allow {} against the base plan{was}.", count(*to, "change")),
        Change::MaxAffected { to } => {
            let municipalities = if *to == 1 { "municipality" } else { "municipalities" };
            format!("Let {to} {municipalities} be affected{was}.")
        }
        Change::OpenFrom { day } => format!("Let new visits be held from {day} on: move `before` there."),
        Change::Gathering { gathering, change } => of_gathering(problem, *gathering, change),
        Change::CanHost { municipality } => format!("Let {} host.", names.town(*municipality)),
        Change::Unlock { enrolment: e } => format!("Lift the lock of {} in its network.", names.enrolment(*e)),
        Change::UnlockNetwork { network: n } => {
            format!("Let others into network {}: lift its lock.", names.network(*n))
        }
        Change::UnlockVisits { host: e, .. } => format!("Lift the lock of the visits to {}.", names.enrolment(*e)),
    }
}

/// A change of a gathering, told as what to do.
fn of_gathering(problem: &Task, gathering: GatheringIx, change: &GatheringChange) -> String {
    let (it, name) = (problem.gathering(gathering), Names(problem).gathering(gathering));
    let was = change.from(it).map_or_else(String::new, |from| format!(" (now {from})"));
    match *change {
        GatheringChange::Window { start, end } => {
            let (first, last) = window(it);
            let days = |from: Day, to: Day| count(from.number().abs_diff(to.number()), "day");
            match it.when {
                When::Given(_) => format!("Let {name} be on any open days from {start} to {end}."),
                When::Window(..) if start < first => {
                    format!("Let {name} begin {} earlier: its window from {start} on.", days(start, first))
                }
                When::Window(..) => format!("Let {name} end {} later: its window up to {end}.", days(last, end)),
            }
        }
        GatheringChange::Weekdays => format!("Let {name} be on any day of the week."),
        GatheringChange::Places { more } => {
            let homes = problem.invited(gathering).take(more as usize).map(|(e, _)| problem.home(e).name.clone());
            let persons = problem.invited(gathering).map(|(_, persons)| u64::from(persons)).sum::<u64>();
            let room = if it.meetings.is_none() {
                format!(" with room for {}", count(persons, "person"))
            } else {
                String::new()
            };
            let homes = homes.collect::<Vec<_>>().join(", ");
            format!("Give {name} {} of its own more{room}: in {homes}.", count(more, "place"))
        }
        GatheringChange::Room { place, to } => {
            format!("Find room for {} at {} for {name}{was}.", count(to, "person"), it.places[place.at()].name)
        }
        GatheringChange::Reach { to } => format!("Let those who attend {name} travel {to} km."),
        GatheringChange::Min { to } => format!("Let {} of {name} be enough{was}.", count(to, "meeting")),
        GatheringChange::Max { to } => format!("Let {name} have {}{was}.", count(to, "meeting")),
        GatheringChange::PerDay { to } => format!("Let {} of {name} begin on a day{was}.", count(to, "meeting")),
        GatheringChange::AnyRegion => format!("Let {name} have no meeting in some regions."),
        GatheringChange::ClearBefore { to } => {
            format!("Keep {} clear of visits before {name}{was}.", count(to, "day"))
        }
        GatheringChange::ClearAfter { to } => format!("Keep {} clear of visits after {name}{was}.", count(to, "day")),
        GatheringChange::Unlock => format!("Lift the lock of {name}."),
    }
}

fn listed(days: &[Day]) -> String {
    days.iter().map(Day::to_string).collect::<Vec<_>>().join(", ")
}

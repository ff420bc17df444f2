//! The words for what would repair a clash.

use super::count;
use crate::explain::repair::Change;
use crate::problem::Day;
use crate::problem::names::Names;
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
        Change::Unlock { enrolment: e } => format!("Lift the lock of {} in its network.", names.enrolment(*e)),
        Change::UnlockNetwork { network: n } => {
            format!("Let others into network {}: lift its lock.", names.network(*n))
        }
        Change::UnlockVisits { host: e, .. } => format!("Lift the lock of the visits to {}.", names.enrolment(*e)),
    }
}

fn listed(days: &[Day]) -> String {
    days.iter().map(Day::to_string).collect::<Vec<_>>().join(", ")
}

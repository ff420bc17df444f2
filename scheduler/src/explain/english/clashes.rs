//! The words for what clashes and for what would repair it.

use crate::explain::Member;
use crate::explain::repair::Change;
use crate::problem::{Day, EnrolmentIx, MunicipalityIx, NetworkIx, Problem};

/// Records of one rule that are named one by one.
const MOST_NAMED: usize = 12;

/// A clash in a sentence: all members of one rule together.
pub fn clash(problem: &Problem, members: &[Member]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = members;
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|member| member.rule() == first.rule()).count();
        let (these, others) = rest.split_at(same);
        parts.push(if these.len() <= 3 { each(problem, these) } else { many(problem, these) });
        rest = others;
    }
    format!("These cannot all be honoured: {}.", parts.join("; "))
}

fn each(problem: &Problem, members: &[Member]) -> String {
    members.iter().map(|one| member(problem, one)).collect::<Vec<_>>().join("; ")
}

/// More than a few members of one rule, in short.
fn many(problem: &Problem, members: &[Member]) -> String {
    let named = |id: &dyn Fn(&Member) -> Option<String>| {
        let mut ids: Vec<String> = members.iter().filter_map(id).collect();
        let more = ids.len().saturating_sub(MOST_NAMED);
        ids.truncate(MOST_NAMED);
        let listed = ids.join(", ");
        if more > 0 { format!("{listed} and {more} more") } else { listed }
    };
    let count = members.len();
    let enrolments = || named(&|one| Some(problem.enrolment(one.enrolment()?).id.clone()));
    let sum = |of: &dyn Fn(NetworkIx) -> u32| {
        members.iter().filter_map(Member::network).map(|n| u64::from(of(n))).sum::<u64>()
    };
    let networks = || named(&|one| Some(problem.network(one.network()?).id.clone()));
    match members.first() {
        Some(Member::Placed(_)) => format!("{count} enrolments have a network each ({})", enrolments()),
        Some(Member::Hosted(..)) => format!("{count} hostings are held ({})", enrolments()),
        Some(Member::MinMembers(_)) => {
            let sum = sum(&|n| problem.network(n).min_members);
            format!("{count} networks need {sum} members together ({})", networks())
        }
        Some(Member::MaxMembers(_)) => {
            let sum = sum(&|n| problem.network(n).max_members);
            format!("{count} networks take {sum} members together ({})", networks())
        }
        Some(Member::MinDelegates(_)) => {
            let sum = sum(&|n| problem.network(n).min_delegates);
            format!("{count} networks need {sum} delegates together ({})", networks())
        }
        Some(Member::MaxDelegates(_)) => {
            let sum = sum(&|n| problem.network(n).max_delegates.unwrap_or(0));
            format!("{count} networks take {sum} delegates together ({})", networks())
        }
        _ => each(problem, members),
    }
}

/// One member of a clash in words.
pub fn member(problem: &Problem, member: &Member) -> String {
    let network = |n: NetworkIx| (&problem.network(n).id, problem.network(n));
    let town = |m: MunicipalityIx| &problem.municipality(m).id;
    match *member {
        Member::Placed(e) => format!("{} has a network", problem.enrolment(e).id),
        Member::Hosted(e, None) => format!("the hosting of {} is held", problem.enrolment(e).id),
        Member::Hosted(e, Some(round)) => {
            format!("the hosting of {} in round {} is held", problem.enrolment(e).id, problem.rounds()[round.at()].id)
        }
        Member::MinMembers(n) => {
            format!("network {} needs at least {} members", network(n).0, network(n).1.min_members)
        }
        Member::MaxMembers(n) => format!("network {} takes at most {} members", network(n).0, network(n).1.max_members),
        Member::MinDelegates(n) => {
            format!("network {} needs at least {} delegates", network(n).0, network(n).1.min_delegates)
        }
        Member::MaxDelegates(n) => {
            format!("network {} takes at most {} delegates", network(n).0, network(n).1.max_delegates.unwrap_or(0))
        }
        Member::AllowedRegions(n) => format!("network {} is open to some regions only", network(n).0),
        Member::MaxPerRegion(n) => {
            let most = network(n).1.max_members_per_region.unwrap_or(0);
            format!("network {} takes at most {most} members of a region", network(n).0)
        }
        Member::MinRegions(n) => {
            format!("network {} spans at least {} regions", network(n).0, network(n).1.min_regions)
        }
        Member::MaxDistance(n) => {
            let most = network(n).1.max_distance_km.unwrap_or(0.0);
            format!("members of network {} are at most {most} km apart", network(n).0)
        }
        Member::Fixed(e) => {
            let fixed = problem.enrolment(e).fixed.map_or("", |n| &problem.network(n).id);
            format!("{} is fixed in network {fixed}", problem.enrolment(e).id)
        }
        Member::Excluded(e) => {
            let ids: Vec<&str> =
                problem.enrolment(e).excluded.iter().map(|&n| problem.network(n).id.as_str()).collect();
            format!("{} excludes {}", problem.enrolment(e).id, ids.join(", "))
        }
        Member::Apart(a, b) => format!("{} and {} never share a network", town(a), town(b)),
        Member::Together(a, b) => format!("{} and {} share a network", town(a), town(b)),
        Member::Unavailable(m) => format!("{} is unavailable on some days", town(m)),
        Member::CannotHostOn(m) => format!("{} cannot host on some days", town(m)),
        Member::HostCapacity(m) => {
            format!("{} has room for {} guests", town(m), problem.municipality(m).host_capacity.unwrap_or(0))
        }
        Member::Pace(at) => problem.visits().pace.get(at).map_or_else(String::new, |pace| {
            format!("nobody takes part in more than {} visits in {} days", pace.max_visits, pace.window_days)
        }),
        Member::RegionDay(r) => {
            let region = &problem.regions()[r.at()];
            let most = region.max_visits_per_day.unwrap_or(0);
            format!("region {} has at most {most} visits a day", region.id)
        }
        Member::ProgrammeDay => {
            format!("the programme has at most {} visits a day", problem.visits().max_visits_per_day.unwrap_or(0))
        }
        Member::ReturnDays => {
            format!("a visit and the one back are at least {} days apart", problem.visits().min_return_days)
        }
    }
}

/// A change that repairs, told as what to do.
pub fn repair(problem: &Problem, change: &Change) -> String {
    let network = |n: &NetworkIx| &problem.network(*n).id;
    let town = |m: &MunicipalityIx| &problem.municipality(*m).id;
    let enrolment = |e: &EnrolmentIx| &problem.enrolment(*e).id;
    let was = change.from(problem).map_or_else(String::new, |from| format!(" (now {from})"));
    match change {
        Change::MaxMembers { network: n, to } => format!("Raise network {} to {to} members{was}.", network(n)),
        Change::MinMembers { network: n, to } => format!("Let network {} do with {to} members{was}.", network(n)),
        Change::MaxDelegates { network: n, to } => format!("Raise network {} to {to} delegates{was}.", network(n)),
        Change::MinDelegates { network: n, to } => format!("Let network {} do with {to} delegates{was}.", network(n)),
        Change::MaxPerRegion { network: n, to } => {
            format!("Let network {} have {to} members of one region{was}.", network(n))
        }
        Change::MinRegions { network: n, to } => format!("Let network {} span {to} regions{was}.", network(n)),
        Change::MaxDistance { network: n, to } => {
            let was = problem.network(*n).max_distance_km.unwrap_or(0.0);
            format!("Let members of network {} be {to} km apart (now {was}).", network(n))
        }
        Change::StayEmpty { network: n } => format!("Let network {} stay empty.", network(n)),
        Change::OpenRegion { network: n, region } => {
            format!("Open network {} to region {}.", network(n), problem.regions()[region.at()].id)
        }
        Change::Unfix { enrolment: e } => format!("Lift the fixed network of {}.", enrolment(e)),
        Change::Admit { enrolment: e, network: n } => format!("Let {} into network {}.", enrolment(e), network(n)),
        Change::DropApart { a, b } => format!("Drop the rule that keeps {} and {} apart.", town(a), town(b)),
        Change::DropTogether { a, b } => format!("Drop the rule that keeps {} and {} together.", town(a), town(b)),
        Change::HostCapacity { municipality, to } => {
            format!("Make room for {to} guests at {}{was}.", town(municipality))
        }
        Change::Available { municipality, days } => {
            format!("Make {} available on {}.", town(municipality), listed(days))
        }
        Change::CanHostOn { municipality, days } => format!("Let {} host on {}.", town(municipality), listed(days)),
        Change::PaceMost { pace, to } => {
            let days = problem.visits().pace.get(*pace).map_or(0, |pace| pace.window_days);
            format!("Allow {to} visits in {days} days{was}.")
        }
        Change::RegionDay { region, to } => {
            format!("Allow {to} visits a day in region {}{was}.", problem.regions()[region.at()].id)
        }
        Change::ProgrammeDay { to } => format!("Allow {to} visits a day in the programme{was}."),
        Change::ReturnDays { to } => format!("Let {to} days be enough between a visit and the one back{was}."),
        Change::MoreDates { round, days } => {
            let count = days.len();
            let dates = if count == 1 { "date" } else { "dates" };
            format!("Give round {} {count} more {dates}: {}.", problem.rounds()[round.at()].id, listed(days))
        }
    }
}

fn listed(days: &[Day]) -> String {
    days.iter().map(Day::to_string).collect::<Vec<_>>().join(", ")
}

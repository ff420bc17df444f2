//! The words for what clashes and for what counting refutes.

use super::{Counted, Member, Refuted};
use crate::problem::names::Names;
use crate::problem::{Day, DaySet, NetworkIx};
use crate::steering::Task;

/// Records of one rule that are named one by one.
const MOST_NAMED: usize = 12;

/// A clash in a sentence: all members of one rule together.
pub fn clash(problem: &Task, members: &[Member]) -> String {
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

fn each(problem: &Task, members: &[Member]) -> String {
    members.iter().map(|one| member(problem, one)).collect::<Vec<_>>().join("; ")
}

/// More than a few members of one rule, in short.
fn many(problem: &Task, members: &[Member]) -> String {
    let names = Names(problem);
    let count = members.len();
    let enrolments = || some(members.iter().filter_map(Member::enrolment).map(|e| names.enrolment(e)).collect());
    let sum = |of: &dyn Fn(NetworkIx) -> u32| {
        members.iter().filter_map(Member::network).map(|n| u64::from(of(n))).sum::<u64>()
    };
    let networks = || some(members.iter().filter_map(Member::network).map(|n| names.network(n)).collect());
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
        Some(Member::Lock(_)) if members.iter().all(|one| matches!(one, Member::Lock(_))) => {
            format!("{count} enrolments are locked in their networks ({})", enrolments())
        }
        _ => each(problem, members),
    }
}

/// Names one after the other, the first of many.
fn some(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(MOST_NAMED);
    names.truncate(MOST_NAMED);
    let listed = names.join(", ");
    if more > 0 { format!("{listed} and {more} more") } else { listed }
}

/// A number of things: "1 member", "2 members".
pub(super) fn count(number: impl Into<i64>, thing: &str) -> String {
    let number = number.into();
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

/// One member of a clash in words.
pub fn member(problem: &Task, member: &Member) -> String {
    let names = Names(problem);
    let of = |n: NetworkIx| problem.network(n);
    match *member {
        Member::Placed(e) => format!("{} has a network", names.enrolment(e)),
        Member::Hosted(e, None) => format!("the hosting of {} is held", names.enrolment(e)),
        Member::Hosted(e, Some(round)) => {
            format!("the hosting of {} in round {} is held", names.enrolment(e), names.round(round))
        }
        Member::MinMembers(n) => {
            format!("network {} needs at least {}", names.network(n), count(of(n).min_members, "member"))
        }
        Member::MaxMembers(n) => {
            format!("network {} takes at most {}", names.network(n), count(of(n).max_members, "member"))
        }
        Member::MinDelegates(n) => {
            format!("network {} needs at least {}", names.network(n), count(of(n).min_delegates, "delegate"))
        }
        Member::MaxDelegates(n) => {
            let most = of(n).max_delegates.unwrap_or(0);
            format!("network {} takes at most {}", names.network(n), count(most, "delegate"))
        }
        Member::AllowedRegions(n) => {
            let open = of(n).allowed_regions.iter().flatten().map(|&region| names.region(region)).collect();
            format!("network {} is open to {} alone", names.network(n), listed_or(open, "no region"))
        }
        Member::MaxPerRegion(n) => {
            let most = of(n).max_members_per_region.unwrap_or(0);
            format!("network {} takes at most {} of a region", names.network(n), count(most, "member"))
        }
        Member::MinRegions(n) => {
            format!("network {} spans at least {}", names.network(n), count(of(n).min_regions, "region"))
        }
        Member::MaxDistance(n) => {
            let most = of(n).max_distance_km.unwrap_or(0.0);
            format!("members of network {} are at most {most} km apart", names.network(n))
        }
        Member::Fixed(e) => {
            let fixed = problem.enrolment(e).fixed.map_or_else(String::new, |n| names.network(n));
            format!("{} is fixed in network {fixed}", names.enrolment(e))
        }
        Member::Excluded(e) => {
            let out = problem.enrolment(e).excluded.iter().map(|&n| names.network(n)).collect();
            format!("{} excludes {}", names.enrolment(e), listed_or(out, "nothing"))
        }
        Member::Apart(a, b) => format!("{} and {} never share a network", names.town(a), names.town(b)),
        Member::Together(a, b) => format!("{} and {} share a network", names.town(a), names.town(b)),
        Member::Unavailable(m) => format!(
            "{} neither hosts nor travels on {}",
            names.town(m),
            open_days(problem, &problem.municipality(m).unavailable)
        ),
        Member::CannotHostOn(m) => {
            format!("{} cannot host on {}", names.town(m), open_days(problem, &problem.municipality(m).cannot_host))
        }
        Member::HostCapacity(m) => {
            let room = problem.municipality(m).host_capacity.unwrap_or(0);
            format!("{} has room for {}", names.town(m), count(room, "guest"))
        }
        Member::Pace(at) => problem.visits().pace.get(at).map_or_else(String::new, |pace| {
            let (visits, days) = (count(pace.max_visits, "visit"), count(pace.window_days, "day"));
            format!("nobody takes part in more than {visits} in {days}")
        }),
        Member::RegionDay(r) => {
            let most = problem.regions()[r.at()].max_visits_per_day.unwrap_or(0);
            format!("region {} has at most {} a day", names.region(r), count(most, "visit"))
        }
        Member::ProgrammeDay => {
            let most = problem.visits().max_visits_per_day.unwrap_or(0);
            format!("the programme has at most {} a day", count(most, "visit"))
        }
        Member::ReturnDays => {
            let least = count(problem.visits().min_return_days, "day");
            format!("a visit and the one back are at least {least} apart")
        }
        Member::OpenDays(round) => {
            let name = names.round(round);
            match problem.rounds()[round.at()].open_days.as_slice() {
                [] => format!("round {name} has no open day"),
                [day] => format!("round {name} has 1 open day, {day}"),
                days => format!("round {name} has {} open days", days.len()),
            }
        }
        Member::Gathering(gathering, rule) => super::gathering::words(problem, gathering, rule),
        Member::NeverHosts(m) => format!("{} never hosts", names.town(m)),
        Member::NoNetworks(track) => format!("track {} has no networks", names.track(track)),
        Member::Lock(_) | Member::LockedNetwork(_) | Member::LockedVisits(..) => lock(problem, member),
        Member::LockedBefore => {
            let from = problem.steering().and_then(|steering| steering.opens_on());
            let from = from.map_or_else(|| "a day".to_owned(), |day| day.to_string());
            format!("nothing new is held before {from} (lock)")
        }
        Member::MaxAffected => {
            let most = problem.steering().and_then(|steering| steering.most_affected()).unwrap_or(0);
            let municipalities = if most == 1 { "municipality is" } else { "municipalities are" };
            format!("at most {most} {municipalities} affected by what is otherwise than in the base plan")
        }
        Member::MaxChanges => {
            let most = problem.steering().and_then(|steering| steering.most()).unwrap_or(0);
            format!("the plan makes at most {} against its base plan", count(most, "change"))
        }
    }
}

fn lock(problem: &Task, member: &Member) -> String {
    let names = Names(problem);
    match *member {
        Member::Lock(e) => {
            let stays = problem.steering().and_then(|steering| steering.stays_in(e));
            let network = stays.map_or_else(String::new, |n| format!(" {}", names.network(n)));
            format!("{} is locked in network{network}", names.enrolment(e))
        }
        Member::LockedNetwork(n) => format!("network {} is locked as a whole: nobody comes in", names.network(n)),
        Member::LockedVisits(e, Some(round)) => {
            format!("the visits to {} in round {} are locked", names.enrolment(e), names.round(round))
        }
        _ => {
            member.enrolment().map_or_else(String::new, |e| format!("the visits to {} are locked", names.enrolment(e)))
        }
    }
}

/// The open days of all rounds among these, in words; where there are none, the days themselves.
fn open_days(problem: &Task, barred: &DaySet) -> String {
    let open = problem.rounds().iter().flat_map(|round| &round.open_days);
    let all = problem.rounds().iter().map(|round| round.open_days.len()).sum::<usize>();
    let days: Vec<&Day> = open.filter(|&&day| barred.contains(day)).collect();
    match days.as_slice() {
        [] => {
            let days: Vec<String> = barred.iter().map(|day| day.to_string()).collect();
            if days.len() > 3 { format!("{} days", days.len()) } else { listed_or(days, "no day") }
        }
        days if days.len() == all && all > 1 => format!("any of the {all} open days"),
        days if days.len() <= 3 => days.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        days => format!("{} of the {all} open days", days.len()),
    }
}

fn listed_or(names: Vec<String>, nothing: &str) -> String {
    if names.is_empty() { nothing.to_owned() } else { some(names) }
}

/// What counting refutes, with both numbers.
pub fn refuted(problem: &Task, refuted: &Refuted) -> String {
    let names = Names(problem);
    let Refuted { needed, there, .. } = *refuted;
    let who = match refuted.networks.as_slice() {
        [one] => format!("network {}", names.network(*one)),
        several => {
            let listed = some(several.iter().map(|&n| names.network(n)).collect());
            format!("{} networks of track {} ({listed})", several.len(), names.track(refuted.track))
        }
    };
    let several = refuted.networks.len() > 1;
    let need = if several { "need" } else { "needs" };
    let enter = match (refuted.all, refuted.capped) {
        (true, _) => "are enrolled",
        (false, false) => "can get in at most",
        (false, true) => "can get in at most, with so many of each region",
    };
    match refuted.what {
        Counted::Members => format!("{who} {need} {}, {there} {enter}", count(needed, "member")),
        Counted::Delegates => format!("{who} {need} {}, {there} {enter}", count(needed, "delegate")),
        Counted::Regions if several => {
            format!("{who} need {} for their sizes and regions, {there} {enter}", count(needed, "member"))
        }
        Counted::Regions => format!("{who} must span {}, {there} {enter}", count(needed, "region")),
        Counted::Near => {
            format!(
                "{who} needs {} and at most {there} lie near enough and may share a network",
                count(needed, "member")
            )
        }
        Counted::Room => {
            let take = if several { "take" } else { "takes" };
            format!("{who} {take} {}, and the fewest members bring {needed}", count(there, "delegate"))
        }
    }
}

/// What would mend what counting refutes, as far as counting tells.
pub fn remedy(refuted: &Refuted) -> String {
    let by = refuted.needed - refuted.there;
    let (all, empty, them) = match refuted.networks.len() {
        1 => ("", "let it stay empty", "it"),
        _ => (" in all", "let one of them stay empty", "them"),
    };
    match refuted.what {
        Counted::Members if refuted.all => format!("lower min_members by {by}{all}, {empty}, or enrol {by} more"),
        Counted::Members => format!("lower min_members by {by}{all}, {empty}, or open {them} to more enrolments"),
        Counted::Delegates if refuted.all => {
            format!("lower min_delegates by {by}{all}, {empty}, or enrol {by} delegates more")
        }
        Counted::Delegates => {
            format!("lower min_delegates by {by}{all}, {empty}, or raise max_members or open {them} to more enrolments")
        }
        Counted::Regions => format!("lower min_regions by {by}{all}, {empty}, or open {them} to further regions"),
        Counted::Near => format!("lower min_members by {by}, {empty}, or raise max_distance_km"),
        Counted::Room => format!("raise max_delegates by {by}{all}, or lower min_members"),
    }
}

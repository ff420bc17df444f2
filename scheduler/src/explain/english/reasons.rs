//! The words for why something is as it is.

use super::left_out::{DATES, priced};
use super::{amount, capital, count, obstacles};
use crate::explain::day::{Away, DayStop};
use crate::explain::obstacle::Floor;
use crate::explain::why::Reason;
use crate::problem::Problem;
use crate::problem::names::Names;
use crate::rules::RuleCode;

/// A reason in a sentence.
pub fn reason(problem: &Problem, reason: &Reason) -> String {
    match reason {
        Reason::Fixed { network } => format!("It is fixed to network {network}."),
        Reason::Locked { lock } => capital(&super::lock(Names(problem), lock)),
        Reason::NoWishes => "It has no wishes, so that travel alone decides.".to_owned(),
        Reason::WishGranted { of: 1, .. } => "Its network is the one that it wishes for.".to_owned(),
        Reason::WishGranted { rank, of } => format!("Its network is number {rank} of its {of} wishes."),
        Reason::WishOffList { of: 1 } => "Its network is not the one that it wishes for.".to_owned(),
        Reason::WishOffList { of } => format!("Its network is none of its {of} wishes."),
        Reason::LeftOut { words, .. } => capital(words),
        Reason::BestPlace { of: 1 } => "It may be in no other network.".to_owned(),
        Reason::BestPlace { of } => {
            format!(
                "Of the {of} networks that it may be in, none would cost less in wishes and travel, all else as it is."
            )
        }
        Reason::Cheaper { .. } | Reason::Swap { .. } | Reason::NeededHere { .. } | Reason::PartnerHere { .. } => {
            of_enrolment(problem, reason)
        }
        Reason::AtMost { network, what, has, most, .. } => {
            format!("Network {network} has {has} {what}, and takes at most {most}.")
        }
        Reason::AtLeast { network, what, has, least, .. } => {
            format!("Network {network} has {has} {what}, and needs at least {least}.")
        }
        Reason::Farthest { network, km, most } => {
            format!("The farthest members of network {network} are {km:.1} km apart, of {most} km allowed.")
        }
        Reason::CostRank { place, of } => {
            format!(
                "By cost for each member it is number {place} of the {of} networks of its track, the cheapest first."
            )
        }
        Reason::BestDay { .. }
        | Reason::OnlyDay
        | Reason::CheaperDay { .. }
        | Reason::DaysStopped { .. }
        | Reason::Missing { .. }
        | Reason::Undesired { .. }
        | Reason::Split { .. } => of_visit(problem, reason),
        Reason::Largest { measure, share } => format!("Of the cost, {share} % is for {}.", spent_on(measure)),
        Reason::Proved { share, restricted: false } => {
            format!("It is proved that no plan costs more than {share} % less.")
        }
        Reason::Proved { share, restricted: true } => format!(
            "It is proved that of the plans that keep the locks and the limit of changes, none costs more than {share} % \
             less."
        ),
        Reason::NothingProved => "Nothing is proved of how much less a plan could cost.".to_owned(),
        Reason::DearestNetwork { network, share } => format!("Network {network} carries {share} % of the cost."),
        Reason::Binding { rule, networks } => {
            let networks = count(*networks as u64, "network");
            format!("In {networks} {} ({rule}).", at_its_limit(*rule))
        }
    }
}

/// What a measure costs for.
fn spent_on(measure: &str) -> &str {
    match measure {
        "unassigned" => "enrolments without a network",
        "unhosted" => "hostings that are not held",
        "absence" => "members who miss a hosting",
        "preference" => "wishes that are not granted",
        "extra_visit" => "hostings split over several visits",
        "undesired" => "visits on undesired days",
        "pace" => "visits too close together",
        other => other,
    }
}

/// What it means that a rule is at its limit.
fn at_its_limit(rule: RuleCode) -> &'static str {
    match rule {
        RuleCode::A2 => "members or delegates are as many or as few as there may be",
        RuleCode::A4 => "regions are at their limit",
        _ => "members are nearly as far apart as they may be",
    }
}

/// Why an enrolment is where it is, beside others.
fn of_enrolment(problem: &Problem, reason: &Reason) -> String {
    match reason {
        Reason::Cheaper { network, saves, obstacles, price } => {
            let saves = amount(*saves);
            let less = format!("Network {network} would cost {saves} less in wishes and travel, all else as it is");
            match obstacles.as_slice() {
                [] if price.total() > 0.05 => format!("{less}{}.", priced(-1.0, *price)),
                [] if problem.rounds().is_empty() => format!("{less}; the search has not found that."),
                [] => format!("{less}{DATES}."),
                found => format!("{less}, but: {}.", self::obstacles(problem, found)),
            }
        }
        Reason::Swap { network, with, saves } => format!(
            "In network {network} it could stand in for {with}: wishes and travel would cost {} less, all else as it is.",
            amount(*saves)
        ),
        Reason::NeededHere { network, left, floor } => {
            let (thing, least, rule) = match floor {
                Floor::Members { least } => ("member", least, RuleCode::A2),
                Floor::Delegates { least } => ("delegate", least, RuleCode::A2),
                Floor::Regions { least } => ("region", least, RuleCode::A4),
            };
            let left = if *left == 0 { format!("no {thing}") } else { count(*left, thing) };
            format!("Without it network {network} would have {left}, and needs at least {least} ({rule}).")
        }
        Reason::PartnerHere { network, partner } => {
            format!("Its municipality is to be together with {partner}, who is in network {network} (A6).")
        }
        _ => String::new(),
    }
}

/// Why a visit is on its day.
fn of_visit(problem: &Problem, reason: &Reason) -> String {
    match reason {
        Reason::BestDay { of } => {
            format!("Of the {of} open days on which it could be held, none would cost less, all else as it is.")
        }
        Reason::OnlyDay => "It can be held on no other open day, all else as it is.".to_owned(),
        Reason::CheaperDay { day, saves, price } => {
            let less = format!("On {day} it would cost {} less, all else as it is", amount(*saves));
            match price.total() {
                total if total > 0.05 => format!("{less}{}.", priced(-1.0, *price)),
                _ => format!("{less}; the search has not found that."),
            }
        }
        Reason::DaysStopped { stop, days } => {
            format!("On {} it cannot be held: {}.", count(*days as u64, "open day"), stopped(problem, stop))
        }
        Reason::Missing { guests } => {
            let members =
                if guests.len() == 1 { "1 member comes".to_owned() } else { format!("{} members come", guests.len()) };
            format!("To this hosting {members} on no day: {}.", guests.join(", "))
        }
        Reason::Undesired { delegates } => {
            format!("The day is undesired for {} who take part.", count(*delegates, "delegate"))
        }
        Reason::Split { visits } => format!("The hosting is split over {visits} visits."),
        _ => String::new(),
    }
}

/// What stops a visit on several days.
fn stopped(problem: &Problem, stop: &DayStop) -> String {
    let words = match stop {
        DayStop::RegionDay { .. } | DayStop::ProgrammeDay { .. } => {
            "the day has as many visits as its region or the programme takes"
        }
        DayStop::Guest { why, .. } => match why {
            Away::TooLarge { .. } | Away::NoRoom { .. } => "no guest can come, some are too many for the room",
            Away::Unavailable => "no guest can come, some have said that they are unavailable",
            Away::Gathers(_) => "no guest can come, some are at a gathering, or the day stays clear for one",
            Away::Busy => "no guest can come, some take part in another visit",
            Away::Pace(_) => "no guest can come, some have too many visits for the pace",
            Away::ReturnDays(_) => "no guest can come, for some the visit the other way is too few days away",
            Away::Locked(_) | Away::Limit(_) => return super::away(problem, why),
        },
        other => return super::day_stop(problem, other),
    };
    format!("{words} ({})", stop.rule())
}

//! Why an enrolment has no network: what keeps it out of each network of its track, as the plan stands.

use super::book::Book;
use super::lock::Limit;
use super::obstacle::{Obstacle, obstacles};
use super::{LeftOut, Missing, Told, english};
use crate::problem::{EnrolmentIx, NetworkIx};
use crate::rules::RuleCode;

/// How many networks a reason names.
const NAMED: usize = 5;

pub(super) fn reason(book: &Book<'_>, enrolment: EnrolmentIx) -> LeftOut {
    told(book, enrolment).of(book.problem, Missing::Enrolment { enrolment })
}

fn told(book: &Book<'_>, e: EnrolmentIx) -> Told {
    let track = book.problem.enrolment(e).track;
    let (mut closed, mut kept) = (Vec::new(), Vec::new());
    for &n in &book.networks[track.at()] {
        let found = obstacles(book, e, n);
        if found.is_empty() {
            return could_be_in(book, e, n);
        }
        if found.iter().any(Obstacle::is_closed) { closed.push((n, found)) } else { kept.push((n, found)) }
    }
    let none_open = kept.is_empty();
    let networks = if none_open { closed } else { kept };
    let each = |rule: fn(&Obstacle) -> bool| networks.iter().all(|(_, found)| found.iter().any(rule));
    let code = match networks.iter().find_map(|(_, found)| limit_alone(found)) {
        _ if none_open => "no_network_open",
        Some(limit) => limit.code(),
        None if networks.iter().any(|(_, found)| found.iter().all(Obstacle::is_steered)) => "locked",
        None if each(|one| matches!(one, Obstacle::TooLarge { .. })) => "larger_than_every_network",
        None if each(Obstacle::is_full) => "networks_full",
        None => "rule",
    };
    let mut rules: Vec<RuleCode> = networks.iter().flat_map(|(_, found)| found).map(Obstacle::rule).collect();
    rules.sort_unstable();
    rules.dedup();
    let more = networks.len().saturating_sub(NAMED);
    let by = networks.into_iter().take(NAMED).collect();
    Told { code, rules, why: english::LeftOut::Kept { enrolment: e, code, by, more } }
}

/// The first limit of what may change, where nothing else is in the way.
fn limit_alone(found: &[Obstacle]) -> Option<Limit> {
    let limit = |one: &Obstacle| if let Obstacle::Limit(limit) = one { Some(*limit) } else { None };
    let limits: Option<Vec<Limit>> = found.iter().map(limit).collect();
    limits?.first().copied()
}

/// Nothing keeps it out of a network: what it costs more there, all else as it is.
fn could_be_in(book: &Book<'_>, enrolment: EnrolmentIx, network: NetworkIx) -> Told {
    let more = book.placed(enrolment, network, None) - book.problem.weights().unassigned;
    let price = book.place_price(enrolment, network);
    let code = if more < 0.0 && more + price.total() >= 0.0 { "price" } else { "cost" };
    Told { code, rules: Vec::new(), why: english::LeftOut::CouldBeIn { enrolment, network, more, price } }
}

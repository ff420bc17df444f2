//! Why an enrolment is where it is.

use super::shares::shares;
use super::{Alternative, Choice, Explanation, NAMED, NEAR, Reason, Stop, cheapest_first, cost_of, rank};
use crate::explain::book::Book;
use crate::explain::obstacle::{Obstacle, obstacle};
use crate::explain::unassigned;
use crate::facts::Facts;
use crate::plan::Plan;
use crate::problem::{EnrolmentIx, NetworkIx, Problem};

/// Why an enrolment is in its network, or in none: its wishes, what other networks of its track would cost by wishes and
/// travel, and what is in the way. Linear in the enrolments of the track, times the members of a network.
pub fn enrolment(problem: &Problem, plan: &Plan, e: EnrolmentIx) -> Explanation {
    let facts = Facts::new(problem, plan);
    let mut without = plan.clone();
    without.network_of[e.at()] = None;
    let others = Facts::new(problem, &without);
    let book = Book::new(&others);
    let present = plan.network_of[e.at()];
    let mut alternatives = alternatives(&book, e, present);
    cheapest_first(&mut alternatives);
    let open: Vec<Alternative> = alternatives
        .iter()
        .filter(|alternative| alternative.stop != Some(Stop::Network(Obstacle::Closed)))
        .cloned()
        .collect();
    let mut reasons = Vec::new();
    reasons.extend(wishes(problem, e, present));
    if present.is_none() {
        let left = unassigned::reason(&Book::new(&facts), e);
        reasons.push(Reason::LeftOut { code: left.code, words: left.reason });
    }
    reasons.extend(cheaper(problem, &open));
    if reasons.iter().all(|reason| !matches!(reason, Reason::Dearer { .. })) && present.is_some() {
        reasons.push(Reason::BestPlace { of: open.len() });
    }
    reasons.extend(present.and_then(|n| needed(&others, n)));
    Explanation {
        share: cost_of(problem, [&shares(&facts)[e.at()]]),
        rank: rank(&alternatives),
        alternatives,
        parts: Vec::new(),
        reasons,
    }
}

fn alternatives(book: &Book<'_>, e: EnrolmentIx, present: Option<NetworkIx>) -> Vec<Alternative> {
    let problem = book.problem;
    let now = present.map_or(problem.weights().unassigned, |n| placed(book, e, n, None));
    let track = problem.enrolment(e).track;
    let alternative = |&n: &NetworkIx| {
        let stop = match () {
            () if present == Some(n) => None,
            () if !problem.eligible(e, n) => Some(Obstacle::Closed),
            () => obstacle(book, e, n, None),
        };
        let full = stop == Some(Obstacle::Full);
        let swap = present.filter(|_| full).and_then(|home| swap(book, e, home, n, now));
        Alternative {
            choice: Choice::Network(n),
            present: present == Some(n),
            difference: placed(book, e, n, None) - now,
            stop: stop.map(Stop::Network),
            swap,
        }
    };
    book.networks[track.at()].iter().map(alternative).collect()
}

/// Wishes and travel of an enrolment in a network and of the others to and from it, but for `gone`.
fn placed(book: &Book<'_>, e: EnrolmentIx, n: NetworkIx, gone: Option<EnrolmentIx>) -> f64 {
    let (problem, weights) = (book.problem, book.problem.weights());
    let town = |e: EnrolmentIx| problem.enrolment(e).municipality;
    let persons = |e: EnrolmentIx| f64::from(problem.enrolment(e).delegates);
    let hosts = |e: EnrolmentIx| f64::from(u8::from(problem.hosts(e)));
    let others = book.facts.members[n.at()].iter().copied().filter(|&m| m != e && Some(m) != gone);
    let to_and_fro: f64 =
        others.map(|m| 2.0 * problem.km(town(e), town(m)) * (hosts(m) * persons(e) + hosts(e) * persons(m))).sum();
    let travel = to_and_fro * f64::from(problem.hostings_wanted());
    weights.travel * travel + weights.preference * problem.preference_cost(e, n)
}

/// The member of a full network whose place it could best take, and what both cost more then.
fn swap(book: &Book<'_>, e: EnrolmentIx, home: NetworkIx, n: NetworkIx, now: f64) -> Option<(EnrolmentIx, f64)> {
    let allowed = |m: &EnrolmentIx| {
        book.problem.eligible(*m, home)
            && obstacle(book, e, n, Some(*m)).is_none()
            && obstacle(book, *m, home, None).is_none()
    };
    let more = |m: EnrolmentIx| {
        let after = placed(book, e, n, Some(m)) + placed(book, m, home, None);
        (m, after - now - placed(book, m, n, None))
    };
    let members = book.facts.members[n.at()].iter().copied();
    members.filter(allowed).map(more).min_by(|a, b| a.1.total_cmp(&b.1))
}

fn wishes(problem: &Problem, e: EnrolmentIx, present: Option<NetworkIx>) -> Vec<Reason> {
    let enrolment = problem.enrolment(e);
    let fixed = enrolment.fixed.map(|n| Reason::Fixed { network: problem.network(n).id.clone() });
    let of = enrolment.preferences.len();
    let granted = present.map(|n| match enrolment.preferences.iter().position(|&wish| wish == n) {
        _ if of == 0 => Reason::NoWishes,
        Some(at) => Reason::WishGranted { rank: at + 1, of },
        None => Reason::WishOffList { of },
    });
    fixed.into_iter().chain(granted).collect()
}

/// The alternatives that would cost less by themselves, or in a swap.
fn cheaper(problem: &Problem, alternatives: &[Alternative]) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for alternative in alternatives.iter().take(NAMED) {
        let Choice::Network(n) = alternative.choice else { continue };
        let network = problem.network(n).id.clone();
        if alternative.difference < -NEAR {
            let obstacle = match &alternative.stop {
                Some(Stop::Network(obstacle)) => Some(obstacle.clone()),
                _ => None,
            };
            reasons.push(Reason::Dearer { network: network.clone(), saves: -alternative.difference, obstacle });
        }
        if let Some((with, more)) = alternative.swap.filter(|(_, more)| *more < -NEAR) {
            reasons.push(Reason::Swap { network, with: problem.enrolment(with).id.clone(), saves: -more });
        }
    }
    reasons
}

/// Whether its network could not do without it; `others` are the facts without it.
fn needed(others: &Facts<'_>, n: NetworkIx) -> Option<Reason> {
    let (network, members) = (others.problem.network(n), &others.members[n.at()]);
    let delegates: u64 = members.iter().map(|&m| u64::from(others.problem.enrolment(m).delegates)).sum();
    let few = (members.len() as u64) < u64::from(network.min_members) || delegates < u64::from(network.min_delegates);
    let empty = members.is_empty() && network.may_stay_empty;
    (few && !empty).then(|| Reason::NeededHere { network: network.id.clone() })
}

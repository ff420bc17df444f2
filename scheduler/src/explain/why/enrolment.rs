//! Why an enrolment is where it is.

use super::shares::shares;
use super::{Alternative, Choice, Explanation, NAMED, NEAR, Reason, Stop, cheapest_first, cost_of, rank};
use crate::explain::book::Book;
use crate::explain::lock::Lock;
use crate::explain::obstacle::{self, Obstacle};
use crate::explain::unassigned;
use crate::facts::Facts;
use crate::plan::Plan;
use crate::problem::names::Names;
use crate::problem::{EnrolmentIx, NetworkIx, Problem};
use crate::steering::Task;

/// Why an enrolment is in its network, or in none: its wishes, what other networks of its track would cost by wishes and
/// travel, and what is in the way. Linear in the enrolments of the track, times the members of a network.
pub fn enrolment(problem: &Task, plan: &Plan, e: EnrolmentIx) -> Explanation {
    let facts = Facts::new(problem, plan);
    let book = Book::new(problem, &facts);
    let present = plan.network_of[e.at()];
    let mut alternatives = alternatives(&book, e, present);
    cheapest_first(&mut alternatives);
    let open: Vec<&Alternative> = alternatives.iter().filter(|alternative| !alternative.is_closed()).collect();
    let mut reasons = Vec::new();
    reasons.extend(wishes(problem, e, present));
    if present.is_none() {
        let left = unassigned::reason(&book, e);
        reasons.push(Reason::LeftOut { code: left.code, words: left.reason });
    }
    reasons.extend(cheaper(problem, &open));
    if reasons.iter().all(|reason| !matches!(reason, Reason::Cheaper { .. })) && present.is_some() {
        reasons.push(Reason::BestPlace { of: open.len() });
    }
    if let Some(n) = present {
        reasons.extend(needed(&facts, e, n));
        reasons.extend(partners(&book, e, n));
    }
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
    let now = present.map_or(problem.weights().unassigned, |n| book.placed(e, n, None));
    let track = problem.enrolment(e).track;
    let alternative = |&n: &NetworkIx| {
        let is_present = present == Some(n);
        let stops = if is_present { Vec::new() } else { obstacle::obstacles(book, e, n) };
        let full = stops.iter().any(Obstacle::is_full);
        Alternative {
            choice: Choice::Network(n),
            present: is_present,
            difference: book.placed(e, n, None) - now,
            price: book.place_price(e, n),
            lifted: obstacle::lifted(e, n, &stops),
            swap: present.filter(|_| full).and_then(|home| swap(book, e, home, n, now)),
            stops: stops.into_iter().map(Stop::Network).collect(),
            lost: Vec::new(),
        }
    };
    book.networks[track.at()].iter().map(alternative).collect()
}

/// The member of a full network whose place it could best take, and what both cost more then.
fn swap(book: &Book<'_>, e: EnrolmentIx, home: NetworkIx, n: NetworkIx, now: f64) -> Option<(EnrolmentIx, f64)> {
    let more = |m: EnrolmentIx| {
        let after = book.placed(e, n, Some(m)) + book.placed(m, home, Some(e));
        (m, after - now - book.placed(m, n, None))
    };
    let members = book.facts.members[n.at()].iter().copied();
    let allowed = members.filter(|&m| obstacle::may_trade(book, (e, n), (m, home)));
    allowed.map(more).min_by(|a, b| a.1.total_cmp(&b.1))
}

fn wishes(problem: &Task, e: EnrolmentIx, present: Option<NetworkIx>) -> Vec<Reason> {
    let enrolment = problem.enrolment(e);
    let fixed = enrolment.fixed.map(|n| Reason::Fixed { network: Names(problem).network(n) });
    let steering = problem.steering();
    let locked = steering.and_then(|steering| steering.stays_in(e)).map(|network| {
        let whole = steering.is_some_and(|steering| steering.is_closed(network));
        Reason::Locked { lock: if whole { Lock::Network(network) } else { Lock::Enrolment { network } } }
    });
    let of = enrolment.preferences.len();
    let granted = present.map(|n| match enrolment.preferences.iter().position(|&wish| wish == n) {
        _ if of == 0 => Reason::NoWishes,
        Some(at) => Reason::WishGranted { rank: at + 1, of },
        None => Reason::WishOffList { of },
    });
    fixed.into_iter().chain(locked).chain(granted).collect()
}

/// The alternatives that would cost less by themselves, or in a swap.
fn cheaper(problem: &Problem, alternatives: &[&Alternative]) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for alternative in alternatives.iter().take(NAMED) {
        let Choice::Network(n) = alternative.choice else { continue };
        let network = Names(problem).network(n);
        if alternative.difference < -NEAR {
            let obstacle = |stop: &Stop| if let Stop::Network(found) = stop { Some(found.clone()) } else { None };
            let obstacles = alternative.stops.iter().filter_map(obstacle).collect();
            let (saves, price) = (-alternative.difference, alternative.price);
            reasons.push(Reason::Cheaper { network: network.clone(), saves, obstacles, price });
        }
        if let Some((with, more)) = alternative.swap.filter(|(_, more)| *more < -NEAR) {
            reasons.push(Reason::Swap { network, with: Names(problem).enrolment(with), saves: -more });
        }
    }
    reasons
}

/// What its network could not do without it.
fn needed(facts: &Facts<'_>, e: EnrolmentIx, n: NetworkIx) -> Vec<Reason> {
    let problem = facts.problem;
    let of = |obstacle| match obstacle {
        Obstacle::Needed { left, floor, .. } => {
            Some(Reason::NeededHere { network: Names(problem).network(n), left, floor })
        }
        _ => None,
    };
    obstacle::needed(facts, e, n).into_iter().filter_map(of).collect()
}

/// Members that its municipality is to be together with, and shares no other network with.
fn partners(book: &Book<'_>, e: EnrolmentIx, n: NetworkIx) -> Vec<Reason> {
    let (problem, town) = (book.problem, book.problem.enrolment(e).municipality);
    let track = problem.enrolment(e).track;
    let places = |town: crate::problem::MunicipalityIx| {
        let of_track = book.enrolments_of[town.at()].iter().filter(|other| problem.enrolment(**other).track == track);
        of_track.filter_map(|other| book.facts.plan.network_of[other.at()]).collect::<Vec<NetworkIx>>()
    };
    let own = places(town);
    let partners = book.together.get(&town).into_iter().flatten().filter(|&&other| {
        let theirs = places(other);
        theirs.contains(&n) && !theirs.iter().any(|place| *place != n && own.contains(place))
    });
    let (network, names) = (Names(problem).network(n), Names(problem));
    partners.map(|&other| Reason::PartnerHere { network: network.clone(), partner: names.town(other) }).collect()
}

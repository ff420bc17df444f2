//! Why an enrolment has no network: what keeps it out of each that A1 lets it into, as the plan stands.

use super::book::Book;
use super::{LeftOut, Missing};
use crate::problem::{EnrolmentIx, MunicipalityIx, NetworkIx};

/// How many networks a reason names.
const NAMED: usize = 5;

pub(super) fn reason(book: &Book<'_>, enrolment: EnrolmentIx) -> LeftOut {
    let (code, reason) = code_and_reason(book, enrolment);
    LeftOut { what: Missing::Enrolment { enrolment }, code, reason }
}

fn code_and_reason(book: &Book<'_>, e: EnrolmentIx) -> (&'static str, String) {
    let (id, track) = (book.id(e), book.problem.enrolment(e).track);
    let mut obstacles = Vec::new();
    for &n in book.networks[track.at()].iter().filter(|&&n| book.problem.eligible(e, n)) {
        match obstacle(book, e, n) {
            Some(obstacle) => obstacles.push((n, obstacle)),
            None => {
                let network = &book.problem.network(n).id;
                return (
                    "cost",
                    format!("network {network} could take {id}, but no plan with it there was found to cost less"),
                );
            }
        }
    }
    if obstacles.is_empty() {
        return (
            "no_network_open",
            format!(
                "no network of its track is open to {id}: each is excluded, closed to its region, or another is fixed"
            ),
        );
    }
    let named = obstacles
        .iter()
        .take(NAMED)
        .map(|(n, obstacle)| format!("{} ({})", book.problem.network(*n).id, obstacle.words()));
    let mut list = named.collect::<Vec<_>>().join(", ");
    if obstacles.len() > NAMED {
        list.push_str(&format!(" and {} more", obstacles.len() - NAMED));
    }
    if obstacles.iter().all(|(_, obstacle)| matches!(obstacle, Obstacle::Full)) {
        ("networks_full", format!("every network that {id} may be in is full: {list}"))
    } else {
        ("rule", format!("a rule keeps {id} out of every network that it may be in: {list}"))
    }
}

/// What keeps an enrolment out of a network.
enum Obstacle {
    Full,
    Lonely,
    SameMunicipality,
    RegionFull,
    FewRegions,
    TooFar(String),
    Apart(String),
    Together(String),
}

impl Obstacle {
    fn words(&self) -> String {
        match self {
            Obstacle::Full => "A2: at its most members or delegates".to_owned(),
            Obstacle::Lonely => "A2: empty, and fewer than its least members or delegates with it alone".to_owned(),
            Obstacle::SameMunicipality => "A3: its municipality is in it already".to_owned(),
            Obstacle::RegionFull => "A4: at its most members of that region".to_owned(),
            Obstacle::FewRegions => "A4: too few regions".to_owned(),
            Obstacle::TooFar(town) => format!("A5: too far from {town}"),
            Obstacle::Apart(town) => format!("A6: apart from {town}"),
            Obstacle::Together(town) => format!("A6: together with {town}, which is elsewhere"),
        }
    }
}

fn obstacle(book: &Book<'_>, e: EnrolmentIx, n: NetworkIx) -> Option<Obstacle> {
    let (problem, network, members) = (book.problem, book.problem.network(n), &book.facts.members[n.at()]);
    let (town, region) = (problem.enrolment(e).municipality, problem.home(e).region);
    let home = |member: &EnrolmentIx| problem.enrolment(*member).municipality;
    let name = |town: MunicipalityIx| problem.municipality(town).id.clone();

    let delegates = |e: EnrolmentIx| u64::from(problem.enrolment(e).delegates);
    let sum = members.iter().map(|&member| delegates(member)).sum::<u64>() + delegates(e);
    let count = members.len() as u64 + 1;
    if count > u64::from(network.max_members) || network.max_delegates.is_some_and(|most| sum > u64::from(most)) {
        return Some(Obstacle::Full);
    }
    if count < u64::from(network.min_members) || sum < u64::from(network.min_delegates) {
        return Some(Obstacle::Lonely);
    }
    if members.iter().any(|member| home(member) == town) {
        return Some(Obstacle::SameMunicipality);
    }
    let of_region = members.iter().filter(|&&member| problem.home(member).region == region).count() as u64;
    if network.max_members_per_region.is_some_and(|most| of_region >= u64::from(most)) {
        return Some(Obstacle::RegionFull);
    }
    if members.is_empty() && network.min_regions > 1 {
        return Some(Obstacle::FewRegions);
    }
    if let Some(reach) = network.max_distance_km
        && let Some(far) = members.iter().map(home).find(|&other| problem.km(town, other) > reach + 1e-6)
    {
        return Some(Obstacle::TooFar(name(far)));
    }
    if let Some(&apart) = book.apart.get(&town).into_iter().flatten().find(|other| book.places[other.at()].contains(&n))
    {
        return Some(Obstacle::Apart(name(apart)));
    }
    let elsewhere = |other: &&MunicipalityIx| {
        let theirs = book.places[other.at()].iter().filter(|&&m| problem.network(m).track == network.track);
        let mut theirs = theirs.peekable();
        theirs.peek().is_some() && !theirs.any(|m| *m == n || book.places[town.at()].contains(m))
    };
    book.together.get(&town).into_iter().flatten().find(elsewhere).map(|&other| Obstacle::Together(name(other)))
}

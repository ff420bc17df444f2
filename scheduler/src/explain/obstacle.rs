//! What keeps an enrolment out of a network, as the plan stands.

use super::book::Book;
use crate::problem::{EnrolmentIx, MunicipalityIx, NetworkIx};

/// What keeps an enrolment out of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It is fixed to another one, excludes this one, or the network is closed to its region (A1).
    Closed,
    /// The network is at its maximum of members or delegates (A2).
    Full,
    /// The network is empty, and this enrolment alone would not reach its minimum (A2).
    Lonely,
    /// Where it is now it cannot be spared; the rule that would be broken.
    Needed(&'static str),
    /// Its municipality is in it already (A3).
    SameMunicipality,
    /// The network is at its maximum of members of that region (A4).
    RegionFull,
    /// The network would span too few regions (A4).
    FewRegions,
    /// It is too far from this municipality, by id (A5).
    TooFar(String),
    /// It is apart from this municipality, by id (A6).
    Apart(String),
    /// It is together with this municipality, by id, which is elsewhere (A6).
    Together(String),
}

impl Obstacle {
    /// The rule behind it.
    pub fn rule(&self) -> &'static str {
        match self {
            Obstacle::Closed => "A1",
            Obstacle::Full | Obstacle::Lonely => "A2",
            Obstacle::Needed(rule) => rule,
            Obstacle::SameMunicipality => "A3",
            Obstacle::RegionFull | Obstacle::FewRegions => "A4",
            Obstacle::TooFar(_) => "A5",
            Obstacle::Apart(_) | Obstacle::Together(_) => "A6",
        }
    }
}

/// What keeps an enrolment out of a network that A1 lets it into, if anything does. `gone`: a member who makes room.
/// O(members).
pub(super) fn obstacle(book: &Book<'_>, e: EnrolmentIx, n: NetworkIx, gone: Option<EnrolmentIx>) -> Option<Obstacle> {
    let (problem, network) = (book.problem, book.problem.network(n));
    let here = || book.facts.members[n.at()].iter().copied().filter(|&member| Some(member) != gone && member != e);
    let (town, region) = (problem.enrolment(e).municipality, problem.home(e).region);
    let home = |member: EnrolmentIx| problem.enrolment(member).municipality;
    let name = |town: MunicipalityIx| problem.municipality(town).id.clone();

    let delegates = |e: EnrolmentIx| u64::from(problem.enrolment(e).delegates);
    let sum = here().map(delegates).sum::<u64>() + delegates(e);
    let count = here().count() as u64 + 1;
    if count > u64::from(network.max_members) || network.max_delegates.is_some_and(|most| sum > u64::from(most)) {
        return Some(Obstacle::Full);
    }
    if count < u64::from(network.min_members) || sum < u64::from(network.min_delegates) {
        return Some(Obstacle::Lonely);
    }
    if here().any(|member| home(member) == town) {
        return Some(Obstacle::SameMunicipality);
    }
    let mut regions: Vec<_> = here().map(|member| problem.home(member).region).chain([region]).collect();
    let of_region = regions.iter().filter(|&&other| other == region).count() as u64;
    if network.max_members_per_region.is_some_and(|most| of_region > u64::from(most)) {
        return Some(Obstacle::RegionFull);
    }
    regions.sort_unstable();
    regions.dedup();
    if (regions.len() as u64) < u64::from(network.min_regions) {
        return Some(Obstacle::FewRegions);
    }
    if let Some(reach) = network.max_distance_km
        && let Some(far) = here().map(home).find(|&other| problem.km(town, other) > reach + 1e-6)
    {
        return Some(Obstacle::TooFar(name(far)));
    }
    let kept_apart = book.apart.get(&town);
    if let Some(apart) = here().map(home).find(|other| kept_apart.is_some_and(|apart| apart.contains(other))) {
        return Some(Obstacle::Apart(name(apart)));
    }
    let own = |m: &NetworkIx| book.places[town.at()].contains(m) && book.facts.plan.network_of[e.at()] != Some(*m);
    let elsewhere = |other: &&MunicipalityIx| {
        let mut theirs =
            book.places[other.at()].iter().filter(|&&m| problem.network(m).track == network.track).peekable();
        theirs.peek().is_some() && !theirs.any(|m| *m == n || own(m))
    };
    book.together.get(&town).into_iter().flatten().find(elsewhere).map(|&other| Obstacle::Together(name(other)))
}

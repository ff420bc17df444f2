//! Why a network is as it is.

use std::collections::BTreeMap;

use super::shares::shares;
use super::{Explanation, Rank, Reason, cost_of};
use crate::cost::{Cost, Measures};
use crate::explain::lock::Lock;
use crate::facts::Facts;
use crate::plan::Plan;
use crate::problem::names::Names;
use crate::problem::{EnrolmentIx, NetworkIx};
use crate::rules::RuleCode;
use crate::steering::Task;

/// Of how much of its reach a network counts as bound by it.
const STRETCHED: f64 = 0.9;

/// What a network's members cost, which of its limits bind, and where it ranks in its track by cost for each member.
pub fn network(problem: &Task, plan: &Plan, n: NetworkIx) -> Explanation {
    let facts = Facts::new(problem, plan);
    let shares = shares(&facts);
    let members = &facts.members[n.at()];
    let mut parts: Vec<(String, Cost)> =
        members.iter().map(|&e| (problem.enrolment(e).id.clone(), cost_of(problem, [&shares[e.at()]]))).collect();
    parts.sort_by(|a, b| b.1.total().total_cmp(&a.1.total()));
    let locked = problem.steering().is_some_and(|steering| steering.is_closed(n));
    let mut reasons: Vec<Reason> = locked.then_some(Reason::Locked { lock: Lock::Network(n) }).into_iter().collect();
    reasons.extend(limits(&facts, n));
    let rank = rank(&facts, &shares, n);
    reasons.extend(rank.map(|Rank { place, of }| Reason::CostRank { place, of }));
    Explanation {
        share: cost_of(problem, members.iter().map(|&e| &shares[e.at()])),
        rank,
        alternatives: Vec::new(),
        parts,
        reasons,
    }
}

/// Its place among the networks of its track that have members, by cost for each member.
fn rank(facts: &Facts<'_>, shares: &[Measures], n: NetworkIx) -> Option<Rank> {
    let problem = facts.problem;
    let for_each = |members: &[EnrolmentIx]| {
        cost_of(problem, members.iter().map(|&e| &shares[e.at()])).total() / members.len() as f64
    };
    let same = |(other, members): &(NetworkIx, &[EnrolmentIx])| {
        problem.network(*other).track == problem.network(n).track && !members.is_empty()
    };
    let own = for_each(facts.members.get(n.at()).filter(|members| !members.is_empty())?);
    let costs: Vec<f64> = facts.networks().filter(same).map(|(_, members)| for_each(members)).collect();
    Some(Rank { place: 1 + costs.iter().filter(|&&cost| cost < own - super::NEAR).count(), of: costs.len() })
}

/// The limits that its members have reached.
pub(super) fn limits(facts: &Facts<'_>, n: NetworkIx) -> Vec<Reason> {
    let (problem, network, members) = (facts.problem, facts.problem.network(n), &facts.members[n.at()]);
    let name = || Names(problem).network(n);
    if members.is_empty() {
        return Vec::new();
    }
    let at_most = |rule, what, has, most: u64| Reason::AtMost { network: name(), rule, what, has, most };
    let at_least = |rule, what, has, least: u64| Reason::AtLeast { network: name(), rule, what, has, least };
    let (count, most, least) = (members.len() as u64, u64::from(network.max_members), u64::from(network.min_members));
    let mut reasons = Vec::new();
    if count >= most {
        reasons.push(at_most(RuleCode::A2, "members", count, most));
    } else if count <= least {
        reasons.push(at_least(RuleCode::A2, "members", count, least));
    }
    let persons = |e: EnrolmentIx| u64::from(problem.enrolment(e).delegates);
    let delegates: u64 = members.iter().map(|&e| persons(e)).sum();
    let smallest =
        || (0..problem.enrolments().len()).map(EnrolmentIx::new).filter(|&e| problem.eligible(e, n)).map(persons).min();
    if let Some(most) = network.max_delegates.map(u64::from)
        && let Some(smallest) = smallest()
        && delegates + smallest > most
    {
        reasons.push(at_most(RuleCode::A2, "delegates", delegates, most));
    }
    let least = u64::from(network.min_delegates);
    if members.iter().any(|&e| delegates - persons(e) < least) && !(members.len() == 1 && network.may_stay_empty) {
        reasons.push(at_least(RuleCode::A2, "delegates", delegates, least));
    }
    let mut regions = BTreeMap::new();
    members.iter().for_each(|&e| *regions.entry(problem.home(e).region).or_insert(0u64) += 1);
    if let Some(most) = network.max_members_per_region.map(u64::from)
        && let Some(&has) = regions.values().max().filter(|&&count| count >= most)
    {
        reasons.push(at_most(RuleCode::A4, "members of a region", has, most));
    }
    if network.min_regions > 1 && regions.len() as u64 <= u64::from(network.min_regions) {
        reasons.push(at_least(RuleCode::A4, "regions", regions.len() as u64, network.min_regions.into()));
    }
    if let Some(most) = network.max_distance_km {
        let town = |e: &EnrolmentIx| problem.enrolment(*e).municipality;
        let pairs = members.iter().flat_map(|a| members.iter().map(move |b| (town(a), town(b))));
        let km = pairs.map(|(a, b)| problem.km(a, b)).fold(0.0, f64::max);
        if km >= STRETCHED * most {
            reasons.push(Reason::Farthest { network: name(), km, most });
        }
    }
    reasons
}

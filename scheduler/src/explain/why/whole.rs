//! Why a whole plan costs what it costs.

use std::collections::BTreeMap;

use super::network::limits;
use super::shares::shares;
use super::{Explanation, NAMED, Reason, cost_of, percent};
use crate::cost::Cost;
use crate::facts::Facts;
use crate::plan::Plan;
use crate::problem::{Problem, called};
use crate::rules::RuleCode;
use crate::steering::{Steering, Task};

/// What a plan costs by measure and by network, what is proved of it (`bound`: on the total, 0 where nothing is), and in
/// how many networks each rule is at its limit.
pub fn whole(problem: &Task, plan: &Plan, bound: f64) -> Explanation {
    let facts = Facts::new(problem, plan);
    let shares = shares(&facts);
    let cost = cost_of(problem, &shares);
    let mut parts: Vec<(String, Cost)> = facts
        .networks()
        .filter(|(_, members)| !members.is_empty())
        .map(|(n, members)| (problem.network(n).id.clone(), cost_of(problem, members.iter().map(|&e| &shares[e.at()]))))
        .collect();
    parts.sort_by(|a, b| b.1.total().total_cmp(&a.1.total()));
    let total = cost.total();
    let mut measures = cost.by_measure().named();
    measures.sort_by(|a, b| b.1.total_cmp(&a.1));
    let largest = measures.iter().filter(|(_, cost)| *cost > 0.0);
    let mut reasons: Vec<Reason> =
        largest.map(|(measure, cost)| Reason::Largest { measure, share: percent(*cost, total) }).collect();
    reasons.push(if bound > 0.0 {
        let restricted = problem.steering().is_some_and(Steering::restricts);
        Reason::Proved { share: percent((total - bound).max(0.0), total), restricted }
    } else {
        Reason::NothingProved
    });
    let dearest = parts.iter().take(NAMED);
    reasons.extend(dearest.map(|(network, cost)| Reason::DearestNetwork {
        network: named(problem, network),
        share: percent(cost.total(), total),
    }));
    let mut binding: BTreeMap<RuleCode, usize> = BTreeMap::new();
    for (n, _) in facts.networks() {
        let mut rules: Vec<RuleCode> = limits(&facts, n).iter().filter_map(Reason::rule).collect();
        rules.dedup();
        rules.into_iter().for_each(|rule| *binding.entry(rule).or_default() += 1);
    }
    reasons.extend(binding.into_iter().map(|(rule, networks)| Reason::Binding { rule, networks }));
    Explanation { share: cost, rank: None, alternatives: Vec::new(), parts, reasons }
}

/// What people call the network with this id.
fn named(problem: &Problem, id: &str) -> String {
    let known = problem.networks().iter().find(|network| network.id == id);
    known.map_or_else(|| id.to_owned(), |network| called(&network.name, id))
}

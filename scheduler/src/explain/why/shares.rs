//! Whose cost is whose: every unit of every measure belongs to one enrolment, so that shares add up to the whole.
//!
//! Travel, absence and undesired days belong to who travels, misses or takes part; a hosting that is not held, or is
//! split, to its host.

use crate::cost::Measures;
use crate::explain::fairness::km;
use crate::facts::{Facts, excess};
use crate::problem::EnrolmentIx;

/// The measures of each enrolment, by enrolment, before weights. Quadratic in the members of a network, linear in all
/// else.
pub fn shares(facts: &Facts<'_>) -> Vec<Measures> {
    let problem = facts.problem;
    let delegates = |e: EnrolmentIx| f64::from(problem.enrolment(e).delegates);
    let own = |e: usize| {
        let ix = EnrolmentIx::new(e);
        let network = facts.plan.network_of[e];
        Measures {
            unassigned: f64::from(u8::from(network.is_none())),
            preference: network.map_or(0.0, |n| problem.preference_cost(ix, n)),
            travel: km(facts, ix) * delegates(ix),
            pace: pace(facts, ix),
            ..Measures::default()
        }
    };
    let mut shares: Vec<Measures> = (0..problem.enrolments().len()).map(own).collect();
    for (network, key) in facts.hostings_due() {
        if !facts.hostings.contains_key(&key) {
            shares[key.0.at()].unhosted += 1.0;
            continue;
        }
        let came = facts.came(key);
        let missing = facts.members[network.at()].iter().filter(|&&e| e != key.0 && came.binary_search(&e).is_err());
        missing.for_each(|&e| shares[e.at()].absence += delegates(e));
    }
    for (key, visits) in &facts.hostings {
        shares[key.0.at()].extra_visit += visits.len() as f64 - 1.0;
    }
    for held in &facts.held {
        // All guests named, as the measure has it.
        for &e in std::iter::once(&held.visit.host).chain(&held.visit.guests) {
            if problem.home(e).undesired.contains(held.visit.day) {
                shares[e.at()].undesired += delegates(e);
            }
        }
    }
    shares
}

fn pace(facts: &Facts<'_>, e: EnrolmentIx) -> f64 {
    let soft = facts.problem.visits().pace.iter().filter_map(|pace| Some((pace, pace.penalty?)));
    let days = &facts.days[e.at()];
    soft.map(|(pace, penalty)| penalty * excess(facts.problem, days, pace.window_days, pace.max_visits) as f64).sum()
}

/// The sum of two, measure by measure.
pub fn plus(a: &Measures, b: &Measures) -> Measures {
    Measures {
        unassigned: a.unassigned + b.unassigned,
        unhosted: a.unhosted + b.unhosted,
        absence: a.absence + b.absence,
        preference: a.preference + b.preference,
        extra_visit: a.extra_visit + b.extra_visit,
        undesired: a.undesired + b.undesired,
        pace: a.pace + b.pace,
        travel: a.travel + b.travel,
        missed: a.missed + b.missed,
        meeting: a.meeting + b.meeting,
        gathering_undesired: a.gathering_undesired + b.gathering_undesired,
        gathering_travel: a.gathering_travel + b.gathering_travel,
    }
}

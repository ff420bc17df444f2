//! What is proved of the total, beyond what is proved of networks and dates apart.
//!
//! Where every enrolment is fixed to its network, other assignments only leave some of them out. Leaving one out costs
//! its weight, and saves no more than its wish and all travel from and to it; so if that never pays, not even with
//! the dates saved altogether, the networks of the plan are those of every best plan, and what is proved of their dates
//! is proved of all plans. Who is locked in a network is never left out.

use crate::cost::Cost;
use crate::plan::Plan;
use crate::problem::{EnrolmentIx, NetworkIx, Problem};
use crate::solution::Bound;

/// Proved lower bound on the total, over all plans: at least `bound.assignment`.
pub fn bound(problem: &Problem, plan: &Plan, cost: &Cost, bound: &Bound) -> f64 {
    let fixed = plan.network_of.iter().enumerate().map(|(e, network)| (EnrolmentIx::new(e), network));
    let settled = fixed.into_iter().all(|(e, network)| network.is_some() && problem.must_be_in(e) == *network);
    if !settled || bound.timetable <= 0.0 {
        return bound.assignment;
    }
    let members = plan.members(problem);
    let networks = members.iter().enumerate();
    let extra = networks.flat_map(|(n, members)| members.iter().map(move |&e| (NetworkIx::new(n), members, e)));
    let least = extra.map(|(n, members, e)| worth_staying(problem, n, members, e)).fold(f64::INFINITY, f64::min);
    if least < 0.0 {
        return bound.assignment;
    }
    // A last digit lost in these sums must not make the bound untrue.
    let both = (cost.assignment() + bound.timetable.min(least)) * (1.0 - 1e-12);
    bound.assignment.max(both.min(cost.total()))
}

/// By how much the assignment costs more, at least, when this member is left out, whoever else is.
fn worth_staying(problem: &Problem, network: NetworkIx, members: &[EnrolmentIx], e: EnrolmentIx) -> f64 {
    if problem.steering().is_some_and(|steering| steering.stays_in(e).is_some()) {
        return f64::INFINITY; // locked in: no plan that counts leaves it out
    }
    let weights = problem.weights();
    let of = |e: EnrolmentIx| (problem.enrolment(e).municipality, f64::from(problem.enrolment(e).delegates));
    let (home, delegates) = of(e);
    let person_km = |&other: &EnrolmentIx| {
        let (there, theirs) = of(other);
        let to_them = if problem.hosts(other) { delegates } else { 0.0 };
        let to_me = if problem.hosts(e) { theirs } else { 0.0 };
        2.0 * problem.km(home, there) * (to_them + to_me)
    };
    let travel: f64 = members.iter().map(person_km).sum::<f64>() * f64::from(problem.hostings_wanted());
    weights.unassigned - weights.preference * problem.preference_cost(e, network) - weights.travel * travel
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::cost;
    use crate::problem::ProblemRecords;
    use crate::problem::records::WeightsRecord;
    use crate::small;

    fn proved(records: &ProblemRecords) -> (f64, f64) {
        let problem = small::problem(records);
        let plan = Plan { network_of: vec![Some(NetworkIx(0)); 3], visits: Vec::new() };
        let cost = cost(&problem, &plan);
        let known = Bound { assignment: cost.assignment(), timetable: 60_000.0, total: 0.0 };
        (bound(&problem, &plan, &cost, &known), cost.assignment())
    }

    fn fixed() -> ProblemRecords {
        let mut records = small::records();
        records.enrolments.iter_mut().for_each(|enrolment| enrolment.fixed = Some("n".into()));
        records
    }

    #[test]
    fn where_networks_are_fixed_what_dates_cost_at_least_is_part_of_the_total() {
        let (bound, networks) = proved(&fixed());
        assert!((bound - networks - 60_000.0).abs() < 1e-3);
    }

    #[test]
    fn where_they_are_not_dates_might_cost_nothing_elsewhere() {
        let (bound, networks) = proved(&small::records());
        assert_eq!(bound, networks);
    }

    #[test]
    fn no_more_is_proved_than_leaving_somebody_out_would_cost() {
        let mut records = fixed();
        records.weights = Some(WeightsRecord { unassigned: Some(1_000.0), ..Default::default() });
        let (bound, networks) = proved(&records);
        assert!(bound > networks && bound < networks + 1_000.0, "{bound} {networks}");
        records.weights = Some(WeightsRecord { unassigned: Some(10.0), ..Default::default() });
        assert_eq!(proved(&records).0, networks);
    }
}

//! What is proved of networks and dates together, beyond what is proved of them apart.
//!
//! Where each enrolment of a track has but one network that it may be in (fixed to it, or the only one open to it), other
//! assignments only leave some of them out. Leaving one out costs its weight, and saves no more than its wish and all
//! travel from and to it; so if that never pays, not even with the dates saved altogether, the track's networks are
//! the same in every best plan, and what is proved of their dates is proved of all plans. No rule of networks joins
//! one track to another. Who is locked in a network is never left out.
//!
//! Other meetings may leave other days free: with gatherings, what is proved of dates is proved as if there were none.

use crate::assignment;
use crate::cost::Cost;
use crate::plan::Plan;
use crate::problem::{EnrolmentIx, NetworkIx};
use crate::solution::Bound;
use crate::steering::{Steering, Task};
use crate::timetable;

/// Proved lower bound on the cost of networks and dates, over all plans: at least `bound.assignment`.
pub fn bound(problem: &Task, plan: &Plan, cost: &Cost, bound: &Bound) -> f64 {
    let tracks = settled_tracks(problem, plan);
    if !tracks.contains(&true) {
        return bound.assignment;
    }
    let settled = |n: usize| tracks[problem.network(NetworkIx::new(n)).track.at()];
    let members = plan.members(problem);
    let networks = members.iter().enumerate().filter(|(n, _)| settled(*n));
    let extra = networks.flat_map(|(n, members)| members.iter().map(move |&e| (NetworkIx::new(n), members, e)));
    let least = extra.map(|(n, members, e)| worth_staying(problem, n, members, e)).fold(f64::INFINITY, f64::min);
    if least < 0.0 {
        return bound.assignment;
    }
    let (networks, dates) = if tracks.iter().all(|&settled| settled) && problem.meetings().is_empty() {
        (cost.assignment(), bound.timetable)
    } else {
        (bound.assignment, dates_of(problem, plan, settled))
    };
    if dates <= 0.0 {
        return bound.assignment;
    }
    // A last digit lost in these sums must not make the bound untrue.
    let both = (networks + dates.min(least)) * (1.0 - 1e-12);
    bound.assignment.max(both.min(cost.assignment() + cost.timetable()))
}

/// The tracks in which every enrolment is where it must be, by track.
fn settled_tracks(problem: &Task, plan: &Plan) -> Vec<bool> {
    let mut open: Vec<Vec<NetworkIx>> = vec![Vec::new(); problem.tracks().len()];
    for (n, network) in problem.networks().iter().enumerate() {
        open[network.track.at()].push(NetworkIx::new(n));
    }
    let mut settled = vec![true; problem.tracks().len()];
    for (at, &network) in plan.network_of.iter().enumerate() {
        let e = EnrolmentIx::new(at);
        let track = problem.enrolment(e).track.at();
        let only = |n: NetworkIx| open[track].iter().all(|&other| other == n || !problem.eligible(e, other));
        settled[track] &= network.is_some_and(|n| problem.must_be_in(e) == Some(n) || only(n));
    }
    settled
}

/// What the dates of these networks cost at least, whatever the others do. Prices that steer a search are no costs:
/// where there are any, nothing is proved.
fn dates_of(problem: &Task, plan: &Plan, settled: impl Fn(usize) -> bool) -> f64 {
    if problem.steering().is_some_and(Steering::has_prices) {
        return 0.0;
    }
    let here = |network: Option<NetworkIx>| network.filter(|n| settled(n.at()));
    let network_of = plan.network_of.iter().map(|&network| here(network)).collect();
    let problem = problem.around(Vec::new());
    bounds(&problem, &problem.plan(network_of, Vec::new())).1
}

/// What is proved of the cost of all plans that keep the locks, without any search: of networks, and of the dates of these
/// networks.
pub(crate) fn bounds(problem: &Task, plan: &Plan) -> (f64, f64) {
    let unpriced = problem.steering().map(|steering| problem.steered(steering.unpriced()));
    let problem = unpriced.as_ref().unwrap_or(problem);
    (assignment::lower_bound(problem), timetable::lower_bound(problem, plan))
}

/// By how much the assignment costs more, at least, when this member is left out, whoever else is.
fn worth_staying(problem: &Task, network: NetworkIx, members: &[EnrolmentIx], e: EnrolmentIx) -> f64 {
    if problem.steering().is_some_and(|steering| steering.only_in(e).is_some()) {
        return f64::INFINITY; // locked in, or promised for good: no plan that counts leaves it out
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
    let hosts = members.iter().filter(|&&e| problem.hosts(e)).count();
    let travel: f64 =
        members.iter().map(person_km).sum::<f64>() * problem.hostings_each(problem.network(network).track, hosts);
    weights.unassigned - weights.preference * problem.preference_cost(e, network) - weights.travel * travel
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::cost;
    use crate::problem::ProblemRecords;
    use crate::problem::records::{EnrolmentRecord, NetworkRecord, TrackRecord, WeightsRecord};
    use crate::small;

    fn proved(records: &ProblemRecords) -> (f64, f64) {
        let problem = small::problem(records);
        let plan = Plan::assigned(vec![Some(NetworkIx(0)); 3]);
        let cost = cost(&problem, &plan);
        let known = Bound { assignment: cost.assignment(), timetable: 60_000.0, ..Bound::default() };
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
        let (bound, networks) = proved(&small::two_networks());
        assert_eq!(bound, networks);
    }

    #[test]
    fn the_only_network_that_is_open_to_all_is_as_good_as_fixed() {
        let mut records = small::two_networks();
        records.networks[0].min_members = 0;
        records.networks[0].allowed_regions = Some(Vec::new());
        let (bound, networks) = proved(&records);
        assert!((bound - networks - 60_000.0).abs() < 1e-3);
    }

    #[test]
    fn a_track_with_one_network_proves_its_dates_whatever_the_other_tracks_do() {
        let mut records = small::two_networks();
        records.tracks = Some(["t", "u"].map(|id| TrackRecord { id: id.into(), ..Default::default() }).to_vec());
        records.networks[0].track = Some("t".into());
        records.networks[1].track = Some("u".into());
        records.networks.push(NetworkRecord { id: "o".into(), ..records.networks[1].clone() });
        records.enrolments.iter_mut().for_each(|enrolment| enrolment.track = Some("t".into()));
        records.enrolments.push(EnrolmentRecord {
            id: "d".into(),
            track: Some("u".into()),
            ..records.enrolments[0].clone()
        });
        // Nobody can receive anybody: each of the three hostings is missed.
        records.municipalities.iter_mut().for_each(|town| {
            town.cannot_host_on = Some((1..=12).map(|day| format!("2024-01-{day:02}")).collect());
        });
        let problem = small::problem(&records);
        let alone = problem.networks().iter().position(|network| network.id == "m").map(NetworkIx::new);
        let first = problem.networks().iter().position(|network| network.id == "n").map(NetworkIx::new);
        let plan = Plan::assigned(vec![first, first, first, alone]);
        let cost = cost(&problem, &plan);
        let known = Bound { assignment: 100.0, timetable: 60_000.0, ..Bound::default() };
        assert!((bound(&problem, &plan, &cost, &known) - 60_100.0).abs() < 1e-3);
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

//! Two prices of their own: for pairs that have met before, and for the one who travels farthest.
//!
//! Both are told beside the cost and are no part of it. A pair that has met costs its price wherever it shares a network.
//! The farthest one's kilometres are no sum over pairs; searches are led by one that is: everybody's kilometres, at weights
//! that add up to the price and lie on those who travelled far in the plan before (`lead`).

use std::collections::BTreeSet;

use super::*;
use crate::problem::MunicipalityIx;

/// What pairs that have met and the farthest one cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Fair {
    /// Pairs of municipalities that have shared a network, the smaller first.
    met: BTreeSet<(MunicipalityIx, MunicipalityIx)>,
    /// What it costs that such a pair shares one again.
    meeting: f64,
    /// What a kilometre of the enrolment that travels farthest costs.
    farthest: f64,
    /// What a kilometre of each enrolment costs a search, by enrolment; empty: nothing.
    lead: Vec<f64>,
}

/// What a plan comes to by these prices.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fairly {
    /// Pairs of municipalities that have met before, and share a network again; counted in each network.
    pub met_again: u32,
    /// Kilometres of the enrolment that travels farthest: there and back, once for the delegation, to every hosting of its
    /// network, as the measure `travel` counts them.
    pub farthest_km: f64,
    /// What both cost.
    pub price: f64,
}

/// By which power of their kilometres the weights of a search follow those who travel far.
const POWER: i32 = 7;

impl Steering {
    /// Sets a price on each pair of municipalities, of those that have met before, that shares a network.
    pub fn weigh_meetings(&mut self, met: impl IntoIterator<Item = (MunicipalityIx, MunicipalityIx)>, weight: f64) {
        self.fair.met = met.into_iter().filter(|(a, b)| a != b).map(|(a, b)| (a.min(b), a.max(b))).collect();
        self.fair.meeting = weight;
    }

    /// Sets a price on each kilometre of the enrolment that travels farthest.
    pub fn weigh_farthest(&mut self, weight: f64) {
        self.fair.farthest = weight;
    }

    /// Whether pairs that meet again or the farthest one have a price.
    pub(crate) fn prices_fairness(&self) -> bool {
        self.fair.has_prices()
    }

    /// Whether the farthest one has a price.
    pub(crate) fn minds_the_farthest(&self) -> bool {
        self.fair.farthest > 0.0
    }

    /// The same, with searches led by the kilometres of a plan, and half by what led them before. `weight`: what a kilometre
    /// of the farthest one costs them.
    pub(crate) fn led_by(&self, problem: &Problem, plan: &Plan, weight: f64) -> Steering {
        let mut steering = self.clone();
        let km = kilometres(problem, plan);
        let farthest = km.iter().copied().fold(0.0, f64::max);
        if farthest > 0.0 {
            let far = |km: &f64| (km / farthest).powi(POWER);
            let sum: f64 = km.iter().map(far).sum();
            let now = km.iter().map(|km| weight * far(km) / sum);
            let before = |e: usize, now: f64| self.fair.lead.get(e).copied().unwrap_or(now);
            steering.fair.lead = now.enumerate().map(|(e, now)| (now + before(e, now)) / 2.0).collect();
        }
        steering
    }

    /// What two enrolments cost a search in one network.
    pub(crate) fn pair(&self, problem: &Problem, a: EnrolmentIx, b: EnrolmentIx) -> f64 {
        let fair = &self.fair;
        if fair.met.is_empty() && fair.lead.is_empty() {
            return 0.0;
        }
        let home = |e: EnrolmentIx| problem.enrolment(e).municipality;
        let towns = (home(a).min(home(b)), home(a).max(home(b)));
        let meeting = if fair.met.contains(&towns) { fair.meeting } else { 0.0 };
        let lead = |e: EnrolmentIx| fair.lead.get(e.at()).copied().unwrap_or(0.0);
        let mine = if problem.hosts(b) { lead(a) } else { 0.0 };
        let theirs = if problem.hosts(a) { lead(b) } else { 0.0 };
        if mine + theirs == 0.0 {
            return meeting;
        }
        let times = problem.hostings_least(problem.enrolment(a).track);
        meeting + 2.0 * times * problem.km(home(a), home(b)) * (mine + theirs)
    }

    /// What a plan comes to by these prices, from the plan alone.
    pub(crate) fn judge_fairly(&self, problem: &Problem, plan: &Plan) -> Fairly {
        let mut met_again = 0;
        for members in plan.members(problem) {
            let towns: BTreeSet<MunicipalityIx> = members.iter().map(|&e| problem.enrolment(e).municipality).collect();
            let again =
                |&a: &MunicipalityIx| towns.range(a..).skip(1).filter(|&&b| self.fair.met.contains(&(a, b))).count();
            met_again += towns.iter().map(again).sum::<usize>() as u32;
        }
        let farthest_km = kilometres(problem, plan).into_iter().fold(0.0, f64::max);
        let price = self.fair.meeting * f64::from(met_again) + self.fair.farthest * farthest_km;
        Fairly { met_again, farthest_km, price }
    }
}

impl Fair {
    /// Whether searches pay for any of it.
    pub(super) fn has_prices(&self) -> bool {
        self.farthest > 0.0 || (self.meeting > 0.0 && !self.met.is_empty())
    }
}

/// The kilometres of each enrolment, there and back, to every hosting of its network. Quadratic in members.
fn kilometres(problem: &Problem, plan: &Plan) -> Vec<f64> {
    let mut km = vec![0.0; plan.network_of.len()];
    let home = |e: EnrolmentIx| problem.enrolment(e).municipality;
    for (n, members) in plan.members(problem).iter().enumerate() {
        let hosts = members.iter().filter(|&&host| problem.hosts(host));
        let track = problem.network(NetworkIx::new(n)).track;
        let times = 2.0 * problem.hostings_each(track, hosts.clone().count());
        for &e in members {
            let hosts = hosts.clone();
            km[e.at()] = times * hosts.map(|&host| problem.km(home(e), home(host))).sum::<f64>();
        }
    }
    km
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::ProblemRecords;
    use crate::problem::records::*;
    use crate::steering::tests::solve_in;

    /// Towns A to D, two of which share each of two networks: A with B and C with D is least in all, A with C and B with D
    /// is least for whoever travels farthest.
    fn four() -> ProblemRecords {
        let km = |a: &str, b: &str, km: f64| DistanceRecord { a: a.into(), b: b.into(), km };
        let network = |id: &str| NetworkRecord { id: id.into(), min_members: 2, max_members: 2, ..Default::default() };
        let town = |id: &str| MunicipalityRecord { id: id.into(), region: "r".into(), ..Default::default() };
        let enrolment = |id: &str| EnrolmentRecord {
            id: id.to_lowercase(),
            municipality: id.into(),
            delegates: 1,
            ..Default::default()
        };
        let towns = ["A", "B", "C", "D"];
        ProblemRecords {
            name: "four".into(),
            regions: vec![RegionRecord { id: "r".into(), ..Default::default() }],
            municipalities: towns.map(town).to_vec(),
            networks: ["m", "n"].map(network).to_vec(),
            enrolments: towns.map(enrolment).to_vec(),
            distances: Some(vec![
                km("A", "B", 1.0),
                km("C", "D", 10.0),
                km("A", "C", 6.0),
                km("B", "D", 6.0),
                km("A", "D", 8.0),
                km("B", "C", 8.0),
            ]),
            ..Default::default()
        }
    }

    fn problem() -> Task {
        crate::small::problem(&four())
    }

    #[test]
    fn whoever_travels_farthest_travels_less_where_that_has_a_price() {
        let plain = solve_in(&problem(), 20_000);
        let mut steering = Steering::default();
        steering.weigh_farthest(1_000.0);
        let fair = solve_in(&problem().steered(steering), 20_000);
        let farthest = |plan: &Plan| kilometres(&problem(), plan).into_iter().fold(0.0, f64::max);
        assert_eq!((farthest(&plain.plan), farthest(&fair.plan)), (20.0, 12.0));
        assert!(fair.cost.total() > plain.cost.total());
        let told = fair.steered.map(|steered| steered.fairly);
        assert_eq!(told, Some(Fairly { met_again: 0, farthest_km: 12.0, price: 12_000.0 }));
    }

    #[test]
    fn a_price_of_nothing_changes_nothing() {
        let mut steering = Steering::default();
        steering.weigh_farthest(0.0);
        steering.weigh_meetings([(MunicipalityIx(0), MunicipalityIx(1))], 0.0);
        let told = solve_in(&problem().steered(steering), 20_000);
        assert_eq!(told.plan, solve_in(&problem(), 20_000).plan);
        assert_eq!(told.steered.map(|steered| steered.price), Some(0.0));
    }

    #[test]
    fn a_pair_that_has_met_does_not_meet_again_where_that_costs_more() {
        for (weight, again) in [(1.0, 1), (1_000.0, 0)] {
            let mut steering = Steering::default();
            steering.weigh_meetings([(MunicipalityIx(1), MunicipalityIx(0))], weight);
            let found = solve_in(&problem().steered(steering), 20_000);
            let told = found.steered.map(|steered| (steered.fairly.met_again, steered.price));
            assert_eq!(told, Some((again, weight * f64::from(again))));
        }
    }
}

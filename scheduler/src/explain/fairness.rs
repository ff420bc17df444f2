//! How evenly a plan treats the municipalities: kilometres, travel days, hosting load, rank of the wish granted.

use crate::facts::Facts;
use crate::plan::Plan;
use crate::problem::{EnrolmentIx, MunicipalityIx, Problem};

/// What a plan asks of a municipality, over all its enrolments.
#[derive(Clone, Debug, PartialEq)]
pub struct Burden {
    /// Which.
    pub municipality: MunicipalityIx,
    /// Kilometres there and back, once for each delegation that travels: to every hosting of its networks, whether or
    /// not it comes and the hosting is held, as the measure `travel` counts them; and to the meetings that it attends.
    pub km: f64,
    /// The same for each person; over all municipalities, the measures `travel` and `gathering_travel`.
    pub person_km: f64,
    /// Days on which it comes to a visit, or is at a meeting that is not online.
    pub travel_days: u32,
    /// Visits that it hosts.
    pub visits_hosted: u32,
    /// Guests (persons) that it receives, over all its visits.
    pub guests_received: u64,
    /// The rank of the wish granted, 1 the best, the mean over its enrolments that have a network and wishes; a network
    /// off the list counts as one after the last wish.
    pub wish_rank: Option<f64>,
}

/// What the municipalities' figures of a kind come to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// Their mean.
    pub mean: f64,
    /// The greatest.
    pub worst: f64,
    /// Their standard deviation.
    pub spread: f64,
}

/// How evenly a plan treats those who take part.
#[derive(Clone, Debug, PartialEq)]
pub struct Fairness {
    /// Every municipality with an enrolment, ascending.
    pub burdens: Vec<Burden>,
    /// Of `km`.
    pub km: Spread,
    /// Of `travel_days`.
    pub travel_days: Spread,
    /// Of `guests_received`.
    pub guests_received: Spread,
    /// Of `wish_rank`, over those that have one.
    pub wish_rank: Spread,
}

/// Works out what a plan asks of each municipality. Quadratic in the members of a network, linear in all else.
pub fn fairness(problem: &Problem, plan: &Plan) -> Fairness {
    let facts = Facts::new(problem, plan);
    let mut enrolments: Vec<Vec<EnrolmentIx>> = vec![Vec::new(); problem.municipalities().len()];
    for (e, enrolment) in problem.enrolments().iter().enumerate() {
        enrolments[enrolment.municipality.at()].push(EnrolmentIx::new(e));
    }
    let mut burdens: Vec<Burden> = Vec::new();
    for (m, own) in enrolments.iter().enumerate().filter(|(_, own)| !own.is_empty()) {
        burdens.push(Burden {
            municipality: MunicipalityIx::new(m),
            km: own.iter().map(|&e| km(&facts, e)).sum(),
            person_km: own.iter().map(|&e| km(&facts, e) * f64::from(problem.enrolment(e).delegates)).sum(),
            travel_days: 0,
            visits_hosted: 0,
            guests_received: 0,
            wish_rank: mean(own.iter().filter_map(|&e| wish_rank(problem, plan, e))),
        });
    }
    visits(&facts, &mut burdens);
    meetings(&facts, &mut burdens);
    Fairness {
        km: spread(burdens.iter().map(|burden| burden.km)),
        travel_days: spread(burdens.iter().map(|burden| f64::from(burden.travel_days))),
        guests_received: spread(burdens.iter().map(|burden| burden.guests_received as f64)),
        wish_rank: spread(burdens.iter().filter_map(|burden| burden.wish_rank)),
        burdens,
    }
}

/// Kilometres of one delegation to every hosting of the other members of its network, and back.
pub(super) fn km(facts: &Facts<'_>, e: EnrolmentIx) -> f64 {
    let problem = facts.problem;
    let Some(network) = facts.plan.network_of[e.at()] else { return 0.0 };
    let town = |e: EnrolmentIx| problem.enrolment(e).municipality;
    let hosts = facts.members[network.at()].iter().filter(|&&other| problem.hosts(other));
    let count = hosts.clone().count();
    let once: f64 = hosts.filter(|&&other| other != e).map(|&host| 2.0 * problem.km(town(e), town(host))).sum();
    once * problem.hostings_each(problem.network(network).track, count)
}

fn wish_rank(problem: &Problem, plan: &Plan, e: EnrolmentIx) -> Option<f64> {
    let wishes = &problem.enrolment(e).preferences;
    let network = plan.network_of[e.at()].filter(|_| !wishes.is_empty())?;
    let rank = wishes.iter().position(|&wish| wish == network).unwrap_or(wishes.len());
    Some(rank as f64 + 1.0)
}

/// Adds the ways to meetings.
fn meetings(facts: &Facts<'_>, burdens: &mut [Burden]) {
    let problem = facts.problem;
    for meeting in &facts.plan.meetings {
        for &e in &meeting.attend {
            let town = problem.enrolment(e).municipality;
            let Ok(at) = burdens.binary_search_by_key(&town, |burden| burden.municipality) else { continue };
            let km = 2.0 * problem.km_to(town, meeting.gathering, meeting.place);
            let persons = problem.persons_invited(meeting.gathering, e).unwrap_or(0);
            burdens[at].km += km;
            burdens[at].person_km += km * f64::from(persons);
        }
    }
}

/// Adds the visits that are held, and the days on which somebody is away.
fn visits(facts: &Facts<'_>, burdens: &mut [Burden]) {
    let problem = facts.problem;
    let town = |e: EnrolmentIx| problem.enrolment(e).municipality;
    let at =
        |burdens: &[Burden], e: EnrolmentIx| burdens.binary_search_by_key(&town(e), |burden| burden.municipality).ok();
    let mut away = Vec::new();
    for held in &facts.held {
        away.extend(held.guests.iter().map(|&guest| (town(guest), held.visit.day)));
        if let Some(host) = at(burdens, held.visit.host) {
            burdens[host].visits_hosted += 1;
            burdens[host].guests_received +=
                held.guests.iter().map(|&guest| u64::from(problem.enrolment(guest).delegates)).sum::<u64>();
        }
    }
    for meeting in &facts.plan.meetings {
        let it = problem.gathering(meeting.gathering);
        for day in it.days_from(meeting.start).filter(|_| !it.online) {
            away.extend(meeting.attend.iter().map(|&e| (town(e), day)));
        }
    }
    away.sort_unstable();
    away.dedup();
    for burden in burdens {
        let first = away.partition_point(|(town, _)| *town < burden.municipality);
        let days = away[first..].iter().take_while(|(town, _)| *town == burden.municipality).count();
        burden.travel_days = u32::try_from(days).unwrap_or(u32::MAX);
    }
}

fn mean(figures: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = figures.fold((0.0, 0u32), |(sum, count), figure| (sum + figure, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

fn spread(figures: impl Iterator<Item = f64> + Clone) -> Spread {
    let Some(middle) = mean(figures.clone()) else { return Spread::default() };
    let variance = mean(figures.clone().map(|figure| (figure - middle).powi(2))).unwrap_or(0.0);
    Spread { mean: middle, worst: figures.fold(0.0, f64::max), spread: variance.sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{check, resolve};
    use crate::small::{self, ALL};

    #[test]
    fn kilometres_add_up_to_the_measure_of_travel() {
        let problem = small::problem(&small::records());
        let written = small::plan(ALL, &[]);
        let fairness = fairness(&problem, &resolve(&problem, &written).0);
        let km: Vec<f64> = fairness.burdens.iter().map(|burden| burden.km).collect();
        assert_eq!(km, [60.0, 40.0, 60.0]);
        let person_km: f64 = fairness.burdens.iter().map(|burden| burden.person_km).sum();
        assert_eq!(person_km, check(&problem, &written).cost.by_measure().travel);
        assert_eq!((fairness.km.mean, fairness.km.worst), (160.0 / 3.0, 60.0));
        assert!((fairness.km.spread - (800.0f64 / 9.0).sqrt()).abs() < 1e-9);
    }

    #[test]
    fn visits_count_for_host_and_guests() {
        let problem = small::problem(&small::records());
        let visits: [small::Visit<'_>; 2] = [("n", "a", "2024-01-02", &["b", "c"]), ("n", "b", "2024-01-04", &["c"])];
        let fairness = fairness(&problem, &resolve(&problem, &small::plan(ALL, &visits)).0);
        let days: Vec<u32> = fairness.burdens.iter().map(|burden| burden.travel_days).collect();
        let guests: Vec<u64> = fairness.burdens.iter().map(|burden| burden.guests_received).collect();
        assert_eq!((days, guests), (vec![0, 1, 2], vec![5, 3, 0]));
    }

    #[test]
    fn a_network_off_the_list_ranks_after_the_last_wish() {
        let mut records = small::two_networks();
        records.enrolments[0].preferences = Some(vec!["m".into(), "n".into()]);
        records.enrolments[1].preferences = Some(vec!["m".into()]);
        let problem = small::problem(&records);
        let fairness = fairness(&problem, &resolve(&problem, &small::plan(ALL, &[])).0);
        let ranks: Vec<Option<f64>> = fairness.burdens.iter().map(|burden| burden.wish_rank).collect();
        assert_eq!(ranks, [Some(2.0), Some(2.0), None]);
        assert_eq!(fairness.wish_rank, Spread { mean: 2.0, worst: 2.0, spread: 0.0 });
    }
}

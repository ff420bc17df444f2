//! What holds for every plan that is made from another one: locks are kept, changes are counted and limited, bounds stay
//! true. Locks and changes are looked up here by ids, in the plan documents, apart from what the scheduler does.

use std::collections::BTreeMap;

use scheduler::choices::{self, Wanted};
use scheduler::effort::Still;
use scheduler::explain::difference::{Changed, Side, Standing, differences};
use scheduler::plan::{PlanRecords, VisitRecord};
use scheduler::problem::records::EnrolmentRecord;
use scheduler::problem::{Hosting, ProblemRecords};
use scheduler::steering::{Keep, SteeringRecords, VisitLockRecord};
use scheduler::{Effort, Outcome, Solution, Steering, Task, solve};

use crate::check::problem;
use crate::common::generator::{self, SMALL};
use crate::solve::{document, solved};

const WORK: u64 = 8_000;
const PROBLEMS: u64 = 50;

fn effort(threads: usize) -> Effort {
    Effort { work: Some(WORK), threads, ..Effort::default() }
}

fn planned(problem: &Task, threads: usize) -> Option<Solution> {
    match solve(problem, &effort(threads), &Still) {
        Outcome::Planned(solution) => Some(solution),
        Outcome::Infeasible(_) | Outcome::NotFound(_) => None,
        Outcome::Broken(broken) => panic!("{broken:?}"),
    }
}

/// A problem, a plan of it, and the problem after something has happened: somebody withdraws, others cannot on some days,
/// wishes are new.
fn changed(seed: u64) -> Option<(ProblemRecords, PlanRecords, ProblemRecords)> {
    let records = generator::problem(seed, SMALL);
    let before = problem(&records);
    let Outcome::Planned(base) = solved(&before, WORK) else { return None };
    let mut after = records.clone();
    if after.enrolments.len() > 3 {
        after.enrolments.remove(seed as usize % after.enrolments.len());
    }
    after.enrolments.iter_mut().for_each(|enrolment| {
        enrolment.preferences.iter_mut().for_each(|wishes| wishes.reverse());
    });
    let base = document(&before, &base);
    if let Some(visit) = base.visits.last() {
        let home = records.enrolments.iter().find(|enrolment| enrolment.id == visit.host)?;
        let home = after.municipalities.iter_mut().find(|town| town.id == home.municipality)?;
        home.cannot_host_on.get_or_insert_default().push(visit.date.clone());
    }
    Task::new(&after).ok()?;
    Some((records, base, after))
}

fn steered(records: &ProblemRecords, written: &SteeringRecords) -> Option<Task> {
    let problem = problem(records);
    let steering = Steering::new(&problem, written).ok()?;
    Some(problem.steered(steering))
}

/// By enrolment.
fn networks(plan: &PlanRecords) -> BTreeMap<&str, &str> {
    let placed = plan.assignments.iter().filter_map(|row| Some((row.enrolment.as_str(), row.network.as_deref()?)));
    placed.collect()
}

/// The days on which a host receives, in a round where there is a hosting in each.
fn days<'a>(problem: &Task, plan: &'a PlanRecords) -> BTreeMap<(&'a str, Option<usize>), Vec<&'a str>> {
    let mut days: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for visit in &plan.visits {
        let day = scheduler::problem::Day::parse(&visit.date).expect("a day");
        let round = problem.round_of(day).map(scheduler::problem::RoundIx::at);
        let round = round.filter(|_| problem.tracks()[0].hosting == Hosting::EachRound);
        days.entry((visit.host.as_str(), round)).or_default().push(visit.date.as_str());
    }
    days
}

/// Whether a host can receive somebody that day who was with it in the base, or was in no network, and is still there.
fn can_receive(records: &ProblemRecords, base: &PlanRecords, host: &str, day: &str) -> bool {
    let one = |id: &str| records.enrolments.iter().find(|enrolment| enrolment.id == id).expect("it is there");
    let home = |e: &EnrolmentRecord| {
        records.municipalities.iter().find(|town| town.id == e.municipality).expect("it is there").clone()
    };
    let on = |days: &Option<Vec<String>>| days.iter().flatten().any(|date| date == day);
    let (host, places) = (one(host), networks(base));
    let at = home(host);
    let comes = |guest: &&EnrolmentRecord| {
        let near = places.get(guest.id.as_str()).is_none_or(|n| Some(n) == places.get(host.id.as_str()));
        let fits = at.host_capacity.is_none_or(|room| guest.delegates <= room);
        let other = guest.municipality != host.municipality && guest.track == host.track;
        near && fits && other && !on(&home(guest).unavailable)
    };
    at.can_host != Some(false)
        && !on(&at.cannot_host_on)
        && !on(&at.unavailable)
        && records.enrolments.iter().any(|guest| comes(&guest))
}

/// Changes that are plain from the documents, enrolments whose network is closed by now included. Visits on
/// other days first take the place of days that are left, then, uncounted, of those that are lost. A hosting that could be
/// held on no day is none.
fn changes(records: &ProblemRecords, problem: &Task, base: &PlanRecords, plan: &PlanRecords) -> usize {
    let lost = |host: &str, day: &str| !can_receive(records, base, host, day);
    let could = |round: Option<usize>, host: &str| {
        let rounds = problem.rounds().iter().enumerate().filter(|(at, _)| round.is_none_or(|round| round == *at));
        rounds.flat_map(|(_, round)| &round.open_days).any(|day| !lost(host, &day.to_string()))
    };
    let places = (networks(base), networks(plan));
    let moved = places.1.iter().filter(|(e, n)| places.0.get(*e).is_some_and(|before| before != *n)).count();
    let there = |id: &str| records.enrolments.iter().any(|enrolment| enrolment.id == id);
    let out = places.0.keys().filter(|e| there(e) && !places.1.contains_key(*e)).count();
    let (before, after) = (days(problem, base), days(problem, plan));
    let with_company = |host: &str| {
        let shared = |places: &BTreeMap<&str, &str>| {
            let here = places.get(host);
            places.iter().any(|(e, n)| *e != host && there(e) && Some(n) == here)
        };
        places.1.contains_key(host) && shared(&places.1)
    };
    let gone = before.keys().filter(|host| there(host.0) && with_company(host.0) && !after.contains_key(*host));
    let dropped = gone.filter(|host| could(host.1, host.0)).count();
    let retimed = after.iter().map(|(host, days)| match before.get(host) {
        Some(before) => {
            let elsewhere = days.iter().filter(|day| !before.contains(day)).count();
            let lost = before.iter().filter(|day| lost(host.0, day)).count();
            let beyond = days.len().saturating_sub(before.len() - lost);
            if lost == before.len() { 0 } else { elsewhere - beyond.min(lost).min(elsewhere) }
        }
        None => 0,
    });
    moved + out + dropped + retimed.sum::<usize>()
}

/// Whom anything is told otherwise than before, of those whom both know: municipalities and persons, from the documents.
fn affected(records: &ProblemRecords, base: &PlanRecords, plan: &PlanRecords) -> (u32, u64) {
    let told = |plan: &PlanRecords, id: &str| {
        let mut told: Vec<(String, String)> = Vec::new();
        for visit in &plan.visits {
            let takes_part = visit.host == id || visit.guests.iter().any(|guest| guest == id);
            told.extend(takes_part.then(|| (visit.host.clone(), visit.date.clone())));
        }
        told.sort();
        (networks(plan).get(id).map(|n| (*n).to_owned()), told)
    };
    let mut towns = std::collections::BTreeSet::new();
    let mut persons = 0;
    for enrolment in &records.enrolments {
        let known = base.assignments.iter().any(|row| row.enrolment == enrolment.id);
        if known && told(base, &enrolment.id) != told(plan, &enrolment.id) {
            towns.insert(enrolment.municipality.clone());
            persons += enrolment.delegates as u64;
        }
    }
    (towns.len() as u32, persons)
}

/// The same out of what the difference tells everybody: networks for networks, and new days of those who received before.
fn told_by_difference(before: &ProblemRecords, base: &PlanRecords, problem: &Task, solution: &Solution) -> usize {
    let earlier = self::problem(before);
    let (plan, _) = scheduler::check::resolve(&earlier, base);
    let side = |problem, plan| Side { problem, plan };
    let found = differences(side(&earlier, &plan), side(problem, &solution.plan));
    let all = found.iter().flat_map(|one| &one.changes);
    let held = |id: &str, visits: &[scheduler::plan::VisitRecord]| visits.iter().any(|visit| visit.host == id);
    let after = document(problem, solution);
    let placed = networks(&after);
    let counts = all.filter(|change| match &change.what {
        Changed::Network { from, .. } => from.is_some() && change.standing == Standing::Stays,
        Changed::Hosting { to: Some(_), .. } => held(&change.enrolment, &base.visits),
        // One of several visits that are no longer needed is no change.
        Changed::Hosting { .. } => {
            let network = placed.get(change.enrolment.as_str());
            let shared = network.is_some_and(|n| placed.values().filter(|other| *other == n).count() > 1);
            !held(&change.enrolment, &after.visits) && shared
        }
        Changed::Visit { .. } | Changed::Meeting { .. } | Changed::HostedMeeting { .. } => false,
    });
    let mut counted: Vec<_> = counts.collect();
    counted.dedup_by(|a, b| {
        let gone = |one: &Changed| matches!(one, Changed::Hosting { to: None, .. });
        a.enrolment == b.enrolment && gone(&a.what) && gone(&b.what)
    });
    counted.len()
}

#[test]
fn no_plan_makes_more_changes_than_allowed_and_more_changes_cost_no_more() {
    let (mut limited, mut made) = (0, 0);
    for seed in 0..PROBLEMS {
        let Some((before, base, after)) = changed(seed) else { continue };
        for most in [0, 1, 3] {
            let written = SteeringRecords { base: Some(base.clone()), max_changes: Some(most), ..Default::default() };
            let Some(problem) = steered(&after, &written) else { continue };
            let Some(solution) = planned(&problem, 1) else { continue };
            let told = solution.steered.expect("it is steered").changes;
            let forced = told.forced.networks + told.forced.hostings;
            let counted = changes(&after, &problem, &base, &document(&problem, &solution));
            assert!(i64::from(told.total()) <= most, "seed {seed}: {told:?} of {most}");
            assert!(counted >= told.total() as usize, "seed {seed}: {told:?}, but {counted}");
            assert!(
                told.forced.networks > 0 || counted <= told.total() as usize,
                "seed {seed}: {told:?}, but {counted}"
            );
            let affected = self::affected(&after, &base, &document(&problem, &solution));
            let counted = solution.steered.expect("it is steered").affected;
            assert_eq!((counted.municipalities, counted.persons), affected, "seed {seed}");
            assert!(scheduler::rules::violations(&problem, &solution.plan).is_empty(), "seed {seed}");
            if problem.tracks()[0].hosting == Hosting::Once && forced == 0 {
                assert_eq!(
                    told.total() as usize,
                    told_by_difference(&before, &base, &problem, &solution),
                    "seed {seed}"
                );
            }
            limited += 1;
            made += told.total();
        }
    }
    assert!(limited > 40 && made > 10, "{limited} plans, {made} changes: shows too little");
}

#[test]
fn with_everything_locked_the_plan_is_the_base() {
    let mut shown = 0;
    for seed in 0..PROBLEMS {
        let Some((records, base, _)) = changed(seed) else { continue };
        let written = SteeringRecords {
            base: Some(base.clone()),
            all_networks: true,
            all_visits: Some(Keep::Guests),
            ..Default::default()
        };
        let problem = steered(&records, &written).expect("a plan contradicts no lock on itself");
        let solution = planned(&problem, 1).expect("the base");
        let plan = document(&problem, &solution);
        assert_eq!(plan.assignments, base.assignments, "seed {seed}");
        let held = |plan: &PlanRecords| plan.visits.clone();
        assert!(held(&base).iter().all(|visit| held(&plan).contains(visit)), "seed {seed}: {plan:?}");
        shown += usize::from(!plan.visits.is_empty());
    }
    assert!(shown > 8, "{shown}: shows too little");
}

#[test]
fn what_is_locked_stays_where_it_is() {
    let mut shown = 0;
    for seed in 0..PROBLEMS {
        let Some((_, base, after)) = changed(seed) else { continue };
        let stay: Vec<String> = networks(&base)
            .into_keys()
            .filter(|id| after.enrolments.iter().any(|enrolment| enrolment.id == *id))
            .step_by(2)
            .map(str::to_owned)
            .collect();
        let host = base.visits.first().map(|visit| visit.host.clone());
        let host = host.filter(|id| after.enrolments.iter().any(|enrolment| enrolment.id == *id));
        let lock = |host: &String| VisitLockRecord { host: host.clone(), round: None, keep: Keep::Day };
        let written = SteeringRecords {
            base: Some(base.clone()),
            enrolments: stay.clone(),
            visits: host.iter().map(lock).collect(),
            ..Default::default()
        };
        let Some(problem) = steered(&after, &written) else { continue };
        let Some(solution) = planned(&problem, 1) else { continue };
        let plan = document(&problem, &solution);
        let (before, now) = (networks(&base), networks(&plan));
        assert!(stay.iter().all(|id| before[id.as_str()] == now[id.as_str()]), "seed {seed}");
        let (before, now) = (days(&problem, &base), days(&problem, &plan));
        for (key, days) in before.iter().filter(|(key, _)| host.as_deref() == Some(key.0)) {
            assert!(now[key].iter().all(|day| days.contains(day)), "seed {seed}: {key:?}");
        }
        assert!(solution.bound.total <= solution.cost.total() + 1e-6);
        shown += 1;
    }
    assert!(shown > 15, "{shown}: shows too little");
}

#[test]
fn no_bound_of_a_steered_search_is_above_a_plan_that_it_could_have_made() {
    let mut shown = 0;
    for seed in 0..PROBLEMS / 2 {
        let Some((records, base, _)) = changed(seed) else { continue };
        let free = planned(&problem(&records), 1).expect("as before").cost.total();
        let (_, before) = base.cost.iter().find(|part| part.0 == "total").cloned().expect("it is stated");
        let priced = SteeringRecords { base: Some(base), change_weight: Some(700.0), ..Default::default() };
        let few = SteeringRecords { change_weight: None, max_changes: Some(2), ..priced.clone() };
        for (written, limited) in [(priced, false), (few, true)] {
            let solution =
                steered(&records, &written).and_then(|problem| planned(&problem, 1)).expect("the base at least");
            let bound = solution.bound.total;
            assert!(limited || bound <= free + 1e-6, "seed {seed}: {bound}, yet a plan for {free}");
            assert!(bound <= before + 1e-6, "seed {seed}: {bound}, yet the base for {before}");
            assert!(solution.value() <= before + 1e-6, "seed {seed}: dearer than the base");
            shown += 1;
        }
    }
    assert!(shown > 15, "{shown}: shows too little");
}

#[test]
fn a_steering_that_says_nothing_changes_nothing() {
    for seed in 0..PROBLEMS / 2 {
        let records = generator::problem(seed, SMALL);
        let steered = problem(&records).steered(Steering::default());
        let plans = [&problem(&records), &steered].map(|problem| planned(problem, 1).map(|solution| solution.plan));
        assert_eq!(plans[0], plans[1], "seed {seed}");
    }
}

#[test]
fn a_plan_with_few_changes_does_not_depend_on_the_number_of_threads() {
    for seed in 0..PROBLEMS / 6 {
        let Some((_, base, after)) = changed(seed) else { continue };
        let written = SteeringRecords { base: Some(base), max_changes: Some(3), ..Default::default() };
        let Some(problem) = steered(&after, &written) else { continue };
        assert_eq!(planned(&problem, 1), planned(&problem, 3), "seed {seed}");
    }
}

#[test]
fn the_curve_from_changes_to_cost_never_rises() {
    let (mut points, mut falls) = (0, 0);
    for seed in 0..PROBLEMS / 2 {
        let Some((_, base, after)) = changed(seed) else { continue };
        let Some(problem) = steered(&after, &SteeringRecords { base: Some(base), ..Default::default() }) else {
            continue;
        };
        let effort = Effort { work: Some(3 * WORK), ..effort(1) };
        let found = choices::curve(&problem, &[6, 0, 2], &effort, &Still, |_| {});
        assert_eq!(found.iter().map(|point| point.most).collect::<Vec<_>>(), [0, 2, 6]);
        let solutions: Vec<_> = found.iter().filter_map(|point| Some((point.most, point.solution.as_ref()?))).collect();
        for (most, solution) in &solutions {
            assert!(solution.steered.expect("it is steered").changes.total() <= *most, "seed {seed}");
        }
        assert!(solutions.is_sorted_by(|a, b| b.1.cost.total() <= a.1.cost.total() + 1e-9), "seed {seed}");
        points += solutions.len();
        let ends = solutions.first().zip(solutions.last());
        falls += usize::from(ends.is_some_and(|(a, b)| b.1.cost.total() < a.1.cost.total() - 1e-6));
    }
    assert!(points > 30 && falls > 2, "{points} points, {falls} fall: shows too little");
}

#[test]
fn plans_of_a_shortlist_are_near_the_best_and_apart_from_each_other() {
    let mut several = 0;
    let wanted = Wanted { plans: 3, within: 0.1, apart: 2 };
    for seed in 0..PROBLEMS / 2 {
        let records = generator::problem(seed, SMALL);
        let problem = problem(&records);
        let Ok(list) = choices::shortlist(&problem, None, wanted, &effort(1), &Still) else { continue };
        let plans: Vec<PlanRecords> = list.iter().map(|one| document(&problem, one)).collect();
        for (at, one) in list.iter().enumerate() {
            assert!(scheduler::rules::violations(&problem, &one.plan).is_empty(), "seed {seed}");
            assert!(one.cost.total() <= 1.1 * list[0].cost.total() + 1e-6, "seed {seed}");
            for other in &plans[..at] {
                let changes =
                    [(other, &plans[at]), (&plans[at], other)].map(|(a, b)| changes(&records, &problem, a, b));
                assert!(changes.iter().all(|&changes| changes >= 2), "seed {seed}: {changes:?}");
            }
        }
        several += usize::from(list.len() > 1);
    }
    assert!(several > 5, "{several}: shows too little");
}

#[test]
fn whoever_travels_farthest_never_travels_farther_because_that_costs_more() {
    let (mut judged, mut nearer) = (0, 0);
    for seed in 0..PROBLEMS {
        let problem = problem(&generator::problem(seed, SMALL));
        let priced = |weight: f64| {
            let mut steering = Steering::default();
            steering.weigh_farthest(weight);
            planned(&problem.clone().steered(steering), 1)
        };
        let plans: Vec<Solution> = [0.01, 1.0, 100.0, 10_000.0].into_iter().filter_map(priced).collect();
        let farthest = |one: &Solution| one.steered.map_or(f64::NAN, |steered| steered.fairly.farthest_km);
        let (km, costs): (Vec<f64>, Vec<f64>) = plans.iter().map(|one| (farthest(one), one.cost.total())).unzip();
        assert!(km.is_sorted_by(|a, b| b <= a), "seed {seed}: {km:?}");
        assert!(costs.is_sorted(), "seed {seed}: {costs:?}");
        judged += 1;
        nearer += usize::from(km.last() < km.first());
    }
    assert!(judged > 20 && nearer > 3, "{judged}, {nearer}: shows too little");
}

#[test]
fn nobody_loses_a_place_and_no_hosting_is_dropped_for_a_newcomer() {
    let mut shown = 0;
    for seed in 0..PROBLEMS {
        let Some((records, base, _)) = changed(seed) else { continue };
        let full: Vec<usize> = records.networks.iter().map(|network| network.max_members as usize).collect();
        let mut after = records.clone();
        // Networks are full by now, and somebody comes whose place would cost less.
        for (network, most) in after.networks.iter_mut().zip(full) {
            let here = networks(&base).values().filter(|n| **n == network.id).count();
            network.max_members = here.max(1).min(most) as i64;
            network.min_members = network.min_members.min(network.max_members);
        }
        let Some(mut newcomer) = after.enrolments.first().cloned() else { continue };
        newcomer.id = "newcomer".to_owned();
        newcomer.municipality = "newcomer".to_owned();
        newcomer.fixed = None;
        let Some(mut home) = after.municipalities.first().cloned() else { continue };
        home.id = "newcomer".to_owned();
        after.municipalities.push(home);
        after.enrolments.push(newcomer);
        if Task::new(&after).is_err() {
            continue;
        }
        for most in [0, 2] {
            let written = SteeringRecords { base: Some(base.clone()), max_changes: Some(most), ..Default::default() };
            let Some(problem) = steered(&after, &written) else { continue };
            let solution = planned(&problem, 1).expect("the base, and nothing for the newcomer");
            let told = solution.steered.expect("it is steered").changes;
            assert_eq!((told.places, told.hostings), (0, 0), "seed {seed}: {told:?}");
            let plan = document(&problem, &solution);
            let (before, now) = (networks(&base), networks(&plan));
            assert!(before.keys().all(|id| now.contains_key(id)), "seed {seed}");
            shown += 1;
        }
    }
    assert!(shown > 30, "{shown}: shows too little");
}

#[test]
fn no_more_municipalities_are_affected_than_allowed_and_too_few_are_proved_to_be_too_few() {
    let (mut kept, mut refused) = (0, 0);
    for seed in 0..PROBLEMS {
        let Some((_, base, after)) = changed(seed) else { continue };
        // Those, each once, who were told of a visit that the same members cannot hold any more.
        let home = |id: &str| after.enrolments.iter().find(|e| e.id == id).map(|e| e.municipality.as_str());
        let lost =
            |visit: &&VisitRecord| home(&visit.host).is_none() || !can_receive(&after, &base, &visit.host, &visit.date);
        let told = base.visits.iter().filter(lost).flat_map(|visit| visit.guests.iter().chain([&visit.host]));
        let told: std::collections::BTreeSet<&str> = told.filter_map(|id| home(id)).collect();
        for most in [0, 2, 4] {
            let written = SteeringRecords {
                base: Some(base.clone()),
                max_affected_municipalities: Some(most),
                ..Default::default()
            };
            let Some(problem) = steered(&after, &written) else { continue };
            match solve(&problem, &effort(1), &Still) {
                Outcome::Planned(solution) => {
                    let affected = affected(&after, &base, &document(&problem, &solution));
                    assert!(i64::from(affected.0) <= most, "seed {seed}: {affected:?} of {most}");
                    kept += 1;
                }
                Outcome::Infeasible(clash) => {
                    let counted = clash.rules == ["max_affected_municipalities"] && clash.networks.is_empty();
                    assert!(!counted || told.len() as i64 > most, "seed {seed}: {clash:?}, yet {told:?} lose a visit");
                    refused += 1;
                }
                Outcome::NotFound(_) => {}
                Outcome::Broken(broken) => panic!("{broken:?}"),
            }
        }
    }
    assert!(kept > 50 && refused > 10, "{kept} kept, {refused} refused: shows too little");
}

//! The reasons why somebody or something is left out, and what is said to be in the way of an alternative, held against the
//! rules and the steering alone, under locks, limits of changes and prices: what is named is in the way, nothing is that is
//! not named, and what is said to lift it does.

use std::collections::BTreeSet;

use scheduler::check::resolve;
use scheduler::explain::left_out;
use scheduler::explain::why::{self, Alternative, Choice, Stop};
use scheduler::plan::{PlanRecords, Visit};
use scheduler::problem::{Day, EnrolmentIx, NetworkIx, RoundIx};
use scheduler::rules::RuleCode;
use scheduler::rules::Subject;
use scheduler::solution::{LeftOut, Missing};
use scheduler::steering::{Keep, SteeringRecords, VisitLockRecord};
use scheduler::{Outcome, Plan, ProblemRecords, Steering, Task, rules};

use crate::check::{close, problem};
use crate::common::generator::{self, SMALL, Size, TINY};
use crate::common::random::Random;
use crate::solve::solved;

/// Few days and many networks: much is left out.
const CROWDED: Size = Size { enrolments: 12, networks: 3, rounds: 2, days: 4 };

/// What is in the way: rules, `lock`, `max_changes`, `max_affected_municipalities`.
type Broken = BTreeSet<RuleCode>;

fn is_limit(rule: RuleCode) -> bool {
    matches!(rule, RuleCode::MaxChanges | RuleCode::MaxAffectedMunicipalities)
}

/// A plan that keeps everything that is asked of it, with its problem.
struct Case {
    seed: u64,
    problem: Task,
    /// Its steering without limits: what is a lock.
    locks: Option<Steering>,
    /// What a change costs.
    change_weight: f64,
    plan: Plan,
}

impl Case {
    fn new(seed: u64, problem: Task, plan: Plan) -> Case {
        let locks = problem.steering().cloned().map(|mut steering| {
            steering.limit_changes(None);
            steering.limit_affected(None);
            steering
        });
        Case { seed, problem, locks, change_weight: 0.0, plan }
    }

    /// The locks that a plan breaks and the limits that it exceeds, with words.
    fn against_the_steering(&self, plan: &Plan) -> BTreeSet<(RuleCode, String)> {
        let broken = |steering: &Steering| steering.broken(&self.problem, plan);
        let locks = self.locks.iter().flat_map(broken);
        let limits = self.problem.steering().into_iter().flat_map(broken).filter(|one| one.rule != RuleCode::Lock);
        locks.chain(limits).map(|one| (one.rule, one.detail)).collect()
    }

    /// What a plan breaks.
    fn broken(&self, mut plan: Plan) -> Broken {
        plan.sort();
        let mut found: Broken = rules::violations(&self.problem, &plan).into_iter().map(|one| one.rule).collect();
        found.extend(self.against_the_steering(&plan).into_iter().map(|one| one.0));
        found
    }

    /// What stands in the way of an enrolment in a network, whatever its dates are there: those that it has are dropped.
    fn broken_in(&self, e: EnrolmentIx, n: NetworkIx) -> Broken {
        let mut dropped = self.plan.clone();
        dropped.visits.retain(|visit| visit.host != e);
        dropped.visits.iter_mut().for_each(|visit| visit.guests.retain(|&guest| guest != e));
        let mut moved = dropped.clone();
        moved.network_of[e.at()] = Some(n);
        let found = rules::violations(&self.problem, &moved).into_iter().map(|one| one.rule);
        let mut found: Broken = found.filter(|rule| rule.subject() == Subject::Assignment).collect();
        let more = &self.against_the_steering(&moved) - &self.against_the_steering(&dropped);
        found.extend(more.into_iter().map(|one| one.0).filter(|&rule| rule == RuleCode::Lock));
        let anew = self.against_the_steering(&self.as_in_the_base(moved, e, n));
        found.extend(anew.into_iter().map(|one| one.0).filter(|&rule| rule != RuleCode::Lock));
        found
    }

    /// A plan in which an enrolment has come into a network, with the dates that this leaves open as the base has them, as
    /// far as they can be: those of itself, of a member that nobody has visited so far, and of one who is left alone.
    fn as_in_the_base(&self, mut moved: Plan, e: EnrolmentIx, n: NetworkIx) -> Plan {
        let Some(base) = self.problem.steering().and_then(Steering::base) else { return moved };
        let network_of = moved.network_of.clone();
        let share = |a: EnrolmentIx, b: EnrolmentIx| network_of[a.at()] == network_of[b.at()];
        let all = || (0..network_of.len()).map(EnrolmentIx::new);
        let company = |a: EnrolmentIx| network_of[a.at()].is_some() && all().any(|b| a != b && share(a, b));
        let there = self.plan.members(&self.problem)[n.at()].clone();
        let open: Vec<EnrolmentIx> = if there.len() == 1 { vec![e, there[0]] } else { vec![e] };
        moved.visits.retain(|visit| company(visit.host) && !open.contains(&visit.host));
        for visit in &base.visits {
            let mut come: Vec<EnrolmentIx> =
                visit.guests.iter().copied().filter(|&guest| share(guest, visit.host)).collect();
            if open.contains(&visit.host) && company(visit.host) {
                let network = network_of[visit.host.at()].expect("it has company in one");
                moved.visits.push(Visit { network, guests: come, ..visit.clone() });
                continue;
            }
            come.retain(|guest| open.contains(guest));
            let held = moved.visits.iter_mut().find(|held| held.host == visit.host && held.day == visit.day);
            held.into_iter().for_each(|held| held.guests.extend(&come));
        }
        moved.visits.iter_mut().for_each(|visit| visit.guests.sort_unstable());
        moved
    }

    /// What a further visit would break, by open day, and there by guest.
    fn with_a_visit(&self, host: EnrolmentIx, round: Option<RoundIx>) -> Vec<Vec<Broken>> {
        let network = self.plan.network_of[host.at()].expect("a host has a network");
        let members = self.plan.members(&self.problem)[network.at()].clone();
        let rounds = self.problem.rounds().iter().enumerate();
        let here = rounds.filter(|(at, _)| round.is_none_or(|round| round.at() == *at));
        let days: Vec<Day> = here.flat_map(|(_, round)| &round.open_days).copied().collect();
        let with = |day: Day, guest: EnrolmentIx| {
            let mut plan = self.plan.clone();
            plan.visits.push(Visit { network, host, day, guests: vec![guest] });
            self.broken(plan)
        };
        let guests = || members.iter().copied().filter(|&guest| guest != host);
        days.into_iter().map(|day| guests().map(|guest| with(day, guest)).collect()).collect()
    }

    /// What it would break if the guest came too, by visit of the hosting.
    fn with_a_guest(&self, guest: EnrolmentIx, host: EnrolmentIx, round: Option<RoundIx>) -> Vec<Vec<Broken>> {
        let rounds = self.problem.rounds();
        let in_round = |visit: &Visit| round.is_none_or(|round| rounds[round.at()].open_days.contains(&visit.day));
        let visits = self.plan.visits.iter().enumerate().filter(|(_, visit)| visit.host == host && in_round(visit));
        let with = |(at, _): (usize, &Visit)| {
            let mut plan = self.plan.clone();
            plan.visits[at].guests.push(guest);
            vec![self.broken(plan)]
        };
        visits.map(with).collect()
    }
}

/// The rules that a code speaks of; none where nothing is in the way.
fn spoken_of(code: &str) -> &'static [RuleCode] {
    match code {
        "cost" | "not_found" | "price" => &[],
        "cannot_host_any_day" => &[RuleCode::V2],
        "no_guest_can_come" => &[RuleCode::V3, RuleCode::V4, RuleCode::V5, RuleCode::V9],
        "round_full" => &[RuleCode::V7],
        "host_busy" => &[RuleCode::V2, RuleCode::V5],
        "pace" | "busy" => &[RuleCode::V5],
        "day_limit" => &[RuleCode::V6],
        "unavailable" => &[RuleCode::V4],
        "return_days" => &[RuleCode::V9],
        "no_room" | "too_large" => &[RuleCode::V3],
        "locked" => &[RuleCode::Lock],
        "change_limit" => &[RuleCode::MaxChanges],
        "affected_limit" => &[RuleCode::MaxAffectedMunicipalities],
        other => panic!("{other} says nothing about a rule"),
    }
}

/// `tried`: what stands in the way, by chance to do it, and there by guest. Whatever stands in the way of each guest is
/// told; nothing is told that stands in nobody's way.
fn is_true(seed: u64, left: &LeftOut, tried: &[Vec<Broken>]) {
    if left.code == "no_open_day" {
        return assert!(tried.is_empty(), "seed {seed}: {left:?}");
    }
    let spoken = spoken_of(left.code);
    let possible = tried.iter().flatten().any(Broken::is_empty);
    assert_eq!(possible, spoken.is_empty(), "seed {seed}: {left:?} {tried:?}");
    if possible {
        return assert!(left.rules.is_empty(), "seed {seed}: {left:?}");
    }
    let all: Broken = tried.iter().flatten().flatten().copied().collect();
    assert!(spoken.iter().any(|rule| all.contains(rule)), "seed {seed}: {left:?} {tried:?}");
    assert!(left.rules.iter().all(|rule| all.contains(rule)), "seed {seed}: {left:?} {tried:?}");
    for by_guest in tried {
        let each = by_guest.iter().skip(1).fold(by_guest[0].clone(), |each, one| &each & one);
        assert!(each.iter().all(|rule| left.rules.contains(rule)), "seed {seed}: {left:?} {by_guest:?}");
    }
}

/// The reason why an enrolment has no network.
fn is_true_of_an_enrolment(case: &Case, e: EnrolmentIx, left: &LeftOut) {
    let (seed, problem) = (case.seed, &case.problem);
    let track = problem.enrolment(e).track;
    let networks = (0..problem.networks().len()).map(NetworkIx::new).filter(|&n| problem.network(n).track == track);
    let tried: Vec<Broken> = networks.map(|n| case.broken_in(e, n)).collect();
    let open: Vec<&Broken> = tried.iter().filter(|one| !one.contains(&RuleCode::A1)).collect();
    let possible = tried.iter().any(Broken::is_empty);
    assert_eq!(possible, matches!(left.code, "cost" | "price"), "seed {seed}: {left:?} {tried:?}");
    if possible {
        return;
    }
    let looked_at = if open.is_empty() { tried.iter().collect() } else { open.clone() };
    let all: Broken = looked_at.into_iter().flatten().copied().collect();
    assert_eq!(all, left.rules.iter().copied().collect(), "seed {seed}: {left:?} {tried:?}");
    let limit_alone = |one: &&Broken| one.iter().all(|rule| is_limit(*rule));
    let no_rule = |one: &&Broken| one.iter().all(|rule| *rule == RuleCode::Lock || is_limit(*rule));
    match left.code {
        "no_network_open" => assert!(open.is_empty(), "seed {seed}: {left:?}"),
        "change_limit" | "affected_limit" => assert!(open.iter().any(limit_alone), "seed {seed}: {left:?} {tried:?}"),
        "locked" => assert!(open.iter().any(no_rule), "seed {seed}: {left:?} {tried:?}"),
        "networks_full" | "larger_than_every_network" => {
            assert!(open.iter().all(|one| one.contains(&RuleCode::A2)), "seed {seed}: {left:?} {tried:?}");
        }
        "rule" => assert!(!open.is_empty() && !open.iter().any(limit_alone) && !open.iter().any(no_rule)),
        other => panic!("seed {seed}: {other} says nothing about an enrolment"),
    }
}

/// Every reason of a plan; how many there were of enrolments, hostings and guests.
fn all_true(case: &Case, left_out: &[LeftOut]) -> [usize; 3] {
    let mut counts = [0; 3];
    for left in left_out {
        match left.what {
            Missing::Enrolment { enrolment } => {
                is_true_of_an_enrolment(case, enrolment, left);
                counts[0] += 1;
            }
            Missing::Hosting { host, round } => {
                is_true(case.seed, left, &case.with_a_visit(host, round));
                counts[1] += 1;
            }
            Missing::Gathering { .. } | Missing::Round { .. } => {} // see the laws of gatherings
            Missing::Guest { guest, host, round } => {
                is_true(case.seed, left, &case.with_a_guest(guest, host, round));
                counts[2] += 1;
            }
        }
    }
    counts
}

#[test]
fn reasons_for_who_and_what_is_left_out_are_true_by_the_rules_alone() {
    let mut counts = [0; 3];
    for seed in 0..900 {
        let size = [TINY, SMALL, CROWDED, CROWDED][seed as usize % 4];
        let problem = problem(&generator::problem(seed, size));
        let Outcome::Planned(solution) = solved(&problem, 500) else { continue };
        let case = Case::new(seed, problem, solution.plan);
        let found = all_true(&case, &solution.left_out);
        counts.iter_mut().zip(found).for_each(|(count, more)| *count += more);
    }
    assert!(counts[0] >= 100 && counts[1] >= 300 && counts[2] >= 150, "{counts:?} show too little");
}

/// Locks, limits and prices by chance.
fn any_steering(records: &ProblemRecords, base: &PlanRecords, random: &mut Random) -> SteeringRecords {
    let keep = |random: &mut Random| *random.pick(&[Keep::Round, Keep::Week, Keep::Day, Keep::Guests]);
    let mut some = |ids: Vec<String>| -> Vec<String> { ids.into_iter().filter(|_| random.once_in(4)).collect() };
    let enrolments = some(records.enrolments.iter().map(|one| one.id.clone()).collect());
    let networks = some(records.networks.iter().map(|one| one.id.clone()).collect());
    let hosts = some(base.visits.iter().map(|visit| visit.host.clone()).collect());
    let weight = |random: &mut Random| Some(*random.pick(&[1.0, 300.0, 30_000.0]));
    let towns = || records.municipalities.iter().map(|town| town.id.clone());
    SteeringRecords {
        gatherings: Vec::new(),
        all_gatherings: false,
        base: Some(base.clone()),
        enrolments: if random.once_in(2) { enrolments } else { Vec::new() },
        networks: if random.once_in(2) { networks } else { Vec::new() },
        all_networks: random.once_in(6),
        visits: hosts.into_iter().map(|host| VisitLockRecord { host, round: None, keep: keep(random) }).collect(),
        all_visits: random.once_in(4).then(|| keep(random)),
        before: random
            .once_in(4)
            .then(|| base.visits.get(base.visits.len() / 2).map(|visit| visit.date.clone()))
            .flatten(),
        change_weight: if random.once_in(2) { weight(random) } else { None },
        max_changes: random.once_in(2).then(|| random.between(0, 3)),
        max_affected_municipalities: random.once_in(4).then(|| random.between(0, 4)),
        met: towns().zip(towns().skip(1)).collect(),
        repeat_weight: if random.once_in(4) { weight(random) } else { None },
        worst_off_weight: if random.once_in(4) { weight(random) } else { None },
    }
}

/// A plan that was made from another one after something has happened: others come, somebody withdraws, days are lost.
fn replanned(seed: u64) -> Option<Case> {
    let mut random = Random::new(seed);
    let size = [TINY, SMALL, CROWDED][seed as usize % 3];
    let after = generator::problem(seed, size);
    let mut before = after.clone();
    for _ in 0..random.between(0, 2) {
        if before.enrolments.len() > 2 {
            before.enrolments.remove(random.below(before.enrolments.len()));
        }
    }
    let of_before = Task::new(&before).ok()?;
    let Outcome::Planned(base) = solved(&of_before, 500) else { return None };
    let base = PlanRecords::of(&of_before, &base.plan);
    let (steered, change_weight) = (0..4).find_map(|_| {
        let problem = problem(&after);
        let written = any_steering(&after, &base, &mut random);
        let steering = Steering::new(&problem, &written).ok()?;
        Some((problem.steered(steering), written.change_weight.unwrap_or(0.0)))
    })?;
    let Outcome::Planned(solution) = solved(&steered, 500) else { return None };
    assert_eq!(solution.left_out, left_out(&steered, &solution.plan));
    Some(Case { change_weight, ..Case::new(seed, steered, solution.plan) })
}

#[test]
fn reasons_for_who_and_what_is_left_out_are_true_under_locks_limits_and_prices() {
    let (mut counts, mut steered) = ([0; 3], 0);
    for seed in 0..1_500 {
        let Some(case) = replanned(seed) else { continue };
        let reasons = left_out(&case.problem, &case.plan);
        let by_steering = ["locked", "change_limit", "affected_limit", "price"];
        steered += reasons.iter().filter(|one| by_steering.contains(&one.code)).count();
        let found = all_true(&case, &reasons);
        counts.iter_mut().zip(found).for_each(|(count, more)| *count += more);
    }
    assert!(counts.iter().all(|&count| count >= 100) && steered >= 100, "{counts:?}, {steered} show too little");
}

fn told(one: &Alternative) -> Broken {
    one.stops.iter().map(Stop::rule).collect()
}

/// The problem with what is said to lift all that is in the way of an alternative.
fn lifted(problem: &Task, one: &Alternative) -> Option<Task> {
    let mut lifted = problem.clone();
    one.lifted.as_ref()?.iter().for_each(|change| change.apply(&mut lifted));
    Some(lifted)
}

/// Every other network of every enrolment: how many there were, and how many were lifted.
fn networks_true(case: &Case, counts: &mut [usize; 2]) {
    let (seed, plan) = (case.seed, &case.plan);
    for e in (0..plan.network_of.len()).map(EnrolmentIx::new) {
        for one in why::enrolment(&case.problem, plan, e).alternatives.iter().filter(|one| !one.present) {
            let Choice::Network(n) = one.choice else { panic!("a network") };
            let found = case.broken_in(e, n);
            assert_eq!(told(one), found, "seed {seed}: {:?}", one.stops);
            let mut moved = plan.clone();
            moved.network_of[e.at()] = Some(n);
            if let Some(steering) = case.problem.steering() {
                let price = |plan: &Plan| {
                    let judged = steering.judge(&case.problem, plan);
                    let places = judged.changes.networks + judged.changes.places;
                    case.change_weight * f64::from(places) + judged.fairly.price
                };
                let more = price(&moved) - price(plan);
                assert!(close(one.price.total(), more), "seed {seed}: {:?} is not {more}", one.price);
            }
            if let Some(lifted) = lifted(&case.problem, one) {
                let left = rules::violations(&lifted, &moved);
                let left: Vec<_> = left.iter().filter(|broken| broken.rule.subject() == Subject::Assignment).collect();
                assert!(left.is_empty(), "seed {seed}: {:?} {left:?}", one.lifted);
                counts[1] += 1;
            }
            counts[0] += 1;
        }
    }
}

/// Every other day of every visit: how many there were, and how many were lifted.
fn days_true(case: &Case, counts: &mut [usize; 2]) {
    let (seed, plan) = (case.seed, &case.plan);
    for position in 0..plan.visits.len() {
        for one in why::visit(&case.problem, plan, position).alternatives.iter().filter(|one| !one.present) {
            let Choice::Day(day) = one.choice else { panic!("a day") };
            let on = |guests: Vec<EnrolmentIx>| {
                let mut moved = plan.clone();
                (moved.visits[position].day, moved.visits[position].guests) = (day, guests);
                moved.sort();
                moved
            };
            let all = plan.visits[position].guests.clone();
            let lost = |guest: &EnrolmentIx| one.lost.iter().any(|(lost, _)| lost == guest);
            let come: Vec<EnrolmentIx> = all.iter().copied().filter(|guest| !lost(guest)).collect();
            let found = case.broken(on(if come.is_empty() { all.clone() } else { come.clone() }));
            assert_eq!(told(one), found, "seed {seed}: {:?} on {day}", one.stops);
            let away: Broken = one.lost.iter().flat_map(|(_, away)| away).map(|away| away.rule()).collect();
            let rules = |mut found: Broken| {
                found.remove(&RuleCode::MaxAffectedMunicipalities); // whom it affects that some cannot come: told of those who can
                found
            };
            let of_all = rules(case.broken(on(all.clone())));
            assert_eq!(rules(&told(one) | &away), of_all, "seed {seed}: {:?} {:?} on {day}", one.stops, one.lost);
            if let Some(steering) = case.problem.steering() {
                let price = |plan: &Plan| steering.judge(&case.problem, plan).price;
                let more = price(&on(all.clone())) - price(plan);
                assert!(close(one.price.total(), more), "seed {seed}: {:?} is not {more}", one.price);
            }
            if let Some(lifted) = lifted(&case.problem, one) {
                let guests = if come.is_empty() { all.iter().map(|&guest| vec![guest]).collect() } else { vec![come] };
                let sound = |guests: &Vec<EnrolmentIx>| rules::violations(&lifted, &on(guests.clone())).is_empty();
                assert!(guests.iter().any(sound), "seed {seed}: {:?} {:?} on {day}", one.stops, one.lifted);
                counts[1] += 1;
            }
            counts[0] += 1;
        }
    }
}

#[test]
fn everything_in_the_way_of_an_alternative_is_told_and_what_lifts_it_does() {
    let (mut networks, mut days) = ([0; 2], [0; 2]);
    for seed in 0..900 {
        let plain = || {
            let problem = problem(&generator::problem(seed, SMALL));
            let Outcome::Planned(solution) = solved(&problem, 500) else { return None };
            Some(Case::new(seed, problem, solution.plan))
        };
        let Some(case) = (if seed % 3 == 0 { plain() } else { replanned(seed) }) else { continue };
        networks_true(&case, &mut networks);
        days_true(&case, &mut days);
    }
    let enough = networks[0] > 2_000 && networks[1] > 500 && days[0] > 5_000 && days[1] > 500;
    assert!(enough, "{networks:?} networks and {days:?} days show too little");
}

#[test]
fn an_earlier_plan_with_broken_rules_is_explained_all_the_same() {
    for seed in 0..200 {
        let records = generator::problem(seed, SMALL);
        let (first, second) = (problem(&records), problem(&generator::problem(seed + 1, SMALL)));
        let Outcome::Planned(other) = solved(&second, 100) else { continue };
        let (plan, _) = resolve(&first, &PlanRecords::of(&second, &other.plan));
        left_out(&first, &plan);
        (0..plan.network_of.len()).for_each(|e| drop(why::enrolment(&first, &plan, EnrolmentIx::new(e))));
        (0..plan.visits.len()).for_each(|at| drop(why::visit(&first, &plan, at)));
    }
}

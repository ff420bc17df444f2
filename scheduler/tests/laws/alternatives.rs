//! What else a gathering of a plan could be: every figure and every obstacle, against every way to seat those invited.

use scheduler::cost::{cost, of_gathering};
use scheduler::explain::gathering::{Alternative, Change, alternatives};
use scheduler::explain::meeting::MeetingStop;
use scheduler::plan::{Meeting, Plan};
use scheduler::problem::records::WindowRecord;
use scheduler::problem::{EnrolmentIx, GatheringIx, ProblemRecords};
use scheduler::rules::RuleCode::{self, *};
use scheduler::{Outcome, Task, rules};

use crate::check::{close, problem};
use crate::common::gatherings::added;
use crate::common::generator::{self, SMALL, Size};
use crate::solve::solved;

/// So few that every way to seat them can be looked at.
const FEW: Size = Size { enrolments: 6, networks: 2, rounds: 1, days: 4 };
const ALL: usize = 100_000;

/// A plan of a problem with gatherings.
fn planned(records: &ProblemRecords) -> Option<(Task, Plan)> {
    let problem = problem(records);
    match solved(&problem, 3_000) {
        Outcome::Planned(solution) => Some((problem, solution.plan)),
        _ => None,
    }
}

/// The plan with other meetings of a gathering.
fn with(plan: &Plan, gathering: GatheringIx, meetings: &[Meeting]) -> Plan {
    let mut plan = plan.clone();
    plan.meetings.retain(|meeting| meeting.gathering != gathering);
    plan.meetings.extend_from_slice(meetings);
    plan.sort();
    plan
}

/// Where and when the meetings of a gathering are in an alternative.
fn slots(plan: &Plan, gathering: GatheringIx, change: Change, row: &Alternative) -> Vec<Meeting> {
    let own = plan.meetings.iter().enumerate().filter(|(_, meeting)| meeting.gathering == gathering);
    let stays = own.filter(|(at, meeting)| match change {
        Change::Move(moves) => moves != *at,
        Change::More => true,
        Change::Fewer => (meeting.start, meeting.place) != (row.start, row.place),
    });
    let mut slots: Vec<Meeting> = stays.map(|(_, meeting)| Meeting { attend: Vec::new(), ..meeting.clone() }).collect();
    if change != Change::Fewer {
        slots.push(Meeting { start: row.start, gathering, place: row.place, attend: Vec::new() });
    }
    slots
}

fn broken(problem: &Task, plan: &Plan, codes: &[RuleCode]) -> bool {
    rules::violations(problem, plan).iter().any(|broken| codes.contains(&broken.rule))
}

/// The least that the gathering costs with these meetings, over every way to seat whoever is invited; infinite where there is
/// none. Limits of how many meetings there are do not count where `any_number`.
fn least(problem: &Task, plan: &Plan, gathering: GatheringIx, slots: &[Meeting], any_number: bool) -> f64 {
    let plan = Plan { visits: Vec::new(), ..plan.clone() };
    let codes: &[RuleCode] = if any_number { &[G1, G2, G3, G5, G6] } else { &[G1, G2, G3, G4, G5, G6] };
    let guests: Vec<EnrolmentIx> = problem.invited(gathering).map(|(e, _)| e).collect();
    let mut least = f64::INFINITY;
    for number in 0..(slots.len() + 1).pow(guests.len() as u32) {
        let mut meetings = slots.to_vec();
        let mut rest = number;
        for &guest in &guests {
            meetings.get_mut(rest % (slots.len() + 1)).into_iter().for_each(|meeting| meeting.attend.push(guest));
            rest /= slots.len() + 1;
        }
        let cost = of_gathering(problem, gathering, &meetings).total();
        if cost < least && !broken(problem, &with(&plan, gathering, &meetings), codes) {
            least = cost;
        }
    }
    least
}

#[test]
fn every_day_and_place_costs_what_the_best_seats_cost_or_breaks_the_rule_that_is_told() {
    let (mut priced, mut barred) = (0, 0);
    for seed in 0..200 {
        let records = added(&generator::problem(seed, FEW), 1 + seed as i64 % 2, seed);
        let Some((problem, plan)) = planned(&records) else { continue };
        for gathering in (0..problem.gatherings().len()).map(GatheringIx::new) {
            let guests = problem.invited(gathering).count();
            let found = alternatives(&problem, &plan, gathering, None, ALL);
            for (change, row) in found.changes.iter().flat_map(|one| one.rows.iter().map(|row| (one.change, row))) {
                let slots = slots(&plan, gathering, change, row);
                if (slots.len() + 1).pow(guests as u32) > 4_100 {
                    continue;
                }
                let numbers = |stop: &MeetingStop| {
                    matches!(stop, MeetingStop::TooMany { .. } | MeetingStop::TooFew { .. } | MeetingStop::NoMeeting(_))
                };
                let least = least(&problem, &plan, gathering, &slots, row.stops.iter().any(numbers));
                let Some(outcome) = &row.outcome else {
                    assert!(least.is_infinite(), "seed {seed}: {row:?} could be held for {least}");
                    assert!(row.stops.iter().any(|stop| stop.visits().is_empty()), "seed {seed}: {row:?}");
                    barred += 1;
                    continue;
                };
                let told = outcome.cost.total();
                assert!(outcome.at_least <= least + 1e-6, "seed {seed}: {least} is possible: {row:?}");
                assert!(told >= least - 1e-6, "seed {seed}: {least} is the least: {row:?}");
                assert!(close(outcome.at_least, told), "seed {seed}: so few are priced exactly: {row:?}");
                priced += 1;
            }
        }
    }
    assert!(priced > 800 && barred > 400, "{priced} {barred}");
}

/// The visits that are named lie in the way, each by itself, and no others do. Whether there are any.
fn visits_in_the_way(problem: &Task, plan: &Plan, gathering: GatheringIx, row: &Alternative) -> bool {
    let meetings = &row.outcome.as_ref().expect("priced").meetings;
    let named: Vec<usize> = row.stops.iter().flat_map(MeetingStop::visits).copied().collect();
    let only = |keep: &dyn Fn(usize) -> bool| {
        let mut plan = with(plan, gathering, meetings);
        let visits = plan.visits.iter().enumerate().filter(|(at, _)| keep(*at));
        plan.visits = visits.map(|(_, visit)| visit.clone()).collect();
        broken(problem, &plan, &[G1, G6])
    };
    assert!(!only(&|at| !named.contains(&at)), "{row:?}: another visit is in the way");
    for &one in &named {
        assert!(only(&|at| at == one), "{row:?}: visit {one} is not in the way");
    }
    !named.is_empty()
}

#[test]
fn what_the_plan_has_is_among_them_and_who_comes_and_misses_is_told() {
    let (mut moves, mut near) = (0, 0);
    for seed in 0..60 {
        let records = added(&generator::problem(seed, SMALL), 3, seed);
        let Some((problem, plan)) = planned(&records) else { continue };
        let total = cost(&problem, &plan).gatherings();
        let mut sum = 0.0;
        for gathering in (0..problem.gatherings().len()).map(GatheringIx::new) {
            let found = alternatives(&problem, &plan, gathering, None, 5);
            sum += found.cost.total();
            for one in &found.changes {
                assert!(one.rows.len() <= 6 && one.rows.len() <= one.of, "seed {seed}");
                let order: Vec<f64> =
                    one.rows.iter().filter_map(|row| Some(row.outcome.as_ref()?.cost.total())).collect();
                assert!(order.windows(2).all(|pair| pair[0] <= pair[1]), "seed {seed}: {order:?}");
                for row in &one.rows {
                    let Some(outcome) = &row.outcome else { continue };
                    near += usize::from(visits_in_the_way(&problem, &plan, gathering, row));
                    let plan_after = with(&plan, gathering, &outcome.meetings);
                    let other = cost(&problem, &plan_after).gatherings() - outcome.cost.total();
                    assert!(close(other, total - found.cost.total()), "seed {seed}: the others cost what they did");
                    let attends = |plan: &Plan, e: &EnrolmentIx| {
                        plan.meetings.iter().any(|m| m.gathering == gathering && m.attend.contains(e))
                    };
                    assert!(outcome.come.iter().all(|e| attends(&plan_after, e) && !attends(&plan, e)), "seed {seed}");
                    assert!(outcome.miss.iter().all(|e| !attends(&plan_after, e) && attends(&plan, e)), "seed {seed}");
                }
                let Change::Move(at) = one.change else { continue };
                let present: Vec<&Alternative> = one.rows.iter().filter(|row| row.present).collect();
                let [present] = present[..] else { panic!("seed {seed}: {present:?}") };
                assert_eq!((present.start, present.place), (plan.meetings[at].start, plan.meetings[at].place));
                let outcome = present.outcome.as_ref().expect("it is held");
                let settled = close(outcome.cost.total(), outcome.at_least);
                assert!(settled && outcome.at_least <= found.cost.total() + 1e-6, "seed {seed}: {present:?}");
                moves += 1;
            }
            let days: Vec<_> = found.closed.iter().map(|(day, _)| *day).collect();
            let open = problem.starts(gathering);
            assert!(days.iter().all(|day| !open.contains(day)), "seed {seed}");
        }
        assert!(close(sum, total), "seed {seed}");
    }
    assert!(moves > 60 && near > 20, "{moves} {near}");
}

/// A gathering of one meeting: the table agrees with a solve for each day and place.
#[test]
fn a_day_and_a_place_cost_what_a_solve_around_them_costs() {
    let mut compared = 0;
    for seed in 0..120 {
        let records = added(&generator::problem(seed, SMALL), 1, seed);
        let record = &records.gatherings.as_ref().expect("it has one")[0];
        if record.meetings.is_some() {
            continue;
        }
        let Some((problem, plan)) = planned(&records) else { continue };
        let gathering = GatheringIx::new(0);
        let found = alternatives(&problem, &plan, gathering, None, 4);
        for row in &found.changes[0].rows {
            let mut held = records.clone();
            let of_plan = &mut held.gatherings.as_mut().expect("it has one")[0];
            if of_plan.window.is_some() {
                let end = row.start.plus(of_plan.days.unwrap_or(1) as i32 - 1);
                of_plan.window = Some(WindowRecord { start: row.start.to_string(), end: end.to_string() });
            }
            let place = row.place.map(|place| problem.gathering(gathering).places[place.at()].id.clone());
            of_plan.places.iter_mut().for_each(|places| places.retain(|one| Some(&one.id) == place.as_ref()));
            let solution = Task::new(&held).ok().map(|held| solved(&held, 3_000));
            match (&row.outcome, solution) {
                (Some(outcome), Some(Outcome::Planned(solution))) => {
                    assert!(close(outcome.cost.total(), solution.cost.gatherings()), "seed {seed}: {row:?}");
                    compared += 1;
                }
                (Some(_), Some(Outcome::NotFound(_))) => {} // no networks were found
                (Some(_), other) => panic!("seed {seed}: {row:?} but {other:?}"),
                (None, Some(Outcome::Planned(_))) => panic!("seed {seed}: it can be held: {row:?}"),
                (None, _) => {}
            }
        }
    }
    assert!(compared > 60, "{compared}");
}

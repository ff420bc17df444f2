//! Meetings that are held because they are locked or wished for.

use scheduler::cost::of_gathering;
use scheduler::effort::Still;
use scheduler::explain::difference::Side;
use scheduler::explain::gathering::{Change, alternatives};
use scheduler::plan::{MeetingRecord, PlanRecords};
use scheduler::problem::{GatheringIx, ProblemRecords};
use scheduler::steering::SteeringRecords;
use scheduler::what_if::local;
use scheduler::what_if::wish::Wish;
use scheduler::what_if::wished::Wished;
use scheduler::{Effort, Outcome, Solution, Steering, Task, solve};

use crate::check::{close, problem};
use crate::common::gatherings::added;
use crate::common::generator::{self, SMALL};
use crate::solve::solved;

fn effort(work: u64) -> Effort {
    Effort { work: Some(work), threads: 1, ..Effort::default() }
}

/// A problem with gatherings and a plan of it.
fn planned(seed: u64, gatherings: i64) -> Option<(ProblemRecords, Task, Solution)> {
    let records = added(&generator::problem(seed, SMALL), gatherings, seed);
    let problem = problem(&records);
    match solved(&problem, 3_000) {
        Outcome::Planned(solution) => Some((records, problem, solution)),
        _ => None,
    }
}

/// When and where meetings are.
fn slots(meetings: &[MeetingRecord]) -> Vec<(&str, &str, Option<&str>)> {
    meetings.iter().map(|row| (row.gathering.as_str(), row.start.as_str(), row.place.as_deref())).collect()
}

#[test]
fn a_meeting_that_is_wished_for_is_held_at_the_cost_that_the_table_tells() {
    let (mut held, mut agreed) = (0, 0);
    for seed in 0..45 {
        let Some((records, before, solution)) = planned(seed, 1 + seed as i64 % 2) else { continue };
        let gathering = GatheringIx::new(0);
        let it = before.gathering(gathering);
        let table = alternatives(&before, &solution.plan, gathering, None, 4);
        for (change, row) in table.changes.iter().flat_map(|one| one.rows.iter().map(|row| (one.change, row))) {
            let Some(outcome) = row.outcome.as_ref().filter(|_| change != Change::Fewer) else { continue };
            if !row.stops.iter().all(|stop| !stop.visits().is_empty()) {
                continue; // too many of them, or a region without one
            }
            let wish = Wish::Gather {
                gathering: it.id.clone(),
                start: Some(row.start.to_string()),
                place: row.place.map(|place| it.places[place.at()].id.clone()),
            };
            let wished = Wished::new(&records, &[wish]).expect("it names what there is");
            let after = wished.problem().unwrap_or_else(|why| panic!("seed {seed}: {why:?}"));
            let side = Side { problem: &before, plan: &solution.plan };
            match local(side, &after, 0.0, &effort(60_000), &Still) {
                Outcome::Planned(answer) => {
                    assert!(wished.broken(&after, &answer.plan).is_empty(), "seed {seed}: {row:?}");
                    let own = answer.plan.meetings.iter().filter(|meeting| meeting.gathering == gathering);
                    let own: Vec<_> = own.cloned().collect();
                    assert!(own.iter().any(|meeting| (meeting.start, meeting.place) == (row.start, row.place)));
                    let cost = of_gathering(&after, gathering, &own).total();
                    if records.gatherings.as_ref().is_some_and(|all| all.len() == 1) {
                        // With one meeting it is that of the table; with several another one may make way.
                        let told = outcome.cost.total();
                        let same = if it.meetings.is_none() { close(cost, told) } else { cost <= told + 1e-6 };
                        assert!(same, "seed {seed}: {cost} is not {told}: {row:?}");
                        agreed += 1;
                    }
                    held += 1;
                }
                Outcome::NotFound(_) | Outcome::Infeasible(_) => {
                    // Seats of another gathering, or networks.
                    let alone = records.gatherings.as_ref().is_some_and(|all| all.len() == 1);
                    assert!(!alone || !before.networks().is_empty(), "seed {seed}: {row:?}");
                }
                Outcome::Broken(broken) => panic!("seed {seed}: {broken:?}"),
            }
        }
    }
    assert!(held > 70 && agreed > 40, "{held} {agreed}");
}

#[test]
fn what_no_meeting_can_be_is_told_before_any_search() {
    let mut told = 0;
    for seed in 0..60 {
        let Some((records, before, solution)) = planned(seed, 2) else { continue };
        for gathering in (0..before.gatherings().len()).map(GatheringIx::new) {
            let it = before.gathering(gathering);
            let table = alternatives(&before, &solution.plan, gathering, None, 100);
            for (day, _) in table.closed.iter().take(3) {
                let (start, place) = (Some(day.to_string()), None);
                let wish = Wish::Gather { gathering: it.id.clone(), start, place };
                let why = Wished::new(&records, &[wish]).expect("it names what there is").problem();
                let codes: Vec<&str> = why.expect_err("the day is closed").iter().map(|one| one.code).collect();
                assert_eq!(codes, ["not_a_meeting_day"], "seed {seed}: {day}");
                told += 1;
            }
        }
    }
    assert!(told > 20, "{told}");
}

#[test]
fn locked_meetings_keep_their_days_and_places_whatever_else_changes() {
    let (mut kept, mut lost) = (0, 0);
    for seed in 0..60 {
        let Some((mut records, before, solution)) = planned(seed, 3) else { continue };
        let base = PlanRecords::of(&before, &solution.plan);
        // Everything speaks for other days and places now.
        records.municipalities.iter_mut().for_each(|town| {
            let days = base.gatherings.iter().map(|row| row.start.clone());
            town.undesired = Some(days.collect());
        });
        if seed % 3 == 0
            && let Some(town) = base.gatherings.iter().find_map(|row| row.place.clone())
            && let Some(town) = records.municipalities.iter_mut().find(|known| known.id == town)
        {
            town.can_host = Some(false);
        }
        let Ok(after) = Task::new(&records) else { continue };
        let all = SteeringRecords { base: Some(base.clone()), all_gatherings: true, ..SteeringRecords::default() };
        let steering = Steering::new(&after, &all).unwrap_or_else(|faults| panic!("seed {seed}: {faults}"));
        let named: Vec<String> = before.gatherings().iter().map(|it| it.id.clone()).collect();
        let each = SteeringRecords { gatherings: named.clone(), all_gatherings: false, ..all };
        let faults = Steering::new(&after, &each).err();
        let free = faults.as_ref().map_or(0, |faults| faults.iter().count());
        let locked: Vec<bool> = (0..named.len()).map(|at| steering.held(GatheringIx::new(at)).is_some()).collect();
        assert_eq!(locked.iter().filter(|locked| !**locked).count(), free, "seed {seed}: {faults:?}");
        lost += free;
        let task = after.steered(steering);
        let Outcome::Planned(found) = solve(&task, &effort(4_000), &Still) else { continue };
        let now = PlanRecords::of(&after, &found.plan);
        for (at, id) in named.iter().enumerate().filter(|(at, _)| locked[*at]) {
            let of = |plan: &PlanRecords| -> Vec<MeetingRecord> {
                plan.gatherings.iter().filter(|row| row.gathering == *id).cloned().collect()
            };
            assert_eq!(slots(&of(&now)), slots(&of(&base)), "seed {seed}: gathering {at}");
            kept += 1;
        }
        assert!(found.bound.gatherings <= found.cost.gatherings() + 1e-6, "seed {seed}");
        assert!(task.steering().is_some_and(|steering| steering.broken(&task, &found.plan).is_empty()), "seed {seed}");
    }
    assert!(kept > 60 && lost > 3, "{kept} {lost}");
}

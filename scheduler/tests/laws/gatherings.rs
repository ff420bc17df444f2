//! Gatherings: plans that hold them, against every way to hold them where there are few.

use scheduler::check::check;
use scheduler::explain::difference::{Changed, Side, differences, gatherings_changed};
use scheduler::explain::english::catalogue::LEFT_OUT;
use scheduler::plan::{MeetingRecord, PlanRecords};
use scheduler::problem::{Day, GatheringIx, ProblemRecords};
use scheduler::rules;
use scheduler::rules::Subject;
use scheduler::{Outcome, Task};

use crate::check::{close, problem};
use crate::common::gatherings::added;
use crate::common::generator::{self, SMALL, Size, TINY};
use crate::solve::{document, solved};

/// So small that every way to hold a gathering can be looked at.
const FEW: Size = Size { enrolments: 3, networks: 1, rounds: 1, days: 2 };

#[test]
fn plans_keep_every_rule_around_gatherings() {
    let (mut planned, mut meetings, mut missed) = (0, 0, 0);
    for seed in 0..160 {
        let size = if seed % 2 == 0 { SMALL } else { TINY };
        let records = added(&generator::problem(seed, size), 1 + seed as i64 % 3, seed);
        let problem = problem(&records);
        let solution = match solved(&problem, 4_000) {
            Outcome::Planned(solution) => solution,
            Outcome::Infeasible(_) | Outcome::NotFound(_) => continue,
            Outcome::Broken(broken) => panic!("seed {seed}: {broken:?}"),
        };
        let written = document(&problem, &solution);
        let report = check(&problem, &written);
        assert!(report.broken.is_empty(), "seed {seed}: {:?}", report.broken);
        assert!(close(report.cost.total(), solution.cost.total()), "seed {seed}");
        let (cost, bound) = (&solution.cost, solution.bound);
        assert!(bound.gatherings <= cost.gatherings() + 1e-6, "seed {seed}: {bound:?} {cost:?}");
        assert!(bound.total <= cost.total() + 1e-6, "seed {seed}: {bound:?} {cost:?}");
        assert!(bound.total >= bound.gatherings + bound.assignment - 1e-6, "seed {seed}: {bound:?}");
        for left in &solution.left_out {
            assert!(LEFT_OUT.iter().any(|known| known.code == left.code), "seed {seed}: {left:?}");
        }
        planned += 1;
        meetings += solution.plan.meetings.len();
        missed += solution.left_out.iter().filter(|left| left.reason.contains("attends no meeting")).count();
    }
    assert!(planned > 80 && meetings > 160 && missed > 40, "{planned} {meetings} {missed}");
}

#[test]
fn nothing_is_proved_that_another_way_refutes_and_single_meetings_are_the_best() {
    let (mut planned, mut best, mut proved, mut impossible) = (0, 0, 0, 0);
    for seed in 0..240 {
        let records = added(&generator::problem(seed, FEW), 1 + seed as i64 % 2, seed);
        let problem = problem(&records);
        let Some(cheapest) = cheapest(&records, &problem) else { continue };
        match solved(&problem, 20_000) {
            Outcome::Planned(solution) => {
                let (cost, bound) = (solution.cost.gatherings(), solution.bound.gatherings);
                assert!(bound <= cheapest + 1e-6, "seed {seed}: {bound} is proved, {cheapest} is possible");
                assert!(cost >= cheapest - 1e-6, "seed {seed}: {cost} is less than the least, {cheapest}");
                planned += 1;
                best += usize::from(close(cost, cheapest));
                proved += usize::from(close(bound, cheapest));
                let one = records.gatherings.as_ref().is_some_and(|all| all.len() == 1);
                assert!(!one || close(cost, cheapest), "seed {seed}: {cost}, and {cheapest} is possible");
            }
            Outcome::Infeasible(clash) => {
                impossible += 1;
                let of_gatherings = clash.rules.iter().any(|rule| rule == "gathering");
                assert!(!of_gatherings || cheapest.is_infinite(), "seed {seed}: {}", clash.detail);
            }
            Outcome::NotFound(_) => assert!(cheapest.is_infinite(), "seed {seed}: {cheapest} is possible"),
            Outcome::Broken(broken) => panic!("seed {seed}: {broken:?}"),
        }
    }
    assert!(planned > 100 && best * 100 >= 97 * planned && proved * 10 >= 8 * best, "{planned} {best} {proved}");
    assert!(impossible > 5);
}

/// The least that gatherings cost over every way to hold them; infinite where there is none. None where there are too many.
fn cheapest(records: &ProblemRecords, problem: &Task) -> Option<f64> {
    let each: Vec<Vec<Vec<MeetingRecord>>> =
        (0..problem.gatherings().len()).map(|at| ways(problem, GatheringIx::new(at))).collect();
    let count: usize = each.iter().map(Vec::len).product();
    if count > 20_000 {
        return None;
    }
    let mut least = f64::INFINITY;
    for number in 0..count {
        let mut rest = number;
        let mut rows = Vec::new();
        for ways in &each {
            rows.extend(ways[rest % ways.len()].iter().cloned());
            rest /= ways.len();
        }
        let plan = PlanRecords { gatherings: rows, ..PlanRecords::default() };
        let report = check(problem, &plan);
        if report.broken.iter().all(|broken| broken.rule.subject() != Subject::Gatherings) {
            least = least.min(report.cost.gatherings());
        }
    }
    assert!(records.gatherings.is_some());
    Some(least)
}

/// Every choice of meetings of a gathering, by place and day, with everybody at one of them or at none; most break a rule.
fn ways(problem: &Task, gathering: GatheringIx) -> Vec<Vec<MeetingRecord>> {
    let it = problem.gathering(gathering);
    let starts: Vec<Day> = problem.starts(gathering);
    let places: Vec<Option<String>> = match it.places.len() {
        0 => vec![None],
        _ => it.places.iter().map(|place| Some(place.id.clone())).collect(),
    };
    let pairs: Vec<(Day, Option<String>)> =
        starts.iter().flat_map(|&start| places.iter().map(move |place| (start, place.clone()))).collect();
    let guests: Vec<String> = problem.invited(gathering).map(|(e, _)| problem.enrolment(e).id.clone()).collect();
    let most = it.meeting_counts().1.min(3) as usize;
    let sets = (1_u32..1 << pairs.len().min(16)).filter(|set| set.count_ones() as usize <= most);
    let mut ways = Vec::new();
    for set in sets {
        let held: Vec<&(Day, Option<String>)> =
            pairs.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, pair)| pair).collect();
        for number in 0..(held.len() + 1).pow(guests.len() as u32) {
            let mut rest = number;
            let mut rows: Vec<MeetingRecord> = held
                .iter()
                .map(|(start, place)| MeetingRecord {
                    gathering: it.id.clone(),
                    start: start.to_string(),
                    place: place.clone(),
                    attend: Vec::new(),
                })
                .collect();
            for guest in &guests {
                if let Some(row) = rows.get_mut(rest % (held.len() + 1)) {
                    row.attend.push(guest.clone());
                }
                rest /= held.len() + 1;
            }
            ways.push(rows);
        }
    }
    if ways.is_empty() { vec![Vec::new()] } else { ways }
}

#[test]
fn what_is_chosen_keeps_rules_by_itself() {
    for seed in 0..200 {
        let records = added(&generator::problem(seed, SMALL), 3, seed + 1_000);
        let problem = problem(&records);
        let budget = scheduler::effort::Budget::of_work(3_000);
        if let scheduler::gatherings::Outcome::Held(meetings, bound) =
            scheduler::gatherings::solve(&problem, &[], seed, &budget)
        {
            let plan = scheduler::plan::Plan { meetings, ..scheduler::plan::Plan::empty(&problem) };
            let broken = rules::violations(&problem, &plan);
            let of_meetings: Vec<_> =
                broken.iter().filter(|broken| broken.rule.subject() == Subject::Gatherings).collect();
            assert!(of_meetings.is_empty(), "seed {seed}: {of_meetings:?}");
            assert!(bound <= scheduler::cost::cost(&problem, &plan).gatherings() + 1e-6, "seed {seed}");
            // Begun from, they are kept.
            let again = scheduler::gatherings::solve(&problem, &plan.meetings, seed, &budget);
            let scheduler::gatherings::Outcome::Held(kept, _) = again else { panic!("seed {seed}: lost") };
            let slots = |meetings: &[scheduler::plan::Meeting]| -> Vec<_> {
                meetings.iter().map(|meeting| (meeting.start, meeting.gathering, meeting.place)).collect()
            };
            assert_eq!(slots(&kept), slots(&plan.meetings), "seed {seed}");
        }
    }
}

#[test]
fn kilometres_add_up_and_every_change_of_a_meeting_is_told() {
    let (mut moved, mut told) = (0, 0);
    for seed in 0..40 {
        let records = added(&generator::problem(seed, SMALL), 2, seed);
        let problem = problem(&records);
        let Outcome::Planned(before) = solved(&problem, 3_000) else { continue };
        let measures = scheduler::cost::measures(&problem, &before.plan);
        let burdens = scheduler::explain::fairness::fairness(&problem, &before.plan).burdens;
        let km: f64 = burdens.iter().map(|burden| burden.person_km).sum();
        assert!(close(km, measures.travel + measures.gathering_travel), "seed {seed}: {km}");
        // The days that it has are not liked any more.
        let mut others = records.clone();
        let days: Vec<String> = before.plan.meetings.iter().map(|meeting| meeting.start.to_string()).collect();
        others.municipalities.iter_mut().for_each(|town| town.undesired = Some(days.clone()));
        others.weights.get_or_insert_default().gathering_undesired = Some(5_000.0);
        let other = self::problem(&others);
        let Outcome::Planned(after) = solved(&other, 3_000) else { continue };
        let found =
            differences(Side { problem: &problem, plan: &before.plan }, Side { problem: &other, plan: &after.plan });
        let gatherings = gatherings_changed(
            Side { problem: &problem, plan: &before.plan },
            Side { problem: &other, plan: &after.plan },
        );
        let (was, is) = (PlanRecords::of(&problem, &before.plan), PlanRecords::of(&other, &after.plan));
        for gathering in records.gatherings.iter().flatten() {
            let rows = |plan: &PlanRecords| -> Vec<MeetingRecord> {
                plan.gatherings.iter().filter(|row| row.gathering == gathering.id).cloned().collect()
            };
            let (was, is) = (rows(&was), rows(&is));
            let at = |rows: &[MeetingRecord], e: &String| {
                rows.iter().find(|row| row.attend.contains(e)).map(|row| (row.start.clone(), row.place.clone()))
            };
            let summary = gatherings.iter().find(|one| one.gathering.id == gathering.id);
            let stands =
                |row: &&MeetingRecord| !is.iter().any(|now| (&now.start, &now.place) == (&row.start, &row.place));
            let gone = was.iter().filter(stands).count();
            assert_eq!(
                summary.map_or(0, |one| one.meetings.iter().filter(|pair| pair.0.is_some()).count()),
                gone,
                "seed {seed}"
            );
            moved += gone;
            for e in records.enrolments.iter().map(|e| &e.id) {
                let (from, to) = (at(&was, e), at(&is, e));
                let changes = found.iter().flat_map(|one| &one.changes).filter(|change| change.enrolment == *e);
                let of = |what: &Changed| matches!(what, Changed::Meeting { gathering: g, .. } if g.id == gathering.id);
                let codes: Vec<&str> = changes.filter(|one| of(&one.what)).map(|one| one.what.code()).collect();
                let expected: &[&str] = match (&from, &to) {
                    (Some(a), Some(b)) if a == b => &[],
                    (Some(_), Some(_)) => &["meeting_moved"],
                    (None, Some(_)) => &["meeting_new"],
                    (Some(_), None) => &["meeting_missed"],
                    (None, None) => &[],
                };
                assert_eq!(codes, expected, "seed {seed}: {e}");
                told += codes.len();
                let comes = summary.is_some_and(|one| one.come.contains(e));
                assert_eq!(comes, from.is_none() && to.is_some(), "seed {seed}: {e}");
            }
        }
    }
    assert!(moved > 20 && told > 100, "{moved} {told}");
}

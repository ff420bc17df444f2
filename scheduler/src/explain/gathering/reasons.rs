//! Why a gathering of a plan is when and where it is, from what else it could be.

use super::{Alternative, Change, Changed};
use crate::explain::meeting::MeetingReason;
use crate::plan::Plan;
use crate::problem::{GatheringIx, Problem, When, called};

/// Costs that differ by less are the same.
const NEAR: f64 = 1e-6;
/// How many cheaper days and places reasons name.
const NAMED: usize = 3;

/// The reasons of a gathering that costs so much as it is, the most important first.
pub(super) fn reasons(
    problem: &Problem,
    plan: &Plan,
    gathering: GatheringIx,
    cost: f64,
    changes: &[Changed],
) -> Vec<MeetingReason> {
    let mut reasons = Vec::new();
    let held = || plan.meetings.iter().filter(|meeting| meeting.gathering == gathering);
    if held().next().is_none() {
        reasons.push(MeetingReason::NotHeld);
    }
    if let When::Given(day) = problem.gathering(gathering).when {
        reasons.push(MeetingReason::Given { day });
    }
    let moves = || changes.iter().filter(|one| matches!(one.change, Change::Move(_)));
    let mut cheaper: Vec<&Alternative> =
        moves().flat_map(|one| &one.rows).filter(|row| !row.present && total(row) < cost - NEAR).collect();
    cheaper.sort_by(|a, b| (!a.stops.is_empty()).cmp(&!b.stops.is_empty()).then(total(a).total_cmp(&total(b))));
    let named = |row: &Alternative| row.place.map(|place| &problem.gathering(gathering).places[place.at()]);
    let place = |row: &Alternative| named(row).map(|place| called(&place.name, &place.id));
    reasons.extend(cheaper.iter().take(NAMED).map(|row| MeetingReason::Cheaper {
        start: row.start,
        place: place(row),
        saves: cost - total(row),
        stop: row.stops.first().cloned(),
    }));
    let possible = |one: &Changed| one.rows.iter().filter(|row| row.present || row.stops.is_empty()).count();
    match moves().map(possible).sum::<usize>() {
        0 => {}
        _ if !cheaper.is_empty() => {}
        _ if moves().all(|one| one.of == 1) => reasons.push(MeetingReason::Only),
        _ => reasons.push(MeetingReason::Best { of: moves().map(|one| one.of).sum() }),
    }
    for one in changes.iter().filter(|one| !matches!(one.change, Change::Move(_))) {
        let Some(row) = one.rows.first().filter(|row| total(row).is_finite()) else { continue };
        let (start, place, more, stop) = (row.start, place(row), total(row) - cost, row.stops.first().cloned());
        reasons.push(match one.change {
            Change::Fewer => MeetingReason::OneFewer { start, place, more, stop },
            _ => MeetingReason::OneMore { start, place, more, stop },
        });
    }
    let attends = |e| held().any(|meeting| meeting.attend.binary_search(&e).is_ok());
    let missing = problem.invited(gathering).filter(|&(e, _)| !attends(e));
    let (enrolments, persons) = missing.fold((0, 0), |sum, (_, persons)| (sum.0 + 1, sum.1 + u64::from(persons)));
    if enrolments > 0 {
        reasons.push(MeetingReason::Missing { enrolments, persons });
    }
    reasons
}

fn total(row: &Alternative) -> f64 {
    row.outcome.as_ref().map_or(f64::INFINITY, |found| found.cost.total())
}

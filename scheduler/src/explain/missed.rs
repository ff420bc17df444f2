//! Why an enrolment attends no meeting of a gathering that invites it, as the plan stands.

use super::english;
use super::{LeftOut, Missing, Told};
use crate::facts::Facts;
use crate::plan::Meeting;
use crate::problem::{EnrolmentIx, GatheringIx, Problem};
use crate::rules::RuleCode;
use crate::steering::Task;

/// What keeps somebody from a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kept {
    /// It is unavailable on a day of it (G2).
    Unavailable,
    /// It is at a meeting of another gathering that day (G6).
    Elsewhere(GatheringIx),
    /// It is too far away (G5).
    TooFar,
    /// Its persons do not fit in beside those who attend (G3).
    NoRoom,
}

/// Who is invited and attends no meeting, by enrolment and gathering.
pub(super) fn missed(facts: &Facts<'_>) -> Vec<(EnrolmentIx, GatheringIx)> {
    let problem = facts.problem;
    let mut missed = Vec::new();
    for gathering in (0..problem.gatherings().len()).map(GatheringIx::new) {
        let mut attends = vec![false; problem.enrolments().len()];
        for meeting in of(facts, gathering) {
            meeting.attend.iter().for_each(|e| attends[e.at()] = true);
        }
        missed.extend(problem.invited(gathering).filter(|(e, _)| !attends[e.at()]).map(|(e, _)| (e, gathering)));
    }
    missed.sort_unstable();
    missed
}

fn of<'a>(facts: &'a Facts<'_>, gathering: GatheringIx) -> impl Iterator<Item = &'a Meeting> {
    facts.plan.meetings.iter().filter(move |meeting| meeting.gathering == gathering)
}

/// Why it attends none: the first thing in the way of each meeting, or that attending costs more.
pub(super) fn reason(problem: &Task, facts: &Facts<'_>, e: EnrolmentIx, gathering: GatheringIx) -> LeftOut {
    let kept: Vec<Option<Kept>> = of(facts, gathering).map(|meeting| kept(problem, facts, e, meeting)).collect();
    let (code, rules) = match kept.iter().flatten().max() {
        _ if kept.contains(&None) => ("cost", Vec::new()),
        Some(Kept::NoRoom) => ("no_room", vec![RuleCode::G3]),
        Some(Kept::TooFar) => ("too_far", vec![RuleCode::G5]),
        Some(Kept::Elsewhere(_)) => ("elsewhere", vec![RuleCode::G6]),
        Some(Kept::Unavailable) => ("unavailable", vec![RuleCode::G2]),
        None => ("not_held", vec![RuleCode::G4]),
    };
    let several = kept.len() > 1;
    let why = english::LeftOut::Misses { enrolment: e, gathering, code, several };
    Told { code, rules, why }.of(problem, Missing::Gathering { enrolment: e, gathering })
}

/// What keeps it from a meeting first.
fn kept(problem: &Problem, facts: &Facts<'_>, e: EnrolmentIx, meeting: &Meeting) -> Option<Kept> {
    let it = problem.gathering(meeting.gathering);
    let away = &problem.home(e).unavailable;
    if it.days_from(meeting.start).any(|day| away.contains(day)) {
        return Some(Kept::Unavailable);
    }
    let same_day = |other: &&Meeting| {
        let days = problem.gathering(other.gathering).days as i32;
        other.gathering != meeting.gathering
            && other.start < meeting.start.plus(it.days as i32)
            && meeting.start < other.start.plus(days)
    };
    let attends = |other: &&Meeting| other.attend.binary_search(&e).is_ok();
    if let Some(other) = facts.plan.meetings.iter().filter(same_day).find(attends) {
        return Some(Kept::Elsewhere(other.gathering));
    }
    let km = problem.km_to(problem.enrolment(e).municipality, meeting.gathering, meeting.place);
    if it.meetings.and_then(|limits| limits.max_distance_km).is_some_and(|most| meeting.place.is_some() && km > most) {
        return Some(Kept::TooFar);
    }
    let capacity = meeting.place.and_then(|place| it.places[place.at()].capacity);
    let persons = |e: EnrolmentIx| u64::from(problem.persons_invited(meeting.gathering, e).unwrap_or(0));
    let there: u64 = meeting.attend.iter().map(|&other| persons(other)).sum();
    capacity.is_some_and(|room| there + persons(e) > u64::from(room)).then_some(Kept::NoRoom)
}

//! G1. A meeting is held on the gathering's days (given ones need not be open) or, where they are chosen, on calendar days
//! one after the other, all inside the window and open, at one of its places. A municipality that is its place can host
//! on all of these days, and hosts no visit and no other meeting on them.

use std::collections::BTreeMap;

use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;
use crate::plan::Meeting;
use crate::problem::{Day, MunicipalityIx, Problem, When};

pub(crate) const RULE: Rule = Rule {
    code: RuleCode::G1,
    sentence: "A meeting is held on the gathering's days (given ones need not be open) or, where they are chosen, on \
               calendar days one after the other, all inside the window and open, at one of its places. A \
               municipality that is its place can host on all of these days, and hosts no visit and no other meeting \
               on them.",
};

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    let problem = facts.problem;
    facts.plan.meetings.iter().for_each(|meeting| of_meeting(problem, meeting, found));
    for ((town, day), (meetings, visits)) in hosted(facts) {
        if meetings > 0 && meetings + visits > 1 {
            let town = &problem.municipality(town).id;
            found.add(RULE, format!("municipality {town} hosts {meetings} meetings and {visits} visits on {day}"));
        }
    }
}

/// What it says of a meeting, whatever else there is.
pub(super) fn of_meeting(problem: &Problem, meeting: &Meeting, found: &mut Violations) {
    let it = problem.gathering(meeting.gathering);
    if !problem.may_begin(meeting.gathering, meeting.start) {
        let why = match it.when {
            When::Given(day) => format!("it begins on {day}"),
            When::Window(..) => "not on open days inside its window".to_owned(),
        };
        found.add(RULE, format!("{}: {why}", label(problem, meeting)));
    }
    if meeting.place.is_none() && !it.places.is_empty() {
        found.add(RULE, format!("{}: it needs one of its places", label(problem, meeting)));
    }
    let host = it.host(meeting.place);
    if let Some(town) = host.filter(|&town| !problem.can_host_meeting(town, meeting.gathering, meeting.start)) {
        let town = &problem.municipality(town).id;
        found.add(RULE, format!("{}: {town} cannot host", label(problem, meeting)));
    }
}

/// How many meetings and visits each municipality hosts on a day.
fn hosted(facts: &Facts<'_>) -> BTreeMap<(MunicipalityIx, Day), (u32, u32)> {
    let problem = facts.problem;
    let mut hosted: BTreeMap<(MunicipalityIx, Day), (u32, u32)> = BTreeMap::new();
    for meeting in &facts.plan.meetings {
        let it = problem.gathering(meeting.gathering);
        let Some(town) = it.host(meeting.place) else { continue };
        it.days_from(meeting.start).for_each(|day| hosted.entry((town, day)).or_default().0 += 1);
    }
    for visit in facts.held.iter().map(|held| held.visit) {
        if let Some(both) = hosted.get_mut(&(problem.enrolment(visit.host).municipality, visit.day)) {
            both.1 += 1;
        }
    }
    hosted
}

/// What a meeting is called in a sentence about a rule.
pub(super) fn label(problem: &Problem, meeting: &Meeting) -> String {
    format!("meeting of {} on {}", problem.gathering(meeting.gathering).id, meeting.start)
}

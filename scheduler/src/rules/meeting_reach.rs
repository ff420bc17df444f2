//! G5. Nobody attends a meeting farther from home than `max_distance_km`.

use super::meeting_place::label;
use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;

pub(crate) const RULE: Rule =
    Rule { code: RuleCode::G5, sentence: "Nobody attends a meeting farther from home than max_distance_km." };

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    let problem = facts.problem;
    for meeting in facts.plan.meetings.iter().filter(|meeting| meeting.place.is_some()) {
        let limits = problem.gathering(meeting.gathering).meetings;
        let Some(most) = limits.and_then(|limits| limits.max_distance_km) else { continue };
        for &e in &meeting.attend {
            let km = problem.km_to(problem.enrolment(e).municipality, meeting.gathering, meeting.place);
            if km > most {
                let id = &problem.enrolment(e).id;
                found.add(RULE, format!("{}: {id} is {km} km away, over {most}", label(problem, meeting)));
            }
        }
    }
}

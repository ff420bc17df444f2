//! G3. The persons at a meeting are at most its place's capacity.

use super::meeting_place::label;
use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;

pub(crate) const RULE: Rule =
    Rule { code: RuleCode::G3, sentence: "The persons at a meeting are at most its place's capacity." };

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    let problem = facts.problem;
    for meeting in &facts.plan.meetings {
        let Some(place) = meeting.place else { continue };
        let Some(most) = problem.gathering(meeting.gathering).places[place.at()].capacity else { continue };
        let invited = meeting.attend.iter().filter_map(|&e| problem.persons_invited(meeting.gathering, e));
        let persons: u64 = invited.map(u64::from).sum();
        if persons > u64::from(most) {
            found.add(RULE, format!("{}: {persons} persons, over {most}", label(problem, meeting)));
        }
    }
}

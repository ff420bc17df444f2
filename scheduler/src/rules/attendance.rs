//! G2. A meeting has somebody who attends, unless its gathering may have one alone (`meetings` absent); who attends is of an
//! invited track, available on all its days, and at no other meeting of that gathering.

use std::collections::BTreeMap;

use super::meeting_place::label;
use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;
use crate::problem::{EnrolmentIx, GatheringIx};

pub(crate) const RULE: Rule = Rule {
    code: RuleCode::G2,
    sentence: "A meeting has somebody who attends, unless its gathering may have one alone (meetings absent); who \
               attends is of an invited track, available on all its days, and at no other meeting of that gathering.",
};

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    let problem = facts.problem;
    let mut attends: BTreeMap<(GatheringIx, EnrolmentIx), u32> = BTreeMap::new();
    for meeting in &facts.plan.meetings {
        let it = problem.gathering(meeting.gathering);
        if meeting.attend.is_empty() && it.meetings.is_some() {
            found.add(RULE, format!("{}: nobody attends", label(problem, meeting)));
        }
        for &e in &meeting.attend {
            let id = &problem.enrolment(e).id;
            if problem.persons_invited(meeting.gathering, e).is_none() {
                found.add(RULE, format!("{}: {id} is not invited", label(problem, meeting)));
                continue;
            }
            let away = &problem.home(e).unavailable;
            if it.days_from(meeting.start).any(|day| away.contains(day)) {
                found.add(RULE, format!("{}: {id} is unavailable", label(problem, meeting)));
            }
            *attends.entry((meeting.gathering, e)).or_default() += 1;
        }
    }
    for ((gathering, e), times) in attends.into_iter().filter(|&(_, times)| times > 1) {
        let (id, gathering) = (&problem.enrolment(e).id, &problem.gathering(gathering).id);
        found.add(RULE, format!("enrolment {id} attends {gathering} {times} times"));
    }
}

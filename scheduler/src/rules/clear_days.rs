//! G6. On a day an enrolment is at one meeting at most, and takes part in no visit on the days of a meeting that it attends,
//! on the `clear_days_before` before and the `clear_days_after` after.

use std::collections::BTreeMap;

use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;
use crate::problem::{Day, EnrolmentIx, GatheringIx};

pub(crate) const RULE: Rule = Rule {
    code: RuleCode::G6,
    sentence: "On a day an enrolment is at one meeting at most, and takes part in no visit on the days of a meeting \
               that it attends, on the clear_days_before before and the clear_days_after after.",
};

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    let problem = facts.problem;
    // Two meetings of one gathering break G2 already.
    let mut at: BTreeMap<(EnrolmentIx, Day), Vec<GatheringIx>> = BTreeMap::new();
    for meeting in &facts.plan.meetings {
        for day in problem.gathering(meeting.gathering).days_from(meeting.start) {
            for &e in &meeting.attend {
                let there = at.entry((e, day)).or_default();
                if !there.contains(&meeting.gathering) {
                    there.push(meeting.gathering);
                }
            }
        }
    }
    for ((e, day), there) in at.iter().filter(|(_, there)| there.len() > 1) {
        let id = &problem.enrolment(*e).id;
        found.add(RULE, format!("enrolment {id} is at {} meetings on {day}", there.len()));
    }
    for (e, days) in facts.days.iter().enumerate() {
        let e = EnrolmentIx::new(e);
        for &day in days {
            if let Some(gathering) = facts.availability.gathering_of(e, day) {
                let (id, near) = (&problem.enrolment(e).id, &problem.gathering(gathering).id);
                found.add(RULE, format!("enrolment {id} takes part in a visit on {day}, too near to {near}"));
            }
        }
    }
}

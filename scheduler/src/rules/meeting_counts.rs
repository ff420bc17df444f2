//! G4. A gathering has `min` to `max` meetings, no two at one place, at most `max_per_day` that begin on a day and, with
//! `each_region`, at least one in every region of an invited enrolment.

use std::collections::BTreeMap;

use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;
use crate::plan::Meeting;
use crate::problem::{GatheringIx, Problem};

pub(crate) const RULE: Rule = Rule {
    code: RuleCode::G4,
    sentence: "A gathering has min to max meetings, no two at one place, at most max_per_day that begin on a day and, \
               with each_region, at least one in every region of an invited enrolment.",
};

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    let mut held: Vec<Vec<&Meeting>> = vec![Vec::new(); facts.problem.gatherings().len()];
    for meeting in &facts.plan.meetings {
        held[meeting.gathering.at()].push(meeting);
    }
    for (gathering, held) in held.iter().enumerate() {
        of_gathering(facts.problem, GatheringIx::new(gathering), held, found);
    }
}

/// What it says of a gathering with these meetings of it.
pub(super) fn of_gathering(problem: &Problem, gathering: GatheringIx, held: &[&Meeting], found: &mut Violations) {
    let it = problem.gathering(gathering);
    let id = &it.id;
    let (least, most) = it.meeting_counts();
    let count = held.len();
    if (count as u64) < u64::from(least) || count as u64 > u64::from(most) {
        found.add(RULE, format!("gathering {id} has {count} meetings, not {least} to {most}"));
    }
    for (place, count) in counted(held.iter().filter_map(|meeting| meeting.place)) {
        if count > 1 {
            found.add(RULE, format!("gathering {id} has {count} meetings at {}", it.places[place.at()].id));
        }
    }
    let Some(limits) = it.meetings else { return };
    for (day, count) in counted(held.iter().map(|meeting| meeting.start)) {
        if let Some(most) = limits.max_per_day.filter(|&most| count > most) {
            found.add(RULE, format!("gathering {id} begins {count} meetings on {day}, over {most}"));
        }
    }
    if limits.each_region {
        let hosts = held.iter().filter_map(|meeting| it.host(meeting.place));
        let served: Vec<_> = hosts.map(|town| problem.municipality(town).region).collect();
        for region in problem.regions_invited(gathering).into_iter().filter(|region| !served.contains(region)) {
            let region = &problem.regions()[region.at()].id;
            found.add(RULE, format!("gathering {id} has no meeting in region {region}"));
        }
    }
}

fn counted<T: Ord>(items: impl Iterator<Item = T>) -> BTreeMap<T, u32> {
    let mut counts = BTreeMap::new();
    items.for_each(|item| *counts.entry(item).or_default() += 1);
    counts
}

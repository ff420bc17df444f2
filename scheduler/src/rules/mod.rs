//! The hard rules: a file each, with its sentence, which the client reads too.

mod attendance;
mod attributes;
mod clear_days;
mod code;
mod day_limits;
mod guests;
mod host;
mod hostings;
mod meeting_counts;
mod meeting_place;
mod meeting_reach;
mod meeting_room;
mod membership;
mod mixing;
mod network_size;
mod one_per_municipality;
mod one_visit_each;
mod pace;
mod pairs;
mod place_and_day;
mod reach;
mod return_visits;
mod room;

pub use code::{RuleCode, Subject};

use crate::facts::Facts;
use crate::plan::{Meeting, Plan};
use crate::problem::{EnrolmentIx, GatheringIx, Network, Problem};

/// A hard rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its code.
    pub code: RuleCode,
    /// The rule in a sentence.
    pub sentence: &'static str,
}

/// Every rule, in the order of their codes.
pub const ALL: [Rule; 22] = [
    membership::RULE,
    network_size::RULE,
    one_per_municipality::RULE,
    mixing::RULE,
    reach::RULE,
    pairs::RULE,
    attributes::RULE,
    place_and_day::RULE,
    host::RULE,
    room::RULE,
    guests::RULE,
    pace::RULE,
    day_limits::RULE,
    hostings::RULE,
    one_visit_each::RULE,
    return_visits::RULE,
    meeting_place::RULE,
    attendance::RULE,
    meeting_room::RULE,
    meeting_counts::RULE,
    meeting_reach::RULE,
    clear_days::RULE,
];

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What is broken.
    pub rule: RuleCode,
    /// Who and what, in a sentence.
    pub detail: String,
}

/// Violations as they are found.
#[derive(Debug, Default)]
pub(crate) struct Violations(pub(crate) Vec<Violation>);

impl Violations {
    pub(crate) fn add(&mut self, rule: Rule, detail: String) {
        self.0.push(Violation { rule: rule.code, detail });
    }
}

pub(crate) use attendance::RULE as G2;
pub(crate) use guests::RULE as V4;
pub(crate) use hostings::{can_take_turns, most_in_a_round};
pub(crate) use meeting_place::RULE as G1;
pub(crate) use membership::RULE as A1;
pub(crate) use place_and_day::RULE as V1;
pub(crate) use room::too_many;

/// Every broken rule of a plan.
pub fn violations(problem: &Problem, plan: &Plan) -> Vec<Violation> {
    violations_of(&Facts::new(problem, plan))
}

/// Every broken rule, from what a plan comes to; in the order of the codes.
pub fn violations_of(facts: &Facts<'_>) -> Vec<Violation> {
    let mut found = Violations::default();
    membership::violations(facts, &mut found);
    network_size::violations(facts, &mut found);
    one_per_municipality::violations(facts, &mut found);
    mixing::violations(facts, &mut found);
    reach::violations(facts, &mut found);
    pairs::violations(facts, &mut found);
    attributes::violations(facts, &mut found);
    place_and_day::violations(facts, &mut found);
    host::violations(facts, &mut found);
    room::violations(facts, &mut found);
    guests::violations(facts, &mut found);
    pace::violations(facts, &mut found);
    day_limits::violations(facts, &mut found);
    hostings::violations(facts, &mut found);
    one_visit_each::violations(facts, &mut found);
    return_visits::violations(facts, &mut found);
    meeting_place::violations(facts, &mut found);
    attendance::violations(facts, &mut found);
    meeting_room::violations(facts, &mut found);
    meeting_counts::violations(facts, &mut found);
    meeting_reach::violations(facts, &mut found);
    clear_days::violations(facts, &mut found);
    found.0
}

/// What A2, A4 and A7 say of a network with these members, whatever else a plan does.
pub(crate) fn of_network(problem: &Problem, network: &Network, members: &[EnrolmentIx]) -> Vec<Violation> {
    let mut found = Violations::default();
    network_size::of_network(problem, network, members, &mut found);
    mixing::of_network(problem, network, members, &mut found);
    attributes::of_network(problem, network, members, &mut found);
    found.0
}

/// What G1 and G4 say of a gathering with these meetings of it, whoever attends and whatever else a plan does.
pub(crate) fn of_meetings(problem: &Problem, gathering: GatheringIx, held: &[&Meeting]) -> Vec<Violation> {
    let mut found = Violations::default();
    held.iter().for_each(|meeting| meeting_place::of_meeting(problem, meeting, &mut found));
    meeting_counts::of_gathering(problem, gathering, held, &mut found);
    found.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_code_and_its_sentence() {
        let codes: Vec<&str> = ALL.iter().map(|rule| rule.code.as_str()).collect();
        let expected = [
            "A1", "A2", "A3", "A4", "A5", "A6", "A7", "V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8", "V9", "G1", "G2",
            "G3", "G4", "G5", "G6",
        ];
        assert_eq!(codes, expected);
        assert!(ALL.iter().all(|rule| rule.sentence.ends_with('.')));
    }

    #[test]
    fn a_plan_that_holds_every_hosting_breaks_no_rule() {
        let visits: [crate::small::Visit<'_>; 3] = [
            ("n", "a", "2024-01-02", &["b", "c"]),
            ("n", "b", "2024-01-04", &["a", "c"]),
            ("n", "c", "2024-01-08", &["a", "b"]),
        ];
        assert!(crate::small::broken(&crate::small::records(), crate::small::ALL, &visits).is_empty());
    }
}

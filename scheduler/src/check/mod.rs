//! A second opinion on any plan, ours or hand-made: reads the problem and the plan, knows nothing of the search.

mod resolve;

use crate::cost::{self, Cost};
use crate::facts::Facts;
use crate::plan::PlanRecords;
use crate::problem::Problem;
use crate::rules::RuleCode;
use crate::rules::{self, Violation};
pub use resolve::resolve;

/// What a check found.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Every broken rule, and every stated figure that is not the true one (rule `cost` or `bound`).
    pub broken: Vec<Violation>,
    /// The cost as worked out here.
    pub cost: Cost,
}

/// By how much a stated figure may differ from the true one, per unit of the total (or of 1, where that is more).
const TOLERANCE: f64 = 1e-6;

/// Checks a plan document against a problem. Any document will do: what names an unknown enrolment or network, or
/// a day that is none, breaks A1, V1 or V4 and counts for nothing else.
pub fn check(problem: &Problem, written: &PlanRecords) -> Report {
    let (plan, mut broken) = resolve(problem, written);
    let facts = Facts::new(problem, &plan);
    broken.extend(rules::violations_of(&facts));
    let cost = Cost::of(&cost::measures_of(&facts), problem.weights());
    stated_figures(written, &cost, &mut broken);
    Report { broken, cost }
}

fn stated_figures(written: &PlanRecords, cost: &Cost, broken: &mut Vec<Violation>) {
    let slack = TOLERANCE * cost.total().abs().max(1.0);
    for (part, stated) in &written.cost {
        let true_cost = match part.as_str() {
            "total" => Some(cost.total()),
            name => cost.by_measure().named().into_iter().find(|measure| measure.0 == name).map(|measure| measure.1),
        };
        // Parts that are not known are ignored; a figure that is no number agrees with nothing.
        if let Some(is) = true_cost.filter(|is| (stated - is).abs().is_nan() || (stated - is).abs() > slack) {
            broken.push(Violation {
                rule: RuleCode::Cost,
                detail: format!("the plan states {part} {stated}, it is {is}"),
            });
        }
    }
    for (half, bound) in &written.bound {
        let cost = match half.as_str() {
            "gatherings" => cost.gatherings(),
            "assignment" => cost.assignment(),
            "timetable" => cost.timetable(),
            "total" => cost.total(),
            _ => continue,
        };
        if bound.is_nan() || *bound > cost + slack {
            broken.push(Violation {
                rule: RuleCode::Bound,
                detail: format!("bound {half} {bound} is above the cost {cost}"),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::check;
    use crate::plan::{PlanRecords, VisitRecord};
    use crate::small::{self, ALL};

    fn codes(plan: &PlanRecords) -> Vec<&'static str> {
        check(&small::problem(&small::records()), plan).broken.iter().map(|violation| violation.rule.as_str()).collect()
    }

    #[test]
    fn a_stated_cost_must_be_the_true_one() {
        let mut plan = small::plan(ALL, &[]); // 60,000 unhosted, 320 travel
        plan.cost = vec![("unhosted".into(), 60_000.0), ("travel".into(), 320.05), ("of another kind".into(), 7.0)];
        assert!(codes(&plan).is_empty());
        for wrong in [320.2, 319.8, f64::NAN, f64::INFINITY] {
            plan.cost = vec![("travel".into(), wrong)];
            assert_eq!(codes(&plan), ["cost"], "{wrong}");
        }
    }

    #[test]
    fn a_stated_bound_is_at_most_the_cost() {
        let mut plan = small::plan(ALL, &[]);
        plan.bound = vec![("assignment".into(), 320.0), ("timetable".into(), 60_000.0), ("total".into(), 0.0)];
        assert!(codes(&plan).is_empty());
        plan.bound = vec![("assignment".into(), 330.0), ("timetable".into(), 60_001.0), ("total".into(), f64::NAN)];
        assert_eq!(codes(&plan), ["bound", "bound", "bound"]);
    }

    #[test]
    fn what_is_not_known_breaks_a_rule_and_counts_for_nothing() {
        assert_eq!(codes(&small::plan(&[("a", "n"), ("x", "n"), ("b", "nowhere")], &[])), ["A1", "A1"]);
        let visit = |network: &str, host: &str, date: &str| VisitRecord {
            network: network.into(),
            host: host.into(),
            date: date.into(),
            guests: vec!["b".into()],
            round: None,
        };
        for strange in [visit("nowhere", "a", "2024-01-02"), visit("n", "x", "2024-01-02"), visit("n", "a", "soon")] {
            let plan = PlanRecords { visits: vec![strange.clone()], ..small::plan(ALL, &[]) };
            assert_eq!(codes(&plan), ["V1"], "{strange:?}");
        }
    }

    #[test]
    fn a_visit_that_names_its_round_names_the_right_one() {
        let mut plan = small::plan(ALL, &[("n", "a", "2024-01-02", &["b"])]);
        plan.visits[0].round = Some("r1".into());
        assert!(codes(&plan).is_empty());
        plan.visits[0].round = Some("r2".into());
        assert_eq!(codes(&plan), ["V1"]);
    }
}

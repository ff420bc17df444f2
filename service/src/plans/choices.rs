//! More than one plan in an answer: the curve from changes to cost, and a shortlist.

use poem_openapi::Object;
use scheduler::choices::{Point, Wanted, apart, curve, shortlist};
use scheduler::{Effort, Faults, Observer, Outcome, Solution, Start, Task};
use serde::{Deserialize, Serialize};

use super::document::{PlanBound, PlanCost, PlanDocument};
use super::steering::{PlanChanges, PlanSteering};
use super::wire::Clash;
use crate::http::fields::{Count, Number, Whole};

/// Most points of a curve.
const MOST_POINTS: usize = 20;
/// Most plans of a shortlist.
const MOST_PLANS: i64 = 5;

/// Which plans a shortlist is to hold.
#[derive(Clone, Debug, Default, PartialEq, Object, Serialize, Deserialize)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all)]
pub struct NewShortlist {
    /// How many plans at most, 2 to 5. Default: 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plans: Option<Whole<2, 5>>,
    /// By which part of the best plan's cost the others may cost more, 0 to 1. Default: 0.02.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<Number<0, 1>>,
    /// How many changes any two are apart at least, at least 1. Default: 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apart: Option<Count<1>>,
}

/// What at most so many changes against the base plan come to.
#[derive(Clone, Debug, PartialEq, Object, Serialize, Deserialize)]
#[oai(skip_serializing_if_is_none)]
pub struct CurvePoint {
    /// Most changes.
    pub max_changes: u32,
    /// What is different from the base plan. Absent where there is no plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<PlanChanges>,
    /// The cost of the plan. Absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<PlanCost>,
    /// What is proved of all plans with no more changes. Absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<PlanBound>,
    /// Whether nothing cheaper is to be had with so many changes, or no plan at all; else this is what was found.
    pub proved: bool,
    /// Why there is no plan, where that is proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clash: Option<Clash>,
}

/// A plan of a shortlist.
#[derive(Clone, Debug, PartialEq, Object, Serialize, Deserialize)]
pub struct ListedPlan {
    /// Its cost by measure and in total.
    pub cost: PlanCost,
    /// Changes to each plan of the list, in its order, counted from the side from which there are fewer; 0 to itself.
    pub apart: Vec<u32>,
    /// The plan, whole.
    pub document: PlanDocument,
}

/// Plans to choose from.
#[derive(Clone, Debug, PartialEq, Object, Serialize, Deserialize)]
pub struct Shortlist {
    /// The plans, the cheapest first. Fewer than asked for: no more were found in the effort given.
    pub items: Vec<ListedPlan>,
}

/// What a search has found beside its plan, as it is stored.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Answer {
    /// The points of the curve so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub curve: Option<Vec<CurvePoint>>,
    /// The shortlist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shortlist: Option<Shortlist>,
}

impl PlanSteering {
    /// Everything wrong with what is asked beside locks and changes.
    pub(super) fn choices_faults(&self) -> Faults {
        let mut faults = Faults::default();
        if let Some(limits) = &self.curve {
            if limits.is_empty() || limits.len() > MOST_POINTS {
                faults.add(
                    "/curve",
                    "out_of_range",
                    format!("`curve` must hold 1 to {MOST_POINTS} numbers of changes"),
                );
            }
            for (at, limit) in limits.iter().enumerate().filter(|(_, limit)| u32::try_from(limit.0).is_err()) {
                let detail = format!("{} is no number of changes: it must be whole, at least 0", limit.0);
                faults.add(format!("/curve/{at}"), "out_of_range", detail);
            }
            if self.base_plan.is_none() {
                faults.add("/base_plan", "missing_base_plan", "changes are counted against a base plan; name one");
            }
            if self.max_changes.is_some() || self.shortlist.is_some() {
                let detail = "a curve goes with neither `max_changes` nor `shortlist`; ask for another plan";
                faults.add("/curve", "clashing_fields", detail);
            }
        }
        if let Some(asked) = &self.shortlist {
            let wanted = asked.wanted();
            if !(2..=MOST_PLANS).contains(&asked.plans.map_or(MOST_PLANS, |plans| plans.0)) {
                faults.add("/shortlist/plans", "out_of_range", format!("`plans` must be 2 to {MOST_PLANS}"));
            }
            if !(0.0..=1.0).contains(&wanted.within) {
                faults.add("/shortlist/within", "out_of_range", "`within` must be 0 to 1");
            }
            if asked.apart.is_some_and(|apart| !(1..=i64::from(u32::MAX)).contains(&apart.0)) {
                faults.add("/shortlist/apart", "out_of_range", "`apart` must be a whole number, at least 1");
            }
        }
        faults
    }
}

impl NewShortlist {
    fn wanted(&self) -> Wanted {
        Wanted {
            plans: self.plans.map_or(MOST_PLANS, |plans| plans.0).clamp(2, MOST_PLANS) as usize,
            within: self.within.map_or(0.02, |within| within.0),
            apart: self.apart.map_or(10, |apart| u32::try_from(apart.0).unwrap_or(u32::MAX)),
        }
    }
}

/// Searches as it was asked; `told` hears of each point of a curve, and of a shortlist.
pub fn search(
    problem: &Task,
    asked: Option<&PlanSteering>,
    start: Option<Start>,
    effort: &Effort,
    watch: &dyn Observer,
    told: impl Fn(Answer),
) -> Outcome {
    if let Some(limits) = asked.and_then(|asked| asked.curve.as_ref()) {
        let limits: Vec<u32> = limits.iter().filter_map(|limit| u32::try_from(limit.0).ok()).collect();
        let mut points = Vec::new();
        let found = curve(problem, &limits, effort, watch, |point| {
            points.push(CurvePoint::new(problem, point));
            told(Answer { curve: Some(points.clone()), shortlist: None });
        });
        let last = found.into_iter().next_back();
        return match last.map(|point| (point.solution, point.clash)) {
            Some((Some(solution), _)) => Outcome::Planned(solution),
            Some((None, Some(clash))) => Outcome::Infeasible(clash),
            _ => Outcome::NotFound(None),
        };
    }
    let Some(asked) = asked.and_then(|asked| asked.shortlist.as_ref()) else {
        return scheduler::solve_from(problem, start, effort, watch);
    };
    match shortlist(problem, start, asked.wanted(), effort, watch) {
        Ok(list) => {
            told(Answer { curve: None, shortlist: Some(Shortlist::new(problem, &list)) });
            list.into_iter().next().map_or(Outcome::NotFound(None), Outcome::Planned)
        }
        Err(outcome) => *outcome,
    }
}

impl CurvePoint {
    fn new(problem: &Task, point: &Point) -> Self {
        let solution = point.solution.as_ref();
        let best = solution.is_some_and(|one| one.gap_total() <= 1e-9);
        CurvePoint {
            max_changes: point.most,
            changes: solution.and_then(|one| one.steered.as_ref()).map(PlanChanges::new),
            cost: solution.map(|one| PlanCost::new(problem, &one.cost)),
            bound: solution.map(|one| PlanBound::new(problem, &one.bound)),
            proved: best || (solution.is_none() && point.clash.is_some()),
            clash: point.clash.as_ref().filter(|_| solution.is_none()).map(|clash| Clash::new(problem, clash)),
        }
    }
}

impl Shortlist {
    fn new(problem: &Task, list: &[Solution]) -> Self {
        let item = |one: &Solution| ListedPlan {
            cost: PlanCost::new(problem, &one.cost),
            apart: list.iter().map(|other| apart(problem, &one.plan, &other.plan)).collect(),
            document: PlanDocument::new(problem, one),
        };
        Shortlist { items: list.iter().map(item).collect() }
    }
}

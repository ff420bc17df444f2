//! From a wish to its answer.

use scheduler::explain::difference::{Side, differences};
use scheduler::explain::english;
use scheduler::plan::PlanRecords;
use scheduler::problem::TrackIx;
use scheduler::rules::RuleCode;
use scheduler::steering::affected_since;
use scheduler::what_if::fewer::{Closed, fewer};
use scheduler::what_if::wished::Wished;
use scheduler::what_if::{self, Impossible, proved_after};
use scheduler::{Effort, Outcome, Plan, ProblemRecords, Solution, Task};

use super::read::{self, Home};
use super::replaces;
use super::wire::{WhatIf, WhatIfAnswer, WhatIfEffort, WhatIfReason};
use crate::http::failure::Failure;
use crate::http::fields::Id;
use crate::plans::document::Comparison;
use crate::plans::document::{LeftOut, PlanBound, PlanCost, PlanDocument, figure};
use crate::plans::stored::{self, StoredPlan};
use crate::plans::wire::{Clash, PlanGap};
use crate::questions::computation::Watched;
use crate::questions::explanations::meetings::GatheringChanges;
use crate::questions::explanations::wire::MunicipalityChanges;

/// A stored plan, ready to be asked.
pub struct Base {
    /// The records that it was made from.
    pub records: ProblemRecords,
    /// The problem.
    pub problem: Task,
    /// The plan, by ids.
    pub by_ids: PlanRecords,
    /// The plan.
    pub plan: Plan,
    /// What it costs.
    pub cost: PlanCost,
    /// What is proved of its assignment.
    pub proved: f64,
}

impl Base {
    /// From what is stored.
    ///
    /// Errors: `Internal` where that cannot be read.
    pub fn read(problem: &str, document: &str) -> Result<Base, Failure> {
        let (records, problem) = stored::problem(problem)?;
        let StoredPlan { plan, records: by_ids, bound, .. } = stored::plan(&problem, document)?;
        let proved = bound.proved().assignment;
        let cost = PlanCost::new(&problem, &scheduler::cost::cost(&problem, &plan));
        Ok(Base { records, problem, by_ids, plan, cost, proved })
    }

    /// The plan with its problem.
    pub fn side(&self) -> Side<'_> {
        Side { problem: &self.problem, plan: &self.plan }
    }
}

/// What comes of wishes. `homes`: municipalities that the plan's problem may not have, for those who join.
///
/// Errors: `Invalid` where a wish names what is not there, or wants a record that nobody could store.
pub fn to_wire(
    problem: &str,
    document: &str,
    asked: WhatIf,
    homes: &[Home],
    effort: &Effort,
    watch: &Watched,
) -> Result<WhatIfAnswer, Failure> {
    let base = Base::read(problem, document)?;
    let wished = read::wished(&asked.wishes, &base.records, homes).map_err(Failure::invalid)?;
    let replaces = replaces::of(&asked.wishes, &wished, &base.records);
    let none = WhatIfAnswer {
        possible: false,
        proved: true,
        reasons: Vec::new(),
        replaces,
        before: base.cost.clone(),
        after: None,
        more: None,
        bound: None,
        gap: None,
        more_at_least: None,
        closed: None,
        moved: None,
        affected: None,
        municipalities: None,
        gatherings: None,
        left_out: None,
        clash: None,
        plan: None,
    };
    let everything = asked.effort == Some(WhatIfEffort::Whole);
    let whole_plan = asked.plan == Some(true);
    let refused = |why: Vec<Impossible>| why.into_iter().map(impossible).collect();
    if let Some(track) = &wished.fewer {
        let track = base.problem.tracks().iter().position(|known| known.id == *track);
        let track = track
            .map(TrackIx::new)
            .ok_or_else(|| Failure::internal(anyhow::anyhow!("a track of the records is not in the problem")))?;
        let closed = fewer(base.side(), &wished, track, base.proved, everything, effort, watch);
        closed.best.as_ref().map_or(Ok(()), |(_, after, solution)| granted(&wished, after, solution))?;
        let answer = with_one_fewer(&base, closed, whole_plan, none);
        // Closing a network may resolve what contradicts the wishes while it is open: they are told where none can be closed.
        let why = wished.problem().err().filter(|_| !answer.possible && answer.proved);
        return Ok(match why {
            Some(why) => WhatIfAnswer { reasons: refused(why), ..answer },
            None => answer,
        });
    }
    let after = match wished.problem() {
        Ok(after) => after,
        Err(why) => return Ok(WhatIfAnswer { reasons: refused(why), ..none }),
    };
    let proved = proved_after(&base.records, &wished.records(), base.proved);
    let search = if everything { what_if::whole } else { what_if::local };
    Ok(match search(base.side(), &after, proved, effort, watch) {
        Outcome::Planned(solution) => {
            granted(&wished, &after, &solution)?;
            planned(&base, &after, &solution, whole_plan, none)
        }
        Outcome::Infeasible(clash) => WhatIfAnswer {
            reasons: vec![reason("clash", None, &clash.detail)],
            clash: Some(Clash::new(&after, &clash)),
            ..none
        },
        Outcome::NotFound(_) => {
            WhatIfAnswer { proved: false, reasons: vec![reason("not_found", None, english::UNDECIDED)], ..none }
        }
        Outcome::Broken(violations) => {
            let broken: Vec<String> = violations.iter().map(|v| format!("{}: {}", v.rule, v.detail)).collect();
            return Err(Failure::internal(anyhow::anyhow!("a what-if breaks rules: {}", broken.join("; "))));
        }
    })
}

/// What comes of one network fewer.
fn with_one_fewer(base: &Base, found: Closed, whole: bool, none: WhatIfAnswer) -> WhatIfAnswer {
    let (tried, of) = found.tried;
    if let Some((network, after, mut solution)) = found.best {
        // What is told holds whichever of them it is.
        solution.bound.assignment = found.proved.0.min(solution.cost.assignment());
        solution.bound.total = found.proved.1.min(solution.cost.total());
        let mut told = planned(base, &after, &solution, whole, none);
        let closed = after.network(network);
        told.reasons.push(reason("closed", None, &english::closed(&closed.name, tried, of)));
        told.closed = Some(Id(closed.id.clone()));
        return told;
    }
    let proved = tried == of && found.impossible.0 == of;
    let (code, text) = match &found.impossible.1 {
        Some(clash) if proved => ("clash", clash.detail.as_str()),
        _ if proved => ("none_can_close", english::NONE_CAN_CLOSE),
        _ => ("not_found", english::UNDECIDED),
    };
    WhatIfAnswer { proved, reasons: vec![reason(code, None, text)], ..none }
}

fn planned(base: &Base, after: &Task, solution: &Solution, whole: bool, none: WhatIfAnswer) -> WhatIfAnswer {
    let cost = PlanCost::new(after, &solution.cost);
    let bound = PlanBound::new(after, &solution.bound);
    let proved = solution.gap_total() <= 1e-9;
    let more = Comparison::new(&cost, String::new(), base.cost.clone()).more;
    let found = differences(base.side(), Side { problem: after, plan: &solution.plan });
    let moves = found.iter().flat_map(|one| &one.changes).filter(|change| change.what.code() == "network_changed");
    let text = english::what_if(more.total.unwrap_or_default(), proved);
    WhatIfAnswer {
        possible: true,
        proved,
        reasons: vec![reason(if proved { "proved" } else { "found" }, None, &text)],
        more_at_least: bound.total.zip(base.cost.total).map(|(bound, before)| figure(bound - before)),
        gap: Some(PlanGap {
            assignment: solution.gap_assignment(),
            timetable: solution.gap_timetable(),
            total: solution.gap_total(),
        }),
        moved: u32::try_from(moves.count()).ok(),
        affected: Some(affected_since(&base.by_ids, after, &solution.plan).into()),
        municipalities: Some(found.iter().map(|one| MunicipalityChanges::new(after.name(), one)).collect()),
        gatherings: GatheringChanges::all(base.side(), Side { problem: after, plan: &solution.plan }),
        left_out: Some(solution.left_out.iter().map(|left| LeftOut::new(after, left)).collect()),
        plan: whole.then(|| PlanDocument::new(after, solution)),
        after: Some(cost),
        more: Some(more),
        bound: Some(bound),
        ..none
    }
}

/// Looks whether a plan keeps every wish, whatever the search says.
///
/// Errors: `Internal` where it does not: nobody is told that a wish is granted which is not.
fn granted(wished: &Wished, after: &Task, solution: &Solution) -> Result<(), Failure> {
    match wished.broken(after, &solution.plan).as_slice() {
        [] => Ok(()),
        broken => Err(Failure::internal(anyhow::anyhow!("a what-if does not keep {}", broken.join(", ")))),
    }
}

fn impossible(why: Impossible) -> WhatIfReason {
    let wishes: Vec<String> = why.wishes.iter().map(|at| format!("/wishes/{at}")).collect();
    WhatIfReason {
        wishes: Some(wishes).filter(|wishes| !wishes.is_empty()),
        ..reason(why.code, why.rule.map(RuleCode::as_str), &why.detail)
    }
}

fn reason(code: &str, rule: Option<&str>, text: &str) -> WhatIfReason {
    WhatIfReason { code: code.to_owned(), rule: rule.map(str::to_owned), text: text.to_owned(), wishes: None }
}

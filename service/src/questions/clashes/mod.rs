//! What clashes in a programme or keeps a plan from leaving nobody out, and what would repair it: over
//! `scheduler::clash`.

pub mod wire;

use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{ApiResponse, OpenApi};
use scheduler::clash::{Finding, of_plan, of_problem};
use scheduler::effort::Budget;
use scheduler::{Effort, Task};

use crate::http::Tag;
use crate::http::body::Written;
use crate::http::errors::{Errors, Reading, ReadingPlan};
use crate::http::failure::Failure;
use crate::http::fields::Id;
use crate::http::place::Place;
use crate::plans::wire::State as PlanState;
use crate::plans::{no_plan_yet, store, stored};
use crate::questions::computation::{Computation, Watched};
use crate::records::problems::loaded;
use crate::state::State;

use wire::ClashFindings;

/// `/programmes/{programme}/clashes` and `/plans/{id}/clashes`
#[derive(Clone, Copy, Debug)]
pub struct Clashes;

/// The answer to a GET of clashes.
#[derive(ApiResponse)]
pub enum ClashesResponse {
    /// What was found.
    #[oai(status = 200)]
    Told(Written<ClashFindings>),
}

/// The longest that anybody waits for an answer; most take milliseconds.
const SECONDS: f64 = 10.0;

#[OpenApi]
impl Clashes {
    /// Find what clashes in a programme
    ///
    /// Before any plan: whether the networks can have what they must have at least; if so, whether everybody can have a
    /// network; and whether there are days enough for every hosting, whatever the networks are: days on which its host can
    /// receive somebody who may share its network and fits in, at the pace there is. What cannot be is told with the
    /// smallest set of rules and records that clash, and with repairs, ranked, each of which was tried. Takes
    /// milliseconds as a rule and ten seconds at most; nothing is stored. A programme that contradicts itself is not looked
    /// into: its validation tells all about it.
    #[oai(
        path = "/v1/programmes/:programme/clashes",
        method = "get",
        operation_id = "get_programme_clashes",
        tag = "Tag::Problems"
    )]
    async fn programme(
        &self,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
    ) -> Result<ClashesResponse, Errors<Reading>> {
        let computation = Computation::begin(&state.computations)?;
        let (records, _) = loaded(&Place::take().await?, &state, programme.0.0).await?;
        let found = computation.run(&state, SECONDS, move |watch| {
            let Ok(problem) = Task::new(&records) else { return Ok(Written::of(&ClashFindings::contradictory())) };
            Ok(to_wire(&problem, watch, |budget| of_problem(&problem, 1, budget)))
        });
        Ok(ClashesResponse::Told(found.await?))
    }

    /// Explain why a plan leaves enrolments unassigned
    ///
    /// For each track with enrolments that the plan leaves without a network, and for its hostings that are not held, in the
    /// networks that it has: what clashes, as small as can be proved, and repairs, ranked, each of which was tried. What can
    /// be had is told too: then it came to cost. For an infeasible plan: what its networks cannot have. What the plan was
    /// asked for with counts: what is locked, how many changes there may be and how many municipalities they may affect are
    /// members of a clash like any rule; to lift a lock, to move `before` or to allow more is a repair. Takes milliseconds as a rule and ten seconds at most; nothing is stored.
    #[oai(path = "/v1/plans/:id/clashes", method = "get", operation_id = "get_plan_clashes", tag = "Tag::Explanations")]
    async fn plan(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
    ) -> Result<ClashesResponse, Errors<ReadingPlan>> {
        let computation = Computation::begin(&state.computations)?;
        let mut read = state.store.read().await?;
        let (problem, document) = store::documents(&mut read, &id.0.0).await?;
        let infeasible = document.is_none() && store::one(&mut read, &id.0.0).await?.0.state == PlanState::Infeasible;
        let steered = store::steered(&mut read, &id.0.0).await?;
        drop(read);
        if document.is_none() && !infeasible {
            return Err(no_plan_yet().into());
        }
        let found = computation.run(&state, SECONDS, move |watch| {
            let (_, mut problem) = stored::problem(&problem)?;
            if let Some(steered) = steered {
                problem = steered.steer(problem).map_err(|faults| Failure::internal(anyhow::anyhow!("{faults}")))?;
            }
            let Some(document) = document else {
                return Ok(to_wire(&problem, watch, |budget| of_problem(&problem, 1, budget)));
            };
            let plan = stored::plan(&problem, &document)?.plan;
            Ok(to_wire(&problem, watch, |budget| of_plan(&problem, &plan, 1, budget)))
        });
        Ok(ClashesResponse::Told(found.await?))
    }
}

/// What is found in the time there is.
fn to_wire(problem: &Task, watch: &Watched, find: impl FnOnce(&Budget<'_>) -> Vec<Finding>) -> Written<ClashFindings> {
    let effort = Effort { seconds: Some(SECONDS), threads: 1, ..Effort::default() };
    Written::of(&ClashFindings::new(problem, &find(&Budget::new(&effort, watch))))
}

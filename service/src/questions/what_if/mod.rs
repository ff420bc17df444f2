//! What if: a plan as it would be with some wishes granted. The scheduler's `what_if` works it out while the client
//! waits, apart from the threads that make plans, a few at a time; nothing is stored.

mod answer;
mod homes;
mod newcomer;
mod read;
mod replaces;
pub mod wire;

use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};
use scheduler::Effort;

use crate::http::Tag;
use crate::http::body::{Body, OptionalBody};
use crate::http::errors::{AskingPlan, Errors};
use crate::http::failure::Failure;
use crate::http::fields::Id;
use crate::plans::stored;
use crate::questions::computation::Computation;
use crate::state::State;

use wire::{Candidates, Filling, Newcomer, Places, WhatIf, WhatIfAnswer, WhatIfEffort};

/// `/plans/{id}/what-if`
#[derive(Clone, Copy, Debug)]
pub struct WhatIfs;

/// The answer to a wish.
#[derive(ApiResponse)]
pub enum WhatIfResponse {
    /// What it would come to; that it is impossible is a finding, not an error.
    #[oai(status = 200)]
    Told(Json<Box<WhatIfAnswer>>),
}

/// `/plans/{id}/places`, `/plans/{id}/networks/{network}/candidates`
#[derive(Clone, Copy, Debug)]
pub struct Newcomers;

/// The answer to where a newcomer goes best.
#[derive(ApiResponse)]
pub enum PlacesResponse {
    /// The networks, the best first.
    #[oai(status = 200)]
    Told(Json<Box<Places>>),
}

/// The answer to who would fill a network best.
#[derive(ApiResponse)]
pub enum CandidatesResponse {
    /// Those who could come, the best first.
    #[oai(status = 200)]
    Told(Json<Box<Candidates>>),
}

/// Seconds that a ranking takes at most.
const RANKING: f64 = 3.0;
/// Seconds where none are given, for little and for everything.
const LOCAL: f64 = 1.5;
const WHOLE: f64 = 12.0;

#[OpenApi]
impl WhatIfs {
    /// Ask a what-if question
    ///
    /// Grants wishes and tells what the plan would be then: what it would cost more by measure, who would move, what that
    /// means for each municipality, or the rule that makes it impossible, and whether that is proved or only what was found
    /// in the time given. `local` optimises the networks that the wishes touch and those they trade with best, in a second
    /// or so; `whole` optimises everything again from there. The problem is the one that the plan was made from; who joins may
    /// come from a municipality that it does not have. Whatever plan is told keeps every wish. Nothing is stored, and the
    /// plan stays as it is. A few of these are answered at a time; more are told to come again (429).
    #[oai(path = "/v1/plans/:id/what-if", method = "post", operation_id = "ask_what_if", tag = "Tag::Explanations")]
    async fn ask(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
        body: Body<WhatIf>,
    ) -> Result<WhatIfResponse, Errors<AskingPlan>> {
        let computation = Computation::begin(&state.what_ifs)?;
        let (problem, document) = stored::texts(&state, &id.0.0).await?;
        let asked = body.0;
        let effort = effort(&asked, &state)?;
        let seconds = effort.seconds.unwrap_or(LOCAL);
        let joins = asked.wishes.iter().take(read::MOST).filter_map(|wish| wish.join.as_ref()); // more are refused
        let homes = homes::of(&state, &id.0.0, joins).await?;
        let told = computation
            .run(&state, seconds, move |watch| answer::to_wire(&problem, &document, asked, &homes, &effort, watch));
        Ok(WhatIfResponse::Told(Json(Box::new(told.await?))))
    }
}

#[OpenApi]
impl Newcomers {
    /// Rank the networks for a newcomer
    ///
    /// For an enrolment that the plan has in no network, or one that is not there yet (`join`): every network of its track,
    /// the best first. `alone` is what the plan costs more with it there and nobody else moving, dates of that network timed
    /// anew; where a rule is in the way, it is told. `making_way` is the same for the best few networks, others moving
    /// too. Nothing is stored.
    #[oai(path = "/v1/plans/:id/places", method = "post", operation_id = "rank_places", tag = "Tag::Explanations")]
    async fn places(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
        body: Body<Newcomer>,
    ) -> Result<PlacesResponse, Errors<AskingPlan>> {
        let computation = Computation::begin(&state.what_ifs)?;
        let (problem, document) = stored::texts(&state, &id.0.0).await?;
        let effort = timed(RANKING, &state);
        let asked = body.0;
        let homes = homes::of(&state, &id.0.0, &asked.join).await?;
        let told = computation
            .run(&state, RANKING, move |watch| newcomer::places(&problem, &document, asked, &homes, &effort, watch));
        Ok(PlacesResponse::Told(Json(Box::new(told.await?))))
    }

    /// Rank candidates for a network
    ///
    /// The enrolments of its track that are elsewhere or in no network, and the municipalities that are not enrolled in it
    /// (as delegations of `delegates` persons), the best first: what the plan costs more with each there and nobody else
    /// moving, dates timed anew for the best; where a rule is in the way, it is told. Nothing is stored.
    #[oai(
        path = "/v1/plans/:id/networks/:network/candidates",
        method = "post",
        operation_id = "rank_candidates",
        tag = "Tag::Explanations"
    )]
    async fn candidates(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
        /// The id of the network.
        network: Path<Id>,
        body: OptionalBody<Filling>,
    ) -> Result<CandidatesResponse, Errors<AskingPlan>> {
        let computation = Computation::begin(&state.what_ifs)?;
        let (problem, document) = stored::texts(&state, &id.0.0).await?;
        let effort = timed(RANKING, &state);
        let told = computation.run(&state, RANKING, move |watch| {
            newcomer::candidates(&problem, &document, &network.0.0, body.0, &effort, watch)
        });
        Ok(CandidatesResponse::Told(Json(Box::new(told.await?))))
    }
}

/// So many seconds on as many threads as a plan has.
fn timed(seconds: f64, state: &State) -> Effort {
    let threads = usize::try_from(state.config.plans.threads).unwrap_or(1);
    Effort { seconds: Some(seconds), threads, ..Effort::default() }
}

/// How much effort goes into it.
///
/// Errors: `Invalid` where the seconds are out of range.
fn effort(asked: &WhatIf, state: &State) -> Result<Effort, Failure> {
    let long = asked.effort == Some(WhatIfEffort::Whole) || asked.wishes.iter().any(|wish| wish.fewer.is_some());
    let default = if long { WHOLE } else { LOCAL };
    let seconds = asked.seconds.map_or(default, |seconds| seconds.0);
    if !(0.1..=60.0).contains(&seconds) {
        let mut faults = scheduler::Faults::default();
        faults.add("/seconds", "out_of_range", "`seconds` must be 0.1 to 60");
        return Err(Failure::invalid(faults));
    }
    Ok(timed(seconds, state))
}

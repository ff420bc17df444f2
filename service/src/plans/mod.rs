//! Plans: asking for one, following it, reading it.
//!
//! A plan is asked for with a POST and waits in the queue; the [`runner`] makes one at a time. While it runs, the best
//! plan so far can be read. What it was made from is kept with it.

mod answers;
pub mod choices;
pub mod document;
pub mod events;
pub mod handout;
pub mod history;
mod idle;
pub mod lists;
pub mod options;
mod page;
pub mod queue;
mod rows;
pub mod runner;
mod search;
pub mod slots;
pub mod steering;
pub mod store;
pub mod stored;
pub mod summary;
pub mod watch;
pub mod wire;

use std::sync::Arc;
use std::time::Duration;

use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use scheduler::{Faults, ProblemRecords};

use crate::config;
use crate::digest::sha256;
use crate::http::Tag;
use crate::http::body::{Body, OptionalBody, Written, off_thread};
use crate::http::errors::{Asking, DeletingPlan, Errors, Listing, Reading, ReadingPlan};
use crate::http::etag::{Conditions, etag};
use crate::http::failure::{Failure, Kind};
use crate::http::fields::{Documented, Id, Whole};
use crate::http::paging::MAX_LIMIT;
use crate::http::place::Place;
use crate::http::resource::new_id;
use crate::plans::runner::Runner;
use crate::plans::wire::PublicationState;
use crate::records::problems::wire::ProblemDocument;
use crate::records::problems::{assemble, loaded};
use crate::state::State;
use crate::store::audit::Change;

use answers::*;
use options::{NewPlan, NewPlanOfProblem, PlanOptions};
use steering::Steered;
use store::Asked;
use wire::{Effort, Plan};

/// How long a cancel waits for the search to end, so that it can answer with the best plan.
const CANCEL_WAIT: Duration = Duration::from_millis(1_800);
/// How often it looks meanwhile.
const CANCEL_LOOK: Duration = Duration::from_millis(200);

type Limit = Documented<Whole<1, { MAX_LIMIT as i64 }>>;
type Text = Documented<String>;

/// `/plans`
#[derive(Clone, Copy, Debug)]
pub struct Plans;

#[OpenApi]
impl Plans {
    /// List all plans
    ///
    /// Newest first, a page at a time; `next` leads to the next page.
    #[oai(path = "/v1/plans", method = "get", operation_id = "list_plans", tag = "Tag::Plans")]
    async fn list(
        &self,
        request: &Request,
        state: Data<&State>,
        /// How many plans at most. Default: 50.
        limit: Query<Option<Limit>>,
        /// `next` of the page before, with the same `sort`.
        cursor: Query<Option<Text>>,
        /// `id`: oldest first; `-id`: newest first. Default: `-id`.
        sort: Query<Option<Text>>,
        /// Only plans in this state.
        #[oai(name = "state")]
        wanted: Query<Option<Documented<wire::State>>>,
    ) -> Result<PlanListResponse, Errors<Listing>> {
        let _ = (limit, cursor, sort, wanted); // read from the request
        Ok(list_page(request, &state, None).await?)
    }

    /// List the plans of a programme
    ///
    /// Newest first, a page at a time; `next` leads to the next page.
    #[oai(
        path = "/v1/programmes/:programme/plans",
        method = "get",
        operation_id = "list_programme_plans",
        tag = "Tag::Plans"
    )]
    #[allow(clippy::too_many_arguments)] // each is a parameter of the API
    async fn list_of_programme(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
        /// How many plans at most. Default: 50.
        limit: Query<Option<Limit>>,
        /// `next` of the page before, with the same `sort`.
        cursor: Query<Option<Text>>,
        /// `id`: oldest first; `-id`: newest first. Default: `-id`.
        sort: Query<Option<Text>>,
        /// Only plans in this state.
        #[oai(name = "state")]
        wanted: Query<Option<Documented<wire::State>>>,
    ) -> Result<PlanListResponse, Errors<Listing>> {
        let _ = (limit, cursor, sort, wanted); // read from the request
        Ok(list_page(request, &state, Some(programme.0.0)).await?)
    }

    /// Ask for a plan of a programme
    ///
    /// Takes the programme as it is stored now, and puts a plan of it into the queue. Follow it with GET until its
    /// state is final; the best plan so far can be read meanwhile. A programme that contradicts itself is refused
    /// with every contradiction; pointers lead into its problem document. With a base plan the search begins from it: locks
    /// say what must stay as it is there, and changes may cost something or be limited; locks that contradict the
    /// programme or each other are refused, all at once.
    #[oai(
        path = "/v1/programmes/:programme/plans",
        method = "post",
        operation_id = "create_programme_plan",
        tag = "Tag::Plans"
    )]
    async fn create_of_programme(
        &self,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
        body: OptionalBody<NewPlan>,
    ) -> Result<AcceptedResponse, Errors<Asking>> {
        let PlanOptions { effort, mut steering } = body.0.options();
        steering.repeat_weight = body.0.repeat_weight;
        let seconds = allowed(&effort, &state.config.plans)?;
        let place = Place::take().await?;
        let (records, revision) = loaded(&place, &state, programme.0.0.clone()).await?;
        let steering = steering.with_history(&state, &programme.0.0).await?;
        let steered = steering.with_base(&mut *state.store.read().await?).await?;
        assemble::within("", &records, state.config.limits.problem_items)?;
        let of = Some((programme.0.0, revision));
        let asked = place.run(move || build_request(of, effort, seconds, "", &records, steered)).await?;
        Ok(enqueue(&state, asked).await?)
    }

    /// Ask for a plan of a problem document
    ///
    /// The same for a problem that is sent along; no programme is stored. What is wrong with the problem is told as
    /// for a PUT of a problem, with pointers below `/problem`.
    #[oai(path = "/v1/plans", method = "post", operation_id = "create_plan", tag = "Tag::Plans")]
    async fn create(
        &self,
        state: Data<&State>,
        body: Body<NewPlanOfProblem>,
    ) -> Result<AcceptedResponse, Errors<Asking>> {
        let PlanOptions { effort, steering } = body.0.options();
        let seconds = allowed(&effort, &state.config.plans)?;
        let steered = steering.with_base(&mut *state.store.read().await?).await?;
        let (problem, most) = (body.0.problem, state.config.limits.problem_items);
        let asked = off_thread(true, move || {
            let records = problem.records();
            assemble::within("/problem", &records, most)?;
            build_request(None, effort, seconds, "/problem", &records, steered)
        })
        .await?;
        Ok(enqueue(&state, asked).await?)
    }

    /// Get a plan
    ///
    /// What was asked for, how far it is and what came of it. `succeeded`, `infeasible`, `cancelled` and `failed` are
    /// final. Ask again every second or so while it is not; with `If-None-Match` the answer is 304 while nothing has
    /// changed.
    #[oai(path = "/v1/plans/:id", method = "get", operation_id = "get_plan", tag = "Tag::Plans")]
    async fn get(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
        /// The ETag that you have: 304 while it is still the present one.
        #[oai(name = "If-None-Match")]
        if_none_match: Header<Option<String>>,
    ) -> Result<PlanResponse, Errors<Reading>> {
        let _ = if_none_match; // read from the request
        let conditions = Conditions::of(request)?;
        let (plan, tag) = store::one(&mut *state.store.read().await?, &id.0.0).await?;
        if conditions.fresh(tag) {
            return Ok(PlanResponse::Unchanged(etag(tag)));
        }
        Ok(PlanResponse::Shown(Json(Box::new(plan)), etag(tag)))
    }

    /// Delete a plan
    ///
    /// Needs `If-Match`. A plan that waits or runs cannot be deleted: cancel it first. One that was ever published cannot
    /// be deleted at all.
    #[oai(path = "/v1/plans/:id", method = "delete", operation_id = "delete_plan", tag = "Tag::Plans")]
    async fn delete(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
        /// The ETag that you saw: needed.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<DeletedResponse, Errors<DeletingPlan>> {
        let _ = if_match; // read from the request
        let conditions = Conditions::of(request)?;
        let mut write = state.store.write().await?;
        let (plan, tag) = store::one(&mut write, &id.0.0).await?;
        conditions.allow_change(Some(tag))?;
        if !plan.state.is_final() {
            let detail = format!("The plan is {}: wait for it, or cancel it first.", plan.state.name());
            return Err(Failure::new(Kind::NotFinished, detail).into());
        }
        if plan.publication.state != PublicationState::Draft {
            let detail = "The plan was published: it stays. Publish another one in its place.";
            return Err(Failure::new(Kind::Published, detail).into());
        }
        store::delete(&mut write, &id.0.0).await?;
        write.note(change(Some(&plan), None));
        write.commit().await?;
        Ok(DeletedResponse::Gone)
    }

    /// Cancel a plan
    ///
    /// The best plan so far is kept, and the state becomes `cancelled`. Answers within two seconds with the plan as it
    /// is then: usually ended; if its state is still `running`, it ends soon. A plan that has ended stays as it is, so
    /// the request can be sent again.
    #[oai(path = "/v1/plans/:id/cancel", method = "post", operation_id = "cancel_plan", tag = "Tag::Plans")]
    async fn cancel(
        &self,
        state: Data<&State>,
        runner: Data<&Arc<Runner>>,
        /// The id of the plan.
        id: Path<Id>,
    ) -> Result<CancelledResponse, Errors<Reading>> {
        let mut changed = state.store.changed();
        let mut write = state.store.write().await?;
        let (before, _) = store::one(&mut write, &id.0.0).await?;
        if store::cancel(&mut write, &id.0.0).await? {
            let (told, _) = store::one(&mut write, &id.0.0).await?;
            write.note(change(Some(&before), Some(&told)));
            write.commit_now().await?; // the search must see it, and to cancel twice is to cancel once
        } else {
            drop(write); // nothing was written
        }
        runner.cancel(&id.0.0);
        let began = tokio::time::Instant::now();
        let until = began + CANCEL_WAIT;
        loop {
            let (plan, tag) = store::one(&mut *state.store.read().await?, &id.0.0).await?;
            if plan.state.is_final() && !before.state.is_final() {
                state.metrics.cancel_seconds.took(began.elapsed());
            }
            if plan.state.is_final() || tokio::time::Instant::now() >= until {
                return Ok(CancelledResponse::Told(Json(Box::new(plan)), etag(tag)));
            }
            let _ = tokio::time::timeout(CANCEL_LOOK, changed.changed()).await; // another process may end it unheard
        }
    }

    /// Get the plan document
    ///
    /// The whole plan as `netvisit solve` writes it and `netvisit check` reads it: while the search runs, the best so
    /// far. 409 before the first plan. With `If-None-Match` the answer is 304 while nothing has changed.
    #[oai(path = "/v1/plans/:id/document", method = "get", operation_id = "get_plan_document", tag = "Tag::Plans")]
    async fn document(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
        /// The ETag that you have: 304 while it is still the present one.
        #[oai(name = "If-None-Match")]
        if_none_match: Header<Option<String>>,
    ) -> Result<DocumentResponse, Errors<ReadingPlan>> {
        let _ = if_none_match; // read from the request
        let conditions = Conditions::of(request)?;
        let _place = Place::take().await?; // it is long, and counts to what is sent once it is here
        let found = store::document(&mut *state.store.read().await?, &id.0.0).await?;
        let (document, revision) = found.ok_or_else(no_plan_yet)?;
        if conditions.fresh(revision) {
            return Ok(DocumentResponse::Unchanged(etag(revision)));
        }
        Ok(DocumentResponse::Shown(Written::new(document), etag(revision)))
    }

    /// Get the shortlist of a plan
    ///
    /// The plans that were found beside the best one, each whole, with its cost by measure and how many changes it is apart
    /// from the others, where the plan was asked with `shortlist`: 404 where it was not, or has ended without one, and 409
    /// until it has ended. Import the document of one to keep it as a plan of its own.
    #[oai(path = "/v1/plans/:id/shortlist", method = "get", operation_id = "get_shortlist", tag = "Tag::Plans")]
    async fn shortlist(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
    ) -> Result<ShortlistResponse, Errors<ReadingPlan>> {
        let place = Place::take().await?;
        let mut read = state.store.read().await?;
        if let Some(found) = store::shortlist(&mut read, &id.0.0).await? {
            return Ok(ShortlistResponse::Told(place.run(move || Ok(Written::of(&found))).await?));
        }
        let (plan, _) = store::one(&mut read, &id.0.0).await?;
        Err(no_shortlist(&plan).into())
    }
}

async fn list_page(request: &Request, state: &State, programme: Option<String>) -> Result<PlanListResponse, Failure> {
    let which = page::plans(request, programme)?;
    let mut read = state.store.read().await?;
    if let Some(programme) = &which.programme {
        crate::store::one::<crate::records::programmes::store::Programmes>(&mut read, None, programme).await?;
    }
    let ascending = which.ascending;
    let (items, more) = store::page(&mut read, which).await?;
    let next = items.last().filter(|_| more).map(|last| page::plan_cursor(ascending, &last.id));
    Ok(PlanListResponse::Page(Json(PlanList { items, next })))
}

/// The seconds that a plan may run.
///
/// Errors: `Invalid` where the effort is out of range, or more than the service allows.
fn allowed(effort: &Effort, limits: &config::Plans) -> Result<f64, Failure> {
    effort.allowed("/effort").map_err(Failure::invalid)?;
    let seconds = effort.clocked().unwrap_or(limits.seconds);
    if effort.seconds.is_some() && seconds > limits.seconds {
        let mut faults = Faults::default();
        let detail = format!("`seconds` must be at most {}: this service allows no more", limits.seconds);
        faults.add("/effort/seconds", "out_of_range", detail);
        return Err(Failure::invalid(faults));
    }
    Ok(seconds.min(limits.seconds))
}

/// What is stored of a plan that is asked for. `pointer` is where the problem stands in the request.
///
/// Errors: `Invalid` with every contradiction, of the problem or, where there is none, of the locks.
fn build_request(
    programme: Option<(String, i64)>,
    effort: Effort,
    seconds_allowed: f64,
    pointer: &str,
    records: &ProblemRecords,
    steered: Option<Steered>,
) -> Result<Asked, Failure> {
    let problem = assemble::problem_at(pointer, records)?;
    if let Some(steered) = &steered {
        steered.steer(problem).map_err(Failure::invalid)?;
    }
    let problem = ProblemDocument::new(records).to_json_string();
    let problem_sha256 = sha256(&problem);
    Ok(Asked { programme, effort, problem, problem_sha256, seconds_allowed, steered })
}

/// What the audit trail says of a plan that has become another one, is new or is gone.
pub fn change(before: Option<&Plan>, after: Option<&Plan>) -> Change {
    let id = after.or(before).map_or("", |plan| &plan.id);
    let json = |plan: &Plan| plan.to_json().unwrap_or_default();
    Change::of(format!("/v1/plans/{id}"), before.map(json).as_ref(), after.map(json).as_ref())
}

/// Puts a plan into the queue.
///
/// Errors: `Overloaded` where the queue is full.
async fn enqueue(state: &State, asked: Asked) -> Result<AcceptedResponse, Failure> {
    let mut write = state.store.write().await?;
    let queue = state.config.plans.queue;
    if store::unfinished(&mut write).await? >= i64::from(queue) {
        let seconds = store::seconds_to_wait(&mut write).await?.map_or(60.0, |seconds| seconds.clamp(1.0, 600.0));
        let detail = format!(
            "{queue} plans wait or run, and the queue holds no more: ask again once one has ended, or cancel one."
        );
        return Err(Failure::retry_after(Kind::Overloaded, seconds.ceil() as u32, detail));
    }
    let id = new_id();
    store::insert(&mut write, &id, &asked).await?;
    let (plan, tag) = store::one(&mut write, &id).await?;
    write.note(change(None, Some(&plan)));
    write.commit().await?;
    Ok(AcceptedResponse::Queued(Json(Box::new(plan)), etag(tag), format!("/v1/plans/{id}")))
}

/// Why a plan has no shortlist.
fn no_shortlist(plan: &wire::Plan) -> Failure {
    let asked = plan.steering.as_ref().is_some_and(|steering| steering.shortlist.is_some());
    match (asked, plan.state.is_final()) {
        (false, _) => Failure::new(Kind::NotFound, "The plan was asked for without `shortlist`; ask for one with it."),
        (true, true) => Failure::new(Kind::NotFound, "The plan has ended without a shortlist; its state says how."),
        (true, false) => {
            Failure::new(Kind::NoPlanYet, "The shortlist is there once the plan has ended; ask again then.")
        }
    }
}

/// The failure of reading from a plan that has no plan yet.
pub fn no_plan_yet() -> Failure {
    let detail = "No plan was found so far. While the plan's state is queued or running, ask again in a second.";
    Failure::new(Kind::NoPlanYet, detail)
}

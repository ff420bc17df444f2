//! Publishing plans: a plan is a draft until somebody answers for it; then it is in force, until another takes its
//! place. What was published never changes and is never deleted.

pub mod store;
pub mod wire;

use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};
use scheduler::Faults;
use scheduler::explain::changed;

use crate::handing_out::feeds;
use crate::http::Tag;
use crate::http::body::{Body, as_writer};
use crate::http::errors::{Errors, Publishing, Reading};
use crate::http::etag::etag;
use crate::http::failure::{Failure, Kind};
use crate::http::fields::Id;
use crate::plans::wire::Plan;
use crate::plans::{change, store as plans, stored};
use crate::records::programmes::store::{Programmes, load};
use crate::state::State;
use crate::store::{Write, one};

use wire::{NewPublication, PublicationList};

const LONGEST_APPROVER: usize = 200;
const LONGEST_NOTE: usize = 2_000;
/// Changes of a programme that are told one by one.
const MOST_CHANGES: usize = 500;

/// `/plans/{id}/publish` and `/programmes/{programme}/publications`
#[derive(Clone, Copy, Debug)]
pub struct Publications;

/// The answer to a publish.
#[derive(ApiResponse)]
pub enum PublishedResponse {
    /// The plan is in force.
    #[oai(status = 200)]
    Published(
        Json<Box<Plan>>,
        /// The revision of the plan, for `If-Match` and `If-None-Match`.
        #[oai(header = "ETag")]
        String,
    ),
}

/// The answer to a GET of publications.
#[derive(ApiResponse)]
pub enum PublicationsResponse {
    /// All publications.
    #[oai(status = 200)]
    Listed(Json<PublicationList>),
}

#[OpenApi]
impl Publications {
    /// Publish a plan
    ///
    /// Puts the plan in force in its programme, in the place of the one that was, which is superseded; calendar feeds
    /// follow. A plan can be published once it has ended with a plan that breaks no rule, also again after it was
    /// superseded. Where the programme has changed since the plan was asked for (`outdated`), the answer is a 409 that
    /// names every record that is gone, new or changed; `accept_outdated` publishes it all the same. What was published
    /// never changes and is never deleted, and neither is its programme.
    #[oai(path = "/v1/plans/:id/publish", method = "post", operation_id = "publish_plan", tag = "Tag::Publications")]
    async fn publish(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
        body: Body<NewPublication>,
    ) -> Result<PublishedResponse, Errors<Publishing>> {
        let NewPublication { approver, note, accept_outdated } = body.0;
        judge(&approver, note.as_deref()).map_err(Failure::invalid)?;
        let id = id.0.0;
        let mut write = state.store.write().await?;
        let (before, _) = plans::one(&mut write, &id).await?;
        let programme = publishable(&before)?;
        let in_force = store::in_force(&mut write, &programme).await?;
        if in_force.as_ref() == Some(&id) {
            return Err(refused("The plan is in force already.").into());
        }
        if before.outdated && accept_outdated != Some(true) {
            up_to_date(&mut write, &programme, &id).await?;
        }
        let superseded = match in_force {
            Some(other) => Some(plans::one(&mut write, &other).await?.0),
            None => None,
        };
        store::publish(&mut write, &programme, &id, approver.trim(), note.as_deref()).await?;
        feeds::follow(&mut write, &programme, &id).await?;
        if let Some(before) = superseded {
            let (after, _) = plans::one(&mut write, &before.id).await?;
            write.note(change(Some(&before), Some(&after)));
        }
        let (plan, tag) = plans::one(&mut write, &id).await?;
        write.note(change(Some(&before), Some(&plan)));
        write.commit().await?;
        Ok(PublishedResponse::Published(Json(Box::new(plan)), etag(tag)))
    }

    /// List the publications of a programme
    ///
    /// Which plans were in force, from when to when and who answered for them, the latest first.
    #[oai(
        path = "/v1/programmes/:programme/publications",
        method = "get",
        operation_id = "list_publications",
        tag = "Tag::Publications"
    )]
    async fn list(
        &self,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
    ) -> Result<PublicationsResponse, Errors<Reading>> {
        let mut read = state.store.read().await?;
        one::<Programmes>(&mut read, None, &programme.0.0).await?;
        let items = store::history(&mut read, &programme.0.0).await?;
        Ok(PublicationsResponse::Listed(Json(PublicationList { items })))
    }
}

/// What is wrong with who answers, and with the note.
pub(super) fn judge(approver: &str, note: Option<&str>) -> Result<(), Faults> {
    let mut faults = Faults::default();
    if approver.trim().is_empty() || approver.chars().count() > LONGEST_APPROVER {
        let detail = format!("`approver` says who answers for the plan, in 1 to {LONGEST_APPROVER} characters");
        faults.add("/approver", "out_of_range", detail);
    }
    if note.is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
        faults.add("/note", "out_of_range", format!("`note` has at most {LONGEST_NOTE} characters"));
    }
    faults.into_result()
}

/// The programme of a plan that can be published.
///
/// Errors: `NotFinished`, `NotPublishable`.
fn publishable(plan: &Plan) -> Result<String, Failure> {
    if !plan.state.is_final() {
        let detail = format!("The plan is {}: wait for it, or cancel it first.", plan.state.name());
        return Err(Failure::new(Kind::NotFinished, detail));
    }
    if plan.cost.is_none() {
        return Err(refused("The search has ended without a plan: there is nothing to publish."));
    }
    if plan.broken.as_ref().is_some_and(|broken| !broken.is_empty()) {
        return Err(refused("The plan breaks rules, which `broken` names: mend them, or change the programme."));
    }
    let programme = plan.programme.as_ref().map(|programme| programme.0.clone());
    programme.ok_or_else(|| refused("The plan is of no stored programme: PUT its problem, and ask for a plan of that."))
}

/// Refuses a plan whose programme has changed since.
///
/// Errors: `Outdated` with what has changed.
async fn up_to_date(write: &mut Write, programme: &str, plan: &str) -> Result<(), Failure> {
    let (made_from, _) = plans::documents(write, plan).await?;
    let (present, _) = load(write, programme).await?;
    as_writer(move || {
        let (before, _) = stored::problem(&made_from)?;
        let changes: Vec<_> = changed(&before, &present).into_iter().collect();
        if changes.is_empty() {
            return Ok(()); // whatever changed is as it was
        }
        let detail = format!(
            "The programme has changed in {} places since the plan was asked for; `errors` names them. Ask for another \
             plan, or publish this one with `accept_outdated`.",
            changes.len()
        );
        let told = changes.into_iter().take(MOST_CHANGES);
        Err(Failure::with_findings(Kind::Outdated, detail, told))
    })
    .await
}

fn refused(detail: &str) -> Failure {
    Failure::new(Kind::NotPublishable, detail)
}

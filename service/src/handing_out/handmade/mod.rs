//! Plans made by hand: judged, and kept beside those of the search.

pub mod read;
pub mod store;
pub mod wire;

use poem::Request;
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{ApiResponse, OpenApi};
use scheduler::check::{check, resolve};
use scheduler::{Bound, ProblemRecords, Solution, explain};

use crate::digest::sha256;
use crate::http::Tag;
use crate::http::errors::{Errors, ImportingInto};
use crate::http::etag::etag;
use crate::http::failure::Failure;
use crate::http::fields::{Documented, Id};
use crate::http::paging::is_set;
use crate::http::place::Place;
use crate::http::resource::new_id;
use crate::plans::change;
use crate::plans::document::{BrokenRule, Comparison, PlanDocument};
use crate::plans::summary::Summary;
use crate::questions::checks::wire::Report;
use crate::records::problems::wire::ProblemDocument;
use crate::records::problems::{assemble, loaded};
use crate::state::State;

use read::HandMade;
use wire::HandMadePlan;

/// `/programmes/{programme}/plans/import`
#[derive(Clone, Copy, Debug)]
pub struct HandMadePlans;

/// The answer to a hand-made plan.
#[derive(ApiResponse)]
pub enum HandMadeResponse {
    /// What was found; nothing was stored.
    #[oai(status = 200)]
    Judged(Json<Box<HandMadePlan>>),
    /// What was found; the plan is stored, and `Location` says where it is.
    #[oai(status = 201)]
    Stored(
        Json<Box<HandMadePlan>>,
        /// The revision of the plan, for `If-Match` and `If-None-Match`.
        #[oai(header = "ETag")]
        String,
        /// The path of the plan.
        #[oai(header = "Location")]
        String,
    ),
}

#[OpenApi]
impl HandMadePlans {
    /// Import a hand-made plan
    ///
    /// Judges a plan that was made by hand against the programme as it is stored now, and keeps it as a plan of its own
    /// beside those of the search: every broken rule, its cost, who is left out and why, and what it costs more than the
    /// cheapest plan there is. As a plan document, whose stated figures are not read; or as CSV with a row for each
    /// enrolment (`enrolment`, `network`, and where it hosts `date` and, if not all others come, `guests`), the form
    /// that plans are handed out in; a cell with a single `-` is empty. What names nothing is refused; what breaks a rule is told, and stored all the same.
    #[oai(
        path = "/v1/programmes/:programme/plans/import",
        method = "post",
        operation_id = "import_plan",
        tag = "Tag::Plans"
    )]
    async fn import(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
        /// `true`: only tell what is to be said of the plan. Default: false.
        dry_run: Query<Option<Documented<bool>>>,
        body: HandMade,
    ) -> Result<HandMadeResponse, Errors<ImportingInto>> {
        let _ = dry_run; // read from the request
        let dry_run = is_set(request, "dry_run")?;
        let programme = programme.0.0;
        let place = Place::take().await?;
        let (records, revision) = loaded(&place, &state, programme.clone()).await?;
        let judged = place.run(move || Judged::of(&records, body)).await?;
        let mut told = judged.to_wire(dry_run);
        let mut write = state.store.write().await?;
        let cheapest = store::cheapest(&mut write, &programme, revision).await?;
        told.compared = cheapest.map(|(plan, other)| Comparison::new(&told.cost, plan, other.cost));
        if dry_run {
            return Ok(HandMadeResponse::Judged(Json(Box::new(told))));
        }
        let id = new_id();
        store::insert(&mut write, &id, &judged.finished(&programme, revision)).await?;
        let (plan, tag) = crate::plans::store::one(&mut write, &id).await?;
        write.note(change(None, Some(&plan)));
        write.commit().await?;
        told.id = Some(id.clone());
        Ok(HandMadeResponse::Stored(Json(Box::new(told)), etag(tag), format!("/v1/plans/{id}")))
    }
}

/// A hand-made plan with what was found.
struct Judged {
    problem: String,
    problem_sha256: String,
    summary: Summary,
    document: String,
    broken: Vec<BrokenRule>,
}

impl Judged {
    /// Judges a plan against the problem of these records.
    ///
    /// Errors: `Invalid` where the programme contradicts itself, or the plan names what is not there.
    fn of(records: &ProblemRecords, plan: HandMade) -> Result<Judged, Failure> {
        let problem = assemble::problem_at("", records)?;
        let written = plan.records(&problem)?;
        assemble::judgeable("", records, &written)?;
        let report = check(&problem, &written);
        let (plan, _) = resolve(&problem, &written);
        let left_out = explain::left_out(&problem, &plan);
        let solution = Solution { plan, cost: report.cost, bound: Bound::default(), left_out, steered: None };
        let document = PlanDocument::new(&problem, &solution).text().map_err(Failure::internal)?;
        let text = ProblemDocument::new(records).to_json_string();
        Ok(Judged {
            problem_sha256: sha256(&text),
            problem: text,
            summary: Summary::of(&problem, &solution),
            document,
            broken: Report::new(&problem, &report).broken,
        })
    }

    fn to_wire(&self, dry_run: bool) -> HandMadePlan {
        HandMadePlan {
            dry_run,
            id: None,
            broken: self.broken.clone(),
            cost: self.summary.cost.clone(),
            left_out: self.summary.left_out.clone(),
            compared: None,
        }
    }

    fn finished<'a>(&'a self, programme: &'a str, revision: i64) -> store::Finished<'a> {
        store::Finished {
            programme: (programme, revision),
            problem: &self.problem,
            problem_sha256: &self.problem_sha256,
            summary: &self.summary,
            document: &self.document,
            broken: &self.broken,
        }
    }
}

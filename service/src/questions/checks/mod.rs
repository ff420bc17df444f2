//! Checks of plans, ours or hand-made.

pub mod wire;

use poem::web::Data;
use poem_openapi::{ApiResponse, OpenApi};

use crate::http::Tag;
use crate::http::body::{Body, Written, off_thread};
use crate::http::errors::{Errors, Judging};
use crate::records::problems::assemble;
use crate::state::State;

use wire::{CheckRequest, Report};

/// `/checks`
#[derive(Clone, Copy, Debug)]
pub struct Checks;

/// The answer to a check.
#[derive(ApiResponse)]
pub enum CheckResponse {
    /// What the check found; a plan that breaks rules is a finding, not an error.
    #[oai(status = 200)]
    Checked(Written<Report>),
}

#[OpenApi]
impl Checks {
    /// Check a plan
    ///
    /// Judges any plan, also a hand-made one, against its problem: every broken rule, every stated figure that is not
    /// the true one, and the cost by measure, worked out from scratch. Nothing is stored. Fields of the plan that are
    /// not known are ignored.
    #[oai(path = "/v1/checks", method = "post", operation_id = "create_check", tag = "Tag::Checks")]
    async fn check(&self, state: Data<&State>, body: Body<CheckRequest>) -> Result<CheckResponse, Errors<Judging>> {
        let most = state.config.limits.problem_items;
        let report = off_thread(true, move || {
            let CheckRequest { problem, plan } = body.0;
            let records = problem.records();
            assemble::within("/problem", &records, most)?;
            let problem = assemble::problem_at("/problem", &records)?;
            let plan = plan.0.records();
            assemble::judgeable("/plan/assignments", &records, &plan)?;
            Ok(Written::of(&Report::new(&problem, &scheduler::check::check(&problem, &plan))))
        })
        .await?;
        Ok(CheckResponse::Checked(report))
    }
}

//! The whole problem of a programme as one document: out, in, and judged.

pub mod assemble;
pub mod example;
pub mod wire;

use poem::Request;
use poem::web::Data;
use poem_openapi::param::{Header, Path};
use poem_openapi::types::ToJSON;
use poem_openapi::{ApiResponse, OpenApi};
use scheduler::ProblemRecords;
use scheduler::problem::records::MunicipalityRecord;
use scheduler::problem::validate;

use crate::digest::sha256;
use crate::http::Tag;
use crate::http::body::{Body, Written, off_thread};
use crate::http::errors::{Errors, Reading, Storing};
use crate::http::etag::{Conditions, etag};
use crate::http::failure::Failure;
use crate::http::fields::Id;
use crate::http::place::Place;
use crate::records::programmes::store::{Programmes, load, replace_all};
use crate::state::State;
use crate::store::audit::Change;
use crate::store::find;

use assemble::within;
use wire::{ProblemDocument, Validation};

/// `/programmes/{programme}/problem` and `/programmes/{programme}/validation`
#[derive(Clone, Copy, Debug)]
pub struct Problems;

/// The answer to a GET of a problem.
#[derive(ApiResponse)]
pub enum ProblemResponse {
    /// The problem document.
    #[oai(status = 200)]
    Shown(
        Written<ProblemDocument>,
        /// The revision of the programme and all it contains, for `If-Match` and `If-None-Match`.
        #[oai(header = "ETag")]
        String,
    ),
    /// It has not changed since the ETag in `If-None-Match`.
    #[oai(status = 304)]
    Unchanged(#[oai(header = "ETag")] String),
}

/// The answer to a PUT of a problem.
#[derive(ApiResponse)]
pub enum StoredResponse {
    /// The programme and all that it contains were replaced.
    #[oai(status = 200)]
    Replaced(
        Written<ProblemDocument>,
        /// The revision of the programme and all it contains, for `If-Match` and `If-None-Match`.
        #[oai(header = "ETag")]
        String,
    ),
    /// The programme was made.
    #[oai(status = 201)]
    Created(
        Written<ProblemDocument>,
        /// The revision of the programme and all it contains, for `If-Match` and `If-None-Match`.
        #[oai(header = "ETag")]
        String,
        /// The path of the problem.
        #[oai(header = "Location")]
        String,
    ),
}

/// The answer to a GET of a validation.
#[derive(ApiResponse)]
pub enum ValidationResponse {
    /// What is wrong, and what is hardly meant.
    #[oai(status = 200)]
    Judged(Written<Validation>),
}

#[OpenApi]
impl Problems {
    /// Get the problem document of a programme
    ///
    /// The programme with all that it contains as one problem document: what `netvisit solve` reads and what a PUT
    /// takes. What was PUT is what GET gives, in the same order.
    #[oai(
        path = "/v1/programmes/:programme/problem",
        method = "get",
        operation_id = "get_problem",
        tag = "Tag::Problems"
    )]
    async fn get(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
        /// The ETag that you have: 304 while it is still the present one.
        #[oai(name = "If-None-Match")]
        _if_none_match: Header<Option<String>>,
    ) -> Result<ProblemResponse, Errors<Reading>> {
        let conditions = Conditions::of(request)?;
        let place = Place::take().await?;
        let (records, revision) = loaded(&place, &state, programme.0.0).await?;
        if conditions.fresh(revision) {
            return Ok(ProblemResponse::Unchanged(etag(revision)));
        }
        Ok(ProblemResponse::Shown(place.run(move || Ok(written(&records))).await?, etag(revision)))
    }

    /// Create or replace a programme from a problem document
    ///
    /// Creates the programme, or replaces all that it contains, in one transaction; its plans stay, and master data
    /// stay as they are. Everything that is wrong with the document is told at once, and nothing is stored then:
    /// first all faults of shape, and where there are none, all faults of meaning and all contradictions. To replace
    /// what exists, send its ETag in `If-Match`; with `If-None-Match: *` it is created only.
    #[oai(
        path = "/v1/programmes/:programme/problem",
        method = "put",
        operation_id = "put_problem",
        tag = "Tag::Problems"
    )]
    async fn put(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
        body: Body<ProblemDocument>,
        /// The ETag that you saw: needed to replace what exists.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
        /// `*`: create only.
        #[oai(name = "If-None-Match")]
        _if_none_match: Header<Option<String>>,
    ) -> Result<StoredResponse, Errors<Storing>> {
        let conditions = Conditions::of(request)?;
        let (records, document) = sound(body.0, &programme.0.0, state.config.limits.problem_items).await?;
        let mut write = state.store.write().await?;
        let present = match find::<Programmes>(&mut write, None, &programme.0.0).await? {
            Some(_) => Some(load(&mut write, &programme.0.0).await?),
            None => None,
        };
        conditions.allow_change(present.as_ref().map(|(_, revision)| *revision))?;
        let revision = match &present {
            Some((same, revision)) if *same == records => *revision,
            _ => {
                let revision = replace_all(&mut write, &programme.0.0, &records, &programme.0.0).await?;
                let before = present.as_ref().map(|(before, _)| before);
                write.note(change(&programme.0.0, before, Some(&records)));
                write.commit().await?;
                revision
            }
        };
        let tag = etag(revision);
        Ok(match present {
            Some(_) => StoredResponse::Replaced(document, tag),
            None => StoredResponse::Created(document, tag, request.original_uri().path().to_owned()),
        })
    }

    /// Validate a programme
    ///
    /// All contradictions of the programme as it is stored, which stand in the way of a plan; what no plan can honour, as
    /// counting shows, with the numbers; and warnings of what is allowed but hardly meant. Pointers lead into the problem
    /// document.
    #[oai(
        path = "/v1/programmes/:programme/validation",
        method = "get",
        operation_id = "get_validation",
        tag = "Tag::Problems"
    )]
    async fn validation(
        &self,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
    ) -> Result<ValidationResponse, Errors<Reading>> {
        let place = Place::take().await?;
        let (records, _) = loaded(&place, &state, programme.0.0).await?;
        let validation = place.run(move || Ok(Written::of(&Validation::of(&records)))).await?;
        Ok(ValidationResponse::Judged(validation))
    }
}

/// What the audit trail says of a programme's problem that has become another one, is new or is gone.
pub fn change(programme: &str, before: Option<&ProblemRecords>, after: Option<&ProblemRecords>) -> Change {
    let hashed = |records: &ProblemRecords| sha256(ProblemDocument::new(records).to_json_string());
    let subject = format!("/v1/programmes/{programme}/problem");
    Change { subject, before: before.map(hashed), after: after.map(hashed) }
}

/// All records of a programme, counted to a place, and its revision.
///
/// Errors: `NotFound`; `Overloaded` where others take too much.
pub async fn loaded(place: &Place, state: &State, programme: String) -> Result<(ProblemRecords, i64), Failure> {
    let store = state.store.clone();
    let loaded = place.reading(async move { Ok(load(&mut *store.read().await?, &programme).await?) }).await?;
    place.weigh(length(&loaded.0)).await?;
    Ok(loaded)
}

/// How long the problem document of these records is, about: so much for a record, and so much for a date in a diary.
fn length(records: &ProblemRecords) -> usize {
    let days = |town: &MunicipalityRecord| {
        [&town.unavailable, &town.cannot_host_on, &town.undesired].into_iter().flatten().map(Vec::len).sum::<usize>()
    };
    assemble::items(records) * 150 + records.municipalities.iter().map(days).sum::<usize>() * 13
}

/// The records of a document that nothing is wrong with, so many of them at most, and how they are shown once they are
/// stored.
///
/// Errors: `Invalid` with every fault of meaning and every contradiction.
async fn sound(
    document: ProblemDocument,
    programme: &str,
    most: usize,
) -> Result<(ProblemRecords, Written<ProblemDocument>), Failure> {
    let programme = programme.to_owned();
    off_thread(true, move || {
        let records = document.records();
        within("", &records, most)?;
        let mut faults = validate::contradictions(&records);
        faults.keep("", validate::id(&programme));
        faults.into_result().map_err(Failure::invalid)?;
        let document = written(&records);
        Ok((records, document))
    })
    .await
}

fn written(records: &ProblemRecords) -> Written<ProblemDocument> {
    Written::of(&ProblemDocument::new(records))
}

//! The answers of the operations on plans.

use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object};

use super::choices::Shortlist;
use super::document::PlanDocument;
use super::rows::{AssignmentRow, MeetingRow, VisitRow};
use super::wire::Plan;
use crate::http::body::Written;

/// A page of plans.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PlanList {
    /// The plans of this page.
    pub items: Vec<Plan>,
    /// The `cursor` of the next page; absent on the last one.
    pub next: Option<String>,
}

/// A page of assignments.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct AssignmentList {
    /// The assignments of this page.
    pub items: Vec<AssignmentRow>,
    /// The `cursor` of the next page; absent on the last one.
    pub next: Option<String>,
}

/// A page of visits.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct VisitList {
    /// The visits of this page.
    pub items: Vec<VisitRow>,
    /// The `cursor` of the next page; absent on the last one.
    pub next: Option<String>,
}

/// A page of meetings.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct MeetingList {
    /// The meetings of this page.
    pub items: Vec<MeetingRow>,
    /// The `cursor` of the next page; absent on the last one.
    pub next: Option<String>,
}

/// The answer to a GET of plans.
#[derive(ApiResponse)]
pub enum PlanListResponse {
    /// A page of the list.
    #[oai(status = 200)]
    Page(Json<PlanList>),
}

/// The answer to a POST of a plan.
#[derive(ApiResponse)]
pub enum AcceptedResponse {
    /// The plan waits in the queue; `Location` says where it is.
    #[oai(status = 202)]
    Queued(
        Json<Box<Plan>>,
        /// The revision of the plan, for `If-Match` and `If-None-Match`.
        #[oai(header = "ETag")]
        String,
        /// The path of the plan.
        #[oai(header = "Location")]
        String,
    ),
}

/// The answer to a GET of a plan.
#[derive(ApiResponse)]
pub enum PlanResponse {
    /// The plan.
    #[oai(status = 200)]
    Shown(
        Json<Box<Plan>>,
        /// The revision of the plan, for `If-Match` and `If-None-Match`.
        #[oai(header = "ETag")]
        String,
    ),
    /// It has not changed since the ETag in `If-None-Match`.
    #[oai(status = 304)]
    Unchanged(
        /// The revision of the plan.
        #[oai(header = "ETag")]
        String,
    ),
}

/// The answer to a DELETE of a plan.
#[derive(ApiResponse)]
pub enum DeletedResponse {
    /// It is gone.
    #[oai(status = 204)]
    Gone,
}

/// The answer to a cancel.
#[derive(ApiResponse)]
pub enum CancelledResponse {
    /// The plan as it is now.
    #[oai(status = 200)]
    Told(
        Json<Box<Plan>>,
        /// The revision of the plan, for `If-Match` and `If-None-Match`.
        #[oai(header = "ETag")]
        String,
    ),
}

/// The answer to a GET of a plan document.
#[derive(ApiResponse)]
pub enum DocumentResponse {
    /// The plan document: the best plan so far.
    #[oai(status = 200)]
    Shown(
        Written<PlanDocument>,
        /// The revision of the plan document, for `If-None-Match`.
        #[oai(header = "ETag")]
        String,
    ),
    /// It has not changed since the ETag in `If-None-Match`.
    #[oai(status = 304)]
    Unchanged(
        /// The revision of the plan document.
        #[oai(header = "ETag")]
        String,
    ),
}

/// The answer to a GET of assignments.
#[derive(ApiResponse)]
pub enum AssignmentListResponse {
    /// A page of the list.
    #[oai(status = 200)]
    Page(Json<AssignmentList>),
}

/// The answer to a GET of visits.
#[derive(ApiResponse)]
pub enum VisitListResponse {
    /// A page of the list.
    #[oai(status = 200)]
    Page(Json<VisitList>),
}

/// The answer to a GET of meetings.
#[derive(ApiResponse)]
pub enum MeetingListResponse {
    /// A page of the list.
    #[oai(status = 200)]
    Page(Json<MeetingList>),
}

/// The answer to a GET of a shortlist.
#[derive(ApiResponse)]
pub enum ShortlistResponse {
    /// The plans.
    #[oai(status = 200)]
    Told(Written<Shortlist>),
}

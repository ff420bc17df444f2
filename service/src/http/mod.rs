//! The toolkit of every operation: failures, fields, JSON, ETags, pages, bodies, and the six operations of a resource.

pub mod body;
pub mod connection;
pub mod errors;
pub mod etag;
pub mod failure;
pub mod fields;
pub mod json;
pub mod lenient;
pub mod merge;
pub mod paging;
pub mod place;
pub mod presence;
pub mod request;
pub mod resource;
pub mod sent;
pub mod shape;

use poem_openapi::Tags;

/// The groups that operations are shown in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Tags)]
pub enum Tag {
    /// Whether the service is alive and can serve.
    Health,
    /// Master data: the country's regions.
    Regions,
    /// Master data: the country's municipalities.
    Municipalities,
    /// Many records at once, from CSV or JSON: all rows or none.
    Imports,
    /// Country tables that ship with the product.
    ReferenceData,
    /// Programmes and their settings.
    Programmes,
    /// What a programme contains: its own regions and municipalities, tracks, rounds, networks, enrolments, pair
    /// rules and distances.
    ProgrammeContents,
    /// Whole problem documents, in and out.
    Problems,
    /// Plans: ask, watch, read.
    Plans,
    /// Break-out groups of meetings.
    Seatings,
    /// Putting plans in force.
    Publications,
    /// Why a plan is as it is, how even it is, what is different in it.
    Explanations,
    /// Handing plans out.
    Exports,
    /// Calendars to subscribe to.
    Feeds,
    /// What taking part costs: the basis of invoices.
    Fees,
    /// Judging any plan.
    Checks,
    /// Who has changed what.
    Audit,
}

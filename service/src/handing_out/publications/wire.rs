//! Publications as they go over the wire.

use poem_openapi::Object;
use poem_openapi::types::Example;

use crate::http::fields::Instant;
use crate::plans::wire::PublicationState;

/// What a plan is published with.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct NewPublication {
    /// Who answers for it: a name or an office, 1 to 200 characters.
    pub approver: String,
    /// Why this one, or what is to be known of it, at most 2,000 characters.
    pub note: Option<String>,
    /// Whether it is published though the programme has changed since it was asked for. Default: false: it is refused
    /// (409 `outdated`) with everything that has changed.
    pub accept_outdated: Option<bool>,
}

/// A publication: which plan, from when to when, and who answers for it.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none, example)]
pub struct Publication {
    /// The id of the plan.
    pub plan: String,
    /// Whether it is in force.
    pub state: PublicationState,
    /// Who answers for it.
    pub approver: String,
    /// What was noted.
    pub note: Option<String>,
    /// When it was published.
    pub published_at: Instant,
    /// When another took its place.
    pub superseded_at: Option<Instant>,
}

/// The publications of a programme.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct PublicationList {
    /// The latest first.
    pub items: Vec<Publication>,
}

impl Example for NewPublication {
    fn example() -> Self {
        NewPublication {
            approver: "Head of secretariat".to_owned(),
            note: Some("As the board decided.".to_owned()),
            accept_outdated: None,
        }
    }
}

impl Example for Publication {
    fn example() -> Self {
        Publication {
            plan: "019ab6a4-6c1e-7d3a-9c55-0f6b8b0e4a11".to_owned(),
            state: PublicationState::Published,
            approver: "Head of secretariat".to_owned(),
            note: Some("As the board decided.".to_owned()),
            published_at: Instant("2026-11-22T10:00:00.000Z".to_owned()),
            superseded_at: None,
        }
    }
}

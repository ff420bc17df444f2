//! Calendar feeds as they go over the wire.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};

use crate::http::fields::{Id, Instant};

/// What a feed shows. More kinds may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case", rename = "FeedScope")]
pub enum Scope {
    /// Every visit of the programme.
    Programme,
    /// The visits of one network.
    Network,
    /// The visits that one municipality hosts or comes to.
    Municipality,
}

impl Scope {
    const ALL: [(Scope, &str); 3] =
        [(Scope::Programme, "programme"), (Scope::Network, "network"), (Scope::Municipality, "municipality")];

    /// Its name.
    pub fn name(self) -> &'static str {
        Scope::ALL[self as usize].1
    }

    /// The scope of this name.
    pub fn of(name: &str) -> Option<Scope> {
        Scope::ALL.iter().find(|known| known.1 == name).map(|known| known.0)
    }
}

/// What a feed is asked for with.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct NewFeed {
    /// What it shows.
    pub scope: Scope,
    /// The id of the network or the municipality; absent for the whole programme.
    pub subject: Option<Id>,
    /// What the calendar calls itself. Default: the programme's name, and that of the subject.
    pub name: Option<String>,
}

/// A calendar that others subscribe to.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none, example)]
pub struct Feed {
    /// A UUIDv7.
    pub id: String,
    /// What it shows.
    pub scope: Scope,
    /// The id of the network or the municipality; absent for the whole programme.
    pub subject: Option<Id>,
    /// What the calendar calls itself, where that was said.
    pub name: Option<String>,
    /// The path of the calendar, with its secret. It is told when it is made and never again: renew it to have another.
    pub address: Option<String>,
    /// When it was made.
    pub created_at: Instant,
    /// When its address was last renewed.
    pub renewed_at: Option<Instant>,
}

/// The feeds of a programme.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct FeedList {
    /// In the order made.
    pub items: Vec<Feed>,
}

impl Example for NewFeed {
    fn example() -> Self {
        NewFeed { scope: Scope::Municipality, subject: Some(Id("0101".to_owned())), name: None }
    }
}

impl Example for Feed {
    fn example() -> Self {
        Feed {
            id: "019ab6a4-6c1e-7d3a-9c55-0f6b8b0e4a21".to_owned(),
            scope: Scope::Municipality,
            subject: Some(Id("0101".to_owned())),
            name: None,
            address: Some("/v1/calendars/3f0c…e91b.ics".to_owned()),
            created_at: Instant("2026-11-22T10:00:00.000Z".to_owned()),
            renewed_at: None,
        }
    }
}

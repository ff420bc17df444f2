//! Who may call: API keys, what each lets its bearer do, and how much of it at a time.
//!
//! Keys are made, listed, revoked and expired on the command line; there is no operation of the API for it. The database
//! keeps the hash of a key and never the key. While no key has been made the service answers this machine alone and asks
//! for none; from the first key on it asks everybody, also once that key is revoked.

pub mod gate;
pub mod pace;
pub mod role;
pub mod secret;
pub mod shares;
pub mod store;

pub use crate::store::now;
pub use gate::{Caller, Gate};
pub use role::{Role, needed};

use secret::Hash;

/// A key as it is kept.
#[derive(Clone, Debug)]
pub struct Key {
    /// The part of its text that is not secret.
    pub id: String,
    /// Whose it is, or what for: a note for people.
    pub name: String,
    /// What it lets its bearer do.
    pub role: Role,
    /// Of its text.
    pub hash: Hash,
    /// When it was made: RFC 3339, UTC.
    pub created_at: String,
    /// When it ends, if it does by itself: RFC 3339, UTC, milliseconds.
    pub expires_at: Option<String>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<String>,
}

impl Key {
    /// Whether it opens anything at this time: RFC 3339, UTC, milliseconds, which sort as text.
    pub fn is_good(&self, now: &str) -> bool {
        self.revoked_at.is_none() && self.expires_at.as_deref().is_none_or(|end| now < end)
    }

    /// `active`, `expired` or `revoked`.
    pub fn state(&self, now: &str) -> &'static str {
        match self {
            Key { revoked_at: Some(_), .. } => "revoked",
            key if key.is_good(now) => "active",
            _ => "expired",
        }
    }
}

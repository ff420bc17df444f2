//! Who has changed what and when: a trail that is only added to.
//!
//! A request that changes something runs [`within`] its [`Act`]; [`Write::commit`](crate::store::Write::commit) adds
//! to the trail in the same transaction, so that nothing is stored without it. What a write says of itself
//! ([`Change`]) has the hash of what GET gave before and gives now: whoever kept an answer can prove what it was.

pub mod rows;

use std::future::Future;

use serde_json::Value;

use crate::digest::sha256;

/// Something done by somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// The id of the key, [`LOCAL`] without keys, `command` for the command line.
    pub actor: String,
    /// The id of the request; empty for the command line.
    pub request_id: String,
    /// The id of the operation, or the words of the command.
    pub action: String,
    /// The path of the request; what is changed, where nothing says it better.
    pub path: String,
}

/// One thing that was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its path.
    pub subject: String,
    /// [`sha256`] of what GET gave before; none where it was not there.
    pub before: Option<String>,
    /// [`sha256`] of what GET gives now; none where it is gone.
    pub after: Option<String>,
}

/// The actor while there are no keys: a program on this machine.
pub const LOCAL: &str = "local";

tokio::task_local! {
    static ACT: Act;
}

/// Runs something as part of an act: what it stores goes into the trail.
pub async fn within<F: Future>(act: Act, run: F) -> F::Output {
    ACT.scope(act, run).await
}

/// What is being done; none where the service works by itself.
pub fn act() -> Option<Act> {
    ACT.try_with(Act::clone).ok()
}

impl Change {
    /// A change of the JSON at this path.
    pub fn of(subject: impl Into<String>, before: Option<&Value>, after: Option<&Value>) -> Change {
        let hashed = |value: Option<&Value>| value.map(|value| sha256(value.to_string()));
        Change { subject: subject.into(), before: hashed(before), after: hashed(after) }
    }
}

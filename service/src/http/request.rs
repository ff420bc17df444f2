//! The id of a request: taken from the caller or made, in every answer and in every line of the log.

use std::future::Future;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use poem::Request;
use scheduler::random::SplitMix64;
use uuid::{Builder, Uuid};

use crate::clock;

/// The header that carries it.
pub const HEADER: &str = "x-request-id";

tokio::task_local! {
    static ID: String;
}

/// The caller's id where it has sent a sane one (1 to 128 of letters, digits, `-`, `_`, `.`, `:`), else a new one.
pub fn id_of(request: &Request) -> String {
    let sane = |id: &&str| {
        (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
    };
    let given = request.headers().get(HEADER).and_then(|value| value.to_str().ok()).filter(sane);
    given.map_or_else(|| new_id().to_string(), str::to_owned)
}

/// A UUIDv7. It has to be new, not to be secret: chance comes from the system once, for each further id would be a call
/// of the system as dear as a third of a request; from there on it is counted, and mixed (SplitMix64) to look unlike.
fn new_id() -> Uuid {
    static NEXT: LazyLock<AtomicU64> = LazyLock::new(|| AtomicU64::new(clock::new_id().as_u64_pair().1));
    let mixed = SplitMix64::new(NEXT.fetch_add(1, Ordering::Relaxed)).draw();
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&mixed.to_be_bytes());
    let now = clock::since_1970().as_millis();
    Builder::from_unix_timestamp_millis(u64::try_from(now).unwrap_or(u64::MAX), &bytes).into_uuid()
}

/// Runs what serves the request; within it [`current_id`] knows the id.
pub async fn with_id<F: Future>(id: String, serve: F) -> F::Output {
    ID.scope(id, serve).await
}

/// The id of the request that is being served; empty outside of one.
pub fn current_id() -> String {
    ID.try_with(String::clone).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_all_different_uuids_of_the_present() {
        let ids: Vec<Uuid> = (0..10_000).map(|_| new_id()).collect();
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
        assert!(ids.iter().all(|id| id.get_version_num() == 7 && id.get_variant() == uuid::Variant::RFC4122));
        assert_eq!(ids[0].as_bytes()[..3], clock::new_id().as_bytes()[..3], "the same hours");
    }
}

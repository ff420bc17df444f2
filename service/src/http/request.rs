//! The id of a request: taken from the caller or made, in every answer and in every line of the log.

use std::future::Future;

use poem::Request;

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
    given.map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned)
}

/// Runs what serves the request; within it [`current_id`] knows the id.
pub async fn with_id<F: Future>(id: String, serve: F) -> F::Output {
    ID.scope(id, serve).await
}

/// The id of the request that is being served; empty outside of one.
pub fn current_id() -> String {
    ID.try_with(String::clone).unwrap_or_default()
}

//! Transactions that wait for the answer of their request.
//!
//! A request with an `Idempotency-Key` must leave either both its effect and its answer or none. So its commit is put
//! off: [`Write::commit`] hands the transaction over, and whoever [collects](collecting) it adds the answer and commits.

use std::cell::RefCell;
use std::future::Future;

use super::Write;

tokio::task_local! {
    static HELD: RefCell<Option<Write>>;
}

/// Runs what serves a request; what it commits is not stored, but handed over with its result. Dropped, it leaves no
/// trace.
pub async fn collecting<F: Future>(serve: F) -> (F::Output, Option<Write>) {
    HELD.scope(RefCell::new(None), async {
        let answer = serve.await;
        (answer, again())
    })
    .await
}

/// Keeps a transaction until the request is answered. Gives it back where nobody collects.
pub(super) fn until_the_answer(write: Write) -> Option<Write> {
    let mut write = Some(write);
    let _ = HELD.try_with(|held| *held.borrow_mut() = write.take()); // outside of a request that is collected
    write
}

/// The transaction that waits, to go on with: there is one writer, and a second transaction would wait for the first.
pub(super) fn again() -> Option<Write> {
    HELD.try_with(RefCell::take).ok().flatten()
}

//! Who waits for an answer, and whether they still do: for those who work something out for it alone. What is stored is
//! finished all the same, on a task of its own.

use std::future::Future;
use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use super::place::Place;
use crate::lock::locked;

tokio::task_local! {
    static CLIENT: Client;
}

/// Held for as long as the client is there.
#[derive(Debug)]
pub struct Here(#[expect(dead_code, reason = "its end is what counts")] watch::Sender<()>);

/// The client of the request that is being served.
#[derive(Clone, Debug)]
pub struct Client {
    share: Option<String>,
    here: watch::Receiver<()>,
    place: Arc<Mutex<Option<Place>>>,
}

impl Client {
    /// A client who counts to this share and is there until what comes with it is dropped.
    pub fn begin(share: Option<String>) -> (Here, Client) {
        let (here, presence) = watch::channel(());
        (Here(here), Client { share, here: presence, place: Arc::default() })
    }

    /// Runs what serves this client; within it [`share`] and [`gone`] know whom.
    pub async fn within<F: Future>(self, serve: F) -> F::Output {
        CLIENT.scope(self, serve).await
    }
}

/// Whose share the request that is being served counts to; none where nobody else could be shut out by it.
pub fn share() -> Option<String> {
    CLIENT.try_with(|client| client.share.clone()).ok().flatten()
}

/// The place of the request that is being served, where it has one.
pub fn place() -> Option<Place> {
    at_place(|place| place.clone()).flatten()
}

/// Keeps this place for the request that is being served.
pub fn keep(place: Place) {
    at_place(|kept| *kept = Some(place));
}

/// Gives the place of the request that is being served to others: what comes now takes long.
pub fn leave() {
    at_place(Option::take);
}

fn at_place<R>(act: impl FnOnce(&mut Option<Place>) -> R) -> Option<R> {
    CLIENT.try_with(|client| act(&mut locked(&client.place))).ok()
}

/// Returns once the client of the request that is being served has hung up.
pub async fn gone() {
    match CLIENT.try_with(Client::clone) {
        Ok(mut client) => while client.here.changed().await.is_ok() {},
        Err(_) => std::future::pending().await, // nobody waits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_hangs_up_is_gone() {
        let (here, client) = Client::begin(Some("k".to_owned()));
        drop(here);
        client
            .within(async {
                assert_eq!(share().as_deref(), Some("k"));
                gone().await
            })
            .await;
        assert_eq!(share(), None, "outside of a request there is no client");
    }
}

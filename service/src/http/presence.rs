//! Whether the client still waits: for those who work something out for it alone. What is stored is finished all the
//! same, on a task of its own.

use poem::Request;
use tokio::sync::watch;

/// Held for as long as the client is there.
#[derive(Debug)]
pub struct Here(#[expect(dead_code, reason = "its end is what counts")] watch::Sender<()>);

/// Tells when the client has hung up.
#[derive(Clone, Debug)]
pub struct Presence(watch::Receiver<()>);

impl Presence {
    /// A client who is there until what comes with it is dropped.
    pub fn begin() -> (Here, Presence) {
        let (here, presence) = watch::channel(());
        (Here(here), Presence(presence))
    }

    /// Returns once the client of a request has hung up.
    pub async fn gone(request: &Request) {
        match request.data::<Presence>().cloned() {
            Some(Presence(mut here)) => while here.changed().await.is_ok() {},
            None => std::future::pending().await,
        }
    }
}

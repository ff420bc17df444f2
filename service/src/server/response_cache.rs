//! Answers to reads, kept as long as nobody has written.
//!
//! What a GET answers depends on its address and on the database alone. So the whole answer is kept with the
//! [stamp](crate::store::Stamp) of the database that it was made from, and given again while the stamp is the same: as
//! fresh as a new look at the database would be, whichever process writes. The first commit makes all of them worthless at
//! once.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use hyper::body::Bytes;
use poem::http::{HeaderMap, Method, StatusCode, header};
use poem::{Request, Response};

use crate::lock::locked;
use crate::store::Stamp;

/// Bytes of all answers that are kept.
const MOST: usize = 16 << 20;
/// Bytes of one of them beside its body: its address and its headers.
const HEAD: usize = 2 << 10;
/// The longest one.
pub const LONGEST: usize = 1 << 20;

/// Answers that are kept.
#[derive(Debug, Default)]
pub struct Kept(Mutex<Answers>);

#[derive(Debug, Default)]
struct Answers {
    /// The database that all of them were made from.
    stamp: Option<Stamp>,
    bytes: usize,
    by_slot: HashMap<Slot, Answer>,
}

#[derive(Clone, Debug)]
struct Answer {
    headers: HeaderMap,
    body: Bytes,
}

/// What an answer is kept under: the address, and whether it is compressed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    target: String,
    zipped: bool,
}

impl Slot {
    /// Of a request whose answer may be kept: a plain GET of a resource.
    pub fn of(request: &Request, zipped: bool) -> Option<Slot> {
        let target = request.uri().path_and_query()?.as_str();
        let plain =
            !request.headers().contains_key(header::IF_NONE_MATCH) && !request.headers().contains_key(header::RANGE);
        let reads = request.method() == Method::GET && target.starts_with("/v1/");
        (plain && reads).then(|| Slot { target: target.to_owned(), zipped })
    }
}

impl Kept {
    /// The answer for this slot, if it was made from the database as it is.
    pub fn find(&self, slot: &Slot, stamp: Option<Stamp>) -> Option<Response> {
        let answers = self.answers();
        if stamp.is_none() || answers.stamp != stamp {
            return None;
        }
        let Answer { headers, body } = answers.by_slot.get(slot)?.clone();
        drop(answers);
        let mut response = Response::builder().body(body);
        *response.headers_mut() = headers;
        Some(response)
    }

    /// Keeps a good answer in JSON that was made from the database with this stamp.
    pub async fn keep(&self, slot: Slot, stamp: Stamp, mut response: Response) -> Response {
        let json = response.content_type().is_some_and(|kind| kind.starts_with("application/json"));
        if response.status() != StatusCode::OK || !json {
            return response;
        }
        let Ok(body) = response.take_body().into_bytes().await else { return response };
        response.set_body(body.clone());
        if body.len() <= LONGEST {
            let answer = Answer { headers: response.headers().clone(), body };
            let mut answers = self.answers();
            let bytes = answer.body.len() + slot.target.len() + HEAD;
            if answers.stamp != Some(stamp) || answers.bytes + bytes > MOST {
                *answers = Answers { stamp: Some(stamp), ..Answers::default() };
            }
            answers.bytes += bytes;
            answers.by_slot.insert(slot, answer);
        }
        response
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        locked(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn an_answer_is_given_again_until_somebody_writes() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = Store::open(&directory.path().join("test.db")).await.unwrap();
        let kept = Kept::default();
        let request = |target: &str| Request::builder().uri(target.parse().unwrap()).finish();
        let slot = Slot::of(&request("/v1/regions?limit=1"), false).unwrap();
        let stamp = store.stamp().unwrap();
        let answer = Response::builder().content_type("application/json").header("etag", "\"1\"").body("{}");
        kept.keep(slot.clone(), stamp, answer).await;
        let again = kept.find(&slot, store.stamp()).unwrap();
        assert_eq!(again.header("etag"), Some("\"1\""));
        assert_eq!(again.into_body().into_string().await.unwrap(), "{}");
        assert!(kept.find(&Slot::of(&request("/v1/regions?limit=2"), false).unwrap(), store.stamp()).is_none());
        assert!(kept.find(&slot, None).is_none(), "nobody knows whether it is true");
        let mut write = store.write().await.unwrap();
        write.revision().await.unwrap();
        write.commit().await.unwrap();
        assert!(kept.find(&slot, store.stamp()).is_none());
    }

    #[test]
    fn only_plain_reads_of_resources_are_kept() {
        let kept = |method: Method, target: &str| {
            let request = Request::builder().method(method).uri(target.parse().unwrap()).finish();
            Slot::of(&request, false).is_some()
        };
        assert!(kept(Method::GET, "/v1/regions"));
        assert!(
            !kept(Method::POST, "/v1/regions") && !kept(Method::GET, "/metrics") && !kept(Method::HEAD, "/v1/regions")
        );
        let conditional =
            Request::builder().uri("/v1/regions/r".parse().unwrap()).header("if-none-match", "*").finish();
        assert!(Slot::of(&conditional, false).is_none());
    }
}

//! What a request may take: its head, its body, and the memory for the bodies of all requests.

use std::pin::pin;

use hyper::body::{Body as _, Bytes};
use poem::Request;
use poem::http::{HeaderValue, header};
use scheduler::Fault;

use super::routes::Takes;
use crate::access::shares::{Share, Shares};
use crate::config::Limits;
use crate::http::body::{LARGE, off_thread};
use crate::http::failure::{Failure, Kind};
use crate::http::sent::BoxBody;

/// The most parameters of a query.
const MOST_PARAMETERS: usize = 50;
/// The longest body of a record, in bytes.
const LONGEST_RECORD: usize = 1 << 20;

/// Holds requests to the limits.
#[derive(Clone, Debug)]
pub struct Admission {
    limits: Limits,
    /// Bytes of bodies of all requests together.
    memory: Shares,
}

impl Admission {
    /// Holds them to these.
    pub fn new(limits: Limits) -> Admission {
        let all = limits.bodies_bytes.max(limits.body_bytes);
        let memory = Shares::of(all, limits.body_bytes.max(all / 2));
        Admission { limits, memory }
    }

    /// Judges the head of a request.
    pub fn head(&self, request: &Request) -> Result<(), Failure> {
        let limits = &self.limits;
        let path = request.uri().path_and_query().map_or("", |path| path.as_str());
        if path.len() > limits.address_bytes {
            let detail = format!("An address has at most {} bytes.", limits.address_bytes);
            return Err(Failure::new(Kind::UriTooLong, detail));
        }
        let query = request.uri().query().unwrap_or_default();
        if query.split('&').nth(MOST_PARAMETERS).is_some() {
            return Err(Failure::parameter("", format!("A query has at most {MOST_PARAMETERS} parameters.")));
        }
        let header_bytes: usize =
            request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        if header_bytes > limits.header_bytes {
            let detail = format!("All headers together have at most {} bytes.", limits.header_bytes);
            return Err(Failure::new(Kind::HeadersTooLarge, detail));
        }
        let codings: Vec<_> = request.headers().get_all(header::TRANSFER_ENCODING).iter().collect();
        let is_known = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"chunked");
        if codings.len() > 1 || !codings.into_iter().all(is_known) {
            let detail = "Send the body as it is or in chunks (`Transfer-Encoding: chunked`), without other codings.";
            return Err(Failure::new(Kind::UnknownCoding, detail));
        }
        if request.headers().contains_key(header::CONTENT_ENCODING) {
            let detail = "Send the body as it is, without Content-Encoding.";
            return Err(Failure::new(Kind::UnsupportedMediaType, detail));
        }
        Ok(())
    }

    /// Reads the body that an operation takes, so that nothing behind the edge waits for a client. Gives the memory that
    /// the body takes, to be held as long as the request runs. It counts to the share of the caller as its bytes arrive.
    pub async fn body(&self, request: &mut Request, takes: Takes, caller: Option<&str>) -> Result<Share, Failure> {
        let (limits, mut room) = (&self.limits, self.memory.nothing(caller));
        let longest = match takes {
            Takes::Record => limits.body_bytes.min(LONGEST_RECORD),
            Takes::Document => limits.body_bytes,
        };
        let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        if announced.and_then(|text| text.parse::<usize>().ok()).is_some_and(|length| length > longest) {
            return Err(too_large(longest));
        }
        let reading = arriving(request.take_body().into(), longest, &mut room);
        let Ok(bytes) = tokio::time::timeout(limits.body_time, reading).await else {
            let detail = format!("The body did not arrive within {} s.", limits.body_time.as_secs());
            return Err(Failure::new(Kind::RequestTimeout, detail));
        };
        let bytes = bytes?;
        if request.content_type().is_some_and(|kind| kind.to_ascii_lowercase().contains("json")) {
            let text = bytes.clone();
            self.json(off_thread(text.len() > LARGE, move || Ok(Extent::of(&text))).await?)?;
        }
        request.set_body(bytes);
        Ok(room)
    }

    /// Judges JSON before it is read.
    fn json(&self, extent: Extent) -> Result<(), Failure> {
        let limits = &self.limits;
        if extent.depth > limits.json_depth {
            let detail = format!("JSON may be nested {} levels deep, not deeper.", limits.json_depth);
            return Err(Failure::not_json(Fault { pointer: String::new(), code: "too_deep", detail }));
        }
        if extent.bytes > limits.json_bytes {
            let detail = format!(
                "Read, this body would take some {} MB of memory; it may take {}. Send less at a time.",
                extent.bytes / 1_000_000,
                limits.json_bytes / 1_000_000
            );
            return Err(Failure::new(Kind::ContentTooLarge, detail));
        }
        Ok(())
    }
}

/// A body whole, as long as it is not too long and there is room for it.
async fn arriving(body: BoxBody, longest: usize, room: &mut Share) -> Result<Bytes, Failure> {
    let (mut body, mut whole) = (pin!(body), Vec::new());
    while let Some(frame) = std::future::poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let frame = frame.map_err(|_| Failure::new(Kind::BadRequest, "The body ended before its end."))?;
        let Ok(part) = frame.into_data() else { continue }; // trailers
        if whole.len() + part.len() > longest {
            return Err(too_large(longest));
        }
        if !room.grow(part.len()) {
            let detail = "Other requests with large bodies are being served; try again.";
            return Err(Failure::retry_after(Kind::Overloaded, 1, detail));
        }
        whole.extend_from_slice(&part);
    }
    Ok(whole.into())
}

fn too_large(longest: usize) -> Failure {
    Failure::new(Kind::ContentTooLarge, format!("A body has at most {longest} bytes here."))
}

/// How deep a JSON text goes, and what it takes once it is read. What is not JSON is for its reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Extent {
    /// Lists and objects within each other, at most.
    depth: usize,
    /// Bytes of memory, about.
    bytes: usize,
}

/// Bytes of an object with up to eleven fields: one node of its tree.
const OBJECT: usize = 640;
/// Bytes of a value in a list, which doubles as it grows.
const VALUE: usize = 64;
/// Bytes of a text beside its letters.
const TEXT: usize = 24;

impl Extent {
    fn of(text: &[u8]) -> Extent {
        let (mut open, mut extent, mut bytes) = (0_usize, Extent::default(), text.iter());
        while let Some(byte) = bytes.next() {
            match byte {
                b'[' | b'{' => {
                    open += 1;
                    extent.depth = extent.depth.max(open);
                    extent.bytes += if *byte == b'{' { OBJECT } else { VALUE };
                }
                b']' | b'}' => open = open.saturating_sub(1),
                b',' => extent.bytes += VALUE,
                b'"' => {
                    let before = bytes.len();
                    while let Some(byte) = bytes.next() {
                        match byte {
                            b'\\' => drop(bytes.next()),
                            b'"' => break,
                            _ => {}
                        }
                    }
                    extent.bytes += before - bytes.len() + TEXT;
                }
                _ => {}
            }
        }
        extent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bodies_that_take_too_much_together_are_told_to_come_again() {
        let limits = Limits { body_bytes: 4096, bodies_bytes: 8192, ..Limits::default() };
        let admission = Admission::new(limits);
        let read = async |caller: &str| {
            let mut request = Request::builder().body(vec![0; 3000]);
            let read = admission.body(&mut request, Takes::Document, Some(caller)).await;
            read.map_err(|failure| failure.kind())
        };
        let held = read("a").await.unwrap();
        assert_eq!(read("a").await.err(), Some(Kind::Overloaded), "its share is used up");
        assert!(read("b").await.is_ok());
        drop(held);
        assert!(read("a").await.is_ok());
    }

    #[test]
    fn only_what_is_nested_counts() {
        for (text, depth) in
            [("1", 0), ("[]", 1), ("[[],[]]", 2), (r#"{"a":{"b":[1]}}"#, 3), (r#"["[[[[\"[[[["]"#, 1), ("]]][", 1)]
        {
            assert_eq!(Extent::of(text.as_bytes()).depth, depth, "{text}");
        }
    }

    #[test]
    fn many_small_values_are_refused_before_they_take_many_times_their_text() {
        let admission = Admission::new(Limits { json_bytes: 100_000, ..Limits::default() });
        let judged = |text: String| admission.json(Extent::of(text.as_bytes())).map_err(|failure| failure.kind());
        assert_eq!(judged(format!("[{}0]", "0,".repeat(1_000))), Ok(()));
        assert_eq!(judged(format!("[{}0]", "0,".repeat(2_000))), Err(Kind::ContentTooLarge));
        assert_eq!(judged(format!("[{}0]", "{\"a\":0},".repeat(200))), Err(Kind::ContentTooLarge));
        assert_eq!(judged(format!("\"{}\"", ",".repeat(99_000))), Ok(()), "a text takes what it is long");
    }
}

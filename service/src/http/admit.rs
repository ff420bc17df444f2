//! What a request may take: its head, its body, and the memory for the bodies of all requests.

use std::sync::Arc;

use poem::Request;
use poem::error::ReadBodyError;
use poem::http::{HeaderValue, header};
use scheduler::Fault;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::failure::{Failure, Kind};
use crate::config::Limits;

/// Holds requests to the limits.
#[derive(Clone, Debug)]
pub struct Admission {
    limits: Limits,
    /// Kibibytes of bodies that may still be read, by all requests together.
    memory: Arc<Semaphore>,
}

impl Admission {
    /// Holds them to these.
    pub fn new(limits: Limits) -> Admission {
        let memory = Arc::new(Semaphore::new(limits.bodies_bytes.max(limits.body_bytes).div_ceil(1024)));
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

    /// Reads the body, so that nothing behind the edge waits for a client. Gives the memory that the body takes, to be
    /// held as long as the request runs.
    pub async fn body(&self, request: &mut Request) -> Result<OwnedSemaphorePermit, Failure> {
        let limits = &self.limits;
        let too_large =
            || Failure::new(Kind::ContentTooLarge, format!("A body has at most {} bytes.", limits.body_bytes));
        let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        let announced = announced.and_then(|text| text.parse::<usize>().ok());
        if announced.is_some_and(|length| length > limits.body_bytes) {
            return Err(too_large());
        }
        let chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
        let room = self.room(announced.unwrap_or(if chunked { limits.body_bytes } else { 0 }))?;
        if announced.is_none() && !chunked {
            return Ok(room);
        }
        let reading = request.take_body().into_bytes_limit(limits.body_bytes);
        let bytes = match tokio::time::timeout(limits.body_time, reading).await {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(ReadBodyError::PayloadTooLarge)) => return Err(too_large()),
            Ok(Err(_)) => return Err(Failure::new(Kind::BadRequest, "The body ended before its end.")),
            Err(_) => {
                let detail = format!("The body did not arrive within {} s.", limits.body_time.as_secs());
                return Err(Failure::new(Kind::RequestTimeout, detail));
            }
        };
        if request.content_type().is_some_and(|kind| kind.to_ascii_lowercase().contains("json")) {
            self.json(Extent::of(&bytes))?;
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

    /// Takes memory for a body out of what all requests share.
    fn room(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Failure> {
        let kibibytes = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        Arc::clone(&self.memory).try_acquire_many_owned(kibibytes).map_err(|_| {
            Failure::retry_after(Kind::Overloaded, 1, "Other requests with large bodies are being served; try again.")
        })
    }
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

    #[test]
    fn bodies_that_take_too_much_together_are_told_to_come_again() {
        let limits = Limits { body_bytes: 4096, bodies_bytes: 4096, ..Limits::default() };
        let admission = Admission::new(limits);
        let held = admission.room(4096).unwrap();
        let refused = admission.room(1).map_err(|failure| failure.kind());
        assert_eq!(refused.err(), Some(Kind::Overloaded));
        drop(held);
        assert!(admission.room(4096).is_ok());
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

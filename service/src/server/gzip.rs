//! gzip, where the client takes it and it pays.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::Bytes;
use poem::http::{HeaderMap, HeaderValue, header};
use poem::web::{Compress, CompressionAlgo};
use poem::{IntoResponse, Response};

use crate::http::sent::{self, BoxBody, Parts};

/// Answers shorter than this are not worth compressing.
const WORTH_COMPRESSING: usize = 1024;

/// The answer, compressed as it is sent where it is text of some length and `wanted`. Events go out as they come.
pub fn compressed(mut response: Response, wanted: bool) -> Response {
    let kind = response.content_type().unwrap_or_default();
    let text = kind.starts_with("text/") && !kind.starts_with("text/event-stream");
    let compressible = text || kind.ends_with("json") || kind.contains("javascript");
    if !compressible || response.headers().contains_key(header::CONTENT_ENCODING) {
        return response;
    }
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if !wanted || sent::length(&mut response).is_some_and(|length| length < WORTH_COMPRESSING) {
        return response;
    }
    response.headers_mut().remove(header::CONTENT_LENGTH);
    let parts = Parts::of(response.take_body().into()); // no request waits while all of a large answer is compressed
    response.set_body(BoxBody::new(parts));
    Compress::new(response, CompressionAlgo::GZIP).into_response()
}

/// A text that stays the same, as it is and compressed: once for all who ask for it.
#[derive(Debug)]
pub struct Fixed {
    plain: Bytes,
    zipped: Bytes,
}

impl Fixed {
    /// This text.
    pub fn new(text: String) -> Fixed {
        let mut zip = GzEncoder::new(Vec::new(), Compression::best());
        // Nothing fails in memory; if it did, the text would go out as it is.
        let zipped = zip.write_all(text.as_bytes()).and_then(|()| zip.finish()).unwrap_or_default();
        Fixed { plain: text.into(), zipped: zipped.into() }
    }

    /// As it is.
    pub fn plain(&self) -> &[u8] {
        &self.plain
    }

    /// The answer to a request with these headers.
    pub fn answer(&self, headers: &HeaderMap) -> Response {
        if self.zipped.is_empty() || self.plain.len() < WORTH_COMPRESSING || !is_wanted(headers) {
            return Response::builder().body(self.plain.clone());
        }
        let coded = Response::builder().header(header::CONTENT_ENCODING, "gzip");
        coded.header(header::VARY, "Accept-Encoding").body(self.zipped.clone())
    }
}

/// Whether these headers take gzip.
pub fn is_wanted(headers: &HeaderMap) -> bool {
    let listed = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let coding = |part: &str| {
        let (name, quality) = part.split_once(";q=").unwrap_or((part, "1"));
        let wanted = quality.trim().parse::<f32>().is_ok_and(|quality| quality > 0.0);
        wanted && (name.trim().eq_ignore_ascii_case("gzip") || name.trim() == "*")
    };
    listed.flat_map(|list| list.split(',')).any(coding)
}

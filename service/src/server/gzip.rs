//! gzip, where the client takes it and it pays.

use std::future::poll_fn;
use std::io::{self, Write as _};
use std::pin::Pin;

use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::{Body as _, Bytes};
use poem::http::{HeaderMap, HeaderValue, header};
use poem::web::{Compress, CompressionAlgo};
use poem::{IntoResponse, Response};
use tokio::runtime::Handle;

use crate::http::body::LARGE;
use crate::http::sent::{self, BoxBody, Pipe};

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
    if sent::length(&mut response).is_some_and(|length| length <= LARGE) {
        return Compress::new(response, CompressionAlgo::GZIP).into_response();
    }
    let (here, body) = (Handle::current(), response.take_body().into());
    response.set_body(sent::written(move |pipe| large(&here, body, pipe)));
    response
}

/// Compresses a long body on a thread of its own: a few of them would keep all requests waiting for the threads that serve
/// them.
fn large(here: &Handle, mut body: BoxBody, to: &mut Pipe) -> io::Result<()> {
    let mut zip = GzEncoder::new(to, Compression::default());
    while let Some(frame) = here.block_on(poll_fn(|cx| Pin::new(&mut body).poll_frame(cx))) {
        let Ok(data) = frame?.into_data() else { continue }; // trailers
        zip.write_all(&data)?;
    }
    zip.finish().map(drop)
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

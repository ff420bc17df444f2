//! gzip, where the client takes it and it pays.

use poem::http::{HeaderMap, HeaderValue, header};
use poem::web::{Compress, CompressionAlgo};
use poem::{IntoResponse, Response};

use super::failure::Failure;

/// Answers shorter than this are not worth compressing.
const WORTH_COMPRESSING: usize = 1024;

/// The answer, compressed where it is text of some length and `wanted`. What is streamed stays as it is.
pub async fn compressed(mut response: Response, wanted: bool) -> Response {
    let kind = response.content_type().unwrap_or_default();
    let text = kind.starts_with("text/") && !kind.starts_with("text/event-stream");
    let whole = text || kind.ends_with("json") || kind.contains("javascript");
    if !whole || response.headers().contains_key(header::CONTENT_ENCODING) {
        return response;
    }
    let Ok(body) = response.take_body().into_bytes().await else {
        return Failure::internal(anyhow::anyhow!("the answer's body could not be read")).into_response();
    };
    let pays = wanted && body.len() >= WORTH_COMPRESSING;
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    response.set_body(body);
    if !pays {
        return response;
    }
    response.headers_mut().remove(header::CONTENT_LENGTH);
    Compress::new(response, CompressionAlgo::GZIP).into_response()
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

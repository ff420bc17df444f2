//! Web pages of other sites that the settings let in: what browsers want to be told before they let a page read.

use poem::http::{HeaderMap, HeaderValue, Method, header};
use poem::{Request, Response};

/// Headers that a page may send.
const SENT: &str = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, X-Request-Id";
/// Headers of answers that a page may read, beside those that it always may.
const READ: &str = "Allow, Content-Disposition, ETag, Location, Retry-After, WWW-Authenticate, X-Request-Id";

/// Whether a browser asks on behalf of a page whether it may ask.
pub fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ORIGIN)
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to such a question about a path with these methods. Browsers may remember it for ten minutes.
pub fn preflight(methods: &[String]) -> Response {
    Response::builder()
        .status(poem::http::StatusCode::NO_CONTENT)
        .header(header::ACCESS_CONTROL_ALLOW_METHODS, methods.join(", "))
        .header(header::ACCESS_CONTROL_ALLOW_HEADERS, SENT)
        .header(header::ACCESS_CONTROL_MAX_AGE, "600")
        .finish()
}

/// Lets a page of this origin read the answer.
pub fn let_read(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(READ));
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
}

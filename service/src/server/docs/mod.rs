//! `/docs`: Swagger UI over `/openapi.json`, every file of it from the binary, under a policy that lets nothing else in.
//!
//! poem-openapi carries Swagger UI (Apache-2.0) as one page with everything inline, which a strict policy rightly
//! refuses. So its style and its script are cut out of that page at first use and served as files; the page that calls
//! them is ours.

use std::sync::{LazyLock, OnceLock};

use poem::http::{HeaderMap, Method};
use poem::web::Redirect;
use poem::{Endpoint, EndpointExt as _, IntoResponse as _, Request, Response, Route, endpoint::make_sync, get};
use poem_openapi::OpenApiService;

use crate::http::failure::Failure;
use crate::server::gzip::Fixed;
use crate::server::routes::Routes;

const PAGE: &str = include_str!("page.html");
const START: &str = include_str!("start.js");
const STYLE: &str = include_str!("style.css");

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

/// Scripts and styles of this service alone, none inline; `data:` images are icons in Swagger UI's own style.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Swagger UI itself is kept for a day: it changes with the program alone, and it is large.
const KEPT: &str = "private, max-age=86400";
const ASKED_FOR: &str = "private, no-cache";

/// Adds `/docs` with the files it needs, and `/openapi.json`, which is `document`.
pub fn add(route: Route, routes: &mut Routes, document: fn() -> serde_json::Result<String>) -> Route {
    for path in ["/", "/openapi.json", "/docs"] {
        routes.add(path, &Method::GET);
    }
    for path in ["/docs/start.js", "/docs/style.css", "/docs/swagger-ui.js", "/docs/swagger-ui.css"] {
        routes.add(path, &Method::GET);
    }
    route
        .at(
            "/openapi.json",
            get(make_sync(move |request: Request| answer(document, request.headers())).map_to_response()),
        )
        .at("/docs", get(file(HTML, ASKED_FOR, || PAGE)))
        .at("/docs/start.js", get(file(SCRIPT, ASKED_FOR, || START)))
        .at("/docs/style.css", get(file(CSS, ASKED_FOR, || STYLE)))
        .at("/docs/swagger-ui.js", get(large_file(SCRIPT, || &SWAGGER_UI.script)))
        .at("/docs/swagger-ui.css", get(large_file(CSS, || &SWAGGER_UI.style)))
}

/// The way from `/` to the documentation. It is not among the routes: the operations, which begin at `/`, would hide it.
pub fn from_root(request: &Request) -> Option<Response> {
    let asks = request.method() == Method::GET || request.method() == Method::HEAD;
    (request.uri().path() == "/" && asks).then(|| Redirect::temporary("/docs").into_response())
}

/// What `netvisit openapi` prints.
fn answer(document: fn() -> serde_json::Result<String>, headers: &HeaderMap) -> Result<Response, Failure> {
    static TEXT: OnceLock<Result<Fixed, String>> = OnceLock::new();
    let made = || document().map(|text| Fixed::new(text + "\n")).map_err(|error| error.to_string());
    match TEXT.get_or_init(made) {
        Ok(text) => Ok(text.answer(headers).set_content_type("application/json")),
        Err(error) => Err(Failure::internal(anyhow::anyhow!("the API document cannot be made: {error}"))),
    }
}

fn file(kind: &'static str, kept: &'static str, text: fn() -> &'static str) -> impl Endpoint<Output = Response> {
    make_sync(move |_: Request| {
        Response::builder()
            .content_type(kind)
            .header("content-security-policy", POLICY)
            .header("cache-control", kept)
            .body(text())
    })
}

/// A file of Swagger UI.
fn large_file(kind: &'static str, text: fn() -> &'static Fixed) -> impl Endpoint<Output = Response> {
    make_sync(move |request: Request| {
        let response = text().answer(request.headers()).set_content_type(kind);
        response.with_header("content-security-policy", POLICY).with_header("cache-control", KEPT).into_response()
    })
}

struct SwaggerUi {
    style: Fixed,
    script: Fixed,
}

/// Empty where poem-openapi's page is not as expected; its version is pinned, and a test holds that it is.
static SWAGGER_UI: LazyLock<SwaggerUi> = LazyLock::new(|| {
    let page = OpenApiService::new((), "", "").swagger_ui_html();
    let style = between(&page, "<style charset=\"UTF-8\">", "</style>").unwrap_or_default();
    let style = style.split("/*# sourceMappingURL").next().unwrap_or_default(); // there is no such file
    let script = between(&page, "<script charset=\"UTF-8\">", "</script>\n</head>\n<body>").unwrap_or_default();
    SwaggerUi { style: Fixed::new(style.to_owned()), script: Fixed::new(script.to_owned()) }
});

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(inside, _)| inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_and_script_are_cut_out_whole() {
        let text = |file: &Fixed| String::from_utf8(file.plain().to_vec()).unwrap();
        let (style, script) = (text(&SWAGGER_UI.style), text(&SWAGGER_UI.script));
        assert!(style.len() > 100_000 && style.starts_with(".swagger-ui") && style.trim_end().ends_with('}'));
        assert!(script.len() > 1_000_000 && script.contains("SwaggerUIBundle"));
        assert!(script.starts_with("/*!") && script.trim_end().ends_with(';'), "{:?}", script.get(..80));
    }
}

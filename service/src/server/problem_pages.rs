//! A page for each kind of problem: what `type` in a problem document leads to.

use poem::web::Html;
use poem::{Endpoint, IntoResponse, Request, Response};

use crate::http::failure::{Failure, Kind};

/// Serves `/problems/:code`.
#[derive(Clone, Copy, Debug)]
pub struct ProblemPage;

impl Endpoint for ProblemPage {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let code = request.raw_path_param("code").unwrap_or_default();
        let kind = Kind::ALL.iter().find(|kind| kind.code() == code);
        let kind = kind.ok_or_else(|| Failure::new(Kind::NotFound, "There is no such problem type."))?;
        Ok(page(*kind))
    }
}

fn page(kind: Kind) -> Response {
    let (code, title, help) = (kind.code(), kind.title(), kind.help());
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <h1>{title}</h1><p>Problem type <code>{code}</code>, HTTP status {}.</p><p>{help}</p></html>\n",
        kind.status().as_u16()
    ))
    .into_response()
}

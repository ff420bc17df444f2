//! Reading documents from files, with all their faults told as the service tells them.

use std::io::Read;
use std::path::Path;

use poem_openapi::types::ParseFromJSON;
use scheduler::{Faults, Problem};
use serde_json::json;

use super::Ended;
use crate::http::json;
use crate::problems::wire::ProblemDocument;

/// The problem of a file.
pub fn problem(path: &Path) -> Result<Problem, Ended> {
    let document: ProblemDocument = document(path)?;
    Problem::new(&document.records()).map_err(|faults| refused(path, "the problem contradicts itself", faults))
}

/// A document of a file; `-` is stdin.
pub fn document<T: ParseFromJSON>(path: &Path) -> Result<T, Ended> {
    let bytes = bytes(path).map_err(|error| {
        let mut faults = Faults::default();
        faults.add("", "unreadable", format!("{error}; name a file that can be read, or - for stdin"));
        refused(path, "the file cannot be read", faults)
    })?;
    json::read(&bytes).map_err(|unreadable| match unreadable {
        json::Unreadable::NotJson(_) => refused(path, "this is not JSON", unreadable.faults()),
        json::Unreadable::Misshapen(faults) => refused(path, "the document has another shape", faults),
    })
}

fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(path)
}

fn refused(path: &Path, detail: &str, faults: Faults) -> Ended {
    let errors: Vec<_> = faults
        .iter()
        .map(|fault| json!({"pointer": fault.pointer, "code": fault.code, "detail": fault.detail}))
        .collect();
    let told = json!({"file": path.display().to_string(), "detail": detail, "errors": errors});
    Ended::BadInput(format!("{told:#}"))
}

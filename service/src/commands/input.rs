//! Reading documents from files, with all their faults told as the service tells them.

use std::io::Read;
use std::path::Path;

use poem_openapi::types::ParseFromJSON;
use scheduler::{Fault, Faults, Task};
use serde_json::{Value, json};

use super::Ended;
use crate::http::json;
use crate::records::problems::wire::ProblemDocument;

/// The problem of a file.
pub fn problem(path: &Path) -> Result<Task, Ended> {
    let document: ProblemDocument = document(path)?;
    Task::new(&document.records()).map_err(|faults| refused(path, "the problem contradicts itself", faults))
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

/// Arguments that are refused, named as they are written; each fault's pointer is the name of one.
pub fn refused_arguments(faults: &Faults) -> Ended {
    let errors = errors(faults, |pointer| match pointer.trim_start_matches('/').split_once('/') {
        Some((argument, below)) => format!("--{}/{below}", argument.replace('_', "-")),
        None => pointer.replacen('/', "--", 1).replace('_', "-"),
    });
    Ended::BadInput(format!("{:#}", json!({"detail": "the arguments are out of range", "errors": errors})))
}

fn refused(path: &Path, detail: &str, faults: Faults) -> Ended {
    let errors = errors(&faults, str::to_owned);
    let more = faults.len() - errors.len();
    let detail = if more > 0 { format!("{detail} ({more} more faults)") } else { detail.to_owned() };
    let told = json!({"file": path.display().to_string(), "detail": detail, "errors": errors});
    Ended::BadInput(format!("{told:#}"))
}

fn errors(faults: &Faults, place: impl Fn(&str) -> String) -> Vec<Value> {
    let told = |fault: &Fault| json!({"pointer": place(&fault.pointer), "code": fault.code, "detail": fault.detail});
    faults.iter().map(told).collect()
}

//! The order of the API document: that of the work, not of the alphabet.

use poem_openapi::OpenApi;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;

/// The groups of operations, in the order in which somebody who plans a programme needs them.
const TAGS: [&str; 17] = [
    "ReferenceData",
    "Regions",
    "Municipalities",
    "Programmes",
    "ProgrammeContents",
    "Imports",
    "Problems",
    "Plans",
    "Explanations",
    "Seatings",
    "Publications",
    "Feeds",
    "Exports",
    "Fees",
    "Checks",
    "Audit",
    "Health",
];

/// What a reader wants first.
const MEMBERS: [&str; 6] = ["openapi", "info", "servers", "tags", "paths", "components"];

/// An API document whose members, tags and paths come in the order of the work. All other objects are in the order of their
/// names.
pub struct InOrder {
    document: Value,
    paths: Vec<String>,
}

impl InOrder {
    /// Puts a document in order. Paths of one tag follow each other as the operations do.
    pub fn new<O: OpenApi>(mut document: Value, _operations: &O) -> InOrder {
        let apis = O::meta();
        let mut registered: Vec<String> = Vec::new();
        for path in apis.iter().flat_map(|api| &api.paths) {
            if !registered.contains(&path.path) {
                registered.push(path.path.clone());
            }
        }
        let at = |tag: &str| TAGS.iter().position(|known| *known == tag).unwrap_or(TAGS.len());
        if let Some(tags) = document["tags"].as_array_mut() {
            tags.sort_by_key(|tag| at(tag["name"].as_str().unwrap_or_default()));
        }
        let first_tag = |path: &String| -> usize {
            let methods = document["paths"][path].as_object().into_iter().flatten();
            methods
                .map(|(_, operation)| at(operation["tags"][0].as_str().unwrap_or_default()))
                .min()
                .unwrap_or(TAGS.len())
        };
        let mut keyed: Vec<(usize, String)> = registered.iter().map(|path| (first_tag(path), path.clone())).collect();
        keyed.sort_by_key(|(tag, _)| *tag); // stable
        InOrder { paths: keyed.into_iter().map(|(_, path)| path).collect(), document }
    }
}

impl Serialize for InOrder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        for name in MEMBERS.iter().filter(|name| self.document.get(name).is_some()) {
            if *name == "paths" {
                members.serialize_entry(name, &Paths(self))?;
            } else {
                members.serialize_entry(name, &self.document[name])?;
            }
        }
        members.end()
    }
}

struct Paths<'a>(&'a InOrder);

impl Serialize for Paths<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.paths.iter().map(|path| (path, &self.0.document["paths"][path])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_tag_and_path_of_the_document_has_its_place() {
        let text = crate::app::openapi_document().unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        let members: Vec<&String> = document.as_object().unwrap().keys().collect();
        assert!(members.iter().all(|name| MEMBERS.contains(&name.as_str())), "{members:?}");
        for tag in document["tags"].as_array().unwrap() {
            assert!(TAGS.contains(&tag["name"].as_str().unwrap()), "{tag}");
        }
        let at = |path: &str| text.find(&format!("\n    \"{path}\": {{")).unwrap_or_else(|| panic!("{path}"));
        let work = [
            "/v1/reference-data",
            "/v1/programmes",
            "/v1/programmes/{programme}/plans",
            "/v1/plans/{id}/publish",
            "/health/live",
        ];
        assert!(work.is_sorted_by_key(|path| at(path)), "the order of the work");
    }
}

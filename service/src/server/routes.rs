//! The routes of the service: which methods a path has, which of them take query parameters, who may use them, and what
//! they are called.

use std::collections::BTreeSet;

use poem::http::Method;
use poem_openapi::OpenApi;
use poem_openapi::registry::MetaParamIn;

use crate::access::{self, Role};

/// Every path pattern with its methods.
#[derive(Clone, Debug, Default)]
pub struct Routes(Vec<Route>);

/// A path pattern.
#[derive(Clone, Debug)]
pub struct Route {
    /// Its place among all routes.
    pub index: usize,
    /// As in the API document: a segment in braces stands for any.
    pub pattern: String,
    segments: Vec<Option<String>>,
    /// Sorted; `HEAD` beside `GET`.
    pub methods: Vec<String>,
    operations: Vec<Operation>,
}

/// A method of a path.
#[derive(Clone, Debug)]
pub struct Operation {
    method: String,
    /// Its `operationId`, or its path where it is not in the API document.
    pub id: String,
    /// Whether it takes no query parameter.
    pub plain: bool,
    /// The body that it takes, if it takes any.
    pub body: Option<Takes>,
    /// The role that it wants; none where anybody may.
    pub needed: Option<Role>,
}

/// What kind of body an operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// One record.
    Record,
    /// Many at once: a document, or the rows of an import.
    Document,
}

impl Routes {
    /// The routes of documented operations.
    pub fn of<T: OpenApi>(_operations: &T) -> Routes {
        let mut routes = Routes::default();
        let meta = T::meta();
        let paths = || meta.iter().flat_map(|api| &api.paths);
        // What can be changed field by field is a record.
        let records: BTreeSet<&str> = paths()
            .filter(|path| path.operations.iter().any(|operation| operation.method == Method::PATCH))
            .map(|path| path.path.as_str())
            .collect();
        for path in paths() {
            let is_record =
                records.contains(path.path.as_str()) || records.contains(format!("{}/{{id}}", path.path).as_str());
            for operation in &path.operations {
                let plain = !operation.params.iter().any(|param| param.in_type == MetaParamIn::Query);
                let body = operation.request.as_ref().map(|_| if is_record { Takes::Record } else { Takes::Document });
                routes.put(&path.path, &operation.method, operation.operation_id.unwrap_or_default(), plain, body);
            }
        }
        routes
    }

    /// Adds a method of a path that takes any query; a segment in braces stands for any.
    pub fn add(&mut self, pattern: &str, method: &Method) {
        self.put(pattern, method, pattern, false, None);
    }

    fn put(&mut self, pattern: &str, method: &Method, id: &str, plain: bool, body: Option<Takes>) {
        let index = self.0.iter().position(|known| known.pattern == pattern).unwrap_or_else(|| {
            let segment = |segment: &str| (!is_any(segment)).then(|| segment.to_owned());
            self.0.push(Route {
                index: self.0.len(),
                pattern: pattern.to_owned(),
                segments: pattern.split('/').map(segment).collect(),
                methods: Vec::new(),
                operations: Vec::new(),
            });
            self.0.len() - 1
        });
        let route = &mut self.0[index];
        let head = (method == Method::GET).then_some(Method::HEAD);
        for method in std::iter::once(method).chain(&head) {
            let needed = access::needed(method.as_str(), pattern);
            route.methods.push(method.to_string());
            route.operations.push(Operation { method: method.to_string(), id: id.to_owned(), plain, body, needed });
        }
        route.methods.sort();
    }

    /// All routes, in the order of their indexes.
    pub fn all(&self) -> &[Route] {
        &self.0
    }

    /// The route of a path for a method, if there is one. A path that is written out goes before one with a segment in
    /// braces, where both have the method or none has.
    pub fn find(&self, path: &str, method: &Method) -> Option<&Route> {
        let parts: Vec<&str> = path.split('/').collect();
        let fitting = self.0.iter().filter(|route| route.fits(&parts));
        fitting.min_by_key(|route| (route.operation(method).is_none(), route.braces()))
    }

    /// The methods of a path, by whatever route; sorted.
    pub fn methods(&self, path: &str) -> Vec<String> {
        let parts: Vec<&str> = path.split('/').collect();
        let fitting = self.0.iter().filter(|route| route.fits(&parts));
        let methods: BTreeSet<&String> = fitting.flat_map(|route| &route.methods).collect();
        methods.into_iter().cloned().collect()
    }

    /// The methods that a path is told to have where it has not the one that was tried: those of the route that the API
    /// document has for it. A record with the id `import` can be read all the same; nobody looks for it there.
    pub fn allowed(&self, path: &str) -> &[String] {
        self.find(path, &Method::OPTIONS).map_or(&[], |route| &route.methods)
    }

    /// The path by which the router finds this route, where another one that is written out would hide it from the
    /// path as it is: a record with the id `import` beside the operation `…/import`. A letter that is escaped stays the
    /// same letter, and is none of the written ones.
    pub fn unhidden(&self, route: &Route, path: &str) -> Option<String> {
        let parts: Vec<&str> = path.split('/').collect();
        let hides = |other: &&Route| other.fits(&parts) && other.braces() < route.braces();
        let other = self.0.iter().find(hides)?;
        let escaped = |(given, (own, others)): (&str, (&Option<String>, &Option<String>))| match given.as_bytes() {
            [first, ..] if first.is_ascii() && own.is_none() && others.is_some() => {
                format!("%{first:02X}{}", &given[1..])
            }
            _ => given.to_owned(),
        };
        let segments = parts.iter().copied().zip(route.segments.iter().zip(&other.segments)).map(escaped);
        Some(segments.collect::<Vec<_>>().join("/"))
    }
}

impl Route {
    fn braces(&self) -> usize {
        self.segments.iter().filter(|segment| segment.is_none()).count()
    }

    /// What a method does here.
    pub fn operation(&self, method: &Method) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.method == method.as_str())
    }

    /// Whether a path of these parts is one of its paths.
    fn fits(&self, parts: &[&str]) -> bool {
        let fit = |(segment, part): (&Option<String>, &&str)| match segment {
            Some(written) => written == part,
            None => !part.is_empty(),
        };
        // Paths differ more at their ends than at their beginnings.
        self.segments.len() == parts.len() && self.segments.iter().zip(parts).rev().all(fit)
    }
}

fn is_any(segment: &str) -> bool {
    segment.starts_with('{') || segment.starts_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_knows_its_methods_and_no_other_path_does() {
        let mut routes = Routes::default();
        routes.add("/v1/regions", &Method::POST);
        routes.add("/v1/regions", &Method::GET);
        routes.add("/v1/regions/{id}", &Method::DELETE);
        routes.add("/v1/regions/refresh", &Method::POST);
        let methods = |path: &str| routes.methods(path).join(" ");
        assert_eq!(methods("/v1/regions"), "GET HEAD POST");
        assert_eq!(methods("/v1/regions/1084"), "DELETE");
        assert_eq!(methods("/v1/regions/refresh"), "DELETE POST");
        assert_eq!(routes.allowed("/v1/regions/refresh"), ["POST"]);
        assert_eq!(routes.allowed("/v1/regions/1084"), ["DELETE"]);
        assert_eq!((methods("/v1/regions/"), methods("/v1/regions/1084/x"), methods("/v1")), none());
    }

    fn none() -> (String, String, String) {
        Default::default()
    }

    #[test]
    fn an_operation_hides_no_record_of_its_name() {
        let mut routes = Routes::default();
        routes.add("/v1/p/{p}/regions/{id}", &Method::DELETE);
        routes.add("/v1/p/{p}/regions/refresh", &Method::POST);
        let path = "/v1/p/x/regions/refresh";
        let found = |method: Method| routes.find(path, &method).unwrap();
        assert_eq!(found(Method::POST).pattern, "/v1/p/{p}/regions/refresh");
        assert_eq!(found(Method::DELETE).pattern, "/v1/p/{p}/regions/{id}");
        assert_eq!(routes.unhidden(found(Method::POST), path), None);
        assert_eq!(routes.unhidden(found(Method::DELETE), path).as_deref(), Some("/v1/p/x/regions/%72efresh"));
        assert_eq!(routes.unhidden(found(Method::DELETE), "/v1/p/x/regions/y"), None);
    }
}

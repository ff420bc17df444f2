//! Which methods a path has, for the header `Allow`, and which of them take query parameters.

use poem::http::Method;
use poem_openapi::OpenApi;
use poem_openapi::registry::MetaParamIn;

/// Every path pattern with its methods.
#[derive(Clone, Debug, Default)]
pub struct Routes(Vec<Route>);

#[derive(Clone, Debug)]
struct Route {
    pattern: String,
    methods: Vec<String>,
    /// Those of its methods that take no query parameter.
    plain: Vec<String>,
}

impl Routes {
    /// The routes of documented operations.
    pub fn of<T: OpenApi>(_operations: &T) -> Routes {
        let mut routes = Routes::default();
        for path in T::meta().iter().flat_map(|api| &api.paths) {
            for operation in &path.operations {
                let plain = !operation.params.iter().any(|param| param.in_type == MetaParamIn::Query);
                routes.put(&path.path, &operation.method, plain);
            }
        }
        routes
    }

    /// Adds a method of a path that takes any query; a segment in braces stands for any.
    pub fn add(&mut self, pattern: &str, method: &Method) {
        self.put(pattern, method, false);
    }

    fn put(&mut self, pattern: &str, method: &Method, plain: bool) {
        let at = self.0.iter().position(|known| known.pattern == pattern).unwrap_or_else(|| {
            self.0.push(Route { pattern: pattern.to_owned(), methods: Vec::new(), plain: Vec::new() });
            self.0.len() - 1
        });
        let route = &mut self.0[at];
        let head = (method == Method::GET).then_some(Method::HEAD);
        for method in std::iter::once(method).chain(&head) {
            route.methods.push(method.to_string());
            if plain {
                route.plain.push(method.to_string());
            }
        }
        route.methods.sort();
    }

    /// The methods of a path, sorted; empty where there is no such path. A path that is written out goes before
    /// one with a segment in braces.
    pub fn methods(&self, path: &str) -> &[String] {
        self.route(path).map_or(&[], |route| &route.methods)
    }

    /// Whether this is an operation without query parameters.
    pub fn is_plain(&self, path: &str, method: &Method) -> bool {
        self.route(path).is_some_and(|route| route.plain.iter().any(|plain| plain == method.as_str()))
    }

    fn route(&self, path: &str) -> Option<&Route> {
        let fits = |pattern: &str| {
            let (mut left, mut right) = (pattern.split('/'), path.split('/'));
            loop {
                match (left.next(), right.next()) {
                    (None, None) => return true,
                    (Some(a), Some(b)) if a == b || (is_any(a) && !b.is_empty()) => {}
                    _ => return false,
                }
            }
        };
        let fitting = self.0.iter().filter(|route| fits(&route.pattern));
        fitting.min_by_key(|route| route.pattern.split('/').filter(|segment| is_any(segment)).count())
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
        assert_eq!(routes.methods("/v1/regions"), ["GET", "HEAD", "POST"]);
        assert_eq!(routes.methods("/v1/regions/1084"), ["DELETE"]);
        assert_eq!(routes.methods("/v1/regions/refresh"), ["POST"]);
        assert!(routes.methods("/v1/regions/").is_empty());
        assert!(routes.methods("/v1/regions/1084/x").is_empty());
    }
}

//! Which methods a path has: for the header `Allow`.

use poem::http::Method;
use poem_openapi::OpenApi;

/// Every path pattern with its methods.
#[derive(Clone, Debug, Default)]
pub struct Routes(Vec<(String, Vec<String>)>);

impl Routes {
    /// The routes of documented operations.
    pub fn of<T: OpenApi>(_operations: &T) -> Routes {
        let mut routes = Routes::default();
        for path in T::meta().iter().flat_map(|api| &api.paths) {
            for operation in &path.operations {
                routes.add(&path.path, &operation.method);
            }
        }
        routes
    }

    /// Adds a method of a path; a segment in braces stands for any.
    pub fn add(&mut self, pattern: &str, method: &Method) {
        let at = self.0.iter().position(|(known, _)| known == pattern).unwrap_or_else(|| {
            self.0.push((pattern.to_owned(), Vec::new()));
            self.0.len() - 1
        });
        let methods = &mut self.0[at].1;
        methods.push(method.to_string());
        if method == Method::GET {
            methods.push(Method::HEAD.to_string());
        }
        methods.sort();
    }

    /// The methods of a path, sorted; empty where there is no such path. A path that is written out goes before
    /// one with a segment in braces.
    pub fn methods(&self, path: &str) -> &[String] {
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
        let fitting = self.0.iter().filter(|(pattern, _)| fits(pattern));
        let exact = fitting.min_by_key(|(pattern, _)| pattern.split('/').filter(|segment| is_any(segment)).count());
        exact.map_or(&[], |(_, methods)| methods)
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

//! Requests by route, method and status. A route is a pattern of paths, so that no client can make up new figures.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use poem::http::Method;

use super::{Histogram, SHORT, head, line};
use crate::lock::locked;

/// Figures of all requests.
#[derive(Debug)]
pub struct Requests(Vec<OfRoute>);

#[derive(Debug)]
struct OfRoute {
    pattern: String,
    seconds: Histogram,
    by_status: Mutex<BTreeMap<(&'static str, u16), u64>>,
}

impl Requests {
    /// Nothing seen yet of these routes, nor of what is none of them.
    pub fn new(patterns: impl Iterator<Item = String>) -> Requests {
        let none = std::iter::once("none".to_owned());
        let of_route =
            |pattern| OfRoute { pattern, seconds: Histogram::new(SHORT), by_status: Mutex::new(BTreeMap::new()) };
        Requests(none.chain(patterns).map(of_route).collect())
    }

    /// Counts a request of the route at this place.
    pub fn note(&self, route: Option<usize>, method: &Method, status: u16, took: Duration) {
        let Some(figures) = self.0.get(route.map_or(0, |route| route + 1)) else { return };
        figures.seconds.took(took);
        let mut by_status = locked(&figures.by_status); // counts are whole
        *by_status.entry((known(method), status)).or_default() += 1;
    }

    /// Writes them.
    pub fn write(&self, text: &mut String) {
        head(text, "netvisit_requests_total", "counter", "Requests answered, by route, method and status.");
        for figures in &self.0 {
            let by_status = locked(&figures.by_status).clone(); // the same
            for ((method, status), count) in by_status {
                let labels = format!("route=\"{}\",method=\"{method}\",status=\"{status}\"", figures.pattern);
                line(text, "netvisit_requests_total", &labels, count as f64);
            }
        }
        head(text, "netvisit_request_seconds", "histogram", "Seconds to an answer, by route.");
        for figures in &self.0 {
            if !locked(&figures.by_status).is_empty() {
                figures.seconds.write(text, "netvisit_request_seconds", &format!("route=\"{}\"", figures.pattern));
            }
        }
    }
}

/// A method that a client made up counts as another one.
fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

//! The documentation in the browser: all from the service itself, under a policy that lets nothing else in.

use crate::harness::{Answer, Server};

fn text(answer: &Answer) -> String {
    answer.expect(200);
    String::from_utf8(answer.body.clone()).unwrap()
}

/// The values of an attribute in a page.
fn values(page: &str, attribute: &str) -> Vec<String> {
    let start = format!(" {attribute}=\"");
    page.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn the_root_leads_to_the_documentation() {
    let server = Server::start();
    let answer = server.raw(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").to_ascii_lowercase();
    assert!(answer.starts_with("http/1.1 307") && answer.contains("location: /docs\r\n"), "{answer}");
}

#[test]
fn the_page_and_every_file_it_names_are_served_under_a_strict_policy() {
    let server = Server::start();
    let page = server.get("/docs");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let html = text(&page);
    let (scripts, links) = (values(&html, "src"), values(&html, "href"));
    let styles: Vec<_> = links.iter().filter(|link| link.ends_with(".css")).collect();
    assert_eq!((scripts.len(), styles.len()), (2, 2));
    let kinds = [(scripts.iter().collect(), "text/javascript; charset=utf-8"), (styles, "text/css; charset=utf-8")];
    let mut answers = vec![page];
    for (paths, kind) in kinds {
        for path in paths {
            let file = server.get(path);
            assert_eq!(file.header("content-type"), kind, "{path}");
            assert!(!text(&file).is_empty(), "{path}");
            answers.push(file);
        }
    }
    for answer in answers {
        let policy = answer.header("content-security-policy");
        for part in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"] {
            assert!(policy.split("; ").any(|known| known == part), "{part} in {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

#[test]
fn the_page_loads_nothing_from_elsewhere_and_has_nothing_inline() {
    let server = Server::start();
    let html = text(&server.get("/docs"));
    for link in values(&html, "src").iter().chain(&values(&html, "href")) {
        let own = link.starts_with('/') && !link.starts_with("//");
        assert!(own || link.starts_with('#') || link == "data:,", "{link}");
    }
    assert_eq!(html.matches("<script").count(), html.matches("<script src=\"/docs/").count());
    for inline in ["<style", " style=", " onclick=", " onload=", "http:", "https:"] {
        assert!(!html.contains(inline), "{inline}");
    }
    for path in ["/docs/start.js", "/docs/style.css"] {
        assert!(!text(&server.get(path)).contains("://"), "{path}");
    }
    let swagger = text(&server.get("/docs/swagger-ui.css"));
    assert!(swagger.split("url(").skip(1).all(|url| url.trim_start_matches(['"', '\'']).starts_with("data:")));
    assert!(!swagger.contains("@import") && !swagger.contains("sourceMappingURL"));
}

#[test]
fn the_api_document_is_served_as_it_is_printed() {
    let server = Server::start();
    let answer = server.get("/openapi.json");
    assert_eq!(answer.header("content-type"), "application/json");
    assert!(text(&answer) == include_str!("../openapi/openapi.json"));
}

#[test]
fn other_methods_are_told_which_there_is() {
    let server = Server::start();
    for path in ["/", "/docs", "/openapi.json"] {
        let answer = server.ask("DELETE", path).send();
        assert_eq!(answer.problem(405).0, "method_not_allowed", "{path}");
        assert_eq!(answer.header("allow"), "GET, HEAD");
    }
}

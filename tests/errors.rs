//! Every way to fail is a problem document that tells what to do.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{Server, errors};

#[test]
fn a_path_that_is_none_is_not_found() {
    let server = Server::start();
    for path in
        ["/docs/", "/nothing", "/v1", "/v1/nothing", "/v1/regions/", "/v1/regions/a/b", "/v2/regions", "/problems/x"]
    {
        assert_eq!(server.get(path).problem(404), ("not_found".to_owned(), vec![]), "{path}");
    }
}

#[test]
fn a_record_that_is_none_is_named() {
    let answer = Server::start().get("/v1/regions/r1");
    answer.problem(404);
    assert_eq!(answer.json()["detail"], "There is no region `r1`.");
}

#[test]
fn a_method_that_is_none_tells_those_there_are() {
    let server = Server::start().with_programme();
    for (method, path, allow) in [
        ("DELETE", "/v1/regions", "GET, HEAD, POST"),
        ("PUT", "/v1/programmes/p/enrolments", "GET, HEAD, POST"),
        ("POST", "/v1/regions/r", "DELETE, GET, HEAD, PATCH, PUT"),
        ("PUT", "/v1/plans/x/cancel", "POST"),
        ("DELETE", "/health/live", "GET, HEAD"),
    ] {
        let answer = server.ask(method, path).send();
        assert_eq!(answer.problem(405).0, "method_not_allowed", "{method} {path}");
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
    }
}

#[test]
fn what_is_not_json_is_told_with_line_and_column() {
    let server = Server::start();
    for (body, code) in [
        ("{\"id\": \"a\",\n \"name\": }", "not_json"),
        ("", "empty"),
        ("{\"id\": \"a\", \"id\": \"a\"}", "duplicate_key"),
        ("{\"id\": \"a\", \"max_visits_per_day\": 1e999}", "number_out_of_range"),
        ("{\"id\": \"\\ud800\"}", "lone_surrogate"),
        (&"[".repeat(100_000), "too_deep"),
    ] {
        let answer = server.ask("POST", "/v1/regions").body("application/json", body.as_bytes()).send();
        assert_eq!(answer.problem(400), ("invalid_json".to_owned(), errors(&[("", code)])));
    }
    let answer = server.ask("POST", "/v1/regions").body("application/json", b"{\n  \"id\": x}").send();
    assert!(answer.json()["detail"].as_str().unwrap().starts_with("line 2, column 9"), "{}", answer.json());
}

#[test]
fn all_faults_of_shape_come_at_once_and_before_those_of_meaning() {
    let server = Server::start();
    let body = json!({"id": "not an id", "name": 5, "max_visits_per_day": "many", "colour": "red", "size": {}});
    let (code, mut faults) = server.post("/v1/regions", body).problem(422);
    faults.sort();
    let wanted = [
        ("/colour", "unknown_field"),
        ("/max_visits_per_day", "wrong_type"),
        ("/name", "wrong_type"),
        ("/size", "unknown_field"),
    ];
    assert_eq!((code.as_str(), faults), ("invalid", errors(&wanted)));
}

#[test]
fn a_body_that_is_no_object_is_of_the_wrong_type() {
    let server = Server::start();
    server.put("/v1/regions/r", json!({})).expect(201);
    for body in [json!([]), json!("r"), json!(5), json!(true), json!(null)] {
        assert_eq!(server.post("/v1/regions", body.clone()).problem(422).1, errors(&[("", "wrong_type")]), "{body}");
        assert_eq!(server.put("/v1/regions/s", body.clone()).problem(422).1, errors(&[("", "wrong_type")]));
        assert_eq!(server.patch("/v1/regions/r", body).problem(422).1, errors(&[("", "wrong_type")]));
    }
}

#[test]
fn a_body_is_json_and_nothing_else() {
    let server = Server::start();
    let body = b"<region id=\"r\"/>";
    for kind in
        ["application/xml", "text/xml", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
    {
        let answer = server.ask("POST", "/v1/regions").body(kind, body).send();
        assert_eq!(answer.problem(415).0, "unsupported_media_type", "{kind}");
    }
    let untold =
        server.raw(b"POST /v1/regions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}");
    assert!(untold.starts_with("HTTP/1.1 415"), "{untold}");
    let zipped = server.ask("POST", "/v1/regions").header("content-encoding", "gzip").json(json!({})).send();
    assert_eq!(zipped.problem(415).0, "unsupported_media_type");
}

#[test]
fn a_body_that_is_too_large_is_refused_however_it_is_sent() {
    let server = Server::with(&["--max-body", "1000"]);
    let name = "x".repeat(2000);
    assert_eq!(server.post("/v1/regions", json!({"name": name})).problem(413).0, "content_too_large");
    let head = "POST /v1/regions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
                content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunked = server.raw(format!("{head}7d0\r\n{name}\r\n0\r\n\r\n").as_bytes());
    assert!(chunked.starts_with("HTTP/1.1 413"), "{chunked}");
    server.post("/v1/regions", json!({"name": "x"})).expect(201);
}

#[test]
fn an_address_that_is_too_long_is_refused() {
    let server = Server::start();
    let answer = server.get(&format!("/v1/regions?name={}", "x".repeat(9000)));
    assert_eq!(answer.problem(414).0, "uri_too_long");
}

#[test]
fn headers_that_are_too_large_are_refused() {
    let server = Server::start();
    let answer = server.ask("GET", "/v1/regions").header("x-large", &"x".repeat(40_000)).send();
    assert_eq!(answer.problem(431).0, "headers_too_large");
}

#[test]
fn a_head_that_is_too_large_is_cut_before_anybody_looks_at_its_key() {
    let server = Server::start();
    let key = server.key("viewer");
    for key in ["x", &key] {
        let long = server.ask("GET", "/v1/regions").key(key).header("x-large", &"x".repeat(40_000)).send();
        assert_eq!(long.problem(431).0, "headers_too_large");
        let long = server.ask("GET", &format!("/v1/regions?name={}", "x".repeat(9000))).key(key).send();
        assert_eq!(long.problem(414).0, "uri_too_long");
    }
}

#[test]
fn a_transfer_coding_that_is_not_known_is_told_so() {
    let server = Server::start();
    let ask = |coding: &str| {
        let head =
            "POST /v1/regions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n";
        server.raw(format!("{head}{coding}\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n").as_bytes())
    };
    for coding in ["gzip, chunked", "identity, chunked", "chunked, chunked", "br\r\ntransfer-encoding: chunked"] {
        let answer = ask(&format!("transfer-encoding: {coding}"));
        assert!(
            answer.starts_with("HTTP/1.1 501 ") && answer.contains("/problems/unknown_coding"),
            "{coding}: {answer}"
        );
    }
    assert!(ask("transfer-encoding: Chunked").starts_with("HTTP/1.1 201 "));
}

#[test]
fn an_etag_that_a_proxy_has_weakened_is_told_so() {
    let server = Server::start();
    let tag = server.put("/v1/regions/r", json!({})).etag().trim_matches('"').to_owned();
    for weak in [format!("W/\"{tag}\""), format!("\"{tag}-gzip\"")] {
        let answer = server.ask("DELETE", "/v1/regions/r").header("if-match", &weak).send();
        assert_eq!(answer.problem(412).0, "precondition_failed");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(&format!("\"{tag}\"")) && !detail.contains("has changed"), "{detail}");
        assert_eq!(server.ask("GET", "/v1/regions/r").header("if-none-match", &weak).send().status, 304, "{weak}");
    }
}

#[test]
fn an_etag_without_quotes_is_told() {
    let server = Server::start();
    server.put("/v1/regions/r", json!({})).expect(201);
    let answer = server.ask("DELETE", "/v1/regions/r").header("if-match", "1").send();
    assert_eq!(answer.problem(400).0, "bad_request");
}

#[test]
fn a_web_page_cannot_reach_the_service() {
    let server = Server::start();
    let page = server.ask("GET", "/v1/regions").header("origin", "https://example.com").send();
    assert_eq!(page.problem(403).0, "host_not_allowed");
    for host in ["example.com", "127.0.0.1.example.com:80", "10.0.0.1"] {
        let answer =
            server.raw(format!("GET /v1/regions HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").as_bytes());
        assert!(answer.starts_with("HTTP/1.1 403"), "{host}: {answer}");
    }
    for (target, hosts, status) in [
        ("http://example.com/v1/regions", "host: localhost\r\n", 403),
        ("http://localhost/v1/regions", "host: localhost\r\n", 200),
        ("/v1/regions", "host: localhost\r\nhost: example.com\r\n", 400),
    ] {
        let answer = server.raw(format!("GET {target} HTTP/1.1\r\n{hosts}connection: close\r\n\r\n").as_bytes());
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{target} {hosts}: {answer}");
    }
    let from = |site: &str, path: &str| server.ask("GET", path).header("sec-fetch-site", site).send();
    for site in ["cross-site", "same-site"] {
        assert_eq!(from(site, "/v1/regions").problem(403).0, "host_not_allowed", "{site}");
        from(site, "/docs").expect(200); // it holds no data: a link may lead there
    }
    for site in ["same-origin", "none"] {
        from(site, "/v1/regions").expect(200);
    }
    let own = format!("http://{}", server.address());
    server.ask("GET", "/v1/regions").header("origin", &own).send().expect(200);
}

#[test]
fn no_client_text_comes_back_from_a_library() {
    let server = Server::start();
    for path in ["/v1/regions/%ff%fe", "/v1/nothing-<script>"] {
        let answer =
            server.raw(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").as_bytes());
        assert!(answer.starts_with("HTTP/1.1 40"), "{answer}");
        assert!(!answer.contains("script"), "{answer}");
    }
}

#[test]
fn every_problem_type_that_the_document_names_has_a_page() {
    let server = Server::start();
    let mut codes = BTreeSet::new();
    for answer in [
        server.get("/nothing"),
        server.get("/v1/regions?limit=0"),
        server.post("/v1/regions", json!([])),
        server.ask("DELETE", "/v1/regions").send(),
    ] {
        codes.insert(answer.json()["type"].as_str().unwrap().to_owned());
    }
    assert_eq!(codes.len(), 4);
    for path in codes {
        let page = server.get(&path);
        page.expect(200);
        assert!(page.header("content-type").starts_with("text/html"));
        assert!(String::from_utf8_lossy(&page.body).contains(path.strip_prefix("/problems/").unwrap()));
    }
}

#[test]
fn every_error_that_happens_is_documented() {
    let server = Server::start().with_programme();
    let document = std::process::Command::new(crate::harness::PROGRAM).arg("openapi").output().unwrap();
    let document: Value = serde_json::from_slice(&document.stdout).unwrap();
    let path = "/v1/programmes/{programme}/networks/{id}";
    for (method, answer) in [
        ("get", server.get("/v1/programmes/p/networks/x")),
        ("put", server.ask("PUT", "/v1/programmes/p/networks/n").json(json!({})).send()),
        ("patch", server.ask("PATCH", "/v1/programmes/p/networks/n").json(json!({})).send()),
        ("patch", server.ask("PATCH", "/v1/programmes/p/networks/n").body("text/plain", b"x").send()),
        ("delete", server.ask("DELETE", "/v1/programmes/p/networks/n").header("if-match", "\"0\"").send()),
    ] {
        let responses = &document["paths"][path][method]["responses"];
        assert!(answer.status >= 400);
        assert!(responses.get(answer.status.to_string()).is_some(), "{method}: {} in {responses}", answer.status);
    }
}

//! Text that means harm elsewhere, and text that looks strange: kept to the letter, and escaped wherever it is shown.

use serde_json::{Value, json};

use crate::harness::Server;

/// What is code somewhere: in SQL, in patterns, in HTML, in heads of HTTP, in spreadsheets, in shells, in templates.
const CODE: &[&str] = &[
    "'; drop table region; --",
    "\" or \"1\"=\"1",
    "%",
    "_",
    "a%b_c\\d",
    "\\",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&amp;&lt;",
    "\"><svg/onload=alert(1)>",
    "a\r\nset-cookie: x=1",
    "a\nb",
    "\u{0}",
    "\t",
    "=1+1",
    "+1",
    "-1",
    "@sum(1)",
    "=cmd|' /c calc'!a0",
    "${7*7}",
    "{{7*7}}",
    "$(id)",
    "`id`",
    "../../etc/passwd",
    "null",
    "true",
    "0",
    "",
    " ",
];

/// What is written in other ways: composed and decomposed, from right to left, without width, beyond sixteen bits.
const WRITTEN: &[&str] = &[
    "Ærøskøbing",
    "A\u{30a}rhus",
    "Århus",
    "שלום",
    "مرحبا",
    "\u{202e}txt.exe",
    "a\u{200b}b",
    "\u{feff}a",
    "👩‍👩‍👧‍👦",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "ﬁ",
    "İstanbul",
    "ß",
    "\u{fffd}",
    "\u{10ffff}",
    "\u{2028}",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
];

fn all() -> impl Iterator<Item = &'static str> {
    CODE.iter().chain(WRITTEN).copied()
}

#[test]
fn names_are_kept_to_the_letter_wherever_they_are_shown() {
    let server = Server::start();
    for (i, text) in all().enumerate() {
        let path = format!("/v1/regions/r{i:02}");
        assert_eq!(server.put(&path, json!({"name": text})).expect(201)["name"], text);
        assert_eq!(server.get(&path).expect(200)["name"], text);
        assert_eq!(server.patch(&path, json!({"max_visits_per_day": 1})).expect(200)["name"], text);
    }
    let items = server.get("/v1/regions?limit=500").expect(200)["items"].clone();
    let names: Vec<&str> = items.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
    assert_eq!(names, all().collect::<Vec<_>>());
    let sorted = server.get("/v1/regions?limit=500&sort=name").expect(200)["items"].as_array().unwrap().len();
    assert_eq!(sorted, names.len());
    let programme = json!({"name": "<b>'; drop table programme; --", "regions": [], "municipalities": [], "networks": [], "enrolments": []});
    server.put("/v1/programmes/p/problem", programme.clone()).expect(201);
    assert_eq!(server.get("/v1/programmes/p/problem").expect(200), programme);
}

#[test]
fn a_filter_looks_for_what_it_is_given_and_nothing_else() {
    let server = Server::start();
    for (i, text) in all().filter(|text| !text.is_empty()).enumerate() {
        server.put(&format!("/v1/regions/r{i:02}"), json!({"name": text})).expect(201);
    }
    let names = |text: &str| {
        let query: String = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let found = server.get(&format!("/v1/regions?limit=500&name={query}")).expect(200);
        let items = found["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for text in all().filter(|text| !text.is_empty() && !text.contains('\0')) {
        let found = names(text);
        assert!(found.contains(&text.to_owned()), "{text:?}: {found:?}");
        let begins = |name: &String| name.to_lowercase().starts_with(&text.to_lowercase());
        assert!(found.iter().all(begins), "{text:?}: {found:?}");
    }
}

#[test]
fn paths_ids_and_headers_do_nothing_but_fail() {
    let server = Server::start();
    server.put("/v1/regions/r", json!({})).expect(201);
    for text in all() {
        let segment: String = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let answer = server.get(&format!("/v1/regions/{segment}"));
        assert!((400..500).contains(&answer.status) || text.is_empty(), "{text:?}: {}", answer.status);
        assert!(
            server.post("/v1/regions", json!({"id": text})).status >= 400
                || ["0", "-1", "null", "true", "_"].contains(&text)
        );
        for parameter in ["sort", "cursor", "limit", text] {
            let name: String = parameter.bytes().map(|byte| format!("%{byte:02x}")).collect();
            let answer = server.get(&format!("/v1/regions?{name}={segment}"));
            assert!(answer.status < 500, "{parameter:?}={text:?}");
        }
        for answer in [server.get(&format!("/problems/{segment}")), server.get(&format!("/{segment}"))] {
            let body = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(answer.status < 500 && !body.contains("<script>") && !body.contains("onerror="), "{body}");
            assert!(answer.headers.get("set-cookie").is_none());
        }
        if let Ok(value) = ureq::http::HeaderValue::from_str(text) {
            let value = value.to_str().unwrap_or_default();
            for name in ["if-match", "if-none-match", "x-request-id", "idempotency-key", "accept", "authorization"] {
                let answer = server.ask("GET", "/v1/regions/r").header(name, value).send();
                assert!(answer.status < 500, "{name}: {text:?}");
            }
        }
    }
    let trail: Value = server.get("/v1/regions").expect(200);
    assert!(!trail["items"].as_array().unwrap().is_empty(), "the table is there");
}

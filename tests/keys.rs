//! API keys: who gets in, and to what.

use serde_json::{Value, json};

use crate::harness::{Answer, Server, keys};

fn document() -> Value {
    serde_json::from_str(include_str!("../openapi/openapi.json")).unwrap()
}

/// Method, path and role of every operation, as the API document has them; the path with an id where it wants one.
fn operations() -> Vec<(String, String, Option<String>)> {
    let mut found = Vec::new();
    for (path, methods) in document()["paths"].as_object().unwrap() {
        let asked: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect();
        for (method, operation) in methods.as_object().unwrap() {
            let role = operation.get("x-role").map(|role| role.as_str().unwrap().to_owned());
            assert_eq!(operation["security"], role.as_ref().map_or(json!([]), |_| json!([{"key": []}, {}])), "{path}");
            found.push((method.to_uppercase(), asked.join("/"), role));
        }
    }
    found
}

fn refused(answer: &Answer, status: u16) -> String {
    let (code, _) = answer.problem(status);
    code
}

#[test]
fn every_operation_lets_in_its_role_and_those_above_and_nobody_else() {
    let server = Server::start();
    let roles = ["viewer", "planner", "admin"];
    let keys = roles.map(|role| server.key(role));
    for (method, path, role) in operations() {
        let ask = || server.ask(&method, &path);
        let Some(role) = role else {
            let status = ask().send().status; // of the address of a calendar that is not there: 404
            assert!(![401, 403].contains(&status), "{method} {path} is for everybody");
            continue;
        };
        let needed = roles.iter().position(|known| *known == role).unwrap();
        let answer = ask().send();
        assert_eq!(refused(&answer, 401), "unauthorized", "{method} {path}");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"netvisit\"");
        for (rank, key) in keys.iter().enumerate() {
            let answer = ask().key(key).send();
            if rank < needed {
                assert_eq!(refused(&answer, 403), "forbidden", "{method} {path} with {}", roles[rank]);
            } else {
                assert!(![401, 403].contains(&answer.status), "{method} {path} with {}", roles[rank]);
            }
        }
    }
}

#[test]
fn viewers_change_nothing_and_only_admins_change_what_all_programmes_share() {
    for (method, path, role) in operations() {
        let changes = !["GET", "HEAD"].contains(&method.as_str()) && path != "/v1/checks";
        // Programmes, plans and the break-out groups that go with a plan.
        let of_planners = ["/v1/programmes", "/v1/plans", "/v1/seatings"];
        let shared = !of_planners.iter().any(|top| path.starts_with(top));
        let expected = match (path.as_str(), changes) {
            (path, _) if path.starts_with("/health") => None,
            (path, false) if path.starts_with("/v1/calendars") => None,
            (path, false) if path.starts_with("/v1/audit") => Some("admin"),
            (_, false) => Some("viewer"),
            (_, true) => Some(if shared { "admin" } else { "planner" }),
        };
        assert_eq!(role.as_deref(), expected, "{method} {path}");
    }
}

#[test]
fn from_the_first_key_on_everybody_is_asked_for_one() {
    let server = Server::start();
    server.get("/v1/regions").expect(200);
    let key = server.key("viewer");
    server.get("/v1/regions").problem(401);
    server.get("/health/live").expect(200);
    server.get("/docs").expect(200);
    server.get("/nothing").problem(401);
    server.ask("GET", "/v1/regions").key(&key).send().expect(200);
    server.ask("GET", "/nothing").key(&key).send().problem(404);
    let id = key.split('_').nth(1).unwrap().to_owned();
    assert!(keys(&server.database(), &["revoke", &id]).status.success());
    let answer = server.ask("GET", "/v1/regions").key(&key).send();
    answer.problem(401);
    assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""));
    let server = server.restart();
    server.get("/v1/regions").problem(401);
}

#[test]
fn whoever_calls_from_elsewhere_is_asked_for_a_key_also_while_there_are_none() {
    let log = tempfile::TempDir::new().unwrap();
    let log = log.path().join("log");
    let server = Server::logging(&log);
    let told = std::fs::read_to_string(&log).unwrap();
    assert!(told.lines().any(|line| line.contains("\"WARN\"") && line.contains("there are no API keys")), "{told}");
    server.get("/v1/regions").expect(200);
    for (name, value) in [
        ("x-forwarded-for", "192.0.2.7"),
        ("x-forwarded-proto", "https"),
        ("forwarded", "for=192.0.2.7"),
        ("via", "1.1 proxy"),
        ("x-real-ip", "192.0.2.7"),
    ] {
        for (method, path) in [("GET", "/v1/regions"), ("DELETE", "/v1/regions/r")] {
            let answer = server.ask(method, path).header(name, value).send();
            assert_eq!(refused(&answer, 401), "unauthorized", "{name}");
            assert!(answer.json()["detail"].as_str().unwrap().contains("netvisit keys create"), "{}", answer.json());
        }
        server.ask("GET", "/health/ready").header(name, value).send().expect(200);
    }
    let server = Server::with(&["--host", "plans.example.org"]);
    server.get("/v1/regions").problem(401);
    let named = "GET /v1/regions HTTP/1.1\r\nhost: plans.example.org\r\nconnection: close\r\n\r\n";
    assert!(server.raw(named.as_bytes()).starts_with("HTTP/1.1 401"));
    let key = server.key("viewer");
    server.ask("GET", "/v1/regions").key(&key).header("via", "1.1 proxy").send().expect(200);
}

#[test]
fn only_the_whole_key_opens() {
    let server = Server::start();
    let (key, other) = (server.key("admin"), server.key("admin"));
    let mixed = format!("{}_{}", key.rsplit_once('_').unwrap().0, other.rsplit_once('_').unwrap().1);
    for wrong in ["", "x", &key[..key.len() - 1], &format!("{key}0"), &mixed, &key.to_uppercase()] {
        server.ask("GET", "/v1/regions").key(wrong).send().problem(401);
    }
    for scheme in ["Basic", "Token"] {
        server.ask("GET", "/v1/regions").header("authorization", &format!("{scheme} {key}")).send().problem(401);
    }
    let twice = server.ask("GET", "/v1/regions").key(&key).key(&key).send();
    twice.problem(401);
    server.ask("GET", "/v1/regions").header("authorization", &format!("bearer {key}")).send().expect(200);
}

#[test]
fn a_key_is_stored_as_its_hash_alone() {
    let server = Server::start();
    let key = server.key("planner");
    let secret = key.rsplit_once('_').unwrap().1.to_owned();
    let (status, directory) = server.stop();
    assert!(status.success());
    let bytes = std::fs::read(directory.path().join("test.db")).unwrap();
    assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()));
}

#[test]
fn keys_are_listed_and_end_when_they_are_told_to() {
    let server = Server::start();
    let database = server.database();
    let key = server.key("viewer");
    let id = key.split('_').nth(1).unwrap();
    let list = || String::from_utf8(keys(&database, &["list"]).stdout).unwrap();
    assert!(list().starts_with(&format!("{id}\tviewer\tactive\t")) && !list().contains(&key), "{}", list());
    assert!(keys(&database, &["expire", id, "2020-01-01"]).status.success());
    assert!(list().contains("\texpired\t"), "{}", list());
    server.ask("GET", "/v1/regions").key(&key).send().problem(401);
    assert!(keys(&database, &["expire", id, "never"]).status.success());
    server.ask("GET", "/v1/regions").key(&key).send().expect(200);
    assert!(keys(&database, &["revoke", id]).status.success());
    assert!(list().contains("\trevoked\t"), "{}", list());
    for wrong in [vec!["revoke", "nobody"], vec!["create", "--name", " ", "--role", "viewer"], vec!["expire", id, "x"]]
    {
        assert_eq!(keys(&database, &wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn who_asks_too_fast_is_told_to_wait_and_others_are_not() {
    let server = Server::with(&["--key-rate", "2"]);
    let (fast, other) = (server.key("viewer"), server.key("viewer"));
    let answers: Vec<Answer> = (0..12).map(|_| server.ask("GET", "/v1/regions").key(&fast).send()).collect();
    let refused: Vec<&Answer> = answers.iter().filter(|answer| answer.status != 200).collect();
    assert!(!refused.is_empty());
    for answer in refused {
        assert_eq!(answer.problem(429).0, "overloaded");
        assert_eq!(answer.header("retry-after"), "1");
    }
    server.ask("GET", "/v1/regions").key(&other).send().expect(200);
}

#[test]
fn pages_of_origins_in_the_settings_may_call_once_there_are_keys() {
    let server = Server::with(&["--origin", "https://plans.example.org", "--host", "api.example.org"]);
    let from = |origin: &str| server.ask("GET", "/v1/regions").header("origin", origin);
    from("https://plans.example.org").send().problem(403);
    let key = server.key("viewer");
    let answer = from("https://plans.example.org").key(&key).send();
    answer.expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), "https://plans.example.org");
    assert!(answer.header("access-control-expose-headers").contains("ETag"));
    from("https://evil.example").key(&key).send().problem(403);
    let preflight = server
        .ask("OPTIONS", "/v1/regions/x")
        .header("origin", "https://plans.example.org")
        .header("access-control-request-method", "PUT")
        .send();
    preflight.expect(204);
    assert!(preflight.header("access-control-allow-methods").contains("PUT"));
    assert!(preflight.header("access-control-allow-headers").contains("Authorization"));
    for (host, status) in [("api.example.org", 200), ("example.org", 403)] {
        let question = format!(
            "GET /v1/regions HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\nconnection: close\r\n\r\n"
        );
        let answer = server.raw(question.as_bytes());
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{host}: {answer}");
    }
}

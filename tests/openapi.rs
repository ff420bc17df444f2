//! The API document: as committed, complete, and true of its examples.

use serde_json::{Map, Value, json};

use crate::harness::Server;
use crate::harness::documents::{plan, problem, problem_with, run};
use crate::harness::plans::ended;

fn committed() -> Value {
    serde_json::from_str(include_str!("../openapi/openapi.json")).unwrap()
}

/// Path, method and operation of every operation.
fn operations(document: &Value) -> Vec<(String, String, Map<String, Value>)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let of = |(path, methods): (&String, &Value)| {
        let methods = methods.as_object().unwrap().clone().into_iter();
        let path = path.clone();
        methods
            .map(move |(method, operation)| (path.clone(), method, operation.as_object().unwrap().clone()))
            .collect::<Vec<_>>()
    };
    paths.flat_map(of).collect()
}

#[test]
fn the_committed_document_is_the_generated_one() {
    let generated = String::from_utf8(run(&["openapi"], b"").stdout).unwrap();
    assert!(generated == include_str!("../openapi/openapi.json"), "run `make openapi` and look at the difference");
}

#[test]
fn every_operation_says_what_it_is_and_how_it_fails() {
    let document = committed();
    let mut ids = Vec::new();
    for (path, method, operation) in operations(&document) {
        let text = |name: &str| operation.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let what = format!("{method} {path}");
        for member in ["operationId", "summary", "description"] {
            assert!(!text(member).is_empty(), "{what}: {member}");
        }
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{what}");
        ids.push(text("operationId"));
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('4')), "{what}");
        for (status, response) in responses.iter().filter(|(status, _)| status.as_str() >= "400") {
            let content = response["content"].as_object().unwrap_or_else(|| panic!("{what}: {status}"));
            assert_eq!(content.keys().collect::<Vec<_>>(), ["application/problem+json"], "{what}: {status}");
        }
        let takes_body = operation.contains_key("requestBody");
        for status in ["413", "415"] {
            assert_eq!(responses.contains_key(status), takes_body, "{what}: {status}");
        }
        assert_eq!(responses.contains_key("422"), takes_body || method == "post", "{what}"); // a key that is used twice
        for parameter in operation.get("parameters").and_then(Value::as_array).into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{what}: {}", parameter["name"]);
        }
    }
    let known = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), known, "an id is used twice");
}

#[test]
fn every_change_is_guarded_the_same_way() {
    for (path, method, operation) in operations(&committed()) {
        let what = format!("{method} {path}");
        let names: Vec<&str> = operation.get("parameters").and_then(Value::as_array).map_or(vec![], |parameters| {
            parameters.iter().map(|parameter| parameter["name"].as_str().unwrap()).collect()
        });
        let has = |status: &str| operation["responses"].get(status).is_some();
        let of_one = matches!(method.as_str(), "put" | "patch" | "delete");
        assert_eq!(names.contains(&"If-Match"), of_one, "{what}");
        if of_one {
            assert!(has("412") && has("428"), "{what}");
        }
        assert_eq!(names.contains(&"Idempotency-Key"), method == "post", "{what}");
        if method == "post" {
            assert!(has("409") && has("422"), "{what}");
        }
        if method == "patch" {
            let kinds = operation["requestBody"]["content"].as_object().unwrap();
            assert!(kinds.keys().all(|kind| kind == "application/merge-patch+json"), "{what}");
        }
    }
}

#[test]
fn every_answer_and_every_request_has_an_example() {
    let document = committed();
    for (path, method, operation) in operations(&document) {
        let good = operation["responses"].as_object().unwrap().iter().filter(|(status, _)| status.starts_with('2'));
        let bodies = good.map(|(_, response)| response).chain(operation.get("requestBody"));
        for content in bodies.filter_map(|body| body.get("content")).flat_map(|content| content.as_object().unwrap()) {
            let schema = &content.1["schema"];
            let name = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next());
            let named = name.map_or(schema, |name| &document["components"]["schemas"][name]);
            assert!(named.get("example").is_some(), "{method} {path}: {}", content.0);
        }
    }
}

#[test]
fn every_field_has_a_description() {
    for (name, schema) in committed()["components"]["schemas"].as_object().unwrap() {
        assert!(schema["description"].is_string(), "{name}");
        for (field, described) in schema["properties"].as_object().into_iter().flatten() {
            assert!(described["description"].is_string(), "{name}.{field}");
        }
    }
}

#[test]
fn requests_say_that_they_refuse_what_they_do_not_know() {
    let schemas = committed()["components"]["schemas"].clone();
    for name in ["ProblemDocument", "Municipality", "NewPlan", "Pace", "CheckRequest", "Weights"] {
        assert_eq!(schemas[name]["additionalProperties"], false, "{name}");
    }
    for name in ["PlanDocument", "Visit"] {
        assert_ne!(schemas[name]["additionalProperties"], false, "{name}");
    }
}

#[test]
fn no_name_or_type_of_the_document_is_one_that_tools_do_not_know() {
    let text = include_str!("../openapi/openapi.json");
    for quirk in ["; charset", "\"ETAG\"", "\"LOCATION\"", "\"uint", "naive-date"] {
        assert!(!text.contains(quirk), "{quirk}");
    }
}

#[test]
fn the_examples_are_true() {
    let server = Server::start();
    assert_eq!(server.put("/v1/programmes/p/problem", problem()).expect(201), problem());
    let checked = server.post("/v1/checks", serde_json::json!({"problem": problem(), "plan": plan()})).expect(200);
    assert_eq!(checked["broken"], serde_json::json!([]));
    assert_eq!(checked["cost"], plan()["cost"]);
    assert_eq!(server.get("/v1/programmes/p/validation").expect(200)["valid"], true);
}

/// The bodies that an operation takes, each with its type and an example.
fn example_bodies(document: &Value, operation: &Map<String, Value>) -> Vec<(String, Vec<u8>)> {
    let content = operation.get("requestBody").and_then(|body| body["content"].as_object());
    let example = |media: &Value| {
        let name = media["schema"]["$ref"].as_str().and_then(|path| path.rsplit('/').next());
        let schema = name.map_or(&media["schema"], |name| &document["components"]["schemas"][name]);
        match &schema["example"] {
            Value::String(text) => text.clone().into_bytes(),
            example => example.to_string().into_bytes(),
        }
    };
    content.into_iter().flatten().map(|(kind, media)| (kind.clone(), example(media))).collect()
}

/// The operations that take a body, in the order in which the document has them.
fn requests_in_order() -> Vec<(String, String, Map<String, Value>)> {
    let text = include_str!("../openapi/openapi.json");
    let document = committed();
    let mut requests = operations(&document);
    requests.retain(|(_, _, operation)| operation.contains_key("requestBody"));
    // A record is created before it is replaced, and replaced before it is changed.
    let rank = |method: &str| ["post", "put", "patch"].iter().position(|known| *known == method);
    requests.sort_by_key(|(path, method, _)| (text.find(&format!("\n    \"{path}\": {{")), rank(method)));
    requests
}

/// The id of a plan of the example with a gathering, `opening`.
fn with_a_gathering(server: &Server) -> String {
    let problem = problem_with(|problem| {
        problem["gatherings"] =
            json!([{"id": "opening", "invites": [{"track": "leadership"}], "start": "2027-04-05", "online": true}]);
    });
    server.put("/v1/programmes/gathered/problem", problem).expect(201);
    let asked = server.post("/v1/programmes/gathered/plans", json!({"effort": {"work": 1_000}})).expect(202);
    let plan = asked["id"].as_str().unwrap().to_owned();
    server.until(&format!("/v1/plans/{plan}"), ended);
    plan
}

#[test]
fn every_example_of_a_request_works_on_the_demonstration_in_the_order_of_the_work() {
    let server = Server::with(&["--demo"]);
    let document = committed();
    let mut plan = String::new();
    let mut record = Value::Null; // that was created last
    let mut sent = 0;
    for (path, method, operation) in requests_in_order() {
        // Records and imports belong to the demonstration; problem, plans and questions to the programme of the examples.
        let programme = match operation["tags"][0].as_str() {
            Some("ProgrammeContents" | "Imports") => "demo",
            _ => "example",
        };
        let id = if path.starts_with("/v1/plans/") { plan.as_str() } else { record["id"].as_str().unwrap_or_default() };
        if path.ends_with("/fees/publish") {
            let fees = json!({"currency": "DKK", "periods": [{"id": "2028", "amount": 65_000}]});
            server.patch("/v1/programmes/example", json!({"fees": fees})).expect(200);
        }
        let replaces = path.ends_with("{id}");
        let of_gathering = path.contains("{gathering}").then(|| with_a_gathering(&server));
        let id = of_gathering.as_deref().unwrap_or(id);
        let path = path.replace("{programme}", programme).replace("{id}", id).replace("{network}", "n1");
        let path = path.replace("{gathering}", "opening");
        for (kind, body) in example_bodies(&document, &operation) {
            let upper = method.to_uppercase();
            let mut ask = server.ask(&upper, &path).body(&kind, &body);
            if method != "post" {
                ask = if replaces { ask.header("if-match", "*") } else { ask.header("if-none-match", "*") };
            }
            let answer = ask.send();
            let told = String::from_utf8_lossy(&answer.body);
            assert!((200..300).contains(&answer.status), "{method} {path}, {kind}: {}: {told}", answer.status);
            sent += 1;
            if answer.status == 201 {
                record = answer.json();
            }
            if answer.status == 202 {
                plan = answer.json()["id"].as_str().unwrap().to_owned();
                server.until(&format!("/v1/plans/{plan}"), ended);
            }
        }
    }
    assert!(sent > 40, "{sent}");
}

#[test]
fn the_quick_start_of_the_description_works() {
    let server = Server::with(&["--demo"]);
    let document = committed();
    let description = document["info"]["description"].as_str().unwrap();
    let is_step = |line: &&str| line.split_once(". `").is_some_and(|(number, _)| number.parse::<u8>().is_ok());
    let steps: Vec<&str> = description.lines().filter(is_step).collect();
    assert_eq!(steps.len(), 5, "five requests, each a line: {description}");
    let mut plan = String::new();
    for step in steps {
        let code: Vec<&str> = step.split('`').skip(1).step_by(2).collect();
        let (method, path) = code[0].split_once(' ').unwrap();
        let path = path.replace("{id}", &plan);
        if method == "POST" {
            let body = code[1].replace("\"seconds\": 10", "\"work\": 20000"); // no clock counts
            plan =
                server.post(&path, serde_json::from_str(&body).unwrap()).expect(202)["id"].as_str().unwrap().to_owned();
            continue;
        }
        assert!(server.get(&path).expect(200).is_object(), "{step}");
        if path == format!("/v1/plans/{plan}") {
            server.until(&path, ended);
        }
    }
    assert_eq!(server.get(&format!("/v1/plans/{plan}")).expect(200)["state"], "succeeded");
}

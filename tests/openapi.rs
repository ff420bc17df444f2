//! The API document: as committed, complete, and true of its examples.

use serde_json::{Map, Value};

use crate::harness::Server;
use crate::harness::documents::{plan, problem, run};

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
    for quirk in ["charset", "\"ETAG\"", "\"LOCATION\"", "\"uint", "naive-date"] {
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

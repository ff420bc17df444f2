//! The API document: what the library generates, with its quirks mended.
//!
//! `openapi/README.md` lists the quirks. Nothing is described here that the code does not say: this only puts what it
//! says into the form that the specification and its tools want.

mod order;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::access;
use crate::server::idempotency;

pub use order::InOrder;

/// The version of the specification that the document keeps to.
const SPECIFICATION: &str = "3.0.3";

const DESCRIPTION: &str = "Divides municipalities into networks and times their visits, with a proved bound on how much \
    better a plan could be.\n\n\
    **Quick start**, against a service that was started with `--demo`:\n\n\
    1. `GET /v1/programmes/demo/validation`: what contradicts itself in the demonstration programme.\n\
    2. `POST /v1/programmes/demo/plans` with `{\"effort\": {\"seconds\": 10}}`: ask for a plan. The answer is 202, and `Location` is \
    the plan's path.\n\
    3. `GET /v1/plans/{id}`: poll it until `state` is `succeeded`.\n\
    4. `GET /v1/plans/{id}/visits?limit=5`: read who visits whom, and when.\n\
    5. `GET /v1/plans/{id}/explanation`: read what the plan costs, and how much of that is proved.\n\n\
    For data of your own, store municipalities, networks and enrolments in a programme, or PUT a whole problem document.\n\n\
    Every error is a \
    problem document (RFC 9457) that says what to do. Every resource has an ETag: send it in `If-Match` to change what \
    you saw. Every POST takes an `Idempotency-Key`: send it again with the same key until you have an answer. Fields and \
    values of enums may be added to answers; clients ignore what they do not know.";

const KEYS: &str = "An API key, which the keeper of the service makes with `netvisit keys create`. Its role says what it \
    allows: a `viewer` reads, a `planner` changes programmes too and asks for plans, an `admin` changes master data too \
    and reads the audit trail. While no key has ever been made, the service answers programs on its own machine only, and \
    asks them for none: that is what the empty alternative beside the key stands for.";

/// One ETag or several, or any at all.
const ETAGS: &str = "^(\\*|(W/)?\"[^\",]*\"( *, *(W/)?\"[^\",]*\")*)$";

/// Mends a generated document.
pub fn mended(generated: &str) -> serde_json::Result<Value> {
    let mut document: Value = serde_json::from_str(generated)?;
    head(&mut document);
    each_object(&mut document, &mut tidy);
    let schemas = document["components"]["schemas"].clone();
    each_object(&mut document, &mut |object| type_nullable(object, &schemas));
    close_requests(&mut document);
    each_post(&mut document, idempotency::describe);
    add_requests(&mut document)?;
    add_examples(&mut document);
    tell_roles(&mut document);
    Ok(document)
}

fn head(document: &mut Value) {
    document["openapi"] = SPECIFICATION.into();
    document["info"]["description"] = DESCRIPTION.into();
    document["info"]["license"] =
        json!({"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0.html"});
    document["info"]["contact"] = json!({"name": "Netvisit"});
    document["servers"] = json!([{"url": "http://127.0.0.1:8080", "description": "Where `netvisit serve` listens."}]);
    document["components"]["securitySchemes"] =
        json!({"key": {"type": "http", "scheme": "bearer", "description": KEYS}});
}

/// Visits every object, inner ones first. Examples are data, not description: they are left alone.
fn each_object(value: &mut Value, visit: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each_object(item, visit)),
        Value::Object(object) => {
            let described =
                object.iter_mut().filter(|(name, _)| !matches!(name.as_str(), "example" | "default" | "enum"));
            described.for_each(|(_, inner)| each_object(inner, visit));
            visit(object);
        }
        _ => {}
    }
}

fn tidy(object: &mut Map<String, Value>) {
    if object.get("deprecated") == Some(&Value::Bool(false)) {
        object.remove("deprecated");
    }
    if object.contains_key("in") {
        object.remove("explode"); // says what is the default
        if object.get("name").and_then(Value::as_str) == Some("programme") {
            object.insert("example".to_owned(), "demo".into()); // the programme of `serve --demo`
        }
        if object.get("name").and_then(Value::as_str).is_some_and(|name| ["If-Match", "If-None-Match"].contains(&name))
        {
            object["schema"]["pattern"] = ETAGS.into();
        }
    }
    if let Some(Value::String(text)) = object.get_mut("description") {
        *text = unwrapped(text);
    }
    for bound in ["minimum", "maximum"] {
        if let Some(number) = object.get(bound).and_then(Value::as_f64).filter(|number| number.fract() == 0.0) {
            object.insert(bound.to_owned(), (number as i64).into());
        }
    }
    if let Some(format) = object.get("format").and_then(Value::as_str).filter(|format| format.starts_with("uint")) {
        let (signed, most) = match format {
            "uint64" => ("int64", None),
            "uint32" => ("int64", Some(u32::MAX)), // a signed one of 32 bits would not hold them all
            _ => ("int32", None),
        };
        object.insert("format".to_owned(), signed.into());
        object.entry("minimum").or_insert(0.into());
        if let Some(most) = most {
            object.entry("maximum").or_insert(most.into());
        }
    }
    rename_key(object, "application/json; charset=utf-8", "application/json");
    rename_key(object, "ETAG", "ETag");
    rename_key(object, "LOCATION", "Location");
    unfold_reference(object);
}

/// Descriptions come with the line breaks of the source; paragraphs and the items of lists stay apart.
fn unwrapped(text: &str) -> String {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_item =
        |line: &str| line.starts_with("- ") || line.split_once(". ").is_some_and(|(number, _)| is_number(number));
    let mut lines = text.lines();
    let mut unwrapped = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let breaks = line.is_empty() || unwrapped.ends_with('\n') || is_item(line);
        unwrapped.push(if breaks { '\n' } else { ' ' });
        unwrapped.push_str(line);
    }
    unwrapped
}

fn rename_key(object: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = object.remove(from) {
        object.insert(to.to_owned(), value);
    }
}

/// A described reference is written as `allOf` of the reference and once more its description.
fn unfold_reference(object: &mut Map<String, Value>) {
    let Some(Value::Array(parts)) = object.get_mut("allOf") else { return };
    if parts.len() == 2 && parts[0].get("$ref").is_some() && parts[1].get("$ref").is_none() {
        parts.truncate(1);
    }
}

/// `nullable` counts beside a `type` only: a nullable reference gets the type of what it refers to.
fn type_nullable(object: &mut Map<String, Value>, schemas: &Value) {
    if object.get("nullable").is_some_and(Value::is_boolean) && !object.contains_key("type") {
        let referred = object.get("allOf").and_then(|parts| references(parts).into_iter().next());
        if let Some(name) = referred {
            object.insert("type".to_owned(), schemas[&name]["type"].clone());
        }
    }
}

fn each_operation(document: &mut Value, mut visit: impl FnMut(&mut Map<String, Value>)) {
    let paths = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    let operations = paths.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    operations.filter_map(Value::as_object_mut).for_each(&mut visit);
}

fn each_post(document: &mut Value, visit: impl Fn(&mut Map<String, Value>)) {
    let paths = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    paths.filter_map(|path| path.get_mut("post")?.as_object_mut()).for_each(visit);
}

/// Every operation says which role it wants, in words, as `x-role`, and as what tools know of: that it wants a key.
fn tell_roles(document: &mut Value) {
    for (path, methods) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in methods.as_object_mut().into_iter().flatten() {
            match access::needed(&method.to_uppercase(), path) {
                Some(role) => {
                    let described = operation["description"].as_str().unwrap_or_default();
                    operation["description"] = format!("{described}\n\nRole: `{role}`.").into();
                    operation["security"] = json!([{"key": []}, {}]); // or nothing: a service without keys
                    operation["x-role"] = role.name().into();
                }
                None => {
                    operation["security"] = json!([]);
                    if let Some(responses) = operation["responses"].as_object_mut() {
                        responses.remove("401");
                    }
                }
            }
        }
    }
}

/// Requests refuse fields that they do not know: every object that a request can hold says so, unless it says that
/// it ignores them.
fn close_requests(document: &mut Value) {
    let mut names = BTreeSet::new();
    let mut bodies = Vec::new();
    each_operation(document, |operation| bodies.extend(operation.get("requestBody").cloned()));
    let mut open: Vec<Value> = bodies;
    while let Some(value) = open.pop() {
        for name in references(&value) {
            if names.insert(name.clone()) {
                open.push(document["components"]["schemas"][&name].clone());
            }
        }
    }
    for name in names {
        let schema = &mut document["components"]["schemas"][&name];
        if schema["type"] == "object" && schema.get("additionalProperties").is_none() {
            schema["additionalProperties"] = false.into();
        }
    }
}

/// The names of the schemas that a value refers to.
fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Object(object) => {
            let own = object.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
            own.map(str::to_owned).into_iter().chain(object.values().flat_map(references)).collect()
        }
        _ => Vec::new(),
    }
}

/// Examples of requests, such as those that create or change records of the demonstration programme: by the name of a schema,
/// or by the id of an operation for its JSON body.
const REQUESTS: &str = include_str!("../../../openapi/examples/requests.json");

/// Puts in the examples of [`REQUESTS`].
///
/// Errors: none while the file is JSON, which a test holds.
fn add_requests(document: &mut Value) -> serde_json::Result<()> {
    let mut examples: Map<String, Value> = serde_json::from_str(REQUESTS)?;
    for (name, schema) in document["components"]["schemas"].as_object_mut().into_iter().flatten() {
        examples.remove(name).into_iter().for_each(|example| schema["example"] = example);
    }
    each_operation(document, |operation| {
        let example = operation.get("operationId").and_then(Value::as_str).and_then(|id| examples.remove(id));
        example.into_iter().for_each(|example| {
            operation["requestBody"]["content"]["application/json"]["schema"]["example"] = example;
        });
    });
    Ok(())
}

/// Every schema that an answer or a request holds gets an example: its own, or one put together from those of its
/// parts.
fn add_examples(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    let Some(named) = document["components"]["schemas"].as_object_mut() else { return };
    for (name, schema) in named.iter_mut() {
        if schema["type"] == "object" && schema.get("example").is_none() {
            schema["example"] = example(&schemas, &schemas[name]);
        }
    }
}

/// An example of a schema. What it refers to has one, or has parts that do; no schema holds itself.
fn example(schemas: &Value, schema: &Value) -> Value {
    if let Some(known) = schema.get("example").or_else(|| schema.get("default")) {
        return known.clone();
    }
    if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) {
        return example(schemas, &schemas[name]);
    }
    if let Some(first) = schema.get("allOf").or_else(|| schema.get("enum")).and_then(|list| list.get(0)) {
        return if schema.get("enum").is_some() { first.clone() } else { example(schemas, first) };
    }
    match schema["type"].as_str() {
        Some("object") => {
            let parts = schema["properties"].as_object().into_iter().flatten();
            parts.map(|(name, part)| (name.clone(), example(schemas, part))).collect::<Map<_, _>>().into()
        }
        Some("array") => json!([example(schemas, &schema["items"])]),
        Some("string") if schema["format"] == "date" => "2027-04-06".into(),
        Some("string") if schema["format"] == "date-time" => "2027-01-11T09:00:00.000Z".into(),
        Some("string") if schema.get("pattern").is_some() => "n1".into(),
        Some("string") => "text".into(),
        Some("boolean") => true.into(),
        _ => schema.get("minimum").cloned().unwrap_or(1.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_items_stay_apart_and_lines_do_not() {
        assert_eq!(unwrapped("a\nb\n\nc\nd"), "a b\n\nc d");
        assert_eq!(unwrapped("a:\n\n1. b\nc\n2. d\n- e\n\nf"), "a:\n\n1. b c\n2. d\n- e\n\nf");
    }

    #[test]
    fn every_example_of_a_request_belongs_to_a_schema_or_an_operation() {
        let examples: Map<String, Value> = serde_json::from_str(REQUESTS).unwrap();
        let text = crate::openapi_document().unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        for name in examples.keys() {
            let is_schema = document["components"]["schemas"].get(name).is_some();
            assert!(is_schema || text.contains(&format!("\"operationId\": \"{name}\"")), "{name}");
        }
    }
}

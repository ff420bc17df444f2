//! What is the same for every kind of record: six operations, ETags, merge patches, pages.

use serde_json::{Value, json};

use crate::harness::{Server, errors};

/// A kind of record: its collection, a record, and a change of it.
struct Kind {
    path: &'static str,
    record: Value,
    change: Value,
}

fn kinds() -> Vec<Kind> {
    let kind = |path, record, change| Kind { path, record, change };
    vec![
        kind("/v1/regions", json!({"name": "North"}), json!({"max_visits_per_day": 2})),
        kind(
            "/v1/municipalities",
            json!({"region": "r", "lat": 55.5, "lon": 12.25, "unavailable": []}),
            json!({"undesired": ["2026-05-01"], "can_host": false}),
        ),
        kind("/v1/programmes", json!({"name": "Two years"}), json!({"weights": {"travel": 2.5}})),
        kind("/v1/programmes/p/regions", json!({"name": "North"}), json!({"max_visits_per_day": 2})),
        kind(
            "/v1/programmes/p/municipalities",
            json!({"region": "r", "lat": 55.5, "lon": 12.25}),
            json!({"host_capacity": 40, "cannot_host_on": []}),
        ),
        kind("/v1/programmes/p/tracks", json!({"name": "Staff"}), json!({"name": "Leaders"})),
        kind(
            "/v1/programmes/p/rounds",
            json!({"start": "2026-04-01", "end": "2026-06-30"}),
            json!({"end": "2026-06-29"}),
        ),
        kind(
            "/v1/programmes/p/networks",
            json!({"track": "t", "min_members": 2, "max_members": 8, "allowed_regions": []}),
            json!({"max_distance_km": 150.5, "may_stay_empty": true}),
        ),
        kind(
            "/v1/programmes/p/enrolments",
            json!({"municipality": "a", "track": "t", "delegates": 4, "preferences": ["n"]}),
            json!({"delegates": 5, "fixed": "n", "excluded": []}),
        ),
        kind("/v1/programmes/p/pair-rules", json!({"kind": "apart", "a": "a", "b": "b"}), json!({"kind": "together"})),
        kind("/v1/programmes/p/distances", json!({"a": "a", "b": "b", "km": 190.1}), json!({"km": 0.1})),
    ]
}

fn server() -> Server {
    let server = Server::start().with_programme();
    server.put("/v1/regions/r", json!({})).expect(201);
    server
}

fn with_id(record: &Value, id: &str) -> Value {
    let mut record = record.clone();
    record["id"] = id.into();
    record
}

#[test]
fn what_is_posted_is_what_is_shown() {
    let server = server();
    for Kind { path, record, .. } in kinds() {
        let made = server.post(path, with_id(&record, "x1"));
        assert_eq!(made.expect(201), with_id(&record, "x1"));
        assert_eq!(made.header("location"), format!("{path}/x1"));
        let shown = server.get(&format!("{path}/x1"));
        assert_eq!(shown.expect(200), with_id(&record, "x1"));
        assert_eq!(shown.etag(), made.etag());
        assert!(shown.etag().starts_with('"'), "a strong tag: {}", shown.etag());
    }
}

#[test]
fn a_post_without_an_id_makes_one_and_null_is_no_id() {
    let server = server();
    for path in ["/v1/regions", "/v1/programmes/p/tracks"] {
        let made = server.post(path, json!({"name": "x"}));
        let id = made.expect(201)["id"].as_str().unwrap().to_owned();
        assert_eq!((id.len(), &id[14..15]), (36, "7"), "a UUIDv7: {id}");
        assert_eq!(made.header("location"), format!("{path}/{id}"));
        server.get(&format!("{path}/{id}")).expect(200);
        server.post(path, json!({"id": null, "name": "x"})).expect(201);
    }
}

#[test]
fn a_second_record_with_an_id_is_refused() {
    let server = server();
    for Kind { path, record, .. } in kinds() {
        server.post(path, with_id(&record, "x1")).expect(201);
        assert_eq!(server.post(path, with_id(&record, "x1")).problem(409).0, "already_exists", "{path}");
    }
}

#[test]
fn a_put_creates_and_then_replaces_what_it_has_seen() {
    let server = server();
    for Kind { path, record, .. } in kinds() {
        let item = format!("{path}/x1");
        let made = server.ask("PUT", &item).json(record.clone()).send();
        assert_eq!(made.expect(201), with_id(&record, "x1"));
        assert_eq!(server.ask("PUT", &item).json(record.clone()).send().problem(428).0, "precondition_required");
        let stale = server.ask("PUT", &item).json(record.clone()).header("if-match", "\"0\"").send();
        assert_eq!(stale.problem(412).0, "precondition_failed");
        let again = server.ask("PUT", &item).json(record.clone()).header("if-none-match", "*").send();
        assert_eq!(again.problem(412).0, "precondition_failed");
        let replaced = server.ask("PUT", &item).json(with_id(&record, "x1")).header("if-match", made.etag()).send();
        assert_eq!(replaced.expect(200), with_id(&record, "x1"));
    }
}

#[test]
fn a_put_that_wants_to_replace_creates_nothing() {
    let server = server();
    for Kind { path, record, .. } in kinds() {
        let put = server.ask("PUT", &format!("{path}/x1")).json(record).header("if-match", "*").send();
        assert_eq!(put.problem(412).0, "precondition_failed");
        server.get(&format!("{path}/x1")).problem(404);
    }
}

#[test]
fn a_patch_changes_what_it_names_and_null_takes_away() {
    let server = server();
    for Kind { path, record, change } in kinds() {
        let item = format!("{path}/x1");
        let made = server.put(&item, record.clone());
        let patch =
            |body: &Value, tag: &str| server.ask("PATCH", &item).json(body.clone()).header("if-match", tag).send();
        let changed = patch(&change, made.etag());
        let mut wanted = with_id(&record, "x1");
        for (name, value) in change.as_object().unwrap() {
            wanted[name] = value.clone();
        }
        assert_eq!(changed.expect(200), wanted);
        assert_ne!(changed.etag(), made.etag());
        assert_eq!(patch(&change, made.etag()).problem(412).0, "precondition_failed");
        assert_eq!(server.get(&item).expect(200), wanted);
        let without = server.ask("PATCH", &item).json(json!({})).send();
        assert_eq!(without.problem(428).0, "precondition_required");
    }
    let nameless = server.patch("/v1/regions/x1", json!({"name": null})).expect(200);
    assert_eq!(nameless, json!({"id": "x1", "max_visits_per_day": 2}));
}

#[test]
fn a_write_that_changes_nothing_keeps_the_etag() {
    let server = server();
    for Kind { path, record, .. } in kinds() {
        let item = format!("{path}/x1");
        let made = server.put(&item, record.clone());
        assert_eq!(server.patch(&item, json!({})).etag(), made.etag());
        assert_eq!(server.replace(&item, record).etag(), made.etag());
    }
}

#[test]
fn what_is_deleted_is_gone_and_its_etag_never_comes_back() {
    let server = server();
    for Kind { path, record, .. } in kinds() {
        let item = format!("{path}/x1");
        let first = server.put(&item, record.clone());
        assert_eq!(server.ask("DELETE", &item).send().problem(428).0, "precondition_required");
        server.ask("DELETE", &item).header("if-match", first.etag()).send().expect(204);
        server.get(&item).problem(404);
        assert_eq!(server.delete(&item).problem(404).0, "not_found");
        assert_ne!(server.put(&item, record).etag(), first.etag());
    }
}

#[test]
fn a_get_with_the_present_etag_says_not_modified() {
    let server = server();
    for Kind { path, record, .. } in kinds() {
        let item = format!("{path}/x1");
        let made = server.put(&item, record);
        let known = server.ask("GET", &item).header("if-none-match", made.etag()).send();
        assert_eq!((known.status, known.body.len(), known.etag()), (304, 0, made.etag()));
        server.ask("GET", &item).header("if-none-match", "\"0\"").send().expect(200);
    }
}

#[test]
fn the_id_in_a_body_is_that_of_the_path() {
    let server = server();
    for Kind { path, record, .. } in kinds() {
        let item = format!("{path}/x1");
        let other = server.put(&item, with_id(&record, "x2"));
        assert_eq!(other.problem(422).1, [("/id".to_owned(), "id_mismatch".to_owned())]);
        server.put(&item, record).expect(201);
        assert_eq!(server.patch(&item, json!({"id": "x2"})).problem(422).1[0].1, "id_mismatch");
    }
}

#[test]
fn another_id_in_a_body_hides_no_other_fault() {
    let server = server();
    server.put("/v1/regions/x1", json!({})).expect(201);
    for (body, other) in [
        (json!({"id": "x2", "colour": "red"}), ("/colour", "unknown_field")),
        (json!({"id": "x2", "max_visits_per_day": -1}), ("/max_visits_per_day", "out_of_range")),
    ] {
        let wanted = errors(&[("/id", "id_mismatch"), other]);
        assert_eq!(server.replace("/v1/regions/x1", body.clone()).problem(422).1, wanted);
        assert_eq!(server.patch("/v1/regions/x1", body).problem(422).1, wanted);
    }
    let same = json!({"id": "x2"});
    assert_eq!(server.replace("/v1/regions/x1", same).problem(422).1, errors(&[("/id", "id_mismatch")]));
}

#[test]
fn an_id_that_is_taken_hides_no_fault() {
    let server = server();
    for (body, fault) in [
        (json!({"id": "r", "colour": "red"}), ("/colour", "unknown_field")),
        (json!({"id": "r", "max_visits_per_day": -1}), ("/max_visits_per_day", "out_of_range")),
    ] {
        assert_eq!(server.post("/v1/regions", body).problem(422).1, errors(&[fault]));
    }
}

#[test]
fn a_single_record_refuses_every_parameter() {
    let server = server();
    for path in ["/v1/regions/r", "/v1/programmes/p", "/v1/programmes/p/problem", "/v1/plans/x", "/health/live"] {
        let (code, errors) = server.get(&format!("{path}?colour=red")).problem(400);
        assert_eq!((code.as_str(), errors[0].0.as_str()), ("invalid_parameter", "colour"), "{path}");
    }
    assert_eq!(server.delete("/v1/regions/r?force=1").problem(400).0, "invalid_parameter");
    server.get("/v1/regions/r?").expect(200);
}

#[test]
fn a_number_is_told_in_few_digits() {
    let server = server();
    let answer = server.put("/v1/municipalities/m", json!({"region": "r", "lat": 1e308, "lon": 12.0}));
    assert_eq!(answer.problem(422).1, errors(&[("/lat", "out_of_range")]));
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("1e308") && detail.len() < 100, "{detail}");
}

#[test]
fn an_id_that_is_none_is_refused_wherever_it_comes_from() {
    let server = server();
    for Kind { path, record, .. } in kinds() {
        let faults = server.post(path, with_id(&record, "a b")).problem(422).1;
        assert_eq!(faults, [("/id".to_owned(), "invalid_id".to_owned())], "{path}");
        assert_eq!(server.put(&format!("{path}/.x"), record).problem(422).1[0].0, "/id");
    }
}

#[test]
fn pages_follow_each_other_and_hold_every_record_once() {
    let server = server();
    for (i, name) in ["e", "d", "c", "b", "a", "b"].iter().enumerate() {
        server.put(&format!("/v1/programmes/p/tracks/k{i}"), json!({"name": name})).expect(201);
    }
    for (sort, expected) in [
        ("", "k0 k1 k2 k3 k4 k5 t"),
        ("sort=-id&", "t k5 k4 k3 k2 k1 k0"),
        ("sort=name&", "k4 k3 k5 k2 k1 k0 t"),
        ("sort=-name&", "t k0 k1 k2 k5 k3 k4"),
    ] {
        let items = server.pages(&format!("/v1/programmes/p/tracks?{sort}limit=2&"));
        let seen: Vec<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
        assert_eq!(seen.join(" "), expected, "{sort}");
    }
}

#[test]
fn a_page_that_holds_all_has_no_next() {
    let server = server();
    let page = server.get("/v1/programmes/p/municipalities?limit=2").expect(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    assert_eq!(page.get("next"), None);
}

#[test]
fn a_list_can_be_filtered_by_the_beginning_of_a_name() {
    let server = Server::start();
    for (id, name) in [("1", "Aarhus"), ("2", "aabenraa"), ("3", "100%"), ("4", "1000")] {
        server.put(&format!("/v1/regions/{id}"), json!({"name": name})).expect(201);
    }
    server.put("/v1/regions/aa", json!({})).expect(201);
    assert_eq!(server.get("/v1/regions?name=Aa").ids(), ["1", "2", "aa"]);
    assert_eq!(server.get("/v1/regions?name=100%25").ids(), ["3"]);
}

#[test]
fn a_list_refuses_parameters_that_it_does_not_know() {
    let server = server();
    for (query, parameter) in [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=x", "limit"),
        ("sort=lat", "sort"),
        ("cursor=zz", "cursor"),
        ("colour=red", "colour"),
        ("limit=1&limit=2", "limit"),
    ] {
        let (code, errors) = server.get(&format!("/v1/regions?{query}")).problem(400);
        assert_eq!((code.as_str(), errors[0].0.as_str()), ("invalid_parameter", parameter), "{query}");
    }
}

#[test]
fn everything_is_still_there_after_a_restart() {
    let server = server();
    for Kind { path, record, .. } in kinds() {
        server.put(&format!("{path}/x1"), record).expect(201);
    }
    let before: Vec<Value> = kinds().iter().map(|kind| server.get(kind.path).expect(200)).collect();
    let server = server.restart();
    let after: Vec<Value> = kinds().iter().map(|kind| server.get(kind.path).expect(200)).collect();
    assert_eq!(before, after);
}

#[test]
fn every_digit_of_a_number_comes_back() {
    let server = server();
    for (i, km) in [0.1, 1.0 / 3.0, 5e-324, 999_999_999_999.999_9, 123_456.789_012_345_67].into_iter().enumerate() {
        let (a, b) = (format!("x{i}"), "a");
        let place = json!({"region": "r", "lat": km % 90.0, "lon": -(km % 180.0)});
        let municipality = server.put(&format!("/v1/programmes/p/municipalities/{a}"), place.clone()).expect(201);
        assert_eq!(municipality["lat"], place["lat"]);
        let made = server.post("/v1/programmes/p/distances", json!({"a": a, "b": b, "km": km})).expect(201);
        let id = made["id"].as_str().unwrap();
        assert_eq!(server.get(&format!("/v1/programmes/p/distances/{id}")).expect(200)["km"], json!(km));
    }
}

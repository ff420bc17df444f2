//! The audit trail: everything that is changed, by whom, and what it was before and after.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::harness::documents::plan;
use crate::harness::{Answer, Server};

fn hash(answer: &Answer) -> Value {
    Sha256::digest(&answer.body).iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}

#[test]
fn a_change_tells_who_made_it_and_what_get_gave_before_and_after() {
    let server = Server::start();
    let key = server.key("admin");
    let id = key.split('_').nth(1).unwrap();
    let ask = |method: &'static str| server.ask(method, "/v1/regions/r").key(&key).header("if-match", "*");
    let made = server.ask("PUT", "/v1/regions/r").key(&key).json(json!({"name": "a"})).send();
    made.expect(201);
    let first = ask("GET").send();
    let changed = ask("PATCH").json(json!({"name": "b"})).send();
    changed.expect(200);
    let second = ask("GET").send();
    ask("PATCH").json(json!({"name": "b"})).send().expect(200); // changes nothing
    ask("DELETE").send().expect(204);
    let trail = server.ask("GET", "/v1/audit?sort=number&subject=/v1/regions/r").key(&key).send().expect(200);
    let items = trail["items"].as_array().unwrap();
    let actions: Vec<&str> = items.iter().map(|item| item["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["put_region", "patch_region", "delete_region"]);
    let hashes: Vec<_> = items.iter().map(|item| (item["before"].clone(), item["after"].clone())).collect();
    let (first, second) = (hash(&first), hash(&second));
    assert_eq!(hashes, [(Value::Null, first.clone()), (first, second.clone()), (second, Value::Null)]);
    assert!(items.iter().all(|item| item["actor"] == id));
    assert_eq!(items[1]["request_id"], changed.header("x-request-id"));
}

#[test]
fn nothing_is_stored_without_a_line_in_the_trail() {
    let server = Server::start().with_example();
    server.post("/v1/reference-data/dk-2026/load", json!({})).expect(200);
    server.post("/v1/programmes/p/municipalities/refresh", json!({})).expect(200);
    server.post("/v1/programmes/p/plans", json!({"effort": {"work": 1}})).expect(202);
    server.put("/v1/regions/bad", json!({"name": 5})).problem(422);
    server.post("/v1/regions", json!({"id": "r"})).expect(201);
    let trail = server.get("/v1/audit?actor=local&limit=500").expect(200);
    let mut actions: Vec<&str> =
        trail["items"].as_array().unwrap().iter().rev().map(|item| item["action"].as_str().unwrap()).collect();
    actions.dedup();
    let expected = ["put_problem", "load_reference_data", "refresh_programme_municipalities"];
    assert_eq!(actions[..3], expected, "{actions:?}");
    assert_eq!(actions[3..], ["create_programme_plan", "create_region"], "{actions:?}");
}

/// What the trail says of a path, last.
fn last(server: &Server, subject: &str) -> Value {
    let trail = server.get(&format!("/v1/audit?limit=1&subject={subject}")).expect(200);
    trail["items"].get(0).unwrap_or_else(|| panic!("nothing about {subject}")).clone()
}

#[test]
fn many_changes_at_once_are_told_one_by_one() {
    let server = Server::start();
    server.post("/v1/reference-data/dk-2026/load", json!({})).expect(200);
    let place = "/v1/municipalities/0101";
    let shipped = hash(&server.get(place));
    assert_eq!((&last(&server, place)["before"], &last(&server, place)["after"]), (&Value::Null, &shipped));
    let csv = "id,region,lat,lon,name\n0101,1084,55.7,12.6,CPH\n0147,1084,55.68,12.53,Frederiksberg\n";
    server.ask("POST", "/v1/municipalities/import").body("text/csv", csv.as_bytes()).send().expect(200);
    let imported = last(&server, place);
    assert_eq!((&imported["before"], &imported["after"]), (&shipped, &hash(&server.get(place))));
    assert_eq!(imported["action"], "import_municipalities");
    server.put("/v1/programmes/p", json!({"name": "P"})).expect(201);
    server.put("/v1/programmes/p/networks/n", json!({"track": "t", "min_members": 1, "max_members": 2})).problem(422);
    server.put("/v1/programmes/p/tracks/t", json!({})).expect(201);
    server.post("/v1/programmes/p/enrolments", json!({"id": "e", "municipality": "0101", "delegates": 1})).expect(201);
    for copy in ["/v1/programmes/p/municipalities/0101", "/v1/programmes/p/regions/1084"] {
        let told = last(&server, copy);
        assert_eq!((&told["action"], &told["after"]), (&json!("create_enrolment"), &hash(&server.get(copy))), "{copy}");
    }
    server.patch(place, json!({"name": "K"})).expect(200);
    let copy = "/v1/programmes/p/municipalities/0101";
    let before = hash(&server.get(copy));
    server.post("/v1/programmes/p/municipalities/refresh", json!({})).expect(200);
    let told = last(&server, copy);
    assert_eq!((&told["before"], &told["after"]), (&before, &hash(&server.get(copy))));
    let problem = hash(&server.get("/v1/programmes/p/problem"));
    server.delete("/v1/programmes/p").expect(204);
    let told = last(&server, "/v1/programmes/p/problem");
    assert_eq!((&told["before"], &told["after"]), (&problem, &Value::Null));
}

#[test]
fn plans_and_what_becomes_of_them_are_told() {
    let server = Server::start().with_example();
    let asked = server.post("/v1/programmes/p/plans", json!({"effort": {"work": 1}}));
    assert_eq!(last(&server, asked.header("location"))["after"], hash(&asked));
    let document = json!({"assignments": plan()["assignments"], "visits": plan()["visits"]});
    let made = || server.post("/v1/programmes/p/plans/import", document.clone()).header("location").to_owned();
    let (first, second, third) = (made(), made(), made());
    let drafts = [&first, &second, &third].map(|plan| hash(&server.get(plan)));
    assert_eq!(last(&server, &first)["after"], drafts[0]);
    for (plan, draft) in [(&first, &drafts[0]), (&second, &drafts[1])] {
        server.post(&format!("{plan}/publish"), json!({"approver": "A"})).expect(200);
        let told = last(&server, plan);
        assert_eq!((&told["before"], &told["after"]), (draft, &hash(&server.get(plan))));
    }
    assert_eq!(last(&server, &first)["after"], hash(&server.get(&first)), "it was superseded");
    server.delete(&third).expect(204);
    let told = last(&server, &third);
    assert_eq!((&told["before"], &told["after"]), (&drafts[2], &Value::Null));
    let made = server.post("/v1/programmes/p/feeds", json!({"scope": "programme"}));
    made.expect(201);
    let feed = made.header("location");
    assert_eq!(last(&server, feed)["after"], hash(&server.get(feed)));
}

#[test]
fn the_trail_is_read_by_pages_and_exported_whole() {
    let server = Server::start();
    for i in 0..7 {
        server.put(&format!("/v1/regions/r{i}"), json!({})).expect(201);
    }
    let numbers: Vec<_> = server.pages("/v1/audit?limit=3&").iter().map(|item| item["number"].clone()).collect();
    assert_eq!(numbers, [7, 6, 5, 4, 3, 2, 1]);
    let export = server.get("/v1/audit/export");
    assert_eq!(export.header("content-type"), "application/jsonl");
    let lines = String::from_utf8(export.body).unwrap();
    let subjects: Vec<String> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["subject"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(subjects, (0..7).map(|i| format!("/v1/regions/r{i}")).collect::<Vec<_>>());
    for wrong in ["limit=0", "cursor=x", "sort=name", "who=me"] {
        assert_eq!(server.get(&format!("/v1/audit?{wrong}")).problem(400).0, "invalid_parameter", "{wrong}");
    }
}

#[test]
fn the_commands_about_keys_are_in_the_trail_and_the_keys_are_not() {
    let server = Server::start();
    let key = server.key("admin");
    let id = key.split('_').nth(1).unwrap();
    let trail = server.ask("GET", "/v1/audit").key(&key).send();
    let item = &trail.expect(200)["items"][0];
    assert_eq!((&item["actor"], &item["subject"]), (&json!("command"), &json!(format!("keys/{id}"))));
    assert!(!String::from_utf8_lossy(&trail.body).contains(key.rsplit_once('_').unwrap().1));
}

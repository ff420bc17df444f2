//! Plans put in force: drafts, the one that is published, those that were.

use serde_json::{Value, json};

use crate::harness::documents::{plan, problem};
use crate::harness::{Server, errors};

fn server() -> Server {
    Server::start().with_example()
}

/// The path of a plan of `p`: the example's.
fn made(server: &Server) -> String {
    let document = json!({"assignments": plan()["assignments"], "visits": plan()["visits"]});
    server.post("/v1/programmes/p/plans/import", document).header("location").to_owned()
}

fn publish(server: &Server, path: &str, approver: &str) -> Value {
    server.post(&format!("{path}/publish"), json!({"approver": approver, "note": "As agreed."})).expect(200)
}

#[test]
fn a_plan_is_a_draft_then_published_then_superseded() {
    let server = server();
    let (first, second) = (made(&server), made(&server));
    let draft = server.get(&first);
    assert_eq!(draft.expect(200)["publication"], json!({"state": "draft"}));
    let published = publish(&server, &first, "Head");
    assert_eq!(published["publication"]["state"], "published");
    assert_eq!(published["publication"]["approver"], "Head");
    assert_ne!(server.get(&first).etag(), draft.etag());
    publish(&server, &second, "Board");
    assert_eq!(server.get(&first).expect(200)["publication"]["state"], "superseded");
    publish(&server, &first, "Board");
    let history = server.get("/v1/programmes/p/publications").expect(200);
    let items = history["items"].as_array().unwrap();
    let told: Vec<Value> = items.iter().map(|one| json!([one["state"], one["approver"]])).collect();
    assert_eq!(told, [json!(["published", "Board"]), json!(["superseded", "Board"]), json!(["superseded", "Head"])]);
    assert_eq!(items[1]["superseded_at"], items[0]["published_at"]);
    assert_eq!(items[0]["note"], "As agreed.");
    assert_eq!(server.restart().get("/v1/programmes/p/publications").expect(200), history);
}

#[test]
fn what_was_published_is_never_deleted_and_neither_is_its_programme() {
    let server = server();
    let (first, second) = (made(&server), made(&server));
    publish(&server, &first, "Head");
    publish(&server, &second, "Head");
    for path in [first.as_str(), &second, "/v1/programmes/p"] {
        assert_eq!(server.delete(path).problem(409).0, "published", "{path}");
    }
    let draft = made(&server);
    assert_eq!(server.delete(&draft).status, 204);
    let before = server.get(&format!("{second}/document")).expect(200);
    server.patch("/v1/programmes/p/networks/n1", json!({"name": "Another"})).expect(200);
    assert_eq!(server.get(&format!("{second}/document")).expect(200), before);
    assert_eq!(server.get(&second).expect(200)["outdated"], true);
}

#[test]
fn what_cannot_be_published_is_told_why() {
    let server = server();
    let path = made(&server);
    let nobody = server.post(&format!("{path}/publish"), json!({"approver": " "}));
    assert_eq!(nobody.problem(422).1, errors(&[("/approver", "out_of_range")]));
    publish(&server, &path, "Head");
    let again = server.post(&format!("{path}/publish"), json!({"approver": "Head"}));
    assert_eq!(again.problem(409).0, "not_publishable");
    let alone = server.post("/v1/plans", json!({"problem": problem(), "effort": {"work": 1}}));
    let alone = alone.header("location").to_owned();
    while ["queued", "running"].contains(&server.get(&alone).expect(200)["state"].as_str().unwrap()) {}
    let refused = server.post(&format!("{alone}/publish"), json!({"approver": "Head"}));
    assert_eq!(refused.problem(409).0, "not_publishable");
    server.post("/v1/plans/none/publish", json!({"approver": "Head"})).problem(404);
    server.get("/v1/programmes/q/publications").problem(404);
    let much = crate::harness::documents::much_to_do();
    server.put("/v1/programmes/much/problem", much).expect(201);
    let running = server.post("/v1/programmes/much/plans", json!({})).header("location").to_owned();
    let early = server.post(&format!("{running}/publish"), json!({"approver": "Head"}));
    assert_eq!(early.problem(409).0, "not_finished");
}

#[test]
fn an_outdated_plan_is_published_only_by_name_and_tells_what_has_changed() {
    let server = server();
    let path = made(&server);
    assert_eq!(server.delete("/v1/programmes/p/enrolments/e2").status, 204);
    server.patch("/v1/programmes/p/networks/n1", json!({"max_members": 7})).expect(200);
    let refused = server.post(&format!("{path}/publish"), json!({"approver": "Head"}));
    let (code, told) = refused.problem(409);
    assert_eq!(code, "outdated");
    assert_eq!(told, errors(&[("/enrolments", "enrolment_gone"), ("/networks/0", "network_changed")]));
    let document = refused.json();
    let details: Vec<&str> =
        document["errors"].as_array().unwrap().iter().map(|error| error["detail"].as_str().unwrap()).collect();
    let records = problem();
    let town = records["enrolments"].as_array().unwrap().iter().find(|one| one["id"] == "e2").unwrap();
    let named = |one: &&Value| one["id"] == town["municipality"];
    let name = records["municipalities"].as_array().unwrap().iter().find(named).unwrap()["name"].as_str().unwrap();
    assert_eq!(details[0], format!("enrolment {name} (e2) is gone"));
    assert!(details[1].contains("max_members 7 (was "), "{details:?}");
    assert_eq!(server.get(&path).expect(200)["publication"]["state"], "draft");
    let body = json!({"approver": "Head", "accept_outdated": false});
    server.post(&format!("{path}/publish"), body).problem(409);
    let accepted = json!({"approver": "Head", "accept_outdated": true});
    let published = server.post(&format!("{path}/publish"), accepted).expect(200);
    assert_eq!((&published["publication"]["state"], &published["outdated"]), (&json!("published"), &json!(true)));
}

#[test]
fn a_programme_that_is_as_it_was_again_does_not_stand_in_the_way() {
    let server = server();
    let path = made(&server);
    let before = server.get("/v1/programmes/p/networks/n1").expect(200)["max_members"].clone();
    server.patch("/v1/programmes/p/networks/n1", json!({"max_members": 7})).expect(200);
    server.patch("/v1/programmes/p/networks/n1", json!({"max_members": before})).expect(200);
    assert_eq!(server.get(&path).expect(200)["outdated"], true);
    publish(&server, &path, "Head");
}

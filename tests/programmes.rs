//! Programmes: settings, copies, deletion.

use serde_json::{Value, json};

use crate::harness::{Server, errors};

fn contents(server: &Server, programme: &str) -> Vec<Value> {
    ["regions", "municipalities", "tracks", "rounds", "networks", "enrolments"]
        .iter()
        .map(|kind| server.get(&format!("/v1/programmes/{programme}/{kind}")).expect(200))
        .collect()
}

fn full(server: &Server) {
    let enrolment = json!({"municipality": "a", "track": "t", "delegates": 3, "preferences": ["n"], "fixed": "n"});
    server.put("/v1/programmes/p/enrolments/e", enrolment).expect(201);
    server.put("/v1/programmes/p/rounds/r1", json!({"start": "2026-04-01", "end": "2026-04-30"})).expect(201);
    server.put("/v1/programmes/p/pair-rules/x", json!({"kind": "apart", "a": "a", "b": "b"})).expect(201);
    server.put("/v1/programmes/p/distances/x", json!({"a": "a", "b": "b", "km": 12.5})).expect(201);
}

#[test]
fn every_setting_comes_back_as_it_was_sent() {
    let server = Server::start();
    for settings in [
        json!({"name": "x"}),
        json!({"name": "", "calendar": {}, "visits": {}, "preference_costs": {}, "weights": {}}),
        json!({"name": "x", "calendar": {"weekdays": []}, "visits": {"pace": []}}),
        json!({
            "name": "x",
            "detour_factor": 1.25,
            "calendar": {"weekdays": ["tue", "wed", "sun"], "closed": ["2026-05-01"]},
            "visits": {
                "hosting": "each_round",
                "pace": [{"window_days": 7, "max_visits": 1}, {"window_days": 14, "penalty": 0.1}],
                "min_return_days": 3,
                "max_visits_per_day": 12
            },
            "preference_costs": {"by_rank": [0.5, 1.0, 3.25], "unlisted": 10.5},
            "weights": {
                "unassigned": 1.5, "unhosted": 2.5, "absence": 3.5, "preference": 4.5,
                "extra_visit": 5.5, "undesired": 6.5, "pace": 7.5, "travel": 0.0
            }
        }),
    ] {
        let made = server.put("/v1/programmes/x", settings.clone());
        let mut wanted = settings;
        wanted["id"] = "x".into();
        assert_eq!(made.expect(201), wanted);
        assert_eq!(server.get("/v1/programmes/x").expect(200), wanted);
        server.delete("/v1/programmes/x").expect(204);
    }
}

#[test]
fn all_faults_of_the_settings_are_told_at_once() {
    let body = json!({
        "name": "x", "detour_factor": 0.5, "calendar": {"closed": ["2026-13-01"]},
        "visits": {"pace": [{"window_days": 0}]}, "preference_costs": {"by_rank": []}, "weights": {"travel": -1}
    });
    let mut refused = Server::start().put("/v1/programmes/x", body).problem(422).1;
    refused.sort();
    let pointers: Vec<&str> = refused.iter().map(|error| error.0.as_str()).collect();
    let wanted = [
        "/calendar/closed/0",
        "/detour_factor",
        "/preference_costs/by_rank",
        "/visits/pace/0/window_days",
        "/weights/travel",
    ];
    assert_eq!(pointers, wanted);
}

#[test]
fn a_soft_pace_rule_is_not_made_hard_by_null() {
    let body = json!({"name": "x", "visits": {"pace": [{"window_days": 7, "penalty": null}]}});
    let refused = Server::start().put("/v1/programmes/x", body).problem(422).1;
    assert_eq!(refused, errors(&[("/visits/pace/0/penalty", "null_not_allowed")]));
}

#[test]
fn a_programme_has_a_name() {
    let server = Server::start();
    assert_eq!(server.post("/v1/programmes", json!({})).problem(422).1, errors(&[("/name", "missing_field")]));
}

#[test]
fn a_copy_has_all_that_the_other_contains_and_is_its_own() {
    let server = Server::start().with_programme();
    full(&server);
    server.patch("/v1/programmes/p", json!({"weights": {"travel": 2}, "visits": {"min_return_days": 3}})).expect(200);
    let copy = json!({"id": "q", "copy_of": "p", "name": "Next", "visits": {}});
    let made = server.post("/v1/programmes", copy);
    let wanted = json!({"id": "q", "name": "Next", "weights": {"travel": 2.0}, "visits": {}});
    assert_eq!(made.expect(201), wanted);
    assert_eq!(made.header("location"), "/v1/programmes/q");
    assert_eq!(contents(&server, "q"), contents(&server, "p"));
    assert_eq!(server.get("/v1/programmes/q/distances").expect(200)["items"][0]["km"], 12.5);
    assert_eq!(server.get("/v1/programmes/q/pair-rules").expect(200)["items"][0]["kind"], "apart");
    server.delete("/v1/programmes/q/enrolments/e").expect(204);
    server.get("/v1/programmes/p/enrolments/e").expect(200);
}

#[test]
fn a_copy_needs_nothing_but_what_it_copies() {
    let server = Server::start().with_programme();
    let made = server.post("/v1/programmes", json!({"copy_of": "p"})).expect(201);
    assert_eq!(made["name"], "Programme");
    let id = made["id"].as_str().unwrap();
    assert_eq!(server.get(&format!("/v1/programmes/{id}/networks")).ids(), ["n"]);
}

#[test]
fn a_copy_of_nothing_is_refused() {
    let server = Server::start();
    let refused = server.post("/v1/programmes", json!({"copy_of": "p", "name": "x"})).problem(422).1;
    assert_eq!(refused, errors(&[("/copy_of", "unknown_id")]));
    let refused = server.post("/v1/programmes", json!({"copy_of": 5, "name": "x"})).problem(422).1;
    assert_eq!(refused, errors(&[("/copy_of", "wrong_type")]));
}

#[test]
fn a_copy_that_is_refused_leaves_no_trace() {
    let server = Server::start().with_programme();
    server.post("/v1/programmes", json!({"copy_of": "p", "id": "q", "detour_factor": 0})).problem(422);
    server.get("/v1/programmes/q").problem(404);
    assert_eq!(server.post("/v1/programmes", json!({"copy_of": "p", "id": "p"})).problem(409).0, "already_exists");
    assert_eq!(server.get("/v1/programmes").ids(), ["p"]);
}

#[test]
fn a_deleted_programme_takes_with_it_what_it_contains() {
    let server = Server::start().with_programme();
    full(&server);
    server.delete("/v1/programmes/p").expect(204);
    assert_eq!(server.get("/v1/programmes/p/networks").problem(404).0, "not_found");
    server.put("/v1/programmes/p", json!({"name": "again"})).expect(201);
    for page in contents(&server, "p") {
        assert_eq!(page, json!({"items": []}));
    }
}

#[test]
fn what_is_in_a_programme_needs_the_programme() {
    let server = Server::start();
    for kind in ["regions", "municipalities", "tracks", "rounds", "networks", "enrolments", "pair-rules", "distances"] {
        let path = format!("/v1/programmes/none/{kind}");
        let detail = "There is no programme `none`.";
        for answer in [server.get(&path), server.get(&format!("{path}/x")), server.delete(&format!("{path}/x"))] {
            answer.problem(404);
            assert_eq!(answer.json()["detail"], detail);
        }
    }
}

#[test]
fn settings_keep_their_etag_while_contents_change() {
    let server = Server::start().with_programme();
    let before = server.get("/v1/programmes/p").etag().to_owned();
    server.patch("/v1/programmes/p/networks/n", json!({"max_members": 9})).expect(200);
    assert_eq!(server.get("/v1/programmes/p").etag(), before);
}

#[test]
fn a_programme_is_not_deleted_while_its_plans_are_made() {
    let server = Server::with(&["--demo"]);
    let asked = server.post("/v1/programmes/demo/plans", json!({"effort": {"seconds": 600, "gap": 0}}));
    asked.expect(202);
    assert_eq!(server.delete("/v1/programmes/demo").problem(409).0, "plans_running");
    server.get(asked.header("location")).expect(200);
}

#[test]
fn a_change_of_anything_it_contains_outdates_its_plans() {
    let server = Server::start().with_programme();
    full(&server);
    for (path, change) in [
        ("", json!({"detour_factor": 1.5})),
        ("/regions/r", json!({"name": "R"})),
        ("/municipalities/a", json!({"host_capacity": 3})),
        ("/tracks/t", json!({"name": "T"})),
        ("/rounds/r1", json!({"end": "2026-04-29"})),
        ("/networks/n", json!({"max_members": 6})),
        ("/enrolments/e", json!({"delegates": 2})),
        ("/pair-rules/x", json!({"kind": "together"})),
        ("/distances/x", json!({"km": 3})),
    ] {
        let asked = server.post("/v1/programmes/p/plans", json!({"effort": {"work": 1}}));
        asked.expect(202);
        let outdated = || server.get(asked.header("location")).expect(200)["outdated"].clone();
        assert_eq!(outdated(), false, "{path}");
        server.patch(&format!("/v1/programmes/p{path}"), change).expect(200);
        assert_eq!(outdated(), true, "{path}");
    }
    server.delete("/v1/programmes/p/enrolments/e").expect(204);
}

#[test]
fn a_copy_knows_what_it_comes_from_and_who_shared_a_network_there() {
    let server = Server::start();
    server.put("/v1/programmes/first/problem", crate::harness::documents::problem()).expect(201);
    let plan = crate::harness::documents::plan();
    let plan = json!({"assignments": plan["assignments"], "visits": plan["visits"]});
    let plan = server.post("/v1/programmes/first/plans/import", plan).header("location").to_owned();
    server.post(&format!("{plan}/publish"), json!({"approver": "Head"})).expect(200);
    server.post("/v1/programmes", json!({"id": "second", "copy_of": "first"})).expect(201);
    server.post("/v1/programmes", json!({"id": "third", "name": "Third", "copy_of": "second"})).expect(201);
    let history = server.get("/v1/programmes/third/history").expect(200);
    let (second, first) = (&history["items"][0], &history["items"][1]);
    assert_eq!((&second["programme"], second.get("plan"), &second["pairs"]), (&json!("second"), None, &json!([])));
    assert_eq!(first["plan"], plan.rsplit('/').next().unwrap());
    let pairs = first["pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), 1 + 6, "two members of one network, four of the other");
    assert_eq!(pairs[0], json!({"a": "0101", "b": "0259", "networks": ["n1"]}));
    assert_eq!(server.get("/v1/programmes/first/history").expect(200), json!({"items": []}));
    server.get("/v1/programmes/none/history").problem(404);
}

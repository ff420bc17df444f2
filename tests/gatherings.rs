//! Gatherings: stored, planned around, listed, handed out.

use serde_json::{Value, json};

use crate::harness::documents::{problem_with, run};
use crate::harness::{Server, errors};

/// The example with a conference before its round, and regional meetings that are chosen.
fn problem() -> Value {
    problem_with(|problem| {
        problem["gatherings"] = json!([
            {"id": "opening", "name": "Opening", "invites": [{"track": "leadership", "max_delegates": 2}],
                "start": "2027-04-05", "places": [{"id": "hall", "name": "Hall", "lat": 55.7, "lon": 12.6, "capacity": 6}],
                "clear_days_before": 1, "clear_days_after": 2, "hours": {"from": "10:00", "to": "15:30"}},
            {"id": "talks", "invites": [{"track": "leadership"}], "meetings": {"min": 2, "max": 3, "max_per_day": 1},
                "window": {"start": "2027-06-01", "end": "2027-06-11"}}
        ]);
        problem["tracks"][0]["delegation"] = json!({"min": 1});
        problem["tracks"][0]["hosting"] = json!("once");
        problem["tracks"][0]["rounds"] = json!(["spring"]);
        problem["enrolments"][0]["attributes"] = json!({"size": "small"});
        problem["networks"][0]["mix"] = json!([{"attribute": "size", "value": "small", "max": 1}]);
    })
}

#[test]
fn what_was_put_is_what_get_gives_and_old_documents_say_nothing_of_it() {
    let server = Server::start();
    server.put("/v1/programmes/g/problem", problem()).expect(201);
    assert_eq!(server.get("/v1/programmes/g/problem").expect(200), problem());
    assert_eq!(server.get("/v1/programmes/g/gatherings?sort=start").ids(), ["opening", "talks"]);
    assert_eq!(server.get("/v1/programmes/g/gatherings?track=leadership").ids().len(), 2);
    let opening = server.get("/v1/programmes/g/gatherings/opening").expect(200);
    assert_eq!(opening, problem()["gatherings"][0]);
    let users = server.delete("/v1/programmes/g/tracks/leadership").problem(409).0;
    assert_eq!(users, "in_use");
    server.patch("/v1/programmes/g/gatherings/opening", json!({"days": 2, "hours": null})).expect(200);
    let moved = server.get("/v1/programmes/g/gatherings/opening").expect(200);
    assert_eq!((moved["days"].clone(), moved.get("hours")), (json!(2), None));
    server.delete("/v1/programmes/g/gatherings/talks").expect(204);
    let again = server.killed_and_started_again();
    assert_eq!(again.get("/v1/programmes/g/gatherings").ids(), ["opening"]);
}

#[test]
fn every_way_to_host_is_kept() {
    let server = Server::start();
    for hosting in ["once", "each_round", "rotate"] {
        let document = problem_with(|problem| {
            problem["visits"]["hosting"] = json!(hosting);
            problem["tracks"][0]["hosting"] = json!(hosting);
        });
        let path = format!("/v1/programmes/{hosting}");
        server.put(&format!("{path}/problem"), document.clone()).expect(201);
        assert_eq!(server.get(&format!("{path}/problem")).expect(200), document);
        assert_eq!(server.get(&format!("{path}/tracks/leadership")).expect(200)["hosting"], hosting);
        assert_eq!(server.get(&format!("{path}/validation")).expect(200)["valid"], true);
    }
}

#[test]
fn a_gathering_is_refused_with_all_its_faults() {
    let server = Server::start();
    server.put("/v1/programmes/g/problem", problem()).expect(201);
    let broken = json!({"invites": [{"track": "nobody"}], "start": "2027-04-31", "days": 15,
        "places": [{"id": "atlantis"}], "hours": {"from": "10", "to": "11:00"}});
    let told = server.put("/v1/programmes/g/gatherings/x", broken).problem(422).1;
    let expected = errors(&[
        ("/days", "out_of_range"),
        ("/start", "invalid_date"),
        ("/hours/from", "invalid_time"),
        ("/invites/0/track", "unknown_id"),
        ("/places/0/id", "unknown_id"),
    ]);
    assert_eq!(told, expected);
}

#[test]
fn a_plan_holds_its_meetings_and_lists_who_attends_and_who_does_not() {
    let server = Server::start();
    server.put("/v1/programmes/g/problem", problem()).expect(201);
    let asked = server.post("/v1/programmes/g/plans", json!({"effort": {"work": 20_000}})).expect(202);
    let id = asked["id"].as_str().unwrap().to_owned();
    let plan = server.until(&format!("/v1/plans/{id}"), |plan| plan["state"] == "succeeded");
    assert!(plan["cost"]["missed"].as_f64().unwrap() > 0.0, "the hall is too small for all: {plan}");
    assert!(plan["bound"]["gatherings"].as_f64().unwrap() > 0.0);
    let document = server.get(&format!("/v1/plans/{id}/document")).expect(200);
    let meetings = document["gatherings"].as_array().unwrap();
    assert_eq!(meetings.iter().filter(|row| row["gathering"] == "opening").count(), 1);
    assert!(meetings.iter().filter(|row| row["gathering"] == "talks").count() >= 2);
    let checked = server.post("/v1/checks", json!({"problem": problem(), "plan": document})).expect(200);
    assert_eq!(checked["broken"], json!([]));

    let rows = server.pages(&format!("/v1/plans/{id}/gatherings?limit=1&"));
    assert_eq!(rows.len(), meetings.len());
    let opening = server.get(&format!("/v1/plans/{id}/gatherings?gathering=opening")).expect(200);
    let missing = opening["items"][0]["missing"].as_array().unwrap();
    assert!(!missing.is_empty());
    let left_out = document["left_out"].as_array().unwrap();
    for e in missing {
        assert!(left_out.iter().any(|row| row["enrolment"] == *e && row["gathering"] == "opening"), "{e}");
    }
    let csv = server.get(&format!("/v1/plans/{id}/exports/gatherings.csv"));
    let text = String::from_utf8(csv.body.clone()).unwrap();
    let invited = problem()["enrolments"].as_array().unwrap().len();
    assert_eq!((csv.status, text.lines().count()), (200, 1 + 2 * invited));
    let map = server.get(&format!("/v1/plans/{id}/exports/gatherings.geojson")).expect(200);
    let points = map["features"].as_array().unwrap();
    assert_eq!(points.len(), meetings.len(), "each of them has a place");
    let hall = points.iter().find(|point| point["properties"]["gathering"] == "opening").unwrap();
    assert_eq!(hall["geometry"], json!({"type": "Point", "coordinates": [12.6, 55.7]}));
    assert_eq!(hall["properties"]["hours"], json!({"from": "10:00", "to": "15:30"}));
    assert_eq!(server.get(&format!("/v1/plans/{id}/gatherings?network=n1")).problem(400).0, "invalid_parameter");
}

#[test]
fn the_command_line_solves_and_checks_gatherings() {
    let directory = tempfile::TempDir::new().unwrap();
    let (document, plan) = (directory.path().join("problem.json"), directory.path().join("plan.json"));
    std::fs::write(&document, problem().to_string()).unwrap();
    let [document, plan] = [&document, &plan].map(|path| path.to_str().unwrap());
    assert!(run(&["solve", document, "--work", "20000", "--out", plan], b"").status.success());
    let checked = run(&["check", document, plan], b"");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    // A meeting on another day breaks a rule.
    let mut moved: Value = serde_json::from_slice(&std::fs::read(plan).unwrap()).unwrap();
    let opening = moved["gatherings"].as_array_mut().unwrap().iter_mut().find(|row| row["gathering"] == "opening");
    opening.unwrap()["start"] = json!("2027-04-06");
    std::fs::write(plan, moved.to_string()).unwrap();
    let broken = run(&["check", document, plan], b"");
    assert_eq!(broken.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&broken.stdout).contains("G1"));
}

#[test]
fn every_day_and_place_of_a_gathering_is_priced_or_says_what_is_in_the_way() {
    let server = Server::start();
    let mut problem = problem();
    let opening = &mut problem["gatherings"][0];
    opening.as_object_mut().unwrap().remove("start");
    opening["window"] = json!({"start": "2027-04-01", "end": "2027-04-11"});
    server.put("/v1/programmes/g/problem", problem.clone()).expect(201);
    let asked = server.post("/v1/programmes/g/plans", json!({"effort": {"work": 20_000}})).expect(202);
    let id = asked["id"].as_str().unwrap().to_owned();
    server.until(&format!("/v1/plans/{id}"), |plan| plan["state"] == "succeeded");
    let found = server.get(&format!("/v1/plans/{id}/explanation/gatherings/opening?limit=100")).expect(200);
    let [moves] = found["changes"].as_array().unwrap().as_slice() else { panic!("{found}") };
    let days = moves["alternatives"].as_array().unwrap();
    assert_eq!((days.len() as u64, &moves["change"]), (moves["of"].as_u64().unwrap(), &json!("move")));
    let present: Vec<&Value> = days.iter().filter(|day| day["present"] == true).collect();
    assert_eq!((present.len(), &present[0]["start"]), (1, &moves["meeting"]["start"]));
    assert!(present[0]["difference"].as_f64().unwrap().abs() < 1e-6, "{found}");
    let closed = found["closed"].as_array().unwrap();
    assert_eq!(closed.len() + days.len(), 11, "each day of the window is open or closed: {found}");
    assert!(closed.iter().all(|day| day["obstacle"]["rule"] == "G1"), "{found}");
    // A check of the plan with the gathering on another day, seated as is told, finds that cost.
    let document = server.get(&format!("/v1/plans/{id}/document")).expect(200);
    for day in days.iter().filter(|day| day["cost"].is_object()) {
        let mut moved = document.clone();
        let row =
            moved["gatherings"].as_array_mut().unwrap().iter_mut().find(|row| row["gathering"] == "opening").unwrap();
        row["start"] = day["start"].clone();
        let ids = |list: &Value| list.as_array().unwrap().clone();
        let mut attend: Vec<Value> =
            ids(&row["attend"]).into_iter().filter(|e| !ids(&day["miss"]).contains(e)).collect();
        attend.extend(ids(&day["come"]));
        row["attend"] = json!(attend);
        ["cost", "bound"].iter().for_each(|name| _ = moved.as_object_mut().unwrap().remove(*name));
        let judged = server.post("/v1/checks", json!({"problem": problem, "plan": moved})).expect(200);
        let more = ["missed", "gathering_undesired", "gathering_travel"]
            .iter()
            .map(|name| judged["cost"][name].as_f64().unwrap() - document["cost"][name].as_f64().unwrap());
        let difference = day["difference"].as_f64().unwrap();
        assert!((more.sum::<f64>() - difference).abs() < 1e-6, "{day} {}", judged["cost"]);
        let visits = day.get("visits").is_some();
        assert_eq!(!judged["broken"].as_array().unwrap().is_empty(), visits, "{day} {}", judged["broken"]);
    }
    for reason in found["reasons"].as_array().unwrap() {
        assert!(reason["text"].as_str().unwrap().ends_with('.'), "{reason}");
    }
    let talks = server.get(&format!("/v1/plans/{id}/explanation/gatherings/talks?limit=3")).expect(200);
    let changes = talks["changes"].as_array().unwrap();
    let kinds: Vec<&str> = changes.iter().map(|one| one["change"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["move", "move", "one_more", "one_fewer"], "{talks}");
    assert_eq!(changes[3]["alternatives"][0]["obstacles"][0]["code"], "too_few_meetings");
    assert!(changes.iter().all(|one| one["alternatives"].as_array().unwrap().len() <= 4), "{talks}");
    let place = changes[0]["meeting"]["place"].as_str().unwrap();
    let one = server.get(&format!("/v1/plans/{id}/explanation/gatherings/talks?place={place}")).expect(200);
    assert_eq!(one["changes"].as_array().unwrap().len(), 1);
    assert_eq!(server.get(&format!("/v1/plans/{id}/explanation/gatherings/nothing")).problem(404).0, "not_found");
    assert_eq!(
        server.get(&format!("/v1/plans/{id}/explanation/gatherings/talks?place=nowhere")).problem(404).0,
        "not_found"
    );
}

/// A plan of the programme, by its id.
fn planned(server: &Server, asked: Value) -> String {
    let asked = server.post("/v1/programmes/g/plans", asked).expect(202);
    let id = asked["id"].as_str().unwrap().to_owned();
    server.until(&format!("/v1/plans/{id}"), |plan| plan["state"] == "succeeded");
    id
}

#[test]
fn a_meeting_is_wished_for_on_another_day_and_what_moves_is_told() {
    let server = Server::start();
    server.put("/v1/programmes/g/problem", problem()).expect(201);
    let id = planned(&server, json!({"effort": {"work": 20_000}}));
    let ask = |gather: Value| server.post(&format!("/v1/plans/{id}/what-if"), json!({"wishes": [{"gather": gather}]}));
    let moved = ask(json!({"gathering": "opening", "start": "2027-04-12"})).expect(200);
    assert_eq!(moved["possible"], true, "{moved}");
    assert_eq!((&moved["replaces"][0]["what"], &moved["replaces"][0]["was"]), (&json!("start"), &json!("2027-04-05")));
    let change = moved["gatherings"].as_array().unwrap().iter().find(|one| one["gathering"] == "opening").unwrap();
    let pair = |start: &str| json!({"start": start, "place": "hall"});
    assert_eq!(change["meetings"], json!([{"from": pair("2027-04-05"), "to": pair("2027-04-12")}]));
    let told = moved["municipalities"].as_array().unwrap().iter().flat_map(|one| one["changes"].as_array().unwrap());
    let codes: Vec<&str> = told.map(|change| change["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"meeting_moved"), "{codes:?}");
    let closed = ask(json!({"gathering": "talks", "start": "2027-06-05"})).expect(200);
    assert_eq!((&closed["possible"], &closed["proved"]), (&json!(false), &json!(true)), "{closed}");
    assert_eq!(
        (&closed["reasons"][0]["code"], &closed["reasons"][0]["rule"]),
        (&json!("not_a_meeting_day"), &json!("G1"))
    );
    let nowhere = ask(json!({"gathering": "talks", "place": "atlantis"})).problem(422).1;
    assert_eq!(nowhere, errors(&[("/wishes/0/gather/place", "unknown_id")]));
    let nothing = ask(json!({"gathering": "talks"})).problem(422).1;
    assert_eq!(nothing, errors(&[("/wishes/0/gather", "missing_field")]));
}

#[test]
fn a_replanning_keeps_locked_meetings_and_the_difference_tells_those_that_move() {
    let server = Server::start();
    server.put("/v1/programmes/g/problem", problem()).expect(201);
    let base = planned(&server, json!({"effort": {"work": 20_000}}));
    let rows = |id: &str| {
        server.get(&format!("/v1/plans/{id}/gatherings?gathering=talks&limit=50")).expect(200)["items"].clone()
    };
    let slots = |rows: &Value| -> Vec<(Value, Value)> {
        rows.as_array().unwrap().iter().map(|row| (row["start"].clone(), row["place"].clone())).collect()
    };
    let held = slots(&rows(&base));
    let days: Vec<Value> = held.iter().map(|(start, _)| start.clone()).collect();
    for town in server.get("/v1/programmes/g/municipalities?limit=500").expect(200)["items"].as_array().unwrap() {
        let path = format!("/v1/programmes/g/municipalities/{}", town["id"].as_str().unwrap());
        server.patch(&path, json!({"undesired": days})).expect(200);
    }
    let asked = |locks: Value| json!({"effort": {"work": 20_000}, "base_plan": base, "locks": locks});
    let locked = planned(&server, asked(json!({"gatherings": ["talks"]})));
    assert_eq!(slots(&rows(&locked)), held);
    let unknown = server.post("/v1/programmes/g/plans", asked(json!({"gatherings": ["nothing"]}))).problem(422).1;
    assert_eq!(unknown, errors(&[("/locks/gatherings/0", "unknown_id")]));
    let table = server.get(&format!("/v1/plans/{locked}/explanation/gatherings/talks?limit=5")).expect(200);
    let stops = table["changes"][0]["alternatives"].as_array().unwrap().iter().filter(|row| row["present"] == false);
    let locks =
        |row: &Value| row["obstacles"].as_array().is_some_and(|all| all.iter().any(|one| one["rule"] == "lock"));
    assert!(stops.clone().count() > 0 && stops.clone().all(locks), "{table}");

    server
        .patch("/v1/programmes/g/gatherings/talks", json!({"window": {"start": "2027-06-14", "end": "2027-06-25"}}))
        .expect(200);
    let later = planned(&server, json!({"effort": {"work": 20_000}, "base_plan": base}));
    let told = server.get(&format!("/v1/plans/{later}/difference/{base}")).expect(200);
    let talks = told["gatherings"].as_array().unwrap().iter().find(|one| one["gathering"] == "talks").unwrap();
    assert!(talks["meetings"].as_array().unwrap().iter().any(|one| one["from"].is_object() && one["to"].is_object()));
    let message = told["municipalities"][0]["message"].as_str().unwrap();
    assert!(message.contains("talks"), "{message}");
}

#[test]
fn a_gathering_that_cannot_be_held_says_why_before_a_plan_and_in_it() {
    let server = Server::start();
    let mut problem = problem();
    problem["gatherings"][0] = json!({"id": "opening", "invites": [{"track": "leadership"}],
        "window": {"start": "2027-04-05", "end": "2027-04-07"}, "places": [{"id": problem["municipalities"][0]["id"]}]});
    problem["municipalities"][0]["cannot_host_on"] = json!(["2027-04-05", "2027-04-06", "2027-04-07"]);
    server.put("/v1/programmes/g/problem", problem).expect(201);
    let found = server.get("/v1/programmes/g/clashes").expect(200);
    let items = found["items"].as_array().unwrap();
    let opening = items.iter().find(|one| one["gathering"] == "opening").unwrap_or_else(|| panic!("{found}"));
    assert_eq!((&opening["stake"], &opening["known"]), (&json!("gathering"), &json!("impossible")));
    let rules = json!(["cannot_host_on", "gathering", "places", "window"]);
    assert_eq!((&opening["clash"]["rules"], &opening["clash"]["minimal"]), (&rules, &json!(true)), "{opening}");
    let codes: Vec<&str> =
        opening["repairs"].as_array().unwrap().iter().map(|one| one["changes"][0]["code"].as_str().unwrap()).collect();
    for code in ["host_on", "extend_window", "add_place"] {
        assert!(codes.contains(&code), "{code}: {opening}");
    }
    let asked = server.post("/v1/programmes/g/plans", json!({"effort": {"work": 20_000}})).expect(202);
    let plan =
        server.until(&format!("/v1/plans/{}", asked["id"].as_str().unwrap()), |plan| plan["state"] == "infeasible");
    assert_eq!(plan["clash"]["rules"], rules, "{plan}");
}

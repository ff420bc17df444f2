//! Plans: asked for, followed, read, stopped.

use serde_json::{Value, json};

use crate::harness::documents::{much_to_do, problem, problem_with, run};
use crate::harness::plans::ended;
use crate::harness::{Server, errors};

/// So little that a plan of the example is there at once.
const LITTLE: u64 = 20_000;

/// A service with the example problem as programme `p`.
fn server() -> Server {
    Server::start().with_example()
}

/// A service with a problem as `p` that nobody proves a best plan of.
fn server_with_much_to_do() -> Server {
    let server = Server::start();
    server.put("/v1/programmes/p/problem", much_to_do()).expect(201);
    server
}

/// Asks for a plan of `p`; its path.
fn ask(server: &Server, effort: Value) -> String {
    let answer = server.post("/v1/programmes/p/plans", json!({"effort": effort}));
    let plan = answer.expect(202);
    assert_eq!(answer.header("location"), format!("/v1/plans/{}", plan["id"].as_str().unwrap()));
    answer.header("location").to_owned()
}

/// A plan that runs for longer than a test looks at it, and has a first answer in a second or two.
fn ask_endless(server: &Server) -> String {
    ask(server, json!({"seconds": 600}))
}

#[test]
fn a_plan_is_asked_for_followed_and_read() {
    let server = server();
    let path = ask(&server, json!({"work": LITTLE, "seed": 7}));
    let plan = server.until(&path, ended);
    assert_eq!(plan["state"], "succeeded", "{plan}");
    assert_eq!(plan["programme"], "p");
    assert_eq!(plan["outdated"], false);
    assert_eq!(plan["effort"], json!({"work": LITTLE, "seed": 7}));
    assert!(plan["cost"]["total"].as_f64().unwrap() >= plan["bound"]["total"].as_f64().unwrap());
    let document = server.get(&format!("{path}/document")).expect(200);
    assert_eq!(document["cost"], plan["cost"]);
    let check = server.post("/v1/checks", json!({"problem": problem(), "plan": document})).expect(200);
    assert_eq!(check["broken"], json!([]));
}

#[test]
fn the_service_and_the_command_line_make_the_same_plan() {
    let server = server();
    let path = ask(&server, json!({"work": LITTLE}));
    server.until(&path, ended);
    let output = run(&["solve", "-", "--work", &LITTLE.to_string()], problem().to_string().as_bytes());
    let document = server.get(&format!("{path}/document"));
    assert_eq!(String::from_utf8_lossy(&document.body), String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_problem_can_be_sent_along_and_nothing_but_the_plan_is_stored() {
    let server = Server::start();
    let answer = server.post("/v1/plans", json!({"problem": problem(), "effort": {"work": LITTLE}}));
    answer.expect(202);
    let plan = server.until(answer.header("location"), ended);
    assert_eq!(plan["state"], "succeeded");
    assert_eq!(plan.get("programme"), None);
    assert_eq!(server.get("/v1/programmes").expect(200), json!({"items": []}));
}

#[test]
fn the_body_of_a_request_for_a_plan_may_be_left_out() {
    let server = server();
    let answer = server.ask("POST", "/v1/programmes/p/plans").send();
    assert_eq!(answer.expect(202)["effort"], json!({}));
    server.post(&format!("{}/cancel", answer.header("location")), json!({})).expect(200);
}

#[test]
fn every_wrong_effort_is_told() {
    let server = server();
    let effort = json!({"seconds": 0, "work": 0, "gap": 1.5, "seed": -1});
    let answer = server.post("/v1/programmes/p/plans", json!({"effort": effort}));
    let told: Vec<String> = answer.problem(422).1.into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(told, ["/effort/seconds", "/effort/work", "/effort/gap", "/effort/seed"]);
}

#[test]
fn a_programme_or_plan_that_is_none_is_not_found() {
    let server = Server::start();
    server.post("/v1/programmes/p/plans", json!({})).problem(404);
    server.get("/v1/programmes/p/plans").problem(404);
    for path in ["", "/document", "/assignments", "/visits"] {
        server.get(&format!("/v1/plans/none{path}")).problem(404);
    }
    server.post("/v1/plans/none/cancel", json!({})).problem(404);
    server.delete("/v1/plans/none").problem(404);
}

#[test]
fn plans_wait_for_each_other_and_can_be_stopped() {
    let server = server_with_much_to_do();
    let running = ask_endless(&server);
    let waiting = ask(&server, json!({"work": LITTLE}));
    let best = server.until(&running, |plan| plan.get("cost").is_some());
    assert_eq!(best["state"], "running");
    assert_eq!(server.get(&waiting).expect(200)["state"], "queued");
    assert_eq!(server.get(&format!("{waiting}/document")).problem(409).0, "no_plan_yet");
    assert_eq!(server.get(&format!("{waiting}/visits")).problem(409).0, "no_plan_yet");
    for path in [&running, &waiting] {
        assert_eq!(server.delete(path).problem(409).0, "not_finished");
    }
    assert_eq!(server.delete("/v1/programmes/p").problem(409).0, "plans_running");

    let stopped = server.post(&format!("{waiting}/cancel"), json!({})).expect(200);
    assert_eq!(stopped["state"], "cancelled");
    let stopped = server.cancel(&running);
    assert_eq!(stopped["state"], "cancelled");
    let again = server.post(&format!("{running}/cancel"), json!({})).expect(200);
    assert_eq!(again, stopped, "a plan that has ended stays as it is");
    let document = server.get(&format!("{running}/document")).expect(200);
    assert_eq!(document["cost"], stopped["cost"]);

    let unseen = server.ask("DELETE", &running).send();
    unseen.problem(428);
    assert_eq!(server.delete(&running).status, 204);
    server.get(&running).problem(404);
    assert_eq!(server.delete("/v1/programmes/p").status, 204);
    server.get(&waiting).problem(404);
}

#[test]
fn a_plan_survives_a_restart_and_one_that_ran_begins_again() {
    let server = server_with_much_to_do();
    let done = ask(&server, json!({"work": LITTLE}));
    let before = server.until(&done, ended);
    let running = ask_endless(&server);
    server.until(&running, |plan| plan["state"] == "running");
    let server = server.restart();
    assert_eq!(server.get(&done).expect(200), before);
    server.until(&running, |plan| plan.get("cost").is_some());
    assert_eq!(server.cancel(&running)["state"], "cancelled");
}

#[test]
fn a_service_that_dies_keeps_the_best_plan_so_far() {
    let server = server_with_much_to_do();
    let running = ask_endless(&server);
    let cost = |plan: &Value| plan["cost"]["total"].as_f64().unwrap();
    let before = server.until(&running, |plan| plan.get("cost").is_some());
    let server = server.killed_and_started_again();
    let kept = server.get(&format!("{running}/document")).expect(200);
    assert!(cost(&kept) <= cost(&before));
    let stopped = server.cancel(&running);
    assert_eq!(stopped["state"], "cancelled");
    let document = server.get(&format!("{running}/document")).expect(200);
    assert!(cost(&document) <= cost(&kept));
    assert_eq!(document["cost"], stopped["cost"]);
}

#[test]
fn a_plan_that_has_ended_says_so_and_its_document_has_an_etag() {
    let server = server();
    let path = ask(&server, json!({"work": LITTLE}));
    let plan = server.until(&path, ended);
    assert_eq!(plan["progress"]["phase"], "done");
    assert_eq!(plan["progress"]["cost"], plan["cost"]["total"]);
    assert_eq!(plan["progress"]["bound"], plan["bound"]["total"]);
    let document = server.get(&format!("{path}/document"));
    let again = server.ask("GET", &format!("{path}/document")).header("if-none-match", document.etag()).send();
    assert_eq!((again.status, again.etag()), (304, document.etag()));
}

#[test]
fn a_plan_is_outdated_once_its_programme_has_changed() {
    let server = server();
    let path = ask(&server, json!({"work": LITTLE}));
    server.until(&path, ended);
    let before = server.get(&path);
    assert_eq!(server.ask("GET", &path).header("if-none-match", before.etag()).send().status, 304);
    server.patch("/v1/programmes/p/enrolments/e1", json!({"delegates": 5})).expect(200);
    let after = server.get(&path);
    assert_eq!(after.expect(200)["outdated"], true);
    assert_ne!(after.etag(), before.etag());
}

#[test]
fn what_cannot_be_is_infeasible_with_the_clash() {
    let server = Server::start();
    let crowded = problem_with(|d| {
        d["networks"][0]["min_members"] = json!(4);
        d["networks"][1]["min_members"] = json!(4);
    });
    let answer = server.post("/v1/plans", json!({"problem": crowded, "effort": {"work": LITTLE}}));
    let plan = server.until(answer.header("location"), ended);
    assert_eq!(plan["state"], "infeasible", "{plan}");
    assert!(plan["clash"]["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
    assert_eq!(plan["clash"]["minimal"], true);
    server.get(&format!("{}/document", answer.header("location"))).problem(409);
}

#[test]
fn assignments_and_visits_are_filtered() {
    let server = server();
    let path = ask(&server, json!({"work": LITTLE}));
    server.until(&path, ended);
    let items = |rest: &str| server.get(&format!("{path}/{rest}")).expect(200)["items"].as_array().unwrap().clone();
    let document = server.get(&format!("{path}/document")).expect(200);
    assert_eq!(items("assignments").len(), 6);
    assert_eq!(items("assignments?region=1082").len(), 3);
    assert_eq!(
        items("assignments?municipality=0751"),
        [json!({"enrolment": "e4", "municipality": "0751", "network": "n2"})]
    );
    let visits = document["visits"].as_array().unwrap();
    let of = |name: &str, value: &str| visits.iter().filter(|visit| visit[name] == value).count();
    assert_eq!(items("visits").len(), visits.len());
    assert_eq!(items("visits?network=n2").len(), of("network", "n2"));
    let date = visits[0]["date"].as_str().unwrap();
    assert_eq!(items(&format!("visits?date={date}")).len(), of("date", date));
    assert!(
        items("visits?region=1082")
            .iter()
            .all(|visit| ["0751", "0740"].contains(&visit["municipality"].as_str().unwrap()))
    );
}

#[test]
fn rows_and_plans_come_a_page_at_a_time() {
    let server = server();
    let path = ask(&server, json!({"work": LITTLE}));
    server.until(&path, ended);
    for list in [format!("{path}/assignments"), format!("{path}/visits")] {
        let all = server.get(&list).expect(200)["items"].as_array().unwrap().clone();
        assert_eq!(server.pages(&format!("{list}?limit=2&")), all);
    }
    let second = ask(&server, json!({"work": LITTLE}));
    server.until(&second, ended);
    let newest = server.get("/v1/plans?limit=1").expect(200);
    assert_eq!(second, format!("/v1/plans/{}", newest["items"][0]["id"].as_str().unwrap()));
    let older = server.get(&format!("/v1/plans?limit=1&cursor={}", newest["next"].as_str().unwrap())).expect(200);
    assert_eq!(path, format!("/v1/plans/{}", older["items"][0]["id"].as_str().unwrap()));
    assert_eq!(older.get("next"), None);
    assert_eq!(server.get("/v1/plans?state=failed").expect(200), json!({"items": []}));
    assert_eq!(server.get("/v1/programmes/p/plans?sort=id").expect(200)["items"].as_array().unwrap().len(), 2);
}

#[test]
fn a_parameter_that_is_none_is_told() {
    let server = server();
    for query in ["limit=0", "limit=501", "limit=x", "cursor=x", "sort=cost", "state=done", "colour=red"] {
        assert_eq!(server.get(&format!("/v1/plans?{query}")).problem(400).0, "invalid_parameter", "{query}");
    }
    for date in ["x", "2027-13-01", "2027-02-29", ""] {
        let (code, errors) = server.get(&format!("/v1/plans/x/visits?date={date}")).problem(400);
        assert_eq!((code.as_str(), errors[0].0.as_str()), ("invalid_parameter", "date"), "{date}");
    }
}

#[test]
fn a_cursor_that_no_page_of_this_list_has_given_is_told() {
    let server = server();
    let path = ask(&server, json!({"work": LITTLE}));
    server.until(&path, ended);
    let second = ask(&server, json!({"work": LITTLE}));
    server.until(&second, ended);
    let next = |list: &str| server.get(&format!("{list}limit=1")).expect(200)["next"].as_str().unwrap().to_owned();
    let lists = ["/v1/plans?", "/v1/plans?sort=id&", &format!("{path}/visits?"), &format!("{path}/assignments?")];
    let given = lists.map(next);
    for (at, list) in lists.iter().enumerate() {
        for (from, cursor) in given.iter().enumerate().filter(|(from, _)| *from != at) {
            let told = server.get(&format!("{list}cursor={cursor}")).problem(400);
            assert_eq!(
                told,
                ("invalid_parameter".to_owned(), errors(&[("cursor", "invalid_parameter")])),
                "{at}, {from}"
            );
        }
        for cursor in ["61", "6", "", "%00"] {
            assert_eq!(server.get(&format!("{list}cursor={cursor}")).problem(400).0, "invalid_parameter", "{cursor}");
        }
    }
}

#[test]
fn to_cancel_a_plan_that_has_ended_writes_nothing() {
    let server = server();
    let path = ask(&server, json!({"work": LITTLE}));
    server.until(&path, ended);
    let revision = |region: &str| {
        let made = server.put(&format!("/v1/regions/{region}"), json!({}));
        made.expect(201);
        made.etag().trim_matches('"').parse::<i64>().unwrap()
    };
    let last = revision("r1");
    let (before, trail) = (server.get(&path), server.get("/v1/audit").expect(200));
    let again = server.post(&format!("{path}/cancel"), json!({}));
    assert_eq!((again.expect(200), again.etag()), (before.expect(200), before.etag()));
    assert_eq!(server.get("/v1/audit").expect(200), trail);
    assert_eq!(revision("r2"), last + 1, "no revision in between");
}

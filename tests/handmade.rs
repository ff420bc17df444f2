//! Plans made by hand: judged, kept, compared.

use serde_json::{Value, json};

use crate::harness::documents::{plan, problem};
use crate::harness::{Answer, Server, errors};

const PATH: &str = "/v1/programmes/p/plans/import";

fn server() -> Server {
    Server::start().with_example()
}

fn csv(server: &Server, text: &str) -> Answer {
    server.ask("POST", PATH).body("text/csv", text.as_bytes()).send()
}

/// The example plan without what it states.
fn bare() -> Value {
    json!({"assignments": plan()["assignments"], "visits": plan()["visits"]})
}

#[test]
fn a_plan_document_is_judged_kept_and_read_like_any_other() {
    let server = server();
    let answer = server.post(PATH, bare());
    let told = answer.expect(201);
    assert_eq!((&told["broken"], &told["cost"]), (&json!([]), &plan()["cost"]));
    assert_eq!(told.get("compared"), None, "it is the first");
    let stored = server.get(answer.header("location"));
    assert_eq!(stored.etag(), answer.etag());
    let stored = stored.expect(200);
    assert_eq!(
        (&stored["id"], &stored["origin"], &stored["state"]),
        (&told["id"], &json!("import"), &json!("succeeded"))
    );
    assert_eq!(
        (&stored["programme"], &stored["outdated"], &stored["cost"]),
        (&json!("p"), &json!(false), &told["cost"])
    );
    let document = server.get(&format!("{}/document", answer.header("location"))).expect(200);
    assert_eq!((&document["assignments"], &document["visits"]), (&plan()["assignments"], &plan()["visits"]));
    assert_eq!(document["bound"]["total"], 0.0, "nothing is proved of it");
    let checked = server.post("/v1/checks", json!({"problem": problem(), "plan": document})).expect(200);
    assert_eq!(checked["broken"], json!([]));
}

#[test]
fn a_plan_says_what_it_costs_more_than_the_cheapest() {
    let server = server();
    let first = server.post(PATH, bare()).expect(201);
    let mut fewer = bare();
    fewer["visits"].as_array_mut().unwrap().remove(0);
    let told = server.post(PATH, fewer).expect(201);
    let compared = &told["compared"];
    assert_eq!((&compared["plan"], &compared["cost"]), (&first["id"], &first["cost"]));
    let figure = |of: &Value, name: &str| of[name].as_f64().unwrap();
    for measure in ["total", "unhosted", "travel", "absence"] {
        let more = figure(&told["cost"], measure) - figure(&first["cost"], measure);
        assert!((figure(&compared["more"], measure) - more).abs() < 1e-6, "{measure}");
    }
    assert!(figure(&compared["more"], "unhosted") > 0.0);
    assert_eq!(told["left_out"].as_array().unwrap().len(), first["left_out"].as_array().unwrap().len() + 1);
}

#[test]
fn a_dry_run_tells_the_same_and_keeps_nothing() {
    let server = server();
    let told = server.post(&format!("{PATH}?dry_run=true"), bare()).expect(200);
    assert_eq!((&told["dry_run"], &told["cost"]), (&json!(true), &plan()["cost"]));
    assert_eq!(told.get("id"), None);
    assert!(server.get("/v1/programmes/p/plans").ids().is_empty());
}

#[test]
fn a_plan_that_breaks_rules_is_kept_with_what_it_breaks_and_cannot_be_published() {
    let server = server();
    let mut broken = bare();
    broken["assignments"][3]["network"] = json!("n1"); // e4 is fixed to n2
    let answer = server.post(PATH, broken);
    let told = answer.expect(201);
    let rules: Vec<&str> = told["broken"].as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap()).collect();
    assert!(rules.contains(&"A1"), "{rules:?}");
    let path = answer.header("location");
    assert_eq!(server.get(path).expect(200)["broken"], told["broken"]);
    let refused = server.post(&format!("{path}/publish"), json!({"approver": "Board"}));
    assert_eq!(refused.problem(409).0, "not_publishable");
}

#[test]
fn a_spreadsheet_says_the_same_as_a_document() {
    let server = server();
    let text = "enrolment;network;date;guests\ne1;n1;2027-04-06;\ne3;n1;2027-04-20;\ne2;n2;2027-04-06;e4 e5 e6\ne5;n2;;\ne6;n2;;\ne4;n2;;\n";
    let told = csv(&server, text).expect(201);
    let document = server.get(&format!("/v1/plans/{}/document", told["id"].as_str().unwrap())).expect(200);
    let visits = json!([
        {"network": "n1", "host": "e1", "date": "2027-04-06", "guests": ["e3"]},
        {"network": "n2", "host": "e2", "date": "2027-04-06", "guests": ["e4", "e5", "e6"]},
        {"network": "n1", "host": "e3", "date": "2027-04-20", "guests": ["e1"]}
    ]);
    assert_eq!((&document["assignments"], &document["visits"]), (&plan()["assignments"], &visits));
}

#[test]
fn what_names_nothing_is_refused_with_its_place() {
    let server = server();
    let mut strange = bare();
    strange["assignments"][0] = json!({"enrolment": "x", "network": "n9"});
    strange["assignments"][1]["enrolment"] = json!("e3");
    strange["visits"][0] = json!({"network": "n1", "host": "e1", "date": "soon", "guests": ["y"]});
    let expected = [
        ("/assignments/0/enrolment", "unknown_id"),
        ("/assignments/0/network", "unknown_id"),
        ("/assignments/2/enrolment", "duplicate_id"),
        ("/visits/0/date", "invalid_date"),
        ("/visits/0/guests/0", "unknown_id"),
    ];
    assert_eq!(server.post(PATH, strange).problem(422).1, errors(&expected));
    let text = "enrolment,network,date,guests\ne1,n1,2027-04-06,zz\ne1,n2,,\ne2,,2027-04-07,\ne3,n1,,e1\nq,n9,,\n";
    let found = csv(&server, text).expect(422);
    let places: Vec<Value> =
        found["errors"].as_array().unwrap().iter().map(|e| json!([e["line"], e["column"], e["code"]])).collect();
    let expected = [
        json!([2, "guests", "unknown_id"]),
        json!([3, "network", "duplicate_id"]),
        json!([4, "network", "missing_field"]),
        json!([5, "date", "missing_field"]),
        json!([6, "enrolment", "unknown_id"]),
        json!([6, "network", "unknown_id"]),
    ];
    assert_eq!(places, expected);
    server.post("/v1/programmes/q/plans/import", bare()).problem(404);
}

#[test]
fn visits_of_one_day_network_and_host_are_all_listed_page_by_page() {
    let server = server();
    let mut twice = bare();
    let visit = |guest: &str| json!({"network": "n2", "host": "e2", "date": "2027-04-06", "guests": [guest]});
    twice["visits"] = json!([visit("e4"), visit("e5"), visit("e6")]);
    let told = server.post(PATH, twice).expect(201);
    assert!(!told["broken"].as_array().unwrap().is_empty(), "a host receives once a day");
    let visits = server.pages(&format!("/v1/plans/{}/visits?limit=1&", told["id"].as_str().unwrap()));
    let guests: Vec<&Value> = visits.iter().map(|visit| &visit["guests"][0]).collect();
    assert_eq!(guests, ["e4", "e5", "e6"]);
}

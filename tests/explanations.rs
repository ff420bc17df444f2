//! Questions to a plan: why, how even, what is different.

use serde_json::{Value, json};

use crate::harness::Server;
use crate::harness::documents::{plan, problem};

/// The example with its plan, and the path of that.
fn server() -> (Server, String) {
    let server = Server::start().with_example();
    let path = made(&server, plan()["visits"].clone());
    (server, path)
}

fn made(server: &Server, visits: Value) -> String {
    let document = json!({"assignments": plan()["assignments"], "visits": visits});
    server.post("/v1/programmes/p/plans/import", document).header("location").to_owned()
}

fn figure(of: &Value, name: &str) -> f64 {
    of[name].as_f64().unwrap()
}

#[test]
fn the_shares_of_all_enrolments_and_of_all_networks_add_up_to_the_cost() {
    let (server, path) = server();
    let cost = server.get(&path).expect(200)["cost"].clone();
    let parts = |ids: Vec<String>| -> Vec<Value> {
        ids.iter().map(|id| server.get(&format!("{path}/explanation/{id}")).expect(200)["share"].clone()).collect()
    };
    let enrolments = parts((1..7).map(|e| format!("enrolments/e{e}")).collect());
    let networks = parts(vec!["networks/n1".to_owned(), "networks/n2".to_owned()]);
    for (measure, whole) in cost.as_object().unwrap() {
        for shares in [&enrolments, &networks] {
            let sum: f64 = shares.iter().map(|share| figure(share, measure)).sum();
            assert!((sum - whole.as_f64().unwrap()).abs() < 1e-6, "{measure}");
        }
    }
    assert_eq!(server.get(&format!("{path}/explanation")).expect(200)["share"], cost);
}

#[test]
fn an_enrolment_has_every_network_of_its_track_as_an_alternative_with_its_price() {
    let (server, path) = server();
    let found = server.get(&format!("{path}/explanation/enrolments/e1")).expect(200);
    let alternatives = found["alternatives"].as_array().unwrap();
    assert_eq!(alternatives.len(), 2);
    let present: Vec<&Value> = alternatives.iter().filter(|one| one["present"] == true).collect();
    assert_eq!((&present[0]["network"], &present[0]["difference"]), (&json!("n1"), &json!(0.0)));
    let mut moved = plan()["assignments"].clone();
    moved[0]["network"] = json!("n2");
    let half = |assignments: Value| {
        let plan = json!({"assignments": assignments, "visits": []});
        let cost = server.post("/v1/checks", json!({"problem": problem(), "plan": plan})).expect(200)["cost"].clone();
        figure(&cost, "preference") + figure(&cost, "travel")
    };
    let more = half(moved) - half(plan()["assignments"].clone());
    let other = alternatives.iter().find(|one| one["present"] == false).unwrap();
    assert!((figure(other, "difference") - more).abs() < 1e-6);
    assert_eq!(found["reasons"][0]["code"], "wish_granted");
    for reason in found["reasons"].as_array().unwrap() {
        assert!(reason["text"].as_str().unwrap().ends_with('.'), "{reason}");
    }
    let fixed = server.get(&format!("{path}/explanation/enrolments/e4")).expect(200);
    assert!(fixed["rules"].as_array().unwrap().contains(&json!("A1")), "{fixed}");
}

#[test]
fn a_visit_has_every_open_day_as_an_alternative() {
    let (server, path) = server();
    let found = server.get(&format!("{path}/explanation/visits/e1/2027-04-06")).expect(200);
    let days = found["alternatives"].as_array().unwrap();
    assert_eq!(days.len(), 23, "Tuesday to Thursday from 5 April to 28 May, but for one that is closed");
    let day = |date: &str| days.iter().find(|day| day["date"] == date).unwrap();
    assert_eq!((&day("2027-04-06")["present"], &day("2027-04-06")["difference"]), (&json!(true), &json!(0.0)));
    assert_eq!(day("2027-04-14")["rule"], "V2", "unavailable");
    assert_eq!(day("2027-04-20")["rule"], "V2", "it cannot host then");
    assert!(figure(day("2027-05-05"), "difference") > 0.0, "undesired for its delegates");
    assert!(figure(&found["share"], "travel") > 0.0);
}

#[test]
fn rules_and_rank_are_what_the_alternatives_say() {
    let (server, path) = server();
    let enrolments = (1..7).map(|e| format!("enrolments/e{e}"));
    let visits = plan()["visits"].as_array().unwrap().clone();
    let text = |visit: &Value, name: &str| visit[name].as_str().unwrap().to_owned();
    let visits = visits.iter().map(|visit| format!("visits/{}/{}", text(visit, "host"), text(visit, "date")));
    for what in enrolments.chain(visits) {
        let found = server.get(&format!("{path}/explanation/{what}")).expect(200);
        let alternatives = found["alternatives"].as_array().unwrap();
        let rules = found["rules"].as_array().unwrap();
        for rule in alternatives.iter().filter_map(|one| one.get("rule")) {
            assert!(rules.contains(rule), "{what}: {rules:?} without {rule}");
        }
        let cheaper = alternatives.iter().filter(|one| figure(one, "difference") < -1e-6).count();
        assert_eq!(found["rank"], json!({"place": cheaper + 1, "of": alternatives.len()}), "{what}");
    }
}

#[test]
fn who_is_not_there_has_no_explanation() {
    let (server, path) = server();
    for what in ["enrolments/x", "networks/x", "visits/e1/2027-04-07", "visits/x/2027-04-06"] {
        server.get(&format!("{path}/explanation/{what}")).problem(404);
    }
    server.get("/v1/plans/none/explanation").problem(404);
    server.get("/v1/plans/none/fairness").problem(404);
    server.get(&format!("{path}/difference/none")).problem(404);
}

#[test]
fn a_plan_says_what_it_asks_of_each_municipality() {
    let (server, path) = server();
    let found = server.get(&format!("{path}/fairness")).expect(200);
    let towns = found["municipalities"].as_array().unwrap();
    assert_eq!(towns.len(), 6);
    let travel = figure(&server.get(&path).expect(200)["cost"], "travel");
    let person_km: f64 = towns.iter().map(|town| figure(town, "person_km")).sum();
    assert!((person_km - travel).abs() < 1e-6, "its weight is 1");
    let mean = towns.iter().map(|town| figure(town, "km")).sum::<f64>() / 6.0;
    assert!((figure(&found["km"], "mean") - mean).abs() < 1e-9);
    let worst = towns.iter().map(|town| figure(town, "travel_days")).fold(0.0, f64::max);
    assert_eq!(figure(&found["travel_days"], "worst"), worst);
    assert_eq!(towns[0]["wish_rank"], 1.0);
}

#[test]
fn each_municipality_is_told_what_changes_for_it() {
    let (server, before) = server();
    let mut visits = plan()["visits"].clone();
    visits[0]["date"] = json!("2027-04-13");
    let after = made(&server, visits);
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let found = server.get(&format!("{after}/difference/{}", id(&before))).expect(200);
    assert_eq!(found["cost"]["plan"], id(&before));
    let towns = found["municipalities"].as_array().unwrap();
    let told: Vec<Value> = towns.iter().map(|town| json!([town["municipality"], town["changes"][0]["code"]])).collect();
    assert_eq!(told, [json!(["0101", "hosting_moved"]), json!(["0259", "visit_moved"])]);
    let change = &towns[1]["changes"][0];
    assert_eq!(
        (&change["host"], &change["from_date"], &change["to_date"]),
        (&json!("0101"), &json!("2027-04-06"), &json!("2027-04-13"))
    );
    let message = towns[0]["message"].as_str().unwrap();
    assert!(
        message.starts_with("Dear København,") && message.contains("moves from 2027-04-06 to 2027-04-13"),
        "{message}"
    );
    let same = server.get(&format!("{before}/difference/{}", id(&before))).expect(200);
    assert_eq!((&same["municipalities"], &same["cost"]["more"]["total"]), (&json!([]), &json!(0.0)));
}

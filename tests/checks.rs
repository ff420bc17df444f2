//! Checks: any plan is judged, also a hand-made one.

use serde_json::{Value, json};

use crate::harness::Server;
use crate::harness::documents::{faults, plan, problem};

fn check(change: impl FnOnce(&mut Value)) -> Value {
    let mut plan = plan();
    change(&mut plan);
    Server::start().post("/v1/checks", json!({"problem": problem(), "plan": plan})).expect(200)
}

fn rules(report: &Value) -> Vec<&str> {
    report["broken"].as_array().unwrap().iter().map(|broken| broken["rule"].as_str().unwrap()).collect()
}

#[test]
fn a_plan_that_keeps_every_rule_breaks_none() {
    let report = check(|_| {});
    assert_eq!(rules(&report), Vec::<&str>::new());
    assert_eq!(report["cost"], plan()["cost"]);
}

#[test]
fn a_plan_needs_neither_costs_nor_reasons_and_may_say_more_than_is_known() {
    let report = check(|plan| {
        for field in ["cost", "bound", "left_out"] {
            plan.as_object_mut().unwrap().remove(field);
        }
        plan["author"] = json!("me");
        plan["visits"][0]["room"] = json!({"floor": 3});
        plan["visits"][0]["round"] = json!("spring");
    });
    assert_eq!(rules(&report), Vec::<&str>::new());
}

#[test]
fn every_broken_rule_is_told() {
    let report = check(|plan| {
        plan["assignments"][3]["network"] = json!("n1"); // it is fixed to the other
        plan["cost"]["total"] = json!(1.0);
    });
    assert!(rules(&report).contains(&"A1"), "{report}");
    assert!(rules(&report).contains(&"cost"), "{report}");
}

#[test]
fn a_plan_of_another_shape_is_refused_with_every_fault() {
    let answer = Server::start().post("/v1/checks", json!({"problem": problem(), "plan": {"visits": [{"host": 1}]}}));
    answer.problem(422);
    let told: Vec<String> = faults(&answer.json()["errors"]).into_iter().map(|(pointer, _)| pointer).collect();
    let visit = "/plan/visits/0";
    let expected = ["/date", "/guests", "/host", "/network"].map(|field| format!("{visit}{field}"));
    assert_eq!(told, ["/plan/assignments".to_owned()].into_iter().chain(expected).collect::<Vec<_>>());
}

#[test]
fn the_problem_of_a_check_is_judged_too() {
    let mut contradictory = problem();
    contradictory["detour_factor"] = json!(0.5);
    let answer = Server::start().post("/v1/checks", json!({"problem": contradictory, "plan": plan()}));
    assert_eq!(answer.problem(422).1, [("/problem/detour_factor".to_owned(), "out_of_range".to_owned())]);
}

#[test]
fn every_rule_measure_and_code_is_told_with_what_helps() {
    let server = Server::start();
    let told = server.get("/v1/rules").expect(200);
    let codes = |list: &str| -> Vec<String> {
        let entries = told[list].as_array().unwrap().iter();
        entries.map(|entry| entry["code"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(codes("rules").len(), 27);
    let cost = server.post("/v1/checks", json!({"problem": problem(), "plan": plan()})).expect(200)["cost"].clone();
    let without = ["total", "missed", "meeting", "gathering_undesired", "gathering_travel"];
    let measures = codes("measures");
    for measure in cost.as_object().unwrap().keys().filter(|name| !without.contains(&name.as_str())) {
        assert!(measures.contains(measure), "{measure}");
    }
    assert_eq!(measures.len(), 12);
    for list in ["rules", "measures", "left_out"] {
        for entry in told[list].as_array().unwrap() {
            assert!(entry["helps"].as_str().unwrap().ends_with('.'), "{entry}");
        }
    }
}

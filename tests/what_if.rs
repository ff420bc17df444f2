//! What if: wishes, newcomers and who would fill a network best.

use serde_json::{Value, json};

use crate::harness::Server;
use crate::harness::documents::{plan, problem};

/// The example with its plan, and the path of that.
fn server(arguments: &[&str]) -> (Server, String) {
    let server = Server::with(arguments);
    server.put("/v1/programmes/p/problem", problem()).expect(201);
    let document = json!({"assignments": plan()["assignments"], "visits": plan()["visits"]});
    let path = server.post("/v1/programmes/p/plans/import", document).header("location").to_owned();
    (server, path)
}

fn asked(server: &Server, path: &str, wish: Value) -> Value {
    server.post(&format!("{path}/what-if"), json!({"wishes": [wish], "plan": true})).expect(200)
}

/// What the check says of the plan that was told, against the problem with the wish.
fn checked(server: &Server, told: &Value, change: impl FnOnce(&mut Value)) {
    let mut problem = problem();
    change(&mut problem);
    let report = server.post("/v1/checks", json!({"problem": problem, "plan": told["plan"]})).expect(200);
    assert_eq!(report["broken"], json!([]));
    assert_eq!(report["cost"], told["after"]);
    let total = |of: &str| told[of]["total"].as_f64().unwrap();
    assert!((total("after") - total("before") - total("more")).abs() < 1e-6);
    assert!(told["bound"]["total"].as_f64().unwrap() <= total("after") + 1e-6);
}

fn network_of(told: &Value, enrolment: &str) -> Value {
    let rows = told["plan"]["assignments"].as_array().unwrap();
    rows.iter().find(|row| row["enrolment"] == enrolment).unwrap()["network"].clone()
}

#[test]
fn an_enrolment_in_another_network_has_its_price_and_the_plan_stays_as_it_is() {
    let (server, path) = server(&[]);
    let before = server.get(&path);
    let told = asked(&server, &path, json!({"place": {"enrolment": "e1", "network": "n2"}}));
    assert_eq!(told["possible"], true);
    assert_eq!(network_of(&told, "e1"), "n2");
    assert!(told["moved"].as_u64().unwrap() >= 1);
    let towns = told["municipalities"].as_array().unwrap();
    assert!(towns.iter().any(|town| town["changes"].to_string().contains("network_changed")), "{towns:?}");
    checked(&server, &told, |problem| problem["enrolments"][0]["fixed"] = json!("n2"));
    let after = server.get(&path);
    assert_eq!((before.etag(), before.json()), (after.etag(), after.json()));
    server
        .post(
            &format!("{path}/what-if"),
            json!({"wishes": [{"apart": {"a": "0101", "b": "0751"}}], "effort": "whole",
        "seconds": 1}),
        )
        .expect(200);
}

#[test]
fn who_withdraws_is_gone_and_who_joins_is_in() {
    let (server, path) = server(&[]);
    let told = asked(&server, &path, json!({"withdraw": {"enrolment": "e6"}}));
    checked(&server, &told, |problem| {
        problem["enrolments"].as_array_mut().unwrap().retain(|enrolment| enrolment["id"] != "e6");
    });
    let mut joins = problem()["enrolments"][1].clone();
    joins["id"] = json!("e7");
    let told = asked(&server, &path, json!({"join": joins}));
    checked(&server, &told, |problem| problem["enrolments"].as_array_mut().unwrap().push(joins.clone()));
}

#[test]
fn a_record_may_be_different() {
    let (server, path) = server(&[]);
    let change = json!({"change": {"network": {"id": "n1", "max_members": 9}}});
    let told = asked(&server, &path, change);
    checked(&server, &told, |problem| problem["networks"][0]["max_members"] = json!(9));
}

#[test]
fn the_calendar_and_the_rules_of_visits_may_be_different() {
    let (server, path) = server(&[]);
    let first = plan()["visits"][0]["date"].clone();
    let told = asked(&server, &path, json!({"change": {"calendar": {"closed": [first]}}}));
    checked(&server, &told, |problem| problem["calendar"]["closed"] = json!([first]));
    assert!(!told["plan"]["visits"].to_string().contains(first.as_str().unwrap()));
    let told = asked(&server, &path, json!({"change": {"visits": {"max_visits_per_day": 1}}}));
    checked(&server, &told, |problem| problem["visits"]["max_visits_per_day"] = json!(1));
}

#[test]
fn one_network_fewer_names_the_one_that_it_costs_least_to_close() {
    let (server, path) = server(&[]);
    let network = |id: &str| json!({"id": id, "track": "leadership", "min_members": 1, "max_members": 9});
    let roomy = json!(["n1", "n2", "n3"].map(network));
    for (fixed, closed) in [(vec!["n1", "n2"], Some("n3")), (vec!["n1", "n2", "n3"], None)] {
        let mut problem = problem();
        (problem["networks"], problem["pair_rules"]) = (roomy.clone(), json!([]));
        for (enrolment, network) in problem["enrolments"].as_array_mut().unwrap().iter_mut().zip(&fixed) {
            let fields = enrolment.as_object_mut().unwrap();
            fields.retain(|name, _| !["excluded", "preferences"].contains(&name.as_str()));
            fields.insert("fixed".to_owned(), json!(network));
        }
        let made = server.post("/v1/plans", json!({"problem": problem, "effort": {"work": 20_000}}));
        let path = made.header("location").to_owned();
        while ["queued", "running"].map(Value::from).contains(&server.get(&path).expect(200)["state"]) {}
        let told = asked(&server, &path, json!({"fewer": {}}));
        assert_eq!((told["possible"].as_bool(), told["closed"].as_str()), (Some(closed.is_some()), closed), "{told}");
        if let Some(network) = closed {
            let close = asked(&server, &path, json!({"close": {"network": network}}));
            assert_eq!(told["after"], close["after"]);
            assert_eq!(told["reasons"][1]["code"], "closed");
        } else {
            assert_eq!((&told["proved"], &told["reasons"][0]["code"]), (&json!(true), &json!("none_can_close")));
        }
    }
    let wish = |wish: Value| server.post(&format!("{path}/what-if"), json!({"wishes": [wish]})).problem(422).1;
    assert_eq!(wish(json!({"fewer": {"track": "none"}}))[0].0, "/wishes/0/fewer/track");
}

#[test]
fn a_wish_that_contradicts_the_problem_is_told_with_the_rule() {
    let (server, path) = server(&[]);
    let mut closed = problem();
    closed["enrolments"][0]["excluded"] = json!(["n2"]);
    closed["enrolments"][0]["preferences"] = json!(["n1"]);
    server.put("/v1/programmes/q/problem", closed).expect(201);
    let document = json!({"assignments": plan()["assignments"], "visits": plan()["visits"]});
    let other = server.post("/v1/programmes/q/plans/import", document).header("location").to_owned();
    let told = asked(&server, &other, json!({"place": {"enrolment": "e1", "network": "n2"}}));
    assert_eq!((&told["possible"], &told["proved"]), (&json!(false), &json!(true)));
    assert_eq!(told["reasons"][0]["rule"], "A1", "{told}");
    assert_eq!(told.get("after"), None);
    let told = asked(&server, &path, json!({"apart": {"a": "0101", "b": "0101"}}));
    assert_eq!(told["possible"], false);
}

#[test]
fn wishes_that_name_nothing_or_are_none_are_refused() {
    let (server, path) = server(&[]);
    let refused = |body: Value| -> Vec<String> {
        let (_, errors) = server.post(&format!("{path}/what-if"), body).problem(422);
        errors.into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect()
    };
    assert_eq!(refused(json!({"wishes": []})), ["/wishes out_of_range"]);
    assert_eq!(refused(json!({"wishes": [{}]})), ["/wishes/0 one_wish"]);
    assert_eq!(
        refused(json!({"wishes": [{"close": {"network": "x"}}, {"withdraw": {"enrolment": "y"}}]})),
        ["/wishes/0/close/network unknown_id", "/wishes/1/withdraw/enrolment unknown_id"]
    );
    assert_eq!(
        refused(json!({"wishes": [{"change": {"network": {"id": "n1", "max_members": "many"}}}]})),
        ["/wishes/0/change/network/max_members wrong_type"]
    );
    assert_eq!(
        refused(json!({"wishes": [{"change": {"round": {"id": "x"}}}]})),
        ["/wishes/0/change/round/id unknown_id"]
    );
    assert_eq!(refused(json!({"wishes": [{"close": {"network": "n1"}}], "seconds": 0.0})), ["/seconds out_of_range"]);
    server.post("/v1/plans/none/what-if", json!({"wishes": [{"close": {"network": "n1"}}]})).problem(404);
}

#[test]
fn no_more_questions_than_there_are_places_are_answered_at_a_time() {
    let (server, path) = server(&["--what-ifs", "0"]);
    let answer = server.post(&format!("{path}/what-if"), json!({"wishes": [{"close": {"network": "n2"}}]}));
    answer.problem(429);
    assert_eq!(answer.header("retry-after"), "2");
    server.get(&path).expect(200);
}

#[test]
fn a_newcomer_has_every_network_of_its_track_with_its_price_or_the_rule_in_the_way() {
    let (server, path) = server(&[]);
    let joins = json!({"id": "e7", "municipality": "0259", "track": "leadership", "delegates": 2, "excluded": ["n2"]});
    let told = server.post(&format!("{path}/places"), json!({"join": joins})).expect(200);
    let items = told["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let of = |network: &str| items.iter().find(|item| item["network"] == network).unwrap();
    assert_eq!(of("n2")["rule"], "A1");
    assert_eq!(of("n1")["rule"], "A3", "its municipality is in it already");
    let mut elsewhere = joins.clone();
    elsewhere["municipality"] = json!("0740");
    elsewhere["excluded"] = json!([]);
    let told = server.post(&format!("{path}/places"), json!({"join": elsewhere})).expect(200);
    let first = &told["items"][0];
    assert_eq!(first["network"], "n1");
    let after = json!({"wishes": [{"join": elsewhere}, {"place": {"enrolment": "e7", "network": "n1"}}]});
    let what_if = server.post(&format!("{path}/what-if"), after).expect(200);
    let total = |cost: &Value| cost["total"].as_f64().unwrap();
    assert!(total(&first["making_way"]) <= total(&what_if["more"]) + 1e-6, "{first}");
    assert!(total(&first["alone"]) >= total(&first["making_way"]) - 1e-6, "{first}");
    let (_, errors) = server.post(&format!("{path}/places"), json!({"enrolment": "e1"})).problem(422);
    assert_eq!(errors[0].1, "has_a_place");
    server.post(&format!("{path}/places"), json!({})).problem(422);
}

#[test]
fn a_network_has_those_who_would_fill_it_best() {
    let (server, path) = server(&[]);
    let told = server.ask("POST", &format!("{path}/networks/n1/candidates")).send().expect(200);
    let items = told["items"].as_array().unwrap();
    let who: Vec<&Value> = items.iter().map(|item| &item["municipality"]).collect();
    assert_eq!(who.len(), 4, "{who:?}");
    let of = |town: &str| items.iter().find(|item| item["municipality"] == town).unwrap();
    assert_eq!((&of("0147")["rule"], &of("0147")["network"]), (&json!("A6"), &json!("n2")), "apart from 0101");
    assert_eq!(of("0751")["rule"], "A1", "fixed elsewhere");
    let first = &items[0];
    let wish = json!({"wishes": [{"place": {"enrolment": first["enrolment"], "network": "n1"}}]});
    let what_if = server.post(&format!("{path}/what-if"), wish).expect(200);
    assert!(what_if["more"]["total"].as_f64().unwrap() <= first["alone"]["total"].as_f64().unwrap() + 1e-6);
    server.post(&format!("{path}/networks/x/candidates"), json!({})).problem(404);
    for delegates in [-1, 0, 10_001] {
        let (_, errors) =
            server.post(&format!("{path}/networks/n1/candidates"), json!({"delegates": delegates})).problem(422);
        assert_eq!(errors, [("/delegates".to_owned(), "out_of_range".to_owned())], "{delegates}");
    }
}

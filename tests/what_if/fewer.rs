//! One network fewer in a track.

use serde_json::{Value, json};

use super::{asked, planned, problem, server, towns};
use crate::harness::Server;

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
fn with_one_network_fewer_what_is_proved_holds_for_each_of_them() {
    let server = Server::start();
    let mut problem = towns();
    problem["networks"][0]["min_members"] = json!(2);
    problem["weights"] = json!({"unassigned": 1000, "travel": 1000});
    let path = planned(&server, problem);
    let told = asked(&server, &path, json!({"fewer": {}}));
    let bound = told["bound"]["total"].as_f64().unwrap();
    for network in ["n", "o"] {
        let close = asked(&server, &path, json!({"close": {"network": network}}));
        assert_eq!(close["possible"], true, "{close}");
        assert!(bound <= close["after"]["total"].as_f64().unwrap() + 1e-6, "{bound} {close}");
    }
}

#[test]
fn closing_a_network_resolves_what_contradicts_other_wishes_while_it_is_open() {
    let server = Server::start();
    let mut problem = towns();
    let network = |id: &str| json!({"id": id, "min_members": 1, "max_members": 9, "may_stay_empty": id == "o"});
    problem["networks"] = json!(["n", "o"].map(network));
    problem["pair_rules"] = json!([]);
    problem["enrolments"] = json!([
        {"id": "a", "municipality": "A", "delegates": 1},
        {"id": "b", "municipality": "B", "delegates": 1, "fixed": "o"},
    ]);
    let path = planned(&server, problem);
    let withdraw = json!({"withdraw": {"enrolment": "a"}});
    let told = asked(&server, &path, withdraw.clone());
    assert_eq!((&told["possible"], &told["reasons"][0]["code"]), (&json!(false), &json!("too_few_eligible")), "{told}");
    let both = json!({"wishes": [{"fewer": {}}, withdraw]});
    let told = server.post(&format!("{path}/what-if"), both).expect(200);
    assert_eq!((&told["possible"], &told["closed"]), (&json!(true), &json!("n")), "{told}");
    let neither =
        json!({"wishes": [{"fewer": {}}, {"place": {"enrolment": "a", "network": "n"}}, {"close": {"network": "n"}}]});
    let told = server.post(&format!("{path}/what-if"), neither).expect(200);
    assert_eq!((&told["possible"], &told["proved"]), (&json!(false), &json!(true)), "{told}");
    assert!(told["reasons"][0]["wishes"].is_array(), "{told}");
}

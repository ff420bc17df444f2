//! What if: wishes, newcomers and who would fill a network best.

mod fewer;

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
    let both = json!({"wishes": [{"place": {"enrolment": "e3", "network": "n2"}}, {"change":
        {"enrolment": {"id": "e3", "excluded": ["n2"]}}}, {"withdraw": {"enrolment": "e6"}}]});
    let told = server.post(&format!("{path}/what-if"), both).expect(200);
    assert_eq!(told["reasons"][0]["rule"], "A1", "{told}");
    assert_eq!(told["reasons"][0]["wishes"], json!(["/wishes/0", "/wishes/1"]), "{told}");
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
fn a_later_wish_leaves_standing_what_an_earlier_one_made() {
    let (server, path) = server(&[]);
    let both = |wishes: [Value; 2]| {
        let told = server.post(&format!("{path}/what-if"), json!({"wishes": wishes, "plan": true})).expect(200);
        assert_eq!(told["possible"], true, "{told}");
        told
    };
    let in_order = |wishes: [Value; 2]| {
        let [one, other] = wishes.clone();
        let told = both(wishes);
        assert_eq!(told["after"], both([other, one])["after"]);
        told
    };
    let place = json!({"place": {"enrolment": "e3", "network": "n2"}});
    let same_size = json!({"change": {"enrolment": {"id": "e3", "delegates": 3}}});
    let told = in_order([place.clone(), same_size]);
    assert_eq!(network_of(&told, "e3"), "n2");
    checked(&server, &told, |problem| problem["enrolments"][2]["fixed"] = json!("n2"));

    let small = json!({"change": {"municipality": {"id": "0101", "host_capacity": 2}}});
    let renamed = json!({"change": {"municipality": {"id": "0101", "name": "Copenhagen"}}});
    let told = in_order([small, renamed]);
    checked(&server, &told, |problem| {
        problem["municipalities"][0]["host_capacity"] = json!(2);
        problem["municipalities"][0]["name"] = json!("Copenhagen");
    });
}

#[test]
fn two_wishes_that_contradict_each_other_are_impossible_and_both_named() {
    let (server, path) = server(&[]);
    let place = |network: &str| json!({"place": {"enrolment": "e3", "network": network}});
    let pair = |kind: &str| json!({kind: {"a": "0259", "b": "0740"}});
    let change = |field: &str, value: Value| json!({"change": {"enrolment": {"id": "e3", field: value}}});
    for (one, other) in [
        (place("n2"), place("n1")),
        (pair("together"), pair("apart")),
        (place("n2"), json!({"withdraw": {"enrolment": "e3"}})),
        (place("n2"), json!({"close": {"network": "n2"}})),
        (place("n2"), change("fixed", json!("n1"))),
        (change("delegates", json!(2)), change("delegates", json!(4))),
    ] {
        for wishes in [[&one, &other], [&other, &one]] {
            let told = server.post(&format!("{path}/what-if"), json!({"wishes": wishes})).expect(200);
            assert_eq!((&told["possible"], &told["proved"]), (&json!(false), &json!(true)), "{wishes:?}: {told}");
            let reason = &told["reasons"][0];
            assert_eq!(reason["code"], "wishes_contradict", "{wishes:?}: {told}");
            assert_eq!(reason["wishes"], json!(["/wishes/0", "/wishes/1"]));
            assert!(reason["text"].as_str().unwrap().contains("(/wishes/1/"), "{told}");
        }
    }
    let closed = json!([{"close": {"network": "n2"}}, {"change": {"network": {"id": "n2", "name": "y"}}}]);
    let told = server.post(&format!("{path}/what-if"), json!({"wishes": closed, "plan": true})).expect(200);
    let of = |told: &Value| json!([told["possible"], told["proved"], told["after"]]);
    assert_eq!(of(&told), of(&asked(&server, &path, json!({"close": {"network": "n2"}}))), "{told}");
}

#[test]
fn a_host_on_a_day_on_which_nobody_can_receive_is_impossible_and_the_rule_is_named() {
    let (server, path) = server(&[]);
    let host = |enrolment: &str, date: &str| json!({"host": {"enrolment": enrolment, "date": date}});
    let never = json!({"change": {"municipality": {"id": "0259", "can_host": false}}});
    for (wishes, rule, about) in [
        (json!([host("e3", "2027-04-10")]), "V1", json!(["/wishes/0"])),
        (json!([host("e3", "2027-07-06")]), "V1", json!(["/wishes/0"])),
        (json!([host("e1", "2027-04-14")]), "V2", json!(["/wishes/0"])),
        (json!([host("e1", "2027-04-20")]), "V2", json!(["/wishes/0"])),
        (json!([host("e6", "2027-04-20")]), "V2", json!(["/wishes/0"])),
        (json!([never, host("e3", "2027-04-20")]), "V2", json!(["/wishes/0", "/wishes/1"])),
        (json!([host("e3", "2027-04-20"), host("e3", "2027-04-27")]), "V7", json!(["/wishes/0", "/wishes/1"])),
    ] {
        let told = server.post(&format!("{path}/what-if"), json!({"wishes": wishes})).expect(200);
        assert_eq!((&told["possible"], &told["proved"]), (&json!(false), &json!(true)), "{wishes}: {told}");
        assert_eq!((&told["reasons"][0]["rule"], &told["reasons"][0]["wishes"]), (&json!(rule), &about), "{told}");
    }
    let told = asked(&server, &path, host("e3", "2027-04-27"));
    let visits = told["plan"]["visits"].as_array().unwrap();
    let days: Vec<&Value> = visits.iter().filter(|visit| visit["host"] == "e3").map(|visit| &visit["date"]).collect();
    assert_eq!(days, ["2027-04-27"], "{told}");
}

#[test]
fn a_newcomer_may_come_from_a_municipality_that_only_the_master_data_have() {
    let (server, path) = server(&[]);
    server.put("/v1/regions/1085", json!({"name": "Region Sj\u{e6}lland"})).expect(201);
    let town = json!({"region": "1085", "lat": 55.4, "lon": 11.35});
    server.put("/v1/municipalities/0330", town.clone()).expect(201);
    let joins = |town: &str| json!({"id": "e7", "municipality": town, "track": "leadership", "delegates": 2});
    let told = asked(&server, &path, json!({"join": joins("0330")}));
    assert!(network_of(&told, "e7").is_string(), "{told}");
    checked(&server, &told, |problem| {
        let mut town = town.clone();
        town["id"] = json!("0330");
        problem["regions"].as_array_mut().unwrap().push(json!({"id": "1085"}));
        problem["municipalities"].as_array_mut().unwrap().push(town);
        problem["enrolments"].as_array_mut().unwrap().push(joins("0330"));
    });
    let places = server.post(&format!("{path}/places"), json!({"join": joins("0330")})).expect(200);
    assert_eq!(places["items"].as_array().unwrap().len(), 2);
    server.get("/v1/programmes/p/municipalities/0330").problem(404);

    let refused = |join: Value| {
        let ask = |path: String, body: Value| server.post(&path, body).problem(422).1;
        let what_if = ask(format!("{path}/what-if"), json!({"wishes": [{"join": join}]}));
        let places = ask(format!("{path}/places"), json!({"join": join}));
        let below: Vec<_> = places.iter().map(|(at, code)| (format!("/wishes/0{at}"), code.clone())).collect();
        assert_eq!(what_if, below);
        places.into_iter().map(|(at, code)| format!("{at} {code}")).collect::<Vec<_>>()
    };
    assert_eq!(refused(joins("0999")), ["/join/municipality unknown_id"]);
    let mut wrong = joins("0330");
    (wrong["id"], wrong["delegates"], wrong["fixed"]) = (json!("e 7"), json!(0), json!("n9"));
    assert_eq!(refused(wrong), ["/join/id invalid_id", "/join/delegates out_of_range", "/join/fixed unknown_id"]);
    let mut known = joins("0330");
    known["id"] = json!("e1");
    assert_eq!(refused(known), ["/join/id already_exists"]);
    let twice = json!({"wishes": [{"join": joins("0330")}, {"join": joins("0740")}]});
    let (_, errors) = server.post(&format!("{path}/what-if"), twice).problem(422);
    assert_eq!(errors, [("/wishes/1/join/id".to_owned(), "already_exists".to_owned())]);
    let wrong = json!({"wishes": [{"change": {"enrolment": {"id": "e1", "delegates": 0}}}]});
    let (_, errors) = server.post(&format!("{path}/what-if"), wrong).problem(422);
    assert_eq!(errors, [("/wishes/0/change/enrolment/delegates".to_owned(), "out_of_range".to_owned())]);
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

/// The plan of a problem, to be asked.
fn planned(server: &Server, problem: Value) -> String {
    let path =
        server.post("/v1/plans", json!({"problem": problem, "effort": {"work": 20_000}})).header("location").to_owned();
    while ["queued", "running"].map(Value::from).contains(&server.get(&path).expect(200)["state"]) {}
    path
}

/// Towns A, B and C, of which C has two enrolments, some of which name the only track; two networks for anybody.
fn towns() -> Value {
    let town = |id: &str, lon: f64| json!({"id": id, "region": "r", "lat": 55.0, "lon": lon});
    json!({
        "name": "towns", "regions": [{"id": "r"}], "tracks": [{"id": "t"}],
        "municipalities": [town("A", 9.0), town("B", 9.5), town("C", 10.0)],
        "networks": [
            {"id": "n", "track": "t", "min_members": 0, "max_members": 2},
            {"id": "o", "min_members": 0, "max_members": 2},
        ],
        "enrolments": [
            {"id": "a", "municipality": "A", "delegates": 1, "track": "t"},
            {"id": "b", "municipality": "B", "delegates": 2},
            {"id": "c", "municipality": "C", "delegates": 1, "track": "t"},
            {"id": "d", "municipality": "C", "delegates": 1},
        ],
    })
}

#[test]
fn two_municipalities_are_together_as_soon_as_any_of_their_enrolments_share_a_network() {
    let server = Server::start();
    let mut narrow = towns();
    narrow["networks"].as_array_mut().unwrap().truncate(1); // only one of C's two can be in it
    for problem in [towns(), narrow] {
        let path = planned(&server, problem);
        for pair in [json!({"a": "A", "b": "C"}), json!({"a": "C", "b": "B"}), json!({"a": "A", "b": "B"})] {
            for effort in ["local", "whole"] {
                let body = json!({"wishes": [{"together": pair}], "effort": effort, "plan": true, "seconds": 2});
                let told = server.post(&format!("{path}/what-if"), body).expect(200);
                assert_eq!(told["possible"], true, "{pair} {effort}: {told}");
                let of = |town: &Value| match town.as_str().unwrap() {
                    "A" => vec!["a"],
                    "B" => vec!["b"],
                    _ => vec!["c", "d"],
                };
                let places = |town: &Value| of(town).into_iter().map(|e| network_of(&told, e)).collect::<Vec<_>>();
                let theirs = places(&pair["b"]);
                assert!(places(&pair["a"]).iter().any(|n| n.is_string() && theirs.contains(n)), "{pair}: {told}");
            }
        }
    }
}

#[test]
fn who_is_in_no_network_finds_one_in_which_it_can_receive_on_the_day() {
    let server = Server::start();
    let mut problem = towns();
    problem["weights"] = json!({"unassigned": 0});
    problem["rounds"] = json!([{"id": "s", "start": "2027-03-01", "end": "2027-03-12"}]);
    problem["municipalities"][1]["unavailable"] = json!(["2027-03-03"]);
    let path = planned(&server, problem);
    for effort in ["local", "whole"] {
        let host = json!({"host": {"enrolment": "a", "date": "2027-03-03"}});
        let body = json!({"wishes": [host], "effort": effort, "plan": true, "seconds": 2});
        let told = server.post(&format!("{path}/what-if"), body).expect(200);
        assert_eq!((&told["possible"], &told["proved"]), (&json!(true), &json!(true)), "{effort}: {told}");
        let visits = told["plan"]["visits"].as_array().unwrap();
        let held: Vec<&Value> = visits.iter().filter(|visit| visit["host"] == "a").collect();
        assert_eq!((held.len(), &held[0]["date"]), (1, &json!("2027-03-03")), "{told}");
        assert!(!held[0]["guests"].to_string().contains("\"b\""), "{told}");
    }
}

#[test]
fn what_is_written_in_another_way_contradicts_nothing_and_replaces_nothing() {
    let server = Server::start();
    let path = planned(&server, towns());
    let change = |record: Value| json!({"change": {"enrolment": record}});
    let wishes = json!([
        change(json!({"id": "a", "track": "t", "excluded": []})),
        change(json!({"id": "a", "track": null, "excluded": null})),
    ]);
    let told = server.post(&format!("{path}/what-if"), json!({"wishes": wishes})).expect(200);
    assert_eq!((&told["possible"], &told["replaces"]), (&json!(true), &json!([])), "{told}");
    let wishes = json!([change(json!({"id": "a", "delegates": 2})), change(json!({"id": "a", "delegates": 3}))]);
    let told = server.post(&format!("{path}/what-if"), json!({"wishes": wishes})).expect(200);
    assert_eq!(told["reasons"][0]["code"], "wishes_contradict", "{told}");
}

#[test]
fn a_day_on_which_nobody_can_come_is_impossible_and_so_it_is_told() {
    let server = Server::start();
    let mut problem = towns();
    problem["rounds"] = json!([{"id": "s", "start": "2027-03-01", "end": "2027-03-12"}]);
    for town in 1..3 {
        problem["municipalities"][town]["unavailable"] = json!(["2027-03-03"]);
    }
    let path = planned(&server, problem);
    let told = asked(&server, &path, json!({"host": {"enrolment": "a", "date": "2027-03-03"}}));
    assert_eq!((&told["possible"], &told["proved"]), (&json!(false), &json!(true)), "{told}");
}

#[test]
fn what_wishes_replace_is_told() {
    let server = Server::start();
    let mut problem = towns();
    problem["enrolments"][0]["fixed"] = json!("n");
    problem["pair_rules"] = json!([{"kind": "apart", "a": "B", "b": "C"}]);
    problem["networks"][1]["min_members"] = json!(1);
    let path = planned(&server, problem);
    let wishes = json!([
        {"place": {"enrolment": "a", "network": "o"}},
        {"together": {"a": "C", "b": "B"}},
        {"change": {"enrolment": {"id": "b", "delegates": 2, "excluded": ["o"]}}},
        {"change": {"network": {"id": "n", "max_members": 3}}},
        {"withdraw": {"enrolment": "d"}},
    ]);
    let told = server.post(&format!("{path}/what-if"), json!({"wishes": wishes})).expect(200);
    let replaces = told["replaces"].as_array().unwrap();
    let of = |at: usize| (&replaces[at]["wish"], &replaces[at]["what"], replaces[at].get("was"));
    assert_eq!(of(0), (&json!("/wishes/0"), &json!("fixed"), Some(&json!("n"))), "{told}");
    assert_eq!(of(1), (&json!("/wishes/1"), &json!("pair_rule"), Some(&json!("apart"))), "{told}");
    assert_eq!(of(2), (&json!("/wishes/2"), &json!("excluded"), None), "{told}");
    assert_eq!(of(3), (&json!("/wishes/3"), &json!("max_members"), Some(&json!(2))), "{told}");
    assert_eq!(replaces.len(), 4, "{told}");
    assert_eq!(replaces[0]["text"], "a was fixed to n.");
    let lift = json!({"change": {"enrolment": {"id": "a", "fixed": null}}});
    for both in [[&wishes[0], &lift], [&lift, &wishes[0]]] {
        let told = server.post(&format!("{path}/what-if"), json!({"wishes": both})).expect(200);
        assert_eq!(told["possible"], json!(true), "a pin that is lifted leaves the place: {told}");
    }
    let told = asked(&server, &path, json!({"close": {"network": "o"}}));
    assert_eq!(told["replaces"][0]["what"], "min_members", "{told}");
    assert_eq!(asked(&server, &path, json!({"withdraw": {"enrolment": "b"}}))["replaces"], json!([]));
}

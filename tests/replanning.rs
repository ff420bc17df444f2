//! Plans that begin from another one: what is locked stays, changes are counted, limited, priced.

use serde_json::{Value, json};

use crate::harness::documents::{faults, plan, problem, run};
use crate::harness::{Server, errors};

/// Little, and enough for the example.
const LITTLE: u64 = 20_000;

/// A service with the example problem as programme `p`, and the path and id of the example plan.
fn server() -> (Server, String) {
    let server = Server::start().with_example();
    let document = json!({"assignments": plan()["assignments"], "visits": plan()["visits"]});
    let id = server.post("/v1/programmes/p/plans/import", document).expect(201)["id"].as_str().unwrap().to_owned();
    (server, id)
}

/// Asks for a plan and follows it to its end.
fn made(server: &Server, body: Value) -> Value {
    let mut body = body;
    body["effort"] = json!({"work": LITTLE});
    let answer = server.post("/v1/programmes/p/plans", body);
    answer.expect(202);
    loop {
        let plan = server.get(answer.header("location")).expect(200);
        if !["queued", "running"].contains(&plan["state"].as_str().unwrap()) {
            return plan;
        }
    }
}

fn document(server: &Server, plan: &Value) -> Value {
    server.get(&format!("/v1/plans/{}/document", plan["id"].as_str().unwrap())).expect(200)
}

#[test]
fn with_everything_locked_nothing_moves() {
    let (server, base) = server();
    let locks = json!({"all_networks": true, "all_visits": "guests"});
    let again = made(&server, json!({"base_plan": base, "locks": locks}));
    assert_eq!(again["state"], "succeeded", "{again}");
    assert_eq!(again["steering"], json!({"base_plan": base, "locks": locks}));
    assert_eq!(again["changes"]["total"], 0);
    let document = document(&server, &again);
    assert_eq!(document["assignments"], plan()["assignments"]);
    assert_eq!(document["visits"], plan()["visits"]);
}

#[test]
fn a_plan_of_a_programme_that_has_changed_since_begins_from_what_is_left() {
    let (server, base) = server();
    let enrolment = server.get("/v1/programmes/p/enrolments/e6");
    server.ask("DELETE", "/v1/programmes/p/enrolments/e6").header("If-Match", enrolment.etag()).send().expect(204);
    let after = made(&server, json!({"base_plan": base, "max_changes": 0}));
    assert_eq!(after["state"], "succeeded", "{after}");
    assert_eq!(after["changes"]["forced"], json!({"gone": 1, "new": 0, "networks": 0, "hostings": 0}));
    assert_eq!(after["changes"]["total"], 0);
    let mut expected = plan()["assignments"].clone();
    expected.as_array_mut().unwrap().retain(|row| row["enrolment"] != "e6");
    assert_eq!(document(&server, &after)["assignments"], expected);
    assert_eq!(document(&server, &after)["changes"], after["changes"]);
    let path = format!("/v1/plans/{}/difference/{base}", after["id"].as_str().unwrap());
    assert_eq!(server.get(&path).expect(200)["changes"], after["changes"], "counted the same way everywhere");
}

#[test]
fn the_price_of_changes_is_told_beside_the_cost() {
    let (server, base) = server();
    let free = made(&server, json!({"base_plan": base}));
    let priced = made(&server, json!({"base_plan": base, "change_weight": 0.5}));
    let (changes, cost) = (&priced["changes"], &priced["cost"]);
    assert_eq!(changes["price"].as_f64().unwrap(), 0.5 * changes["total"].as_f64().unwrap());
    let parts: f64 =
        cost.as_object().unwrap().iter().filter(|part| part.0 != "total").map(|p| p.1.as_f64().unwrap()).sum();
    assert!((parts - cost["total"].as_f64().unwrap()).abs() < 1e-6, "the price is no part of the cost: {cost}");
    assert!(free["cost"]["total"].as_f64().unwrap() <= plan()["cost"]["total"].as_f64().unwrap());
}

#[test]
fn locks_that_contradict_are_refused_all_at_once() {
    let (server, base) = server();
    let body = json!({
        "base_plan": base,
        "locks": {
            "enrolments": ["e1", "nobody"],
            "networks": ["n7"],
            "visits": [{"host": "e6", "keep": "week"}],
            "before": "2027-13-01",
        },
    });
    let expected = errors(&[
        ("/locks/enrolments/1", "unknown_id"),
        ("/locks/networks/0", "unknown_id"),
        ("/locks/visits/0", "nothing_to_keep"),
        ("/locks/before", "invalid_date"),
    ]);
    assert_eq!(server.post("/v1/programmes/p/plans", body).problem(422).1, expected);
    for (body, at, code) in [
        (json!({"max_changes": 3}), "/base_plan", "missing_base_plan"),
        (json!({"base_plan": "none"}), "/base_plan", "unknown_id"),
    ] {
        assert_eq!(server.post("/v1/programmes/p/plans", body).problem(422).1, errors(&[(at, code)]));
    }
}

#[test]
fn a_network_that_no_longer_takes_its_members_cannot_be_locked() {
    let (server, base) = server();
    let network = server.get("/v1/programmes/p/networks/n2");
    let smaller = server.ask("PATCH", "/v1/programmes/p/networks/n2").header("If-Match", network.etag());
    smaller.json(json!({"max_delegates": 11})).send().expect(200);
    let all = json!(["e2", "e4", "e5", "e6"]);
    for (locks, at) in [(json!({"networks": ["n2"]}), "/locks/networks/0"), (json!({"enrolments": all}), "/locks")] {
        let refused = server.post("/v1/programmes/p/plans", json!({"base_plan": base, "locks": locks}));
        assert_eq!(refused.problem(422).1, errors(&[(at, "lock_contradiction")]));
    }
}

#[test]
fn the_curve_from_changes_to_cost_never_rises() {
    let (server, base) = server();
    let plan = made(&server, json!({"base_plan": base, "curve": [2, 0, 4]}));
    let points = plan["curve"].as_array().unwrap();
    let limits: Vec<&Value> = points.iter().map(|point| &point["max_changes"]).collect();
    assert_eq!(limits, [0, 2, 4]);
    let cost = |point: &Value| point["cost"]["total"].as_f64().unwrap();
    assert!(points.is_sorted_by(|a, b| cost(b) <= cost(a)), "{points:?}");
    assert!(points.iter().all(|point| point["changes"]["total"].as_u64() <= point["max_changes"].as_u64()));
    assert_eq!(points[2]["cost"], plan["cost"]);
    let wrong = json!({"curve": [], "max_changes": 1, "shortlist": {"plans": 9}});
    let expected = errors(&[
        ("/curve", "out_of_range"),
        ("/base_plan", "missing_base_plan"),
        ("/curve", "clashing_fields"),
        ("/shortlist/plans", "out_of_range"),
    ]);
    assert_eq!(server.post("/v1/programmes/p/plans", wrong).problem(422).1, expected);
}

#[test]
fn a_shortlist_holds_plans_near_the_best_and_apart_from_each_other() {
    let (server, _) = server();
    let plan = made(&server, json!({"shortlist": {"plans": 3, "within": 0.5, "apart": 1}}));
    let path = format!("/v1/plans/{}/shortlist", plan["id"].as_str().unwrap());
    let list = server.get(&path).expect(200);
    let items = list["items"].as_array().unwrap();
    assert!(items.len() > 1, "{list}");
    assert_eq!(items[0]["cost"], plan["cost"]);
    for (at, item) in items.iter().enumerate() {
        assert!(item["cost"]["total"].as_f64() <= items[0]["cost"]["total"].as_f64().map(|best| 1.5 * best));
        let apart = item["apart"].as_array().unwrap();
        assert!(apart.iter().enumerate().all(|(other, apart)| (other == at) == (*apart == 0)), "{apart:?}");
        let check = server.post("/v1/checks", json!({"problem": problem(), "plan": item["document"]})).expect(200);
        assert_eq!(check["broken"], json!([]));
    }
    let (_, other) = self::server();
    server.get(&format!("/v1/plans/{other}/shortlist")).problem(404);
}

#[test]
fn a_plan_that_was_asked_for_without_a_shortlist_says_so_instead_of_having_one_asked_for_again() {
    let (server, base) = server();
    let answer = server.get(&format!("/v1/plans/{base}/shortlist"));
    assert_eq!(answer.problem(404).0, "not_found");
    assert!(answer.json()["detail"].as_str().unwrap().contains("without `shortlist`"), "{}", answer.json());
}

#[test]
fn a_price_on_meeting_again_is_refused_where_nobody_can_have_met() {
    let (server, base) = server();
    let asked = |programme: &str, weight: f64| {
        let body = json!({"repeat_weight": weight, "effort": {"work": LITTLE}});
        server.post(&format!("/v1/programmes/{programme}/plans"), body)
    };
    let refused = |programme: &str| asked(programme, 5.0).problem(422).1;
    let none = [("/repeat_weight".to_owned(), "no_earlier_plan".to_owned())];
    assert_eq!(refused("p"), none, "it is no copy");
    asked("p", 0.0).expect(202);
    server.post("/v1/programmes", json!({"id": "q", "copy_of": "p", "name": "Next"})).expect(201);
    assert_eq!(refused("q"), none, "no plan is in force there");
    server.post(&format!("/v1/plans/{base}/publish"), json!({"approver": "Head"})).expect(200);
    asked("q", 5.0).expect(202);
}

#[test]
fn the_command_line_begins_from_a_plan_as_the_service_does() {
    let directory = tempfile::TempDir::new().unwrap();
    let write = |name: &str, document: Value| {
        let path = directory.path().join(name);
        std::fs::write(&path, document.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (base, locks) = (write("base.json", plan()), write("locks.json", json!({"enrolments": ["e1"]})));
    let work = LITTLE.to_string();
    let solve = |more: &[&str]| {
        let arguments = [&["solve", "-", "--work", &work, "--base", &base], more].concat();
        run(&arguments, problem().to_string().as_bytes())
    };
    let (server, id) = server();
    let after = made(&server, json!({"base_plan": id, "max_changes": 1, "locks": {"enrolments": ["e1"]}}));
    let solved = solve(&["--max-changes", "1", "--locks", &locks]);
    let path = format!("/v1/plans/{}/document", after["id"].as_str().unwrap());
    assert_eq!(String::from_utf8_lossy(&solved.stdout), String::from_utf8_lossy(&server.get(&path).body));
    let refused = solve(&["--max-changes", "-1"]);
    assert_eq!(refused.status.code(), Some(2));
    let told: Value = serde_json::from_slice(&refused.stderr).unwrap();
    assert_eq!(faults(&told["errors"]), [("--max-changes".to_owned(), "out_of_range".to_owned())]);
}

#[test]
fn whom_it_costs_to_meet_again_and_who_travels_farthest_is_told_beside_the_cost() {
    let (server, base) = server();
    server.post(&format!("/v1/plans/{base}/publish"), json!({"approver": "Head"})).expect(200);
    server.post("/v1/programmes", json!({"id": "q", "copy_of": "p", "name": "Next"})).expect(201);
    let made = |body: Value| {
        let mut body = body;
        body["effort"] = json!({"work": LITTLE});
        let answer = server.post("/v1/programmes/q/plans", body);
        loop {
            let plan = server.get(answer.header("location")).expect(200);
            if plan["state"] == "succeeded" {
                return plan;
            }
            assert!(["queued", "running"].contains(&plan["state"].as_str().unwrap()), "{plan}");
        }
    };
    let figure = |plan: &Value, name: &str| plan["changes"][name].as_f64().unwrap_or_default();
    assert_eq!(made(json!({}))["changes"], Value::Null);
    let little = made(json!({"repeat_weight": 0.001, "worst_off_weight": 0.001}));
    let much = made(json!({"repeat_weight": 100_000, "worst_off_weight": 0.001}));
    assert!(figure(&much, "met_again") <= figure(&little, "met_again"), "{little} {much}");
    let price = 0.001 * figure(&little, "met_again") + 0.001 * figure(&little, "farthest_km");
    assert!((figure(&little, "price") - price).abs() < 1e-6, "{little}");
    let near = made(json!({"worst_off_weight": 100_000}));
    assert!(figure(&near, "farthest_km") <= figure(&little, "farthest_km") + 1e-6, "{little} {near}");
    let cost = near["cost"].as_object().unwrap();
    let sum: f64 = cost.iter().filter(|(name, _)| *name != "total").map(|(_, cost)| cost.as_f64().unwrap()).sum();
    assert!((sum - cost["total"].as_f64().unwrap()).abs() < 1e-6, "no part of the cost");
}

#[test]
fn a_newcomer_takes_nobodys_place_and_who_is_affected_is_told_and_limited() {
    let (server, base) = server();
    let mut grown = problem();
    let town = json!({"id": "0999", "name": "New", "region": "1084", "lat": 55.6, "lon": 12.4});
    grown["municipalities"].as_array_mut().unwrap().push(town);
    let enrolment = json!({"id": "new", "municipality": "0999", "track": "leadership", "delegates": 1});
    grown["enrolments"].as_array_mut().unwrap().push(enrolment);
    let made = |limit: Value| {
        let mut body = json!({"problem": grown, "base_plan": base, "effort": {"work": LITTLE}});
        body.as_object_mut().unwrap().extend(limit.as_object().unwrap().clone());
        let answer = server.post("/v1/plans", body);
        answer.expect(202);
        loop {
            let plan = server.get(answer.header("location")).expect(200);
            if !["queued", "running"].contains(&plan["state"].as_str().unwrap()) {
                return plan;
            }
        }
    };
    for limit in [json!({"max_changes": 0}), json!({"max_affected_municipalities": 0})] {
        let after = made(limit);
        assert_eq!(after["state"], "succeeded", "{after}");
        let changes = &after["changes"];
        assert_eq!([&changes["total"], &changes["places"], &changes["hostings"]], [0, 0, 0], "{changes}");
        assert_eq!(changes["forced"]["new"], 1);
        let rows = document(&server, &after)["assignments"].clone();
        let before = plan()["assignments"].clone();
        assert!(before.as_array().unwrap().iter().all(|row| rows.as_array().unwrap().contains(row)), "{rows}");
        if after["steering"]["max_affected_municipalities"] == 0 {
            assert_eq!(changes["affected"], json!({"municipalities": 0, "persons": 0}));
        }
    }
}

#[test]
fn fewer_affected_than_there_must_be_is_proved_impossible() {
    let (server, base) = server();
    let enrolment = server.get("/v1/programmes/p/enrolments/e5");
    server.ask("DELETE", "/v1/programmes/p/enrolments/e5").header("If-Match", enrolment.etag()).send().expect(204);
    let refused = made(&server, json!({"base_plan": base, "max_affected_municipalities": 0}));
    assert_eq!(refused["state"], "infeasible", "{refused}");
    assert_eq!(refused["clash"]["rules"], json!(["max_affected_municipalities"]));
    let after = made(&server, json!({"base_plan": base, "max_affected_municipalities": 3, "max_changes": 0}));
    assert_eq!(after["changes"]["affected"]["municipalities"], 3, "{after}");
    let path = format!("/v1/plans/{}/difference/{base}", after["id"].as_str().unwrap());
    let told = server.get(&path).expect(200);
    assert_eq!(told["changes"]["affected"], after["changes"]["affected"], "counted the same way everywhere");
    assert_eq!(told["municipalities"].as_array().unwrap().len(), 4, "the one that has withdrawn is told, too");
    let wrong = json!({"base_plan": base, "max_affected_municipalities": -1});
    let expected = errors(&[("/max_affected_municipalities", "out_of_range")]);
    assert_eq!(server.post("/v1/programmes/p/plans", wrong).problem(422).1, expected);
}

#[test]
fn what_steers_a_plan_is_told_by_name_where_it_is_in_the_way() {
    let (server, base) = server();
    let into_n2 = |asked: Value| {
        let mut asked = asked;
        asked["base_plan"] = json!(base);
        let id = made(&server, asked)["id"].as_str().unwrap().to_owned();
        let why = server.get(&format!("/v1/plans/{id}/explanation/enrolments/e1")).expect(200);
        let one = |one: &&Value| one["network"] == "n2" && one["present"] == false;
        let found = why["alternatives"].as_array().unwrap().iter().find(one).unwrap().clone();
        let told = |one: &Value| (one["code"].as_str().unwrap().to_owned(), one["text"].as_str().unwrap().to_owned());
        let told: Vec<_> = found["obstacles"].as_array().into_iter().flatten().map(told).collect();
        (told, why["rules"].as_array().unwrap().clone(), found["price"].as_f64())
    };
    let of = |code: &str, text: &str| (code.to_owned(), text.to_owned());
    let (told, rules, _) = into_n2(json!({"locks": {"enrolments": ["e1"]}}));
    assert!(told.contains(&of("locked", "it is locked in network Elder care (n1)")), "{told:?}");
    assert!(rules.contains(&json!("lock")));
    let (told, rules, _) = into_n2(json!({"max_changes": 0}));
    assert!(told.contains(&of("change_limit", "no change is allowed")), "{told:?}");
    assert!(rules.contains(&json!("max_changes")));
    let (told, rules, _) = into_n2(json!({"max_affected_municipalities": 0}));
    assert!(told.contains(&of("affected_limit", "no municipality may be affected")), "{told:?}");
    assert!(rules.contains(&json!("max_affected_municipalities")));
    assert_eq!(into_n2(json!({"change_weight": 90_000.0})).2, Some(90_000.0));
}

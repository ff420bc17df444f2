//! Broken documents: each is refused whole, with every fault told at its place, by the service and on the command
//! line alike.

use serde_json::{Value, json};

use crate::harness::Server;
use crate::harness::documents::{faults, problem_with, run};

/// What is broken, how, and the faults that are told.
type Case = (&'static str, fn(&mut Value), &'static [(&'static str, &'static str)]);

const SHAPE: &[Case] = &[
    ("an unknown field", |d| d["nets"] = json!([]), &[("/nets", "unknown_field")]),
    (
        "an unknown field of a record",
        |d| d["municipalities"][2]["latitude"] = json!(1),
        &[("/municipalities/2/latitude", "unknown_field")],
    ),
    ("a field with a slash", |d| d["a/b~c"] = json!(1), &[("/a~1b~0c", "unknown_field")]),
    (
        "a number in words",
        |d| d["enrolments"][0]["delegates"] = json!("four"),
        &[("/enrolments/0/delegates", "wrong_type")],
    ),
    ("half a person", |d| d["enrolments"][0]["delegates"] = json!(4.5), &[("/enrolments/0/delegates", "wrong_type")]),
    (
        "more than can be counted",
        |d| d["networks"][0]["max_members"] = json!(1e300),
        &[("/networks/0/max_members", "wrong_type")],
    ),
    ("an object for a list", |d| d["regions"] = json!({}), &[("/regions", "wrong_type")]),
    ("a text for an object", |d| d["visits"] = json!("once"), &[("/visits", "wrong_type")]),
    ("a number for an id", |d| d["regions"][0]["id"] = json!(1084), &[("/regions/0/id", "wrong_type")]),
    (
        "a text for yes or no",
        |d| d["networks"][0]["may_stay_empty"] = json!("no"),
        &[("/networks/0/may_stay_empty", "wrong_type")],
    ),
    (
        "null in a list",
        |d| d["enrolments"][0]["preferences"][1] = Value::Null,
        &[("/enrolments/0/preferences/1", "wrong_type")],
    ),
    ("a list for the document", |d| *d = json!([]), &[("", "wrong_type")]),
    ("null for the document", |d| *d = Value::Null, &[("", "wrong_type")]),
    ("no name", |d| drop(d.as_object_mut().unwrap().remove("name")), &[("/name", "missing_field")]),
    (
        "no region",
        |d| drop(d["municipalities"][1].as_object_mut().unwrap().remove("region")),
        &[("/municipalities/1/region", "missing_field")],
    ),
    (
        "null where a value must be",
        |d| d["enrolments"][0]["municipality"] = Value::Null,
        &[("/enrolments/0/municipality", "null_not_allowed")],
    ),
    (
        "a penalty of null",
        |d| d["visits"]["pace"][1]["penalty"] = Value::Null,
        &[("/visits/pace/1/penalty", "null_not_allowed")],
    ),
    (
        "a day in full",
        |d| d["calendar"]["weekdays"][0] = json!("tuesday"),
        &[("/calendar/weekdays/0", "unknown_value")],
    ),
    ("another way to host", |d| d["visits"]["hosting"] = json!("twice"), &[("/visits/hosting", "unknown_value")]),
    (
        "another kind of pair",
        |d| d["pair_rules"][0]["kind"] = json!("Apart"),
        &[("/pair_rules/0/kind", "unknown_value")],
    ),
    (
        "several faults at once",
        |d| {
            d["networks"] = json!([{"id": 1, "min_members": "2"}, []]);
            d["weights"]["travel"] = json!("1");
        },
        &[
            ("/networks/0/id", "wrong_type"),
            ("/networks/0/max_members", "missing_field"),
            ("/networks/0/min_members", "wrong_type"),
            ("/networks/1", "wrong_type"),
            ("/weights/travel", "wrong_type"),
        ],
    ),
];

const MEANING: &[Case] = &[
    ("an id with a space", |d| d["enrolments"][0]["id"] = json!("a b"), &[("/enrolments/0/id", "invalid_id")]),
    ("an empty id", |d| d["rounds"][0]["id"] = json!(""), &[("/rounds/0/id", "invalid_id")]),
    ("an endless id", |d| d["enrolments"][0]["id"] = json!("x".repeat(65)), &[("/enrolments/0/id", "invalid_id")]),
    ("one id twice", |d| d["enrolments"][1]["id"] = json!("e1"), &[("/enrolments/1/id", "duplicate_id")]),
    (
        "a municipality's id twice, and so another unknown",
        |d| d["municipalities"][1]["id"] = json!("0101"),
        &[
            ("/enrolments/1/municipality", "unknown_id"),
            ("/municipalities/1/id", "duplicate_id"),
            ("/pair_rules/0/b", "unknown_id"),
        ],
    ),
    (
        "an unknown region",
        |d| d["municipalities"][0]["region"] = json!("9999"),
        &[("/municipalities/0/region", "unknown_id")],
    ),
    (
        "an unknown municipality",
        |d| d["enrolments"][0]["municipality"] = json!("9999"),
        &[("/enrolments/0/municipality", "unknown_id")],
    ),
    (
        "an unknown wish",
        |d| d["enrolments"][0]["preferences"][1] = json!("n9"),
        &[("/enrolments/0/preferences/1", "unknown_id")],
    ),
    ("fixed to nothing", |d| d["enrolments"][3]["fixed"] = json!("n9"), &[("/enrolments/3/fixed", "unknown_id")]),
    ("an unknown track", |d| d["enrolments"][2]["track"] = json!("staff"), &[("/enrolments/2/track", "unknown_id")]),
    (
        "north of the pole",
        |d| d["municipalities"][0]["lat"] = json!(90.1),
        &[("/municipalities/0/lat", "out_of_range")],
    ),
    (
        "west of the date line",
        |d| d["municipalities"][0]["lon"] = json!(-181),
        &[("/municipalities/0/lon", "out_of_range")],
    ),
    ("nobody sent", |d| d["enrolments"][0]["delegates"] = json!(0), &[("/enrolments/0/delegates", "out_of_range")]),
    (
        "a crowd sent",
        |d| d["enrolments"][0]["delegates"] = json!(10_001),
        &[("/enrolments/0/delegates", "out_of_range")],
    ),
    (
        "members min above max",
        |d| d["networks"][1]["min_members"] = json!(5),
        &[("/networks/1/min_members", "min_above_max")],
    ),
    (
        "delegates min above max",
        |d| d["networks"][0]["min_delegates"] = json!(17),
        &[("/networks/0/min_delegates", "min_above_max")],
    ),
    (
        "more members than municipalities",
        |d| {
            d["networks"][1]["min_members"] = json!(7);
            d["networks"][1]["max_members"] = json!(9);
        },
        &[("/networks/1/min_members", "too_few_eligible")],
    ),
    (
        "rounds that share a day",
        |d| d["rounds"].as_array_mut().unwrap().push(json!({"id": "r2", "start": "2027-05-28", "end": "2027-06-30"})),
        &[("/rounds/1/start", "rounds_overlap")],
    ),
    (
        "a round that ends before it starts",
        |d| d["rounds"][0]["end"] = json!("2027-04-01"),
        &[("/rounds/0/end", "end_before_start")],
    ),
    (
        "a day that does not exist",
        |d| d["rounds"][0]["start"] = json!("2027-02-30"),
        &[("/rounds/0/start", "invalid_date")],
    ),
    ("a date in words", |d| d["calendar"]["closed"][0] = json!("1 May"), &[("/calendar/closed/0", "invalid_date")]),
    (
        "a date with a time",
        |d| d["municipalities"][0]["unavailable"][0] = json!("2027-04-14T00:00"),
        &[("/municipalities/0/unavailable/0", "invalid_date")],
    ),
    ("ten years and more", |d| d["rounds"][0]["end"] = json!("2040-01-01"), &[("/rounds", "programme_too_long")]),
    (
        "fixed and excluded",
        |d| d["enrolments"][3]["excluded"] = json!(["n2"]),
        &[("/enrolments/3/fixed", "fixed_excluded")],
    ),
    (
        "fixed where its region may not be",
        |d| d["networks"][1]["allowed_regions"] = json!(["1084"]),
        &[("/enrolments/3/fixed", "fixed_closed_region")],
    ),
    (
        "more fixed than fit",
        |d| {
            d["networks"][1]["max_members"] = json!(2);
            d["enrolments"][4]["fixed"] = json!("n2");
            d["enrolments"][5]["fixed"] = json!("n2");
        },
        &[("/networks/1/max_members", "too_many_fixed")],
    ),
    (
        "two of one municipality fixed to one network",
        |d| {
            d["enrolments"]
                .as_array_mut()
                .unwrap()
                .push(json!({"id": "e7", "municipality": "0751", "delegates": 1, "fixed": "n2"}))
        },
        &[("/enrolments/6/fixed", "same_municipality_fixed")],
    ),
    (
        "together and apart",
        |d| d["pair_rules"].as_array_mut().unwrap().push(json!({"kind": "together", "a": "0147", "b": "0101"})),
        &[("/pair_rules/1", "together_and_apart")],
    ),
    ("apart from itself", |d| d["pair_rules"][0]["b"] = json!("0101"), &[("/pair_rules/0", "pair_with_itself")]),
    (
        "two distances for a pair",
        |d| d["distances"].as_array_mut().unwrap().push(json!({"a": "0751", "b": "0101", "km": 1})),
        &[("/distances/1", "duplicate_distance")],
    ),
    ("far from itself", |d| d["distances"][0]["b"] = json!("0101"), &[("/distances/0", "distance_to_itself")]),
    ("less than no distance", |d| d["distances"][0]["km"] = json!(-0.1), &[("/distances/0/km", "out_of_range")]),
    ("roads shorter than the crow's", |d| d["detour_factor"] = json!(0.9), &[("/detour_factor", "out_of_range")]),
    (
        "no cost by rank",
        |d| d["preference_costs"]["by_rank"] = json!([]),
        &[("/preference_costs/by_rank", "empty_list")],
    ),
    ("a negative weight", |d| d["weights"]["travel"] = json!(-1), &[("/weights/travel", "out_of_range")]),
    ("a weight beyond measure", |d| d["weights"]["unhosted"] = json!(1e13), &[("/weights/unhosted", "out_of_range")]),
    (
        "a window of no days",
        |d| d["visits"]["pace"][0]["window_days"] = json!(0),
        &[("/visits/pace/0/window_days", "out_of_range")],
    ),
    (
        "one of two tracks, not said which",
        |d| {
            d["tracks"].as_array_mut().unwrap().push(json!({"id": "staff"}));
            d["enrolments"][2].as_object_mut().unwrap().remove("track");
        },
        &[("/enrolments/2/track", "missing_track")],
    ),
    (
        "networks of another track",
        |d| {
            d["tracks"].as_array_mut().unwrap().push(json!({"id": "staff"}));
            d["networks"][0]["track"] = json!("staff");
        },
        &[
            ("/enrolments/0/preferences/0", "other_track"),
            ("/enrolments/4/excluded/0", "other_track"),
            ("/enrolments/5/preferences/1", "other_track"),
            ("/networks/0/min_members", "too_few_eligible"),
        ],
    ),
];

/// What is not JSON, and its code.
fn not_json() -> Vec<(Vec<u8>, &'static str)> {
    let example = include_str!("../openapi/examples/problem.json");
    let number = |text: &str| example.replacen("55.6761", text, 1).into_bytes();
    vec![
        (Vec::new(), "empty"),
        (example.as_bytes()[..example.len() / 2].to_vec(), "not_json"),
        ([example.as_bytes(), b"{}"].concat(), "not_json"),
        (number("NaN"), "not_json"),
        (number("Infinity"), "not_json"),
        (number("055"), "not_json"),
        (number("1e999"), "number_out_of_range"),
        (number("-1e999"), "number_out_of_range"),
        (example.replacen("\"name\"", "\"regions\": [], \"name\"", 1).into_bytes(), "duplicate_key"),
        (example.replacen("\"0101\"", "\"\\udc00\"", 1).into_bytes(), "lone_surrogate"),
        (example.replacen("0101", "\u{0}", 1).into_bytes(), "not_json"),
        ([b"\"\xFF\"".as_slice(), example.as_bytes()].concat(), "not_json"),
        ("{\"name\":".repeat(50_000).into_bytes(), "too_deep"),
    ]
}

fn expected(faults: &[(&str, &str)]) -> Vec<(String, String)> {
    faults.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
}

#[test]
fn a_broken_document_is_refused_whole_with_every_fault_at_its_place() {
    let server = Server::start();
    for (what, change, faults_told) in SHAPE.iter().chain(MEANING) {
        let answer = server.put("/v1/programmes/p/problem", problem_with(change));
        assert_eq!(answer.problem(422).0, "invalid", "{what}");
        assert_eq!(faults(&answer.json()["errors"]), expected(faults_told), "{what}");
    }
    for (bytes, code) in not_json() {
        let answer = server.ask("PUT", "/v1/programmes/p/problem").body("application/json", &bytes).send();
        assert_eq!(answer.problem(400), ("invalid_json".to_owned(), expected(&[("", code)])));
    }
    server.get("/v1/programmes/p").problem(404);
    server.get("/v1/programmes/p/problem").problem(404);
}

#[test]
fn a_broken_document_that_is_sent_along_has_the_same_faults_one_level_down() {
    let server = Server::start();
    for (what, change, faults_told) in SHAPE.iter().chain(MEANING) {
        let answer = server.post("/v1/plans", json!({"problem": problem_with(change)}));
        let below: Vec<_> =
            expected(faults_told).into_iter().map(|(at, code)| (format!("/problem{at}"), code)).collect();
        let null = *what == "null for the document";
        let below = if null { expected(&[("/problem", "null_not_allowed")]) } else { below };
        answer.problem(422);
        assert_eq!(faults(&answer.json()["errors"]), below, "{what}");
    }
    assert_eq!(server.get("/v1/plans").expect(200), json!({"items": []}));
}

#[test]
fn the_command_line_tells_the_same_with_status_2() {
    for (what, change, faults_told) in SHAPE.iter().chain(MEANING) {
        let output = run(&["solve", "-", "--work", "1"], problem_with(change).to_string().as_bytes());
        assert_eq!(output.status.code(), Some(2), "{what}");
        assert!(output.stdout.is_empty(), "{what}");
        let told: Value = serde_json::from_slice(&output.stderr).expect(what);
        assert_eq!(faults(&told["errors"]), expected(faults_told), "{what}");
    }
    for (bytes, code) in not_json() {
        let output = run(&["solve", "-", "--work", "1"], &bytes);
        assert_eq!(output.status.code(), Some(2), "{code}");
        let told: Value = serde_json::from_slice(&output.stderr).expect(code);
        assert_eq!(faults(&told["errors"]), expected(&[("", code)]));
    }
}

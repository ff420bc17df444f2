//! A programme brought in from spreadsheets: networks, rounds, enrolments, diaries, distances.

use serde_json::{Value, json};

use crate::harness::{Answer, Server, errors};

fn csv(server: &Server, path: &str, text: &str) -> Answer {
    server.ask("POST", path).body("text/csv", text.as_bytes()).send()
}

/// Regions r and s, municipalities a, b and c, and a programme p that contains nothing.
fn server() -> Server {
    let server = Server::start();
    csv(&server, "/v1/regions/import", "id,name,max_visits_per_day\nr,North,3\ns,,\n").expect(200);
    let towns = "id;region;lat;lon\na;r;55,5;12\nb;r;56;12\nc;s;57;12\n";
    csv(&server, "/v1/municipalities/import", towns).expect(200);
    server.put("/v1/programmes/p", json!({"name": "Programme"})).expect(201);
    server
}

/// Line, column and code of each error.
fn places(answer: &Answer) -> Vec<Value> {
    let place = |error: &Value| json!([error["line"], error["column"], error["code"]]);
    answer.expect(422)["errors"].as_array().unwrap().iter().map(place).collect()
}

fn items(server: &Server, path: &str) -> Value {
    server.get(path).expect(200)["items"].clone()
}

#[test]
fn networks_bring_their_tracks_and_the_regions_that_they_allow() {
    let server = server();
    let text = "id,track,track_name,min_members,max_members,allowed_regions\nn1,t,Leaders,1,5,r s\nn2,t,,2,6,\n";
    let done = csv(&server, "/v1/programmes/p/networks/import", text).expect(200);
    assert_eq!(done, json!({"dry_run": false, "created": 2, "updated": 0, "unchanged": 0}));
    assert_eq!(items(&server, "/v1/programmes/p/tracks"), json!([{"id": "t", "name": "Leaders"}]));
    let regions = json!([{"id": "r", "name": "North", "max_visits_per_day": 3}, {"id": "s"}]);
    assert_eq!(items(&server, "/v1/programmes/p/regions"), regions);
    let networks = json!([
        {"id": "n1", "track": "t", "min_members": 1, "max_members": 5, "allowed_regions": ["r", "s"]},
        {"id": "n2", "track": "t", "min_members": 2, "max_members": 6}
    ]);
    assert_eq!(items(&server, "/v1/programmes/p/networks"), networks);
    let more =
        csv(&server, "/v1/programmes/p/networks/import", "id,track,name,min_members,max_members\nn1,t,Aula,1,5\n");
    assert_eq!(more.expect(200)["updated"], 1);
    let kept = server.get("/v1/programmes/p/networks/n1").expect(200);
    assert_eq!((&kept["name"], &kept["allowed_regions"]), (&json!("Aula"), &json!(["r", "s"])));
}

#[test]
fn enrolments_bring_their_municipalities_and_wishes() {
    let server = server();
    let networks = "id,min_members,max_members\nn1,1,5\nn2,1,5\nn3,1,5\n";
    csv(&server, "/v1/programmes/p/networks/import", networks).expect(200);
    let text = "id;municipality;delegates;preferences;excluded;fixed\ne1;a;4;n2 n1;n3;\ne2;c;2;\"n1;n3\";;n1\n";
    assert_eq!(csv(&server, "/v1/programmes/p/enrolments/import", text).expect(200)["created"], 2);
    let enrolments = json!([
        {"id": "e1", "municipality": "a", "delegates": 4, "preferences": ["n2", "n1"], "excluded": ["n3"]},
        {"id": "e2", "municipality": "c", "delegates": 2, "preferences": ["n1", "n3"], "fixed": "n1"}
    ]);
    assert_eq!(items(&server, "/v1/programmes/p/enrolments"), enrolments);
    assert_eq!(server.get("/v1/programmes/p/municipalities").ids(), ["a", "c"]);
    assert_eq!(server.get("/v1/programmes/p/regions").ids(), ["r", "s"]);
    let wrong = "id;municipality;delegates;preferences;fixed\ne1;a;0;n1 n9;\ne3;z;x;;n7\ne1;b;1;;\n";
    let expected = [
        json!([2, "delegates", "out_of_range"]),
        json!([2, "preferences", "unknown_id"]),
        json!([3, "delegates", "wrong_type"]), // the rest of this row is judged once it can be read
        json!([4, "id", "duplicate_id"]),
    ];
    assert_eq!(places(&csv(&server, "/v1/programmes/p/enrolments/import", wrong)), expected);
    let expected = [
        json!([2, "delegates", "out_of_range"]),
        json!([2, "preferences", "unknown_id"]),
        json!([3, "municipality", "unknown_id"]),
        json!([3, "fixed", "unknown_id"]),
        json!([4, "id", "duplicate_id"]),
    ];
    assert_eq!(places(&csv(&server, "/v1/programmes/p/enrolments/import", &wrong.replace(";x;", ";1;"))), expected);
    assert_eq!(items(&server, "/v1/programmes/p/enrolments"), enrolments, "none of the rows was stored");
    assert_eq!(server.get("/v1/programmes/p/municipalities").ids(), ["a", "c"]);
}

#[test]
fn a_corrected_file_takes_wishes_and_limits_away() {
    let server = server();
    let networks = "id,track,track_name,min_members,max_members,max_delegates,allowed_regions\n";
    csv(&server, "/v1/programmes/p/networks/import", &format!("{networks}n1,t,Leaders,1,5,9,r\n")).expect(200);
    let path = "/v1/programmes/p/enrolments/import";
    csv(&server, path, "id,municipality,delegates,preferences,fixed\ne1,a,4,n1,n1\n").expect(200);
    let same = csv(&server, path, "id,municipality,delegates,preferences,fixed\ne1,a,4,,\n");
    assert_eq!(same.expect(200)["unchanged"], 1);
    let freed = csv(&server, path, "id,municipality,delegates,preferences,fixed\ne1,a,4,-,-\n");
    assert_eq!(freed.expect(200)["updated"], 1);
    let enrolments = json!([{"id": "e1", "municipality": "a", "delegates": 4}]);
    assert_eq!(items(&server, "/v1/programmes/p/enrolments"), enrolments);
    let open = csv(&server, "/v1/programmes/p/networks/import", &format!("{networks}n1,t,-,1,5,-,-\n"));
    assert_eq!(open.expect(200)["updated"], 1);
    let network = json!([{"id": "n1", "track": "t", "min_members": 1, "max_members": 5}]);
    assert_eq!(items(&server, "/v1/programmes/p/networks"), network);
}

#[test]
fn rows_are_judged_as_they_would_be_stored() {
    let server = server();
    let path = "/v1/programmes/p/networks/import";
    let columns = "id;track;min_members;max_members";
    csv(&server, path, &format!("{columns};min_delegates\nn0;t;6;9;20\nn1;t;1;9;\n")).expect(200);
    let above = csv(&server, path, &format!("{columns};max_delegates\nn1;t;6;9;10\nn0;t;6;9;10\n"));
    assert_eq!(places(&above), [json!([3, "min_delegates", "min_above_max"])]);
    let networks = items(&server, "/v1/programmes/p/networks");
    assert!(networks.as_array().unwrap().iter().all(|network| network["max_delegates"].is_null()), "{networks}");
    let path = "/v1/programmes/p/enrolments/import";
    csv(&server, path, "id,municipality,track,delegates,excluded\ne1,a,t,1,n1\n").expect(200);
    let fixed = csv(&server, path, "id,municipality,delegates,fixed\ne1,a,1,n1\n");
    assert_eq!(places(&fixed), [json!([2, "fixed", "fixed_excluded"])]);
    let lowered = csv(
        &server,
        "/v1/programmes/p/networks/import",
        &format!("{columns};min_delegates;max_delegates\nn0;t;6;9;5;10\n"),
    );
    assert_eq!(lowered.expect(200)["updated"], 1, "what the row mends is no fault");
}

#[test]
fn rounds_are_read_and_judged() {
    let server = server();
    let path = "/v1/programmes/p/rounds/import";
    let text = "id,name,start,end\nr1,Spring,2027-04-06,2027-06-18\n";
    assert_eq!(csv(&server, path, text).expect(200)["created"], 1);
    assert_eq!(csv(&server, path, text).expect(200)["unchanged"], 1);
    let wrong = "id,start,end\nr2,2027-09-01,2027-08-01\nr3,soon,2027-10-01\n";
    assert_eq!(places(&csv(&server, path, wrong))[1], json!([3, "start", "invalid_date"]));
}

#[test]
fn a_diary_becomes_what_the_rows_say() {
    let server = server();
    let path = "/v1/programmes/p/availability/import";
    let text = "municipality;date;until;kind\na;2027-02-27;2027-03-02;unavailable\na;2027-04-06;;undesired\n\
                b;2027-04-07;;cannot_host_on\n";
    assert_eq!(csv(&server, path, text).expect(200)["updated"], 2);
    let a = server.get("/v1/programmes/p/municipalities/a").expect(200);
    assert_eq!(a["unavailable"], json!(["2027-02-27", "2027-02-28", "2027-03-01", "2027-03-02"]));
    assert_eq!(a["undesired"], json!(["2027-04-06"]));
    let b = server.get("/v1/programmes/p/municipalities/b").expect(200);
    assert_eq!(b["cannot_host_on"], json!(["2027-04-07"]));
    let form = csv(&server, path, "municipality,date,kind\na,,\n").expect(200);
    assert_eq!((&form["updated"], &form["unchanged"]), (&json!(0), &json!(0)), "an empty cell takes nothing away");
    assert_eq!(server.get("/v1/programmes/p/municipalities/a").expect(200), a);
    let emptied = csv(&server, path, "municipality,date,kind\na,-,\n").expect(200);
    assert_eq!(emptied["updated"], 1);
    assert_eq!(server.get("/v1/programmes/p/municipalities/a").expect(200)["unavailable"], json!([]));
    assert_eq!(server.get("/v1/programmes/p/municipalities/b").expect(200), b, "not named: as it was");
    let wrong = "municipality,date,until,kind\na,2027-02-30,,unavailable\na,2027-03-02,2027-03-01,unavailable\n\
                 z,2027-03-02,,unavailable\na,2027-03-02,,\n";
    let expected = [
        json!([2, "date", "invalid_date"]),
        json!([3, "until", "out_of_range"]),
        json!([4, "municipality", "unknown_id"]),
        json!([5, "kind", "missing_field"]),
    ];
    assert_eq!(places(&csv(&server, path, wrong)), expected);
    let kind = csv(&server, path, "municipality,date,kind\na,2027-03-02,away\n");
    assert_eq!(places(&kind), [json!([2, "kind", "unknown_value"])]);
}

#[test]
fn a_pair_has_the_distance_of_its_last_import() {
    let server = server();
    let path = "/v1/programmes/p/distances/import";
    assert_eq!(csv(&server, path, "a;b;km\na;b;10,5\nb;c;20\n").expect(200)["created"], 2);
    let done = server.post(path, json!([{"a": "b", "b": "a", "km": 11}, {"a": "c", "b": "b", "km": 20}])).expect(200);
    assert_eq!(done, json!({"dry_run": false, "created": 0, "updated": 1, "unchanged": 1}));
    let problem = server.get("/v1/programmes/p/problem").expect(200);
    let distances = json!([{"a": "a", "b": "b", "km": 11.0}, {"a": "b", "b": "c", "km": 20.0}]);
    assert_eq!(problem["distances"], distances);
    let wrong = server.post(
        path,
        json!([{"a": "a", "b": "a", "km": 1}, {"a": "a", "b": "c", "km": 1}, {"a": "c", "b": "a", "km": 2}]),
    );
    let found = wrong.problem(422).1;
    assert!(found.contains(&("/2/b".to_owned(), "duplicate_pair".to_owned())), "{found:?}");
}

#[test]
fn what_looks_like_a_formula_is_stored_as_it_is_written() {
    let server = server();
    csv(&server, "/v1/regions/import", "id,name\nr,=HYPERLINK(1)\ns,'@x\n").expect(200);
    assert_eq!(server.get("/v1/regions/r").expect(200)["name"], "=HYPERLINK(1)");
    assert_eq!(server.get("/v1/regions/s").expect(200)["name"], "@x", "the apostrophe of our own files");
}

#[test]
fn a_dry_run_of_networks_makes_no_track() {
    let server = server();
    let text = "id,track,min_members,max_members\nn1,t,1,5\n";
    let told = csv(&server, "/v1/programmes/p/networks/import?dry_run=true", text).expect(200);
    assert_eq!(told, json!({"dry_run": true, "created": 1, "updated": 0, "unchanged": 0}));
    assert!(server.get("/v1/programmes/p/tracks").ids().is_empty());
    let nowhere = csv(&server, "/v1/programmes/q/networks/import", text);
    assert_eq!(nowhere.problem(404), ("not_found".to_owned(), errors(&[])));
}

/// A file of what a list of records says in these fields.
fn sheet(records: &Value, fields: &[&str]) -> String {
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => format!("\"{}\"", text.replace('"', "\"\"")),
        Value::Array(parts) => parts.iter().map(|part| part.as_str().unwrap()).collect::<Vec<_>>().join(" "),
        other => other.to_string().replace('.', ","),
    };
    let rows = records.as_array().unwrap().iter();
    let rows = rows.map(|record| fields.iter().map(|field| cell(&record[*field])).collect::<Vec<_>>().join(";"));
    std::iter::once(fields.join(";")).chain(rows).collect::<Vec<_>>().join("\r\n")
}

#[test]
fn a_country_goes_from_nothing_to_a_running_plan_in_nine_calls() {
    let made =
        crate::harness::documents::run(&["demo", "--shape", "single", "--country", "se", "--take", "290"], b"").stdout;
    let mut problem: Value = serde_json::from_slice(&made).unwrap();
    let towns = problem["municipalities"].as_array().unwrap().clone();
    assert_eq!(towns.len(), 290);
    let mut diaries = "municipality;date;kind".to_owned();
    for town in &towns {
        for kind in ["unavailable", "cannot_host_on", "undesired"] {
            for date in town[kind].as_array().into_iter().flatten() {
                diaries += &format!("\n{};{};{kind}", town["id"].as_str().unwrap(), date.as_str().unwrap());
            }
        }
    }
    let distances = json!([{"a": towns[0]["id"], "b": towns[1]["id"], "km": 12.5}]);
    problem["distances"] = distances.clone();
    problem.as_object_mut().unwrap().remove("pair_rules");
    let lists = ["regions", "municipalities", "tracks", "networks", "rounds", "enrolments", "distances"];
    let mut programme = problem.clone();
    lists.iter().for_each(|list| drop(programme.as_object_mut().unwrap().remove(*list)));

    let server = Server::start();
    server.put("/v1/programmes/se", programme).expect(201);
    let mut networks = problem["networks"].clone();
    networks.as_array_mut().unwrap().iter_mut().for_each(|network| network["track_name"] = "Main".into());
    let network = [
        "id",
        "track",
        "track_name",
        "name",
        "min_members",
        "max_members",
        "min_delegates",
        "max_delegates",
        "may_stay_empty",
        "allowed_regions",
        "max_members_per_region",
        "min_regions",
        "max_distance_km",
    ];
    let enrolment = ["id", "municipality", "track", "delegates", "preferences", "fixed", "excluded"];
    for (path, text) in [
        ("/v1/regions", sheet(&problem["regions"], &["id", "name", "max_visits_per_day"])),
        (
            "/v1/municipalities",
            sheet(&problem["municipalities"], &["id", "name", "region", "lat", "lon", "can_host", "host_capacity"]),
        ),
        ("/v1/programmes/se/networks", sheet(&networks, &network)),
        ("/v1/programmes/se/rounds", sheet(&problem["rounds"], &["id", "name", "start", "end"])),
        ("/v1/programmes/se/enrolments", sheet(&problem["enrolments"], &enrolment)),
        ("/v1/programmes/se/availability", diaries),
        ("/v1/programmes/se/distances", sheet(&distances, &["a", "b", "km"])),
    ] {
        csv(&server, &format!("{path}/import"), &text).expect(200);
    }
    let plan = server.post("/v1/programmes/se/plans", json!({"effort": {"seconds": 600}})).expect(202);
    let plan = format!("/v1/plans/{}", plan["id"].as_str().unwrap());
    while server.get(&plan).expect(200)["state"] == "queued" {
        std::thread::yield_now();
    }
    assert_eq!(server.get(&plan).expect(200)["state"], "running");

    let mut stored = server.get("/v1/programmes/se/problem").expect(200);
    for list in ["tracks", "municipalities", "regions", "enrolments", "networks"] {
        for problem in [&mut stored, &mut problem] {
            let Some(records) = problem.get_mut(list).and_then(Value::as_array_mut) else { continue };
            records.sort_by_key(|record| record["id"].to_string());
            for record in records.iter_mut().filter_map(Value::as_object_mut) {
                // An empty cell says nothing, so an empty list and none are the same in a file.
                record.retain(|_, value| value != &json!([]));
            }
        }
    }
    for (list, of_the_file) in problem.as_object().unwrap() {
        match (of_the_file.as_array(), stored[list].as_array()) {
            (Some(file), Some(stored)) => {
                assert_eq!(file.len(), stored.len(), "{list}");
                file.iter().zip(stored).for_each(|(file, stored)| assert_eq!(file, stored, "{list}"));
            }
            _ => assert_eq!(of_the_file, &stored[list], "{list}"),
        }
    }
}

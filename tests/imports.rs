//! Municipalities brought in from CSV and JSON: all rows or none.

use serde_json::{Value, json};

use crate::harness::{Answer, Server, errors};

const PATH: &str = "/v1/municipalities/import";

fn server() -> Server {
    let server = Server::start();
    server.put("/v1/regions/r", json!({})).expect(201);
    server
}

fn csv(server: &Server, path: &str, text: &str) -> Answer {
    server.ask("POST", path).body("text/csv; charset=utf-8", text.as_bytes()).send()
}

/// Line, column and code of each error.
fn places(answer: &Answer) -> Vec<Value> {
    let problem = answer.expect(422);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let place = |error: &Value| json!([error["line"], error["column"], error["code"]]);
    problem["errors"].as_array().unwrap().iter().map(place).collect()
}

#[test]
fn a_spreadsheet_with_semicolons_commas_and_a_mark_is_read_as_any_other() {
    let (first, second) = (server(), server());
    let plain = "id,name,region,lat,lon,can_host,host_capacity\na,\"Å, by\",r,55.5,12.25,false,\nb,,r,-1,2,,40\n";
    let spreadsheet =
        "\u{feff}ID;Name;Region;Lat;Lon;Can_host;Host_capacity\r\na;Å, by;r;55,5;12,25;FALSE;\r\nb;;r;-1;2;;40\r\n";
    for (server, text) in [(&first, plain), (&second, spreadsheet)] {
        let done = csv(server, PATH, text).expect(200);
        assert_eq!(done, json!({"dry_run": false, "created": 2, "updated": 0, "unchanged": 0}));
    }
    let stored = first.get("/v1/municipalities").expect(200);
    assert_eq!(
        stored["items"],
        json!([
            {"id": "a", "name": "Å, by", "region": "r", "lat": 55.5, "lon": 12.25, "can_host": false},
            {"id": "b", "region": "r", "lat": -1.0, "lon": 2.0, "host_capacity": 40}
        ])
    );
    assert_eq!(second.get("/v1/municipalities").expect(200), stored);
}

#[test]
fn a_json_list_changes_what_it_says_and_leaves_the_rest() {
    let server = server();
    let before = json!({"region": "r", "lat": 1, "lon": 2, "host_capacity": 9, "unavailable": ["2027-01-04"]});
    server.put("/v1/municipalities/a", before).expect(201);
    let rows = json!([{"id": "a", "region": "r", "lat": 3, "lon": 2}, {"id": "b", "region": "r", "lat": 1, "lon": 2}]);
    let done = server.post(PATH, rows.clone()).expect(200);
    assert_eq!(done, json!({"dry_run": false, "created": 1, "updated": 1, "unchanged": 0}));
    let kept = server.get("/v1/municipalities/a");
    let record = kept.expect(200);
    assert_eq!((&record["lat"], &record["host_capacity"]), (&json!(3.0), &json!(9)));
    assert_eq!(record["unavailable"], json!(["2027-01-04"]));
    assert_eq!(server.post(PATH, rows).expect(200)["unchanged"], 2);
    assert_eq!(server.get("/v1/municipalities/a").etag(), kept.etag(), "what is as it was is not written");
}

#[test]
fn a_dry_run_tells_and_stores_nothing() {
    let server = server();
    let text = "id,region,lat,lon\na,r,1,2\n";
    let told = csv(&server, &format!("{PATH}?dry_run=true"), text).expect(200);
    assert_eq!(told, json!({"dry_run": true, "created": 1, "updated": 0, "unchanged": 0}));
    assert!(server.get("/v1/municipalities").ids().is_empty());
    for query in ["dry_run=perhaps", "dryrun=true", "dry_run=true&dry_run=true"] {
        assert_eq!(csv(&server, &format!("{PATH}?{query}"), text).problem(400).0, "invalid_parameter", "{query}");
    }
}

#[test]
fn every_bad_row_is_told_with_line_column_and_code_and_nothing_is_stored() {
    let server = server();
    let text = "id,region,lat,lon,host_capacity\na,r,1,2,\nb,nowhere,91,2,\n\na,r,1,2,-1\nd e,r,1,2,\n";
    let found = places(&csv(&server, PATH, text));
    let expected = [
        json!([3, "lat", "out_of_range"]),
        json!([3, "region", "unknown_id"]),
        json!([5, "id", "duplicate_id"]),
        json!([5, "host_capacity", "out_of_range"]),
        json!([6, "id", "invalid_id"]),
    ];
    assert_eq!(found, expected);
    assert!(server.get("/v1/municipalities").ids().is_empty());
}

#[test]
fn values_that_cannot_be_read_are_told_with_line_column_and_code() {
    let server = server();
    let text = "id;region;lat;lon;can_host\na;r;x;2;\n\nb;r;1;;maybe\nc;r\n";
    let expected = [
        json!([2, "lat", "wrong_type"]),
        json!([4, "lon", "missing_field"]),
        json!([4, "can_host", "wrong_type"]),
        json!([5, "lat", "missing_field"]),
        json!([5, "lon", "missing_field"]),
    ];
    assert_eq!(places(&csv(&server, PATH, text)), expected);
    let header = [json!([1, "size", "unknown_column"]), json!([1, "lon", "missing_column"])];
    assert_eq!(places(&csv(&server, PATH, "id,region,lat,size\na,r,1,2\n")), header);
    assert_eq!(places(&csv(&server, PATH, "")), [json!([1, null, "empty"])]);
}

#[test]
fn rows_that_can_be_read_are_judged_also_where_others_cannot() {
    let server = server();
    let text = "id;region;lat;lon\na;r;55;x\nb;nowhere;55;12\nc;r;155;12\nd d;r;55;12\na;r;55;12\ne;r\n";
    let expected = [
        json!([2, "lon", "wrong_type"]),
        json!([3, "region", "unknown_id"]),
        json!([4, "lat", "out_of_range"]),
        json!([5, "id", "invalid_id"]),
        json!([6, "id", "duplicate_id"]),
        json!([7, "lat", "missing_field"]),
        json!([7, "lon", "missing_field"]),
    ];
    assert_eq!(places(&csv(&server, PATH, text)), expected);
    let town = |id: &str, region: &str, lon: Value| json!({"id": id, "region": region, "lat": 55, "lon": lon});
    let rows = json!([town("a", "r", "x".into()), town("b", "nowhere", 12.into()), 5, town("a", "r", 12.into())]);
    let found =
        [("/0/lon", "wrong_type"), ("/1/region", "unknown_id"), ("/2", "wrong_type"), ("/3/id", "duplicate_id")];
    assert_eq!(server.post(PATH, rows).problem(422).1, errors(&found));
    assert!(server.get("/v1/municipalities").ids().is_empty());
}

#[test]
fn null_and_a_dash_alone_take_away_what_is_stored() {
    let server = server();
    let path = "/v1/municipalities/a";
    let stored = || {
        let mut fields = server.get(path).expect(200).as_object().unwrap().clone();
        ["id", "region", "lat", "lon"].iter().for_each(|field| drop(fields.remove(*field)));
        Value::from(fields)
    };
    let full = "id;region;lat;lon;name;host_capacity;undesired\na;r;1;2;Town;9;2027-01-04\n";
    let all = json!({"name": "Town", "host_capacity": 9, "undesired": ["2027-01-04"]});
    csv(&server, PATH, full).expect(200);
    let empty = csv(&server, PATH, "id;region;lat;lon;name;host_capacity;undesired\na;r;1;2;;;\n");
    assert_eq!((&empty.expect(200)["unchanged"], stored()), (&json!(1), all));
    let dash = csv(&server, PATH, "id;region;lat;lon;name;host_capacity\na;r;1;2;'-;-\n");
    assert_eq!(dash.expect(200)["updated"], 1);
    assert_eq!(stored(), json!({"name": "-", "undesired": ["2027-01-04"]}));
    let null = server.post(PATH, json!([{"id": "a", "region": "r", "lat": 1, "lon": 2, "undesired": null}]));
    assert_eq!(null.expect(200)["updated"], 1);
    assert_eq!(stored(), json!({"name": "-"}));
    let needed = server.post(PATH, json!([{"id": "a", "region": null, "lat": 1, "lon": 2}]));
    assert_eq!(needed.problem(422).1, errors(&[("/0/region", "null_not_allowed")]));
    assert_eq!(places(&csv(&server, PATH, "id;region;lat;lon\na;-;1;2\n")), [json!([2, "region", "unknown_id"])]);
}

#[test]
fn faults_of_a_json_list_have_pointers() {
    let server = server();
    let shape = server.post(PATH, json!([{"id": "a", "region": "r", "lat": "x", "size": 1}])).problem(422);
    assert_eq!(shape.1, errors(&[("/0/lat", "wrong_type"), ("/0/lon", "missing_field"), ("/0/size", "unknown_field")]));
    let meaning = server.post(PATH, json!([{"id": "a", "region": "s", "lat": 1, "lon": 2}]));
    assert_eq!(meaning.problem(422).1, errors(&[("/0/region", "unknown_id")]));
    assert!(meaning.json()["errors"][0].get("line").is_none());
    assert_eq!(server.post(PATH, json!({"items": []})).problem(422).1, errors(&[("", "wrong_type")]));
}

#[test]
fn more_rows_than_an_import_may_have_are_refused_however_they_come() {
    let server = Server::with(&["--max-rows", "2"]);
    server.put("/v1/programmes/p", json!({"name": "Programme"})).expect(201);
    let regions = "/v1/regions/import";
    assert_eq!(csv(&server, regions, "id\na\n\nb\n").expect(200)["created"], 2);
    let too_many = errors(&[("", "too_many_rows")]);
    assert_eq!(csv(&server, regions, "id\na\nb\nc\nd\n").problem(422).1, too_many);
    assert_eq!(server.post(regions, json!([{"id": "a"}, {"id": "b"}, 5])).problem(422).1, too_many);
    let plan = csv(&server, "/v1/programmes/p/plans/import", "enrolment\na\nb\nc\n");
    assert_eq!(plan.problem(422).1, too_many, "a plan is not cut short");
}

#[test]
fn other_media_types_are_refused() {
    let server = server();
    for kind in ["text/plain", "application/xml", "multipart/form-data"] {
        let refused = server.ask("POST", PATH).body(kind, b"id,region,lat,lon\n").send();
        assert_eq!(refused.problem(415).0, "unsupported_media_type", "{kind}");
    }
}

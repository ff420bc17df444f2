//! Fees: who pays what, as a list, as files, and as a difference from what was published.

use serde_json::{Value, json};

use crate::harness::documents::{problem_with, run};
use crate::harness::{Answer, Server, errors};

fn fees() -> Value {
    json!({
        "currency": "DKK", "excluding_vat": true,
        "periods": [{"id": "2027", "amount": 65_000}, {"id": "2028", "amount": 65_000}],
        "included": [{"tracks": ["main"], "enrolments": 1, "extra": 20_000}]
    })
}

/// All Danish municipalities, each with one enrolment, as programme `p` with fees.
fn country() -> Server {
    let mut problem: Value = serde_json::from_slice(&run(&["demo", "--shape", "single"], b"").stdout).unwrap();
    problem["tracks"] = json!([{"id": "main"}]);
    let server = Server::start();
    server.put("/v1/programmes/p/problem", problem).expect(201);
    server.patch("/v1/programmes/p", json!({"fees": fees()})).expect(200);
    server
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}

#[test]
fn all_take_one_network_and_twelve_take_two() {
    let server = country();
    let told = server.get("/v1/programmes/p/fees").expect(200);
    assert_eq!((&told["totals"]["total"], &told["totals"]["municipalities"]), (&json!(12_740_000), &json!(98)));
    assert!(told["items"].as_array().unwrap().iter().all(|item| item["total"] == 130_000));
    let towns = server.get("/v1/programmes/p/municipalities?limit=12").ids();
    for town in &towns {
        let second = json!({"municipality": town, "track": "main", "delegates": 3});
        server.put(&format!("/v1/programmes/p/enrolments/second-{town}"), second).expect(201);
    }
    let told = server.get("/v1/programmes/p/fees").expect(200);
    let totals =
        json!({"municipalities": 98, "periods": 12_740_000, "extras": 480_000, "adjustments": 0, "total": 13_220_000});
    assert_eq!(told["totals"], totals);
    for item in told["items"].as_array().unwrap() {
        let twice = towns.iter().any(|town| item["municipality"] == *town);
        assert_eq!(item["total"], if twice { 170_000 } else { 130_000 }, "{item}");
    }
    let csv = text(&server.get("/v1/programmes/p/fees.csv"));
    assert_eq!(csv.lines().count(), 1 + 98 * 2 + 12 * 2);
    let sum: i64 = csv.lines().skip(1).map(|line| line.split(';').nth(7).unwrap().parse::<i64>().unwrap()).sum();
    assert_eq!(sum, 13_220_000);
    let book = server.get("/v1/programmes/p/fees.xlsx");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(book.body)).unwrap();
    let sheet = calamine::Reader::worksheet_range(&mut book, "Fees").unwrap();
    assert_eq!(sheet.height(), 1 + 98 + 1);
    assert_eq!(sheet.get_value((99, 5)), Some(&calamine::Data::Float(13_220_000.0)));
}

#[test]
fn a_published_basis_stays_and_differences_are_told_from_it() {
    let server = Server::start();
    let problem = problem_with(|problem| problem["tracks"] = json!([{"id": "leadership"}]));
    server.put("/v1/programmes/p/problem", problem.clone()).expect(201);
    server.get("/v1/programmes/p/fees").problem(404);
    let mut terms = fees();
    terms["included"][0]["tracks"] = json!(["leadership"]);
    server.patch("/v1/programmes/p", json!({"fees": terms})).expect(200);
    server.get("/v1/programmes/p/fees/difference").problem(404);
    let before = server.get("/v1/programmes/p/fees").expect(200);
    let publish = json!({"approver": "Head"});
    let published = server.post("/v1/programmes/p/fees/publish", publish).expect(200);
    assert_eq!(published["totals"], before["totals"]);
    assert_eq!(server.get("/v1/programmes/p/fees/difference").expect(200)["items"], json!([]));

    let towns: Vec<String> = before["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["municipality"].as_str().unwrap().to_owned())
        .collect();
    // One is an organisation, one enrols again, and one is given a rebate.
    server.patch(&format!("/v1/programmes/p/municipalities/{}", towns[0]), json!({"kind": "organisation"})).expect(200);
    let more = json!({"municipality": towns[1], "track": "leadership", "delegates": 1});
    server.put("/v1/programmes/p/enrolments/more", more).expect(201);
    let rebate = json!([{"municipality": towns[2], "amount": -5_000, "note": "Host of the opening"}]);
    server.patch("/v1/programmes/p", json!({"fees": {"adjustments": rebate}})).expect(200);
    let told = server.get("/v1/programmes/p/fees/difference").expect(200);
    let rows: Vec<Value> = told["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| json!([item["municipality"], item["difference"]]))
        .collect();
    assert_eq!(
        rows,
        [json!([towns[0], -130_000]), json!([towns[1], 40_000]), json!([towns[2], -5_000])],
        "by the order of ids: {told}"
    );
    assert_eq!(told["difference"], -95_000);
    let now = server.get("/v1/programmes/p/fees").expect(200);
    assert_eq!(now["exempt"][0]["reason"], "organisation");

    // Neither the fees nor the kind are in the problem document, and to PUT it takes neither away.
    let document = server.get("/v1/programmes/p/problem").expect(200);
    assert!(document.get("fees").is_none() && document["municipalities"][0].get("kind").is_none());
    server.replace("/v1/programmes/p/problem", problem).expect(200);
    server.put("/v1/programmes/p/enrolments/more", json!({"municipality": towns[1], "delegates": 1})).expect(201);
    assert_eq!(server.get("/v1/programmes/p/fees").expect(200), now);
    server.post("/v1/programmes", json!({"id": "q", "copy_of": "p"})).expect(201);
    assert_eq!(server.get("/v1/programmes/q/fees").expect(200), now);
    let server = server.killed_and_started_again();
    assert_eq!(server.get("/v1/programmes/p/fees/difference").expect(200), told);
    assert_eq!(server.delete("/v1/programmes/p").problem(409).0, "published");
    assert_eq!(server.delete("/v1/programmes/q").status, 204);
}

#[test]
fn fees_are_refused_with_all_their_faults() {
    let server = Server::start().with_programme();
    let wrong = json!({
        "currency": "kr", "periods": [{"id": "a", "amount": -1}, {"id": "a", "amount": 1}],
        "included": [{"tracks": ["t", "none", "t"], "enrolments": 1, "extra": 2_000_000_000}, {"tracks": [], "enrolments": -1, "extra": 0}],
        "adjustments": [{"municipality": "nobody", "amount": 1}]
    });
    let mut told = server.patch("/v1/programmes/p", json!({"fees": wrong})).problem(422).1;
    told.sort();
    let mut expected = errors(&[
        ("/fees/currency", "invalid_currency"),
        ("/fees/periods/0/amount", "out_of_range"),
        ("/fees/periods/1/id", "duplicate_id"),
        ("/fees/included/0/tracks/1", "unknown_id"),
        ("/fees/included/0/tracks/2", "duplicate_id"),
        ("/fees/included/0/extra", "out_of_range"),
        ("/fees/included/1/tracks", "empty_list"),
        ("/fees/included/1/enrolments", "out_of_range"),
        ("/fees/adjustments/0/municipality", "unknown_id"),
    ]);
    expected.sort();
    assert_eq!(told, expected);
    let shape = server
        .patch("/v1/programmes/p", json!({"fees": {"currency": 1, "periods": [{"id": "x", "amount": 0.5}], "vat": 0}}));
    let mut told = shape.problem(422).1;
    told.sort();
    assert_eq!(
        told,
        errors(&[
            ("/fees/currency", "wrong_type"),
            ("/fees/periods/0/amount", "wrong_type"),
            ("/fees/vat", "unknown_field")
        ])
    );
}

#[test]
fn what_fees_name_is_in_use() {
    let server = Server::start().with_programme();
    let mut terms = fees();
    terms["included"][0]["tracks"] = json!(["t"]);
    terms["adjustments"] = json!([{"municipality": "a", "amount": 1}]);
    server.patch("/v1/programmes/p", json!({"fees": terms})).expect(200);
    server.delete("/v1/programmes/p/networks/n");
    for path in ["/v1/programmes/p/tracks/t", "/v1/programmes/p/municipalities/a"] {
        let refused = server.delete(path);
        assert_eq!(refused.problem(409).0, "in_use");
        assert!(text(&refused).contains("The fees of the programme name it."), "{}", text(&refused));
    }
}

#[test]
fn the_kind_of_a_municipality_is_imported_copied_refreshed_and_listed() {
    let server = Server::start();
    server.put("/v1/regions/r", json!({})).expect(201);
    let import = |text: &str| server.ask("POST", "/v1/municipalities/import").body("text/csv", text.as_bytes()).send();
    import("id;region;lat;lon;kind\nunion;r;55;12;organisation\ntown;r;55;12;\n").expect(200);
    assert_eq!(
        import("id;region;lat;lon;kind\nx;r;55;12;club\n").problem(422).1,
        errors(&[("/0/kind", "unknown_value")])
    );
    assert_eq!(server.get("/v1/municipalities?kind=organisation").ids(), ["union"]);
    assert_eq!(server.get("/v1/municipalities?kind=municipality").ids(), ["town"]);
    assert!(server.get("/v1/municipalities/town").expect(200).get("kind").is_none());
    server.put("/v1/programmes/p", json!({"name": "P"})).expect(201);
    server.put("/v1/programmes/p/enrolments/e", json!({"municipality": "union", "delegates": 1})).expect(201);
    assert_eq!(server.get("/v1/programmes/p/municipalities/union").expect(200)["kind"], "organisation");
    server.patch("/v1/municipalities/union", json!({"kind": null})).expect(200);
    server.post("/v1/programmes/p/municipalities/refresh", json!({})).expect(200);
    assert!(server.get("/v1/programmes/p/municipalities/union").expect(200).get("kind").is_none());
}

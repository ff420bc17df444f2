//! The country tables over HTTP: listed, shown, loaded into the master data.

use serde_json::{Value, json};

use crate::harness::{Server, errors};

const TABLES: [(&str, u64, u64); 3] = [("dk-2026", 5, 98), ("dk-2027", 4, 98), ("se", 21, 290)];

fn load(server: &Server, name: &str) -> Value {
    server.ask("POST", &format!("/v1/reference-data/{name}/load")).send().expect(200)
}

#[test]
fn the_tables_are_listed_with_their_counts_and_whom_to_name() {
    let list = Server::start().get("/v1/reference-data").expect(200);
    let items = list["items"].as_array().unwrap();
    for (item, (name, regions, municipalities)) in items.iter().zip(TABLES) {
        assert_eq!(item["name"], name);
        assert_eq!((&item["region_count"], &item["municipality_count"]), (&json!(regions), &json!(municipalities)));
        for text in ["attribution", "licence"] {
            assert!(item[text].as_str().unwrap().contains("CC BY 4.0"), "{name}: {text}");
        }
    }
    assert_eq!(items.len(), 3);
    assert_eq!(items.iter().map(|item| &item["as_of"]).collect::<Vec<_>>(), ["2026-01-01", "2027-01-01", "2026-01-01"]);
}

#[test]
fn a_table_is_shown_whole() {
    let server = Server::start();
    for (name, regions, municipalities) in TABLES {
        let shown = server.get(&format!("/v1/reference-data/{name}")).expect(200);
        assert_eq!(shown["table"]["name"], name);
        let count = |list: &str| shown[list].as_array().unwrap().len() as u64;
        assert_eq!((count("regions"), count("municipalities")), (regions, municipalities));
    }
    let shown = server.get("/v1/reference-data/dk-2026").expect(200);
    let copenhagen = &shown["municipalities"][0];
    assert_eq!(
        (&copenhagen["id"], &copenhagen["name"], &copenhagen["region"]),
        (&json!("0101"), &json!("København"), &json!("1084"))
    );
}

#[test]
fn a_load_brings_the_whole_table_in_and_a_second_one_changes_nothing() {
    for (name, regions, municipalities) in TABLES {
        let server = Server::start();
        let first = json!({
            "regions": {"created": regions, "updated": 0, "unchanged": 0},
            "municipalities": {"created": municipalities, "updated": 0, "unchanged": 0}
        });
        assert_eq!(load(&server, name), first);
        let etag = server.get("/v1/municipalities/0180").etag().to_owned();
        let again = json!({
            "regions": {"created": 0, "updated": 0, "unchanged": regions},
            "municipalities": {"created": 0, "updated": 0, "unchanged": municipalities}
        });
        assert_eq!(load(&server, name), again);
        assert_eq!(server.get("/v1/municipalities/0180").etag(), etag);
    }
}

#[test]
fn a_load_gives_names_regions_and_places_and_leaves_all_else() {
    let server = Server::start();
    load(&server, "dk-2026");
    let own = json!({"name": "CPH", "lat": 50, "host_capacity": 30, "unavailable": ["2027-01-04"]});
    server.patch("/v1/municipalities/0101", own).expect(200);
    server.patch("/v1/regions/1085", json!({"max_visits_per_day": 2})).expect(200);
    server.put("/v1/regions/own", json!({"name": "Ours"})).expect(201);
    server.put("/v1/municipalities/own", json!({"region": "own", "lat": 1, "lon": 2})).expect(201);
    let loaded = load(&server, "dk-2027");
    assert_eq!(loaded["regions"], json!({"created": 1, "updated": 0, "unchanged": 3}));
    let copenhagen = server.get("/v1/municipalities/0101").expect(200);
    assert_eq!((&copenhagen["name"], &copenhagen["region"]), (&json!("København"), &json!("region-ostdanmark")));
    assert_eq!((&copenhagen["host_capacity"], &copenhagen["unavailable"]), (&json!(30), &json!(["2027-01-04"])));
    assert!(copenhagen["lat"].as_f64().unwrap() > 55.0);
    assert_eq!(server.get("/v1/regions/1085").expect(200)["max_visits_per_day"], 2, "a region of before stays");
    server.get("/v1/municipalities/own").expect(200);
}

#[test]
fn a_load_takes_no_code_from_another_country_unless_it_is_told_to() {
    let server = Server::start();
    load(&server, "dk-2026");
    let etag = server.get("/v1/municipalities").body;
    let ask = |query: &str| server.ask("POST", &format!("/v1/reference-data/se/load{query}")).send();
    let refused = ask("");
    assert_eq!(refused.problem(409).0, "codes_taken");
    let errors = refused.json()["errors"].as_array().unwrap().clone();
    assert_eq!(errors.len(), 15);
    assert!(errors.iter().all(|error| error["code"] == "code_taken"));
    assert_eq!(server.get("/v1/municipalities").body, etag, "nothing was stored");
    server.get("/v1/regions/01").problem(404);
    let done = ask("?replace=true").expect(200);
    assert_eq!(done["municipalities"], json!({"created": 275, "updated": 15, "unchanged": 0}));
    assert_eq!(ask("").expect(200)["municipalities"]["unchanged"], 290, "they are Swedish now");
    let back = server.ask("POST", "/v1/reference-data/dk-2027/load").send();
    assert_eq!(back.json()["errors"].as_array().unwrap().len(), 15);
    assert_eq!(ask("?replace=maybe").problem(400).0, "invalid_parameter");
    assert_eq!(ask("?dry_run=true").problem(400).0, "invalid_parameter");
}

#[test]
fn a_table_that_is_none_is_named() {
    let server = Server::start();
    let load = server.ask("POST", "/v1/reference-data/no/load").send();
    for answer in [server.get("/v1/reference-data/no"), server.get("/v1/reference-data/no/holidays"), load] {
        assert_eq!(answer.problem(404).0, "not_found");
        assert_eq!(answer.json()["detail"], "There is no country table `no`.");
    }
}

#[test]
fn holidays_are_those_of_the_days_asked_for() {
    let server = Server::start();
    let dates = |query: &str| -> Vec<String> {
        let list = server.get(&format!("/v1/reference-data/{query}")).expect(200);
        list["items"].as_array().unwrap().iter().map(|day| day["date"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(dates("dk-2026/holidays?from=2027-03-25&to=2027-03-28"), ["2027-03-25", "2027-03-26", "2027-03-28"]);
    assert_eq!(dates("se/holidays?from=2026-12-27").len(), 0, "to the end of that year");
    assert_eq!(dates("dk-2027/holidays").len(), 10);
    assert!(dates("dk-2027/holidays").iter().all(|date| date.starts_with("2027")));
    let first = &server.get("/v1/reference-data/se/holidays").expect(200)["items"][0];
    assert_eq!(*first, json!({"date": "2026-01-01", "name": "New Year's Day", "name_native": "Nyårsdagen"}));
}

#[test]
fn days_that_cannot_be_are_refused_by_name() {
    let server = Server::start();
    for (query, name) in [
        ("from=2026-02-29", "from"),
        ("from=yesterday", "from"),
        ("from=2004-12-31", "from"),
        ("to=2200-01-01", "to"),
        ("from=2027-02-01&to=2027-01-31", "to"),
        ("year=2027", "year"),
    ] {
        let refused = server.get(&format!("/v1/reference-data/se/holidays?{query}")).problem(400);
        assert_eq!(refused, ("invalid_parameter".to_owned(), errors(&[(name, "invalid_parameter")])), "{query}");
    }
}

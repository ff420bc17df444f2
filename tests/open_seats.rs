//! Open seats of the published plan, for those who do not take part.

use serde_json::{Value, json};

use crate::harness::Server;
use crate::harness::documents::{plan, problem_with};

/// The example's plan in force in programme `p`, which has an opening for ten, with seven there.
fn published() -> Server {
    let problem = problem_with(|problem| {
        let place = json!([{"id": "hall", "name": "Hall", "lat": 55.68, "lon": 12.57, "capacity": 10}]);
        problem["gatherings"] = json!([{"id": "opening", "invites": [{"track": "leadership"}], "start": "2027-06-01",
            "days": 2, "places": place}]);
    });
    let server = Server::start();
    server.put("/v1/programmes/p/problem", problem).expect(201);
    assert_eq!(seats(&server, "0791"), [""; 0], "nothing is published");
    let meeting = json!([{"gathering": "opening", "start": "2027-06-01", "place": "hall", "attend": ["e1", "e2"]}]);
    let document = json!({"assignments": plan()["assignments"], "visits": plan()["visits"], "gatherings": meeting});
    let made = server.post("/v1/programmes/p/plans/import", document);
    made.expect(201);
    server.post(&format!("{}/publish", made.header("location")), json!({"approver": "Head"})).expect(200);
    server
}

fn listed(server: &Server, query: &str) -> Vec<Value> {
    let told = server.get(&format!("/v1/programmes/p/open-seats?from=2027-01-01&{query}")).expect(200);
    told["items"].as_array().unwrap().clone()
}

/// What has room for a municipality: where, when and for how many.
fn seats(server: &Server, municipality: &str) -> Vec<String> {
    let row = |item: &Value| {
        let at = |name: &str| item[name].as_str().unwrap_or("-").to_owned();
        let seats = item["seats"].as_i64().map_or("-".to_owned(), |seats| seats.to_string());
        format!("{} {} {} {seats}", at("kind"), at("place"), at("date"))
    };
    listed(server, &format!("municipality={municipality}")).iter().map(row).collect()
}

#[test]
fn what_has_room_is_listed_for_those_who_do_not_take_part_the_nearest_first() {
    let server = published();
    let all = ["visit 0259 2027-04-20 8", "gathering hall 2027-06-01 3", "visit 0101 2027-04-06 37"];
    let mut found = seats(&server, "0791");
    let kms: Vec<f64> = listed(&server, "municipality=0791").iter().map(|item| item["km"].as_f64().unwrap()).collect();
    assert!(kms.is_sorted() && kms.len() == 3, "{kms:?}");
    found.sort();
    let mut expected = all.map(str::to_owned);
    expected.sort();
    assert_eq!(found, expected, "Viborg is in the other network, and not at the opening");
    for town in ["0101", "0147"] {
        assert_eq!(
            seats(&server, town),
            [""; 0],
            "{town}: at the opening, and kept apart from one of all other visits"
        );
    }
}

#[test]
fn a_guest_from_outside_needs_a_free_day_and_an_open_network() {
    let server = published();
    server.put("/v1/regions/far", json!({})).expect(201);
    server
        .put(
            "/v1/municipalities/outside",
            json!({"region": "far", "lat": 56.0, "lon": 10.0, "unavailable": ["2027-05-04", "2027-06-02"]}),
        )
        .expect(201);
    let mut found = seats(&server, "outside");
    found.sort();
    // The first network is open to two regions alone; the third visit of the second and the opening fall on busy days.
    assert_eq!(found, ["visit 0147 2027-04-06 -", "visit 0751 2027-04-20 -"]);
    assert_eq!(listed(&server, "municipality=outside&").len(), 2);
    let later = server.get("/v1/programmes/p/open-seats?municipality=outside&from=2027-04-07").expect(200);
    assert_eq!(later["items"].as_array().unwrap().len(), 1);
    for query in ["", "municipality=nobody", "municipality=0101&from=soon", "municipality=0101&region=x"] {
        assert_eq!(
            server.get(&format!("/v1/programmes/p/open-seats?{query}")).problem(400).0,
            "invalid_parameter",
            "{query}"
        );
    }
    server.get("/v1/programmes/none/open-seats?municipality=0101").problem(404);
}

//! Break-out groups of a meeting: made, counted, told why, listed, handed out, gone with their plan.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::harness::documents::problem_with;
use crate::harness::{Server, errors};

/// The example with a conference that has room for all, and regional meetings.
fn problem() -> Value {
    problem_with(|problem| {
        problem["gatherings"] = json!([
            {"id": "opening", "invites": [{"track": "leadership"}], "start": "2027-04-05",
                "places": [{"id": "hall", "name": "Hall", "lat": 55.7, "lon": 12.6}]},
            {"id": "talks", "invites": [{"track": "leadership"}], "meetings": {"min": 2, "max": 3, "max_per_day": 1},
                "window": {"start": "2027-06-01", "end": "2027-06-11"}}
        ]);
    })
}

/// A plan of it, and its path.
fn planned(server: &Server) -> String {
    server.put("/v1/programmes/g/problem", problem()).expect(201);
    let asked = server.post("/v1/programmes/g/plans", json!({"effort": {"work": 20_000}})).expect(202);
    let path = format!("/v1/plans/{}", asked["id"].as_str().unwrap());
    server.until(&path, |plan| plan["state"] == "succeeded");
    path
}

/// The measures of groups, counted from what is told alone. `networks`: of enrolments, where those who share one have met.
fn counted(seating: &Value, networks: &BTreeMap<String, Value>) -> Value {
    let seats = seating["seats"].as_array().unwrap();
    let label = |seat: &Value| format!("{}#{}", seat["enrolment"].as_str().unwrap(), seat["seat"]);
    let by_label: BTreeMap<String, &Value> = seats.iter().map(|seat| (label(seat), seat)).collect();
    let groups = seats.len().div_ceil(seating["group_size"].as_u64().unwrap() as usize);
    let (mut same, mut again, mut spread) = (0, 0, 0);
    let mut met: BTreeSet<(String, String)> = BTreeSet::new();
    let network = |label: &str| networks.get(by_label[label]["enrolment"].as_str().unwrap());
    for session in seating["sessions"].as_array().unwrap() {
        let session: Vec<Vec<String>> = serde_json::from_value(session.clone()).unwrap();
        let all: BTreeSet<&String> = session.iter().flatten().collect();
        assert_eq!((session.len(), session.concat().len(), all.len()), (groups, seats.len(), seats.len()));
        let mut these = Vec::new();
        for group in &session {
            assert!((seats.len() / groups..=seats.len().div_ceil(groups)).contains(&group.len()), "{group:?}");
            for a in group {
                for b in group.iter().filter(|b| a < *b) {
                    same += u64::from(by_label[a]["municipality"] == by_label[b]["municipality"]);
                    let pair = (a.clone(), b.clone());
                    again += u64::from(met.contains(&pair) || network(a).is_some_and(|of| Some(of) == network(b)));
                    these.push(pair);
                }
            }
            for track in seats.iter().filter_map(|seat| seat["track"].as_str()).collect::<BTreeSet<_>>() {
                let of = |seat: &Value| seat["track"] == *track;
                let (all, here) =
                    (seats.iter().filter(|seat| of(seat)).count(), group.iter().filter(|l| of(by_label[*l])).count());
                spread += (all / groups).saturating_sub(here) + here.saturating_sub(all.div_ceil(groups));
            }
        }
        met.extend(these);
    }
    json!({"same_municipality": same, "met_again": again, "spread": spread,
        "cost": 1000 * same + 100 * again + 10 * spread as u64})
}

#[test]
fn groups_are_made_counted_listed_handed_out_and_deleted() {
    let server = Server::start();
    let plan = planned(&server);
    let path = format!("{plan}/gatherings/opening/seatings");
    let assignments = server.get(&format!("{plan}/document")).expect(200)["assignments"].clone();
    let network = |row: &Value| Some((row["enrolment"].as_str()?.to_owned(), row.get("network")?.clone()));
    let networks: BTreeMap<String, Value> = assignments.as_array().unwrap().iter().filter_map(network).collect();
    for strangers in [false, true] {
        let asked = json!({"sessions": 2, "group_size": 4, "strangers": strangers, "seed": 3});
        let made = server.post(&path, asked.clone());
        let seating = made.expect(201);
        let known = if strangers { networks.clone() } else { BTreeMap::new() };
        assert_eq!(seating["measures"], counted(&seating, &known), "{seating}");
        let (cost, bound) = (seating["measures"]["cost"].as_u64().unwrap(), seating["bound"].as_u64().unwrap());
        assert!(bound <= cost && seating["proved"] == json!(bound == cost), "{seating}");
        let told = seating["reasons"].as_array().unwrap();
        let of = |code: &str| told.iter().filter(|reason| reason["code"] == code).count() as u64;
        assert_eq!(
            json!([of("same_municipality"), of("met_again")]),
            json!([seating["measures"]["same_municipality"], seating["measures"]["met_again"]])
        );
        let shown = server.get(made.header("location"));
        assert_eq!((shown.expect(200), shown.etag()), (seating.clone(), made.etag()));
        let unchanged = server.ask("GET", made.header("location")).header("If-None-Match", made.etag()).send();
        assert_eq!(unchanged.status, 304);
        let again = server.post(&path, asked).expect(201);
        assert_eq!(again["sessions"], seating["sessions"], "the same seed");
    }
    let listed = server.get(&path).expect(200);
    let items = listed["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["strangers"], &items[3]["strangers"]), (4, &json!(true), &json!(false)));
    assert!(items[0].get("reasons").is_none() && items[0]["sessions"] == 2);

    let id = items[0]["id"].as_str().unwrap();
    let seats = items[0]["seats"].as_u64().unwrap() as usize;
    let rows = |query: &str| {
        let csv = server.get(&format!("/v1/seatings/{id}/seats.csv{query}"));
        assert_eq!(csv.status, 200);
        String::from_utf8(csv.body.clone()).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rows("")[0], "\u{feff}session;group;enrolment;seat;municipality;name;track");
    assert_eq!((rows("").len(), rows("?session=2").len()), (1 + 2 * seats, 1 + seats));
    assert_eq!(rows("?format=zoom&session=1")[0], "Pre-assign Room Name,Email Address,Seat");
    assert!(rows("?format=teams")[1].starts_with("Session 1 group 1,"));
    assert_eq!(rows("?format=bigbluebutton&session=1").len(), 1 + seats.div_ceil(4));
    for query in ["?session=3", "?session=0", "?format=paper", "?seats=1"] {
        assert_eq!(server.get(&format!("/v1/seatings/{id}/seats.csv{query}")).problem(400).0, "invalid_parameter");
    }

    let server = server.killed_and_started_again();
    let path = format!("/v1/seatings/{id}");
    assert_eq!(server.ask("DELETE", &path).send().problem(428).0, "precondition_required");
    server.delete(&path).expect(204);
    assert_eq!(server.get(&path).problem(404).0, "not_found");
    let other = format!("/v1/seatings/{}", items[1]["id"].as_str().unwrap());
    server.get(&other).expect(200);
    server.delete(&plan).expect(204);
    assert_eq!(server.get(&other).problem(404).0, "not_found", "gone with its plan");
}

#[test]
fn what_cannot_be_divided_is_refused_with_what_to_do() {
    let server = Server::start();
    let plan = planned(&server);
    let of = |gathering: &str| format!("{plan}/gatherings/{gathering}/seatings");
    let wrong = server.post(&of("opening"), json!({"sessions": 0, "group_size": 1, "seed": -1})).problem(422).1;
    assert_eq!(
        wrong,
        errors(&[("/sessions", "out_of_range"), ("/group_size", "out_of_range"), ("/seed", "out_of_range")])
    );
    let asked = json!({"sessions": 1, "group_size": 3});
    assert_eq!(server.post(&of("closing"), asked.clone()).problem(404).0, "not_found");
    let several = server.post(&of("talks"), asked);
    assert_eq!(several.problem(422).1, errors(&[("/start", "several_meetings")]));
    let meetings = server.get(&format!("{plan}/gatherings?gathering=talks")).expect(200);
    let start = meetings["items"][0]["start"].clone();
    assert!(several.json()["errors"][0]["detail"].as_str().unwrap().contains(start.as_str().unwrap()));
    let one = server.post(&of("talks"), json!({"sessions": 1, "group_size": 3, "start": start})).expect(201);
    assert_eq!(one["start"], start);
    let nowhere = json!({"sessions": 1, "group_size": 3, "start": "2027-01-01"});
    assert_eq!(server.post(&of("talks"), nowhere).problem(422).1, errors(&[("/start", "no_such_meeting")]));
    assert_eq!(server.get("/v1/plans/none/gatherings/opening/seatings").problem(404).0, "not_found");
}

//! Calendar feeds: what is published, as calendars that clients subscribe to.

use std::collections::BTreeMap;

use icalendar::parser::{Component, read_calendar, unfold};
use serde_json::{Value, json};

use crate::harness::Server;
use crate::harness::documents::{plan, problem};

/// The example, with a plan of it published.
fn server() -> Server {
    let server = Server::start().with_example();
    publish(&server, plan()["visits"].clone());
    server
}

/// Publishes the example's networks with these visits.
fn publish(server: &Server, visits: Value) {
    let document = json!({"assignments": plan()["assignments"], "visits": visits});
    let path = server.post("/v1/programmes/p/plans/import", document).header("location").to_owned();
    server.post(&format!("{path}/publish"), json!({"approver": "Head"})).expect(200);
}

fn feed(server: &Server, body: Value) -> Value {
    server.post("/v1/programmes/p/feeds", body).expect(201)
}

type Event = BTreeMap<String, String>;

/// The events of a calendar, each by the names of its properties, read by a parser that is not ours.
fn events(server: &Server, feed: &Value) -> Vec<Event> {
    let answer = server.get(feed["address"].as_str().unwrap());
    answer.expect(200);
    assert!(answer.header("content-type").starts_with("text/calendar"));
    let text = String::from_utf8(answer.body.clone()).unwrap();
    valid(&text);
    let unfolded = unfold(&text);
    let calendar = read_calendar(&unfolded).unwrap();
    calendar.components.iter().map(properties).collect()
}

fn properties(component: &Component<'_>) -> Event {
    assert_eq!(component.name.as_str(), "VEVENT");
    component.properties.iter().map(|one| (one.name.to_string(), one.val.to_string())).collect()
}

/// What RFC 5545 asks of a calendar like ours, field by field.
fn valid(text: &str) {
    assert!(text.ends_with("END:VCALENDAR\r\n") && !text.replace("\r\n", "").contains(['\n', '\r']));
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "lines are folded");
    let unfolded = unfold(text);
    let calendar = read_calendar(&unfolded).unwrap();
    let head = |name: &str| calendar.properties.iter().filter(|one| one.name == name).count();
    assert_eq!((head("VERSION"), head("PRODID"), head("CALSCALE"), head("METHOD")), (1, 1, 1, 1));
    for component in &calendar.components {
        let count = |name: &str| component.properties.iter().filter(|one| one.name == name).count();
        for once in ["UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY"] {
            assert_eq!(count(once), 1, "{once}");
        }
        let event = properties(component);
        assert!(event["SEQUENCE"].parse::<u32>().is_ok());
        assert!(["CONFIRMED", "CANCELLED"].contains(&event["STATUS"].as_str()));
        assert!(event["DTEND"] > event["DTSTART"] && [8, 15].contains(&event["DTSTART"].len()));
        let stamp = &event["DTSTAMP"];
        assert!(stamp.len() == 16 && stamp.ends_with('Z') && stamp.as_bytes()[8] == b'T', "{stamp}");
        assert!(count("LOCATION") <= 1 && count("GEO") <= 1);
        let Some(place) = event.get("GEO") else { continue };
        let place: Vec<f64> = place.split(';').map(|degrees| degrees.parse().unwrap()).collect();
        assert!(place[0].abs() <= 90.0 && place[1].abs() <= 180.0);
    }
}

fn by_uid(events: &[Event]) -> BTreeMap<&str, &Event> {
    let by_uid: BTreeMap<_, _> = events.iter().map(|event| (event["UID"].as_str(), event)).collect();
    assert_eq!(by_uid.len(), events.len(), "an id is used twice");
    by_uid
}

#[test]
fn a_feed_holds_the_visits_of_the_plan_field_by_field() {
    let server = server();
    let all = feed(&server, json!({"scope": "programme"}));
    let found = events(&server, &all);
    let visits = plan()["visits"].as_array().unwrap().clone();
    assert_eq!(found.len(), visits.len());
    let records = problem();
    let named = |list: &str, id: &Value| {
        records[list].as_array().unwrap().iter().find(|record| record["id"] == *id).unwrap().clone()
    };
    for (event, visit) in found.iter().zip(&visits) {
        let town = |enrolment: &Value| named("municipalities", &named("enrolments", enrolment)["municipality"]);
        let host = town(&visit["host"]);
        assert_eq!(event["DTSTART"], visit["date"].as_str().unwrap().replace('-', ""));
        let network = named("networks", &visit["network"]);
        let name = host["name"].as_str().unwrap();
        assert_eq!(event["SUMMARY"], format!("{}: visit to {name}", network["name"].as_str().unwrap()));
        assert_eq!(event["LOCATION"], name);
        assert_eq!(event["GEO"], format!("{};{}", host["lat"], host["lon"]));
        assert_eq!((event["SEQUENCE"].as_str(), event["STATUS"].as_str()), ("0", "CONFIRMED"));
        for guest in visit["guests"].as_array().unwrap() {
            assert!(event["DESCRIPTION"].contains(town(guest)["name"].as_str().unwrap()));
        }
    }
}

#[test]
fn a_visit_that_moves_is_the_same_event_and_one_that_goes_is_cancelled() {
    let server = server();
    let all = feed(&server, json!({"scope": "programme"}));
    let before = events(&server, &all);
    let mut visits = plan()["visits"].clone();
    visits[0]["date"] = json!("2027-04-13");
    visits.as_array_mut().unwrap().remove(2);
    publish(&server, visits);
    let (after, before) = (events(&server, &all), before);
    let (new, old) = (by_uid(&after), by_uid(&before));
    assert_eq!(new.keys().collect::<Vec<_>>(), old.keys().collect::<Vec<_>>());
    let changed: Vec<&&str> = new.keys().filter(|uid| new[**uid] != old[**uid]).collect();
    assert_eq!(changed.len(), 2);
    for uid in changed {
        assert_eq!((old[*uid]["SEQUENCE"].as_str(), new[*uid]["SEQUENCE"].as_str()), ("0", "1"));
        match new[*uid]["STATUS"].as_str() {
            "CONFIRMED" => {
                assert_eq!((old[*uid]["DTSTART"].as_str(), new[*uid]["DTSTART"].as_str()), ("20270406", "20270413"))
            }
            _ => assert_eq!(new[*uid]["DTSTART"], old[*uid]["DTSTART"]),
        }
    }
    publish(&server, plan()["visits"].clone());
    let again = events(&server, &all);
    let again = by_uid(&again);
    for (uid, event) in &again {
        let changed = new[uid] != old[uid];
        assert_eq!(event["SEQUENCE"], if changed { "2" } else { "0" });
        assert_eq!((&event["DTSTART"], event["STATUS"].as_str()), (&old[uid]["DTSTART"], "CONFIRMED"));
    }
}

#[test]
fn a_municipality_sees_its_own_visits_and_what_it_is_no_longer_part_of() {
    let server = server();
    let own = feed(&server, json!({"scope": "municipality", "subject": "0259"}));
    let visits = plan()["visits"].as_array().unwrap().clone();
    let with = |enrolment: &str| {
        let part = |visit: &&Value| {
            visit["host"] == enrolment || visit["guests"].as_array().unwrap().contains(&enrolment.into())
        };
        visits.iter().filter(part).count()
    };
    assert_eq!(events(&server, &own).len(), with("e3"));
    let network = feed(&server, json!({"scope": "network", "subject": "n1"}));
    assert_eq!(events(&server, &network).len(), visits.iter().filter(|visit| visit["network"] == "n1").count());
    let other = feed(&server, json!({"scope": "municipality", "subject": "0791"}));
    let before = events(&server, &other);
    let mut fewer = plan()["visits"].clone();
    fewer[1]["guests"] = json!(["e4", "e5"]);
    publish(&server, fewer);
    let after = events(&server, &other);
    assert_eq!(after.len(), before.len());
    let cancelled: Vec<&Event> = after.iter().filter(|event| event["STATUS"] == "CANCELLED").collect();
    assert_eq!(cancelled.len(), 1);
    assert_eq!(cancelled[0]["SEQUENCE"], "1");
}

#[test]
fn an_address_is_told_once_and_leads_nowhere_once_it_is_renewed() {
    let server = server();
    let made = server.post("/v1/programmes/p/feeds", json!({"scope": "programme", "name": "Visits, all; of us"}));
    let feed = made.expect(201);
    let old = feed["address"].as_str().unwrap().to_owned();
    assert!(old.len() >= 80, "too short to be a secret: {old}");
    assert_eq!(server.get(&old).status, 200);
    let path = made.header("location").to_owned();
    assert_eq!(server.get(&path).expect(200).get("address"), None);
    assert_eq!(server.get("/v1/programmes/p/feeds").expect(200)["items"][0].get("address"), None);
    let renewed = server.post(&format!("{path}/renew"), json!({})).expect(200);
    assert_ne!(renewed["address"], feed["address"]);
    assert_eq!(server.get(&old).problem(404).0, "not_found");
    let present = renewed["address"].as_str().unwrap();
    let shown = server.get(present);
    assert!(String::from_utf8_lossy(&shown.body).contains("NAME:Visits\\, all\\; of us\r\n"));
    let same = server.ask("GET", present).header("if-none-match", shown.etag()).send();
    assert_eq!(same.status, 304);
    assert_eq!(server.delete(&path).status, 204);
    server.get(present).problem(404);
    server.get("/v1/calendars/secret.ics").problem(404);
    server.get("/v1/calendars/secret").problem(404);
}

#[test]
fn a_feed_is_of_something_that_there_is() {
    let server = server();
    let pointers = |body: Value| server.post("/v1/programmes/p/feeds", body).problem(422).1;
    let fault = |code: &str| vec![("/subject".to_owned(), code.to_owned())];
    assert_eq!(pointers(json!({"scope": "network"})), fault("missing_field"));
    assert_eq!(pointers(json!({"scope": "network", "subject": "0101"})), fault("unknown_id"));
    assert_eq!(pointers(json!({"scope": "municipality", "subject": "n1"})), fault("unknown_id"));
    assert_eq!(pointers(json!({"scope": "programme", "subject": "p"})), fault("not_allowed"));
    server.post("/v1/programmes/q/feeds", json!({"scope": "programme"})).problem(404);
    server.get("/v1/programmes/p/feeds/none").problem(404);
}

#[test]
fn a_programme_that_was_never_published_has_an_empty_calendar_and_goes_with_its_feeds() {
    let server = Server::start().with_example();
    let feed = feed(&server, json!({"scope": "programme"}));
    assert!(events(&server, &feed).is_empty());
    assert_eq!(server.delete("/v1/programmes/p").status, 204);
    server.get(feed["address"].as_str().unwrap()).problem(404);
}

#[test]
fn a_feed_holds_nobody_who_has_left_the_programme() {
    let server = server();
    let all = feed(&server, json!({"scope": "programme"}));
    let own = feed(&server, json!({"scope": "municipality", "subject": "0751"}));
    let before = events(&server, &all);
    let tag = server.get(all["address"].as_str().unwrap()).etag().to_owned();
    let name =
        problem()["municipalities"].as_array().unwrap().iter().find(|town| town["id"] == "0751").unwrap()["name"]
            .as_str()
            .unwrap()
            .to_owned();
    assert!(before.iter().any(|event| event["LOCATION"] == name));
    assert!(!events(&server, &own).is_empty());
    assert_eq!(server.delete("/v1/programmes/p/enrolments/e4").status, 204);
    let after = events(&server, &all);
    let hosted = before.iter().filter(|event| event["LOCATION"] == name).count();
    assert_eq!(after.len(), before.len() - hosted);
    assert!(after.iter().all(|event| event.values().all(|text| !text.contains(&name))), "{after:?}");
    assert_ne!(server.get(all["address"].as_str().unwrap()).etag(), tag);
    let old = by_uid(&before);
    for event in &after {
        let (old, new) = (&old[event["UID"].as_str()], event);
        let sequence = |event: &Event| event["SEQUENCE"].parse::<u32>().unwrap();
        let named = u32::from(old["DESCRIPTION"].contains(&name));
        assert_eq!(sequence(new), sequence(old) + named);
        assert_eq!(new["DTSTART"], old["DTSTART"]);
        let nobody_comes = new["DESCRIPTION"].contains("Persons who come: 0");
        assert_eq!(new["STATUS"], if nobody_comes { "CANCELLED" } else { "CONFIRMED" });
    }
    assert!(events(&server, &own).is_empty());
}

#[test]
fn events_go_on_rising_when_a_plan_without_those_who_have_left_is_published() {
    let server = server();
    let all = feed(&server, json!({"scope": "programme"}));
    assert_eq!(server.delete("/v1/programmes/p/enrolments/e4").status, 204);
    let between = events(&server, &all);
    let without = |rows: &Value, keep: &dyn Fn(&Value) -> bool| -> Value {
        rows.as_array().unwrap().iter().filter(|row| keep(row)).cloned().collect()
    };
    let mut visits = without(&plan()["visits"], &|visit| visit["host"] != "e4");
    for visit in visits.as_array_mut().unwrap() {
        let guests = without(&visit["guests"], &|guest| guest != "e4");
        visit["guests"] = guests;
    }
    let visits = without(&visits, &|visit| visit["guests"] != json!([]));
    let assignments = without(&plan()["assignments"], &|row| row["enrolment"] != "e4");
    let document = json!({"assignments": assignments, "visits": visits});
    let path = server.post("/v1/programmes/p/plans/import", document).header("location").to_owned();
    server.post(&format!("{path}/publish"), json!({"approver": "Head"})).expect(200);
    assert_eq!(events(&server, &all), between, "what is published is what was shown");
}

/// The example with gatherings: one at a municipality of the example with hours, one of two days at no place.
fn with_gatherings(start: &str) -> Value {
    let mut problem = problem();
    let town = problem["municipalities"][0]["id"].clone();
    let track = problem["enrolments"][0]["track"].clone();
    problem["gatherings"] = json!([
        {"id": "opening", "name": "Opening", "invites": [{"track": track, "max_delegates": 1}], "start": start,
            "places": [{"id": town}], "hours": {"from": "10:00", "to": "15:30"}},
        {"id": "seminar", "invites": [{"track": track}], "start": "2027-08-02", "days": 2}
    ]);
    problem
}

/// Publishes the example's plan with these meetings.
fn publish_meetings(server: &Server, meetings: Value) {
    let document = json!({"assignments": plan()["assignments"], "visits": plan()["visits"], "gatherings": meetings});
    let path = server.post("/v1/programmes/p/plans/import", document).header("location").to_owned();
    server.post(&format!("{path}/publish"), json!({"approver": "Head"})).expect(200);
}

#[test]
fn a_meeting_is_in_the_calendars_of_whoever_attends_or_hosts_and_keeps_its_identity() {
    let server = Server::start();
    server.put("/v1/programmes/p/problem", with_gatherings("2027-08-10")).expect(201);
    let records = with_gatherings("2027-08-10");
    let enrolments = records["enrolments"].as_array().unwrap();
    let (town, all) = (records["municipalities"][0]["id"].clone(), enrolments.iter().map(|e| e["id"].clone()));
    let guest = enrolments.iter().find(|e| e["municipality"] != town).unwrap();
    let others: Vec<Value> = all.clone().filter(|id| *id != guest["id"]).collect();
    let rows = |start: &str, attend: Vec<Value>| {
        let opening = json!({"gathering": "opening", "start": start, "place": town, "attend": attend});
        json!([{"gathering": "seminar", "start": "2027-08-02", "attend": others}, opening])
    };
    publish_meetings(&server, rows("2027-08-10", all.clone().collect()));
    let feeds: Vec<Value> = [
        json!({"scope": "programme"}),
        json!({"scope": "municipality", "subject": town}),
        json!({"scope": "municipality", "subject": guest["municipality"]}),
        json!({"scope": "network", "subject": "n1"}),
    ]
    .into_iter()
    .map(|body| feed(&server, body))
    .collect();
    let meetings = |feed: &Value, name: &str| -> Vec<Event> {
        events(&server, feed).into_iter().filter(|event| event["SUMMARY"] == name).collect()
    };
    let first = meetings(&feeds[0], "Opening");
    assert_eq!((first[0]["DTSTART"].as_str(), first[0]["DTEND"].as_str()), ("20270810T100000", "20270810T153000"));
    assert!(first[0]["DESCRIPTION"].contains(&format!("Persons who come: {}", enrolments.len())), "{first:?}");
    assert_eq!(
        (first[0]["SEQUENCE"].as_str(), &first[0]["LOCATION"]),
        ("0", &records["municipalities"][0]["name"].as_str().unwrap().to_owned())
    );
    let seminar = meetings(&feeds[0], "seminar");
    assert_eq!((seminar[0]["DTSTART"].as_str(), seminar[0]["DTEND"].as_str()), ("20270802", "20270804"));
    assert!(!seminar[0].contains_key("LOCATION") && !seminar[0].contains_key("GEO"));
    let counts: Vec<usize> = feeds.iter().map(|feed| meetings(feed, "Opening").len()).collect();
    assert_eq!(counts, [1, 1, 1, 0], "whoever attends and the host have it, a network has its visits alone");
    assert_eq!(meetings(&feeds[2], "seminar").len(), 0, "it does not attend that one");

    server.replace("/v1/programmes/p/problem", with_gatherings("2027-08-17")).expect(200);
    publish_meetings(&server, rows("2027-08-17", others.clone()));
    let moved = meetings(&feeds[0], "Opening");
    assert_eq!((&moved[0]["UID"], moved[0]["SEQUENCE"].as_str()), (&first[0]["UID"], "1"));
    assert_eq!((moved[0]["DTSTART"].as_str(), moved[0]["STATUS"].as_str()), ("20270817T100000", "CONFIRMED"));
    assert_eq!(meetings(&feeds[2], "Opening")[0]["STATUS"], "CANCELLED", "who no longer attends sees it cancelled");
    assert_eq!(meetings(&feeds[0], "seminar"), seminar);

    server.replace("/v1/programmes/p/problem", problem()).expect(200);
    publish(&server, plan()["visits"].clone());
    let gone = meetings(&feeds[1], "Opening");
    assert_eq!((gone[0]["STATUS"].as_str(), gone[0]["SEQUENCE"].as_str()), ("CANCELLED", "2"));
}

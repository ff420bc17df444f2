//! Plans handed out: every format compared with the plan, field by field.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use serde_json::{Value, json};

use crate::harness::documents::{plan, problem};
use crate::harness::{Answer, Server};

/// The example with its plan, some of whose names would be run by a spreadsheet, and the path of the plan.
fn server() -> (Server, String) {
    let server = Server::start();
    let mut records = problem();
    records["networks"][0]["name"] = json!("=HYPERLINK(\"x\")");
    records["municipalities"][2]["name"] = json!("+Køge");
    server.put("/v1/programmes/p/problem", records).expect(201);
    let document = json!({"assignments": plan()["assignments"], "visits": plan()["visits"]});
    let path = server.post("/v1/programmes/p/plans/import", document).header("location").to_owned();
    (server, path)
}

fn export(server: &Server, path: &str, file: &str) -> Answer {
    let answer = server.get(&format!("{path}/exports/{file}"));
    answer.expect(200);
    assert!(answer.header("content-disposition").ends_with(&format!("-{file}\"")), "{file}");
    answer
}

/// The rows of a file as objects by column.
fn rows(answer: &Answer) -> Vec<Value> {
    let text = answer.body.strip_prefix(b"\xEF\xBB\xBF").expect("a byte order mark");
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text);
    let names = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        names.iter().zip(&record).map(|(name, cell)| (name.to_owned(), Value::from(cell))).collect()
    };
    reader.records().map(|record| Value::Object(row(record.unwrap()))).collect()
}

fn words(list: &Value) -> String {
    list.as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_plan_as_csv_comes_back_as_the_same_plan() {
    let (server, path) = server();
    let file = export(&server, &path, "plan.csv");
    let back = server.ask("POST", "/v1/programmes/p/plans/import").body("text/csv", &file.body).send();
    back.expect(201);
    let document = |path: &str| server.get(&format!("{path}/document")).expect(200);
    assert_eq!(document(back.header("location")), document(&path));
    // As a Danish spreadsheet saves it again.
    let mut text = String::from_utf8(file.body.clone()).unwrap();
    for visit in plan()["visits"].as_array().unwrap() {
        let date = visit["date"].as_str().unwrap();
        let parts: Vec<&str> = date.rsplit('-').collect();
        text = text.replace(date, &parts.join("-"));
    }
    let text = text.replace('\n', "\r\n");
    let saved = server.ask("POST", "/v1/programmes/p/plans/import").body("text/csv", text.as_bytes()).send();
    assert_eq!(document(saved.header("location")), document(&path));
}

#[test]
fn visits_as_csv_are_those_of_the_plan() {
    let (server, path) = server();
    let found = rows(&export(&server, &path, "visits.csv"));
    let visits = plan()["visits"].as_array().unwrap().clone();
    assert_eq!(found.len(), visits.len());
    for (row, visit) in found.iter().zip(&visits) {
        for field in ["date", "network", "host"] {
            assert_eq!(row[field], visit[field]);
        }
        assert_eq!(row["guests"], words(&visit["guests"]));
    }
}

#[test]
fn cells_that_look_like_formulas_are_neutralised() {
    let (server, path) = server();
    for file in ["plan.csv", "visits.csv"] {
        for row in rows(&export(&server, &path, file)) {
            for cell in row.as_object().unwrap().values() {
                assert!(!cell.as_str().unwrap().starts_with(['=', '+', '-', '@']), "{row}");
            }
            if row["network"] == "n1" {
                assert_eq!(row["network_name"], "'=HYPERLINK(\"x\")");
            }
        }
    }
    let mut book = workbook(&export(&server, &path, "plan.xlsx"));
    for sheet in book.sheet_names() {
        assert!(book.worksheet_formula(&sheet).unwrap().is_empty(), "{sheet} has formulas");
    }
}

fn workbook(answer: &Answer) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(answer.body.clone())).expect("a reader that is not ours opens it")
}

/// The rows of a sheet as objects by column.
fn sheet(book: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Vec<Value> {
    let range = book.worksheet_range(name).unwrap();
    let mut lines = range.rows();
    let names: Vec<String> = lines.next().unwrap().iter().map(ToString::to_string).collect();
    let value = |cell: &Data| match cell {
        Data::Empty => Value::Null,
        Data::Float(number) => json!(number),
        Data::Int(number) => json!(*number as f64),
        other => Value::from(other.to_string()),
    };
    lines.map(|line| Value::Object(names.iter().cloned().zip(line.iter().map(value)).collect())).collect()
}

#[test]
fn a_workbook_holds_what_the_api_tells() {
    let (server, path) = server();
    let file = export(&server, &path, "plan.xlsx");
    let mut book = workbook(&file);
    assert_eq!(book.sheet_names(), ["Assignment", "Visits", "Diaries", "Municipalities", "Measures"]);
    let records = problem();

    let assignments = server.get(&format!("{path}/assignments")).expect(200)["items"].clone();
    let found = sheet(&mut book, "Assignment");
    assert_eq!(found.len(), 6);
    for (row, told) in found.iter().zip(assignments.as_array().unwrap()) {
        assert_eq!(
            (&row["Enrolment"], &row["Municipality"], &row["Network"]),
            (&told["enrolment"], &told["municipality"], &told["network"])
        );
        let enrolment =
            records["enrolments"].as_array().unwrap().iter().find(|one| one["id"] == told["enrolment"]).unwrap();
        assert_eq!(row["Delegates"].as_f64(), enrolment["delegates"].as_f64());
    }

    let visits = server.get(&format!("{path}/visits")).expect(200)["items"].clone();
    let visits = visits.as_array().unwrap();
    let found = sheet(&mut book, "Visits");
    assert_eq!(found.len(), visits.len());
    for (row, told) in found.iter().zip(visits) {
        assert_eq!((&row["Date"], &row["Network"], &row["Host"]), (&told["date"], &told["network"], &told["host"]));
        assert_eq!((&row["Municipality"], &row["Guests"]), (&told["municipality"], &json!(words(&told["guests"]))));
    }

    let parts: usize = visits.iter().map(|visit| 1 + visit["guests"].as_array().unwrap().len()).sum();
    let diaries = sheet(&mut book, "Diaries");
    assert_eq!(diaries.len(), parts);
    for row in &diaries {
        let same = |visit: &&Value| {
            let part = if row["What"] == "hosts" {
                visit["host"] == row["Enrolment"]
            } else {
                visit["guests"].as_array().unwrap().contains(&row["Enrolment"])
            };
            part && visit["date"] == row["Date"] && visit["network"] == row["Network"]
        };
        assert_eq!(visits.iter().filter(same).count(), 1, "{row}");
    }

    let fairness = server.get(&format!("{path}/fairness")).expect(200)["municipalities"].clone();
    for (row, told) in sheet(&mut book, "Municipalities").iter().zip(fairness.as_array().unwrap()) {
        for (column, field) in [
            ("Km", "km"),
            ("Person-km", "person_km"),
            ("Travel days", "travel_days"),
            ("Guests received", "guests_received"),
        ] {
            assert_eq!(row[column].as_f64(), told[field].as_f64(), "{column}");
        }
    }

    let shown = server.get(&path).expect(200);
    let measures = sheet(&mut book, "Measures");
    for row in &measures {
        let name = row["Measure"].as_str().unwrap();
        let figure = name.strip_prefix("bound: ").map_or(&shown["cost"][name], |half| &shown["bound"][half]);
        assert_eq!(row["Cost"].as_f64(), figure.as_f64(), "{name}");
    }
    assert_eq!(measures.len(), 9 + 3);
    assert_eq!(export(&server, &path, "plan.xlsx").body, file.body, "the same plan, the same bytes");
}

#[test]
fn maps_have_a_point_for_each_member_and_a_line_for_each_journey() {
    let (server, path) = server();
    let networks = export(&server, &path, "networks.geojson");
    assert_eq!(networks.header("content-type"), "application/geo+json");
    let networks = networks.json();
    assert_eq!(networks["type"], "FeatureCollection");
    let records = problem();
    let find = |list: &str, id: &Value| {
        records[list].as_array().unwrap().iter().find(|record| record["id"] == *id).unwrap().clone()
    };
    let place = |enrolment: &Value| {
        let town = find("municipalities", &find("enrolments", enrolment)["municipality"]);
        json!([town["lon"], town["lat"]])
    };
    let features = networks["features"].as_array().unwrap();
    let members: Vec<&Value> = features.iter().filter(|one| one["properties"]["kind"] == "member").collect();
    let assignments = plan()["assignments"].as_array().unwrap().clone();
    assert_eq!(members.len(), assignments.len());
    for (feature, row) in members.iter().zip(&assignments) {
        let properties = &feature["properties"];
        assert_eq!((&properties["enrolment"], &properties["network"]), (&row["enrolment"], &row["network"]));
        assert_eq!(feature["geometry"], json!({"type": "Point", "coordinates": place(&row["enrolment"])}));
    }
    assert_eq!(features.len(), members.len() + 2, "and one for each network");

    let journeys = export(&server, &path, "journeys.geojson").json();
    let mut lines = journeys["features"].as_array().unwrap().iter();
    for visit in plan()["visits"].as_array().unwrap() {
        for guest in visit["guests"].as_array().unwrap() {
            let line = lines.next().unwrap();
            let properties = &line["properties"];
            assert_eq!(
                (&properties["date"], &properties["host"], &properties["guest"]),
                (&visit["date"], &visit["host"], guest)
            );
            let ends = json!([place(guest), place(&visit["host"])]);
            assert_eq!(line["geometry"], json!({"type": "LineString", "coordinates": ends}));
            assert!(properties["km"].as_f64().unwrap() > 0.0);
        }
    }
    assert!(lines.next().is_none());
}

#[test]
fn before_the_first_plan_there_is_nothing_to_hand_out() {
    let (server, _) = server();
    let waiting: Vec<String> = (0..2)
        .map(|_| {
            let much = crate::harness::documents::much_to_do();
            server.post("/v1/plans", json!({"problem": much})).header("location").to_owned()
        })
        .collect();
    for file in ["plan.csv", "visits.csv", "plan.xlsx", "networks.geojson", "journeys.geojson"] {
        let answer = server.get(&format!("{}/exports/{file}", waiting[1]));
        assert_eq!(answer.problem(409).0, "no_plan_yet", "{file}");
        server.get(&format!("/v1/plans/none/exports/{file}")).problem(404);
    }
}

#[test]
fn a_workbook_tells_of_meetings_who_attends_and_who_misses_them() {
    let (server, _) = server();
    let mut records = problem();
    let track = records["enrolments"][0]["track"].clone();
    records["gatherings"] = json!([{"id": "opening", "name": "Opening", "invites": [{"track": track, "max_delegates": 1}],
        "start": "2027-08-10", "days": 2, "places": [{"id": "hall", "name": "Hall", "lat": 55.7, "lon": 12.6}]}]);
    server.put("/v1/programmes/g/problem", records.clone()).expect(201);
    let ids: Vec<&Value> = records["enrolments"].as_array().unwrap().iter().map(|e| &e["id"]).collect();
    let meeting = json!({"gathering": "opening", "start": "2027-08-10", "place": "hall", "attend": ids[1..]});
    let document = json!({"assignments": plan()["assignments"], "visits": plan()["visits"], "gatherings": [meeting]});
    let path = server.post("/v1/programmes/g/plans/import", document).header("location").to_owned();
    let mut book = workbook(&export(&server, &path, "plan.xlsx"));
    let names = ["Assignment", "Visits", "Meetings", "Attendance", "Diaries", "Municipalities", "Measures"];
    assert_eq!(book.sheet_names(), names);
    let meetings = sheet(&mut book, "Meetings");
    assert_eq!((&meetings[0]["Start"], &meetings[0]["End"]), (&json!("2027-08-10"), &json!("2027-08-11")));
    assert_eq!((&meetings[0]["Place"], &meetings[0]["Persons"]), (&json!("Hall"), &json!(ids.len() as f64 - 1.0)));
    let attendance = sheet(&mut book, "Attendance");
    let attends = |row: &Value| (row["Enrolment"].clone(), row["Attends"] == "yes");
    let expected: Vec<(Value, bool)> = ids.iter().map(|id| ((*id).clone(), *id != ids[0])).collect();
    assert_eq!(attendance.iter().map(attends).collect::<Vec<_>>(), expected);
    let diaries = sheet(&mut book, "Diaries");
    let there = |row: &&Value| row["What"] == "attends Opening" && row["Date"] == "2027-08-10" && row["At"] == "Hall";
    assert_eq!(diaries.iter().filter(there).count(), ids.len() - 1);
}

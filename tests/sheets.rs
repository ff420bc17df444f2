//! Files as people have them, and what is handed out coming back in as it was.

use serde_json::{Value, json};

use crate::harness::documents::problem_with;
use crate::harness::{Answer, Server};
use crate::shared::shared;

const TOWNS: &str = "/v1/municipalities/import";

fn send(server: &Server, path: &str, kind: &str, bytes: &[u8]) -> Answer {
    server.ask("POST", path).body(kind, bytes).send()
}

/// Region 1084, and a programme p.
fn server() -> Server {
    let server = Server::start();
    send(&server, "/v1/regions/import", "text/csv", b"id,name\n1084,Hovedstaden\n").expect(200);
    server.put("/v1/programmes/p", json!({"name": "Programme"})).expect(201);
    server
}

/// The towns of the master data, once these have been brought in.
fn towns(kind: &str, bytes: &[u8]) -> Value {
    let server = server();
    send(&server, TOWNS, kind, bytes).expect(200);
    server.get("/v1/municipalities").expect(200)["items"].clone()
}

/// Line, column and code of each error of the towns that are refused.
fn refused(bytes: &[u8]) -> Vec<Value> {
    places(&send(&server(), TOWNS, "text/csv", bytes))
}

fn places(answer: &Answer) -> Vec<Value> {
    let place = |error: &Value| json!([error["line"], error["column"], error["code"]]);
    answer.expect(422)["errors"].as_array().unwrap().iter().map(place).collect()
}

/// A file of the folder of inputs that failed once; none where the folder is missing.
fn case(name: &str) -> Option<Vec<u8>> {
    Some(std::fs::read(shared()?.join("cases").join(name)).unwrap())
}

fn utf16(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_file_is_read_whatever_a_spreadsheet_saved_it_as() {
    let town = json!([{"id": "0101", "name": "København", "region": "1084", "lat": 55.68, "lon": 12.57}]);
    let text = "id\tname\tregion\tlat\tlon\r\n0101\tKøbenhavn\t1084\t55,68\t12,57\r\n";
    let semicolons = text.replace('\t', ";");
    let windows: Vec<u8> = semicolons.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for (kind, bytes) in [
        ("text/csv", text.as_bytes().to_vec()),
        ("text/tab-separated-values", text.as_bytes().to_vec()),
        ("text/csv", format!("sep=\t\r\n{text}").into_bytes()),
        ("text/csv", utf16(text)),
        ("text/csv", semicolons.replace("\r\n", "\r").into_bytes()),
        ("text/csv; charset=Windows-1252", windows),
        ("text/csv; charset=\"utf-8\"", semicolons.clone().into_bytes()),
        ("text/csv", semicolons.replace("lon\r", "lon;;\r").replace("57\r", "57;;\r").into_bytes()),
        ("text/csv", semicolons.replace("København", "\u{a0}K\u{f8}benhavn\u{200b}").into_bytes()),
        ("text/csv", semicolons.replace("id;name", "KOMMUNEKODE;Kommune").replace("lat;lon", "Bredde;Længde").into()),
    ] {
        assert_eq!(towns(kind, &bytes), town, "{kind} {:?}", String::from_utf8_lossy(&bytes));
    }
    // A letter and its ring apart are one letter.
    let apart = towns("text/csv", "id,name,region,lat,lon\n1,A\u{30a}by,1084,1,2\n".as_bytes());
    assert_eq!(apart[0]["name"], "\u{c5}by");
}

#[test]
fn what_cannot_be_read_is_told_once_with_its_line() {
    let head = "id;name;region;lat;lon\n";
    for (text, line, code) in [
        (format!("{head}1;\"a;1084;1;2\n2;b;1084;1;2\n"), 2, "unclosed_quote"),
        (format!("{head}1;a;1084;1;2\n2;\"b \"\"q\"\";1084;1;2\n"), 3, "unclosed_quote"),
        (format!("{head}1;\"a\n2\";1084;1;2\n"), 2, "line_break"),
        (format!("{head}1;a;1084;1.200;2\n"), 2, "ambiguous_number"),
        (format!("{head}1;a;1084;1;2;3\n"), 2, "wrong_column_count"),
        (format!("Kommuner 2027;;;;\n;;;;\n{head}1;a;1084;1;2\n"), 1, "rows_above_head"),
        ("PK\u{3}\u{4}".to_owned(), 1, "workbook"),
    ] {
        let told = refused(text.as_bytes());
        assert_eq!((told.len(), &told[0][0], &told[0][2]), (1, &json!(line), &json!(code)), "{text}: {told:?}");
    }
    let quoted = towns("text/csv", format!("{head}1;\"a \"\"q\"\"\";1084;1;2\n").as_bytes());
    assert_eq!(quoted[0]["name"], "a \"q\"");
}

#[test]
fn wishes_may_have_columns_of_their_own() {
    let server = server();
    send(&server, TOWNS, "text/csv", b"id,region,lat,lon\n0101,1084,55.7,12.5\n").expect(200);
    let path = |kind: &str| format!("/v1/programmes/p/{kind}/import");
    send(&server, &path("networks"), "text/csv", b"id,min_members,max_members\nn1,1,5\nn2,1,5\nn3,1,5\n").expect(200);
    for heads in
        ["preference_2;preference_1;preference_3", "Ønske 2;Ønske 1;Ønske 3", "2. prioritet;1. prioritet;3. prioritet"]
    {
        let text = format!("id;kommune;Deltagere;{heads}\ne;0101;4,0;n1;n3;\n");
        send(&server, &path("enrolments"), "text/csv", text.as_bytes()).expect(200);
        let enrolment = server.get("/v1/programmes/p/enrolments/e").expect(200);
        assert_eq!(enrolment, json!({"id": "e", "municipality": "0101", "delegates": 4, "preferences": ["n3", "n1"]}));
    }
    let twice = "id;municipality;delegates;preferences;preference_1\ne;0101;4;n1;n2\n";
    assert_eq!(places(&send(&server, &path("enrolments"), "text/csv", twice.as_bytes()))[0][2], "duplicate_column");
    let diary = "Kommune;Dato;Til;Type\n0101;5.4.2027;07-04-2027;Optaget\n0101;2027/04/20;;kan ikke være vært\n";
    send(&server, &path("availability"), "text/csv", diary.as_bytes()).expect(200);
    let town = server.get("/v1/programmes/p/municipalities/0101").expect(200);
    assert_eq!(town["unavailable"], json!(["2027-04-05", "2027-04-06", "2027-04-07"]));
    assert_eq!(town["cannot_host_on"], json!(["2027-04-20"]));
}

#[test]
fn the_files_that_failed_are_read_or_refused_as_they_should() {
    let Some(empty) = case("empty-columns-on-the-right.csv") else { return };
    assert_eq!(towns("text/csv", &empty)[0]["id"], "0101");
    let read = |name: &str| towns("text/csv", &case(name).unwrap());
    assert_eq!(read("no-break-space.csv")[0]["name"], "Nybæk");
    assert_eq!(read("whole-numbers-as-floats.csv")[0]["host_capacity"], 40);
    assert_eq!(read("unicode-text.txt")[0]["name"], "København");
    assert_eq!(refused(&case("quote-never-closed.csv").unwrap()), [json!([2, null, "unclosed_quote"])]);
    let server = server();
    send(&server, TOWNS, "text/csv", b"id,region,lat,lon,unavailable\n0101,1084,1,2,\n0147,1084,1,3,2027-05-05\n")
        .expect(200);
    let form = case("diary-form.csv").unwrap();
    let done = send(&server, "/v1/programmes/p/availability/import", "text/csv", &form).expect(200);
    assert_eq!(done["updated"], 1);
    let asked = server.get("/v1/programmes/p/municipalities/0147").expect(200);
    assert_eq!(asked["unavailable"], json!(["2027-05-05"]), "who has not answered keeps its diary");
    let networks = case("thousands-networks.csv").unwrap();
    let told = places(&send(&server, "/v1/programmes/p/networks/import", "text/csv", &networks));
    assert_eq!(told, [json!([2, "max_distance_km", "ambiguous_number"])]);
}

/// Everything of gatherings and attributes that a cell can hold.
fn gatherings() -> Value {
    problem_with(|problem| {
        problem["gatherings"] = json!([
            {"id": "opening", "name": "-Opening", "invites": [{"track": "leadership", "max_delegates": 2}],
                "start": "2027-04-05", "days": 2, "hours": {"from": "10:00", "to": "15:30"}, "clear_days_before": 1,
                "places": [{"id": "hall", "name": "Hall: a|b\\c; \"d\"", "lat": 55.675, "lon": 12.6, "capacity": 6}]},
            {"id": "talks", "invites": [{"track": "leadership"}], "weekdays": ["mon", "tue"], "clear_days_after": 2,
                "meetings": {"min": 2, "max": 3, "each_region": true, "max_distance_km": 1.234, "max_per_day": 1},
                "window": {"start": "2027-06-01", "end": "2027-06-11"}},
            {"id": "web", "invites": [{"track": "leadership"}], "start": "2027-05-03", "online": true}
        ]);
        problem["enrolments"][0]["attributes"] = json!({"size": "small", "Role-x": "chief"});
        problem["enrolments"][1]["attributes"] = json!({"size": "large"});
        problem["networks"][0]["mix"] = json!([{"attribute": "size", "value": "small", "max": 1}]);
    })
}

#[test]
fn records_that_are_handed_out_come_back_in_as_they_were() {
    let server = Server::start();
    server.put("/v1/programmes/g/problem", gatherings()).expect(201);
    let before = server.get("/v1/programmes/g/problem").expect(200);
    for kind in ["enrolments", "networks", "gatherings"] {
        let file = server.get(&format!("/v1/programmes/g/exports/{kind}.csv"));
        let count = before[kind].as_array().unwrap().len();
        let import = |server: &Server| send(server, &format!("/v1/programmes/g/{kind}/import"), "text/csv", &file.body);
        let same = import(&server).expect(200);
        assert_eq!((&same["unchanged"], &same["created"]), (&json!(count), &json!(0)), "{kind}");
        assert_eq!(server.get("/v1/programmes/g/problem").expect(200), before, "{kind}");
    }
    let file = server.get("/v1/programmes/g/exports/gatherings.csv");
    let ids = server.get("/v1/programmes/g/gatherings").ids();
    ids.iter().for_each(|id| drop(server.delete(&format!("/v1/programmes/g/gatherings/{id}")).expect(204)));
    let path = "/v1/programmes/g/gatherings/import";
    assert_eq!(send(&server, path, "text/csv", &file.body).expect(200)["created"], 3);
    assert_eq!(server.get("/v1/programmes/g/problem").expect(200), before);
}

#[test]
fn gatherings_are_brought_in_changed_and_refused_by_rows() {
    let server = Server::start();
    server.put("/v1/programmes/g/problem", problem_with(|_| {})).expect(201);
    let path = "/v1/programmes/g/gatherings/import";
    let csv = |text: &str| send(&server, path, "text/csv", text.as_bytes());
    let text = "id;invites;start;places;hours_from;hours_to;meetings_min;meetings_max\n\
                opening;leadership:2;5.4.2027;hall:The hall:55,7:12,6:60;10:00;15:30;;\n\
                talks;leadership;6.4.2027;;;;2;3\n";
    assert_eq!(csv(text).expect(200)["created"], 2);
    let opening = json!({"id": "opening", "invites": [{"track": "leadership", "max_delegates": 2}],
        "start": "2027-04-05", "hours": {"from": "10:00", "to": "15:30"},
        "places": [{"id": "hall", "name": "The hall", "lat": 55.7, "lon": 12.6, "capacity": 60}]});
    assert_eq!(server.get("/v1/programmes/g/gatherings/opening").expect(200), opening);
    // What a row does not say stays, a dash takes away: an object where all of it goes.
    let change =
        "id;invites;hours_from;hours_to;meetings_min;meetings_max\nopening;leadership;-;-;;\ntalks;leadership;;;1;\n";
    assert_eq!(csv(change).expect(200)["updated"], 2);
    assert_eq!(server.get("/v1/programmes/g/gatherings/opening").expect(200).get("hours"), None);
    assert_eq!(server.get("/v1/programmes/g/gatherings/talks").expect(200)["meetings"], json!({"min": 1, "max": 3}));
    let wrong = "id;invites;start;days;places;hours_from;hours_to\n\
                 a;nobody;2027-04-31;15;atlantis;10:00;11:00\nb;leadership:0;2027-04-05;x;;;\nc;leadership;2027-04-05;;;9;11:00\n";
    let told = places(&csv(wrong));
    for expected in [
        json!([2, "invites", "unknown_id"]),
        json!([2, "start", "invalid_date"]),
        json!([2, "days", "out_of_range"]),
        json!([2, "places", "unknown_id"]),
        json!([3, "days", "wrong_type"]),
        json!([4, "hours_from", "invalid_time"]),
    ] {
        assert!(told.contains(&expected), "{expected} is not in {told:?}");
    }
    let list =
        server.post(&format!("{path}?dry_run=true"), json!([{"id": "new", "invites": [], "start": "2027-05-03"}]));
    assert_eq!(list.problem(422).1[0].0, "/0/invites");
    assert_eq!(server.get("/v1/programmes/g/gatherings").ids(), ["opening", "talks"]);
}

#[test]
fn attributes_have_columns_whose_cells_change_that_attribute_alone() {
    let server = Server::start();
    server.put("/v1/programmes/g/problem", gatherings()).expect(201);
    let first = gatherings()["enrolments"][0].clone();
    let id = first["id"].as_str().unwrap();
    let row = |heads: &str, cells: &str| {
        let municipality = first["municipality"].as_str().unwrap();
        let text = format!("id;municipality;delegates;{heads}\n{id};{municipality};{};{cells}\n", first["delegates"]);
        send(&server, "/v1/programmes/g/enrolments/import", "text/csv", text.as_bytes()).expect(200);
        server.get(&format!("/v1/programmes/g/enrolments/{id}")).expect(200)["attributes"].clone()
    };
    assert_eq!(row("attribute:size;attribute:Role-x", "large;"), json!({"size": "large", "Role-x": "chief"}));
    assert_eq!(row("attributes:size;attribute:Role-x", ";mayor"), json!({"size": "large", "Role-x": "mayor"}));
    assert_eq!(row("attribute:size;Attribute: Role-x", "-;chief"), json!({"Role-x": "chief"}));
}

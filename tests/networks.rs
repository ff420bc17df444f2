//! Networks.

use serde_json::json;

use crate::harness::{Server, errors};

#[test]
fn a_network_names_a_track_and_regions_that_exist() {
    let server = Server::start().with_programme();
    let body = json!({"track": "u", "min_members": 1, "max_members": 2, "allowed_regions": ["r", "x", "y"]});
    let refused = server.put("/v1/programmes/p/networks/m", body).problem(422).1;
    let unknown =
        [("/track", "unknown_id"), ("/allowed_regions/1", "unknown_id"), ("/allowed_regions/2", "unknown_id")];
    assert_eq!(refused, errors(&unknown));
}

#[test]
fn a_programme_without_tracks_has_one_called_main() {
    let server = Server::start();
    server.put("/v1/programmes/q", json!({"name": "Q"})).expect(201);
    let network = |track: &str| json!({"track": track, "min_members": 1, "max_members": 2});
    server.put("/v1/programmes/q/networks/n", network("main")).expect(201);
    server.put("/v1/programmes/q/networks/m", network("other")).problem(422);
    server.put("/v1/programmes/q/tracks/other", json!({})).expect(201);
    server.put("/v1/programmes/q/networks/m", network("other")).expect(201);
    server.put("/v1/programmes/q/networks/k", network("main")).problem(422);
}

#[test]
fn where_there_are_several_tracks_a_network_names_its_own() {
    let server = Server::start().with_programme();
    server.put("/v1/programmes/p/networks/m", json!({"min_members": 1, "max_members": 2})).expect(201);
    server.put("/v1/programmes/p/tracks/u", json!({})).expect(201);
    let refused = server.put("/v1/programmes/p/networks/k", json!({"min_members": 1, "max_members": 2})).problem(422).1;
    assert_eq!(refused, errors(&[("/track", "missing_track")]));
}

#[test]
fn more_members_at_least_than_at_most_are_refused() {
    let server = Server::start().with_programme();
    let refused = server.put("/v1/programmes/p/networks/m", json!({"min_members": 6, "max_members": 5})).problem(422).1;
    assert_eq!(refused, errors(&[("/min_members", "min_above_max")]));
}

#[test]
fn a_network_that_enrolments_name_is_in_use() {
    let server = Server::start().with_programme();
    for field in [json!({"preferences": ["n"]}), json!({"fixed": "n"}), json!({"excluded": ["n"]})] {
        let mut enrolment = json!({"municipality": "a", "track": "t", "delegates": 1});
        enrolment.as_object_mut().unwrap().extend(field.as_object().unwrap().clone());
        server.put("/v1/programmes/p/enrolments/e", enrolment).expect(201);
        let refused = server.delete("/v1/programmes/p/networks/n");
        assert_eq!(refused.problem(409).1, errors(&[("", "used_by")]), "{field}");
        server.delete("/v1/programmes/p/enrolments/e").expect(204);
    }
    server.delete("/v1/programmes/p/networks/n").expect(204);
}

#[test]
fn networks_can_be_listed_by_track() {
    let server = Server::start().with_programme();
    server.put("/v1/programmes/p/tracks/u", json!({})).expect(201);
    server.put("/v1/programmes/p/networks/m", json!({"track": "u", "min_members": 1, "max_members": 2})).expect(201);
    assert_eq!(server.get("/v1/programmes/p/networks?track=u").ids(), ["m"]);
}

#[test]
fn two_programmes_may_use_the_same_ids() {
    let server = Server::start().with_programme();
    server.put("/v1/programmes/q", json!({"name": "Q"})).expect(201);
    server.put("/v1/programmes/q/networks/n", json!({"min_members": 3, "max_members": 4})).expect(201);
    assert_eq!(server.get("/v1/programmes/p/networks/n").expect(200)["min_members"], 1);
}

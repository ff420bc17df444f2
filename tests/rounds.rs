//! Rounds.

use serde_json::json;

use crate::harness::Server;

#[test]
fn a_round_has_dates_that_exist_in_order() {
    let server = Server::start().with_programme();
    for (start, end, pointer) in
        [("2026-02-30", "2026-03-01", "/start"), ("2026-03-02", "2026-03-01", "/end"), ("x", "y", "/start")]
    {
        let refused = server.put("/v1/programmes/p/rounds/r", json!({"start": start, "end": end})).problem(422).1;
        assert_eq!(refused[0].0, pointer, "{start} to {end}");
    }
}

#[test]
fn rounds_that_overlap_may_be_stored_while_a_programme_is_built() {
    let server = Server::start().with_programme();
    let round = json!({"start": "2026-04-01", "end": "2026-04-30"});
    server.put("/v1/programmes/p/rounds/r1", round.clone()).expect(201);
    server.put("/v1/programmes/p/rounds/r2", round).expect(201);
}

#[test]
fn rounds_can_be_listed_by_their_start() {
    let server = Server::start().with_programme();
    for (id, start) in [("x", "2026-06-01"), ("y", "2026-04-01"), ("z", "2026-05-01")] {
        server.put(&format!("/v1/programmes/p/rounds/{id}"), json!({"start": start, "end": "2026-06-30"})).expect(201);
    }
    assert_eq!(server.get("/v1/programmes/p/rounds?sort=start").ids(), ["y", "z", "x"]);
}

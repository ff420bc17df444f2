//! Tracks.

use serde_json::json;

use crate::harness::Server;

#[test]
fn a_track_with_networks_or_enrolments_is_in_use() {
    let server = Server::start().with_programme();
    assert_eq!(server.delete("/v1/programmes/p/tracks/t").problem(409).0, "in_use");
    server.delete("/v1/programmes/p/networks/n").expect(204);
    let enrolment = json!({"municipality": "a", "track": "t", "delegates": 1});
    server.put("/v1/programmes/p/enrolments/e", enrolment).expect(201);
    assert_eq!(server.delete("/v1/programmes/p/tracks/t").problem(409).0, "in_use");
    server.delete("/v1/programmes/p/enrolments/e").expect(204);
    server.delete("/v1/programmes/p/tracks/t").expect(204);
}

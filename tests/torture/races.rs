//! What two clients do at the same moment: each gets an answer that fits, whoever is first.

use serde_json::{Value, json};

use super::{rounds, tell};
use crate::harness::Server;
use crate::harness::documents::much_to_do;

#[test]
fn a_programme_that_is_deleted_while_a_plan_of_it_is_asked_for_is_not_found() {
    let server = Server::with(&["--solvers", "0", "--plan-queue", "60000"]);
    let (problem, mut gone): (Value, usize) = (much_to_do(), 0);
    let csv = b"enrolment,network\n";
    for _ in 0..rounds(15, 300) {
        server.put("/v1/programmes/p/problem", problem.clone()).expect(201);
        let (asked, imported) = std::thread::scope(|scope| {
            let asked = scope.spawn(|| server.post("/v1/programmes/p/plans", json!({"effort": {"work": 1}})));
            let imported =
                scope.spawn(|| server.ask("POST", "/v1/programmes/p/plans/import").body("text/csv", csv).send());
            while server.delete("/v1/programmes/p").status == 409 {
                for plan in server.get("/v1/programmes/p/plans?state=queued").ids() {
                    server.cancel(&format!("/v1/plans/{plan}"));
                }
            }
            (asked.join().unwrap(), imported.join().unwrap())
        });
        for answer in [asked, imported] {
            assert!([200, 201, 202, 404].contains(&answer.status), "{}", answer.json());
            gone += usize::from(answer.status == 404);
        }
    }
    tell("programmes deleted meanwhile", &format!("{gone} times not found"));
}

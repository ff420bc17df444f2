//! Made-up problems: sound, and the same every time.

use serde_json::{Value, json};

use crate::harness::Server;
use crate::harness::documents::run;

fn made(shape: &str, country: &str, take: &str, seed: &str) -> Vec<u8> {
    let output = run(&["demo", "--shape", shape, "--country", country, "--take", take, "--seed", seed], b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn every_shape_of_both_countries_is_stored_without_a_fault_and_found_valid() {
    let server = Server::start();
    for shape in
        ["kl", "single", "split", "pairwise", "tight", "mixed", "kl-2017", "rotate", "attributes", "dialogue", "tour"]
    {
        for (country, take, seed) in [("dk", "1", "1"), ("dk", "98", "2"), ("se", "7", "3"), ("se", "40", "0")] {
            let document: Value = serde_json::from_slice(&made(shape, country, take, seed)).unwrap();
            let path = format!("/v1/programmes/{shape}-{country}-{take}");
            assert_eq!(server.put(&format!("{path}/problem"), document.clone()).expect(201), document, "{path}");
            assert_eq!(server.get(&format!("{path}/validation")).expect(200)["valid"], true, "{path}");
        }
    }
}

#[test]
fn the_same_arguments_give_the_same_bytes_and_another_seed_gives_others() {
    assert!(made("kl", "dk", "98", "5") == made("kl", "dk", "98", "5"));
    assert!(made("mixed", "se", "60", "5") == made("mixed", "se", "60", "5"));
    assert!(made("kl", "dk", "98", "5") != made("kl", "dk", "98", "6"));
}

#[test]
fn a_made_up_problem_is_solved_and_the_plan_breaks_no_rule() {
    let problem = made("split", "dk", "12", "1");
    let solved = run(&["solve", "-", "--work", "20000"], &problem);
    let plan: Value = serde_json::from_slice(&solved.stdout).unwrap();
    let problem: Value = serde_json::from_slice(&problem).unwrap();
    let report = Server::start().post("/v1/checks", json!({"problem": problem, "plan": plan})).expect(200);
    assert_eq!(report["broken"], json!([]));
    assert_eq!(report["cost"], plan["cost"]);
}

#[test]
fn a_demonstration_holds_the_master_data_that_a_load_brings_in() {
    let server = Server::with(&["--demo"]);
    let loaded = server.ask("POST", "/v1/reference-data/dk-2026/load").send().expect(200);
    assert_eq!(loaded["municipalities"], json!({"created": 0, "updated": 0, "unchanged": 98}));
    let programme = server.get("/v1/programmes/demo").expect(200);
    assert!(programme["name"].as_str().unwrap().starts_with("Demonstration: "), "{programme}");
}

#[test]
fn a_demonstration_tells_how_to_make_a_plan_and_the_command_works_as_it_stands() {
    let server = Server::with(&["--demo"]);
    let told = server.told();
    assert_eq!(told[0], format!("docs: http://{}/docs", server.address()));
    let command = told[1].strip_prefix("make a plan: curl -i -X POST ").unwrap();
    let quoted: Vec<&str> = command.split('\'').skip(1).step_by(2).collect();
    let [address, header, body] = quoted[..] else { panic!("{command}") };
    assert_eq!(header, "content-type: application/json");
    let path = address.strip_prefix(&format!("http://{}", server.address())).unwrap();
    let plan = server.post(path, serde_json::from_str(body).unwrap()).expect(202);
    assert_eq!(plan["effort"]["seconds"], json!(20.0));
}

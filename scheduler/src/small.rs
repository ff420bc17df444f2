//! The smallest programme that shows a rule, for unit tests: three towns in a row, one network, one round.

use crate::check::{Report, check};
use crate::plan::{AssignmentRecord, PlanRecords, VisitRecord};
use crate::problem::ProblemRecords;
use crate::problem::records::*;
use crate::steering::Task;

/// Towns A, B and C in regions r, r and s send 1, 2 and 3 delegates as a, b and c to network n; A to B and B to C
/// are 10 km, A to C 20 km; the round is the first two working weeks of 2024, Monday 1 to Friday 12 January.
pub fn records() -> ProblemRecords {
    let town = |id: &str, region: &str, lat: f64| MunicipalityRecord {
        id: id.into(),
        region: region.into(),
        lat,
        lon: 10.0,
        ..Default::default()
    };
    let enrolment = |id: &str, municipality: &str, delegates: i64| EnrolmentRecord {
        id: id.into(),
        municipality: municipality.into(),
        delegates,
        ..Default::default()
    };
    let km = |a: &str, b: &str, km: f64| DistanceRecord { a: a.into(), b: b.into(), km };
    ProblemRecords {
        name: "small".into(),
        regions: ["r", "s"].map(|id| RegionRecord { id: id.into(), ..Default::default() }).to_vec(),
        municipalities: vec![town("A", "r", 55.0), town("B", "r", 55.1), town("C", "s", 55.2)],
        networks: vec![NetworkRecord { id: "n".into(), min_members: 1, max_members: 5, ..Default::default() }],
        enrolments: vec![enrolment("a", "A", 1), enrolment("b", "B", 2), enrolment("c", "C", 3)],
        distances: Some(vec![km("A", "B", 10.0), km("B", "C", 10.0), km("A", "C", 20.0)]),
        rounds: Some(vec![RoundRecord {
            id: "r1".into(),
            name: None,
            start: "2024-01-01".into(),
            end: "2024-01-12".into(),
        }]),
        ..Default::default()
    }
}

/// The same with a second network m.
pub fn two_networks() -> ProblemRecords {
    let mut records = records();
    records.networks.push(NetworkRecord { id: "m".into(), may_stay_empty: Some(true), ..records.networks[0].clone() });
    records
}

/// The problem of records that are right.
pub fn problem(records: &ProblemRecords) -> Task {
    Task::new(records).unwrap_or_else(|faults| panic!("{faults}"))
}

/// A visit as it is written: network, host, date, guests.
pub type Visit<'a> = (&'a str, &'a str, &'a str, &'a [&'a str]);

/// A plan document: who is where, who visits whom.
pub fn plan(assignments: &[(&str, &str)], visits: &[Visit<'_>]) -> PlanRecords {
    PlanRecords {
        assignments: assignments
            .iter()
            .map(|(e, n)| AssignmentRecord { enrolment: e.to_string(), network: Some(n.to_string()) })
            .collect(),
        visits: visits
            .iter()
            .map(|(network, host, date, guests)| VisitRecord {
                network: network.to_string(),
                host: host.to_string(),
                date: date.to_string(),
                guests: guests.iter().map(|guest| guest.to_string()).collect(),
                round: None,
            })
            .collect(),
        ..Default::default()
    }
}

/// What the check says of a plan.
pub fn report(records: &ProblemRecords, assignments: &[(&str, &str)], visits: &[Visit<'_>]) -> Report {
    check(&problem(records), &plan(assignments, visits))
}

/// Everybody in network n.
pub const ALL: &[(&str, &str)] = &[("a", "n"), ("b", "n"), ("c", "n")];

/// The codes of the rules that a plan breaks, in the order found.
pub fn broken(records: &ProblemRecords, assignments: &[(&str, &str)], visits: &[Visit<'_>]) -> Vec<&'static str> {
    report(records, assignments, visits).broken.iter().map(|violation| violation.rule.as_str()).collect()
}

//! From records to a problem that can be solved: the only crossing.

use std::collections::{HashMap, HashSet};

use scheduler::plan::PlanRecords;
use scheduler::problem::records::GatheringRecord;
use scheduler::{Faults, ProblemRecords, Task};

use crate::http::failure::Failure;

/// The problem of these records, which stand at a pointer of the request's body.
///
/// Errors: `Invalid` with every contradiction.
pub fn problem_at(pointer: &str, records: &ProblemRecords) -> Result<Task, Failure> {
    Task::new(records).map_err(|faults| Failure::invalid(faults.below(pointer)))
}

/// Refuses more records than a problem may have, before anything of it is worked out.
///
/// Errors: `Invalid`.
pub fn within(pointer: &str, records: &ProblemRecords, most: usize) -> Result<(), Failure> {
    let items = items(records);
    if items <= most {
        return Ok(());
    }
    let mut faults = Faults::default();
    faults.add(pointer, "too_many_records", format!("The problem has {items} records; the service takes {most}."));
    Err(Failure::invalid(faults))
}

/// The most pairs of municipalities that share a network in a plan that is judged: the travel of each is worked out.
const MOST_PAIRS: usize = 500_000_000;

/// Refuses a plan whose networks are so large that it would be judged for minutes.
///
/// Errors: `Invalid`.
pub fn judgeable(pointer: &str, problem: &ProblemRecords, plan: &PlanRecords) -> Result<(), Failure> {
    let town_of: HashMap<&str, &str> =
        problem.enrolments.iter().map(|e| (e.id.as_str(), e.municipality.as_str())).collect();
    let mut towns: HashMap<&str, HashSet<&str>> = HashMap::new();
    for row in &plan.assignments {
        if let (Some(network), Some(town)) = (&row.network, town_of.get(row.enrolment.as_str())) {
            towns.entry(network).or_default().insert(town);
        }
    }
    let pairs = towns.values().map(|towns| towns.len().pow(2)).fold(0, usize::saturating_add);
    if pairs <= MOST_PAIRS {
        return Ok(());
    }
    let mut faults = Faults::default();
    let detail = format!(
        "Networks of so many municipalities have {pairs} pairs of them, whose travel would be worked out; the service takes \
         {MOST_PAIRS}. Divide them into smaller networks."
    );
    faults.add(pointer, "too_many_pairs", detail);
    Err(Failure::invalid(faults))
}

/// A gathering with its invites and places.
fn parts(gathering: &GatheringRecord) -> usize {
    1 + gathering.invites.len() + gathering.places.as_ref().map_or(0, Vec::len)
}

/// Records of a problem, all lists together.
pub fn items(records: &ProblemRecords) -> usize {
    let optional = [
        records.tracks.as_ref().map(Vec::len),
        records.rounds.as_ref().map(Vec::len),
        records.pair_rules.as_ref().map(Vec::len),
        records.distances.as_ref().map(Vec::len),
        records.gatherings.as_ref().map(|all| all.iter().map(parts).sum()),
    ];
    let always =
        [records.regions.len(), records.municipalities.len(), records.networks.len(), records.enrolments.len()];
    always.into_iter().chain(optional.into_iter().flatten()).sum()
}

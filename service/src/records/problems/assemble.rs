//! From records to a problem that can be solved: the only crossing.

use scheduler::{Faults, Problem, ProblemRecords};

use crate::http::failure::Failure;

/// The problem of these records, which stand at a pointer of the request's body.
///
/// Errors: `Invalid` with every contradiction.
pub fn problem_at(pointer: &str, records: &ProblemRecords) -> Result<Problem, Failure> {
    Problem::new(records).map_err(|faults| Failure::invalid(below(pointer, faults)))
}

/// Refuses more records than a problem may have, before anything of it is worked out.
///
/// Errors: `Invalid`.
pub fn within(pointer: &str, records: &ProblemRecords, most: usize) -> Result<(), Failure> {
    let optional = [
        records.tracks.as_ref().map(Vec::len),
        records.rounds.as_ref().map(Vec::len),
        records.pair_rules.as_ref().map(Vec::len),
        records.distances.as_ref().map(Vec::len),
    ];
    let always =
        [records.regions.len(), records.municipalities.len(), records.networks.len(), records.enrolments.len()];
    let items: usize = always.into_iter().chain(optional.into_iter().flatten()).sum();
    if items <= most {
        return Ok(());
    }
    let mut faults = Faults::default();
    faults.add(pointer, "too_many_records", format!("The problem has {items} records; the service takes {most}."));
    Err(Failure::invalid(faults))
}

/// The same faults, with their pointers below another one.
fn below(pointer: &str, faults: Faults) -> Faults {
    let mut moved = Faults::default();
    for fault in faults {
        moved.add(format!("{pointer}{}", fault.pointer), fault.code, fault.detail);
    }
    moved
}

//! From records to a problem that can be solved: the only crossing.

use scheduler::{Faults, Problem, ProblemRecords};

use crate::http::failure::Failure;

/// The problem of these records, which stand at a pointer of the request's body.
///
/// Errors: `Invalid` with every contradiction.
pub fn problem_at(pointer: &str, records: &ProblemRecords) -> Result<Problem, Failure> {
    Problem::new(records).map_err(|faults| Failure::invalid(faults.below(pointer)))
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

/// Records of a problem, all lists together.
pub fn items(records: &ProblemRecords) -> usize {
    let optional = [
        records.tracks.as_ref().map(Vec::len),
        records.rounds.as_ref().map(Vec::len),
        records.pair_rules.as_ref().map(Vec::len),
        records.distances.as_ref().map(Vec::len),
    ];
    let always =
        [records.regions.len(), records.municipalities.len(), records.networks.len(), records.enrolments.len()];
    always.into_iter().chain(optional.into_iter().flatten()).sum()
}

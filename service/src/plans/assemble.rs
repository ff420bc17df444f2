//! From records to a problem that can be solved: the only crossing.

use scheduler::{Faults, Problem, ProblemRecords};

use crate::http::failure::Failure;

/// The problem of these records, which stand at a pointer of the request's body.
///
/// Errors: `Invalid` with every contradiction.
pub fn problem_at(pointer: &str, records: &ProblemRecords) -> Result<Problem, Failure> {
    Problem::new(records).map_err(|faults| Failure::invalid(below(pointer, faults)))
}

/// The same faults, with their pointers below another one.
fn below(pointer: &str, faults: Faults) -> Faults {
    let mut moved = Faults::default();
    for fault in faults {
        moved.add(format!("{pointer}{}", fault.pointer), fault.code, fault.detail);
    }
    moved
}

//! What is wrong with records: all of it at once.

use super::Faults;
use super::records::*;

/// Every fault of every record and every contradiction between records.
pub fn contradictions(_records: &ProblemRecords) -> Faults {
    Faults::default()
}

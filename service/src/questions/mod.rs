//! What may be asked of a plan or a programme: checks, reasons, clashes, what-if, and who has changed what.

pub mod audit;
pub mod checks;
pub mod clashes;
pub mod computation;
pub mod explanations;
pub mod rules;
pub mod what_if;

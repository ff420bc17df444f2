//! What is wrong with records: all of it at once, each fault with its JSON pointer, a stable code and a remedy.
//!
//! Two kinds of faults, since a programme is built one record at a time:
//!
//! - [`own_faults`]: what is wrong with a record by itself (its id, a number out of range, `min` above `max`), ids
//!   used twice, and ids that name nothing. No such record is ever stored. A single write finds a record's own with
//!   the function of its kind ([`region`], [`network`] …), `at` being the record's pointer (`""` for the body itself).
//! - [`clashes`]: contradictions between records that are right by themselves. They may be stored while a programme
//!   is being built, and stand in the way of a plan.
//!
//! [`contradictions`] is both. Only what one record, or records that name each other, show is a contradiction; what
//! needs several networks counted together is told by [`clash::counted`](crate::clash::counted()) and proved by the solver.
//! [`warnings()`] tells what is allowed, but hardly meant.
//!
//! A record that is wrong neither hides the faults of others nor makes them look wrong: a check whose records cannot
//! be read is left out, or made as if the unreadable one were the most favourable.

mod attributes;
mod eligible;
mod fixed;
mod gatherings;
mod hostings;
mod index;
mod odd;
mod open_days;
mod pairs;
mod records;
mod references;
mod rounds;
mod settings;
mod values;
mod warnings;
mod wishes;

use super::Faults;
use super::records::ProblemRecords;
use index::Index;

pub use gatherings::{gathering, gathering_places};
pub use records::{distance, enrolment, municipality, network, pair_rule, region, round, track};
pub use references::unknown_id;
pub use settings::{calendar, detour_factor, preference_costs, visits, weights};
pub use values::{LARGEST, id};
pub use warnings::warnings;

/// Longest programme, first start to last end, in days.
pub const LONGEST_PROGRAMME_DAYS: i32 = 3_660;

/// Every fault of every record and every contradiction between records. Linear in the size of the document, but for
/// sorting.
pub fn contradictions(records: &ProblemRecords) -> Faults {
    let mut faults = own_faults(records);
    for fault in clashes(records) {
        faults.add(fault.pointer, fault.code, fault.detail);
    }
    faults
}

/// The faults of each record by itself, ids used twice, and ids that name nothing.
pub fn own_faults(written: &ProblemRecords) -> Faults {
    let mut faults = Faults::default();
    let found = &mut faults;
    every("regions", &written.regions, |record, at| region(record, at, found));
    every("municipalities", &written.municipalities, |record, at| municipality(record, at, found));
    every("tracks", written.tracks.as_deref().unwrap_or_default(), |record, at| track(record, at, found));
    every("networks", &written.networks, |record, at| network(record, at, found));
    every("enrolments", &written.enrolments, |record, at| enrolment(record, at, found));
    every("pair_rules", written.pair_rules.as_deref().unwrap_or_default(), |rule, at| pair_rule(rule, at, found));
    every("distances", written.distances.as_deref().unwrap_or_default(), |record, at| distance(record, at, found));
    every("rounds", written.rounds.as_deref().unwrap_or_default(), |record, at| round(record, at, found));
    every("gatherings", written.gatherings.as_deref().unwrap_or_default(), |record, at| gathering(record, at, found));
    detour_factor(written.detour_factor, "/detour_factor", found);
    written.calendar.iter().for_each(|record| calendar(record, "/calendar", found));
    written.visits.iter().for_each(|record| visits(record, "/visits", found));
    written.preference_costs.iter().for_each(|record| preference_costs(record, "/preference_costs", found));
    written.weights.iter().for_each(|record| weights(record, "/weights", found));
    let index = Index::new(written);
    references::check(&index, found);
    attributes::references(&index, found);
    gatherings::references(&index, found);
    faults
}

/// Contradictions between records: those that can be read, each taken as right by itself.
pub fn clashes(records: &ProblemRecords) -> Faults {
    let mut faults = Faults::default();
    let index = Index::new(records);
    wishes::check(&index, &mut faults);
    fixed::check(&index, &mut faults);
    eligible::check(&index, &mut faults);
    pairs::check(&index, &mut faults);
    rounds::check(records, &mut faults);
    attributes::check(&index, &mut faults);
    gatherings::check(&index, &mut faults);
    faults
}

fn every<T>(section: &str, records: &[T], mut check: impl FnMut(&T, &str)) {
    for (position, record) in records.iter().enumerate() {
        check(record, &format!("/{section}/{position}"));
    }
}

#[cfg(test)]
mod tests;

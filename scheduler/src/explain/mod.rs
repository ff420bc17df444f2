//! Why: who is left out and for what reason, what clashes, what each part of a plan costs and what else there was, how
//! even it is, and what changes from one plan to another.

mod absent;
mod book;
mod changed;
pub mod day;
pub mod difference;
pub mod english;
pub mod fairness;
pub mod gathering;
pub mod gathering_change;
pub mod lock;
pub mod meeting;
mod missed;
pub mod obstacle;
pub mod price;
pub mod repair;
mod sieve;
mod unassigned;
mod unhosted;
pub mod why;

pub use changed::changed;

use crate::facts::Facts;
use crate::plan::Plan;
use crate::problem::{EnrolmentIx, Hosting, NetworkIx};
use crate::rules::RuleCode;
use crate::solution::{LeftOut, Missing};
use crate::steering::Task;

/// A reason on its way into words.
struct Told {
    code: &'static str,
    rules: Vec<RuleCode>,
    why: english::LeftOut,
}

impl Told {
    fn of(self, problem: &Task, what: Missing) -> LeftOut {
        LeftOut { what, code: self.code, reason: english::left_out(problem, &self.why), rules: self.rules }
    }
}

/// Names everything that a plan leaves out, with the reason: enrolments without a network, hostings not held, members
/// who miss one that is held, enrolments that miss a gathering, each ascending. A reason is worked out against the plan as it is: it says what stands
/// in the way there, day by day or network by network, or that nothing does and it came to cost.
pub fn left_out(problem: &Task, plan: &Plan) -> Vec<LeftOut> {
    let facts = Facts::new(problem, plan);
    let book = book::Book::new(problem, &facts);
    let placed = plan.network_of.iter().enumerate().map(|(e, network)| (EnrolmentIx::new(e), network));
    let unassigned = placed.filter(|&(e, network)| network.is_none() && problem.wants_network(e));
    let mut out: Vec<LeftOut> = unassigned.map(|(e, _)| unassigned::reason(&book, e)).collect();
    let mut due: Vec<_> = facts.hostings_due().collect();
    due.sort_unstable_by_key(|(_, key)| *key);
    let in_turn = |network: NetworkIx| facts.hosting(network) == Hosting::Rotate;
    let unheld = due.iter().filter(|(network, key)| !in_turn(*network) && !facts.hostings.contains_key(key));
    out.extend(unheld.map(|&(network, key)| unhosted::reason(&book, network, key)));
    out.extend(facts.rounds_missed().map(|(network, round)| unhosted::of_round(&book, network, round)));
    let mut absent = Vec::new();
    for &(network, key) in due.iter().filter(|(_, key)| facts.hostings.contains_key(key)) {
        let came = facts.came(key);
        let members = facts.members[network.at()].iter().copied();
        let missing = members.filter(|&e| e != key.0 && came.binary_search(&e).is_err());
        absent.extend(missing.map(|guest| (guest, key)));
    }
    absent.sort_unstable();
    out.extend(absent.into_iter().map(|(guest, key)| absent::reason(&book, guest, key)));
    out.extend(missed::missed(&facts).into_iter().map(|(e, gathering)| missed::reason(problem, &facts, e, gathering)));
    out
}

#[cfg(test)]
mod tests;

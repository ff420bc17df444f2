//! Why an enrolment has no network: what keeps it out of each that A1 lets it into, as the plan stands.

use super::book::Book;
use super::obstacle::{Obstacle, obstacle};
use super::{LeftOut, Missing, english};
use crate::problem::EnrolmentIx;

/// How many networks a reason names.
const NAMED: usize = 5;

pub(super) fn reason(book: &Book<'_>, enrolment: EnrolmentIx) -> LeftOut {
    let (code, reason) = code_and_reason(book, enrolment);
    LeftOut { what: Missing::Enrolment { enrolment }, code, reason }
}

fn code_and_reason(book: &Book<'_>, e: EnrolmentIx) -> (&'static str, String) {
    let (id, track) = (book.id(e), book.problem.enrolment(e).track);
    let mut obstacles = Vec::new();
    for &n in book.networks[track.at()].iter().filter(|&&n| book.problem.eligible(e, n)) {
        match obstacle(book, e, n, None) {
            Some(obstacle) => obstacles.push((n, obstacle)),
            None => {
                let network = &book.problem.network(n).id;
                return (
                    "cost",
                    format!("network {network} could take {id}, but no plan with it there was found to cost less"),
                );
            }
        }
    }
    if obstacles.is_empty() {
        return (
            "no_network_open",
            format!(
                "no network of its track is open to {id}: each is excluded, closed to its region, or another is fixed"
            ),
        );
    }
    let named = obstacles
        .iter()
        .take(NAMED)
        .map(|(n, obstacle)| format!("{} ({})", book.problem.network(*n).id, english::obstacle(obstacle)));
    let mut list = named.collect::<Vec<_>>().join(", ");
    if obstacles.len() > NAMED {
        list.push_str(&format!(" and {} more", obstacles.len() - NAMED));
    }
    if obstacles.iter().all(|(_, obstacle)| matches!(obstacle, Obstacle::Full)) {
        ("networks_full", format!("every network that {id} may be in is full: {list}"))
    } else {
        ("rule", format!("a rule keeps {id} out of every network that it may be in: {list}"))
    }
}

//! Why an enrolment has no network: what keeps it out of each that A1 lets it into, as the plan stands.

use super::book::Book;
use super::obstacle::{Obstacle, obstacle};
use super::{LeftOut, Missing, english};
use crate::problem::EnrolmentIx;

/// How many networks a reason names.
const NAMED: usize = 5;

pub(super) fn reason(book: &Book<'_>, enrolment: EnrolmentIx) -> LeftOut {
    let (code, why) = code_and_reason(book, enrolment);
    LeftOut { what: Missing::Enrolment { enrolment }, code, reason: english::left_out(&why) }
}

fn code_and_reason<'b>(book: &Book<'b>, e: EnrolmentIx) -> (&'static str, english::LeftOut<'b>) {
    let (id, track) = (book.id(e), book.problem.enrolment(e).track);
    let mut obstacles = Vec::new();
    for &n in book.networks[track.at()].iter().filter(|&&n| book.problem.eligible(e, n)) {
        match obstacle(book, e, n, None) {
            Some(obstacle) => obstacles.push((n, obstacle)),
            None => return ("cost", english::LeftOut::CouldBeIn { id, network: &book.problem.network(n).id }),
        }
    }
    if obstacles.is_empty() {
        return ("no_network_open", english::LeftOut::NoNetwork { id });
    }
    let full = obstacles.iter().all(|(_, obstacle)| matches!(obstacle, Obstacle::Full));
    let more = obstacles.len().saturating_sub(NAMED);
    obstacles.truncate(NAMED);
    let by = obstacles.into_iter().map(|(n, obstacle)| (book.problem.network(n).id.as_str(), obstacle)).collect();
    (if full { "networks_full" } else { "rule" }, english::LeftOut::Kept { id, full, by, more })
}

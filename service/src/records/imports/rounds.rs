//! Rounds of a programme.

use scheduler::Faults;
use scheduler::problem::validate;

use super::Import;
use super::sheet::{Line, Row};
use super::upsert::upsert;
use crate::http::failure::Failure;
use crate::records::reference::load::Changes;
use crate::records::rounds::ProgrammeRounds;
use crate::records::rounds::wire::Round;
use crate::store::Write;

pub(super) struct Rounds;

impl Row for Round {
    const CSV: &'static str = "id;name;start;end\nround-1;Spring 2027;2027-04-06;2027-06-18\n";
}

impl Import for Rounds {
    type Row = Round;

    async fn bring_in(
        write: &mut Write,
        programme: Option<&str>,
        rows: Vec<Line<Round>>,
        faults: &mut Faults,
    ) -> Result<Changes, Failure> {
        upsert::<ProgrammeRounds>(write, programme, &rows, faults, validate::round).await
    }
}

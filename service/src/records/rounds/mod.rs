//! Rounds: the windows of dates in which a programme's visits are held.

pub mod store;
pub mod wire;

use scheduler::Faults;
use scheduler::problem::records::RoundRecord;
use scheduler::problem::validate;

use crate::http::Tag;
use crate::http::failure::Failure;
use crate::http::resource::words;
use crate::http::resource::{Resource, Words};
use crate::store::Write;

/// `/programmes/{programme}/rounds`
#[derive(Clone, Copy, Debug)]
pub struct ProgrammeRounds;

impl Resource for ProgrammeRounds {
    type Table = store::Rounds;
    type Wire = wire::Round;
    const WORDS: Words = words!(
        "rounds",
        "round",
        "rounds",
        "a round of a programme",
        "rounds of a programme",
        "A round is a window of dates in which the members of a network visit each other. A programme without rounds has no visits."
    );
    const SCOPED: bool = true;
    const TAG: Tag = Tag::ProgrammeContents;

    fn record(wire: wire::Round) -> RoundRecord {
        wire.record()
    }

    fn wire(record: &RoundRecord) -> wire::Round {
        wire::Round::new(record)
    }

    async fn judge(
        _write: &mut Write,
        _programme: Option<&str>,
        record: &RoundRecord,
        faults: &mut Faults,
    ) -> Result<(), Failure> {
        validate::round(record, "", faults);
        Ok(())
    }
}

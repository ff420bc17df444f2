//! Tracks: the parts of a programme that are planned side by side.

pub mod store;
pub mod wire;

use scheduler::Faults;
use scheduler::problem::records::TrackRecord;
use scheduler::problem::validate;

use crate::http::Tag;
use crate::http::failure::Failure;
use crate::http::resource::words;
use crate::http::resource::{Resource, Words, known};
use crate::records::rounds::store::Rounds;
use crate::store::Write;

/// `/programmes/{programme}/tracks`
#[derive(Clone, Copy, Debug)]
pub struct ProgrammeTracks;

impl Resource for ProgrammeTracks {
    type Table = store::Tracks;
    type Wire = wire::Track;
    const WORDS: Words = words!(
        "tracks",
        "track",
        "tracks",
        "a track of a programme",
        "tracks of a programme",
        "A track is a part of a programme that municipalities enrol in; its networks are its own. A programme without tracks has one called `main`."
    );
    const SCOPED: bool = true;
    const TAG: Tag = Tag::ProgrammeContents;

    fn record(wire: wire::Track) -> TrackRecord {
        wire.record()
    }

    fn wire(record: &TrackRecord) -> wire::Track {
        wire::Track::new(record)
    }

    async fn judge(
        write: &mut Write,
        programme: Option<&str>,
        record: &TrackRecord,
        faults: &mut Faults,
    ) -> Result<(), Failure> {
        validate::track(record, "", faults);
        for (i, round) in record.rounds.iter().flatten().enumerate() {
            known::<Rounds>(write, programme, &format!("/rounds/{i}"), round, faults).await?;
        }
        Ok(())
    }
}

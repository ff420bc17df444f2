//! Gatherings: what whole tracks of a programme meet at.

pub mod store;
mod stored;
pub mod wire;

use scheduler::Faults;
use scheduler::problem::records::GatheringRecord;
use scheduler::problem::validate;

use crate::http::Tag;
use crate::http::failure::Failure;
use crate::http::resource::words;
use crate::http::resource::{Resource, Words};
use crate::records::municipalities::copies::copy_municipalities;
use crate::store::Write;

/// `/programmes/{programme}/gatherings`
#[derive(Clone, Copy, Debug)]
pub struct ProgrammeGatherings;

impl Resource for ProgrammeGatherings {
    type Table = store::Gatherings;
    type Wire = wire::Gathering;
    const WORDS: Words = words!(
        "gatherings",
        "gathering",
        "gatherings",
        "a gathering of a programme",
        "gatherings of a programme",
        "A gathering is what whole tracks meet at: a conference, a seminar, regional meetings. Its day and place are given, or the plan chooses them."
    );
    const SCOPED: bool = true;
    const TAG: Tag = Tag::ProgrammeContents;

    fn record(wire: wire::Gathering) -> GatheringRecord {
        wire.record()
    }

    fn wire(record: &GatheringRecord) -> wire::Gathering {
        wire::Gathering::new(record)
    }

    async fn judge(
        write: &mut Write,
        programme: Option<&str>,
        record: &GatheringRecord,
        faults: &mut Faults,
    ) -> Result<(), Failure> {
        validate::gathering(record, "", faults);
        let tracks = crate::records::tracks::store::known_tracks(write, programme).await?;
        for (at, invite) in record.invites.iter().enumerate() {
            tracks.need(Some(&invite.track), &format!("/invites/{at}"), faults);
        }
        if let Some(programme) = programme {
            let places = record.places.iter().flatten().filter(|place| place.lat.is_none() && place.lon.is_none());
            let towns: Vec<&str> = places.map(|place| place.id.as_str()).collect();
            copy_municipalities(write, programme, towns).await?;
        }
        let towns = store::municipalities(write, programme, record).await?;
        validate::gathering_places(record, "", |id| towns.contains(id), faults);
        Ok(())
    }
}

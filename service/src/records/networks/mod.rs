//! Networks: what a programme's enrolments are divided into.

pub mod store;
pub mod wire;

use scheduler::Faults;
use scheduler::problem::records::NetworkRecord;
use scheduler::problem::validate;

use crate::http::Tag;
use crate::http::failure::Failure;
use crate::http::resource::words;
use crate::http::resource::{Resource, Words, known};
use crate::records::municipalities::copies::copy_regions;
use crate::records::regions::store::ProgrammeRegions;
use crate::records::tracks::store::known_tracks;
use crate::store::Write;

/// `/programmes/{programme}/networks`
#[derive(Clone, Copy, Debug)]
pub struct ProgrammeNetworks;

impl Resource for ProgrammeNetworks {
    type Table = store::Networks;
    type Wire = wire::Network;
    const WORDS: Words = words!(
        "networks",
        "network",
        "networks",
        "a network of a programme",
        "networks of a programme",
        "A network is filled with enrolments of its track, within its limits; its members visit each other."
    );
    const SCOPED: bool = true;
    const TAG: Tag = Tag::ProgrammeContents;

    fn record(wire: wire::Network) -> NetworkRecord {
        wire.record()
    }

    fn wire(record: &NetworkRecord) -> wire::Network {
        wire::Network::new(record)
    }

    async fn judge(
        write: &mut Write,
        programme: Option<&str>,
        record: &NetworkRecord,
        faults: &mut Faults,
    ) -> Result<(), Failure> {
        validate::network(record, "", faults);
        known_tracks(write, programme).await?.need(record.track.as_deref(), "", faults);
        if let Some(programme) = programme {
            copy_regions(write, programme, record.allowed_regions.iter().flatten().map(String::as_str)).await?;
        }
        for (i, region) in record.allowed_regions.iter().flatten().enumerate() {
            known::<ProgrammeRegions>(write, programme, &format!("/allowed_regions/{i}"), region, faults).await?;
        }
        Ok(())
    }
}

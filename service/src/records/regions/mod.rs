//! Regions: master data, and the programmes' own copies.

pub mod store;
pub mod wire;

use scheduler::Faults;
use scheduler::problem::records::RegionRecord;
use scheduler::problem::validate;

use crate::http::Tag;
use crate::http::failure::Failure;
use crate::http::resource::words;
use crate::http::resource::{Resource, Words};
use crate::store::Write;

/// `/regions`
#[derive(Clone, Copy, Debug)]
pub struct MasterRegions;

/// `/programmes/{programme}/regions`
#[derive(Clone, Copy, Debug)]
pub struct ProgrammeRegions;

impl Resource for MasterRegions {
    type Table = store::Regions;
    type Wire = wire::Region;
    const WORDS: Words = words!(
        "regions",
        "region",
        "regions",
        "a region",
        "regions",
        "Master data: a region of the country, whatever the programme. What a programme copied from it stays as it is."
    );
    const SCOPED: bool = false;
    const TAG: Tag = Tag::Regions;

    fn record(wire: wire::Region) -> RegionRecord {
        wire.record()
    }

    fn wire(record: &RegionRecord) -> wire::Region {
        wire::Region::new(record)
    }

    async fn judge(
        _write: &mut Write,
        _programme: Option<&str>,
        record: &RegionRecord,
        faults: &mut Faults,
    ) -> Result<(), Failure> {
        validate::region(record, "", faults);
        Ok(())
    }
}

impl Resource for ProgrammeRegions {
    type Table = store::ProgrammeRegions;
    type Wire = wire::Region;
    const WORDS: Words = words!(
        "regions",
        "programme_region",
        "programme_regions",
        "a region of a programme",
        "regions of a programme",
        "A programme's own copy of a region: its daily limit may differ from programme to programme. It is copied from the master data with the first enrolment of one of its municipalities."
    );
    const SCOPED: bool = true;
    const TAG: Tag = Tag::ProgrammeContents;

    fn record(wire: wire::Region) -> RegionRecord {
        wire.record()
    }

    fn wire(record: &RegionRecord) -> wire::Region {
        wire::Region::new(record)
    }

    async fn judge(
        _write: &mut Write,
        _programme: Option<&str>,
        record: &RegionRecord,
        faults: &mut Faults,
    ) -> Result<(), Failure> {
        validate::region(record, "", faults);
        Ok(())
    }
}

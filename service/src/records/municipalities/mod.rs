//! Municipalities: master data, and the programmes' own copies.

pub mod copies;
pub mod refresh;
pub mod store;
pub mod wire;

use scheduler::Faults;
use scheduler::problem::validate;

use crate::http::Tag;
use crate::http::failure::Failure;
use crate::http::resource::words;
use crate::http::resource::{Resource, Words, known};
use crate::records::regions::store as regions;
use crate::store::Write;

use store::MunicipalityRow;

/// `/municipalities`
#[derive(Clone, Copy, Debug)]
pub struct MasterMunicipalities;

/// `/programmes/{programme}/municipalities`
#[derive(Clone, Copy, Debug)]
pub struct ProgrammeMunicipalities;

impl Resource for MasterMunicipalities {
    type Table = store::Municipalities;
    type Wire = wire::Municipality;
    const WORDS: Words = words!(
        "municipalities",
        "municipality",
        "municipalities",
        "a municipality",
        "municipalities",
        "Master data: a municipality and where it lies, whatever the programme. What a programme copied from it stays as it is until it is refreshed."
    );
    const SCOPED: bool = false;
    const TAG: Tag = Tag::Municipalities;

    fn record(wire: wire::Municipality) -> MunicipalityRow {
        MunicipalityRow { kind: wire.kind, record: wire.record() }
    }

    fn wire(row: &MunicipalityRow) -> wire::Municipality {
        wire::Municipality { kind: row.kind, ..wire::Municipality::new(&row.record) }
    }

    async fn judge(
        write: &mut Write,
        programme: Option<&str>,
        MunicipalityRow { record, .. }: &MunicipalityRow,
        faults: &mut Faults,
    ) -> Result<(), Failure> {
        validate::municipality(record, "", faults);
        known::<regions::Regions>(write, programme, "/region", &record.region, faults).await
    }
}

impl Resource for ProgrammeMunicipalities {
    type Table = store::ProgrammeMunicipalities;
    type Wire = wire::Municipality;
    const WORDS: Words = words!(
        "municipalities",
        "programme_municipality",
        "programme_municipalities",
        "a municipality of a programme",
        "municipalities of a programme",
        "A programme's own copy of a municipality: diary, capacity and limits may differ from programme to programme. The first enrolment copies it from the master data."
    );
    const SCOPED: bool = true;
    const TAG: Tag = Tag::ProgrammeContents;

    fn record(wire: wire::Municipality) -> MunicipalityRow {
        MunicipalityRow { kind: wire.kind, record: wire.record() }
    }

    fn wire(row: &MunicipalityRow) -> wire::Municipality {
        wire::Municipality { kind: row.kind, ..wire::Municipality::new(&row.record) }
    }

    async fn judge(
        write: &mut Write,
        programme: Option<&str>,
        MunicipalityRow { record, .. }: &MunicipalityRow,
        faults: &mut Faults,
    ) -> Result<(), Failure> {
        validate::municipality(record, "", faults);
        known::<regions::ProgrammeRegions>(write, programme, "/region", &record.region, faults).await
    }
}

//! Enrolments: the delegations that each need one network.

pub mod store;
pub mod wire;

use scheduler::Faults;
use scheduler::problem::records::EnrolmentRecord;
use scheduler::problem::validate;

use crate::http::Tag;
use crate::http::failure::Failure;
use crate::http::resource::words;
use crate::http::resource::{Resource, Words, known};
use crate::records::municipalities::copies::copy_municipalities;
use crate::records::municipalities::store::ProgrammeMunicipalities;
use crate::records::networks::store::Networks;
use crate::records::tracks::store::known_tracks;
use crate::store::Write;

/// `/programmes/{programme}/enrolments`
#[derive(Clone, Copy, Debug)]
pub struct ProgrammeEnrolments;

impl Resource for ProgrammeEnrolments {
    type Table = store::Enrolments;
    type Wire = wire::Enrolment;
    const WORDS: Words = words!(
        "enrolments",
        "enrolment",
        "enrolments",
        "an enrolment of a programme",
        "enrolments of a programme",
        "An enrolment is a delegation of a municipality that needs one network of a track. The first one of a municipality copies it, and its region, from the master data into the programme."
    );
    const SCOPED: bool = true;
    const TAG: Tag = Tag::ProgrammeContents;

    fn record(wire: wire::Enrolment) -> EnrolmentRecord {
        wire.record()
    }

    fn wire(record: &EnrolmentRecord) -> wire::Enrolment {
        wire::Enrolment::new(record)
    }

    async fn judge(
        write: &mut Write,
        programme: Option<&str>,
        record: &EnrolmentRecord,
        faults: &mut Faults,
    ) -> Result<(), Failure> {
        validate::enrolment(record, "", faults);
        known_tracks(write, programme).await?.need(record.track.as_deref(), "", faults);
        if let Some(programme) = programme {
            copy_municipalities(write, programme, [record.municipality.as_str()]).await?;
        }
        known::<ProgrammeMunicipalities>(write, programme, "/municipality", &record.municipality, faults).await?;
        for (i, network) in record.preferences.iter().flatten().enumerate() {
            known::<Networks>(write, programme, &format!("/preferences/{i}"), network, faults).await?;
        }
        if let Some(network) = &record.fixed {
            known::<Networks>(write, programme, "/fixed", network, faults).await?;
        }
        for (i, network) in record.excluded.iter().flatten().enumerate() {
            known::<Networks>(write, programme, &format!("/excluded/{i}"), network, faults).await?;
        }
        Ok(())
    }
}

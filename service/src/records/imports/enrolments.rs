//! Enrolments of a programme, with their wishes.

use std::collections::BTreeSet;

use scheduler::Faults;
use scheduler::problem::validate;

use super::Import;
use super::sheet::{Line, Row};
use super::upsert::{Ids, upsert};
use crate::http::failure::Failure;
use crate::records::enrolments::ProgrammeEnrolments;
use crate::records::enrolments::wire::Enrolment;
use crate::records::municipalities::copies::copy_municipalities;
use crate::records::municipalities::store::ProgrammeMunicipalities;
use crate::records::networks::store::Networks;
use crate::records::reference::load::Changes;
use crate::records::tracks::store::known_tracks;
use crate::store::{Error, Write};

pub(super) struct Enrolments;

impl Row for Enrolment {
    const CSV: &'static str = "id;municipality;track;delegates;preferences;excluded\nstaff-0101;0101;staff;4;staff-1 staff-7 staff-3;staff-9\n";
}

impl Import for Enrolments {
    type Row = Enrolment;

    async fn bring_in(
        write: &mut Write,
        programme: Option<&str>,
        rows: Vec<Line<Enrolment>>,
        faults: &mut Faults,
    ) -> Result<Changes, Failure> {
        let municipalities =
            with_copies(write, programme, rows.iter().map(|row| row.said.municipality.0.as_str())).await?;
        let networks = Ids::of::<Networks>(write, programme).await?;
        let tracks = known_tracks(write, programme).await?;
        upsert::<ProgrammeEnrolments>(write, programme, &rows, faults, |record, at, faults| {
            validate::enrolment(record, at, faults);
            tracks.need(record.track.as_deref(), at, faults);
            municipalities.need(&record.municipality, format!("{at}/municipality"), faults);
            networks.need_all(&record.preferences, &format!("{at}/preferences"), faults);
            if let Some(network) = &record.fixed {
                networks.need(network, format!("{at}/fixed"), faults);
            }
            networks.need_all(&record.excluded, &format!("{at}/excluded"), faults);
        })
        .await
    }
}

/// The municipalities of a programme, once those that are wanted and missing are copied from the master data.
pub(super) async fn with_copies(
    write: &mut Write,
    programme: Option<&str>,
    wanted: impl Iterator<Item = &str>,
) -> Result<Ids, Error> {
    let present = Ids::of::<ProgrammeMunicipalities>(write, programme).await?;
    let missing: BTreeSet<&str> = wanted.filter(|id| !present.has(id)).collect();
    let (Some(programme), false) = (programme, missing.is_empty()) else { return Ok(present) };
    copy_municipalities(write, programme, missing).await?;
    Ids::of::<ProgrammeMunicipalities>(write, Some(programme)).await
}

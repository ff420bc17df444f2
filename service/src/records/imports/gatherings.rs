//! Gatherings of a programme.

use std::collections::BTreeSet;

use scheduler::Faults;
use scheduler::problem::validate;

use super::Import;
use super::enrolments::with_copies;
use super::sheet::{Line, Row};
use super::upsert::upsert;
use crate::http::failure::Failure;
use crate::records::gatherings::ProgrammeGatherings;
use crate::records::gatherings::wire::Gathering;
use crate::records::reference::load::Changes;
use crate::records::tracks::store::known_tracks;
use crate::store::Write;

pub(super) struct Gatherings;

impl Row for Gathering {
    const CSV: &'static str = "id;name;invites;start;days;places;clear_days_before;hours_from;hours_to\n\
                               kick-off-2027;Opening;staff:2;2027-01-28;1;hall:The hall:55,675:12,584:300;3;10:00;15:30\n";
}

impl Import for Gatherings {
    type Row = Gathering;

    async fn bring_in(
        write: &mut Write,
        programme: Option<&str>,
        rows: Vec<Line<Gathering>>,
        faults: &mut Faults,
    ) -> Result<Changes, Failure> {
        let places = rows.iter().flat_map(|row| row.said.places.iter().flatten());
        let towns: BTreeSet<&str> =
            places.filter(|place| place.lat.is_none()).map(|place| place.id.0.as_str()).collect();
        let municipalities = with_copies(write, programme, towns.into_iter()).await?;
        let tracks = known_tracks(write, programme).await?;
        upsert::<ProgrammeGatherings>(write, programme, &rows, faults, |record, at, faults| {
            validate::gathering(record, at, faults);
            for (i, invite) in record.invites.iter().enumerate() {
                tracks.need(Some(&invite.track), &format!("{at}/invites/{i}"), faults);
            }
            validate::gathering_places(record, at, |id| municipalities.has(id), faults);
        })
        .await
    }
}

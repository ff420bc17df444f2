//! Distances: those that replace the computed ones.

pub mod store;
pub mod wire;

use poem_openapi::Object;
use scheduler::Faults;
use scheduler::problem::validate;

use crate::http::Tag;
use crate::http::failure::{Failure, Kind};
use crate::http::fields::{Amount, Id};
use crate::http::resource::words;
use crate::http::resource::{Resource, Words, known};
use crate::records::municipalities::store::ProgrammeMunicipalities;
use crate::store::Write;

use store::DistanceRow;

/// A distance that replaces the computed one, both ways, and its id. The problem document has no ids of distances: those
/// that came with a document get new ones with each document that is PUT.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct DistanceEntry {
    /// Unique among the programme's distances.
    pub id: Id,
    /// The id of one municipality.
    pub a: Id,
    /// The id of the other.
    pub b: Id,
    /// Kilometres, 0 to 1e12.
    pub km: Amount,
}

/// `/programmes/{programme}/distances`
#[derive(Clone, Copy, Debug)]
pub struct ProgrammeDistances;

impl Resource for ProgrammeDistances {
    type Table = store::Distances;
    type Wire = DistanceEntry;
    const WORDS: Words = words!(
        "distances",
        "distance",
        "distances",
        "a distance of a programme",
        "distances of a programme",
        "A distance replaces the computed one between two municipalities, both ways; a pair has at most one. Distances that came with a problem document have ids that were made for them."
    );
    const SCOPED: bool = true;
    const TAG: Tag = Tag::ProgrammeContents;

    fn record(wire: DistanceEntry) -> DistanceRow {
        let record = wire::Distance { a: wire.a, b: wire.b, km: wire.km }.record();
        DistanceRow { id: wire.id.0, record }
    }

    fn wire(row: &DistanceRow) -> DistanceEntry {
        let distance = wire::Distance::new(&row.record);
        DistanceEntry { id: (&row.id).into(), a: distance.a, b: distance.b, km: distance.km }
    }

    async fn judge(
        write: &mut Write,
        programme: Option<&str>,
        row: &DistanceRow,
        faults: &mut Faults,
    ) -> Result<(), Failure> {
        faults.keep("/id", validate::id(&row.id));
        validate::distance(&row.record, "", faults);
        known::<ProgrammeMunicipalities>(write, programme, "/a", &row.record.a, faults).await?;
        known::<ProgrammeMunicipalities>(write, programme, "/b", &row.record.b, faults).await?;
        let (a, b) = (&row.record.a, &row.record.b);
        match store::of_pair(write, programme.unwrap_or_default(), a, b).await? {
            Some(other) if other != row.id && faults.is_empty() => {
                let detail = format!("Distance `{other}` is about `{a}` and `{b}` already: change that one.");
                Err(Failure::new(Kind::AlreadyExists, detail))
            }
            _ => Ok(()),
        }
    }
}

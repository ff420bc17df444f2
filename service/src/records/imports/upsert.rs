//! What imports have in common: rows over what is stored, ids that may be named, ids used twice.

use std::collections::HashSet;

use poem_openapi::types::{ParseFromJSON, ToJSON};
use scheduler::Faults;
use scheduler::problem::validate;
use sqlx::SqliteConnection;

use super::sheet::Line;
use crate::http::failure::Failure;
use crate::http::merge::merge;
use crate::http::resource::{Record, Resource};
use crate::records::reference::load::{Changes, bring_in};
use crate::store::{Error, Table, Write, all};

/// The ids of a kind of record.
pub(super) struct Ids {
    what: &'static str,
    known: HashSet<String>,
}

impl Ids {
    /// All that are stored.
    pub async fn of<T: Table>(connection: &mut SqliteConnection, programme: Option<&str>) -> Result<Ids, Error> {
        let records = all::<T>(connection, programme).await?;
        Ok(Ids { what: T::WHAT, known: records.iter().map(|record| T::id(record).to_owned()).collect() })
    }

    /// Whether there is one.
    pub fn has(&self, id: &str) -> bool {
        self.known.contains(id)
    }

    /// Notes a fault where there is none.
    pub fn need(&self, id: &str, pointer: String, faults: &mut Faults) {
        if !self.has(id) {
            validate::unknown_id(self.what, id, pointer, faults);
        }
    }

    /// The same for a list of ids.
    pub fn need_all(&self, ids: &Option<Vec<String>>, pointer: &str, faults: &mut Faults) {
        for (i, id) in ids.iter().flatten().enumerate() {
            self.need(id, format!("{pointer}/{i}"), faults);
        }
    }
}

/// Creates or changes a record for each row. What a row neither says nor takes away stays as it is stored. `judge` notes what is wrong
/// with a record as it would be stored, whose pointer it is given; nothing is written then.
pub(super) async fn upsert<R: Resource>(
    write: &mut Write,
    programme: Option<&str>,
    rows: &[Line<R::Wire>],
    faults: &mut Faults,
    judge: impl Fn(&Record<R>, &str, &mut Faults),
) -> Result<Changes, Failure>
where
    Record<R>: PartialEq,
{
    bring_in::<R, Failure>(write, programme, |present| {
        let mut wanted = Vec::with_capacity(rows.len());
        for row in rows {
            let id = <R::Table as Table>::id(&merged::<R>(None, row)?).to_owned();
            let record = merged::<R>(present.get(id.as_str()).copied(), row)?;
            judge(&record, &format!("/{}", row.at), faults);
            wanted.push(record);
        }
        Ok(if faults.is_empty() { wanted } else { Vec::new() })
    })
    .await
}

/// A record as a row has it, and as it is stored where the row says nothing, without what the row takes away.
fn merged<R: Resource>(present: Option<&Record<R>>, row: &Line<R::Wire>) -> Result<Record<R>, Failure> {
    let mut fields = present.map(|record| R::wire(record).to_json().unwrap_or_default()).unwrap_or_default();
    merge(&mut fields, row.patch.clone());
    let wire = R::Wire::parse_from_json(Some(fields));
    wire.map(R::record)
        .map_err(|error| Failure::internal(anyhow::anyhow!("a row does not read: {}", error.into_message())))
}

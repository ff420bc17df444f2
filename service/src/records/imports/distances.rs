//! Distances of a programme, by pair.

use std::collections::HashMap;

use scheduler::Faults;
use scheduler::problem::validate;

use super::Import;
use super::enrolments::with_copies;
use super::sheet::{Key, Line, Row};
use crate::http::failure::Failure;
use crate::http::resource::new_id;
use crate::records::distances::ProgrammeDistances;
use crate::records::distances::store::{self as table, DistanceRow};
use crate::records::distances::wire::Distance;
use crate::records::reference::load::{Changes, bring_in};
use crate::store::{Write, all};

pub(super) struct Distances;

impl Row for Distance {
    const CSV: &'static str = "a;b;km\n0101;0400;190,5\n";
    const KEY: Key = Key { fields: &["a", "b"], code: "duplicate_pair" };
}

/// Whichever of the two comes first.
fn pair(a: &str, b: &str) -> (String, String) {
    if a < b { (a.to_owned(), b.to_owned()) } else { (b.to_owned(), a.to_owned()) }
}

impl Import for Distances {
    type Row = Distance;

    async fn bring_in(
        write: &mut Write,
        programme: Option<&str>,
        rows: Vec<Line<Distance>>,
        faults: &mut Faults,
    ) -> Result<Changes, Failure> {
        let named = rows.iter().flat_map(|row| [row.said.a.0.as_str(), row.said.b.0.as_str()]);
        let municipalities = with_copies(write, programme, named).await?;
        for Line { at, said: row, .. } in &rows {
            validate::distance(&row.clone().record(), &format!("/{at}"), faults);
            municipalities.need(&row.a.0, format!("/{at}/a"), faults);
            municipalities.need(&row.b.0, format!("/{at}/b"), faults);
        }
        if !faults.is_empty() {
            return Ok(Changes::default());
        }
        let present: Vec<DistanceRow> = all::<table::Distances>(write, programme).await?;
        let present: HashMap<_, _> = present.into_iter().map(|row| (pair(&row.record.a, &row.record.b), row)).collect();
        let wanted = rows.into_iter().map(|row| row.said).map(|row| match present.get(&pair(&row.a.0, &row.b.0)) {
            Some(known) => {
                let mut known = known.clone();
                known.record.km = row.km.0;
                known
            }
            None => DistanceRow { id: new_id(), record: row.record() },
        });
        let wanted: Vec<DistanceRow> = wanted.collect();
        bring_in::<ProgrammeDistances, Failure>(write, programme, |_| Ok(wanted)).await
    }
}

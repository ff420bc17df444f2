//! Records as CSV in the columns that imports read: what is handed out comes back in as it was.

use std::collections::BTreeSet;

use poem_openapi::types::{ToJSON, Type};
use serde_json::Value;

use super::columns::{Column, written};
use crate::http::shape::{self, Field};

/// A row for each record: UTF-8 with a byte order mark, `;` between the columns and a comma in decimals.
///
/// Errors: none but those of a writer into memory, which has none.
pub fn csv<W: Type + ToJSON>(records: impl Iterator<Item = W>) -> std::io::Result<Vec<u8>> {
    let rows: Vec<Value> = records.map(|record| record.to_json().unwrap_or_default()).collect();
    let fields = shape::fields::<W>();
    let names = |field: &Field| {
        let objects = rows.iter().filter_map(|row| row[field.name].as_object());
        let names: BTreeSet<&String> = objects.flat_map(|object| object.keys()).collect();
        names.into_iter().cloned().collect()
    };
    let columns = written(&fields, names);
    let mut to = ::csv::WriterBuilder::new().delimiter(b';').from_writer(b"\xEF\xBB\xBF".to_vec());
    to.write_record(columns.iter().map(|column| column.name().into_owned()))?;
    for row in &rows {
        to.write_record(columns.iter().map(|column: &Column<'_>| column.cell(row)))?;
    }
    to.into_inner().map_err(|error| error.into_error())
}

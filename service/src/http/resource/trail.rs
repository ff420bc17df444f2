//! What the audit trail says of records: their path, and what a GET gave before and gives now.

use std::collections::HashMap;

use super::handlers::wire;
use super::{Collection, Record, Resource};
use crate::store::audit::Change;
use crate::store::{Table, Write};

/// Says that a record has become another one, is new (`before`: none) or is gone (`after`: none).
pub fn note<R: Resource>(
    write: &mut Write,
    programme: Option<&str>,
    before: Option<&Record<R>>,
    after: Option<&Record<R>>,
) {
    let Some(id) = after.or(before).map(R::Table::id) else { return };
    let subject = format!("{}/{id}", Collection::<R>::path(programme.unwrap_or_default()));
    let (before, after) = (before.map(wire::<R>), after.map(wire::<R>));
    write.note(Change::of(subject, before.as_ref(), after.as_ref()));
}

/// Says what became of a table: of every record that is new or has changed.
pub fn note_all<R: Resource>(write: &mut Write, programme: Option<&str>, before: &[Record<R>], after: &[Record<R>]) {
    let known: HashMap<&str, &Record<R>> = before.iter().map(|record| (R::Table::id(record), record)).collect();
    for record in after {
        let before = known.get(R::Table::id(record)).copied();
        if before != Some(record) {
            note::<R>(write, programme, before, Some(record));
        }
    }
}

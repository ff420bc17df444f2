//! Fees as files: CSV, and a workbook.

use std::io::{self, Write};

use super::wire::{FeeBasis, FeeItem, FeeLine, FeeLineKind};
use crate::handing_out::exports::csv::begun;
use crate::handing_out::exports::xlsx::{Cell, fill, row, titled};
use crate::records::imports::formulas::neutral;

/// A row for each line that somebody pays.
pub fn csv(basis: &FeeBasis, to: &mut impl Write) -> io::Result<()> {
    let columns =
        ["municipality", "name", "kind", "period", "tracks", "quantity", "unit_amount", "amount", "currency", "note"];
    let mut rows = begun(to, &columns)?;
    for (item, line) in lines(basis) {
        rows.write_record([
            neutral(&item.municipality.0),
            neutral(&item.name.0),
            line.kind.name().to_owned(),
            neutral(period(line)),
            neutral(&tracks(line)),
            line.quantity.to_string(),
            line.unit_amount.to_string(),
            line.amount.to_string(),
            basis.currency.clone(),
            neutral(line.note.as_deref().unwrap_or_default()),
        ])?;
    }
    rows.flush()
}

/// Sheets for totals, lines, and those who pay nothing. The same fees give the same bytes.
pub fn xlsx(basis: &FeeBasis, to: &mut (impl Write + Send)) -> io::Result<()> {
    let made = || {
        let mut workbook = titled(&format!("Fees in {}", basis.currency))?;
        let mut sheet = |name: &str, head: &[&str], rows: &mut dyn Iterator<Item = Vec<Cell>>| {
            fill(workbook.add_worksheet_with_constant_memory()?.set_name(name)?, head, rows)
        };
        sheet("Fees", &["Municipality", "Name", "Periods", "Extras", "Adjustments", "Total"], &mut totals(basis))?;
        let head = ["Municipality", "Name", "What", "Period", "Tracks", "Quantity", "Unit amount", "Amount", "Note"];
        sheet("Lines", &head, &mut details(basis))?;
        sheet("Exempt", &["Municipality", "Name", "Reason"], &mut exempt(basis))?;
        Ok(workbook)
    };
    made().and_then(|mut workbook| workbook.save_to_writer(to)).map_err(io::Error::other)
}

fn lines(basis: &FeeBasis) -> impl Iterator<Item = (&FeeItem, &FeeLine)> {
    basis.items.iter().flat_map(|item| item.lines.iter().map(move |line| (item, line)))
}

fn period(line: &FeeLine) -> &str {
    line.period.as_ref().map_or("", |period| &period.0)
}

fn tracks(line: &FeeLine) -> String {
    let ids: Vec<&str> = line.tracks.iter().flatten().map(|track| track.0.as_str()).collect();
    ids.join(" ")
}

fn totals(basis: &FeeBasis) -> impl Iterator<Item = Vec<Cell>> {
    let each = basis.items.iter().map(|item| {
        let sum = |kind| item.lines.iter().filter(|line| line.kind == kind).map(|line| line.amount).sum::<i64>() as f64;
        row![
            item.municipality.0.as_str(),
            item.name.0.as_str(),
            sum(FeeLineKind::Period),
            sum(FeeLineKind::Extra),
            sum(FeeLineKind::Adjustment),
            item.total as f64,
        ]
    });
    let all = basis.totals;
    let last = row!["", "Total", all.periods as f64, all.extras as f64, all.adjustments as f64, all.total as f64];
    each.chain([last])
}

fn details(basis: &FeeBasis) -> impl Iterator<Item = Vec<Cell>> {
    lines(basis).map(|(item, line)| {
        row![
            item.municipality.0.as_str(),
            item.name.0.as_str(),
            line.kind.name(),
            period(line),
            tracks(line),
            line.quantity as f64,
            line.unit_amount as f64,
            line.amount as f64,
            line.note.as_deref(),
        ]
    })
}

fn exempt(basis: &FeeBasis) -> impl Iterator<Item = Vec<Cell>> {
    basis.exempt.iter().map(|one| row![one.municipality.0.as_str(), one.name.0.as_str(), one.reason.name()])
}

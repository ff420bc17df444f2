//! A workbook (Office Open XML): sheets for the assignment, the visits, everybody's diary, what each municipality
//! carries, and the measures. Texts are texts, whatever they look like; nothing in it is a formula.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use scheduler::explain::fairness;

use super::handout::Handout;
use crate::http::failure::Failure;

/// The most that a cell can hold, in units of UTF-16: a letter beyond the first 65,536 takes two.
const LONGEST_TEXT: usize = 32_767;

/// A value of a cell.
enum Cell {
    Text(String),
    Number(f64),
    Nothing,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        if text.is_empty() { Cell::Nothing } else { Cell::Text(text.to_owned()) }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::from(text.as_str())
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Cell {
        Cell::Number(number)
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Cell {
        Cell::Number(number.into())
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::Nothing, Into::into)
    }
}

/// A row of cells.
macro_rules! row {
    ($($cell:expr),+ $(,)?) => { vec![$(Cell::from($cell)),+] };
}

/// The workbook, as bytes of its file. It holds no clock: the same plan gives the same bytes.
pub fn plan(handout: &Handout) -> Result<Vec<u8>, Failure> {
    let sheets = [
        ("Assignment", assignment(handout)),
        ("Visits", visits(handout)),
        ("Diaries", diaries(handout)),
        ("Municipalities", municipalities(handout)),
        ("Measures", measures(handout)),
    ];
    workbook(handout.problem.name(), sheets).map_err(Failure::internal)
}

fn workbook<const N: usize>(title: &str, sheets: [(&str, Vec<Vec<Cell>>); N]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
    for (name, rows) in sheets {
        fill(workbook.add_worksheet().set_name(name)?, rows)?;
    }
    workbook.save_to_buffer()
}

/// Writes rows, the first as the head that stays in sight.
fn fill(sheet: &mut Worksheet, rows: Vec<Vec<Cell>>) -> Result<(), XlsxError> {
    let head = Format::new().set_bold();
    let text = Format::new().set_quote_prefix(); // stays a text when somebody edits the cell
    let columns = rows.first().map_or(0, Vec::len);
    let last = u32::try_from(rows.len().saturating_sub(1)).unwrap_or(u32::MAX);
    for (r, row) in (0u32..).zip(rows) {
        for (c, cell) in (0u16..).zip(row) {
            match cell {
                Cell::Text(name) if r == 0 => sheet.write_string_with_format(r, c, name, &head)?,
                Cell::Text(value) => sheet.write_string_with_format(r, c, fitting(value), &text)?,
                Cell::Number(number) => sheet.write_number(r, c, number)?,
                Cell::Nothing => continue,
            };
        }
    }
    if let Some(width) = u16::try_from(columns).ok().and_then(|columns| columns.checked_sub(1)) {
        sheet.autofilter(0, 0, last, width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofit();
    Ok(())
}

/// A text that a cell holds; the guests of a very large network are more than that.
fn fitting(text: String) -> String {
    if text.encode_utf16().count() <= LONGEST_TEXT {
        return text;
    }
    let mut units = 0;
    let fits = |letter: &char| {
        units += letter.len_utf16();
        units < LONGEST_TEXT
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

fn assignment(handout: &Handout) -> Vec<Vec<Cell>> {
    let mut rows = vec![row![
        "Enrolment",
        "Municipality",
        "Name",
        "Region",
        "Track",
        "Delegates",
        "Network",
        "Network name",
        "Wish"
    ]];
    rows.extend(handout.members().into_iter().map(|member| {
        let (network, name) = member.network.unwrap_or_default();
        row![
            member.enrolment,
            member.municipality.0,
            member.municipality.1,
            member.region.1,
            member.track.1,
            member.delegates,
            network,
            name,
            member.wish.map(|wish| wish as f64),
        ]
    }));
    rows
}

fn visits(handout: &Handout) -> Vec<Vec<Cell>> {
    let mut rows = vec![row![
        "Date",
        "Round",
        "Network",
        "Network name",
        "Host",
        "Municipality",
        "Name",
        "Region",
        "Persons",
        "Guests",
        "Guest names"
    ]];
    rows.extend(handout.visits().into_iter().map(|visit| {
        let persons = visit.persons();
        let ids: Vec<&str> = visit.guests.iter().map(|(guest, _)| guest.enrolment).collect();
        let names: Vec<&str> = visit.guests.iter().map(|(guest, _)| guest.municipality.1).collect();
        row![
            visit.date,
            visit.round.1,
            visit.network.0,
            visit.network.1,
            visit.host.enrolment,
            visit.host.municipality.0,
            visit.host.municipality.1,
            visit.host.region.1,
            persons,
            ids.join(" "),
            names.join(", "),
        ]
    }));
    rows
}

/// What each municipality does on which day.
fn diaries(handout: &Handout) -> Vec<Vec<Cell>> {
    let visits = handout.visits();
    let mut entries = Vec::new();
    for visit in &visits {
        let host = &visit.host;
        entries.push((host.municipality, &visit.date, host.enrolment, "hosts", visit, 0.0, visit.persons()));
        for (guest, km) in &visit.guests {
            entries.push((guest.municipality, &visit.date, guest.enrolment, "visits", visit, *km, guest.delegates));
        }
    }
    entries.sort_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)));
    let mut rows = vec![row![
        "Municipality",
        "Name",
        "Date",
        "Enrolment",
        "What",
        "At",
        "Network",
        "Network name",
        "Km",
        "Persons"
    ]];
    rows.extend(entries.into_iter().map(|(municipality, date, enrolment, what, visit, km, persons)| {
        row![
            municipality.0,
            municipality.1,
            date.as_str(),
            enrolment,
            what,
            visit.host.municipality.1,
            visit.network.0,
            visit.network.1,
            km,
            persons,
        ]
    }));
    rows
}

fn municipalities(handout: &Handout) -> Vec<Vec<Cell>> {
    let mut rows = vec![row![
        "Municipality",
        "Name",
        "Km",
        "Person-km",
        "Travel days",
        "Visits hosted",
        "Guests received",
        "Wish granted"
    ]];
    let found = fairness::fairness(&handout.problem, &handout.plan);
    rows.extend(found.burdens.iter().map(|burden| {
        let municipality = handout.problem.municipality(burden.municipality);
        row![
            municipality.id.as_str(),
            municipality.name.as_str(),
            burden.km,
            burden.person_km,
            burden.travel_days,
            burden.visits_hosted,
            burden.guests_received as f64,
            burden.wish_rank,
        ]
    }));
    rows
}

fn measures(handout: &Handout) -> Vec<Vec<Cell>> {
    let mut rows = vec![row!["Measure", "Cost"]];
    rows.extend(handout.measures().into_iter().map(|(name, figure)| row![name, figure]));
    rows.extend(handout.bounds().into_iter().map(|(name, figure)| row![format!("bound: {name}"), figure]));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_to_what_a_cell_holds() {
        let units = |text: String| fitting(text).encode_utf16().count();
        assert_eq!(units("å".repeat(40_000)), LONGEST_TEXT);
        assert_eq!(units("å".repeat(LONGEST_TEXT)), LONGEST_TEXT);
        assert_eq!(units("🏛".repeat(20_000)), LONGEST_TEXT);
        assert_eq!(units(format!("a{}", "🏛".repeat(20_000))), LONGEST_TEXT - 1);
        assert_eq!(fitting("Åbenrå".to_owned()), "Åbenrå");
    }
}

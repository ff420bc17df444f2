//! A workbook (Office Open XML): sheets for the assignment, the visits, everybody's diary, what each municipality
//! carries, and the measures. Texts are texts, whatever they look like; nothing in it is a formula.

use std::io::{self, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use scheduler::explain::fairness;
use scheduler::problem::EnrolmentIx;

use crate::plans::handout::Handout;

/// The most that a cell can hold, in units of UTF-16: a letter beyond the first 65,536 takes two.
const LONGEST_TEXT: usize = 32_767;

/// A value of a cell.
pub(in crate::handing_out) enum Cell {
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

impl Cell {
    /// How many characters it shows, about.
    fn width(&self) -> usize {
        match self {
            Cell::Text(text) => text.chars().take(WIDEST).count(),
            Cell::Number(number) => number.to_string().len(),
            Cell::Nothing => 0,
        }
    }
}

/// A row of cells.
macro_rules! row {
    ($($cell:expr),+ $(,)?) => { vec![$(Cell::from($cell)),+] };
}
pub(in crate::handing_out) use row;

/// Writes the workbook. It holds no clock: the same plan gives the same bytes. Rows wait in temporary files, not in memory,
/// until all of them are there.
pub fn plan(handout: &Handout, to: &mut (impl Write + Send)) -> io::Result<()> {
    workbook(handout).and_then(|mut workbook| workbook.save_to_writer(to)).map_err(io::Error::other)
}

fn workbook(handout: &Handout) -> Result<Workbook, XlsxError> {
    let mut workbook = titled(handout.problem.name())?;
    let mut sheet = |name: &str, head: &[&str], rows: &mut dyn Iterator<Item = Vec<Cell>>| {
        fill(workbook.add_worksheet_with_constant_memory()?.set_name(name)?, head, rows)
    };
    sheet("Assignment", &ASSIGNMENT, &mut assignment(handout))?;
    sheet("Visits", &VISITS, &mut visits(handout))?;
    if !handout.problem.gatherings().is_empty() {
        sheet("Meetings", &MEETINGS, &mut meetings(handout))?;
        sheet("Attendance", &ATTENDANCE, &mut attendance(handout))?;
    }
    sheet("Diaries", &DIARIES, &mut diaries(handout))?;
    sheet("Municipalities", &MUNICIPALITIES, &mut municipalities(handout))?;
    sheet("Measures", &["Measure", "Cost"], &mut measures(handout))?;
    Ok(workbook)
}

/// An empty workbook that holds no clock.
pub(in crate::handing_out) fn titled(title: &str) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
    Ok(workbook)
}

/// The widest that a column is made, in characters.
const WIDEST: usize = 60;

/// Writes rows below a head that stays in sight.
pub(in crate::handing_out) fn fill(
    sheet: &mut Worksheet,
    head: &[&str],
    rows: &mut dyn Iterator<Item = Vec<Cell>>,
) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let text = Format::new().set_quote_prefix(); // stays a text when somebody edits the cell
    let mut widths: Vec<usize> = head.iter().map(|name| name.len() + 2).collect(); // and the button of the filter
    for (c, name) in (0u16..).zip(head) {
        sheet.write_string_with_format(0, c, *name, &bold)?;
    }
    let mut last = 0;
    for (r, row) in (1u32..).zip(rows) {
        last = r;
        for ((c, cell), widest) in (0u16..).zip(row).zip(&mut widths) {
            *widest = cell.width().max(*widest);
            match cell {
                Cell::Text(value) => sheet.write_string_with_format(r, c, fitting(value), &text)?,
                Cell::Number(number) => sheet.write_number(r, c, number)?,
                Cell::Nothing => continue,
            };
        }
    }
    for (c, width) in (0u16..).zip(widths) {
        sheet.set_column_width(c, width.min(WIDEST) as f64 + 1.0)?;
    }
    if let Some(width) = u16::try_from(head.len()).ok().and_then(|columns| columns.checked_sub(1)) {
        sheet.autofilter(0, 0, last, width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
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

const ASSIGNMENT: [&str; 9] =
    ["Enrolment", "Municipality", "Name", "Region", "Track", "Delegates", "Network", "Network name", "Wish"];

fn assignment(handout: &Handout) -> impl Iterator<Item = Vec<Cell>> {
    handout.members().map(|member| {
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
    })
}

const VISITS: [&str; 11] = [
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
    "Guest names",
];

fn visits(handout: &Handout) -> impl Iterator<Item = Vec<Cell>> {
    handout.visits().map(|visit| {
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
    })
}

const MEETINGS: [&str; 10] =
    ["Start", "End", "From", "To", "Gathering", "Gathering name", "Place", "Host", "Persons", "Who attends"];

fn meetings(handout: &Handout) -> impl Iterator<Item = Vec<Cell>> {
    handout.meetings().map(|meeting| {
        let names: Vec<&str> = meeting.attend.iter().map(|(member, ..)| member.municipality.1).collect();
        let hours = meeting.gathering.hours.as_ref();
        row![
            meeting.days.0.as_str(),
            meeting.days.1.as_str(),
            hours.map(|hours| hours.0.as_str()),
            hours.map(|hours| hours.1.as_str()),
            meeting.gathering.id.as_str(),
            meeting.gathering.name.as_str(),
            meeting.place_name(),
            meeting.host.map(|host| host.name.as_str()),
            meeting.persons(),
            names.join(", "),
        ]
    })
}

const ATTENDANCE: [&str; 10] =
    ["Gathering", "Gathering name", "Enrolment", "Municipality", "Name", "Persons", "Attends", "Start", "Place", "Km"];

/// Who attends and who misses which gathering.
fn attendance(handout: &Handout) -> impl Iterator<Item = Vec<Cell>> {
    handout.invited().map(|invited| {
        let meeting = invited.attends.as_ref();
        row![
            invited.gathering.id.as_str(),
            invited.gathering.name.as_str(),
            invited.member.enrolment,
            invited.member.municipality.0,
            invited.member.municipality.1,
            invited.persons,
            if meeting.is_some() { "yes" } else { "no" },
            meeting.map(|meeting| meeting.days.0.as_str()),
            meeting.and_then(|meeting| meeting.place).map(|place| place.name.as_str()),
            meeting.map(|meeting| meeting.km),
        ]
    })
}

const DIARIES: [&str; 10] =
    ["Municipality", "Name", "Date", "Enrolment", "What", "At", "Network", "Network name", "Km", "Persons"];

/// What each municipality does on which day.
fn diaries(handout: &Handout) -> impl Iterator<Item = Vec<Cell>> {
    let mut entries: Vec<([String; 3], Vec<Cell>)> = Vec::new();
    for visit in &handout.plan.visits {
        for &e in std::iter::once(&visit.host).chain(&visit.guests) {
            let (member, is_host, date) = (handout.member(e), e == visit.host, visit.day.to_string());
            let persons = |e: &EnrolmentIx| handout.problem.enrolment(*e).delegates;
            let (network, network_name) = handout.network(visit.network);
            let key = [member.municipality.0, &date, member.enrolment].map(str::to_owned);
            let row = row![
                member.municipality.0,
                member.municipality.1,
                date,
                member.enrolment,
                if is_host { "hosts" } else { "visits" },
                handout.problem.home(visit.host).name.as_str(),
                network,
                network_name,
                if is_host { 0.0 } else { handout.km(e, visit.host) },
                if is_host { visit.guests.iter().map(persons).sum() } else { member.delegates },
            ];
            entries.push((key, row));
        }
    }
    for meeting in handout.meetings() {
        for (member, persons, km) in &meeting.attend {
            let key = [member.municipality.0, &meeting.days.0, member.enrolment].map(str::to_owned);
            let what = format!("attends {}", meeting.gathering.name);
            let row = row![
                member.municipality.0,
                member.municipality.1,
                meeting.days.0.as_str(),
                member.enrolment,
                what,
                meeting.place_name(),
                "",
                "",
                *km,
                *persons,
            ];
            entries.push((key, row));
        }
    }
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    entries.into_iter().map(|(_, row)| row)
}

const MUNICIPALITIES: [&str; 8] =
    ["Municipality", "Name", "Km", "Person-km", "Travel days", "Visits hosted", "Guests received", "Wish granted"];

fn municipalities(handout: &Handout) -> impl Iterator<Item = Vec<Cell>> {
    let found = fairness::fairness(&handout.problem, &handout.plan);
    found.burdens.into_iter().map(|burden| {
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
    })
}

fn measures(handout: &Handout) -> impl Iterator<Item = Vec<Cell>> {
    let measures = handout.measures().into_iter().map(|(name, figure)| row![name, figure]);
    measures.chain(handout.bounds().into_iter().map(|(name, figure)| row![format!("bound: {name}"), figure]))
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

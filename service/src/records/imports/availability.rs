//! Diaries of a programme's municipalities: a row for each day, or for each run of days.

use std::collections::{BTreeMap, BTreeSet};

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};
use scheduler::Faults;
use scheduler::problem::Day;
use scheduler::problem::records::MunicipalityRecord;
use scheduler::problem::validate::LONGEST_PROGRAMME_DAYS;
use serde_json::Value;

use super::Import;
use super::enrolments::with_copies;
use super::sheet::{Key, Line, Row};
use crate::http::failure::Failure;
use crate::http::fields::{Date, Id};
use crate::records::municipalities::{ProgrammeMunicipalities, store};
use crate::records::reference::load::{Changes, bring_in};
use crate::store::{Write, all};

pub(super) struct Availability;

/// A day, or a run of days, in the diary of a municipality.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct AvailabilityRow {
    /// The id of the municipality.
    pub municipality: Id,
    /// The day, or the first of a run. Absent, with `kind`: nothing changes; `null`: the diary is empty.
    pub date: Option<Date>,
    /// The last day of a run. Absent: `date` alone.
    pub until: Option<Date>,
    /// What it is in the diary.
    pub kind: Option<AvailabilityKind>,
}

/// What a day is in a diary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum AvailabilityKind {
    /// It neither hosts nor travels.
    Unavailable,
    /// It may travel, but not host.
    CannotHostOn,
    /// Possible, at a cost.
    Undesired,
}

impl Example for AvailabilityRow {
    fn example() -> Self {
        AvailabilityRow {
            municipality: Id("0101".to_owned()),
            date: Some(Date("2027-02-15".to_owned())),
            until: Some(Date("2027-02-19".to_owned())),
            kind: Some(AvailabilityKind::Unavailable),
        }
    }
}

impl Row for AvailabilityRow {
    const CSV: &'static str = "municipality;date;until;kind\n0101;2027-02-15;2027-02-19;unavailable\n\
                               0101;2027-04-06;;cannot_host_on\n0147;-;;\n";
    const KEY: Key = Key::NONE;
}

/// The dates of a municipality, by kind.
#[derive(Clone, Debug, Default)]
struct Diary([BTreeSet<Day>; 3]);

impl Import for Availability {
    type Row = AvailabilityRow;

    async fn bring_in(
        write: &mut Write,
        programme: Option<&str>,
        rows: Vec<Line<AvailabilityRow>>,
        faults: &mut Faults,
    ) -> Result<Changes, Failure> {
        let named = rows.iter().map(|row| row.said.municipality.0.as_str());
        let municipalities = with_copies(write, programme, named).await?;
        let mut diaries: BTreeMap<&str, Diary> = BTreeMap::new();
        for Line { at, said: row, patch } in &rows {
            municipalities.need(&row.municipality.0, format!("/{at}/municipality"), faults);
            let days = run_of_days(row, *at, faults);
            let empties = ["date", "kind"].iter().any(|field| patch.get(field).is_some_and(Value::is_null));
            if days.is_none() && !empties {
                continue;
            }
            let diary = diaries.entry(&row.municipality.0).or_default();
            if let Some((kind, first, last)) = days {
                diary.0[kind as usize].extend((first.number()..=last.number()).map(Day::from_number));
            }
        }
        if !faults.is_empty() {
            return Ok(Changes::default());
        }
        let stored = all::<store::ProgrammeMunicipalities>(write, programme).await?;
        let named = stored.into_iter().filter_map(|row| {
            let diary = diaries.get(row.record.id.as_str())?;
            Some(store::MunicipalityRow { record: with_diary(row.record, diary), ..row })
        });
        let wanted: Vec<store::MunicipalityRow> = named.collect();
        bring_in::<ProgrammeMunicipalities, Failure>(write, programme, |_| Ok(wanted)).await
    }
}

/// The days of a row, of this kind; none where it says nothing, or is wrong.
fn run_of_days(row: &AvailabilityRow, number: usize, faults: &mut Faults) -> Option<(AvailabilityKind, Day, Day)> {
    let at = |name: &str| format!("/{number}/{name}");
    let (kind, date) = match (row.kind, &row.date) {
        (Some(kind), Some(date)) => (kind, date),
        (None, None) if row.until.is_none() => return None,
        (kind, _) => {
            let name = if kind.is_none() { "kind" } else { "date" };
            let detail = format!("`{name}` is missing; a row has `date` and `kind`, or a `-` there to empty the diary");
            faults.add(at(name), "missing_field", detail);
            return None;
        }
    };
    let mut day = |name: &str, date: &Date| faults.keep(&at(name), Day::parse(&date.0));
    let first = day("date", date);
    let last = row.until.as_ref().map_or(first, |until| day("until", until));
    let (first, last) = first.zip(last)?;
    if last < first || last.number() - first.number() > LONGEST_PROGRAMME_DAYS {
        let detail = format!("`until` must not be before `date`, nor more than {LONGEST_PROGRAMME_DAYS} days after it");
        faults.add(at("until"), "out_of_range", detail);
        return None;
    }
    Some((kind, first, last))
}

/// The same municipality with this diary. A list that is not there stays so where the diary has no such days.
fn with_diary(mut record: MunicipalityRecord, diary: &Diary) -> MunicipalityRecord {
    let lists = [&mut record.unavailable, &mut record.cannot_host_on, &mut record.undesired];
    for (list, days) in lists.into_iter().zip(&diary.0) {
        let dates: Vec<String> = days.iter().map(Day::to_string).collect();
        if list.is_some() || !dates.is_empty() {
            *list = Some(dates);
        }
    }
    record
}

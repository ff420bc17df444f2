//! CSV as spreadsheets write it (`,`, `;` or tabs, in UTF-8, UTF-16 or Windows-1252), read into JSON objects.
//!
//! The fields of the row's wire type are the columns ([`columns`](super::columns)), and its schema says how a cell is read
//! ([`cells`](super::cells)). What a cell holds that it cannot hold stays a text, so that one judge (`http/shape.rs`) tells what
//! is wrong with JSON and CSV alike.

use std::borrow::Cow;
use std::collections::HashSet;

use ::csv::{ByteRecord, ReaderBuilder};
use scheduler::Faults;
use serde_json::{Map, Value};

use super::cells::{Habits, NOTHING, clean, value};
use super::columns::{Column, assembled, named};
use super::encoding::decoded;
use crate::http::shape::Field;

/// How far down the row of column names may stand to be found.
const LATEST_HEAD: usize = 20;

/// What was read. Pointers of faults: `/2` is the third row, `/header/lat` in the row of names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// Rows as objects; one that could not be read is empty, and has a fault.
    pub rows: Vec<Value>,
    /// The line that each row begins on, from 1.
    pub lines: Vec<u64>,
    /// What could not be read.
    pub faults: Faults,
    /// The rows that it lies in.
    pub unread: HashSet<usize>,
}

/// Reads a file with these columns, and of its rows `most` and one more, which tells that there are too many: rows take
/// many times their text. Rows without any value are skipped, as spreadsheets leave them behind, and so are spaces round
/// values. A first line such as `sep=;` says what stands between columns. Cells that look like formulas are plain text;
/// the apostrophe that our own files put before them is taken away. `charset` is what the content type says, if it does.
pub fn read(fields: &[Field], bytes: &[u8], charset: Option<&str>, most: usize) -> Read {
    let mut read = Read::default();
    let bytes: Cow<'_, [u8]> = match decoded(bytes, charset) {
        Ok(bytes) => bytes,
        Err((code, detail)) => {
            read.faults.add("", code, detail);
            return read;
        }
    };
    let (told, text) = separator_line(&bytes);
    let separator = told.unwrap_or_else(|| separator(text));
    let mut records = records(text, separator, 1 + u64::from(told.is_some()), most + LATEST_HEAD).into_iter();
    let Some((line, head)) = records.next() else {
        read.faults.add("", "empty", "there is nothing here; send a row of column names, then the rows");
        return read;
    };
    let columns = named(fields, &head, &mut read.faults);
    if !read.faults.is_empty() {
        let names_all = |record: &ByteRecord| {
            let mut faults = Faults::default();
            named(fields, record, &mut faults);
            faults.is_empty()
        };
        if let Some((below, _)) = records.take(LATEST_HEAD).find(|(_, record)| names_all(record)) {
            let detail =
                format!("line {below} names the columns, and line {line} stands above it; take away what is above");
            read.faults = Faults::default();
            read.faults.add("", "rows_above_head", detail);
        }
        return read;
    }
    let records: Vec<_> = records.take(most + 1).collect();
    let mut habits = Habits { comma: separator != b',', ..Habits::default() };
    for (_, record) in &records {
        for (column, cell) in columns.iter().zip(record) {
            if let (Some(column), Ok(text)) = (column, std::str::from_utf8(cell)) {
                habits.learn(column.cells, &clean(text));
            }
        }
    }
    for (number, (line, record)) in records.into_iter().enumerate() {
        read.lines.push(line);
        let before = read.faults.len();
        let row = row(&columns, habits, &record, number, &mut read.faults);
        if read.faults.len() > before {
            read.unread.insert(number);
        }
        read.rows.push(Value::Object(row));
    }
    if let Some(line) = unclosed(text, separator) {
        let (last, line) = (read.rows.len().saturating_sub(1), line + u64::from(told.is_some()));
        let detail = format!("a quote in line {line} is never closed, so that all that follows is one cell; close it");
        read.faults = Faults::default();
        read.faults.add(format!("/{last}"), "unclosed_quote", detail);
        read.unread.insert(last);
        read.lines[..].iter_mut().skip(last).for_each(|begins| *begins = line);
    }
    read
}

/// Rows that have a value, each with the line that it begins on; no more of them than this.
fn records(bytes: &[u8], separator: u8, first_line: u64, most: usize) -> Vec<(u64, ByteRecord)> {
    let mut builder = ReaderBuilder::new();
    let mut reader = builder.delimiter(separator).has_headers(false).flexible(true).from_reader(bytes);
    let mut lines = Lines { bytes, seen: 0, line: first_line };
    let mut found = Vec::new();
    for record in reader.byte_records() {
        let Ok(record) = record else { break }; // a slice of bytes in memory is read without errors
        let says = |cell: &[u8]| std::str::from_utf8(cell).map_or(true, |text| !clean(text).is_empty());
        if !record.iter().any(says) {
            continue;
        }
        let line = record.position().map_or(1, |at| lines.of(at.byte()));
        found.push((line, record));
        if found.len() > most {
            break;
        }
    }
    found
}

/// What stands between columns as the first line says it to spreadsheets (`sep=;`), where it does, and what follows.
fn separator_line(bytes: &[u8]) -> (Option<u8>, &[u8]) {
    let (line, rest) = match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &[][..]),
    };
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match *line.to_ascii_lowercase() {
        [b's', b'e', b'p', b'=', separator @ (b',' | b';' | b'\t')] => (Some(separator), rest),
        _ => (None, bytes),
    }
}

/// What stands between columns: whichever the first line has most of.
fn separator(bytes: &[u8]) -> u8 {
    let first = bytes.trim_ascii_start().split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let count = |separator: &u8| first.iter().filter(|byte| *byte == separator).count();
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',') // the last one where all are alike
}

/// The line on which a quote begins that is never closed.
fn unclosed(bytes: &[u8], separator: u8) -> Option<u64> {
    let (mut line, mut begins, mut at_start) = (1, None, true);
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'"' && (begins.is_some() || at_start) {
            begins = if begins.is_some() { None } else { Some(line) };
        }
        // A quote again right after one that closes is a sign of the text.
        let closes = *byte == b'"' && begins.is_none();
        at_start = begins.is_none() && (closes || *byte == separator || matches!(byte, b'\n' | b'\r'));
        line += u64::from(ends_line(bytes, at));
    }
    begins
}

/// Whether a line ends with this byte: `\n`, or `\r` that stands alone.
fn ends_line(bytes: &[u8], at: usize) -> bool {
    bytes[at] == b'\n' || (bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
}

/// Tells lines of ascending places in a text.
struct Lines<'a> {
    bytes: &'a [u8],
    seen: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the first byte at or after `place` that does not end a line.
    fn of(&mut self, place: u64) -> u64 {
        let mut place = usize::try_from(place).unwrap_or(usize::MAX).min(self.bytes.len());
        while self.bytes.get(place).is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
            place += 1;
        }
        self.line += (self.seen..place).filter(|&at| ends_line(self.bytes, at)).count() as u64;
        self.seen = place.max(self.seen);
        self.line
    }
}

/// One row; what of it cannot be read is a fault. Cells that are missing on the right say nothing.
fn row(
    columns: &[Option<Column<'_>>],
    habits: Habits,
    record: &ByteRecord,
    number: usize,
    faults: &mut Faults,
) -> Map<String, Value> {
    let mut said = Vec::new();
    for (at, cell) in record.iter().enumerate() {
        let Ok(text) = std::str::from_utf8(cell) else {
            let detail = "the row is not in UTF-8; save the file as CSV UTF-8, or send charset=windows-1252";
            faults.add(format!("/{number}"), "not_utf8", detail);
            return Map::new();
        };
        let text = clean(text);
        match columns.get(at).and_then(Option::as_ref) {
            _ if text.is_empty() => {}
            None => {
                let detail = format!("the row has a value in column {}, which the first row does not name", at + 1);
                faults.add(format!("/{number}"), "wrong_column_count", detail);
                return Map::new();
            }
            Some(column) if text == NOTHING && !column.required() => said.push((column, Value::Null)),
            Some(column) => match value(column.cells, &text, habits) {
                Ok(value) => said.push((column, value)),
                Err((code, detail)) => faults.add(format!("/{number}/{}", column.field.name), code, detail),
            },
        }
    }
    assembled(said)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http::shape;
    use crate::records::municipalities::wire::Municipality;

    fn municipalities(text: &[u8]) -> Read {
        read(&shape::fields::<Municipality>(), text, None, 1_000)
    }

    fn faults(text: &str) -> Vec<(String, &'static str)> {
        municipalities(text.as_bytes()).faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    #[test]
    fn every_type_of_column_is_read() {
        let text = "id;name;region;lat;lon;can_host;host_capacity;undesired\n\
                    0101;København;1084;55,6759;12;JA;40;2027-04-06 2027-04-07|2027-04-08\n";
        let copenhagen = json!({
            "id": "0101", "name": "København", "region": "1084", "lat": 55.6759, "lon": 12.0, "can_host": true,
            "host_capacity": 40, "undesired": ["2027-04-06", "2027-04-07", "2027-04-08"]
        });
        let found = municipalities(text.as_bytes());
        assert_eq!(found, Read { rows: vec![copenhagen], lines: vec![2], ..Read::default() });
    }

    #[test]
    fn separators_marks_line_ends_and_the_order_of_columns_do_not_matter() {
        let rows = municipalities(b"id,region,lat,lon\na,r,1.5,-2\n").rows;
        assert_eq!(rows, [json!({"id": "a", "region": "r", "lat": 1.5, "lon": -2.0})]);
        for same in [
            "\u{feff}id;region;lat;lon\r\na;r;1,5;-2\r\n",
            "lon;lat;region;ID\n\"-2\"; 1.5 ;r;a",
            "\n\nid,lat,lon,region\n\na,1.5,-2,r\n",
        ] {
            assert_eq!(municipalities(same.as_bytes()).rows, rows, "{same}");
        }
    }

    #[test]
    fn a_dash_alone_is_null_where_a_value_is_not_required() {
        let text = "id;name;region;lat;lon;host_capacity;undesired\n-;-;-;-;2;-; - \na;'-;r;1;2;-1;-\n";
        let rows = municipalities(text.as_bytes()).rows;
        let first = json!({
            "id": "-", "name": null, "region": "-", "lat": "-", "lon": 2.0, "host_capacity": null, "undesired": null
        });
        assert_eq!(rows[0], first);
        assert_eq!((&rows[1]["name"], &rows[1]["host_capacity"]), (&json!("-"), &json!(-1)));
    }

    #[test]
    fn rows_without_a_value_are_skipped() {
        let found = municipalities(b";;;\nid;region;lat;lon\n;;;\na;r;1;2\n ; ;;\n;;;;;;\nb;r;1;2\n;;;\n");
        assert_eq!((found.faults, found.lines), (Faults::default(), vec![4, 7]));
        assert_eq!(faults(";;;\n;;;\n"), [(String::new(), "empty")]);
    }

    #[test]
    fn a_line_that_names_the_separator_is_understood() {
        for text in ["sep=;\r\nid;region;lat;lon\r\na,b;r;1,5;2", "\u{feff}SEP=;\nid;region;lat;lon\na,b;r;1,5;2\n"] {
            let found = municipalities(text.as_bytes());
            assert_eq!(found.rows, [json!({"id": "a,b", "region": "r", "lat": 1.5, "lon": 2.0})], "{text}");
            assert_eq!(found.lines, [3]);
        }
        assert_eq!(municipalities(b"sep=,\nid,region,lat,lon\na,r;;;;;,1,2\n").rows[0]["region"], "r;;;;;");
        assert_eq!(faults("sep=;\n"), [(String::new(), "empty")]);
    }

    #[test]
    fn rows_know_the_line_they_begin_on() {
        for end in ["\n", "\r\n"] {
            let text = ["id,region,lat,lon,name", "a,r,1,2,\"two", "lines\"", "", "b,r,1,2,x", "c,r,1,2,y"].join(end);
            assert_eq!(municipalities(text.as_bytes()).lines, [2, 5, 6], "{end:?}");
        }
    }

    #[test]
    fn columns_that_are_missing_unknown_or_twice_are_told_alone() {
        let text = "id,id,size,lat,lon\nx\n";
        let pointers = [
            ("/header/id", "duplicate_column"),
            ("/header/size", "unknown_column"),
            ("/header/region", "missing_column"),
        ];
        assert_eq!(faults(text), pointers.map(|(pointer, code)| (pointer.to_owned(), code)));
        assert_eq!(faults(" \n"), [(String::new(), "empty")]);
    }

    #[test]
    fn a_cell_of_another_type_stays_a_text() {
        let text = "id,region,lat,lon,can_host,host_capacity\na,r,inf,1e999,maybe,1.5\nb,r,\"1,5\",2,no,-3\n";
        let rows = municipalities(text.as_bytes()).rows;
        let first = json!({"id": "a", "region": "r", "lat": "inf", "lon": "1e999", "can_host": "maybe", "host_capacity": "1.5"});
        assert_eq!(rows[0], first);
        assert_eq!(rows[1]["lat"], "1,5", "a comma is no decimal sign where it stands between columns");
        assert_eq!(rows[1]["host_capacity"], -3);
    }

    #[test]
    fn rows_that_cannot_be_read_are_told() {
        assert_eq!(faults("id,region,lat,lon\nb,r,1,2,3\n"), [("/0".to_owned(), "wrong_column_count")]);
        let found = municipalities(b"id,region,lat,lon\n\xff,r,1,2\n").faults;
        assert_eq!(found.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["not_utf8"]);
    }

    #[test]
    fn what_looks_like_a_formula_is_text_and_loses_our_own_apostrophe() {
        let text = "id,region,lat,lon,name\na,r,1,2,=1+1\nb,r,1,2,'=1+1\nc,r,1,2,'t Hof\n";
        let names: Vec<Value> = municipalities(text.as_bytes()).rows.iter().map(|row| row["name"].clone()).collect();
        assert_eq!(names, ["=1+1", "=1+1", "'t Hof"]);
    }
}

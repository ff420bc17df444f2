//! CSV as spreadsheets write it (`,` or `;`, with or without a byte order mark), read into JSON objects.
//!
//! The fields of the row's wire type are the columns, and its schema says how a cell is read. What a cell holds that it
//! cannot hold stays a text, so that one judge (`http/shape.rs`) tells what is wrong with JSON and CSV alike.

use std::collections::HashSet;

use ::csv::{ByteRecord, ReaderBuilder, StringRecord, Trim};
use scheduler::Faults;
use serde_json::{Map, Value};

use crate::http::shape::{Field, cut};
use crate::records::imports::formulas::plain;

/// A cell that takes away what is stored. The same as a text has an apostrophe before it, as in our own files.
const NOTHING: &str = "-";

/// What stands between the values of a cell that is a list, besides spaces.
const BETWEEN: [char; 4] = ['|', ',', ';', '\n'];

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
/// the apostrophe that our own files put before them is taken away.
pub fn read(columns: &[Field], bytes: &[u8], most: usize) -> Read {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut read = Read::default();
    let (told, bytes) = separator_line(bytes);
    let separator = told.unwrap_or_else(|| separator(bytes));
    let mut builder = ReaderBuilder::new();
    builder.delimiter(separator).has_headers(false).flexible(true).trim(Trim::All);
    let mut reader = builder.from_reader(bytes);
    let mut header: Option<Vec<&Field>> = None;
    let mut lines = Lines { bytes, seen: 0, line: 1 + u64::from(told.is_some()) };
    for record in reader.byte_records() {
        let Ok(record) = record else { break }; // a slice of bytes in memory is read without errors
        if record.iter().all(<[u8]>::is_empty) {
            continue;
        }
        let line = record.position().map_or(1, |at| lines.of(at.byte()));
        match &header {
            None => {
                let named = named(columns, &record, &mut read.faults);
                if !read.faults.is_empty() {
                    return read;
                }
                header = Some(named);
            }
            Some(header) if read.rows.len() <= most => {
                read.lines.push(line);
                let (number, before) = (read.rows.len(), read.faults.len());
                let row = row(header, separator, &record, number, &mut read.faults);
                if read.faults.len() > before {
                    read.unread.insert(number);
                }
                read.rows.push(Value::Object(row));
            }
            Some(_) => break,
        }
    }
    if header.is_none() {
        read.faults.add("", "empty", "there is nothing here; send a row of column names, then the rows");
    }
    read
}

/// What stands between columns as the first line says it to spreadsheets (`sep=;`), where it does, and what follows.
fn separator_line(bytes: &[u8]) -> (Option<u8>, &[u8]) {
    let (line, rest) = match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &[][..]),
    };
    match *line.trim_ascii_end().to_ascii_lowercase() {
        [b's', b'e', b'p', b'=', separator @ (b',' | b';')] => (Some(separator), rest),
        _ => (None, bytes),
    }
}

/// What stands between columns: whichever of the two the first line has more of.
fn separator(bytes: &[u8]) -> u8 {
    let first = bytes.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |separator| first.iter().filter(|byte| **byte == separator).count();
    if count(b';') > count(b',') { b';' } else { b',' }
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
        let passed = self.bytes.get(self.seen..place).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.seen = place.max(self.seen);
        self.line
    }
}

/// The columns that the first row names, in its order.
fn named<'a>(columns: &'a [Field], record: &ByteRecord, faults: &mut Faults) -> Vec<&'a Field> {
    let plain = |name: &[u8]| String::from_utf8_lossy(name).to_ascii_lowercase().replace([' ', '-'], "_");
    let names: Vec<String> = record.iter().map(plain).collect();
    let all = || columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ");
    for (i, name) in names.iter().enumerate() {
        let pointer = format!("/header/{}", cut(name));
        if !columns.iter().any(|column| column.name == name) {
            let detail = format!("there is no column {:?} here; there are {}", cut(name), all());
            faults.add(pointer, "unknown_column", detail);
        } else if names[..i].contains(name) {
            faults.add(pointer, "duplicate_column", format!("the column `{name}` is there twice; keep one of them"));
        }
    }
    for needed in columns.iter().filter(|column| column.required && !names.iter().any(|name| name == column.name)) {
        let detail = format!("the column `{}` is missing; the first row names the columns", needed.name);
        faults.add(format!("/header/{}", needed.name), "missing_column", detail);
    }
    names.iter().filter_map(|name| columns.iter().find(|column| column.name == name)).collect()
}

/// One row; what of it cannot be read is a fault.
fn row(
    header: &[&Field],
    separator: u8,
    record: &ByteRecord,
    number: usize,
    faults: &mut Faults,
) -> Map<String, Value> {
    let mut row = Map::new();
    let Ok(record) = StringRecord::from_byte_record(record.clone()) else {
        faults.add(format!("/{number}"), "not_utf8", "the row is not in UTF-8; save the file as CSV UTF-8");
        return row;
    };
    if record.len() != header.len() {
        let detail = format!("the row has {} values, the first row names {} columns", record.len(), header.len());
        faults.add(format!("/{number}"), "wrong_column_count", detail);
        return row;
    }
    for (column, text) in header.iter().zip(&record).filter(|(_, text)| !text.is_empty()) {
        let read = if text == NOTHING && !column.required { Value::Null } else { value(column.ty, text, separator) };
        row.insert(column.name.to_owned(), read);
    }
    row
}

/// The value of a cell that is not empty; a text where it is not of the column's type.
fn value(ty: &str, text: &str, separator: u8) -> Value {
    let read = match ty {
        "integer" => text.parse::<i64>().ok().map(Value::from),
        "number" => number(text, separator),
        "boolean" => truth(text).map(Value::from),
        "array" => Some(list(text)),
        _ => None,
    };
    read.unwrap_or_else(|| Value::from(plain(text)))
}

/// A number; where `;` stands between columns it may have a decimal comma. Not `inf`, not `nan`.
fn number(text: &str, separator: u8) -> Option<Value> {
    let text = if separator == b';' { text.replace(',', ".") } else { text.to_owned() };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let number = text.parse::<f64>().ok().filter(|number| digits && number.is_finite());
    number.map(Value::from)
}

/// Yes or no, also as Danish and Swedish spreadsheets write it.
fn truth(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "1" | "yes" | "ja" | "sand" | "sant" => Some(true),
        "false" | "0" | "no" | "nej" | "falsk" | "falskt" => Some(false),
        _ => None,
    }
}

fn list(text: &str) -> Value {
    let parts = text.split(|c: char| c.is_whitespace() || BETWEEN.contains(&c)).filter(|part| !part.is_empty());
    parts.map(plain).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http::shape;
    use crate::records::municipalities::wire::Municipality;

    fn municipalities(text: &[u8]) -> Read {
        read(&shape::fields::<Municipality>(), text, 1_000)
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
        assert_eq!(faults("id,region,lat,lon\nb,r\n"), [("/0".to_owned(), "wrong_column_count")]);
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

//! Municipalities from CSV, as spreadsheets write it: `,` or `;`, with or without a byte order mark.

use ::csv::{ByteRecord, ReaderBuilder, StringRecord, Trim};
use scheduler::Faults;

use super::sheet::Row;
use crate::http::shape::cut;

/// For the API document.
pub const EXAMPLE: &str =
    "id;name;region;lat;lon;can_host;host_capacity\n0101;København;1084;55,6759;12,5655;true;40\n";

/// Every column there is; the first ones of [`NEEDED`] must be there.
const COLUMNS: [&str; 7] = ["id", "region", "lat", "lon", "name", "can_host", "host_capacity"];
const NEEDED: usize = 4;

/// Faults beyond this many are not told: nobody reads them.
const MOST_FAULTS: usize = 10_000;

/// What was read. Pointers of faults: `/2/lat` is in the third row, `/header/lat` in the row of names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// Rows; those with faults are in it, unfinished.
    pub rows: Vec<Row>,
    /// The line that each row begins on, from 1.
    pub lines: Vec<u64>,
    /// What could not be read.
    pub faults: Faults,
}

/// Reads a file. Empty lines are skipped, and so are spaces round values.
pub fn read(bytes: &[u8]) -> Read {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut read = Read::default();
    if bytes.trim_ascii().is_empty() {
        let detail = "there is nothing here; send a row of column names, then a row for each municipality";
        read.faults.add("", "empty", detail);
        return read;
    }
    let separator = separator(bytes);
    let builder = || {
        let mut builder = ReaderBuilder::new();
        builder.delimiter(separator).has_headers(false).flexible(true).trim(Trim::All);
        builder
    };
    let mut reader = builder().from_reader(bytes);
    let mut columns: Option<Vec<String>> = None;
    let mut lines = Lines { bytes, seen: 0, line: 1 };
    for record in reader.byte_records() {
        let Ok(record) = record else { break }; // a slice of bytes in memory is read without errors
        let line = record.position().map_or(1, |at| lines.of(at.byte()));
        match &columns {
            None => columns = Some(header(&record, &mut read.faults)),
            Some(_) if !read.faults.is_empty() && read.rows.is_empty() && read.faults.iter().any(of_header) => break,
            Some(columns) if read.faults.len() < MOST_FAULTS => {
                read.lines.push(line);
                let row = row(columns, separator, &record, read.rows.len(), &mut read.faults);
                read.rows.push(row);
            }
            Some(_) => break,
        }
    }
    read
}

fn of_header(fault: &scheduler::Fault) -> bool {
    fault.pointer.starts_with("/header")
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

/// The names of the columns.
fn header(record: &ByteRecord, faults: &mut Faults) -> Vec<String> {
    let names: Vec<String> = record.iter().map(|name| String::from_utf8_lossy(name).to_ascii_lowercase()).collect();
    for (i, name) in names.iter().enumerate() {
        let pointer = format!("/header/{}", cut(name));
        if !COLUMNS.contains(&name.as_str()) {
            let detail = format!("there is no column {:?} here; there are {}", cut(name), COLUMNS.join(", "));
            faults.add(pointer, "unknown_column", detail);
        } else if names[..i].contains(name) {
            faults.add(pointer, "duplicate_column", format!("the column `{name}` is there twice; keep one of them"));
        }
    }
    for needed in COLUMNS[..NEEDED].iter().filter(|needed| !names.iter().any(|name| name == *needed)) {
        let detail = format!("the column `{needed}` is missing; the first row names the columns");
        faults.add(format!("/header/{needed}"), "missing_column", detail);
    }
    names
}

/// One row; what of it cannot be read is a fault, and left empty.
fn row(columns: &[String], separator: u8, record: &ByteRecord, number: usize, faults: &mut Faults) -> Row {
    let mut row = Row::default();
    let Ok(record) = StringRecord::from_byte_record(record.clone()) else {
        faults.add(format!("/{number}"), "not_utf8", "the row is not in UTF-8; save the file as CSV UTF-8");
        return row;
    };
    if record.len() != columns.len() {
        let detail = format!("the row has {} values, the first row names {} columns", record.len(), columns.len());
        faults.add(format!("/{number}"), "wrong_column_count", detail);
        return row;
    }
    for (column, text) in columns.iter().zip(&record) {
        if let Err((code, detail)) = fill(&mut row, column, text, separator) {
            faults.add(format!("/{number}/{column}"), code, detail);
        }
    }
    row
}

/// Puts the text of a column into a row.
fn fill(row: &mut Row, column: &str, text: &str, separator: u8) -> Result<(), (&'static str, String)> {
    if text.is_empty() {
        let needed = COLUMNS[..NEEDED].contains(&column);
        return if needed { Err(("missing_field", format!("`{column}` is empty; it is required"))) } else { Ok(()) };
    }
    let wrong = |wanted: &str| ("wrong_type", format!("expected {wanted}, found {:?}", cut(text)));
    let number = || {
        let plain = if separator == b';' { text.replace(',', ".") } else { text.to_owned() };
        let digits = plain.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)); // not `inf`, not `nan`
        let number = plain.parse::<f64>().ok().filter(|number| digits && number.is_finite());
        number.ok_or_else(|| wrong("a number such as 55.68"))
    };
    match column {
        "id" => row.id = text.to_owned(),
        "name" => row.name = Some(text.to_owned()),
        "region" => row.region = text.to_owned(),
        "lat" => row.lat = number()?,
        "lon" => row.lon = number()?,
        "can_host" => {
            row.can_host = match text.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" => Some(true),
                "false" | "0" | "no" => Some(false),
                _ => return Err(wrong("true or false")),
            }
        }
        _ => row.host_capacity = Some(text.parse().map_err(|_| wrong("a whole number"))?),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<(String, &'static str)> {
        read(text.as_bytes()).faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    #[test]
    fn the_example_reads_with_all_its_columns() {
        let found = read(EXAMPLE.as_bytes());
        let copenhagen = Row {
            id: "0101".to_owned(),
            name: Some("København".to_owned()),
            region: "1084".to_owned(),
            lat: 55.6759,
            lon: 12.5655,
            can_host: Some(true),
            host_capacity: Some(40),
        };
        assert_eq!(found, Read { rows: vec![copenhagen], lines: vec![2], faults: Faults::default() });
    }

    #[test]
    fn separators_marks_line_ends_and_the_order_of_columns_do_not_matter() {
        let rows = read(b"id,region,lat,lon\na,r,1.5,-2\n").rows;
        assert_eq!((rows[0].lat, rows[0].lon), (1.5, -2.0));
        for same in [
            "\u{feff}id;region;lat;lon\r\na;r;1,5;-2\r\n",
            "lon;lat;region;ID\n\"-2\"; 1.5 ;r;a",
            "\n\nid,lat,lon,region\n\na,1.5,-2,r\n",
        ] {
            assert_eq!(read(same.as_bytes()).rows, rows, "{same}");
        }
    }

    #[test]
    fn rows_know_the_line_they_begin_on() {
        for end in ["\n", "\r\n"] {
            let text = ["id,region,lat,lon,name", "a,r,1,2,\"two", "lines\"", "", "b,r,1,2,x", "c,r,1,2,y"].join(end);
            assert_eq!(read(text.as_bytes()).lines, [2, 5, 6], "{end:?}");
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
    fn everything_that_cannot_be_read_is_told() {
        let text = "id,region,lat,lon,can_host,host_capacity\na,r,x,inf,maybe,1.5\n,r,,2,,\nb,r\nc,r,1e999,1,no,-3\n";
        let expected = [
            ("/0/lat", "wrong_type"),
            ("/0/lon", "wrong_type"),
            ("/0/can_host", "wrong_type"),
            ("/0/host_capacity", "wrong_type"),
            ("/1/id", "missing_field"),
            ("/1/lat", "missing_field"),
            ("/2", "wrong_column_count"),
            ("/3/lat", "wrong_type"),
        ];
        assert_eq!(faults(text), expected.map(|(pointer, code)| (pointer.to_owned(), code)));
        assert_eq!(
            read(b"id,region,lat,lon\n\xff,r,1,2\n").faults.iter().map(|fault| fault.code).collect::<Vec<_>>(),
            ["not_utf8"]
        );
        assert_eq!(faults("id,region,lat,lon\na,r,\"1,5\",2\n")[0].1, "wrong_type", "a comma is no decimal sign there");
    }
}

//! Cells of a sheet: what they say as JSON, and values as cells. What can be read in two ways is refused, never guessed.

use scheduler::problem::Day;
use serde_json::{Map, Value};
use unicode_normalization::UnicodeNormalization;

use super::formulas::{neutral, plain};
use super::words;
use crate::http::shape::{Field, cut};

/// A cell that takes away what is stored. The same as a text has an apostrophe before it, as in our own files.
pub const NOTHING: &str = "-";

/// What stands between the values of a cell that is a list, besides spaces.
const BETWEEN: [char; 4] = ['|', ',', ';', '\n'];

/// Signs that show nothing, beside what counts as a space.
const INVISIBLE: [char; 6] = ['\u{feff}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{ad}'];

/// Why a cell cannot be read: code and detail.
pub type Wrong = (&'static str, String);

/// How a file writes what could be read in two ways.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Habits {
    /// Decimals may have a comma: it does not stand between columns.
    pub comma: bool,
    /// Some number has a comma that can only be a decimal one.
    pub decimal_comma: bool,
    /// Some number has a point that can only be a decimal one.
    pub decimal_point: bool,
    /// Some date with slashes has its day first.
    pub day_first: bool,
    /// Some date with slashes has its month first.
    pub month_first: bool,
}

impl Habits {
    /// Learns from a cell of a number or a date.
    pub fn learn(&mut self, field: &Field, text: &str) {
        let item = field.inner.first().filter(|_| field.ty == "array");
        if field.ty == "number" && !grouped(text, ',') && !grouped(text, '.') {
            self.decimal_comma |= text.contains(',');
            self.decimal_point |= text.contains('.');
        }
        if field.date || item.is_some_and(|item| item.date) {
            for date in parts(text) {
                if let Some([first, second, _]) = numbers(date, '/').filter(|[first, ..]| *first <= 31) {
                    self.day_first |= first > 12;
                    self.month_first |= second > 12;
                }
            }
        }
    }
}

/// A text in one spelling (NFC), without spaces and signs around it that show nothing.
pub fn clean(text: &str) -> String {
    text.trim_matches(|c: char| c.is_whitespace() || INVISIBLE.contains(&c)).nfc().collect()
}

/// The value of a cell that is not empty; a text where it is not of the field's type.
///
/// Errors: what can be read in two ways, a line break in a text.
pub fn value(field: &Field, text: &str, habits: Habits) -> Result<Value, Wrong> {
    let read = match field.ty {
        "integer" => number(text, habits)?.and_then(whole).map(Value::from),
        "number" => number(text, habits)?.map(Value::from),
        "boolean" => words::truth(text).map(Value::from),
        "array" => Some(list(field, text, habits)?),
        "string" if field.date => Some(date(text, habits)?.into()),
        "string" if !field.values.is_empty() => Some(words::named(&field.values, text).into()),
        _ if text.contains(['\n', '\r']) => {
            let detail = format!("{:?} has a line break; is a quote missing or too many?", cut(text));
            return Err(("line_break", detail));
        }
        _ => None,
    };
    Ok(read.unwrap_or_else(|| Value::from(plain(text))))
}

/// Whether a text is digits in groups of three, which may be thousands: `1.200`, `1,200`.
fn grouped(text: &str, mark: char) -> bool {
    let mut groups = text.trim_start_matches(['+', '-']).split(mark);
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().is_some_and(|group| (1..=3).contains(&group.len()) && digits(group) && group != "0");
    let mut rest = groups.peekable();
    first && rest.peek().is_some() && rest.all(|group| group.len() == 3 && digits(group))
}

/// A number. Where a comma does not stand between columns it may be a decimal one. Not `inf`, not `nan`.
fn number(text: &str, habits: Habits) -> Result<Option<f64>, Wrong> {
    let unclear = (habits.comma && grouped(text, '.') && (habits.decimal_comma || !habits.decimal_point))
        || (habits.comma && grouped(text, ',') && habits.decimal_point && !habits.decimal_comma);
    if unclear {
        let digits: String = text.chars().filter(|c| *c != '.' && *c != ',').collect();
        let (whole, thousandths) = text.split_at(text.find(['.', ',']).unwrap_or(text.len()));
        let detail = format!(
            "{text} is {digits} or {whole},{} here; write it without a mark between thousands, or with another decimal",
            &thousandths[1..]
        );
        return Err(("ambiguous_number", detail));
    }
    let text = if habits.comma { text.replace(',', ".") } else { text.to_owned() };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    Ok(text.parse::<f64>().ok().filter(|number| digits && number.is_finite()))
}

/// A number without a fraction, however it was written.
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

/// Three whole numbers between two marks.
fn numbers(text: &str, mark: char) -> Option<[u32; 3]> {
    let mut parts = text.split(mark).map(|part| part.parse().ok());
    let three = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(three)
}

/// A date as people and workbooks write it, in ISO 8601; the text itself where it is none.
fn date(text: &str, habits: Habits) -> Result<String, Wrong> {
    let text = text.strip_suffix("00:00:00").map_or(text, |day| day.trim_end_matches(['T', ' ']));
    let iso = |[year, month, day]: [u32; 3]| format!("{year:04}-{month:02}-{day:02}");
    for mark in ['-', '.', '/'] {
        let Some([a, b, c]) = numbers(text, mark) else { continue };
        return match (a, c) {
            (1000..=9999, 1..=31) => Ok(iso([a, b, c])),
            (1..=31, 1000..=9999) if mark != '/' || (habits.day_first && !habits.month_first) => Ok(iso([c, b, a])),
            (1..=12, 1000..=9999) if habits.month_first && !habits.day_first => Ok(iso([c, a, b])),
            (1..=31, 1000..=9999) => {
                let detail = format!("{text} has its day or its month first; write it as 2027-04-05");
                Err(("ambiguous_date", detail))
            }
            _ => Ok(text.to_owned()),
        };
    }
    match text.parse::<i32>() {
        // Days of a workbook count from the last but one of 1899.
        Ok(days @ 20_000..=80_000) => {
            Ok(Day::parse("1899-12-30").map_or(text.to_owned(), |zero| zero.plus(days).to_string()))
        }
        _ => Ok(text.to_owned()),
    }
}

/// The values of a list that stand between spaces or marks.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || BETWEEN.contains(&c)).filter(|part| !part.is_empty())
}

/// A list. Objects are written with `:` between their fields and `|` between them; those whose first field alone is given, as
/// other lists are. A sign with `\` before it is only a sign.
fn list(field: &Field, text: &str, habits: Habits) -> Result<Value, Wrong> {
    let Some(item) = field.inner.first() else { return Ok(parts(text).map(plain).collect()) };
    if item.ty != "object" {
        let one = |part| if item.date { date(part, habits).map(Value::from) } else { value(item, part, habits) };
        return parts(text).map(one).collect();
    }
    let items: Vec<Vec<String>> = match split(plain(text)) {
        items if items.iter().all(|item| item.len() == 1) => parts(text).map(|id| vec![plain(id).to_owned()]).collect(),
        items => items,
    };
    items.iter().map(|fields| object(item, fields, habits)).collect()
}

fn object(item: &Field, fields: &[String], habits: Habits) -> Result<Value, Wrong> {
    if fields.len() > item.inner.len() {
        return Ok(fields.join(":").into());
    }
    let mut object = Map::new();
    for (field, text) in item.inner.iter().zip(fields).filter(|(_, text)| !text.is_empty()) {
        object.insert(field.name.to_owned(), value(field, text, habits)?);
    }
    Ok(object.into())
}

/// The items of a list of objects, and the fields of each.
fn split(text: &str) -> Vec<Vec<String>> {
    let mut items = vec![vec![String::new()]];
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '|' | '\n' => items.push(vec![String::new()]),
            ':' => items.last_mut().into_iter().for_each(|item| item.push(String::new())),
            sign => {
                let sign = if sign == '\\' { signs.next().unwrap_or(sign) } else { sign };
                items.last_mut().and_then(|item| item.last_mut()).into_iter().for_each(|field| field.push(sign));
            }
        }
    }
    items.iter_mut().flatten().for_each(|field| *field = clean(field));
    items.retain(|item| item.iter().any(|field| !field.is_empty()));
    items
}

/// A value as the cell that [`value`] reads back, where decimals have a comma.
pub fn cell(field: &Field, value: &Value) -> String {
    match value {
        Value::String(text) => neutral(text),
        Value::Array(items) => {
            let item = field.inner.first();
            let written: Vec<String> = items.iter().map(|value| member(item, value)).collect();
            neutral(&written.join(if item.is_some_and(|item| item.ty == "object") { "|" } else { " " }))
        }
        Value::Number(number) if field.ty == "number" => number.to_string().replace('.', ","),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// An item of a list.
fn member(item: Option<&Field>, value: &Value) -> String {
    let (Some(item), Value::Object(object)) = (item, value) else {
        return value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    };
    let written = |field: &Field| {
        let text = match object.get(field.name) {
            Some(Value::String(text)) => text.clone(),
            other => other.map_or_else(String::new, |value| cell(field, value)),
        };
        text.replace('\\', "\\\\").replace(':', "\\:").replace('|', "\\|")
    };
    let fields: Vec<String> = item.inner.iter().map(written).collect();
    fields.join(":").trim_end_matches(':').to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http::shape;
    use crate::records::gatherings::wire::Gathering;
    use crate::records::municipalities::wire::Municipality;

    fn field(name: &str) -> Field {
        let all = shape::fields::<Gathering>().into_iter().chain(shape::fields::<Municipality>());
        all.into_iter().find(|field| field.name == name).unwrap()
    }

    const COMMA: Habits =
        Habits { comma: true, decimal_comma: false, decimal_point: false, day_first: false, month_first: false };

    #[test]
    fn dates_are_read_as_people_type_them() {
        for text in ["2027-04-05", "05-04-2027", "5.4.2027", "2027/04/05", "2027.4.5", "46482", "2027-04-05 00:00:00"] {
            assert_eq!(value(&field("start"), text, COMMA), Ok(json!("2027-04-05")), "{text}");
        }
        for text in ["soon", "5-4-27", "1-2-3-4", "12"] {
            assert_eq!(value(&field("start"), text, COMMA), Ok(json!(text)), "judged where all dates are");
        }
        assert_eq!(value(&field("undesired"), "5.4.2027 06-04-2027", COMMA), Ok(json!(["2027-04-05", "2027-04-06"])));
    }

    #[test]
    fn a_date_with_slashes_is_read_where_the_file_tells_what_comes_first() {
        let read = |seen: &[&str], text: &str| {
            let mut habits = COMMA;
            seen.iter().for_each(|text| habits.learn(&field("start"), text));
            value(&field("start"), text, habits).map_err(|wrong| wrong.0)
        };
        assert_eq!(read(&["13/03/2027"], "05/04/2027"), Ok(json!("2027-04-05")));
        assert_eq!(read(&["03/13/2027"], "04/05/2027"), Ok(json!("2027-04-05")));
        assert_eq!(read(&[], "05/04/2027"), Err("ambiguous_date"));
        assert_eq!(read(&["13/03/2027", "03/13/2027"], "05/04/2027"), Err("ambiguous_date"));
    }

    #[test]
    fn a_number_that_may_be_thousands_is_refused() {
        let read = |seen: &[&str], text: &str, comma: bool| {
            let mut habits = Habits { comma, ..Habits::default() };
            seen.iter().for_each(|text| habits.learn(&field("lat"), text));
            value(&field("lat"), text, habits).map_err(|wrong| wrong.0)
        };
        assert_eq!(read(&[], "1.200", true), Err("ambiguous_number"));
        assert_eq!(read(&["1,5"], "1.200", true), Err("ambiguous_number"));
        assert_eq!(read(&["1.5"], "1.200", true), Ok(json!(1.2)), "points are decimal here");
        assert_eq!(read(&["1.5"], "1,200", true), Err("ambiguous_number"));
        assert_eq!(read(&[], "1,200", true), Ok(json!(1.2)));
        assert_eq!(read(&[], "1.200", false), Ok(json!(1.2)));
        assert_eq!(read(&[], "0.200", true), Ok(json!(0.2)));
        assert_eq!(read(&[], "40,0", true), Ok(json!(40.0)));
    }

    #[test]
    fn lists_of_objects_come_back_as_they_were_written() {
        let places = json!([
            {"id": "hall", "name": "Hall: 1|2\\", "lat": 55.675, "lon": 12.0, "capacity": 300},
            {"id": "0101"},
            {"id": "0147", "capacity": 20}
        ]);
        let text = cell(&field("places"), &places);
        assert_eq!(text, "hall:Hall\\: 1\\|2\\\\:55,675:12,0:300|0101|0147::::20");
        assert_eq!(value(&field("places"), &text, COMMA), Ok(places));
        let short = value(&field("places"), "0101 0147", COMMA);
        assert_eq!(short, Ok(json!([{"id": "0101"}, {"id": "0147"}])));
        let invites = value(&field("invites"), "steering:2|staff", COMMA).unwrap();
        assert_eq!(invites, json!([{"track": "steering", "max_delegates": 2}, {"track": "staff"}]));
        assert_eq!(value(&field("invites"), "a:1:2", COMMA), Ok(json!(["a:1:2"])), "told by whoever judges shapes");
    }
}

//! The body of an import: CSV or a JSON list, read into rows, with every fault by line and column.

use std::collections::HashMap;

use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{Example, ParseFromJSON, ToJSON, Type};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use scheduler::{Fault, Faults};
use serde_json::{Value, json};

use super::columns::of_pointer;
use super::csv;
use crate::http::body::off_thread;
use crate::http::failure::{Failure, Kind, Place};
use crate::http::resource::body_value;
use crate::http::shape::{self, Field, Texts, cut};
use crate::state::State;

/// Reads the body of a request off the threads that serve others, by its content type, its bytes and the most rows that it
/// may have.
pub async fn read_body<T: Send + 'static>(
    request: &Request,
    body: &mut RequestBody,
    read: fn(&str, &[u8], usize) -> Result<T, Failure>,
) -> poem::Result<T> {
    let kind = request.content_type().unwrap_or_default().to_owned();
    let bytes = body.take()?.into_bytes().await.map_err(Failure::internal)?;
    let most = State::of(request)?.config.limits.import_rows;
    Ok(off_thread(true, move || read(&kind, &bytes, most)).await?)
}

/// A row of an import; its fields are the columns of CSV.
pub trait Row: Type + ParseFromJSON + ToJSON + Example + Send + Sync + 'static {
    /// A file, for the API document.
    const CSV: &'static str;
    /// What no two rows share.
    const KEY: Key = Key { fields: &["id"], code: "duplicate_id" };
}

/// What no two rows share: the values of these fields, whichever has which. No fields: rows may be alike.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Their names; a fault is the last one's.
    pub fields: &'static [&'static str],
    /// The code of the fault.
    pub code: &'static str,
}

impl Key {
    /// Rows may be alike.
    pub const NONE: Key = Key { fields: &[], code: "" };
}

/// A row that could be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Line<R> {
    /// Its place in the list, from 0: where pointers lead.
    pub at: usize,
    /// What it says.
    pub said: R,
    /// The same as a merge patch (RFC 7396): what it takes away is `null`.
    pub patch: Value,
}

impl<R: Row> Line<R> {
    /// Reads a row that has the right shape.
    fn read(at: usize, patch: Value) -> Result<Line<R>, Fault> {
        match R::parse_from_json(Some(present(&patch))) {
            Ok(said) => Ok(Line { at, said, patch }),
            Err(wrong) => Err(Fault { pointer: format!("/{at}"), code: "wrong_type", detail: wrong.into_message() }),
        }
    }
}

/// What a patch says, without what lies deeper that it takes away.
fn present(patch: &Value) -> Value {
    let mut said = patch.clone();
    take_inner_nulls(&mut said);
    said
}

/// Takes out what lies deeper in a row and is `null`, which no schema of a record allows: field and name of each.
fn take_inner_nulls(row: &mut Value) -> Vec<(String, String)> {
    let mut taken = Vec::new();
    for (field, value) in row.as_object_mut().into_iter().flatten() {
        let Value::Object(object) = value else { continue };
        taken.extend(object.iter().filter(|(_, value)| value.is_null()).map(|(name, _)| (field.clone(), name.clone())));
        object.retain(|_, value| !value.is_null());
    }
    taken
}

/// The rows of an import.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet<R> {
    /// Those that could be read, as they came.
    pub rows: Vec<Line<R>>,
    /// What is wrong with the others, and what is there twice; the rest is still to be judged, so that all is told at once.
    pub faults: Faults,
    /// The line that each row begins on, also of those that could not be read; empty where they came as JSON.
    pub lines: Vec<u64>,
}

/// The failure that tells faults whose pointers lead into a list of rows, which begin on these lines (none: JSON), row by
/// row.
pub fn refused<R: Row>(mut faults: Faults, lines: &[u64]) -> Failure {
    faults.sort_by_key(|fault| row_of(&fault.pointer));
    if lines.is_empty() { Failure::invalid(faults) } else { in_lines(faults, lines, &shape::fields::<R>()) }
}

impl<R: Row> Sheet<R> {
    /// Reads a body that says it is CSV or JSON, of at most so many rows.
    ///
    /// Errors: `Invalid` where there is no list of rows, columns are wrong or rows too many; `InvalidJson`,
    /// `UnsupportedMediaType`.
    pub fn read(content_type: &str, bytes: &[u8], most: usize) -> Result<Sheet<R>, Failure> {
        match essence(content_type).as_str() {
            "text/csv" | "text/tab-separated-values" => {
                let columns = shape::fields::<R>();
                let read = csv::read(&columns, bytes, charset(content_type), most);
                if read.faults.iter().any(|fault| row_of(&fault.pointer).is_none()) {
                    return Err(in_lines(read.faults, &read.lines, &columns)); // of the header
                }
                Sheet::of(read, most)
            }
            "application/json" => match body_value(content_type, bytes)? {
                Value::Array(rows) => Sheet::of(csv::Read { rows, ..csv::Read::default() }, most),
                mut other => Err(Failure::invalid(shape::check::<Vec<R>>(&mut other, Texts::Short))),
            },
            _ => {
                let detail =
                    "Send CSV with Content-Type: text/csv, or a JSON list with Content-Type: application/json.";
                Err(Failure::new(Kind::UnsupportedMediaType, detail))
            }
        }
    }

    /// Reads values as rows. One that has a fault already has no further ones.
    fn of(read: csv::Read, most: usize) -> Result<Sheet<R>, Failure> {
        let csv::Read { rows: mut values, lines, mut faults, mut unread } = read;
        within(values.len(), most)?;
        for (at, value) in values.iter_mut().enumerate().filter(|(at, _)| !unread.contains(at)).collect::<Vec<_>>() {
            let taken = take_inner_nulls(value);
            let misshapen = shape::check::<R>(value, Texts::Short);
            taken.into_iter().for_each(|(field, name)| value[field][name] = Value::Null);
            if !misshapen.is_empty() {
                unread.insert(at);
                faults.append(misshapen.below(&format!("/{at}")));
            }
        }
        told_twice(R::KEY, &values, &lines, &mut faults);
        let mut rows = Vec::with_capacity(values.len());
        for (at, value) in values.into_iter().enumerate().filter(|(at, _)| !unread.contains(at)) {
            match Line::read(at, value) {
                Ok(row) => rows.push(row),
                Err(fault) => faults.add(fault.pointer, fault.code, fault.detail),
            }
        }
        Ok(Sheet { rows, faults, lines })
    }
}

/// Refuses more rows than an import may have.
fn within(rows: usize, most: usize) -> Result<(), Failure> {
    if rows <= most {
        return Ok(());
    }
    let mut faults = Faults::default();
    let detail = format!("There are more than {most} rows, the most of an import. Send it in parts.");
    faults.add("", "too_many_rows", detail);
    Err(Failure::invalid(faults))
}

/// Notes rows with the key of another, whether they could be read or not.
fn told_twice(key: Key, rows: &[Value], lines: &[u64], faults: &mut Faults) {
    let Some(last) = key.fields.last() else { return };
    let mut seen: HashMap<Vec<&str>, usize> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        let values: Option<Vec<&str>> = key.fields.iter().map(|field| row.get(field)?.as_str()).collect();
        let Some(mut values) = values else { continue };
        values.sort_unstable();
        let names = values.iter().map(|name| format!("{:?}", cut(name))).collect::<Vec<_>>().join(" and ");
        if let Some(before) = seen.insert(values, at) {
            let place = lines.get(before).map_or_else(|| format!("row {}", before + 1), |line| format!("line {line}"));
            let detail = format!("{place} is about {names} as well; keep one of them");
            faults.add(format!("/{at}/{last}"), key.code, detail);
        }
    }
}

/// What a content type says without its parameters.
pub fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The charset that a content type names.
fn charset(content_type: &str) -> Option<&str> {
    let named = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, charset) = named.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Some(charset.trim().trim_matches('"'))
}

/// The number of the row that a pointer leads into.
fn row_of(pointer: &str) -> Option<usize> {
    pointer.split('/').nth(1).and_then(|row| row.parse().ok())
}

/// Faults with the line and the column of each: `/2/lat` is in the third row. The first row names the columns; a fault
/// without a row is of it.
fn in_lines(faults: Faults, lines: &[u64], columns: &[Field]) -> Failure {
    let place = |pointer: &str| Place {
        line: row_of(pointer).map_or(Some(1), |row| lines.get(row).copied()),
        column: of_pointer(columns, pointer),
    };
    Failure::invalid(faults).in_places(place)
}

/// What the API document says of a body that is CSV of these rows.
pub fn csv_media_type<R: Row>() -> MetaMediaType {
    let schema = MetaSchema {
        description: Some("A row of column names, then the rows."),
        example: Some(R::CSV.into()),
        ..MetaSchema::new("string")
    };
    MetaMediaType { content_type: "text/csv", schema: MetaSchemaRef::Inline(Box::new(schema)) }
}

impl<'a, R: Row> ApiExtractor<'a> for Sheet<R> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        R::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let list = MetaSchema {
            description: Some("The rows."),
            items: Some(Box::new(R::schema_ref())),
            example: Some(json!([R::example().to_json()])),
            ..MetaSchema::new("array")
        };
        let list = MetaSchemaRef::Inline(Box::new(list));
        let content = vec![csv_media_type::<R>(), MetaMediaType { content_type: "application/json", schema: list }];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        read_body(request, body, Sheet::read).await
    }
}

//! The body of an import: CSV or a JSON list, read into rows, with every fault by line and column.

use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{Example, ParseFromJSON, ToJSON, Type};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use scheduler::{Fault, Faults};
use serde_json::{Value, json};

use super::csv;
use crate::http::body::off_thread;
use crate::http::failure::{Failure, Kind, Place};
use crate::http::resource::body_value;
use crate::http::{json, shape};
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
}

/// The rows of an import.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet<R> {
    /// What they say.
    pub rows: Vec<R>,
    /// The line that each begins on; empty where they came as JSON.
    pub lines: Vec<u64>,
}

/// The failure that tells faults whose pointers lead into a list of rows, which begin on these lines (none: JSON).
pub fn refused(faults: Faults, lines: &[u64]) -> Failure {
    if lines.is_empty() { Failure::invalid(faults) } else { in_lines(faults, lines) }
}

impl<R: Row> Sheet<R> {
    /// Reads a body that says it is CSV or JSON; of CSV no more than `most` rows and one.
    ///
    /// Errors: `Invalid` with every fault of every row, `InvalidJson`, `UnsupportedMediaType`.
    pub fn read(content_type: &str, bytes: &[u8], most: usize) -> Result<Sheet<R>, Failure> {
        match essence(content_type).as_str() {
            "text/csv" => Sheet::of_csv(bytes, most),
            "application/json" => {
                let rows = json::shaped(body_value(content_type, bytes)?).map_err(Failure::invalid)?;
                Ok(Sheet { rows, lines: Vec::new() })
            }
            _ => {
                let detail =
                    "Send CSV with Content-Type: text/csv, or a JSON list with Content-Type: application/json.";
                Err(Failure::new(Kind::UnsupportedMediaType, detail))
            }
        }
    }

    /// Reads CSV: cells first, then shapes; a row that cannot be read has no further faults.
    fn of_csv(bytes: &[u8], most: usize) -> Result<Sheet<R>, Failure> {
        let csv::Read { rows, lines, faults } = csv::read(&shape::fields::<R>(), bytes, most);
        let header = |fault: &Fault| row_of(&fault.pointer).is_none();
        if faults.iter().any(header) {
            return Err(in_lines(faults, &lines));
        }
        let mut rows = Value::Array(rows);
        let unread: std::collections::HashSet<_> = faults.iter().map(|fault| row_of(&fault.pointer)).collect();
        let misshapen = shape::check::<Vec<R>>(&mut rows).into_iter();
        let misshapen = misshapen.filter(|fault| !unread.contains(&row_of(&fault.pointer)));
        let mut all: Vec<Fault> = faults.iter().cloned().chain(misshapen).collect();
        if !all.is_empty() {
            all.sort_by_key(|fault| row_of(&fault.pointer)); // stable: within a row as found
            let mut sorted = Faults::default();
            all.into_iter().for_each(|fault| sorted.add(fault.pointer, fault.code, fault.detail));
            return Err(in_lines(sorted, &lines));
        }
        Ok(Sheet { rows: json::shaped(rows).map_err(|faults| in_lines(faults, &lines))?, lines })
    }
}

/// What a content type says without its parameters.
pub fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The number of the row that a pointer leads into.
fn row_of(pointer: &str) -> Option<usize> {
    pointer.split('/').nth(1).and_then(|row| row.parse().ok())
}

/// Faults with the line and the column of each: `/2/lat` is in the third row. The first row names the columns; a fault
/// without a row is of it.
fn in_lines(faults: Faults, lines: &[u64]) -> Failure {
    let place = |pointer: &str| Place {
        line: row_of(pointer).map_or(Some(1), |row| lines.get(row).copied()),
        column: pointer.split('/').nth(2).map(str::to_owned),
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

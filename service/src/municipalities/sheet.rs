//! The body of an import: CSV or a JSON list, read into rows, with every fault by line and column.

use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{ToJSON, Type};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use scheduler::Faults;
use serde_json::json;

use super::csv;
use super::import::MunicipalityRow;
use crate::http::body::off_thread;
use crate::http::failure::{Failure, Kind, Place};
use crate::http::fields::bare;
use crate::http::json;
use crate::http::resource::body_value;

/// What a row says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The municipality's id.
    pub id: String,
    /// What people call it.
    pub name: Option<String>,
    /// The id of its region.
    pub region: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Whether it hosts visits at all.
    pub can_host: Option<bool>,
    /// Guests (persons) that fit at one visit.
    pub host_capacity: Option<i64>,
}

/// The rows of an import.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// What they say.
    pub rows: Vec<Row>,
    /// The line that each begins on; empty where they came as JSON.
    pub lines: Vec<u64>,
}

impl Sheet {
    /// The failure that tells these faults, whose pointers lead into the list of rows.
    pub fn refused(&self, faults: Faults) -> Failure {
        if self.lines.is_empty() { Failure::invalid(faults) } else { in_lines(faults, &self.lines) }
    }

    fn of_json(content_type: &str, bytes: &[u8]) -> Result<Sheet, Failure> {
        let value = body_value(content_type, bytes)?;
        let rows: Vec<MunicipalityRow> = json::shaped(value).map_err(Failure::invalid)?;
        let row = |row: MunicipalityRow| Row {
            id: row.id.0,
            name: row.name,
            region: row.region.0,
            lat: row.lat.0,
            lon: row.lon.0,
            can_host: row.can_host,
            host_capacity: bare(row.host_capacity),
        };
        Ok(Sheet { rows: rows.into_iter().map(row).collect(), lines: Vec::new() })
    }

    fn of_csv(bytes: &[u8]) -> Result<Sheet, Failure> {
        let csv::Read { rows, lines, faults } = csv::read(bytes);
        if faults.is_empty() { Ok(Sheet { rows, lines }) } else { Err(in_lines(faults, &lines)) }
    }
}

/// Faults with the line and the column of each: `/2/lat` is in the third row. The first row names the columns; a fault
/// without a row is of it.
fn in_lines(faults: Faults, lines: &[u64]) -> Failure {
    let place = |pointer: &str| {
        let mut parts = pointer.split('/').skip(1);
        let row = parts.next().and_then(|row| row.parse::<usize>().ok());
        let line = row.map_or(Some(1), |row| lines.get(row).copied());
        Place { line, column: parts.next().map(str::to_owned) }
    };
    Failure::invalid(faults).in_places(place)
}

impl<'a> ApiExtractor<'a> for Sheet {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        MunicipalityRow::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let inline = |schema| MetaSchemaRef::Inline(Box::new(schema));
        let csv = MetaSchema {
            description: Some("A row of column names, then a row for each municipality."),
            example: Some(csv::EXAMPLE.into()),
            ..MetaSchema::new("string")
        };
        let list = MetaSchema {
            description: Some("The municipalities."),
            items: Some(Box::new(MunicipalityRow::schema_ref())),
            example: Some(json!([<MunicipalityRow as poem_openapi::types::Example>::example().to_json()])),
            ..MetaSchema::new("array")
        };
        let content = vec![
            MetaMediaType { content_type: "text/csv", schema: inline(csv) },
            MetaMediaType { content_type: "application/json", schema: inline(list) },
        ];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let kind = request.content_type().unwrap_or_default().to_owned();
        let bytes = body.take()?.into_bytes().await.map_err(Failure::internal)?;
        let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let read = move || match essence.as_str() {
            "text/csv" => Sheet::of_csv(&bytes),
            "application/json" => Sheet::of_json(&kind, &bytes),
            _ => {
                let detail =
                    "Send CSV with Content-Type: text/csv, or a JSON list with Content-Type: application/json.";
                Err(Failure::new(Kind::UnsupportedMediaType, detail))
            }
        };
        Ok(off_thread(true, read).await?)
    }
}

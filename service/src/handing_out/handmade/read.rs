//! The body of a hand-made plan: a plan document, or rows of a spreadsheet, and what in it names nothing.

use std::collections::{BTreeMap, HashMap, HashSet};

use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use scheduler::plan::{AssignmentRecord, PlanRecords, VisitRecord};
use scheduler::problem::{Day, validate};
use scheduler::{Faults, Task};

use super::wire::PlanRow;
use crate::http::failure::Failure;
use crate::http::json;
use crate::http::lenient::Open;
use crate::http::resource::body_value;
use crate::plans::document::PlanDocument;
use crate::records::imports::sheet::{Line, Sheet, csv_media_type, essence, read_body, refused};

/// A plan as it came.
#[derive(Clone, Debug, PartialEq)]
pub enum HandMade {
    /// A plan document; figures that it states are not read.
    Document(Box<PlanDocument>),
    /// Rows of a spreadsheet.
    Rows(Sheet<PlanRow>),
}

impl HandMade {
    fn read(content_type: &str, bytes: &[u8], most: usize) -> Result<HandMade, Failure> {
        if essence(content_type) == "application/json" {
            let document: Open<PlanDocument> =
                json::shaped(body_value(content_type, bytes)?).map_err(Failure::invalid)?;
            return Ok(HandMade::Document(Box::new(document.0)));
        }
        Sheet::read(content_type, bytes, most).map(HandMade::Rows)
    }

    /// The plan as the checker reads it; nothing in it is unknown.
    ///
    /// Errors: `Invalid` with all that names nothing, is no day, or is said twice.
    pub fn records(self, problem: &Task) -> Result<PlanRecords, Failure> {
        match self {
            HandMade::Document(document) => {
                let mut faults = Faults::default();
                let records = PlanRecords { cost: Vec::new(), bound: Vec::new(), ..document.records() };
                judge(problem, &records, &mut faults);
                faults.into_result().map(|()| records).map_err(Failure::invalid)
            }
            HandMade::Rows(Sheet { rows, mut faults, lines }) => {
                let records = of_rows(problem, &rows, &mut faults);
                if faults.is_empty() { Ok(records) } else { Err(refused::<PlanRow>(faults, &lines)) }
            }
        }
    }
}

/// The ids that a plan may name.
struct Known<'a> {
    enrolments: HashSet<&'a str>,
    networks: HashSet<&'a str>,
}

impl<'a> Known<'a> {
    fn of(problem: &'a Task) -> Known<'a> {
        Known {
            enrolments: problem.enrolments().iter().map(|e| e.id.as_str()).collect(),
            networks: problem.networks().iter().map(|n| n.id.as_str()).collect(),
        }
    }

    fn enrolment(&self, id: &str, pointer: String, faults: &mut Faults) {
        if !self.enrolments.contains(id) {
            validate::unknown_id("enrolment", id, pointer, faults);
        }
    }

    fn network(&self, id: &str, pointer: String, faults: &mut Faults) {
        if !self.networks.contains(id) {
            validate::unknown_id("network", id, pointer, faults);
        }
    }
}

fn judge(problem: &Task, plan: &PlanRecords, faults: &mut Faults) {
    let known = Known::of(problem);
    let mut placed: HashMap<&str, usize> = HashMap::new();
    for (i, row) in plan.assignments.iter().enumerate() {
        known.enrolment(&row.enrolment, format!("/assignments/{i}/enrolment"), faults);
        if let Some(network) = &row.network {
            known.network(network, format!("/assignments/{i}/network"), faults);
        }
        if let Some(before) = placed.insert(&row.enrolment, i) {
            let detail = format!("enrolment {} is assigned in /assignments/{before} as well; keep one", row.enrolment);
            faults.add(format!("/assignments/{i}/enrolment"), "duplicate_id", detail);
        }
    }
    for (i, visit) in plan.visits.iter().enumerate() {
        known.network(&visit.network, format!("/visits/{i}/network"), faults);
        known.enrolment(&visit.host, format!("/visits/{i}/host"), faults);
        faults.keep(&format!("/visits/{i}/date"), Day::parse(&visit.date));
        for (g, guest) in visit.guests.iter().enumerate() {
            known.enrolment(guest, format!("/visits/{i}/guests/{g}"), faults);
        }
    }
}

/// The plan that rows mean. An enrolment that no row names is unassigned.
fn of_rows(problem: &Task, rows: &[Line<PlanRow>], faults: &mut Faults) -> PlanRecords {
    let known = Known::of(problem);
    let mut network_of: BTreeMap<&str, (Option<&str>, usize)> = BTreeMap::new();
    for Line { at: i, said: row, .. } in rows {
        known.enrolment(&row.enrolment.0, format!("/{i}/enrolment"), faults);
        let network = row.network.as_ref().map(|network| network.0.as_str());
        if let Some(network) = network {
            known.network(network, format!("/{i}/network"), faults);
        }
        let (said, first) = *network_of.entry(&row.enrolment.0).or_insert((network, *i));
        if said != network {
            let detail =
                format!("enrolment {} is elsewhere in row {}; it is in one network", row.enrolment.0, first + 1);
            faults.add(format!("/{i}/network"), "duplicate_id", detail);
        }
    }
    let mut members: HashMap<&str, Vec<&str>> = HashMap::new();
    for (enrolment, (network, _)) in &network_of {
        network.iter().for_each(|network| members.entry(network).or_default().push(enrolment));
    }
    let mut visits = Vec::new();
    for Line { at, said: row, .. } in rows {
        visits.extend(visit(&known, &members, row, *at, faults));
    }
    let assignments = network_of.into_iter().map(|(enrolment, (network, _))| AssignmentRecord {
        enrolment: enrolment.to_owned(),
        network: network.map(str::to_owned),
    });
    PlanRecords { assignments: assignments.collect(), visits, ..PlanRecords::default() }
}

/// The visit of a row, if it tells one.
fn visit(
    known: &Known<'_>,
    members: &HashMap<&str, Vec<&str>>,
    row: &PlanRow,
    i: usize,
    faults: &mut Faults,
) -> Option<VisitRecord> {
    for (g, guest) in row.guests.iter().flatten().enumerate() {
        known.enrolment(&guest.0, format!("/{i}/guests/{g}"), faults);
    }
    let Some(date) = &row.date else {
        if row.guests.iter().flatten().next().is_some() {
            faults.add(format!("/{i}/date"), "missing_field", "there are guests; say on which day they come");
        }
        return None;
    };
    faults.keep(&format!("/{i}/date"), Day::parse(&date.0));
    let Some(network) = &row.network else {
        faults.add(format!("/{i}/network"), "missing_field", "who hosts a visit is in a network; say in which");
        return None;
    };
    let host = row.enrolment.0.as_str();
    let others = members.get(network.0.as_str()).into_iter().flatten().filter(|member| **member != host);
    let guests = match &row.guests {
        Some(guests) => guests.iter().map(|guest| guest.0.clone()).collect(),
        None => others.map(|member| (*member).to_owned()).collect(),
    };
    Some(VisitRecord { network: network.0.clone(), host: host.to_owned(), date: date.0.clone(), guests, round: None })
}

impl<'a> ApiExtractor<'a> for HandMade {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        Open::<PlanDocument>::register(registry);
        PlanRow::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let document =
            MetaMediaType { content_type: "application/json", schema: <Open<PlanDocument> as Type>::schema_ref() };
        Some(MetaRequest { description: None, content: vec![document, csv_media_type::<PlanRow>()], required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        read_body(request, body, HandMade::read).await
    }
}

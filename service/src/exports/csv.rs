//! CSV that spreadsheets open without a question: UTF-8 with its mark, `;` between the columns, and no cell that a
//! spreadsheet would read as a formula.

use super::handout::{Handout, Member};
use crate::formulas::neutral;
use crate::http::failure::Failure;

/// A row for each enrolment, and for each visit that it hosts: the form in which a hand-made plan is taken in.
pub fn plan(handout: &Handout) -> Result<Vec<u8>, Failure> {
    let mut rows = Vec::new();
    let visits = handout.visits();
    for member in handout.members() {
        let own: Vec<_> = visits.iter().filter(|visit| visit.host.enrolment == member.enrolment).collect();
        for visit in &own {
            let guests: Vec<String> = visit.guests.iter().map(|(guest, _)| neutral(guest.enrolment)).collect();
            rows.push(placed(&member, visit.date.clone(), guests.join(" ")));
        }
        if own.is_empty() {
            rows.push(placed(&member, String::new(), String::new()));
        }
    }
    written(&["enrolment", "municipality", "name", "network", "network_name", "date", "guests"], rows)
}

fn placed(member: &Member<'_>, date: String, guests: String) -> Vec<String> {
    let network = member.network.unwrap_or_default();
    vec![
        neutral(member.enrolment),
        neutral(member.municipality.0),
        neutral(member.municipality.1),
        neutral(network.0),
        neutral(network.1),
        date,
        guests,
    ]
}

/// A row for each visit.
pub fn visits(handout: &Handout) -> Result<Vec<u8>, Failure> {
    let rows = handout.visits().into_iter().map(|visit| {
        let persons = visit.persons().to_string();
        let ids: Vec<String> = visit.guests.iter().map(|(guest, _)| neutral(guest.enrolment)).collect();
        let names: Vec<&str> = visit.guests.iter().map(|(guest, _)| guest.municipality.1).collect();
        vec![
            visit.date,
            neutral(visit.round.1),
            neutral(visit.network.0),
            neutral(visit.network.1),
            neutral(visit.host.track.1),
            neutral(visit.host.enrolment),
            neutral(visit.host.municipality.0),
            neutral(visit.host.municipality.1),
            neutral(visit.host.region.1),
            persons,
            ids.join(" "),
            neutral(&names.join(", ")),
        ]
    });
    let columns = [
        "date",
        "round",
        "network",
        "network_name",
        "track",
        "host",
        "municipality",
        "name",
        "region",
        "persons",
        "guests",
        "guest_names",
    ];
    written(&columns, rows.collect())
}

fn written(columns: &[&str], rows: Vec<Vec<String>>) -> Result<Vec<u8>, Failure> {
    let mut writer = ::csv::WriterBuilder::new().delimiter(b';').from_writer(b"\xEF\xBB\xBF".to_vec());
    writer.write_record(columns).map_err(Failure::internal)?;
    for row in rows {
        writer.write_record(row).map_err(Failure::internal)?;
    }
    writer.into_inner().map_err(|error| Failure::internal(anyhow::anyhow!("{error}")))
}

//! CSV that spreadsheets open without a question: UTF-8 with its mark, `;` between the columns, and no cell that a
//! spreadsheet would read as a formula.

use std::collections::HashMap;
use std::io::{self, Write};

use crate::plans::handout::{Handout, Invited, Member};
use crate::records::imports::formulas::neutral;

/// A row for each enrolment, and for each visit that it hosts: the form in which a hand-made plan is taken in.
pub fn plan(handout: &Handout, to: &mut impl Write) -> io::Result<()> {
    let mut rows = begun(to, &["enrolment", "municipality", "name", "network", "network_name", "date", "guests"])?;
    let mut hosted: HashMap<&str, Vec<_>> = HashMap::new();
    for visit in &handout.plan.visits {
        hosted.entry(&handout.problem.enrolment(visit.host).id).or_default().push(visit);
    }
    for member in handout.members() {
        let own = hosted.get(member.enrolment).map_or(&[][..], Vec::as_slice);
        for visit in own {
            let guests = visit.guests.iter().map(|&guest| neutral(&handout.problem.enrolment(guest).id));
            rows.write_record(placed(&member, visit.day.to_string(), guests.collect::<Vec<_>>().join(" ")))?;
        }
        if own.is_empty() {
            rows.write_record(placed(&member, String::new(), String::new()))?;
        }
    }
    rows.flush()
}

fn placed(member: &Member<'_>, date: String, guests: String) -> [String; 7] {
    let network = member.network.unwrap_or_default();
    [
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
pub fn visits(handout: &Handout, to: &mut impl Write) -> io::Result<()> {
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
    let mut rows = begun(to, &columns)?;
    for visit in handout.visits() {
        let persons = visit.persons().to_string();
        let ids: Vec<String> = visit.guests.iter().map(|(guest, _)| neutral(guest.enrolment)).collect();
        let names: Vec<&str> = visit.guests.iter().map(|(guest, _)| guest.municipality.1).collect();
        rows.write_record([
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
        ])?;
    }
    rows.flush()
}

/// A row for each enrolment that a gathering invites, with the meeting that it attends; who attends none has no meeting.
pub fn gatherings(handout: &Handout, to: &mut impl Write) -> io::Result<()> {
    let columns = [
        "gathering",
        "gathering_name",
        "start",
        "end",
        "place",
        "place_name",
        "enrolment",
        "municipality",
        "name",
        "persons",
        "km",
    ];
    let mut rows = begun(to, &columns)?;
    for Invited { gathering, member, persons, attends } in handout.invited() {
        let place = attends.as_ref().and_then(|meeting| meeting.place);
        let (start, end) = attends.as_ref().map_or_else(Default::default, |meeting| meeting.days.clone());
        rows.write_record([
            neutral(&gathering.id),
            neutral(&gathering.name),
            start,
            end,
            neutral(place.map_or("", |place| &place.id)),
            neutral(place.map_or("", |place| &place.name)),
            neutral(member.enrolment),
            neutral(member.municipality.0),
            neutral(member.municipality.1),
            persons.to_string(),
            attends.map_or_else(String::new, |meeting| meeting.km.to_string()),
        ])?;
    }
    rows.flush()
}

/// Begins a table with these columns.
pub(in crate::handing_out) fn begun<W: Write>(mut to: W, columns: &[&str]) -> io::Result<::csv::Writer<W>> {
    to.write_all(b"\xEF\xBB\xBF")?;
    let mut rows = ::csv::WriterBuilder::new().delimiter(b';').from_writer(to);
    rows.write_record(columns)?;
    Ok(rows)
}

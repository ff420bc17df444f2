//! GeoJSON (RFC 7946): where the members of each network are, and every journey as a line.

use std::collections::HashMap;
use std::io::{self, Write};

use scheduler::problem::EnrolmentIx;
use serde_json::{Value, json};

use crate::plans::handout::{Handout, Member};

/// A point for each enrolment that has a network, and the points of each network together.
pub fn networks(handout: &Handout, to: &mut impl Write) -> io::Result<()> {
    let mut inside: HashMap<&str, Vec<EnrolmentIx>> = HashMap::new();
    for (e, network) in handout.plan.network_of.iter().enumerate() {
        if let Some(n) = *network {
            inside.entry(handout.network(n).0).or_default().push(EnrolmentIx::new(e));
        }
    }
    let members = handout.members().filter_map(|member| {
        let network = member.network?;
        let properties = json!({
                "kind": "member",
                "enrolment": member.enrolment,
                "municipality": member.municipality.0,
                "name": member.municipality.1,
                "region": member.region.0,
                "track": member.track.0,
                "delegates": member.delegates,
            "network": network.0,
            "network_name": network.1,
        });
        Some(feature("Point", position(&member), properties))
    });
    let networks = handout.problem.networks().iter().filter_map(|network| {
        let inside: Vec<Member<'_>> = inside.get(network.id.as_str())?.iter().map(|&e| handout.member(e)).collect();
        let properties = json!({
            "kind": "network",
            "network": network.id,
            "network_name": network.name,
            "track": handout.problem.tracks()[network.track.at()].id,
            "enrolments": inside.iter().map(|member| member.enrolment).collect::<Vec<_>>(),
        });
        Some(feature("MultiPoint", inside.iter().map(position).collect(), properties))
    });
    collection(members.chain(networks), to)
}

/// A line for each guest of each visit, from its seat to the host's.
pub fn journeys(handout: &Handout, to: &mut impl Write) -> io::Result<()> {
    let lines = handout.visits().flat_map(|visit| {
        let line = |(guest, km): &(Member<'_>, f64)| {
            let properties = json!({
                "kind": "journey",
                "date": visit.date,
                "network": visit.network.0,
                "host": visit.host.enrolment,
                "guest": guest.enrolment,
                "from": guest.municipality.1,
                "to": visit.host.municipality.1,
                "delegates": guest.delegates,
                "km": km,
            });
            feature("LineString", json!([position(guest), position(&visit.host)]), properties)
        };
        visit.guests.iter().map(line).collect::<Vec<_>>()
    });
    collection(lines, to)
}

/// A point for each meeting that has a place.
pub fn gatherings(handout: &Handout, to: &mut impl Write) -> io::Result<()> {
    let points = handout.meetings().filter_map(|meeting| {
        let ((lat, lon), place) = (meeting.at?, meeting.place?);
        let properties = json!({
            "kind": "meeting",
            "gathering": meeting.gathering.id,
            "gathering_name": meeting.gathering.name,
            "start": meeting.days.0,
            "end": meeting.days.1,
            "hours": meeting.gathering.hours.as_ref().map(|(from, to)| json!({"from": from, "to": to})),
            "place": place.id,
            "place_name": place.name,
            "host": meeting.host.map(|host| &host.id),
            "persons": meeting.persons(),
            "enrolments": meeting.attend.iter().map(|(member, ..)| member.enrolment).collect::<Vec<_>>(),
        });
        Some(feature("Point", json!([lon, lat]), properties))
    });
    collection(points, to)
}

/// Longitude comes first.
fn position(member: &Member<'_>) -> Value {
    json!([member.place.1, member.place.0])
}

fn feature(kind: &str, coordinates: Value, properties: Value) -> Value {
    json!({"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties})
}

fn collection(features: impl Iterator<Item = Value>, to: &mut impl Write) -> io::Result<()> {
    to.write_all(b"{\"features\":[")?;
    for (i, feature) in features.enumerate() {
        write!(to, "{}{feature}", if i == 0 { "" } else { "," })?;
    }
    to.write_all(b"],\"type\":\"FeatureCollection\"}")
}

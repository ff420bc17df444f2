//! GeoJSON (RFC 7946): where the members of each network are, and every journey as a line.

use serde_json::{Value, json};

use super::handout::{Handout, Member};

/// A point for each enrolment that has a network, and the points of each network together.
pub fn networks(handout: &Handout) -> Value {
    let members = handout.members();
    let mut features: Vec<Value> = members
        .iter()
        .filter_map(|member| {
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
            Some(feature("Point", position(member), properties))
        })
        .collect();
    for network in handout.problem.networks() {
        let inside: Vec<&Member<'_>> =
            members.iter().filter(|member| member.network.is_some_and(|(id, _)| id == network.id)).collect();
        if !inside.is_empty() {
            let properties = json!({
                "kind": "network",
                "network": network.id,
                "network_name": network.name,
                "track": handout.problem.tracks()[network.track.at()].id,
                "enrolments": inside.iter().map(|member| member.enrolment).collect::<Vec<_>>(),
            });
            features.push(feature("MultiPoint", inside.into_iter().map(position).collect(), properties));
        }
    }
    collection(features)
}

/// A line for each guest of each visit, from its seat to the host's.
pub fn journeys(handout: &Handout) -> Value {
    let visits = handout.visits();
    let lines = visits.iter().flat_map(|visit| {
        visit.guests.iter().map(move |(guest, km)| {
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
        })
    });
    collection(lines.collect())
}

/// Longitude comes first.
fn position(member: &Member<'_>) -> Value {
    json!([member.place.1, member.place.0])
}

fn feature(kind: &str, coordinates: Value, properties: Value) -> Value {
    json!({"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties})
}

fn collection(features: Vec<Value>) -> Value {
    json!({"type": "FeatureCollection", "features": features})
}

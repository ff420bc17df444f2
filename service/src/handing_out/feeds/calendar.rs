//! From events to a calendar that a client reads. The words stand here alone.

use std::io::{self, Write};

use super::events::{Content, Event, Party, day_after};
use super::wire::{Feed, Scope};
use crate::handing_out::exports::ics;

/// Writes the calendar of a feed, of all events of its programme.
pub fn write(feed: &Feed, programme: &str, events: &[Event], to: &mut impl Write) -> io::Result<()> {
    let subject = feed.subject.as_ref().map(|subject| subject.0.as_str());
    let name = feed.name.clone().unwrap_or_else(|| match (feed.scope, subject) {
        (Scope::Programme, _) | (_, None) => programme.to_owned(),
        (Scope::Network, Some(id)) => {
            let known = events.iter().rev().find(|event| event.network == id);
            format!("{programme}: {}", known.map_or(id, |event| &event.content.network))
        }
        (Scope::Municipality, Some(id)) => {
            let parties =
                events.iter().flat_map(|event| std::iter::once(&event.content.host).chain(&event.content.guests));
            let known = parties.into_iter().find(|party| party.municipality == id);
            format!("{programme}: {}", known.map_or(id, |party| &party.name))
        }
    });
    ics::write(&name, events.iter().filter_map(|event| shown(feed.scope, subject, event)), to)
}

/// The event as this feed shows it, if it is in it at all. Who took part once and no longer does sees it cancelled.
fn shown(scope: Scope, subject: Option<&str>, event: &Event) -> Option<ics::Event> {
    let subject = subject.unwrap_or_default();
    let former = event.former.iter().any(|id| id == subject);
    let (inside, gone) = match scope {
        Scope::Programme => (true, false),
        Scope::Network => (event.network == subject, false),
        Scope::Municipality => {
            let takes_part = event.content.parties().any(|id| id == subject);
            (takes_part || former, !takes_part)
        }
    };
    inside.then(|| ics::Event {
        uid: event.uid.clone(),
        sequence: event.sequence,
        cancelled: event.cancelled || gone,
        day: event.day.clone(),
        day_after: day_after(&event.day),
        changed_at: event.changed_at.clone(),
        summary: format!("{}: visit to {}", event.content.network, event.content.host.name),
        description: description(&event.content),
        location: event.content.host.name.clone(),
        place: event.content.place,
        category: event.content.network.clone(),
    })
}

fn description(content: &Content) -> String {
    let party = |party: &Party| format!("{} ({})", party.name, party.delegates);
    let guests: Vec<String> = content.guests.iter().map(party).collect();
    let persons: u32 = content.guests.iter().map(|guest| guest.delegates).sum();
    format!(
        "Track: {}\nNetwork: {}\nHost: {}\nGuests: {}\nPersons who come: {persons}",
        content.track,
        content.network,
        content.host.name,
        guests.join(", ")
    )
}

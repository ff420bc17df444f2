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
            let known = events.iter().rev().find(|event| event.key.network == id);
            format!("{programme}: {}", known.map_or(id, |event| &event.content.network))
        }
        (Scope::Municipality, Some(id)) => {
            let parties = events.iter().flat_map(|event| event.content.host.iter().chain(&event.content.guests));
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
        Scope::Network => (event.key.network == subject, false),
        Scope::Municipality => {
            let takes_part = event.content.parties().any(|id| id == subject);
            (takes_part || former, !takes_part)
        }
    };
    let content = &event.content;
    let host = content.host.as_ref().map_or("", |host| &host.name);
    let (summary, location) = match &content.meeting {
        Some(meeting) => (content.network.clone(), meeting.location.as_str()),
        None => (format!("{}: visit to {host}", content.network), host),
    };
    inside.then(|| ics::Event {
        uid: event.uid.clone(),
        sequence: event.sequence,
        cancelled: event.cancelled || gone,
        span: span(event),
        changed_at: event.changed_at.clone(),
        summary,
        description: description(content),
        location: location.to_owned(),
        place: content.place,
        category: content.network.clone(),
    })
}

/// A visit takes its day; a meeting its hours, from the first day to the last, or all its days.
fn span(event: &Event) -> ics::Span {
    let first = event.day.clone();
    let Some(meeting) = &event.content.meeting else {
        return ics::Span::Days { after: day_after(&first), first };
    };
    match meeting.hours.clone() {
        Some((from, to)) => ics::Span::Hours { begins: (first, from), ends: (meeting.last_day.clone(), to) },
        None => ics::Span::Days { first, after: day_after(&meeting.last_day) },
    }
}

fn description(content: &Content) -> String {
    let party = |party: &Party| format!("{} ({})", party.name, party.delegates);
    let guests: Vec<String> = content.guests.iter().map(party).collect();
    let persons: u32 = content.guests.iter().map(|guest| guest.delegates).sum();
    let (track, name, guests) = (&content.track, &content.network, guests.join(", "));
    let host = content.host.as_ref().map_or("", |host| &host.name);
    match &content.meeting {
        None => format!("Track: {track}\nNetwork: {name}\nHost: {host}\nGuests: {guests}\nPersons who come: {persons}"),
        Some(meeting) => {
            let place = if meeting.location.is_empty() { "not known yet" } else { &meeting.location };
            format!(
                "Gathering: {name}\nTracks: {track}\nPlace: {place}\nWho attends: {guests}\nPersons who come: {persons}"
            )
        }
    }
}

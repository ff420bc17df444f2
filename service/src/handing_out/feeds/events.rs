//! Events that keep their identity: a visit that moves is the same event on another day, and one that is gone stays in
//! the calendar, marked as cancelled.

use std::collections::BTreeMap;

use scheduler::problem::{Day, Hosting};
use serde::{Deserialize, Serialize};

use crate::http::resource::new_id;
use crate::plans::handout::{Handout, Member, VisitLine};

/// An event as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The same for ever.
    pub uid: String,
    /// The id of the network.
    pub network: String,
    /// The id of the enrolment that receives.
    pub host: String,
    /// The id of the round where there is a hosting in each, else empty.
    pub round: String,
    /// Rises with every change.
    pub sequence: i64,
    /// Whether it does not take place.
    pub cancelled: bool,
    /// ISO date.
    pub day: String,
    /// What people read.
    pub content: Content,
    /// Ids of municipalities that took part once and no longer do.
    pub former: Vec<String>,
    /// When it was last changed: RFC 3339, UTC.
    pub changed_at: String,
}

/// What people read of a visit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// The network's name.
    pub network: String,
    /// The track's name.
    pub track: String,
    /// Who receives.
    pub host: Party,
    /// Who comes.
    pub guests: Vec<Party>,
    /// Where: degrees north and east.
    pub place: (f64, f64),
}

/// A delegation.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Party {
    /// The enrolment's id; absent from events of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enrolment: Option<String>,
    /// The municipality's id.
    pub municipality: String,
    /// The municipality's name.
    pub name: String,
    /// Persons.
    pub delegates: u32,
}

/// What people read of it: the enrolment is how it is found again.
impl PartialEq for Party {
    fn eq(&self, other: &Party) -> bool {
        let read = |party: &Party| (party.municipality.clone(), party.name.clone(), party.delegates);
        read(self) == read(other)
    }
}

/// Who is enrolled in a programme at present.
#[derive(Clone, Debug, Default)]
pub struct Present {
    /// The municipality of each enrolment, by id.
    pub enrolments: BTreeMap<String, String>,
}

impl Present {
    /// Whether a delegation is still enrolled.
    fn holds(&self, party: &Party) -> bool {
        match &party.enrolment {
            Some(id) => self.enrolments.get(id) == Some(&party.municipality),
            None => self.has(&party.municipality),
        }
    }

    /// Whether a municipality has any enrolment.
    fn has(&self, municipality: &str) -> bool {
        self.enrolments.values().any(|enrolled| enrolled == municipality)
    }
}

impl Event {
    /// The event without those who have left the programme since; none where the host has. Each who has left raises the
    /// sequence by one.
    pub fn without_leavers(mut self, present: &Present) -> Option<Event> {
        if present.enrolments.get(&self.host) != Some(&self.content.host.municipality) {
            return None;
        }
        let (stay, left): (Vec<Party>, Vec<Party>) =
            std::mem::take(&mut self.content.guests).into_iter().partition(|party| present.holds(party));
        self.content.guests = stay;
        self.sequence += left.len() as i64; // at most as many as there are enrolments
        self.cancelled |= self.content.guests.is_empty();
        let takes_part: Vec<String> = self.content.parties().map(str::to_owned).collect();
        self.former.extend(left.into_iter().map(|party| party.municipality));
        self.former.retain(|id| present.has(id) && !takes_part.contains(id));
        self.former.sort();
        self.former.dedup();
        Some(self)
    }
}

impl Party {
    fn of(member: &Member<'_>) -> Party {
        Party {
            enrolment: Some(member.enrolment.to_owned()),
            municipality: member.municipality.0.to_owned(),
            name: member.municipality.1.to_owned(),
            delegates: member.delegates,
        }
    }
}

impl Content {
    fn of(visit: &VisitLine<'_>) -> Content {
        Content {
            network: visit.network.1.to_owned(),
            track: visit.host.track.1.to_owned(),
            host: Party::of(&visit.host),
            guests: visit.guests.iter().map(|(guest, _)| Party::of(guest)).collect(),
            place: visit.host.place,
        }
    }

    /// Ids of the municipalities that take part.
    pub fn parties(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.host).chain(&self.guests).map(|party| party.municipality.as_str())
    }
}

/// What tells one hosting from another: network, host and, where there is one a round, round.
type Key = (String, String, String);

/// The events that change, and those that are new, when these visits are what is in force from now on. `changed_at` is for
/// the store to say.
pub fn following(known: Vec<Event>, handout: &Handout) -> Vec<Event> {
    let visits: Vec<VisitLine<'_>> = handout.visits().collect();
    let mut wanted: BTreeMap<Key, Vec<&VisitLine<'_>>> = BTreeMap::new();
    for visit in &visits {
        let host = handout.problem.enrolment_of_id(visit.host.enrolment);
        let once = host.is_none_or(|host| handout.problem.hosting_of(host) == Hosting::Once);
        let round = if once { String::new() } else { visit.round.0.to_owned() };
        let key = (visit.network.0.to_owned(), visit.host.enrolment.to_owned(), round);
        wanted.entry(key).or_default().push(visit);
    }
    let mut by_key: BTreeMap<Key, Vec<Event>> = BTreeMap::new();
    for event in known {
        let key = (event.network.clone(), event.host.clone(), event.round.clone());
        by_key.entry(key).or_default().push(event);
    }
    let mut changed = Vec::new();
    for (key, visits) in wanted {
        let events = by_key.remove(&key).unwrap_or_default();
        follow(&key, events, visits, &mut changed);
    }
    changed.extend(by_key.into_values().flatten().filter_map(cancelled));
    changed
}

/// One hosting: visits on a day that has an event keep it; the rest take over events in the order of time, those that
/// were cancelled last.
fn follow(key: &Key, mut events: Vec<Event>, mut visits: Vec<&VisitLine<'_>>, changed: &mut Vec<Event>) {
    visits.retain(|visit| match events.iter().position(|event| event.day == visit.date && !event.cancelled) {
        Some(at) => {
            changed.extend(updated(events.remove(at), visit));
            false
        }
        None => true,
    });
    events.sort_by(|a, b| (a.cancelled, &a.day).cmp(&(b.cancelled, &b.day)));
    let mut events = events.into_iter();
    for visit in visits {
        match events.next() {
            Some(event) => changed.extend(updated(event, visit)),
            None => changed.push(new(key, visit)),
        }
    }
    changed.extend(events.filter_map(cancelled));
}

fn new(key: &Key, visit: &VisitLine<'_>) -> Event {
    Event {
        uid: new_id(),
        network: key.0.clone(),
        host: key.1.clone(),
        round: key.2.clone(),
        sequence: 0,
        cancelled: false,
        day: visit.date.clone(),
        content: Content::of(visit),
        former: Vec::new(),
        changed_at: String::new(),
    }
}

/// The event as the visit has it, if that is not how it is already.
fn updated(event: Event, visit: &VisitLine<'_>) -> Option<Event> {
    let content = Content::of(visit);
    if !event.cancelled && event.day == visit.date && event.content == content {
        return None;
    }
    let gone = |id: &&str| !content.parties().any(|party| party == *id);
    let once = event.former.iter().map(String::as_str).chain(event.content.parties());
    let mut former: Vec<String> = once.filter(gone).map(str::to_owned).collect();
    former.sort();
    former.dedup();
    Some(Event { sequence: event.sequence + 1, cancelled: false, day: visit.date.clone(), former, content, ..event })
}

/// The event cancelled, if it is not already.
fn cancelled(event: Event) -> Option<Event> {
    (!event.cancelled).then(|| Event { sequence: event.sequence + 1, cancelled: true, ..event })
}

/// The day after an ISO date; the same text where it is none.
pub fn day_after(day: &str) -> String {
    Day::parse(day).map_or_else(|_| day.to_owned(), |day| day.plus(1).to_string())
}

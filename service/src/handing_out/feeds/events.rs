//! Events that keep their identity: a visit or a meeting that moves is the same event on another day, and one that is gone stays in
//! the calendar, marked as cancelled.

use std::collections::{BTreeMap, BTreeSet};

use scheduler::problem::{Day, Hosting};
use serde::{Deserialize, Serialize};

use crate::http::resource::new_id;
use crate::plans::handout::{Handout, MeetingLine, Member, VisitLine};

/// An event as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The same for ever.
    pub uid: String,
    /// What it is of.
    pub key: Key,
    /// Rises with every change.
    pub sequence: i64,
    /// Whether it does not take place.
    pub cancelled: bool,
    /// ISO date of its first day.
    pub day: String,
    /// What people read.
    pub content: Content,
    /// Ids of municipalities that took part once and no longer do.
    pub former: Vec<String>,
    /// When it was last changed: RFC 3339, UTC.
    pub changed_at: String,
}

/// What tells one hosting, or the meetings of one gathering, from another: ids, empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Of the gathering; the rest is empty then.
    pub gathering: String,
    /// Of the network.
    pub network: String,
    /// Of the enrolment that receives.
    pub host: String,
    /// Of the round where there is a hosting in each.
    pub round: String,
}

/// What people read of a visit or a meeting.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// The network's name, or the gathering's.
    pub network: String,
    /// The track's name, or those that are invited.
    pub track: String,
    /// Who receives; of a meeting the municipality that it is at, if it is at one.
    pub host: Option<Party>,
    /// Who comes.
    pub guests: Vec<Party>,
    /// Where: degrees north and east.
    pub place: Option<(f64, f64)>,
    /// What a meeting has beside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<MeetingContent>,
}

/// What people read of a meeting beside.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MeetingContent {
    /// ISO date of its last day.
    pub last_day: String,
    /// When it begins and ends.
    pub hours: Option<(String, String)>,
    /// What people call where it is; empty where nobody knows yet.
    pub location: String,
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
    /// The event without those who have left the programme since; none where the host of a visit has. Each who has left
    /// raises the sequence by one.
    pub fn without_leavers(mut self, present: &Present) -> Option<Event> {
        let host = self.content.host.as_ref().map(|host| &host.municipality);
        if self.content.meeting.is_none() && present.enrolments.get(&self.key.host) != host {
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
    fn of_visit(visit: &VisitLine<'_>) -> Content {
        Content {
            network: visit.network.1.to_owned(),
            track: visit.host.track.1.to_owned(),
            host: Some(Party::of(&visit.host)),
            guests: visit.guests.iter().map(|(guest, _)| Party::of(guest)).collect(),
            place: Some(visit.host.place),
            meeting: None,
        }
    }

    fn of_meeting(meeting: &MeetingLine<'_>) -> Content {
        let tracks: BTreeSet<&str> = meeting.attend.iter().map(|(member, ..)| member.track.1).collect();
        let host = meeting.host.map(|town| Party {
            enrolment: None,
            municipality: town.id.clone(),
            name: town.name.clone(),
            delegates: 0,
        });
        let attends =
            |(member, persons, _): &(Member<'_>, u32, f64)| Party { delegates: *persons, ..Party::of(member) };
        Content {
            network: meeting.gathering.name.clone(),
            track: tracks.into_iter().collect::<Vec<_>>().join(", "),
            host,
            guests: meeting.attend.iter().map(attends).collect(),
            place: meeting.at,
            meeting: Some(MeetingContent {
                last_day: meeting.days.1.clone(),
                hours: meeting.gathering.hours.clone(),
                location: meeting.place_name().to_owned(),
            }),
        }
    }

    /// Ids of the municipalities that take part.
    pub fn parties(&self) -> impl Iterator<Item = &str> {
        self.host.iter().chain(&self.guests).map(|party| party.municipality.as_str())
    }
}

/// An event as the plan has it.
struct Wanted {
    day: String,
    content: Content,
}

/// What a plan says, by what it is of.
fn wanted(handout: &Handout) -> BTreeMap<Key, Vec<Wanted>> {
    let mut wanted: BTreeMap<Key, Vec<Wanted>> = BTreeMap::new();
    for visit in handout.visits() {
        let host = handout.problem.enrolment_of_id(visit.host.enrolment);
        let once = host.is_none_or(|host| handout.problem.hosting_of(host) == Hosting::Once);
        let key = Key {
            gathering: String::new(),
            network: visit.network.0.to_owned(),
            host: visit.host.enrolment.to_owned(),
            round: if once { String::new() } else { visit.round.0.to_owned() },
        };
        let content = Content::of_visit(&visit);
        wanted.entry(key).or_default().push(Wanted { day: visit.date, content });
    }
    for meeting in handout.meetings() {
        let key = Key { gathering: meeting.gathering.id.clone(), ..Key::default() };
        let content = Content::of_meeting(&meeting);
        wanted.entry(key).or_default().push(Wanted { day: meeting.days.0, content });
    }
    wanted
}

/// The events that change, and those that are new, when this plan is what is in force from now on. `changed_at` is for the
/// store to say.
pub fn following(known: Vec<Event>, handout: &Handout) -> Vec<Event> {
    let mut by_key: BTreeMap<Key, Vec<Event>> = BTreeMap::new();
    for event in known {
        by_key.entry(event.key.clone()).or_default().push(event);
    }
    let mut changed = Vec::new();
    for (key, wanted) in wanted(handout) {
        let events = by_key.remove(&key).unwrap_or_default();
        follow(&key, events, wanted, &mut changed);
    }
    changed.extend(by_key.into_values().flatten().filter_map(cancelled));
    changed
}

/// Whether what is wanted is an event that is there.
type Alike<'a> = &'a dyn Fn(&Event, &Wanted) -> bool;

/// One hosting, or one gathering: what is on a day and at a place that has an event keeps it, then what is at the same place,
/// then the rest, in the order of time, those that were cancelled last.
fn follow(key: &Key, mut events: Vec<Event>, mut wanted: Vec<Wanted>, changed: &mut Vec<Event>) {
    events.sort_by(|a, b| (a.cancelled, &a.day).cmp(&(b.cancelled, &b.day)));
    let same_place = |event: &Event, wanted: &Wanted| event.content.place == wanted.content.place;
    let same_day =
        |event: &Event, wanted: &Wanted| !event.cancelled && event.day == wanted.day && same_place(event, wanted);
    let passes: [Alike<'_>; 3] = [&same_day, &same_place, &|_, _| true];
    for alike in passes {
        wanted.retain(|one| match events.iter().position(|event| alike(event, one)) {
            Some(at) => {
                changed.extend(updated(events.remove(at), one));
                false
            }
            None => true,
        });
    }
    changed.extend(wanted.into_iter().map(|one| new(key, one)));
    changed.extend(events.into_iter().filter_map(cancelled));
}

fn new(key: &Key, wanted: Wanted) -> Event {
    Event {
        uid: new_id(),
        key: key.clone(),
        sequence: 0,
        cancelled: false,
        day: wanted.day,
        content: wanted.content,
        former: Vec::new(),
        changed_at: String::new(),
    }
}

/// The event as it is wanted, if that is not how it is already.
fn updated(event: Event, wanted: &Wanted) -> Option<Event> {
    let Wanted { day, content } = wanted;
    if !event.cancelled && event.day == *day && event.content == *content {
        return None;
    }
    let gone = |id: &&str| !content.parties().any(|party| party == *id);
    let once = event.former.iter().map(String::as_str).chain(event.content.parties());
    let mut former: Vec<String> = once.filter(gone).map(str::to_owned).collect();
    former.sort();
    former.dedup();
    let (day, content) = (day.clone(), content.clone());
    Some(Event { sequence: event.sequence + 1, cancelled: false, day, former, content, ..event })
}

/// The event cancelled, if it is not already.
fn cancelled(event: Event) -> Option<Event> {
    (!event.cancelled).then(|| Event { sequence: event.sequence + 1, cancelled: true, ..event })
}

/// The day after an ISO date; the same text where it is none.
pub fn day_after(day: &str) -> String {
    Day::parse(day).map_or_else(|_| day.to_owned(), |day| day.plus(1).to_string())
}

//! Meetings that are held whatever they cost, because they are locked or wished for, with the others around them.

use super::instance::Instance;
use super::seats::{Seated, Seats, Slot};
use crate::problem::{Day, PlaceIx};
use crate::steering::{Held, Hold};

/// Most choices of slots in which everybody is seated.
const MOST_SEATED: usize = 60;

impl Instance<'_> {
    /// When and where a slot is.
    fn at(&self, slot: Slot) -> (Day, Option<PlaceIx>) {
        (self.starts[slot.start], self.places[slot.place])
    }

    /// The slot of a meeting; none where no meeting of the gathering can be there and then.
    pub fn slot(&self, start: Day, place: Option<PlaceIx>) -> Option<Slot> {
        let place = self.places.iter().position(|&known| known == place)?;
        let start = self.starts.binary_search(&start).ok()?;
        Some(Slot { place, start })
    }

    fn is_held(&self, hold: &Hold, slot: Slot) -> bool {
        let (start, place) = self.at(slot);
        hold.is(start, place)
    }

    /// Whether meetings in these slots are what is held.
    pub fn admits(&self, held: &Held, slots: &[Slot]) -> bool {
        held.admits(&slots.iter().map(|&slot| self.at(slot)).collect::<Vec<_>>())
    }

    /// Leaves open only what all of these are: for one meeting alone.
    pub fn close_but(&mut self, held: &Held) {
        for place in 0..self.places.len() {
            for start in 0..self.starts.len() {
                if !held.meetings.iter().all(|hold| self.is_held(hold, Slot { place, start })) {
                    self.close(place, start);
                }
            }
        }
    }

    /// The slots in which a meeting that is held can be by itself.
    fn slots_of<'h>(&'h self, hold: &'h Hold) -> impl Iterator<Item = Slot> + 'h {
        let starts = 0..self.starts.len();
        let all = (0..self.places.len()).flat_map(move |place| starts.clone().map(move |start| Slot { place, start }));
        all.filter(|&slot| self.is_open(slot.place, slot.start) && self.is_held(hold, slot))
    }

    /// Whether something that is held cannot be by itself, whatever else there is.
    pub fn cannot_hold(&self, held: &Held) -> bool {
        held.meetings.iter().any(|hold| self.slots_of(hold).next().is_none())
    }

    /// Whether meetings in these slots keep G1 and G4, whoever attends.
    pub fn may_be(&self, slots: &[Slot]) -> bool {
        let (least, most) = self.counts();
        let mut has = vec![false; self.regions_needed];
        slots.iter().filter_map(|slot| self.regions[slot.place]).for_each(|region| has[region] = true);
        let alone = |at: usize| !slots[..at].iter().any(|other| other.place == slots[at].place);
        let begin = |start: usize| slots.iter().filter(|slot| slot.start == start).count();
        let per_day = |slot: &Slot| self.limits.max_per_day.is_none_or(|most| begin(slot.start) <= most as usize);
        (least..=most).contains(&slots.len())
            && has.into_iter().all(|has| has)
            && (0..slots.len()).all(alone)
            && slots.iter().all(|slot| self.is_open(slot.place, slot.start) && per_day(slot))
    }
}

/// Several meetings with all that is held: those in `from`, of which one at a time makes way for what is held and is not
/// there, whichever costs least; or one more is held. None where that leads to none.
pub(super) fn around(instance: &Instance<'_>, held: &Held, from: Vec<Slot>) -> Option<Seated> {
    let mut slots = from;
    if held.only {
        slots = held.meetings.iter().map(|hold| instance.slots_of(hold).next()).collect::<Option<_>>()?;
    }
    for (at, hold) in held.meetings.iter().enumerate() {
        if slots.iter().any(|&slot| instance.is_held(hold, slot)) {
            continue;
        }
        let earlier = &held.meetings[..at];
        let keeps = |slots: &[Slot]| earlier.iter().all(|hold| slots.iter().any(|&slot| instance.is_held(hold, slot)));
        let mut found: Vec<(f64, Vec<Slot>)> = Vec::new();
        for out in (0..slots.len()).map(Some).chain([None]) {
            let stay: Vec<Slot> =
                slots.iter().enumerate().filter(|(at, _)| Some(*at) != out).map(|(_, &slot)| slot).collect();
            let seats = Seats::new(instance, stay.clone());
            for slot in instance.slots_of(hold) {
                let changed: Vec<Slot> = stay.iter().copied().chain([slot]).collect();
                if keeps(&changed) && instance.may_be(&changed) {
                    found.push((seats.floor(Some(slot)).cost, changed));
                }
            }
        }
        slots = cheapest(instance, found)?;
    }
    instance.may_be(&slots).then_some(())?;
    Seats::new(instance, slots).seat(None, true)
}

/// The slots that cost least with everybody seated, of these with what they cost at least.
fn cheapest(instance: &Instance<'_>, mut found: Vec<(f64, Vec<Slot>)>) -> Option<Vec<Slot>> {
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut best: Option<(f64, Vec<Slot>)> = None;
    for (floor, slots) in found.into_iter().take(MOST_SEATED) {
        if best.as_ref().is_some_and(|best| floor >= best.0) {
            break;
        }
        let cost = Seats::new(instance, slots.clone()).seat(None, false).map_or(f64::INFINITY, |seated| seated.cost);
        if best.as_ref().is_none_or(|best| cost < best.0) {
            best = Some((cost, slots));
        }
    }
    best.map(|(_, slots)| slots)
}

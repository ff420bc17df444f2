//! Who sits at which of a gathering's meetings, where these are given.

use crate::gatherings::instance::Instance;
use crate::gatherings::several;
use crate::gatherings::single::{self, Choice};

/// Figures that differ by less, relatively, are the same.
const NEAR: f64 = 1e-9;

/// A place and a day, by their positions in the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub place: usize,
    pub start: usize,
}

/// Meetings that stay, with the cheapest of them for everybody.
pub(super) struct Seats<'i> {
    instance: &'i Instance<'i>,
    others: Vec<Slot>,
    /// By guest: what it costs at the cheapest of them, and which that is; none: it misses them all.
    best: Vec<(f64, Option<usize>)>,
}

/// Everybody where it costs them least, whatever the room.
pub(super) struct Floor {
    /// What the gathering costs then: no seats make it less.
    pub cost: f64,
    /// By guest: its meeting among the others and the candidate, which is the last.
    at: Vec<Option<usize>>,
    /// Whether nobody is too many, and no meeting empty that needs somebody.
    fits: bool,
}

/// Everybody in a seat.
pub(super) struct Seated {
    pub choices: Vec<Choice>,
    /// What the gathering costs at least, whoever sits where.
    pub at_least: f64,
}

impl<'i> Seats<'i> {
    pub fn new(instance: &'i Instance<'i>, others: Vec<Slot>) -> Seats<'i> {
        let best = |guest: usize| {
            let miss = (instance.guests[guest].missed, None);
            let at = others.iter().enumerate().map(|(at, &slot)| (cost_at(instance, guest, slot), Some(at)));
            at.fold(miss, |best, one| if one.0 < best.0 { one } else { best })
        };
        let best = (0..instance.guests.len()).map(best).collect();
        Seats { instance, best, others }
    }

    /// The meetings that stay.
    pub fn others(&self) -> &[Slot] {
        &self.others
    }

    /// Whether anybody could attend there and then.
    pub fn anybody(&self, slot: Slot) -> bool {
        (0..self.instance.guests.len()).any(|guest| cost_at(self.instance, guest, slot).is_finite())
    }

    /// Everybody where it costs them least, at one of these meetings or the candidate.
    pub fn floor(&self, candidate: Option<Slot>) -> Floor {
        let count = self.others.len() + usize::from(candidate.is_some());
        let mut persons = vec![0_u64; count];
        let mut cost = self.instance.number_cost(count);
        let mut at = Vec::with_capacity(self.best.len());
        for (guest, &best) in self.best.iter().enumerate() {
            let there = candidate.map_or(f64::INFINITY, |slot| cost_at(self.instance, guest, slot));
            let (least, slot) = if there < best.0 { (there, Some(count - 1)) } else { best };
            cost += least;
            slot.into_iter().for_each(|slot| persons[slot] += u64::from(self.instance.guests[guest].persons));
            at.push(slot);
        }
        let all = self.others.iter().chain(&candidate).zip(&persons);
        let needed = u64::from(self.instance.needs_guests);
        let fits = all.clone().all(|(slot, &persons)| (needed..=self.instance.room(slot.place)).contains(&persons));
        Floor { cost, at, fits }
    }

    /// The best seats; none where a meeting would have nobody. Where room is short at several meetings they are good ones, and
    /// proved is what they cost at least.
    pub fn seat(&self, candidate: Option<Slot>) -> Option<Seated> {
        let slots: Vec<Slot> = self.others.iter().copied().chain(candidate).collect();
        let floor = self.floor(candidate);
        if floor.fits {
            let mut choices: Vec<Choice> = slots.iter().map(|slot| choice(*slot)).collect();
            let seated = floor.at.iter().enumerate().filter_map(|(guest, at)| Some((guest, (*at)?)));
            seated.for_each(|(guest, at)| choices[at].attend.push(guest));
            return Some(Seated { choices, at_least: floor.cost });
        }
        if let [slot] = slots[..] {
            let best = single::priced(self.instance, slot.place, slot.start)?;
            return Some(Seated { at_least: best.bound, choices: vec![best] });
        }
        let pairs: Vec<(usize, usize)> = slots.iter().map(|slot| (slot.place, slot.start)).collect();
        let (choices, cost) = several::attended(self.instance, &pairs)?;
        let is_least = cost <= floor.cost + NEAR * floor.cost.abs().max(1.0);
        Some(Seated { choices, at_least: if is_least { cost } else { floor.cost } })
    }
}

fn choice(slot: Slot) -> Choice {
    Choice { place: slot.place, start: slot.start, attend: Vec::new(), cost: 0.0, bound: 0.0 }
}

/// What it costs that a guest attends there and then; infinite where it cannot, or is too many by itself.
fn cost_at(instance: &Instance<'_>, guest: usize, slot: Slot) -> f64 {
    match u64::from(instance.guests[guest].persons) <= instance.room(slot.place) {
        true => instance.attending(guest, slot.place, slot.start),
        false => f64::INFINITY,
    }
}

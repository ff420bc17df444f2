//! A gathering of one meeting: every day and place, priced exactly.

use super::instance::Instance;
use super::knapsack::{Item, seat};
use crate::effort::Budget;

/// A day and a place, with who attends and what it costs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Choice {
    /// Positions among the instance's places and starts.
    pub place: usize,
    pub start: usize,
    /// Positions among its guests, ascending.
    pub attend: Vec<usize>,
    /// The whole cost of the gathering.
    pub cost: f64,
    /// What it costs at least with this day and place.
    pub bound: f64,
}

/// The best day and place, and what the gathering costs at least whatever they are. None where no day and place will do.
/// Where the budget ends, nothing is proved.
pub(super) fn best(instance: &Instance<'_>, budget: &Budget<'_>) -> Option<(Choice, f64)> {
    let mut best: Option<Choice> = None;
    let mut bound = f64::INFINITY;
    for place in 0..instance.places.len() {
        for start in (0..instance.starts.len()).filter(|&start| instance.is_open(place, start)) {
            if best.is_some() && budget.spend(1 + instance.guests.len() as u64 / 64) {
                return best.map(|best| (best, 0.0));
            }
            let Some(choice) = priced(instance, place, start) else { continue };
            bound = bound.min(choice.bound);
            if best.as_ref().is_none_or(|best| choice.cost < best.cost) {
                best = Some(choice);
            }
        }
    }
    best.map(|best| (best, bound))
}

/// Any day and place; none where no day and place will do.
pub(super) fn any(instance: &Instance<'_>) -> Option<Choice> {
    let pairs =
        (0..instance.places.len()).flat_map(|place| (0..instance.starts.len()).map(move |start| (place, start)));
    pairs
        .filter(|&(place, start)| instance.is_open(place, start))
        .find_map(|(place, start)| priced(instance, place, start))
}

/// What a day and a place cost; none where nobody can attend and somebody must.
pub(super) fn priced(instance: &Instance<'_>, place: usize, start: usize) -> Option<Choice> {
    let mut items = Vec::with_capacity(instance.guests.len());
    let mut nearest: Option<Item> = None;
    let room = instance.room(place);
    for (id, guest) in instance.guests.iter().enumerate() {
        let cost = instance.attending(id, place, start);
        if cost.is_infinite() || u64::from(guest.persons) > room {
            continue;
        }
        let item = Item { id, persons: guest.persons, gain: guest.missed - cost };
        if nearest.is_none_or(|nearest| item.gain > nearest.gain) {
            nearest = Some(item);
        }
        items.push(item);
    }
    let mut seated = seat(&mut items, room);
    if seated.ids.is_empty() && instance.needs_guests {
        let only = nearest?;
        (seated.ids, seated.gain, seated.most) = (vec![only.id], only.gain, only.gain);
    }
    let missed = instance.all_missed();
    Some(Choice { place, start, attend: seated.ids, cost: missed - seated.gain, bound: missed - seated.most })
}

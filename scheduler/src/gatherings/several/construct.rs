//! A first choice of places and days for several meetings: places spread by the square of the way to the nearest so far
//! (k-means++; Arthur, Vassilvitskii 2007), each moved to the best place for those who are nearest (Lloyd), then days.

use super::near::Near;
use super::state::{NONE, State};
use crate::effort::Budget;
use crate::gatherings::instance::Instance;
use crate::random::Random;

/// Rounds in which places move to the middle of those who are nearest.
const ROUNDS: usize = 6;

/// So many meetings, with everybody at a meeting who can be; none where no places and days were found for them.
pub(super) fn construct<'i>(
    instance: &'i Instance<'i>,
    near: &Near,
    meetings: usize,
    random: &mut Random,
    budget: &Budget<'_>,
) -> Option<State<'i>> {
    let mut places = spread(instance, meetings, random)?;
    for _ in 0..ROUNDS {
        if budget.spend((instance.guests.len() * meetings) as u64 / 16) || !settle(instance, near, &mut places) {
            break;
        }
    }
    let mut state = State::new(instance);
    for place in places {
        // The day on which most who are near could come.
        let around = near.guests(place);
        let value = |start: usize| -> f64 {
            let gains = around.iter().map(|&guest| {
                let guest = guest as usize;
                (instance.guests[guest].missed - instance.attending(guest, place, start)).max(0.0)
            });
            gains.sum()
        };
        let holds = |place: usize| {
            let starts = (0..instance.starts.len()).filter(|&start| state.may_hold(place, start));
            starts.map(|start| (value(start), start)).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
        };
        let alternatives = || near.places(place).iter().map(|&place| place as usize);
        let fits = |other: &usize| instance.regions[*other] == instance.regions[place];
        let found =
            std::iter::once(place).chain(alternatives().filter(fits)).find_map(|place| Some((place, holds(place)?.1)));
        match found.or_else(|| anywhere(&state, place)) {
            Some((place, start)) => state.open(place, start),
            None => make_room(&mut state, place)?,
        }
    }
    let slots = state.slots.len() as u32;
    let mut order: Vec<usize> = (0..instance.guests.len()).collect();
    order.sort_by(|&a, &b| instance.guests[b].missed.total_cmp(&instance.guests[a].missed).then(a.cmp(&b)));
    let by_slot = near.slots(&state);
    for guest in order {
        state.seat(guest, by_slot.of(guest, slots));
        if state.slot_of[guest] == NONE {
            state.seat(guest, 0..slots);
        }
    }
    state.fill();
    Some(state)
}

/// Any other place, of the same region where each needs a meeting, that is open on a day that is left.
fn anywhere(state: &State<'_>, place: usize) -> Option<(usize, usize)> {
    let instance = state.instance;
    let places = (0..instance.places.len()).filter(|&other| instance.regions[other] == instance.regions[place]);
    let pairs = places.flat_map(|place| (0..instance.starts.len()).map(move |start| (place, start)));
    pairs.into_iter().find(|&(place, start)| state.may_hold(place, start))
}

/// Opens a meeting at this place, or at another of its region, on a day that other meetings leave for days of their own: an
/// augmenting path in the matching of places to days. None where there is no path.
fn make_room(state: &mut State<'_>, place: usize) -> Option<()> {
    let instance = state.instance;
    let starts = 0..instance.starts.len();
    let alike = |other: &usize| instance.regions[*other] == instance.regions[place];
    for other in std::iter::once(place).chain((0..instance.places.len()).filter(alike)) {
        if state.used[other] {
            continue;
        }
        let mut seen = vec![false; starts.len()];
        for start in starts.clone().filter(|&start| instance.is_open(other, start)) {
            if leave_day(state, start, &mut seen) {
                state.open(other, start);
                return Some(());
            }
        }
    }
    None
}

/// Moves a meeting away from a day that is full, if need be others before it; whether the day has room now.
fn leave_day(state: &mut State<'_>, start: usize, seen: &mut [bool]) -> bool {
    if state.day_left(start) {
        return true;
    }
    if std::mem::replace(&mut seen[start], true) {
        return false;
    }
    for slot in 0..state.slots.len() {
        let held = state.slots[slot];
        for other in (0..seen.len()).filter(|_| held.start == start) {
            if state.instance.is_open(held.place, other) && leave_day(state, other, seen) {
                state.hold(slot, held.place, other);
                return true;
            }
        }
    }
    false
}

/// Places far from each other, one in each region that needs one.
fn spread(instance: &Instance<'_>, meetings: usize, random: &mut Random) -> Option<Vec<usize>> {
    let opens = |place: &usize| (0..instance.starts.len()).any(|start| instance.is_open(*place, start));
    let places: Vec<usize> = (0..instance.places.len()).filter(opens).collect();
    let mut chosen: Vec<usize> = Vec::with_capacity(meetings);
    for region in 0..instance.regions_needed {
        let inside: Vec<usize> = places.iter().copied().filter(|&p| instance.regions[p] == Some(region)).collect();
        chosen.push(random.one_of(&inside)?);
    }
    if places.len() < meetings || chosen.len() > meetings {
        return None;
    }
    let mut used = vec![false; instance.places.len()];
    let mut nearest = vec![f64::INFINITY; instance.guests.len()];
    let note = |place: usize, used: &mut Vec<bool>, nearest: &mut Vec<f64>| {
        used[place] = true;
        for (guest, least) in nearest.iter_mut().enumerate() {
            *least = least.min(instance.travel(guest, place));
        }
    };
    chosen.iter().for_each(|&place| note(place, &mut used, &mut nearest));
    while chosen.len() < meetings {
        let weight = |least: f64| if least.is_finite() { least * least } else { 1e12 };
        let total: f64 = nearest.iter().map(|&least| weight(least)).sum();
        let mut drawn = random.unit() * total;
        let guest = nearest.iter().position(|&least| {
            drawn -= weight(least);
            drawn <= 0.0
        });
        let free = |place: &&usize| !used[**place];
        let closest = |guest: usize| {
            let free = places.iter().filter(free);
            free.map(|&p| (instance.travel(guest, p), p)).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
        };
        let place = match guest.filter(|_| total > 0.0).and_then(closest) {
            Some((_, place)) => place,
            None => *places.iter().find(free)?,
        };
        note(place, &mut used, &mut nearest);
        chosen.push(place);
    }
    Some(chosen)
}

/// Moves each place to the best for those who are nearest to it; whether any has moved.
fn settle(instance: &Instance<'_>, near: &Near, places: &mut [usize]) -> bool {
    let mut around: Vec<Vec<usize>> = vec![Vec::new(); places.len()];
    for guest in 0..instance.guests.len() {
        let ways = places.iter().enumerate().map(|(at, &place)| (instance.travel(guest, place), at));
        if let Some((_, at)) = ways.min_by(|a, b| a.0.total_cmp(&b.0)) {
            around[at].push(guest);
        }
    }
    let mut used = vec![false; instance.places.len()];
    places.iter().for_each(|&place| used[place] = true);
    let mut moved = false;
    for (place, guests) in places.iter_mut().zip(&around) {
        let sum = |place: usize| guests.iter().map(|&guest| instance.travel(guest, place)).sum::<f64>();
        let opens = |other: usize| (0..instance.starts.len()).any(|start| instance.is_open(other, start));
        let same = |other: usize| instance.regions[other] == instance.regions[*place];
        let others = near.places(*place).iter().map(|&other| other as usize);
        let free = others.filter(|&other| !used[other] && same(other) && opens(other));
        let best = free.map(|other| (sum(other), other)).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        if let Some((cost, other)) = best
            && cost < sum(*place)
        {
            (used[*place], used[other]) = (false, true);
            *place = other;
            moved = true;
        }
    }
    moved
}

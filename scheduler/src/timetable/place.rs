//! Finding visits for one hosting, greedily: the pieces that the first timetable and the moves are made of.

use super::frame::{AWAY, DayIx};
use super::state::State;
use crate::plan::Visit;
use crate::random::Random;

/// Takes over the visits of a plan, as far as they keep the rules. Hostings that a lock wants held come first, with new
/// visits where the plan has none on their days: the others make way.
pub(super) fn adopt(state: &mut State<'_>, visits: &[Visit]) {
    let frame = state.frame;
    let due: Vec<usize> = (0..frame.hostings.len()).filter(|&u| frame.hostings[u].due).collect();
    let is_due = |visit: &Visit| due.iter().any(|&u| frame.hostings[u].host == visit.host);
    let (first, others): (Vec<Visit>, Vec<Visit>) = visits.iter().cloned().partition(is_due);
    state.adopt(&first);
    for &hosting in due.iter().filter(|&&u| state.held(u).is_empty()).collect::<Vec<_>>() {
        place(state, hosting, None);
    }
    state.adopt(&others);
}

/// Opens the visits that pay, the best first, and lets come who gains by it. With chance handed in, each day is
/// passed over with probability `blink`, so that the next try differs.
pub(super) fn place(state: &mut State<'_>, hosting: usize, mut chance: Option<(&mut Random, f64)>) {
    let mut guests = Vec::new();
    let mut best_guests = Vec::new();
    loop {
        settle(state, hosting);
        let mut best: Option<(f64, DayIx)> = None;
        for &day in &state.frame.hostings[hosting].days {
            if chance.as_mut().is_some_and(|(random, blink)| random.unit() < *blink) {
                continue;
            }
            let Some(value) = value_of_visit(state, hosting, day, &mut guests) else { continue };
            if value > best.map_or(0.0, |best| best.0) {
                best = Some((value, day));
                std::mem::swap(&mut guests, &mut best_guests);
            }
        }
        let Some((_, day)) = best else { return };
        for &(_, guest) in &best_guests {
            state.join(hosting, guest, day);
        }
    }
}

/// What a further visit that day saves, and who would come (left in `guests`); `None` where it cannot be held.
fn value_of_visit(state: &State<'_>, hosting: usize, day: DayIx, guests: &mut Vec<(f64, usize)>) -> Option<f64> {
    let opening = state.open_cost(hosting, day)?;
    let frame = state.frame;
    let h = &frame.hostings[hosting];
    let weights = frame.problem.weights();
    guests.clear();
    for (guest, member) in h.guests.iter().enumerate() {
        let people = frame.delegates[member.at()];
        if state.day(hosting, guest) == AWAY
            && u64::from(people) <= h.capacity
            && let Some(cost) = state.guest_cost(hosting, guest, day)
        {
            guests.push((weights.absence * f64::from(people) - cost, guest));
        }
    }
    // The best come first and fill the house; one must come, whatever it costs.
    guests.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut room = h.capacity;
    let mut kept = 0;
    for at in 0..guests.len() {
        let people = u64::from(frame.delegates[h.guests[guests[at].1].at()]);
        if people <= room && (kept == 0 || guests[at].0 > 0.0) {
            room -= people;
            guests[kept] = guests[at];
            kept += 1;
        }
    }
    guests.truncate(kept);
    let first = state.held(hosting).is_empty();
    let held = if first { state.unheld(hosting) - weights.absence * h.people as f64 } else { 0.0 };
    (kept > 0).then(|| guests.iter().map(|guest| guest.0).sum::<f64>() + held - opening)
}

/// Lets every guest who is away come to the cheapest visit that is held and has room, where that pays.
pub(super) fn settle(state: &mut State<'_>, hosting: usize) {
    if state.held(hosting).is_empty() {
        return;
    }
    for guest in 0..state.frame.hostings[hosting].guests.len() {
        if state.day(hosting, guest) == AWAY {
            join_cheapest_held(state, hosting, guest);
        }
    }
}

/// Lets one guest who is away come to the cheapest visit that is held and has room, where that pays.
pub(super) fn join_cheapest_held(state: &mut State<'_>, hosting: usize, guest: usize) {
    let frame = state.frame;
    let h = &frame.hostings[hosting];
    let people = u64::from(frame.delegates[h.guests[guest].at()]);
    let mut best: Option<(f64, DayIx)> = None;
    for held in state.held(hosting) {
        if held.people + people <= h.capacity
            && let Some(cost) = state.guest_cost(hosting, guest, held.day)
            && best.is_none_or(|best| (cost, held.day) < best)
        {
            best = Some((cost, held.day));
        }
    }
    if let Some((cost, day)) = best
        && cost <= absence(state, hosting, guest)
    {
        state.join(hosting, guest, day);
    }
}

/// Lets one guest who is away come on the day that costs least, with a visit of its own if need be, where that
/// pays. A day is as likely as another of the same cost.
pub(super) fn join_cheapest(state: &mut State<'_>, hosting: usize, guest: usize, random: &mut Random) -> bool {
    let frame = state.frame;
    let h = &frame.hostings[hosting];
    let people = u64::from(frame.delegates[h.guests[guest].at()]);
    let mut best: Option<(f64, DayIx)> = None;
    let mut alike = 0;
    for &day in &h.days {
        let held = state.held(hosting).iter().find(|held| held.day == day);
        let opening = match held {
            Some(held) if held.people + people > h.capacity => continue,
            Some(_) => 0.0,
            None => match state.open_cost(hosting, day) {
                Some(cost) => cost,
                None => continue,
            },
        };
        let Some(cost) = state.guest_cost(hosting, guest, day).map(|cost| cost + opening) else { continue };
        let better = best.is_none_or(|best| cost < best.0);
        alike = if better { 1 } else { alike + i32::from(best.is_some_and(|best| cost == best.0)) };
        if better || (best.is_some_and(|best| cost == best.0) && random.below(alike as usize) == 0) {
            best = Some((cost, day));
        }
    }
    match best {
        Some((cost, day)) if cost <= absence(state, hosting, guest) || state.held(hosting).is_empty() => {
            state.join(hosting, guest, day)
        }
        _ => false,
    }
}

/// What it costs that this guest stays away.
fn absence(state: &State<'_>, hosting: usize, guest: usize) -> f64 {
    let member = state.frame.hostings[hosting].guests[guest];
    state.frame.problem.weights().absence * f64::from(state.frame.delegates[member.at()])
}

//! A lower bound on what one hosting costs, whatever the others do: pace and shared days are left out, so that it
//! holds for every timetable.

use std::collections::BTreeMap;

use super::frame::{DayIx, Frame};
use crate::problem::RoundIx;

/// Lower bound on unhosted + absence + extra_visit + undesired of a network: of each hosting or, where members take turns,
/// of the best in each round.
pub(super) fn of_network(frame: &Frame<'_>, network: usize) -> f64 {
    let hostings = &frame.of_network[network];
    let of = |&u: &u32| of_hosting(frame, u as usize);
    if !frame.in_turn(network) {
        return hostings.iter().map(of).sum();
    }
    let mut best: BTreeMap<RoundIx, f64> = BTreeMap::new();
    for u in hostings {
        if let Some(round) = frame.hostings[*u as usize].round {
            let least = best.entry(round).or_insert(frame.problem.weights().unhosted);
            *least = least.min(of(u));
        }
    }
    best.values().sum()
}

/// Lower bound on unhosted + absence + extra_visit + undesired of one hosting.
pub(super) fn of_hosting(frame: &Frame<'_>, hosting: usize) -> f64 {
    let h = &frame.hostings[hosting];
    let weights = frame.problem.weights();
    if h.days.is_empty() {
        return frame.unheld(hosting);
    }
    let receives = |day: DayIx| weights.undesired * frame.undesired_people(h.host, day) as f64;
    // With one visit everybody has the same day …
    let on_one_day =
        |&day: &DayIx| receives(day) + (0..h.guests.len()).map(|g| comes(frame, hosting, g, day)).sum::<f64>();
    let one = h.days.iter().map(on_one_day).fold(f64::INFINITY, f64::min);
    // … with more, each may have the best.
    let best = |g: usize| h.days.iter().map(|&day| comes(frame, hosting, g, day)).fold(f64::INFINITY, f64::min);
    let several = h.days.iter().map(|&day| receives(day)).fold(f64::INFINITY, f64::min)
        + (0..h.guests.len()).map(best).sum::<f64>();
    let held = (1..=h.guests.len() as u64).map(|visits| {
        let crowded_out = h.people.saturating_sub(h.capacity.saturating_mul(visits)) as f64;
        let guests = if visits == 1 { one } else { several };
        (visits - 1) as f64 * weights.extra_visit + guests.max(weights.absence * crowded_out)
    });
    held.fold(frame.unheld(hosting), f64::min)
}

/// The least that a guest costs if there is a visit that day: coming, or staying away all the same.
fn comes(frame: &Frame<'_>, hosting: usize, guest: usize, day: DayIx) -> f64 {
    let member = frame.hostings[hosting].guests[guest];
    let weights = frame.problem.weights();
    let away = weights.absence * f64::from(frame.delegates[member.at()]);
    if frame.can_travel(member, day) {
        away.min(weights.undesired * frame.undesired_people(member, day) as f64)
    } else {
        away
    }
}

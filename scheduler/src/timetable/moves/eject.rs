//! One guest comes on a given day whatever stands in the way; whoever was in the way looks for the cheapest other
//! day, and may in turn push others aside, a few times.

use super::super::frame::{AWAY, DayIx};
use super::super::place::join_cheapest;
use super::super::state::State;
use crate::problem::EnrolmentIx;
use crate::random::Random;

/// Most guests that may be looking for a day at a time.
const MOST: usize = 12;

/// Most times that somebody pushes others aside in one move.
const DEPTH: usize = 3;

/// Guests who lost their day: hosting and position.
type Homeless = Vec<(usize, usize)>;

pub(super) fn attempt(state: &mut State<'_>, random: &mut Random) -> bool {
    let (hosting, guest) = chosen(state, random);
    let mut homeless = Homeless::new();
    if state.day(hosting, guest) != AWAY {
        state.leave(hosting, guest);
    }
    if !force(state, random, hosting, guest, &mut homeless) {
        return false;
    }
    let mut pushes = 1;
    while let Some((hosting, guest)) = homeless.pop() {
        if state.day(hosting, guest) != AWAY || join_cheapest(state, hosting, guest, random) {
            continue;
        }
        pushes += 1;
        if pushes > DEPTH || !force(state, random, hosting, guest, &mut homeless) {
            return true; // with somebody away: the cost will tell
        }
    }
    true
}

/// Somebody who is away, if one is met soon; else anybody.
fn chosen(state: &State<'_>, random: &mut Random) -> (usize, usize) {
    let somebody_away = state.counts.absence + state.counts.unhosted > 0;
    let mut tries = if somebody_away && random.below(2) == 0 { 60 } else { 1 };
    loop {
        let hosting = super::any_hosting(state, random);
        let guest = random.below(state.frame.hostings[hosting].guests.len());
        tries -= 1;
        if tries == 0 || state.day(hosting, guest) == AWAY {
            return (hosting, guest);
        }
    }
}

/// Lets the guest come on some candidate day; who had to make room is added to `homeless`.
fn force(state: &mut State<'_>, random: &mut Random, hosting: usize, guest: usize, homeless: &mut Homeless) -> bool {
    let h = &state.frame.hostings[hosting];
    let member = h.guests[guest];
    let Some(day) = some_day(state, random, hosting, member) else { return false };
    if !state.held(hosting).iter().any(|held| held.day == day) {
        if (state.hosts_on(h.host, day) && !hosts_itself(state, h.host, day)) || !state.room(h.host, day) {
            return false;
        }
        make_way(state, random, h.host, day, homeless);
    }
    make_way(state, random, member, day, homeless);
    make_room(state, random, hosting, member, day, homeless);
    let days = &state.frame.days;
    let apart = |other: DayIx| days[usize::from(day)].offset.abs_diff(days[usize::from(other)].offset);
    let near = |back: &(usize, usize, DayIx)| apart(back.2) < state.frame.min_return;
    let returns: Vec<(usize, usize, DayIx)> = state.returns(hosting, member).filter(near).collect();
    for (back, at, _) in returns {
        state.leave(back, at);
        homeless.push((back, at));
    }
    homeless.len() <= MOST && state.join(hosting, guest, day)
}

/// A day on which the hosting could be held and the guest could travel.
fn some_day(state: &State<'_>, random: &mut Random, hosting: usize, member: EnrolmentIx) -> Option<DayIx> {
    for _ in 0..6 {
        let &day = random.pick(&state.frame.hostings[hosting].days)?;
        if state.frame.can_travel(member, day) && state.round_open(hosting, day) {
            return Some(day);
        }
    }
    None
}

/// Whether the enrolment itself, not another of its municipality, hosts that day.
fn hosts_itself(state: &State<'_>, host: EnrolmentIx, day: DayIx) -> bool {
    state.frame.of_host[host.at()].iter().any(|&u| state.held(u as usize).iter().any(|held| held.day == day))
}

/// Gives up visits of an enrolment until it is free that day and hard pace lets it take part.
fn make_way(state: &mut State<'_>, random: &mut Random, member: EnrolmentIx, day: DayIx, homeless: &mut Homeless) {
    let offset = state.frame.days[usize::from(day)].offset;
    if state.diary().busy(member.at(), offset) {
        give_up(state, member, offset, homeless);
    }
    for rule in state.frame.pace.iter().filter(|rule| rule.cost.is_none()) {
        while state.diary().crowded(member.at(), offset, rule.window, rule.most) > 0 && homeless.len() <= MOST {
            let (first, last) = ((offset + 1).saturating_sub(rule.window), offset + rule.window - 1);
            let busy: Vec<u32> = state.diary().days(member.at(), first, last).collect();
            let Some(&other) = random.pick(&busy) else { return };
            if !give_up(state, member, other, homeless) {
                return;
            }
        }
    }
}

/// Ends what the enrolment takes part in on a calendar day: its own coming, or the visit that it hosts.
fn give_up(state: &mut State<'_>, member: EnrolmentIx, offset: u32, homeless: &mut Homeless) -> bool {
    let frame = state.frame;
    let Ok(day) = frame.days.binary_search_by_key(&offset, |open| open.offset) else { return false };
    let day = day as DayIx;
    for &u in &frame.of_host[member.at()] {
        let u = u as usize;
        if state.held(u).iter().any(|held| held.day == day) {
            for guest in super::guests_on(state, u, day) {
                state.leave(u, guest);
                homeless.push((u, guest));
            }
            return true;
        }
    }
    let Some(network) = frame.network_of(member) else { return false };
    for &u in &frame.of_network[network] {
        let u = u as usize;
        if let Some(guest) = frame.guest_at(u, member).filter(|&guest| state.day(u, guest) == day) {
            state.leave(u, guest);
            homeless.push((u, guest));
            return true;
        }
    }
    false
}

/// Sends guests of a full visit away until one more fits.
fn make_room(
    state: &mut State<'_>,
    random: &mut Random,
    hosting: usize,
    member: EnrolmentIx,
    day: DayIx,
    homeless: &mut Homeless,
) {
    let people = u64::from(state.frame.delegates[member.at()]);
    while let Some(held) = state.held(hosting).iter().find(|held| held.day == day) {
        if held.people + people <= state.frame.hostings[hosting].capacity {
            return;
        }
        let guests = super::guests_on(state, hosting, day);
        let Some(&guest) = random.pick(&guests) else { return };
        state.leave(hosting, guest);
        homeless.push((hosting, guest));
    }
}

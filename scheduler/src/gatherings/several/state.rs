//! Meetings of one gathering under search: where and when they are, and who attends which. Rules are never broken, but for
//! meetings that nobody attends, which the search counts as dear.

use crate::gatherings::instance::Instance;

/// At no meeting.
pub(super) const NONE: u32 = u32::MAX;

/// A meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub place: usize,
    pub start: usize,
    pub persons: u64,
}

/// What is chosen so far.
#[derive(Clone)]
pub(super) struct State<'i> {
    pub instance: &'i Instance<'i>,
    pub slots: Vec<Slot>,
    /// The meeting of each guest, or `NONE`.
    pub slot_of: Vec<u32>,
    /// Who attends each meeting, in no order, and where each guest stands in that list.
    guests: Vec<Vec<u32>>,
    position: Vec<u32>,
    /// Meetings that nobody attends.
    empty: usize,
    /// Whether a place has a meeting.
    pub used: Vec<bool>,
    /// Meetings that begin on a day.
    per_start: Vec<u32>,
    /// Meetings in each region that needs one.
    per_region: Vec<u32>,
    /// What guests cost, at a meeting or missing it.
    pub cost: f64,
}

/// What it costs a search that nobody attends a meeting.
const EMPTY: f64 = 1e9;

impl<'i> State<'i> {
    pub fn new(instance: &'i Instance<'i>) -> State<'i> {
        State {
            instance,
            slots: Vec::new(),
            slot_of: vec![NONE; instance.guests.len()],
            guests: Vec::new(),
            position: vec![0; instance.guests.len()],
            empty: 0,
            used: vec![false; instance.places.len()],
            per_start: vec![0; instance.starts.len()],
            per_region: vec![0; instance.regions_needed],
            cost: instance.all_missed(),
        }
    }

    /// The cost of the gathering, and what empty meetings cost a search.
    pub fn total(&self) -> f64 {
        let dear = if self.instance.needs_guests { EMPTY * self.empty as f64 } else { 0.0 };
        self.cost + self.instance.number_cost(self.slots.len()) + dear
    }

    /// Whether every region that needs a meeting has one, and every meeting somebody where it needs one.
    pub fn is_whole(&self) -> bool {
        let (least, most) = self.instance.counts();
        (least..=most).contains(&self.slots.len())
            && self.per_region.iter().all(|&meetings| meetings > 0)
            && !self.lacks_guests()
    }

    /// Whether a meeting has nobody that needs somebody.
    pub fn lacks_guests(&self) -> bool {
        self.instance.needs_guests && self.empty > 0
    }

    /// Whether one more meeting may begin on a day.
    pub fn day_left(&self, start: usize) -> bool {
        self.instance.limits.max_per_day.is_none_or(|most| self.per_start[start] < most)
    }

    /// Whether a meeting may be held there and then, beside the others.
    pub fn may_hold(&self, place: usize, start: usize) -> bool {
        !self.used[place] && self.instance.is_open(place, start) && self.day_left(start)
    }

    pub fn open(&mut self, place: usize, start: usize) {
        self.slots.push(Slot { place, start, persons: 0 });
        self.guests.push(Vec::new());
        self.empty += 1;
        self.occupy(place, start, true);
    }

    fn occupy(&mut self, place: usize, start: usize, on: bool) {
        self.used[place] = on;
        let change = |count: &mut u32| *count = if on { *count + 1 } else { *count - 1 };
        change(&mut self.per_start[start]);
        self.instance.regions[place].into_iter().for_each(|region| change(&mut self.per_region[region]));
    }

    /// What a guest costs at a meeting, or missing it.
    pub fn cost_at(&self, guest: usize, slot: u32) -> f64 {
        match self.slots.get(slot as usize) {
            None => self.instance.guests[guest].missed,
            Some(at) => self.instance.attending(guest, at.place, at.start),
        }
    }

    /// Whether a guest fits in beside those who are there.
    pub fn fits(&self, guest: usize, slot: u32) -> bool {
        let Some(at) = self.slots.get(slot as usize) else { return true };
        at.persons + u64::from(self.instance.guests[guest].persons) <= self.instance.room(at.place)
    }

    /// Sends a guest to a meeting, or to none.
    pub fn send(&mut self, guest: usize, slot: u32) {
        let before = self.slot_of[guest];
        let persons = u64::from(self.instance.guests[guest].persons);
        self.cost += self.cost_at(guest, slot) - self.cost_at(guest, before);
        if let Some(at) = self.slots.get_mut(before as usize) {
            at.persons -= persons;
            self.leave(guest, before as usize);
        }
        if let Some(at) = self.slots.get_mut(slot as usize) {
            at.persons += persons;
            let list = &mut self.guests[slot as usize];
            self.empty -= usize::from(list.is_empty());
            self.position[guest] = list.len() as u32; // far fewer than 2^32 guests
            list.push(guest as u32);
        }
        self.slot_of[guest] = slot;
    }

    fn leave(&mut self, guest: usize, slot: usize) {
        let (list, at) = (&mut self.guests[slot], self.position[guest]);
        list.swap_remove(at as usize);
        if let Some(&moved) = list.get(at as usize) {
            self.position[moved as usize] = at;
        }
        self.empty += usize::from(list.is_empty());
    }

    /// Those who attend a meeting, in no order.
    pub fn guests_of(&self, slot: usize) -> &[u32] {
        &self.guests[slot]
    }

    /// Whether a meeting may leave its place for another, as far as regions are concerned.
    pub fn may_leave(&self, from: usize, to: usize) -> bool {
        match (self.instance.regions[from], self.instance.regions[to]) {
            (Some(from), to) if Some(from) != to => self.per_region[from] > 1,
            _ => true,
        }
    }

    /// Holds a meeting at another place or on another day; its guests stay where they can, and those who cannot are at none.
    pub fn hold(&mut self, slot: usize, place: usize, start: usize) {
        let Slot { place: old_place, start: old_start, .. } = self.slots[slot];
        let guests = self.guests[slot].clone();
        for &guest in &guests {
            self.cost -= self.cost_at(guest as usize, slot as u32);
        }
        self.occupy(old_place, old_start, false);
        self.slots[slot] = Slot { place, start, ..self.slots[slot] };
        self.occupy(place, start, true);
        let room = self.instance.room(place);
        for guest in guests.into_iter().map(|guest| guest as usize) {
            let cost = self.cost_at(guest, slot as u32);
            let at = &mut self.slots[slot];
            if cost.is_infinite() || at.persons > room {
                at.persons -= u64::from(self.instance.guests[guest].persons);
                self.leave(guest, slot);
                self.slot_of[guest] = NONE;
                self.cost += self.instance.guests[guest].missed;
            } else {
                self.cost += cost;
            }
        }
    }

    /// Sends somebody to each meeting that nobody attends: who costs least more there, and leaves no other meeting empty.
    pub fn fill(&mut self) {
        for slot in 0..self.slots.len() as u32 {
            if !self.instance.needs_guests || !self.guests[slot as usize].is_empty() {
                continue;
            }
            let spare = |guest: &usize| match self.slot_of[*guest] {
                NONE => true,
                other => self.guests[other as usize].len() > 1,
            };
            let more = |guest: usize| self.cost_at(guest, slot) - self.cost_at(guest, self.slot_of[guest]);
            let can = (0..self.slot_of.len()).filter(|&guest| self.fits(guest, slot)).filter(spare);
            let best = can.map(|guest| (more(guest), guest)).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            if let Some((_, guest)) = best.filter(|best| best.0.is_finite()) {
                self.send(guest, slot);
            }
        }
    }

    /// Sends a guest to the cheapest meeting that has room among these, or to none where that is cheaper.
    pub fn seat(&mut self, guest: usize, among: impl Iterator<Item = u32>) {
        let mut best = (self.instance.guests[guest].missed, NONE);
        for slot in among {
            let cost = self.cost_at(guest, slot);
            if cost < best.0 && (self.slot_of[guest] == slot || self.fits(guest, slot)) {
                best = (cost, slot);
            }
        }
        if best.1 != self.slot_of[guest] {
            self.send(guest, best.1);
        }
    }
}

//! Who sits at which of a gathering's meetings, where these are given.

use super::instance::Instance;
use super::several;
use super::single::{self, Choice};
use crate::effort::Budget;
use crate::milp::{self, Col, Model, Options, Status};

/// Figures that differ by less, relatively, are the same.
const NEAR: f64 = 1e-9;

/// Most pairs of a guest and a meeting in a model of seats, and most nodes of the solver's tree.
const MOST_PAIRS: usize = 20_000;
const MOST_NODES: u64 = 2_000;

/// A place and a day, by their positions in the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub place: usize,
    pub start: usize,
}

/// Meetings that stay, with the cheapest of them for everybody.
pub(crate) struct Seats<'i> {
    instance: &'i Instance<'i>,
    others: Vec<Slot>,
    /// By guest: what it costs at the cheapest of them, and which that is; none: it misses them all.
    best: Vec<(f64, Option<usize>)>,
}

/// Everybody where it costs them least, whatever the room.
pub(crate) struct Floor {
    /// What the gathering costs then: no seats make it less.
    pub cost: f64,
    /// By guest: its meeting among the others and the candidate, which is the last.
    at: Vec<Option<usize>>,
    /// Whether nobody is too many, and no meeting empty that needs somebody.
    fits: bool,
}

/// Everybody in a seat.
pub(crate) struct Seated {
    pub choices: Vec<Choice>,
    /// What the gathering costs so.
    pub cost: f64,
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
    /// proved is what they cost at least; `settle`: a model looks for the best ones, as far as it is not too large.
    pub fn seat(&self, candidate: Option<Slot>, settle: bool) -> Option<Seated> {
        let slots: Vec<Slot> = self.others.iter().copied().chain(candidate).collect();
        let floor = self.floor(candidate);
        if floor.fits {
            let mut choices: Vec<Choice> = slots.iter().map(|slot| choice(*slot)).collect();
            let seated = floor.at.iter().enumerate().filter_map(|(guest, at)| Some((guest, (*at)?)));
            seated.for_each(|(guest, at)| choices[at].attend.push(guest));
            return Some(Seated { choices, cost: floor.cost, at_least: floor.cost });
        }
        if let [slot] = slots[..] {
            let best = single::priced(self.instance, slot.place, slot.start)?;
            return Some(Seated { cost: best.cost, at_least: best.bound, choices: vec![best] });
        }
        let pairs: Vec<(usize, usize)> = slots.iter().map(|slot| (slot.place, slot.start)).collect();
        let near = several::attended(self.instance, &pairs);
        if settle && let Some(best) = self.settled(&slots, near.as_ref()) {
            return best;
        }
        let (choices, cost) = near?;
        let is_least = cost <= floor.cost + NEAR * floor.cost.abs().max(1.0);
        Some(Seated { choices, cost, at_least: if is_least { cost } else { floor.cost } })
    }

    /// The best seats by a model of a column for each guest at each meeting: a generalised assignment problem. None where it is
    /// too large or not solved to the end; the answer is none where a meeting would have nobody.
    fn settled(&self, slots: &[Slot], near: Option<&(Vec<Choice>, f64)>) -> Option<Option<Seated>> {
        let guests = self.instance.guests.len();
        if guests.saturating_mul(slots.len()) > MOST_PAIRS {
            return None;
        }
        let mut model = Model::default();
        let mut columns: Vec<(usize, usize, Col)> = Vec::new();
        for guest in 0..guests {
            let missed = self.instance.guests[guest].missed;
            let first = columns.len();
            for (at, &slot) in slots.iter().enumerate() {
                let cost = cost_at(self.instance, guest, slot);
                if cost.is_finite() {
                    columns.push((guest, at, model.binary(cost - missed)));
                }
            }
            model.at_most(1.0, columns[first..].iter().map(|column| column.2));
        }
        for (at, slot) in slots.iter().enumerate() {
            let there = || columns.iter().filter(|column| column.1 == at);
            let room = self.instance.room(slot.place);
            if room < u64::MAX {
                let persons = |guest: usize| f64::from(self.instance.guests[guest].persons);
                model.row(f64::NEG_INFINITY, room as f64, there().map(|of| (of.2, persons(of.0))).collect());
            }
            if self.instance.needs_guests {
                model.row(1.0, f64::INFINITY, there().map(|of| (of.2, 1.0)).collect());
            }
        }
        let sits = |guest: usize, at: usize| near.is_some_and(|near| near.0[at].attend.binary_search(&guest).is_ok());
        let start = near.map(|_| columns.iter().map(|of| f64::from(u8::from(sits(of.0, of.1)))).collect());
        let options = Options { nodes: Some(MOST_NODES), start, ..Options::default() };
        let found = milp::solve(model, &options, &Budget::of_work(MOST_NODES));
        match found.status {
            Status::Infeasible => return Some(None),
            Status::Optimal => {}
            _ => return None,
        }
        let mut choices: Vec<Choice> = slots.iter().map(|slot| choice(*slot)).collect();
        let mut cost = self.instance.number_cost(slots.len()) + self.instance.all_missed();
        for &(guest, at, _) in columns.iter().filter(|of| found.values[of.2.at()] > 0.5) {
            choices[at].attend.push(guest);
            cost += cost_at(self.instance, guest, slots[at]) - self.instance.guests[guest].missed;
        }
        Some(Some(Seated { choices, cost, at_least: cost }))
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

//! Changes against a base plan: how many there are, and what one more costs.

use super::State;
use crate::steering::LOCK;
use crate::timetable::frame::DayIx;

impl State<'_> {
    /// Whether holding a hosting that day is a change, whatever its other days.
    pub(super) fn changes_by(&self, hosting: usize, day: DayIx) -> bool {
        self.frame.hostings[hosting].spare == 0 && self.frame.retimes.has(hosting, usize::from(day))
    }

    /// The changes of a hosting that has lost days: visits on other days, less those that take the place of what is lost.
    pub(super) fn loose(&self, hosting: usize) -> i64 {
        let held = &self.held[hosting];
        let elsewhere = held.iter().filter(|held| self.frame.retimes.has(hosting, usize::from(held.day))).count();
        elsewhere as i64 - self.frame.hostings[hosting].lets_move(held.len())
    }

    /// Counts the changes of a hosting in or, before it is changed, out.
    pub(super) fn count_loose(&mut self, hosting: usize, sign: i64) {
        let h = &self.frame.hostings[hosting];
        if h.spare > 0 {
            let changes = sign * self.loose(hosting);
            self.counts.loose += changes;
            self.counts.lost += if h.firm { changes } else { 0 };
        }
    }

    /// Changes beyond the most: those of hostings that have lost days or are not held can be too many.
    pub(super) fn changes_over(&self) -> i64 {
        (self.counts.changes + self.counts.loose + self.counts.dropped - self.frame.most_changes).max(0)
    }

    /// What one change less is worth, beyond its price, where there are too many.
    pub(super) fn pressing(&self) -> f64 {
        if self.frame.most_changes > 0 && self.changes_over() > 0 { LOCK } else { 0.0 }
    }

    /// What a change of a hosting that has lost days costs, where there are so many more with it.
    pub fn loose_price(&self, hosting: usize, more: i64) -> f64 {
        let too_many = self.counts.changes + self.counts.loose + more > self.frame.most_changes;
        self.frame.price + if too_many || self.frame.hostings[hosting].firm { LOCK } else { 0.0 }
    }

    /// What one more visit of a hosting, on that day, costs as a change; it may make one of another visit none.
    pub(super) fn change_cost(&self, hosting: usize, day: DayIx) -> f64 {
        let h = &self.frame.hostings[hosting];
        let retimes = self.frame.retimes.has(hosting, usize::from(day));
        if h.spare == 0 {
            return if retimes { self.frame.price + self.pressing() } else { 0.0 };
        }
        let held = self.held[hosting].len();
        let more = i64::from(retimes) - h.lets_move(held + 1) + h.lets_move(held);
        more as f64 * self.loose_price(hosting, more.max(0))
    }
}

//! Steps that are final, taken back, or made towards days that were noted.

use super::State;
use crate::timetable::frame::{AWAY, DayIx};

impl State<'_> {
    /// Makes the steps since the last `keep` or `undo` final.
    pub fn keep(&mut self) {
        self.steps.clear();
    }

    /// Takes all steps back but the first `mark` of them.
    pub fn undo(&mut self, mark: usize) {
        while self.steps.len() > mark {
            let Some(step) = self.steps.pop() else { return };
            let (hosting, guest) = (step.hosting as usize, step.guest as usize);
            if step.before == AWAY {
                self.leave(hosting, guest);
            } else {
                self.join(hosting, guest, step.before); // sound before, hence sound again
            }
            self.steps.pop();
        }
    }

    /// Notes in `days` how they were before the steps since the last `keep`.
    pub fn days_before(&self, days: &mut Vec<DayIx>) {
        days.clone_from(&self.days);
        for step in self.steps.iter().rev() {
            days[self.frame.hostings[step.hosting as usize].first + step.guest as usize] = step.before;
        }
    }

    /// Brings the timetable to these days, leaving out what would break a rule.
    pub fn restore(&mut self, days: &[DayIx]) {
        for hosting in 0..self.frame.hostings.len() {
            let first = self.frame.hostings[hosting].first;
            for guest in 0..self.frame.hostings[hosting].guests.len() {
                if self.days[first + guest] != days[first + guest] {
                    self.leave(hosting, guest);
                }
            }
        }
        for hosting in 0..self.frame.hostings.len() {
            let first = self.frame.hostings[hosting].first;
            for guest in 0..self.frame.hostings[hosting].guests.len() {
                let day = days[first + guest];
                if self.days[first + guest] == AWAY && usize::from(day) < self.frame.days.len() {
                    self.join(hosting, guest, day);
                }
            }
        }
        self.keep();
    }
}

//! Small tracks are settled by looking at everything: depth first over the enrolments, cut off where a ceiling is
//! broken, where a floor is out of reach, or where it costs as much already as the best so far.

use super::breach::{DELEGATES, MIXING, SIZE, TOGETHER};
use super::search::Best;
use super::state::State;
use super::track::Track;
use crate::effort::Budget;

/// Larger spaces are not begun.
const LARGEST_SPACE: f64 = 1e12;
/// Larger tracks are not looked at.
const LARGEST_TRACK: usize = 200;
/// Most assignments, whole and partial, that are looked at.
const MOST_NODES: u64 = 200_000;

/// Looks at all assignments of a small track and leaves the best one in `best`. False where the track is too
/// large or the effort was used up: then nothing is proved.
pub(super) fn exhaust(track: &Track<'_>, best: &mut Best, budget: &Budget<'_>) -> bool {
    if track.len() > LARGEST_TRACK {
        return false;
    }
    let choices = |e: usize| (0..track.slots()).filter(|&slot| track.open(e, slot)).count() as f64;
    if (0..track.len()).map(choices).map(f64::ln).sum::<f64>() > LARGEST_SPACE.ln() {
        return false;
    }
    let limit = MOST_NODES.min(budget.work_left().unwrap_or(u64::MAX) / 2);
    let saved: Vec<f64> = (0..track.len()).map(|e| track.own(e, track.nowhere()) - track.least_own(e)).collect();
    let mut savings = vec![0.0; track.len() + 1];
    for e in (0..track.len()).rev() {
        savings[e] = savings[e + 1] + saved[e];
    }
    let mut tree = Tree { state: State::new(track), savings, best, budget, nodes: 0, limit, stopped: false };
    tree.visit(0);
    !tree.stopped
}

struct Tree<'s, 't, 'b> {
    state: State<'t>,
    /// What those from here on can save at most against staying out.
    savings: Vec<f64>,
    best: &'s mut Best,
    budget: &'s Budget<'b>,
    nodes: u64,
    limit: u64,
    stopped: bool,
}

impl Tree<'_, '_, '_> {
    /// Places enrolment `e` and those after it in every way.
    fn visit(&mut self, e: usize) {
        self.nodes += 1;
        self.stopped |= self.nodes > self.limit || self.budget.spend(1);
        if self.stopped || self.state.cost() - self.savings[e] >= self.best.cost() {
            return;
        }
        if e == self.state.track.len() {
            self.best.offer(&self.state);
            return;
        }
        if self.out_of_reach(e) {
            return;
        }
        let nowhere = self.state.track.nowhere();
        for slot in (0..nowhere).filter(|&slot| self.state.track.open(e, slot)).collect::<Vec<_>>() {
            let before = (self.state.size(slot), self.state.delegates(slot));
            let delta = self.state.go(&[(e as u32, slot as u32)]);
            let limits = &self.state.track.limits[slot];
            let kept = before.0 < limits.max && before.1 + self.state.track.delegates[e] <= limits.max_delegates;
            let ceilings =
                |(kind, &count): (usize, &i64)| count > 0 && !matches!(kind, SIZE | DELEGATES | MIXING | TOGETHER);
            if kept && !delta.breach.0.iter().enumerate().any(ceilings) {
                self.visit(e + 1);
            }
            self.state.go(&[(e as u32, nowhere as u32)]);
        }
        if !self.state.track.must_be_placed(e) {
            self.visit(e + 1);
        }
    }

    /// Whether the networks lack more members than there are left to place.
    fn out_of_reach(&self, e: usize) -> bool {
        let limits = self.state.track.limits.iter().enumerate();
        let lacking = |(slot, limits): (usize, &super::limits::Limits)| {
            if limits.may_stay_empty && self.state.size(slot) == 0 {
                0
            } else {
                (limits.min - self.state.size(slot)).max(0)
            }
        };
        limits.map(lacking).sum::<i64>() > (self.state.track.len() - e) as i64
    }
}

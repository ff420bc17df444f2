//! The proof: a lower bound by column generation.
//!
//! An assignment is a choice of columns: for every network its members. The master ([`master`]) chooses among
//! the columns at hand, as a linear program; its duals say what each enrolment is worth; pricing ([`greedy`], then
//! [`exact`]) looks for columns that would make it cheaper. For any duals, the sum of the duals less what the best
//! column of each network is worth is a bound on every assignment (Lagrange), so stopping at any time proves
//! something.
//!
//! Dantzig, Wolfe: Decomposition principle for linear programs (Operations Research 8, 1960); Johnson, Mehrotra,
//! Nemhauser: Min-cut clustering (Mathematical Programming 62, 1993); Lübbecke, Desrosiers: Selected topics in
//! column generation (Operations Research 53, 2005).

mod closing;
mod exact;
mod greedy;
mod ground;
mod master;
mod space;

#[cfg(test)]
mod laws;

use super::search::Best;
use super::state::State;
use super::track::Track;
use crate::effort::Budget;
use closing::Gap;
use exact::{Aim, Priced};
use ground::Ground;
use master::Master;

/// Larger tracks are not begun, nor those with larger networks: pricing would prove nothing in good time.
const MOST_ENROLMENTS: usize = 450;
const MOST_MEMBERS: usize = 20;

/// Whether a proof by columns is worth beginning.
pub(super) fn pays(track: &Track<'_>) -> bool {
    let largest = track.limits.iter().map(|limits| limits.max.min(track.len() as i64)).max().unwrap_or(0);
    track.nowhere() > 0
        && (1..=MOST_ENROLMENTS).contains(&track.len())
        && largest <= MOST_MEMBERS as i64
        && track.tabled()
}

/// A proved lower bound on the cost of a track, minus infinity where nothing is proved, and whether the proof went as
/// far as it goes. `best` is the best assignment known, and may get better.
pub(super) fn prove(track: &Track<'_>, best: &mut Best, seed: u64, budget: &Budget<'_>) -> (f64, bool) {
    let ground = Ground::new(track);
    let grain = ground::grain(track);
    let Some(mut proof) = Proof::new(&ground, best, budget) else { return (f64::NEG_INFINITY, true) };
    let mut done = proof.root();
    if done && !proof.stuck && !best.reaches(up_to_grain(proof.bound(), grain)) {
        done = proof.close(best, seed);
    }
    (up_to_grain(proof.bound(), grain).min(best.cost()), done)
}

/// Costs are multiples of the grain, so a bound between two of them is as good as the upper one.
fn up_to_grain(bound: f64, grain: Option<f64>) -> f64 {
    match grain {
        Some(grain) if bound > 0.0 && bound / grain < 1e9 => {
            let whole = (bound / grain - 1e-4).ceil() * grain;
            // Sums of decimals miss their multiple by a few last digits.
            whole - 1e-12 * whole.abs()
        }
        _ => bound,
    }
}

/// How many columns of one class a round of quick pricing adds.
const COLUMNS_A_ROUND: usize = 8;
/// How much of the old duals is kept for pricing.
const SMOOTH: f64 = 0.7;
/// Most steps of exact pricing between two solutions of the master.
const BETWEEN: usize = 8;
/// From so many alike networks on, duals are smoothed for exact pricing too: an error counts once for each of them.
const ALIKE: usize = 3;
/// Most steps of exact pricing of one class, and what the other classes get once they were too few.
const MOST_STEPS: u64 = 1_500_000;
const LEFT_WHEN_STUCK: u64 = 20_000;
/// Most rounds.
const ROUNDS: usize = 5_000;

struct Proof<'a> {
    ground: &'a Ground<'a>,
    master: Master<'a>,
    /// Cost of the best assignment known.
    upper: f64,
    /// The best bound so far, in units.
    proved: i64,
    /// The duals that prove it, and what no column of each class is worth more than at them.
    duals: Vec<i64>,
    worth: Vec<i64>,
    /// Whether exact pricing takes too long here: then the proof ends with what it has.
    stuck: bool,
    budget: &'a Budget<'a>,
}

impl<'a> Proof<'a> {
    fn new(ground: &'a Ground<'a>, best: &Best, budget: &'a Budget<'a>) -> Option<Proof<'a>> {
        let mut master = Master::new(ground)?;
        let slots = best.slots()?;
        for slot in 0..ground.class_of.len() {
            let members = (0..slots.len() as u32).filter(|&e| slots[e as usize] as usize == slot).collect();
            master.add(ground.class_of[slot], members);
        }
        let proved = i64::MIN;
        Some(Proof {
            ground,
            master,
            upper: best.cost(),
            proved,
            duals: Vec::new(),
            worth: Vec::new(),
            stuck: false,
            budget,
        })
    }

    /// What is proved.
    fn bound(&self) -> f64 {
        if self.proved == i64::MIN { f64::NEG_INFINITY } else { self.proved as f64 * self.ground.unit }
    }

    /// Generates columns until no column makes the master cheaper, or the budget is used up: then it tells false.
    fn root(&mut self) -> bool {
        let mut smooth = self.guess();
        for _ in 0..ROUNDS {
            if self.budget.enough() {
                return false;
            }
            let Some(solved) = self.master.solve(self.budget) else { return false };
            let duals = self.master.duals(&solved.duals[..self.ground.out.len()]);
            let worth = self.master.worth(&duals);
            smooth = mix(&smooth, &duals, SMOOTH);
            if self.quick(&smooth, &duals, &worth) || self.quick(&duals, &duals, &worth) {
                continue;
            }
            if self.between(&duals, &worth, solved.objective) {
                continue;
            }
            if self.stuck || self.meets(solved.objective) {
                return !self.budget.enough();
            }
            if !self.exact(&duals, &duals, &worth, solved.objective) {
                return !self.budget.enough();
            }
        }
        false
    }

    /// Duals to begin from: what each enrolment of the best assignment known costs, company and all.
    fn guess(&self) -> Vec<i64> {
        let mut duals = self.ground.out.clone();
        for column in &self.master.columns {
            let own = &self.ground.classes[column.class].own;
            for &e in &column.members {
                let row = self.ground.row(e as usize);
                let company = column.members.iter().map(|&f| row[f as usize]).sum::<i64>();
                duals[e as usize] = (own[e as usize] + company).min(self.ground.out[e as usize]);
            }
        }
        duals
    }

    /// Exact pricing between the duals of the best bound and those of the master, as long as that makes the bound
    /// better; true once it finds columns that make the master cheaper. Wentges: Weighted Dantzig-Wolfe decomposition
    /// (International Transactions in Operational Research 4, 1997).
    fn between(&mut self, duals: &[i64], worth: &[i64], objective: f64) -> bool {
        // Where networks differ, the master's duals are steady enough.
        let rounds = if self.ground.class_of.len() >= ALIKE * self.ground.classes.len() { BETWEEN } else { 0 };
        for _ in 0..rounds {
            let before = self.proved;
            let best = if self.duals.is_empty() { self.guess() } else { self.duals.clone() };
            let at = mix(&best, duals, SMOOTH);
            if self.exact(&at, duals, worth, objective) {
                return true;
            }
            let step = ((self.upper - before as f64 * self.ground.unit) * 0.02 / self.ground.unit) as i64;
            if self.stuck || self.budget.enough() || self.proved <= before.saturating_add(step) {
                return false;
            }
        }
        false
    }

    /// Lists the columns of better assignments and chooses among them; false where the budget was used up.
    fn close(&mut self, best: &mut Best, seed: u64) -> bool {
        let upper = (best.cost() / self.ground.unit).ceil() as i64;
        let gap = Gap { proved: self.proved, duals: &self.duals, worth: &self.worth, upper };
        let Some(closed) = closing::close(self.ground, &gap, seed, self.budget) else { return !self.budget.enough() };
        self.proved = self.proved.max(closed.bound);
        if let Some(networks) = closed.better {
            let track = self.ground.track;
            let mut slots = vec![track.nowhere() as u32; track.len()];
            for (slot, members) in networks.iter().enumerate() {
                members.iter().for_each(|&e| slots[e as usize] = slot as u32);
            }
            best.offer(&State::of(track, &slots));
        }
        !self.budget.enough()
    }

    /// Adds columns that quick pricing finds at these duals and that make the master cheaper; whether there are any.
    fn quick(&mut self, at: &[i64], duals: &[i64], worth: &[i64]) -> bool {
        let mut added = false;
        for (class, &least) in worth.iter().enumerate() {
            if self.budget.spend(self.ground.classes[class].candidates.len() as u64 * 10) {
                return false;
            }
            let least = least.saturating_add((least.abs() / 1_000_000_000).max(1));
            let most = COLUMNS_A_ROUND * self.ground.classes[class].slots.len().min(6);
            let mut found = greedy::price(self.ground, class, at, i64::MIN / 4, 4 * most);
            found.retain(|(_, members)| self.value(class, members, duals) > least);
            for (_, members) in found.into_iter().take(most) {
                added |= self.master.add(class, members);
            }
        }
        added
    }

    /// Prices every class to the end at some duals and notes the bound; whether that found columns that make the
    /// master cheaper, by its own duals and worths.
    fn exact(&mut self, at: &[i64], duals: &[i64], worth: &[i64], objective: f64) -> bool {
        let mut bound = at.iter().sum::<i64>();
        let known = self.master.worth(at);
        let mut priced: Vec<i64> = Vec::new();
        let mut added = false;
        let slack = self.slack(objective);
        for (class, rules) in self.ground.classes.iter().enumerate() {
            if self.budget.enough() {
                return false; // what the other classes could still show in no time is worth less than the time
            }
            let threshold = known[class] + slack;
            let limit = if self.stuck { LEFT_WHEN_STUCK } else { MOST_STEPS };
            let Priced { bound: most, mut found, complete } =
                exact::price(self.ground, class, at, threshold, Aim::Best, limit, self.budget);
            self.stuck |= !complete;
            bound -= rules.count() * most;
            priced.push(most);
            found.sort_unstable_by(|a, b| b.cmp(a));
            for (_, members) in found.into_iter().take(2 * COLUMNS_A_ROUND) {
                let cheaper = self.value(class, &members, duals) > worth[class] + slack;
                added |= self.master.add(class, members) && cheaper;
            }
        }
        if bound > self.proved {
            (self.proved, self.duals, self.worth) = (bound, at.to_vec(), priced);
        }
        added && !self.stuck && !self.budget.enough()
    }

    /// Whether the bound is as good as the master's cost, up to a small part of the gap that stays.
    fn meets(&self, objective: f64) -> bool {
        objective - self.bound() <= 0.02 * (self.upper - objective).max(1e-9 * objective.abs())
    }

    /// What a column must be worth beyond those at hand to be looked for: a part of the gap, shared among the networks.
    fn slack(&self, objective: f64) -> i64 {
        let gap = (self.upper - objective).max(1e-9 * objective.abs());
        (gap / self.ground.unit * 0.01 / self.ground.class_of.len() as f64) as i64
    }

    fn value(&self, class: usize, members: &[u32], duals: &[i64]) -> i64 {
        members.iter().map(|&e| duals[e as usize]).sum::<i64>() - self.ground.cost(class, members)
    }
}

/// Between old and new duals: so much of the old.
fn mix(old: &[i64], new: &[i64], part: f64) -> Vec<i64> {
    let mix = |(&old, &new): (&i64, &i64)| (old as f64 * part + new as f64 * (1.0 - part)) as i64;
    old.iter().zip(new).map(mix).collect()
}

//! Pricing: columns with a higher reduced profit than those at hand.
//!
//! Heuristically first ([`heuristic`]), then exactly ([`branch_and_bound`]), all classes side by side. Classes that differ by
//! wishes alone share most of the exact work: sets without anybody who wishes for the one network or the other have the same
//! reduced profit in all of them, so they are searched once, and each class searches only the sets with somebody who likes
//! it better than most.

pub mod branch_and_bound;
mod candidates;
mod cost_split;
mod first_member;
pub mod heuristic;
mod region_limits;

use super::duals::Duals;
use super::instance::{Instance, Kind};
use crate::effort::Budget;
use crate::parallel;
pub use branch_and_bound::{Aim, Priced};
use branch_and_bound::{Subproblem, price, split};
pub use candidates::MOST_MEMBERS;
pub use cost_split::CostSplits;

/// Prices every class exactly above a threshold of its own; the result, by class. `steps`: the most for the sets of one
/// size with one first member. `splits`: where to begin from, and what they become.
pub fn price_all(
    instance: &Instance<'_>,
    duals: &Duals,
    thresholds: &[i64],
    (aim, steps): (Aim, u64),
    splits: &mut CostSplits,
    budget: &Budget<'_>,
) -> Vec<Priced> {
    let shared: Vec<Subproblem<'_>> = (instance.kinds.iter())
        .map(|kind| {
            let least = kind.classes.iter().map(|&class| thresholds[class]).min().unwrap_or(0);
            let sizes = (instance.classes[kind.classes[0]].low, highest(instance, kind));
            let (class, among, own) = (kind.classes[0], &kind.candidates[..], &kind.own[..]);
            Subproblem {
                instance,
                class,
                among,
                own,
                sizes,
                split: &[],
                with: None,
                duals,
                threshold: least,
                aim,
                steps,
            }
        })
        .collect();
    for ((kind, size), split) in tune(&shared, splits, budget) {
        splits.set(instance, kind, size, split);
    }
    let tasks = tasks(&shared, thresholds, splits);
    let done = in_waves(instance, &tasks, aim, budget);
    let mut of_kind: Vec<Option<Priced>> = shared.iter().map(|_| None).collect();
    let mut of_class: Vec<Option<Priced>> = thresholds.iter().map(|_| None).collect();
    for (task, one) in tasks.iter().zip(done) {
        let into = match task.is_shared {
            true => &mut of_kind[task.kind],
            false => &mut of_class[task.problem.class],
        };
        match into {
            Some(all) => all.join(one, aim),
            None => *into = Some(one),
        }
    }
    for (kind, shared) in instance.kinds.iter().zip(of_kind) {
        let Some(shared) = shared else { continue };
        for (number, &class) in kind.classes.iter().enumerate() {
            match &mut of_class[class] {
                Some(own) => own.share(instance, duals, (kind, number), &shared, thresholds[class], aim),
                None => of_class[class] = Some(shared.clone()),
            }
        }
    }
    let nothing = |(priced, &bound): (Option<Priced>, &i64)| {
        priced.unwrap_or(Priced { bound, found: Vec::new(), complete: true }) // there is no size
    };
    of_class.into_iter().zip(thresholds).map(nothing).collect()
}

/// The sets of one size, of a class or shared by all classes of a kind.
struct Call<'a> {
    kind: usize,
    is_shared: bool,
    problem: Subproblem<'a>,
}

/// The tasks of all kinds and sizes, from the subproblem that the classes of each kind share.
fn tasks<'a>(shared: &[Subproblem<'a>], thresholds: &[i64], splits: &'a CostSplits) -> Vec<Call<'a>> {
    let mut tasks = Vec::new();
    for (at, shared) in shared.iter().enumerate() {
        let (instance, kind) = (shared.instance, &shared.instance.kinds[at]);
        for size in shared.sizes.0..=shared.sizes.1 {
            let shared = Subproblem { split: splits.get(instance, at, size), sizes: (size, size), ..*shared };
            tasks.push(Call { kind: at, is_shared: true, problem: shared });
            for (number, &class) in kind.classes.iter().enumerate().filter(|_| kind.classes.len() > 1) {
                let rules = &instance.classes[class];
                let (among, own, with) = (&rules.candidates[..], &rules.own[..], Some(&kind.wanted[number][..]));
                let problem = Subproblem { class, among, own, with, threshold: thresholds[class], ..shared };
                tasks.push(Call { kind: at, is_shared: false, problem });
            }
        }
    }
    tasks
}

/// Prices tasks; where all sets are asked for, some tasks at a time, and no more of them once there are too many sets.
fn in_waves(instance: &Instance<'_>, tasks: &[Call<'_>], aim: Aim, budget: &Budget<'_>) -> Vec<Priced> {
    let wave = if aim == Aim::Best { tasks.len().max(1) } else { instance.parameters.exact.wave };
    let mut shares = budget.split(tasks.len()).into_iter();
    let (mut all, mut found) = (Vec::new(), 0);
    for wave in tasks.chunks(wave) {
        let aim = match aim {
            Aim::All(most) if found > most => {
                all.extend(wave.iter().map(|_| Priced { bound: i64::MAX / 4, found: Vec::new(), complete: false }));
                continue;
            }
            Aim::All(most) => Aim::All(most - found),
            Aim::Best => aim,
        };
        let with_shares: Vec<_> = wave.iter().zip(shares.by_ref()).collect();
        let done = parallel::each(budget.threads(), with_shares, |(task, share)| {
            (price(&Subproblem { aim, ..task.problem }, &share), share.spent())
        });
        budget.spend(done.iter().map(|done| done.1).sum());
        for (task, (one, _)) in wave.iter().zip(done) {
            // A set that all classes of a kind share counts for each of them.
            found += one.found.len() * if task.is_shared { instance.kinds[task.kind].classes.len() } else { 1 };
            all.push(one);
        }
    }
    all
}

/// Most members of the classes of a kind.
fn highest(instance: &Instance<'_>, kind: &Kind) -> usize {
    kind.classes.iter().map(|&class| instance.classes[class].high).max().unwrap_or(0)
}

/// New splits for the subproblems of all kinds, by kind and size, from the old ones.
fn tune(shared: &[Subproblem<'_>], splits: &CostSplits, budget: &Budget<'_>) -> Vec<((usize, usize), Vec<f32>)> {
    let Some(instance) = shared.first().map(|shared| shared.instance) else { return Vec::new() };
    let kept = splits.tasks(instance);
    let tasks: Vec<_> = kept.into_iter().zip(budget.split(shared.len().max(1) * MOST_MEMBERS)).collect();
    let done = parallel::each(budget.threads(), tasks, |((kind, size), share)| {
        let problem = Subproblem { split: splits.get(instance, kind, size), ..shared[kind] };
        ((kind, size), split(&problem, size, &share), share.spent())
    });
    budget.spend(done.iter().map(|done| done.2).sum());
    done.into_iter().map(|(of, split, _)| (of, split)).collect()
}

impl Priced {
    /// Adds the result of sets of another size.
    fn join(&mut self, other: Priced, aim: Aim) {
        let best = self.found.iter().chain(&other.found).map(|found| found.0).max();
        // The sets not reached have a lower reduced profit than one that was found.
        let beaten = |one: &Priced| matches!(aim, Aim::Best) && best.is_some_and(|best| one.bound <= best);
        self.complete = (self.complete || beaten(self)) && (other.complete || beaten(&other));
        self.bound = self.bound.max(other.bound);
        self.found.extend(other.found);
    }

    /// Adds the result of the sets that have the same reduced profit in all classes of a kind.
    fn share(
        &mut self,
        instance: &Instance<'_>,
        duals: &Duals,
        (kind, at): (&Kind, usize),
        common: &Priced,
        threshold: i64,
        aim: Aim,
    ) {
        let class = kind.classes[at];
        self.bound = self.bound.max(common.bound);
        self.complete &= common.complete || common.bound <= threshold;
        for (_, members) in &common.found {
            let seen = members.iter().any(|&e| kind.wanted[at][e as usize]);
            if !members.iter().all(|e| instance.classes[class].candidates.binary_search(e).is_ok()) {
                continue;
            }
            let profit = duals.reduced_profit(instance, class, members);
            if profit > threshold && !(seen && matches!(aim, Aim::All(_))) {
                self.found.push((profit, members.clone()));
            }
        }
    }
}

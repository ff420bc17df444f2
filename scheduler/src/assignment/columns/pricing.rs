//! Exact pricing of all classes, side by side. Classes that differ by wishes alone share most of the work: sets without
//! anybody who wishes for the one network or the other are worth the same to all of them, so they are looked at once,
//! and each class looks only at the sets with somebody who likes it better than most.

pub(super) use super::exact::Priced;
use super::exact::{Aim, Order, price};
use super::ground::{Ground, Kind};
use super::prices::Prices;
use crate::effort::Budget;
use crate::parallel;

/// Prices every class above a threshold of its own; what it showed, by class. `steps`: the most for the sets of one
/// size with one first member.
pub(super) fn all(
    ground: &Ground<'_>,
    prices: &Prices,
    thresholds: &[i64],
    aim: Aim,
    steps: u64,
    budget: &Budget<'_>,
) -> Vec<Priced> {
    let mut orders = Vec::new();
    let order = |class: usize, own, with, threshold| Order { ground, class, own, with, prices, threshold, aim, steps };
    for kind in &ground.kinds {
        if let [class] = kind.classes[..] {
            orders.push(order(class, &ground.classes[class].own[..], None, thresholds[class]));
            continue;
        }
        let least = kind.classes.iter().map(|&class| thresholds[class]).min().unwrap_or(0);
        orders.push(order(kind.classes[0], &kind.own[..], None, least));
        for (&class, wanted) in kind.classes.iter().zip(&kind.wanted) {
            orders.push(order(class, &ground.classes[class].own[..], Some(&wanted[..]), thresholds[class]));
        }
    }
    let tasks: Vec<_> = orders.iter().zip(budget.split(orders.len())).collect();
    let done = parallel::each(budget.threads(), tasks, |(order, share)| (price(order, &share), share.spent()));
    budget.spend(done.iter().map(|done| done.1).sum());
    let mut done = done.into_iter().map(|done| done.0);
    let nothing = |threshold: &i64| Priced { bound: *threshold, found: Vec::new(), complete: false };
    let mut priced: Vec<Priced> = thresholds.iter().map(nothing).collect();
    for kind in &ground.kinds {
        let Some(first) = done.next() else { break };
        if let [class] = kind.classes[..] {
            priced[class] = first;
            continue;
        }
        for (at, &class) in kind.classes.iter().enumerate() {
            let Some(mut own) = done.next() else { break };
            own.share(ground, prices, (kind, at), &first, thresholds[class], aim);
            priced[class] = own;
        }
    }
    priced
}

impl Priced {
    /// Adds what the sets that are worth the same to all classes of a kind came to.
    fn share(
        &mut self,
        ground: &Ground<'_>,
        prices: &Prices,
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
            let worth = prices.sum(members) - ground.cost(class, members);
            if worth > threshold && !(seen && matches!(aim, Aim::All(_))) {
                self.found.push((worth, members.clone()));
            }
        }
    }
}

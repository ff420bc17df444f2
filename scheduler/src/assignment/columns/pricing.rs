//! Exact pricing of all classes, side by side. Classes that differ by wishes alone share most of the work: sets without
//! anybody who wishes for the one network or the other are worth the same to all of them, so they are looked at once,
//! and each class looks only at the sets with somebody who likes it better than most.

pub(super) use super::exact::Priced;
use super::exact::{Aim, Order, price, split};
use super::ground::{Ground, Kind};
use super::prices::Prices;
use super::space::MOST_MEMBERS;
use super::splits::Splits;
use crate::effort::Budget;
use crate::parallel;

/// Prices every class above a threshold of its own; what it showed, by class. `steps`: the most for the sets of one
/// size with one first member. `splits`: where to begin from, and what that was made of.
pub(super) fn all(
    ground: &Ground<'_>,
    prices: &Prices,
    thresholds: &[i64],
    (aim, steps): (Aim, u64),
    splits: &mut Splits,
    budget: &Budget<'_>,
) -> Vec<Priced> {
    let commons: Vec<Order<'_>> = (ground.kinds.iter())
        .map(|kind| {
            let least = kind.classes.iter().map(|&class| thresholds[class]).min().unwrap_or(0);
            let sizes = (ground.classes[kind.classes[0]].low, highest(ground, kind));
            let (class, among, own) = (kind.classes[0], &kind.candidates[..], &kind.own[..]);
            Order { ground, class, among, own, sizes, split: &[], with: None, prices, threshold: least, aim, steps }
        })
        .collect();
    for ((kind, size), split) in tune(&commons, splits, budget) {
        splits.set(ground, kind, size, split);
    }
    let mut orders = Vec::new();
    for (at, common) in commons.iter().enumerate() {
        let kind = &ground.kinds[at];
        for size in common.sizes.0..=common.sizes.1 {
            let split = splits.get(ground, at, size);
            let common = Order { split, sizes: (size, size), ..*common };
            orders.push((at, None, common));
            for (number, &class) in kind.classes.iter().enumerate().filter(|_| kind.classes.len() > 1) {
                let rules = &ground.classes[class];
                let (among, own, with) = (&rules.candidates[..], &rules.own[..], Some(&kind.wanted[number][..]));
                orders.push((
                    at,
                    Some(number),
                    Order { class, among, own, with, threshold: thresholds[class], ..common },
                ));
            }
        }
    }
    let done = in_waves(ground, &orders, aim, budget);
    let mut of_common: Vec<Option<Priced>> = commons.iter().map(|_| None).collect();
    let mut priced: Vec<Option<Priced>> = thresholds.iter().map(|_| None).collect();
    for ((at, number, order), one) in orders.iter().zip(done) {
        let into = match number {
            None => &mut of_common[*at],
            Some(_) => &mut priced[order.class],
        };
        match into {
            Some(all) => all.join(one, aim),
            None => *into = Some(one),
        }
    }
    for (kind, common) in ground.kinds.iter().zip(of_common) {
        let Some(common) = common else { continue };
        for (number, &class) in kind.classes.iter().enumerate() {
            match &mut priced[class] {
                Some(own) => own.share(ground, prices, (kind, number), &common, thresholds[class], aim),
                None => priced[class] = Some(common.clone()),
            }
        }
    }
    let nothing = |(priced, &bound): (Option<Priced>, &i64)| {
        priced.unwrap_or(Priced { bound, found: Vec::new(), complete: true }) // there is no size
    };
    priced.into_iter().zip(thresholds).map(nothing).collect()
}

/// What is asked: the kind, the class of it or all of them, and the order.
type Asked<'a> = (usize, Option<usize>, Order<'a>);

/// How many orders are listed side by side before what they found is counted.
const WAVE: usize = 8;

/// Prices orders; where all sets are asked for, some orders at a time, and no more of them once there are too many sets.
fn in_waves(ground: &Ground<'_>, orders: &[Asked<'_>], aim: Aim, budget: &Budget<'_>) -> Vec<Priced> {
    let wave = if aim == Aim::Best { orders.len().max(1) } else { WAVE };
    let mut shares = budget.split(orders.len()).into_iter();
    let (mut all, mut found) = (Vec::new(), 0);
    for wave in orders.chunks(wave) {
        let aim = match aim {
            Aim::All(most) if found > most => {
                all.extend(wave.iter().map(|_| Priced { bound: i64::MAX / 4, found: Vec::new(), complete: false }));
                continue;
            }
            Aim::All(most) => Aim::All(most - found),
            Aim::Best => aim,
        };
        let tasks: Vec<_> = wave.iter().zip(shares.by_ref()).collect();
        let done = parallel::each(budget.threads(), tasks, |((_, _, order), share)| {
            (price(&Order { aim, ..*order }, &share), share.spent())
        });
        budget.spend(done.iter().map(|done| done.1).sum());
        for ((kind, class, _), (one, _)) in wave.iter().zip(done) {
            // What all classes of a kind share is listed for each of them.
            found += one.found.len() * if class.is_none() { ground.kinds[*kind].classes.len() } else { 1 };
            all.push(one);
        }
    }
    all
}

/// Most members of the classes of a kind.
fn highest(ground: &Ground<'_>, kind: &Kind) -> usize {
    kind.classes.iter().map(|&class| ground.classes[class].high).max().unwrap_or(0)
}

/// New splits of the orders of all kinds, by kind and size, from the old ones.
fn tune(commons: &[Order<'_>], splits: &Splits, budget: &Budget<'_>) -> Vec<((usize, usize), Vec<f32>)> {
    let Some(ground) = commons.first().map(|common| common.ground) else { return Vec::new() };
    let kept = splits.tasks(ground);
    let tasks: Vec<_> = kept.into_iter().zip(budget.split(commons.len().max(1) * MOST_MEMBERS)).collect();
    let done = parallel::each(budget.threads(), tasks, |((kind, size), share)| {
        let order = Order { split: splits.get(ground, kind, size), ..commons[kind] };
        ((kind, size), split(&order, size, &share), share.spent())
    });
    budget.spend(done.iter().map(|done| done.2).sum());
    done.into_iter().map(|(of, split, _)| (of, split)).collect()
}

impl Priced {
    /// Adds what sets of another size came to.
    fn join(&mut self, other: Priced, aim: Aim) {
        let best = self.found.iter().chain(&other.found).map(|found| found.0).max();
        // What was not looked at is worth less than what was found.
        let beaten = |one: &Priced| matches!(aim, Aim::Best) && best.is_some_and(|best| one.bound <= best);
        self.complete = (self.complete || beaten(self)) && (other.complete || beaten(&other));
        self.bound = self.bound.max(other.bound);
        self.found.extend(other.found);
    }

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
            if !members.iter().all(|e| ground.classes[class].candidates.binary_search(e).is_ok()) {
                continue;
            }
            let worth = prices.sum(members) - ground.cost(class, members);
            if worth > threshold && !(seen && matches!(aim, Aim::All(_))) {
                self.found.push((worth, members.clone()));
            }
        }
    }
}

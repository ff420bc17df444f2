//! Which cuts a solution of the master breaks.

use std::collections::BTreeMap;

use super::master::Column;
use super::prices::Three;

/// How far a cut must be broken to be worth a row.
const LEAST: f64 = 0.03;
/// Most cuts on one enrolment in one round: on others they show more.
const ON_ONE: usize = 4;

/// Cuts broken by taking so much of each column, the most broken first, at most so many.
pub(super) fn broken(columns: &[Column], taken: &[f64], known: &[Three], most: usize) -> Vec<Three> {
    let used: Vec<(&[u32], f64)> = (columns.iter().zip(taken))
        .filter(|&(_, &part)| part > 1e-6 && part < 1.0 - 1e-6)
        .map(|(column, &part)| (&column.members[..], part))
        .collect();
    let mut pairs: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    let mut threes: BTreeMap<Three, f64> = BTreeMap::new();
    for (members, part) in &used {
        for (i, &a) in members.iter().enumerate() {
            for (j, &b) in members.iter().enumerate().skip(i + 1) {
                *pairs.entry((a, b)).or_default() += part;
                members[j + 1..].iter().for_each(|&c| *threes.entry([a, b, c]).or_default() += part);
            }
        }
    }
    let mut near: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &(a, b) in pairs.keys() {
        near.entry(a).or_default().push(b);
        near.entry(b).or_default().push(a);
    }
    let pair = |a: u32, b: u32| pairs.get(&(a.min(b), a.max(b))).copied().unwrap_or(0.0);
    let mut found: BTreeMap<Three, f64> = BTreeMap::new();
    for (&b, others) in &near {
        for (i, &a) in others.iter().enumerate() {
            for &c in &others[i + 1..] {
                let mut three = [a, b, c];
                three.sort_unstable();
                // A column with all three counts in each pair, and is to count once.
                let whole = threes.get(&three).copied().unwrap_or(0.0);
                let sum = pair(a, b) + pair(b, c) + pair(a, c) - 2.0 * whole;
                if sum > 1.0 + LEAST {
                    found.insert(three, sum);
                }
            }
        }
    }
    let mut found: Vec<(Three, f64)> = found.into_iter().filter(|(three, _)| !known.contains(three)).collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut on: BTreeMap<u32, usize> = BTreeMap::new();
    let mut chosen = Vec::new();
    for (three, _) in found {
        if chosen.len() < most && three.iter().all(|e| on.get(e).is_none_or(|&count| count < ON_ONE)) {
            three.iter().for_each(|&e| *on.entry(e).or_default() += 1);
            chosen.push(three);
        }
    }
    chosen
}

//! Subset-row cuts on three enrolments each, and their separation.
//!
//! Jepsen, Petersen, Spoorendonk, Pisinger: Subset-row inequalities applied to the vehicle-routing problem with time windows
//! (Operations Research 56, 2008).

use std::collections::BTreeMap;

use super::instance::Column;
use super::parameters::Separation;

/// Three enrolments, in ascending order: of the columns that hold two or more of them, at most one is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SubsetRowCut(pub [u32; 3]);

impl SubsetRowCut {
    /// Tells whether a column of these members, in ascending order, counts for the cut.
    pub fn covers(&self, members: &[u32]) -> bool {
        self.0.iter().filter(|e| members.binary_search(e).is_ok()).count() >= 2
    }

    /// Each of the three, with the other two.
    pub fn with_others(&self) -> [(u32, u32, u32); 3] {
        let [a, b, c] = self.0;
        [(a, b, c), (b, a, c), (c, a, b)]
    }
}

/// Cuts that a fractional solution violates and that are not known yet, the most violated first, at most so many.
/// `primal`: the value of each column.
pub fn separate(
    columns: &[Column],
    primal: &[f64],
    known: &[SubsetRowCut],
    most: usize,
    parameters: &Separation,
) -> Vec<SubsetRowCut> {
    let mut found: Vec<(SubsetRowCut, f64)> = violated(columns, primal, parameters.violation);
    found.retain(|(cut, _)| !known.contains(cut));
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut on: BTreeMap<u32, usize> = BTreeMap::new();
    let mut chosen = Vec::new();
    for (cut, _) in found {
        let spread = |e: &u32| on.get(e).is_none_or(|&count| count < parameters.per_enrolment);
        if chosen.len() < most && cut.0.iter().all(spread) {
            cut.0.iter().for_each(|&e| *on.entry(e).or_default() += 1);
            chosen.push(cut);
        }
    }
    chosen
}

/// All violated cuts, with how many columns they count.
fn violated(columns: &[Column], primal: &[f64], violation: f64) -> Vec<(SubsetRowCut, f64)> {
    let fractional = columns.iter().zip(primal).filter(|&(_, &value)| value > 1e-6 && value < 1.0 - 1e-6);
    let mut pairs: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    let mut triples: BTreeMap<SubsetRowCut, f64> = BTreeMap::new();
    for (members, value) in fractional.map(|(column, value)| (&column.members[..], value)) {
        for (i, &a) in members.iter().enumerate() {
            for (j, &b) in members.iter().enumerate().skip(i + 1) {
                *pairs.entry((a, b)).or_default() += value;
                members[j + 1..].iter().for_each(|&c| *triples.entry(SubsetRowCut([a, b, c])).or_default() += value);
            }
        }
    }
    let mut partners: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &(a, b) in pairs.keys() {
        partners.entry(a).or_default().push(b);
        partners.entry(b).or_default().push(a);
    }
    let pair = |a: u32, b: u32| pairs.get(&(a.min(b), a.max(b))).copied().unwrap_or(0.0);
    let mut found: BTreeMap<SubsetRowCut, f64> = BTreeMap::new();
    for (&b, others) in &partners {
        for (i, &a) in others.iter().enumerate() {
            for &c in &others[i + 1..] {
                let mut three = [a, b, c];
                three.sort_unstable();
                let cut = SubsetRowCut(three);
                // A column with all three counts in each pair, and is to count once.
                let all = triples.get(&cut).copied().unwrap_or(0.0);
                let count = pair(a, b) + pair(b, c) + pair(a, c) - 2.0 * all;
                if count > 1.0 + violation {
                    found.insert(cut, count);
                }
            }
        }
    }
    found.into_iter().collect()
}

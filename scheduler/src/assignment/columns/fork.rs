//! What is branched on: who is in a network at all, then in which, or, where networks are alike, with whom.

use std::collections::BTreeMap;

use super::ground::Ground;
use super::master::Column;

/// A question that splits assignments in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fork {
    /// Whether an enrolment is in a network.
    In { e: u32 },
    /// Whether an enrolment is in a network of this class.
    Inside { e: u32, class: usize },
    /// Whether two enrolments are together.
    Together { a: u32, b: u32 },
}

/// What is less undecided than this is not asked.
const LEAST: f64 = 1e-5;

impl Fork {
    /// The question that these parts of columns are least decided on; `None` where they are decided on all.
    pub(super) fn of(ground: &Ground<'_>, columns: &[Column], taken: &[f64]) -> Option<Fork> {
        let mut any: BTreeMap<u32, f64> = BTreeMap::new();
        let mut inside: BTreeMap<(u32, usize), f64> = BTreeMap::new();
        let mut together: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for (column, &part) in columns.iter().zip(taken).filter(|&(_, &part)| part > 1e-6) {
            for (i, &e) in column.members.iter().enumerate() {
                *any.entry(e).or_default() += part;
                *inside.entry((e, column.class)).or_default() += part;
                if ground.classes[column.class].count() > 1 {
                    column.members[..i].iter().for_each(|&b| *together.entry((b, e)).or_default() += part);
                }
            }
        }
        let any = any.into_iter().map(|(e, part)| (Fork::In { e }, part));
        let inside = inside.into_iter().map(|((e, class), part)| (Fork::Inside { e, class }, part));
        let together = together.into_iter().map(|((a, b), part)| (Fork::Together { a, b }, part));
        let far = |part: f64| (part - 0.5).abs();
        let least = |forks: &mut dyn Iterator<Item = (Fork, f64)>| {
            let open = forks.filter(|&(_, part)| far(part) < 0.5 - LEAST);
            open.min_by(|a, b| far(a.1).total_cmp(&far(b.1))).map(|(fork, _)| fork)
        };
        // Only where all are known to be in or out is nobody alone half the time who is together the other half.
        least(&mut any.into_iter()).or_else(|| least(&mut inside.chain(together)))
    }

    /// Who must be in a network, where the answer is yes.
    pub(super) fn must(&self) -> Option<u32> {
        match *self {
            Fork::In { e } | Fork::Inside { e, .. } => Some(e),
            Fork::Together { .. } => None,
        }
    }

    /// Whether assignments in which the answer is `yes`, or no, may use a column.
    pub(super) fn allows(&self, ground: &Ground<'_>, yes: bool, column: &Column) -> bool {
        let has = |e: u32| column.members.binary_search(&e).is_ok();
        match (*self, yes) {
            (Fork::In { e }, yes) => yes || !has(e),
            (Fork::Inside { e, class }, true) if ground.classes[class].count() == 1 => {
                has(e) == (column.class == class)
            }
            (Fork::Inside { e, class }, true) => column.class == class || !has(e),
            (Fork::Inside { e, class }, false) => column.class != class || !has(e),
            (Fork::Together { a, b }, true) => has(a) == has(b),
            (Fork::Together { a, b }, false) => !(has(a) && has(b)),
        }
    }
}

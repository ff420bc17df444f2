//! Branching: on who is in a network at all, then in which, or, where networks are alike, with whom.
//!
//! Ryan, Foster: An integer programming approach to scheduling (Computer Scheduling of Public Transport, 1981).

use std::collections::BTreeMap;

use super::super::instance::{Column, Instance};

/// A decision that splits assignments in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BranchingDecision {
    /// An enrolment is in a network, or in none.
    Assigned { e: u32 },
    /// An enrolment is in a network of this class, or not.
    InClass { e: u32, class: usize },
    /// Two enrolments are in the same network, or not.
    Together { a: u32, b: u32 },
}

impl BranchingDecision {
    /// The decision that is most fractional in a solution: the value of each column. `None` where none is.
    pub fn most_fractional(instance: &Instance<'_>, columns: &[Column], primal: &[f64]) -> Option<BranchingDecision> {
        let mut assigned: BTreeMap<u32, f64> = BTreeMap::new();
        let mut in_class: BTreeMap<(u32, usize), f64> = BTreeMap::new();
        let mut together: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for (column, &value) in columns.iter().zip(primal).filter(|&(_, &value)| value > 1e-6) {
            for (i, &e) in column.members.iter().enumerate() {
                *assigned.entry(e).or_default() += value;
                *in_class.entry((e, column.class)).or_default() += value;
                if instance.classes[column.class].count() > 1 {
                    column.members[..i].iter().for_each(|&b| *together.entry((b, e)).or_default() += value);
                }
            }
        }
        let assigned = assigned.into_iter().map(|(e, value)| (BranchingDecision::Assigned { e }, value));
        let in_class = in_class.into_iter().map(|((e, class), value)| (BranchingDecision::InClass { e, class }, value));
        let together = together.into_iter().map(|((a, b), value)| (BranchingDecision::Together { a, b }, value));
        let from_half = |value: f64| (value - 0.5).abs();
        let least = 0.5 - instance.parameters.branch_and_cut.fractional;
        let best = |decisions: &mut dyn Iterator<Item = (BranchingDecision, f64)>| {
            let fractional = decisions.filter(|&(_, value)| from_half(value) < least);
            fractional.min_by(|a, b| from_half(a.1).total_cmp(&from_half(b.1))).map(|(decision, _)| decision)
        };
        // Only where all are known to be in or out is nobody alone half the time who is together the other half.
        best(&mut assigned.into_iter()).or_else(|| best(&mut in_class.chain(together)))
    }

    /// The enrolment that must be in a network, where the answer is yes.
    pub fn required(&self) -> Option<u32> {
        match *self {
            BranchingDecision::Assigned { e } | BranchingDecision::InClass { e, .. } => Some(e),
            BranchingDecision::Together { .. } => None,
        }
    }

    /// Tells whether assignments in which the answer is `yes`, or no, may use a column.
    pub fn allows(&self, instance: &Instance<'_>, yes: bool, column: &Column) -> bool {
        let has = |e: u32| column.members.binary_search(&e).is_ok();
        match (*self, yes) {
            (BranchingDecision::Assigned { e }, yes) => yes || !has(e),
            (BranchingDecision::InClass { e, class }, true) if instance.classes[class].count() == 1 => {
                has(e) == (column.class == class)
            }
            (BranchingDecision::InClass { e, class }, true) => column.class == class || !has(e),
            (BranchingDecision::InClass { e, class }, false) => column.class != class || !has(e),
            (BranchingDecision::Together { a, b }, true) => has(a) == has(b),
            (BranchingDecision::Together { a, b }, false) => !(has(a) && has(b)),
        }
    }
}

//! Repairs: the smallest change of each kind that undoes a clash, each tried before it is told.

use super::ask::Ask;
use super::family::{Family, families};
use super::shrink::{Verdict, shrink};
use crate::explain::repair::Change;
use crate::infeasibility::Member;
use crate::plan::Plan;
use crate::steering::Task;

/// Changes that together make possible what was at stake: tried, and judged by the rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Repair {
    /// The changes.
    pub changes: Vec<Change>,
    /// What they are ranked by, the least first: [`Change::size`], summed.
    pub size: f64,
    /// Whether it is proved that a smaller change of the kind would not do.
    pub smallest: bool,
}

/// Most repairs that are told.
const MOST: usize = 12;
/// Most changes of one repair.
const DEEPEST: usize = 4;
/// Repairs of more than one change that are looked for.
const TOGETHER: usize = 3;

/// Repairs of a clash, the smallest first. `before`: the plan that stands, where dates are at stake.
pub(super) fn repairs(ask: &Ask<'_, '_>, clash: &[Member], before: &Plan) -> Vec<Repair> {
    let mut found: Vec<Repair> = Vec::new();
    let families = families(&ask.problem, clash);
    for family in &families {
        if ask.budget.enough() {
            break;
        }
        let works = |change: &Change| ask.solved(&changed(&ask.problem, change), before);
        let refuted = |change: &Change| ask.test(&changed(&ask.problem, change), &ask.wants) == Verdict::Impossible;
        if let Some((change, smallest)) = least(family, works, refuted) {
            found.push(Repair { size: change.size(&ask.problem), changes: vec![change], smallest });
        }
    }
    if found.is_empty() {
        found = together(ask, clash, &families, before);
    }
    one_of_a_kind(&mut found);
    found.sort_by(|a, b| a.size.total_cmp(&b.size));
    found.truncate(MOST);
    found
}

/// The first change of a family that works, by halves, and whether the one before it is refuted.
fn least(
    family: &Family,
    works: impl Fn(&Change) -> bool,
    refuted: impl Fn(&Change) -> bool,
) -> Option<(Change, bool)> {
    if !works(family.last()?) {
        return None;
    }
    let (mut low, mut high) = (0, family.len() - 1);
    // From below first: small changes are the likely ones.
    let mut step = 1;
    while low < high {
        let at = (low + step - 1).min(high - 1);
        if works(&family[at]) {
            high = at;
            break;
        }
        low = at + 1;
        step *= 2;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if works(&family[middle]) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some((family[high].clone(), high == 0 || refuted(&family[high - 1])))
}

fn changed(problem: &Task, change: &Change) -> Task {
    let mut changed = problem.clone();
    change.apply(&mut changed);
    changed
}

/// Where no single change is enough: for some of the changes that undo this clash, the smallest ones that undo what clashes
/// then, one after another.
fn together(ask: &Ask<'_, '_>, clash: &[Member], families: &[Family], before: &Plan) -> Vec<Repair> {
    let mut firsts = undoing(ask, &ask.problem, clash, families);
    firsts.truncate(TOGETHER);
    let mut found = Vec::new();
    for first in firsts {
        let mut problem = changed(&ask.problem, &first);
        let mut size = first.size(&ask.problem);
        let mut changes = vec![first];
        while changes.len() < DEEPEST && !ask.budget.enough() && !ask.solved(&problem, before) {
            let Some(next) = next_clash(ask, &problem) else { break };
            let options = self::families(&problem, &next);
            let Some(change) = undoing(ask, &problem, &next, &options).into_iter().next() else { break };
            size += change.size(&problem);
            change.apply(&mut problem);
            changes.push(change);
        }
        if ask.solved(&problem, before) {
            found.push(Repair { changes, size, smallest: false });
        }
    }
    found
}

/// The least change of each family that undoes a clash, the smallest first.
fn undoing(ask: &Ask<'_, '_>, problem: &Task, clash: &[Member], families: &[Family]) -> Vec<Change> {
    let rules = ask.rules();
    let dropped: Vec<Member> = rules.into_iter().filter(|rule| !clash.contains(rule)).collect();
    let wants: Vec<Member> = clash.iter().filter(|member| member.is_want()).copied().collect();
    let undone = |change: &Change| {
        let only = super::relax::without(&changed(problem, change), &dropped);
        ask.test(&only, &wants) == Verdict::Possible
    };
    let mut changes: Vec<Change> =
        families.iter().filter_map(|family| least(family, undone, |_| true)).map(|(change, _)| change).collect();
    changes.sort_by(|a, b| a.size(problem).total_cmp(&b.size(problem)));
    changes
}

/// What clashes in a version of the problem.
fn next_clash(ask: &Ask<'_, '_>, problem: &Task) -> Option<Vec<Member>> {
    let rules = ask.rules();
    let all: Vec<Member> = rules.iter().chain(&ask.wants).copied().collect();
    let only = |members: &[Member]| {
        let dropped: Vec<Member> = rules.iter().filter(|rule| !members.contains(rule)).copied().collect();
        let wants: Vec<Member> = ask.wants.iter().filter(|want| members.contains(want)).copied().collect();
        ask.test(&super::relax::without(problem, &dropped), &wants)
    };
    (only(&all) == Verdict::Impossible).then(|| shrink(&all, || ask.budget.enough(), only).0)
}

/// Of repairs with the same codes on the same diary only the smallest: one day is as good as another.
fn one_of_a_kind(repairs: &mut Vec<Repair>) {
    let mut kept: Vec<Repair> = Vec::new();
    for repair in repairs.drain(..) {
        let town = |repair: &Repair| match repair.changes.first() {
            Some(Change::Available { municipality, .. }) => Some((0, *municipality)),
            Some(Change::CanHostOn { municipality, .. }) => Some((1, *municipality)),
            _ => None,
        };
        match kept.iter_mut().find(|old| town(old).is_some() && town(old) == town(&repair)) {
            Some(old) if old.size <= repair.size => {}
            Some(old) => *old = repair,
            None => kept.push(repair),
        }
    }
    *repairs = kept;
}

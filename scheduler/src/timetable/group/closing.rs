//! The best dates among those that can still be best. Every set of days whose price fits into the slack above a bound
//! is listed, whoever hosts; a family is as many sets as there are hostings ([`families`](super::families)), and only
//! those are built whose members fit their diaries into it for no more than the slack. Rounds that share no pace rule
//! are looked at apart, and leave each other no more of the slack than they must ([`floors`](super::floors)). Who hosts
//! which set of a family is a matching ([`hosts`](super::hosts)).

use std::ops::Range;

use super::super::calendar::DayIx;
use super::dual::Ascent;
use super::families::{Builder, Family, list};
use super::floors::{Floors, blocks, sizes};
use super::hosts::Choosing;
use super::member::Member;
use super::view::View;
use crate::effort::Budget;

/// Families of a block that are tried where none fit.
const NEAR: usize = 150;

/// What came of a slack.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Closed {
    /// Lower bound on what costs less than the slack; infinite where there is nothing.
    pub least: f64,
    /// The cost of the days found; infinite where none were.
    pub cost: f64,
    /// The days of the network's slots at that cost.
    pub days: Vec<DayIx>,
    /// Up to which slack nothing was passed over; more than was asked for where rounds leave something over each.
    pub covered: f64,
    /// Whether nothing up to the slack asked for was passed over.
    pub whole: bool,
    /// How much was looked at.
    pub nodes: u64,
}

/// Looks at everything that costs at most `bound + slack`, or at a part where that is too much; `None` where this is not
/// what it is for.
pub(super) fn close(
    view: &View<'_>,
    proved: &Ascent,
    slack: f64,
    floors: &mut Floors,
    most: u64,
    budget: &Budget<'_>,
) -> Option<Closed> {
    let dual = &proved.dual;
    let once = view.per_round.is_some();
    let (blocks, hostings) = (blocks(view), view.units.len());
    let sizes: Vec<Range<usize>> = blocks.iter().map(|block| sizes(view, &blocks, block)).collect();
    floors.fit(&sizes);
    if !once && blocks.iter().any(|block| block.len() > 1) || slack >= leaving_out(view, proved) {
        return None; // a member would host several sets of a block, or it fits too that none is held
    }
    let slacks = floors.left(slack, &sizes, hostings);
    let listed = list(view, proved, slacks.iter().flatten().copied().fold(0.0, f64::max))?;
    let members: Vec<Member<'_>> = (0..view.members.len()).map(|at| Member::new(view, dual, at)).collect();
    let (mut nodes, mut whole) = (0, true);
    let mut families = Vec::new();
    for (block, rounds) in blocks.iter().enumerate() {
        let mut builder = Builder::new(view, dual, &members, &listed, rounds.clone(), most, budget);
        let mut of_block = Vec::new();
        for size in sizes[block].clone().filter(|&size| slacks[block][size] >= 0.0) {
            let (found, least) = builder.families(size, slacks[block][size], &proved.least);
            least.iter().for_each(|&least| floors.raise(block, size, least));
            whole &= least.is_some();
            of_block.extend(found);
        }
        of_block.sort_by(|a, b| a.over.total_cmp(&b.over).then_with(|| a.sets.cmp(&b.sets)));
        nodes += builder.looked_at();
        families.push(of_block);
    }
    let covered = if whole { floors.covered(&slacks, &sizes, hostings) } else { slack };
    let covered = covered.min(leaving_out(view, proved)).max(slack);
    let mut choice = Choosing::new(view, &listed, &members, covered, most, budget);
    whole &= choice.choose(&families);
    if once && choice.best.is_none() {
        // Nothing fits; what does so nearly may still be better than what there is.
        let near = |of_block: &Vec<Family>| of_block[..of_block.len().min(NEAR)].to_vec();
        choice.try_beyond(&families.iter().map(near).collect::<Vec<_>>());
    }
    let (cost, days) = choice.best.unwrap_or((f64::INFINITY, Vec::new()));
    Some(Closed { least: choice.least, cost, days, covered, whole, nodes: nodes + choice.pairs })
}

/// The slack into which it fits that a hosting is not held.
fn leaving_out(view: &View<'_>, proved: &Ascent) -> f64 {
    let unheld = view.unheld.iter().copied().fold(f64::INFINITY, f64::min);
    let dearest = proved.least.iter().copied().fold(0.0, f64::max);
    (unheld - proved.bound).max(unheld - dearest)
}

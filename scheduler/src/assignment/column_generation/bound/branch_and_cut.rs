//! Branch and cut over enumerated columns: where those that a better assignment may use are too many for one model, the
//! master goes on over them alone. Pricing is a look at each column then, so that cuts make it no slower; every better bound
//! fixes columns at 0 by their reduced costs; and where cuts do no more, it branches ([`branching`](super::branching)).
//!
//! Baldacci, Christofides, Mingozzi: An exact algorithm for the vehicle routing problem based on the set partitioning
//! formulation with additional cuts (Mathematical Programming 115, 2008).

use super::super::duals::{DualBound, Duals};
use super::super::instance::Column;
use super::super::restricted_master::RestrictedMaster;
use super::super::subset_row_cuts::{SubsetRowCut, separate};
use super::branching::BranchingDecision;
use super::enumerate::{Enumeration, Gap};
use crate::effort::Budget;
use crate::milp::Solved;
use crate::parallel;

/// The result of branch and cut.
pub struct Settled {
    /// A lower bound on every assignment, in units; at least what was proved before.
    pub bound: i64,
    /// A cheaper assignment, if one was found: members of each network, by slot.
    pub better: Option<Vec<Vec<u32>>>,
}

/// A node of the tree: a part of all better assignments.
struct Node {
    /// The columns that they may use.
    columns: Vec<u32>,
    /// Those that a master begins with.
    begin: Vec<u32>,
    cuts: Vec<SubsetRowCut>,
    /// Enrolments that must be in a network.
    required: Vec<u32>,
    /// A lower bound on them, in units.
    bound: i64,
}

/// A node whose relaxation is solved.
struct Processed {
    node: Node,
    /// A cheaper assignment: members of each network, by slot.
    better: Option<Vec<Vec<u32>>>,
    /// The decision to branch on; `None` where nothing is left to do, or nothing can be done.
    decision: Option<BranchingDecision>,
}

/// Solves the set partitioning problem over these columns: a bound on all assignments, and a better one, where there is
/// any. Every assignment that is cheaper than `gap.upper` is made of these columns.
pub fn solve(enumeration: &Enumeration<'_>, gap: &Gap<'_>, budget: &Budget<'_>) -> Settled {
    let side_by_side = enumeration.instance.parameters.branch_and_cut.side_by_side;
    let mut open = vec![root(enumeration, gap)];
    let (mut upper, mut better, mut given_up) = (gap.upper, None, i64::MAX);
    loop {
        open.retain(|node| node.bound < upper);
        if open.is_empty() || budget.enough() {
            break;
        }
        open.sort_by_key(|node| std::cmp::Reverse(node.bound));
        let nodes = open.split_off(open.len().saturating_sub(side_by_side));
        let tasks: Vec<(Node, Budget<'_>)> = nodes.into_iter().zip(budget.split(side_by_side)).collect();
        let done = parallel::each(budget.threads(), tasks, |(node, share)| {
            let relaxation = Relaxation::new(enumeration, node, upper);
            (relaxation.map(|relaxation| relaxation.process(&share)), share.spent())
        });
        budget.spend(done.iter().map(|(_, spent)| spent).sum());
        for (processed, _) in done {
            let Some(Processed { node, better: found, decision }) = processed else {
                return Settled { bound: gap.bound.value, better };
            };
            if let Some(networks) = found {
                let cost = enumeration.cost(&networks);
                if cost < upper {
                    (upper, better) = (cost, Some(networks));
                }
            }
            match decision.and_then(|decision| enumeration.children(&node, &decision)) {
                Some(children) => open.extend(children),
                None => given_up = given_up.min(node.bound),
            }
        }
    }
    let least = open.iter().map(|node| node.bound).min().unwrap_or(i64::MAX);
    Settled { bound: least.min(given_up).min(upper).max(gap.bound.value), better }
}

/// All better assignments.
fn root(enumeration: &Enumeration<'_>, gap: &Gap<'_>) -> Node {
    let (instance, columns) = (enumeration.instance, 0..enumeration.columns.len() as u32);
    let reduced_cost = |at: u32| gap.bound.reduced_cost(instance, &enumeration.columns[at as usize]);
    let mut begin: Vec<(i64, u32)> = columns.clone().map(|at| (reduced_cost(at), at)).collect();
    begin.sort_unstable();
    begin.truncate(instance.parameters.branch_and_cut.begin * instance.out.len());
    Node {
        columns: columns.collect(),
        begin: begin.into_iter().map(|(_, at)| at).collect(),
        cuts: gap.bound.duals.active_cuts().map(|cut| cut.0).collect(),
        required: Vec::new(),
        bound: gap.bound.value,
    }
}

impl Enumeration<'_> {
    /// The cost of these networks, in units.
    fn cost(&self, networks: &[Vec<u32>]) -> i64 {
        let mut out = self.instance.out.clone();
        networks.iter().flatten().for_each(|&e| out[e as usize] = 0);
        let inside =
            networks.iter().enumerate().map(|(slot, set)| self.instance.cost(self.instance.class_of[slot], set));
        inside.sum::<i64>() + out.iter().sum::<i64>()
    }

    /// The members of each network, by slot, in a choice of columns.
    fn networks<'a>(&self, chosen: impl Iterator<Item = &'a Column>) -> Vec<Vec<u32>> {
        let mut networks = vec![Vec::new(); self.instance.class_of.len()];
        let mut slots: Vec<_> = self.instance.classes.iter().map(|class| class.slots.iter()).collect();
        for column in chosen {
            if let Some(&slot) = slots[column.class].next() {
                networks[slot].clone_from(&column.members);
            }
        }
        networks
    }

    /// Both children of a node; `None` where one of them is no smaller, so that branching would go on for ever.
    fn children(&self, node: &Node, decision: &BranchingDecision) -> Option<[Node; 2]> {
        let children = [true, false].map(|yes| self.child(node, decision, yes));
        let is_smaller =
            |child: &Node| child.columns.len() < node.columns.len() || child.required.len() > node.required.len();
        children.iter().all(is_smaller).then_some(children)
    }

    fn child(&self, node: &Node, decision: &BranchingDecision, yes: bool) -> Node {
        let stays = |at: &&u32| decision.allows(self.instance, yes, &self.columns[**at as usize]);
        let some = |of: &[u32]| of.iter().filter(stays).copied().collect();
        let mut required = node.required.clone();
        required.extend(decision.required().filter(|e| yes && !required.contains(e)));
        let (columns, begin) = (some(&node.columns), some(&node.begin));
        Node { columns, begin, cuts: node.cuts.clone(), required, bound: node.bound }
    }
}

/// The linear relaxation of a node.
struct Relaxation<'e, 'i> {
    enumeration: &'e Enumeration<'i>,
    master: RestrictedMaster<'i>,
    node: Node,
    /// By column of the node, the cuts that it covers.
    covered: Vec<Vec<u32>>,
    /// The cost to beat.
    upper: i64,
    best: Option<Best>,
}

/// The best Lagrangian bound on a node.
struct Best {
    bound: DualBound,
    /// The reduced profit of each column of the node at its duals.
    profits: Vec<i64>,
}

impl<'e, 'i> Relaxation<'e, 'i> {
    /// `None` where the solver fails.
    fn new(enumeration: &'e Enumeration<'i>, node: Node, upper: i64) -> Option<Relaxation<'e, 'i>> {
        let instance = enumeration.instance;
        let dear = upper.saturating_mul(instance.parameters.branch_and_cut.left_out);
        let mut master = RestrictedMaster::with_required(instance, &node.required, dear)?;
        for &at in &node.begin {
            master.add(enumeration.columns[at as usize].clone());
        }
        let covered = vec![Vec::new(); node.columns.len()];
        let cuts = node.cuts.clone();
        let mut relaxation = Relaxation { enumeration, master, node, covered, upper, best: None };
        relaxation.add_cuts(cuts);
        Some(relaxation)
    }

    /// Columns and cuts in turn, as long as cuts are of use.
    fn process(mut self, budget: &Budget<'_>) -> Processed {
        let instance = self.enumeration.instance;
        let parameters = &instance.parameters.branch_and_cut;
        let most = (instance.out.len() as f64 * parameters.cuts_per_enrolment) as usize;
        let (mut in_vain, mut before) = (0, self.node.bound);
        loop {
            let solved = self.generate_columns(budget);
            self.fix_by_reduced_cost();
            if self.node.bound >= self.upper || budget.enough() {
                return self.ended(None, None);
            }
            let Some(solved) = solved else { return self.ended(None, None) };
            if let Some(networks) = self.integral(&solved) {
                return self.ended(Some(networks), None);
            }
            let risen = (self.node.bound - before) as f64;
            in_vain += usize::from(risen < parameters.cut_progress * (self.upper - self.node.bound) as f64);
            before = self.node.bound;
            let violated = match in_vain > parameters.patience {
                true => Vec::new(),
                false => {
                    let (columns, primal) = (&self.master.columns, self.master.primal(&solved));
                    separate(columns, primal, &self.master.cuts, most, &instance.parameters.cuts)
                }
            };
            if !self.add_cuts(violated) {
                let primal = self.master.primal(&solved);
                let decision = BranchingDecision::most_fractional(instance, &self.master.columns, primal);
                return self.ended(None, decision);
            }
        }
    }

    /// Adds cuts; whether any is new.
    fn add_cuts(&mut self, cuts: Vec<SubsetRowCut>) -> bool {
        let before = self.master.cuts.len();
        cuts.into_iter().for_each(|cut| {
            self.master.add_cut(cut);
        });
        for (number, cut) in self.master.cuts.iter().enumerate().skip(before) {
            for (covered, &at) in self.covered.iter_mut().zip(&self.node.columns) {
                if cut.covers(&self.enumeration.columns[at as usize].members) {
                    covered.push(number as u32);
                }
            }
        }
        self.master.cuts.len() > before
    }

    /// Adds columns until none makes the master cheaper: its solution. `None` where the node has nothing better, or the
    /// budget was used up.
    fn generate_columns(&mut self, budget: &Budget<'_>) -> Option<Solved> {
        let instance = self.enumeration.instance;
        let parameters = &instance.parameters.branch_and_cut;
        loop {
            let solved = self.master.solve(budget)?;
            let duals = self.master.duals(&solved);
            budget.spend((self.node.columns.len() / parameters.columns_a_step) as u64);
            let profits = self.reduced_profits(&duals);
            let thresholds = self.master.thresholds(&solved);
            let mut better = vec![Vec::new(); thresholds.len()];
            for (&profit, &at) in profits.iter().zip(&self.node.columns) {
                let class = self.enumeration.columns[at as usize].class;
                if profit > thresholds[class] {
                    better[class].push((std::cmp::Reverse(profit), at));
                }
            }
            self.prove(&duals, profits);
            let objective = (solved.objective / instance.unit) as i64;
            let left = (self.upper - objective).max(0) as f64;
            let proved = self.best.as_ref().map_or(i64::MIN / 4, |best| best.bound.value);
            let is_close = objective - proved <= (parameters.close_gap * left) as i64;
            if self.node.bound >= self.upper || budget.enough() {
                return None;
            }
            let mut added = false;
            for mut better in better {
                better.sort_unstable();
                for (_, at) in better.into_iter().take(parameters.columns) {
                    added |= self.master.add(self.enumeration.columns[at as usize].clone());
                }
            }
            // A whole solution is the best one only once no column makes it cheaper.
            if !added || (is_close && self.master.is_fractional(&solved)) {
                return Some(solved);
            }
        }
    }

    /// The reduced profit of each column of the node at these duals.
    fn reduced_profits(&self, duals: &Duals) -> Vec<i64> {
        let profit = |(&at, covered): (&u32, &Vec<u32>)| {
            let members = &self.enumeration.columns[at as usize].members;
            let cover: i64 = members.iter().map(|&e| duals.cover[e as usize]).sum();
            let charged: i64 = covered.iter().map(|&cut| duals.cuts[cut as usize].1).sum();
            cover - charged - self.enumeration.costs[at as usize]
        };
        self.node.columns.iter().zip(&self.covered).map(profit).collect()
    }

    /// Notes the Lagrangian bound at these duals, by the reduced profit of each column of the node.
    fn prove(&mut self, duals: &Duals, profits: Vec<i64>) {
        let instance = self.enumeration.instance;
        let least = |empty: bool| if empty { 0 } else { i64::MIN };
        let mut convexity: Vec<i64> = instance.classes.iter().map(|class| least(class.may_be_empty())).collect();
        for (&profit, &at) in profits.iter().zip(&self.node.columns) {
            let most = &mut convexity[self.enumeration.columns[at as usize].class];
            *most = profit.max(*most);
        }
        if convexity.contains(&i64::MIN) {
            self.node.bound = self.upper; // a network that must have members cannot
            return;
        }
        let bound = DualBound::new(instance, duals, convexity);
        if self.best.as_ref().is_none_or(|best| bound.value > best.bound.value) {
            self.node.bound = self.node.bound.max(bound.value);
            self.best = Some(Best { bound, profits });
        }
    }

    /// Drops the columns that no better assignment uses: reduced cost fixing.
    fn fix_by_reduced_cost(&mut self) {
        let Some(Best { bound, profits }) = &mut self.best else { return };
        let gap = self.upper - bound.value;
        let class = |at: u32| self.enumeration.columns[at as usize].class;
        let stays: Vec<bool> = (self.node.columns.iter().zip(&*profits))
            .map(|(&at, profit)| bound.convexity[class(at)] - profit < gap)
            .collect();
        keep(&mut self.node.columns, &stays);
        keep(profits, &stays);
        keep(&mut self.covered, &stays);
    }

    /// The solution, where it is an assignment: members of each network, by slot.
    fn integral(&self, solved: &Solved) -> Option<Vec<Vec<u32>>> {
        if self.master.is_fractional(solved) {
            return None;
        }
        let chosen = self.master.columns.iter().zip(self.master.primal(solved)).filter(|(_, value)| **value > 0.5);
        Some(self.enumeration.networks(chosen.map(|(column, _)| column)))
    }

    /// The node with what is handed on: the cuts that cost anything, and the columns at hand that may still be used.
    fn ended(mut self, better: Option<Vec<Vec<u32>>>, decision: Option<BranchingDecision>) -> Processed {
        let cuts = self.best.iter().flat_map(|best| best.bound.duals.active_cuts());
        self.node.cuts = cuts.map(|cut| cut.0).collect();
        let at_hand = |at: &&u32| self.master.has(&self.enumeration.columns[**at as usize]);
        self.node.begin = self.node.columns.iter().filter(at_hand).copied().collect();
        Processed { node: self.node, better, decision }
    }
}

/// Keeps those that stay.
fn keep<T>(of: &mut Vec<T>, stays: &[bool]) {
    let mut stays = stays.iter();
    of.retain(|_| stays.next().is_some_and(|stays| *stays));
}

//! Proof among listed columns: where those that a better assignment may use are too many for one model, the master goes
//! on over the list alone. Pricing is a look at each column then, so that cuts make it no slower; every better bound strikes
//! columns off; and where cuts do no more, it is branched on who is in which network, or on who is with whom.
//!
//! Ryan, Foster: An integer programming approach to scheduling (Computer Scheduling of Public Transport, 1981); Baldacci,
//! Christofides, Mingozzi: An exact algorithm for the vehicle routing problem based on the set partitioning formulation
//! with additional cuts (Mathematical Programming 115, 2008).

use super::closing::Gap;
use super::cuts;
use super::fork::Fork;
use super::ground::Ground;
use super::master::{Column, Master};
use super::prices::{Prices, Three, crossed};
use crate::effort::Budget;
use crate::milp::Solved;
use crate::parallel;

/// How many parts are looked at side by side, on one thread where there is one: under a work limit that must not show.
const SIDE_BY_SIDE: usize = 2;
/// Columns for each enrolment that a master begins with, and most columns of one class that a look at all of them adds.
const BEGIN: usize = 12;
const ADDED: usize = 20;
/// Most cuts that one round adds for each enrolment.
const CUTS_EACH: f64 = 0.8;
/// A round of cuts that mends less than this part of the gap is of little use; after so many of them it is branched.
const LITTLE: f64 = 0.03;
const PATIENCE: usize = 2;
/// What is left between bound and master, as a part of the gap, where it is not worth while to look for columns.
const MEETS: f64 = 0.005;
/// What staying out costs those who must not, in whole assignments: so dear that it does not pay to stay out in part, and
/// not so dear that sums leave their range.
const DEAR: i64 = 4;
/// Columns of the list that are looked at in the time of a step.
const A_STEP: usize = 32;

/// The listed columns, of which every better assignment is made.
pub(super) struct List<'g> {
    pub(super) ground: &'g Ground<'g>,
    pub(super) columns: Vec<Column>,
    pub(super) costs: Vec<i64>,
}

/// What came of it.
pub(super) struct Settled {
    /// A lower bound on every assignment, in units; at least what was proved.
    pub(super) bound: i64,
    /// A cheaper assignment, if one was found: members of each network, by slot.
    pub(super) better: Option<Vec<Vec<u32>>>,
}

/// A part of all better assignments.
struct Node {
    /// The columns that they may use.
    alive: Vec<u32>,
    /// Those that a master begins with.
    begin: Vec<u32>,
    cuts: Vec<Three>,
    /// Who must be in a network.
    must: Vec<u32>,
    /// What is proved of them.
    bound: i64,
}

/// What a look at a part came to.
struct Looked {
    node: Node,
    /// A cheaper assignment: members of each network, by slot.
    better: Option<Vec<Vec<u32>>>,
    /// What to branch on; `None` where nothing is left to do, or nothing can be done.
    fork: Option<Fork>,
}

/// Proves on among these columns, from the prices of a gap: a bound on all assignments, and a better one, where there is
/// any. Every assignment that is cheaper than `gap.upper` is made of these columns.
pub(super) fn settle(list: &List<'_>, gap: &Gap<'_>, budget: &Budget<'_>) -> Settled {
    let mut open = vec![root(list, gap)];
    let (mut upper, mut better, mut given_up) = (gap.upper, None, i64::MAX);
    loop {
        open.retain(|node| node.bound < upper);
        if open.is_empty() || budget.enough() {
            break;
        }
        open.sort_by_key(|node| std::cmp::Reverse(node.bound));
        let nodes = open.split_off(open.len().saturating_sub(SIDE_BY_SIDE));
        let tasks: Vec<(Node, Budget<'_>)> = nodes.into_iter().zip(budget.split(SIDE_BY_SIDE)).collect();
        let looked = parallel::each(budget.threads(), tasks, |(node, share)| {
            (Look::new(list, node, upper).map(|look| look.run(&share)), share.spent())
        });
        budget.spend(looked.iter().map(|(_, spent)| spent).sum());
        for (looked, _) in looked {
            let Some(Looked { node, better: found, fork }) = looked else {
                return Settled { bound: gap.proved, better };
            };
            if let Some(networks) = found {
                let cost = list.cost(&networks);
                if cost < upper {
                    (upper, better) = (cost, Some(networks));
                }
            }
            match fork.and_then(|fork| list.parts(&node, &fork)) {
                Some(parts) => open.extend(parts),
                None => given_up = given_up.min(node.bound),
            }
        }
    }
    let least = open.iter().map(|node| node.bound).min().unwrap_or(i64::MAX);
    Settled { bound: least.min(given_up).min(upper).max(gap.proved), better }
}

/// All better assignments.
fn root(list: &List<'_>, gap: &Gap<'_>) -> Node {
    let reduced = |&at: &u32| {
        let column = &list.columns[at as usize];
        gap.worth[column.class] - (gap.prices.sum(&column.members) - list.costs[at as usize])
    };
    let alive: Vec<u32> = (0..list.columns.len() as u32).collect();
    let mut begin: Vec<(i64, u32)> = alive.iter().map(|at| (reduced(at), *at)).collect();
    begin.sort_unstable();
    begin.truncate(BEGIN * list.ground.out.len());
    let begin = begin.into_iter().map(|(_, at)| at).collect();
    Node { alive, begin, cuts: gap.prices.charged().map(|cut| cut.0).collect(), must: Vec::new(), bound: gap.proved }
}

impl List<'_> {
    /// What these networks cost, in units.
    fn cost(&self, networks: &[Vec<u32>]) -> i64 {
        let mut out = self.ground.out.clone();
        networks.iter().flatten().for_each(|&e| out[e as usize] = 0);
        let inside = networks.iter().enumerate().map(|(slot, set)| self.ground.cost(self.ground.class_of[slot], set));
        inside.sum::<i64>() + out.iter().sum::<i64>()
    }

    /// The members of each network, by slot, in a choice of columns.
    fn networks<'a>(&self, taken: impl Iterator<Item = &'a Column>) -> Vec<Vec<u32>> {
        let mut networks = vec![Vec::new(); self.ground.class_of.len()];
        let mut slots: Vec<_> = self.ground.classes.iter().map(|class| class.slots.iter()).collect();
        for column in taken {
            if let Some(&slot) = slots[column.class].next() {
                networks[slot].clone_from(&column.members);
            }
        }
        networks
    }

    /// Both sides of a fork; `None` where one of them is no smaller, so that forking would go on for ever.
    fn parts(&self, node: &Node, fork: &Fork) -> Option<[Node; 2]> {
        let parts = [true, false].map(|yes| self.part(node, fork, yes));
        let smaller = |part: &Node| part.alive.len() < node.alive.len() || part.must.len() > node.must.len();
        parts.iter().all(smaller).then_some(parts)
    }

    /// One side of a fork.
    fn part(&self, node: &Node, fork: &Fork, yes: bool) -> Node {
        let stays = |at: &&u32| fork.allows(self.ground, yes, &self.columns[**at as usize]);
        let some = |of: &[u32]| of.iter().filter(stays).copied().collect();
        let mut must = node.must.clone();
        must.extend(fork.must().filter(|e| yes && !must.contains(e)));
        Node { alive: some(&node.alive), begin: some(&node.begin), cuts: node.cuts.clone(), must, bound: node.bound }
    }
}

/// A look at a part.
struct Look<'l, 'g> {
    list: &'l List<'g>,
    master: Master<'g>,
    node: Node,
    /// By column alive, the cuts that it counts for.
    crosses: Vec<Vec<u32>>,
    /// The cost to beat.
    upper: i64,
    /// The best bound of this look, with what proves it: prices, what no column of each class is worth more than, and
    /// what each column alive is worth.
    proved: i64,
    prices: Prices,
    worth: Vec<i64>,
    values: Vec<i64>,
}

impl<'l, 'g> Look<'l, 'g> {
    /// `None` where the solver fails.
    fn new(list: &'l List<'g>, node: Node, upper: i64) -> Option<Look<'l, 'g>> {
        let mut master = Master::with_dear(list.ground, &node.must, upper.saturating_mul(DEAR))?;
        for &at in &node.begin {
            let column = &list.columns[at as usize];
            master.add(column.class, column.members.clone());
        }
        let crosses = vec![Vec::new(); node.alive.len()];
        let (prices, worth, values) = (Prices::default(), Vec::new(), Vec::new());
        let cuts = node.cuts.clone();
        let mut look = Look { list, master, node, crosses, upper, proved: i64::MIN / 4, prices, worth, values };
        look.add(cuts);
        Some(look)
    }

    /// Columns and cuts in turn, as long as cuts are of use.
    fn run(mut self, budget: &Budget<'_>) -> Looked {
        let (mut little, mut before) = (0, self.node.bound);
        loop {
            let solved = self.columns(budget);
            self.strike();
            if self.node.bound >= self.upper || budget.enough() {
                return self.ended(None, None);
            }
            let Some(solved) = solved else { return self.ended(None, None) };
            if let Some(networks) = self.whole(&solved) {
                return self.ended(Some(networks), None);
            }
            let mended = (self.node.bound - before) as f64;
            little += usize::from(mended < LITTLE * (self.upper - self.node.bound) as f64);
            before = self.node.bound;
            let most = (self.list.ground.out.len() as f64 * CUTS_EACH) as usize;
            let broken = if little > PATIENCE {
                Vec::new()
            } else {
                cuts::broken(&self.master.columns, self.master.taken(&solved), &self.master.cuts, most)
            };
            if !self.add(broken) {
                let fork = Fork::of(self.list.ground, &self.master.columns, self.master.taken(&solved));
                return self.ended(None, fork);
            }
        }
    }

    /// Adds cuts; whether any is new.
    fn add(&mut self, cuts: Vec<Three>) -> bool {
        let before = self.master.cuts.len();
        cuts.into_iter().for_each(|three| {
            self.master.cut(three);
        });
        for (number, three) in self.master.cuts.iter().enumerate().skip(before) {
            for (crosses, &at) in self.crosses.iter_mut().zip(&self.node.alive) {
                if crossed(three, &self.list.columns[at as usize].members) {
                    crosses.push(number as u32);
                }
            }
        }
        self.master.cuts.len() > before
    }

    /// Adds columns until none makes the master cheaper: its solution. `None` where the part has nothing better, or the
    /// budget was used up.
    fn columns(&mut self, budget: &Budget<'_>) -> Option<Solved> {
        loop {
            let solved = self.master.solve(budget)?;
            let prices = self.master.prices(&solved);
            budget.spend((self.node.alive.len() / A_STEP) as u64);
            let values = self.look(&prices);
            let hurdles = self.master.hurdles(&solved);
            let mut better = vec![Vec::new(); hurdles.len()];
            for (&value, &at) in values.iter().zip(&self.node.alive) {
                let class = self.list.columns[at as usize].class;
                if value > hurdles[class] {
                    better[class].push((std::cmp::Reverse(value), at));
                }
            }
            self.prove(prices, values);
            let objective = (solved.objective / self.list.ground.unit) as i64;
            let close = objective - self.proved <= (MEETS * (self.upper - objective).max(0) as f64) as i64;
            if self.node.bound >= self.upper || budget.enough() {
                return None;
            }
            let mut added = false;
            for mut better in better {
                better.sort_unstable();
                for (_, at) in better.into_iter().take(ADDED) {
                    let column = &self.list.columns[at as usize];
                    added |= self.master.add(column.class, column.members.clone());
                }
            }
            // A whole solution is the best one only once no column makes it cheaper.
            if !added || (close && self.master.is_torn(&solved)) {
                return Some(solved);
            }
        }
    }

    /// What each column alive is worth at these prices.
    fn look(&self, prices: &Prices) -> Vec<i64> {
        let value = |(&at, crosses): (&u32, &Vec<u32>)| {
            let brings: i64 = self.list.columns[at as usize].members.iter().map(|&e| prices.of[e as usize]).sum();
            let charged: i64 = crosses.iter().map(|&cut| prices.cuts[cut as usize].1).sum();
            brings - charged - self.list.costs[at as usize]
        };
        self.node.alive.iter().zip(&self.crosses).map(value).collect()
    }

    /// Notes what prices prove, by what each column alive is worth at them.
    fn prove(&mut self, prices: Prices, values: Vec<i64>) {
        let classes = &self.list.ground.classes;
        let least = |empty: bool| if empty { 0 } else { i64::MIN };
        let mut worth: Vec<i64> = classes.iter().map(|class| least(class.may_be_empty())).collect();
        for (&value, &at) in values.iter().zip(&self.node.alive) {
            let worth = &mut worth[self.list.columns[at as usize].class];
            *worth = value.max(*worth);
        }
        if worth.contains(&i64::MIN) {
            self.node.bound = self.upper; // a network that must have members cannot
            return;
        }
        let taken: i64 = classes.iter().zip(&worth).map(|(class, worth)| class.count() * worth).sum();
        let bound = prices.total() - taken;
        if bound > self.proved || self.worth.is_empty() {
            (self.proved, self.prices, self.worth, self.values) = (bound, prices, worth, values);
            self.node.bound = self.node.bound.max(bound);
        }
    }

    /// Strikes columns off that no better assignment uses.
    fn strike(&mut self) {
        if self.worth.is_empty() {
            return;
        }
        let wide = self.upper - self.proved;
        let class = |at: u32| self.list.columns[at as usize].class;
        let stays: Vec<bool> = (self.node.alive.iter().zip(&self.values))
            .map(|(&at, value)| self.worth[class(at)] - value < wide)
            .collect();
        keep(&mut self.node.alive, &stays);
        keep(&mut self.values, &stays);
        keep(&mut self.crosses, &stays);
    }

    /// The solution, where it is an assignment: members of each network, by slot.
    fn whole(&self, solved: &Solved) -> Option<Vec<Vec<u32>>> {
        if self.master.is_torn(solved) {
            return None;
        }
        let taken = self.master.columns.iter().zip(self.master.taken(solved)).filter(|(_, value)| **value > 0.5);
        Some(self.list.networks(taken.map(|(column, _)| column)))
    }

    /// What is handed on: the cuts that cost anything, and the columns at hand that are alive.
    fn ended(mut self, better: Option<Vec<Vec<u32>>>, fork: Option<Fork>) -> Looked {
        self.node.cuts = self.prices.charged().map(|cut| cut.0).collect();
        let at_hand = |at: &&u32| self.master.has(&self.list.columns[**at as usize]);
        self.node.begin = self.node.alive.iter().filter(at_hand).copied().collect();
        Looked { node: self.node, better, fork }
    }
}

/// Keeps those that stay.
fn keep<T>(of: &mut Vec<T>, stays: &[bool]) {
    let mut stays = stays.iter();
    of.retain(|_| stays.next().is_some_and(|stays| *stays));
}

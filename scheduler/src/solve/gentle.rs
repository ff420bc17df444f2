//! Of plans that cost about the same, the one that disturbs fewest.
//!
//! A limit of changes is no goal. Whatever a search has found from a base plan is taken back towards it step by step: a move,
//! two that trade places, all moves that hang together, the dates of a network. A step that saves changes is made while the
//! plan breaks a limit; after that, one that disturbs fewer, as long as the plan stays within [`HAIR`] of the best.

use crate::cost;
use crate::effort::Budget;
use crate::plan::{Plan, Visit};
use crate::problem::{EnrolmentIx, NetworkIx};
use crate::rules;
use crate::steering::{Affected, Steered, Steering, Task};
use crate::timetable;

/// Plans whose costs differ by no more than this part are as good as each other.
pub(crate) const HAIR: f64 = 0.0005;

/// About how many steps of a search looking at a plan takes, for each enrolment.
const LOOK: u64 = 3;

/// How far a plan disturbs: municipalities, persons, changes. Fewer of the first count most.
pub(crate) type Disturbed = (Affected, u32);

/// What a plan disturbs.
pub(crate) fn disturbed(steered: &Steered) -> Disturbed {
    (steered.affected, steered.changes.total())
}

/// A plan that keeps all rules and locks, with what is made small.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub plan: Plan,
    /// Places and hostings lost, which weigh more than any cost.
    pub losses: u32,
    pub value: f64,
    pub disturbed: Disturbed,
}

/// Plans that cost about the same, of which none is both cheaper and gentler than another.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pool(Vec<Candidate>);

/// So many plans are kept at most.
const MOST: usize = 30;

impl Pool {
    /// Keeps a plan unless another is no dearer and disturbs no more.
    pub fn keep(&mut self, new: Candidate) {
        let beats = |one: &Candidate, other: &Candidate| {
            one.losses <= other.losses && one.value <= other.value && one.disturbed <= other.disturbed
        };
        if self.0.iter().any(|known| beats(known, &new)) {
            return;
        }
        self.0.retain(|known| !beats(&new, known));
        let at = self.0.partition_point(|known| known.value < new.value);
        self.0.insert(at, new);
        let losses = self.0.iter().map(|one| one.losses).min().unwrap_or_default();
        let of_these = self.0.iter().filter(|one| one.losses == losses).map(|one| one.value);
        let most = of_these.fold(f64::INFINITY, f64::min) * (1.0 + HAIR);
        self.0.retain(|one| one.losses == losses && one.value <= most);
        if self.0.len() > MOST {
            self.0.remove(MOST - 1); // the last disturbs fewest
        }
    }

    /// The one that disturbs fewest, of those that lose no more and cost no more than this.
    pub fn gentlest(&self, losses: u32, most: f64) -> Option<&Candidate> {
        self.0.iter().filter(|one| one.losses <= losses && one.value <= most).min_by_key(|one| one.disturbed)
    }
}

/// A step back towards the base plan.
#[derive(Clone, Debug)]
enum Step {
    /// These come back into the networks of the base, or out of theirs where the base has none for them.
    Return(Vec<EnrolmentIx>),
    /// The dates of a network are those of the base, as far as they can be.
    Retime(NetworkIx),
}

/// A way back, for one problem.
pub(crate) struct Back<'a> {
    problem: &'a Task,
    steering: &'a Steering,
    base: &'a Plan,
    budget: &'a Budget<'a>,
}

/// A plan on the way back.
#[derive(Clone, Debug)]
struct Stage {
    plan: Plan,
    value: f64,
    steered: Steered,
    /// By how much it exceeds the limits: changes and municipalities.
    over: u32,
}

impl<'a> Back<'a> {
    /// None where there is no base plan.
    pub fn new(problem: &'a Task, budget: &'a Budget<'a>) -> Option<Back<'a>> {
        let steering = problem.steering()?;
        Some(Back { problem, steering, base: steering.base()?, budget })
    }

    /// The plan, taken back until it keeps the limits, and then as far as it costs no more than `most`. Each plan on the way
    /// is told.
    pub fn towards_base(&self, plan: Plan, most: f64, told: &mut impl FnMut(&Plan)) {
        let Some(mut here) = self.look(plan) else { return };
        loop {
            let mut found: Vec<(f64, Step)> = Vec::new();
            for step in self.steps(&here.plan) {
                if let Some(next) = self.take(&here.plan, &step).filter(|next| self.pays(&here, next, most)) {
                    found.push((worth(&here, &next), step));
                }
                if self.budget.enough() {
                    break;
                }
            }
            found.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut went = false;
            for (_, step) in found {
                if let Some(next) = self.take(&here.plan, &step).filter(|next| self.pays(&here, next, most)) {
                    told(&next.plan);
                    (here, went) = (next, true);
                }
                if self.budget.enough() {
                    return;
                }
            }
            if !went {
                return;
            }
        }
    }

    /// Whether a step from one plan leads to a better one.
    fn pays(&self, from: &Stage, to: &Stage, most: f64) -> bool {
        let losses = |stage: &Stage| self.steering.losses(&stage.steered.changes);
        if losses(to) > losses(from) {
            return false;
        }
        if from.over > 0 {
            return to.over < from.over;
        }
        to.over == 0 && to.value <= most && disturbed(&to.steered) < disturbed(&from.steered)
    }

    /// All steps back that there are.
    fn steps(&self, plan: &Plan) -> Vec<Step> {
        let home = |e: usize| self.steering.promised_to(EnrolmentIx::new(e));
        let away: Vec<EnrolmentIx> =
            (0..plan.network_of.len()).filter(|&e| home(e) != plan.network_of[e]).map(EnrolmentIx::new).collect();
        let ends = |e: &EnrolmentIx| [home(e.at()), plan.network_of[e.at()]];
        let mut steps: Vec<Step> = away.iter().map(|&e| Step::Return(vec![e])).collect();
        for (at, a) in away.iter().enumerate() {
            let trades = |b: &&EnrolmentIx| ends(a)[0] == ends(b)[1] || ends(a)[1] == ends(b)[0];
            steps.extend(away[at + 1..].iter().filter(trades).map(|&b| Step::Return(vec![*a, b])));
        }
        steps.extend(together(&away, ends).into_iter().filter(|group| group.len() > 2).map(Step::Return));
        let mut visits: Vec<[Vec<&Visit>; 2]> = vec![Default::default(); self.problem.networks().len()];
        self.base.visits.iter().for_each(|visit| visits[visit.network.at()][0].push(visit));
        plan.visits.iter().for_each(|visit| visits[visit.network.at()][1].push(visit));
        let differ = visits.iter().enumerate().filter(|(_, [before, now])| before != now);
        steps.extend(differ.map(|(n, _)| Step::Retime(NetworkIx::new(n))));
        steps
    }

    fn take(&self, plan: &Plan, step: &Step) -> Option<Stage> {
        let mut next = plan.clone();
        let mut networks = vec![false; self.problem.networks().len()];
        match step {
            Step::Return(who) => {
                for &e in who {
                    let home = self.steering.promised_to(e);
                    next.network_of[e.at()].into_iter().chain(home).for_each(|n| networks[n.at()] = true);
                    next.network_of[e.at()] = home;
                }
            }
            Step::Retime(n) => networks[n.at()] = true,
        }
        for (n, members) in next.members(self.problem).iter().enumerate().filter(|(n, _)| networks[*n]) {
            if !rules::of_network(self.problem, &self.problem.networks()[n], members).is_empty() {
                return None;
            }
        }
        next.visits = timetable::like(self.problem, &next, &networks, &self.base.visits);
        self.look(next)
    }

    /// What a plan comes to; `None` where it breaks a rule or a lock.
    fn look(&self, mut plan: Plan) -> Option<Stage> {
        self.budget.spend(LOOK * plan.network_of.len() as u64);
        plan.sort();
        let locks = self.steering.locks_broken(self.problem, &plan);
        if !locks.is_empty() || !rules::violations(self.problem, &plan).is_empty() {
            return None;
        }
        let steered = self.steering.judge(self.problem, &plan);
        let value = cost::cost(self.problem, &plan).total() + steered.price;
        let over = self.steering.excess(&steered);
        Some(Stage { plan, value, steered, over })
    }
}

/// What a step costs for each change and municipality that it saves.
fn worth(from: &Stage, to: &Stage) -> f64 {
    let all = |stage: &Stage| stage.steered.affected.municipalities + stage.steered.changes.total();
    let saved = f64::from(all(from)) - f64::from(all(to));
    (to.value - from.value) / saved.max(0.1)
}

/// Those who are moved, in groups that share a network before or after.
fn together(away: &[EnrolmentIx], ends: impl Fn(&EnrolmentIx) -> [Option<NetworkIx>; 2]) -> Vec<Vec<EnrolmentIx>> {
    let mut groups: Vec<(Vec<NetworkIx>, Vec<EnrolmentIx>)> = Vec::new();
    for e in away {
        let mut networks: Vec<NetworkIx> = ends(e).into_iter().flatten().collect();
        let mut members = vec![*e];
        let touches = |group: &(Vec<NetworkIx>, Vec<EnrolmentIx>)| group.0.iter().any(|n| ends(e).contains(&Some(*n)));
        for (theirs, others) in groups.extract_if(.., |group| touches(group)) {
            networks.extend(theirs);
            members.extend(others);
        }
        groups.push((networks, members));
    }
    groups.into_iter().map(|(_, members)| members).collect()
}

//! What if: the plan of a problem that has changed a little, from the plan that it had.
//!
//! The plan is carried over ([`carry`]): whoever can stays where they are. Then the networks that something has changed
//! for are searched with those near them, and their dates timed anew among those of all others ([`local`]); or, from
//! there, everything is optimised again ([`whole`]). The plan before is never touched.

mod bound;
mod carry;
pub mod fewer;
mod gathers;
mod impossible;
mod kept;
pub mod newcomer;
mod undo;
pub mod wish;
pub mod wished;

use crate::assignment::{self, Nearby};
use crate::cost::cost;
use crate::effort::{Budget, Effort};
use crate::explain::difference::Side;
use crate::explain::english;
use crate::infeasibility::Clash;
use crate::plan::Plan;
use crate::problem::{EnrolmentIx, NetworkIx};
use crate::solution::{Bound, Observer, Outcome, Solution, Start};
use crate::solve::exactly;
use crate::solve::incumbent::Incumbent;
use crate::solve::joint::Dates;
use crate::solve::solve_from;
use crate::steering::{Steering, Task};
use crate::timetable;

pub use bound::proved_after;
use carry::Carried;
pub use impossible::Impossible;

/// Steps that go into the dates of each network that has changed, and into those of all of them: they were searched for
/// network by network before, and only make way for each other.
const DATES: u64 = 100_000;
const MOST_DATES: u64 = 300_000;
/// How many plans near the one before are made, for everything to be optimised from the best of them; and the part of the time
/// that is left for each.
const TRIES: u64 = 4;
const TRY: f64 = 0.15;
/// Costs that differ by less than this, relatively, are the same.
const HAIR: f64 = 1e-9;
/// The part of the effort in which the best plan of a small problem is looked for exactly, and of the time that is kept for
/// taking back what gains nothing.
const EXACTLY: f64 = 0.5;
const UNDOING: f64 = 0.03;
/// Steps where no limit is given: more than an answer takes, so that every part of the search has its fill.
const MOST_STEPS: u64 = 40_000_000;

/// The plan of a problem that has changed a little: near what has changed, the rest as it is. In a second or so where
/// little has changed; `effort` limits that, and its work is an upper limit. `proved`: a lower bound on the assignment of
/// the problem after, where one is known.
pub fn local(before: Side<'_>, after: &Task, proved: f64, effort: &Effort, watch: &dyn Observer) -> Outcome {
    let after = &match carry::around(before, after) {
        Ok(after) => after,
        Err(clash) => return Outcome::without_plan(clash),
    };
    let ask = Ask { after, carried: &Carried::new(before, after), proved, watch };
    let budget = Budget::new(&some_work(effort), watch);
    let (found, _) = ask.settled(ask.near(effort.seed, &budget), &budget);
    ask.undone(found, effort.seed, &budget)
}

/// The same with everything optimised again, as long as the effort allows: from the best of a few such plans.
pub fn whole(before: Side<'_>, after: &Task, proved: f64, effort: &Effort, watch: &dyn Observer) -> Outcome {
    let after = &match carry::around(before, after) {
        Ok(after) => after,
        Err(clash) => return Outcome::without_plan(clash),
    };
    let ask = Ask { after, carried: &Carried::new(before, after), proved, watch };
    let mut best: Option<Solution> = None;
    for at in 0..TRIES {
        let budget = Budget::new(&some_work(&part_of(effort, watch, TRY, 1.0 / (2 * TRIES) as f64)), watch);
        let mut found = ask.near(effort.seed.wrapping_add(at), &budget);
        if at == 0 {
            let budget = Budget::new(&some_work(&part_of(effort, watch, EXACTLY, EXACTLY)), watch);
            let (settled, done) = ask.settled(found, &budget);
            if done {
                return ask.undone(settled, effort.seed, &budget);
            }
            found = settled;
        }
        match found {
            Outcome::Planned(found) => {
                if best.as_ref().is_none_or(|best| found.cost.total() < best.cost.total()) {
                    best = Some(found);
                }
            }
            Outcome::NotFound(_) => break,
            settled => return settled,
        }
    }
    let start = best.map(|best| Start { plan: best.plan, bound: best.bound });
    ask.improved(start, effort)
}

/// The same effort with a limit of work.
fn some_work(effort: &Effort) -> Effort {
    Effort { work: Some(effort.work.unwrap_or(MOST_STEPS)), ..effort.clone() }
}

/// A part of the time that is left, and of all the work.
fn part_of(effort: &Effort, watch: &dyn Observer, of_time: f64, of_work: f64) -> Effort {
    let now = watch.elapsed().as_secs_f64();
    let seconds = effort.seconds.map(|end| now + of_time * (end - now).max(0.0));
    Effort { seconds, work: effort.work.map(|work| (work as f64 * of_work) as u64), ..effort.clone() }
}

/// A problem that has changed a little, with the plan that it had carried over.
struct Ask<'a> {
    after: &'a Task,
    carried: &'a Carried,
    /// A lower bound on the assignment.
    proved: f64,
    watch: &'a dyn Observer,
}

impl Ask<'_> {
    /// A plan near the one before.
    fn near(&self, seed: u64, budget: &Budget<'_>) -> Outcome {
        let (after, carried) = (self.after, self.carried);
        let dates = Dates::new(after);
        dates.learn(after, &carried.plan);
        let nearby = Nearby { start: &carried.plan, touched: &carried.touched, seeking: &carried.seeking };
        let assigned = match assignment::near(after, nearby, &dates, seed, budget) {
            assignment::Outcome::Assigned(assigned) => assigned,
            assignment::Outcome::Infeasible(clash) => return Outcome::Infeasible(clash),
            assignment::Outcome::NotFound => return Outcome::NotFound(None),
        };
        let plan = timed(after, carried, &dates, assigned.network_of, seed, budget);
        self.judged(plan, Bound { assignment: assigned.bound.max(self.proved), ..Bound::default() })
    }

    /// A plan checked, with what is proved.
    fn judged(&self, plan: Plan, bound: Bound) -> Outcome {
        let mut best = Incumbent::new(self.after, &Effort::default(), self.watch);
        best.offer_proved(plan, bound.assignment, bound.timetable);
        best.prove(bound.total);
        best.outcome()
    }

    /// The best plan where the problem is so small that every assignment can be looked at, and whether that is proved.
    fn settled(&self, found: Outcome, budget: &Budget<'_>) -> (Outcome, bool) {
        let start = match &found {
            Outcome::Planned(found) => Some(found),
            Outcome::NotFound(_) => None,
            Outcome::Infeasible(_) | Outcome::Broken(_) => return (found, true),
        };
        if !exactly::is_small(self.after) {
            return (found, false);
        }
        let known = start.map_or(Bound { assignment: self.proved, ..Bound::default() }, |found| found.bound);
        match exactly::best(self.after, start.map(|found| &found.plan), &self.carried.plan, budget) {
            exactly::Best::Plan(plan) => {
                let cost = cost(self.after, &plan);
                let bound = Bound { timetable: cost.timetable(), total: cost.total(), ..known };
                (self.judged(plan, bound), true)
            }
            exactly::Best::None => {
                (Outcome::Infeasible(Clash { detail: english::NO_PLAN.to_owned(), ..Clash::default() }), true)
            }
            exactly::Best::Open(Some(plan)) => (self.judged(plan, Bound { timetable: 0.0, ..known }), false),
            exactly::Best::Open(None) => (found, false),
        }
    }

    /// Everything optimised again, from a plan where there is one.
    fn improved(&self, start: Option<Start>, effort: &Effort) -> Outcome {
        let found = solve_from(self.after, start, &part_of(effort, self.watch, 1.0 - UNDOING, 1.0), self.watch);
        self.undone(found, effort.seed, &Budget::new(&some_work(effort), self.watch))
    }

    /// The same plan without changes that gain nothing.
    fn undone(&self, found: Outcome, seed: u64, budget: &Budget<'_>) -> Outcome {
        let Outcome::Planned(found) = found else { return found };
        let plan = undo::undo(self.after, &self.carried.plan, &found.plan, seed, budget);
        if plan == found.plan {
            return Outcome::Planned(found);
        }
        let same = plan.network_of == found.plan.network_of;
        let timetable = if same { found.bound.timetable } else { 0.0 };
        self.judged(plan, Bound { timetable, ..found.bound })
    }
}

/// The plan of these networks: those that are as they were keep their visits, the others are timed among them.
fn timed(
    after: &Task,
    carried: &Carried,
    dates: &Dates<'_>,
    network_of: Vec<Option<NetworkIx>>,
    seed: u64,
    budget: &Budget<'_>,
) -> Plan {
    let (found, start) = (dates.plan(after, network_of), &carried.plan);
    let (now, was) = (found.members(after), start.members(after));
    let mut anew: Vec<bool> = (0..now.len()).map(|n| carried.dates[n] || now[n] != was[n]).collect();
    in_the_way(after, &found, start).into_iter().for_each(|n| anew[n.at()] = true);
    let kept = start.visits.iter().filter(|visit| !anew[visit.network.at()]);
    let changed = found.visits.iter().filter(|visit| anew[visit.network.at()]);
    let mut plan = after.plan(found.network_of, kept.chain(changed).cloned().collect());
    let steps = DATES * anew.iter().filter(|&&anew| anew).count() as u64;
    let share = budget.steps(steps.min(MOST_DATES));
    plan.visits = timetable::retime(after, &plan, &anew, seed, &share).visits;
    budget.join(&share);
    plan
}

/// The networks whose visits are in the way of hostings that must be held on a day: the host's municipality receives that day
/// already, or as many visits are held in its region or in the programme as may be. `kept`: the plan whose visits stay.
fn in_the_way(problem: &Task, plan: &Plan, kept: &Plan) -> Vec<NetworkIx> {
    let mut found = Vec::new();
    for (host, day) in problem.steering().into_iter().flat_map(Steering::single_days) {
        let others = || kept.visits.iter().filter(|visit| visit.day == day && visit.host != host);
        let home = |host: EnrolmentIx| problem.enrolment(host).municipality;
        let region = problem.home(host).region;
        let there = || others().filter(|visit| problem.home(visit.host).region == region);
        let full = |most: Option<u32>, held: usize| most.is_some_and(|most| held >= most as usize);
        let all_full = full(problem.visits().max_visits_per_day, others().count());
        let region_full = full(problem.regions()[region.at()].max_visits_per_day, there().count());
        let mine = plan.network_of[host.at()];
        let stands = others().filter(|visit| {
            all_full || (region_full && problem.home(visit.host).region == region) || home(visit.host) == home(host)
        });
        found.extend(stands.map(|visit| visit.network).filter(|n| Some(*n) != mine));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effort::Still;
    use crate::problem::records::WeightsRecord;
    use crate::small::{problem, two_networks};
    use crate::what_if::wish::Wish;
    use crate::what_if::wished::Wished;

    #[test]
    fn who_is_in_no_network_finds_one_in_which_it_can_receive_on_the_day() {
        let mut records = two_networks();
        records.networks.iter_mut().for_each(|network| (network.min_members, network.max_members) = (0, 2));
        records.municipalities[1].unavailable = Some(vec!["2024-01-03".into()]);
        // To be in a network of its own would cost nothing, and nobody would come.
        records.weights = Some(WeightsRecord { unassigned: Some(0.0), ..Default::default() });
        let before = problem(&records);
        let wish = Wish::Host { enrolment: "a".into(), date: "2024-01-03".into() };
        let after = Wished::new(&records, &[wish]).unwrap().problem().unwrap();
        let effort = Effort { work: Some(1_000_000), ..Effort::default() };
        for search in [local, whole] {
            let before = Side { problem: &before, plan: &Plan::empty(&before) };
            let Outcome::Planned(found) = search(before, &after, 0.0, &effort, &Still) else { panic!("not found") };
            assert_eq!(found.plan.network_of[0], found.plan.network_of[2], "with C alone, as B cannot come");
            assert_eq!(found.bound.total, found.cost.total());
        }
    }
}

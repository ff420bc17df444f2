//! Changes that gain nothing, taken back: networks that merely traded names, members who moved, and days that are others,
//! though it costs no less.

use std::collections::{BTreeMap, BTreeSet};

use super::HAIR;
use crate::cost::cost;
use crate::effort::Budget;
use crate::plan::{Plan, Visit};
use crate::problem::{Day, EnrolmentIx, NetworkIx};
use crate::rules;
use crate::solve::exactly::moved;
use crate::steering::Task;
use crate::timetable;

/// Steps that go into the dates of networks whose members have gone back.
const DATES: u64 = 20_000;
/// How often all kinds of changes are gone through.
const ROUNDS: usize = 3;

/// A plan with every change against the one before taken back that was found to gain nothing, alone or with one other.
/// `before`: the plan as it was carried over; it may break rules.
pub(super) fn undo(problem: &Task, before: &Plan, plan: &Plan, seed: u64, budget: &Budget<'_>) -> Plan {
    let mut undo = Undo { problem, before, cost: cost(problem, plan).total(), plan: plan.clone(), seed, budget };
    for _ in 0..ROUNDS {
        let tried = [undo.names(), undo.members(), undo.days()];
        if !tried.contains(&true) {
            break;
        }
    }
    undo.plan
}

struct Undo<'a, 'b> {
    problem: &'a Task,
    before: &'a Plan,
    plan: Plan,
    /// The least that was found.
    cost: f64,
    seed: u64,
    budget: &'a Budget<'b>,
}

impl Undo<'_, '_> {
    /// Takes a plan that costs no more and keeps every rule and wish.
    fn take(&mut self, mut plan: Plan) -> bool {
        if self.budget.enough() {
            return false;
        }
        plan.sort();
        let total = cost(self.problem, &plan).total();
        if plan == self.plan || total > self.cost + HAIR * self.cost.max(1.0) || !self.is_sound(&plan) {
            return false;
        }
        (self.cost, self.plan) = (self.cost.min(total), plan);
        true
    }

    fn is_sound(&self, plan: &Plan) -> bool {
        let steering = self.problem.steering();
        rules::violations(self.problem, plan).is_empty()
            && steering.is_none_or(|steering| steering.broken(self.problem, plan).is_empty())
    }

    /// Gives networks that traded their members the names back.
    fn names(&mut self) -> bool {
        let mut any = false;
        let gone: BTreeSet<NetworkIx> = self.moves().into_iter().filter_map(|e| self.now(e)).collect();
        for n in gone {
            let names = self.cycle(n);
            let rename = |n: NetworkIx| names.get(&n).copied().unwrap_or(n);
            let mut plan = self.plan.clone();
            plan.network_of.iter_mut().flatten().for_each(|n| *n = rename(*n));
            plan.visits.iter_mut().for_each(|visit| visit.network = rename(visit.network));
            let fewer = moved(self.problem, &plan, self.before) < moved(self.problem, &self.plan, self.before);
            any |= fewer && self.take(plan);
        }
        any
    }

    /// Each network that this one's members came from, theirs and so on, until that leads back or to one that is empty.
    fn cycle(&self, first: NetworkIx) -> BTreeMap<NetworkIx, NetworkIx> {
        let mut names = BTreeMap::new();
        let mut at = first;
        while let Some(origin) = self.origin(at).filter(|origin| *origin != at && !names.contains_key(origin)) {
            names.insert(at, origin);
            at = origin;
        }
        if !names.is_empty() {
            names.insert(at, first);
        }
        names
    }

    /// The network that most of a network's members, by persons, were in.
    fn origin(&self, network: NetworkIx) -> Option<NetworkIx> {
        let mut persons: BTreeMap<NetworkIx, u64> = BTreeMap::new();
        for (e, (now, was)) in self.plan.network_of.iter().zip(&self.before.network_of).enumerate() {
            if let (true, Some(was)) = (*now == Some(network), was) {
                *persons.entry(*was).or_default() += u64::from(self.problem.enrolments()[e].delegates);
            }
        }
        let most = |(n, persons): &(NetworkIx, u64)| (*persons, *n == network);
        persons.into_iter().max_by_key(most).map(|(n, _)| n)
    }

    /// Takes members back to where they were: all who trade with each other, then each alone and every two whose moves
    /// meet.
    fn members(&mut self) -> bool {
        let mut any = false;
        for group in self.groups() {
            any |= self.go_back(&group);
        }
        for one in self.moves() {
            any |= self.go_back(&[one]);
        }
        let moves = self.moves();
        for (at, &a) in moves.iter().enumerate() {
            for &b in &moves[..at] {
                let meet = self.now(a) == self.was(b) || self.now(b) == self.was(a);
                any |= meet && self.now(a) != self.was(a) && self.now(b) != self.was(b) && self.go_back(&[a, b]);
            }
        }
        any
    }

    fn now(&self, e: EnrolmentIx) -> Option<NetworkIx> {
        self.plan.network_of[e.at()]
    }

    fn was(&self, e: EnrolmentIx) -> Option<NetworkIx> {
        self.before.network_of[e.at()]
    }

    /// Those who had a network and are no longer there.
    fn moves(&self) -> Vec<EnrolmentIx> {
        let all = (0..self.plan.network_of.len()).map(EnrolmentIx::new);
        all.filter(|&e| self.was(e).is_some() && self.now(e) != self.was(e)).collect()
    }

    /// The same, those together whose moves meet in a network.
    fn groups(&self) -> Vec<Vec<EnrolmentIx>> {
        let mut groups: Vec<(BTreeSet<NetworkIx>, Vec<EnrolmentIx>)> = Vec::new();
        for e in self.moves() {
            let mut mine = (self.was(e).into_iter().chain(self.now(e)).collect::<BTreeSet<_>>(), vec![e]);
            groups.retain(|group| {
                let apart = group.0.is_disjoint(&mine.0);
                if !apart {
                    mine.0.extend(&group.0);
                    mine.1.extend(&group.1);
                }
                apart
            });
            groups.push(mine);
        }
        groups.into_iter().map(|group| group.1).collect()
    }

    /// Takes these back to where they were, with the dates of the networks concerned as they were where nobody else has
    /// changed, or else timed anew.
    fn go_back(&mut self, who: &[EnrolmentIx]) -> bool {
        let mut plan = Plan { visits: Vec::new(), ..self.plan.clone() };
        let mut touched = vec![false; self.problem.networks().len()];
        for &e in who {
            self.was(e).into_iter().chain(self.now(e)).for_each(|n| touched[n.at()] = true);
            plan.network_of[e.at()] = self.was(e);
        }
        let own = cost(self.problem, &plan).assignment();
        let worse = own > cost(self.problem, &self.plan).assignment() + HAIR * self.cost.max(1.0);
        if self.budget.enough() || worse || !rules::violations(self.problem, &plan).is_empty() {
            return false;
        }
        let (now, was) = (plan.members(self.problem), self.before.members(self.problem));
        let same: Vec<bool> = (0..touched.len()).map(|n| touched[n] && now[n] == was[n]).collect();
        let kept = self.plan.visits.iter().filter(|visit| !same[visit.network.at()]);
        let visits = kept.chain(self.before.visits.iter().filter(|visit| same[visit.network.at()]));
        plan.visits = visits.filter_map(|visit| here(&plan.network_of, visit)).collect();
        if self.take(plan.clone()) {
            return true;
        }
        let share = self.budget.steps(DATES);
        plan.visits = timetable::retime(self.problem, &plan, &touched, self.seed, &share).visits;
        self.budget.join(&share);
        self.take(plan)
    }

    /// Takes hostings back to their days: those of a network all together, then each alone and every two.
    fn days(&mut self) -> bool {
        let mut any = false;
        let days = |plan: &Plan| -> BTreeSet<(NetworkIx, EnrolmentIx, Day)> {
            plan.visits.iter().map(|visit| (visit.network, visit.host, visit.day)).collect()
        };
        let networks: BTreeSet<NetworkIx> = days(self.before).difference(&days(&self.plan)).map(|day| day.0).collect();
        for n in networks {
            let hosts = self.retimed(n);
            any |= self.go_back_in_time(n, &hosts);
            for host in self.retimed(n) {
                any |= self.go_back_in_time(n, &[host]);
            }
            let hosts = self.retimed(n);
            for (at, &a) in hosts.iter().enumerate() {
                for &b in &hosts[..at] {
                    any |= self.go_back_in_time(n, &[a, b]);
                }
            }
        }
        any
    }

    /// The visits of a host in its network.
    fn of_host(plan: &Plan, network: NetworkIx, host: EnrolmentIx) -> impl Iterator<Item = &Visit> {
        plan.visits.iter().filter(move |visit| visit.network == network && visit.host == host)
    }

    /// The hosts of a network who receive on other days than before.
    fn retimed(&self, network: NetworkIx) -> Vec<EnrolmentIx> {
        let hosts: BTreeSet<EnrolmentIx> =
            self.before.visits.iter().filter(|visit| visit.network == network).map(|visit| visit.host).collect();
        let differs = |&host: &EnrolmentIx| {
            let days = |plan| Self::of_host(plan, network, host).map(|visit| visit.day).collect::<BTreeSet<_>>();
            self.plan.network_of[host.at()] == Some(network) && days(&self.plan) != days(self.before)
        };
        hosts.into_iter().filter(differs).collect()
    }

    /// Has these hosts receive on the days on which they did; who is new comes as well, to the first visit.
    fn go_back_in_time(&mut self, network: NetworkIx, hosts: &[EnrolmentIx]) -> bool {
        let theirs = |visit: &&Visit| visit.network == network && hosts.contains(&visit.host);
        let mut visits: Vec<Visit> = self.plan.visits.iter().filter(|visit| !theirs(visit)).cloned().collect();
        for &host in hosts {
            let old = Self::of_host(self.before, network, host);
            let mut old: Vec<Visit> = old.filter_map(|visit| here(&self.plan.network_of, visit)).collect();
            let comes = |e: &EnrolmentIx, old: &[Visit]| old.iter().any(|visit| visit.guests.contains(e));
            let now = Self::of_host(&self.plan, network, host).flat_map(|visit| visit.guests.iter().copied());
            let new: Vec<EnrolmentIx> = now.filter(|e| !comes(e, &old)).collect();
            if let Some(first) = old.first_mut() {
                first.guests.extend(new);
            }
            visits.extend(old);
        }
        self.take(Plan { visits, ..self.plan.clone() })
    }
}

/// A visit as far as its host and guests are in its network; none where nobody comes.
fn here(network_of: &[Option<NetworkIx>], visit: &Visit) -> Option<Visit> {
    let is_here = |e: &EnrolmentIx| network_of[e.at()] == Some(visit.network);
    let guests: Vec<EnrolmentIx> = visit.guests.iter().copied().filter(is_here).collect();
    (is_here(&visit.host) && !guests.is_empty()).then(|| Visit { guests, ..visit.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::resolve;
    use crate::small::{self, two_networks};

    type Places<'a> = &'a [(&'a str, &'a str)];
    type Days<'a> = &'a [small::Visit<'a>];

    fn undone(problem: &Task, before: (Places<'_>, Days<'_>), after: (Places<'_>, Days<'_>)) -> (Plan, Plan) {
        let [before, after] = [before, after].map(|plan| resolve(problem, &small::plan(plan.0, plan.1)).0);
        let plan = undo(problem, &before, &after, 1, &Budget::of_work(1_000_000));
        (before, plan)
    }

    #[test]
    fn networks_that_traded_names_have_them_back() {
        let mut records = two_networks();
        records.networks.iter_mut().for_each(|network| network.min_members = 1);
        let problem = small::problem(&records);
        let was = [("a", "n"), ("b", "n"), ("c", "m")];
        let now = [("a", "m"), ("b", "m"), ("c", "n")];
        let days = |network| [(network, "a", "2024-01-02", &["b"][..]), (network, "b", "2024-01-04", &["a"])];
        let (before, plan) = undone(&problem, (&was, &days("n")), (&now, &days("m")));
        assert_eq!(plan, before);
    }

    #[test]
    fn days_that_cost_no_less_are_as_they_were_also_where_two_traded_them() {
        let problem = small::problem(&two_networks());
        let all = [("a", "n"), ("b", "n"), ("c", "n")];
        let days = |a, b| [("n", "a", a, &["b", "c"][..]), ("n", "b", b, &["a", "c"])];
        let (before, plan) =
            undone(&problem, (&all, &days("2024-01-02", "2024-01-04")), (&all, &days("2024-01-04", "2024-01-02")));
        assert_eq!(plan, before);
    }

    #[test]
    fn what_gains_something_stays() {
        let mut records = two_networks();
        records.municipalities[0].undesired = Some(vec!["2024-01-02".into()]);
        let problem = small::problem(&records);
        let all = [("a", "n"), ("b", "n"), ("c", "n")];
        let day = |day| [("n", "a", day, &["b", "c"][..])];
        let (before, plan) = undone(&problem, (&all, &day("2024-01-02")), (&all, &day("2024-01-03")));
        assert_ne!(plan, before);
    }
}

//! Who is affected by what is different from a base plan.
//!
//! **An enrolment is affected** that both the base and the problem have, where the plan tells it anything else than the base:
//! another network, or one more or less; another day on which it receives; another day of a visit that it pays, one more
//! or less. So the guests of a host that has withdrawn are affected, whatever the plan. Who has withdrawn, or is new, is not
//! affected by that itself; nor is a host to whom other guests come on the same days, nor another guest of that visit.
//!
//! A municipality is affected where an enrolment of it is: those that are told a change by
//! [`differences`](crate::explain::difference::differences), but for what is told to enrolments that only one of the two
//! has.

use std::collections::HashMap;

use super::build::{may_come, may_receive};
use super::*;
use crate::plan::PlanRecords;

/// How many have to be told of a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Affected {
    /// Municipalities of which an enrolment is affected.
    pub municipalities: u32,
    /// Delegates of the enrolments that are affected.
    pub persons: u64,
}

/// What a plan tells an enrolment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Told {
    /// Whether the plan knows it.
    pub(super) known: bool,
    /// Whether it was told of a network or a host that there is no more: whatever comes is different.
    pub(super) lost: bool,
    pub(super) network: Option<NetworkIx>,
    /// Days on which it receives, ascending.
    pub(super) receives: Vec<Day>,
    /// Hosts and days of the visits that it pays, ascending.
    pub(super) pays: Vec<(EnrolmentIx, Day)>,
}

impl Told {
    /// Whether a plan tells an enrolment that it knows anything else.
    pub(super) fn differs_from(&self, now: &Told) -> bool {
        let same = (self.network, &self.receives, &self.pays) == (now.network, &now.receives, &now.pays);
        self.known && (self.lost || !same)
    }
}

/// What a plan of the problem tells everybody.
pub(super) fn told(problem: &Problem, plan: &Plan) -> Vec<Told> {
    let told = |network: &Option<NetworkIx>| Told { known: true, network: *network, ..Told::default() };
    let mut all: Vec<Told> = plan.network_of.iter().map(told).collect();
    debug_assert_eq!(all.len(), problem.enrolments().len());
    for visit in &plan.visits {
        all[visit.host.at()].receives.push(visit.day);
        visit.guests.iter().for_each(|guest| all[guest.at()].pays.push((visit.host, visit.day)));
    }
    sorted(all)
}

/// What a plan that is written, of whichever state of the problem, tells those whom the problem has.
pub(super) fn told_by(problem: &Problem, written: &PlanRecords) -> Vec<Told> {
    let enrolments = problem.enrolments().iter().enumerate();
    let enrolments: HashMap<&str, EnrolmentIx> =
        enrolments.map(|(at, e)| (e.id.as_str(), EnrolmentIx::new(at))).collect();
    let networks = problem.networks().iter().enumerate();
    let networks: HashMap<&str, NetworkIx> = networks.map(|(at, n)| (n.id.as_str(), NetworkIx::new(at))).collect();
    let mut all = vec![Told::default(); problem.enrolments().len()];
    for row in &written.assignments {
        let Some(e) = enrolments.get(row.enrolment.as_str()) else { continue };
        let network = row.network.as_ref().map(|id| networks.get(id.as_str()).copied());
        let told = &mut all[e.at()];
        (told.known, told.lost, told.network) = (true, network == Some(None), network.flatten());
    }
    for visit in &written.visits {
        let Ok(day) = Day::parse(&visit.date) else { continue };
        let host = enrolments.get(visit.host.as_str());
        if let Some(host) = host {
            all[host.at()].receives.push(day);
        }
        for guest in visit.guests.iter().filter_map(|id| enrolments.get(id.as_str())) {
            match host {
                Some(&host) => all[guest.at()].pays.push((host, day)),
                None => all[guest.at()].lost = true,
            }
        }
    }
    sorted(all)
}

/// Who is affected by what a plan has otherwise than one that is written, of whichever state of the problem.
pub fn affected_since(before: &PlanRecords, problem: &Problem, plan: &Plan) -> Affected {
    Steering { told: told_by(problem, before), ..Steering::default() }.affected(problem, plan)
}

fn sorted(mut all: Vec<Told>) -> Vec<Told> {
    for told in &mut all {
        told.receives.sort_unstable();
        told.pays.sort_unstable();
    }
    all
}

impl Steering {
    /// Who is affected by what a plan has otherwise than the base; nobody without a base.
    pub fn affected(&self, problem: &Problem, plan: &Plan) -> Affected {
        if self.told.is_empty() {
            return Affected::default();
        }
        let now = told(problem, plan);
        self.count(problem, |e| self.told[e].differs_from(&now[e]))
    }

    /// Who is affected by the networks of a plan, whatever its visits.
    pub(crate) fn affected_by_networks(&self, problem: &Problem, plan: &Plan) -> Affected {
        self.count(problem, |e| self.told[e].lost || self.told[e].network != plan.network_of[e])
    }

    /// Who is affected whatever the plan.
    pub(crate) fn affected_anyway(&self, problem: &Problem) -> Affected {
        self.count(problem, |e| self.is_lost(problem, EnrolmentIx::new(e)))
    }

    /// Whether a plan cannot tell an enrolment the same as the base: its network, a host or a day of it is not to be had.
    pub(crate) fn is_lost(&self, problem: &Problem, e: EnrolmentIx) -> bool {
        let Some(told) = self.told.get(e.at()).filter(|told| told.known) else { return false };
        told.lost
            || told.network.is_some_and(|network| !problem.eligible(e, network))
            || told.receives.iter().any(|&day| !may_receive(problem, e, day))
            || told.pays.iter().any(|&(host, day)| !may_receive(problem, host, day) || !may_come(problem, e, host, day))
    }

    /// The network that the base has told an enrolment of, or that it has none; nothing where the base does not know it.
    pub(crate) fn told_network(&self, e: EnrolmentIx) -> Option<Option<NetworkIx>> {
        self.told.get(e.at()).filter(|told| told.known).map(|told| told.network)
    }

    fn count(&self, problem: &Problem, differs: impl Fn(usize) -> bool) -> Affected {
        let mut towns = vec![false; problem.municipalities().len()];
        let mut persons = 0;
        for (e, enrolment) in problem.enrolments().iter().enumerate().take(self.told.len()) {
            if differs(e) {
                towns[enrolment.municipality.at()] = true;
                persons += u64::from(enrolment.delegates);
            }
        }
        Affected { municipalities: towns.into_iter().filter(|&town| town).count() as u32, persons }
    }
}

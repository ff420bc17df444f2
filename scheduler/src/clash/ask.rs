//! One question, asked of many versions of a problem: can what is at stake be had?

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

use super::shrink::Verdict;
use super::{gatherings, relax};
use crate::assignment::{self, Places, places};
use crate::effort::{Budget, Limit};
use crate::facts::Facts;
use crate::infeasibility::{GatheringRule, Member};
use crate::plan::{Plan, Visit};
use crate::problem::{EnrolmentIx, GatheringIx, NetworkIx, TrackIx};
use crate::rules;
use crate::steering::Task;
use crate::timetable;
use crate::timetable::possible::{Hostings, Wanted, enough_days_for, hostings, refuted_for};

/// What is at stake.
#[derive(Clone, Debug, PartialEq)]
pub enum Stake {
    /// That the networks of a track have what they must have at least.
    Floors(TrackIx),
    /// That everybody of a track has a network.
    Places(TrackIx),
    /// That the hostings of one network are held, its members being those of the plan and no other network there.
    Network(NetworkIx),
    /// That every hosting is held, in the networks of the plan.
    Hostings,
    /// That every municipality that can host holds its hostings, whatever the networks are.
    Days,
    /// That a gathering is held, whatever else is.
    Gathering(GatheringIx),
}

/// What one test may take.
const TEST: Limit = Limit { time: Duration::from_secs(2), steps: 200_000 };
/// What a search may take that is to show that something is possible.
const SEARCH: Limit = Limit { time: Duration::from_secs(3), steps: 400_000 };
/// So many assignments that were found are kept, to be tried first.
const KNOWN: usize = 8;

/// The network of each enrolment, by enrolment.
type Networks = Vec<Option<NetworkIx>>;

/// A stake with all that a test of it needs.
pub(super) struct Ask<'a, 'b> {
    /// The problem, without prices.
    pub problem: Task,
    pub stake: Stake,
    /// What is wanted, as members of a clash.
    pub wants: Vec<Member>,
    /// Networks and visits to begin from, where dates are at stake.
    plan: Plan,
    seed: u64,
    pub budget: &'a Budget<'b>,
    known: RefCell<Vec<Networks>>,
}

impl<'a, 'b> Ask<'a, 'b> {
    /// The question for a problem. `plan`: the one that leaves something out, or any, where dates are at stake.
    pub fn new(problem: &Task, plan: &Plan, stake: Stake, seed: u64, budget: &'a Budget<'b>) -> Self {
        let wants = wants(problem, plan, &stake);
        let mut plan = plan.clone();
        if let Stake::Network(n) = stake {
            plan.network_of.iter_mut().for_each(|network| *network = network.filter(|&network| network == n));
            plan.visits.retain(|visit| visit.network == n);
        }
        let known = RefCell::new(Vec::new());
        Ask { problem: relax::bare(problem), stake, wants, plan, seed, budget, known }
    }

    /// The same question with another budget.
    pub fn with<'c, 'd>(self, budget: &'c Budget<'d>) -> Ask<'c, 'd> {
        let Ask { problem, stake, wants, plan, seed, known, .. } = self;
        Ask { problem, stake, wants, plan, seed, budget, known }
    }

    /// Every rule that may be a part of a clash about it.
    pub fn rules(&self) -> Vec<Member> {
        match self.stake {
            Stake::Floors(track) | Stake::Places(track) => relax::rules_of_places(&self.problem, track),
            Stake::Gathering(gathering) => gatherings::rules_of(&self.problem, gathering),
            Stake::Network(_) | Stake::Hostings => {
                let placed = self.plan.network_of.iter().enumerate().filter(|(_, network)| network.is_some());
                relax::rules_of_dates(&self.problem, &placed.map(|(e, _)| EnrolmentIx::new(e)).collect::<Vec<_>>())
            }
            Stake::Days => {
                // Whoever is of the track of a host may be its guest, in one network or another.
                let track = |e: EnrolmentIx| self.problem.enrolment(e).track;
                let hosting: BTreeSet<TrackIx> = self.wants.iter().filter_map(Member::enrolment).map(track).collect();
                let all = (0..self.problem.enrolments().len()).map(EnrolmentIx::new);
                relax::rules_of_dates(&self.problem, &all.filter(|&e| hosting.contains(&track(e))).collect::<Vec<_>>())
            }
        }
    }

    /// Whether these members can all be honoured, the rules that are not among them being dropped.
    pub fn only(&self, rules: &[Member], members: &[Member]) -> Verdict {
        let kept: BTreeSet<&Member> = members.iter().collect();
        let dropped: Vec<Member> = rules.iter().filter(|rule| !kept.contains(rule)).copied().collect();
        let wants: Vec<Member> = members.iter().filter(|member| member.is_want()).copied().collect();
        self.test(&relax::without(&self.problem, &dropped), &wants)
    }

    /// Whether a version of the problem has a plan with all these wants.
    pub fn test(&self, problem: &Task, wants: &[Member]) -> Verdict {
        if self.budget.enough() {
            return Verdict::Unknown;
        }
        let share = self.budget.share_at_most(1.0, TEST);
        let verdict = match self.stake {
            Stake::Floors(track) | Stake::Places(track) => self.places(problem, track, wants, &share),
            Stake::Network(_) | Stake::Hostings | Stake::Days => self.hostings(problem, wants, &share),
            Stake::Gathering(_) if wants.is_empty() => Verdict::Possible,
            Stake::Gathering(gathering) => gatherings::test(problem, gathering, self.seed, &share),
        };
        self.budget.join(&share);
        verdict
    }

    fn places(&self, problem: &Task, track: TrackIx, wants: &[Member], budget: &Budget<'_>) -> Verdict {
        let mut must = vec![false; problem.enrolments().len()];
        wants.iter().filter_map(Member::enrolment).for_each(|e| must[e.at()] = true);
        let mut known = self.known.borrow_mut();
        let found = match places(problem, track, &must, &known, self.seed, budget) {
            Places::Impossible => return Verdict::Impossible,
            Places::Found(found) => found,
            Places::Undecided => match self.searched(problem, &must) {
                Some(found) => found,
                None => return Verdict::Unknown,
            },
        };
        let found = match self.within_limits(problem, track, &must, found, budget) {
            Ok(found) => found,
            Err(verdict) => return verdict,
        };
        known.retain(|old| *old != found);
        known.insert(0, found);
        known.truncate(KNOWN);
        Verdict::Possible
    }

    /// An assignment of a track that keeps the limits of changes too: this one, or the one that disturbs fewest. Where neither
    /// does, whether it is proved that none does.
    fn within_limits(
        &self,
        problem: &Task,
        track: TrackIx,
        must: &[bool],
        found: Networks,
        budget: &Budget<'_>,
    ) -> Result<Networks, Verdict> {
        let Some(steering) = problem.steering() else { return Ok(found) };
        // Of this track alone: the others are as they were.
        let keeps = |found: &Networks| {
            let of_track = |e: usize| problem.enrolments()[e].track == track;
            let home = |e: usize| steering.told_network(EnrolmentIx::new(e)).flatten();
            let network_of = (0..found.len()).map(|e| if of_track(e) { found[e] } else { home(e) }).collect();
            !steering.networks_exceed(problem, &problem.plan(network_of, Vec::new()))
        };
        if keeps(&found) {
            return Ok(found);
        }
        for limit in steering.limits(problem) {
            let fewest = assignment::fewest(problem, track, &limit, must, self.seed, budget);
            if limit.anyway + fewest.least > limit.most {
                return Err(Verdict::Impossible);
            }
            if let Some(found) = fewest.network_of.filter(keeps) {
                return Ok(found);
            }
        }
        Err(Verdict::Unknown)
    }

    /// An assignment by search, where that is all that can be done; only where everybody is asked for.
    fn searched(&self, problem: &Task, must: &[bool]) -> Option<Vec<Option<NetworkIx>>> {
        if must.iter().filter(|must| **must).count() < self.wants.len() {
            return None;
        }
        let share = self.budget.share_at_most(0.5, SEARCH);
        let outcome = assignment::solve(problem, None, self.seed, &share);
        self.budget.join(&share);
        let assignment::Outcome::Assigned(found) = outcome else { return None };
        let placed = |(&must, network): (&bool, &Option<NetworkIx>)| !must || network.is_some();
        must.iter().zip(&found.network_of).all(placed).then_some(found.network_of)
    }

    fn hostings(&self, problem: &Task, wants: &[Member], budget: &Budget<'_>) -> Verdict {
        let wanted = wanted(wants);
        if self.stake == Stake::Days && !enough_days_for(problem, &wanted, budget) {
            return Verdict::Impossible;
        }
        let affected = problem.steering().is_some_and(|steering| steering.most_affected().is_some());
        match hostings(problem, &self.plan, &wanted, self.seed, budget) {
            // With one guest each they say nothing of how many are affected.
            Hostings::Held(_) if affected => Verdict::Unknown,
            Hostings::Held(_) => Verdict::Possible,
            Hostings::Impossible if self.stake != Stake::Days => Verdict::Impossible,
            _ if self.stake == Stake::Days && refuted_for(problem, &wanted, self.seed, budget) => Verdict::Impossible,
            Hostings::Impossible | Hostings::Undecided => Verdict::Unknown,
        }
    }

    /// Whether a repaired problem has a whole plan that keeps every rule, judged by the rules themselves, and has what was
    /// at stake. `before`: the plan whose networks and visits stand, where dates are at stake: it loses none.
    pub fn solved(&self, repaired: &Task, before: &Plan) -> bool {
        match self.stake {
            Stake::Floors(track) | Stake::Places(track) => {
                if self.test(repaired, &self.wants) != Verdict::Possible {
                    return false;
                }
                let Some(network_of) = self.known.borrow().first().cloned() else { return false };
                let mut judged = repaired.clone(); // of this track alone: the others are as they are
                for network in judged.networks.iter_mut().filter(|network| network.track != track) {
                    network.may_stay_empty = true;
                }
                let placed = |want: &Member| {
                    want.enrolment().is_none_or(|e| network_of.get(e.at()).is_some_and(Option::is_some))
                };
                self.wants.iter().all(placed)
                    && rules::violations(&judged, &judged.plan(network_of.clone(), Vec::new())).is_empty()
            }
            Stake::Network(_) | Stake::Hostings | Stake::Days => self.held(repaired, before),
            Stake::Gathering(_) => self.test(repaired, &self.wants) == Verdict::Possible,
        }
    }

    /// Dates for all networks of the plan in which everything wanted is held, and all that was held before.
    fn held(&self, repaired: &Task, before: &Plan) -> bool {
        let wanted = wanted(&self.wants);
        let budget = self.budget.share_at_most(1.0, TEST);
        let own = match hostings(repaired, &self.plan, &wanted, self.seed, &budget) {
            Hostings::Held(visits) => visits,
            Hostings::Impossible => return false,
            Hostings::Undecided => Vec::new(),
        };
        self.budget.join(&budget);
        let facts = Facts::new(&self.problem, before);
        let needed: Vec<Wanted> = facts.hostings.keys().copied().chain(wanted).collect();
        let mine = |visit: &&Visit| self.plan.visits.is_empty() || !self.plan.visits.contains(visit);
        let visits: Vec<Visit> = own.into_iter().chain(before.visits.iter().filter(mine).cloned()).collect();
        let start = Plan { visits, ..before.clone() };
        let keeps = |visits: Vec<Visit>| {
            let mut plan = Plan { visits, ..before.clone() };
            plan.sort();
            let of_dates = |violation: &rules::Violation| violation.rule.subject() != rules::Subject::Assignment;
            let facts = Facts::new(repaired, &plan);
            needed.iter().all(|key| facts.hostings.contains_key(key))
                && !rules::violations(repaired, &plan).iter().any(of_dates)
                && repaired.steering().is_none_or(|steering| steering.broken(repaired, &plan).is_empty())
        };
        if keeps(timetable::greedy(repaired, &start).visits) {
            return true;
        }
        let share = self.budget.share_at_most(0.5, SEARCH);
        let found = timetable::solve(repaired, &start, self.seed, &share);
        self.budget.join(&share);
        keeps(found.visits)
    }
}

/// The hostings among some wants.
fn wanted(wants: &[Member]) -> Vec<Wanted> {
    let hosting = |want: &Member| if let Member::Hosted(e, round) = want { Some((*e, *round)) } else { None };
    wants.iter().filter_map(hosting).collect()
}

/// What a stake wants.
fn wants(problem: &Task, plan: &Plan, stake: &Stake) -> Vec<Member> {
    match *stake {
        Stake::Floors(_) => Vec::new(),
        Stake::Gathering(gathering) => vec![Member::Gathering(gathering, GatheringRule::Held)],
        Stake::Places(track) => relax::enrolments(problem, track).map(Member::Placed).collect(),
        Stake::Network(wanted) => {
            let facts = Facts::new(problem, plan);
            let due = facts.hostings_wanted().filter(|(n, _)| *n == wanted);
            due.map(|(_, (host, round))| Member::Hosted(host, round)).collect()
        }
        Stake::Hostings | Stake::Days => {
            let facts = Facts::new(problem, plan);
            facts.hostings_wanted().map(|(_, (host, round))| Member::Hosted(host, round)).collect()
        }
    }
}

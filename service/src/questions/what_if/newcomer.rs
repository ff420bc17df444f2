//! Newcomers and networks to be filled: asked of the scheduler, told by ids.

use std::collections::{HashMap, HashSet};

use scheduler::check::resolve;
use scheduler::explain::english;
use scheduler::explain::obstacle::Obstacle;
use scheduler::explain::why::Stop;
use scheduler::problem::records::EnrolmentRecord;
use scheduler::problem::{EnrolmentIx, NetworkIx, validate};
use scheduler::what_if::Impossible;
use scheduler::what_if::newcomer::{self, Move};
use scheduler::what_if::wished::Wished;
use scheduler::{Effort, Faults, Plan, Task};

use super::answer::Base;
use super::read::{self, Home};
use super::wire::{CandidateRank, Candidates, Filling, Newcomer, PlaceRank, Places, PlanWish};
use crate::http::failure::Failure;
use crate::http::fields::Id;
use crate::plans::document::PlanCost;
use crate::questions::computation::Watched;
use crate::questions::explanations::wire::InTheWay;
use crate::questions::explanations::wishes;

/// The networks for a newcomer, the best first. `homes`: municipalities that the plan's problem may not have.
///
/// Errors: `Invalid` where it names what is not there, has a place already, or contradicts the problem.
pub fn places(
    problem: &str,
    document: &str,
    asked: Newcomer,
    homes: &[Home],
    effort: &Effort,
    watch: &Watched,
) -> Result<Places, Failure> {
    let base = Base::read(problem, document)?;
    let mut wished = Wished::of(&base.records);
    let id = match (asked.enrolment, asked.join) {
        (Some(id), None) => id.0,
        (None, Some(joins)) => {
            let (id, mut faults) = (joins.id.0.clone(), Faults::default());
            let (at, wish) = read::joined(joins, &mut wished, homes, "/join".to_owned(), &mut faults);
            wished.grant(at, wish, &mut faults);
            wished.own_faults(&mut faults);
            faults.into_result().map_err(Failure::invalid)?;
            id
        }
        _ => return Err(refused("", "one_newcomer", "name exactly one of `enrolment` and `join`".to_owned())),
    };
    let after = wished.problem().map_err(contradicted)?;
    let e = enrolment(&after, &id)
        .ok_or_else(|| refused("/enrolment", "unknown_id", format!("there is no enrolment {id}")))?;
    let placed = enrolment(&base.problem, &id).and_then(|e| base.plan.network_of[e.at()]);
    if placed.is_some() {
        let detail = format!("{id} has a network; ask what-if with `place` for another one");
        return Err(refused("/enrolment", "has_a_place", detail));
    }
    let ranked = newcomer::places(base.side(), &after, e, effort, watch);
    Ok(Places { items: ranked.iter().map(|one| place(&after, one)).collect() })
}

/// A newcomer who contradicts what the problem says.
fn contradicted(why: Vec<Impossible>) -> Failure {
    let mut faults = Faults::default();
    why.into_iter().for_each(|one| faults.add("/join", one.code, one.detail));
    Failure::invalid(faults)
}

fn place(problem: &Task, one: &Move) -> PlaceRank {
    let network = problem.network(one.network);
    let (rule, obstacle) = told(problem, &one.obstacles);
    let (obstacles, wishes) = in_the_way(problem, one);
    PlaceRank {
        network: Id(network.id.clone()),
        name: network.name.clone(),
        estimate: one.estimate + 0.0,
        alone: one.more.as_ref().map(|more| PlanCost::of(problem, more)),
        rule,
        obstacle,
        obstacles,
        wishes,
        making_way: one.making_way.as_ref().map(|(more, _)| PlanCost::of(problem, more)),
        moved: one.making_way.as_ref().and_then(|(_, moved)| u32::try_from(*moved).ok()),
    }
}

/// Who would fill a network best.
///
/// Errors: `NotFound` where there is no such network, `Invalid` where no delegation is that large.
pub fn candidates(
    problem: &str,
    document: &str,
    network: &str,
    asked: Filling,
    effort: &Effort,
    watch: &Watched,
) -> Result<Candidates, Failure> {
    let base = Base::read(problem, document)?;
    let n = base.problem.networks().iter().position(|known| known.id == network);
    let n = NetworkIx::new(n.ok_or_else(|| Failure::not_found("network", network))?);
    asked.delegates.map_or(Ok(()), |delegates| sendable(delegates.0))?;
    let (records, ids) = with_everybody(&base, n, asked.delegates.map(|delegates| delegates.0));
    let after = scheduler::ProblemRecords { enrolments: records, ..base.records.clone() };
    let after = Task::new(&after).map_err(|faults| Failure::internal(anyhow::anyhow!("{faults}")))?;
    let all = (0..).map(EnrolmentIx::new).zip(after.enrolments());
    let ix_of: HashMap<&str, EnrolmentIx> = all.map(|(e, enrolment)| (enrolment.id.as_str(), e)).collect();
    let newcomers: Vec<EnrolmentIx> = ids.iter().filter_map(|id| ix_of.get(id.as_str()).copied()).collect();
    let new: HashSet<EnrolmentIx> = newcomers.iter().copied().collect();
    let (plan, _) = resolve(&after, &base.by_ids);
    let ranked = newcomer::members(&after, &plan, n, &newcomers, effort, watch);
    let items = ranked.iter().map(|one| candidate(&after, &plan, one, new.contains(&one.enrolment)));
    Ok(Candidates { items: items.collect() })
}

fn candidate(problem: &Task, plan: &Plan, one: &Move, is_new: bool) -> CandidateRank {
    let home = problem.home(one.enrolment);
    let (rule, obstacle) = told(problem, &one.obstacles);
    let (obstacles, wishes) = in_the_way(problem, one);
    CandidateRank {
        enrolment: (!is_new).then(|| Id(problem.enrolment(one.enrolment).id.clone())),
        municipality: Id(home.id.clone()),
        name: home.name.clone(),
        network: plan.network_of[one.enrolment.at()].map(|n| Id(problem.network(n).id.clone())),
        estimate: one.estimate + 0.0,
        alone: one.more.as_ref().map(|more| PlanCost::of(problem, more)),
        rule,
        obstacle,
        obstacles,
        wishes,
    }
}

/// Whether a municipality can send so many, whether or not one is asked to.
fn sendable(delegates: i64) -> Result<(), Failure> {
    let mut faults = Faults::default();
    validate::enrolment(&EnrolmentRecord { id: "new".to_owned(), delegates, ..Default::default() }, "", &mut faults);
    faults.into_result().map_err(Failure::invalid)
}

/// The enrolments with one for each municipality that has none in the network's track, and the ids of these.
fn with_everybody(base: &Base, n: NetworkIx, delegates: Option<i64>) -> (Vec<EnrolmentRecord>, Vec<String>) {
    let (problem, track) = (&base.problem, base.problem.network(n).track);
    let of_track = || problem.enrolments().iter().filter(|enrolment| enrolment.track == track);
    let mut sizes: Vec<u32> = of_track().map(|enrolment| enrolment.delegates).collect();
    sizes.sort_unstable();
    let median = sizes.get(sizes.len() / 2).copied().unwrap_or(1);
    let enrolled: HashSet<usize> = of_track().map(|enrolment| enrolment.municipality.at()).collect();
    let known: HashSet<&str> = base.records.enrolments.iter().map(|known| known.id.as_str()).collect();
    let mut enrolments = base.records.enrolments.clone();
    let mut ids = Vec::new();
    for (at, town) in problem.municipalities().iter().enumerate().filter(|(at, _)| !enrolled.contains(at)) {
        let mut id = format!("new-{at}");
        while known.contains(id.as_str()) {
            id.push('-');
        }
        ids.push(id.clone());
        enrolments.push(EnrolmentRecord {
            id,
            municipality: town.id.clone(),
            track: base.records.tracks.as_ref().map(|_| problem.tracks()[track.at()].id.clone()),
            delegates: delegates.unwrap_or(i64::from(median)),
            ..EnrolmentRecord::default()
        });
    }
    (enrolments, ids)
}

fn enrolment(problem: &Task, id: &str) -> Option<EnrolmentIx> {
    problem.enrolments().iter().position(|known| known.id == id).map(EnrolmentIx::new)
}

/// The first thing in the way.
fn told(problem: &Task, obstacles: &[Obstacle]) -> (Option<String>, Option<String>) {
    let first = obstacles.first();
    (first.map(|one| one.rule().to_string()), first.map(|one| english::obstacle(problem, one)))
}

/// Everything in the way, and the wishes that take all of it out of the way together.
fn in_the_way(problem: &Task, one: &Move) -> (Option<Vec<InTheWay>>, Option<Vec<PlanWish>>) {
    let stops: Vec<Stop> = one.obstacles.iter().cloned().map(Stop::Network).collect();
    (InTheWay::all(problem, &stops), one.lifted.as_ref().and_then(|changes| wishes::of(problem, changes)))
}

fn refused(pointer: &str, code: &'static str, detail: String) -> Failure {
    let mut faults = Faults::default();
    faults.add(pointer, code, detail);
    Failure::invalid(faults)
}

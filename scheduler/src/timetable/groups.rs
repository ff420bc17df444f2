//! The networks whose hosts can receive everybody at once, exactly: each by itself, on all threads, then among the
//! others where it clashes with them.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;

use super::board::Until;
use super::frame::Frame;
use super::group::dual::Ascent;
use super::group::view::View;
use super::group::{self, Found};
use super::refine::{Proof, clear, cost_of, install, slack};
use super::state::State;
use crate::effort::{Budget, Effort};

/// How much more than its share of the time a network may take: many take far less.
const GREED: f64 = 2.0;

/// Families that are built at most for a network, at first; how many times more at the next try, and at the last one.
const MOST: u64 = 50_000;
const MORE: u64 = 8;
const AT_LAST: u64 = 4_000;

/// A network that is to be solved.
struct Job {
    network: usize,
    cost: f64,
    /// What was proved before.
    known: Option<Ascent>,
    most: u64,
}

/// Whether this is for a network.
pub(super) fn suits(frame: &Frame<'_>, network: usize) -> bool {
    let members = frame.members(network);
    members.len() > 1 && View::new(frame, &members, |_, _| true).suits()
}

/// Solves every such network that is not proved best yet, the nearest to its proof first.
pub(super) fn solve(state: &mut State<'_>, proof: &mut Proof, budget: &Budget<'_>) {
    let frame = state.frame;
    let mut open: Vec<(f64, usize, f64)> = Vec::new();
    for network in (0..frame.of_network.len()).filter(|&network| suits(frame, network)) {
        let cost = cost_of(state, network);
        if cost > proof.of(network) + slack(cost) {
            open.push((cost - proof.of(network), network, cost));
        }
    }
    open.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut jobs: VecDeque<Job> =
        open.into_iter().map(|(_, network, cost)| Job { network, cost, known: None, most: MOST }).collect();
    let mut clashing = Vec::new();
    while !jobs.is_empty() && !budget.enough() {
        let mut found = if budget.work_left().is_none() && budget.threads() > 1 {
            side_by_side(frame, jobs, budget)
        } else {
            one_by_one(frame, jobs, budget)
        };
        found.sort_by_key(|(job, _)| job.network);
        jobs = VecDeque::new();
        for (job, found) in found {
            proof.raise(job.network, found.bound);
            if !install(state, job.network, &found.days) && found.done {
                clashing.push(job.network);
            }
            if !found.done && found.proved.is_some() && job.most < MOST * AT_LAST {
                let cost = cost_of(state, job.network);
                jobs.push_back(Job { cost, known: found.proved, most: job.most * MORE, ..job });
            }
        }
    }
    for network in clashing {
        let cost = cost_of(state, network);
        if cost > proof.of(network) + slack(cost) && !budget.enough() {
            among_others(state, network, cost, budget);
        }
    }
}

/// Alone it would do better than among the others: now with theirs as they are.
fn among_others(state: &mut State<'_>, network: usize, cost: f64, budget: &Budget<'_>) {
    let frame = state.frame;
    let mut others = state.clone();
    clear(&mut others, network);
    let free = |host, day| !others.hosts_on(host, day) && others.room(host, day);
    let view = View::new(frame, &frame.members(network), free);
    let share = budget.share(0.2);
    if let Some(found) = group::solve(&view, cost, None, MOST, &share) {
        install(state, network, &found.days);
    }
    budget.join(&share);
}

fn one_network(frame: &Frame<'_>, mut job: Job, budget: &Budget<'_>) -> Option<(Job, Found)> {
    let problem = frame.problem;
    let open = |most: Option<u32>| most != Some(0);
    let free = |host, _| {
        let region = problem.home(host).region.at();
        open(problem.regions()[region].max_visits_per_day) && open(problem.visits().max_visits_per_day)
    };
    let view = View::new(frame, &frame.members(job.network), free);
    let found = group::solve(&view, job.cost, job.known.take(), job.most, budget)?;
    Some((job, found))
}

fn one_by_one(frame: &Frame<'_>, mut jobs: VecDeque<Job>, budget: &Budget<'_>) -> Vec<(Job, Found)> {
    let mut all = Vec::new();
    while let Some(job) = jobs.pop_front() {
        if budget.enough() {
            break;
        }
        let share = budget.share((GREED / (jobs.len() as f64 + 1.0)).min(1.0));
        all.extend(one_network(frame, job, &share));
        budget.join(&share);
    }
    all
}

/// Each thread takes the next network until none is left.
fn side_by_side(frame: &Frame<'_>, jobs: VecDeque<Job>, budget: &Budget<'_>) -> Vec<(Job, Found)> {
    let until = Until { watch: budget.watch(), done: false.into() };
    let end = budget.time_left().map(|left| until.watch.elapsed() + left);
    let threads = budget.threads().min(jobs.len());
    let (jobs, all) = (Mutex::new(jobs), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let (next, left) = {
                let mut jobs = jobs.lock().unwrap_or_else(PoisonError::into_inner);
                (jobs.pop_front(), jobs.len())
            };
            let Some(job) = next else { return };
            let now = until.watch.elapsed();
            let part = (GREED * threads as f64 / (left + 1) as f64).min(1.0);
            let seconds = end.map_or(f64::MAX, |end| (now + end.saturating_sub(now).mul_f64(part)).as_secs_f64());
            let share = Budget::new(&Effort { seconds: Some(seconds), ..Effort::default() }, &until);
            if share.enough() {
                return;
            }
            let found = one_network(frame, job, &share);
            all.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            let _ = Builder::new().spawn_scoped(scope, work); // where there is no thread the others do its part
        }
        work();
    });
    all.into_inner().unwrap_or_else(PoisonError::into_inner)
}

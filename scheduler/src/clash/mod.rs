//! What clashes, and what would repair it.
//!
//! A question ([`ask`]) is asked of versions of a problem that keep only some rules ([`relax`]); a set that cannot be
//! honoured is made smaller until no member can be spared ([`mod@shrink`]); of each kind of change that touches what is left
//! ([`family`]) the smallest is found that makes a plan possible ([`repair`]), and told only if there is that plan and the
//! rules have no word against it. Cheap checks come first: sums, then flows (Hall's theorem), then a model.

mod ask;
mod counted;
mod family;
mod gatherings;
mod relax;
mod repair;
mod shrink;

pub use ask::Stake;
pub use counted::counted;
pub use repair::Repair;

use ask::Ask;
use shrink::{Verdict, shrink};

use crate::assignment;
use crate::effort::{Budget, Effort, Limit, Watch};
use crate::facts::Facts;
use crate::infeasibility::{Clash, Member};
use crate::plan::Plan;
use crate::problem::{GatheringIx, NetworkIx, TrackIx};
use crate::steering::Task;
use std::time::Duration;

/// What was found about one stake.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What is at stake.
    pub stake: Stake,
    /// What is known of it.
    pub known: Known,
    /// What would repair it, the smallest first; each was tried.
    pub repairs: Vec<Repair>,
}

/// What is known of a stake.
#[derive(Clone, Debug, PartialEq)]
pub enum Known {
    /// Proved: it cannot be had. Here is what clashes.
    Impossible(Clash),
    /// It can be had: whoever is left out was left out for its cost, or was not found a place.
    Possible,
    /// Neither was shown in the effort given.
    Unknown,
}

/// Most networks whose dates are looked into one by one.
const MOST_NETWORKS: usize = 10;
/// What a solve that has ended may take to tell what clashes.
const MOMENT: Limit = Limit { time: Duration::from_secs(2), steps: 2_000_000 };
/// The part of what is left that goes into one finding.
const PART: f64 = 0.5;
/// Members of a clash that are told, and for which repairs are looked for, where it could not be made small.
const MOST_MEMBERS: usize = 1_000;
/// What a quick assignment may take, where dates are asked for before there is a plan.
const QUICK: Limit = Limit { time: Duration::from_secs(2), steps: 300_000 };

/// What clashes in a problem before there is any plan: what networks must have at least; then a place for everybody; each
/// gathering by itself; then a day for every hosting. Only what clashes is told: nothing where all can be had.
pub fn of_problem(problem: &Task, seed: u64, budget: &Budget<'_>) -> Vec<Finding> {
    let tracks = || (0..problem.tracks().len()).map(TrackIx::new).filter(|&track| problem.track(track).in_networks);
    let empty = Plan::empty(problem);
    let ask = |stake| finding(problem, &empty, stake, seed, budget);
    let mut found: Vec<Finding> = tracks().filter_map(|track| news(ask(Stake::Floors(track)))).collect();
    if found.is_empty() {
        found = tracks().filter_map(|track| news(ask(Stake::Places(track)))).collect();
    }
    let gatherings = (0..problem.gatherings().len()).map(GatheringIx::new);
    found.extend(gatherings.filter_map(|gathering| news(ask(Stake::Gathering(gathering)))));
    let floors = found.iter().any(|one| matches!(one.stake, Stake::Floors(_)));
    if !floors
        && !problem.rounds().is_empty()
        && let Some(plan) = quick(problem, seed, budget)
    {
        found.extend(news(finding(problem, &plan, Stake::Days, seed, budget)));
    }
    found
}

/// What keeps a plan from leaving nobody out: each track with enrolments that it leaves unassigned, each network with
/// hostings that it leaves out, then all dates together. What can be had is told too: then it came to cost.
pub fn of_plan(problem: &Task, plan: &Plan, seed: u64, budget: &Budget<'_>) -> Vec<Finding> {
    let problem = &problem.around(plan.meetings.clone());
    let mut tracks: Vec<TrackIx> = Vec::new();
    for (e, network) in plan.network_of.iter().enumerate() {
        let track = problem.enrolments()[e].track;
        if network.is_none() && problem.track(track).in_networks && !tracks.contains(&track) {
            tracks.push(track);
        }
    }
    tracks.sort_unstable();
    let places = tracks.into_iter().map(Stake::Places);
    let mut found: Vec<Finding> = places.map(|stake| finding(problem, plan, stake, seed, budget)).collect();
    let held = |gathering: &GatheringIx| plan.meetings.iter().any(|meeting| meeting.gathering == *gathering);
    let gone = (0..problem.gatherings().len()).map(GatheringIx::new).filter(|gathering| !held(gathering));
    found.extend(gone.map(|gathering| finding(problem, plan, Stake::Gathering(gathering), seed, budget)));
    let facts = Facts::new(problem, plan);
    let unheld = facts.hostings_wanted().filter(|(_, key)| !facts.hostings.contains_key(key));
    let mut networks: Vec<NetworkIx> = unheld.map(|(n, _)| n).collect();
    networks.dedup();
    let dates: Vec<Finding> =
        networks.iter().take(MOST_NETWORKS).map(|&n| finding(problem, plan, Stake::Network(n), seed, budget)).collect();
    let local = |one: &Finding| matches!(one.known, Known::Impossible(_));
    if !networks.is_empty() && !dates.iter().all(local) {
        let whole = finding(problem, plan, Stake::Hostings, seed, budget);
        found.extend(dates.into_iter().filter(local));
        found.push(whole);
    } else {
        found.extend(dates);
    }
    found
}

/// What clashes where networks cannot have what they must have at least: the first track's, as small as can be shown in
/// a moment more than the effort. `None` where that was not proved again.
pub(crate) fn floors(problem: &Task, effort: &Effort, watch: &dyn Watch) -> Option<Clash> {
    let empty = Plan::empty(problem);
    let end = (watch.elapsed() + MOMENT.time).as_secs_f64();
    let seconds = effort.work.is_none().then(|| effort.seconds.unwrap_or(0.0).max(end));
    let work = effort.work.is_some().then_some(MOMENT.steps);
    let moment = Effort { seconds, work, ..effort.clone() };
    let (budget, seed) = (&Budget::new(&moment, watch), effort.seed);
    (0..problem.tracks().len()).find_map(|track| {
        let ask = Ask::new(problem, &empty, Stake::Floors(TrackIx::new(track)), seed, budget);
        match known(&ask) {
            Known::Impossible(clash) => Some(clash),
            Known::Possible | Known::Unknown => None,
        }
    })
}

/// What clashes where a gathering cannot be held, as small as can be shown in a moment. `None` where that was not proved again.
pub(crate) fn gathering(problem: &Task, gathering: GatheringIx, seed: u64) -> Option<Clash> {
    let budget = Budget::of_work(MOMENT.steps);
    match known(&Ask::new(problem, &Plan::empty(problem), Stake::Gathering(gathering), seed, &budget)) {
        Known::Impossible(clash) => Some(clash),
        Known::Possible | Known::Unknown => None,
    }
}

fn finding(problem: &Task, plan: &Plan, stake: Stake, seed: u64, budget: &Budget<'_>) -> Finding {
    let share = budget.share(PART);
    let ask = Ask::new(problem, plan, stake.clone(), seed, &share);
    let mut known = known(&ask);
    budget.join(&share);
    let share = budget.share(PART);
    let ask = ask.with(&share);
    let repairs = match &mut known {
        Known::Impossible(clash) if !clash.minimal && clash.members.len() > MOST_MEMBERS => {
            clash.members.clear(); // its rules and networks are told; who has a part in it is not known
            Vec::new()
        }
        Known::Impossible(clash) => repair::repairs(&ask, &clash.members, plan),
        Known::Possible | Known::Unknown => Vec::new(),
    };
    budget.join(&share);
    Finding { stake, known, repairs }
}

/// What is known of a stake: the smaller of two smallest clashes, one looked for from either end.
fn known(ask: &Ask<'_, '_>) -> Known {
    let rules = ask.rules();
    let mut all: Vec<Member> = ask.wants.iter().chain(&rules).copied().collect();
    all.sort_unstable();
    match ask.only(&rules, &all) {
        Verdict::Possible => return Known::Possible,
        Verdict::Unknown => return Known::Unknown,
        Verdict::Impossible => {}
    }
    let (mut members, mut minimal) = shrink(&all, || ask.budget.enough(), |members| ask.only(&rules, members));
    if ask.budget.used() < 0.3 {
        all.reverse();
        let (others, proved) = shrink(&all, || ask.budget.enough(), |members| ask.only(&rules, members));
        if (!proved, others.len()) < (!minimal, members.len()) {
            (members, minimal) = (others, proved);
        }
    }
    if let Some(dated) = with_open_days(ask, &members, &rules) {
        (members, minimal) = dated;
    }
    Known::Impossible(Clash::of(&ask.problem, members, minimal))
}

/// Hostings that clash with no rule of a record clash with how many days there are: the same with the rounds concerned,
/// where further days would help.
fn with_open_days(ask: &Ask<'_, '_>, members: &[Member], rules: &[Member]) -> Option<(Vec<Member>, bool)> {
    if !members.iter().all(|member| matches!(member, Member::Hosted(..))) {
        return None;
    }
    let rounds = relax::rounds(&ask.problem);
    let rules: Vec<Member> = rules.iter().chain(&rounds).copied().collect();
    if ask.only(&rules, members) != Verdict::Possible {
        return None;
    }
    let all: Vec<Member> = members.iter().chain(&rounds).copied().collect();
    Some(shrink(&all, || ask.budget.enough(), |members| ask.only(&rules, members)))
}

/// A finding that says that something clashes.
fn news(finding: Finding) -> Option<Finding> {
    (finding.known != Known::Possible).then_some(finding)
}

/// Networks for everybody who can be placed, quickly.
fn quick(problem: &Task, seed: u64, budget: &Budget<'_>) -> Option<Plan> {
    let share = budget.share_at_most(PART, QUICK);
    let outcome = assignment::solve(&relax::bare(problem), None, seed, &share);
    budget.join(&share);
    match outcome {
        assignment::Outcome::Assigned(found) => Some(problem.plan(found.network_of, Vec::new())),
        assignment::Outcome::Infeasible(_) | assignment::Outcome::NotFound => None,
    }
}

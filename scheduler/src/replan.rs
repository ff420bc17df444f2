//! From a base plan to one of the problem as it is now: mended, then made better with few changes.

use crate::assignment::{self, Assignment};
use crate::cost;
use crate::effort::{Budget, News};
use crate::explain::Clash;
use crate::gentle::{Back, HAIR};
use crate::joint::{self, Dates};
use crate::plan::Plan;
use crate::problem::{EnrolmentIx, Network, NetworkIx, Problem, TrackIx};
use crate::rules;
use crate::solution::Bound;
use crate::solve::{Best, Start, first_assignment};
use crate::steering::Limited;
use crate::timetable::{self, possible, possible::Hostings};
use crate::total;

/// What a change costs while a base plan is mended: what must be is done with few.
const MENDING: f64 = 50_000.0;

/// Plans to begin from: the base as it is, which may break rules by now, and with everything mended that does: networks
/// below their minimum, visits that no longer work; where that drops hostings, with the dates that a model has for all of
/// them. None without a base.
pub(crate) fn starts(problem: &Problem, seed: u64, budget: &Budget<'_>) -> Vec<Start> {
    let Some((steering, base)) = problem.steering().and_then(|steering| Some((steering, steering.base()?))) else {
        return Vec::new();
    };
    let careful = problem.clone().steered(steering.pressed(MENDING));
    let mended = assignment::mend(&careful, &base.network_of, seed).map(|networks| {
        let plan = Plan { network_of: networks.network_of, visits: base.visits.clone() };
        Plan { visits: timetable::greedy(&careful, &plan).visits, ..plan }
    });
    let held = mended.as_ref().and_then(|plan| all_held(problem, plan, seed, budget));
    [base.clone()].into_iter().chain(mended).chain(held).map(|plan| unproved(problem, plan)).collect()
}

/// The plan with other dates, in which every hosting of the base is held; `None` where that is so already, or no such dates
/// are found.
fn all_held(problem: &Problem, plan: &Plan, seed: u64, budget: &Budget<'_>) -> Option<Plan> {
    let steering = problem.steering()?;
    if steering.changes(problem, plan).hostings == 0 {
        return None;
    }
    let wanted: Vec<_> = steering.promised_in(problem, plan).collect();
    let share = budget.share(PROOF);
    let found = possible::hostings(problem, plan, &wanted, seed, &share);
    budget.join(&share);
    let Hostings::Held(visits) = found else { return None };
    let plan = Plan { network_of: plan.network_of.clone(), visits };
    Some(Plan { visits: timetable::greedy(problem, &plan).visits, ..plan })
}

/// A plan to begin from, of which nothing is known that needs a search.
pub(crate) fn unproved(problem: &Problem, plan: Plan) -> Start {
    let (assignment, timetable) = total::bounds(problem, &plan);
    Start { plan, bound: Bound { assignment, timetable, total: 0.0 } }
}

/// First networks: from a base plan where there is one, with few changes.
pub(crate) fn first_networks(problem: &Problem, seed: u64, budget: &Budget<'_>) -> assignment::Outcome {
    match problem.steering().and_then(|steering| Some((steering, steering.base()?))) {
        Some((steering, base)) => {
            let careful = problem.clone().steered(steering.pressed(MENDING));
            match first_assignment(&careful, Some(&Assignment::unproved(&careful, base)), seed, budget) {
                // What was proved was proved of other prices.
                assignment::Outcome::Assigned(Assignment { network_of, .. }) => {
                    let plan = Plan { network_of, visits: Vec::new() };
                    assignment::Outcome::Assigned(Assignment::of(&plan, 0.0))
                }
                other => other,
            }
        }
        None => first_assignment(problem, None, seed, budget),
    }
}

/// The part of what is left that one price of a change gets; where that is too little for a look at networks and dates
/// together, the next.
const TURNS: [f64; 4] = [0.2, 0.4, 0.7, 1.0];
/// The part of a turn that goes into networks, and of what is left then the part that goes into dates at the same price.
const NETWORKS: f64 = 0.7;
const DATES: f64 = 0.5;
/// The first price, as a part of what an enrolment costs on average, and by how much the next one differs at most.
const FIRST_PRICE: f64 = 0.5;
const STEP: f64 = 4.0;
/// Prices that differ by less are as good as one.
const NEAR: f64 = 1.15;

/// Looks for better plans with no more changes than allowed. A price on each change leads the searches: it rises while
/// they make more, and falls while they make fewer (Lagrange). Then dates are looked for once more without a price, and with
/// no more changes than the networks leave them. What makes more all the same is not kept.
/// `first`: where it begins as long as no plan keeps the limits.
pub(crate) fn with_few_changes(best: &mut Best<'_>, first: Plan, seed: u64, budget: &Budget<'_>) {
    let problem = best.problem;
    let Some(steering) = problem.steering() else { return };
    let most = steering.most().unwrap_or(u32::MAX);
    back_within_limits(best, &first, budget);
    let mean = cost::cost(problem, &first).total() / problem.enrolments().len().max(1) as f64;
    let mut price = Price { now: (FIRST_PRICE * mean).max(1.0), too_low: 0.0, high_enough: f64::INFINITY };
    for number in 0.. {
        if budget.enough() || best.is_proved() {
            return;
        }
        let from = best.solution.as_ref().map_or(&first, |best| &best.plan).clone();
        let seed = seed.wrapping_add(number);
        let share = turn_of(problem, budget);
        let pressed = problem.clone().steered(steering.pressed(price.now));
        let found = turn(best, &pressed, &from, seed, &share);
        let steered = steering.judge(problem, &found);
        let kept = Plan { visits: timetable::solve(problem, &found, seed, &share).visits, ..found.clone() };
        budget.join(&share);
        price.follow([
            (steered.changes.total(), most),
            (steered.affected.municipalities, steering.most_affected().unwrap_or(u32::MAX)),
        ]);
        for plan in [found, kept] {
            best.offer(plan.clone(), 0.0, 0.0);
            back_within_limits(best, &plan, budget);
        }
        if share.spent() == 0 {
            return;
        }
    }
}

/// Takes a plan that exceeds the limits of changes back until it keeps them.
fn back_within_limits(best: &mut Best<'_>, plan: &Plan, budget: &Budget<'_>) {
    let problem = best.problem;
    let over = problem.steering().is_some_and(|steering| steering.is_exceeded(problem, plan));
    if let Some(back) = Back::new(problem, budget).filter(|_| over) {
        back.towards_base(plan.clone(), f64::NEG_INFINITY, &mut |plan| best.offer_proved(plan.clone(), 0.0, 0.0));
    }
}

/// Networks and dates at the price that `steered` has, from a plan; leaves some of the budget.
pub(crate) fn turn(best: &Best<'_>, steered: &Problem, from: &Plan, seed: u64, budget: &Budget<'_>) -> Plan {
    let networks = budget.share(if steered.rounds().is_empty() { 1.0 } else { NETWORKS });
    let start = better_networks(best, steered, from, seed, &networks);
    budget.join(&networks);
    budget.watch().tell(News::Phase("timetable"));
    let dates = budget.share(DATES);
    let visits = timetable::solve(steered, &start, seed, &dates).visits;
    budget.join(&dates);
    Plan { visits, ..start }
}

/// The budget of a turn.
fn turn_of<'a>(problem: &Problem, budget: &Budget<'a>) -> Budget<'a> {
    let enough = |part: &&f64| joint::pays(problem, &budget.share(**part * NETWORKS));
    budget.share(TURNS.iter().find(enough).copied().unwrap_or(TURNS[0]))
}

/// Networks at the price of a change that `pressed` has: with an eye on dates where that can be had.
fn better_networks(best: &Best<'_>, pressed: &Problem, from: &Plan, seed: u64, budget: &Budget<'_>) -> Plan {
    if joint::pays(pressed, budget) {
        budget.watch().tell(News::Phase("joint"));
        return joint::improve(pressed, &Dates::new(pressed), from, seed, budget);
    }
    budget.watch().tell(News::Phase("assignment"));
    let before = Assignment::unproved(pressed, from);
    match assignment::solve(pressed, Some(&before), seed, budget) {
        assignment::Outcome::Assigned(found) => best.visits_for(pressed, &found),
        _ => from.clone(),
    }
}

/// A price that is looked for.
struct Price {
    now: f64,
    too_low: f64,
    high_enough: f64,
}

impl Price {
    /// The next price, after this one has led to so many of each of which so many are allowed.
    fn follow(&mut self, made: [(u32, u32); 2]) {
        let ratio = |(made, most): (u32, u32)| (f64::from(made) + 1.0) / (f64::from(most) + 1.0);
        let ratio = made.into_iter().map(ratio).fold(0.0, f64::max);
        if ratio > 1.0 {
            self.too_low = self.now;
        } else {
            self.high_enough = self.now;
        }
        if self.high_enough < NEAR * self.too_low {
            // Networks are others by now, and so are prices.
            (self.too_low, self.high_enough) = (self.too_low / STEP, self.high_enough * STEP);
        }
        self.now *= ratio.clamp(1.0 / STEP, STEP);
        if self.now <= self.too_low || self.now >= self.high_enough {
            let low = self.too_low.max(self.high_enough.min(self.now * STEP) / STEP);
            self.now = (low * self.high_enough.min(low * STEP)).sqrt();
        }
    }
}

/// Ends a search with a plan that disturbs fewer, of those that cost about the same as the best; `start`: what the plan cost
/// that it was begun from, and no more is taken.
pub(crate) fn calm(best: &mut Best<'_>, start: Option<f64>, budget: &Budget<'_>) {
    let problem = best.problem;
    let Some(found) = best.solution.as_ref() else { return };
    let most = (found.value() * (1.0 + HAIR)).min(start.unwrap_or(f64::INFINITY)).max(found.value());
    let plan = found.plan.clone();
    if let Some(back) = Back::new(problem, budget) {
        back.towards_base(plan, most, &mut |plan| best.offer_proved(plan.clone(), 0.0, 0.0));
    }
    best.end_gently(most);
}

/// The proof, where counting gives one, that the changes allowed are too few: networks lack more members than may come from
/// elsewhere or have more than they may, or more municipalities are affected whatever the plan.
pub(crate) fn too_few_changes(problem: &Problem) -> Option<Clash> {
    let steering = problem.steering()?;
    steering.base()?;
    let anyway = steering.affected_anyway(problem).municipalities;
    if let Some(most) = steering.most_affected().filter(|&most| anyway > most) {
        let detail = format!(
            "{anyway} municipalities are affected whatever the plan, as what they were told of is gone; at most {most} may be."
        );
        return Some(Clash { detail, rules: vec!["max_affected_municipalities".to_owned()], ..Clash::default() });
    }
    let most = steering.most()?;
    let (mut networks, mut rules, mut needed) = (Vec::new(), Vec::new(), 0);
    let mut here = vec![0; problem.networks().len()];
    let mut free = vec![0; problem.tracks().len()];
    for (at, enrolment) in problem.enrolments().iter().enumerate() {
        match steering.promised_to(EnrolmentIx::new(at)) {
            Some(n) => here[n.at()] += 1,
            None => free[enrolment.track.at()] += 1,
        }
    }
    for (at, free) in free.into_iter().enumerate() {
        let (mut lacking, mut excess) = (0u32, 0u32);
        for (network, &here) in problem.networks().iter().zip(&here).filter(|(network, _)| network.track.at() == at) {
            let lacks = if network.may_stay_empty { 0 } else { network.min_members.saturating_sub(here) };
            let exceeds = here.saturating_sub(network.max_members);
            (lacking, excess) = (lacking + lacks, excess + exceeds);
            rules.extend((lacks > 0).then_some("min_members"));
            rules.extend((exceeds > 0).then_some("max_members"));
            networks.extend((lacks + exceeds > 0).then_some(network));
        }
        // Who leaves a network that has too many may be who comes into one that has too few.
        needed += lacking.saturating_sub(free).max(excess);
    }
    (needed > most).then(|| too_few(networks, &rules, Limited::Changes, needed, most))
}

/// The same by a model of the rules of networks.
pub(crate) fn too_few_for_networks(problem: &Problem, seed: u64, budget: &Budget<'_>) -> Option<Clash> {
    let steering = problem.steering()?;
    steering.base()?;
    let free = problem.clone().steered(steering.unlimited());
    let must = vec![false; problem.enrolments().len()];
    for limit in steering.limits(problem) {
        let share = budget.share(PROOF);
        let tracks = (0..problem.tracks().len()).map(TrackIx::new);
        let least = tracks.map(|track| assignment::fewest(&free, track, &limit, &must, seed, &share).least);
        let needed = match limit.what {
            Limited::Changes => least.sum::<u32>(),
            // A municipality may be affected in several tracks.
            Limited::Affected => limit.anyway + least.max().unwrap_or_default(),
        };
        budget.join(&share);
        if needed > limit.most {
            let home = |home: &Option<Option<NetworkIx>>| home.flatten();
            let stay = Plan { network_of: limit.home.iter().map(home).collect(), visits: Vec::new() };
            let broken = |(n, members): (usize, &Vec<EnrolmentIx>)| {
                let network = &problem.networks()[n];
                (!rules::of_network(problem, network, members).is_empty()).then_some(network)
            };
            let networks = stay.members(problem).iter().enumerate().filter_map(broken).collect();
            return Some(too_few(networks, &[], limit.what, needed, limit.most));
        }
    }
    None
}

/// The proof that visits cannot stay as they are within the changes allowed: so many networks cannot hold all hostings of
/// the base without a change of theirs, whoever else comes into them.
pub(crate) fn too_few_for_dates(problem: &Problem, seed: u64, budget: &Budget<'_>) -> Option<Clash> {
    let steering = problem.steering()?;
    steering.base()?;
    let most = if steering.keeps_all() { 0 } else { steering.most()? };
    let unchanged = problem.clone().steered(steering.limited(0));
    let place = |e: EnrolmentIx| steering.promised_to(e);
    let all = || (0..problem.enrolments().len()).map(EnrolmentIx::new);
    let mut found: Vec<&Network> = Vec::new();
    for (n, network) in problem.networks().iter().enumerate() {
        let n = NetworkIx::new(n);
        // Where nobody may leave a network, only those come who are new or free.
        let comes = |e: EnrolmentIx| problem.eligible(e, n) && (most > 0 || place(e).is_none());
        let members = all().map(|e| Some(n).filter(|_| place(e) == Some(n) || comes(e)));
        let plan = Plan { network_of: members.collect(), visits: Vec::new() };
        let wanted: Vec<_> = steering.hostings_promised().filter(|key| place(key.0) == Some(n)).collect();
        // Who is alone drops nothing: then those who have left are the changes.
        let several = all().filter(|&e| place(e) == Some(n)).count() > 1;
        if several
            && !wanted.is_empty()
            && possible::hostings(&unchanged, &plan, &wanted, seed, budget) == Hostings::Impossible
        {
            found.push(network);
        }
        if found.len() > most as usize {
            break;
        }
    }
    (found.len() > most as usize).then(|| {
        let names: Vec<&str> = found.iter().map(|network| network.name.as_str()).collect();
        let (needed, what) = if found.len() == 1 { (1, "network") } else { (found.len(), "networks") };
        let changes = if needed == 1 { "change is" } else { "changes are" };
        let allowed = if most == 0 { "none is allowed".to_owned() } else { format!("at most {most} allowed") };
        Clash {
            detail: format!(
                "At least {needed} {changes} needed, and {allowed}: all visits that the base plan holds in {what} {} cannot \
                 stay on their days.",
                names.join(", ")
            ),
            networks: found.iter().map(|network| network.id.clone()).collect(),
            rules: vec![steering.limit_rule().to_owned()],
            ..Clash::default()
        }
    })
}

/// The part of the effort that goes into the proof that changes are too few.
const PROOF: f64 = 0.3;

fn too_few(networks: Vec<&Network>, rules: &[&str], what: Limited, needed: u32, most: u32) -> Clash {
    let mut rules: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
    rules.sort_unstable();
    rules.dedup();
    let (told, rule) = match (what, needed) {
        (Limited::Changes, 1) => (format!("1 change of networks is needed, and at most {most} allowed"), "max_changes"),
        (Limited::Changes, _) => {
            (format!("{needed} changes of networks are needed, and at most {most} allowed"), "max_changes")
        }
        (Limited::Affected, 1) => (
            format!("1 municipality is affected by a change of networks, and at most {most} may be"),
            "max_affected_municipalities",
        ),
        (Limited::Affected, _) => (
            format!("{needed} municipalities are affected by changes of networks, and at most {most} may be"),
            "max_affected_municipalities",
        ),
    };
    rules.push(rule.to_owned());
    let names: Vec<&str> = networks.iter().map(|network| network.name.as_str()).collect();
    let these = if names.is_empty() {
        String::new()
    } else {
        format!(": not all of these can have just the members that the base plan has there: {}", names.join(", "))
    };
    Clash {
        detail: format!("At least {told}{these}."),
        networks: networks.into_iter().map(|network| network.id.clone()).collect(),
        rules,
        ..Clash::default()
    }
}

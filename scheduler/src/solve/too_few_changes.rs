//! Proofs that the changes allowed are too few: by counting, by a model of the rules of networks, and, where none is
//! allowed, of the dates.

use crate::assignment;
use crate::effort::Budget;
use crate::infeasibility::Clash;
use crate::problem::{EnrolmentIx, Network, NetworkIx, TrackIx};
use crate::rules;
use crate::steering::{Limited, Task};
use crate::timetable::possible::{self, Hostings};

/// The proof, where counting gives one, that the changes allowed are too few: networks lack more members than may come from
/// elsewhere or have more than they may, or more municipalities are affected whatever the plan.
pub(crate) fn counted(problem: &Task) -> Option<Clash> {
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
pub(crate) fn for_networks(problem: &Task, seed: u64, budget: &Budget<'_>) -> Option<Clash> {
    let steering = problem.steering()?;
    steering.base()?;
    let free = problem.steered(steering.unlimited());
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
            let stay = problem.plan(limit.home.iter().map(home).collect(), Vec::new());
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
pub(crate) fn for_dates(problem: &Task, seed: u64, budget: &Budget<'_>) -> Option<Clash> {
    let steering = problem.steering()?;
    steering.base()?;
    let most = if steering.keeps_all() { 0 } else { steering.most()? };
    let unchanged = problem.steered(steering.limited(0));
    let place = |e: EnrolmentIx| steering.promised_to(e);
    let all = || (0..problem.enrolments().len()).map(EnrolmentIx::new);
    let mut found: Vec<&Network> = Vec::new();
    for (n, network) in problem.networks().iter().enumerate() {
        let n = NetworkIx::new(n);
        // Where nobody may leave a network, only those come who are new or free.
        let comes = |e: EnrolmentIx| problem.eligible(e, n) && (most > 0 || place(e).is_none());
        let members = all().map(|e| Some(n).filter(|_| place(e) == Some(n) || comes(e)));
        let plan = problem.plan(members.collect(), Vec::new());
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
            rules: vec![steering.limit_rule().to_string()],
            ..Clash::default()
        }
    })
}

/// The part of the effort that goes into the proof that changes are too few.
pub(super) const PROOF: f64 = 0.3;

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

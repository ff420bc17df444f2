//! What clashes and what repairs it, against a look at every plan: of problems made impossible on purpose, and of made-up
//! ones.

mod edit;
mod made;
mod unheld;

use scheduler::check::resolve;
use scheduler::clash::{Finding, Known, Stake, of_plan, of_problem};
use scheduler::effort::{Budget, Still};
use scheduler::infeasibility::{Clash, Member};
use scheduler::plan::Plan;
use scheduler::problem::ProblemRecords;
use scheduler::problem::records::WeightsRecord;
use scheduler::solution::Missing;
use scheduler::{Effort, Outcome, Task};

use crate::check::problem;
use crate::common::generator::{self, TINY};
use crate::oracle::{Oracle, Trial, Trip};
use crate::solve::solved;

const EFFORT: Effort = Effort { seconds: None, work: Some(20_000_000), gap: None, seed: 1, threads: 1 };

fn findings(problem: &Task, plan: Option<&Plan>) -> Vec<Finding> {
    let budget = Budget::new(&EFFORT, &Still);
    match plan {
        Some(plan) => of_plan(problem, plan, 1, &budget),
        None => of_problem(problem, 1, &budget),
    }
}

/// Whether all of these members can be honoured, other rules of their kind being dropped: by a look at every plan.
fn possible(records: &ProblemRecords, problem: &Task, plan: Option<&Plan>, rules: &[Member], kept: &[Member]) -> bool {
    let mut fewer = records.clone();
    rules.iter().filter(|rule| !kept.contains(rule)).for_each(|rule| edit::without(&mut fewer, problem, rule));
    let oracle = Oracle::new(&fewer);
    let at = |e: scheduler::problem::EnrolmentIx| {
        fewer.enrolments.iter().position(|record| record.id == problem.enrolment(e).id).expect("an enrolment")
    };
    let round = |round: scheduler::problem::RoundIx| {
        let id = &problem.rounds()[round.at()].id;
        fewer.rounds.iter().flatten().position(|record| record.id == *id).expect("a round")
    };
    let hosted: Vec<Due> = kept
        .iter()
        .filter_map(|one| if let Member::Hosted(e, when) = one { Some((at(*e), when.map(round))) } else { None })
        .collect();
    let placed: Vec<usize> =
        kept.iter().filter_map(|one| if let Member::Placed(e) = one { Some(at(*e)) } else { None }).collect();
    match plan {
        Some(plan) if !hosted.is_empty() || placed.is_empty() => {
            let place = oracle.read(&scheduler::plan::PlanRecords::of(problem, plan)).place;
            can_host(&oracle, &mut Trial { place, visits: Vec::new() }, &hosted)
        }
        _ => oracle.assignments().iter().any(|(_, trial)| {
            placed.iter().all(|&e| trial.place[e].is_some()) && can_host(&oracle, &mut trial.clone(), &hosted)
        }),
    }
}

/// Who hosts, and in which round where there is a hosting in each.
type Due = (usize, Option<usize>);

/// Whether all of these can host once, for one guest each: fewer guests never break a rule.
fn can_host(oracle: &Oracle, trial: &mut Trial, hosts: &[Due]) -> bool {
    let Some((&(host, when), rest)) = hosts.split_first() else { return true };
    let Some(network) = trial.place[host] else { return false };
    for (day, _) in oracle.open.clone().into_iter().filter(|(_, round)| when.is_none_or(|when| when == *round)) {
        for guest in oracle.members(trial, network).into_iter().filter(|&e| e != host) {
            trial.visits.push(Trip { network, host, day, guests: vec![guest] });
            if oracle.broken_by_visits(trial).is_empty() && can_host(oracle, trial, rest) {
                return true;
            }
            trial.visits.pop();
        }
    }
    false
}

/// Every rule of a problem about places that can be a member.
fn rules_of_places(problem: &Task) -> Vec<Member> {
    use scheduler::problem::{EnrolmentIx, NetworkIx, TrackIx};
    let tracks = (0..problem.tracks().len()).map(TrackIx::new);
    let bare = |track: &TrackIx| problem.networks().iter().all(|network| network.track != *track);
    let mut all: Vec<Member> = tracks.filter(bare).map(Member::NoNetworks).collect();
    for n in (0..problem.networks().len()).map(NetworkIx::new) {
        all.extend([Member::MinMembers(n), Member::MaxMembers(n), Member::MinDelegates(n), Member::MaxDelegates(n)]);
        all.extend([Member::AllowedRegions(n), Member::MaxPerRegion(n), Member::MinRegions(n), Member::MaxDistance(n)]);
    }
    for e in (0..problem.enrolments().len()).map(EnrolmentIx::new) {
        all.extend([Member::Fixed(e), Member::Excluded(e)]);
    }
    all.extend(problem.apart().iter().map(|&(a, b)| Member::Apart(a, b)));
    all.extend(problem.together().iter().map(|&(a, b)| Member::Together(a, b)));
    all
}

/// Every rule of a problem about dates that can be a member. How many days a round has is one only where it is named.
fn rules_of_dates(problem: &Task, clash: &Clash) -> Vec<Member> {
    use scheduler::problem::{MunicipalityIx, RegionIx, RoundIx};
    let mut all = vec![Member::ProgrammeDay, Member::ReturnDays];
    if clash.rules.iter().any(|rule| rule == "open_days") {
        all.extend((0..problem.rounds().len()).map(|round| Member::OpenDays(RoundIx::new(round))));
    }
    for m in (0..problem.municipalities().len()).map(MunicipalityIx::new) {
        all.extend([Member::CannotHostOn(m), Member::Unavailable(m), Member::HostCapacity(m)]);
    }
    all.extend((0..problem.regions().len()).map(|r| Member::RegionDay(RegionIx::new(r))));
    let hard = problem.visits().pace.iter().enumerate().filter(|(_, pace)| pace.penalty.is_none());
    all.extend(hard.map(|(at, _)| Member::Pace(at)));
    all
}

fn rules_of(problem: &Task, clash: &Clash) -> Vec<Member> {
    let dates = clash.members.iter().any(|member| matches!(member, Member::Hosted(..)));
    if dates { rules_of_dates(problem, clash) } else { rules_of_places(problem) }
}

/// The members clash.
fn clashes(records: &ProblemRecords, problem: &Task, plan: Option<&Plan>, clash: &Clash, name: &str) {
    let rules = rules_of(problem, clash);
    assert!(!possible(records, problem, plan, &rules, &clash.members), "{name}: no clash: {}", clash.detail);
}

/// The members clash; without any one of them the others do not.
fn is_minimal(records: &ProblemRecords, problem: &Task, plan: Option<&Plan>, clash: &Clash, name: &str) {
    assert!(clash.minimal, "{name}: {clash:?}");
    clashes(records, problem, plan, clash, name);
    let rules = rules_of(problem, clash);
    for member in &clash.members {
        let rest: Vec<Member> = clash.members.iter().copied().filter(|other| other != member).collect();
        assert!(possible(records, problem, plan, &rules, &rest), "{name}: {member:?} can be spared: {}", clash.detail);
    }
}

/// A repaired problem, solved from scratch, has what was at stake.
fn repairs_work(records: &ProblemRecords, problem: &Task, plan: Option<&Plan>, finding: &Finding, name: &str) {
    for repair in &finding.repairs {
        let mut better = records.clone();
        let weights =
            WeightsRecord { travel: Some(0.0), preference: Some(0.0), unassigned: Some(1e6), ..Default::default() };
        better.weights = Some(weights); // a place for everybody, whatever it costs
        for change in &repair.changes {
            edit::repaired(&mut better, problem, change);
        }
        let told = &repair.changes;
        let changed = Task::new(&better).unwrap_or_else(|faults| panic!("{name}: {told:?}: {faults}"));
        let works = match (&finding.stake, plan) {
            (Stake::Network(_) | Stake::Hostings, Some(plan)) => {
                let oracle = Oracle::new(&better);
                let place = oracle.read(&scheduler::plan::PlanRecords::of(problem, plan)).place;
                let trial = &mut Trial { place, visits: Vec::new() };
                let hosts: Vec<Due> = oracle.wanted(trial).iter().map(|wanted| (wanted.1, wanted.2)).collect();
                can_host(&oracle, trial, &hosts)
            }
            (stake, _) => match (solved(&changed, 30_000), stake) {
                (Outcome::Planned(_), Stake::Floors(_)) => true,
                (Outcome::Planned(solution), Stake::Places(track)) => {
                    let of_track = |e: scheduler::problem::EnrolmentIx| changed.enrolment(e).track == *track;
                    !solution
                        .left_out
                        .iter()
                        .any(|left| matches!(left.what, Missing::Enrolment { enrolment } if of_track(enrolment)))
                }
                (Outcome::Planned(solution), _) => {
                    !solution.left_out.iter().any(|left| matches!(left.what, Missing::Hosting { .. }))
                }
                _ => false,
            },
        };
        assert!(works, "{name}: {told:?} repairs nothing");
    }
}

#[test]
fn problems_made_impossible_name_the_smallest_clash_and_repairs_that_work() {
    let mut cases = 0;
    for case in made::cases() {
        cases += 1;
        let problem = problem(&case.records);
        let plan = case.plan.as_ref().map(|plan| resolve(&problem, plan).0);
        let found = findings(&problem, plan.as_ref());
        assert_eq!(found.len(), 1, "{}: {found:?}", case.name);
        let Known::Impossible(clash) = &found[0].known else { panic!("{}: {:?}", case.name, found[0]) };
        assert_eq!(clash.rules, case.rules, "{}: {}", case.name, clash.detail);
        is_minimal(&case.records, &problem, plan.as_ref(), clash, case.name);
        let codes: Vec<&str> = found[0].repairs.iter().flat_map(|one| &one.changes).map(|one| one.code()).collect();
        assert!(codes.contains(&case.repair), "{}: {codes:?}", case.name);
        repairs_work(&case.records, &problem, plan.as_ref(), &found[0], case.name);
        let sizes: Vec<f64> = found[0].repairs.iter().map(|repair| repair.size).collect();
        assert!(sizes.is_sorted(), "{}: {sizes:?}", case.name);
    }
    assert!(cases >= 20, "{cases} cases");
}

#[test]
fn a_solve_that_ends_infeasible_names_the_smallest_clash() {
    for case in made::cases().into_iter().filter(|case| case.infeasible) {
        let problem = problem(&case.records);
        let Outcome::Infeasible(clash) = solved(&problem, 2_000) else { panic!("{} is not infeasible", case.name) };
        is_minimal(&case.records, &problem, None, &clash, case.name);
    }
}

#[test]
fn what_clashes_in_any_tiny_problem_is_what_no_plan_can_have() {
    let (mut clashes, mut repairs) = (0, 0);
    for seed in 0..300 {
        let mut records = generator::problem(seed, TINY);
        records.rounds = None;
        let (problem, oracle) = (problem(&records), Oracle::new(&records));
        let all = oracle.assignments();
        let found = findings(&problem, None);
        let floors = found.iter().any(|one| matches!(one.stake, Stake::Floors(_)));
        assert_eq!(floors, all.is_empty(), "seed {seed}: {found:?}");
        let everybody = all.iter().any(|(_, trial)| trial.place.iter().all(Option::is_some));
        assert_eq!(found.is_empty(), everybody, "seed {seed}: {found:?}");
        // A track by itself: what the others cannot have is not its clash.
        let one_track = problem.tracks().len() == 1;
        for finding in found.iter().filter(|_| one_track) {
            let Known::Impossible(clash) = &finding.known else { panic!("seed {seed}: {finding:?}") };
            is_minimal(&records, &problem, None, clash, &format!("seed {seed}"));
            repairs_work(&records, &problem, None, finding, &format!("seed {seed}"));
            clashes += 1;
            repairs += finding.repairs.len();
        }
    }
    assert!(clashes > 30 && repairs > 50, "{clashes} clashes, {repairs} repairs");
}

#[test]
fn dates_that_clash_before_any_plan_clash_in_every_plan() {
    let (mut told, mut minimal, mut repairs) = (0, 0, 0);
    for seed in 0..1_000 {
        let records = generator::problem(seed, TINY);
        let problem = problem(&records);
        for finding in findings(&problem, None).iter().filter(|one| one.stake == Stake::Days) {
            let Known::Impossible(clash) = &finding.known else { continue };
            let name = format!("seed {seed}");
            clashes(&records, &problem, None, clash, &name);
            if clash.minimal {
                is_minimal(&records, &problem, None, clash, &name);
                minimal += 1;
            }
            repairs_work(&records, &problem, None, finding, &name);
            told += 1;
            repairs += finding.repairs.len();
        }
    }
    assert!(told > 45 && minimal > 40 && repairs > 45, "{told} told, {minimal} smallest, {repairs} repairs");
}

#[test]
fn what_could_be_held_is_told_to_be_possible() {
    let case = made::held_but_left_out();
    let problem = problem(&case.records);
    let plan = resolve(&problem, case.plan.as_ref().expect("a plan")).0;
    let found = findings(&problem, Some(&plan));
    assert!(!found.is_empty() && found.iter().all(|one| one.known == Known::Possible), "{found:?}");
}

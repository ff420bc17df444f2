//! What holds for the answer to any wish.

use scheduler::check::check;
use scheduler::effort::Still;
use scheduler::explain::difference::Side;
use scheduler::plan::PlanRecords;
use scheduler::problem::records::{EnrolmentRecord, NetworkRecord};
use scheduler::problem::{PairKind, TrackIx};
use scheduler::what_if::fewer::fewer;
use scheduler::what_if::wish::{Record, Wish};
use scheduler::what_if::wished::Wished;
use scheduler::what_if::{local, proved_after, whole};
use scheduler::{Effort, Outcome, ProblemRecords, Solution, Task};

use crate::check::{close, problem};
use crate::common::generator::{self, SMALL, Size, TINY};
use crate::common::random::Random;
use crate::oracle::Oracle;
use crate::solve::{document, solved};

/// Any wish for a problem.
fn any(records: &ProblemRecords, random: &mut Random) -> Wish {
    let enrolment = random.pick(&records.enrolments).clone();
    let network = random.pick(&records.networks).clone();
    let town = random.pick(&records.municipalities).clone();
    match random.below(8) {
        0 | 1 => Wish::Place { enrolment: enrolment.id, network: network.id },
        2 => Wish::Pair { kind: PairKind::Together, a: enrolment.municipality, b: town.id },
        3 => Wish::Pair { kind: PairKind::Apart, a: enrolment.municipality, b: town.id },
        4 => Wish::Close { network: network.id },
        5 => Wish::Withdraw { enrolment: enrolment.id },
        6 => put(Record::Enrolment(EnrolmentRecord { id: "newcomer".into(), municipality: town.id, ..enrolment })),
        _ => put(Record::Network(NetworkRecord { max_members: network.max_members + 1, ..network })),
    }
}

/// The whole record is wished for.
fn put(record: Record) -> Wish {
    let fields = ["municipality", "track", "delegates", "preferences", "fixed", "excluded", "max_members"];
    let said = fields.map(str::to_owned).into();
    Wish::Put { record, said }
}

/// A problem with a plan, a wish, and what was answered.
struct Asked {
    records: ProblemRecords,
    before: Solution,
    wish: Wish,
    wished: Wished,
    after: Task,
    outcome: Outcome,
}

fn asked(seed: u64, size: Size, everything: bool) -> Option<Asked> {
    let records = generator::problem(seed, size);
    let was = problem(&records);
    let Outcome::Planned(before) = solved(&was, 2_000) else { return None };
    let wish = any(&records, &mut Random::new(seed));
    let wished = Wished::new(&records, std::slice::from_ref(&wish)).expect("it names what there is");
    let after = wished.problem().ok()?;
    let proved = proved_after(&records, &wished.records(), before.bound.assignment);
    let effort = Effort { work: Some(if everything { 40_000 } else { 400_000 }), threads: 1, ..Effort::default() };
    let side = Side { problem: &was, plan: &before.plan };
    let answer = if everything { whole } else { local };
    let outcome = answer(side, &after, proved, &effort, &Still);
    Some(Asked { records, before, wish, wished, after, outcome })
}

/// Whether a plan is as it was wished for.
fn granted(asked: &Asked, plan: &PlanRecords) -> bool {
    let place = |id: &str| plan.assignments.iter().find(|row| row.enrolment == id).and_then(|row| row.network.clone());
    match &asked.wish {
        Wish::Place { enrolment, network } => place(enrolment).as_ref() == Some(network),
        Wish::Close { network } => plan.assignments.iter().all(|row| row.network.as_ref() != Some(network)),
        Wish::Withdraw { enrolment } => plan.assignments.iter().all(|row| row.enrolment != *enrolment),
        Wish::Pair { .. } => keeps(&asked.wished.records(), &asked.wish, place),
        Wish::Put { .. } | Wish::Host { .. } | Wish::Gather { .. } | Wish::Fewer { .. } => true, // the check holds the rules
    }
}

/// The enrolments of a municipality.
fn enrolled<'r>(records: &'r ProblemRecords, town: &'r str) -> impl Iterator<Item = &'r EnrolmentRecord> {
    records.enrolments.iter().filter(move |e| e.municipality == town)
}

/// Whether an assignment, by the ids of enrolments and networks, keeps a wish: written from the wording of A6.
fn keeps(records: &ProblemRecords, wish: &Wish, place: impl Fn(&str) -> Option<String>) -> bool {
    let Wish::Pair { kind, a, b } = wish else {
        let Wish::Place { enrolment, network } = wish else { return true };
        return place(enrolment).as_ref() == Some(network);
    };
    let [of_a, of_b] = [a, b].map(|town| enrolled(records, town).collect::<Vec<_>>());
    let share = |one: &EnrolmentRecord, other: &EnrolmentRecord| {
        one.track == other.track && place(&one.id).is_some() && place(&one.id) == place(&other.id)
    };
    let share_in = |track: &Option<String>| {
        of_a.iter().any(|one| one.track == *track && of_b.iter().any(|other| share(one, other)))
    };
    match kind {
        PairKind::Together => {
            of_a.iter().all(|one| !of_b.iter().any(|other| other.track == one.track) || share_in(&one.track))
        }
        PairKind::Apart => of_a.iter().all(|one| !of_b.iter().any(|other| share(one, other))),
    }
}

#[test]
fn an_answer_keeps_the_rules_and_the_wish_and_states_true_figures() {
    for everything in [false, true] {
        let mut planned = 0;
        for seed in 0..60 {
            let Some(asked) = asked(seed, SMALL, everything) else { continue };
            let solution = match &asked.outcome {
                Outcome::Planned(solution) => solution,
                Outcome::Broken(broken) => panic!("seed {seed}: {broken:?}"),
                Outcome::Infeasible(_) | Outcome::NotFound(_) => continue,
            };
            let written = document(&asked.after, solution);
            let report = check(&asked.after, &written);
            assert!(report.broken.is_empty(), "seed {seed}: {:?} {:?}", asked.wish, report.broken);
            assert!(close(report.cost.total(), solution.cost.total()), "seed {seed}");
            assert!(granted(&asked, &written), "seed {seed}: {:?}", asked.wish);
            assert!(asked.wished.broken(&asked.after, &solution.plan).is_empty(), "seed {seed}: {:?}", asked.wish);
            planned += 1;
        }
        assert!(planned > 15, "{planned}: shows too little");
    }
}

#[test]
fn of_several_wishes_all_are_granted_or_none_in_whatever_order() {
    let (mut granted, mut refused) = (0, 0);
    for seed in 0..80 {
        let records = generator::problem(seed, SMALL);
        let was = problem(&records);
        let Outcome::Planned(before) = solved(&was, 2_000) else { continue };
        let mut random = Random::new(seed);
        let mut wishes: Vec<Wish> = (0..4).map(|_| any(&records, &mut random)).collect();
        let wished = Wished::new(&records, &wishes).expect("they name what there is");
        wishes.reverse();
        let turned = Wished::new(&records, &wishes).expect("they name what there is").problem();
        let Ok(after) = wished.problem() else {
            assert!(turned.is_err(), "seed {seed}: {wishes:?}");
            refused += 1;
            continue;
        };
        assert!(turned.is_ok(), "seed {seed}: {wishes:?}");
        let effort = Effort { work: Some(200_000), threads: 1, ..Effort::default() };
        let side = Side { problem: &was, plan: &before.plan };
        let Outcome::Planned(solution) = local(side, &after, 0.0, &effort, &Still) else { continue };
        assert_eq!(wished.broken(&after, &solution.plan), [""; 0], "seed {seed}: {wishes:?}");
        granted += 1;
    }
    assert!(granted > 10 && refused > 10, "{granted}, {refused}: shows too little");
}

#[test]
fn a_wish_that_is_proved_impossible_is_and_no_bound_is_above_the_best_plan_with_it() {
    let (mut impossible, mut counted) = (0, 0);
    for seed in 0..250 {
        let Some(asked) = asked(seed, TINY, false) else { continue };
        let wished = asked.wished.records();
        let oracle = Oracle::new(&wished);
        let kept = |place: &[Option<usize>]| {
            let at = |id: &str| wished.enrolments.iter().position(|e| e.id == *id);
            keeps(&wished, &asked.wish, |id| Some(wished.networks[place[at(id)?]?].id.clone()))
        };
        let best = oracle.assignments().into_iter().filter(|(_, trial)| kept(&trial.place)).map(|found| found.0);
        let best = best.min_by(f64::total_cmp);
        match (&asked.outcome, best) {
            (Outcome::Infeasible(_), best) => {
                assert_eq!(best, None, "seed {seed}: {:?}", asked.wish);
                impossible += 1;
            }
            (Outcome::Planned(solution), Some(best)) => {
                let bound = solution.bound.assignment;
                assert!(bound <= best + 1e-6 * best.max(1.0), "seed {seed}: {bound} for {best}, {:?}", asked.wish);
                counted += 1;
            }
            (Outcome::Planned(_), None) => panic!("seed {seed}: a plan where there is none, {:?}", asked.wish),
            (Outcome::NotFound(_) | Outcome::Broken(_), _) => {}
        }
    }
    assert!(impossible > 3 && counted > 40, "{impossible}, {counted}: shows too little");
}

#[test]
fn of_tiny_problems_the_whole_answer_is_the_best_of_all_plans_and_proved() {
    let (mut judged, mut impossible) = (0, 0);
    for seed in 0..120 {
        let Some(asked) = asked(seed, TINY, true) else { continue };
        let wished = asked.wished.records();
        let oracle = Oracle::new(&wished);
        let kept = |place: &[Option<usize>]| {
            let at = |id: &str| wished.enrolments.iter().position(|e| e.id == *id);
            keeps(&wished, &asked.wish, |id| Some(wished.networks[place[at(id)?]?].id.clone()))
        };
        let mut trials = oracle.assignments();
        trials.retain(|(_, trial)| kept(&trial.place));
        let mut looks = 300_000;
        let totals = trials.iter().map(|(own, trial)| Some(own + oracle.best_timetable(trial, &mut looks)?));
        let Some(totals) = totals.collect::<Option<Vec<f64>>>() else { continue };
        match (&asked.outcome, totals.into_iter().min_by(f64::total_cmp)) {
            (Outcome::Planned(solution), Some(best)) => {
                let (cost, bound) = (solution.cost.total(), solution.bound.total);
                assert!(close(cost, best), "seed {seed}: {cost}, {best} is best, {:?}", asked.wish);
                assert!(close(bound, best), "seed {seed}: {bound} is proved, {best} is best, {:?}", asked.wish);
                judged += 1;
            }
            (Outcome::Infeasible(_), None) => impossible += 1,
            (outcome, best) => panic!("seed {seed}: {outcome:?}, the best of all is {best:?}, {:?}", asked.wish),
        }
    }
    assert!(judged > 30 && impossible > 0, "{judged}, {impossible}: shows too little");
}

#[test]
fn one_network_fewer_is_as_cheap_as_the_cheapest_that_can_be_closed() {
    let (mut closed, mut none) = (0, 0);
    for seed in 0..40 {
        let records = generator::problem(seed, SMALL);
        let was = problem(&records);
        let Outcome::Planned(before) = solved(&was, 2_000) else { continue };
        let side = Side { problem: &was, plan: &before.plan };
        let track = TrackIx::new(0);
        let wish = Wish::Fewer { track: Some(was.tracks()[0].id.clone()) };
        let wished = Wished::new(&records, &[wish]).expect("it names a track");
        let effort = Effort { work: Some(4_000_000), threads: 1, ..Effort::default() };
        let found = fewer(side, &wished, track, 0.0, false, &effort, &Still);
        let used = |n: &usize| was.networks()[*n].track == track && !before.plan.members(&was)[*n].is_empty();
        let networks: Vec<usize> = (0..was.networks().len()).filter(used).collect();
        assert_eq!(found.tried, (networks.len(), networks.len()), "seed {seed}");
        let alone = Effort { work: Some(4_000_000 / networks.len().max(1) as u64), ..effort };
        let costs = networks.iter().filter_map(|&n| {
            let close = Wish::Close { network: was.networks()[n].id.clone() };
            let after = Wished::new(&records, &[close]).expect("it names a network").problem().ok()?;
            match local(side, &after, 0.0, &alone, &Still) {
                Outcome::Planned(solution) => Some(solution.cost.total()),
                _ => None,
            }
        });
        let cheapest = costs.min_by(f64::total_cmp);
        match found.best {
            Some((network, after, solution)) => {
                let report = check(&after, &document(&after, &solution));
                assert!(report.broken.is_empty(), "seed {seed}: {:?}", report.broken);
                assert!(solution.plan.network_of.iter().all(|place| *place != Some(network)), "seed {seed}");
                assert!(cheapest.is_some_and(|cheapest| close(cheapest, solution.cost.total())), "seed {seed}");
                closed += 1;
            }
            None => {
                assert_eq!(cheapest, None, "seed {seed}");
                none += 1;
            }
        }
    }
    assert!(closed > 5 && none > 1, "{closed}, {none}: shows too little");
}

#[test]
fn nothing_wished_for_moves_nobody() {
    let mut judged = 0;
    for seed in 0..60 {
        let records = generator::problem(seed, SMALL);
        let problem = problem(&records);
        let Outcome::Planned(before) = solved(&problem, 2_000) else { continue };
        let side = Side { problem: &problem, plan: &before.plan };
        let effort = Effort { work: Some(100_000), threads: 1, ..Effort::default() };
        let Outcome::Planned(after) = local(side, &problem, before.bound.assignment, &effort, &Still) else {
            panic!("seed {seed}: there is a plan");
        };
        if after.cost.total() < before.cost.total() - 1e-6 {
            continue; // a better plan is worth moving for
        }
        assert_eq!(after.plan, before.plan, "seed {seed}");
        judged += 1;
    }
    assert!(judged > 20);
}

#[test]
fn an_answer_does_not_depend_on_the_number_of_threads() {
    for seed in 0..12 {
        let Some(asked) = asked(seed, SMALL, false) else { continue };
        let was = problem(&asked.records);
        let side = Side { problem: &was, plan: &asked.before.plan };
        let effort = Effort { work: Some(400_000), threads: 3, ..Effort::default() };
        let proved = proved_after(&asked.records, &asked.wished.records(), asked.before.bound.assignment);
        let again = local(side, &asked.after, proved, &effort, &Still);
        assert_eq!(format!("{again:?}"), format!("{:?}", asked.outcome), "seed {seed}");
    }
}

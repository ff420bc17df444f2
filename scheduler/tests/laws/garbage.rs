//! Documents of any kind get an answer: the check and the validation never give up.

use scheduler::check::check;
use scheduler::plan::{PlanRecords, VisitRecord};
use scheduler::problem::{ProblemRecords, validate};
use scheduler::{Task, explain};

use crate::check::problem;
use crate::common::generator::{self, SMALL};
use crate::common::random::Random;
use crate::oracle::Oracle;
use crate::plans;

const TEXTS: [&str; 8] = ["", "e0", "n0", "m0", "2024-01-02", "9999-12-31", "\u{1f600}", "2024-02-30"];
const NUMBERS: [i64; 7] = [i64::MIN, -1, 0, 1, 3, 20_000, i64::MAX];
const REALS: [f64; 6] = [f64::NAN, f64::NEG_INFINITY, -1.0, 0.0, 1e300, f64::INFINITY];

fn text(random: &mut Random) -> String {
    random.pick(&TEXTS).to_string()
}

/// Writes nonsense into one place of a plan document.
fn spoil_plan(plan: &mut PlanRecords, random: &mut Random) {
    match random.below(5) {
        0 => plan.assignments.iter_mut().take(1).for_each(|row| row.enrolment = text(random)),
        1 => plan.assignments.iter_mut().skip(1).take(1).for_each(|row| row.network = Some(text(random))),
        2 => plan.cost.push(("total".into(), *random.pick(&REALS))),
        3 => plan.bound.push(("total".into(), *random.pick(&REALS))),
        _ => {
            let [network, host, date] = [(); 3].map(|()| text(random));
            let (guests, round) = (vec![text(random), text(random)], Some(text(random)));
            plan.visits.push(VisitRecord { network, host, date, guests, round });
        }
    }
}

/// Writes nonsense into one place of a problem document.
fn spoil_problem(records: &mut ProblemRecords, random: &mut Random) {
    let (number, real) = (*random.pick(&NUMBERS), *random.pick(&REALS));
    let (network, enrolment) = (random.below(records.networks.len()), random.below(records.enrolments.len()));
    let (network, enrolment) = (&mut records.networks[network], &mut records.enrolments[enrolment]);
    match random.below(14) {
        0 => network.min_members = number,
        1 => network.max_members = number,
        2 => network.max_delegates = Some(number),
        3 => network.max_distance_km = Some(real),
        4 => network.allowed_regions = Some(vec![text(random)]),
        5 => network.track = Some(text(random)),
        6 => enrolment.delegates = number,
        7 => enrolment.municipality = text(random),
        8 => enrolment.fixed = Some(text(random)),
        9 => enrolment.preferences = Some(vec![text(random), text(random)]),
        10 => records.municipalities[0].lat = real,
        11 => records.municipalities[0].host_capacity = Some(number),
        12 => records.rounds.iter_mut().flatten().for_each(|round| round.end = text(random)),
        _ => records.enrolments.extend(records.enrolments.first().cloned()),
    }
}

#[test]
fn any_plan_document_is_judged() {
    for seed in 0..200 {
        let records = generator::problem(seed, SMALL);
        let (problem, oracle) = (problem(&records), Oracle::new(&records));
        let mut random = Random::new(seed);
        let trial = plans::any(&oracle, &mut random);
        let mut written = oracle.written(&trial);
        (0..4).for_each(|_| spoil_plan(&mut written, &mut random));
        let report = check(&problem, &written);
        assert!(report.cost.total().is_finite(), "seed {seed}");
        let (plan, _) = scheduler::check::resolve(&problem, &written);
        let unassigned = plan.network_of.iter().filter(|network| network.is_none()).count();
        assert!(explain::left_out(&problem, &plan).len() >= unassigned, "seed {seed}");
    }
}

#[test]
fn any_problem_document_is_judged_and_what_has_no_fault_is_a_problem() {
    let mut refused = 0;
    for seed in 0..600 {
        let mut records = generator::problem(seed, SMALL);
        let mut random = Random::new(seed);
        (0..3).for_each(|_| spoil_problem(&mut records, &mut random));
        let faults = validate::contradictions(&records);
        validate::warnings(&records);
        assert_eq!(Task::new(&records).is_ok(), faults.is_empty(), "seed {seed}");
        assert!(faults.iter().all(|fault| fault.pointer.starts_with('/') && fault.detail.len() > 10), "seed {seed}");
        refused += usize::from(!faults.is_empty());
    }
    assert!(refused >= 300, "only {refused} were refused: nonsense is too rare");
}

//! Problems made up for the tests of this module: every rule of an assignment, in few records.

use crate::problem::ProblemRecords;
use crate::problem::records::*;
use crate::random::Random;
use crate::steering::Task;

/// One track: `regions` of two towns each, one enrolment each, and networks of these sizes.
pub(super) fn plain(regions: usize, networks: &[(i64, i64)]) -> ProblemRecords {
    let town = |at: usize| MunicipalityRecord {
        id: format!("m{at}"),
        region: format!("r{}", at / 2),
        lat: 55.0 + (at % 5) as f64 * 0.3,
        lon: 9.0 + (at / 5) as f64 * 0.4 + (at % 3) as f64 * 0.1,
        ..Default::default()
    };
    let enrolment = |at: usize| EnrolmentRecord {
        id: format!("e{at}"),
        municipality: format!("m{at}"),
        delegates: 1 + (at % 4) as i64,
        ..Default::default()
    };
    let network = |(at, &(min_members, max_members)): (usize, &(i64, i64))| NetworkRecord {
        id: format!("n{at}"),
        min_members,
        max_members,
        ..Default::default()
    };
    ProblemRecords {
        name: "sample".to_owned(),
        regions: (0..regions).map(|r| RegionRecord { id: format!("r{r}"), ..Default::default() }).collect(),
        municipalities: (0..2 * regions).map(town).collect(),
        networks: networks.iter().enumerate().map(network).collect(),
        enrolments: (0..2 * regions).map(enrolment).collect(),
        ..Default::default()
    }
}

/// A track in which every rule may bite: caps and mixing, delegate limits, reach, wishes, exclusions, closed
/// regions, fixed places, second enrolments, pairs apart and together, networks that may stay empty.
pub(super) fn mixed(seed: u64, regions: usize, networks: usize) -> ProblemRecords {
    let mut chance = Random::new(seed);
    let sizes: Vec<(i64, i64)> =
        (0..networks).map(|_| (1 + chance.below(2) as i64, 3 + chance.below(3) as i64)).collect();
    let mut records = plain(regions, &sizes);
    for network in &mut records.networks {
        network.may_stay_empty = Some(chance.below(2) == 0);
        network.max_members_per_region = (chance.below(3) == 0).then_some(1);
        network.min_regions = (chance.below(4) == 0).then_some(2);
        network.max_delegates = (chance.below(3) == 0).then_some(9);
        network.min_delegates = (chance.below(3) == 0).then_some(3);
        network.max_distance_km = (chance.below(4) == 0).then_some(130.0);
        network.max_members = network.max_members.max(network.min_members);
    }
    for at in 0..2 {
        let twice = records.enrolments[at].clone();
        records.enrolments.push(EnrolmentRecord { id: format!("f{at}"), delegates: 2, ..twice });
    }
    for enrolment in &mut records.enrolments {
        let wish = format!("n{}", chance.below(networks));
        if chance.below(2) == 0 {
            enrolment.preferences = Some(vec![wish]);
        } else if networks > 2 && chance.below(3) == 0 {
            enrolment.excluded = Some(vec![wish]);
        }
    }
    let towns = records.municipalities.len();
    records.municipalities[towns - 1].can_host = Some(false);
    let pair = |kind, a: usize, b: usize| PairRuleRecord { kind, a: format!("m{a}"), b: format!("m{b}") };
    records.pair_rules = Some(vec![
        pair(PairKind::Apart, 0, towns - 1),
        pair(PairKind::Together, 1, 2),
        pair(PairKind::Together, towns - 2, towns - 1),
    ]);
    records.distances = Some(vec![DistanceRecord { a: "m0".to_owned(), b: "m1".to_owned(), km: 12.5 }]);
    records
}

/// The same, but every network must have members, and more of them: often that is impossible.
pub(super) fn strict(seed: u64, regions: usize, networks: usize) -> ProblemRecords {
    let mut records = mixed(seed, regions, networks);
    for network in &mut records.networks {
        network.may_stay_empty = None;
        network.min_members = 3;
        network.max_members = 4;
        network.max_distance_km = Some(130.0);
    }
    records
}

/// The problem of records that are known to be sound.
pub(super) fn problem(records: &ProblemRecords) -> Task {
    Task::new(records).expect("the sample is sound")
}

//! Problems made impossible or over-full on purpose, each with what clashes.

use scheduler::plan::{AssignmentRecord, PlanRecords};
use scheduler::problem::ProblemRecords;
use scheduler::problem::records::*;

/// A problem, and what is known of it.
pub struct Case {
    pub name: &'static str,
    pub records: ProblemRecords,
    /// The plan asked about; `None`: the problem, before there is any.
    pub plan: Option<PlanRecords>,
    /// The rules of the clash, ascending.
    pub rules: Vec<&'static str>,
    /// A change that must be among the repairs.
    pub repair: &'static str,
    /// Whether there is no plan at all.
    pub infeasible: bool,
}

/// Towns t0, t1 … 11 km apart in a row, in regions r, s, r, s …, with an enrolment e0, e1 … of one delegate each, and
/// networks n0, n1 … of these sizes.
fn row(towns: usize, networks: &[(i64, i64)]) -> ProblemRecords {
    let region = |at: usize| if at.is_multiple_of(2) { "r" } else { "s" };
    ProblemRecords {
        name: "made".into(),
        regions: ["r", "s"].map(|id| RegionRecord { id: id.into(), ..Default::default() }).to_vec(),
        municipalities: (0..towns)
            .map(|at| MunicipalityRecord {
                id: format!("t{at}"),
                region: region(at).into(),
                lat: 55.0 + at as f64 / 10.0,
                lon: 10.0,
                ..Default::default()
            })
            .collect(),
        networks: networks
            .iter()
            .enumerate()
            .map(|(at, &(min_members, max_members))| NetworkRecord {
                id: format!("n{at}"),
                min_members,
                max_members,
                ..Default::default()
            })
            .collect(),
        enrolments: (0..towns)
            .map(|at| EnrolmentRecord {
                id: format!("e{at}"),
                municipality: format!("t{at}"),
                delegates: 1,
                ..Default::default()
            })
            .collect(),
        ..Default::default()
    }
}

/// The same with a round of these days of January 2024, everybody being in n0.
fn dated(towns: usize, start: &str, end: &str) -> ProblemRecords {
    let round = RoundRecord { id: "r1".into(), name: None, start: start.into(), end: end.into() };
    ProblemRecords { rounds: Some(vec![round]), ..row(towns, &[(0, 9)]) }
}

fn all_in_n0(towns: usize) -> PlanRecords {
    let row = |at: usize| AssignmentRecord { enrolment: format!("e{at}"), network: Some("n0".into()) };
    PlanRecords { assignments: (0..towns).map(row).collect(), ..Default::default() }
}

fn pair(kind: PairKind, a: &str, b: &str) -> PairRuleRecord {
    PairRuleRecord { kind, a: a.into(), b: b.into() }
}

fn ids(ids: &[&str]) -> Option<Vec<String>> {
    Some(ids.iter().map(|id| (*id).to_owned()).collect())
}

fn infeasible(
    name: &'static str,
    rules: &[&'static str],
    repair: &'static str,
    mut records: ProblemRecords,
    change: impl FnOnce(&mut ProblemRecords),
) -> Case {
    change(&mut records);
    Case { name, records, plan: None, rules: rules.to_vec(), repair, infeasible: true }
}

fn over_full(
    name: &'static str,
    rules: &[&'static str],
    repair: &'static str,
    records: ProblemRecords,
    change: impl FnOnce(&mut ProblemRecords),
) -> Case {
    Case { infeasible: false, ..infeasible(name, rules, repair, records, change) }
}

fn unhosted(
    name: &'static str,
    rules: &[&'static str],
    repair: &'static str,
    records: ProblemRecords,
    change: impl FnOnce(&mut ProblemRecords),
) -> Case {
    let plan = Some(all_in_n0(records.enrolments.len()));
    Case { plan, ..over_full(name, rules, repair, records, change) }
}

fn visits(records: &mut ProblemRecords) -> &mut VisitsRecord {
    records.visits.get_or_insert_default()
}

fn pace(window_days: i64, max_visits: i64) -> Option<Vec<PaceRecord>> {
    Some(vec![PaceRecord { window_days, max_visits: Some(max_visits), penalty: None }])
}

/// A plan that leaves hostings out for no reason.
pub fn held_but_left_out() -> Case {
    unhosted("nothing clashes", &[], "", dated(3, "2024-01-01", "2024-01-05"), |_| ())
}

pub fn cases() -> Vec<Case> {
    let mut all = without_a_plan();
    all.extend(places());
    all.extend(dates());
    all
}

fn without_a_plan() -> Vec<Case> {
    vec![
        infeasible(
            "more members wanted than there are",
            &["min_members"],
            "lower_min_members",
            row(4, &[(3, 4), (2, 4)]),
            |_| (),
        ),
        infeasible(
            "a network that could stay empty",
            &["min_members"],
            "let_stay_empty",
            row(4, &[(3, 4), (2, 4)]),
            |_| (),
        ),
        infeasible(
            "more delegates wanted than there are",
            &["min_delegates"],
            "lower_min_delegates",
            row(3, &[(1, 4)]),
            |r| {
                r.networks[0].min_delegates = Some(5);
            },
        ),
        infeasible(
            "more delegates wanted than members may bring",
            &["max_members", "min_delegates"],
            "raise_max_members",
            row(4, &[(1, 2)]),
            |r| r.networks[0].min_delegates = Some(3),
        ),
        infeasible(
            "a region too small for two networks",
            &["allowed_regions", "min_members"],
            "open_to_region",
            row(5, &[(2, 4), (2, 4)]),
            |r| r.networks.iter_mut().for_each(|n| n.allowed_regions = ids(&["s"])),
        ),
        infeasible(
            "two networks that most exclude",
            &["excluded", "min_members"],
            "lift_excluded",
            row(4, &[(2, 4), (2, 4), (0, 4)]),
            |r| r.enrolments[0].excluded = ids(&["n0", "n1"]),
        ),
        infeasible(
            "fixed elsewhere",
            &["fixed", "min_members"],
            "lift_fixed",
            row(5, &[(2, 4), (2, 4), (0, 4)]),
            |r| r.enrolments[..2].iter_mut().for_each(|e| e.fixed = Some("n2".into())),
        ),
        infeasible(
            "few of each region",
            &["max_members_per_region", "min_members"],
            "raise_max_members_per_region",
            row(4, &[(3, 4)]),
            |r| r.networks[0].max_members_per_region = Some(1),
        ),
        infeasible(
            "regions that nobody comes from",
            &["min_members", "min_regions"],
            "lower_min_regions",
            row(3, &[(2, 4)]),
            |r| {
                r.networks[0].min_regions = Some(2);
                r.municipalities.iter_mut().for_each(|town| town.region = "r".into());
            },
        ),
        infeasible(
            "members too far apart",
            &["max_distance_km", "min_members"],
            "raise_max_distance_km",
            row(4, &[(3, 4)]),
            |r| r.networks[0].max_distance_km = Some(20.0),
        ),
        infeasible(
            "kept apart, and wanted in one network",
            &["apart", "min_members"],
            "drop_apart",
            row(3, &[(3, 4)]),
            |r| r.pair_rules = Some(vec![pair(PairKind::Apart, "t0", "t2")]),
        ),
    ]
}

fn places() -> Vec<Case> {
    vec![
        over_full(
            "fewer places than enrolments",
            &["max_members", "placed"],
            "raise_max_members",
            row(5, &[(1, 2), (1, 2)]),
            |_| (),
        ),
        over_full(
            "fewer places by three",
            &["max_members", "placed"],
            "raise_max_members",
            row(6, &[(1, 2), (1, 1)]),
            |_| (),
        ),
        over_full(
            "more delegates than there is room for",
            &["max_delegates", "placed"],
            "raise_max_delegates",
            row(4, &[(1, 9), (1, 9)]),
            |r| {
                r.enrolments.iter_mut().for_each(|e| e.delegates = 3);
                r.networks.iter_mut().for_each(|n| n.max_delegates = Some(5));
            },
        ),
        over_full(
            "three that only one network is open to",
            &["allowed_regions", "max_members", "placed"],
            "open_to_region",
            row(6, &[(0, 2), (0, 6)]),
            |r| r.networks[1].allowed_regions = ids(&["r"]),
        ),
        over_full("nowhere to go", &["excluded", "placed"], "lift_excluded", row(3, &[(0, 3), (0, 3)]), |r| {
            r.enrolments[1].excluded = ids(&["n0", "n1"]);
        }),
        over_full(
            "three of a region, two networks with one each",
            &["max_members_per_region", "placed"],
            "raise_max_members_per_region",
            row(5, &[(0, 4), (0, 4)]),
            |r| {
                r.networks.iter_mut().for_each(|n| n.max_members_per_region = Some(1));
            },
        ),
        over_full(
            "three kept apart in two networks",
            &["apart", "placed"],
            "drop_apart",
            row(3, &[(0, 3), (0, 3)]),
            |r| {
                r.pair_rules = Some(vec![
                    pair(PairKind::Apart, "t0", "t1"),
                    pair(PairKind::Apart, "t1", "t2"),
                    pair(PairKind::Apart, "t0", "t2"),
                ]);
            },
        ),
        over_full(
            "together, and no network that is open to both",
            &["excluded", "placed", "together"],
            "drop_together",
            row(3, &[(0, 3), (0, 3)]),
            |r| {
                r.pair_rules = Some(vec![pair(PairKind::Together, "t0", "t1")]);
                r.enrolments[0].excluded = ids(&["n0"]);
                r.enrolments[1].excluded = ids(&["n1"]);
            },
        ),
        over_full(
            "one member short of opening a further network",
            &["excluded", "min_members", "placed"],
            "lower_min_members",
            row(4, &[(0, 3), (2, 4)]),
            |r| {
                r.networks[1].may_stay_empty = Some(true);
                r.enrolments[..3].iter_mut().for_each(|e| e.excluded = ids(&["n1"]));
                r.enrolments[3].excluded = ids(&["n0"]);
            },
        ),
        over_full(
            "too far from everybody",
            &["max_distance_km", "placed"],
            "raise_max_distance_km",
            row(4, &[(0, 4)]),
            |r| {
                r.networks[0].max_distance_km = Some(50.0);
                r.municipalities[3].lat = 57.0;
            },
        ),
    ]
}

fn dates() -> Vec<Case> {
    vec![
        unhosted(
            "a host that can never host",
            &["cannot_host_on", "hosted"],
            "host_on",
            dated(3, "2024-01-01", "2024-01-03"),
            |r| {
                r.municipalities[1].cannot_host_on = ids(&["2024-01-01", "2024-01-02", "2024-01-03"]);
            },
        ),
        unhosted(
            "guests who are never there",
            &["hosted", "unavailable"],
            "become_available",
            dated(2, "2024-01-01", "2024-01-02"),
            |r| {
                r.municipalities[1].unavailable = ids(&["2024-01-01", "2024-01-02"]);
            },
        ),
        unhosted(
            "no room for the only guest",
            &["host_capacity", "hosted"],
            "raise_host_capacity",
            dated(2, "2024-01-01", "2024-01-03"),
            |r| {
                r.municipalities[0].host_capacity = Some(1);
                r.enrolments[1].delegates = 3;
            },
        ),
        unhosted(
            "a region with one visit a day",
            &["hosted", "max_visits_per_day"],
            "raise_max_visits_per_day",
            dated(4, "2024-01-01", "2024-01-02"),
            |r| {
                r.regions[0].max_visits_per_day = Some(1);
                r.municipalities[1].region = "r".into();
            },
        ),
        unhosted(
            "a programme with one visit a day",
            &["hosted", "max_visits_per_day"],
            "more_dates",
            dated(4, "2024-01-01", "2024-01-03"),
            |r| {
                visits(r).max_visits_per_day = Some(1);
            },
        ),
        unhosted(
            "a pace that leaves too little time",
            &["hosted", "pace"],
            "raise_pace",
            dated(3, "2024-01-01", "2024-01-05"),
            |r| {
                visits(r).pace = pace(7, 1);
            },
        ),
        unhosted(
            "visits back that come too soon",
            &["hosted", "min_return_days"],
            "lower_min_return_days",
            dated(2, "2024-01-01", "2024-01-05"),
            |r| {
                visits(r).min_return_days = Some(7);
            },
        ),
    ]
}

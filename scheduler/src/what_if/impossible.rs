//! Wishes that no plan grants, as they show before any search: two that contradict each other, and days on which nobody
//! can receive.

use std::collections::{BTreeMap, BTreeSet};

use super::wish::{Asked, Record, Wish};
use super::wished::{Wished, hosts, index};
use crate::explain::english::{self, rule_of};
use crate::problem::{Day, EnrolmentIx, Hosting, PairKind, RegionIx};
use crate::rules::RuleCode;
use crate::steering::Task;

/// Why wishes cannot be granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impossible {
    /// The positions of the wishes that it is about, ascending: without any one of them it would not hold. None where no
    /// single one could be spared for that.
    pub wishes: Vec<usize>,
    /// Stable, lower snake_case.
    pub code: &'static str,
    /// The rule in the way, where one is.
    pub rule: Option<RuleCode>,
    /// The reason in a sentence.
    pub detail: String,
}

/// Every two wishes that cannot both be granted, whatever the problem but for its tracks.
pub(super) fn between(asked: &[Asked], tracks: &[&str]) -> Vec<Impossible> {
    let pairs = asked.iter().enumerate().flat_map(|(b, _)| (0..b).map(move |a| (a, b)));
    let clashing = pairs.filter(|&(a, b)| contradict(&asked[a].wish, &asked[b].wish, tracks));
    clashing.map(|(a, b)| two(asked, a, b, "wishes_contradict")).collect()
}

/// Every wish to receive on a day on which nobody, or this enrolment, can, every two that keep each other from it, and
/// those that together are more than a day's limit.
pub(super) fn on_days(asked: &[Asked], problem: &Task) -> Vec<Impossible> {
    let wanted: Vec<(usize, EnrolmentIx, Day)> =
        hosts(asked).filter_map(|(at, id, day)| Some((at, index(problem, id)?, day))).collect();
    let mut found = Vec::new();
    for (position, &(at, host, day)) in wanted.iter().enumerate() {
        if let Some(code) = stopped(problem, host, day) {
            let detail = english::cannot_receive(problem, host, day, code);
            found.push(Impossible { wishes: vec![at], code, rule: rule_of(code), detail });
        }
        for &(before, other, other_day) in &wanted[..position] {
            let town = |e: EnrolmentIx| problem.enrolment(e).municipality;
            let each_round = problem.hosting_of(host) != Hosting::Once;
            let one_hosting = !each_round || problem.round_of(day) == problem.round_of(other_day);
            if host == other && day != other_day && one_hosting {
                found.push(two(asked, before, at, "hosts_once"));
            } else if host != other && town(host) == town(other) && day == other_day {
                found.push(two(asked, before, at, "hosts_twice_a_day"));
            }
        }
    }
    found.extend(crowded(problem, &wanted));
    found
}

/// Every region, and the programme, in which more are to receive on a day than may, each with as few of them as show it.
fn crowded(problem: &Task, wanted: &[(usize, EnrolmentIx, Day)]) -> Vec<Impossible> {
    let region_of = |host: EnrolmentIx| problem.home(host).region;
    let places: BTreeSet<(Day, Option<RegionIx>)> =
        wanted.iter().flat_map(|&(_, host, day)| [(day, None), (day, Some(region_of(host)))]).collect();
    let reason = |(day, region): (Day, Option<RegionIx>)| {
        let most = match region {
            Some(region) => problem.regions()[region.at()].max_visits_per_day,
            None => problem.visits().max_visits_per_day,
        }?;
        let mut first_wish: BTreeMap<EnrolmentIx, usize> = BTreeMap::new();
        for &(at, host, on) in wanted {
            if on == day && region.is_none_or(|region| region == region_of(host)) {
                first_wish.entry(host).or_insert(at);
            }
        }
        let mut wishes: Vec<usize> = first_wish.into_values().collect();
        wishes.sort_unstable();
        wishes.truncate(most as usize + 1);
        let detail = || english::too_many_receive(problem, region, day, most);
        let code = "day_limit";
        (wishes.len() > most as usize).then(|| Impossible { wishes, code, rule: rule_of(code), detail: detail() })
    };
    places.into_iter().filter_map(reason).collect()
}

/// Names the wishes that each reason is about: those without which it would not hold.
pub(super) fn about(wished: &Wished, mut why: Vec<Impossible>) -> Vec<Impossible> {
    let of_days: Vec<bool> = why.iter().map(|one| !one.wishes.is_empty()).collect();
    for at in 0..wished.asked().len() {
        let others = wished.but(at).tried().err().unwrap_or_default();
        // Days are looked at only where the records do not contradict each other: else nothing is known of them.
        let no_days = others.iter().any(|other| other.wishes.is_empty());
        for (one, of_days) in why.iter_mut().zip(&of_days) {
            let holds = others.iter().any(|other| (other.code, &other.detail) == (one.code, &one.detail));
            let unknown = *of_days && no_days;
            if !holds && !unknown && !one.wishes.contains(&at) {
                one.wishes.push(at);
            }
        }
    }
    why.iter_mut().for_each(|one| one.wishes.sort_unstable());
    why
}

/// What keeps an enrolment from receiving that day, whatever else happens.
fn stopped(problem: &Task, host: EnrolmentIx, day: Day) -> Option<&'static str> {
    match () {
        () if problem.round_for(problem.enrolment(host).track, day).is_none() => Some("not_an_open_day"),
        () if !problem.hosts(host) => Some("hosts_never"),
        () if problem.home(host).cannot_host.contains(day) => Some("cannot_host_that_day"),
        () if !anybody_can_come(problem, host, day) => Some("nobody_can_come"),
        () => None,
    }
}

/// Whether anybody could come to a host that day, were they in one network.
fn anybody_can_come(problem: &Task, host: EnrolmentIx, day: Day) -> bool {
    let (home, track) = (problem.enrolment(host).municipality, problem.enrolment(host).track);
    let room = problem.municipality(home).host_capacity.unwrap_or(u32::MAX);
    problem.enrolments().iter().enumerate().any(|(e, guest)| {
        let free = !problem.home(EnrolmentIx::new(e)).unavailable.contains(day);
        guest.track == track && guest.municipality != home && guest.delegates <= room && free
    })
}

/// Two wishes that cannot both be granted.
pub(super) fn two(asked: &[Asked], a: usize, b: usize, code: &'static str) -> Impossible {
    let [one, other] = [&asked[a], &asked[b]].map(|asked| format!("{} ({})", said(&asked.wish), asked.at));
    Impossible { wishes: vec![a, b], code, rule: rule_of(code), detail: english::contradiction(&one, &other) }
}

/// A wish in short: what it is called, and whom it names.
fn said(wish: &Wish) -> String {
    let name = wish.name();
    match wish {
        Wish::Place { enrolment, network } => format!("{name} {enrolment} in {network}"),
        Wish::Pair { a, b, .. } => format!("{a} {name} {b}"),
        Wish::Close { network } => format!("{name} {network}"),
        Wish::Fewer { .. } => name.to_owned(),
        Wish::Withdraw { enrolment } => format!("{name} {enrolment}"),
        Wish::Host { enrolment, date } => format!("{name} {enrolment} {date}"),
        Wish::Gather { gathering, start, place } => {
            let words = [Some(name), Some(gathering), start.as_deref(), place.as_deref()];
            words.into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
        Wish::Put { record, said } => {
            let (kind, id) = record.what();
            let fields: Vec<&str> = said.iter().map(String::as_str).collect();
            format!("{kind} {id}: {}", fields.join(", "))
        }
    }
}

fn contradict(a: &Wish, b: &Wish, tracks: &[&str]) -> bool {
    excludes(a, b) || excludes(b, a) || differ(a, b, tracks)
}

/// Whether both give a field of the same record a value, and not the same one.
fn differ(a: &Wish, b: &Wish, tracks: &[&str]) -> bool {
    let (Wish::Put { record, said }, Wish::Put { record: other, said: also }) = (a, b) else { return false };
    let both = |field: &str| said.contains(field) && also.contains(field);
    record.what() == other.what()
        && record.fields(tracks).iter().zip(other.fields(tracks)).any(|(one, other)| both(one.0) && *one != other)
}

/// Whether the one wish being granted keeps the other from it. Each pair is told in one order.
fn excludes(a: &Wish, b: &Wish) -> bool {
    match (a, b) {
        (Wish::Place { enrolment, network }, Wish::Place { enrolment: e, network: n }) => {
            enrolment == e && network != n
        }
        (Wish::Place { network, .. }, Wish::Close { network: closed }) => network == closed,
        (Wish::Place { enrolment, .. } | Wish::Host { enrolment, .. }, Wish::Withdraw { enrolment: gone }) => {
            enrolment == gone
        }
        (Wish::Place { enrolment, network }, Wish::Put { record: Record::Enrolment(record), said }) => {
            // A pin that is lifted leaves the place open; the place is laid over the records at the end.
            let elsewhere = record.fixed.as_ref().is_some_and(|fixed| fixed != network);
            record.id == *enrolment && said.contains("fixed") && elsewhere
        }
        (Wish::Pair { kind: PairKind::Together, a, b }, Wish::Pair { kind: PairKind::Apart, a: c, b: d }) => {
            (a, b) == (c, d) || (a, b) == (d, c)
        }
        (Wish::Put { record: Record::Enrolment(record), .. }, Wish::Withdraw { enrolment }) => record.id == *enrolment,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::ProblemRecords;
    use crate::problem::records::{EnrolmentRecord, MunicipalityRecord, RegionRecord, VisitsRecord};
    use crate::small::two_networks;

    fn place(enrolment: &str, network: &str) -> Wish {
        Wish::Place { enrolment: enrolment.into(), network: network.into() }
    }

    fn pair(kind: PairKind, a: &str, b: &str) -> Wish {
        Wish::Pair { kind, a: a.into(), b: b.into() }
    }

    fn host(enrolment: &str, date: &str) -> Wish {
        Wish::Host { enrolment: enrolment.into(), date: date.into() }
    }

    fn close(network: &str) -> Wish {
        Wish::Close { network: network.into() }
    }

    fn withdraw(enrolment: &str) -> Wish {
        Wish::Withdraw { enrolment: enrolment.into() }
    }

    /// Enrolment a with these fields as they are said to be.
    fn change(fields: &[&str], say: impl FnOnce(&mut EnrolmentRecord)) -> Wish {
        let mut record = two_networks().enrolments[0].clone();
        say(&mut record);
        Wish::Put { record: Record::Enrolment(record), said: fields.iter().map(|field| field.to_string()).collect() }
    }

    fn delegates(many: i64) -> Wish {
        change(&["delegates"], |a| a.delegates = many)
    }

    /// What is impossible of these wishes, in whichever order they are asked.
    fn told(records: &ProblemRecords, wishes: &[Wish]) -> Vec<(Vec<usize>, &'static str, Option<RuleCode>)> {
        let of = |wishes: &[Wish]| {
            let wished = Wished::new(records, wishes).unwrap();
            let found = wished.problem().err().unwrap_or_default();
            found.into_iter().map(|one| (one.wishes, one.code, one.rule)).collect::<Vec<_>>()
        };
        let turned: Vec<Wish> = wishes.iter().rev().cloned().collect();
        assert_eq!(of(&turned).len(), of(wishes).len(), "the order changes nothing");
        of(wishes)
    }

    #[test]
    fn two_wishes_that_contradict_each_other_are_both_named() {
        let records = two_networks();
        for (one, other) in [
            (place("a", "n"), place("a", "m")),
            (place("a", "n"), close("n")),
            (place("a", "n"), withdraw("a")),
            (place("a", "n"), change(&["fixed"], |a| a.fixed = Some("m".into()))),
            (host("a", "2024-01-02"), withdraw("a")),
            (delegates(2), withdraw("a")),
            (delegates(2), delegates(3)),
            (
                change(&["excluded"], |a| a.excluded = None),
                change(&["excluded"], |a| a.excluded = Some(vec!["n".into()])),
            ),
            (pair(PairKind::Together, "A", "B"), pair(PairKind::Apart, "B", "A")),
        ] {
            let found = told(&records, &[close("m"), one.clone(), other.clone()]);
            let both = (vec![1, 2], "wishes_contradict", None);
            assert!(found.contains(&both), "{one:?} and {other:?}: {found:?}");
        }
    }

    #[test]
    fn wishes_that_can_both_be_granted_are_left_alone() {
        let records = two_networks();
        let only = records.track_ids()[0].to_owned();
        for (one, other) in [
            (place("a", "n"), place("a", "n")),
            (place("a", "n"), place("b", "m")),
            (place("a", "n"), close("m")),
            (place("a", "n"), delegates(2)),
            (place("a", "n"), change(&["fixed"], |a| a.fixed = None)),
            (place("a", "n"), change(&["excluded", "fixed"], |a| (a.excluded, a.fixed) = (None, None))),
            (
                delegates(2),
                change(&["delegates", "preferences"], |a| (a.delegates, a.preferences) = (2, Some(Vec::new()))),
            ),
            (change(&["excluded"], |a| a.excluded = None), change(&["excluded"], |a| a.excluded = Some(Vec::new()))),
            (change(&["track"], |a| a.track = None), change(&["track"], |a| a.track = Some(only.clone()))),
            (withdraw("a"), withdraw("a")),
            (pair(PairKind::Together, "A", "B"), pair(PairKind::Apart, "A", "C")),
        ] {
            assert_eq!(told(&records, &[one.clone(), other.clone()]), [], "{one:?} and {other:?}");
        }
    }

    #[test]
    fn a_pin_that_is_lifted_leaves_the_place_in_either_order() {
        let mut records = two_networks();
        let lifts = change(&["fixed"], |a| a.fixed = None);
        records.enrolments[0].fixed = Some("m".into());
        for wishes in [[place("a", "n"), lifts.clone()], [lifts, place("a", "n")]] {
            assert_eq!(told(&records, &wishes), []);
            let wished = Wished::new(&records, &wishes).unwrap().records();
            assert_eq!(wished.enrolments[0].fixed.as_deref(), Some("n"), "{wishes:?}");
        }
    }

    #[test]
    fn wishes_that_clash_by_what_the_problem_says_are_named_and_no_others() {
        let mut records = two_networks();
        let aside = Wish::Pair { kind: PairKind::Apart, a: "A".into(), b: "C".into() };
        let excludes = {
            let record = EnrolmentRecord { excluded: Some(vec!["n".into()]), ..records.enrolments[0].clone() };
            let said = ["excluded".to_owned()].into();
            Wish::Put { record: Record::Enrolment(record), said }
        };
        let found = told(&records, &[excludes, aside.clone(), place("a", "n")]);
        assert_eq!(found, [(vec![0, 2], "fixed_excluded", Some(RuleCode::A1))]);
        records.enrolments[1].municipality = "A".into();
        let found = told(&records, &[place("a", "n"), aside.clone(), place("b", "n")]);
        assert_eq!(found, [(vec![0, 2], "same_municipality_fixed", Some(RuleCode::A3))]);
        let never = {
            let record = MunicipalityRecord { can_host: Some(false), ..records.municipalities[0].clone() };
            let said = ["can_host".to_owned()].into();
            Wish::Put { record: Record::Municipality(record), said }
        };
        let found = told(&records, &[host("a", "2024-01-02"), aside, never]);
        assert_eq!(found, [(vec![0, 2], "hosts_never", Some(RuleCode::V2))]);
    }

    #[test]
    fn nobody_receives_on_a_day_that_is_not_open_or_that_the_host_cannot() {
        let mut records = two_networks();
        records.municipalities[0].unavailable = Some(vec!["2024-01-03".into(), "2024-01-05".into()]);
        records.municipalities[1].can_host = Some(false);
        records.municipalities[2].host_capacity = Some(1); // b, who could come, are two
        for (wish, code, rule) in [
            (host("a", "2024-01-06"), "not_an_open_day", RuleCode::V1),
            (host("a", "2025-01-02"), "not_an_open_day", RuleCode::V1),
            (host("a", "2024-01-03"), "cannot_host_that_day", RuleCode::V2),
            (host("b", "2024-01-02"), "hosts_never", RuleCode::V2),
            (host("c", "2024-01-05"), "nobody_can_come", RuleCode::V4),
        ] {
            assert_eq!(told(&records, std::slice::from_ref(&wish)), [(vec![0], code, Some(rule))], "{wish:?}");
        }
        assert_eq!(told(&records, &[host("a", "2024-01-02")]), []);
    }

    #[test]
    fn a_hosting_is_on_one_day_and_a_municipality_receives_once_a_day() {
        let mut records = two_networks();
        let twice = [host("a", "2024-01-02"), host("a", "2024-01-04")];
        assert_eq!(told(&records, &twice), [(vec![0, 1], "hosts_once", Some(RuleCode::V7))]);
        records.visits = Some(VisitsRecord { hosting: Some(Hosting::EachRound), ..Default::default() });
        assert_eq!(told(&records, &twice), [(vec![0, 1], "hosts_once", Some(RuleCode::V7))], "they are of one round");
        let mut next = records.rounds.clone().unwrap()[0].clone();
        (next.id, next.start, next.end) = ("r2".into(), "2024-02-01".into(), "2024-02-09".into());
        records.rounds.as_mut().unwrap().push(next);
        assert_eq!(told(&records, &[host("a", "2024-01-02"), host("a", "2024-02-02")]), []);
        records.enrolments[1].municipality = "A".into();
        let same_day = [host("a", "2024-01-02"), host("b", "2024-01-02")];
        assert_eq!(told(&records, &same_day), [(vec![0, 1], "hosts_twice_a_day", Some(RuleCode::V2))]);
    }

    #[test]
    fn no_more_receive_on_a_day_than_region_and_programme_allow() {
        let mut records = two_networks();
        let all = [host("a", "2024-01-02"), host("b", "2024-01-02"), host("c", "2024-01-02")];
        records.regions[0].max_visits_per_day = Some(1);
        let regions: Vec<&str> = records.municipalities.iter().map(|town| town.region.as_str()).collect();
        assert_eq!(regions, ["r", "r", "s"]);
        let crowded = |wishes: Vec<usize>| [(wishes, "day_limit", Some(RuleCode::V6))];
        assert_eq!(told(&records, &all), crowded(vec![0, 1]));
        assert_eq!(told(&records, &all[1..]), [], "c is of another region");
        assert_eq!(told(&records, &[all[0].clone(), host("b", "2024-01-03")]), []);
        assert_eq!(told(&records, &[all[0].clone(), all[0].clone()]), [], "that is one visit");
        let lower = {
            let record = RegionRecord { max_visits_per_day: Some(0), ..records.regions[0].clone() };
            let said = ["max_visits_per_day".to_owned()].into();
            Wish::Put { record: Record::Region(record), said }
        };
        assert_eq!(told(&records, &[all[2].clone(), lower, all[0].clone()]), crowded(vec![1, 2]));
        records.regions[0].max_visits_per_day = None;
        records.visits = Some(VisitsRecord { max_visits_per_day: Some(2), ..Default::default() });
        assert_eq!(told(&records, &all), crowded(vec![0, 1, 2]));
    }
}

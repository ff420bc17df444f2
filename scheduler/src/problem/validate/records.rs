//! The own faults of a record of each kind: what it shows by itself.

use super::super::records::*;
use super::super::{Day, Faults};
use super::attributes;
use super::values::{LARGEST, dates, id, quoted, real, whole};

/// The own faults of a region.
pub fn region(record: &RegionRecord, at: &str, faults: &mut Faults) {
    own_id(&record.id, at, faults);
    whole(record.max_visits_per_day, 0, i64::MAX, || format!("{at}/max_visits_per_day"), faults);
}

/// The own faults of a municipality; whether its region exists is not looked at.
pub fn municipality(record: &MunicipalityRecord, at: &str, faults: &mut Faults) {
    own_id(&record.id, at, faults);
    real(Some(record.lat), -90.0, 90.0, || format!("{at}/lat"), faults);
    real(Some(record.lon), -180.0, 180.0, || format!("{at}/lon"), faults);
    whole(record.host_capacity, 0, i64::MAX, || format!("{at}/host_capacity"), faults);
    dates(&record.unavailable, "unavailable", at, faults);
    dates(&record.cannot_host_on, "cannot_host_on", at, faults);
    dates(&record.undesired, "undesired", at, faults);
}

/// The own faults of a track.
pub fn track(record: &TrackRecord, at: &str, faults: &mut Faults) {
    own_id(&record.id, at, faults);
    attributes::track(record, at, faults);
}

/// The own faults of a network; whether what it names exists is not looked at.
pub fn network(record: &NetworkRecord, at: &str, faults: &mut Faults) {
    own_id(&record.id, at, faults);
    let counts = [
        ("min_members", Some(record.min_members)),
        ("max_members", Some(record.max_members)),
        ("min_delegates", record.min_delegates),
        ("max_delegates", record.max_delegates),
        ("max_members_per_region", record.max_members_per_region),
        ("min_regions", record.min_regions),
    ];
    for (field, count) in counts {
        whole(count, 0, i64::MAX, || format!("{at}/{field}"), faults);
    }
    real(record.max_distance_km, 0.0, LARGEST, || format!("{at}/max_distance_km"), faults);
    ordered("members", Some(record.min_members), Some(record.max_members), record, at, faults);
    ordered("delegates", record.min_delegates, record.max_delegates, record, at, faults);
    attributes::mix(record, at, faults);
    let (regions, most) = (record.min_regions.unwrap_or(0), record.max_members);
    let never_empty = record.min_members >= 1 && !record.may_stay_empty.unwrap_or(false);
    if never_empty && most >= record.min_members && regions > most {
        let detail = format!(
            "network {} must span {regions} regions with at most {most} members; lower min_regions or raise max_members",
            quoted(&record.id)
        );
        faults.add(format!("{at}/min_regions"), "min_above_max", detail);
    }
}

/// The own faults of an enrolment; whether what it names exists is not looked at.
pub fn enrolment(record: &EnrolmentRecord, at: &str, faults: &mut Faults) {
    own_id(&record.id, at, faults);
    whole(Some(record.delegates), 1, 10_000, || format!("{at}/delegates"), faults);
    attributes::attributes(record, at, faults);
    let excluded = record.excluded.iter().flatten();
    if let Some(fixed) = record.fixed.as_ref().filter(|fixed| excluded.clone().any(|excluded| excluded == *fixed)) {
        let (enrolment, network) = (quoted(&record.id), quoted(fixed));
        let detail = format!("enrolment {enrolment} is fixed to network {network}, which it excludes; take one back");
        faults.add(format!("{at}/fixed"), "fixed_excluded", detail);
    }
}

/// The own faults of a pair rule; whether its municipalities exist is not looked at.
pub fn pair_rule(record: &PairRuleRecord, at: &str, faults: &mut Faults) {
    if record.a == record.b {
        let detail = format!("a pair rule needs two municipalities; a and b are both {}", quoted(&record.a));
        faults.add(at, "pair_with_itself", detail);
    }
}

/// The own faults of a distance; whether its municipalities exist is not looked at.
pub fn distance(record: &DistanceRecord, at: &str, faults: &mut Faults) {
    if record.a == record.b {
        let town = quoted(&record.a);
        let detail = format!("{town} is always 0 km from itself; name two municipalities or take the row out");
        faults.add(at, "distance_to_itself", detail);
    }
    real(Some(record.km), 0.0, LARGEST, || format!("{at}/km"), faults);
}

/// The own faults of a round.
pub fn round(record: &RoundRecord, at: &str, faults: &mut Faults) {
    own_id(&record.id, at, faults);
    let mut date = |text: &str, field: &str| {
        Day::parse(text)
            .map_err(|wrong| {
                let detail = format!("{} is not a date; write YYYY-MM-DD, a day that exists", quoted(text));
                faults.add(format!("{at}/{field}"), wrong.code, detail);
            })
            .ok()
    };
    let dates = date(&record.start, "start").zip(date(&record.end, "end"));
    if let Some((start, end)) = dates.filter(|(start, end)| end < start) {
        let round = quoted(&record.id);
        let detail = format!("round {round} ends on {end}, before it starts on {start}; swap or mend the dates");
        faults.add(format!("{at}/end"), "end_before_start", detail);
    }
}

fn own_id(text: &str, at: &str, faults: &mut Faults) {
    faults.keep(&format!("{at}/id"), id(text));
}

fn ordered(what: &str, least: Option<i64>, most: Option<i64>, record: &NetworkRecord, at: &str, faults: &mut Faults) {
    let (Some(least), Some(most)) = (least, most) else { return };
    // A negative number is a fault of its own; nothing follows from it.
    if least > most && most >= 0 {
        let network = quoted(&record.id);
        let detail = format!(
            "network {network}: min_{what} {least} is above max_{what} {most}; lower the one or raise the other"
        );
        faults.add(format!("{at}/min_{what}"), "min_above_max", detail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(check: impl FnOnce(&mut Faults)) -> Vec<(String, &'static str)> {
        let mut faults = Faults::default();
        check(&mut faults);
        faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    #[test]
    fn ids_are_short_and_plain() {
        for right in ["a", "_", "-x", "0101", "A.b-c_d", &"x".repeat(64)] {
            assert_eq!(id(right), Ok(()), "{right}");
        }
        for wrong in ["", ".a", "a b", "é", "a/b", "a\n", &"x".repeat(65)] {
            assert_eq!(id(wrong).map_err(|wrong| wrong.code), Err("invalid_id"), "{wrong}");
        }
    }

    #[test]
    fn every_fault_of_a_municipality_is_told_at_once() {
        let record = MunicipalityRecord {
            id: "a b".into(),
            lat: 91.0,
            lon: f64::NAN,
            host_capacity: Some(-1),
            unavailable: Some(vec!["2024-01-01".into(), "2024-02-30".into()]),
            ..Default::default()
        };
        let found = codes(|faults| municipality(&record, "/municipalities/0", faults));
        let expected = [
            ("/municipalities/0/id", "invalid_id"),
            ("/municipalities/0/lat", "out_of_range"),
            ("/municipalities/0/lon", "out_of_range"),
            ("/municipalities/0/host_capacity", "out_of_range"),
            ("/municipalities/0/unavailable/1", "invalid_date"),
        ];
        assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    }

    #[test]
    fn min_above_max_is_one_fault_and_a_negative_max_another() {
        let of =
            |min_members, max_members| NetworkRecord { id: "n".into(), min_members, max_members, ..Default::default() };
        assert_eq!(codes(|faults| network(&of(3, 2), "", faults)), [("/min_members".to_owned(), "min_above_max")]);
        assert_eq!(codes(|faults| network(&of(3, -1), "", faults)), [("/max_members".to_owned(), "out_of_range")]);
        assert_eq!(codes(|faults| network(&of(0, 0), "", faults)), []);
    }

    #[test]
    fn more_regions_than_members_only_clash_where_the_network_must_be_filled() {
        let mut record = NetworkRecord {
            id: "n".into(),
            min_members: 1,
            max_members: 2,
            min_regions: Some(3),
            ..Default::default()
        };
        assert_eq!(codes(|faults| network(&record, "", faults)), [("/min_regions".to_owned(), "min_above_max")]);
        record.may_stay_empty = Some(true);
        assert_eq!(codes(|faults| network(&record, "", faults)), []);
    }

    #[test]
    fn a_round_ends_on_or_after_its_start() {
        let of =
            |start: &str, end: &str| RoundRecord { id: "r".into(), name: None, start: start.into(), end: end.into() };
        assert_eq!(codes(|faults| round(&of("2024-01-02", "2024-01-02"), "", faults)), []);
        let backwards = codes(|faults| round(&of("2024-01-02", "2024-01-01"), "", faults));
        assert_eq!(backwards, [("/end".to_owned(), "end_before_start")]);
        let not_a_date = codes(|faults| round(&of("2024-01-02", "later"), "", faults));
        assert_eq!(not_a_date, [("/end".to_owned(), "invalid_date")]);
    }

    #[test]
    fn pairs_and_distances_are_between_two() {
        let rule = PairRuleRecord { kind: PairKind::Apart, a: "A".into(), b: "A".into() };
        assert_eq!(codes(|faults| pair_rule(&rule, "", faults)), [(String::new(), "pair_with_itself")]);
        let row = DistanceRecord { a: "A".into(), b: "A".into(), km: -1.0 };
        let expected = [(String::new(), "distance_to_itself"), ("/km".to_owned(), "out_of_range")];
        assert_eq!(codes(|faults| distance(&row, "", faults)), expected);
    }

    #[test]
    fn the_fixed_network_is_not_excluded() {
        let mut record = EnrolmentRecord { id: "e".into(), delegates: 1, ..Default::default() };
        (record.fixed, record.excluded) = (Some("n".into()), Some(vec!["m".into(), "n".into()]));
        assert_eq!(codes(|faults| enrolment(&record, "", faults)), [("/fixed".to_owned(), "fixed_excluded")]);
    }

    #[test]
    fn a_delegation_has_one_to_ten_thousand_persons() {
        let of = |delegates| EnrolmentRecord { id: "e".into(), delegates, ..Default::default() };
        for (delegates, faults) in [(0, 1), (1, 0), (10_000, 0), (10_001, 1)] {
            assert_eq!(codes(|found| enrolment(&of(delegates), "", found)).len(), faults, "{delegates}");
        }
    }
}

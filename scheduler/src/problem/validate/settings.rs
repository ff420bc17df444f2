//! The own faults of a programme's settings.

use super::super::Faults;
use super::super::records::*;
use super::values::{LARGEST, dates, real, whole};

/// Largest detour factor: more than once around the Earth for every km, and distances stay finite.
const LARGEST_DETOUR: f64 = 1e6;

/// The faults of a detour factor that stands at `pointer`.
pub fn detour_factor(value: Option<f64>, pointer: &str, faults: &mut Faults) {
    real(value, 1.0, LARGEST_DETOUR, || pointer.to_owned(), faults);
}

/// The own faults of a calendar.
pub fn calendar(record: &CalendarRecord, at: &str, faults: &mut Faults) {
    dates(&record.closed, "closed", at, faults);
}

/// The own faults of the rules for visits.
pub fn visits(record: &VisitsRecord, at: &str, faults: &mut Faults) {
    for (position, pace) in record.pace.iter().flatten().enumerate() {
        let field = |name: &str| format!("{at}/pace/{position}/{name}");
        whole(Some(pace.window_days), 1, i64::MAX, || field("window_days"), faults);
        whole(pace.max_visits, 1, i64::MAX, || field("max_visits"), faults);
        real(pace.penalty, 0.0, LARGEST, || field("penalty"), faults);
    }
    whole(record.min_return_days, 0, i64::MAX, || format!("{at}/min_return_days"), faults);
    whole(record.max_visits_per_day, 0, i64::MAX, || format!("{at}/max_visits_per_day"), faults);
}

/// The own faults of what wishes cost.
pub fn preference_costs(record: &PreferenceCostsRecord, at: &str, faults: &mut Faults) {
    if record.by_rank.as_ref().is_some_and(Vec::is_empty) {
        let detail = "by_rank is empty; name the cost of the first wish at least, or leave the field out";
        faults.add(format!("{at}/by_rank"), "empty_list", detail);
    }
    for (rank, &cost) in record.by_rank.iter().flatten().enumerate() {
        real(Some(cost), 0.0, LARGEST, || format!("{at}/by_rank/{rank}"), faults);
    }
    real(record.unlisted, 0.0, LARGEST, || format!("{at}/unlisted"), faults);
}

/// The own faults of weights.
pub fn weights(record: &WeightsRecord, at: &str, faults: &mut Faults) {
    let weights = [
        ("unassigned", record.unassigned),
        ("unhosted", record.unhosted),
        ("absence", record.absence),
        ("preference", record.preference),
        ("extra_visit", record.extra_visit),
        ("undesired", record.undesired),
        ("pace", record.pace),
        ("travel", record.travel),
        ("missed", record.missed),
        ("meeting", record.meeting),
        ("gathering_undesired", record.gathering_undesired),
        ("gathering_travel", record.gathering_travel),
    ];
    for (name, weight) in weights {
        real(weight, 0.0, LARGEST, || format!("{at}/{name}"), faults);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_out_of_range_is_told() {
        let mut faults = Faults::default();
        detour_factor(Some(0.9), "/detour_factor", &mut faults);
        let pace = PaceRecord { window_days: 0, max_visits: Some(0), penalty: Some(f64::INFINITY) };
        let record = VisitsRecord { pace: Some(vec![pace]), min_return_days: Some(-1), ..Default::default() };
        visits(&record, "/visits", &mut faults);
        let costs = PreferenceCostsRecord { by_rank: Some(vec![]), unlisted: Some(-1.0) };
        preference_costs(&costs, "/preference_costs", &mut faults);
        weights(&WeightsRecord { travel: Some(f64::NAN), ..Default::default() }, "/weights", &mut faults);
        let pointers: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        let expected = [
            "/detour_factor",
            "/visits/pace/0/window_days",
            "/visits/pace/0/max_visits",
            "/visits/pace/0/penalty",
            "/visits/min_return_days",
            "/preference_costs/by_rank",
            "/preference_costs/unlisted",
            "/weights/travel",
        ];
        assert_eq!(pointers, expected);
    }

    #[test]
    fn zero_switches_a_weight_off_and_a_limit_of_none_a_day_is_allowed() {
        let mut faults = Faults::default();
        weights(&WeightsRecord { travel: Some(0.0), ..Default::default() }, "", &mut faults);
        visits(&VisitsRecord { max_visits_per_day: Some(0), ..Default::default() }, "", &mut faults);
        assert!(faults.is_empty(), "{faults}");
    }
}

//! What has changed in a problem, record by record: what a plan that was made of the one before knows nothing of.

use std::collections::HashMap;

use crate::problem::records::*;
use crate::problem::{Faults, called};

/// Everything by which one state of a problem differs from another: records that are gone, new or changed, and settings.
/// Pointers lead into the later one; codes are the kind of record with `_gone`, `_new` or `_changed`. The order of
/// records does not count.
pub fn changed(before: &ProblemRecords, after: &ProblemRecords) -> Faults {
    let mut told = Told { before, after, found: Faults::default() };
    told.enrolments();
    told.networks();
    told.municipalities();
    told.others();
    told.settings();
    told.found
}

/// A field of a record: its name, and what it says.
type Field = (&'static str, String);

struct Told<'a> {
    before: &'a ProblemRecords,
    after: &'a ProblemRecords,
    found: Faults,
}

/// How records of a kind are told apart, called, and read field by field.
struct Kind<'k, T> {
    /// The list in the document, and the word for one of it.
    list: &'static str,
    word: &'static str,
    codes: [&'static str; 3],
    id: &'k dyn Fn(&T) -> String,
    name: &'k dyn Fn(&T) -> String,
    fields: &'k dyn Fn(&T) -> Vec<Field>,
}

impl Told<'_> {
    fn compare<T>(&mut self, before: &[T], after: &[T], kind: &Kind<'_, T>) {
        let known: HashMap<String, &T> = before.iter().map(|record| ((kind.id)(record), record)).collect();
        let present: HashMap<String, &T> = after.iter().map(|record| ((kind.id)(record), record)).collect();
        let (list, word, [gone, new, changed]) = (kind.list, kind.word, kind.codes);
        for record in before.iter().filter(|record| !present.contains_key(&(kind.id)(record))) {
            self.found.add(format!("/{list}"), gone, format!("{word} {} is gone", (kind.name)(record)));
        }
        for (at, record) in after.iter().enumerate() {
            let (pointer, name) = (format!("/{list}/{at}"), format!("{word} {}", (kind.name)(record)));
            match known.get(&(kind.id)(record)) {
                None => self.found.add(pointer, new, format!("{name} is new")),
                Some(old) => {
                    let differences = differences(&(kind.fields)(old), &(kind.fields)(record));
                    if !differences.is_empty() {
                        self.found.add(pointer, changed, format!("{name} has changed: {}", differences.join(", ")));
                    }
                }
            }
        }
    }

    fn enrolments(&mut self) {
        let (before, after) = (self.before, self.after);
        let mut towns: HashMap<&str, &str> = HashMap::new();
        for town in after.municipalities.iter().chain(&before.municipalities) {
            towns.entry(&town.id).or_insert(town.name.as_deref().unwrap_or(&town.id));
        }
        let name = |e: &EnrolmentRecord| {
            let town = towns.get(e.municipality.as_str()).copied().unwrap_or(&e.municipality);
            called(town, &e.id)
        };
        let kind = Kind {
            list: "enrolments",
            word: "enrolment",
            codes: ["enrolment_gone", "enrolment_new", "enrolment_changed"],
            id: &|e: &EnrolmentRecord| e.id.clone(),
            name: &name,
            fields: &|e: &EnrolmentRecord| {
                vec![
                    ("municipality", e.municipality.clone()),
                    ("track", text(&e.track)),
                    ("delegates", e.delegates.to_string()),
                    ("preferences", list(&e.preferences)),
                    ("fixed", text(&e.fixed)),
                    ("excluded", list(&e.excluded)),
                ]
            },
        };
        self.compare(&before.enrolments, &after.enrolments, &kind);
    }

    fn networks(&mut self) {
        let kind = Kind {
            list: "networks",
            word: "network",
            codes: ["network_gone", "network_new", "network_changed"],
            id: &|n: &NetworkRecord| n.id.clone(),
            name: &|n: &NetworkRecord| called(n.name.as_deref().unwrap_or(&n.id), &n.id),
            fields: &|n: &NetworkRecord| {
                vec![
                    ("name", text(&n.name)),
                    ("track", text(&n.track)),
                    ("min_members", n.min_members.to_string()),
                    ("max_members", n.max_members.to_string()),
                    ("min_delegates", text(&n.min_delegates)),
                    ("max_delegates", text(&n.max_delegates)),
                    ("may_stay_empty", text(&n.may_stay_empty)),
                    ("allowed_regions", list(&n.allowed_regions)),
                    ("max_members_per_region", text(&n.max_members_per_region)),
                    ("min_regions", text(&n.min_regions)),
                    ("max_distance_km", text(&n.max_distance_km)),
                ]
            },
        };
        self.compare(&self.before.networks, &self.after.networks, &kind);
    }

    fn municipalities(&mut self) {
        let kind = Kind {
            list: "municipalities",
            word: "municipality",
            codes: ["municipality_gone", "municipality_new", "municipality_changed"],
            id: &|m: &MunicipalityRecord| m.id.clone(),
            name: &|m: &MunicipalityRecord| called(m.name.as_deref().unwrap_or(&m.id), &m.id),
            fields: &|m: &MunicipalityRecord| {
                vec![
                    ("name", text(&m.name)),
                    ("region", m.region.clone()),
                    ("place", format!("{} {}", m.lat, m.lon)),
                    ("can_host", text(&m.can_host)),
                    ("host_capacity", text(&m.host_capacity)),
                    ("unavailable", list(&m.unavailable)),
                    ("cannot_host_on", list(&m.cannot_host_on)),
                    ("undesired", list(&m.undesired)),
                ]
            },
        };
        self.compare(&self.before.municipalities, &self.after.municipalities, &kind);
    }

    fn others(&mut self) {
        let (before, after) = (self.before, self.after);
        let regions = Kind {
            list: "regions",
            word: "region",
            codes: ["region_gone", "region_new", "region_changed"],
            id: &|r: &RegionRecord| r.id.clone(),
            name: &|r: &RegionRecord| called(r.name.as_deref().unwrap_or(&r.id), &r.id),
            fields: &|r: &RegionRecord| {
                vec![("name", text(&r.name)), ("max_visits_per_day", text(&r.max_visits_per_day))]
            },
        };
        self.compare(&before.regions, &after.regions, &regions);
        let tracks = Kind {
            list: "tracks",
            word: "track",
            codes: ["track_gone", "track_new", "track_changed"],
            id: &|t: &TrackRecord| t.id.clone(),
            name: &|t: &TrackRecord| called(t.name.as_deref().unwrap_or(&t.id), &t.id),
            fields: &|t: &TrackRecord| vec![("name", text(&t.name))],
        };
        self.compare(all(&before.tracks), all(&after.tracks), &tracks);
        let rounds = Kind {
            list: "rounds",
            word: "round",
            codes: ["round_gone", "round_new", "round_changed"],
            id: &|r: &RoundRecord| r.id.clone(),
            name: &|r: &RoundRecord| called(r.name.as_deref().unwrap_or(&r.id), &r.id),
            fields: &|r: &RoundRecord| {
                vec![("name", text(&r.name)), ("start", r.start.clone()), ("end", r.end.clone())]
            },
        };
        self.compare(all(&before.rounds), all(&after.rounds), &rounds);
        let pair = |a: &str, b: &str| format!("{} and {}", a.min(b), a.max(b));
        let kind = |rule: &PairRuleRecord| if rule.kind == PairKind::Apart { "apart" } else { "together" };
        let rule = |rule: &PairRuleRecord| format!("{} {}", pair(&rule.a, &rule.b), kind(rule));
        let rules = Kind {
            list: "pair_rules",
            word: "pair rule",
            codes: ["pair_rule_gone", "pair_rule_new", "pair_rule_changed"],
            id: &rule,
            name: &rule,
            fields: &|_: &PairRuleRecord| Vec::new(),
        };
        self.compare(all(&before.pair_rules), all(&after.pair_rules), &rules);
        let distance = |row: &DistanceRecord| pair(&row.a, &row.b);
        let distances = Kind {
            list: "distances",
            word: "distance of",
            codes: ["distance_gone", "distance_new", "distance_changed"],
            id: &distance,
            name: &distance,
            fields: &|row: &DistanceRecord| vec![("km", row.km.to_string())],
        };
        self.compare(all(&before.distances), all(&after.distances), &distances);
    }

    fn settings(&mut self) {
        let (before, after) = (self.before, self.after);
        let settings = [
            ("name", before.name != after.name),
            ("detour_factor", before.detour_factor != after.detour_factor),
            ("calendar", before.calendar != after.calendar),
            ("visits", before.visits != after.visits),
            ("preference_costs", before.preference_costs != after.preference_costs),
            ("weights", before.weights != after.weights),
        ];
        for (name, _) in settings.into_iter().filter(|(_, changed)| *changed) {
            self.found.add(format!("/{name}"), "settings_changed", format!("`{name}` of the programme changed"));
        }
    }
}

fn all<T>(records: &Option<Vec<T>>) -> &[T] {
    records.as_deref().unwrap_or_default()
}

/// What a field says, where it says anything.
fn text<T: ToString>(value: &Option<T>) -> String {
    value.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string)
}

fn list(items: &Option<Vec<String>>) -> String {
    items.as_ref().filter(|items| !items.is_empty()).map_or_else(|| "nothing".to_owned(), |items| items.join(" "))
}

/// Values up to this long are told; of longer ones the field alone.
const SHORT: usize = 40;

fn differences(before: &[Field], after: &[Field]) -> Vec<String> {
    let told = |((name, was), (_, now)): (&Field, &Field)| match was.len().max(now.len()) {
        long if long > SHORT => (*name).to_owned(),
        _ => format!("{name} {now} (was {was})"),
    };
    before.iter().zip(after).filter(|((_, was), (_, now))| was != now).map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::small::records;

    fn told(change: impl FnOnce(&mut ProblemRecords)) -> Vec<(String, &'static str, String)> {
        let (before, mut after) = (records(), records());
        change(&mut after);
        changed(&before, &after).into_iter().map(|one| (one.pointer, one.code, one.detail)).collect()
    }

    fn one(pointer: &str, code: &'static str, detail: &str) -> Vec<(String, &'static str, String)> {
        vec![(pointer.to_owned(), code, detail.to_owned())]
    }

    #[test]
    fn the_same_records_in_another_order_are_no_change() {
        assert!(told(|r| r.enrolments.reverse()).is_empty());
    }

    #[test]
    fn who_has_left_come_or_changed_is_told_by_name() {
        let gone = told(|r| drop(r.enrolments.remove(1)));
        assert_eq!(gone, one("/enrolments", "enrolment_gone", "enrolment B (b) is gone"));
        let new = told(|r| r.enrolments.push(EnrolmentRecord { id: "d".into(), ..r.enrolments[0].clone() }));
        assert_eq!(new, one("/enrolments/3", "enrolment_new", "enrolment A (d) is new"));
        let more = told(|r| r.enrolments[2].delegates = 5);
        let detail = "enrolment C (c) has changed: delegates 5 (was 3)";
        assert_eq!(more, one("/enrolments/2", "enrolment_changed", detail));
    }

    #[test]
    fn diaries_networks_and_settings_are_told_too() {
        let diary = told(|r| r.municipalities[0].unavailable = Some(vec!["2024-01-02".into()]));
        let detail = "municipality A has changed: unavailable 2024-01-02 (was nothing)";
        assert_eq!(diary, one("/municipalities/0", "municipality_changed", detail));
        let network = told(|r| r.networks[0].max_members = 4);
        let detail = "network n has changed: max_members 4 (was 5)";
        assert_eq!(network, one("/networks/0", "network_changed", detail));
        let weights = told(|r| r.weights = Some(WeightsRecord { travel: Some(2.0), ..Default::default() }));
        assert_eq!(weights, one("/weights", "settings_changed", "`weights` of the programme changed"));
    }
}

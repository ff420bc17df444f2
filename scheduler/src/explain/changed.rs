//! What has changed in a problem, record by record: what a plan that was made of the one before knows nothing of.

use std::collections::HashMap;

use crate::problem::fields::{self, Field};
use crate::problem::records::*;
use crate::problem::{Faults, called};

/// Everything by which one state of a problem differs from another: records that are gone, new or changed, and settings.
/// Pointers lead into the later one; codes are the kind of record with `_gone`, `_new` or `_changed`. The order of
/// records does not count.
pub fn changed(before: &ProblemRecords, after: &ProblemRecords) -> Faults {
    let [before, after] = [before, after].map(|records| records.clone().with_tracks_named());
    let mut told = Told { before: &before, after: &after, found: Faults::default() };
    told.enrolments();
    told.networks();
    told.municipalities();
    told.others();
    told.settings();
    told.found
}

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
            fields: &fields::enrolment,
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
            fields: &fields::network,
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
            fields: &fields::municipality,
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
            fields: &fields::region,
        };
        self.compare(&before.regions, &after.regions, &regions);
        let tracks = Kind {
            list: "tracks",
            word: "track",
            codes: ["track_gone", "track_new", "track_changed"],
            id: &|t: &TrackRecord| t.id.clone(),
            name: &|t: &TrackRecord| called(t.name.as_deref().unwrap_or(&t.id), &t.id),
            fields: &fields::track,
        };
        self.compare(all(&before.tracks), all(&after.tracks), &tracks);
        let rounds = Kind {
            list: "rounds",
            word: "round",
            codes: ["round_gone", "round_new", "round_changed"],
            id: &|r: &RoundRecord| r.id.clone(),
            name: &|r: &RoundRecord| called(r.name.as_deref().unwrap_or(&r.id), &r.id),
            fields: &fields::round,
        };
        self.compare(all(&before.rounds), all(&after.rounds), &rounds);
        let gatherings = Kind {
            list: "gatherings",
            word: "gathering",
            codes: ["gathering_gone", "gathering_new", "gathering_changed"],
            id: &|g: &GatheringRecord| g.id.clone(),
            name: &|g: &GatheringRecord| called(g.name.as_deref().unwrap_or(&g.id), &g.id),
            fields: &fields::gathering,
        };
        self.compare(all(&before.gatherings), all(&after.gatherings), &gatherings);
        let pair = |a: &str, b: &str| format!("{} and {}", a.min(b), a.max(b));
        let rule = |PairRuleRecord { kind, a, b }: &PairRuleRecord| {
            format!("{} {}", pair(a, b), if *kind == PairKind::Apart { "apart" } else { "together" })
        };
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
            fields: &fields::distance,
        };
        self.compare(all(&before.distances), all(&after.distances), &distances);
    }

    fn settings(&mut self) {
        let ProblemRecords {
            name,
            detour_factor,
            calendar,
            visits,
            preference_costs,
            weights,
            // These are lists: they are compared record by record.
            regions: _,
            municipalities: _,
            tracks: _,
            networks: _,
            enrolments: _,
            pair_rules: _,
            distances: _,
            rounds: _,
            gatherings: _,
        } = self.before;
        let after = self.after;
        let settings = [
            ("name", *name != after.name),
            ("detour_factor", *detour_factor != after.detour_factor),
            ("calendar", read(calendar, fields::calendar) != read(&after.calendar, fields::calendar)),
            ("visits", read(visits, fields::visits) != read(&after.visits, fields::visits)),
            ("preference_costs", *preference_costs != after.preference_costs),
            ("weights", *weights != after.weights),
        ];
        for (name, _) in settings.into_iter().filter(|(_, changed)| *changed) {
            self.found.add(format!("/{name}"), "settings_changed", format!("`{name}` of the programme changed"));
        }
    }
}

fn all<T>(records: &Option<Vec<T>>) -> &[T] {
    records.as_deref().unwrap_or_default()
}

/// What settings say, left out or not.
fn read<T: Clone + Default>(settings: &Option<T>, fields: fn(&T) -> Vec<Field>) -> Vec<Field> {
    fields(&settings.clone().unwrap_or_default())
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

    #[test]
    fn what_is_written_in_another_way_is_no_change_and_open_to_no_region_is_one() {
        let written = told(|r| {
            r.networks[0].track = Some(r.track_ids()[0].to_owned());
            r.networks[0].may_stay_empty = Some(false);
            r.municipalities[0].can_host = Some(true);
            r.visits = Some(VisitsRecord { min_return_days: Some(0), ..r.visits.clone().unwrap_or_default() });
        });
        assert_eq!(written, []);
        let closed = told(|r| r.networks[0].allowed_regions = Some(Vec::new()));
        let detail = "network n has changed: allowed_regions none (was nothing)";
        assert_eq!(closed, one("/networks/0", "network_changed", detail));
    }
}

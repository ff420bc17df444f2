//! Problems as they are wished for: wishes as changes to the records.
//!
//! The wishes of one question apply one after the other: each is read against the records as the earlier ones have left
//! them ([`Wished::so_far`]). What is demanded of the plan (somebody placed, a network closed) is laid over the records at
//! the end, so that a later wish cannot take it back unseen.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::gathers;
use super::impossible::{self, Impossible};
use super::wish::{Asked, Record, Wish};
use crate::explain::english;
use crate::problem::records::{MunicipalityRecord, NetworkRecord, PairKind, PairRuleRecord, RegionRecord};
use crate::problem::validate::own_faults;
use crate::problem::{Day, EnrolmentIx, Faults, MunicipalityIx, ProblemRecords, TrackIx};
use crate::steering::{Steering, Task};

/// A problem as it is wished for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wished {
    /// The records before anything was wished for.
    base: Arc<ProblemRecords>,
    /// The records with what is wished for of them.
    records: ProblemRecords,
    /// What was asked, in order.
    asked: Vec<Asked>,
    /// The id of the track that is to have one network fewer, whichever costs least.
    pub fewer: Option<String>,
}

impl Wished {
    /// The records of a problem before anything is wished for.
    pub fn of(records: &ProblemRecords) -> Wished {
        Wished { base: Arc::new(records.clone()), records: records.clone(), ..Wished::default() }
    }

    /// The records of a problem with these wishes.
    ///
    /// Errors: every wish that names what is not there, or wants a record that nobody could store; pointers begin with the
    /// wish's position and name.
    pub fn new(records: &ProblemRecords, wishes: &[Wish]) -> Result<Wished, Faults> {
        let mut wished = Wished::of(records);
        let mut faults = Faults::default();
        for (at, wish) in wishes.iter().enumerate() {
            wished.grant(format!("/{at}/{}", wish.name()), wish.clone(), &mut faults);
        }
        wished.own_faults(&mut faults);
        faults.into_result().map(|()| wished)
    }

    /// The records as the next wish finds them: changed, and with those who join. Who withdraws is still there.
    pub fn so_far(&self) -> &ProblemRecords {
        &self.records
    }

    /// Makes a municipality known that the problem does not have, with its region.
    pub fn know(&mut self, municipality: MunicipalityRecord, region: RegionRecord) {
        for records in [Arc::make_mut(&mut self.base), &mut self.records] {
            if !records.regions.iter().any(|known| known.id == region.id) {
                records.regions.push(region.clone());
            }
            if !records.municipalities.iter().any(|known| known.id == municipality.id) {
                records.municipalities.push(municipality.clone());
            }
        }
    }

    /// One wish more, which stands at this pointer. Notes the ids that name nothing.
    pub fn grant(&mut self, at: String, wish: Wish, faults: &mut Faults) {
        let mut need = |what: &str, id: &str, is_there: bool| {
            if !is_there {
                faults.add(format!("{at}/{what}"), "unknown_id", format!("there is no {id}; name one that exists"));
            }
        };
        let records = &self.records;
        let has_network = |id: &str| records.networks.iter().any(|known| known.id == id);
        let has_municipality = |id: &str| records.municipalities.iter().any(|known| known.id == id);
        let is_enrolled = |id: &str| records.enrolments.iter().any(|known| known.id == id);
        match &wish {
            Wish::Place { enrolment, network } => {
                need("network", network, has_network(network));
                need("enrolment", enrolment, is_enrolled(enrolment));
            }
            Wish::Pair { a, b, .. } => {
                need("a", a, has_municipality(a));
                need("b", b, has_municipality(b));
            }
            Wish::Close { network } => need("network", network, has_network(network)),
            Wish::Withdraw { enrolment } => need("enrolment", enrolment, is_enrolled(enrolment)),
            Wish::Host { enrolment, date } => {
                need("enrolment", enrolment, is_enrolled(enrolment));
                if let Err(wrong) = Day::parse(date) {
                    faults.add(format!("{at}/date"), wrong.code, wrong.detail);
                }
            }
            Wish::Gather { gathering, start, place } => {
                let known = records.gatherings.iter().flatten().find(|known| known.id == *gathering);
                need("gathering", gathering, known.is_some());
                if let Some((known, place)) = known.zip(place.as_ref()) {
                    need("place", place, gathers::has_place(records, known, place));
                }
                if let Some(wrong) = start.as_ref().and_then(|start| Day::parse(start).err()) {
                    faults.add(format!("{at}/start"), wrong.code, wrong.detail);
                }
                if start.is_none() && place.is_none() {
                    faults.add(&at, "missing_field", "name a `start`, a `place` or both");
                }
            }
            Wish::Put { record, .. } => put(&mut self.records, record.clone()),
            Wish::Fewer { track } => self.fewer(track.as_deref(), &at, faults),
        }
        self.asked.push(Asked { at, wish });
    }

    /// Notes what is wrong with the records that were wished for, by themselves: no such record is ever stored.
    pub fn own_faults(&self, faults: &mut Faults) {
        let put = |asked: &Asked| match &asked.wish {
            Wish::Put { record, .. } => Some((record.pointer(&self.records)?, asked.at.clone())),
            _ => None,
        };
        let at: BTreeMap<String, String> = self.asked.iter().filter_map(put).collect(); // the last of each record
        if at.is_empty() {
            return;
        }
        for fault in own_faults(&self.records) {
            let of = |record: &str| {
                fault.pointer.strip_prefix(record).filter(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            if let Some((rest, at)) = at.iter().find_map(|(record, at)| Some((of(record)?, at))) {
                faults.add(format!("{at}{rest}"), fault.code, fault.detail.clone());
            }
        }
    }

    /// The problem, in which searches place those who must be placed.
    ///
    /// Errors: the contradictions between the wishes, or else those between them and what the problem says, each with the
    /// wishes that it is about.
    pub fn problem(&self) -> Result<Task, Vec<Impossible>> {
        self.tried().map_err(|why| impossible::about(self, why))
    }

    /// The same, with the wishes named only where that takes no further look.
    pub(super) fn tried(&self) -> Result<Task, Vec<Impossible>> {
        let between = impossible::between(&self.asked, &self.records.track_ids());
        if !between.is_empty() {
            return Err(between);
        }
        let plain = |fault: &crate::problem::Fault| Impossible {
            wishes: Vec::new(),
            code: fault.code,
            rule: english::rule_of(fault.code),
            detail: fault.detail.clone(),
        };
        let problem = Task::new(&self.records()).map_err(|faults| faults.iter().map(plain).collect::<Vec<_>>())?;
        let mut on_days = impossible::on_days(&self.asked, &problem);
        on_days.extend(gathers::impossible(&self.asked, &problem));
        if !on_days.is_empty() {
            return Err(on_days);
        }
        let mut steering = Steering::default();
        self.required(&problem).into_iter().for_each(|e| steering.require(e));
        for (a, b) in self.meeting(&problem) {
            steering.meet(a, b);
        }
        for (_, enrolment, day) in hosts(&self.asked) {
            if let Some(host) = index(&problem, enrolment) {
                steering.only_on(&problem, host, problem.round_of(day), &[day]);
            }
        }
        for gather in gathers::gathers(&self.asked, &problem) {
            steering.hold(gather.gathering, gather.hold);
        }
        Ok(if steering == Steering::default() { problem } else { problem.steered(steering) })
    }

    /// The records with all wishes.
    pub fn records(&self) -> ProblemRecords {
        let mut records = self.records.clone();
        for Asked { wish, .. } in &self.asked {
            match wish {
                Wish::Place { enrolment, network } => {
                    let enrolment = records.enrolments.iter_mut().find(|known| known.id == *enrolment);
                    enrolment.into_iter().for_each(|enrolment| enrolment.fixed = Some(network.clone()));
                }
                Wish::Pair { kind, a, b } => pair(&mut records, *kind, a, b),
                Wish::Close { network } => {
                    let network = records.networks.iter_mut().find(|known| known.id == *network);
                    network.into_iter().for_each(|network| *network = closed(network));
                }
                Wish::Withdraw { enrolment } => records.enrolments.retain(|known| known.id != *enrolment),
                Wish::Gather { gathering, start, .. } => gathers::begin(&mut records, gathering, start.as_ref()),
                Wish::Put { .. } | Wish::Host { .. } | Wish::Fewer { .. } => {}
            }
        }
        records
    }

    /// Enrolments of the problem as it is wished for that must be placed for the wishes to be kept: those that are to be in a
    /// network or to receive, and of municipalities that are to share a network those who alone can.
    pub fn required(&self, problem: &Task) -> Vec<EnrolmentIx> {
        let named = self.asked.iter().filter_map(|asked| match &asked.wish {
            Wish::Place { enrolment, .. } | Wish::Host { enrolment, .. } => index(problem, enrolment),
            _ => None,
        });
        let mut required: Vec<EnrolmentIx> = named.collect();
        for (a, b) in self.meeting(problem) {
            let [of_a, of_b] = [a, b].map(|town| enrolled(problem, town));
            for (mine, theirs) in [(&of_a, &of_b), (&of_b, &of_a)] {
                let tracks = mine.iter().filter(|(track, _)| theirs.contains_key(track));
                required
                    .extend(tracks.filter_map(|(_, here)| <[EnrolmentIx; 1]>::try_from(here.clone()).ok()).flatten());
            }
        }
        required
    }

    /// The municipalities that are to share a network in every track in which both are enrolled.
    fn meeting(&self, problem: &Task) -> Vec<(MunicipalityIx, MunicipalityIx)> {
        let town = |id: &str| problem.municipalities().iter().position(|town| town.id == id).map(MunicipalityIx::new);
        let pair = |asked: &Asked| match &asked.wish {
            Wish::Pair { kind: PairKind::Together, a, b } => town(a).zip(town(b)),
            _ => None,
        };
        self.asked.iter().filter_map(pair).collect()
    }

    /// The fields of a record of the problem to which the wish at this position gives another value.
    pub fn replaced(&self, position: usize) -> Vec<&'static str> {
        let Some(Asked { wish: Wish::Put { record, said }, .. }) = self.asked.get(position) else { return Vec::new() };
        let Some(before) = record.before(&self.base) else { return Vec::new() };
        let tracks = self.base.track_ids();
        let fields = before.fields(&tracks).into_iter().zip(record.fields(&tracks));
        fields.filter(|(was, now)| was != now && said.contains(was.0)).map(|(was, _)| was.0).collect()
    }

    /// The records before anything was wished for.
    pub(super) fn base(&self) -> &ProblemRecords {
        &self.base
    }

    /// What was asked, in order.
    pub(super) fn asked(&self) -> &[Asked] {
        &self.asked
    }

    /// The same without the wish at this position.
    pub(super) fn but(&self, position: usize) -> Wished {
        let mut wished = Wished { base: Arc::clone(&self.base), records: (*self.base).clone(), ..Wished::default() };
        for (_, asked) in self.asked.iter().enumerate().filter(|(at, _)| *at != position) {
            wished.grant(asked.at.clone(), asked.wish.clone(), &mut Faults::default()); // told when it was asked
        }
        wished
    }

    /// The same with this network closed too.
    pub(super) fn without(&self, network: &str) -> Wished {
        let mut wished = self.clone();
        let close = Wish::Close { network: network.to_owned() };
        wished.asked.push(Asked { at: String::new(), wish: close });
        wished
    }

    /// Whether nobody can be in this network.
    pub(super) fn is_closed(&self, network: &str) -> bool {
        self.asked.iter().any(|asked| matches!(&asked.wish, Wish::Close { network: closed } if closed == network))
            || self.records.networks.iter().any(|known| known.id == network && known.max_members == 0)
    }

    /// Notes the track that is to have one network fewer.
    fn fewer(&mut self, track: Option<&str>, at: &str, faults: &mut Faults) {
        let mut tracks = self.records.track_ids();
        tracks.sort_unstable();
        let found = match track {
            Some(id) => tracks.iter().find(|known| **known == id),
            None => tracks.first().filter(|_| tracks.len() == 1),
        };
        let found = found.map(|id| (*id).to_owned());
        if found.is_none() {
            let detail = match track {
                Some(id) => format!("there is no {id}; name one that exists"),
                None => format!("there are several tracks; name one: {}", tracks.join(", ")),
            };
            faults.add(format!("{at}/track"), "unknown_id", detail);
        }
        if self.fewer.is_some() {
            faults.add(at, "one_fewer", "one network fewer can be wished for once in a question");
        }
        self.fewer = found;
    }
}

/// Who receives on which day, with the position of the wish.
pub(super) fn hosts(asked: &[Asked]) -> impl Iterator<Item = (usize, &str, Day)> {
    asked.iter().enumerate().filter_map(|(at, asked)| match &asked.wish {
        Wish::Host { enrolment, date } => Some((at, enrolment.as_str(), Day::parse(date).ok()?)),
        _ => None,
    })
}

/// The enrolment of this id.
pub(super) fn index(problem: &Task, id: &str) -> Option<EnrolmentIx> {
    problem.enrolments().iter().position(|known| known.id == id).map(EnrolmentIx::new)
}

/// The enrolments of a municipality, by track.
fn enrolled(problem: &Task, town: MunicipalityIx) -> BTreeMap<TrackIx, Vec<EnrolmentIx>> {
    let mut tracks: BTreeMap<TrackIx, Vec<EnrolmentIx>> = BTreeMap::new();
    for (e, enrolment) in problem.enrolments().iter().enumerate().filter(|(_, e)| e.municipality == town) {
        tracks.entry(enrolment.track).or_default().push(EnrolmentIx::new(e));
    }
    tracks
}

/// A pair rule in place of the one that the two have.
fn pair(records: &mut ProblemRecords, kind: PairKind, a: &str, b: &str) {
    let rules = records.pair_rules.get_or_insert_default();
    let between = |rule: &PairRuleRecord| (rule.a == a && rule.b == b) || (rule.a == b && rule.b == a);
    if !rules.iter().any(|rule| between(rule) && rule.kind == kind) {
        rules.retain(|rule| !between(rule));
        rules.push(PairRuleRecord { kind, a: a.to_owned(), b: b.to_owned() });
    }
}

fn put(records: &mut ProblemRecords, record: Record) {
    match record {
        Record::Region(record) => replace(&mut records.regions, record, |r| &r.id),
        Record::Municipality(record) => replace(&mut records.municipalities, record, |m| &m.id),
        Record::Network(record) => replace(&mut records.networks, record, |n| &n.id),
        Record::Enrolment(record) => replace(&mut records.enrolments, record, |e| &e.id),
        Record::Round(record) => replace(records.rounds.get_or_insert_default(), record, |r| &r.id),
        Record::Calendar(record) => records.calendar = Some(record),
        Record::Visits(record) => records.visits = Some(record),
    }
}

/// A network that nobody can be in. It stays in the records: who wishes for it has not got the wish.
fn closed(network: &NetworkRecord) -> NetworkRecord {
    NetworkRecord {
        id: network.id.clone(),
        track: network.track.clone(),
        name: network.name.clone(),
        min_members: 0,
        max_members: 0,
        may_stay_empty: Some(true),
        ..NetworkRecord::default()
    }
}

fn replace<T>(records: &mut Vec<T>, record: T, id: fn(&T) -> &String) {
    match records.iter_mut().find(|known| id(known) == id(&record)) {
        Some(known) => *known = record,
        None => records.push(record),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::records::EnrolmentRecord;
    use crate::small::two_networks;

    fn put_network(records: &ProblemRecords, change: impl FnOnce(&mut NetworkRecord), field: &str) -> Wish {
        let mut record = records.networks[0].clone();
        change(&mut record);
        Wish::Put { record: Record::Network(record), said: [field.to_owned()].into() }
    }

    fn named(faults: Faults) -> Vec<(String, &'static str)> {
        faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    #[test]
    fn a_network_that_is_to_be_closed_stays_closed_whatever_else_of_it_is_different() {
        let records = two_networks();
        let roomy = put_network(&records, |network| network.max_members = 9, "max_members");
        let close = Wish::Close { network: "n".into() };
        for wishes in [[close.clone(), roomy.clone()], [roomy, close]] {
            let wished = Wished::new(&records, &wishes).unwrap();
            assert_eq!(wished.records().networks[0].max_members, 0);
            assert!(wished.is_closed("n"));
        }
    }

    #[test]
    fn the_next_wish_finds_the_records_as_the_last_one_left_them() {
        let records = two_networks();
        let roomy = put_network(&records, |network| network.max_members = 9, "max_members");
        let wished = Wished::new(&records, &[roomy]).unwrap();
        assert_eq!(wished.so_far().networks[0].max_members, 9);
    }

    #[test]
    fn who_is_placed_stays_placed_whatever_else_of_them_is_different() {
        let records = two_networks();
        let place = Wish::Place { enrolment: "a".into(), network: "m".into() };
        let record = EnrolmentRecord { delegates: 9, ..records.enrolments[0].clone() };
        let more = Wish::Put { record: Record::Enrolment(record), said: Default::default() };
        for wishes in [[place.clone(), more.clone()], [more, place]] {
            let after = Wished::new(&records, &wishes).unwrap().records();
            assert_eq!((after.enrolments[0].fixed.as_deref(), after.enrolments[0].delegates), (Some("m"), 9));
        }
    }

    #[test]
    fn together_asks_a_place_of_those_alone_who_take_part() {
        let together = Wish::Pair { kind: PairKind::Together, a: "A".into(), b: "B".into() };
        let withdraw = Wish::Withdraw { enrolment: "b".into() };
        let required = |wishes: &[Wish]| {
            let wished = Wished::new(&two_networks(), wishes).unwrap();
            let problem = wished.problem().unwrap();
            wished.required(&problem).iter().map(|&e| problem.enrolment(e).id.clone()).collect::<Vec<_>>()
        };
        assert_eq!(required(std::slice::from_ref(&together)), ["a", "b"]);
        assert_eq!(required(&[together.clone(), withdraw.clone()]), [""; 0]);
        assert_eq!(required(&[withdraw, together]), [""; 0]);
    }

    #[test]
    fn together_asks_a_place_of_none_where_another_of_the_municipality_could_be_the_one() {
        let mut records = two_networks();
        records.enrolments[2].municipality = "B".into();
        let wish = Wish::Pair { kind: PairKind::Together, a: "A".into(), b: "B".into() };
        let wished = Wished::new(&records, &[wish]).unwrap();
        let problem = wished.problem().unwrap();
        let required: Vec<&str> = wished.required(&problem).iter().map(|&e| problem.enrolment(e).id.as_str()).collect();
        assert_eq!(required, ["a"], "b or c");
    }

    #[test]
    fn a_record_that_nobody_could_store_is_told_at_the_last_wish_about_it() {
        let records = two_networks();
        let wrong = put_network(&records, |network| network.max_members = -1, "max_members");
        let close = Wish::Close { network: "m".into() };
        let refused = Wished::new(&records, &[close, wrong.clone()]).unwrap_err();
        assert_eq!(named(refused), [("/1/change/max_members".to_owned(), "out_of_range")]);
        let mended = put_network(&records, |network| network.max_members = 3, "max_members");
        assert!(Wished::new(&records, &[wrong, mended]).is_ok(), "what counts is what comes of all of them");
    }

    #[test]
    fn who_joins_from_a_municipality_that_was_made_known_has_it() {
        let newcomer = EnrolmentRecord { id: "d".into(), municipality: "D".into(), delegates: 1, ..Default::default() };
        let join = Wish::Put { record: Record::Enrolment(newcomer), said: Default::default() };
        let refused = Wished::new(&two_networks(), std::slice::from_ref(&join)).unwrap_err();
        assert_eq!(named(refused), [("/0/change/municipality".to_owned(), "unknown_id")]);
        let mut wished = Wished::of(&two_networks());
        let town =
            MunicipalityRecord { id: "D".into(), region: "t".into(), lat: 55.3, lon: 10.0, ..Default::default() };
        wished.know(town, RegionRecord { id: "t".into(), ..Default::default() });
        let mut faults = Faults::default();
        wished.grant("/join".to_owned(), join, &mut faults);
        wished.own_faults(&mut faults);
        assert!(faults.is_empty(), "{faults}");
        assert_eq!(wished.problem().unwrap().enrolments().len(), 4);
    }
}

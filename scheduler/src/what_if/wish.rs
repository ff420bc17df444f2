//! Wishes: what is to be different, as changes to the records of a problem.

use crate::problem::records::{
    CalendarRecord, EnrolmentRecord, MunicipalityRecord, NetworkRecord, PairKind, PairRuleRecord, RegionRecord,
    RoundRecord, VisitsRecord,
};
use crate::problem::{Day, EnrolmentIx, Faults, Problem, ProblemRecords};
use crate::steering::Steering;

/// What is to be different. Records are named by their ids.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// The enrolment is in the network.
    Place {
        /// The enrolment.
        enrolment: String,
        /// The network.
        network: String,
    },
    /// Two municipalities share a network, or never do.
    Pair {
        /// Which of the two.
        kind: PairKind,
        /// One municipality.
        a: String,
        /// The other.
        b: String,
    },
    /// The network has no members.
    Close {
        /// The network.
        network: String,
    },
    /// One network of a track has no members, whichever costs least ([`super::fewer`]).
    Fewer {
        /// The track; none where there is only one.
        track: Option<String>,
    },
    /// The enrolment takes no part.
    Withdraw {
        /// The enrolment.
        enrolment: String,
    },
    /// The enrolment receives its network on the day, and in that round on no other.
    Host {
        /// The enrolment.
        enrolment: String,
        /// ISO date.
        date: String,
    },
    /// An enrolment joins, or a record is another one.
    Put(Record),
}

impl Wish {
    /// What it is called.
    pub fn name(&self) -> &'static str {
        match self {
            Wish::Place { .. } => "place",
            Wish::Pair { kind: PairKind::Together, .. } => "together",
            Wish::Pair { .. } => "apart",
            Wish::Close { .. } => "close",
            Wish::Fewer { .. } => "fewer",
            Wish::Withdraw { .. } => "withdraw",
            Wish::Host { .. } => "host",
            Wish::Put(_) => "change",
        }
    }
}

/// A record that is new, or takes the place of the one with its id.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // their names say it
pub enum Record {
    Region(RegionRecord),
    Municipality(MunicipalityRecord),
    Network(NetworkRecord),
    Enrolment(EnrolmentRecord),
    Round(RoundRecord),
    Calendar(CalendarRecord),
    Visits(VisitsRecord),
}

/// A problem as it is wished for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wished {
    /// Its records.
    pub records: ProblemRecords,
    /// Ids of the enrolments that must be placed for the wishes to be kept.
    pub required: Vec<String>,
    /// Enrolments with the days on which they receive.
    pub hosts: Vec<(String, Day)>,
    /// The id of the track that is to have one network fewer, whichever costs least.
    pub fewer: Option<String>,
}

impl Wished {
    /// The records of a problem with these wishes.
    ///
    /// Errors: every wish that names what is not there; pointers begin with the wish's position.
    pub fn new(records: &ProblemRecords, wishes: &[Wish]) -> Result<Wished, Faults> {
        let mut wished = Wished { records: records.clone(), ..Wished::default() };
        let mut faults = Faults::default();
        for (at, wish) in wishes.iter().enumerate() {
            wished.grant(wish, &format!("/{at}"), &mut faults);
        }
        faults.into_result().map(|()| wished)
    }

    /// The problem, in which searches place those who must be placed.
    ///
    /// Errors: the contradictions between the wishes and what the problem says; pointers lead into its document.
    pub fn problem(&self) -> Result<Problem, Faults> {
        let problem = Problem::new(&self.records)?;
        let mut steering = Steering::default();
        self.required.iter().filter_map(|id| index(&problem, id)).for_each(|e| steering.require(e));
        for (id, day) in &self.hosts {
            if let Some(host) = index(&problem, id) {
                steering.only_on(&problem, host, problem.round_of(*day), &[*day]);
            }
        }
        Ok(if steering == Steering::default() { problem } else { problem.steered(steering) })
    }

    /// The same with this network closed too.
    pub(super) fn without(&self, network: &str) -> Wished {
        let mut wished = self.clone();
        wished.records.networks.iter_mut().filter(|known| known.id == network).for_each(|known| *known = closed(known));
        wished
    }

    /// Whether nobody can be in this network.
    pub(super) fn is_closed(&self, network: &str) -> bool {
        self.records.networks.iter().any(|known| known.id == network && known.max_members == 0)
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

    fn grant(&mut self, wish: &Wish, at: &str, faults: &mut Faults) {
        let at = format!("{at}/{}", wish.name());
        let mut unknown = |what: &str, id: &str| {
            faults.add(format!("{at}/{what}"), "unknown_id", format!("there is no {id}; name one that exists"));
        };
        match wish {
            Wish::Place { enrolment, network } => {
                if !self.records.networks.iter().any(|known| known.id == *network) {
                    unknown("network", network);
                }
                match self.records.enrolments.iter_mut().find(|known| known.id == *enrolment) {
                    Some(found) => found.fixed = Some(network.clone()),
                    None => unknown("enrolment", enrolment),
                }
                self.required.push(enrolment.clone());
            }
            Wish::Pair { kind, a, b } => {
                for (name, id) in [("a", a), ("b", b)] {
                    if !self.records.municipalities.iter().any(|known| known.id == *id) {
                        unknown(name, id);
                    }
                }
                self.pair(*kind, a, b);
            }
            Wish::Close { network } => match self.records.networks.iter_mut().find(|known| known.id == *network) {
                Some(found) => *found = closed(found),
                None => unknown("network", network),
            },
            Wish::Withdraw { enrolment } => {
                let before = self.records.enrolments.len();
                self.records.enrolments.retain(|known| known.id != *enrolment);
                if self.records.enrolments.len() == before {
                    unknown("enrolment", enrolment);
                }
                self.required.retain(|known| known != enrolment);
            }
            Wish::Host { enrolment, date } => {
                if !self.records.enrolments.iter().any(|known| known.id == *enrolment) {
                    unknown("enrolment", enrolment);
                }
                match Day::parse(date) {
                    Ok(day) => self.hosts.push((enrolment.clone(), day)),
                    Err(wrong) => faults.add(format!("{at}/date"), wrong.code, wrong.detail),
                }
            }
            Wish::Put(record) => self.put(record.clone()),
            Wish::Fewer { track } => self.fewer(track.as_deref(), &at, faults),
        }
    }

    /// A pair rule in place of the one that the two have; who is to be together must be placed.
    fn pair(&mut self, kind: PairKind, a: &str, b: &str) {
        let rules = self.records.pair_rules.get_or_insert_default();
        let between = |rule: &PairRuleRecord| (rule.a == a && rule.b == b) || (rule.a == b && rule.b == a);
        if rules.iter().any(|rule| between(rule) && rule.kind == kind) {
            return;
        }
        rules.retain(|rule| !between(rule));
        rules.push(PairRuleRecord { kind, a: a.to_owned(), b: b.to_owned() });
        if kind == PairKind::Together {
            let of = |town: &str| self.records.enrolments.iter().filter(move |e| e.municipality == town).collect();
            let both: [Vec<&EnrolmentRecord>; 2] = [of(a), of(b)];
            let shared = |e: &&&EnrolmentRecord, others: &[&EnrolmentRecord]| others.iter().any(|f| f.track == e.track);
            let required =
                both[0].iter().filter(|e| shared(e, &both[1])).chain(both[1].iter().filter(|e| shared(e, &both[0])));
            self.required.extend(required.map(|e| e.id.clone()));
        }
    }

    fn put(&mut self, record: Record) {
        let records = &mut self.records;
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
}

/// The enrolment of this id.
fn index(problem: &Problem, id: &str) -> Option<EnrolmentIx> {
    problem.enrolments().iter().position(|known| known.id == id).map(EnrolmentIx::new)
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

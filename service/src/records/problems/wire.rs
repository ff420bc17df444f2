//! The whole problem document: a composition of the records' own wire types.

use poem_openapi::{Enum, Object};
use scheduler::clash::counted;
use scheduler::problem::validate;
use scheduler::{Fault, Faults, ProblemRecords};

use crate::http::fields::{Name, Number, bare, field};
use crate::records::distances::wire::Distance;
use crate::records::enrolments::wire::Enrolment;
use crate::records::gatherings::wire::Gathering;
use crate::records::municipalities::wire::ProblemMunicipality;
use crate::records::networks::wire::Network;
use crate::records::pair_rules::wire::PairRule;
use crate::records::programmes::wire::{Calendar, PreferenceCosts, Visits, Weights};
use crate::records::regions::wire::Region;
use crate::records::rounds::wire::Round;
use crate::records::tracks::wire::Track;

/// A planning problem, whole: who there is, who enrols in what, when visits can be held, what things cost.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct ProblemDocument {
    /// What the programme is called.
    pub name: Name,
    /// All regions.
    pub regions: Vec<Region>,
    /// All municipalities.
    pub municipalities: Vec<ProblemMunicipality>,
    /// All tracks. Absent or empty: one called `main`.
    pub tracks: Option<Vec<Track>>,
    /// All networks.
    pub networks: Vec<Network>,
    /// All enrolments.
    pub enrolments: Vec<Enrolment>,
    /// Pairs of municipalities that must or must not share a network. Default: none.
    pub pair_rules: Option<Vec<PairRule>>,
    /// Distances that replace the computed ones. Default: none.
    pub distances: Option<Vec<Distance>>,
    /// Kilometres by road for each kilometre as the crow flies, 1 to 1e6. Default: 1.3.
    pub detour_factor: Option<Number<1, 1_000_000>>,
    /// Windows of dates for visits. Absent or empty: the plan is an assignment alone.
    pub rounds: Option<Vec<Round>>,
    /// What whole tracks meet at. Default: none.
    pub gatherings: Option<Vec<Gathering>>,
    /// Which days of the rounds are open. Default: Monday to Friday, none closed.
    pub calendar: Option<Calendar>,
    /// How visits are held. Default: each member hosts once, no other limits.
    pub visits: Option<Visits>,
    /// What it costs not to get the first wish.
    pub preference_costs: Option<PreferenceCosts>,
    /// What a unit of each measure costs; a weight that is named replaces only its own default.
    pub weights: Option<Weights>,
}

impl ProblemDocument {
    /// The records as the scheduler reads them.
    pub fn records(self) -> ProblemRecords {
        ProblemRecords {
            name: self.name.0,
            regions: all(self.regions, Region::record),
            municipalities: all(self.municipalities, ProblemMunicipality::record),
            tracks: self.tracks.map(|tracks| all(tracks, Track::record)),
            networks: all(self.networks, Network::record),
            enrolments: all(self.enrolments, Enrolment::record),
            pair_rules: self.pair_rules.map(|rules| all(rules, PairRule::record)),
            distances: self.distances.map(|distances| all(distances, Distance::record)),
            detour_factor: bare(self.detour_factor),
            rounds: self.rounds.map(|rounds| all(rounds, Round::record)),
            calendar: self.calendar.map(Calendar::record),
            visits: self.visits.map(Visits::record),
            preference_costs: self.preference_costs.map(PreferenceCosts::record),
            weights: self.weights.map(Weights::record),
            gatherings: self.gatherings.map(|gatherings| all(gatherings, Gathering::record)),
        }
    }

    /// The records as they go over the wire.
    pub fn new(records: &ProblemRecords) -> Self {
        ProblemDocument {
            name: (&records.name).into(),
            regions: each(&records.regions, Region::new),
            municipalities: each(&records.municipalities, ProblemMunicipality::new),
            tracks: records.tracks.as_ref().map(|tracks| each(tracks, Track::new)),
            networks: each(&records.networks, Network::new),
            enrolments: each(&records.enrolments, Enrolment::new),
            pair_rules: records.pair_rules.as_ref().map(|rules| each(rules, PairRule::new)),
            distances: records.distances.as_ref().map(|distances| each(distances, Distance::new)),
            detour_factor: field(&records.detour_factor),
            rounds: records.rounds.as_ref().map(|rounds| each(rounds, Round::new)),
            gatherings: records.gatherings.as_ref().map(|gatherings| each(gatherings, Gathering::new)),
            calendar: records.calendar.as_ref().map(Calendar::new),
            visits: records.visits.as_ref().map(Visits::new),
            preference_costs: records.preference_costs.as_ref().map(PreferenceCosts::new),
            weights: records.weights.as_ref().map(Weights::new),
        }
    }
}

fn all<W, R>(wires: Vec<W>, record: fn(W) -> R) -> Vec<R> {
    wires.into_iter().map(record).collect()
}

fn each<R, W>(records: &[R], wire: fn(&R) -> W) -> Vec<W> {
    records.iter().map(wire).collect()
}

/// What is wrong with a stored problem, and what is hardly meant.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(example)]
pub struct Validation {
    /// Whether a plan can be asked for: no records contradict each other. It says nothing of whether there is a plan:
    /// `feasible` does.
    pub valid: bool,
    /// Whether there is a plan, as far as counting tells.
    pub feasible: Feasible,
    /// What stands in the way of a plan; POST of a plan is refused with the same.
    pub contradictions: Vec<Finding>,
    /// What no plan can honour, by counting several networks together, each with both numbers: a plan asked for all the
    /// same ends `infeasible`. Worked out only where there are no contradictions.
    pub counted: Vec<Finding>,
    /// What is allowed, but hardly meant.
    pub warnings: Vec<Finding>,
    /// How many there are of each; the lists hold the first 1,000.
    pub totals: Totals,
}

/// How many findings there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Object)]
pub struct Totals {
    /// Contradictions.
    pub contradictions: u64,
    /// What no plan can honour, by counting.
    pub counted: u64,
    /// Warnings.
    pub warnings: u64,
}

/// Whether there is a plan. More may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Feasible {
    /// Proved: there is none, by a contradiction or by counting.
    No,
    /// Nothing that is counted speaks against it; the search, or what clashes in the programme, tells more.
    Unknown,
}

/// One thing found in a problem document.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(example)]
pub struct Finding {
    /// JSON pointer (RFC 6901) into the problem document.
    pub pointer: String,
    /// What was found: a stable code, lower snake_case. More codes may come.
    pub code: String,
    /// What it is and what to do about it, in a sentence.
    pub detail: String,
}

impl Validation {
    /// Judges the records. Takes as long as it takes to read them all.
    pub fn of(records: &ProblemRecords) -> Self {
        let found = |faults: Faults| -> (Vec<Finding>, u64) {
            let finding =
                |fault: Fault| Finding { pointer: fault.pointer, code: fault.code.to_owned(), detail: fault.detail };
            let total = faults.len() as u64;
            (faults.into_iter().map(finding).collect(), total)
        };
        let (contradictions, all_contradictions) = found(validate::contradictions(records));
        let (counted, all_counted) = found(counted(records));
        let (warnings, all_warnings) = found(validate::warnings(records));
        let totals = Totals { contradictions: all_contradictions, counted: all_counted, warnings: all_warnings };
        let possible = contradictions.is_empty() && counted.is_empty();
        Validation {
            valid: contradictions.is_empty(),
            feasible: if possible { Feasible::Unknown } else { Feasible::No },
            contradictions,
            counted,
            warnings,
            totals,
        }
    }
}

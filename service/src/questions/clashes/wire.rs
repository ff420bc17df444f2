//! What clashes and what repairs it, as it goes over the wire.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};
use scheduler::Task;
use scheduler::clash::{Finding, Known, Repair, Stake};
use scheduler::explain::english;
use scheduler::explain::gathering_change::GatheringChange;
use scheduler::explain::repair::Change;
use scheduler::problem::{Day, EnrolmentIx, MunicipalityIx, NetworkIx, RoundIx, TrackIx};

use crate::http::fields::{Date, Id};
use crate::plans::wire::{Clash, ClashMember};

/// What clashes.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(example)]
pub struct ClashFindings {
    /// Whether the problem is free of contradictions; one that is not is not looked into.
    pub valid: bool,
    /// What was found, each about something else. None: nothing clashes, as far as was looked.
    pub items: Vec<ClashFinding>,
}

/// What was found about one thing that is at stake.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ClashFinding {
    /// What is at stake.
    pub stake: StakeKind,
    /// The id of the track concerned.
    pub track: Option<Id>,
    /// The id of the network concerned.
    pub network: Option<Id>,
    /// The id of the gathering concerned.
    pub gathering: Option<Id>,
    /// Whether it can be had.
    pub known: StakeKnown,
    /// What clashes, where it is impossible.
    pub clash: Option<Clash>,
    /// What would repair it, each of them alone, the smallest first. Each was tried: the repaired problem has a plan that
    /// keeps every rule and has what was at stake.
    pub repairs: Vec<ClashRepair>,
}

/// What is at stake. More kinds may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum StakeKind {
    /// That the networks of a track have what they must have at least.
    Minimums,
    /// That everybody of a track has a network.
    Places,
    /// That the hostings of one network of the plan are held, whatever the dates of other networks are.
    NetworkHostings,
    /// That every hosting is held, in the networks of the plan.
    Hostings,
    /// That every hosting is held, whatever the networks are.
    Days,
    /// That a gathering is held, whatever else is.
    Gathering,
}

/// Whether it can be had. More may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum StakeKnown {
    /// Proved: it cannot.
    Impossible,
    /// It can: whoever is left out was left out for its cost, or was not found a place.
    Possible,
    /// Neither was shown in the time there is.
    Unknown,
}

/// Changes that repair a clash.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct ClashRepair {
    /// How much of what stands there changes, by which repairs are ranked: for each change, the difference by the value
    /// before, further days by the open days there are, 1 for what is lifted altogether; summed.
    pub size: f64,
    /// Whether it is proved that a smaller change of the kind would not do.
    pub smallest: bool,
    /// What to do, in words.
    pub text: String,
    /// The changes, all of them needed.
    pub changes: Vec<ClashChange>,
}

/// A change of one record.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ClashChange {
    /// What to do: a stable code, lower snake_case, such as `raise_max_members`. More codes may come.
    pub code: String,
    /// The id of the network that changes.
    pub network: Option<Id>,
    /// The id of the enrolment that changes.
    pub enrolment: Option<Id>,
    /// The id of the municipality that changes, or of the first of a pair.
    pub municipality: Option<Id>,
    /// The id of the second municipality of a pair.
    pub other: Option<Id>,
    /// The id of the region, of the record or of the change.
    pub region: Option<Id>,
    /// The id of the round that gets more dates, or whose visits are locked.
    pub round: Option<Id>,
    /// The id of the track that gets a network.
    pub track: Option<Id>,
    /// The id of the gathering that changes.
    pub gathering: Option<Id>,
    /// The id of its place that changes.
    pub place: Option<Id>,
    /// The dates that are added or freed, the first and the last day of a window, or the day from which new visits may be held.
    pub dates: Option<Vec<Date>>,
    /// For a pace rule: its days.
    pub window_days: Option<u32>,
    /// The value now.
    pub from: Option<f64>,
    /// The new value.
    pub to: Option<f64>,
}

impl ClashFindings {
    /// What the scheduler has found of a problem.
    pub fn new(problem: &Task, found: &[Finding]) -> Self {
        ClashFindings { valid: true, items: found.iter().map(|finding| ClashFinding::new(problem, finding)).collect() }
    }
}

impl ClashFindings {
    /// Of a problem that contradicts itself.
    pub fn contradictory() -> Self {
        ClashFindings { valid: false, items: Vec::new() }
    }
}

impl ClashFinding {
    fn new(problem: &Task, found: &Finding) -> Self {
        let track = |track: TrackIx| Some(Id(problem.tracks()[track.at()].id.clone()));
        let (stake, track, network) = match found.stake {
            Stake::Floors(at) => (StakeKind::Minimums, track(at), None),
            Stake::Places(at) => (StakeKind::Places, track(at), None),
            Stake::Network(n) => (StakeKind::NetworkHostings, None, Some(Id(problem.network(n).id.clone()))),
            Stake::Hostings => (StakeKind::Hostings, None, None),
            Stake::Days => (StakeKind::Days, None, None),
            Stake::Gathering(_) => (StakeKind::Gathering, None, None),
        };
        let gathering = match found.stake {
            Stake::Gathering(gathering) => Some(Id(problem.gathering(gathering).id.clone())),
            _ => None,
        };
        let (known, clash) = match &found.known {
            Known::Impossible(clash) => (StakeKnown::Impossible, Some(Clash::new(problem, clash))),
            Known::Possible => (StakeKnown::Possible, None),
            Known::Unknown => (StakeKnown::Unknown, None),
        };
        let repairs = found.repairs.iter().map(|repair| ClashRepair::new(problem, repair)).collect();
        ClashFinding { stake, track, network, gathering, known, clash, repairs }
    }
}

impl ClashRepair {
    fn new(problem: &Task, found: &Repair) -> Self {
        let words: Vec<String> = found.changes.iter().map(|change| english::repair(problem, change)).collect();
        ClashRepair {
            size: found.size,
            smallest: found.smallest,
            text: words.join(" "),
            changes: found.changes.iter().map(|change| ClashChange::new(problem, change)).collect(),
        }
    }
}

impl ClashChange {
    fn new(problem: &Task, change: &Change) -> Self {
        let n = |n: &NetworkIx| Some(Id(problem.network(*n).id.clone()));
        let e = |e: &EnrolmentIx| Some(Id(problem.enrolment(*e).id.clone()));
        let m = |m: &MunicipalityIx| Some(Id(problem.municipality(*m).id.clone()));
        let r = |round: &RoundIx| Some(Id(problem.rounds()[round.at()].id.clone()));
        let dates = |days: &[Day]| Some(days.iter().map(|day| Date(day.to_string())).collect());
        let it = ClashChange {
            code: change.code().to_owned(),
            from: change.from(problem).map(f64::from),
            to: change.to().map(f64::from),
            ..ClashChange::default()
        };
        match change {
            Change::MaxMembers { network, .. }
            | Change::MinMembers { network, .. }
            | Change::MaxDelegates { network, .. }
            | Change::MinDelegates { network, .. }
            | Change::MaxPerRegion { network, .. }
            | Change::MinRegions { network, .. }
            | Change::StayEmpty { network } => ClashChange { network: n(network), ..it },
            Change::MaxDistance { network, to } => {
                let from = problem.network(*network).max_distance_km;
                ClashChange { network: n(network), from, to: Some(*to), ..it }
            }
            Change::OpenRegion { network, region } => {
                let region = Some(Id(problem.regions()[region.at()].id.clone()));
                ClashChange { network: n(network), region, ..it }
            }
            Change::Unfix { enrolment } => ClashChange { enrolment: e(enrolment), ..it },
            Change::Admit { enrolment, network } => ClashChange { enrolment: e(enrolment), network: n(network), ..it },
            Change::DropApart { a, b } | Change::DropTogether { a, b } => {
                ClashChange { municipality: m(a), other: m(b), ..it }
            }
            Change::HostCapacity { municipality, .. } => ClashChange { municipality: m(municipality), ..it },
            Change::Available { municipality, days } | Change::CanHostOn { municipality, days } => {
                ClashChange { municipality: m(municipality), dates: dates(days), ..it }
            }
            Change::PaceMost { pace, .. } => {
                let window_days = problem.visits().pace.get(*pace).map(|pace| pace.window_days);
                ClashChange { window_days, ..it }
            }
            Change::RegionDay { region, .. } => {
                ClashChange { region: Some(Id(problem.regions()[region.at()].id.clone())), ..it }
            }
            Change::ProgrammeDay { .. }
            | Change::ReturnDays { .. }
            | Change::MaxChanges { .. }
            | Change::MaxAffected { .. } => it,
            Change::Gathering { gathering, change } => {
                let of = problem.gathering(*gathering);
                let it = ClashChange { gathering: Some(Id(of.id.clone())), ..it };
                match change {
                    GatheringChange::Window { start, end } => ClashChange { dates: dates(&[*start, *end]), ..it },
                    GatheringChange::Room { place, .. } => {
                        ClashChange { place: Some(Id(of.places[place.at()].id.clone())), ..it }
                    }
                    GatheringChange::Reach { to } => {
                        let from = of.meetings.and_then(|limits| limits.max_distance_km);
                        ClashChange { from, to: Some(*to), ..it }
                    }
                    GatheringChange::Places { more } => ClashChange { to: Some(f64::from(*more)), ..it },
                    _ => it,
                }
            }
            Change::CanHost { municipality } => ClashChange { municipality: m(municipality), ..it },
            Change::OpenFrom { day } => ClashChange { dates: dates(&[*day]), ..it },
            Change::MoreDates { round, days } => ClashChange { round: r(round), dates: dates(days), ..it },
            Change::AddNetwork { track, .. } => {
                ClashChange { track: Some(Id(problem.tracks()[track.at()].id.clone())), ..it }
            }
            Change::Unlock { enrolment } => ClashChange { enrolment: e(enrolment), ..it },
            Change::UnlockNetwork { network } => ClashChange { network: n(network), ..it },
            Change::UnlockVisits { host, round } => {
                ClashChange { enrolment: e(host), round: round.as_ref().and_then(r), ..it }
            }
        }
    }
}

impl Example for ClashFindings {
    fn example() -> Self {
        let id = |id: &str| Some(Id(id.to_owned()));
        let member = |rule: &str, enrolment: Option<Id>, network: Option<Id>, text: &str| ClashMember {
            rule: rule.to_owned(),
            enrolment,
            network,
            text: text.to_owned(),
            ..ClashMember::default()
        };
        let clash = Clash {
            detail:
                "These cannot all be honoured: Aarhus (e1) has a network; Odense (e2) has a network; network n1 takes at most 1 member."
                    .to_owned(),
            networks: vec!["n1".to_owned()],
            rules: ["max_members", "placed"].map(str::to_owned).to_vec(),
            members: vec![
                member("placed", id("e1"), None, "Aarhus (e1) has a network"),
                member("placed", id("e2"), None, "Odense (e2) has a network"),
                member("max_members", None, id("n1"), "network n1 takes at most 1 member"),
            ],
            minimal: true,
        };
        let change = ClashChange {
            code: "raise_max_members".to_owned(),
            network: id("n1"),
            from: Some(1.0),
            to: Some(2.0),
            ..ClashChange::default()
        };
        let repair = ClashRepair {
            size: 1.0,
            smallest: true,
            text: "Raise network n1 to 2 members (now 1).".to_owned(),
            changes: vec![change],
        };
        ClashFindings {
            valid: true,
            items: vec![ClashFinding {
                stake: StakeKind::Places,
                track: id("leadership"),
                network: None,
                gathering: None,
                known: StakeKnown::Impossible,
                clash: Some(clash),
                repairs: vec![repair],
            }],
        }
    }
}

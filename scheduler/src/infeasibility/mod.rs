//! What clashes: rules and wants that cannot all be honoured, each named with the record that it stands in.

pub mod english;
mod gathering;
mod refuted;

pub use gathering::GatheringRule;
pub use refuted::{Counted, Refuted};

use crate::problem::{EnrolmentIx, GatheringIx, MunicipalityIx, NetworkIx, RegionIx, RoundIx, TrackIx};
use crate::steering::Task;

/// Rules and wants that cannot all be honoured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clash {
    /// What clashes, in a sentence.
    pub detail: String,
    /// Ids of the networks concerned, ascending.
    pub networks: Vec<String>,
    /// The rules concerned: `min_members`, `max_members`, `together` …
    pub rules: Vec<String>,
    /// Each rule with its record; empty where they were not told apart.
    pub members: Vec<Member>,
    /// Whether it is proved that no member can be spared: without any one of them the others can be honoured.
    pub minimal: bool,
}

/// A rule of one record, or a want, that a clash is made of. All else (one network each, no two of a municipality in one
/// network, one visit a day) no setting changes: it is never a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Member {
    /// The enrolment is to have a network.
    Placed(EnrolmentIx),
    /// The hosting is to be held; the round is named where there is one in each.
    Hosted(EnrolmentIx, Option<RoundIx>),
    /// The network needs so many members.
    MinMembers(NetworkIx),
    /// It takes so many.
    MaxMembers(NetworkIx),
    /// It needs so many delegates.
    MinDelegates(NetworkIx),
    /// It takes so many.
    MaxDelegates(NetworkIx),
    /// It is open to some regions only.
    AllowedRegions(NetworkIx),
    /// It takes so many members of a region.
    MaxPerRegion(NetworkIx),
    /// It must span so many regions.
    MinRegions(NetworkIx),
    /// Its members are at most so far apart.
    MaxDistance(NetworkIx),
    /// The enrolment is fixed in a network.
    Fixed(EnrolmentIx),
    /// It excludes networks.
    Excluded(EnrolmentIx),
    /// The two never share a network.
    Apart(MunicipalityIx, MunicipalityIx),
    /// The two share one.
    Together(MunicipalityIx, MunicipalityIx),
    /// Days on which the municipality neither hosts nor travels.
    Unavailable(MunicipalityIx),
    /// Days on which it does not host.
    CannotHostOn(MunicipalityIx),
    /// How many guests it can receive.
    HostCapacity(MunicipalityIx),
    /// A hard pace, by its position.
    Pace(usize),
    /// Visits in a region on a day.
    RegionDay(RegionIx),
    /// Visits of the programme on a day.
    ProgrammeDay,
    /// Days between a visit and the one back.
    ReturnDays,
    /// The days of the round that the calendar leaves open.
    OpenDays(RoundIx),
    /// The track has no networks.
    NoNetworks(TrackIx),
    /// What a gathering says, or that it is held.
    Gathering(GatheringIx, GatheringRule),
    /// The municipality never hosts.
    NeverHosts(MunicipalityIx),
    /// The enrolment is locked in a network.
    Lock(EnrolmentIx),
    /// The network is locked as a whole.
    LockedNetwork(NetworkIx),
    /// The visits that the enrolment hosts are locked; the round is named where there is a hosting in each.
    LockedVisits(EnrolmentIx, Option<RoundIx>),
    /// Nothing new is held before a day.
    LockedBefore,
    /// How many changes there may be against the base plan.
    MaxChanges,
    /// How many municipalities may be affected by them.
    MaxAffected,
}

impl Member {
    /// The rule: the name of the field that says it, or `placed`, `hosted`, `apart`, `together`,
    /// `open_days`, `lock`.
    pub fn rule(&self) -> &'static str {
        match self {
            Member::Placed(_) => "placed",
            Member::Hosted(..) => "hosted",
            Member::MinMembers(_) => "min_members",
            Member::MaxMembers(_) => "max_members",
            Member::MinDelegates(_) => "min_delegates",
            Member::MaxDelegates(_) => "max_delegates",
            Member::AllowedRegions(_) => "allowed_regions",
            Member::MaxPerRegion(_) => "max_members_per_region",
            Member::MinRegions(_) => "min_regions",
            Member::MaxDistance(_) => "max_distance_km",
            Member::Fixed(_) => "fixed",
            Member::Excluded(_) => "excluded",
            Member::Apart(..) => "apart",
            Member::Together(..) => "together",
            Member::Unavailable(_) => "unavailable",
            Member::CannotHostOn(_) => "cannot_host_on",
            Member::HostCapacity(_) => "host_capacity",
            Member::Pace(_) => "pace",
            Member::RegionDay(_) | Member::ProgrammeDay => "max_visits_per_day",
            Member::ReturnDays => "min_return_days",
            Member::OpenDays(_) => "open_days",
            Member::NoNetworks(_) => "networks",
            Member::Gathering(_, rule) => rule.rule(),
            Member::NeverHosts(_) => "can_host",
            Member::Lock(_) | Member::LockedNetwork(_) | Member::LockedVisits(..) | Member::LockedBefore => "lock",
            Member::MaxChanges => "max_changes",
            Member::MaxAffected => "max_affected_municipalities",
        }
    }

    /// The network whose rule it is.
    pub fn network(&self) -> Option<NetworkIx> {
        match *self {
            Member::MinMembers(n)
            | Member::MaxMembers(n)
            | Member::MinDelegates(n)
            | Member::MaxDelegates(n)
            | Member::AllowedRegions(n)
            | Member::MaxPerRegion(n)
            | Member::MinRegions(n)
            | Member::MaxDistance(n)
            | Member::LockedNetwork(n) => Some(n),
            _ => None,
        }
    }

    /// The enrolment whose rule or want it is.
    pub fn enrolment(&self) -> Option<EnrolmentIx> {
        match *self {
            Member::Placed(e) | Member::Fixed(e) | Member::Excluded(e) | Member::Lock(e) => Some(e),
            Member::Hosted(e, _) | Member::LockedVisits(e, _) => Some(e),
            _ => None,
        }
    }

    /// The municipality whose rule it is, and the other one of a pair.
    pub fn municipalities(&self) -> (Option<MunicipalityIx>, Option<MunicipalityIx>) {
        match *self {
            Member::Apart(a, b) | Member::Together(a, b) => (Some(a), Some(b)),
            Member::Unavailable(m) | Member::CannotHostOn(m) | Member::HostCapacity(m) => (Some(m), None),
            Member::NeverHosts(m) => (Some(m), None),
            _ => (None, None),
        }
    }
}

impl Member {
    /// Whether it is something that is wanted, and no rule.
    pub fn is_want(&self) -> bool {
        matches!(self, Member::Placed(_) | Member::Hosted(..) | Member::Gathering(_, GatheringRule::Held))
    }

    /// The round whose days it is about, or in which the hosting is.
    pub fn round(&self) -> Option<RoundIx> {
        match *self {
            Member::OpenDays(round) => Some(round),
            Member::Hosted(_, round) | Member::LockedVisits(_, round) => round,
            _ => None,
        }
    }

    /// The gathering that says it, or is wanted.
    pub fn gathering(&self) -> Option<GatheringIx> {
        if let Member::Gathering(gathering, _) = *self { Some(gathering) } else { None }
    }

    /// The track that it is about.
    pub fn track(&self) -> Option<TrackIx> {
        if let Member::NoNetworks(track) = *self { Some(track) } else { None }
    }
}

impl Clash {
    /// What counting refutes, told in words; its members are not told apart.
    pub fn counted(problem: &Task, refuted: &Refuted) -> Clash {
        let mut networks: Vec<String> = refuted.networks.iter().map(|&n| problem.network(n).id.clone()).collect();
        networks.sort_unstable();
        let rules = refuted.rules().into_iter().map(str::to_owned).collect();
        Clash { detail: english::refuted(problem, refuted), networks, rules, ..Clash::default() }
    }

    /// A clash of these members, told in words. `minimal`: see the field.
    pub fn of(problem: &Task, mut members: Vec<Member>, minimal: bool) -> Clash {
        members.sort_unstable();
        let mut networks: Vec<String> =
            members.iter().filter_map(Member::network).map(|n| problem.network(n).id.clone()).collect();
        networks.sort_unstable();
        networks.dedup();
        let mut rules: Vec<String> = members.iter().map(|member| member.rule().to_owned()).collect();
        rules.sort_unstable();
        rules.dedup();
        Clash { detail: english::clash(problem, &members), networks, rules, members, minimal }
    }
}

//! What would repair a clash: one change of one record, as small as will do.

use super::gathering_change::GatheringChange;
use crate::problem::{Day, EnrolmentIx, GatheringIx, MunicipalityIx, Network, NetworkIx, RegionIx, RoundIx, TrackIx};
use crate::steering::{Steering, Task};

/// A change of one record.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // the fields are what they are named; `to`: the new value
pub enum Change {
    /// The network takes more members.
    MaxMembers { network: NetworkIx, to: u32 },
    /// It needs fewer.
    MinMembers { network: NetworkIx, to: u32 },
    /// It takes more delegates.
    MaxDelegates { network: NetworkIx, to: u32 },
    /// It needs fewer.
    MinDelegates { network: NetworkIx, to: u32 },
    /// It takes more members of a region.
    MaxPerRegion { network: NetworkIx, to: u32 },
    /// It may span fewer regions.
    MinRegions { network: NetworkIx, to: u32 },
    /// Its members may be farther apart.
    MaxDistance { network: NetworkIx, to: f64 },
    /// It may stay empty.
    StayEmpty { network: NetworkIx },
    /// It is open to a further region.
    OpenRegion { network: NetworkIx, region: RegionIx },
    /// The enrolment is not fixed any more.
    Unfix { enrolment: EnrolmentIx },
    /// It no longer excludes a network.
    Admit { enrolment: EnrolmentIx, network: NetworkIx },
    /// Two municipalities may share a network.
    DropApart { a: MunicipalityIx, b: MunicipalityIx },
    /// Two municipalities need not share one.
    DropTogether { a: MunicipalityIx, b: MunicipalityIx },
    /// The municipality has room for more guests.
    HostCapacity { municipality: MunicipalityIx, to: u32 },
    /// It neither hosts nor travels on these days so far, and does.
    Available { municipality: MunicipalityIx, days: Vec<Day> },
    /// It does not host on these days so far, and does.
    CanHostOn { municipality: MunicipalityIx, days: Vec<Day> },
    /// More visits in a window; the pace rule by its position, shortest window first.
    PaceMost { pace: usize, to: u32 },
    /// More visits a day in a region.
    RegionDay { region: RegionIx, to: u32 },
    /// More visits a day in the programme.
    ProgrammeDay { to: u32 },
    /// Fewer days between a visit and the one back.
    ReturnDays { to: u32 },
    /// Further open days for a round.
    MoreDates { round: RoundIx, days: Vec<Day> },
    /// A further network in a track, without limits but its size.
    AddNetwork { track: TrackIx, to: u32 },
    /// The enrolment is not locked in its network any more.
    Unlock { enrolment: EnrolmentIx },
    /// The network is not locked as a whole any more: who is locked in it stays.
    UnlockNetwork { network: NetworkIx },
    /// More changes against the base plan.
    MaxChanges { to: u32 },
    /// More municipalities affected by them.
    MaxAffected { to: u32 },
    /// New visits may be held from this day on, which was too early before.
    OpenFrom { day: Day },
    /// A gathering's record changes.
    Gathering { gathering: GatheringIx, change: GatheringChange },
    /// The municipality hosts, which it never did so far.
    CanHost { municipality: MunicipalityIx },
    /// The visits that the enrolment hosts are not locked any more.
    UnlockVisits { host: EnrolmentIx, round: Option<RoundIx> },
}

impl Change {
    /// Its code.
    pub fn code(&self) -> &'static str {
        match self {
            Change::MaxMembers { .. } => "raise_max_members",
            Change::MinMembers { .. } => "lower_min_members",
            Change::MaxDelegates { .. } => "raise_max_delegates",
            Change::MinDelegates { .. } => "lower_min_delegates",
            Change::MaxPerRegion { .. } => "raise_max_members_per_region",
            Change::MinRegions { .. } => "lower_min_regions",
            Change::MaxDistance { .. } => "raise_max_distance_km",
            Change::StayEmpty { .. } => "let_stay_empty",
            Change::OpenRegion { .. } => "open_to_region",
            Change::Unfix { .. } => "lift_fixed",
            Change::Admit { .. } => "lift_excluded",
            Change::DropApart { .. } => "drop_apart",
            Change::DropTogether { .. } => "drop_together",
            Change::HostCapacity { .. } => "raise_host_capacity",
            Change::Available { .. } => "become_available",
            Change::CanHostOn { .. } => "host_on",
            Change::PaceMost { .. } => "raise_pace",
            Change::RegionDay { .. } | Change::ProgrammeDay { .. } => "raise_max_visits_per_day",
            Change::ReturnDays { .. } => "lower_min_return_days",
            Change::MoreDates { .. } => "more_dates",
            Change::AddNetwork { .. } => "add_network",
            Change::MaxChanges { .. } => "raise_max_changes",
            Change::MaxAffected { .. } => "raise_max_affected_municipalities",
            Change::OpenFrom { .. } => "move_before",
            Change::Gathering { change, .. } => change.code(),
            Change::CanHost { .. } => "let_host",
            Change::Unlock { .. } | Change::UnlockNetwork { .. } | Change::UnlockVisits { .. } => "lift_lock",
        }
    }

    /// How much of what stands there it changes: the difference by the value before (at least 1); further days, and those
    /// from which new visits may be held, by the open days there are; 1 for what is lifted altogether; a region or network more by those that are listed.
    pub fn size(&self, problem: &Task) -> f64 {
        let by = |from: u32, to: u32| f64::from(from.abs_diff(to)) / f64::from(from.max(1));
        let open: usize = problem.rounds().iter().map(|round| round.open_days.len()).sum();
        let days = |days: &[Day], of: usize| days.len() as f64 / of.max(1) as f64;
        let (from, to) = match self {
            Change::MaxDistance { network, to } => {
                let from = problem.network(*network).max_distance_km.unwrap_or(0.0);
                return (to - from).abs() / from.max(1.0);
            }
            Change::Gathering { gathering, change } => return change.size(problem.gathering(*gathering)),
            Change::OpenRegion { network, .. } => {
                let listed = problem.network(*network).allowed_regions.as_ref().map_or(0, Vec::len);
                return 1.0 / listed.max(1) as f64;
            }
            Change::Admit { enrolment, .. } => {
                return 1.0 / problem.enrolment(*enrolment).excluded.len().max(1) as f64;
            }
            Change::Available { days: freed, .. } | Change::CanHostOn { days: freed, .. } => return days(freed, open),
            Change::OpenFrom { day } => {
                let from = problem.steering().and_then(Steering::opens_on);
                let freed = |open: &&Day| *open >= day && from.is_some_and(|from| **open < from);
                let rounds = problem.rounds().iter();
                return rounds.flat_map(|round| &round.open_days).filter(freed).count() as f64 / open.max(1) as f64;
            }
            Change::MoreDates { round, days: more } => {
                return days(more, problem.rounds()[round.at()].open_days.len());
            }
            _ => self.from(problem).zip(self.to()).unwrap_or((0, 1)), // what is lifted, or added, altogether
        };
        by(from, to)
    }

    /// The value before, of a count.
    pub fn from(&self, problem: &Task) -> Option<u32> {
        let network = |n: &NetworkIx| problem.network(*n);
        match self {
            Change::MaxMembers { network: n, .. } => Some(network(n).max_members),
            Change::MinMembers { network: n, .. } => Some(network(n).min_members),
            Change::MaxDelegates { network: n, .. } => network(n).max_delegates,
            Change::MinDelegates { network: n, .. } => Some(network(n).min_delegates),
            Change::MaxPerRegion { network: n, .. } => network(n).max_members_per_region,
            Change::MinRegions { network: n, .. } => Some(network(n).min_regions),
            Change::HostCapacity { municipality, .. } => problem.municipality(*municipality).host_capacity,
            Change::PaceMost { pace, .. } => problem.visits().pace.get(*pace).map(|pace| pace.max_visits),
            Change::RegionDay { region, .. } => problem.regions()[region.at()].max_visits_per_day,
            Change::ProgrammeDay { .. } => problem.visits().max_visits_per_day,
            Change::ReturnDays { .. } => Some(problem.visits().min_return_days),
            Change::Gathering { gathering, change } => change.from(problem.gathering(*gathering)),
            Change::MaxChanges { .. } => problem.steering()?.most(),
            Change::MaxAffected { .. } => problem.steering()?.most_affected(),
            _ => None,
        }
    }

    /// The new value, of a count.
    pub fn to(&self) -> Option<u32> {
        match *self {
            Change::MaxMembers { to, .. }
            | Change::MinMembers { to, .. }
            | Change::MaxDelegates { to, .. }
            | Change::MinDelegates { to, .. }
            | Change::MaxPerRegion { to, .. }
            | Change::MinRegions { to, .. }
            | Change::HostCapacity { to, .. }
            | Change::PaceMost { to, .. }
            | Change::RegionDay { to, .. }
            | Change::ProgrammeDay { to }
            | Change::ReturnDays { to }
            | Change::MaxChanges { to }
            | Change::MaxAffected { to }
            | Change::AddNetwork { to, .. } => Some(to),
            Change::Gathering { change, .. } => change.to(),
            _ => None,
        }
    }

    /// Makes the change.
    pub fn apply(&self, problem: &mut Task) {
        match self {
            Change::MaxMembers { network, to } => problem.networks[network.at()].max_members = *to,
            Change::MinMembers { network, to } => problem.networks[network.at()].min_members = *to,
            Change::MaxDelegates { network, to } => problem.networks[network.at()].max_delegates = Some(*to),
            Change::MinDelegates { network, to } => problem.networks[network.at()].min_delegates = *to,
            Change::MaxPerRegion { network, to } => problem.networks[network.at()].max_members_per_region = Some(*to),
            Change::MinRegions { network, to } => problem.networks[network.at()].min_regions = *to,
            Change::MaxDistance { network, to } => problem.networks[network.at()].max_distance_km = Some(*to),
            Change::StayEmpty { network } => problem.networks[network.at()].may_stay_empty = true,
            Change::OpenRegion { network, region } => {
                let open = problem.networks[network.at()].allowed_regions.iter_mut();
                open.for_each(|open| insert(open, *region));
            }
            Change::Unfix { enrolment } => problem.enrolments[enrolment.at()].fixed = None,
            Change::Admit { enrolment, network } => {
                problem.enrolments[enrolment.at()].excluded.retain(|excluded| excluded != network);
            }
            Change::DropApart { a, b } => problem.apart.retain(|pair| pair != &(*a, *b)),
            Change::DropTogether { a, b } => problem.together.retain(|pair| pair != &(*a, *b)),
            Change::HostCapacity { municipality, to } => {
                problem.municipalities[municipality.at()].host_capacity = Some(*to);
            }
            Change::Available { municipality, days } => {
                let town = &mut problem.municipalities[municipality.at()];
                let stays = |day: &Day| !days.contains(day);
                town.unavailable = town.unavailable.iter().filter(stays).collect();
                town.cannot_host = town.cannot_host.iter().filter(stays).collect();
            }
            Change::CanHostOn { municipality, days } => {
                let town = &mut problem.municipalities[municipality.at()];
                let away = town.unavailable.clone();
                let stays = |day: &Day| away.contains(*day) || !days.contains(day);
                town.cannot_host = town.cannot_host.iter().filter(stays).collect();
            }
            Change::PaceMost { pace, to } => {
                problem.visits.pace.iter_mut().skip(*pace).take(1).for_each(|pace| pace.max_visits = *to);
            }
            Change::RegionDay { region, to } => problem.regions[region.at()].max_visits_per_day = Some(*to),
            Change::ProgrammeDay { to } => problem.visits.max_visits_per_day = Some(*to),
            Change::ReturnDays { to } => problem.visits.min_return_days = *to,
            Change::MoreDates { round, days } => {
                let round = &mut problem.rounds[round.at()];
                for &day in days {
                    insert(&mut round.open_days, day);
                    (round.start, round.end) = (round.start.min(day), round.end.max(day));
                }
            }
            Change::AddNetwork { track, to } => problem.networks.push(Network::open(*track, *to)),
            Change::MaxChanges { to } => problem.loosen(|steering| steering.limit_changes(Some(*to))),
            Change::MaxAffected { to } => problem.loosen(|steering| steering.limit_affected(Some(*to))),
            Change::OpenFrom { day } => problem.loosen(|steering| steering.open_from(*day)),
            Change::Gathering { gathering, change } => change.apply(problem, *gathering),
            Change::CanHost { municipality } => problem.municipalities[municipality.at()].can_host = true,
            Change::Unlock { enrolment } => problem.loosen(|steering| steering.unlock(*enrolment)),
            Change::UnlockNetwork { network } => problem.loosen(|steering| steering.unlock_network(*network)),
            Change::UnlockVisits { host, round } => {
                problem.loosen(|steering| steering.unlock_visits((*host, *round)));
            }
        }
    }
}

/// Adds to an ascending list what is not in it.
fn insert<T: Ord>(list: &mut Vec<T>, item: T) {
    if let Err(at) = list.binary_search(&item) {
        list.insert(at, item);
    }
}

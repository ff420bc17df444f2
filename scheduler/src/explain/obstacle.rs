//! What keeps an enrolment out of a network, as the plan stands: every rule that the move would break, there and where
//! it leaves, every lock, and every limit of what may change.

use std::borrow::Cow;

use super::book::{Book, Crowd};
use super::lock::{Limit, Lock};
use super::repair::Change;
use crate::facts::Facts;
use crate::problem::{EnrolmentIx, MunicipalityIx, Network, NetworkIx, Problem, RegionIx};
use crate::rules::RuleCode;
use crate::steering::{Moved, Steering};

/// What keeps an enrolment out of a network.
#[derive(Clone, Debug, PartialEq)]
pub enum Obstacle {
    /// It excludes the network (A1).
    Excluded,
    /// It is fixed to another network (A1).
    FixedElsewhere(NetworkIx),
    /// The network is closed to its region (A1).
    ClosedRegion(RegionIx),
    /// The network has its most members without it (A2).
    Full {
        /// Members without it.
        members: u64,
        /// Most members.
        most: u32,
    },
    /// With it the network has more delegates than its most (A2).
    Crowded {
        /// Delegates without it.
        persons: u64,
        /// Its own.
        more: u32,
        /// Most delegates.
        most: u32,
    },
    /// It alone has more delegates than the network takes (A2).
    TooLarge {
        /// Its delegates.
        persons: u32,
        /// Those of the others.
        others: u64,
        /// Most delegates.
        most: u32,
    },
    /// Even with it the network has fewer members than its least (A2).
    FewMembers {
        /// Members with it.
        members: u64,
        /// Least members.
        least: u32,
    },
    /// Even with it the network has fewer delegates than its least (A2).
    FewDelegates {
        /// Delegates with it.
        persons: u64,
        /// Least delegates.
        least: u32,
    },
    /// Another enrolment of its municipality is in the network (A3).
    SameMunicipality(EnrolmentIx),
    /// The network has its most members of that region without it (A4).
    RegionFull {
        /// Its region.
        region: RegionIx,
        /// Members of the region without it.
        members: u64,
        /// Most members of a region.
        most: u32,
    },
    /// Even with it the network spans fewer regions than its least (A4).
    FewRegions {
        /// Regions with it.
        regions: u64,
        /// Least regions.
        least: u32,
    },
    /// It is too far from the member that lies farthest from it (A5).
    TooFar {
        /// Whose that member is.
        town: MunicipalityIx,
        /// How far.
        km: f64,
        /// The most.
        most: f64,
    },
    /// It is to be apart from a member (A6).
    Apart {
        /// Its own municipality.
        own: MunicipalityIx,
        /// The other one.
        other: MunicipalityIx,
    },
    /// It is to be together with somebody who is elsewhere (A6).
    Together {
        /// Its own municipality.
        own: MunicipalityIx,
        /// The other one.
        other: MunicipalityIx,
        /// A network in which the other one is.
        network: NetworkIx,
    },
    /// Without it, the network where it is now has too little (A2, A4).
    Needed {
        /// Where it is now.
        network: NetworkIx,
        /// What is left.
        left: u64,
        /// Of what there is too little.
        floor: Floor,
    },
    /// A lock is in the way.
    Locked(Lock),
    /// A limit of what may change is in the way.
    Limit(Limit),
    /// With dates timed anew for it, a rule is broken.
    Breaks(RuleCode),
}

/// What a network must have at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // their names say it
pub enum Floor {
    Members { least: u32 },
    Delegates { least: u32 },
    Regions { least: u32 },
}

impl Obstacle {
    /// The rule behind it; `lock` or the name of the limit where it is none.
    pub fn rule(&self) -> RuleCode {
        match self {
            Obstacle::Excluded | Obstacle::FixedElsewhere(_) | Obstacle::ClosedRegion(_) => RuleCode::A1,
            Obstacle::Full { .. }
            | Obstacle::Crowded { .. }
            | Obstacle::TooLarge { .. }
            | Obstacle::FewMembers { .. }
            | Obstacle::FewDelegates { .. }
            | Obstacle::Needed { floor: Floor::Members { .. } | Floor::Delegates { .. }, .. } => RuleCode::A2,
            Obstacle::SameMunicipality(_) => RuleCode::A3,
            Obstacle::RegionFull { .. }
            | Obstacle::FewRegions { .. }
            | Obstacle::Needed { floor: Floor::Regions { .. }, .. } => RuleCode::A4,
            Obstacle::TooFar { .. } => RuleCode::A5,
            Obstacle::Apart { .. } | Obstacle::Together { .. } => RuleCode::A6,
            Obstacle::Locked(_) => RuleCode::Lock,
            Obstacle::Limit(limit) => limit.rule(),
            Obstacle::Breaks(rule) => *rule,
        }
    }

    /// A stable code, lower snake_case.
    pub fn code(&self) -> &'static str {
        match self {
            Obstacle::Excluded => "excluded",
            Obstacle::FixedElsewhere(_) => "fixed_elsewhere",
            Obstacle::ClosedRegion(_) => "closed_to_region",
            Obstacle::Full { .. } => "members_full",
            Obstacle::Crowded { .. } => "delegates_full",
            Obstacle::TooLarge { .. } => "larger_than_network",
            Obstacle::FewMembers { .. } => "too_few_members",
            Obstacle::FewDelegates { .. } => "too_few_delegates",
            Obstacle::SameMunicipality(_) => "same_municipality",
            Obstacle::RegionFull { .. } => "region_full",
            Obstacle::FewRegions { .. } => "too_few_regions",
            Obstacle::TooFar { .. } => "too_far",
            Obstacle::Apart { .. } => "apart",
            Obstacle::Together { .. } => "together",
            Obstacle::Needed { floor: Floor::Members { .. }, .. } => "members_needed",
            Obstacle::Needed { floor: Floor::Delegates { .. }, .. } => "delegates_needed",
            Obstacle::Needed { floor: Floor::Regions { .. }, .. } => "regions_needed",
            Obstacle::Locked(_) => "locked",
            Obstacle::Limit(limit) => limit.code(),
            Obstacle::Breaks(_) => "rule",
        }
    }

    /// Whether A1 keeps it out, whatever the plan.
    pub fn is_closed(&self) -> bool {
        self.rule() == RuleCode::A1
    }

    /// Whether it is no rule, but a lock or a limit.
    pub(super) fn is_steered(&self) -> bool {
        matches!(self, Obstacle::Locked(_) | Obstacle::Limit(_))
    }

    /// Whether the network has no room for it.
    pub fn is_full(&self) -> bool {
        matches!(self, Obstacle::Full { .. } | Obstacle::Crowded { .. } | Obstacle::TooLarge { .. })
    }

    /// The change of one record that takes it out of the way of this enrolment in this network, all else as it is.
    fn lifted_by(&self, e: EnrolmentIx, network: NetworkIx) -> Option<Change> {
        let count = |count: u64| u32::try_from(count).ok();
        let pair = |a: MunicipalityIx, b: MunicipalityIx| (a.min(b), a.max(b));
        Some(match *self {
            Obstacle::Excluded => Change::Admit { enrolment: e, network },
            Obstacle::FixedElsewhere(_) => Change::Unfix { enrolment: e },
            Obstacle::ClosedRegion(region) => Change::OpenRegion { network, region },
            Obstacle::Full { members, .. } => Change::MaxMembers { network, to: count(members + 1)? },
            Obstacle::Crowded { persons, more, .. } => {
                Change::MaxDelegates { network, to: count(persons + u64::from(more))? }
            }
            Obstacle::TooLarge { persons, others, .. } => {
                Change::MaxDelegates { network, to: count(others + u64::from(persons))? }
            }
            Obstacle::FewMembers { members, .. } => Change::MinMembers { network, to: count(members)? },
            Obstacle::FewDelegates { persons, .. } => Change::MinDelegates { network, to: count(persons)? },
            Obstacle::RegionFull { members, .. } => Change::MaxPerRegion { network, to: count(members + 1)? },
            Obstacle::FewRegions { regions, .. } => Change::MinRegions { network, to: count(regions)? },
            Obstacle::TooFar { km, .. } => Change::MaxDistance { network, to: km },
            Obstacle::Apart { own, other } => {
                let (a, b) = pair(own, other);
                Change::DropApart { a, b }
            }
            Obstacle::Together { own, other, .. } => {
                let (a, b) = pair(own, other);
                Change::DropTogether { a, b }
            }
            Obstacle::Needed { network, left, floor } => match floor {
                Floor::Members { .. } | Floor::Delegates { .. } if left == 0 => Change::StayEmpty { network },
                Floor::Members { .. } => Change::MinMembers { network, to: count(left)? },
                Floor::Delegates { .. } => Change::MinDelegates { network, to: count(left)? },
                Floor::Regions { .. } => Change::MinRegions { network, to: count(left)? },
            },
            Obstacle::SameMunicipality(_) | Obstacle::Locked(_) | Obstacle::Limit(_) => return None,
            Obstacle::Breaks(_) => return None,
        })
    }
}

/// The changes of records that take all of these out of the way together; none where something cannot be.
pub(super) fn lifted(e: EnrolmentIx, n: NetworkIx, obstacles: &[Obstacle]) -> Option<Vec<Change>> {
    let mut changes: Vec<Change> = Vec::new();
    for obstacle in obstacles {
        let change = obstacle.lifted_by(e, n)?;
        if !changes.contains(&change) {
            changes.push(change);
        }
    }
    (!changes.is_empty()).then_some(changes)
}

/// A plan with a few enrolments in other networks.
struct Trial<'b, 'a> {
    book: &'b Book<'a>,
    moves: &'b [(EnrolmentIx, NetworkIx)],
}

/// Everything that keeps an enrolment out of a network; empty where nothing does. Linear in members.
pub(super) fn obstacles(book: &Book<'_>, e: EnrolmentIx, n: NetworkIx) -> Vec<Obstacle> {
    let trial = Trial { book, moves: &[(e, n)] };
    let mut found = trial.closed(e, n);
    trial.entering(e, n, &mut found);
    if let Some(home) = book.facts.plan.network_of[e.at()].filter(|&home| home != n) {
        found.extend(needed(book.facts, e, home));
    }
    trial.steered(&mut found);
    found
}

/// Whether nothing is in the way of two enrolments trading places.
pub(super) fn may_trade(book: &Book<'_>, one: (EnrolmentIx, NetworkIx), other: (EnrolmentIx, NetworkIx)) -> bool {
    let moves = [one, other];
    let trial = Trial { book, moves: &moves };
    moves.iter().all(|&(e, n)| book.problem.eligible(e, n)) && {
        let mut found = Vec::new();
        moves.iter().for_each(|&(e, n)| trial.entering(e, n, &mut found));
        trial.steered(&mut found);
        found.is_empty()
    }
}

/// What the network that an enrolment is in would have too little of without it (A2, A4).
pub(super) fn needed(facts: &Facts<'_>, e: EnrolmentIx, home: NetworkIx) -> Vec<Obstacle> {
    let (problem, network) = (facts.problem, facts.problem.network(home));
    let members: Vec<EnrolmentIx> = facts.members[home.at()].iter().copied().filter(|&member| member != e).collect();
    if members.is_empty() && network.may_stay_empty {
        return Vec::new();
    }
    let persons = members.iter().map(|&member| u64::from(problem.enrolment(member).delegates)).sum();
    let mut floors = vec![
        (members.len() as u64, Floor::Members { least: network.min_members }),
        (persons, Floor::Delegates { least: network.min_delegates }),
    ];
    if !members.is_empty() {
        floors.push((spanned(problem, &members), Floor::Regions { least: network.min_regions }));
    }
    let below = |(left, floor)| {
        let (Floor::Members { least } | Floor::Delegates { least } | Floor::Regions { least }) = floor;
        (left < u64::from(least)).then_some(Obstacle::Needed { network: home, left, floor })
    };
    floors.into_iter().filter_map(below).collect()
}

impl Trial<'_, '_> {
    fn network_of(&self, e: EnrolmentIx) -> Option<NetworkIx> {
        let moved = self.moves.iter().find(|one| one.0 == e).map(|one| one.1);
        moved.or(self.book.facts.plan.network_of[e.at()])
    }

    fn members(&self, n: NetworkIx) -> Vec<EnrolmentIx> {
        let stay = self.book.facts.members[n.at()].iter().copied().filter(|&e| self.network_of(e) == Some(n));
        let come = self.moves.iter().filter(|one| one.1 == n && !self.book.facts.members[n.at()].contains(&one.0));
        stay.chain(come.map(|one| one.0)).collect()
    }

    /// A1.
    fn closed(&self, e: EnrolmentIx, n: NetworkIx) -> Vec<Obstacle> {
        let problem = self.book.problem;
        let (enrolment, region) = (problem.enrolment(e), problem.home(e).region);
        let fixed = enrolment.fixed.filter(|&fixed| fixed != n).map(Obstacle::FixedElsewhere);
        let excluded = enrolment.excluded.contains(&n).then_some(Obstacle::Excluded);
        let open = problem.network(n).allowed_regions.as_ref().is_none_or(|open| open.contains(&region));
        fixed.into_iter().chain(excluded).chain((!open).then_some(Obstacle::ClosedRegion(region))).collect()
    }

    /// The members of a network, but for one.
    fn others(&self, e: EnrolmentIx, n: NetworkIx) -> Cow<'_, Crowd> {
        let crowd = &self.book.crowds[n.at()];
        match self.moves {
            [(only, _)] if *only == e && !crowd.members.contains(&e) => Cow::Borrowed(crowd),
            _ => {
                let members = self.members(n).into_iter().filter(|&member| member != e);
                Cow::Owned(Crowd::of(self.book.problem, members))
            }
        }
    }

    /// A2 to A6 of the network that it comes into.
    fn entering(&self, e: EnrolmentIx, n: NetworkIx, found: &mut Vec<Obstacle>) {
        let (problem, network) = (self.book.problem, self.book.problem.network(n));
        let others = self.others(e, n);
        sizes(network, &others, problem.enrolment(e).delegates, found);
        let (town, region) = (problem.enrolment(e).municipality, problem.home(e).region);
        found.extend(others.towns.get(&town).map(|&member| Obstacle::SameMunicipality(member)));
        let of_region = others.regions.get(&region).copied().unwrap_or(0);
        if let Some(most) = network.max_members_per_region.filter(|&most| of_region + 1 > u64::from(most)) {
            found.push(Obstacle::RegionFull { region, members: of_region, most });
        }
        let regions = others.regions.len() as u64 + u64::from(of_region == 0);
        if regions < u64::from(network.min_regions) {
            found.push(Obstacle::FewRegions { regions, least: network.min_regions });
        }
        if let Some(most) = network.max_distance_km {
            let distances = others.towns.keys().map(|&other| (other, problem.km(town, other)));
            let farthest = distances.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|far| far.1 > most + 1e-6);
            found.extend(farthest.map(|(town, km)| Obstacle::TooFar { town, km, most }));
        }
        if let Some(apart) = self.book.apart.get(&town) {
            let kept = others.towns.keys().filter(|other| apart.contains(other));
            found.extend(kept.map(|&other| Obstacle::Apart { own: town, other }));
        }
        self.together(town, n, found);
    }

    /// A6: those that its municipality is to be together with, in the track of this network.
    fn together(&self, town: MunicipalityIx, n: NetworkIx, found: &mut Vec<Obstacle>) {
        let (problem, track) = (self.book.problem, self.book.problem.network(n).track);
        let places = |town: MunicipalityIx| {
            let of_track = self.book.enrolments_of[town.at()].iter().filter(|e| problem.enrolment(**e).track == track);
            of_track.filter_map(|&e| self.network_of(e)).collect::<Vec<NetworkIx>>()
        };
        let own = places(town);
        for &other in self.book.together.get(&town).into_iter().flatten() {
            let theirs = places(other);
            if let Some(&network) = theirs.first()
                && !theirs.iter().any(|place| own.contains(place))
            {
                found.push(Obstacle::Together { own: town, other, network });
            }
        }
    }

    /// Locks and limits.
    fn steered(&self, found: &mut Vec<Obstacle>) {
        let Some(steering) = self.book.problem.steering() else { return };
        for &(e, n) in self.moves {
            match steering.stays_in(e) {
                Some(stays) if stays != n && steering.is_closed(stays) => {
                    found.push(Obstacle::Locked(Lock::Network(stays)));
                }
                Some(stays) if stays != n => found.push(Obstacle::Locked(Lock::Enrolment { network: stays })),
                None if steering.is_closed(n) => found.push(Obstacle::Locked(Lock::Network(n))),
                _ => {}
            }
        }
        if steering.most().is_some() || steering.most_affected().is_some() {
            found.extend(self.limits(steering).into_iter().map(Obstacle::Limit));
        }
    }

    /// The limits of what may change that are exceeded at least. The dates of who moves, and of a member that nobody has
    /// visited so far, are made anew: they are taken to be as in the base.
    fn limits(&self, steering: &Steering) -> Vec<Limit> {
        let (book, plan) = (self.book, self.book.facts.plan);
        let only = |members: &[EnrolmentIx]| <[EnrolmentIx; 1]>::try_from(members).ok().map(|[e]| e);
        let movers = self.moves.iter().map(|one| one.0);
        let joined = self.moves.iter().filter_map(|one| only(&book.facts.members[one.1.at()]));
        let open: Vec<EnrolmentIx> = movers.chain(joined).collect();
        let left = self.moves.iter().filter_map(|one| plan.network_of[one.0.at()]);
        let concerned = left.chain(self.moves.iter().map(|one| one.1));
        let alone: Vec<EnrolmentIx> = concerned.filter_map(|n| only(&self.members(n))).collect();
        let counts = |e: EnrolmentIx, n| i64::from(steering.changes_place(e, n));
        let places = self.moves.iter().map(|&(e, n)| counts(e, Some(n)) - counts(e, plan.network_of[e.at()]));
        let anew = open.iter().chain(alone.iter().filter(|e| !open.contains(e)));
        let dates: i64 = anew.map(|&e| book.hosting_changes(e)).sum();
        let changes = book.changes() + places.sum::<i64>() - dates;
        let most = steering.most().filter(|&most| changes > i64::from(most));
        let network_of = |e| self.network_of(e);
        let moved = Moved { network_of: &network_of, open: &open, alone: &alone };
        let affected = book.disturbance.as_ref().map_or(0, |disturbance| disturbance.with_moves(&moved));
        let most_affected = steering.most_affected().filter(|&most| affected > most);
        let most = most.map(|most| Limit::Changes { most });
        most.into_iter().chain(most_affected.map(|most| Limit::Affected { most })).collect()
    }
}

/// A2 of a network that somebody with so many delegates comes into.
fn sizes(network: &Network, others: &Crowd, own: u32, found: &mut Vec<Obstacle>) {
    let count = others.members.len() as u64 + 1;
    let all = others.persons + u64::from(own);
    if count > u64::from(network.max_members) {
        found.push(Obstacle::Full { members: count - 1, most: network.max_members });
    }
    match network.max_delegates {
        Some(most) if own > most => found.push(Obstacle::TooLarge { persons: own, others: others.persons, most }),
        Some(most) if all > u64::from(most) => {
            found.push(Obstacle::Crowded { persons: others.persons, more: own, most });
        }
        _ => {}
    }
    if count < u64::from(network.min_members) {
        found.push(Obstacle::FewMembers { members: count, least: network.min_members });
    }
    if all < u64::from(network.min_delegates) {
        found.push(Obstacle::FewDelegates { persons: all, least: network.min_delegates });
    }
}

/// How many regions these members come from.
fn spanned(problem: &Problem, members: &[EnrolmentIx]) -> u64 {
    let mut regions: Vec<RegionIx> = members.iter().map(|&member| problem.home(member).region).collect();
    regions.sort_unstable();
    regions.dedup();
    regions.len() as u64
}

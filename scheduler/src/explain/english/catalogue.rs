//! The catalogue: what each rule, each measure and each reason means, and what helps.

use crate::problem::Weights;
use crate::rules::RuleCode;

/// A hard rule, or what steers a search: what helps where it is in the way.
pub fn helps(rule: RuleCode) -> &'static str {
    use RuleCode::*;
    match rule {
        A1 => "Take the network off the exclusions, lift the pin, or open the network to the region.",
        A2 => "Change the network's least or most members or delegates, let it stay empty, or add a network.",
        A3 => "Put one of the two into another network; their municipality counts once in each.",
        A4 => "Raise max_members_per_region, lower min_regions, or move a member of the region.",
        A5 => "Raise max_distance_km, or move whoever is farthest away.",
        A6 => "Drop or turn the pair rule, or move one of the two.",
        A7 => "Widen the network's mix, or exchange a member for one with another value.",
        V1 => "Choose an open day of a round of the track, or give the round more open days.",
        V2 => "Free a day in the host's diary, let its municipality host, or take another day.",
        V3 => "Raise the host's capacity, or split the visit over several days.",
        V4 => "Free the day in the guest's diary, or take another day.",
        V5 => "Move one of the visits, widen the pace, or give it a penalty instead.",
        V6 => "Raise max_visits_per_day of the region or the programme, or take another day.",
        V7 => "Leave the extra hosting out, or choose another way of hosting for the track.",
        V8 => "Leave the second visit out: once is enough.",
        V9 => "Move one of the two visits, or lower min_return_days.",
        G1 => "Widen the gathering's window or its weekdays, name more places, or free a day in a host's diary.",
        G2 => "Invite more tracks, take another day, or free a day in a diary.",
        G3 => "Take a larger place, hold one more meeting, or lower max_delegates.",
        G4 => "Change the gathering's least or most meetings, its places, or max_per_day.",
        G5 => "Raise max_distance_km, name a nearer place, or hold one more meeting.",
        G6 => "Ask for fewer clear days, or move the meeting or the visit.",
        Bound | Cost => "Correct the stated figure, or leave it out.",
        Lock => "Lift the lock, or ask for the plan without it.",
        MaxChanges => "Allow more changes against the base plan.",
        MaxAffectedMunicipalities => "Let more municipalities be affected.",
    }
}

/// What steers a search, or what a plan says of itself, in a sentence; hard rules have their own.
pub fn sentence(rule: RuleCode) -> Option<&'static str> {
    match rule {
        RuleCode::Bound => Some("A stated bound is at most the cost."),
        RuleCode::Cost => Some("A stated cost is the true one."),
        RuleCode::Lock => Some("What is locked stays as the base plan has it."),
        RuleCode::MaxChanges => Some("At most so many changes are made against the base plan."),
        RuleCode::MaxAffectedMunicipalities => Some("At most so many municipalities are affected by changes."),
        _ => None,
    }
}

/// A measure of the cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// Its name, in plans and among the weights.
    pub code: &'static str,
    /// What it counts.
    pub counts: &'static str,
    /// What makes it less.
    pub helps: &'static str,
    /// What one costs where no weight is named.
    pub weight: f64,
}

/// The twelve measures, in the order of the plan document.
pub fn measures() -> [Measure; 12] {
    let weights = Weights::default();
    let measure = |code, weight, counts, helps| Measure { code, counts, helps, weight };
    [
        measure(
            "unassigned",
            weights.unassigned,
            "Enrolments without a network.",
            "Larger or more networks, fewer limits.",
        ),
        measure(
            "unhosted",
            weights.unhosted,
            "Hostings of hosting members that are not held, in networks of two or more; where members take turns: rounds \
             without a hosting.",
            "More open days, emptier diaries, larger hosts.",
        ),
        measure(
            "absence",
            weights.absence,
            "Delegates of members who miss a hosting that is held.",
            "More open days, larger hosts, split visits.",
        ),
        measure(
            "preference",
            weights.preference,
            "For each assigned enrolment with wishes: by_rank at the rank of its network, unlisted where it is none of them.",
            "Larger networks where many wish to be.",
        ),
        measure(
            "extra_visit",
            weights.extra_visit,
            "Visits beyond the first of each hosting.",
            "Larger hosts, more days on which all can come.",
        ),
        measure(
            "undesired",
            weights.undesired,
            "Delegates who take part in a visit on a day that is undesired for their municipality.",
            "More open days, fewer undesired ones.",
        ),
        measure(
            "pace",
            weights.pace,
            "For each enrolment and soft pace: its penalty for each visit too many in each run of its days.",
            "Longer rounds, a wider pace.",
        ),
        measure(
            "travel",
            weights.travel,
            "Person-kilometres: the way of each member's delegates to each hosting member and back.",
            "Networks of neighbours: fewer wishes, pins and regions to span.",
        ),
        measure(
            "missed",
            weights.missed,
            "Persons invited to a gathering whose enrolment attends no meeting of it.",
            "Larger places, other days, one more meeting.",
        ),
        measure(
            "meeting",
            weights.meeting,
            "Meetings of a gathering beyond those that it must have.",
            "Larger or more central places.",
        ),
        measure(
            "gathering_undesired",
            weights.gathering_undesired,
            "Persons who attend, for each day of the meeting that is undesired for their municipality.",
            "A wider window.",
        ),
        measure(
            "gathering_travel",
            weights.gathering_travel,
            "Person-kilometres: the way of all who attend to the place and back.",
            "More central places, one more meeting.",
        ),
    ]
}

/// A code of what a plan leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOutCode {
    /// The code.
    pub code: &'static str,
    /// What it says.
    pub sentence: &'static str,
    /// What helps.
    pub helps: &'static str,
}

/// Every code of what a plan leaves out, in the order of the alphabet.
pub const LEFT_OUT: [LeftOutCode; 28] = [
    code("affected_limit", "More municipalities would be affected than are allowed.", "Let more be affected."),
    code("busy", "The guest takes part in another visit on those days.", "Move the other visit, or split this one."),
    code("cannot_host_any_day", "The host can receive on none of the open days.", "Free a day in its diary."),
    code("change_limit", "It would be a change too many against the base plan.", "Allow more changes."),
    code("cost", "It would be possible, and came to cost more.", "Raise the weight of what is left out."),
    code("day_limit", "The region or the programme is full on those days.", "Raise max_visits_per_day."),
    code("elsewhere", "The enrolment is at another meeting on those days.", "Move one of the two gatherings."),
    code(
        "gathers",
        "The guest is at a meeting then, or has its clear days.",
        "Move the meeting, or ask for fewer clear days.",
    ),
    code("host_busy", "The host or its municipality has another visit on those days.", "Move the other visit."),
    code(
        "host_gathers",
        "The host is at a meeting or holds one then, or has its clear days.",
        "Move the meeting, or ask for fewer clear days.",
    ),
    code(
        "larger_than_every_network",
        "It brings more delegates than any network takes.",
        "Raise max_delegates, or enrol fewer.",
    ),
    code("locked", "A lock keeps it out.", "Lift the lock."),
    code(
        "networks_full",
        "Every network that is open to it is full.",
        "Raise max_members or max_delegates, or add a network.",
    ),
    code(
        "no_guest_can_come",
        "Nobody of the network can come on those days.",
        "Free days in diaries, or raise the host's capacity.",
    ),
    code("no_network_open", "No network is open to it.", "Open a network to its region, or take exclusions back."),
    code("no_open_day", "Its rounds have no open day.", "Give the rounds more days, or close fewer."),
    code("no_room", "There is no room left.", "Raise the capacity, or hold one more visit or meeting."),
    code("nobody_hosts", "No member of the network hosts.", "Let a municipality host."),
    code("not_found", "It could be held, and the search has not found how.", "Give the search more effort."),
    code("not_held", "The gathering has no meeting.", "Look at what clashes in the programme."),
    code("pace", "It would be too many visits in too few days.", "Widen the pace, or lengthen the round."),
    code("price", "It would cost less, but for the price of changes.", "Lower the price of a change."),
    code("return_days", "It would lie too near to the visit back.", "Lower min_return_days, or move that visit."),
    code("round_full", "The network holds as many hostings in the round as it may.", "Add a round."),
    code("rule", "A rule keeps it out of each network; `rules` names them.", "See the rules that are named."),
    code("too_far", "Every meeting is too far away.", "Raise max_distance_km, or hold one more meeting."),
    code("too_large", "It brings more than the host has room for.", "Raise the host's capacity."),
    code("unavailable", "It is away on those days.", "Free the days in its diary."),
];

const fn code(code: &'static str, sentence: &'static str, helps: &'static str) -> LeftOutCode {
    LeftOutCode { code, sentence, helps }
}

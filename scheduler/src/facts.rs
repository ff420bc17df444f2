//! What a plan comes to: members, hostings, days taken part. Read off the plan anew, for rules, costs and reasons.
//!
//! Works for any plan, also one that breaks rules. A visit whose host is not a member, or whose day is not open,
//! breaks V1 and counts for nothing else; a guest who is not another member breaks V4 and does not take part.

use std::collections::{BTreeMap, BTreeSet};

use crate::availability::Availability;
use crate::plan::{Plan, Visit};
use crate::problem::{Day, EnrolmentIx, Hosting, NetworkIx, Problem, RoundIx, TrackIx};

/// A plan beside what follows from it.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The problem.
    pub problem: &'a Problem,
    /// The plan.
    pub plan: &'a Plan,
    /// The members of every network, by network; each ascending.
    pub members: Vec<Vec<EnrolmentIx>>,
    /// The visits that count.
    pub held: Vec<Held<'a>>,
    /// Positions in `held` by hosting.
    pub hostings: BTreeMap<HostingKey, Vec<usize>>,
    /// The days on which each enrolment takes part, as host or guest, by enrolment; ascending, a day once per visit.
    pub days: Vec<Vec<Day>>,
    /// Which days its meetings take.
    pub availability: Availability,
}

/// A visit that counts.
#[derive(Debug)]
pub struct Held<'a> {
    /// The visit as planned.
    pub visit: &'a Visit,
    /// The round of its day.
    pub round: RoundIx,
    /// The guests who are other members; one who is named twice stands here twice.
    pub guests: Vec<EnrolmentIx>,
}

/// One hosting: its host and, where there is one a round, its round.
pub type HostingKey = (EnrolmentIx, Option<RoundIx>);

impl<'a> Facts<'a> {
    /// Reads a plan. Linear in the size of problem and plan, but for sorting.
    pub fn new(problem: &'a Problem, plan: &'a Plan) -> Facts<'a> {
        let held: Vec<Held<'a>> = plan.visits.iter().filter_map(|visit| held(problem, plan, visit)).collect();
        let mut hostings: BTreeMap<HostingKey, Vec<usize>> = BTreeMap::new();
        let mut days = vec![Vec::new(); problem.enrolments().len()];
        for (position, one) in held.iter().enumerate() {
            hostings.entry((one.visit.host, key_round(problem, one.visit.host, one.round))).or_default().push(position);
            for e in one.taking_part() {
                days[e.at()].push(one.visit.day);
            }
        }
        for days in &mut days {
            days.sort_unstable();
        }
        let availability = Availability::new(problem, &plan.meetings);
        Facts { problem, plan, members: plan.members(problem), held, hostings, days, availability }
    }

    /// Networks with their members.
    pub fn networks(&self) -> impl Iterator<Item = (NetworkIx, &[EnrolmentIx])> {
        self.members.iter().enumerate().map(|(n, members)| (NetworkIx::new(n), members.as_slice()))
    }

    /// The hostings that hosting members should hold, or of which one a round should be held where they take turns: none
    /// without rounds, none in networks of fewer than two.
    pub fn hostings_due(&self) -> impl Iterator<Item = (NetworkIx, HostingKey)> + '_ {
        self.networks().filter(|(_, members)| members.len() >= 2).flat_map(move |(n, members)| {
            let rounds = hosting_rounds(self.problem, self.problem.network(n).track);
            let hosts = members.iter().copied().filter(|&e| self.problem.hosts(e));
            hosts.flat_map(move |host| rounds.clone().into_iter().map(move |round| (n, (host, round))))
        })
    }

    /// The hostings that are due each by itself: not those of networks whose members take turns.
    pub fn hostings_wanted(&self) -> impl Iterator<Item = (NetworkIx, HostingKey)> + '_ {
        self.hostings_due().filter(|(network, _)| self.hosting(*network) != Hosting::Rotate)
    }

    /// How often the members of a network host.
    pub fn hosting(&self, network: NetworkIx) -> Hosting {
        self.problem.track(self.problem.network(network).track).hosting
    }

    /// The rounds in which a network of two or more, with a member that hosts, has no hosting, where hosts take turns.
    pub fn rounds_missed(&self) -> impl Iterator<Item = (NetworkIx, RoundIx)> + '_ {
        let held: BTreeSet<(NetworkIx, RoundIx)> =
            self.held.iter().map(|held| (held.visit.network, held.round)).collect();
        let in_turn = self.networks().filter(|&(n, members)| {
            self.hosting(n) == Hosting::Rotate && members.len() >= 2 && members.iter().any(|&e| self.problem.hosts(e))
        });
        let due = in_turn.flat_map(|(n, _)| {
            self.problem.track(self.problem.network(n).track).rounds.iter().map(move |&round| (n, round))
        });
        due.filter(move |due| !held.contains(due))
    }

    /// The visits of a hosting; none where it is not held.
    pub fn visits_of(&self, key: HostingKey) -> impl Iterator<Item = &Held<'a>> {
        self.hostings.get(&key).into_iter().flatten().map(|&position| &self.held[position])
    }

    /// The members who come to a hosting, ascending, each once.
    pub fn came(&self, key: HostingKey) -> Vec<EnrolmentIx> {
        let mut came: Vec<EnrolmentIx> = self.visits_of(key).flat_map(|one| one.guests.iter().copied()).collect();
        came.sort_unstable();
        came.dedup();
        came
    }
}

impl Held<'_> {
    /// Host and guests.
    pub fn taking_part(&self) -> impl Iterator<Item = EnrolmentIx> + '_ {
        std::iter::once(self.visit.host).chain(self.guests.iter().copied())
    }
}

/// The rounds that tell one hosting of a track's hosts from another: none in particular where they host once.
pub fn hosting_rounds(problem: &Problem, track: TrackIx) -> Vec<Option<RoundIx>> {
    let track = problem.track(track);
    match track.hosting {
        _ if track.rounds.is_empty() => Vec::new(),
        Hosting::Once => vec![None],
        Hosting::EachRound | Hosting::Rotate => track.rounds.iter().map(|&round| Some(round)).collect(),
    }
}

/// The round that tells a hosting of this host from its others, where there is one.
pub fn key_round(problem: &Problem, host: EnrolmentIx, round: RoundIx) -> Option<RoundIx> {
    let hosting = problem.track(problem.enrolment(host).track).hosting;
    (hosting != Hosting::Once).then_some(round)
}

fn held<'a>(problem: &Problem, plan: &Plan, visit: &'a Visit) -> Option<Held<'a>> {
    let inside = |e: &EnrolmentIx| plan.network_of[e.at()] == Some(visit.network);
    let track = problem.network(visit.network).track;
    let round = problem.round_for(track, visit.day).filter(|_| inside(&visit.host))?;
    let guests = visit.guests.iter().copied().filter(|guest| inside(guest) && *guest != visit.host).collect();
    Some(Held { visit, round, guests })
}

/// Visits too many: the sum of (visits − `max_visits`), where positive, over all runs of `window_days` inside the
/// programme; a longer window is cut to it. `days` ascending and inside the programme. O(visits log visits),
/// however long the window.
pub fn excess(problem: &Problem, days: &[Day], window_days: u32, max_visits: u32) -> u64 {
    let Some((start, end)) = problem.span() else { return 0 };
    let (start, end) = (i64::from(start.number()), i64::from(end.number()));
    let last = start.max(end - i64::from(window_days) + 1); // the last first day of a window
    let mut steps: Vec<(i64, i64)> = Vec::with_capacity(2 * days.len());
    for day in days.iter().map(|day| i64::from(day.number())) {
        steps.push((start.max(day - i64::from(window_days) + 1), 1)); // windows from this first day on hold the visit
        steps.push((last.min(day) + 1, -1));
    }
    steps.sort_unstable();
    let (mut visits, mut sum) = (0i64, 0i64);
    for (at, &(first, change)) in steps.iter().enumerate() {
        visits += change;
        let next = steps.get(at + 1).map_or(first, |step| step.0);
        sum += (visits - i64::from(max_visits)).max(0) * (next - first);
    }
    sum as u64 // a sum of products of numbers that are not negative
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::small;

    fn days(texts: &[&str]) -> Vec<Day> {
        texts.iter().map(|text| Day::parse(text).unwrap()).collect()
    }

    #[test]
    fn two_visits_on_neighbouring_days_share_all_windows_but_two() {
        let problem = small::problem(&small::records()); // 1 to 12 January 2024: ten windows of three days
        assert_eq!(excess(&problem, &days(&["2024-01-04", "2024-01-05"]), 3, 1), 2);
    }

    #[test]
    fn a_window_longer_than_the_programme_is_cut_to_it() {
        let problem = small::problem(&small::records());
        assert_eq!(excess(&problem, &days(&["2024-01-02", "2024-01-12"]), 1_000_000_000, 1), 1);
        assert_eq!(excess(&problem, &days(&["2024-01-02", "2024-01-12"]), 11, 1), 1);
        assert_eq!(excess(&problem, &days(&["2024-01-02", "2024-01-12"]), 10, 1), 0);
    }

    #[test]
    fn excess_is_what_counting_every_window_gives() {
        let problem = small::problem(&small::records());
        let days = days(&["2024-01-01", "2024-01-02", "2024-01-02", "2024-01-09", "2024-01-12"]);
        for window in 1..15u32 {
            for most in 1..4u32 {
                let counted: u64 = problem
                    .windows(window)
                    .map(|first| {
                        let inside = |day: &&Day| (first..first.plus(window as i32)).contains(*day);
                        (days.iter().filter(inside).count() as u64).saturating_sub(u64::from(most))
                    })
                    .sum();
                assert_eq!(excess(&problem, &days, window, most), counted, "{window} days, {most} visits");
            }
        }
    }
}

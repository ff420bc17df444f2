//! Whether a plan keeps what was wished for: read from the plan alone, by code that no search uses.

use super::gathers;
use super::wish::{Asked, Record, Wish};
use super::wished::{Wished, index};
use crate::plan::{Meeting, Plan};
use crate::problem::{Day, EnrolmentIx, Hosting, NetworkIx, PairKind, TrackIx};
use crate::steering::Task;

impl Wished {
    /// Pointers to the wishes that a plan of the problem as it is wished for ([`Wished::problem`]) does not keep. One
    /// network fewer is kept by the choice of that network ([`super::fewer`]).
    pub fn broken(&self, problem: &Task, plan: &Plan) -> Vec<&str> {
        let broken = |asked: &&Asked| !keeps(problem, plan, &asked.wish, self);
        self.asked().iter().filter(broken).map(|asked| asked.at.as_str()).collect()
    }
}

fn keeps(problem: &Task, plan: &Plan, wish: &Wish, wished: &Wished) -> bool {
    let place = |id: &str| index(problem, id).and_then(|e| plan.network_of[e.at()]);
    let is_in = |network: NetworkIx, id: &str| problem.network(network).id == id;
    match wish {
        Wish::Place { enrolment, network } => place(enrolment).is_some_and(|n| is_in(n, network)),
        Wish::Close { network } => plan.network_of.iter().flatten().all(|&n| !is_in(n, network)),
        Wish::Withdraw { enrolment } => index(problem, enrolment).is_none(),
        Wish::Pair { kind, a, b } => pair(problem, plan, *kind, [a, b]),
        Wish::Host { enrolment, date } => index(problem, enrolment)
            .zip(Day::parse(date).ok())
            .is_some_and(|(host, day)| receives(problem, plan, host, day)),
        Wish::Gather { gathering, start, place } => {
            let wanted = gathers::hold(problem, gathering, start.as_deref(), place.as_deref());
            wanted.is_some_and(|(gathering, hold)| {
                let own = |meeting: &&Meeting| meeting.gathering == gathering;
                plan.meetings.iter().filter(own).any(|meeting| hold.is(meeting.start, meeting.place))
            })
        }
        Wish::Put { record: Record::Enrolment(record), .. } => {
            index(problem, &record.id).is_some_and(|e| is_as_written(problem, e, wished))
        }
        Wish::Put { .. } | Wish::Fewer { .. } => true, // the problem itself: the check of the plan holds it
    }
}

/// Whether an enrolment of the problem has the municipality and the delegates that the records say.
fn is_as_written(problem: &Task, e: EnrolmentIx, wished: &Wished) -> bool {
    let enrolment = problem.enrolment(e);
    wished.so_far().enrolments.iter().any(|record| {
        record.id == enrolment.id
            && record.municipality == problem.home(e).id
            && record.delegates == i64::from(enrolment.delegates)
    })
}

/// Whether two municipalities share a network in every track in which both are enrolled, or in none.
fn pair(problem: &Task, plan: &Plan, kind: PairKind, towns: [&String; 2]) -> bool {
    let [a, b] = towns.map(|id| places(problem, plan, id));
    let shares = |track: TrackIx| a.iter().any(|one| one.0 == track && one.1.is_some() && b.contains(one));
    match kind {
        PairKind::Together => a.iter().all(|one| !b.iter().any(|other| other.0 == one.0) || shares(one.0)),
        PairKind::Apart => a.iter().all(|one| !shares(one.0)),
    }
}

/// The enrolments of a municipality, each by its track and where it is.
fn places(problem: &Task, plan: &Plan, id: &str) -> Vec<(TrackIx, Option<NetworkIx>)> {
    let town = problem.municipality_of_id(id);
    let rows = problem.enrolments().iter().zip(&plan.network_of);
    rows.filter(|(e, _)| Some(e.municipality) == town).map(|(e, &network)| (e.track, network)).collect()
}

/// Whether a host receives on a day, and of that hosting on no other.
fn receives(problem: &Task, plan: &Plan, host: EnrolmentIx, day: Day) -> bool {
    let each_round = problem.hosting_of(host) != Hosting::Once;
    let same = |other: Day| !each_round || problem.round_of(other) == problem.round_of(day);
    let mut days = plan.visits.iter().filter(|visit| visit.host == host).map(|visit| visit.day).filter(|&d| same(d));
    days.next() == Some(day) && days.all(|other| other == day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::resolve;
    use crate::small::{Visit, plan, two_networks};

    /// Whether a plan of the problem with a wish keeps it.
    fn kept(wish: Wish, assignments: &[(&str, &str)], visits: &[Visit<'_>]) -> bool {
        let wished = Wished::new(&two_networks(), &[wish]).unwrap();
        let problem = wished.problem().unwrap();
        let (plan, _) = resolve(&problem, &plan(assignments, visits));
        wished.broken(&problem, &plan).is_empty()
    }

    #[test]
    fn who_is_elsewhere_or_nowhere_was_not_placed() {
        let place = || Wish::Place { enrolment: "a".into(), network: "m".into() };
        assert!(kept(place(), &[("a", "m")], &[]));
        assert!(!kept(place(), &[("a", "n")], &[]));
        assert!(!kept(place(), &[], &[]));
    }

    #[test]
    fn a_closed_network_has_no_members() {
        let close = || Wish::Close { network: "m".into() };
        assert!(kept(close(), &[("a", "n")], &[]));
        assert!(!kept(close(), &[("a", "m")], &[]));
    }

    #[test]
    fn two_together_share_a_network_and_two_apart_do_not() {
        let pair = |kind| Wish::Pair { kind, a: "A".into(), b: "B".into() };
        let (shared, split) = ([("a", "n"), ("b", "n")], [("a", "n"), ("b", "m")]);
        assert!(kept(pair(PairKind::Together), &shared, &[]));
        assert!(!kept(pair(PairKind::Together), &split, &[]));
        assert!(!kept(pair(PairKind::Together), &[("a", "n")], &[]), "one of them is left out");
        assert!(kept(pair(PairKind::Apart), &split, &[]));
        assert!(!kept(pair(PairKind::Apart), &shared, &[]));
    }

    #[test]
    fn who_receives_on_another_day_or_on_two_has_not_got_the_wish() {
        let host = || Wish::Host { enrolment: "a".into(), date: "2024-01-02".into() };
        let all = [("a", "n"), ("b", "n"), ("c", "n")];
        assert!(kept(host(), &all, &[("n", "a", "2024-01-02", &["b", "c"])]));
        assert!(!kept(host(), &all, &[("n", "a", "2024-01-03", &["b", "c"])]));
        assert!(!kept(host(), &all, &[("n", "a", "2024-01-02", &["b"]), ("n", "a", "2024-01-03", &["c"])]));
        assert!(!kept(host(), &all, &[]));
    }
}

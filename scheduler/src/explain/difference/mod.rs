//! What changes for each municipality from one plan to another, also where they are of two states of a problem.

mod meetings;

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::Plan;
use crate::problem::{Day, EnrolmentIx, NetworkIx};
use crate::steering::Task;
use meetings::Meetings;
pub use meetings::{GatheringDifference, MeetingAt, gatherings_changed};

/// A plan with its problem.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// What the plan is of.
    pub problem: &'a Task,
    /// The plan.
    pub plan: &'a Plan,
}

/// An id beside what people call it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// What changes for a municipality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differences {
    /// Which.
    pub municipality: Named,
    /// What, enrolment by enrolment; never empty.
    pub changes: Vec<Change>,
}

/// One thing that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The id of the enrolment that it is about.
    pub enrolment: String,
    /// The track of the enrolment.
    pub track: Named,
    /// Whether its municipality has others in that track, so that it takes its id to tell them apart.
    pub one_of_several: bool,
    /// Whether the enrolment itself is new or gone.
    pub standing: Standing,
    /// What.
    pub what: Changed,
}

/// Whether an enrolment is in both plans' problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In both.
    Stays,
    /// In the one after alone.
    Joined,
    /// In the one before alone.
    Withdrew,
}

/// What can change. A day of before and one of after: moved; one of the two alone: taken away, or new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Its network.
    Network {
        /// The one before.
        from: Option<Named>,
        /// The one after.
        to: Option<Named>,
    },
    /// A visit that it hosts.
    Hosting {
        /// The day before.
        from: Option<Day>,
        /// The day after.
        to: Option<Day>,
    },
    /// A visit that it comes to.
    Visit {
        /// The municipality that receives.
        host: Named,
        /// Whether the enrolment that receives is new or gone.
        standing: Standing,
        /// The day before.
        from: Option<Day>,
        /// The day after.
        to: Option<Day>,
    },
    /// A meeting that it attends.
    Meeting {
        /// The gathering.
        gathering: Named,
        /// Whether the plan after holds the gathering.
        held: bool,
        /// The one before.
        from: Option<MeetingAt>,
        /// The one after.
        to: Option<MeetingAt>,
    },
    /// A meeting that its municipality hosts; told to the first of its enrolments.
    HostedMeeting {
        /// The gathering.
        gathering: Named,
        /// The first day before.
        from: Option<Day>,
        /// The first day after.
        to: Option<Day>,
    },
}

impl Changed {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        let which = |before: bool, after: bool, [moved, new, gone]: [&'static str; 3]| match (before, after) {
            (true, true) => moved,
            (false, _) => new,
            (true, false) => gone,
        };
        match self {
            Changed::Network { from, to } => {
                which(from.is_some(), to.is_some(), ["network_changed", "network_given", "network_taken"])
            }
            Changed::Hosting { from, to } => {
                which(from.is_some(), to.is_some(), ["hosting_moved", "hosting_new", "hosting_cancelled"])
            }
            Changed::Visit { from, to, .. } => {
                which(from.is_some(), to.is_some(), ["visit_moved", "visit_new", "visit_cancelled"])
            }
            Changed::Meeting { held, from, to, .. } => {
                let gone = if *held { "meeting_missed" } else { "meeting_cancelled" };
                which(from.is_some(), to.is_some(), ["meeting_moved", "meeting_new", gone])
            }
            Changed::HostedMeeting { from, to, .. } => which(
                from.is_some(),
                to.is_some(),
                ["hosted_meeting_moved", "hosted_meeting_new", "hosted_meeting_cancelled"],
            ),
        }
    }
}

/// What changes from one plan to the other, municipality by municipality, by id. Who has nothing to do with a change is
/// not in it.
pub fn differences(before: Side<'_>, after: Side<'_>) -> Vec<Differences> {
    let (old, new) = (Diaries::of(before), Diaries::of(after));
    let enrolments: BTreeSet<&str> = old.who.keys().chain(new.who.keys()).copied().collect();
    let mut found: BTreeMap<Named, Vec<Change>> = BTreeMap::new();
    let mut hosted: BTreeSet<&str> = BTreeSet::new();
    for id in enrolments {
        let Some((municipality, track)) = new.who.get(id).or(old.who.get(id)) else { continue };
        let mut changed = changes(id, &old, &new);
        if hosted.insert(&municipality.id) {
            changed.extend(meetings_hosted(&municipality.id, &old, &new));
        }
        let several = |diaries: &Diaries<'_>| {
            let together = diaries.together.get(&(municipality.id.as_str(), track.id.as_str()));
            together.is_some_and(|&enrolments| enrolments > 1)
        };
        let standing = standing(id, &old, &new);
        let one_of_several = several(&old) || several(&new);
        let change = |what| Change { enrolment: id.to_owned(), track: track.clone(), one_of_several, standing, what };
        let changed = changed.into_iter();
        found.entry(municipality.clone()).or_default().extend(changed.map(change));
    }
    found.retain(|_, changes| !changes.is_empty());
    found.into_iter().map(|(municipality, changes)| Differences { municipality, changes }).collect()
}

/// What a plan says of each enrolment, by id.
#[derive(Default)]
struct Diaries<'a> {
    who: BTreeMap<&'a str, (Named, Named)>,
    /// How many enrolments a municipality has in a track, by their ids.
    together: BTreeMap<(&'a str, &'a str), usize>,
    network: BTreeMap<&'a str, Named>,
    hosts: BTreeMap<&'a str, Vec<Day>>,
    /// By guest and host.
    visits: BTreeMap<&'a str, BTreeMap<&'a str, Vec<Day>>>,
    meetings: Meetings<'a>,
}

impl<'a> Diaries<'a> {
    fn of(side: Side<'a>) -> Diaries<'a> {
        let Side { problem, plan } = side;
        let mut diaries = Diaries { meetings: Meetings::of(side), ..Diaries::default() };
        for (e, enrolment) in problem.enrolments().iter().enumerate() {
            let e = EnrolmentIx::new(e);
            let track = &problem.tracks()[enrolment.track.at()];
            diaries.who.insert(&enrolment.id, (home(problem, e), named(&track.id, &track.name)));
            *diaries.together.entry((&problem.home(e).id, &track.id)).or_default() += 1;
            if let Some(network) = plan.network_of[e.at()] {
                diaries.network.insert(&enrolment.id, network_name(problem, network));
            }
        }
        let id = |e: EnrolmentIx| problem.enrolment(e).id.as_str();
        for visit in &plan.visits {
            diaries.hosts.entry(id(visit.host)).or_default().push(visit.day);
            for &guest in &visit.guests {
                diaries.visits.entry(id(guest)).or_default().entry(id(visit.host)).or_default().push(visit.day);
            }
        }
        diaries
    }
}

fn changes(id: &str, old: &Diaries<'_>, new: &Diaries<'_>) -> Vec<Changed> {
    let mut changes = Vec::new();
    let (from, to) = (old.network.get(id), new.network.get(id));
    if from.map(|network| &network.id) != to.map(|network| &network.id) {
        changes.push(Changed::Network { from: from.cloned(), to: to.cloned() });
    }
    let days = |diaries: &Diaries<'_>| diaries.hosts.get(id).cloned().unwrap_or_default();
    let hostings = moved(days(old), days(new));
    changes.extend(hostings.into_iter().map(|(from, to)| Changed::Hosting { from, to }));
    let visits = |diaries: &Diaries<'_>, host: &str| {
        diaries.visits.get(id).and_then(|visits| visits.get(host)).cloned().unwrap_or_default()
    };
    let hosts = |diaries: &Diaries<'_>| -> Vec<String> {
        diaries.visits.get(id).into_iter().flatten().map(|(host, _)| (*host).to_owned()).collect()
    };
    let all: BTreeSet<String> = hosts(old).into_iter().chain(hosts(new)).collect();
    for host in all {
        let Some((name, _)) = new.who.get(host.as_str()).or(old.who.get(host.as_str())) else { continue };
        let moved = moved(visits(old, &host), visits(new, &host));
        let standing = standing(&host, old, new);
        changes.extend(moved.into_iter().map(|(from, to)| Changed::Visit { host: name.clone(), standing, from, to }));
    }
    changes.extend(meetings_attended(id, old, new));
    changes
}

/// What changes of the meetings that an enrolment attends.
fn meetings_attended(id: &str, old: &Diaries<'_>, new: &Diaries<'_>) -> Vec<Changed> {
    let [was, is] = [old, new].map(|diaries| diaries.meetings.attends.get(id).cloned().unwrap_or_default());
    let all: BTreeSet<&str> = was.keys().chain(is.keys()).copied().collect();
    let change = |gathering: &str| {
        let (from, to) = (was.get(gathering), is.get(gathering));
        let (name, _) = to.or(from)?;
        let place = |at: &MeetingAt| at.place.as_ref().map(|place| place.id.clone());
        let [from, to] = [from, to].map(|one| one.map(|(_, at)| at.clone()));
        let same = |a: &MeetingAt, b: &MeetingAt| a.start == b.start && place(a) == place(b);
        let stays = from.as_ref().zip(to.as_ref()).is_some_and(|(a, b)| same(a, b));
        let held = new.meetings.holds(gathering);
        (!stays).then(|| Changed::Meeting { gathering: name.clone(), held, from, to })
    };
    all.into_iter().filter_map(change).collect()
}

/// What changes of the meetings that a municipality hosts.
fn meetings_hosted(municipality: &str, old: &Diaries<'_>, new: &Diaries<'_>) -> Vec<Changed> {
    let [was, is] = [old, new].map(|diaries| diaries.meetings.hosts.get(municipality).cloned().unwrap_or_default());
    let all: BTreeSet<&str> = was.keys().chain(is.keys()).copied().collect();
    let change = |gathering: &str| {
        let (from, to) = (was.get(gathering), is.get(gathering));
        let name = to.or(from).map(|(name, _)| name.clone());
        let days = |of: Option<&(Named, Vec<Day>)>| of.map(|(_, days)| days.clone()).unwrap_or_default();
        let moved = moved(days(from), days(to)).into_iter();
        moved.filter_map(move |(from, to)| Some(Changed::HostedMeeting { gathering: name.clone()?, from, to }))
    };
    all.into_iter().flat_map(change).collect()
}

fn standing(id: &str, old: &Diaries<'_>, new: &Diaries<'_>) -> Standing {
    match (old.who.contains_key(id), new.who.contains_key(id)) {
        (true, false) => Standing::Withdrew,
        (false, true) => Standing::Joined,
        _ => Standing::Stays,
    }
}

/// Days of before beside days of after, without those that stay, in the order of time; what is left over of one has
/// none of the other.
fn moved(before: Vec<Day>, after: Vec<Day>) -> Vec<(Option<Day>, Option<Day>)> {
    let [mut from, mut to] = [before, after];
    from.sort_unstable();
    to.sort_unstable();
    let stays: Vec<Day> = from.iter().copied().filter(|day| to.binary_search(day).is_ok()).collect();
    from.retain(|day| stays.binary_search(day).is_err());
    to.retain(|day| stays.binary_search(day).is_err());
    (0..from.len().max(to.len())).map(|at| (from.get(at).copied(), to.get(at).copied())).collect()
}

fn home(problem: &Task, e: EnrolmentIx) -> Named {
    let municipality = problem.home(e);
    named(&municipality.id, &municipality.name)
}

fn network_name(problem: &Task, n: NetworkIx) -> Named {
    let network = problem.network(n);
    named(&network.id, &network.name)
}

fn named(id: &str, name: &str) -> Named {
    Named { id: id.to_owned(), name: name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::resolve;
    use crate::explain::english;
    use crate::small::{self, ALL, Visit};

    /// What is told of each municipality.
    fn told(before: (&[(&str, &str)], &[Visit<'_>]), after: (&[(&str, &str)], &[Visit<'_>])) -> Vec<Vec<String>> {
        let problem = small::problem(&small::two_networks());
        let plan = |(assignments, visits)| resolve(&problem, &small::plan(assignments, visits)).0;
        let (before, after) = (plan(before), plan(after));
        let side = |plan| Side { problem: &problem, plan };
        let found = differences(side(&before), side(&after));
        found.iter().map(|one| one.changes.iter().map(english::change).collect()).collect()
    }

    #[test]
    fn a_visit_that_moves_is_told_to_host_and_guests() {
        let before: [Visit<'_>; 1] = [("n", "a", "2024-01-02", &["b", "c"])];
        let after: [Visit<'_>; 1] = [("n", "a", "2024-01-04", &["b"])];
        let expected = [
            vec!["The visit that you host (main) moves from 2024-01-02 to 2024-01-04."],
            vec!["Your visit to A (main) moves from 2024-01-02 to 2024-01-04."],
            vec!["Your visit to A (main) on 2024-01-02 is cancelled."],
        ];
        assert_eq!(told((ALL, &before), (ALL, &after)), expected);
    }

    #[test]
    fn who_changes_network_is_told_which() {
        let expected = [vec!["Your delegation (main) moves from network n to network m."]];
        assert_eq!(told((ALL, &[]), (&[("a", "m"), ("b", "n"), ("c", "n")], &[])), expected);
        let taken = [vec!["Your delegation (main) no longer has a place in network n."]];
        assert_eq!(told((ALL, &[]), (&[("b", "n"), ("c", "n")], &[])), taken);
    }

    #[test]
    fn who_has_withdrawn_or_joined_is_told_so_and_so_are_its_hosts_and_guests() {
        let all = small::problem(&small::records());
        let mut records = small::records();
        records.enrolments.remove(2);
        let fewer = small::problem(&records);
        let visits: [Visit<'_>; 1] = [("n", "c", "2024-01-08", &["b"])];
        let with = resolve(&all, &small::plan(ALL, &visits)).0;
        let without = resolve(&fewer, &small::plan(&[("a", "n"), ("b", "n")], &[])).0;
        let (with, without) = (Side { problem: &all, plan: &with }, Side { problem: &fewer, plan: &without });
        let told = |before, after| -> Vec<Vec<String>> {
            differences(before, after).iter().map(|one| one.changes.iter().map(english::change).collect()).collect()
        };
        let gone = [
            vec!["Your visit to C (main) on 2024-01-08 is cancelled: C has withdrawn."],
            vec![
                "You have withdrawn your delegation (main) from network n.",
                "The visit that you would have hosted (main) on 2024-01-08 is cancelled.",
            ],
        ];
        assert_eq!(told(with, without), gone);
        let come = [
            vec!["You visit C, which has joined, on 2024-01-08 (main)."],
            vec![
                "Your delegation (main) has joined: its place is in network n.",
                "You host a visit on 2024-01-08 (main).",
            ],
        ];
        assert_eq!(told(without, with), come);
    }

    #[test]
    fn equal_plans_differ_in_nothing() {
        let visits: [Visit<'_>; 1] = [("n", "a", "2024-01-02", &["b", "c"])];
        assert!(told((ALL, &visits), (ALL, &visits)).is_empty());
    }

    #[test]
    fn a_split_visit_loses_the_day_that_goes_and_keeps_the_one_that_stays() {
        let before: [Visit<'_>; 2] = [("n", "a", "2024-01-02", &["b"]), ("n", "a", "2024-01-03", &["c"])];
        let after: [Visit<'_>; 1] = [("n", "a", "2024-01-03", &["b", "c"])];
        let expected = [
            vec!["The visit that you host (main) on 2024-01-02 is cancelled."],
            vec!["Your visit to A (main) moves from 2024-01-02 to 2024-01-03."],
        ];
        assert_eq!(told((ALL, &before), (ALL, &after)), expected);
    }
}

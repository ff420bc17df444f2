//! A plan carried over to a problem that has changed: whoever can stays where they are, and what has changed is noted.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::clash;
use crate::effort::Budget;
use crate::explain::difference::Side;
use crate::explain::english;
use crate::gatherings;
use crate::infeasibility::Clash;
use crate::plan::{Meeting, Plan, Visit};
use crate::problem::{Day, EnrolmentIx, Municipality, MunicipalityIx, Network, NetworkIx, Problem};
use crate::steering::{Steering, Task};

/// The plan before in a problem after, with what the change touches.
pub(super) struct Carried {
    /// Who can stay stays; who is fixed is there. It may break rules.
    pub plan: Plan,
    /// Networks that something has changed for, by network.
    pub touched: Vec<bool>,
    /// Networks whose dates may be wrong, by network.
    pub dates: Vec<bool>,
    /// Enrolments that have lost their place or are new, by enrolment.
    pub seeking: Vec<bool>,
}

impl Carried {
    pub fn new(before: Side<'_>, after: &Task) -> Carried {
        let ids = Ids::new(before.problem, after);
        let mut plan = after.plan(vec![None; after.enrolments().len()], Vec::new());
        let mut touched: Vec<bool> = (0..after.networks().len()).map(|n| ids.network_changed(n)).collect();
        let mut seeking = vec![false; after.enrolments().len()];
        let steering = after.steering();
        let met: HashSet<MunicipalityIx> =
            steering.into_iter().flat_map(Steering::meeting).flat_map(|(a, b)| [a, b]).collect();
        for (e, enrolment) in after.enrolments().iter().enumerate() {
            let ix = EnrolmentIx::new(e);
            let required = steering.is_some_and(|s| s.requires(ix)) || met.contains(&enrolment.municipality);
            let timed = steering.is_some_and(|s| s.times(ix));
            let old = ids.old_enrolment[e];
            let was = old.and_then(|old| before.plan.network_of[old.at()]).and_then(|n| ids.new_network[n.at()]);
            let stays = was.filter(|&n| after.eligible(ix, n));
            let fixed = enrolment.fixed.filter(|&n| ids.newly_fixed(e) && after.eligible(ix, n));
            let kept = steering.and_then(|steering| steering.stays_in(ix));
            let place = kept.or(fixed).or(stays);
            plan.network_of[e] = place;
            seeking[e] = place.is_none() && (old.is_none() || required || ids.was_placed(before.plan, old));
            if was != place || timed || ids.enrolment_changed(e) {
                was.into_iter().chain(place).for_each(|n| touched[n.at()] = true);
                seeking[e] |= place.is_none();
            }
        }
        let attended = attendance(before.problem, &before.plan.meetings);
        let (hosted, hosts) = (hosting(before.problem, &before.plan.meetings), hosting(after, after.meetings()));
        for (e, now) in attendance(after, after.meetings()).iter().enumerate() {
            let was = ids.old_enrolment[e].and_then(|old| attended.get(old.at()));
            let home = &after.home(EnrolmentIx::new(e)).id;
            if (was.is_none_or(|was| was != now) || hosted.get(home) != hosts.get(home))
                && let Some(network) = plan.network_of[e]
            {
                touched[network.at()] = true; // other days are free for it
            }
        }
        for (old, network) in before.plan.network_of.iter().enumerate() {
            let gone = network.filter(|_| ids.new_enrolment[old].is_none()).and_then(|n| ids.new_network[n.at()]);
            gone.into_iter().for_each(|n| touched[n.at()] = true);
        }
        plan.visits = before.plan.visits.iter().filter_map(|visit| ids.visit(visit, &plan)).collect();
        plan.sort();

        let all = ids.dates_changed();
        let dates = touched.iter().map(|&touched| touched || all).collect();
        Carried { plan, touched, dates, seeking }
    }
}

/// Most steps for who attends which meeting; where and when it is stays as it was.
const SEATING: u64 = 500_000;

/// The problem after around the meetings of the plan before, each where and when it was as long as that can be.
///
/// Errors: no meetings were found; the clash where it is proved that there are none.
pub fn around(before: Side<'_>, after: &Task) -> Result<Task, Option<Clash>> {
    if after.gatherings().is_empty() {
        return Ok(after.clone());
    }
    let known: Vec<Meeting> =
        before.plan.meetings.iter().filter_map(|one| meeting(before.problem, after, one)).collect();
    match gatherings::solve(after, &known, 1, &Budget::of_work(SEATING)) {
        gatherings::Outcome::Held(meetings, _) => Ok(after.around(meetings)),
        gatherings::Outcome::Impossible(gathering) => {
            let unknown = || Clash { detail: english::NO_PLAN.to_owned(), ..Clash::default() };
            Err(Some(clash::gathering(after, gathering, 1).unwrap_or_else(unknown)))
        }
        gatherings::Outcome::NotFound(_) => Err(None),
    }
}

/// A meeting of the problem before in the one after.
fn meeting(before: &Task, after: &Task, one: &Meeting) -> Option<Meeting> {
    let it = before.gathering(one.gathering);
    let gathering = after.gathering_of_id(&it.id)?;
    let place = match one.place {
        None => None,
        Some(place) => Some(after.gathering(gathering).place_of_id(&it.places[place.at()].id)?),
    };
    Some(Meeting { start: one.start, gathering, place, attend: Vec::new() })
}

/// By enrolment: which gatherings it attends, and when.
fn attendance(problem: &Task, meetings: &[Meeting]) -> Vec<Vec<(String, Day)>> {
    if meetings.is_empty() {
        return Vec::new();
    }
    let mut attends = vec![Vec::new(); problem.enrolments().len()];
    for meeting in meetings {
        let id = &problem.gathering(meeting.gathering).id;
        meeting.attend.iter().for_each(|e| attends[e.at()].push((id.clone(), meeting.start)));
    }
    attends.iter_mut().for_each(|attends| attends.sort());
    attends
}

/// By municipality: which gatherings it hosts, and when.
fn hosting(problem: &Task, meetings: &[Meeting]) -> BTreeMap<String, Vec<(String, Day)>> {
    let mut hosts: BTreeMap<String, Vec<(String, Day)>> = BTreeMap::new();
    for meeting in meetings {
        let it = problem.gathering(meeting.gathering);
        if let Some(town) = it.host(meeting.place) {
            let id = problem.municipality(town).id.clone();
            hosts.entry(id).or_default().push((it.id.clone(), meeting.start));
        }
    }
    hosts.values_mut().for_each(|hosts| hosts.sort());
    hosts
}

/// What is what in the two problems, by id.
struct Ids<'a> {
    before: &'a Problem,
    after: &'a Problem,
    old_enrolment: Vec<Option<EnrolmentIx>>,
    new_enrolment: Vec<Option<EnrolmentIx>>,
    old_network: Vec<Option<NetworkIx>>,
    new_network: Vec<Option<NetworkIx>>,
}

impl<'a> Ids<'a> {
    fn new(before: &'a Problem, after: &'a Problem) -> Ids<'a> {
        let enrolments = |problem: &'a Problem| problem.enrolments().iter().map(|e| e.id.as_str());
        let networks = |problem: &'a Problem| problem.networks().iter().map(|n| n.id.as_str());
        let at = |found: Vec<Option<usize>>| found.into_iter().map(|at| at.map(EnrolmentIx::new)).collect();
        let network_at = |found: Vec<Option<usize>>| found.into_iter().map(|at| at.map(NetworkIx::new)).collect();
        Ids {
            before,
            after,
            old_enrolment: at(places(enrolments(after), enrolments(before))),
            new_enrolment: at(places(enrolments(before), enrolments(after))),
            old_network: network_at(places(networks(after), networks(before))),
            new_network: network_at(places(networks(before), networks(after))),
        }
    }

    /// Whether an enrolment is fixed, and was not to the same network.
    fn newly_fixed(&self, e: usize) -> bool {
        let before = self.old_enrolment[e].and_then(|old| self.before.enrolment(old).fixed);
        self.after.enrolments()[e].fixed != before.and_then(|n| self.new_network[n.at()])
    }

    fn was_placed(&self, plan: &Plan, old: Option<EnrolmentIx>) -> bool {
        old.is_some_and(|old| plan.network_of[old.at()].is_some())
    }

    /// Whether a network is new or has other limits.
    fn network_changed(&self, n: usize) -> bool {
        let Some(old) = self.old_network[n] else { return true };
        let (old, new) = (self.before.network(old), &self.after.networks()[n]);
        let open = |problem: &'a Problem, network: &'a Network| {
            network
                .allowed_regions
                .as_ref()
                .map(|open| open.iter().map(|region| problem.regions()[region.at()].id.as_str()).collect::<Vec<_>>())
        };
        let plain = |network: &Network| Network {
            track: self.after.networks()[n].track,
            allowed_regions: None,
            ..network.clone()
        };
        plain(old) != plain(new) || open(self.before, old) != open(self.after, new)
    }

    /// Whether anything about an enrolment or its municipality has changed that was there before.
    fn enrolment_changed(&self, e: usize) -> bool {
        let Some(old) = self.old_enrolment[e] else { return true };
        let (new, new_ix) = (&self.after.enrolments()[e], EnrolmentIx::new(e));
        let old_one = self.before.enrolment(old);
        let networks = |list: &[NetworkIx]| list.iter().map(|n| self.new_network[n.at()]).collect::<Vec<_>>();
        let known = |list: &[NetworkIx]| list.iter().map(|&n| Some(n)).collect::<Vec<_>>();
        old_one.delegates != new.delegates
            || networks(&old_one.preferences) != known(&new.preferences)
            || networks(&old_one.excluded) != known(&new.excluded)
            || home_changed(self.before.home(old), self.after.home(new_ix))
    }

    /// Whether dates may be wrong everywhere: the calendar, the rules of visits or how many a day takes have changed.
    fn dates_changed(&self) -> bool {
        let caps = |problem: &'a Problem| -> Vec<(&str, Option<u32>)> {
            problem.regions().iter().map(|region| (region.id.as_str(), region.max_visits_per_day)).collect()
        };
        self.before.rounds() != self.after.rounds()
            || self.before.visits() != self.after.visits()
            || self.before.weights() != self.after.weights()
            || caps(self.before) != caps(self.after)
    }

    /// A visit as far as it can still be held: its host is where it was, and so is each guest that comes.
    fn visit(&self, visit: &Visit, plan: &Plan) -> Option<Visit> {
        let network = self.new_network[visit.network.at()]?;
        let here = |e: EnrolmentIx| self.new_enrolment[e.at()].filter(|e| plan.network_of[e.at()] == Some(network));
        let host = here(visit.host)?;
        self.after.round_of(visit.day)?;
        Some(Visit { day: visit.day, network, host, guests: visit.guests.iter().filter_map(|&e| here(e)).collect() })
    }
}

fn home_changed(old: &Municipality, new: &Municipality) -> bool {
    let plain = |home: &Municipality| Municipality { region: new.region, name: String::new(), ..home.clone() };
    plain(old) != plain(new)
}

/// Where each of these is among those.
fn places<'a>(these: impl Iterator<Item = &'a str>, those: impl Iterator<Item = &'a str>) -> Vec<Option<usize>> {
    let at: HashMap<&str, usize> = those.enumerate().map(|(at, id)| (id, at)).collect();
    these.map(|id| at.get(id).copied()).collect()
}

//! From a steering as it is written to one that searches ask: the base is mapped by ids onto the problem as it is now.

use std::collections::BTreeSet;

use super::locks::Locks;
use super::*;
use crate::check::resolve;
use crate::plan::Visit;
use crate::problem::Faults;

/// A base plan as it lies over the problem of today.
pub(super) struct Base {
    /// What is left of it: who and what the problem no longer has is dropped; it may break rules.
    pub(super) plan: Plan,
    /// The days of its hostings, ascending; those of hosts that the problem still has.
    pub(super) days: BTreeMap<HostingKey, Vec<Day>>,
    /// The visits of its hostings, as positions in the plan.
    visits: BTreeMap<HostingKey, Vec<usize>>,
}

impl Base {
    fn new(problem: &Problem, plan: Plan) -> Base {
        let mut visits: BTreeMap<HostingKey, Vec<usize>> = BTreeMap::new();
        for (at, visit) in plan.visits.iter().enumerate() {
            visits.entry(key_on(problem, visit.host, visit.day)).or_default().push(at);
        }
        Base { days: days_held(problem, &plan), visits, plan }
    }

    /// The visits of a hosting.
    pub(super) fn visits_of(&self, key: HostingKey) -> impl Iterator<Item = &Visit> {
        self.visits.get(&key).into_iter().flatten().map(|&at| &self.plan.visits[at])
    }
}

impl Steering {
    /// The steering of a problem, or everything that is wrong with it: ids that name nothing, numbers out of range, locks
    /// that contradict the problem or each other. Pointers are those of a plan request: `/locks/enrolments/0`.
    pub fn new(problem: &Problem, written: &SteeringRecords) -> Result<Steering, Faults> {
        let mut faults = Faults::default();
        let mut steering = Steering::default();
        let mut weight = |name: &str, written: Option<f64>| {
            let weight = written.unwrap_or(0.0);
            if weight.is_finite() && weight >= 0.0 {
                return weight;
            }
            faults.add(format!("/{name}"), "out_of_range", format!("`{name}` must be a number, at least 0"));
            0.0
        };
        steering.weight = weight("change_weight", written.change_weight);
        let repeat = weight("repeat_weight", written.repeat_weight);
        steering.weigh_farthest(weight("worst_off_weight", written.worst_off_weight));
        let town = |id: &String| problem.municipality_of_id(id);
        let met = written.met.iter().filter_map(|(a, b)| Some((town(a)?, town(b)?)));
        steering.weigh_meetings(met, repeat);
        let mut limit = |name: &str, written: Option<i64>| {
            let most = written.map(u32::try_from);
            if let Some(Err(_)) = most {
                let detail = format!("`{name}` must be a whole number, at least 0");
                faults.add(format!("/{name}"), "out_of_range", detail);
            }
            most.and_then(Result::ok)
        };
        steering.limit_changes(limit("max_changes", written.max_changes));
        steering.limit_affected(limit("max_affected_municipalities", written.max_affected_municipalities));
        let Some(base) = &written.base else {
            let fair = SteeringRecords {
                met: written.met.clone(),
                repeat_weight: written.repeat_weight,
                worst_off_weight: written.worst_off_weight,
                ..SteeringRecords::default()
            };
            if *written != fair {
                let detail = "locks, `change_weight`, `max_changes` and `max_affected_municipalities` refer to a base plan; name one";
                faults.add("/base_plan", "missing_base_plan", detail);
            }
            return faults.into_result().map(|()| steering);
        };
        let (plan, _) = resolve(problem, base); // what cannot be read of it is gone
        steering.promise(problem, base, &plan);
        steering.told = affected::told_by(problem, base);
        let base = Base::new(problem, plan);
        steering.promise_days(problem, &base);
        Locks { problem, base: &base, steering: &mut steering, faults: &mut faults }.apply(written);
        steering.base = Some(base.plan);
        faults.into_result().map(|()| steering)
    }

    /// Takes note of the networks of the base, and of who has come and gone since.
    fn promise(&mut self, problem: &Problem, written: &crate::plan::PlanRecords, plan: &Plan) {
        let known: BTreeSet<&str> = problem.enrolments().iter().map(|e| e.id.as_str()).collect();
        let rows = || written.assignments.iter();
        let before: BTreeSet<&str> = rows().map(|row| row.enrolment.as_str()).collect();
        let placed: BTreeSet<&str> =
            rows().filter(|row| row.network.is_some()).map(|row| row.enrolment.as_str()).collect();
        self.forced.gone = placed.iter().filter(|id| !known.contains(*id)).count() as u32;
        self.forced.new = known.iter().filter(|id| !before.contains(*id)).count() as u32;
        self.promised = vec![None; problem.enrolments().len()];
        for (at, network) in plan.network_of.iter().enumerate() {
            let e = EnrolmentIx::new(at);
            match network.filter(|&n| problem.eligible(e, n)) {
                Some(n) => self.promised[at] = Some(n),
                // Also where the network itself is gone.
                None => self.forced.networks += u32::from(placed.contains(problem.enrolment(e).id.as_str())),
            }
        }
    }

    /// Takes note of the days of the base's hostings.
    fn promise_days(&mut self, problem: &Problem, base: &Base) {
        let mut company: Vec<Vec<EnrolmentIx>> = vec![Vec::new(); problem.networks().len()];
        let mut free: Vec<Vec<EnrolmentIx>> = vec![Vec::new(); problem.tracks().len()];
        for (at, promised) in self.promised.iter().enumerate() {
            let e = EnrolmentIx::new(at);
            match promised {
                Some(network) => company[network.at()].push(e),
                None => free[problem.enrolment(e).track.at()].push(e),
            }
        }
        for (key, days) in &base.days {
            let mates = self.promised_to(key.0).map_or(&[][..], |network| &company[network.at()]);
            let others = &free[problem.enrolment(key.0).track.at()];
            let can = |day: Day| {
                let comes = |&guest: &EnrolmentIx| may_come(problem, guest, key.0, day);
                may_receive(problem, key.0, day) && (mates.iter().any(comes) || others.iter().any(comes))
            };
            let left: Vec<Day> = days.iter().copied().filter(|&day| can(day)).collect();
            let lost = days.len() - left.len();
            self.forced.hostings += u32::from(lost > 0);
            let of_key = |day: &Day| key_on(problem, key.0, *day) == *key;
            let track = problem.enrolment(key.0).track;
            let mut open = problem.open_days(track, None).map(|(_, day)| day).filter(of_key);
            let held = !left.is_empty() || open.any(can);
            if held {
                let hosting = self.hostings.entry(*key).or_default();
                // Far fewer than 2^32 days. Where none is left, any other is as good.
                hosting.spare = if left.is_empty() { 0 } else { lost as u32 };
                (hosting.promised, hosting.held) = (left, held);
            }
        }
    }
}

/// Whether a guest may come to a host that day, whatever else happens.
pub(super) fn may_come(problem: &Problem, guest: EnrolmentIx, host: EnrolmentIx, day: Day) -> bool {
    let (home, own) = (problem.home(host), problem.enrolment(guest));
    own.municipality != problem.enrolment(host).municipality
        && home.host_capacity.is_none_or(|room| own.delegates <= room)
        && !problem.home(guest).unavailable.contains(day)
}

/// Whether a member may receive a visit that day, whatever else happens.
pub(super) fn may_receive(problem: &Problem, host: EnrolmentIx, day: Day) -> bool {
    let home = problem.home(host);
    let track = problem.enrolment(host).track;
    home.can_host && problem.round_for(track, day).is_some() && !home.cannot_host.contains(day)
}

//! What a plan makes of a steering: worked out from the plan alone, by code that no search uses.

use super::*;
use crate::problem::TrackIx;
use crate::rules::RuleCode;

impl Steering {
    /// The changes that a plan makes against the base.
    pub fn changes(&self, problem: &Problem, plan: &Plan) -> Changes {
        let held = days_held(problem, plan);
        let retimed = held.iter().map(|(key, days)| self.retimed(*key, days));
        let dropped = self.promised_in(problem, plan).filter(|key| !held.contains_key(key));
        Changes { visits: retimed.sum(), hostings: dropped.count() as u32, ..self.changes_of_networks(plan) }
    }

    /// The changes of networks that a plan makes, whatever its visits.
    pub(crate) fn changes_of_networks(&self, plan: &Plan) -> Changes {
        let of = |(e, network): (usize, &Option<NetworkIx>)| match network {
            Some(n) => (u32::from(self.moves(EnrolmentIx::new(e), *n)), 0),
            None => (0, u32::from(self.promised_to(EnrolmentIx::new(e)).is_some())),
        };
        let (networks, places) =
            plan.network_of.iter().enumerate().map(of).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        Changes { networks, places, forced: self.forced, ..Changes::default() }
    }

    /// The hostings that are changes unless they are held: who has no place has lost that, and who is alone in a network has
    /// nobody to receive.
    pub(crate) fn promised_in(&self, problem: &Problem, plan: &Plan) -> impl Iterator<Item = HostingKey> {
        let mut sizes = vec![0; problem.networks().len()];
        plan.network_of.iter().flatten().for_each(|n| sizes[n.at()] += 1);
        let counts = move |host: EnrolmentIx| plan.network_of[host.at()].is_some_and(|n| sizes[n.at()] > 1);
        self.hostings_promised().filter(move |key| counts(key.0))
    }

    /// How many hostings of this host it is a change not to hold, of those that are not among `held`.
    pub(crate) fn dropped(&self, host: EnrolmentIx, held: impl Fn(HostingKey) -> bool) -> u32 {
        let own = self.hostings.range((host, None)..).take_while(|(key, _)| key.0 == host);
        own.filter(|(key, _)| self.promises(**key) && !held(**key)).count() as u32
    }

    /// Whether it counts as a change that an enrolment is in this network, or in none.
    pub(crate) fn changes_place(&self, enrolment: EnrolmentIx, network: Option<NetworkIx>) -> bool {
        self.promised_to(enrolment).is_some_and(|promised| network != Some(promised))
    }

    /// The changes of a hosting held on these days. Visits on other days first take the place of days that it could have
    /// kept, which are changes; then, up to as many as it has lost, of those.
    pub(crate) fn retimed(&self, hosting: HostingKey, days: &[Day]) -> u32 {
        let Some(known) = self.hostings.get(&hosting) else { return 0 };
        let elsewhere = days.iter().filter(|&&day| self.retimes(hosting, day)).count();
        let beyond = days.len().saturating_sub(known.promised.len());
        elsewhere.saturating_sub(beyond.min(known.spare as usize)) as u32
    }

    /// The changes of a plan, its pairs that meet again and its farthest one, and what they cost.
    pub fn judge(&self, problem: &Problem, plan: &Plan) -> Steered {
        let changes = self.changes(problem, plan);
        let fairly = self.judge_fairly(problem, plan);
        let affected = self.affected(problem, plan);
        Steered { changes, affected, fairly, price: self.weight * f64::from(changes.total()) + fairly.price }
    }

    /// Every lock that a plan breaks (rule `lock`), and the limits of changes (rules `max_changes` and
    /// `max_affected_municipalities`).
    pub fn broken(&self, problem: &Problem, plan: &Plan) -> Vec<Violation> {
        let mut broken = self.locks_broken(problem, plan);
        let made = self.changes(problem, plan).total();
        if let Some(most) = self.most.filter(|&most| made > most) {
            broken.push(Violation {
                rule: RuleCode::MaxChanges,
                detail: format!("{made} changes, at most {most} are allowed"),
            });
        }
        if let Some(most) = self.most_affected {
            let made = self.affected(problem, plan).municipalities;
            let detail = format!("{made} municipalities are affected, at most {most} may be");
            broken.extend((made > most).then_some(Violation { rule: RuleCode::MaxAffectedMunicipalities, detail }));
        }
        broken
    }

    /// Whether a plan makes more changes than allowed, or affects more municipalities.
    pub(crate) fn is_exceeded(&self, problem: &Problem, plan: &Plan) -> bool {
        self.most.is_some_and(|most| self.changes(problem, plan).total() > most)
            || self.most_affected.is_some_and(|most| self.affected(problem, plan).municipalities > most)
    }

    /// Every lock that a plan breaks.
    pub(crate) fn locks_broken(&self, problem: &Problem, plan: &Plan) -> Vec<Violation> {
        let mut broken = Vec::new();
        let mut lock = |detail: String| broken.push(Violation { rule: RuleCode::Lock, detail });
        let id = |e: EnrolmentIx| &problem.enrolment(e).id;
        let name = |n: Option<NetworkIx>| n.map_or("no network", |n| &problem.network(n).id);
        for (e, &network) in plan.network_of.iter().enumerate() {
            let e = EnrolmentIx::new(e);
            let stays = self.stays_in(e);
            if stays.is_some() && stays != network {
                lock(format!("{} is in {}, and is locked in {}", id(e), name(network), name(stays)));
            }
            if network.is_none() && self.placed.contains(&e) {
                lock(format!("{} is in no network, and must be in one", id(e)));
            }
            let closed = network.is_some_and(|n| self.closed.get(n.at()).is_some_and(|&closed| closed));
            if closed && stays.is_none() {
                lock(format!("{} is in {}, which is locked as a whole", id(e), name(network)));
            }
        }
        for &(a, b) in &self.meeting {
            for track in (0..problem.tracks().len()).map(TrackIx::new) {
                let [of_a, of_b] = [a, b].map(|town| places(problem, plan, town, track));
                let share = of_a.iter().flatten().any(|&n| of_b.contains(&Some(n)));
                if !of_a.is_empty() && !of_b.is_empty() && !share {
                    let [a, b] = [a, b].map(|town| &problem.municipality(town).id);
                    lock(format!(
                        "{a} and {b} share no network of track {}, and must",
                        problem.tracks()[track.at()].id
                    ));
                }
            }
        }
        self.gatherings_broken(problem, plan).into_iter().for_each(&mut lock);
        let held = days_held(problem, plan);
        for (key, hosting) in &self.hostings {
            let days = held.get(key).map_or(&[][..], |days| days);
            if self.is_due(*key) && days.is_empty() {
                lock(format!("the hosting of {} is locked, and is not held", id(key.0)));
            }
            if hosting.firm && self.retimed(*key, days) > 0 {
                lock(format!("{} receives on other days than are locked", id(key.0)));
            }
            for (day, guests) in &hosting.frozen {
                let mut of_day = plan.visits.iter().filter(|visit| visit.host == key.0 && visit.day == *day);
                if !of_day.any(|visit| visit.guests == *guests) {
                    lock(format!(
                        "the visit to {} on {day} is locked with its guests, and is not as it was",
                        id(key.0)
                    ));
                }
            }
        }
        for (key, days) in &held {
            for day in days.iter().filter(|&&day| !self.open_on(*key, day)) {
                lock(format!("{} receives on {day}, against a lock", id(key.0)));
            }
        }
        broken
    }
}

/// What it says, for whoever explains a plan.
impl Steering {
    /// The only days that a hosting is locked to, ascending.
    pub(crate) fn only_days(&self, hosting: HostingKey) -> Option<&[Day]> {
        self.hostings.get(&hosting)?.only.as_deref()
    }

    /// The days that a hosting has in the base and can keep, ascending.
    pub(crate) fn promised_days(&self, hosting: HostingKey) -> &[Day] {
        self.hostings.get(&hosting).map_or(&[], |known| &known.promised)
    }

    /// Whether it leaves plans out: those that break a lock, make more changes than allowed or affect more municipalities.
    pub fn restricts(&self) -> bool {
        self.stays.iter().any(Option::is_some)
            || self.closed.contains(&true)
            || !self.placed.is_empty()
            || self.from.is_some()
            || self.most.is_some()
            || self.most_affected.is_some()
            || self.hostings.keys().any(|&key| self.is_due(key))
    }

    /// What a change costs a plan.
    pub(crate) fn change_weight(&self) -> f64 {
        self.weight
    }
}

/// Where the enrolments of a municipality in a track are.
fn places(problem: &Problem, plan: &Plan, town: MunicipalityIx, track: TrackIx) -> Vec<Option<NetworkIx>> {
    let rows = problem.enrolments().iter().zip(&plan.network_of);
    rows.filter(|(e, _)| e.municipality == town && e.track == track).map(|(_, &network)| network).collect()
}

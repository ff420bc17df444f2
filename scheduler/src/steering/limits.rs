//! Limits on how much a plan may have otherwise than its base: changes, and municipalities affected.

use super::*;
use crate::rules::RuleCode;

/// Who is left alone where: what a limit says of networks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Limit {
    /// What it limits.
    pub what: Limited,
    /// The most that is allowed.
    pub most: u32,
    /// How much of that is used up whatever the networks are.
    pub anyway: u32,
    /// Where an enrolment is left alone, by enrolment: in a network, or in none. Absent: anywhere.
    pub home: Vec<Option<Option<NetworkIx>>>,
    /// Whom it disturbs that an enrolment is elsewhere, by enrolment: who has the same number counts once.
    pub whom: Vec<u32>,
}

/// What a limit is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limited {
    Changes,
    Affected,
}

impl Steering {
    /// How many changes a plan may make at most.
    pub fn limit_changes(&mut self, most: Option<u32>) {
        self.most = most;
        self.strict |= most.is_some();
    }

    /// How many municipalities a plan may affect at most.
    pub fn limit_affected(&mut self, most: Option<u32>) {
        self.most_affected = most;
        self.strict |= most.is_some();
    }

    /// Most changes.
    pub fn most(&self) -> Option<u32> {
        self.most
    }

    /// Most municipalities affected.
    pub fn most_affected(&self) -> Option<u32> {
        self.most_affected
    }

    /// Whether whatever may stay as the base has it must: no change is allowed, or nobody may be affected.
    pub(crate) fn keeps_all(&self) -> bool {
        self.most == Some(0) || self.most_affected == Some(0)
    }

    /// The rule that a plan breaks which changes anything where nothing may change.
    pub(crate) fn limit_rule(&self) -> RuleCode {
        if self.most_affected == Some(0) && self.most != Some(0) {
            RuleCode::MaxAffectedMunicipalities
        } else {
            RuleCode::MaxChanges
        }
    }

    /// Whether some changes are allowed, and not any number, or not for any number of municipalities.
    pub(crate) fn allows_few(&self) -> bool {
        self.most.is_some_and(|most| most > 0) || self.most_affected.is_some()
    }

    /// Whether a plan is asked for that disturbs few: of plans that cost about the same, the one that disturbs fewest.
    pub(crate) fn wants_few(&self) -> bool {
        self.strict && self.base.is_some()
    }

    /// With at most so many changes.
    pub(crate) fn limited(&self, most: u32) -> Steering {
        Steering { most: Some(most), strict: true, ..self.clone() }
    }

    /// With any number of changes, which cost nothing: the locks are left.
    pub(crate) fn unlimited(&self) -> Steering {
        Steering { most: None, most_affected: None, ..self.unpriced() }
    }

    /// Without prices, and without a limit of changes above 0: what may stay where is left.
    pub(crate) fn unpriced(&self) -> Steering {
        let most = self.most.filter(|&most| most == 0);
        Steering { weight: 0.0, pressure: 0.0, most, strict: false, fair: Fair::default(), ..self.clone() }
    }

    /// The same, with so much on top of the price of a change while it is searched, in place of a limit above 0.
    pub(crate) fn pressed(&self, pressure: f64) -> Steering {
        Steering { pressure, most: self.most.filter(|&most| most == 0), ..self.clone() }
    }

    /// By how much a plan that comes to this exceeds the limits: changes and municipalities.
    pub(crate) fn excess(&self, steered: &Steered) -> u32 {
        let beyond = |made: u32, most: Option<u32>| most.map_or(0, |most| made.saturating_sub(most));
        beyond(steered.changes.total(), self.most) + beyond(steered.affected.municipalities, self.most_affected)
    }

    /// Whether the networks of a plan alone exceed a limit, whatever its visits.
    pub(crate) fn networks_exceed(&self, problem: &Problem, plan: &Plan) -> bool {
        self.most.is_some_and(|most| self.changes_of_networks(plan).total() > most)
            || self.most_affected.is_some_and(|most| self.affected_by_networks(problem, plan).municipalities > most)
    }

    /// What the limits say of networks.
    pub(crate) fn limits(&self, problem: &Problem) -> Vec<Limit> {
        let all = || (0..problem.enrolments().len()).map(EnrolmentIx::new);
        let changes = |most| Limit {
            what: Limited::Changes,
            most,
            anyway: 0,
            home: all().map(|e| self.promised_to(e).map(Some)).collect(),
            whom: all().map(|e| e.0).collect(),
        };
        let affected = |most| {
            let town = |e: EnrolmentIx| problem.enrolment(e).municipality;
            let lost: BTreeSet<MunicipalityIx> = all().filter(|&e| self.is_lost(problem, e)).map(town).collect();
            let told = |e: EnrolmentIx| self.told_network(e).filter(|_| !lost.contains(&town(e)));
            let home = all().map(told).collect();
            let whom = all().map(|e| town(e).0).collect();
            Limit { what: Limited::Affected, most, anyway: lost.len() as u32, home, whom }
        };
        self.most.map(changes).into_iter().chain(self.most_affected.map(affected)).collect()
    }
}

//! What a plan is steered by: a base plan, what must stay as it is there, and what changes cost.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};
use scheduler::plan::PlanRecords;
use scheduler::steering::{self, Keep, SteeringRecords, VisitLockRecord};
use scheduler::{Faults, Steering, Task};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use super::choices::NewShortlist;
use super::document::PlanDocument;
use super::store;
use crate::http::failure::Failure;
use crate::http::fields::{Amount, Count, Date, Id};
use crate::state::State;

/// What must stay as the base plan has it. Each lock says how much; they add up.
#[derive(Clone, Debug, Default, PartialEq, Object, Serialize, Deserialize)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all)]
pub struct Locks {
    /// Ids of enrolments that stay in their network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enrolments: Option<Vec<Id>>,
    /// Ids of networks that keep their members as a whole: nobody leaves, nobody comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub networks: Option<Vec<Id>>,
    /// Whether all networks keep their members. Default: false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all_networks: Option<bool>,
    /// Visits that stay where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visits: Option<Vec<VisitLock>>,
    /// How far all visits of the base plan stay where they are; those that no longer can are free. Default: all are free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all_visits: Option<KeepVisit>,
    /// Ids of gatherings whose meetings keep their days and places; who attends is chosen anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gatherings: Option<Vec<Id>>,
    /// Whether all gatherings keep their days and places; those that no longer can are free. Default: false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all_gatherings: Option<bool>,
    /// Everything before this day stays as it is: meetings on their days and at their places, visits with their guests, and those who took part in their networks.
    /// Nothing new comes before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Date>,
}

/// A lock on the visits that a member hosts.
#[derive(Clone, Debug, PartialEq, Object, Serialize, Deserialize)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all)]
pub struct VisitLock {
    /// The id of the enrolment that receives.
    pub host: Id,
    /// The id of the round, where it receives in each. Default: all rounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<Id>,
    /// How far they stay where they are.
    pub keep: KeepVisit,
}

/// How far a visit stays where it is; it is held in any case. More may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum KeepVisit {
    /// In its round.
    Round,
    /// In its week, Monday to Sunday.
    Week,
    /// On its day.
    Day,
    /// On its day, with just the guests it has.
    Guests,
}

/// What a plan was asked to keep to, and what changes cost.
#[derive(Clone, Debug, Default, PartialEq, Object, Serialize, Deserialize)]
#[oai(skip_serializing_if_is_none)]
pub struct PlanSteering {
    /// The id of the plan that it began from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_plan: Option<Id>,
    /// What had to stay as it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locks: Option<Locks>,
    /// What a change costs: not part of the cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_weight: Option<Amount>,
    /// Most changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_changes: Option<Count<0>>,
    /// Most municipalities affected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_affected_municipalities: Option<Count<0>>,
    /// Numbers of changes for which the cost was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub curve: Option<Vec<Count<0>>>,
    /// The shortlist that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shortlist: Option<NewShortlist>,
    /// What it costs that two municipalities share a network as in the programme that this one was copied from: not part of
    /// the cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeat_weight: Option<Amount>,
    /// What a kilometre of the enrolment that travels farthest costs: not part of the cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst_off_weight: Option<Amount>,
    /// Pairs of municipalities that have shared a network there, as it stood when the plan was asked for.
    #[oai(skip)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub met: Vec<(String, String)>,
}

/// What is different from the base plan. A change is an enrolment in another network than there, or in none; a visit on a
/// day on which its host, who receives there too, does not receive there; or a hosting that is no longer held, of a host that
/// is in a network with others. What is forced is no change.
#[derive(Clone, Debug, Default, PartialEq, Object, Serialize, Deserialize)]
pub struct PlanChanges {
    /// How many changes there are.
    pub total: u32,
    /// Enrolments in another network.
    pub networks: u32,
    /// Enrolments that have lost their place: they are in no network.
    #[serde(default)]
    pub places: u32,
    /// Visits on another day.
    pub visits: u32,
    /// Hostings that are no longer held.
    #[serde(default)]
    pub hostings: u32,
    /// Who has to be told of anything, as a guest too, whether or not it counts as a change.
    #[serde(default)]
    pub affected: AffectedByChanges,
    /// Pairs of municipalities that share a network as in the programme that this one was copied from, counted in each
    /// network; of a plan that was asked for with `repeat_weight`.
    #[serde(default)]
    pub met_again: u32,
    /// Kilometres of the enrolment that travels farthest: there and back, once for the delegation, to every hosting of its
    /// network.
    #[serde(default)]
    pub farthest_km: f64,
    /// What all of this costs: changes at `change_weight`, pairs at `repeat_weight`, kilometres at `worst_off_weight`. Not
    /// part of the cost.
    pub price: f64,
    /// What is different whatever the plan: not counted.
    pub forced: ForcedChanges,
}

/// Who is affected by what is different from the base plan: enrolments that both plans know, for whom the network, a day on
/// which they receive or a day of one of their visits is another one, new or gone. So the guests of a host that has withdrawn
/// are, whatever the plan; who has withdrawn or is new is not; nor are members to whom only other guests come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Object, Serialize, Deserialize)]
pub struct AffectedByChanges {
    /// Municipalities of which any enrolment is affected.
    pub municipalities: u32,
    /// Delegates of the enrolments that are affected.
    pub persons: u64,
}

impl From<steering::Affected> for AffectedByChanges {
    fn from(found: steering::Affected) -> Self {
        AffectedByChanges { municipalities: found.municipalities, persons: found.persons }
    }
}

/// What is different from the base plan whatever the plan.
#[derive(Clone, Debug, Default, PartialEq, Object, Serialize, Deserialize)]
pub struct ForcedChanges {
    /// Enrolments that have withdrawn.
    pub gone: u32,
    /// Enrolments that are new.
    pub new: u32,
    /// Enrolments whose network is closed to them by now, or gone.
    pub networks: u32,
    /// Hostings that can no longer be held on all of their days. As many visits as have lost their day may go to others;
    /// what could have stayed counts.
    pub hostings: u32,
}

/// What steers a plan, as it is stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Steered {
    /// What was asked.
    pub asked: PlanSteering,
    /// The document of the base plan as it stood.
    pub base: Option<String>,
}

impl PlanSteering {
    /// With the pairs that have met in the programme that this one was copied from, where they have a price.
    ///
    /// Errors: `Invalid` where nobody can have met, so that the price would say nothing.
    pub async fn with_history(mut self, state: &State, programme: &str) -> Result<Self, Failure> {
        if let Some(weight) = self.repeat_weight {
            let met = crate::plans::history::met_before(state, programme).await?;
            self.met = if weight.0 > 0.0 { met.ok_or_else(nobody_has_met)? } else { met.unwrap_or_default() };
        }
        Ok(self)
    }

    /// With the base plan as it stands; nothing where nothing is asked.
    ///
    /// Errors: `Invalid` where there is no such plan, or nothing to begin from yet.
    pub async fn with_base(self, read: &mut SqliteConnection) -> Result<Option<Steered>, Failure> {
        if self == PlanSteering::default() {
            return Ok(None);
        }
        let Some(id) = &self.base_plan else { return Ok(Some(Steered { asked: self, base: None })) };
        let mut faults = Faults::default();
        let base = match store::document(read, &id.0).await {
            Ok(Some((document, _))) => Some(document),
            Ok(None) => {
                faults.add("/base_plan", "no_plan_yet", "no plan was found there so far: wait for it, or name another");
                None
            }
            Err(crate::store::Error::NotFound { .. }) => {
                faults.add("/base_plan", "unknown_id", format!("there is no plan {}", id.0));
                None
            }
            Err(other) => return Err(other.into()),
        };
        faults.into_result().map_err(Failure::invalid)?;
        Ok(Some(Steered { asked: self, base }))
    }
}

fn nobody_has_met() -> Failure {
    let mut faults = Faults::default();
    let detail = "the programme was copied from none in which a plan is in force, so nobody meets again; leave \
                  `repeat_weight` out, or publish a plan there";
    faults.add("/repeat_weight", "no_earlier_plan", detail);
    Failure::invalid(faults)
}

impl Steered {
    /// The problem, steered.
    ///
    /// Errors: every contradiction, with pointers into the request.
    pub fn steer(&self, problem: Task) -> Result<Task, Faults> {
        let read = |text: &String| serde_json::from_str::<PlanDocument>(text).map(PlanDocument::records);
        let base = self.base.as_ref().map(read).transpose().map_err(|why| {
            let mut faults = Faults::default();
            faults.add("/base_plan", "unreadable", format!("the stored plan document cannot be read: {why}"));
            faults
        })?;
        self.asked.steer(problem, base)
    }
}

impl PlanSteering {
    /// The problem, steered, with the base plan as it is written.
    ///
    /// Errors: every contradiction, with pointers into the request.
    pub fn steer(&self, problem: Task, base: Option<PlanRecords>) -> Result<Task, Faults> {
        let mut faults = self.choices_faults();
        let missing = self.base_plan.is_none() && !faults.is_empty(); // told already
        match Steering::new(&problem, &self.records(base)) {
            Ok(steering) if faults.is_empty() => return Ok(problem.steered(steering)),
            Err(found) if !missing => found.into_iter().for_each(|it| faults.add(it.pointer, it.code, it.detail)),
            _ => {}
        }
        Err(faults)
    }

    /// As the scheduler reads it.
    pub fn records(&self, base: Option<PlanRecords>) -> SteeringRecords {
        let locks = self.locks.clone().unwrap_or_default();
        let ids = |ids: Option<Vec<Id>>| ids.into_iter().flatten().map(|id| id.0).collect();
        let visit = |lock: VisitLock| VisitLockRecord {
            host: lock.host.0,
            round: lock.round.map(|round| round.0),
            keep: lock.keep.into(),
        };
        SteeringRecords {
            base,
            enrolments: ids(locks.enrolments),
            networks: ids(locks.networks),
            all_networks: locks.all_networks.unwrap_or(false),
            visits: locks.visits.into_iter().flatten().map(visit).collect(),
            all_visits: locks.all_visits.map(Keep::from),
            gatherings: ids(locks.gatherings),
            all_gatherings: locks.all_gatherings.unwrap_or(false),
            before: locks.before.map(|date| date.0),
            change_weight: self.change_weight.map(|weight| weight.0),
            max_changes: self.max_changes.map(|most| most.0),
            max_affected_municipalities: self.max_affected_municipalities.map(|most| most.0),
            met: self.met.clone(),
            repeat_weight: self.repeat_weight.map(|weight| weight.0),
            worst_off_weight: self.worst_off_weight.map(|weight| weight.0),
        }
    }
}

impl From<KeepVisit> for Keep {
    fn from(keep: KeepVisit) -> Keep {
        match keep {
            KeepVisit::Round => Keep::Round,
            KeepVisit::Week => Keep::Week,
            KeepVisit::Day => Keep::Day,
            KeepVisit::Guests => Keep::Guests,
        }
    }
}

impl PlanChanges {
    /// Of a plan that was steered.
    pub fn new(steered: &steering::Steered) -> Self {
        let (changes, forced) = (&steered.changes, &steered.changes.forced);
        PlanChanges {
            total: changes.total(),
            networks: changes.networks,
            places: changes.places,
            visits: changes.visits,
            hostings: changes.hostings,
            affected: steered.affected.into(),
            met_again: steered.fairly.met_again,
            farthest_km: steered.fairly.farthest_km,
            price: steered.price,
            forced: ForcedChanges {
                gone: forced.gone,
                new: forced.new,
                networks: forced.networks,
                hostings: forced.hostings,
            },
        }
    }
}

impl Example for Locks {
    fn example() -> Self {
        Locks {
            networks: Some(vec![Id("n1".to_owned())]),
            all_visits: Some(KeepVisit::Week),
            before: Some(Date("2018-05-01".to_owned())),
            ..Locks::default()
        }
    }
}

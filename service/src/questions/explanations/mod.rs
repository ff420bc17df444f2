//! Questions to a plan: why it is as it is, how even it is, what is different from another one. The scheduler's
//! `explain` works everything out; here it is asked and told.

pub mod meetings;
pub mod wire;
pub mod wishes;

use poem::Request;
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{ApiResponse, OpenApi};
use scheduler::Steering;
use scheduler::explain::difference::{Side, differences};
use scheduler::explain::fairness::fairness;
use scheduler::explain::gathering::alternatives;
use scheduler::explain::why;
use scheduler::plan::PlanRecords;
use scheduler::problem::{EnrolmentIx, NetworkIx};
use scheduler::steering::SteeringRecords;

use crate::http::Tag;
use crate::http::body::Written;
use crate::http::errors::{Errors, ListingPlan, ReadingPlan};
use crate::http::failure::Failure;
use crate::http::fields::{Date, Documented, Id, Whole};
use crate::http::paging::{self, MAX_LIMIT};
use crate::http::place::Place;
use crate::plans::document::Comparison;
use crate::plans::handout::Handout;
use crate::plans::handout::made;
use crate::plans::steering::PlanChanges;
use crate::plans::{no_plan_yet, store, stored};
use crate::state::State;

use meetings::{GatheringChanges, GatheringExplanation};
use wire::{Explanation, Fairness, MunicipalityChanges, PlanDifference};

/// How many days and places are told of a gathering where no limit is given.
const MOST_TOLD: usize = 50;

/// `/plans/{id}/explanation`, `/plans/{id}/fairness`, `/plans/{id}/difference`
#[derive(Clone, Copy, Debug)]
pub struct Explanations;

/// The answer to a GET of an explanation.
#[derive(ApiResponse)]
pub enum ExplanationResponse {
    /// Why.
    #[oai(status = 200)]
    Told(Written<Explanation>),
}

/// The answer to a GET of the explanation of a gathering.
#[derive(ApiResponse)]
pub enum GatheringExplanationResponse {
    /// What else it could be.
    #[oai(status = 200)]
    Told(Written<GatheringExplanation>),
}

/// The answer to a GET of fairness.
#[derive(ApiResponse)]
pub enum FairnessResponse {
    /// How even the plan is.
    #[oai(status = 200)]
    Told(Written<Fairness>),
}

/// The answer to a GET of a difference.
#[derive(ApiResponse)]
pub enum DifferenceResponse {
    /// What is different.
    #[oai(status = 200)]
    Told(Written<PlanDifference>),
}

type Told = Result<ExplanationResponse, Errors<ReadingPlan>>;

#[OpenApi]
impl Explanations {
    /// Explain a plan
    ///
    /// What it costs by measure and by network, what is proved of it, and in how many networks each rule is at its limit.
    #[oai(path = "/v1/plans/:id/explanation", method = "get", operation_id = "explain_plan", tag = "Tag::Explanations")]
    async fn plan(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
    ) -> Told {
        told(&state, &id.0, |handout| {
            let bound = handout.bound.total.unwrap_or_default();
            Ok(why::whole(&handout.problem, &handout.plan, bound))
        })
        .await
    }

    /// Explain why an enrolment is where it is
    ///
    /// Its share of the cost, which of its wishes it got, and what every other network of its track would cost by wishes
    /// and travel, all else as it is, with everything in the way (rules there and in the network that it would leave, locks,
    /// the limit of changes), the wishes that would lift it, and, where the network is full, the best swap.
    #[oai(
        path = "/v1/plans/:id/explanation/enrolments/:enrolment",
        method = "get",
        operation_id = "explain_enrolment",
        tag = "Tag::Explanations"
    )]
    async fn enrolment(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
        /// The id of the enrolment.
        enrolment: Path<Id>,
    ) -> Told {
        told(&state, &id.0, move |handout| {
            let e = enrolment_of(handout, &enrolment.0.0)?;
            Ok(why::enrolment(&handout.problem, &handout.plan, e))
        })
        .await
    }

    /// Explain why a network is as it is
    ///
    /// Its share of the cost and that of each member, which of its limits it has reached, and its place among the networks
    /// of its track by cost for each member.
    #[oai(
        path = "/v1/plans/:id/explanation/networks/:network",
        method = "get",
        operation_id = "explain_network",
        tag = "Tag::Explanations"
    )]
    async fn network(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
        /// The id of the network.
        network: Path<Id>,
    ) -> Told {
        told(&state, &id.0, move |handout| {
            let networks = handout.problem.networks();
            let n = networks.iter().position(|known| known.id == network.0.0);
            let n = n.ok_or_else(|| Failure::not_found("network", &network.0.0))?;
            Ok(why::network(&handout.problem, &handout.plan, NetworkIx::new(n)))
        })
        .await
    }

    /// Explain why a visit is on its day
    ///
    /// The visit that an enrolment hosts on a day: its share of the cost, and what every other open day would cost with the
    /// same guests, all else as it is, which of them could not come, everything in the way, and the wishes that would lift
    /// it.
    #[oai(
        path = "/v1/plans/:id/explanation/visits/:host/:date",
        method = "get",
        operation_id = "explain_visit",
        tag = "Tag::Explanations"
    )]
    async fn visit(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
        /// The id of the enrolment that receives.
        host: Path<Id>,
        /// The day.
        date: Path<Date>,
    ) -> Told {
        told(&state, &id.0, move |handout| {
            let e = enrolment_of(handout, &host.0.0)?;
            let same = |visit: &scheduler::plan::Visit| visit.host == e && visit.day.to_string() == date.0.0;
            let position = handout.plan.visits.iter().position(same);
            let position = position.ok_or_else(|| Failure::not_found("visit on", &date.0.0))?;
            Ok(why::visit(&handout.problem, &handout.plan, position))
        })
        .await
    }

    /// Explain why a gathering is when and where it is
    ///
    /// What the gathering costs on every day and at every place, all else equal, the cheapest first: with who would come and
    /// who would miss it, and everything in the way, such as days that are closed, municipalities that cannot host, and visits of
    /// the plan on or near its days. For several meetings: each of them on another day or at another place, one meeting more,
    /// and one fewer.
    #[oai(
        path = "/v1/plans/:id/explanation/gatherings/:gathering",
        method = "get",
        operation_id = "explain_gathering",
        tag = "Tag::Explanations"
    )]
    async fn gathering(
        &self,
        request: &Request,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
        /// The id of the gathering.
        gathering: Path<Id>,
        /// How many days and places are told of each change, the cheapest ones. Default: 50.
        limit: Query<Option<Documented<Whole<1, { MAX_LIMIT as i64 }>>>>,
        /// The id of a place: only the meeting that the plan holds there, on other days and at other places.
        place: Query<Option<Documented<Id>>>,
    ) -> Result<GatheringExplanationResponse, Errors<ListingPlan>> {
        let _ = (limit, place); // read from the request
        let (most, place) = wanted(request)?;
        let told = steered(&state, &id.0, move |handout: &Handout| {
            let Handout { problem, plan, .. } = handout;
            let g = problem.gathering_of_id(&gathering.0.0);
            let g = g.ok_or_else(|| Failure::not_found("gathering", &gathering.0.0))?;
            let at_place = |id: &String| {
                let wanted = problem.gathering(g).place_of_id(id);
                let held = plan.meetings.iter().position(|one| one.gathering == g && one.place == wanted);
                held.filter(|_| wanted.is_some()).ok_or_else(|| Failure::not_found("meeting at", id))
            };
            let only = place.as_ref().map(at_place).transpose()?;
            let found = alternatives(problem, plan, g, only, most);
            Ok(Written::of(&GatheringExplanation::new(problem, plan, g, &found)))
        });
        Ok(GatheringExplanationResponse::Told(told.await?))
    }

    /// Measure how evenly a plan treats municipalities
    ///
    /// Kilometres and travel days to visits and gatherings, guests received and the rank of the wish granted, for each municipality, and their mean,
    /// worst and spread.
    #[oai(path = "/v1/plans/:id/fairness", method = "get", operation_id = "get_fairness", tag = "Tag::Explanations")]
    async fn fairness(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
    ) -> Result<FairnessResponse, Errors<ReadingPlan>> {
        let even = |handout: &Handout| {
            Ok(Written::of(&Fairness::new(&handout.problem, &fairness(&handout.problem, &handout.plan))))
        };
        Ok(FairnessResponse::Told(made(&state, &id.0, even).await?))
    }

    /// Compare a plan with another one
    ///
    /// What changes for each municipality and of each gathering from the other plan to this one, as data and as a message to
    /// it, and what this one costs more. The two may be of different states of a programme; records are the same where their ids are.
    #[oai(
        path = "/v1/plans/:id/difference/:before",
        method = "get",
        operation_id = "get_difference",
        tag = "Tag::Explanations"
    )]
    async fn difference(
        &self,
        state: Data<&State>,
        /// The id of the plan.
        id: Path<Id>,
        /// The id of the other plan, the one before.
        before: Path<Id>,
    ) -> Result<DifferenceResponse, Errors<ReadingPlan>> {
        let place = Place::take().await?;
        let mut read = state.store.read().await?;
        let (problem, document) = store::documents(&mut read, &id.0.0).await?;
        let (problem_before, document_before) = store::documents(&mut read, &before.0.0).await?;
        drop(read);
        let document = document.ok_or_else(no_plan_yet)?;
        let document_before = document_before.ok_or_else(no_plan_yet)?;
        place.weigh([&problem, &document, &problem_before, &document_before].map(String::len).iter().sum()).await?;
        let found = place.run(move || {
            let after = Handout::read(&problem, &document)?;
            let earlier = Handout::read(&problem_before, &document_before)?;
            different(before.0.0, &earlier, &after).map(|found| Written::of(&found))
        });
        Ok(DifferenceResponse::Told(found.await?))
    }
}

fn different(id: String, before: &Handout, after: &Handout) -> Result<PlanDifference, Failure> {
    let side = |handout| -> Side<'_> {
        let Handout { problem, plan, .. }: &Handout = handout;
        Side { problem, plan }
    };
    let found = differences(side(before), side(after));
    let told = found.iter().map(|one| MunicipalityChanges::new(after.problem.name(), one));
    let written = PlanRecords::of(&before.problem, &before.plan);
    let base = SteeringRecords { base: Some(written), ..SteeringRecords::default() };
    let steering = Steering::new(&after.problem, &base).map_err(Failure::invalid)?; // a base without locks: no contradiction
    Ok(PlanDifference {
        cost: Comparison::new(&after.cost, id, before.cost.clone()),
        changes: PlanChanges::new(&steering.judge(&after.problem, &after.plan)),
        municipalities: told.collect(),
        gatherings: GatheringChanges::all(side(before), side(after)),
    })
}

/// How many days and places are to be told, and the place of the one meeting that they are of.
fn wanted(request: &Request) -> Result<(usize, Option<String>), Failure> {
    let (mut most, mut place) = (MOST_TOLD, None);
    for (name, value) in paging::parameters(request)? {
        match name.as_str() {
            "limit" => most = paging::limit(&value)?,
            "place" => place = Some(value),
            _ => {
                let detail = "There is no such parameter here; there are limit, place.";
                return Err(Failure::parameter(&name, detail));
            }
        }
    }
    Ok((most, place))
}

async fn told(
    state: &State,
    id: &Id,
    explain: impl FnOnce(&Handout) -> Result<why::Explanation, Failure> + Send + 'static,
) -> Told {
    let told = steered(state, id, |handout| Ok(Written::of(&Explanation::new(&handout.problem, &explain(handout)?))));
    Ok(ExplanationResponse::Told(told.await?))
}

/// What is made of a plan, with what steered it.
async fn steered<T: Send + 'static>(
    state: &State,
    id: &Id,
    make: impl FnOnce(&Handout) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let place = Place::take().await?;
    let (problem, document) = stored::texts(state, &id.0).await?;
    let steered = store::steered(&mut *state.store.read().await?, &id.0).await?;
    let made = place.run(move || {
        let mut handout = Handout::read(&problem, &document)?;
        if let Some(steered) = steered {
            handout.problem = steered.steer(handout.problem).map_err(|faults| {
                Failure::internal(anyhow::anyhow!("what steers a stored plan does not read: {faults}"))
            })?;
        }
        make(&handout)
    });
    made.await
}

fn enrolment_of(handout: &Handout, id: &str) -> Result<EnrolmentIx, Failure> {
    let found = handout.problem.enrolments().iter().position(|enrolment| enrolment.id == id);
    found.map(EnrolmentIx::new).ok_or_else(|| Failure::not_found("enrolment", id))
}

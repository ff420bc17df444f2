//! A plan as people read it: ids beside names, each visit with where it is and who comes. What every format is made of.

use poem_openapi::types::ToJSON;
use scheduler::facts::Facts;
use scheduler::plan::Visit;
use scheduler::problem::{EnrolmentIx, NetworkIx};
use scheduler::{Plan, Task};

use crate::http::failure::Failure;
use crate::http::fields::Id;
use crate::http::place::Place;
use crate::plans::document::{PlanBound, PlanCost};
use crate::plans::stored::{self, StoredPlan};
use crate::state::State;

/// A plan with its problem.
#[derive(Debug)]
pub struct Handout {
    /// What the plan is of.
    pub problem: Task,
    /// Who is where, and who visits whom when.
    pub plan: Plan,
    /// What it costs.
    pub cost: PlanCost,
    /// What is proved of its cost.
    pub bound: PlanBound,
}

/// An enrolment and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Member<'a> {
    /// Its id.
    pub enrolment: &'a str,
    /// Id and name of its municipality.
    pub municipality: (&'a str, &'a str),
    /// Id and name of the region.
    pub region: (&'a str, &'a str),
    /// Id and name of its track.
    pub track: (&'a str, &'a str),
    /// Persons.
    pub delegates: u32,
    /// Id and name of its network; none: left unassigned.
    pub network: Option<(&'a str, &'a str)>,
    /// Which of its wishes that is, from 1; none off the list, or without wishes.
    pub wish: Option<usize>,
    /// Degrees north and east.
    pub place: (f64, f64),
}

/// A visit as people read it.
#[derive(Clone, Debug, PartialEq)]
pub struct VisitLine<'a> {
    /// ISO date.
    pub date: String,
    /// Id and name of the round.
    pub round: (&'a str, &'a str),
    /// Id and name of the network.
    pub network: (&'a str, &'a str),
    /// Who receives.
    pub host: Member<'a>,
    /// Who comes, each with the kilometres there.
    pub guests: Vec<(Member<'a>, f64)>,
}

impl VisitLine<'_> {
    /// Guests (persons) who come.
    pub fn persons(&self) -> u32 {
        self.guests.iter().map(|(guest, _)| guest.delegates).sum()
    }
}

impl Handout {
    /// From what is stored of a plan.
    ///
    /// Errors: `Internal` where that cannot be read.
    pub fn read(problem: &str, document: &str) -> Result<Handout, Failure> {
        let (_, problem) = stored::problem(problem)?;
        let StoredPlan { plan, cost, bound, .. } = stored::plan(&problem, document)?;
        Ok(Handout { problem, plan, cost, bound })
    }

    /// What the plan comes to.
    pub fn facts(&self) -> Facts<'_> {
        Facts::new(&self.problem, &self.plan)
    }

    /// Every enrolment, by id.
    pub fn members(&self) -> impl Iterator<Item = Member<'_>> {
        (0..self.problem.enrolments().len()).map(|e| self.member(EnrolmentIx::new(e)))
    }

    /// One enrolment.
    pub fn member(&self, e: EnrolmentIx) -> Member<'_> {
        let (enrolment, home) = (self.problem.enrolment(e), self.problem.home(e));
        let region = &self.problem.regions()[home.region.at()];
        let track = &self.problem.tracks()[enrolment.track.at()];
        let network = self.plan.network_of[e.at()];
        let wish = network.and_then(|n| enrolment.preferences.iter().position(|&wish| wish == n));
        Member {
            enrolment: &enrolment.id,
            municipality: (&home.id, &home.name),
            region: (&region.id, &region.name),
            track: (&track.id, &track.name),
            delegates: enrolment.delegates,
            network: network.map(|n| self.network(n)),
            wish: wish.map(|at| at + 1),
            place: (home.lat, home.lon),
        }
    }

    /// Id and name of a network.
    pub fn network(&self, n: NetworkIx) -> (&str, &str) {
        let network = self.problem.network(n);
        (&network.id, &network.name)
    }

    /// Every visit, by date, network and host.
    pub fn visits(&self) -> impl Iterator<Item = VisitLine<'_>> {
        self.plan.visits.iter().map(|visit| self.line(visit))
    }

    /// A visit of the plan.
    pub fn line(&self, visit: &Visit) -> VisitLine<'_> {
        let round = self.problem.round_of(visit.day).map(|round| &self.problem.rounds()[round.at()]);
        let guests = visit.guests.iter();
        VisitLine {
            date: visit.day.to_string(),
            round: round.map_or(("", ""), |round| (&round.id, &round.name)),
            network: self.network(visit.network),
            host: self.member(visit.host),
            guests: guests.map(|&g| (self.member(g), self.km(g, visit.host))).collect(),
        }
    }

    /// Kilometres from the seat of one enrolment to that of another.
    pub fn km(&self, from: EnrolmentIx, to: EnrolmentIx) -> f64 {
        let home = |e: EnrolmentIx| self.problem.enrolment(e).municipality;
        self.problem.km(home(from), home(to))
    }

    /// Name and figure of each measure of the cost, the total last.
    pub fn measures(&self) -> Vec<(String, f64)> {
        figures(&self.cost.to_json().unwrap_or_default())
    }

    /// Name and figure of each bound.
    pub fn bounds(&self) -> Vec<(String, f64)> {
        figures(&self.bound.to_json().unwrap_or_default())
    }
}

fn figures(object: &serde_json::Value) -> Vec<(String, f64)> {
    let mut figures: Vec<(String, f64)> = object
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, figure)| Some((name.clone(), figure.as_f64()?)))
        .collect();
    figures.sort_by_key(|(name, _)| name == "total"); // stable
    figures
}

/// Makes something of a plan, on a thread of its own.
///
/// Errors: `NotFound`, `NoPlanYet`, and those of the making.
pub async fn made<T: Send + 'static>(
    state: &State,
    id: &Id,
    make: impl FnOnce(&Handout) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let place = Place::take().await?;
    let (problem, document) = stored::texts_in(&place, state, &id.0).await?;
    place.run(move || make(&Handout::read(&problem, &document)?)).await
}

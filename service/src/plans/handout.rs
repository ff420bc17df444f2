//! A plan as people read it: ids beside names, each visit with where it is and who comes. What every format is made of.

use std::collections::HashMap;

use poem_openapi::types::ToJSON;
use scheduler::facts::Facts;
use scheduler::plan::{Meeting, Visit};
use scheduler::problem::{EnrolmentIx, Gathering, GatheringIx, Location, Municipality, NetworkIx, Place};
use scheduler::{Plan, Task};

use crate::http::failure::Failure;
use crate::http::fields::Id;
use crate::http::place;
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

/// A meeting of a gathering as people read it.
#[derive(Clone, Debug)]
pub struct MeetingLine<'a> {
    /// The gathering.
    pub gathering: &'a Gathering,
    /// ISO dates, the first and the last.
    pub days: (String, String),
    /// Where, if that is known.
    pub place: Option<&'a Place>,
    /// The municipality that hosts, if it is at one.
    pub host: Option<&'a Municipality>,
    /// Degrees north and east.
    pub at: Option<(f64, f64)>,
    /// Who attends, with persons and kilometres one way.
    pub attend: Vec<(Member<'a>, u32, f64)>,
}

/// An enrolment that a gathering invites.
#[derive(Clone, Debug)]
pub struct Invited<'a> {
    /// The gathering.
    pub gathering: &'a Gathering,
    /// The enrolment.
    pub member: Member<'a>,
    /// Persons who are invited.
    pub persons: u32,
    /// The meeting that it attends; none: it misses the gathering.
    pub attends: Option<Attended<'a>>,
}

/// The meeting that an enrolment attends.
#[derive(Clone, Debug)]
pub struct Attended<'a> {
    /// ISO dates, the first and the last.
    pub days: (String, String),
    /// Where, if that is known.
    pub place: Option<&'a Place>,
    /// Kilometres one way.
    pub km: f64,
}

impl MeetingLine<'_> {
    /// Persons who attend.
    pub fn persons(&self) -> u32 {
        self.attend.iter().map(|(_, persons, _)| persons).sum()
    }

    /// What people call where it is; empty where that is not known.
    pub fn place_name(&self) -> &str {
        self.place.map_or(if self.gathering.online { "online" } else { "" }, |place| &place.name)
    }
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

    /// Every meeting, by start, gathering and place.
    pub fn meetings(&self) -> impl Iterator<Item = MeetingLine<'_>> {
        self.plan.meetings.iter().map(|meeting| self.meeting(meeting))
    }

    /// A meeting of the plan.
    pub fn meeting(&self, meeting: &Meeting) -> MeetingLine<'_> {
        let (problem, g) = (&self.problem, meeting.gathering);
        let gathering = problem.gathering(g);
        let place = meeting.place.map(|place| &gathering.places[place.at()]);
        let host = gathering.host(meeting.place).map(|town| problem.municipality(town));
        let at = place.map(|place| match place.location {
            Location::Municipality(town) => (problem.municipality(town).lat, problem.municipality(town).lon),
            Location::Own(lat, lon) => (lat, lon),
        });
        let attends = |&e: &EnrolmentIx| {
            let km = problem.km_to(problem.enrolment(e).municipality, g, meeting.place);
            (self.member(e), problem.persons_invited(g, e).unwrap_or_default(), km)
        };
        MeetingLine {
            gathering,
            days: days(gathering, meeting),
            place,
            host,
            at,
            attend: meeting.attend.iter().map(attends).collect(),
        }
    }

    /// Every enrolment that a gathering invites, by gathering and enrolment.
    pub fn invited(&self) -> impl Iterator<Item = Invited<'_>> {
        let problem = &self.problem;
        (0..problem.gatherings().len()).map(GatheringIx::new).flat_map(move |g| {
            let held = self.plan.meetings.iter().filter(move |meeting| meeting.gathering == g);
            let of: HashMap<EnrolmentIx, &Meeting> =
                held.flat_map(|meeting| meeting.attend.iter().map(move |&e| (e, meeting))).collect();
            let gathering = problem.gathering(g);
            problem.invited(g).map(move |(e, persons)| {
                let attends = of.get(&e).map(|meeting| Attended {
                    days: days(gathering, meeting),
                    place: meeting.place.map(|place| &gathering.places[place.at()]),
                    km: problem.km_to(problem.enrolment(e).municipality, g, meeting.place),
                });
                Invited { gathering, member: self.member(e), persons, attends }
            })
        })
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

/// The first and the last day of a meeting.
fn days(gathering: &Gathering, meeting: &Meeting) -> (String, String) {
    (meeting.start.to_string(), meeting.start.plus(gathering.days as i32 - 1).to_string())
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
    let taken = place::Place::take().await?;
    let (problem, document) = stored::texts_in(&taken, state, &id.0).await?;
    taken.run(move || make(&Handout::read(&problem, &document)?)).await
}

//! When an enrolment can take part in a visit and when it can host one: its municipality's diary, the meetings that it
//! attends with their clear days, and the meetings that its municipality hosts. Rules, searches, bounds, clashes and
//! explanations all ask here.

use crate::plan::Meeting;
use crate::problem::{Day, EnrolmentIx, GatheringIx, MunicipalityIx, Problem};

/// Days from the first to the last, for the sake of a gathering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    first: Day,
    last: Day,
    gathering: GatheringIx,
}

/// Which days the meetings of a plan take. Diaries stay in the problem.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Availability {
    /// By enrolment: the days of the meetings that it attends, with their clear days. Empty without meetings.
    attends: Vec<Vec<Span>>,
    /// By municipality: the days of the meetings that it hosts. Empty without meetings.
    hosts: Vec<Vec<Span>>,
}

impl Availability {
    /// What these meetings take.
    pub fn new(problem: &Problem, meetings: &[Meeting]) -> Availability {
        if meetings.is_empty() {
            return Availability::default();
        }
        let mut attends = vec![Vec::new(); problem.enrolments().len()];
        let mut hosts = vec![Vec::new(); problem.municipalities().len()];
        for meeting in meetings {
            let it = problem.gathering(meeting.gathering);
            let (first, last) = it.clear_days(meeting.start);
            for e in &meeting.attend {
                attends[e.at()].push(Span { first, last, gathering: meeting.gathering });
            }
            if let Some(town) = it.host(meeting.place) {
                let last = meeting.start.plus(it.days as i32 - 1);
                hosts[town.at()].push(Span { first: meeting.start, last, gathering: meeting.gathering });
            }
        }
        Availability { attends, hosts }
    }

    /// Whether an enrolment can take part in a visit that day, as host or guest.
    pub fn can_travel(&self, problem: &Problem, e: EnrolmentIx, day: Day) -> bool {
        !problem.home(e).unavailable.contains(day) && self.gathering_of(e, day).is_none()
    }

    /// Whether it can host a visit that day, apart from the other visits of its municipality.
    pub fn can_host(&self, problem: &Problem, e: EnrolmentIx, day: Day) -> bool {
        let home = problem.home(e);
        home.can_host
            && !home.cannot_host.contains(day)
            && self.gathering_of(e, day).is_none()
            && self.hosted_by(problem.enrolment(e).municipality, day).is_none()
    }

    /// The gathering that keeps an enrolment from visits that day, by its days or its clear days.
    pub fn gathering_of(&self, e: EnrolmentIx, day: Day) -> Option<GatheringIx> {
        on(self.attends.get(e.at())?, day)
    }

    /// The gathering of which a municipality hosts a meeting that day.
    pub fn hosted_by(&self, town: MunicipalityIx, day: Day) -> Option<GatheringIx> {
        on(self.hosts.get(town.at())?, day)
    }
}

fn on(spans: &[Span], day: Day) -> Option<GatheringIx> {
    spans.iter().find(|span| span.first <= day && day <= span.last).map(|span| span.gathering)
}

//! From a plan document to the plan that is meant: ids become indices, and what names nothing is told.

use crate::plan::{AssignmentRecord, Meeting, MeetingRecord, Plan, PlanRecords, Visit, VisitRecord};
use crate::problem::{Day, EnrolmentIx, Problem};
use crate::rules::{A1, G1, G2, Rule, V1, V4, Violation, Violations};

/// The plan that is meant, and what could not be read of it: rows that name an unknown enrolment or network,
/// place one twice or one that needs no network (A1), visits whose host, network, day or round is none (V1), unknown guests
/// (V4), meetings whose gathering, day or place is none (G1), who is unknown and attends (G2). Such rows, guests and names are
/// dropped, but a meeting at an unknown place is held at none; of two places the last counts.
pub fn resolve(problem: &Problem, written: &PlanRecords) -> (Plan, Vec<Violation>) {
    let mut reader = Reader::new(problem);
    let mut plan = Plan::empty(problem);
    for row in &written.assignments {
        reader.place(row, &mut plan);
    }
    for row in &written.visits {
        let visit = reader.visit(row, &plan);
        plan.visits.extend(visit);
    }
    for row in &written.gatherings {
        let meeting = reader.meeting(row);
        plan.meetings.extend(meeting);
    }
    plan.sort();
    (plan, reader.found.0)
}

/// Reads ids against a problem.
struct Reader<'a> {
    problem: &'a Problem,
    found: Violations,
}

impl<'a> Reader<'a> {
    fn new(problem: &'a Problem) -> Reader<'a> {
        Reader { problem, found: Violations::default() }
    }

    fn place(&mut self, row: &AssignmentRecord, plan: &mut Plan) {
        let Some(e) = self.problem.enrolment_of_id(&row.enrolment) else {
            return self.say(A1, format!("unknown enrolment {}", row.enrolment));
        };
        if !self.problem.wants_network(e) {
            self.say(A1, format!("enrolment {} has a row, but its track is not in networks", row.enrolment));
            return;
        }
        if plan.network_of[e.at()].is_some() {
            self.say(A1, format!("enrolment {} is assigned twice", row.enrolment));
        }
        let Some(id) = &row.network else { return };
        match self.problem.network_of_id(id) {
            Some(n) => plan.network_of[e.at()] = Some(n),
            None => self.say(A1, format!("enrolment {}: unknown network {id}", row.enrolment)),
        }
    }

    fn visit(&mut self, row: &VisitRecord, plan: &Plan) -> Option<Visit> {
        let label = || format!("visit of {} to {} on {}", row.network, row.host, row.date);
        let place = self.problem.enrolment_of_id(&row.host).zip(self.problem.network_of_id(&row.network));
        let Some((host, network)) = place else {
            self.say(V1, format!("{}: the host is not a member", label()));
            return None;
        };
        let Ok(day) = Day::parse(&row.date) else {
            self.say(V1, format!("{}: not a day", label()));
            return None;
        };
        let round = self.problem.round_of(day).map(|round| &self.problem.rounds()[round.at()].id);
        if let (Some(said), Some(is)) = (&row.round, round)
            && said != is
            && plan.network_of[host.at()] == Some(network)
        {
            self.say(V1, format!("{}: says round {said}, but the day is in {is}", label()));
        }
        let guests = self.enrolments(&row.guests, V4, |id| format!("{}: guest {id} is not another member", label()));
        Some(Visit { day, network, host, guests })
    }

    fn meeting(&mut self, row: &MeetingRecord) -> Option<Meeting> {
        let Some(gathering) = self.problem.gathering_of_id(&row.gathering) else {
            self.say(G1, format!("unknown gathering {}", row.gathering));
            return None;
        };
        let label = || format!("meeting of {} on {}", row.gathering, row.start);
        let Ok(start) = Day::parse(&row.start) else {
            self.say(G1, format!("{}: not a day", label()));
            return None;
        };
        let place = row.place.as_ref().and_then(|id| self.problem.gathering(gathering).place_of_id(id));
        if let (Some(id), None) = (&row.place, place) {
            self.say(G1, format!("{}: {id} is not one of its places", label()));
        }
        let attend = self.enrolments(&row.attend, G2, |id| format!("{}: {id} is not invited", label()));
        Some(Meeting { start, gathering, place, attend })
    }

    /// The enrolments of these ids; `says` what is wrong with one that is unknown.
    fn enrolments(&mut self, ids: &[String], rule: Rule, says: impl Fn(&str) -> String) -> Vec<EnrolmentIx> {
        let mut known = Vec::with_capacity(ids.len());
        for id in ids {
            match self.problem.enrolment_of_id(id) {
                Some(e) => known.push(e),
                None => self.say(rule, says(id)),
            }
        }
        known
    }

    fn say(&mut self, rule: Rule, detail: String) {
        self.found.add(rule, detail);
    }
}

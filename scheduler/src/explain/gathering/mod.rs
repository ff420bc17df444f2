//! What else a gathering of a plan could be: each of its meetings on every other day and at every other place, one meeting
//! more, and one fewer.
//!
//! An alternative is one meeting changed and all else equal: the other meetings of the gathering keep their days and places,
//! the other gatherings theirs and whoever attends them; networks and visits stay. Everybody whom the gathering invites is
//! seated anew, at the least cost. What is told is the cost of the gathering by its own four measures. Visits that lie in
//! the way of an alternative (on its days, or on days that stay clear for it) are named and change nothing of its cost.

mod reasons;

use crate::cost::{Cost, of_gathering};
use crate::explain::lock::Lock;
use crate::explain::meeting::{MeetingReason, MeetingStop, closed_days, host_stop};
use crate::gatherings::{Chosen, Instance, Seats, Slot};
use crate::plan::{Meeting, Plan};
use crate::problem::{Day, EnrolmentIx, GatheringIx, PlaceIx};
use crate::steering::{Steering, Task};

/// Figures that differ by less, relatively, are the same.
const NEAR: f64 = 1e-9;
/// Most looks at what somebody would cost at a meeting; where there are more, the nearest places alone are looked at.
const MOST_LOOKS: usize = 400_000_000;
/// Most meetings whose alternatives are told, where none is named; fewer where whoever sits where takes too many looks.
const MOST_MEETINGS: usize = 20;
const MOST_LOOKS_AT_SEATS: usize = 40_000_000;
/// How many of each change have their seats settled by a model, where room is short.
const SETTLED: usize = 10;
/// How many of those who attend tell which places are near.
const SAMPLE: usize = 50;

/// What else a gathering could be.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternatives {
    /// What its meetings cost as they are in the plan.
    pub cost: Cost,
    /// The days of its window on which no meeting can begin, each with the reason.
    pub closed: Vec<(Day, MeetingStop)>,
    /// By what changes: each meeting in the order of the plan, one more, one fewer.
    pub changes: Vec<Changed>,
    /// Why it is as it is, the most important first.
    pub reasons: Vec<MeetingReason>,
}

/// Which meeting changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// This one, by its position among the plan's meetings, is on another day or at another place.
    Move(usize),
    /// There is one more.
    More,
    /// One is not held.
    Fewer,
}

/// The alternatives of one change.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// Which meeting changes.
    pub change: Change,
    /// How many days and places were looked at; of one fewer: meetings.
    pub of: usize,
    /// Of a meeting that moves: the place of what the plan has among them by cost, 1 the cheapest. Where seats are short,
    /// others count by what they cost at least.
    pub rank: Option<usize>,
    /// The cheapest ones, and what the plan has; those that a rule bars come last.
    pub rows: Vec<Alternative>,
}

/// A day and a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// The day on which the meeting begins; of one fewer: that of the meeting which is not held.
    pub start: Day,
    /// Where it is held, where the gathering has places.
    pub place: Option<PlaceIx>,
    /// Whether it is what the plan has.
    pub present: bool,
    /// What it comes to; none where a rule bars it whatever else changes.
    pub outcome: Option<Priced>,
    /// Everything in the way; empty: nothing is.
    pub stops: Vec<MeetingStop>,
}

/// What a gathering comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Priced {
    /// Its cost, with the best seats that were found.
    pub cost: Cost,
    /// What it costs at least, whoever sits where: the same, unless seats are short at several meetings.
    pub at_least: f64,
    /// Its meetings, with who attends.
    pub meetings: Vec<Meeting>,
    /// Who attends and does not in the plan, ascending.
    pub come: Vec<EnrolmentIx>,
    /// Who attends in the plan and does not here, ascending.
    pub miss: Vec<EnrolmentIx>,
}

/// What else a gathering of a plan could be. `only`: the one meeting, by its position in the plan, whose alternatives are
/// told; none: those of the first twenty (fewer where it has very many meetings), one more and one fewer. `most`: how many are told of each change, at least 1.
pub fn alternatives(
    problem: &Task,
    plan: &Plan,
    gathering: GatheringIx,
    only: Option<usize>,
    most: usize,
) -> Alternatives {
    let table = Table::new(problem, plan, gathering);
    let held = &table.held;
    let told = held.iter().copied().filter(|at| only.is_none_or(|only| only == *at)).take(table.most_meetings());
    let mut changes: Vec<Change> = told.map(Change::Move).collect();
    let several = problem.gathering(gathering).meetings.is_some();
    if only.is_none() && (several || held.is_empty()) {
        changes.push(Change::More);
    }
    if only.is_none() && several && held.len() > 1 {
        changes.push(Change::Fewer);
    }
    let share = MOST_LOOKS / changes.len().max(1);
    let changes: Vec<Changed> = changes.into_iter().map(|change| table.changed(change, most.max(1), share)).collect();
    let cost = of_gathering(problem, gathering, &table.own());
    let reasons = reasons::reasons(problem, plan, gathering, cost.total(), &changes);
    Alternatives { cost, closed: closed_days(problem, gathering), changes, reasons }
}

/// A gathering of a plan around all others.
struct Table<'p> {
    problem: &'p Task,
    plan: &'p Plan,
    gathering: GatheringIx,
    instance: Instance<'p>,
    others: Chosen<'p>,
    /// Its meetings, by position in the plan.
    held: Vec<usize>,
    /// Whether an enrolment attends one of them.
    attends: Vec<bool>,
    /// The visits that each enrolment takes part in, by position in the plan.
    visits_of: Vec<Vec<usize>>,
}

/// An alternative before its seats are known.
struct Candidate {
    slot: Slot,
    stops: Vec<MeetingStop>,
    /// What it costs at least; infinite where a rule bars it.
    at_least: f64,
}

impl<'p> Table<'p> {
    fn new(problem: &'p Task, plan: &'p Plan, gathering: GatheringIx) -> Table<'p> {
        let mut others = Chosen::new(problem);
        for other in (0..problem.gatherings().len()).map(GatheringIx::new).filter(|&other| other != gathering) {
            let own = plan.meetings.iter().filter(|meeting| meeting.gathering == other);
            others.hold(other, own.cloned().collect());
        }
        let positions = plan.meetings.iter().enumerate().filter(|(_, meeting)| meeting.gathering == gathering);
        let held: Vec<usize> = positions.map(|(at, _)| at).collect();
        let mut attends = vec![false; problem.enrolments().len()];
        held.iter().flat_map(|&at| &plan.meetings[at].attend).for_each(|e| attends[e.at()] = true);
        let mut visits_of = vec![Vec::new(); problem.enrolments().len()];
        for (at, visit) in plan.visits.iter().enumerate() {
            visit.guests.iter().chain([&visit.host]).for_each(|e| visits_of[e.at()].push(at));
        }
        let instance = Instance::new(problem, gathering, &others);
        Table { problem, plan, gathering, instance, others, held, attends, visits_of }
    }

    fn own(&self) -> Vec<Meeting> {
        self.held.iter().map(|&at| self.plan.meetings[at].clone()).collect()
    }

    /// How many meetings are looked at.
    fn most_meetings(&self) -> usize {
        let seats = self.held.len().saturating_mul(self.instance.guests.len()).max(1);
        (MOST_LOOKS_AT_SEATS / seats).clamp(1, MOST_MEETINGS)
    }

    /// Where and when a meeting of the plan is; none where no meeting of the gathering can be there and then.
    fn slot_of(&self, at: usize) -> Option<Slot> {
        let meeting = &self.plan.meetings[at];
        self.instance.slot(meeting.start, meeting.place)
    }

    /// What a lock says to meetings in these slots.
    fn locked(&self, slots: &[Slot]) -> Option<MeetingStop> {
        let held = self.problem.steering().and_then(|steering: &Steering| steering.held(self.gathering))?;
        let locked = MeetingStop::Locked(Lock::Gathering(self.gathering));
        (!self.instance.admits(held, slots)).then_some(locked)
    }

    fn slots_but(&self, out: Option<usize>) -> Vec<Slot> {
        self.held.iter().filter(|&&at| Some(at) != out).filter_map(|&at| self.slot_of(at)).collect()
    }

    fn changed(&self, change: Change, most: usize, looks: usize) -> Changed {
        match change {
            Change::Fewer => self.fewer(most),
            Change::Move(at) => self.elsewhere(change, Some(at), most, looks),
            Change::More => self.elsewhere(change, None, most, looks),
        }
    }

    /// A meeting, or one more, on every day at every place.
    fn elsewhere(&self, change: Change, moves: Option<usize>, most: usize, looks: usize) -> Changed {
        let seats = Seats::new(&self.instance, self.slots_but(moves));
        let present = moves.and_then(|at| self.slot_of(at));
        let mut places = self.near(moves, looks);
        places.extend(present.map(|slot| slot.place).filter(|place| !places.contains(place)));
        let starts = 0..self.instance.starts.len();
        let pairs = places.into_iter().flat_map(|place| starts.clone().map(move |start| Slot { place, start }));
        let mut found: Vec<Candidate> = pairs.map(|slot| self.candidate(&seats, slot)).collect();
        found.sort_by(|a, b| a.at_least.total_cmp(&b.at_least)); // of equal ones: by place and day
        let own = found.iter().find(|one| Some(one.slot) == present).map(|one| self.told(&seats, one, true, true));
        let paid = own.as_ref().and_then(|own| own.outcome.as_ref()).map(|own| own.cost.total());
        let less = |paid: f64| found.iter().filter(|one| one.at_least < paid - NEAR * paid.abs().max(1.0)).count();
        let rank = paid.map(|paid| 1 + less(paid));
        let of = found.len();
        let cheapest = found.iter().filter(|one| Some(one.slot) != present).take(most);
        let mut rows: Vec<Alternative> =
            cheapest.enumerate().map(|(at, one)| self.told(&seats, one, false, at < SETTLED)).collect();
        rows.extend(own);
        sort(&mut rows);
        Changed { change, of, rank, rows }
    }

    /// Each meeting left out.
    fn fewer(&self, most: usize) -> Changed {
        let row = |(position, &at): (usize, &usize)| {
            let meeting = &self.plan.meetings[at];
            let seats = Seats::new(&self.instance, self.slots_but(Some(at)));
            let mut stops = self.counts(self.held.len() - 1);
            stops.extend(self.regions_left(seats.others().iter()));
            stops.extend(self.locked(seats.others()));
            let outcome = self.outcome(&seats, None, position < SETTLED);
            stops.extend(outcome.as_ref().map_or(Some(MeetingStop::Nobody), |found| self.visits_near(found)));
            Alternative { start: meeting.start, place: meeting.place, present: false, outcome, stops }
        };
        let mut rows: Vec<Alternative> = self.held.iter().enumerate().take(self.most_meetings()).map(row).collect();
        let of = rows.len();
        sort(&mut rows);
        rows.truncate(most);
        Changed { change: Change::Fewer, of, rank: None, rows }
    }

    /// What keeps so many meetings from being held.
    fn counts(&self, meetings: usize) -> Vec<MeetingStop> {
        let (least, most) = self.problem.gathering(self.gathering).meeting_counts();
        let mut stops = Vec::new();
        if meetings > most as usize {
            stops.push(MeetingStop::TooMany { most });
        }
        if meetings < least as usize {
            stops.push(MeetingStop::TooFew { least });
        }
        stops
    }

    /// The regions that need a meeting and have none among these.
    fn regions_left<'s>(&self, slots: impl Iterator<Item = &'s Slot>) -> Vec<MeetingStop> {
        if self.instance.regions_needed == 0 {
            return Vec::new();
        }
        let mut has = vec![false; self.instance.regions_needed];
        slots.filter_map(|slot| self.instance.regions[slot.place]).for_each(|region| has[region] = true);
        let regions = self.problem.regions_invited(self.gathering).into_iter().zip(has);
        regions.filter(|(_, has)| !has).map(|(region, _)| MeetingStop::NoMeeting(region)).collect()
    }

    /// A day and a place beside these meetings, with what keeps it from being held whatever the visits are.
    fn candidate(&self, seats: &Seats<'_>, slot: Slot) -> Candidate {
        let mut stops = self.barred(seats, slot);
        if !stops.is_empty() {
            return Candidate { slot, stops, at_least: f64::INFINITY };
        }
        stops.extend(self.counts(seats.others().len() + 1));
        let slots: Vec<Slot> = seats.others().iter().copied().chain([slot]).collect();
        stops.extend(self.regions_left(slots.iter()));
        stops.extend(self.locked(&slots));
        Candidate { slot, stops, at_least: seats.floor(Some(slot)).cost }
    }

    /// What bars a day and a place, however many meetings there may be.
    fn barred(&self, seats: &Seats<'_>, slot: Slot) -> Vec<MeetingStop> {
        let (start, it) = (self.instance.starts[slot.start], self.problem.gathering(self.gathering));
        let mut stops = Vec::new();
        if let Some(municipality) = it.host(self.instance.places[slot.place]) {
            stops.extend(host_stop(self.problem, municipality, self.gathering, start));
            let hosted = it.days_from(start).find_map(|day| self.others.hosted_by(municipality, day));
            stops.extend(hosted.map(|gathering| MeetingStop::HostsMeeting { municipality, gathering }));
        }
        if seats.others().iter().any(|other| other.place == slot.place) {
            stops.push(MeetingStop::PlaceTaken);
        }
        let begin = seats.others().iter().filter(|other| other.start == slot.start).count();
        let full = self.instance.limits.max_per_day.filter(|&most| begin >= most as usize);
        stops.extend(full.map(|most| MeetingStop::DayFull { most }));
        if self.instance.needs_guests && !seats.anybody(slot) {
            stops.push(MeetingStop::Nobody);
        }
        stops
    }

    /// A candidate with its seats, and the visits in its way.
    fn told(&self, seats: &Seats<'_>, candidate: &Candidate, present: bool, settle: bool) -> Alternative {
        let Candidate { slot, stops, at_least } = candidate;
        let (start, place) = (self.instance.starts[slot.start], self.instance.places[slot.place]);
        let mut stops = stops.clone();
        let outcome = if at_least.is_finite() { self.outcome(seats, Some(*slot), settle) } else { None };
        if at_least.is_finite() && outcome.is_none() {
            stops.push(MeetingStop::Nobody);
        }
        stops.extend(self.hosts_visits(place, start));
        stops.extend(outcome.as_ref().and_then(|found| self.visits_near(found)));
        Alternative { start, place, present, outcome, stops }
    }

    fn outcome(&self, seats: &Seats<'_>, slot: Option<Slot>, settle: bool) -> Option<Priced> {
        let seated = seats.seat(slot, settle)?;
        let mut meetings: Vec<Meeting> = seated.choices.iter().map(|choice| self.instance.meeting(choice)).collect();
        meetings.sort_unstable();
        let mut now = vec![false; self.attends.len()];
        meetings.iter().flat_map(|meeting| &meeting.attend).for_each(|e| now[e.at()] = true);
        let all = || (0..now.len()).map(EnrolmentIx::new);
        Some(Priced {
            cost: of_gathering(self.problem, self.gathering, &meetings),
            at_least: seated.at_least,
            come: all().filter(|e| now[e.at()] && !self.attends[e.at()]).collect(),
            miss: all().filter(|e| !now[e.at()] && self.attends[e.at()]).collect(),
            meetings,
        })
    }

    /// The visits that those who attend take part in near their meeting.
    fn visits_near(&self, found: &Priced) -> Option<MeetingStop> {
        let mut near: Vec<usize> = Vec::new();
        for meeting in &found.meetings {
            let (first, last) = self.problem.gathering(self.gathering).clear_days(meeting.start);
            let visits = meeting.attend.iter().flat_map(|e| &self.visits_of[e.at()]).copied();
            near.extend(visits.filter(|&at| (first..=last).contains(&self.plan.visits[at].day)));
        }
        near.sort_unstable();
        near.dedup();
        (!near.is_empty()).then_some(MeetingStop::Visits(near))
    }

    /// The visits that the municipality at a place hosts on the days of a meeting.
    fn hosts_visits(&self, place: Option<PlaceIx>, start: Day) -> Option<MeetingStop> {
        let it = self.problem.gathering(self.gathering);
        let town = it.host(place)?;
        let last = start.plus(it.days as i32 - 1);
        let hosted = self.plan.visits.iter().enumerate().filter(|(_, visit)| {
            (start..=last).contains(&visit.day) && self.problem.enrolment(visit.host).municipality == town
        });
        let visits: Vec<usize> = hosted.map(|(at, _)| at).collect();
        (!visits.is_empty()).then_some(MeetingStop::HostsVisits(visits))
    }

    /// The places to look at, ascending: all, or where that is too much the nearest to those who attend this meeting (none:
    /// to those who are invited).
    fn near(&self, moves: Option<usize>, looks: usize) -> Vec<usize> {
        let places = self.instance.places.len();
        let each = self.instance.starts.len().saturating_mul(self.instance.guests.len()).max(1);
        let most = (looks / each).max(1);
        if places <= most {
            return (0..places).collect();
        }
        let of_meeting = |guest: &usize| {
            let e = self.instance.guests[*guest].e;
            moves.is_none_or(|at| self.plan.meetings[at].attend.binary_search(&e).is_ok())
        };
        let guests: Vec<usize> = (0..self.instance.guests.len()).filter(of_meeting).collect();
        let sample: Vec<usize> = guests.iter().copied().step_by(guests.len().div_ceil(SAMPLE).max(1)).collect();
        let way = |place: usize| sample.iter().map(|&guest| self.instance.travel(guest, place)).sum::<f64>();
        let mut by_way: Vec<(f64, usize)> = (0..places).map(|place| (way(place), place)).collect();
        by_way.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        by_way.truncate(most);
        let mut near: Vec<usize> = by_way.into_iter().map(|(_, place)| place).collect();
        near.sort_unstable();
        near
    }
}

/// Puts the cheapest first, then those that are barred; equal ones stay as they are.
fn sort(rows: &mut [Alternative]) {
    let cost = |row: &Alternative| row.outcome.as_ref().map_or(f64::INFINITY, |found| found.cost.total());
    rows.sort_by(|a, b| cost(a).total_cmp(&cost(b)));
}

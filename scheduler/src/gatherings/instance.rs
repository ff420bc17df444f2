//! One gathering as a search sees it: who is invited, on which days and at which places it may meet, and what each costs.

use super::single::Choice;
use crate::plan::Meeting;
use crate::problem::{Day, EnrolmentIx, GatheringIx, MeetingLimits, PlaceIx, Problem, RegionIx};

/// Who is invited.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guest {
    pub e: EnrolmentIx,
    pub persons: u32,
    /// What it costs that it attends no meeting.
    pub missed: f64,
}

/// A gathering around the meetings of others.
pub(crate) struct Instance<'p> {
    pub problem: &'p Problem,
    pub gathering: GatheringIx,
    /// Days on which a meeting may begin, ascending.
    pub starts: Vec<Day>,
    /// Where it may be held; one that is none where it has no place.
    pub places: Vec<Option<PlaceIx>>,
    pub guests: Vec<Guest>,
    pub limits: MeetingLimits,
    /// Whether every meeting needs somebody who attends.
    pub needs_guests: bool,
    /// Meetings that cost nothing by their number.
    pub free: usize,
    /// The region of each place, among those that need a meeting; none need one, or it lies in no such region.
    pub regions: Vec<Option<usize>>,
    /// How many regions need a meeting.
    pub regions_needed: usize,
    /// Whether a guest is there on all days from a start, by guest and start.
    there: Vec<bool>,
    /// What undesired days cost, by guest and start; empty where there are none.
    undesired: Vec<f64>,
    /// Whether a place is free on all days from a start, by place and start.
    open: Vec<bool>,
    /// The way to a place and back at its cost, by guest and place; empty where that is too much to hold. Infinite beyond
    /// reach.
    travel: Vec<f64>,
}

/// Most pairs of a guest and a place that are held in a table.
const MOST_PAIRS: usize = 20_000_000;

/// Most looks at whether somebody could attend.
const MOST_LOOKS: usize = 50_000_000;

/// What the meetings of other gatherings take.
pub(crate) trait Taken {
    /// Whether an enrolment is at a meeting that day.
    fn attends(&self, e: EnrolmentIx, day: Day) -> bool;
    /// Whether a municipality hosts a meeting that day.
    fn hosts(&self, town: crate::problem::MunicipalityIx, day: Day) -> bool;
}

impl<'p> Instance<'p> {
    pub fn new(problem: &'p Problem, gathering: GatheringIx, taken: &impl Taken) -> Instance<'p> {
        let it = problem.gathering(gathering);
        let weights = problem.weights();
        let starts = problem.starts(gathering);
        let guest =
            |(e, persons): (EnrolmentIx, u32)| Guest { e, persons, missed: weights.missed * f64::from(persons) };
        let guests: Vec<Guest> = problem.invited(gathering).map(guest).collect();
        let places: Vec<Option<PlaceIx>> = match it.places.len() {
            0 => vec![None],
            count => (0..count).map(|at| Some(PlaceIx::new(at))).collect(),
        };
        let (min, max) = it.meeting_counts();
        let one = MeetingLimits { min, max, each_region: false, max_distance_km: None, max_per_day: None };
        let limits = it.meetings.unwrap_or(one);
        let days: Vec<Vec<Day>> = starts.iter().map(|&start| it.days_from(start).collect()).collect();
        let is_there = |e: EnrolmentIx, days: &[Day]| {
            let away = &problem.home(e).unavailable;
            days.iter().all(|&day| !away.contains(day) && !taken.attends(e, day))
        };
        let there = guests.iter().flat_map(|guest| days.iter().map(move |days| is_there(guest.e, days))).collect();
        let dislikes = |guest: &Guest, days: &[Day]| {
            let undesired = &problem.home(guest.e).undesired;
            let count = days.iter().filter(|&&day| undesired.contains(day)).count() as f64;
            weights.gathering_undesired * f64::from(guest.persons) * count
        };
        let undesired = guests.iter().flat_map(|guest| days.iter().map(move |days| dislikes(guest, days))).collect();
        let is_open = |place: Option<PlaceIx>, at: usize| match it.host(place) {
            None => true,
            Some(town) => {
                problem.can_host_meeting(town, gathering, starts[at])
                    && days[at].iter().all(|&day| !taken.hosts(town, day))
            }
        };
        let open = places.iter().flat_map(|&place| (0..starts.len()).map(move |at| is_open(place, at))).collect();
        let needed: Vec<RegionIx> = if limits.each_region { problem.regions_invited(gathering) } else { Vec::new() };
        let region = |&place: &Option<PlaceIx>| {
            let region = problem.municipality(it.host(place)?).region;
            needed.binary_search(&region).ok()
        };
        let mut instance = Instance {
            problem,
            gathering,
            regions: places.iter().map(region).collect(),
            regions_needed: needed.len(),
            free: problem.meetings_free(gathering) as usize,
            needs_guests: it.meetings.is_some(),
            limits,
            there,
            undesired,
            open,
            travel: Vec::new(),
            starts,
            places,
            guests,
        };
        if instance.guests.len().saturating_mul(instance.places.len()) <= MOST_PAIRS {
            let pairs = (0..instance.guests.len()).flat_map(|g| (0..instance.places.len()).map(move |p| (g, p)));
            instance.travel = pairs.map(|(g, p)| instance.way(g, p)).collect();
        }
        instance.close_where_nobody_can_attend();
        instance
    }

    /// Where every meeting needs somebody: leaves out places on days on which nobody could attend.
    fn close_where_nobody_can_attend(&mut self) {
        let pairs = self.places.len().saturating_mul(self.starts.len());
        if !self.needs_guests || pairs.saturating_mul(self.guests.len()) > MOST_LOOKS {
            return;
        }
        for place in 0..self.places.len() {
            let room = self.room(place);
            let fits =
                |&guest: &usize| u64::from(self.guests[guest].persons) <= room && self.travel(guest, place).is_finite();
            let near: Vec<usize> = (0..self.guests.len()).filter(fits).collect();
            for start in 0..self.starts.len() {
                let attended = near.iter().any(|&guest| self.is_there(guest, start));
                self.open[place * self.starts.len() + start] &= attended;
            }
        }
    }

    /// The way of a guest to a place and back, at its cost; infinite beyond reach.
    fn way(&self, guest: usize, place: usize) -> f64 {
        let Guest { e, persons, .. } = self.guests[guest];
        let km = self.problem.km_to(self.problem.enrolment(e).municipality, self.gathering, self.places[place]);
        match self.limits.max_distance_km {
            Some(most) if self.places[place].is_some() && km > most => f64::INFINITY,
            _ => self.problem.weights().gathering_travel * 2.0 * km * f64::from(persons),
        }
    }

    /// What the way to a place and back costs a guest; infinite beyond reach.
    pub fn travel(&self, guest: usize, place: usize) -> f64 {
        match self.travel.get(guest * self.places.len() + place) {
            Some(&cost) => cost,
            None => self.way(guest, place),
        }
    }

    /// Whether a guest is there on all days of a meeting.
    pub fn is_there(&self, guest: usize, start: usize) -> bool {
        self.there[guest * self.starts.len() + start]
    }

    /// What undesired days of a meeting cost a guest.
    pub fn undesired(&self, guest: usize, start: usize) -> f64 {
        self.undesired[guest * self.starts.len() + start]
    }

    /// Takes a place on a day out.
    pub fn close(&mut self, place: usize, start: usize) {
        let starts = self.starts.len();
        self.open[place * starts + start] = false;
    }

    /// Whether a place is free on all days of a meeting.
    pub fn is_open(&self, place: usize, start: usize) -> bool {
        self.open[place * self.starts.len() + start]
    }

    /// What it costs that a guest attends a meeting; infinite where it cannot.
    pub fn attending(&self, guest: usize, place: usize, start: usize) -> f64 {
        if self.is_there(guest, start) {
            self.travel(guest, place) + self.undesired(guest, start)
        } else {
            f64::INFINITY
        }
    }

    /// Persons that fit in.
    pub fn room(&self, place: usize) -> u64 {
        let capacity =
            self.places[place].and_then(|at| self.problem.gathering(self.gathering).places[at.at()].capacity);
        capacity.map_or(u64::MAX, u64::from)
    }

    /// What so many meetings cost by their number.
    pub fn number_cost(&self, meetings: usize) -> f64 {
        self.problem.weights().meeting * meetings.saturating_sub(self.free) as f64
    }

    /// What it costs that nobody attends.
    pub fn all_missed(&self) -> f64 {
        self.guests.iter().map(|guest| guest.missed).sum()
    }

    /// Whether it has one meeting, wherever that is.
    pub fn is_single(&self) -> bool {
        self.limits.max <= 1 && !self.limits.each_region
    }

    /// A choice as a meeting.
    pub fn meeting(&self, choice: &Choice) -> Meeting {
        Meeting {
            start: self.starts[choice.start],
            gathering: self.gathering,
            place: self.places[choice.place],
            attend: choice.attend.iter().map(|&guest| self.guests[guest].e).collect(),
        }
    }

    /// Fewest and most meetings that may be held, as far as its own limits say.
    pub fn counts(&self) -> (usize, usize) {
        let least = (self.limits.min as usize).max(self.regions_needed);
        (least, (self.limits.max as usize).min(self.places.len()))
    }
}

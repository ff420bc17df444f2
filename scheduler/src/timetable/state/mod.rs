//! A timetable under search: who comes to which hosting on which day. Hard rules are never broken: a step that
//! would break one is refused. Every step is noted, so that a move of several steps can be taken back.

mod changes;
mod undo;

use crate::plan::Visit;
use crate::problem::EnrolmentIx;
use crate::steering::LOCK;
use crate::timetable::diary::Diary;
use crate::timetable::frame::{AWAY, DayIx, DayTable, Frame};

/// A visit of a hosting: it exists as long as somebody comes.
#[derive(Clone, Copy, Debug)]
pub(in crate::timetable) struct Held {
    pub day: DayIx,
    pub guests: u32,
    pub people: u64,
}

/// What the timetable half of the cost counts, in whole numbers, so that nothing drifts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::timetable) struct Counts {
    pub unhosted: i64,
    pub absence: i64,
    pub extra: i64,
    pub undesired: i64,
    /// Visits too many, over all windows, by pace rule; 0 for hard ones.
    pub crowded: Vec<i64>,
    /// Visits on days on which a base plan does not have them.
    pub changes: i64,
    /// The same of hostings that have lost days: closing a visit may make one, so that too many are dear, not refused.
    pub loose: i64,
    /// Hostings that a base plan holds, and that are not held.
    pub dropped: i64,
    /// Hostings that a lock wants held, and that are not; and changes that a lock forbids.
    pub lost: i64,
}

/// One step: this guest of this hosting had this day before.
#[derive(Clone, Copy, Debug)]
struct Step {
    hosting: u32,
    guest: u32,
    before: DayIx,
}

/// The state of the search.
#[derive(Clone, Debug)]
pub(in crate::timetable) struct State<'f> {
    pub frame: &'f Frame<'f>,
    pub counts: Counts,
    days: Vec<DayIx>,
    held: Vec<Vec<Held>>,
    diary: Diary,
    /// Days on which a municipality hosts.
    hosting_day: DayTable,
    /// Visits by region and day.
    region_day: Vec<u32>,
    /// Visits by day.
    all_day: Vec<u32>,
    /// Hostings held by network and round.
    in_round: Vec<u32>,
    steps: Vec<Step>,
}

impl<'f> State<'f> {
    /// Nobody visits anybody.
    pub fn new(frame: &'f Frame<'f>) -> State<'f> {
        let problem = frame.problem;
        let counts = Counts {
            unhosted: unheld(frame),
            crowded: vec![0; frame.pace.len()],
            dropped: frame.hostings.iter().filter(|hosting| hosting.promised).count() as i64,
            lost: frame.hostings.iter().filter(|hosting| hosting.due).count() as i64,
            ..Counts::default()
        };
        State {
            counts,
            days: vec![AWAY; frame.slots()],
            held: vec![Vec::new(); frame.hostings.len()],
            diary: Diary::new(problem.enrolments().len(), frame.span),
            hosting_day: DayTable::new(problem.municipalities().len(), frame.days.len()),
            region_day: vec![0; problem.regions().len() * frame.days.len()],
            all_day: vec![0; frame.days.len()],
            in_round: vec![0; problem.networks().len() * problem.rounds().len()],
            steps: Vec::new(),
            frame,
        }
    }

    /// How many hostings of a host are held.
    pub fn turns_held(&self, host: EnrolmentIx) -> u32 {
        self.frame.of_host[host.at()].iter().filter(|&&u| !self.held[u as usize].is_empty()).count() as u32
    }

    /// Cost of the timetable half, and what steers the search.
    pub fn cost(&self) -> f64 {
        self.cost_of_all() + self.pressing() * self.changes_over() as f64
    }

    /// The same without what too many changes cost together: a sum over networks.
    pub fn cost_of_all(&self) -> f64 {
        let (counts, weights) = (&self.counts, self.frame.problem.weights());
        let pace: f64 = (self.frame.pace.iter().zip(&counts.crowded))
            .map(|(rule, &crowded)| rule.cost.map_or(0.0, |cost| cost * crowded as f64))
            .sum();
        weights.unhosted * counts.unhosted as f64
            + weights.absence * counts.absence as f64
            + weights.extra_visit * counts.extra as f64
            + weights.undesired * counts.undesired as f64
            + pace
            + self.frame.change() * (counts.changes + counts.loose) as f64
            + self.frame.losing * counts.dropped as f64
            + LOCK * counts.lost as f64
    }

    /// What it costs that a hosting is not held, as things stand.
    pub fn unheld(&self, hosting: usize) -> f64 {
        self.frame.unheld(hosting) + if self.frame.hostings[hosting].promised { self.pressing() } else { 0.0 }
    }

    /// The day on which a guest comes to a hosting, or `AWAY`.
    pub fn day(&self, hosting: usize, guest: usize) -> DayIx {
        self.days[self.frame.hostings[hosting].first + guest]
    }

    /// The visits of a hosting, in no order that means anything.
    pub fn held(&self, hosting: usize) -> &[Held] {
        &self.held[hosting]
    }

    /// Every guest's day, hosting by hosting: what `restore` takes.
    pub fn days(&self) -> &[DayIx] {
        &self.days
    }

    /// What it would cost the guest to come that day, apart from the visit itself: `None` where a rule forbids it.
    pub fn guest_cost(&self, hosting: usize, guest: usize, day: DayIx) -> Option<f64> {
        let member = self.frame.hostings[hosting].guests[guest];
        if !self.frame.can_travel(member, day)
            || !self.frame.hostings[hosting].lets_come(guest, day)
            || !self.returns_well(hosting, member, day)
        {
            return None;
        }
        self.part_cost(member, day)
    }

    /// What it would cost the host to receive that day a visit that is not held yet, `extra_visit` and what steers the
    /// search included: `None` where a rule or a lock forbids it.
    pub fn open_cost(&self, hosting: usize, day: DayIx) -> Option<f64> {
        let host = self.frame.hostings[hosting].host;
        if !self.may_open(hosting, day) {
            return None;
        }
        let extra = if self.held[hosting].is_empty() { 0.0 } else { self.frame.problem.weights().extra_visit };
        self.part_cost(host, day).map(|cost| cost + extra + self.change_cost(hosting, day))
    }

    /// Lets a guest come on a day; opens the visit where there is none. Refuses what would break a rule.
    pub fn join(&mut self, hosting: usize, guest: usize, day: DayIx) -> bool {
        let frame = self.frame;
        let h = &frame.hostings[hosting];
        let member = h.guests[guest];
        let people = u64::from(frame.delegates[member.at()]);
        if self.day(hosting, guest) != AWAY || self.guest_cost(hosting, guest, day).is_none() {
            return false;
        }
        match self.held[hosting].iter().position(|held| held.day == day) {
            Some(at) if self.held[hosting][at].people + people > h.capacity => return false,
            Some(at) => {
                self.held[hosting][at].guests += 1;
                self.held[hosting][at].people += people;
            }
            None if people > h.capacity || self.open_cost(hosting, day).is_none() => return false,
            None => self.open(hosting, Held { day, guests: 1, people }),
        }
        self.counts.absence -= people as i64;
        self.take_part(member, day, 1);
        self.days[h.first + guest] = day;
        self.steps.push(Step { hosting: hosting as u32, guest: guest as u32, before: AWAY });
        true
    }

    /// Lets a guest stay away; the visit ends with its last guest.
    pub fn leave(&mut self, hosting: usize, guest: usize) {
        let frame = self.frame;
        let h = &frame.hostings[hosting];
        let (member, day) = (h.guests[guest], self.day(hosting, guest));
        let Some(at) = self.held[hosting].iter().position(|held| held.day == day) else { return };
        let people = u64::from(frame.delegates[member.at()]);
        self.counts.absence += people as i64;
        self.take_part(member, day, -1);
        self.days[h.first + guest] = AWAY;
        self.held[hosting][at].guests -= 1;
        self.held[hosting][at].people -= people;
        if self.held[hosting][at].guests == 0 {
            self.close(hosting, at);
        }
        self.steps.push(Step { hosting: hosting as u32, guest: guest as u32, before: day });
    }

    /// Everybody stays away from a hosting.
    pub fn clear(&mut self, hosting: usize) {
        for guest in 0..self.frame.hostings[hosting].guests.len() {
            self.leave(hosting, guest);
        }
    }

    /// Whether the steps since the last `keep` leave everybody where a lock wants them on frozen days.
    pub fn keeps_frozen(&self) -> bool {
        self.steps.iter().all(|step| {
            let must = self.frame.hostings[step.hosting as usize].must_come(step.guest as usize);
            must == AWAY || self.day(step.hosting as usize, step.guest as usize) == must
        })
    }

    /// Lets everybody come who must on a frozen day.
    pub fn begin(&mut self) {
        for hosting in 0..self.frame.hostings.len() {
            for guest in 0..self.frame.hostings[hosting].must_come.len() {
                let must = self.frame.hostings[hosting].must_come[guest];
                if must != AWAY {
                    self.join(hosting, guest, must);
                }
            }
        }
        self.keep();
    }

    /// Takes over the visits of a plan, as far as they keep the rules.
    pub fn adopt(&mut self, visits: &[Visit]) {
        for visit in visits {
            let Some(day) = self.frame.day_ix(visit.day) else { continue };
            let hostings = self.frame.of_host[visit.host.at()].iter().map(|&u| u as usize);
            let Some(hosting) = hostings.into_iter().find(|&u| self.frame.candidate.has(u, usize::from(day))) else {
                continue;
            };
            for &guest in &visit.guests {
                if let Some(guest) = self.frame.guest_at(hosting, guest) {
                    self.join(hosting, guest, day);
                }
            }
        }
        self.keep();
    }

    /// Takes note of visits of networks that are not in the frame: their hosts and days are taken.
    pub fn occupy(&mut self, visits: &[Visit]) {
        for visit in visits {
            if let Some(day) = self.frame.day_ix(visit.day) {
                self.count_visit(visit.host, day, true);
            }
        }
    }

    /// The visits, sorted.
    pub fn visits(&self) -> Vec<Visit> {
        let mut visits = Vec::new();
        for (hosting, held) in self.frame.hostings.iter().zip(&self.held) {
            for held in held {
                let days = &self.days[hosting.first..];
                let comes = |at: &usize| days[*at] == held.day;
                let guests = (0..hosting.guests.len()).filter(comes).map(|at| hosting.guests[at]).collect();
                let day = self.frame.days[usize::from(held.day)].day;
                visits.push(Visit { day, network: hosting.network, host: hosting.host, guests });
            }
        }
        visits.sort_unstable();
        visits
    }

    /// Whether the region and the programme have room for one more visit there that day.
    pub fn room(&self, host: EnrolmentIx, day: DayIx) -> bool {
        let problem = self.frame.problem;
        let has_room = |region| self.room_left(region, day).is_none_or(|left| left > 0);
        has_room(problem.home(host).region.at()) && has_room(problem.regions().len())
    }

    /// How many more visits a region (or, one beyond the last, the programme) takes that day; `None`: any number.
    pub fn room_left(&self, region: usize, day: DayIx) -> Option<u32> {
        let problem = self.frame.problem;
        match problem.regions().get(region) {
            Some(named) => {
                let most = named.max_visits_per_day?;
                Some(most.saturating_sub(self.region_day[region * self.frame.days.len() + usize::from(day)]))
            }
            None => {
                let most = problem.visits().max_visits_per_day?;
                Some(most.saturating_sub(self.all_day[usize::from(day)]))
            }
        }
    }

    /// Whether a municipality hosts that day.
    pub fn hosts_on(&self, host: EnrolmentIx, day: DayIx) -> bool {
        self.hosting_day.has(self.frame.home[host.at()].at(), usize::from(day))
    }

    /// On which days of the programme each enrolment takes part.
    pub fn diary(&self) -> &Diary {
        &self.diary
    }

    /// How many more hostings a network may hold in a round.
    pub fn hostings_left(&self, network: usize, round: usize) -> u32 {
        let held = self.in_round[network * self.frame.problem.rounds().len() + round];
        self.frame.per_round[network].saturating_sub(held)
    }

    /// Whether one more hosting of the network fits in the round of that day.
    pub fn round_open(&self, hosting: usize, day: DayIx) -> bool {
        let round = self.frame.days[usize::from(day)].round;
        match self.held[hosting].first() {
            Some(held) => self.frame.days[usize::from(held.day)].round == round,
            None => {
                let h = &self.frame.hostings[hosting];
                let network = h.network.at();
                let most = self.frame.turns[network];
                self.in_round[self.round_at(hosting, day)] < self.frame.per_round[network]
                    && (most == u32::MAX || self.turns_held(h.host) < most)
            }
        }
    }

    fn may_open(&self, hosting: usize, day: DayIx) -> bool {
        let host = self.frame.hostings[hosting].host;
        self.frame.candidate.has(hosting, usize::from(day))
            && !self.hosts_on(host, day)
            && self.room(host, day)
            && self.round_open(hosting, day)
            && (self.counts.changes < self.frame.most_changes || !self.changes_by(hosting, day))
    }

    /// What taking part that day costs in undesired days and soft pace; `None` where the enrolment is busy that day
    /// or hard pace forbids it.
    fn part_cost(&self, member: EnrolmentIx, day: DayIx) -> Option<f64> {
        let offset = self.frame.days[usize::from(day)].offset;
        if self.diary.busy(member.at(), offset) {
            return None;
        }
        let mut cost = self.frame.problem.weights().undesired * self.frame.undesired_people(member, day) as f64;
        for rule in &self.frame.pace {
            let crowded = self.diary.crowded(member.at(), offset, rule.window, rule.most);
            match rule.cost {
                None if crowded > 0 => return None,
                None => {}
                Some(penalty) => cost += penalty * f64::from(crowded),
            }
        }
        Some(cost)
    }

    /// Whether the guest's visits here and the host's to the guest lie far enough apart.
    fn returns_well(&self, hosting: usize, guest: EnrolmentIx, day: DayIx) -> bool {
        if self.frame.min_return == 0 {
            return true;
        }
        let offset = self.frame.days[usize::from(day)].offset;
        self.returns(hosting, guest)
            .all(|(_, _, back)| offset.abs_diff(self.frame.days[usize::from(back)].offset) >= self.frame.min_return)
    }

    /// The visits that the host of a hosting pays to this guest: hosting, position as guest, day.
    pub fn returns(&self, hosting: usize, guest: EnrolmentIx) -> impl Iterator<Item = (usize, usize, DayIx)> + '_ {
        let host = self.frame.hostings[hosting].host;
        self.frame.of_host[guest.at()].iter().filter_map(move |&back| {
            let back = back as usize;
            let at = self.frame.guest_at(back, host)?;
            let day = self.day(back, at);
            (day != AWAY).then_some((back, at, day))
        })
    }

    fn open(&mut self, hosting: usize, held: Held) {
        let h = &self.frame.hostings[hosting];
        if self.held[hosting].is_empty() {
            self.counts.unhosted -= 1;
            self.counts.lost -= i64::from(h.due);
            self.counts.dropped -= i64::from(h.promised);
            self.counts.absence += h.people as i64;
            let round = self.round_at(hosting, held.day);
            self.in_round[round] += 1;
        } else {
            self.counts.extra += 1;
        }
        self.counts.changes += i64::from(self.changes_by(hosting, held.day));
        self.count_loose(hosting, -1);
        self.held[hosting].push(held);
        self.count_loose(hosting, 1);
        self.count_visit(h.host, held.day, true);
        self.take_part(h.host, held.day, 1);
    }

    fn close(&mut self, hosting: usize, at: usize) {
        let h = &self.frame.hostings[hosting];
        self.count_loose(hosting, -1);
        let held = self.held[hosting].swap_remove(at);
        self.count_loose(hosting, 1);
        self.counts.changes -= i64::from(self.changes_by(hosting, held.day));
        if self.held[hosting].is_empty() {
            self.counts.unhosted += 1;
            self.counts.lost += i64::from(h.due);
            self.counts.dropped += i64::from(h.promised);
            self.counts.absence -= h.people as i64;
            let round = self.round_at(hosting, held.day);
            self.in_round[round] -= 1;
        } else {
            self.counts.extra -= 1;
        }
        self.count_visit(h.host, held.day, false);
        self.take_part(h.host, held.day, -1);
    }

    fn count_visit(&mut self, host: EnrolmentIx, day: DayIx, on: bool) {
        let d = usize::from(day);
        let region = self.frame.problem.home(host).region.at() * self.frame.days.len() + d;
        self.hosting_day.set(self.frame.home[host.at()].at(), d, on);
        if on {
            self.region_day[region] += 1;
            self.all_day[d] += 1;
        } else {
            self.region_day[region] -= 1;
            self.all_day[d] -= 1;
        }
    }

    fn round_at(&self, hosting: usize, day: DayIx) -> usize {
        let network = self.frame.hostings[hosting].network.at();
        network * self.frame.problem.rounds().len() + self.frame.days[usize::from(day)].round.at()
    }

    /// Enters a day in the enrolment's diary (`sign` 1) or strikes it out (−1).
    fn take_part(&mut self, member: EnrolmentIx, day: DayIx, sign: i64) {
        let offset = self.frame.days[usize::from(day)].offset;
        if sign < 0 {
            self.diary.set(member.at(), offset, false);
        }
        self.counts.undesired += sign * self.frame.undesired_people(member, day);
        for (rule, counted) in self.frame.pace.iter().zip(&mut self.counts.crowded) {
            if rule.cost.is_some() {
                *counted += sign * i64::from(self.diary.crowded(member.at(), offset, rule.window, rule.most));
            }
        }
        if sign > 0 {
            self.diary.set(member.at(), offset, true);
        }
    }
}

/// Hostings that are to be held: each, or one in each round where members take turns.
fn unheld(frame: &Frame<'_>) -> i64 {
    let of_network = |(network, hostings): (usize, &Vec<u32>)| match frame.in_turn(network) {
        true => i64::from(frame.rounds_due[network]),
        false => hostings.len() as i64,
    };
    frame.of_network.iter().enumerate().map(of_network).sum()
}

//! The days of a programme as the timetable sees them: which are open, who is available when, and the pace rules.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::problem::{Day, EnrolmentIx, MunicipalityIx, RoundIx};
use crate::steering::Task;

/// Position among the open days of all rounds, ascending.
pub(super) type DayIx = u16;

/// No day: the guest stays away.
pub(super) const AWAY: DayIx = DayIx::MAX;

/// An open day.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenDay {
    pub day: Day,
    /// Calendar days since the programme began.
    pub offset: u32,
    pub round: RoundIx,
}

/// A pace rule, its window cut to the programme.
#[derive(Clone, Copy, Debug)]
pub(super) struct PaceRule {
    pub window: u32,
    pub most: u32,
    /// Cost of one visit too many in one window, weight applied; `None`: hard.
    pub cost: Option<f64>,
}

/// A set of open days for each of several owners.
#[derive(Clone, Debug, Default)]
pub(super) struct DayTable {
    stride: usize,
    words: Vec<u64>,
}

impl DayTable {
    pub fn new(owners: usize, days: usize) -> DayTable {
        let stride = days.div_ceil(64).max(1);
        DayTable { stride, words: vec![0; owners * stride] }
    }

    pub fn has(&self, owner: usize, day: usize) -> bool {
        self.words[owner * self.stride + day / 64] >> (day % 64) & 1 == 1
    }

    pub fn set(&mut self, owner: usize, day: usize, on: bool) {
        let word = &mut self.words[owner * self.stride + day / 64];
        let bit = 1 << (day % 64);
        *word = if on { *word | bit } else { *word & !bit };
    }
}

/// Open days of which an enrolment takes part in at most so many, hard or at a cost.
#[derive(Clone, Debug)]
pub(super) struct Window {
    /// Positions of the days among all open days.
    pub days: Range<usize>,
    pub most: u32,
    /// Cost of one visit too many, weight applied, for all calendar windows that hold these open days; `None`: hard.
    pub cost: Option<f64>,
}

/// What depends on nobody's network.
#[derive(Debug)]
pub(super) struct Calendar<'p> {
    pub problem: &'p Task,
    pub days: Vec<OpenDay>,
    /// Calendar days of the programme.
    pub span: u32,
    pub pace: Vec<PaceRule>,
    /// Days on which a municipality can travel, by its diary.
    available: DayTable,
    /// Days on which an enrolment cannot, for the sake of gatherings; empty without meetings.
    barred: Option<DayTable>,
    /// Days that are possible for a municipality, at a cost.
    pub undesired: DayTable,
    /// The municipality of each enrolment.
    pub home: Vec<MunicipalityIx>,
    /// Delegates of each enrolment.
    pub delegates: Vec<u32>,
    /// Days between a visit and its return.
    pub min_return: u32,
}

impl<'p> Calendar<'p> {
    pub fn new(problem: &'p Task) -> Calendar<'p> {
        let days = open_days(problem);
        let span = problem.span().map_or(0, |(start, end)| (end.number() - start.number() + 1).max(0) as u32);
        let towns = problem.municipalities();
        let mut available = DayTable::new(towns.len(), days.len());
        let mut undesired = DayTable::new(towns.len(), days.len());
        for (m, town) in towns.iter().enumerate() {
            for (d, open) in days.iter().enumerate() {
                available.set(m, d, !town.unavailable.contains(open.day));
                undesired.set(m, d, town.undesired.contains(open.day));
            }
        }
        let enrolments = problem.enrolments();
        Calendar {
            problem,
            span,
            pace: pace_rules(problem, span),
            available,
            barred: barred(problem, &days),
            undesired,
            home: enrolments.iter().map(|e| e.municipality).collect(),
            delegates: enrolments.iter().map(|e| e.delegates).collect(),
            min_return: problem.visits().min_return_days,
            days,
        }
    }

    /// The open day of this date.
    pub fn day_ix(&self, day: Day) -> Option<DayIx> {
        self.days.binary_search_by_key(&day, |open| open.day).ok().map(|d| d as DayIx)
    }

    /// Whether an enrolment can take part in a visit that day.
    pub fn can_travel(&self, enrolment: EnrolmentIx, day: DayIx) -> bool {
        self.available.has(self.home[enrolment.at()].at(), usize::from(day))
            && self.barred.as_ref().is_none_or(|barred| !barred.has(enrolment.at(), usize::from(day)))
    }

    /// Delegates who take part on a day that is undesired for them.
    pub fn undesired_people(&self, enrolment: EnrolmentIx, day: DayIx) -> i64 {
        let bad = self.undesired.has(self.home[enrolment.at()].at(), usize::from(day));
        if bad { i64::from(self.delegates[enrolment.at()]) } else { 0 }
    }

    /// The open days of each round.
    pub fn rounds(&self) -> Vec<Range<usize>> {
        let first = |r: usize| self.days.partition_point(|open| open.round.at() < r);
        (0..self.problem.rounds().len()).map(|r| first(r)..first(r + 1)).collect()
    }

    /// The pace rules as sets of open days: those that can be broken, windows that hold the same days as one, hard ones
    /// that lie inside others left out.
    pub fn windows(&self) -> Vec<Window> {
        let mut windows = Vec::new();
        for rule in &self.pace {
            let mut alike: BTreeMap<(usize, usize), u32> = BTreeMap::new();
            let before = |offset: u32| self.days.partition_point(|open| open.offset < offset);
            for start in 0..=self.span.saturating_sub(rule.window) {
                let (first, end) = (before(start), before(start + rule.window));
                if end - first > rule.most as usize {
                    *alike.entry((first, end)).or_default() += 1;
                }
            }
            let mut reached = 0;
            for ((first, end), count) in alike {
                let cost = rule.cost.map(|cost| cost * f64::from(count));
                // Windows come in order: a hard one that ends no later than one before lies inside it.
                if cost.is_some() || end > reached {
                    windows.push(Window { days: first..end, most: rule.most, cost });
                }
                reached = reached.max(end);
            }
        }
        windows
    }
}

/// The days on which enrolments take part in no visit for the sake of gatherings, where there are any.
fn barred(problem: &Task, days: &[OpenDay]) -> Option<DayTable> {
    if problem.meetings().is_empty() {
        return None;
    }
    let mut barred = DayTable::new(problem.enrolments().len(), days.len());
    for meeting in problem.meetings() {
        let (first, last) = problem.gathering(meeting.gathering).clear_days(meeting.start);
        let from = days.partition_point(|open| open.day < first);
        let to = days.partition_point(|open| open.day <= last);
        for e in &meeting.attend {
            (from..to).for_each(|day| barred.set(e.at(), day, true));
        }
    }
    Some(barred)
}

/// A programme holds at most 3,660 days, so that their positions fit.
fn open_days(problem: &Task) -> Vec<OpenDay> {
    let Some((start, _)) = problem.span() else { return Vec::new() };
    let mut days: Vec<OpenDay> = Vec::new();
    for (r, round) in problem.rounds().iter().enumerate() {
        days.extend(round.open_days.iter().map(|&day| OpenDay {
            day,
            offset: (day.number() - start.number()).max(0) as u32,
            round: RoundIx::new(r),
        }));
    }
    days.truncate(usize::from(AWAY));
    days
}

/// The rules that can bite: soft ones that cost nothing are left out.
fn pace_rules(problem: &Task, span: u32) -> Vec<PaceRule> {
    let weight = problem.weights().pace;
    let rule = |pace: &crate::problem::Pace| PaceRule {
        window: pace.window_days.min(span.max(1)),
        most: pace.max_visits,
        cost: pace.penalty.map(|penalty| penalty * weight),
    };
    problem.visits().pace.iter().map(rule).filter(|rule| rule.cost != Some(0.0)).collect()
}

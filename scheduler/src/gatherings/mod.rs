//! Gatherings: on which day and at which place each meeting is held, and who attends which.
//!
//! A gathering of one meeting has every day and place priced exactly ([`single`]); one of several is a p-median with seats and
//! dates ([`several`]). They touch where somebody is invited to two on one day, or one municipality hosts two: each is chosen
//! around the others, those with the fewest choices first, until none changes. What each costs at least by itself is a bound
//! on all together.

mod held;
mod instance;
mod knapsack;
mod seats;
mod several;
mod single;

use crate::effort::Budget;
use crate::plan::Meeting;
use crate::problem::{Day, EnrolmentIx, GatheringIx, MunicipalityIx, Problem};
use crate::steering::{Held, Steering, Task};
pub(crate) use instance::Instance;
use instance::Taken;
pub(crate) use seats::{Seats, Slot};

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The meetings of all gatherings, and what these cost at least whatever the meetings are.
    Held(Vec<Meeting>, f64),
    /// Proved: this gathering cannot be held.
    Impossible(GatheringIx),
    /// For this gathering nothing was found, and nothing is proved.
    NotFound(GatheringIx),
}

/// The part of the effort in which gatherings are chosen as if each were alone.
const ALONE: f64 = 0.8;
/// Most times that each gathering is chosen anew around the others.
const ROUNDS: usize = 8;

/// Chooses all meetings. `known`: meetings of a plan to begin from, each of which is held where and when it was as long as that
/// can be; who attends is chosen anew.
pub fn solve(problem: &Task, known: &[Meeting], seed: u64, budget: &Budget<'_>) -> Outcome {
    let mut order: Vec<GatheringIx> = (0..problem.gatherings().len()).map(GatheringIx::new).collect();
    order.sort_by_key(|&gathering| (choices(problem, gathering), gathering));
    let mut alone: Vec<Vec<Meeting>> = vec![Vec::new(); order.len()];
    let mut bound = 0.0;
    for (at, &gathering) in order.iter().enumerate() {
        let alone_part = if order.len() == 1 { 1.0 } else { ALONE };
        let share = budget.share(alone_part / (order.len() - at) as f64);
        match chosen(problem, gathering, &Nothing, seed, &share) {
            One::Held(meetings, proved) => {
                bound += proved;
                alone[gathering.at()] = meetings;
            }
            One::Impossible => return Outcome::Impossible(gathering),
            One::NotFound => return Outcome::NotFound(gathering),
        }
        budget.join(&share);
    }
    // What finds no room among the others goes before them.
    let mut left = order.len();
    let mut plan = loop {
        match in_order(problem, &order, &alone, known, seed, budget) {
            Ok(plan) => break plan,
            Err(at) if at > 0 && left > 0 => order[..=at].rotate_right(1),
            Err(at) => return Outcome::NotFound(order[at]),
        }
        left -= 1;
    };
    if known.is_empty() {
        better(problem, &mut plan, &order, seed, budget);
    }
    let mut meetings: Vec<Meeting> = plan.of.into_iter().flatten().collect();
    meetings.sort_unstable();
    Outcome::Held(meetings, bound)
}

/// Holds one gathering after the other: as known, as it would be alone, or the best that is left. The position of the first
/// for which nothing is.
fn in_order<'p>(
    problem: &'p Task,
    order: &[GatheringIx],
    alone: &[Vec<Meeting>],
    known: &[Meeting],
    seed: u64,
    budget: &Budget<'_>,
) -> Result<Chosen<'p>, usize> {
    let mut plan = Chosen::new(problem);
    for (at, &gathering) in order.iter().enumerate() {
        let as_alone = || Some(alone[gathering.at()].clone()).filter(|meetings| plan.fits(meetings));
        let around = || {
            let share = budget.share(0.5);
            let found = chosen(problem, gathering, &plan, seed, &share);
            budget.join(&share);
            if let One::Held(meetings, _) = found { Some(meetings) } else { None }
        };
        let near = || held(problem, gathering).and_then(|held| around_known(problem, gathering, held, known, &plan));
        let known = kept(problem, gathering, known, &plan).or_else(near);
        let meetings = known.or_else(as_alone).or_else(around).ok_or(at)?;
        plan.hold(gathering, meetings);
    }
    Ok(plan)
}

/// The known meetings of a gathering around those chosen so far, with who attends chosen anew; none where they cannot be held
/// so any more.
fn kept(problem: &Task, gathering: GatheringIx, known: &[Meeting], plan: &Chosen<'_>) -> Option<Vec<Meeting>> {
    let instance = Instance::new(problem, gathering, plan);
    let own = known.iter().filter(|meeting| meeting.gathering == gathering);
    let slots: Vec<Slot> = own.map(|meeting| instance.slot(meeting.start, meeting.place)).collect::<Option<_>>()?;
    if !held(problem, gathering).is_none_or(|held| instance.admits(held, &slots)) {
        return None;
    }
    if !instance.may_be(&slots) {
        return None;
    }
    let seated = Seats::new(&instance, slots).seat(None, true)?;
    Some(seated.choices.iter().map(|choice| instance.meeting(choice)).collect())
}

/// Meetings with all that is held of a gathering of several, near the known ones; none where these lead to none.
fn around_known(
    problem: &Task,
    gathering: GatheringIx,
    held: &Held,
    known: &[Meeting],
    plan: &Chosen<'_>,
) -> Option<Vec<Meeting>> {
    let instance = Instance::new(problem, gathering, plan);
    let own = known.iter().filter(|meeting| meeting.gathering == gathering);
    let from: Vec<Slot> = own.filter_map(|meeting| instance.slot(meeting.start, meeting.place)).collect();
    if instance.is_single() || from.is_empty() {
        return None;
    }
    let seated = held::around(&instance, held, from)?;
    Some(seated.choices.iter().map(|choice| instance.meeting(choice)).collect())
}

/// What is held of a gathering whatever it costs.
fn held(problem: &Task, gathering: GatheringIx) -> Option<&Held> {
    problem.steering().and_then(|steering: &Steering| steering.held(gathering))
}

/// How many days and places there are to choose from.
fn choices(problem: &Problem, gathering: GatheringIx) -> usize {
    problem.starts(gathering).len() * problem.gathering(gathering).places.len().max(1)
}

/// Chooses each gathering of one meeting anew around all others, until none becomes better.
fn better(problem: &Task, plan: &mut Chosen<'_>, order: &[GatheringIx], seed: u64, budget: &Budget<'_>) {
    for _ in 0..ROUNDS {
        let mut changed = false;
        for &gathering in order {
            if !plan.touches(gathering) || budget.enough() {
                continue;
            }
            let before = std::mem::take(&mut plan.of[gathering.at()]);
            let instance = Instance::new(problem, gathering, plan);
            let known = cost_of(&instance, &before);
            let found =
                if instance.is_single() { chosen(problem, gathering, plan, seed, budget) } else { One::NotFound };
            plan.of[gathering.at()] = match found {
                One::Held(meetings, _) if cost_of(&instance, &meetings) < known - 1e-9 * known.abs() => {
                    changed = true;
                    meetings
                }
                _ => before,
            };
        }
        if !changed {
            break;
        }
    }
}

/// What meetings of a gathering cost.
fn cost_of(instance: &Instance<'_>, meetings: &[Meeting]) -> f64 {
    let mut cost = instance.all_missed() + instance.number_cost(meetings.len());
    for meeting in meetings {
        let place = instance.places.iter().position(|&place| place == meeting.place);
        let start = instance.starts.binary_search(&meeting.start).ok();
        let Some((place, start)) = place.zip(start) else { return f64::INFINITY };
        for e in &meeting.attend {
            if let Ok(guest) = instance.guests.binary_search_by_key(e, |guest| guest.e) {
                cost += instance.attending(guest, place, start) - instance.guests[guest].missed;
            }
        }
    }
    cost
}

/// What one gathering came to.
enum One {
    Held(Vec<Meeting>, f64),
    Impossible,
    NotFound,
}

/// The best meetings of one gathering around those of others, with its bound.
fn chosen(problem: &Task, gathering: GatheringIx, taken: &impl Taken, seed: u64, budget: &Budget<'_>) -> One {
    let mut instance = Instance::new(problem, gathering, taken);
    let held = held(problem, gathering);
    if instance.is_single() {
        held.into_iter().for_each(|held| instance.close_but(held));
        return match single::best(&instance, budget) {
            Some((choice, bound)) => One::Held(vec![instance.meeting(&choice)], bound),
            None => One::Impossible,
        };
    }
    if held.is_some_and(|held| instance.cannot_hold(held)) {
        return One::Impossible;
    }
    let locked = held.is_some_and(|held| held.only);
    let found = if locked { several::Several::default() } else { several::best(&instance, seed, budget) };
    let Some(held) = held else { return of_several(&instance, found) };
    let slot = |choice: &single::Choice| Slot { place: choice.place, start: choice.start };
    let from = found.choices.iter().flatten().map(slot).collect();
    match held::around(&instance, held, from) {
        // What is proved without what is held is proved with it.
        Some(seated) => {
            let proved = if locked { seated.at_least } else { found.bound };
            One::Held(seated.choices.iter().map(|choice| instance.meeting(choice)).collect(), proved)
        }
        None if found.bound.is_infinite() => One::Impossible,
        None => One::NotFound,
    }
}

/// What a search for several meetings came to.
fn of_several(instance: &Instance<'_>, found: several::Several) -> One {
    match found.choices {
        Some(choices) => One::Held(choices.iter().map(|choice| instance.meeting(choice)).collect(), found.bound),
        None if found.bound.is_infinite() => One::Impossible,
        None => One::NotFound,
    }
}

/// What one gathering comes to by itself.
pub(crate) enum Alone {
    /// Meetings that it can have.
    Held(Vec<Meeting>),
    /// Proved: it cannot be held.
    Impossible,
    /// Nothing was found, and nothing is proved.
    NotFound,
}

/// Whether a gathering can be held, as if there were no other: any meetings will do.
pub(crate) fn alone(problem: &Task, gathering: GatheringIx, seed: u64, budget: &Budget<'_>) -> Alone {
    let mut instance = Instance::new(problem, gathering, &Nothing);
    let held = held(problem, gathering);
    if instance.is_single() {
        held.into_iter().for_each(|held| instance.close_but(held));
        let found = single::any(&instance).map(|choice| vec![instance.meeting(&choice)]);
        return found.map_or(Alone::Impossible, Alone::Held);
    }
    if held.is_some_and(|held| instance.cannot_hold(held)) {
        return Alone::Impossible;
    }
    let found = several::any(&instance, seed, budget);
    let choices = match (found.choices, held) {
        (Some(choices), None) => Some(choices),
        (choices, Some(held)) => {
            let slot = |choice: &single::Choice| Slot { place: choice.place, start: choice.start };
            held::around(&instance, held, choices.iter().flatten().map(slot).collect()).map(|seated| seated.choices)
        }
        (None, None) => None,
    };
    match choices {
        Some(choices) => Alone::Held(choices.iter().map(|choice| instance.meeting(choice)).collect()),
        None if found.bound.is_infinite() => Alone::Impossible,
        None => Alone::NotFound,
    }
}

/// Meetings chosen so far.
pub(crate) struct Chosen<'p> {
    problem: &'p Problem,
    /// By gathering.
    of: Vec<Vec<Meeting>>,
}

impl Chosen<'_> {
    pub(crate) fn new(problem: &Problem) -> Chosen<'_> {
        Chosen { problem, of: vec![Vec::new(); problem.gatherings().len()] }
    }

    pub(crate) fn hold(&mut self, gathering: GatheringIx, meetings: Vec<Meeting>) {
        self.of[gathering.at()] = meetings;
    }

    fn on(&self, day: Day) -> impl Iterator<Item = &Meeting> {
        self.of.iter().flatten().filter(move |meeting| {
            let days = self.problem.gathering(meeting.gathering).days as i32;
            meeting.start <= day && day < meeting.start.plus(days)
        })
    }

    /// The gathering of which a municipality hosts a meeting that day.
    pub(crate) fn hosted_by(&self, town: MunicipalityIx, day: Day) -> Option<GatheringIx> {
        let hosts = |meeting: &&Meeting| self.problem.gathering(meeting.gathering).host(meeting.place) == Some(town);
        self.on(day).find(hosts).map(|meeting| meeting.gathering)
    }

    /// Whether these take nobody and no municipality that is taken.
    fn fits(&self, meetings: &[Meeting]) -> bool {
        meetings.iter().all(|meeting| {
            let it = self.problem.gathering(meeting.gathering);
            it.days_from(meeting.start).all(|day| {
                it.host(meeting.place).is_none_or(|town| !self.hosts(town, day))
                    && meeting.attend.iter().all(|&e| !self.attends(e, day))
            })
        })
    }

    /// Whether a gathering could be on a day of another.
    fn touches(&self, gathering: GatheringIx) -> bool {
        let span = |gathering: GatheringIx| {
            let starts = self.problem.starts(gathering);
            let days = self.problem.gathering(gathering).days as i32;
            starts.first().zip(starts.last()).map(|(&first, &last)| (first, last.plus(days - 1)))
        };
        let Some((first, last)) = span(gathering) else { return false };
        self.of.iter().flatten().filter(|meeting| meeting.gathering != gathering).any(|meeting| {
            let days = self.problem.gathering(meeting.gathering).days as i32;
            meeting.start <= last && first < meeting.start.plus(days)
        })
    }
}

impl Taken for Chosen<'_> {
    fn attends(&self, e: EnrolmentIx, day: Day) -> bool {
        self.on(day).any(|meeting| meeting.attend.binary_search(&e).is_ok())
    }

    fn hosts(&self, town: MunicipalityIx, day: Day) -> bool {
        self.hosted_by(town, day).is_some()
    }
}

/// No other meetings.
struct Nothing;

impl Taken for Nothing {
    fn attends(&self, _: EnrolmentIx, _: Day) -> bool {
        false
    }

    fn hosts(&self, _: MunicipalityIx, _: Day) -> bool {
        false
    }
}

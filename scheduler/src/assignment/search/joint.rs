//! Annealing by both halves of the cost: what a move changes in the assignment is known at once; what it changes beyond,
//! in dates, takes a thousand times as long to tell, and is asked for only where the move may pay.
//!
//! How bad a move may be is drawn before it is looked at (threshold accepting with random thresholds, the same as
//! Metropolis). So most moves are out by the assignment's cost alone, most others by a lower bound, many of the rest
//! by a glance. Moves are collected a few at a time, none touching what another touches, and looked at side by side:
//! where the search goes does not depend on how many threads look.

use super::super::state::{Changes, State};
use super::super::timetable_cost::{Answer, TimetableCost};
use super::super::track::Track;
use super::neighbours::Neighbours;
use super::{Source, block, cycle, relabel, relocate, swap};
use crate::effort::{Budget, News};
use crate::parallel;
use crate::problem::EnrolmentIx;
use crate::random::Random;

/// How many moves are looked at side by side.
const BATCH: usize = 6;
/// Most draws for one batch.
const DRAWS: usize = 4_000;
/// How many moves are taken between two times that the networks at hand are settled, and how near the best they must be
/// for that, in temperatures: elsewhere they will not stay.
const MOVES: u64 = 24;
const NEAR: f64 = 4.0;
/// How many coolings a search is made of, each from the best that there is.
const COOLINGS: f64 = 3.0;
/// The first and the last temperature, as parts of what a network costs beyond on average, and the least of that; the
/// first where the search is to stay near what it begins with.
const WARM: f64 = 0.2;
const MILD: f64 = 0.05;
const COLD: f64 = 0.01;
const LEAST: f64 = 100.0;
/// How much of the way from the lower bound to what a glance tells is believed: a longer look finds better.
const BELIEVED: f64 = 0.5;

/// How far a search goes from what it begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Reach {
    /// As far as it leads.
    Far,
    /// What it begins with is good but for a few changes: one mild cooling, and no long looks.
    Near,
}

/// A move that may pay.
struct Candidate {
    changes: Changes,
    /// What it changes in the assignment's cost, less what the networks cost beyond as they are.
    cost: f64,
    /// What it may cost at most.
    limit: f64,
    groups: Vec<Group>,
}

/// A network as a move would leave it.
struct Group {
    slot: usize,
    members: Vec<EnrolmentIx>,
    before: Vec<EnrolmentIx>,
    floor: f64,
    cost: f64,
}

/// Improves an assignment that keeps every rule, by its own cost and by what its networks cost beyond, until the budget is
/// used up; where it ends.
pub(in super::super) fn improve(
    track: &Track<'_>,
    slots: &[u32],
    timetable: &dyn TimetableCost,
    reach: Reach,
    seed: u64,
    budget: &Budget<'_>,
) -> Vec<u32> {
    let neighbours = Neighbours::new(track);
    let mut search = Joint {
        state: State::of(track, slots),
        timetable,
        reach,
        now: Vec::new(),
        taken: 0,
        source: Source { chance: Random::new(seed), neighbours: &neighbours, changes: Changes::new() },
        budget,
    };
    search.settle();
    let mut best = (search.cost(), slots.to_vec());
    let mean = search.now.iter().sum::<f64>() / search.now.len().max(1) as f64;
    let (warm, coolings) = if reach == Reach::Far { (WARM, COOLINGS) } else { (MILD, 1.0) };
    let (warm, cold) = (warm * mean.max(LEAST), COLD * mean.max(LEAST));
    let (mut cooling, mut settled) = (0.0, 0);
    while !budget.enough() {
        let passed = budget.used() * coolings;
        if passed.floor() > cooling {
            cooling = passed.floor();
            search.go_to(&best.1);
        }
        let temperature = warm * (cold / warm).powf(passed.fract());
        let candidates = search.collect(temperature);
        search.decide(candidates);
        if search.taken >= settled + MOVES {
            settled = search.taken;
            if search.cost() < best.0 + NEAR * temperature {
                search.settle();
            }
            timetable.forget_all_but(&[search.groups(), groups(&State::of(track, &best.1))].concat());
        }
        if search.cost() < best.0 - 1e-9 * best.0.abs() {
            best = (search.cost(), search.state.slots().to_vec());
            budget.watch().tell(News::Figures { cost: best.0, bound: 0.0 });
        }
    }
    best.1
}

struct Joint<'a, 't> {
    state: State<'t>,
    timetable: &'a dyn TimetableCost,
    reach: Reach,
    /// What each network costs beyond, as it is.
    now: Vec<f64>,
    /// How many moves were taken.
    taken: u64,
    source: Source<'a>,
    budget: &'a Budget<'a>,
}

impl Joint<'_, '_> {
    fn cost(&self) -> f64 {
        self.state.cost() + self.now.iter().sum::<f64>()
    }

    /// The networks as they are.
    fn groups(&self) -> Vec<Vec<EnrolmentIx>> {
        groups(&self.state)
    }

    /// Asks about every network as it is, at length while there is time.
    fn settle(&mut self) {
        let (timetable, reach, late) = (self.timetable, self.reach, self.budget.time_is_up());
        let look = |members: Vec<EnrolmentIx>| match reach {
            _ if late() => timetable.glance(&members, &members),
            Reach::Far => timetable.settle(&members),
            Reach::Near => timetable.estimate(&members, &members),
        };
        let answers = parallel::each(self.budget.threads(), self.groups(), look);
        self.budget.spend(answers.iter().map(|answer| answer.steps).sum());
        self.now = answers.into_iter().map(|answer| answer.cost).collect();
    }

    /// Goes back to an assignment that it has been at.
    fn go_to(&mut self, slots: &[u32]) {
        self.state = State::of(self.state.track, slots);
        self.settle();
    }

    /// Draws moves until a few may pay at this temperature.
    fn collect(&mut self, temperature: f64) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut touched = vec![false; self.state.track.nowhere()];
        for _ in 0..DRAWS {
            if candidates.len() == BATCH || self.budget.spend(1) {
                break;
            }
            if !self.propose() {
                continue;
            }
            let limit = -temperature * self.source.chance.positive_unit().ln();
            let delta = self.state.delta(&self.source.changes);
            if !delta.breach.is_none() || delta.cost == f64::INFINITY {
                continue;
            }
            let slots = self.slots();
            let cost = delta.cost - slots.iter().map(|&slot| self.now[slot]).sum::<f64>();
            if cost > limit || slots.iter().any(|&slot| touched[slot]) {
                continue;
            }
            if let Some(groups) = self.floors(&slots, limit - cost) {
                slots.iter().for_each(|&slot| touched[slot] = true);
                candidates.push(Candidate { changes: self.source.changes.clone(), cost, limit, groups });
            }
        }
        candidates
    }

    /// Draws a move into the source; false where the draw led nowhere.
    fn propose(&mut self) -> bool {
        let track = self.state.track;
        match self.source.chance.below(256) {
            0..6 => {
                let (a, b) = (self.source.chance.below(track.nowhere()), self.source.chance.below(track.nowhere()));
                self.source.changes = relabel::trade(&self.state, a, b);
                a != b && !self.source.changes.is_empty()
            }
            6..20 if track.has_ties => block::propose(&self.state, &mut self.source),
            20..60 => cycle::propose(&self.state, &mut self.source),
            60..120 => relocate::propose(&self.state, &mut self.source),
            _ => swap::propose(&self.state, &mut self.source),
        }
    }

    /// The networks that the move at hand touches.
    fn slots(&self) -> Vec<usize> {
        let ends = |&(e, to): &(u32, u32)| [self.state.slot(e as usize), to as usize];
        let mut slots: Vec<usize> = self.source.changes.iter().flat_map(ends).collect();
        slots.retain(|&slot| slot < self.state.track.nowhere());
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// The networks as the move at hand would leave them, unless they are certain to cost more than this.
    fn floors(&self, slots: &[usize], most: f64) -> Option<Vec<Group>> {
        let mut floors = 0.0;
        let mut groups = Vec::with_capacity(slots.len());
        for &slot in slots {
            let before = members(&self.state, slot);
            let mut after = before.clone();
            for &(e, to) in &self.source.changes {
                let id = self.state.track.enrolments[e as usize];
                if self.state.slot(e as usize) == slot {
                    after.retain(|&member| member != id);
                }
                if to as usize == slot {
                    after.push(id);
                }
            }
            after.sort_unstable();
            let Answer { cost: floor, steps } = self.timetable.lower_bound(&after);
            self.budget.spend(steps);
            floors += floor;
            if floors > most {
                return None;
            }
            groups.push(Group { slot, members: after, before, floor, cost: floor });
        }
        Some(groups)
    }

    /// Looks at the candidates' networks and makes the moves that are taken.
    fn decide(&mut self, mut candidates: Vec<Candidate>) {
        let timetable = self.timetable;
        self.ask(&mut candidates, |group| timetable.glance(&group.members, &group.before));
        candidates.retain(|candidate| {
            let hoped = |group: &Group| group.floor + BELIEVED * (group.cost - group.floor);
            candidate.cost + candidate.groups.iter().map(hoped).sum::<f64>() <= candidate.limit
        });
        self.ask(&mut candidates, |group| timetable.estimate(&group.members, &group.before));
        for candidate in candidates {
            let cost = candidate.cost + candidate.groups.iter().map(|group| group.cost).sum::<f64>();
            // Pairs that must stay together may have been moved by another move of the batch: looked at again.
            let delta = self.state.delta(&candidate.changes);
            if cost <= candidate.limit && delta.breach.is_none() {
                self.taken += 1;
                self.state.apply(&candidate.changes, &delta);
                candidate.groups.iter().for_each(|group| self.now[group.slot] = group.cost);
            }
        }
    }

    /// Asks about all networks of the candidates, side by side.
    fn ask(&self, candidates: &mut [Candidate], look: impl Fn(&Group) -> Answer + Sync) {
        let groups: Vec<&mut Group> = candidates.iter_mut().flat_map(|candidate| &mut candidate.groups).collect();
        let looks = |group: &mut Group| {
            let answer = look(group);
            group.cost = answer.cost;
            answer.steps
        };
        self.budget.spend(parallel::each(self.budget.threads(), groups, looks).into_iter().sum());
    }
}

/// What a state costs, in both halves, as far as a look at its networks tells; `like` is a state with networks much alike.
pub(in super::super) fn estimate(state: &State<'_>, like: &State<'_>, timetable: &dyn TimetableCost) -> Answer {
    let mut sum = Answer { cost: state.cost(), steps: 0 };
    for (members, like) in groups(state).iter().zip(groups(like)) {
        let Answer { cost, steps } = timetable.estimate(members, &like);
        sum = Answer { cost: sum.cost + cost, steps: sum.steps + steps };
    }
    sum
}

/// The networks of a state.
fn groups(state: &State<'_>) -> Vec<Vec<EnrolmentIx>> {
    (0..state.track.nowhere()).map(|slot| members(state, slot)).collect()
}

/// The members of a network, ascending.
fn members(state: &State<'_>, slot: usize) -> Vec<EnrolmentIx> {
    let mut members: Vec<EnrolmentIx> =
        state.members(slot).iter().map(|&e| state.track.enrolments[e as usize]).collect();
    members.sort_unstable();
    members
}

#[cfg(test)]
mod tests {
    use super::super::super::samples::{plain, problem};
    use super::*;
    use crate::effort::{Effort, Still};
    use crate::problem::TrackIx;

    /// The first two enrolments get on badly, and everybody else dislikes large networks.
    struct Quarrel;

    impl Quarrel {
        fn between(&self, members: &[EnrolmentIx]) -> Answer {
            let both = members.starts_with(&[EnrolmentIx(0), EnrolmentIx(1)]);
            Answer { cost: if both { 1e6 } else { members.len() as f64 }, steps: 1 }
        }
    }

    impl TimetableCost for Quarrel {
        fn lower_bound(&self, _: &[EnrolmentIx]) -> Answer {
            Answer::default()
        }

        fn glance(&self, members: &[EnrolmentIx], _: &[EnrolmentIx]) -> Answer {
            self.between(members)
        }

        fn estimate(&self, members: &[EnrolmentIx], _: &[EnrolmentIx]) -> Answer {
            self.between(members)
        }

        fn settle(&self, members: &[EnrolmentIx]) -> Answer {
            self.between(members)
        }

        fn forget_all_but(&self, _: &[Vec<EnrolmentIx>]) {}
    }

    fn improved(threads: usize) -> Vec<u32> {
        let problem = problem(&plain(6, &[(3, 6), (3, 6), (2, 5)]));
        let track = Track::new(&problem, TrackIx(0));
        let start = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2];
        let budget = Budget::new(&Effort { work: Some(60_000), threads, ..Effort::default() }, &Still);
        let slots = improve(&track, &start, &Quarrel, Reach::Far, 1, &budget);
        assert!(State::of(&track, &slots).breach().is_none());
        slots
    }

    #[test]
    fn who_cost_much_together_are_parted() {
        let slots = improved(1);
        assert_ne!(slots[0], slots[1]);
    }

    #[test]
    fn the_result_does_not_depend_on_the_number_of_threads() {
        assert_eq!(improved(1), improved(3));
    }
}

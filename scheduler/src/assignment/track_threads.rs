//! Tracks side by side: each thread has some tracks that it searches one after the other. One track that is most
//! of the problem gets all threads, and so do the others, each in its turn.

use std::cell::Cell;

use crate::effort::Budget;
use crate::parallel;

/// How much more than its share of the enrolments a thread may hold.
const UNEVEN: f64 = 1.34;

/// The tracks of one thread and the budget they share.
struct TrackThread<'a> {
    tracks: Vec<usize>,
    sizes: Vec<usize>,
    /// Steps of each track, where work is limited: the same however many threads there are.
    steps: Vec<Option<u64>>,
    budget: Budget<'a>,
}

/// Does something with every track of these sizes and its share of the budget, side by side; what came of each, in their order.
pub(super) fn each<R: Send>(
    sizes: &[usize],
    budget: &Budget<'_>,
    work: impl Fn(usize, &Budget<'_>) -> R + Sync,
) -> Vec<R> {
    let done = parallel::each(budget.threads(), divide(sizes, budget), |thread| {
        let results = thread.tracks(|at, share| (at, work(at, share)));
        (results, thread)
    });
    let mut of_track: Vec<Option<R>> = sizes.iter().map(|_| None).collect();
    for (results, thread) in done {
        budget.join(&thread.budget);
        results.into_iter().for_each(|(at, result)| of_track[at] = Some(result));
    }
    of_track.into_iter().flatten().collect() // each track is one thread's
}

/// Divides the tracks of these sizes among the threads.
fn divide<'a>(sizes: &[usize], budget: &Budget<'a>) -> Vec<TrackThread<'a>> {
    let whole: usize = sizes.iter().sum();
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(sizes[at]));
    let mut held: Vec<Vec<usize>> = vec![Vec::new(); budget.threads().min(sizes.len()).max(1)];
    let load = |tracks: &Vec<usize>| tracks.iter().map(|&at| sizes[at]).sum::<usize>();
    for at in order {
        if let Some(tracks) = held.iter_mut().min_by_key(|tracks| load(tracks)) {
            tracks.push(at);
        }
    }
    let largest = held.iter().map(load).max().unwrap_or(0);
    if largest as f64 * held.len() as f64 > UNEVEN * whole as f64 {
        held = vec![(0..sizes.len()).collect()];
    }
    let threads = if held.len() > 1 { 1 } else { budget.threads() };
    let part = |at: usize| sizes[at] as f64 / whole.max(1) as f64;
    let steps = |at: usize| budget.work_left().map(|work| (work as f64 * part(at)) as u64);
    let thread = |tracks: Vec<usize>| TrackThread {
        sizes: tracks.iter().map(|&at| sizes[at]).collect(),
        steps: tracks.iter().map(|&at| steps(at)).collect(),
        budget: budget.on(threads),
        tracks,
    };
    held.into_iter().map(thread).collect()
}

impl<'a> TrackThread<'a> {
    /// Does something with each track and its share.
    fn tracks<R>(&self, work: impl Fn(usize, &Budget<'a>) -> R) -> Vec<R> {
        let left = Cell::new(self.sizes.iter().sum::<usize>());
        let each = self.tracks.iter().zip(&self.sizes).zip(&self.steps).map(|((&at, &size), &steps)| {
            let share = match steps {
                Some(steps) => self.budget.steps(steps),
                None => self.budget.share(size as f64 / left.get().max(1) as f64),
            };
            left.set(left.get() - size);
            let result = work(at, &share);
            self.budget.join(&share);
            result
        });
        each.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effort::{Effort, Still};

    fn tracks(sizes: &[usize], threads: usize) -> Vec<Vec<usize>> {
        let effort = Effort { work: Some(1_000), threads, ..Effort::default() };
        divide(sizes, &Budget::new(&effort, &Still)).into_iter().map(|thread| thread.tracks).collect()
    }

    #[test]
    fn tracks_of_about_one_size_are_divided_among_the_threads() {
        assert_eq!(tracks(&[9, 8, 7, 10], 2), [vec![3, 2], vec![0, 1]]);
        assert_eq!(tracks(&[9, 8, 7, 10], 1), [vec![3, 0, 1, 2]]);
    }

    #[test]
    fn a_track_that_is_most_of_the_problem_gets_all_threads() {
        assert_eq!(tracks(&[1, 100, 2], 2), [vec![0, 1, 2]]);
        assert_eq!(tracks(&[5], 2), [vec![0]]);
        assert_eq!(tracks(&[], 2), [vec![0usize; 0]]);
    }

    #[test]
    fn under_a_work_limit_a_track_gets_the_same_steps_on_any_number_of_threads() {
        for threads in 1..5 {
            let effort = Effort { work: Some(1_000), threads, ..Effort::default() };
            let budget = Budget::new(&effort, &Still);
            let mut steps: Vec<_> = divide(&[30, 10, 60], &budget)
                .iter()
                .flat_map(|thread| thread.tracks(|at, share| (at, share.work_left())))
                .collect();
            steps.sort_unstable();
            assert_eq!(steps, [(0, Some(300)), (1, Some(100)), (2, Some(600))], "{threads} threads");
        }
    }
}

//! Several tasks at once, on the threads that a budget allows; what comes out does not depend on how many.

use std::sync::{Mutex, PoisonError};
use std::thread::Builder;

/// Does every task and returns what each came to, in their order. A task must not depend on which others are done.
pub(crate) fn each<T: Send, R: Send>(threads: usize, tasks: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    if threads <= 1 || tasks.len() <= 1 {
        return tasks.into_iter().map(work).collect();
    }
    let helpers = threads.min(tasks.len()) - 1;
    let results: Mutex<Vec<Option<R>>> = Mutex::new(tasks.iter().map(|_| None).collect());
    let queue = Mutex::new(tasks.into_iter().enumerate());
    let run = || {
        loop {
            // A lock is poisoned only where a task has panicked; the scope passes that on.
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((at, task)) = next else { break };
            let result = work(task);
            results.lock().unwrap_or_else(PoisonError::into_inner)[at] = Some(result);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..helpers {
            let _ = Builder::new().spawn_scoped(scope, run); // where there is no thread the others do its part
        }
        run();
    });
    results.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_tasks_on_any_number_of_threads() {
        for threads in [0, 1, 2, 7, 100] {
            let squares = each(threads, (0..50).collect(), |n: i32| n * n);
            assert_eq!(squares, (0..50).map(|n| n * n).collect::<Vec<_>>());
        }
    }

    #[test]
    fn no_task_gives_no_result() {
        assert_eq!(each(2, Vec::<i32>::new(), |n| n), Vec::<i32>::new());
    }
}

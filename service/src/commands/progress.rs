//! A live line on stderr while a solve runs, where stderr is a terminal.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use scheduler::{Solution, Watch};

use crate::plans::watch::{Figures, Progress};

/// How long a line stands before it is written anew.
const REFRESH: Duration = Duration::from_millis(200);

/// Runs the work, with the line shown beside it.
pub fn shown<T, F: Fn(&Solution) + Sync + Send>(progress: &Progress<F>, work: impl FnOnce() -> T) -> T {
    if !std::io::stderr().is_terminal() {
        return work();
    }
    std::thread::scope(|scope| {
        let (done, end) = mpsc::channel::<()>();
        scope.spawn(move || {
            while end.recv_timeout(REFRESH) == Err(RecvTimeoutError::Timeout) {
                write_line(&line(&progress.figures(), progress.elapsed()));
            }
            write_line("");
        });
        let result = work();
        drop(done);
        result
    })
}

/// Replaces the line; a terminal that has gone away is no reason to stop.
fn write_line(line: &str) {
    let _ = write!(std::io::stderr(), "\r\x1b[K{line}").and_then(|()| std::io::stderr().flush());
}

fn line(figures: &Figures, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    let phase = if figures.phase.is_empty() { "reading" } else { figures.phase };
    let best = match (figures.best, figures.gap()) {
        (Some((cost, bound)), Some(gap)) => {
            format!("best {cost:.1}  bound {bound:.1}  gap {:.2} %", gap * 100.0)
        }
        _ => "no plan yet".to_owned(),
    };
    let running = match (figures.cost, figures.bound) {
        (Some(cost), Some(bound)) => format!("  ({phase}: {cost:.1} ≥ {bound:.1})"),
        _ => String::new(),
    };
    format!("{seconds:6.1} s  {phase:<10}  {best}{running}")
}

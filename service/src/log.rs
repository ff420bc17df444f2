//! The log: lines on standard error, written by a thread of its own.
//!
//! Nobody who logs waits for whoever takes the log. Where that is a pipe that is closed or never read, or a disk that is
//! full, lines are lost and counted, and the service goes on.

use std::error::Error;
use std::fmt::{self, Display};
use std::fs::File;
use std::io::{self, IsTerminal as _, Write};
use std::os::fd::AsFd as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use tracing_subscriber::EnvFilter;

/// What is logged where nothing else is said. The solver's bindings warn whenever a limit ends a search: that is no news.
const FILTER: &str = "info,highs=error";
/// Lines that may wait to be written.
const ROOM: usize = 4096;
/// How long the last lines may take at the end of the process.
const LAST: Duration = Duration::from_secs(1);

static LOST: AtomicU64 = AtomicU64::new(0);
static WAITING: AtomicU64 = AtomicU64::new(0);

/// Lines that could not be written since the process began.
pub fn lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}

/// An error with all that led to it, for one field of a line.
pub fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Display + use<'a> {
    struct Chain<'a>(&'a (dyn Error + 'static));
    impl Display for Chain<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{}", self.0)?;
            let mut source = self.0.source();
            while let Some(error) = source {
                write!(f, ": {error}")?;
                source = error.source();
            }
            Ok(())
        }
    }
    Chain(error)
}

/// The log of a process, which is whole once this is dropped.
#[derive(Debug)]
pub struct Log(());

impl Log {
    /// Begins the log, in colours where standard error is a terminal; `RUST_LOG` (environment) says how much of it. Panics
    /// are lines like others. Called once.
    ///
    /// Errors: there is no thread to be had, or no file.
    pub fn begin(json: bool) -> io::Result<Log> {
        let (sender, lines) = sync_channel(ROOM);
        let target = File::from(io::stderr().as_fd().try_clone_to_owned()?);
        thread::Builder::new().name("log".to_owned()).spawn(move || write_all(&lines, target))?;
        let asked = std::env::var("RUST_LOG").ok().map(EnvFilter::try_new);
        let (filter, unread) = match asked {
            Some(Ok(filter)) => (filter, None),
            Some(Err(error)) => (EnvFilter::new(FILTER), Some(error)),
            None => (EnvFilter::new(FILTER), None),
        };
        let log = tracing_subscriber::fmt()
            .with_writer(move || Lines(sender.clone()))
            .with_ansi(io::stderr().is_terminal())
            .with_env_filter(filter);
        if json {
            log.json().init()
        } else {
            log.init()
        }
        std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a fault of the program")));
        if let Some(error) = unread {
            tracing::warn!(error = %chain(&error), "RUST_LOG cannot be read; the log is what it is without it");
        }
        Ok(Log(()))
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let until = Instant::now() + LAST;
        while WAITING.load(Ordering::Acquire) > 0 && Instant::now() < until {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// The way of a line to the thread that writes.
struct Lines(SyncSender<Vec<u8>>);

impl Write for Lines {
    /// Takes a whole line; it is lost where too many wait.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        WAITING.fetch_add(1, Ordering::Release);
        if self.0.try_send(line.to_vec()).is_err() {
            WAITING.fetch_sub(1, Ordering::Release);
            LOST.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes lines as they come. One that was cut by a failure is ended before the next.
fn write_all(lines: &Receiver<Vec<u8>>, mut target: impl Write) {
    let mut cut = false;
    for line in lines {
        let end: &[u8] = if cut { b"\n" } else { b"" };
        let written = target.write_all(end).and_then(|()| target.write_all(&line));
        cut = written.is_err();
        LOST.fetch_add(cut.into(), Ordering::Relaxed);
        WAITING.fetch_sub(1, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes, then none for so many writes, then all.
    struct Disk {
        room: usize,
        full: usize,
        taken: Vec<u8>,
    }

    impl Write for &mut Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let takes = bytes.len().min(self.room);
            if takes == 0 && self.full > 0 {
                self.full -= 1;
                return Err(io::ErrorKind::StorageFull.into());
            }
            let takes = if takes == 0 { bytes.len() } else { takes };
            self.room -= takes.min(self.room);
            self.taken.extend_from_slice(&bytes[..takes]);
            Ok(takes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_that_is_cut_takes_no_other_line_with_it() {
        let (sender, lines) = sync_channel(8);
        let mut way = Lines(sender);
        for line in ["first\n", "second\n", "third\n", "fourth\n"] {
            way.write_all(line.as_bytes()).unwrap();
        }
        drop(way);
        let mut disk = Disk { room: 9, full: 2, taken: Vec::new() };
        let before = lost();
        write_all(&lines, &mut disk);
        assert_eq!(String::from_utf8(disk.taken).unwrap(), "first\nsec\nfourth\n");
        assert_eq!(lost() - before, 2);
    }

    #[test]
    fn an_error_is_told_with_what_led_to_it() {
        let error = anyhow::anyhow!("no such file").context("the copy cannot be written");
        assert_eq!(chain(error.as_ref()).to_string(), "the copy cannot be written: no such file");
    }
}

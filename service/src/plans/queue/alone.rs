//! Whether this process is the only one that has the database open: then whatever is said to be running is not, and need
//! not be watched for a while to know.
//!
//! Every process holds a shared lock on a file beside the database as long as it lives; the system takes it back from a
//! dead one. Whoever gets the lock for itself alone is alone. It is a file of its own, because SQLite's locks on the database
//! end when anybody in the process closes it.

use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Shows other processes that this one lives, until it is dropped.
#[derive(Debug)]
pub struct Presence {
    lock: File,
    alone: bool,
}

impl Presence {
    /// Looks for others. Whoever is alone keeps others waiting until [`share`](Presence::share).
    pub fn look(database: &Path) -> io::Result<Presence> {
        let mut path = database.as_os_str().to_owned();
        path.push("-service");
        let lock = File::options().create(true).truncate(false).write(true).mode(0o600).open(path)?;
        match lock.try_lock() {
            Ok(()) => Ok(Presence { lock, alone: true }),
            Err(TryLockError::WouldBlock) => {
                lock.lock_shared()?;
                Ok(Presence { lock, alone: false })
            }
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Whether no other process was there.
    pub fn is_alone(&self) -> bool {
        self.alone
    }

    /// Lets others in.
    pub fn share(&mut self) -> io::Result<()> {
        self.lock.lock_shared()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_alone_and_the_second_is_not_until_the_first_is_gone() {
        let directory = tempfile::TempDir::new().unwrap();
        let database = directory.path().join("test.db");
        let mut first = Presence::look(&database).unwrap();
        assert!(first.is_alone());
        first.share().unwrap();
        let second = Presence::look(&database).unwrap();
        assert!(!second.is_alone());
        drop(first);
        drop(second);
        assert!(Presence::look(&database).unwrap().is_alone());
    }
}

//! Whether anybody has written since: a question that costs a twentieth of a query.
//!
//! SQLite's readers find the present snapshot in the head of the index of the write-ahead log, the file `-shm`
//! (<https://www.sqlite.org/walformat.html>, "The WAL-Index Header"): 48 bytes, written twice, with a counter of
//! changes and a checksum. Whoever commits, in any process, changes them; as long as they are the same, so is all that
//! a reader sees.

use std::fs::File;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::Path;

const HEAD: usize = 48;

/// What the database was like at a moment: two equal stamps, and nothing was committed between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp([u8; HEAD]);

/// Where stamps come from.
#[derive(Debug)]
pub(super) struct Stamps(Option<File>);

impl Stamps {
    /// Of a database that is open in write-ahead mode. Where its index cannot be read there are no stamps.
    pub(super) fn of(database: &Path) -> Stamps {
        let mut name = database.as_os_str().to_owned();
        name.push("-shm");
        let file = File::open(name);
        if let Err(error) = &file {
            tracing::warn!(%error, "the index of the write-ahead log cannot be read; everything is read anew each time");
        }
        Stamps(file.ok())
    }

    /// The present stamp; none while it is being written.
    pub(super) fn now(&self) -> Option<Stamp> {
        let file = self.0.as_ref()?;
        if file.metadata().ok()?.nlink() == 0 {
            return None; // all connections were closed once: another file has taken its place
        }
        let mut twice = [0; 2 * HEAD];
        file.read_exact_at(&mut twice, 0).ok()?;
        let (first, second) = twice.split_at(HEAD);
        let written = first == second && first[12] == 1; // `isInit`
        written.then(|| first.try_into().ok().map(Stamp)).flatten()
    }
}

//! What goes to stdout: all of it, or a reason why not.

use std::io::{ErrorKind, Write as _};

use anyhow::Context as _;

use super::Ended;

/// Writes a text. A reader that has gone away has read enough: that is a quiet end.
///
/// Errors: stdout takes no more, such as a file on a full disk.
pub fn write(text: &str) -> Result<(), Ended> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written.context("standard output cannot be written")?),
    }
}

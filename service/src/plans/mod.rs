//! Plans: asking for one, following it, reading it.

pub mod document;
pub mod watch;

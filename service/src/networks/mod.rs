//! Networks of a programme.

pub mod wire;

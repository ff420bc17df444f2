//! Rounds of a programme.

pub mod wire;

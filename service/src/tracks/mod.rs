//! Tracks of a programme.

pub mod wire;

//! Enrolments of a programme.

pub mod wire;

//! Municipalities.

pub mod wire;

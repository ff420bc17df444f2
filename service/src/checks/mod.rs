//! Checks of plans, ours or hand-made.

pub mod wire;

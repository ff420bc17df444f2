//! Regions.

pub mod wire;

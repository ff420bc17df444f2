//! Distances that replace the computed ones.

pub mod wire;

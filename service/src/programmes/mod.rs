//! Programmes and their settings.

pub mod wire;

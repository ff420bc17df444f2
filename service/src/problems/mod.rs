//! The whole problem as one document.

pub mod wire;

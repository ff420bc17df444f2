//! What tests and benches share: chance with a seed, and problems made by it.

pub mod gatherings;
pub mod generator;
pub mod random;

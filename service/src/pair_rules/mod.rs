//! Pairs of municipalities that must or must not share a network.

pub mod wire;

//! Networks of municipalities over HTTP: a thin service around the pure `scheduler`.

pub mod demo;
pub mod reference;

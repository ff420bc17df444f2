//! Networks of municipalities over HTTP: a thin service around the pure `scheduler`.

pub mod checks;
pub mod commands;
pub mod demo;
pub mod distances;
pub mod enrolments;
pub mod http;
pub mod municipalities;
pub mod networks;
pub mod pair_rules;
pub mod plans;
pub mod problems;
pub mod programmes;
pub mod reference;
pub mod regions;
pub mod rounds;
pub mod tracks;

//! Black-box tests: the real program with a database of its own, HTTP in and HTTP out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may stop where it stands

mod architecture;
mod audit;
mod broken;
mod checks;
mod command_line;
mod conventions;
mod databases;
mod demo;
mod deploy;
mod distances;
mod docs;
mod enrolments;
mod errors;
mod events;
mod explanations;
mod exports;
mod feeds;
mod handmade;
mod harness;
mod idempotency;
mod imports;
mod keys;
mod limits;
mod municipalities;
mod networks;
mod openapi;
mod operations;
mod pair_rules;
mod plans;
mod problem;
mod programmes;
mod publications;
mod queue;
mod reference;
mod reference_tables;
mod regions;
mod replanning;
mod rounds;
mod service;
mod shared;
mod spreadsheets;
mod torture;
mod tracks;
mod what_if;

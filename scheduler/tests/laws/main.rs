//! Laws that hold for every problem and plan, on made-up problems with fixed seeds, and an oracle that looks at every
//! plan of the tiny ones.

#![allow(clippy::expect_used, clippy::panic)] // a law that does not hold ends the test

mod alternatives;
mod check;
mod clashes;
#[path = "../common/mod.rs"]
mod common;
mod counted;
mod explain;
mod garbage;
mod gatherings;
mod held;
mod mutations;
mod oracle;
mod plans;
mod proved;
mod reasons;
mod replan;
mod settled;
mod solve;
mod what_if;

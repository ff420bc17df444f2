//! Divides the enrolments of a programme into networks, and times the visits of their members.
//!
//! The problem on one page. Municipalities enrol in tracks; each track's enrolments are divided into networks
//! (the [assignment]); between workshops lie rounds, in which every member of a network hosts the others (the
//! [timetable]). Rules A1–A6 and V1–V9 ([rules]) say what a plan must keep; eight measures ([cost]) say what it
//! costs. A plan is never half right: who cannot be placed is left out, at a cost, and named with the reason.
//!
//! Three verbs: [`solve()`] makes a plan, [`check`](check::check) judges any plan (it shares no code with the
//! search), [`explain`] tells why.
//!
//! ```
//! use scheduler::effort::Still;
//! use scheduler::problem::records::*;
//! use scheduler::{Effort, Outcome, ProblemRecords, Task, solve};
//!
//! let town = |id: &str, lat: f64| MunicipalityRecord { id: id.into(), region: "r".into(), lat, lon: 10.0, ..Default::default() };
//! let enrolment = |id: &str, town: &str| EnrolmentRecord { id: id.into(), municipality: town.into(), delegates: 3, ..Default::default() };
//! let records = ProblemRecords {
//!     name: "two towns".into(),
//!     regions: vec![RegionRecord { id: "r".into(), ..Default::default() }],
//!     municipalities: vec![town("A", 55.0), town("B", 55.1)],
//!     networks: vec![NetworkRecord { id: "n".into(), min_members: 2, max_members: 2, ..Default::default() }],
//!     enrolments: vec![enrolment("a", "A"), enrolment("b", "B")],
//!     ..Default::default()
//! };
//! let problem = Task::new(&records)?; // every contradiction at once, or a problem that can be solved
//! let Outcome::Planned(solution) = solve(&problem, &Effort { work: Some(1_000), ..Effort::default() }, &Still) else {
//!     panic!("two towns fit into a network of two")
//! };
//! assert_eq!(solution.cost.total(), solution.bound.total); // proved to be the best there is
//! # Ok::<(), scheduler::Faults>(())
//! ```
//!
//! The crate is pure: no IO, no clock, no printing. Time, cancellation and chance are handed in ([`effort`]).

pub mod assignment;
pub mod availability;
pub mod check;
pub mod clash;
pub mod cost;
pub mod effort;
pub mod explain;
pub mod facts;
mod flow;
pub mod gatherings;
pub mod infeasibility;
pub mod milp;
mod parallel;
pub mod plan;
pub mod problem;
pub mod random;
pub mod rules;
pub mod seating;
#[cfg(test)]
mod small;
pub mod solution;
mod solve;
pub mod steering;
pub mod timetable;
pub mod what_if;

pub use effort::{Effort, News, Watch};
pub use plan::Plan;
pub use problem::{Fault, Faults, Problem, ProblemRecords};
pub use solution::{Bound, Observer, Outcome, Solution, Start};
pub use solve::{choices, solve, solve_from};
pub use steering::{Steering, Task};

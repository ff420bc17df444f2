//! The front door: what is true of every request before and after its operation.

pub mod admit;
pub mod cors;
pub mod docs;
pub mod edge;
mod exposition;
pub mod guard;
pub mod gzip;
pub mod health;
pub mod idempotency;
pub mod listener;
pub mod problem_pages;
pub mod response_cache;
pub mod routes;
mod sealed;
pub mod socket;

//! Networks of municipalities over HTTP: a thin service around the pure `scheduler`.
//!
//! A tour: [`serve()`] opens the [`store`], makes the [`state`] that all endpoints share, and hands the endpoint of
//! [`app`] to the [listener](server::listener). Every request goes through the [edge](server::edge): its id, its limits,
//! its errors. Resources are a folder each in [`records`]: `mod.rs` says what it is, `wire.rs` what goes over the wire,
//! `store.rs` its SQL; [`http::resource`] makes the six operations of each.

pub mod access;
pub mod app;
pub mod clock;
pub mod commands;
pub mod config;
pub mod digest;
#[cfg(test)]
mod fuzz;
pub mod handing_out;
pub mod http;
mod lock;
pub mod log;
pub mod metrics;
pub mod openapi;
pub mod plans;
pub mod questions;
pub mod records;
pub mod serve;
pub mod server;
pub mod state;
pub mod store;
pub mod turns;
pub mod unchanged;
pub mod upkeep;

pub use app::openapi_document;
pub use config::{Config, VERSION};
pub use serve::serve;

/// Gives memory back to the system seconds after it was used; glibc's allocator keeps most of what a burst of exports took, and
/// takes twice as much at the same time. SQLite and HiGHS keep that one: a process in which it is replaced for C too does not
/// start under libraries that turn the clock, for they allocate where the allocator asks for the time.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

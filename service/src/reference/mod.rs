//! The country tables that ship with the product, and the public holidays that go with them.

pub mod holidays;
pub mod tables;

pub use holidays::{Country, Holiday, holidays};
pub use tables::{ATTRIBUTION, Table, find, tables};

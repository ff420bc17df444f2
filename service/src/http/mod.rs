//! What every resource shares on its way in and out.

pub mod fields;
pub mod json;
pub mod open;
pub mod shape;

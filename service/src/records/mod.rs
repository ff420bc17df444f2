//! What a programme is made of, the country's master data, and whole documents of it, in and out.

pub mod demo;
pub mod distances;
pub mod enrolments;
pub mod gatherings;
pub mod imports;
pub mod municipalities;
pub mod networks;
pub mod pair_rules;
pub mod problems;
pub mod programmes;
pub mod reference;
pub mod regions;
pub mod rounds;
pub mod tracks;

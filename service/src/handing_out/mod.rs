//! What leaves the house, and plans that others made: publications, exports, calendar feeds, fees, hand-made plans, break-out groups.

pub mod exports;
pub mod feeds;
pub mod fees;
pub mod handmade;
pub mod open_seats;
pub mod publications;
pub mod seatings;

//! The dates of one network whose hosts can receive everybody at once, exactly: each hosting's days are one
//! choice, and rules that hostings share are prices.

pub(super) mod dual;
pub(super) mod sets;
pub(super) mod view;

//! A steering as it is written, by ids, nothing checked.

use crate::plan::PlanRecords;

/// What steers a search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SteeringRecords {
    /// The plan that changes are counted against and locks refer to. It may be of an earlier state of the problem.
    pub base: Option<PlanRecords>,
    /// Enrolments that stay in their network.
    pub enrolments: Vec<String>,
    /// Networks that keep their members: nobody leaves, nobody comes.
    pub networks: Vec<String>,
    /// All networks keep their members.
    pub all_networks: bool,
    /// Hostings that stay where they are.
    pub visits: Vec<VisitLockRecord>,
    /// How far all hostings stay where they are.
    pub all_visits: Option<Keep>,
    /// Gatherings whose meetings keep their days and places.
    pub gatherings: Vec<String>,
    /// All gatherings keep theirs, as far as they can.
    pub all_gatherings: bool,
    /// ISO date: everything before it stays as it is, and nothing new comes before it.
    pub before: Option<String>,
    /// What a change costs; at least 0. Absent: nothing.
    pub change_weight: Option<f64>,
    /// Most changes.
    pub max_changes: Option<i64>,
    /// Most municipalities affected.
    pub max_affected_municipalities: Option<i64>,
    /// Pairs of municipalities that have shared a network before; those that the problem does not have are left aside.
    pub met: Vec<(String, String)>,
    /// What it costs that such a pair shares a network again; at least 0. Absent: nothing.
    pub repeat_weight: Option<f64>,
    /// What a kilometre of the enrolment that travels farthest costs; at least 0. Absent: nothing.
    pub worst_off_weight: Option<f64>,
}

/// A lock on a hosting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitLockRecord {
    /// The id of the enrolment that receives.
    pub host: String,
    /// The id of the round, where there is a hosting in each; absent: every hosting of this host.
    pub round: Option<String>,
    /// How far it stays where it is.
    pub keep: Keep,
}

/// How far a hosting stays where it is. It must be held in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// In its round.
    Round,
    /// In its week, Monday to Sunday.
    Week,
    /// On its day.
    Day,
    /// On its day, with just the guests it has.
    Guests,
}

//! The codes of rules.

use std::fmt;

/// What a plan keeps: a hard rule, what steers a search, or what a plan says of itself. In the order of their texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // the hard rules have their sentences in `ALL`
pub enum RuleCode {
    A1,
    A2,
    A3,
    A4,
    A5,
    A6,
    A7,
    G1,
    G2,
    G3,
    G4,
    G5,
    G6,
    V1,
    V2,
    V3,
    V4,
    V5,
    V6,
    V7,
    V8,
    V9,
    /// A stated bound is at most the cost.
    Bound,
    /// A stated cost is the true one.
    Cost,
    /// What is locked stays.
    Lock,
    /// So many municipalities may be affected by changes.
    MaxAffectedMunicipalities,
    /// So many changes may be made.
    MaxChanges,
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Who is in which network.
    Assignment,
    /// Who visits whom when.
    Timetable,
    /// Meetings, and what they leave to visits.
    Gatherings,
    /// Locks and limits of changes.
    Steering,
    /// What a plan says of itself.
    Statement,
}

impl RuleCode {
    /// What it is about.
    pub fn subject(self) -> Subject {
        use RuleCode::*;
        match self {
            A1 | A2 | A3 | A4 | A5 | A6 | A7 => Subject::Assignment,
            G1 | G2 | G3 | G4 | G5 | G6 => Subject::Gatherings,
            V1 | V2 | V3 | V4 | V5 | V6 | V7 | V8 | V9 => Subject::Timetable,
            Lock | MaxAffectedMunicipalities | MaxChanges => Subject::Steering,
            Bound | Cost => Subject::Statement,
        }
    }

    /// Its text: `A1`, `lock`, `max_changes`.
    pub fn as_str(self) -> &'static str {
        use RuleCode::*;
        match self {
            A1 => "A1",
            A2 => "A2",
            A3 => "A3",
            A4 => "A4",
            A5 => "A5",
            A6 => "A6",
            A7 => "A7",
            G1 => "G1",
            G2 => "G2",
            G3 => "G3",
            G4 => "G4",
            G5 => "G5",
            G6 => "G6",
            V1 => "V1",
            V2 => "V2",
            V3 => "V3",
            V4 => "V4",
            V5 => "V5",
            V6 => "V6",
            V7 => "V7",
            V8 => "V8",
            V9 => "V9",
            Bound => "bound",
            Cost => "cost",
            Lock => "lock",
            MaxAffectedMunicipalities => "max_affected_municipalities",
            MaxChanges => "max_changes",
        }
    }
}

impl fmt::Display for RuleCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

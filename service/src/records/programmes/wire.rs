//! The settings of a programme as they go over the wire: calendar, visits, costs, weights.

use poem_openapi::{Enum, Object};
use scheduler::problem::records::{
    self, CalendarRecord, PaceRecord, PreferenceCostsRecord, VisitsRecord, WeightsRecord,
};

use crate::http::fields::{Amount, Count, Date, Whole, bare, bare_list, field, field_list};

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case", remote = "records::Weekday")]
#[allow(missing_docs)] // their names say it
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// Which days of the rounds are open for visits.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct Calendar {
    /// Open weekdays. Default: Monday to Friday.
    pub weekdays: Option<Vec<Weekday>>,
    /// Dates that are closed all the same, such as public holidays. Default: none.
    pub closed: Option<Vec<Date>>,
}

impl Calendar {
    /// The record as the scheduler reads it.
    pub fn record(self) -> CalendarRecord {
        CalendarRecord { weekdays: bare_list(self.weekdays), closed: bare_list(self.closed) }
    }

    /// The record as it goes over the wire.
    pub fn new(record: &CalendarRecord) -> Self {
        let weekdays = record.weekdays.as_ref().map(|days| days.iter().map(|&day| day.into()).collect());
        Calendar { weekdays, closed: field_list(&record.closed) }
    }
}

/// How often a member hosts its network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case", remote = "records::Hosting")]
pub enum Hosting {
    /// Once in the programme.
    Once,
    /// Once in each round.
    EachRound,
    /// In turn: one member of each network in each round.
    Rotate,
}

/// How close together the visits of one enrolment may lie. Hosting counts as a visit too.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct Pace {
    /// Length of the window in calendar days, whole, at least 1. A longer one is cut to the programme.
    pub window_days: Count<1>,
    /// Visits allowed in any such window, whole, at least 1. Default: 1.
    #[oai(nullable)]
    pub max_visits: Option<Count<1>>,
    /// Cost of each visit too many in a window, 0 to 1e12. Absent: the rule is hard. `null` is refused, for it could
    /// be meant either way.
    pub penalty: Option<Amount>,
}

impl Pace {
    /// The record as the scheduler reads it.
    pub fn record(self) -> PaceRecord {
        PaceRecord { window_days: self.window_days.0, max_visits: bare(self.max_visits), penalty: bare(self.penalty) }
    }

    /// The record as it goes over the wire.
    pub fn new(record: &PaceRecord) -> Self {
        Pace {
            window_days: Whole(record.window_days),
            max_visits: field(&record.max_visits),
            penalty: field(&record.penalty),
        }
    }
}

/// How visits are held.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct Visits {
    /// `once`: each member hosts once in the programme. `each_round`: once in each round.
    /// `rotate`: one member of each network in each round, in turn. Default: `once`.
    pub hosting: Option<Hosting>,
    /// Pace rules, hard and soft. Default: none.
    pub pace: Option<Vec<Pace>>,
    /// Fewest days between a's visit to b and b's to a, whole, at least 0. Default: 0.
    pub min_return_days: Option<Count<0>>,
    /// Most visits of the whole programme on one day, whole, at least 0. Absent: no limit.
    pub max_visits_per_day: Option<Count<0>>,
}

impl Visits {
    /// The record as the scheduler reads it.
    pub fn record(self) -> VisitsRecord {
        VisitsRecord {
            hosting: bare(self.hosting),
            pace: self.pace.map(|rules| rules.into_iter().map(Pace::record).collect()),
            min_return_days: bare(self.min_return_days),
            max_visits_per_day: bare(self.max_visits_per_day),
        }
    }

    /// The record as it goes over the wire.
    pub fn new(record: &VisitsRecord) -> Self {
        Visits {
            hosting: record.hosting.map(Into::into),
            pace: record.pace.as_ref().map(|rules| rules.iter().map(Pace::new).collect()),
            min_return_days: field(&record.min_return_days),
            max_visits_per_day: field(&record.max_visits_per_day),
        }
    }
}

/// What it costs not to get the first wish, before the weight `preference`.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct PreferenceCosts {
    /// Cost of the first, second … wish, each 0 to 1e12; the last entry serves all later ones; not empty.
    /// Default: 0, 1, 3, 6.
    pub by_rank: Option<Vec<Amount>>,
    /// Cost of a network that is not on the list, 0 to 1e12. Default: 10.
    pub unlisted: Option<Amount>,
}

impl PreferenceCosts {
    /// The record as the scheduler reads it.
    pub fn record(self) -> PreferenceCostsRecord {
        PreferenceCostsRecord { by_rank: bare_list(self.by_rank), unlisted: bare(self.unlisted) }
    }

    /// The record as it goes over the wire.
    pub fn new(record: &PreferenceCostsRecord) -> Self {
        PreferenceCosts { by_rank: field_list(&record.by_rank), unlisted: field(&record.unlisted) }
    }
}

/// What one unit of each measure costs, 0 to 1e12 each; 0 switches the measure off.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct Weights {
    /// For each enrolment without a network. Default: 100,000.
    pub unassigned: Option<Amount>,
    /// For each hosting that is not held. Default: 20,000.
    pub unhosted: Option<Amount>,
    /// For each delegate of a member who misses a hosting that is held. Default: 1,000.
    pub absence: Option<Amount>,
    /// For each unit of preference cost. Default: 500.
    pub preference: Option<Amount>,
    /// For each visit beyond the first of a hosting. Default: 500.
    pub extra_visit: Option<Amount>,
    /// For each delegate who takes part on an undesired day. Default: 50.
    pub undesired: Option<Amount>,
    /// For each unit of pace penalty. Default: 1.
    pub pace: Option<Amount>,
    /// For each person-km between the members of a network. Default: 1.
    pub travel: Option<Amount>,
    /// For each person invited to a gathering whose enrolment attends no meeting of it. Default: 5,000.
    pub missed: Option<Amount>,
    /// For each meeting of a gathering beyond those that it must have. Default: 10,000.
    pub meeting: Option<Amount>,
    /// For each person and day of a meeting that is undesired for them. Default: 50.
    pub gathering_undesired: Option<Amount>,
    /// For each person-km to meetings and back. Default: 1.
    pub gathering_travel: Option<Amount>,
}

impl Weights {
    /// The record as the scheduler reads it.
    pub fn record(self) -> WeightsRecord {
        WeightsRecord {
            unassigned: bare(self.unassigned),
            unhosted: bare(self.unhosted),
            absence: bare(self.absence),
            preference: bare(self.preference),
            extra_visit: bare(self.extra_visit),
            undesired: bare(self.undesired),
            pace: bare(self.pace),
            travel: bare(self.travel),
            missed: bare(self.missed),
            meeting: bare(self.meeting),
            gathering_undesired: bare(self.gathering_undesired),
            gathering_travel: bare(self.gathering_travel),
        }
    }

    /// The record as it goes over the wire.
    pub fn new(record: &WeightsRecord) -> Self {
        Weights {
            unassigned: field(&record.unassigned),
            unhosted: field(&record.unhosted),
            absence: field(&record.absence),
            preference: field(&record.preference),
            extra_visit: field(&record.extra_visit),
            undesired: field(&record.undesired),
            pace: field(&record.pace),
            travel: field(&record.travel),
            missed: field(&record.missed),
            meeting: field(&record.meeting),
            gathering_undesired: field(&record.gathering_undesired),
            gathering_travel: field(&record.gathering_travel),
        }
    }
}

//! A network as it goes over the wire.

use poem_openapi::Object;
use scheduler::problem::records::{MixRecord, NetworkRecord};

use crate::http::fields::{Amount, Count, Id, Name, Whole, bare, bare_list, field, field_list};

/// A network to be filled with enrolments of its track.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct Network {
    /// Unique among the programme's networks.
    pub id: Id,
    /// The id of its track. Default: the programme's only track.
    pub track: Option<Id>,
    /// What people call it. Default: the id.
    pub name: Option<Name>,
    /// Fewest members (enrolments), whole, at least 0.
    pub min_members: Count<0>,
    /// Most members, whole, at least `min_members`.
    pub max_members: Count<0>,
    /// Fewest delegates (persons) of all members together, whole, at least 0. Default: 0.
    pub min_delegates: Option<Count<0>>,
    /// Most delegates (persons) of all members together, whole, at least `min_delegates`. Absent: no limit.
    pub max_delegates: Option<Count<0>>,
    /// Whether zero members is fine too. Default: false.
    pub may_stay_empty: Option<bool>,
    /// Ids of the only regions that members may come from. Absent: all.
    pub allowed_regions: Option<Vec<Id>>,
    /// Most members from one region, whole, at least 0. Absent: no limit.
    pub max_members_per_region: Option<Count<0>>,
    /// Fewest regions that the members come from, whole, at least 0. Default: 0.
    pub min_regions: Option<Count<0>>,
    /// Longest distance between any two members, in km, 0 to 1e12. Absent: no limit.
    pub max_distance_km: Option<Amount>,
    /// How many members have a value of an attribute. Default: any number.
    pub mix: Option<Vec<Mix>>,
}

/// How many members of a network have a value of an attribute.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all)]
pub struct Mix {
    /// The attribute of enrolments; `region` is the region of the municipality.
    pub attribute: Id,
    /// The value.
    pub value: Id,
    /// Fewest members that have it, whole, at least 0. Default: 0.
    pub min: Option<Count<0>>,
    /// Most members that have it, whole, at least `min`. Absent: no limit.
    pub max: Option<Count<0>>,
}

impl Mix {
    /// The record as the scheduler reads it.
    pub fn record(self) -> MixRecord {
        MixRecord { attribute: self.attribute.0, value: self.value.0, min: bare(self.min), max: bare(self.max) }
    }

    /// The record as it goes over the wire.
    pub fn new(record: &MixRecord) -> Self {
        Mix {
            attribute: (&record.attribute).into(),
            value: (&record.value).into(),
            min: field(&record.min),
            max: field(&record.max),
        }
    }
}

impl Network {
    /// The record as the scheduler reads it.
    pub fn record(self) -> NetworkRecord {
        NetworkRecord {
            id: self.id.0,
            track: bare(self.track),
            name: bare(self.name),
            min_members: self.min_members.0,
            max_members: self.max_members.0,
            min_delegates: bare(self.min_delegates),
            max_delegates: bare(self.max_delegates),
            may_stay_empty: self.may_stay_empty,
            allowed_regions: bare_list(self.allowed_regions),
            max_members_per_region: bare(self.max_members_per_region),
            min_regions: bare(self.min_regions),
            max_distance_km: bare(self.max_distance_km),
            mix: self.mix.map(|rows| rows.into_iter().map(Mix::record).collect()),
        }
    }

    /// The record as it goes over the wire.
    pub fn new(record: &NetworkRecord) -> Self {
        Network {
            id: (&record.id).into(),
            track: field(&record.track),
            name: field(&record.name),
            min_members: Whole(record.min_members),
            max_members: Whole(record.max_members),
            min_delegates: field(&record.min_delegates),
            max_delegates: field(&record.max_delegates),
            may_stay_empty: record.may_stay_empty,
            allowed_regions: field_list(&record.allowed_regions),
            max_members_per_region: field(&record.max_members_per_region),
            min_regions: field(&record.min_regions),
            max_distance_km: field(&record.max_distance_km),
            mix: record.mix.as_ref().map(|rows| rows.iter().map(Mix::new).collect()),
        }
    }
}

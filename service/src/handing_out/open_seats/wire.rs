//! Open seats as they go over the wire.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};

use crate::http::fields::{Date, Id, Name};

/// What has room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enum)]
#[oai(rename_all = "snake_case")]
pub enum SeatKind {
    /// A visit.
    Visit,
    /// A meeting of a gathering.
    Gathering,
}

/// A published visit or meeting with room for a guest from outside.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none, example)]
pub struct OpenSeat {
    /// What it is.
    pub kind: SeatKind,
    /// Its first day.
    pub date: Date,
    /// Its last day; absent where it has one day.
    pub until: Option<Date>,
    /// The id of the network that visits; absent for a gathering.
    pub network: Option<Id>,
    /// The id of the enrolment that hosts; absent for a gathering.
    pub host: Option<Id>,
    /// The id of the gathering; absent for a visit.
    pub gathering: Option<Id>,
    /// The id of the place of a gathering, or of the municipality that hosts the visit; absent where no place is named.
    pub place: Option<Id>,
    /// What people call the place; absent where none is named.
    pub place_name: Option<Name>,
    /// Kilometres by road from the municipality's seat, one way.
    pub km: f64,
    /// Persons that fit in beside those who come; absent: no limit.
    pub seats: Option<u32>,
}

/// Open seats.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct OpenSeatList {
    /// The id of the plan that is in force; absent where none is, and nothing has room then.
    pub plan: Option<Id>,
    /// The nearest first; of those as near, the earliest.
    pub items: Vec<OpenSeat>,
}

impl Example for OpenSeat {
    fn example() -> Self {
        OpenSeat {
            kind: SeatKind::Visit,
            date: Date("2027-04-06".to_owned()),
            until: None,
            network: Some(Id("n1".to_owned())),
            host: Some(Id("e2".to_owned())),
            gathering: None,
            place: Some(Id("0147".to_owned())),
            place_name: Some(Name("Frederiksberg".to_owned())),
            km: 4.2,
            seats: Some(3),
        }
    }
}

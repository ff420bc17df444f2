//! A municipality as it goes over the wire.

use poem_openapi::{Enum, Object};
use scheduler::problem::records::MunicipalityRecord;

use crate::http::fields::{Count, Date, Id, Name, Number, bare, bare_list, field, field_list};

/// What takes part in a programme. More may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum MunicipalityKind {
    /// A municipality.
    Municipality,
    /// Somebody else, such as a union or a university college. It enrols and hosts like a municipality, and pays no fee.
    Organisation,
}

impl MunicipalityKind {
    /// As it is kept.
    pub fn name(self) -> &'static str {
        match self {
            MunicipalityKind::Municipality => "municipality",
            MunicipalityKind::Organisation => "organisation",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        [MunicipalityKind::Municipality, MunicipalityKind::Organisation].into_iter().find(|kind| kind.name() == name)
    }
}

/// A municipality on the wire, with fields beside those of the problem document.
macro_rules! municipality {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $more:ident: $type:ty),* }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Object)]
        #[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
        pub struct $name {
            /// Unique among municipalities; usually the official code.
            pub id: Id,
            /// What people call it. Default: the id.
            pub name: Option<Name>,
            /// The id of the region it lies in.
            pub region: Id,
            /// Latitude of its seat in degrees north, −90 to 90.
            pub lat: Number<-90, 90>,
            /// Longitude of its seat in degrees east, −180 to 180.
            pub lon: Number<-180, 180>,
            /// Whether it hosts visits at all. Default: true.
            pub can_host: Option<bool>,
            /// Guests (persons) that fit at one visit, whole, at least 0. Absent: no limit.
            pub host_capacity: Option<Count<0>>,
            /// Dates on which it neither hosts nor travels. Default: none.
            pub unavailable: Option<Vec<Date>>,
            /// Dates on which it may travel but not host. Default: none.
            pub cannot_host_on: Option<Vec<Date>>,
            /// Dates that are possible, at the cost `undesired` for each of its delegates who takes part. Default: none.
            pub undesired: Option<Vec<Date>>,
            $($(#[$doc])* pub $more: Option<$type>,)*
        }

        impl $name {
            /// The record as the scheduler reads it.
            pub fn record(self) -> MunicipalityRecord {
                MunicipalityRecord {
                    id: self.id.0,
                    name: bare(self.name),
                    region: self.region.0,
                    lat: self.lat.0,
                    lon: self.lon.0,
                    can_host: self.can_host,
                    host_capacity: bare(self.host_capacity),
                    unavailable: bare_list(self.unavailable),
                    cannot_host_on: bare_list(self.cannot_host_on),
                    undesired: bare_list(self.undesired),
                }
            }

            /// The record as it goes over the wire, without what only the service knows.
            pub fn new(record: &MunicipalityRecord) -> Self {
                $name {
                    id: (&record.id).into(),
                    name: field(&record.name),
                    region: (&record.region).into(),
                    lat: Number(record.lat),
                    lon: Number(record.lon),
                    can_host: record.can_host,
                    host_capacity: field(&record.host_capacity),
                    unavailable: field_list(&record.unavailable),
                    cannot_host_on: field_list(&record.cannot_host_on),
                    undesired: field_list(&record.undesired),
                    $($more: None,)*
                }
            }
        }
    };
}

municipality! {
    /// A municipality with its place and its diary.
    Municipality {
        /// What it is; no plan depends on it. Default: `municipality`.
        kind: MunicipalityKind
    }
}

municipality! {
    /// A municipality of a problem document, with its place and its diary.
    ProblemMunicipality {}
}

//! Examples for the API document: the records of `openapi/examples/problem.json`, which the tests replay.

use poem_openapi::types::{Example, ParseFromJSON};

use super::wire::{Finding, ProblemDocument, Validation};
use crate::records::distances::wire::Distance;
use crate::records::enrolments::wire::Enrolment;
use crate::records::municipalities::wire::{Municipality, ProblemMunicipality};
use crate::records::networks::wire::Network;
use crate::records::pair_rules::wire::PairRule;
use crate::records::programmes::wire::{Calendar, PreferenceCosts, Visits, Weights};
use crate::records::regions::wire::Region;
use crate::records::rounds::wire::Round;
use crate::records::tracks::wire::Track;

/// The first of a list.
macro_rules! first {
    ($($type:ty => $list:ident),+ $(,)?) => {
        $(impl Example for $type {
            fn example() -> Self {
                document().$list.swap_remove(0)
            }
        })+
    };
}

/// The first of an optional list.
macro_rules! first_of_optional {
    ($($type:ty => $list:ident),+ $(,)?) => {
        $(impl Example for $type {
            fn example() -> Self {
                document().$list.unwrap_or_default().swap_remove(0)
            }
        })+
    };
}

/// An optional object.
macro_rules! object {
    ($($type:ty => $field:ident),+ $(,)?) => {
        $(impl Example for $type {
            #[allow(clippy::expect_used)] // the file is part of the program; a test reads it
            fn example() -> Self {
                document().$field.expect("the example document has everything")
            }
        })+
    };
}

first!(Region => regions, ProblemMunicipality => municipalities, Network => networks, Enrolment => enrolments);
first_of_optional!(Track => tracks, PairRule => pair_rules, Distance => distances, Round => rounds);
object!(Calendar => calendar, Visits => visits, PreferenceCosts => preference_costs, Weights => weights);

impl Example for Municipality {
    fn example() -> Self {
        Municipality::new(&ProblemMunicipality::example().record())
    }
}

impl Example for ProblemDocument {
    fn example() -> Self {
        document()
    }
}

impl Example for Validation {
    fn example() -> Self {
        let mut records = document().records();
        records.enrolments[4].excluded = Some(vec!["n9".to_owned()]);
        Validation::of(&records)
    }
}

impl Example for Finding {
    fn example() -> Self {
        Finding {
            pointer: "/enrolments/3/fixed".to_owned(),
            code: "fixed_excluded".to_owned(),
            detail: "enrolment e4 is fixed to network n2 and excludes it; take one of the two away".to_owned(),
        }
    }
}

/// The example document.
pub fn document() -> ProblemDocument {
    read(include_bytes!("../../../../openapi/examples/problem.json"))
}

/// Reads without a look at the schema, which is being made while examples are read.
#[allow(clippy::expect_used)] // the file is part of the program; a test reads it
pub fn read<T: ParseFromJSON>(bytes: &[u8]) -> T {
    let value = serde_json::from_slice(bytes).expect("the example is JSON");
    T::parse_from_json(Some(value))
        .map_err(|error| error.into_message())
        .expect("the example has the shape of its type")
}

#[cfg(test)]
mod tests {
    use scheduler::problem::validate;

    use super::*;

    #[test]
    fn the_example_contradicts_nothing() {
        assert!(validate::contradictions(&document().records()).is_empty());
    }
}

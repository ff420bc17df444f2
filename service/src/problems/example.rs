//! Examples for the API document: the records of `openapi/examples/problem.json`, which the tests replay.

use poem_openapi::types::{Example, ParseFromJSON};

use super::wire::{Finding, ProblemDocument, Validation};
use crate::distances::wire::Distance;
use crate::enrolments::wire::Enrolment;
use crate::http::open::Open;
use crate::municipalities::wire::Municipality;
use crate::networks::wire::Network;
use crate::pair_rules::wire::PairRule;
use crate::plans::document::PlanDocument;
use crate::programmes::wire::{Calendar, PreferenceCosts, Visits, Weights};
use crate::regions::wire::Region;
use crate::rounds::wire::Round;
use crate::tracks::wire::Track;

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

first!(Region => regions, Municipality => municipalities, Network => networks, Enrolment => enrolments);
first_of_optional!(Track => tracks, PairRule => pair_rules, Distance => distances, Round => rounds);
object!(Calendar => calendar, Visits => visits, PreferenceCosts => preference_costs, Weights => weights);

impl Example for ProblemDocument {
    fn example() -> Self {
        document()
    }
}

impl Example for PlanDocument {
    fn example() -> Self {
        read(include_bytes!("../../../openapi/examples/plan.json"))
    }
}

impl Example for crate::checks::wire::CheckRequest {
    fn example() -> Self {
        Self { problem: document(), plan: Open(PlanDocument::example()) }
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

fn document() -> ProblemDocument {
    read(include_bytes!("../../../openapi/examples/problem.json"))
}

/// Reads without a look at the schema, which is being made while examples are read.
#[allow(clippy::expect_used)] // the file is part of the program; a test reads it
fn read<T: ParseFromJSON>(bytes: &[u8]) -> T {
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

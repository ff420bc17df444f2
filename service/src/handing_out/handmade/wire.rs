//! A hand-made plan as it comes in, and what is said of it.

use poem_openapi::Object;
use poem_openapi::types::Example;

use crate::http::fields::{Date, Id};
use crate::plans::document::{BrokenRule, Comparison, LeftOut, PlanCost};
use crate::records::imports::sheet::{Key, Row};

/// A row of a plan in a spreadsheet: where an enrolment is, and a visit that it hosts. One that hosts several visits has
/// several rows. Our own files have this form.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct PlanRow {
    /// The enrolment's id.
    pub enrolment: Id,
    /// The id of its municipality: for people, not read.
    pub municipality: Option<String>,
    /// The name of its municipality: for people, not read.
    pub name: Option<String>,
    /// The id of its network; absent: left unassigned.
    pub network: Option<Id>,
    /// The name of its network: for people, not read.
    pub network_name: Option<String>,
    /// A day on which it receives its network; absent: none.
    pub date: Option<Date>,
    /// Ids of the enrolments that come that day. Absent: all other members of the network.
    pub guests: Option<Vec<Id>>,
}

/// What is said of a plan that was made by hand.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none, example)]
pub struct HandMadePlan {
    /// Whether nothing was stored, because `dry_run` was asked for.
    pub dry_run: bool,
    /// The id of the plan that it is stored as; absent in a dry run.
    pub id: Option<String>,
    /// Every broken rule; empty: the plan keeps them all.
    pub broken: Vec<BrokenRule>,
    /// Its cost by measure and in total.
    pub cost: PlanCost,
    /// Who and what it leaves out, each with the reason.
    pub left_out: Vec<LeftOut>,
    /// How it compares with the cheapest plan of the programme as it stands now; absent where there is none.
    pub compared: Option<Comparison>,
}

impl Row for PlanRow {
    const CSV: &'static str = "enrolment;name;network;date;guests\ne1;København;n1;2027-04-06;\n\
                               e2;Roskilde;n1;2027-04-20;e1 e3\ne2;Roskilde;n1;2027-04-21;e4\ne3;Køge;n1;;\ne4;Faxe;n1;;\n";
    const KEY: Key = Key::NONE;
}

impl Example for PlanRow {
    fn example() -> Self {
        PlanRow {
            enrolment: Id("e1".to_owned()),
            name: Some("København".to_owned()),
            network: Some(Id("n1".to_owned())),
            date: Some(Date("2027-04-06".to_owned())),
            ..PlanRow::default()
        }
    }
}

impl Example for HandMadePlan {
    fn example() -> Self {
        let cost = |total: f64, absence: f64, travel: f64| PlanCost {
            total: Some(total),
            absence: Some(absence),
            travel: Some(travel),
            ..PlanCost::default()
        };
        HandMadePlan {
            dry_run: false,
            id: Some("019ab6a4-6c1e-7d3a-9c55-0f6b8b0e4a12".to_owned()),
            broken: Vec::new(),
            cost: cost(45_420.4, 9_000.0, 36_420.4),
            left_out: Vec::new(),
            compared: Some(Comparison {
                plan: "019ab6a4-6c1e-7d3a-9c55-0f6b8b0e4a11".to_owned(),
                cost: cost(43_120.4, 8_000.0, 35_120.4),
                more: cost(2_300.0, 1_000.0, 1_300.0),
            }),
        }
    }
}

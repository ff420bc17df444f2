//! Fees as they go over the wire.

use poem_openapi::types::{Example, ParseFromJSON as _, ToJSON as _};
use poem_openapi::{Enum, Object};

use crate::http::fields::{Id, Instant, Name};

/// The basis of invoices: who pays what, as the programme is now.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(example)]
pub struct FeeBasis {
    /// The currency; all amounts are whole numbers of it.
    pub currency: String,
    /// Whether value added tax comes on top.
    pub excluding_vat: bool,
    /// Those who pay, by the order of ids.
    pub items: Vec<FeeItem>,
    /// Organisations, and others that an adjustment names and that pay nothing all the same.
    pub exempt: Vec<Exempt>,
    /// Sums of all.
    pub totals: FeeTotals,
}

impl FeeBasis {
    /// As it is kept: JSON, as it goes over the wire.
    pub fn to_text(&self) -> String {
        self.to_json_string()
    }

    /// From the text that is kept.
    pub fn from_text(text: &str) -> Result<FeeBasis, String> {
        FeeBasis::parse_from_json_string(text).map_err(|error| error.into_message())
    }
}

/// What one municipality pays.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct FeeItem {
    /// The id of the municipality.
    pub municipality: Id,
    /// What people call it.
    pub name: Name,
    /// What it pays for.
    pub lines: Vec<FeeLine>,
    /// The sum of the lines.
    pub total: i64,
}

/// Something that is paid for.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct FeeLine {
    /// What it is.
    pub kind: FeeLineKind,
    /// The id of the period; absent for an adjustment.
    pub period: Option<Id>,
    /// The ids of the tracks whose enrolments are counted together, for extra enrolments.
    pub tracks: Option<Vec<Id>>,
    /// How many.
    pub quantity: i64,
    /// What one costs.
    pub unit_amount: i64,
    /// `quantity` × `unit_amount`.
    pub amount: i64,
    /// The note of an adjustment.
    pub note: Option<String>,
}

impl FeeLine {
    /// So many at this amount each.
    pub fn of(kind: FeeLineKind, quantity: i64, unit_amount: i64) -> FeeLine {
        let amount = quantity.saturating_mul(unit_amount);
        FeeLine { kind, period: None, tracks: None, quantity, unit_amount, amount, note: None }
    }
}

/// What a line is. More may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum FeeLineKind {
    /// Taking part in a period.
    Period,
    /// Enrolments beyond those that the fee includes.
    Extra,
    /// What this municipality pays more or less.
    Adjustment,
}

impl FeeLineKind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            FeeLineKind::Period => "period",
            FeeLineKind::Extra => "extra",
            FeeLineKind::Adjustment => "adjustment",
        }
    }
}

/// Somebody who pays nothing.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct Exempt {
    /// The id of the municipality.
    pub municipality: Id,
    /// What people call it.
    pub name: Name,
    /// Why.
    pub reason: FeeReason,
}

/// Why somebody pays nothing. More may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum FeeReason {
    /// It is an organisation.
    Organisation,
    /// It has no enrolment.
    NotEnrolled,
}

impl FeeReason {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            FeeReason::Organisation => "organisation",
            FeeReason::NotEnrolled => "not_enrolled",
        }
    }
}

/// Sums of all lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Object)]
pub struct FeeTotals {
    /// How many pay.
    pub municipalities: u64,
    /// For taking part.
    pub periods: i64,
    /// For enrolments beyond those that the fee includes.
    pub extras: i64,
    /// Adjustments.
    pub adjustments: i64,
    /// Everything.
    pub total: i64,
}

/// What a basis of fees is published with.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct NewFeePublication {
    /// Who answers for it: a name or an office, 1 to 200 characters.
    pub approver: String,
    /// What is to be known of it, at most 2,000 characters.
    pub note: Option<String>,
}

/// A basis of fees that was published. It never changes.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none, example)]
pub struct FeePublication {
    /// Who answers for it.
    pub approver: String,
    /// What was noted.
    pub note: Option<String>,
    /// When it was published.
    pub published_at: Instant,
    /// The currency.
    pub currency: String,
    /// Its sums.
    pub totals: FeeTotals,
}

/// The published bases of a programme's fees.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct FeePublicationList {
    /// The latest first; it is the one that differences are told from.
    pub items: Vec<FeePublication>,
}

/// What has changed in the fees since their basis was published.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(example)]
pub struct FeeDifference {
    /// The publication that it is told from.
    pub published: FeePublication,
    /// The currency now.
    pub currency: String,
    /// Those who pay for something else now, by the order of ids.
    pub items: Vec<FeeChange>,
    /// The total as it was published.
    pub before: i64,
    /// The total now.
    pub after: i64,
    /// `after` − `before`.
    pub difference: i64,
}

/// What has changed for one municipality: what to charge it, or to give back.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct FeeChange {
    /// The id of the municipality.
    pub municipality: Id,
    /// What people call it.
    pub name: Name,
    /// Its total as it was published; 0 where it paid nothing.
    pub before: i64,
    /// Its total now; 0 where it pays nothing.
    pub after: i64,
    /// `after` − `before`.
    pub difference: i64,
    /// Lines that are no longer there.
    pub gone: Vec<FeeLine>,
    /// Lines that are new.
    pub added: Vec<FeeLine>,
}

impl Example for FeeBasis {
    fn example() -> Self {
        let period =
            |id: &str| FeeLine { period: Some(Id(id.to_owned())), ..FeeLine::of(FeeLineKind::Period, 1, 65_000) };
        let item = FeeItem {
            municipality: Id("0101".to_owned()),
            name: Name("København".to_owned()),
            lines: vec![period("2027"), period("2028")],
            total: 130_000,
        };
        let totals = FeeTotals { municipalities: 1, periods: 130_000, extras: 0, adjustments: 0, total: 130_000 };
        FeeBasis { currency: "DKK".to_owned(), excluding_vat: true, items: vec![item], exempt: vec![], totals }
    }
}

impl Example for NewFeePublication {
    fn example() -> Self {
        NewFeePublication { approver: "Head of secretariat".to_owned(), note: None }
    }
}

impl Example for FeePublication {
    fn example() -> Self {
        let FeeBasis { currency, totals, .. } = FeeBasis::example();
        FeePublication {
            approver: "Head of secretariat".to_owned(),
            note: None,
            published_at: Instant("2026-12-01T10:00:00.000Z".to_owned()),
            currency,
            totals,
        }
    }
}

impl Example for FeeDifference {
    fn example() -> Self {
        let extra = |period: &str| FeeLine {
            period: Some(Id(period.to_owned())),
            tracks: Some(vec![Id("themes".to_owned())]),
            ..FeeLine::of(FeeLineKind::Extra, 1, 20_000)
        };
        let change = FeeChange {
            municipality: Id("0101".to_owned()),
            name: Name("København".to_owned()),
            before: 130_000,
            after: 170_000,
            difference: 40_000,
            gone: vec![],
            added: vec![extra("2027"), extra("2028")],
        };
        FeeDifference {
            published: FeePublication::example(),
            currency: "DKK".to_owned(),
            items: vec![change],
            before: 130_000,
            after: 170_000,
            difference: 40_000,
        }
    }
}

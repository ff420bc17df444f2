//! The fees of a programme: what they are, and what can be wrong with them.

use std::collections::HashSet;

use poem_openapi::Object;
use poem_openapi::types::{Example, ParseFromJSON as _, ToJSON as _};
use scheduler::Faults;
use scheduler::problem::validate;

use crate::http::failure::Failure;
use crate::http::fields::{Id, Whole};
use crate::http::resource::known;
use crate::records::municipalities::store::ProgrammeMunicipalities;
use crate::records::tracks::store::known_tracks;
use crate::store::Write;

/// The most that an amount can be, either way: sums of all that a programme may have are whole numbers still.
const MOST: i64 = 1_000_000_000;
/// The most periods.
const MOST_PERIODS: usize = 100;
/// The most characters of a note.
const LONGEST_NOTE: usize = 200;

/// A whole amount in the currency of the fees.
pub type Fee = Whole<0, MOST>;
/// What is added, or taken off where it is below 0.
pub type Adjusted = Whole<{ -MOST }, MOST>;

/// What taking part costs: the basis of an invoice, no more. Organisations pay nothing.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct Fees {
    /// The currency, three capital letters as of ISO 4217. All amounts are whole numbers of it.
    pub currency: String,
    /// Whether value added tax comes on top. Default: false.
    pub excluding_vat: Option<bool>,
    /// What each municipality with an enrolment pays, whatever it enrols for. 1 to 100 periods.
    pub periods: Vec<FeePeriod>,
    /// How many enrolments the fee includes, and what each one beyond costs. A track stands in one of them at most;
    /// enrolments for tracks that stand in none cost nothing more. Default: none.
    pub included: Option<Vec<IncludedEnrolments>>,
    /// What single municipalities pay more or less, once. Default: none.
    pub adjustments: Option<Vec<FeeAdjustment>>,
}

/// A period that is paid for.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct FeePeriod {
    /// Unique among the periods, such as a year.
    pub id: Id,
    /// What a municipality pays for it, 0 to 1e9.
    pub amount: Fee,
}

/// Enrolments that the fee includes.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct IncludedEnrolments {
    /// The ids of the tracks whose enrolments are counted together; at least one.
    pub tracks: Vec<Id>,
    /// How many of them the fee includes, 0 to 1e9.
    pub enrolments: Fee,
    /// What each one beyond costs in each period, 0 to 1e9.
    pub extra: Fee,
}

/// What one municipality pays more or less.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all)]
pub struct FeeAdjustment {
    /// The id of the municipality.
    pub municipality: Id,
    /// What is added, or taken off where it is below 0; −1e9 to 1e9.
    pub amount: Adjusted,
    /// Why, at most 200 characters.
    pub note: Option<String>,
}

impl Fees {
    /// As they are kept: JSON, as it goes over the wire.
    pub fn to_text(&self) -> String {
        self.to_json_string()
    }

    /// From the text that is kept.
    pub fn from_text(text: &str) -> Result<Fees, String> {
        Fees::parse_from_json_string(text).map_err(|error| error.into_message())
    }

    /// Notes everything that is wrong with the fees of a programme.
    pub async fn judge(&self, write: &mut Write, programme: &str, faults: &mut Faults) -> Result<(), Failure> {
        self.judge_alone(faults);
        let tracks = known_tracks(write, Some(programme)).await?;
        for (i, included) in self.included.iter().flatten().enumerate() {
            for (j, track) in included.tracks.iter().enumerate() {
                if !tracks.has(&track.0) {
                    validate::unknown_id("track", &track.0, format!("/fees/included/{i}/tracks/{j}"), faults);
                }
            }
        }
        for (i, adjustment) in self.adjustments.iter().flatten().enumerate() {
            let at = format!("/fees/adjustments/{i}/municipality");
            known::<ProgrammeMunicipalities>(write, Some(programme), &at, &adjustment.municipality.0, faults).await?;
        }
        Ok(())
    }

    /// What is wrong with them whatever the programme contains.
    fn judge_alone(&self, faults: &mut Faults) {
        if self.currency.len() != 3 || !self.currency.bytes().all(|letter| letter.is_ascii_uppercase()) {
            let detail = "`currency` is three capital letters as of ISO 4217, such as DKK";
            faults.add("/fees/currency", "invalid_currency", detail);
        }
        if self.periods.is_empty() || self.periods.len() > MOST_PERIODS {
            let detail = format!("there are 1 to {MOST_PERIODS} periods, not {}", self.periods.len());
            faults.add("/fees/periods", "out_of_range", detail);
        }
        let mut seen = HashSet::new();
        for (i, period) in self.periods.iter().enumerate() {
            faults.keep(&format!("/fees/periods/{i}/id"), validate::id(&period.id.0));
            if !seen.insert(&period.id) {
                let detail = format!("there are two periods {:?}; rename one of them", period.id.0);
                faults.add(format!("/fees/periods/{i}/id"), "duplicate_id", detail);
            }
            amount(period.amount.0, 0, format!("/fees/periods/{i}/amount"), faults);
        }
        let mut tracks = HashSet::new();
        for (i, included) in self.included.iter().flatten().enumerate() {
            let at = format!("/fees/included/{i}");
            if included.tracks.is_empty() {
                faults.add(format!("{at}/tracks"), "empty_list", "name at least one track");
            }
            for (j, track) in included.tracks.iter().enumerate() {
                if !tracks.insert(track) {
                    let detail = format!("track {:?} is counted already; name it once in all of `included`", track.0);
                    faults.add(format!("{at}/tracks/{j}"), "duplicate_id", detail);
                }
            }
            amount(included.enrolments.0, 0, format!("{at}/enrolments"), faults);
            amount(included.extra.0, 0, format!("{at}/extra"), faults);
        }
        for (i, adjustment) in self.adjustments.iter().flatten().enumerate() {
            amount(adjustment.amount.0, -MOST, format!("/fees/adjustments/{i}/amount"), faults);
            if adjustment.note.as_ref().is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
                let detail = format!("`note` has at most {LONGEST_NOTE} characters");
                faults.add(format!("/fees/adjustments/{i}/note"), "too_long", detail);
            }
        }
    }
}

/// Notes a fault where an amount is out of range.
fn amount(value: i64, least: i64, at: String, faults: &mut Faults) {
    if !(least..=MOST).contains(&value) {
        faults.add(at, "out_of_range", format!("{value} is not a whole number from {least} to {MOST}"));
    }
}

impl Example for Fees {
    fn example() -> Self {
        let period = |id: &str| FeePeriod { id: Id(id.to_owned()), amount: Whole(65_000) };
        Fees {
            currency: "DKK".to_owned(),
            excluding_vat: Some(true),
            periods: vec![period("2027"), period("2028")],
            included: None,
            adjustments: None,
        }
    }
}

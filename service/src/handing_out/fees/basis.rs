//! Who pays what: the one place that decides it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::wire::{
    Exempt, FeeBasis, FeeChange, FeeDifference, FeeItem, FeeLine, FeeLineKind, FeePublication, FeeReason, FeeTotals,
};
use crate::http::fields::{Id, Name};
use crate::records::municipalities::wire::MunicipalityKind;
use crate::records::programmes::fees::{FeeAdjustment, Fees};

/// A municipality of the programme as the fees see it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Participant {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub kind: Option<MunicipalityKind>,
    /// How many enrolments it has, by track.
    pub enrolments: HashMap<String, i64>,
}

impl Participant {
    /// Why it pays nothing; none where it pays. Whoever is enrolled pays, apart from organisations.
    pub fn exempt(&self) -> Option<FeeReason> {
        if self.kind == Some(MunicipalityKind::Organisation) {
            Some(FeeReason::Organisation)
        } else if self.enrolments.is_empty() {
            Some(FeeReason::NotEnrolled)
        } else {
            None
        }
    }
}

/// The basis of invoices: who pays what, by the order of ids.
pub fn basis(fees: &Fees, participants: &[Participant]) -> FeeBasis {
    let mut adjustments: BTreeMap<&str, Vec<&FeeAdjustment>> = BTreeMap::new();
    for adjustment in fees.adjustments.iter().flatten() {
        adjustments.entry(&adjustment.municipality.0).or_default().push(adjustment);
    }
    let (mut items, mut exempt) = (Vec::new(), Vec::new());
    for participant in participants {
        let adjusted = adjustments.remove(participant.id.as_str()).unwrap_or_default();
        match participant.exempt() {
            None => items.push(item(fees, participant, &adjusted)),
            Some(reason) if reason == FeeReason::Organisation || !adjusted.is_empty() => {
                exempt.push(exempted(&participant.id, &participant.name, reason));
            }
            Some(_) => {}
        }
    }
    // Named by an adjustment, and no longer in the programme.
    exempt.extend(adjustments.keys().map(|id| exempted(id, id, FeeReason::NotEnrolled)));
    let sum = |kind| items.iter().flat_map(|item| &item.lines).filter(|l| l.kind == kind).map(|l| l.amount).sum();
    let (periods, extras, adjusted) = (sum(FeeLineKind::Period), sum(FeeLineKind::Extra), sum(FeeLineKind::Adjustment));
    let totals = FeeTotals {
        municipalities: items.len() as u64,
        periods,
        extras,
        adjustments: adjusted,
        total: periods + extras + adjusted,
    };
    let excluding_vat = fees.excluding_vat.unwrap_or(false);
    FeeBasis { currency: fees.currency.clone(), excluding_vat, items, exempt, totals }
}

fn exempted(id: &str, name: &str, reason: FeeReason) -> Exempt {
    Exempt { municipality: Id(id.to_owned()), name: Name(name.to_owned()), reason }
}

/// What one municipality pays: each period, each period's extra enrolments, adjustments.
fn item(fees: &Fees, participant: &Participant, adjustments: &[&FeeAdjustment]) -> FeeItem {
    let mut lines = Vec::new();
    for period in &fees.periods {
        let amount = period.amount.0;
        lines.push(FeeLine { period: Some(period.id.clone()), ..FeeLine::of(FeeLineKind::Period, 1, amount) });
        for included in fees.included.iter().flatten() {
            let enrolled: i64 = included.tracks.iter().filter_map(|track| participant.enrolments.get(&track.0)).sum();
            let beyond = enrolled - included.enrolments.0;
            if beyond > 0 {
                let line = FeeLine::of(FeeLineKind::Extra, beyond, included.extra.0);
                lines.push(FeeLine { period: Some(period.id.clone()), tracks: Some(included.tracks.clone()), ..line });
            }
        }
    }
    lines.extend(adjustments.iter().map(|adjustment| FeeLine {
        note: adjustment.note.clone(),
        ..FeeLine::of(FeeLineKind::Adjustment, 1, adjustment.amount.0)
    }));
    FeeItem {
        municipality: Id(participant.id.clone()),
        name: Name(participant.name.clone()),
        total: lines.iter().map(|line| line.amount).sum(),
        lines,
    }
}

/// What has changed since a basis was published, by municipality.
pub fn difference(published: FeePublication, before: &FeeBasis, now: &FeeBasis) -> FeeDifference {
    let by_id = |basis: &FeeBasis| -> BTreeMap<String, FeeItem> {
        basis.items.iter().map(|item| (item.municipality.0.clone(), item.clone())).collect()
    };
    let (mut was, mut is) = (by_id(before), by_id(now));
    let ids: BTreeSet<String> = was.keys().chain(is.keys()).cloned().collect();
    let change = |id: String| {
        let (was, is) = (was.remove(&id), is.remove(&id));
        let name = is.as_ref().or(was.as_ref()).map(|item| item.name.clone()).unwrap_or_default();
        let total = |item: &Option<FeeItem>| item.as_ref().map_or(0, |item| item.total);
        let (before, after) = (total(&was), total(&is));
        let lines = |item: Option<FeeItem>| item.map(|item| item.lines).unwrap_or_default();
        let (gone, added) = apart(lines(was), lines(is));
        (!gone.is_empty() || !added.is_empty()).then_some(FeeChange {
            municipality: Id(id),
            name,
            before,
            after,
            difference: after - before,
            gone,
            added,
        })
    };
    FeeDifference {
        currency: now.currency.clone(),
        items: ids.into_iter().filter_map(change).collect(),
        before: before.totals.total,
        after: now.totals.total,
        difference: now.totals.total - before.totals.total,
        published,
    }
}

/// The lines that only the first list has, and those that only the second one has.
fn apart(first: Vec<FeeLine>, mut second: Vec<FeeLine>) -> (Vec<FeeLine>, Vec<FeeLine>) {
    let mut gone = Vec::new();
    for line in first {
        match second.iter().position(|other| *other == line) {
            Some(same) => drop(second.remove(same)),
            None => gone.push(line),
        }
    }
    (gone, second)
}

#[cfg(test)]
mod tests {
    use poem_openapi::types::Example as _;

    use super::*;
    use crate::http::fields::Whole;
    use crate::records::programmes::fees::IncludedEnrolments;

    fn participant(id: &str, enrolments: &[(&str, i64)]) -> Participant {
        let enrolments = enrolments.iter().map(|&(track, count)| (track.to_owned(), count)).collect();
        Participant { id: id.to_owned(), name: id.to_uppercase(), kind: None, enrolments }
    }

    /// Two periods of 65,000; two enrolments for `a` and `b` together are included, each one beyond is 20,000.
    fn fees() -> Fees {
        let ids = |ids: &[&str]| ids.iter().map(|id| Id((*id).to_owned())).collect();
        let included = IncludedEnrolments { tracks: ids(&["a", "b"]), enrolments: Whole(2), extra: Whole(20_000) };
        Fees { included: Some(vec![included]), ..Fees::example() }
    }

    fn adjusted(municipality: &str, amount: i64) -> Fees {
        let adjustment = FeeAdjustment { municipality: Id(municipality.to_owned()), amount: Whole(amount), note: None };
        Fees { adjustments: Some(vec![adjustment]), ..fees() }
    }

    #[test]
    fn enrolments_beyond_those_included_are_paid_in_each_period() {
        for (enrolments, total) in [
            (vec![("a", 2)], 130_000),
            (vec![("a", 1), ("b", 2)], 170_000),
            (vec![("a", 3), ("b", 1)], 210_000),
            (vec![("c", 9)], 130_000),
        ] {
            let basis = basis(&fees(), &[participant("x", &enrolments)]);
            assert_eq!((basis.items[0].total, basis.totals.total), (total, total), "{enrolments:?}");
        }
    }

    #[test]
    fn organisations_and_those_without_enrolments_pay_nothing_whatever_their_adjustments() {
        let mut union = participant("u", &[("a", 5)]);
        union.kind = Some(MunicipalityKind::Organisation);
        let found = basis(&adjusted("gone", 5), &[union, participant("x", &[])]);
        assert_eq!((found.totals.total, found.items.len()), (0, 0));
        let exempt: Vec<_> = found.exempt.iter().map(|one| (one.municipality.0.as_str(), one.reason)).collect();
        assert_eq!(exempt, [("u", FeeReason::Organisation), ("gone", FeeReason::NotEnrolled)]);
    }

    #[test]
    fn an_adjustment_counts_once() {
        let found = basis(&adjusted("x", -5_000), &[participant("x", &[("a", 3)])]);
        assert_eq!((found.totals.periods, found.totals.extras, found.totals.adjustments), (130_000, 40_000, -5_000));
        assert_eq!(found.totals.total, 165_000);
    }

    #[test]
    fn a_difference_names_the_lines_that_are_gone_and_added() {
        let before = basis(&fees(), &[participant("x", &[("a", 3)]), participant("y", &[("a", 1)])]);
        let now = basis(&fees(), &[participant("x", &[("a", 4)]), participant("z", &[("a", 1)])]);
        let told = difference(FeePublication::example(), &before, &now);
        let rows: Vec<_> = told
            .items
            .iter()
            .map(|one| (one.municipality.0.as_str(), one.difference, one.gone.len(), one.added.len()))
            .collect();
        assert_eq!(rows, [("x", 40_000, 2, 2), ("y", -130_000, 2, 0), ("z", 130_000, 0, 2)]);
        assert_eq!(told.difference, 40_000);
        assert!(difference(FeePublication::example(), &now, &now).items.is_empty());
    }
}

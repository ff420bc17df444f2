//! Wishes from the wire: as changes to the records that the plan was made from.

use poem_openapi::types::{ParseFromJSON, ToJSON};
use scheduler::problem::PairKind;
use scheduler::what_if::wish::{Record, Wish};
use scheduler::{Faults, ProblemRecords};
use serde_json::Value;

use super::wire::{Patch, PlanWish, WishedChange, WishedPair};
use crate::enrolments::wire::Enrolment;
use crate::http::json;
use crate::http::merge::merge;
use crate::municipalities::wire::Municipality;
use crate::networks::wire::Network;
use crate::programmes::wire::{Calendar, Visits};
use crate::regions::wire::Region;
use crate::rounds::wire::Round;

/// Most wishes of one question.
const MOST: usize = 20;

/// The wishes as the scheduler reads them.
///
/// Errors: too few or too many, a wish that is not exactly one, a record that is not there or misshapen then.
pub fn wishes(asked: Vec<PlanWish>, records: &ProblemRecords) -> Result<Vec<Wish>, Faults> {
    let mut faults = Faults::default();
    if !(1..=MOST).contains(&asked.len()) {
        faults.add("/wishes", "out_of_range", format!("there are 1 to {MOST} wishes in one question"));
    }
    let read = asked.into_iter().enumerate();
    let wishes = read.filter_map(|(at, wish)| one(wish, records, &format!("/wishes/{at}"), &mut faults)).collect();
    faults.into_result().map(|()| wishes)
}

fn one(wish: PlanWish, records: &ProblemRecords, at: &str, faults: &mut Faults) -> Option<Wish> {
    let PlanWish { place, together, apart, close, fewer, host, withdraw, join, change } = wish;
    let pair = |kind, WishedPair { a, b }: WishedPair| Wish::Pair { kind, a: a.0, b: b.0 };
    let mut all: Vec<Wish> = Vec::new();
    let changes = change.is_some();
    all.extend(place.map(|place| Wish::Place { enrolment: place.enrolment.0, network: place.network.0 }));
    all.extend(together.map(|two| pair(PairKind::Together, two)));
    all.extend(apart.map(|two| pair(PairKind::Apart, two)));
    all.extend(close.map(|close| Wish::Close { network: close.network.0 }));
    all.extend(fewer.map(|fewer| Wish::Fewer { track: fewer.track.map(|track| track.0) }));
    all.extend(host.map(|host| Wish::Host { enrolment: host.enrolment.0, date: host.date.0 }));
    all.extend(withdraw.map(|withdraw| Wish::Withdraw { enrolment: withdraw.enrolment.0 }));
    all.extend(join.map(|joins| joined(joins, records, at, faults)));
    let known = faults.len();
    all.extend(change.and_then(|change| changed(change, records, &format!("{at}/change"), faults)).map(Wish::Put));
    if all.len() != 1 && !(changes && faults.len() > known) {
        faults.add(at, "one_wish", "a wish is exactly one of its fields; make each a wish of its own");
    }
    all.pop()
}

fn joined(joins: Enrolment, records: &ProblemRecords, at: &str, faults: &mut Faults) -> Wish {
    if records.enrolments.iter().any(|known| known.id == joins.id.0) {
        let detail = format!("there is an enrolment {} already; choose another id, or `change` it", joins.id.0);
        faults.add(format!("{at}/join/id"), "already_exists", detail);
    }
    Wish::Put(Record::Enrolment(joins.record()))
}

/// The record as it would be.
fn changed(change: WishedChange, records: &ProblemRecords, at: &str, faults: &mut Faults) -> Option<Record> {
    let WishedChange { region, municipality, network, enrolment, round, calendar, visits } = change;
    let mut all = Vec::new();
    let rounds = records.rounds.as_deref().unwrap_or_default();
    let mut patches = 0;
    macro_rules! patched {
        ($($patch:ident: $list:expr, $wire:ident, $record:ident;)+) => {$(
            if let Some(patch) = $patch {
                patches += 1;
                let at = format!("{at}/{}", stringify!($patch));
                let present = $list.iter().find(|known| patch.0.get("id").is_some_and(|id| *id == known.id));
                let after = patched::<$wire, _>(present.map($wire::new), patch, &at, faults);
                all.extend(after.map(|wire| Record::$record(wire.record())));
            }
        )+};
    }
    patched! {
        region: records.regions, Region, Region;
        municipality: records.municipalities, Municipality, Municipality;
        network: records.networks, Network, Network;
        enrolment: records.enrolments, Enrolment, Enrolment;
        round: rounds, Round, Round;
    }
    if let Some(patch) = calendar {
        patches += 1;
        let present = Calendar::new(&records.calendar.clone().unwrap_or_default());
        let after = patched(Some(present), patch, &format!("{at}/calendar"), faults);
        all.extend(after.map(|wire: Calendar| Record::Calendar(wire.record())));
    }
    if let Some(patch) = visits {
        patches += 1;
        let present = Visits::new(&records.visits.clone().unwrap_or_default());
        let after = patched(Some(present), patch, &format!("{at}/visits"), faults);
        all.extend(after.map(|wire: Visits| Record::Visits(wire.record())));
    }
    if patches != 1 {
        faults.add(at, "one_change", "a change is of exactly one record; make each a wish of its own");
    }
    all.pop()
}

/// A record with a patch merged into it.
fn patched<T: ParseFromJSON + ToJSON, const ID: bool>(
    present: Option<T>,
    patch: Patch<ID>,
    at: &str,
    faults: &mut Faults,
) -> Option<T> {
    let Some(present) = present else {
        faults.add(format!("{at}/id"), "unknown_id", "there is no such record; name one that exists");
        return None;
    };
    let mut value = present.to_json().unwrap_or_default();
    merge(&mut value, Value::Object(patch.0));
    let shaped = json::shaped::<T>(value);
    shaped
        .map_err(|misshapen| {
            misshapen
                .into_iter()
                .for_each(|fault| faults.add(format!("{at}{}", fault.pointer), fault.code, fault.detail))
        })
        .ok()
}

//! Wishes from the wire: as changes to the records that the plan was made from, one after the other.

use std::collections::BTreeSet;

use poem_openapi::types::{ParseFromJSON, ToJSON};
use scheduler::problem::PairKind;
use scheduler::problem::records::{MunicipalityRecord, RegionRecord};
use scheduler::what_if::wish::{Record, Wish};
use scheduler::what_if::wished::Wished;
use scheduler::{Faults, ProblemRecords};
use serde_json::{Map, Value};

use super::wire::{Patch, PlanWish, WishedChange, WishedPair};
use crate::http::json;
use crate::http::merge::merge;
use crate::records::enrolments::wire::Enrolment;
use crate::records::municipalities::wire::ProblemMunicipality;
use crate::records::networks::wire::Network;
use crate::records::programmes::wire::{Calendar, Visits};
use crate::records::regions::wire::Region;
use crate::records::rounds::wire::Round;

/// Most wishes of one question.
pub const MOST: usize = 20;

/// A municipality with its region.
pub type Home = (MunicipalityRecord, RegionRecord);

/// A wish as it stands in the request: the pointer to what it says, and what that is.
type Read = (String, Wish);

/// The problem as it is wished for. `homes`: municipalities that those who join may come from beside those of the problem.
///
/// Errors: too few or too many wishes, one that is not exactly one, a record that is not there, or that nobody could store.
pub fn wished(asked: &[PlanWish], records: &ProblemRecords, homes: &[Home]) -> Result<Wished, Faults> {
    let mut faults = Faults::default();
    if !(1..=MOST).contains(&asked.len()) {
        faults.add("/wishes", "out_of_range", format!("there are 1 to {MOST} wishes in one question"));
    }
    let mut wished = Wished::of(records);
    for (at, wish) in asked.iter().enumerate() {
        if let Some((at, wish)) = one(wish.clone(), &mut wished, homes, &format!("/wishes/{at}"), &mut faults) {
            wished.grant(at, wish, &mut faults);
        }
    }
    wished.own_faults(&mut faults);
    faults.into_result().map(|()| wished)
}

/// The wish of somebody who joins, from one of the municipalities of the problem or of these.
pub fn joined(joins: Enrolment, wished: &mut Wished, homes: &[Home], at: String, faults: &mut Faults) -> Read {
    let record = joins.clone().record();
    if wished.so_far().enrolments.iter().any(|known| known.id == record.id) {
        let detail = format!("there is an enrolment {} already; choose another id, or `change` it", record.id);
        faults.add(format!("{at}/id"), "already_exists", detail);
    }
    if let Some((town, region)) = homes.iter().find(|home| home.0.id == record.municipality) {
        wished.know(town.clone(), region.clone());
    }
    let fields = joins.to_json().unwrap_or_default();
    let said = fields.as_object().map(said).unwrap_or_default();
    (at, Wish::Put { record: Record::Enrolment(record), said })
}

fn one(wish: PlanWish, wished: &mut Wished, homes: &[Home], at: &str, faults: &mut Faults) -> Option<Read> {
    let PlanWish { place, together, apart, close, fewer, host, gather, withdraw, join, change } = wish;
    let pair = |kind, WishedPair { a, b }: WishedPair| Wish::Pair { kind, a: a.0, b: b.0 };
    let mut plain: Vec<Wish> = Vec::new();
    plain.extend(place.map(|place| Wish::Place { enrolment: place.enrolment.0, network: place.network.0 }));
    plain.extend(together.map(|two| pair(PairKind::Together, two)));
    plain.extend(apart.map(|two| pair(PairKind::Apart, two)));
    plain.extend(close.map(|close| Wish::Close { network: close.network.0 }));
    plain.extend(fewer.map(|fewer| Wish::Fewer { track: fewer.track.map(|track| track.0) }));
    plain.extend(host.map(|host| Wish::Host { enrolment: host.enrolment.0, date: host.date.0 }));
    plain.extend(gather.map(|gather| Wish::Gather {
        gathering: gather.gathering.0,
        start: gather.start.map(|start| start.0),
        place: gather.place.map(|place| place.0),
    }));
    plain.extend(withdraw.map(|withdraw| Wish::Withdraw { enrolment: withdraw.enrolment.0 }));
    if plain.len() + usize::from(join.is_some()) + usize::from(change.is_some()) != 1 {
        faults.add(at, "one_wish", "a wish is exactly one of its fields; make each a wish of its own");
        return None;
    }
    if let Some(joins) = join {
        return Some(joined(joins, wished, homes, format!("{at}/join"), faults));
    }
    if let Some(change) = change {
        return changed(change, wished.so_far(), &format!("{at}/change"), faults);
    }
    plain.pop().map(|wish| (format!("{at}/{}", wish.name()), wish))
}

/// The record as it would be.
fn changed(change: WishedChange, records: &ProblemRecords, at: &str, faults: &mut Faults) -> Option<Read> {
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
                let said = said(&patch.0);
                let after = patched::<$wire, _>(present.map($wire::new), patch, &at, faults);
                all.extend(after.map(|wire| (at, Wish::Put { record: Record::$record(wire.record()), said })));
            }
        )+};
    }
    patched! {
        region: records.regions, Region, Region;
        municipality: records.municipalities, ProblemMunicipality, Municipality;
        network: records.networks, Network, Network;
        enrolment: records.enrolments, Enrolment, Enrolment;
        round: rounds, Round, Round;
    }
    if let Some(patch) = calendar {
        patches += 1;
        let (at, said) = (format!("{at}/calendar"), said(&patch.0));
        let present = Calendar::new(&records.calendar.clone().unwrap_or_default());
        let after = patched(Some(present), patch, &at, faults);
        all.extend(after.map(|wire: Calendar| (at, Wish::Put { record: Record::Calendar(wire.record()), said })));
    }
    if let Some(patch) = visits {
        patches += 1;
        let (at, said) = (format!("{at}/visits"), said(&patch.0));
        let present = Visits::new(&records.visits.clone().unwrap_or_default());
        let after = patched(Some(present), patch, &at, faults);
        all.extend(after.map(|wire: Visits| (at, Wish::Put { record: Record::Visits(wire.record()), said })));
    }
    if patches != 1 {
        faults.add(at, "one_change", "a change is of exactly one record; make each a wish of its own");
    }
    all.pop()
}

/// The fields that a patch says something of.
fn said(patch: &Map<String, Value>) -> BTreeSet<String> {
    patch.keys().filter(|field| *field != "id").cloned().collect()
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

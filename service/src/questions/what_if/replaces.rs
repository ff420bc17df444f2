//! What wishes replace of the problem that the plan was made from: a place that was fixed, a pair rule, a record's fields.

use poem_openapi::types::ToJSON;
use scheduler::ProblemRecords;
use scheduler::explain::english;
use scheduler::problem::PairKind;
use scheduler::what_if::wished::Wished;
use serde_json::{Map, Value, json};

use super::wire::{PlanWish, WhatIfReplaced, WishedChange, WishedPair};
use crate::records::enrolments::wire::Enrolment;
use crate::records::municipalities::wire::ProblemMunicipality;
use crate::records::networks::wire::Network;
use crate::records::programmes::wire::{Calendar, Visits};
use crate::records::regions::wire::Region;
use crate::records::rounds::wire::Round;

/// What each of these wishes replaces, in their order. `wished`: the same as the scheduler has read them.
pub fn of(asked: &[PlanWish], wished: &Wished, records: &ProblemRecords) -> Vec<WhatIfReplaced> {
    let one = |(at, wish): (usize, &PlanWish)| {
        let wish_at = format!("/wishes/{at}");
        let found = by(wish, &wished.replaced(at), records).into_iter();
        found.map(move |(what, was, text)| WhatIfReplaced { wish: wish_at.clone(), what, was, text })
    };
    asked.iter().enumerate().flat_map(one).collect()
}

/// What is replaced, its value and a sentence.
type Replaced = (String, Option<Value>, String);

fn by(wish: &PlanWish, replaced: &[&str], records: &ProblemRecords) -> Vec<Replaced> {
    let mut found = Vec::new();
    if let Some(place) = &wish.place
        && let Some(enrolment) = records.enrolments.iter().find(|known| known.id == place.enrolment.0)
        && let Some(fixed) = enrolment.fixed.as_ref().filter(|fixed| **fixed != place.network.0)
    {
        found.push(("fixed".to_owned(), Some(json!(fixed)), english::was_fixed(&enrolment.id, fixed)));
    }
    let pairs = [(&wish.together, PairKind::Apart), (&wish.apart, PairKind::Together)];
    found.extend(pairs.into_iter().filter_map(|(pair, opposite)| pair_rule(pair.as_ref()?, opposite, records)));
    if let Some(close) = &wish.close
        && let Some(network) = records.networks.iter().find(|known| known.id == close.network.0)
        && network.min_members > 0
        && network.may_stay_empty != Some(true)
    {
        let least = network.min_members;
        found.push(("min_members".to_owned(), Some(json!(least)), english::had_to_have(&network.id, least)));
    }
    if let Some(gather) = &wish.gather
        && let Some(known) = records.gatherings.iter().flatten().find(|known| known.id == gather.gathering.0)
        && let Some((was, start)) = known.start.as_ref().zip(gather.start.as_ref())
        && *was != start.0
    {
        let text = english::had_the_value(&known.id, "start", Some(was.clone()));
        found.push(("start".to_owned(), Some(json!(was)), text));
    }
    found.extend(wish.change.iter().flat_map(|change| fields(change, replaced, records)));
    found
}

fn pair_rule(WishedPair { a, b }: &WishedPair, opposite: PairKind, records: &ProblemRecords) -> Option<Replaced> {
    let between = |x: &String, y: &String| (*x == a.0 && *y == b.0) || (*x == b.0 && *y == a.0);
    let rules = records.pair_rules.as_deref().unwrap_or_default();
    rules.iter().find(|rule| rule.kind == opposite && between(&rule.a, &rule.b))?;
    let kind = if opposite == PairKind::Apart { "apart" } else { "together" };
    Some(("pair_rule".to_owned(), Some(json!(kind)), english::were_to_be(&a.0, &b.0, kind)))
}

/// The fields of the record that are replaced.
fn fields(change: &WishedChange, replaced: &[&str], records: &ProblemRecords) -> Vec<Replaced> {
    let Some((record, now)) = present(change, records) else { return Vec::new() };
    let told = |field: &&str| {
        let was = now.get(*field).filter(|was| !was.is_null());
        ((*field).to_owned(), was.cloned(), english::had_the_value(&record, field, was.map(Value::to_string)))
    };
    replaced.iter().map(told).collect()
}

/// The record that is changed: what it is called, and its fields as they are.
fn present(change: &WishedChange, records: &ProblemRecords) -> Option<(String, Map<String, Value>)> {
    let rounds = records.rounds.as_deref().unwrap_or_default();
    let fields = |value: Option<Value>| match value {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    macro_rules! named {
        ($($patch:ident: $list:expr, $wire:ident;)+) => {$(
            if let Some(patch) = &change.$patch {
                let known = $list.iter().find(|known| patch.0.get("id").is_some_and(|id| *id == known.id))?;
                let name = format!("{} {}", stringify!($patch), known.id);
                return Some((name, fields($wire::new(known).to_json())));
            }
        )+};
    }
    named! {
        region: records.regions, Region;
        municipality: records.municipalities, ProblemMunicipality;
        network: records.networks, Network;
        enrolment: records.enrolments, Enrolment;
        round: rounds, Round;
    }
    if change.calendar.is_some() {
        let now = Calendar::new(&records.calendar.clone().unwrap_or_default());
        return Some(("the calendar".to_owned(), fields(now.to_json())));
    }
    change.visits.as_ref()?;
    let now = Visits::new(&records.visits.clone().unwrap_or_default());
    Some(("how visits are held".to_owned(), fields(now.to_json())))
}

//! A wish and its answer as they go over the wire.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{Example, ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use poem_openapi::{Enum, Object};
use serde_json::{Map, Value};

use crate::http::fields::{Date, Id, Number, Whole};
use crate::plans::document::{LeftOut, PlanBound, PlanCost, PlanDocument};
use crate::plans::steering::AffectedByChanges;
use crate::plans::wire::{Clash, PlanGap};
use crate::questions::explanations::meetings::GatheringChanges;
use crate::questions::explanations::wire::{InTheWay, MunicipalityChanges};
use crate::records::enrolments::wire::Enrolment;

/// What is to be different in a plan.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct WhatIf {
    /// The wishes, 1 to 20; they are granted together. They apply one after the other: a later `change` changes a record as
    /// the earlier wishes have left it, and a wish may name who joined before it. Two that contradict each other are told
    /// as impossible, whatever their order.
    pub wishes: Vec<PlanWish>,
    /// What is optimised again. Default: `local`.
    pub effort: Option<WhatIfEffort>,
    /// Seconds that it may take, 0.1 to 60. Default: 1.5 for `local`, which mostly needs less; 12 for `whole`, and for the
    /// wish `fewer`, which tries one network after the other.
    pub seconds: Option<Number<0, 60>>,
    /// Whether the answer holds the plan document. Default: false.
    pub plan: Option<bool>,
}

/// What is optimised again once the wishes are granted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum WhatIfEffort {
    /// The networks that the wishes touch and those that they trade with best; the rest stays.
    #[default]
    Local,
    /// Everything, from there.
    Whole,
}

/// One wish: exactly one of these.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct PlanWish {
    /// This enrolment is in this network, also where it is fixed to another: that is replaced.
    pub place: Option<WishedPlace>,
    /// These two municipalities share a network, in every track in which both are enrolled; where one has several enrolments in
    /// a track, with any of them. It replaces the rule that they are apart, where there is one.
    pub together: Option<WishedPair>,
    /// These two municipalities share no network. It replaces the rule that they are together, where there is one.
    pub apart: Option<WishedPair>,
    /// This network has no members, whatever it had to have at least.
    pub close: Option<WishedNetwork>,
    /// One of the networks of a track that the plan uses has no members, whichever costs least: they are tried one after the
    /// other, as many as there is time for, and `closed` tells which one it is. `bound` and `more_at_least` hold for all of
    /// them, tried or not.
    pub fewer: Option<WishedTrack>,
    /// This enrolment receives its network on this day, and of that hosting on no other.
    pub host: Option<WishedVisit>,
    /// This gathering has a meeting that begins on this day, at this place. A day that was given is replaced.
    pub gather: Option<WishedMeeting>,
    /// This enrolment takes no part.
    pub withdraw: Option<WishedEnrolment>,
    /// This enrolment joins. Its municipality may be one that the plan's problem does not have: it comes, with its region,
    /// from the plan's programme or else from the master data.
    pub join: Option<Enrolment>,
    /// A record is different: capacity, limits, sizes, dates. The fields that are named replace those of the record.
    pub change: Option<WishedChange>,
}

/// An enrolment and a network.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct WishedPlace {
    /// The id of the enrolment.
    pub enrolment: Id,
    /// The id of the network.
    pub network: Id,
}

/// Two municipalities.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct WishedPair {
    /// The id of one municipality.
    pub a: Id,
    /// The id of the other.
    pub b: Id,
}

/// A network.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct WishedNetwork {
    /// The id of the network.
    pub network: Id,
}

/// A track.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all)]
pub struct WishedTrack {
    /// The id of the track. Default: the only one.
    pub track: Option<Id>,
}

/// An enrolment.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct WishedEnrolment {
    /// The id of the enrolment.
    pub enrolment: Id,
}

/// An enrolment and a day.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct WishedVisit {
    /// The id of the enrolment that receives.
    pub enrolment: Id,
    /// The day.
    pub date: Date,
}

/// A meeting of a gathering: a day, a place or both.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all)]
pub struct WishedMeeting {
    /// The id of the gathering.
    pub gathering: Id,
    /// The day on which it begins. Default: any.
    pub start: Option<Date>,
    /// The id of one of its places. Default: any.
    pub place: Option<Id>,
}

/// A record as a JSON merge patch: exactly one of these, records with their `id`, and the fields that are different; `null`
/// takes an optional field away.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all)]
pub struct WishedChange {
    /// Of a region.
    pub region: Option<RecordPatch>,
    /// Of a municipality.
    pub municipality: Option<RecordPatch>,
    /// Of a network.
    pub network: Option<RecordPatch>,
    /// Of an enrolment.
    pub enrolment: Option<RecordPatch>,
    /// Of a round.
    pub round: Option<RecordPatch>,
    /// Of the calendar of the programme: `weekdays`, `closed`.
    pub calendar: Option<SettingsPatch>,
    /// Of how visits are held: `hosting`, `pace`, `min_return_days`, `max_visits_per_day`.
    pub visits: Option<SettingsPatch>,
}

/// The fields that are different, with the `id` of the record or of what has none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch<const ID: bool>(pub Map<String, Value>);

/// Of a record with an id.
pub type RecordPatch = Patch<true>;
/// Of settings, which have none.
pub type SettingsPatch = Patch<false>;

impl<const ID: bool> Type for Patch<ID> {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> std::borrow::Cow<'static, str> {
        if ID { "RecordPatch" } else { "SettingsPatch" }.into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            properties: if ID { vec![("id", Id::schema_ref())] } else { Vec::new() },
            required: if ID { vec!["id"] } else { Vec::new() },
            additional_properties: Some(Box::new(MetaSchemaRef::Inline(Box::new(MetaSchema::ANY)))),
            ..MetaSchema::new("object")
        }))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl<const ID: bool> ParseFromJSON for Patch<ID> {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(Value::Object(fields)) => Ok(Patch(fields)),
            other => Err(ParseError::expected_type(other.unwrap_or_default())),
        }
    }
}

impl<const ID: bool> ToJSON for Patch<ID> {
    fn to_json(&self) -> Option<Value> {
        Some(Value::Object(self.0.clone()))
    }
}

/// What a plan would be with some wishes granted. Nothing is stored.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none, example)]
pub struct WhatIfAnswer {
    /// Whether a plan was found that grants all wishes.
    pub possible: bool,
    /// Whether that is settled: where it is possible, nothing that costs less is to be had; where it is not, that is
    /// proved, and not only what was found in the time given.
    pub proved: bool,
    /// Why not, or what it comes to, in sentences.
    pub reasons: Vec<WhatIfReason>,
    /// What the wishes replace of the problem that the plan was made from, wish by wish: a place that was fixed (`place`), the
    /// opposite pair rule (`together`, `apart`), what a network had to have at least (`close`), a given day (`gather`), a
    /// record's fields (`change`).
    pub replaces: Vec<WhatIfReplaced>,
    /// What the plan costs as it is.
    pub before: PlanCost,
    /// What it would cost.
    pub after: Option<PlanCost>,
    /// What it would cost more, by measure and in total; negative: less.
    pub more: Option<PlanCost>,
    /// Proved lower bounds on what it would cost.
    pub bound: Option<PlanBound>,
    /// How far cost and bound are apart.
    pub gap: Option<PlanGap>,
    /// What it costs more at least, whoever looks for it: the bound less what the plan costs as it is.
    pub more_at_least: Option<f64>,
    /// The network that has no members, where one fewer was wished for.
    pub closed: Option<Id>,
    /// How many enrolments would be in another network.
    pub moved: Option<u32>,
    /// Who has to be told of anything, as a guest too; not who withdraws or joins by these wishes.
    pub affected: Option<AffectedByChanges>,
    /// What would change for each municipality.
    pub municipalities: Option<Vec<MunicipalityChanges>>,
    /// What would change of each gathering. Absent where no gathering changes.
    pub gatherings: Option<Vec<GatheringChanges>>,
    /// Who and what would be left out.
    pub left_out: Option<Vec<LeftOut>>,
    /// What clashes, where it is proved impossible.
    pub clash: Option<Clash>,
    /// The plan, where it was asked for.
    pub plan: Option<PlanDocument>,
}

/// A sentence of an answer.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(rename = "WhatIfReason", skip_serializing_if_is_none)]
pub struct WhatIfReason {
    /// A stable code, lower snake_case. More codes may come.
    pub code: String,
    /// The rule in the way, where one is: `A1` to `A7`, `V1` to `V9`, `G1` to `G6`.
    pub rule: Option<String>,
    /// The same in a sentence.
    pub text: String,
    /// Pointers to the wishes that it is about, `/wishes/0`: those that contradict each other or what the problem says, so
    /// that without any one of them this reason is gone. Absent where that is not known.
    pub wishes: Option<Vec<String>>,
}

/// Something that the problem says, and a wish replaces.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(rename = "WhatIfReplaced", skip_serializing_if_is_none)]
pub struct WhatIfReplaced {
    /// Pointer to the wish: `/wishes/0`.
    pub wish: String,
    /// What it is: `fixed`, `pair_rule`, or the name of a field.
    pub what: String,
    /// The value that it had. Absent: none.
    pub was: Option<Value>,
    /// The same in a sentence.
    pub text: String,
}

/// A newcomer: exactly one of these.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct Newcomer {
    /// The id of an enrolment that the plan has in no network.
    pub enrolment: Option<Id>,
    /// An enrolment that is not there yet. Its municipality may be one that the plan's problem does not have: it comes,
    /// with its region, from the plan's programme or else from the master data.
    pub join: Option<Enrolment>,
}

/// Where a newcomer could go.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(example)]
pub struct Places {
    /// Every network of its track, the best first.
    pub items: Vec<PlaceRank>,
}

/// A network for a newcomer.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PlaceRank {
    /// The id of the network.
    pub network: Id,
    /// Its name.
    pub name: String,
    /// What the newcomer's wishes and travel, and that of others to it, cost there; less what leaving it out costs where
    /// the plan does.
    pub estimate: f64,
    /// What the plan costs more, by measure and in total, nobody else moving. Absent where a rule is in the way.
    pub alone: Option<PlanCost>,
    /// The rule in the way where nobody else moves.
    pub rule: Option<String>,
    /// What is in the way, in words.
    pub obstacle: Option<String>,
    /// Everything in the way where nobody else moves.
    pub obstacles: Option<Vec<InTheWay>>,
    /// Wishes, ready to ask what if, that take all of it out of the way together. Absent where no wish can.
    pub wishes: Option<Vec<PlanWish>>,
    /// What the plan costs more, by measure and in total, others moving too, as far as was found. Only for the best few.
    pub making_way: Option<PlanCost>,
    /// How many others would move then.
    pub moved: Option<u32>,
}

/// What is asked of a network that is to be filled.
#[derive(Clone, Debug, Default, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct Filling {
    /// Persons that a municipality which is not enrolled would send, 1 to 10,000. Default: the median of the track.
    pub delegates: Option<Whole<1, 10_000>>,
}

/// Who could fill a network.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(example)]
pub struct Candidates {
    /// The best first.
    pub items: Vec<CandidateRank>,
}

/// Somebody who could come into a network.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CandidateRank {
    /// The id of the enrolment. Absent: the municipality is not enrolled in the track.
    pub enrolment: Option<Id>,
    /// The id of the municipality.
    pub municipality: Id,
    /// Its name.
    pub name: String,
    /// The id of the network that it is in. Absent: in none.
    pub network: Option<Id>,
    /// What wishes and travel cost more, all else as it is.
    pub estimate: f64,
    /// What the plan costs more, by measure and in total, nobody else moving. Only for the best, and where no rule is in
    /// the way.
    pub alone: Option<PlanCost>,
    /// The rule in the way where nobody else moves.
    pub rule: Option<String>,
    /// What is in the way, in words.
    pub obstacle: Option<String>,
    /// Everything in the way where nobody else moves.
    pub obstacles: Option<Vec<InTheWay>>,
    /// Wishes, ready to ask what if, that take all of it out of the way together. Absent where no wish can.
    pub wishes: Option<Vec<PlanWish>>,
}

impl Example for Newcomer {
    fn example() -> Self {
        Newcomer { enrolment: Some(Id("e6".to_owned())), join: None }
    }
}

impl Example for Filling {
    fn example() -> Self {
        Filling { delegates: Some(Whole(3)) }
    }
}

impl Example for Places {
    fn example() -> Self {
        let cost = |total: f64| Some(PlanCost { total: Some(total), travel: Some(total), ..PlanCost::default() });
        let place = PlaceRank {
            network: Id("n1".to_owned()),
            name: "Elder care".to_owned(),
            estimate: 2_310.4,
            alone: cost(2_310.4),
            rule: None,
            obstacle: None,
            obstacles: None,
            wishes: None,
            making_way: cost(1_984.0),
            moved: Some(2),
        };
        let full = PlaceRank {
            network: Id("n2".to_owned()),
            name: "School leadership".to_owned(),
            estimate: 2_980.0,
            alone: None,
            rule: Some("A2".to_owned()),
            obstacle: Some("full: 5 of 5 members (A2)".to_owned()),
            obstacles: Some(vec![InTheWay::example()]),
            wishes: None,
            making_way: None,
            moved: None,
        };
        Places { items: vec![place, full] }
    }
}

impl Example for Candidates {
    fn example() -> Self {
        let candidate = CandidateRank {
            enrolment: Some(Id("e6".to_owned())),
            municipality: Id("0791".to_owned()),
            name: "Viborg".to_owned(),
            network: Some(Id("n2".to_owned())),
            estimate: -120.4,
            alone: Some(PlanCost { total: Some(-120.4), travel: Some(-120.4), ..PlanCost::default() }),
            rule: None,
            obstacle: None,
            obstacles: None,
            wishes: None,
        };
        Candidates { items: vec![candidate] }
    }
}

impl Example for PlanWish {
    fn example() -> Self {
        let place = WishedPlace { enrolment: Id("e1".to_owned()), network: Id("n2".to_owned()) };
        PlanWish { place: Some(place), ..PlanWish::default() }
    }
}

impl Example for WhatIf {
    fn example() -> Self {
        WhatIf { wishes: vec![PlanWish::example()], effort: Some(WhatIfEffort::Local), seconds: None, plan: None }
    }
}

impl Example for WhatIfAnswer {
    fn example() -> Self {
        let cost =
            |total: f64, travel: f64| PlanCost { total: Some(total), travel: Some(travel), ..PlanCost::default() };
        WhatIfAnswer {
            possible: true,
            proved: false,
            reasons: vec![WhatIfReason {
                code: "found".to_owned(),
                rule: None,
                text: "Granting it costs 1240.8 more, as far as was found in the time given.".to_owned(),
                wishes: None,
            }],
            replaces: Vec::new(),
            before: cost(43_120.4, 35_120.4),
            after: Some(cost(44_361.2, 36_361.2)),
            more: Some(cost(1_240.8, 1_240.8)),
            bound: Some(PlanBound {
                gatherings: None,
                assignment: Some(36_000.0),
                timetable: Some(0.0),
                total: Some(36_000.0),
            }),
            gap: Some(PlanGap { assignment: 0.01, timetable: 1.0, total: 0.188 }),
            more_at_least: Some(-7_120.4),
            closed: None,
            moved: Some(2),
            affected: Some(AffectedByChanges { municipalities: 9, persons: 31 }),
            municipalities: Some(Vec::new()),
            gatherings: None,
            left_out: Some(Vec::new()),
            clash: None,
            plan: None,
        }
    }
}

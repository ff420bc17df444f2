//! The kinds of field that records are made of: text and numbers whose schema says what is allowed.
//!
//! They document and do not judge: patterns, ranges and dates are checked in one place, the scheduler's
//! `problem::validate`, where all faults of a document are found at once.

use std::borrow::Cow;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON, Type};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most that a cost, a weight or a distance can be, so that sums stay finite.
pub const MOST: i64 = 1_000_000_000_000;

macro_rules! plain_type {
    ($name:ty, $inner:ty, $schema:expr, [$($generics:tt)*]) => {
        impl<$($generics)*> Type for $name {
            const IS_REQUIRED: bool = true;
            type RawValueType = $inner;
            type RawElementValueType = $inner;

            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_ref() -> MetaSchemaRef {
                MetaSchemaRef::Inline(Box::new($schema))
            }

            fn as_raw_value(&self) -> Option<&$inner> {
                Some(&self.0)
            }

            fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a $inner> + 'a> {
                Box::new(std::iter::once(&self.0))
            }
        }

        impl<$($generics)*> ParseFromJSON for $name {
            fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
                <$inner>::parse_from_json(value).map(Self).map_err(ParseError::propagate)
            }
        }

        impl<$($generics)*> ParseFromParameter for $name {
            fn parse_from_parameter(text: &str) -> ParseResult<Self> {
                <$inner>::parse_from_parameter(text).map(Self).map_err(ParseError::propagate)
            }
        }

        impl<$($generics)*> ToJSON for $name {
            fn to_json(&self) -> Option<Value> {
                self.0.to_json()
            }
        }
    };
}

/// An id: the client's own, unique among its kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id(pub String);

plain_type!(
    Id,
    String,
    MetaSchema {
        pattern: Some("^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$".to_owned()),
        min_length: Some(1),
        max_length: Some(64),
        ..MetaSchema::new("string")
    },
    []
);

/// What something is called, or who somebody is: a text of at most 200 characters. What is stored may be longer.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(pub String);

plain_type!(Name, String, MetaSchema { max_length: Some(LONGEST_NAME), ..MetaSchema::new("string") }, []);

/// The most characters of a name.
pub const LONGEST_NAME: usize = 200;

/// An ISO 8601 civil date, `YYYY-MM-DD`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(pub String);

plain_type!(Date, String, MetaSchema::new_with_format("string", "date"), []);

/// A time of the day, `HH:MM`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimeOfDay(pub String);

plain_type!(
    TimeOfDay,
    String,
    MetaSchema { pattern: Some("^([01][0-9]|2[0-3]):[0-5][0-9]$".to_owned()), ..MetaSchema::new("string") },
    []
);

/// An instant, RFC 3339 in UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub String);

plain_type!(Instant, String, MetaSchema::new_with_format("string", "date-time"), []);

/// A whole number, at least `MIN` and at most `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Whole<const MIN: i64, const MAX: i64>(pub i64);

plain_type!(
    Whole<MIN, MAX>,
    i64,
    ranged("integer", "int64", MIN, MAX),
    [const MIN: i64, const MAX: i64]
);

/// A number, at least `MIN` and at most `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Number<const MIN: i64, const MAX: i64>(pub f64);

plain_type!(
    Number<MIN, MAX>,
    f64,
    ranged("number", "double", MIN, MAX),
    [const MIN: i64, const MAX: i64]
);

/// A count of at least `MIN`, with no upper limit.
pub type Count<const MIN: i64> = Whole<MIN, { i64::MAX }>;

/// A cost, a weight or a distance: finite and at least 0.
pub type Amount = Number<0, MOST>;

fn ranged(ty: &'static str, format: &'static str, min: i64, max: i64) -> MetaSchema {
    MetaSchema {
        minimum: Some(min as f64),
        maximum: (max < i64::MAX).then_some(max as f64),
        ..MetaSchema::new_with_format(ty, format)
    }
}

macro_rules! converts {
    ($name:ty, $inner:ty, [$($generics:tt)*]) => {
        impl<$($generics)*> From<$name> for $inner {
            fn from(field: $name) -> $inner {
                field.0
            }
        }

        impl<$($generics)*> From<&$inner> for $name {
            fn from(value: &$inner) -> $name {
                Self(value.clone())
            }
        }
    };
}

converts!(Id, String, []);
converts!(Name, String, []);
converts!(Date, String, []);
converts!(Whole<MIN, MAX>, i64, [const MIN: i64, const MAX: i64]);
converts!(Number<MIN, MAX>, f64, [const MIN: i64, const MAX: i64]);

/// The value behind an optional field.
pub fn bare<F: Into<V>, V>(field: Option<F>) -> Option<V> {
    field.map(Into::into)
}

/// The values behind an optional list of fields.
pub fn bare_list<F: Into<V>, V>(fields: Option<Vec<F>>) -> Option<Vec<V>> {
    fields.map(|fields| fields.into_iter().map(Into::into).collect())
}

/// An optional value as a field.
pub fn field<'a, V, F: From<&'a V>>(value: &'a Option<V>) -> Option<F> {
    value.as_ref().map(Into::into)
}

/// An optional list of values as fields.
pub fn field_list<'a, V, F: From<&'a V>>(values: &'a Option<Vec<V>>) -> Option<Vec<F>> {
    values.as_ref().map(|values| values.iter().map(Into::into).collect())
}

/// A query parameter as the API document shows it. It is read where all of a query is read, so that every list tells
/// alike what is wrong with it; here anything passes.
#[derive(Clone, Copy, Debug)]
pub struct Documented<T>(std::marker::PhantomData<fn() -> T>);

impl<T: Type> Type for Documented<T> {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl<T: Type> ParseFromParameter for Documented<T> {
    fn parse_from_parameter(_text: &str) -> ParseResult<Self> {
        Ok(Documented(std::marker::PhantomData))
    }
}

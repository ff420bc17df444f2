//! Types that let pass what everything else refuses: unknown fields, and ids and dates that cannot be one.

use std::borrow::Cow;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use serde_json::Value;

/// A `T` in which fields that it does not know are ignored, at every depth, and ids and dates may be any text: what
/// names nothing is a finding, whatever it looks like. Its schema is that of `T`, with additional properties allowed and texts
/// without patterns and formats.
#[derive(Clone, Debug, PartialEq)]
pub struct Open<T>(pub T);

impl<T: Type> Type for Open<T> {
    const IS_REQUIRED: bool = true;
    type RawValueType = T;
    type RawElementValueType = T;

    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        let mut own = Registry::new();
        T::register(&mut own);
        T::register(registry);
        for name in own.schemas.keys() {
            if let Some(schema) = registry.schemas.get_mut(name).filter(|schema| schema.ty == "object") {
                schema.additional_properties = Some(Box::new(MetaSchemaRef::Inline(Box::new(MetaSchema::ANY))));
                schema.properties.iter_mut().for_each(|(_, property)| let_any_text(property));
            }
        }
    }

    fn as_raw_value(&self) -> Option<&T> {
        Some(&self.0)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a T> + 'a> {
        Box::new(std::iter::once(&self.0))
    }
}

fn let_any_text(schema: &mut MetaSchemaRef) {
    let MetaSchemaRef::Inline(schema) = schema else { return };
    if schema.pattern.take().is_some() {
        (schema.min_length, schema.max_length, schema.example) = (None, None, Some("n1".into()));
    }
    if schema.format.take_if(|format| *format == "date").is_some() {
        schema.example = Some("2027-04-06".into());
    }
    schema.items.iter_mut().for_each(|items| let_any_text(items));
}

impl<T: ParseFromJSON> ParseFromJSON for Open<T> {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        T::parse_from_json(value).map(Open).map_err(ParseError::propagate)
    }
}

impl<T: ToJSON> ToJSON for Open<T> {
    fn to_json(&self) -> Option<Value> {
        self.0.to_json()
    }
}

//! Types that let unknown fields pass, where everything else refuses them.

use std::borrow::Cow;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use serde_json::Value;

/// A `T` in which fields that it does not know are ignored, at every depth. Its schema is that of `T`, with
/// additional properties allowed.
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

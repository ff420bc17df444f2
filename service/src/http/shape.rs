//! Whether a JSON value has the shape of a wire type: its schema, as the API document shows it, is the judge.
//!
//! One walk finds every fault: wrong types, unknown and missing fields, unknown values, null where it is not
//! allowed. What the values mean (ids, ranges, dates) is the scheduler's to judge.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use scheduler::Faults;
use serde_json::{Map, Number, Value};

use crate::lock::locked;

/// How long the texts of a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texts {
    /// As long as their schemas say: what comes in.
    Short,
    /// As long as they are: what is stored already, or lies in a file of the user's own.
    Any,
}

/// Every fault of shape. Whole numbers written as 4.0 become 4.
pub fn check<T: Type>(value: &mut Value, texts: Texts) -> Faults {
    let registry = registry_of::<T>();
    let schema = T::schema_ref();
    let mut walk = Walk { registry: &registry, texts, path: Vec::new(), faults: Faults::default() };
    walk.value(value, &schema);
    walk.faults
}

/// The schemas that a type is made of; worked out once for each type.
fn registry_of<T: Type>() -> Arc<Registry> {
    static KNOWN: Mutex<BTreeMap<&'static str, Arc<Registry>>> = Mutex::new(BTreeMap::new());
    let known = || locked(&KNOWN); // whole whatever panicked: it only grows
    let name = std::any::type_name::<T>();
    if let Some(registry) = known().get(name) {
        return Arc::clone(registry);
    }
    let mut registry = Registry::new();
    T::register(&mut registry);
    Arc::clone(known().entry(name).or_insert(Arc::new(registry)))
}

/// A field of an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// `string`, `integer`, `number`, `boolean`, `array` or `object`.
    pub ty: &'static str,
    /// Whether it is a text that is a date.
    pub date: bool,
    /// The texts that it may be, where they are named.
    pub values: Vec<String>,
    /// Whether it must be there.
    pub required: bool,
    /// The fields of an object, none where any name may stand; of a list what its items are, alone and without a name.
    pub inner: Vec<Field>,
}

/// The fields of a type that is an object, in the order of its schema.
pub fn fields<T: Type>() -> Vec<Field> {
    let registry = registry_of::<T>();
    let own = T::schema_ref();
    resolved(&registry, &own).map_or_else(Vec::new, |schema| fields_of(&registry, schema))
}

fn fields_of(registry: &Registry, schema: &MetaSchema) -> Vec<Field> {
    let field =
        |(name, field): &(&'static str, MetaSchemaRef)| field_of(registry, name, field, schema.required.contains(name));
    schema.properties.iter().map(field).collect()
}

fn field_of(registry: &Registry, name: &'static str, schema: &MetaSchemaRef, required: bool) -> Field {
    let Some(schema) = resolved(registry, schema) else {
        return Field { name, required, ..Field::default() };
    };
    let inner = match &schema.items {
        Some(item) => vec![field_of(registry, "", item, true)],
        None => fields_of(registry, schema),
    };
    let values = schema.enum_items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect();
    Field { name, ty: schema.ty, date: schema.format == Some("date"), values, required, inner }
}

/// The schema itself, behind references and the `allOf` that goes with a described reference.
fn resolved<'a>(registry: &'a Registry, schema: &'a MetaSchemaRef) -> Option<&'a MetaSchema> {
    match schema {
        MetaSchemaRef::Reference(name) => registry.schemas.get(name),
        MetaSchemaRef::Inline(schema) => match schema.all_of.first() {
            Some(first) => resolved(registry, first),
            None => Some(schema),
        },
    }
}

/// A text short enough to be told.
pub fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(64).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

enum Step {
    Key(String),
    Index(usize),
}

struct Walk<'a> {
    registry: &'a Registry,
    texts: Texts,
    path: Vec<Step>,
    faults: Faults,
}

impl<'a> Walk<'a> {
    fn value(&mut self, value: &mut Value, schema: &'a MetaSchemaRef) {
        let Some(schema) = resolved(self.registry, schema) else { return };
        match (schema.ty, value) {
            ("object", Value::Object(object)) => self.object(object, schema),
            ("array", Value::Array(items)) => self.array(items, schema),
            ("string", Value::String(text)) => self.text(text, schema),
            ("integer", Value::Number(number)) => self.whole(number),
            ("number", Value::Number(_)) | ("boolean", Value::Bool(_)) | ("", _) => {}
            (wanted, found) => {
                self.add("wrong_type", format!("expected {}, found {}", article(wanted), describe(found)));
            }
        }
    }

    fn object(&mut self, object: &mut Map<String, Value>, schema: &'a MetaSchema) {
        for (name, field) in &schema.properties {
            let required = schema.required.contains(name);
            match object.get_mut(*name) {
                None if required => {
                    self.at(Step::Key((*name).to_owned()), |walk| {
                        walk.add("missing_field", format!("`{name}` is missing; it is required"));
                    });
                }
                None => {}
                Some(Value::Null) if !required && nullable(field) => {}
                Some(Value::Null) => self.at(Step::Key((*name).to_owned()), |walk| {
                    let remedy = if required { "give a value" } else { "give a value, or leave the field out" };
                    walk.add("null_not_allowed", format!("`{name}` must not be null; {remedy}"));
                }),
                Some(value) => self.at(Step::Key((*name).to_owned()), |walk| walk.value(value, field)),
            }
        }
        for (name, value) in object.iter_mut().filter(|(name, _)| !schema.properties.iter().any(|(p, _)| p == name)) {
            self.at(Step::Key(name.clone()), |walk| match &schema.additional_properties {
                Some(other) => walk.value(value, other),
                None => walk.unknown(name, schema),
            });
        }
    }

    fn unknown(&mut self, name: &str, schema: &MetaSchema) {
        let known: Vec<&str> = schema.properties.iter().map(|(name, _)| *name).collect();
        self.add("unknown_field", format!("there is no field `{}` here; there are {}", cut(name), known.join(", ")));
    }

    fn array(&mut self, items: &mut [Value], schema: &'a MetaSchema) {
        let Some(element) = &schema.items else { return };
        for (i, item) in items.iter_mut().enumerate() {
            self.at(Step::Index(i), |walk| walk.value(item, element));
        }
    }

    fn text(&mut self, text: &str, schema: &MetaSchema) {
        if !schema.enum_items.is_empty() && !schema.enum_items.iter().any(|known| known == text) {
            let known: Vec<&str> = schema.enum_items.iter().filter_map(Value::as_str).collect();
            self.add("unknown_value", format!("{:?} is not one of {}", cut(text), known.join(", ")));
        }
        // An id that is too long is no id: its pattern says all, and has a code of its own.
        let longest = schema.max_length.filter(|_| self.texts == Texts::Short && schema.pattern.is_none());
        if let Some(longest) = longest.filter(|longest| text.chars().nth(*longest).is_some()) {
            self.add("too_long", format!("a text of at most {longest} characters is wanted here; shorten it"));
        }
    }

    /// A double without a fraction is a whole number as long as an i64 holds it.
    fn whole(&mut self, number: &mut Number) {
        if number.as_i64().is_some() {
            return;
        }
        match number.as_f64().filter(|x| x.fract() == 0.0 && x.abs() < 9.2e18) {
            Some(x) if !number.is_u64() => *number = (x as i64).into(),
            _ if number.as_f64().is_some_and(|x| x.fract() == 0.0) => {
                self.add("wrong_type", "expected a whole number of at most 9,223,372,036,854,775,807".to_owned());
            }
            _ => self.add("wrong_type", format!("expected a whole number, found {number}")),
        }
    }

    fn at(&mut self, step: Step, inside: impl FnOnce(&mut Self)) {
        self.path.push(step);
        inside(self);
        self.path.pop();
    }

    fn add(&mut self, code: &'static str, detail: String) {
        self.faults.add(self.pointer(), code, detail);
    }

    /// The path as a JSON pointer (RFC 6901).
    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in &self.path {
            pointer.push('/');
            match step {
                Step::Key(key) => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
                Step::Index(i) => pointer.push_str(&i.to_string()),
            }
        }
        pointer
    }
}

fn nullable(schema: &MetaSchemaRef) -> bool {
    matches!(schema, MetaSchemaRef::Inline(schema) if schema.nullable)
}

fn article(ty: &str) -> &'static str {
    match ty {
        "object" => "an object",
        "array" => "a list",
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        _ => "true or false",
    }
}

/// What a value is, in words; a text is told as it is.
fn describe(value: &Value) -> String {
    match value {
        Value::String(text) => format!("the text {:?}", cut(text)),
        other => kind(other).to_owned(),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

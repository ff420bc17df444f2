//! Reading JSON strictly: bytes to a value, and a value to a wire type, with every fault of shape at once.
//!
//! The service and the command line read documents through this one path.

use std::fmt;

use poem_openapi::types::ParseFromJSON;
use scheduler::{Fault, Faults};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::shape::{self, Texts};

/// Why a document could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not JSON; the fault tells line and column.
    NotJson(Fault),
    /// It is JSON of another shape.
    Misshapen(Faults),
}

impl Unreadable {
    /// What is wrong, as a list.
    pub fn faults(self) -> Faults {
        match self {
            Unreadable::Misshapen(faults) => faults,
            Unreadable::NotJson(fault) => {
                let mut faults = Faults::default();
                faults.add(fault.pointer, fault.code, fault.detail);
                faults
            }
        }
    }
}

/// Reads a document of a type that is stored, or lies in a file: its texts are as long as they are.
pub fn read<T: ParseFromJSON>(bytes: &[u8]) -> Result<T, Unreadable> {
    let value = value(bytes).map_err(Unreadable::NotJson)?;
    typed(value, Texts::Any).map_err(Unreadable::Misshapen)
}

/// A value that came in as a type, or all its faults of shape.
pub fn shaped<T: ParseFromJSON>(value: Value) -> Result<T, Faults> {
    typed(value, Texts::Short)
}

fn typed<T: ParseFromJSON>(mut value: Value, texts: Texts) -> Result<T, Faults> {
    shape::check::<T>(&mut value, texts).into_result()?;
    T::parse_from_json(Some(value)).map_err(|error| {
        let mut faults = Faults::default();
        faults.add("", "wrong_type", error.into_message());
        faults
    })
}

/// Reads JSON and nothing else: no key twice in an object, no number that a double cannot hold, nesting at most
/// 127 deep. A byte order mark is skipped.
pub fn value(bytes: &[u8]) -> Result<Value, Fault> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(not_json("empty", "there is nothing here; send a JSON document".to_owned()));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    value.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let told = error.to_string();
        let what = told.split(" at line ").next().unwrap_or(&told);
        not_json(code_of(what), format!("line {line}, column {column}: {what}"))
    })
}

fn not_json(code: &'static str, detail: String) -> Fault {
    Fault { pointer: String::new(), code, detail }
}

/// The code that goes with what the reader says.
fn code_of(what: &str) -> &'static str {
    match what {
        _ if what.starts_with(TWICE) => "duplicate_key",
        "number out of range" => "number_out_of_range",
        "recursion limit exceeded" => "too_deep",
        _ if what.contains("surrogate") || what.contains("hex escape") => "lone_surrogate",
        _ => "not_json",
    }
}

const TWICE: &str = "written twice in one object: ";

/// Builds a value, and refuses a key that is written twice (the plain reader would keep the last).
#[derive(Clone, Copy)]
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Strict)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(de::Error::custom(format!("{TWICE}{:?}", shape::cut(&key))));
            }
            let value = entries.next_value_seed(Strict)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> &'static str {
        value(text.as_bytes()).expect_err(text).code
    }

    #[test]
    fn what_is_not_json_is_told_with_line_and_column() {
        let fault = value(b"{\n  \"a\": x\n}").expect_err("not JSON");
        assert_eq!(fault.code, "not_json");
        assert!(fault.detail.starts_with("line 2, column 8"), "{}", fault.detail);
    }

    #[test]
    fn a_key_written_twice_is_refused_wherever_it_is() {
        assert_eq!(code(r#"{"a": 1, "a": 2}"#), "duplicate_key");
        assert_eq!(code(r#"[{"b": {"a": 1, "a": 1}}]"#), "duplicate_key");
        assert_eq!(code(r#"{"a": 1, "\u0061": 2}"#), "duplicate_key");
    }

    #[test]
    fn numbers_that_no_double_holds_are_refused() {
        assert_eq!(code("[1e999]"), "number_out_of_range");
        assert_eq!(code("[-1e999]"), "number_out_of_range");
    }

    #[test]
    fn nesting_without_end_is_refused() {
        assert_eq!(code(&"[".repeat(100_000)), "too_deep");
        assert_eq!(code(&"{\"a\":".repeat(100_000)), "too_deep");
    }

    #[test]
    fn half_a_surrogate_pair_is_refused() {
        assert_eq!(code(r#"["\ud800"]"#), "lone_surrogate");
        assert_eq!(code(r#"["\ud800\u0041"]"#), "lone_surrogate");
        assert_eq!(code(r#"["\udc00"]"#), "lone_surrogate");
    }

    #[test]
    fn nothing_is_not_json() {
        assert_eq!(code(""), "empty");
        assert_eq!(code(" \n"), "empty");
    }

    #[test]
    fn what_json_does_not_know_is_refused() {
        for text in ["NaN", "[Infinity]", "[01]", "[1,]", "{\"a\":1,}", "'a'", "[1] 2", "// c\n1", "\"\t\"", "{a:1}"] {
            assert_eq!(code(text), "not_json", "{text}");
        }
        assert!(value(b"\"\xFF\"").is_err());
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        assert_eq!(value(b"\xEF\xBB\xBF[1]"), Ok(serde_json::json!([1])));
    }
}

//! JSON Merge Patch (RFC 7396): the patched value is parsed like any submitted one.

use std::fmt;

use maillage_domain::value::Pointer;
use serde::de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::problem::Place;
use super::{Code, Problem, body};

/// A patch as it is submitted: any JSON in which no member stands twice.
///
/// `Value` alone would take the last of two, where the next reader may take the first.
#[derive(Clone, Debug)]
pub struct Patch(Value);

struct Once;

impl<'de> Deserialize<'de> for Patch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Once).map(Self)
    }
}

impl<'de> Visitor<'de> for Once {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Patch(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if all.contains_key(&name) {
                return Err(A::Error::custom(format_args!("duplicate field `{name}`")));
            }
            let Patch(value) = members.next_value()?;
            all.insert(name, value);
        }
        Ok(Value::Object(all))
    }
}

/// Applies `patch` to `target`, as in RFC 7396 §2.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(members) = target {
        for (name, value) in patch {
            if value.is_null() {
                members.remove(&name);
            } else {
                merge(members.entry(name).or_insert(Value::Null), value);
            }
        }
    }
}

/// What `current` becomes under `patch`.
///
/// # Errors
/// When the result is not a `T`, with a pointer at the field.
pub fn patched<T: DeserializeOwned>(current: &impl Serialize, patch: Patch) -> Result<T, Problem> {
    let Patch(patch) = patch;
    let internal = |_| Problem::from(Code::Internal);
    if !patch.is_object() {
        let whole = Place::Body(Pointer::root());
        return Err(Problem::at(Code::InvalidRequest, whole, "invalid_value"));
    }
    let mut value = serde_json::to_value(current).map_err(internal)?;
    merge(&mut value, patch);
    body::parse(&serde_json::to_vec(&value).map_err(internal)?)
}

//! JSON Merge Patch (RFC 7396): the patched value is parsed like any submitted one.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Code, Problem, body};

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
pub fn patched<T: DeserializeOwned>(current: &impl Serialize, patch: Value) -> Result<T, Problem> {
    let internal = |_| Problem::from(Code::Internal);
    if !patch.is_object() {
        return Err(Code::InvalidRequest.into());
    }
    let mut value = serde_json::to_value(current).map_err(internal)?;
    merge(&mut value, patch);
    body::parse(&serde_json::to_vec(&value).map_err(internal)?)
}

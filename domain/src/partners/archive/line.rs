//! A line: canonical JSON with exactly the members of its entity.

use chrono::{DateTime, NaiveDate};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{Entity, Type};

/// The longest line, in bytes: more than the longest text of the product takes.
pub const MAX_LINE: usize = 16 * 1024 * 1024;

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// It is no JSON, or nested too deep.
    #[error("JSON illisible ou trop profond")]
    Json,
    /// It says the same as canonical JSON would, in other bytes.
    #[error("JSON non canonique (RFC 8785)")]
    NotCanonical,
    /// It is no object.
    #[error("un objet JSON est attendu")]
    NotAnObject,
    /// A member is missing.
    #[error("le membre « {0} » manque")]
    Missing(&'static str),
    /// There is a member that the entity does not have.
    #[error("le membre « {0} » est inconnu")]
    Unknown(String),
    /// A member holds something else.
    #[error("le membre « {0} » n'a pas le type attendu")]
    Type(&'static str),
}

/// The canonical JSON of `value`.
///
/// # Errors
/// When it has none: a number that is none, keys that are no text.
pub fn canonical<T: Serialize>(value: &T) -> Result<Vec<u8>, serde_json::Error> {
    serde_json_canonicalizer::to_vec(value)
}

/// Reads a line, without the newline at its end.
///
/// # Errors
/// See `LineFault`.
pub fn read_line(entity: &Entity, line: &[u8]) -> Result<Value, LineFault> {
    let value: Value = serde_json::from_slice(line).map_err(|_| LineFault::Json)?;
    if canonical(&value).ok().as_deref() != Some(line) {
        return Err(LineFault::NotCanonical);
    }
    let object = value.as_object().ok_or(LineFault::NotAnObject)?;
    for member in entity.members {
        let held = object.get(member.name);
        let held = held.ok_or(LineFault::Missing(member.name))?;
        let fits = match held {
            Value::Null => member.nullable,
            held => holds(member.kind, held),
        };
        if !fits {
            return Err(LineFault::Type(member.name));
        }
    }
    let known = |name: &str| entity.members.iter().any(|member| member.name == name);
    match object.keys().find(|name| !known(name)) {
        Some(name) => Err(LineFault::Unknown(name.chars().take(60).collect())),
        None => Ok(value),
    }
}

fn holds(kind: Type, value: &Value) -> bool {
    let text = value.as_str();
    match kind {
        Type::Id => text.is_some_and(is_id),
        Type::Text => text.is_some(),
        Type::Texts => {
            let list = value.as_array();
            list.is_some_and(|list| list.iter().all(Value::is_string))
        }
        Type::Number => value.is_i64(),
        Type::Flag => value.is_boolean(),
        Type::Moment => text.is_some_and(|text| DateTime::parse_from_rfc3339(text).is_ok()),
        Type::Day => text.is_some_and(|text| text.parse::<NaiveDate>().is_ok()),
        Type::Digest => text.is_some_and(is_hexadecimal),
        Type::Json => true,
    }
}

/// Only the form that we write: anything else would come out of the database in other bytes.
fn is_id(text: &str) -> bool {
    let id = text.parse::<Uuid>();
    id.is_ok_and(|id| id.hyphenated().to_string() == text)
}

fn is_hexadecimal(text: &str) -> bool {
    let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.len().is_multiple_of(2) && text.bytes().all(digit)
}

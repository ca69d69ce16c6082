//! Variables: `{{name}}` in a text, resolved when a document is made.

use serde::{Deserialize, Serialize};

/// What a variable holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VariableType {
    /// A line of text.
    #[default]
    Text,
    /// A number.
    Number,
    /// A calendar date.
    Date,
}

/// A variable that a body declares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Its name: `^[a-z][a-z0-9_]{0,63}$`.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// How to fill it in.
    #[serde(default)]
    pub help: String,
    /// What it holds.
    #[serde(default, rename = "type")]
    pub holds: VariableType,
    /// The value used until another is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// The variables the platform resolves by itself.
pub const BUILT_IN: &[&str] = &[
    "collectivity.name",
    "collectivity.siren",
    "collectivity.population",
    "date",
];

/// Whether `name` has the form of a declared variable's name.
pub(super) fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= 64
        && bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The names between `{{` and `}}` in `text`, in order, as written.
pub(super) fn used_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{")
        .skip(1)
        .filter_map(|rest| rest.split_once("}}"))
        .map(|(name, _)| name.trim())
}

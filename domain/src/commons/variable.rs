//! Variables: `{{name}}` in a text, resolved when a document is made.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::commons::{Clause, Outline, limits};
use crate::value::{Siren, has_control};

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

/// What a variable is replaced with, as people read it. Text, never Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value(String);

/// Why a text is no value of the type that its variable declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// More characters than a text may have.
    #[error("text_too_long")]
    TooLong,
    /// A control character; a value is one line.
    #[error("text_control_character")]
    Control,
    /// Not a decimal number.
    #[error("variable_value_number")]
    Number,
    /// Not a date, `YYYY-MM-DD`.
    #[error("variable_value_date")]
    Date,
}

/// The values that texts are filled with, by the names of their variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<String, Value>);

impl Variable {
    /// Its default as people read it; none where that is blank, or not of its type.
    fn value(&self) -> Option<Value> {
        let default = self.default.as_deref()?;
        Value::parse(self.holds, default).ok().flatten()
    }
}

impl ValueError {
    /// The stable slug.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "text_too_long",
            Self::Control => "text_control_character",
            Self::Number => "variable_value_number",
            Self::Date => "variable_value_date",
        }
    }
}

impl Value {
    /// Reads `written` as the type says: `12345.6`, `2026-05-01`, or one line of text. A blank is no
    /// value.
    ///
    /// # Errors
    /// When it is too long, several lines, or not of that type.
    pub fn parse(holds: VariableType, written: &str) -> Result<Option<Self>, ValueError> {
        let written = written.trim();
        if written.chars().count() > limits::TEXT {
            return Err(ValueError::TooLong);
        }
        if has_control(written) || written.contains(['\n', '\r', '\t']) {
            return Err(ValueError::Control);
        }
        if written.is_empty() {
            return Ok(None);
        }
        let value = match holds {
            VariableType::Text => Self(written.to_owned()),
            VariableType::Number => number(written).map(Self).ok_or(ValueError::Number)?,
            VariableType::Date => NaiveDate::parse_from_str(written, "%Y-%m-%d")
                .map(Self::of_date)
                .map_err(|_| ValueError::Date)?,
        };
        Ok(Some(value))
    }

    /// A date, as French writes it.
    pub fn of_date(date: NaiveDate) -> Self {
        Self(written_date(date))
    }

    /// As people read it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Values {
    /// What the platform resolves by itself; an unknown population stays unresolved.
    pub fn built_in(name: &str, siren: &Siren, population: Option<u32>, date: NaiveDate) -> Self {
        let known = [
            ("collectivity.name", Some(Value(name.to_owned()))),
            ("collectivity.siren", Some(Value(siren.to_string()))),
            (
                "collectivity.population",
                population.and_then(|count| number(&count.to_string()).map(Value)),
            ),
            ("date", Some(Value::of_date(date))),
        ];
        let known = known.into_iter();
        Self(
            known
                .filter_map(|(name, value)| Some((name.to_owned(), value?)))
                .collect(),
        )
    }

    /// Adds the values that a body gives to what it declares.
    pub fn with_defaults(mut self, variables: &[Variable]) -> Self {
        for variable in variables {
            if let Some(value) = variable.value() {
                self.0.insert(variable.name.clone(), value);
            }
        }
        self
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

/// `text`, a Markdown text, with the value of every variable that has one.
///
/// A value is escaped: it shows as it was written and is never markup. The others stay as they are.
pub fn fill(text: &str, values: &Values) -> String {
    let mut pieces = text.split("{{");
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let known = piece.split_once("}}");
        let known = known.and_then(|(name, after)| Some((values.get(name.trim())?, after)));
        match known {
            Some((value, after)) => {
                escape(value.as_str(), &mut filled);
                filled.push_str(after);
            }
            None => {
                filled.push_str("{{");
                filled.push_str(piece);
            }
        }
    }
    filled
}

/// The variables that the texts use and that have neither a default nor a value of the platform,
/// each once, in reading order.
pub(super) fn unresolved(outline: Outline<'_>) -> Vec<String> {
    fn look<'a>(clauses: &'a [Clause], texts: &mut Vec<&'a str>) {
        for clause in clauses {
            texts.push(&clause.text);
            look(&clause.clauses, texts);
        }
    }
    let mut texts = vec![outline.preamble];
    look(outline.clauses, &mut texts);
    let values = Values::default().with_defaults(outline.variables);
    let has_value = |name: &str| BUILT_IN.contains(&name) || values.get(name).is_some();
    let mut names: Vec<String> = Vec::new();
    for name in texts.into_iter().flat_map(used_in) {
        if !has_value(name) && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// A date as French writes it: `1er mai 2026`.
pub fn written_date(date: NaiveDate) -> String {
    const MONTHS: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let month = MONTHS.get(date.month0() as usize).unwrap_or(&"");
    let first = if date.day() == 1 { "er" } else { "" };
    format!("{}{first} {month} {}", date.day(), date.year())
}

/// A decimal number as French writes it: groups of three, a comma.
fn number(written: &str) -> Option<String> {
    let (sign, digits) = match written.strip_prefix('-') {
        Some(digits) => ("\u{2212}", digits),
        None => ("", written),
    };
    let (whole, decimals) = match digits.split_once(['.', ',']) {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (digits, None),
    };
    let all_digits = |part: &str| {
        (1..=30).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !all_digits(whole) || !decimals.is_none_or(all_digits) {
        return None;
    }
    let mut shown = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            shown.push('\u{202f}');
        }
        shown.push(digit);
    }
    if let Some(decimals) = decimals {
        shown.push(',');
        shown.push_str(decimals);
    }
    Some(shown)
}

/// Writes `value` so that Markdown shows it as it is, wherever in a text it stands.
fn escape(value: &str, text: &mut String) {
    let mut before = None;
    for c in value.chars() {
        match c {
            // A backslash means nothing within code, where a bare one would end it.
            '`' => text.push_str("&#96;"),
            '\\' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '<' | '>' | '#' | '!' | '|'
            | '~' | '&' | '"' => text.extend(['\\', c]),
            // These mark lists, rules and underlined headings, at the start of a line only.
            '-' | '+' | '=' if before.is_none() => text.extend(['\\', c]),
            '.' if before.is_none_or(|before: char| before.is_ascii_digit()) => {
                text.extend(['\\', c]);
            }
            c => text.push(c),
        }
        before = Some(c);
    }
}

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

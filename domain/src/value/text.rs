//! Texts people write, bounded in characters (Unicode scalar values), not in bytes.

use serde::{Deserialize, Serialize};

/// One line, trimmed, not empty, at most `MAX` characters, no control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Line<const MAX: usize>(String);

/// Several lines, possibly empty, at most `MAX` characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Prose<const MAX: usize>(String);

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("text_empty")]
    Empty,
    /// More characters than the limit.
    #[error("text_too_long")]
    TooLong,
    /// A control character (a line break too, in a single line).
    #[error("text_control_character")]
    Control,
}

/// Whether `text` has a control character other than tab and line break.
///
/// PostgreSQL refuses NUL, and no other control character means anything to a reader.
pub(crate) fn has_control(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Checks what both forms have in common: length, and no control but tab and line break.
fn bounded(text: &str, max: usize) -> Result<(), TextError> {
    if has_control(text) {
        return Err(TextError::Control);
    }
    if text.chars().count() > max {
        Err(TextError::TooLong)
    } else {
        Ok(())
    }
}

impl<const MAX: usize> TryFrom<String> for Line<MAX> {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        let text = text.trim();
        bounded(text, MAX)?;
        if text.is_empty() {
            Err(TextError::Empty)
        } else if text.contains(char::is_control) {
            Err(TextError::Control)
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

impl<const MAX: usize> TryFrom<String> for Prose<MAX> {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        bounded(&text, MAX).map(|()| Self(text))
    }
}

impl<const MAX: usize> From<Line<MAX>> for String {
    fn from(text: Line<MAX>) -> Self {
        text.0
    }
}

impl<const MAX: usize> From<Prose<MAX>> for String {
    fn from(text: Prose<MAX>) -> Self {
        text.0
    }
}

impl<const MAX: usize> Line<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> Prose<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

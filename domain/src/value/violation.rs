//! A rule that a submitted value breaks, and where: the field of RFC 9457's `errors[]`.

use serde::Serialize;

/// A JSON Pointer (RFC 6901) into the submitted document.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Pointer(String);

impl Pointer {
    /// The whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// The member `key` of what this points at.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        Self(format!(
            "{}/{}",
            self.0,
            key.replace('~', "~0").replace('/', "~1")
        ))
    }

    /// The element `index` of what this points at.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    /// The pointer as text; empty for the root.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// Where it stands.
    pub pointer: Pointer,
    /// The stable slug of the rule.
    pub code: &'static str,
}

impl Violation {
    /// The rule `code` is broken at `pointer`.
    pub fn at(pointer: Pointer, code: &'static str) -> Self {
        Self { pointer, code }
    }

    /// The same violation, seen from a document that holds the value under `key`.
    #[must_use]
    pub fn under(self, key: &str) -> Self {
        let pointer = Pointer(format!("{}{}", Pointer::root().key(key).0, self.pointer.0));
        Self { pointer, ..self }
    }
}

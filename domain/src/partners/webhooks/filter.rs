//! Filters: which events an endpoint is told of.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::partners::events::EventType;

/// The type of an event: `resource.published`, or a family of them: `resource.*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EventFilter(String);

/// The text names no event that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("event_filter_unknown")]
pub struct EventFilterError;

impl EventFilter {
    /// Whether an event of type `event` is meant.
    pub fn means(&self, event: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(family) => event.starts_with(family),
            None => event == self.0,
        }
    }

    /// The type as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for EventFilter {
    type Error = EventFilterError;

    fn try_from(text: String) -> Result<Self, EventFilterError> {
        let filter = Self(text);
        let known = EventType::ALL.iter().any(|it| filter.means(it.as_str()));
        let family = filter
            .0
            .strip_suffix('*')
            .is_none_or(|it| it.ends_with('.'));
        if known && family {
            Ok(filter)
        } else {
            Err(EventFilterError)
        }
    }
}

impl From<EventFilter> for String {
    fn from(it: EventFilter) -> Self {
        it.0
    }
}

impl fmt::Display for EventFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

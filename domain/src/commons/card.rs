//! Cards: what the catalogue shows of a resource. Of all this a version keeps the title only.

use serde::Serialize;

use crate::commons::limits;
use crate::value::{Line, Pointer, Prose, Violation};

/// What the catalogue shows of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Card {
    /// Its title.
    pub title: Line<200>,
    /// What it is about, in a few lines.
    pub summary: Prose<2000>,
    /// Words to find it by.
    pub tags: Vec<Line<50>>,
}

impl Card {
    /// The tags as text, in the order they were given.
    pub fn tags(&self) -> Vec<String> {
        let tags = self.tags.iter();
        tags.map(|tag| tag.as_str().to_owned()).collect()
    }

    /// Every rule this card breaks that its types do not hold already.
    pub(super) fn violations(&self) -> Vec<Violation> {
        let at = Pointer::root().key("tags");
        let mut found = Vec::new();
        if self.tags.len() > limits::TAGS {
            // Not looked at one by one: there may be as many as a request can hold.
            return vec![Violation::at(at, "tags_too_many")];
        }
        for (index, tag) in self.tags.iter().enumerate() {
            if self.tags.iter().take(index).any(|before| before == tag) {
                found.push(Violation::at(at.index(index), "tag_duplicate"));
            }
        }
        found
    }
}

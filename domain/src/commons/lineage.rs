//! Lineage: an adaptation remembers its source by value, so nothing breaks when the source goes (L3).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::{Permitted, act};
use crate::commons::resource::begin;
use crate::commons::{Begun, Card, Kind, Published, ResourceError};
use crate::event::Fact;
use crate::outcome::Outcome;
use crate::value::{CollectivityId, Digest, ResourceId};

/// The published version something was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Whose it was.
    pub collectivity: CollectivityId,
    /// Which resource.
    pub resource: ResourceId,
    /// Which version.
    pub version: i32,
    /// What it said.
    pub digest: Digest,
}

/// A new resource made from someone's published version, as a first draft.
#[derive(Clone, Debug)]
pub struct Adapted<K: Kind>(pub Begun<K>);

impl<K: Kind> Permitted<act::Adapt, Published<K>> {
    /// Makes a resource of the actor's own collectivity from the version.
    ///
    /// # Errors
    /// `Invalid` when the actor acts for no collectivity, which the policy excludes, or when the
    /// title the version had is no title any more.
    pub fn adapt(
        self,
        id: ResourceId,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Adapted<K>>, ResourceError> {
        let collectivity = self
            .actor()
            .collectivity()
            .ok_or(ResourceError::Invalid(Vec::new()))?;
        let Published { resource, version } = self.into_subject();
        let source = Source {
            collectivity: resource.collectivity,
            resource: resource.id,
            version: version.number,
            digest: version.digest,
        };
        let title = version
            .title
            .try_into()
            .map_err(|_| ResourceError::Invalid(Vec::new()))?;
        let card = Card {
            title,
            ..resource.card
        };
        let begun = begin(id, collectivity, card, version.body, Some(source), now);
        let fact = Fact::ResourceAdapted {
            resource: id,
            kind: K::NAME,
            source,
        };
        Ok(Outcome::new(Adapted(begun), fact))
    }
}

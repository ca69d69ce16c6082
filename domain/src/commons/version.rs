//! Versions: what was published, for ever (L2).

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::access::{Actor, Permitted, Relation, Subject, Verb, act};
use crate::commons::{
    Body as _, Justified, Kind, Resource, ResourceError, ResourceState, Workbench,
};
use crate::event::Fact;
use crate::outcome::Outcome;
use crate::value::{Digest, PersonId, Prose};

/// The newest version, as its resource remembers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its number, from 1 without gaps.
    pub number: i32,
    /// Its digest.
    pub digest: Digest,
    /// The revision of the draft it was made from.
    pub draft_revision: i64,
    /// When it was published.
    pub published_at: DateTime<Utc>,
}

/// A published version. Nothing in it ever changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version<B> {
    /// Its number, from 1 without gaps.
    pub number: i32,
    /// The title the resource had then.
    pub title: String,
    /// The content.
    pub body: B,
    /// What the publisher says of it.
    pub note: Prose<2000>,
    /// How it departs from what its source imposes, and why: for its owner only, and no part of the
    /// digest.
    pub deviations: Vec<Justified>,
    /// SHA-256 of the canonical JSON of kind, title and body: its ETag.
    pub digest: Digest,
    /// Who published it.
    pub published_by: PersonId,
    /// When.
    pub published_at: DateTime<Utc>,
}

/// What the digest covers.
#[derive(Serialize)]
struct Content<'a, B> {
    kind: &'static str,
    title: &'a str,
    body: &'a B,
}

/// The digest of a version's content.
///
/// # Errors
/// `Invalid` when the body has no canonical JSON form; no body of this crate lacks one.
pub fn digest<K: Kind>(title: &str, body: &K::Body) -> Result<Digest, ResourceError> {
    Digest::of(&Content {
        kind: K::NAME.as_str(),
        title,
        body,
    })
    .map_err(|_| ResourceError::Invalid(Vec::new()))
}

/// A publication: the resource with its new head, and the version itself.
#[derive(Clone, Debug)]
pub struct Published<K: Kind> {
    /// The resource.
    pub resource: Resource<K>,
    /// Its newest version.
    pub version: Version<K::Body>,
}

impl<K: Kind> Permitted<act::Publish, Workbench<K>> {
    /// Makes the draft the next version.
    ///
    /// # Errors
    /// `NoDraft` without one, `Unchanged` when it says what the newest version says, `Unresolved` when
    /// a kind that is no form uses variables without a value, `Unjustified` when it departs from what
    /// the source imposes and nobody has said why.
    pub fn publish(
        self,
        note: Prose<2000>,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Published<K>>, ResourceError> {
        let published_by = self.actor().person();
        let Workbench {
            resource,
            draft,
            imposed,
            ..
        } = self.into_subject();
        let draft = draft.ok_or(ResourceError::NoDraft)?;
        let title = resource.card.title.as_str().to_owned();
        let digest = digest::<K>(&title, &draft.body)?;
        // A withdrawn resource may be published again as it was: that is how it is offered again.
        let offered = resource.state == ResourceState::Published;
        if offered && resource.head.is_some_and(|head| head.digest == digest) {
            return Err(ResourceError::Unchanged);
        }
        let unresolved = draft.body.unresolved();
        if !(K::Body::IS_FORM || unresolved.is_empty()) {
            return Err(ResourceError::Unresolved(unresolved));
        }
        let deviations = imposed.justified(&draft.body)?;
        let number = resource.head.map_or(1, |head| head.number + 1);
        let head = Head {
            number,
            digest,
            draft_revision: draft.revision,
            published_at: now,
        };
        let version = Version {
            number,
            title,
            body: draft.body,
            note,
            deviations,
            digest,
            published_by,
            published_at: now,
        };
        let resource = Resource {
            head: Some(head),
            state: ResourceState::Published,
            drafted: false,
            ..resource.touched(now)
        };
        let fact = Fact::ResourcePublished {
            resource: resource.id,
            kind: K::NAME,
            version: number,
            digest,
        };
        Ok(Outcome::new(Published { resource, version }, fact))
    }
}

impl<K: Kind> Subject for Published<K> {
    const VERBS: &'static [Verb] = &[Verb::Read, Verb::Adapt];

    fn relation(&self, actor: &Actor) -> Relation {
        self.resource.relation_to(actor)
    }

    fn leaves_room_for(&self, _: Verb) -> bool {
        true
    }
}

//! Drafts: what is being written. A resource has at most one.

use chrono::{DateTime, Utc};

use crate::access::{Actor, Permitted, Relation, Subject, Verb, act};
use crate::commons::resource::lawful;
use crate::commons::{Body as _, Imposed, Kind, Resource, ResourceError};
use crate::event::Fact;
use crate::outcome::Outcome;

/// The draft of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft<B> {
    /// What is being written.
    pub body: B,
    /// Counts writes, for `If-Match`.
    pub revision: i64,
    /// When it was last written.
    pub written_at: DateTime<Utc>,
}

/// A resource with its draft: where writing and publishing happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workbench<K: Kind> {
    /// The resource.
    pub resource: Resource<K>,
    /// Its draft, if there is one.
    pub draft: Option<Draft<K::Body>>,
    /// What its newest version says, looked up where there is no draft.
    pub published: Option<K::Body>,
    /// What its source imposes.
    pub imposed: Imposed<K::Body>,
}

/// A written draft.
#[derive(Clone, Debug)]
pub struct Drafted<K: Kind> {
    /// The resource.
    pub resource: Resource<K>,
    /// Its draft.
    pub draft: Draft<K::Body>,
    /// Whether the draft is a new one.
    pub fresh: bool,
}

impl<K: Kind> Subject for Workbench<K> {
    const VERBS: &'static [Verb] = &[Verb::Write, Verb::Publish, Verb::Discard];

    fn relation(&self, actor: &Actor) -> Relation {
        self.resource.relation_to(actor)
    }

    fn leaves_room_for(&self, verb: Verb) -> bool {
        match verb {
            Verb::Publish => self.draft.is_some(),
            Verb::Discard => self.resource.head.is_none(),
            _ => true,
        }
    }
}

impl<K: Kind> Workbench<K> {
    /// What is worked on: the draft, or else the newest version.
    pub fn text(&self) -> Option<&K::Body> {
        let draft = self.draft.as_ref().map(|draft| &draft.body);
        draft.or(self.published.as_ref())
    }

    /// The draft that says `body`: the next one, or the first on top of what was published.
    pub(super) fn drafted(self, body: K::Body, now: DateTime<Utc>) -> Drafted<K> {
        let Self {
            mut resource,
            draft,
            ..
        } = self;
        resource.drafted = true;
        // A new draft does not count from 1 again: an old ETag must never fit a new draft.
        let revision = match (&draft, &resource.head) {
            (Some(draft), _) => draft.revision + 1,
            (None, Some(head)) => head.draft_revision + 1,
            (None, None) => 1,
        };
        Drafted {
            resource,
            fresh: draft.is_none(),
            draft: Draft {
                body,
                revision,
                written_at: now,
            },
        }
    }
}

impl<K: Kind> Permitted<act::Write, Workbench<K>> {
    /// Replaces the draft, or begins one on top of what was published.
    ///
    /// # Errors
    /// `Invalid` with every rule the body breaks.
    pub fn write(
        self,
        body: K::Body,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Drafted<K>>, ResourceError> {
        lawful(body.violations())?;
        let drafted = self.into_subject().drafted(body, now);
        let fact = Fact::DraftWritten {
            resource: drafted.resource.id,
            kind: K::NAME,
        };
        Ok(Outcome::new(drafted, fact))
    }
}

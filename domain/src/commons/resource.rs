//! A resource: one identity, a line of immutable versions, at most one draft.

use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::{Actor, Permitted, Relation, Subject, Verb, act};
use crate::commons::{Body, Card, Draft, Head, Kind, Level, Source, limits};
use crate::event::Fact;
use crate::identity::Staff;
use crate::outcome::Outcome;
use crate::value::{ClauseId, CollectivityId, ResourceId, Violation};

/// Where a resource stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceState {
    /// Never published: nobody else sees it, whatever the grants.
    Draft,
    /// Published at least once, and offered to whom it is granted.
    Published,
    /// No longer offered to others; what was made from it stays.
    Withdrawn,
}

/// A resource without its bodies, as one collectivity sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource<K> {
    /// Its id.
    pub id: ResourceId,
    /// Whose it is.
    pub collectivity: CollectivityId,
    /// What the catalogue shows.
    pub card: Card,
    /// Where it stands.
    pub state: ResourceState,
    /// Its newest version, if it was ever published.
    pub head: Option<Head>,
    /// Counts changes of card and state, for `If-Match`.
    pub revision: i64,
    /// Whether it has a draft; others than its owner are never told of one.
    pub drafted: bool,
    /// How many grants it has; others than its owner are never told of any.
    pub grants: usize,
    /// What it was made from.
    pub source: Option<Source>,
    /// The version of that source whose changes were taken in last; others than its owner are never
    /// told.
    pub taken: Option<Source>,
    /// Whether the source may count its deviations; others than its owner are never told.
    pub reports_deviations: bool,
    /// By which level of grant the collectivity that looks sees it; none for its owner.
    pub granted: Option<Level>,
    /// When what that collectivity sees last changed.
    pub updated_at: DateTime<Utc>,
    /// Its kind.
    pub kind: PhantomData<K>,
}

/// A new resource with its first draft.
#[derive(Clone, Debug)]
pub struct Begun<K: Kind> {
    /// The resource.
    pub resource: Resource<K>,
    /// Its draft.
    pub draft: Draft<K::Body>,
}

/// A changed card.
#[derive(Clone, Debug)]
pub struct Described<K>(pub Resource<K>);

/// Why a resource cannot change so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResourceError {
    /// The submitted content breaks rules.
    #[error("invalid")]
    Invalid(Vec<Violation>),
    /// There is no draft to publish.
    #[error("draft_missing")]
    NoDraft,
    /// The draft is the newest version, word for word.
    #[error("draft_unchanged")]
    Unchanged,
    /// Imposed clauses of the source are departed from, and nobody has said why.
    #[error("deviations_unjustified")]
    Unjustified(Vec<ClauseId>),
    /// The text does not depart from that clause.
    #[error("not_found")]
    NoDeviation,
    /// It uses variables that have no value.
    #[error("variables_unresolved")]
    Unresolved(Vec<String>),
    /// Only what is published can be withdrawn or adapted.
    #[error("not_published")]
    NotPublished,
    /// What was published once cannot be discarded: withdraw it.
    #[error("already_published")]
    AlreadyPublished,
}

/// Succeeds when nothing was found.
pub(super) fn lawful(found: Vec<Violation>) -> Result<(), ResourceError> {
    if found.is_empty() {
        Ok(())
    } else {
        Err(ResourceError::Invalid(found))
    }
}

impl<K> Resource<K> {
    /// What this is to `actor`.
    pub(super) fn relation_to(&self, actor: &Actor) -> Relation {
        if actor.collectivity() == Some(self.collectivity) {
            return if self.head.is_some() {
                Relation::OwnPublished
            } else {
                Relation::Own
            };
        }
        // Grants of what was never published wait for its publication.
        if self.state == ResourceState::Draft {
            return Relation::Stranger;
        }
        match self.granted {
            Some(Level::Reuse) => Relation::SharedToReuse,
            Some(Level::Read) => Relation::SharedToRead,
            None => Relation::Stranger,
        }
    }

    /// The same resource once it has taken in this version of its source.
    pub(super) fn following(self, taken: Source) -> Self {
        Self {
            taken: Some(taken),
            ..self
        }
    }

    /// The same resource one change later.
    pub(super) fn touched(self, now: DateTime<Utc>) -> Self {
        Self {
            revision: self.revision + 1,
            updated_at: now,
            ..self
        }
    }
}

impl<K: Kind> Subject for Resource<K> {
    const VERBS: &'static [Verb] = &[
        Verb::Read,
        Verb::ReadDraft,
        Verb::Describe,
        Verb::Write,
        Verb::Merge,
        Verb::Discard,
        Verb::Publish,
        Verb::Withdraw,
        Verb::ReadShares,
        Verb::Share,
        Verb::Adapt,
    ];

    fn relation(&self, actor: &Actor) -> Relation {
        self.relation_to(actor)
    }

    fn leaves_room_for(&self, verb: Verb) -> bool {
        match verb {
            Verb::ReadDraft | Verb::Publish => self.drafted,
            Verb::Discard => self.head.is_none(),
            Verb::Withdraw => self.state == ResourceState::Published,
            Verb::Share => self.grants < limits::SHARES,
            Verb::Adapt => self.head.is_some(),
            Verb::Merge => self.taken.is_some(),
            _ => true,
        }
    }
}

impl Permitted<act::Create, Staff> {
    /// Starts a resource with a first draft.
    ///
    /// # Errors
    /// `Invalid` with every rule that card and body break; body pointers start at `/body`.
    pub fn create<K: Kind>(
        self,
        id: ResourceId,
        card: Card,
        body: K::Body,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Begun<K>>, ResourceError> {
        let mut found = card.violations();
        found.extend(
            body.violations()
                .into_iter()
                .map(|violation| violation.under("body")),
        );
        lawful(found)?;
        let begun = begin(id, self.subject().collectivity, card, body, None, now);
        Ok(Outcome::new(
            begun,
            Fact::ResourceCreated {
                resource: id,
                kind: K::NAME,
            },
        ))
    }
}

/// A resource of `collectivity` with a first draft, made from `source` if there is one.
pub(super) fn begin<K: Kind>(
    id: ResourceId,
    collectivity: CollectivityId,
    card: Card,
    body: K::Body,
    source: Option<Source>,
    now: DateTime<Utc>,
) -> Begun<K> {
    let resource = Resource {
        id,
        collectivity,
        card,
        state: ResourceState::Draft,
        head: None,
        revision: 1,
        drafted: true,
        grants: 0,
        source,
        taken: source,
        reports_deviations: false,
        granted: None,
        updated_at: now,
        kind: PhantomData,
    };
    Begun {
        resource,
        draft: Draft {
            body,
            revision: 1,
            written_at: now,
        },
    }
}

impl<K: Kind> Permitted<act::Describe, Resource<K>> {
    /// Changes title, summary and tags.
    ///
    /// # Errors
    /// `Invalid` with every rule the card breaks.
    pub fn describe(
        self,
        card: Card,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Described<K>>, ResourceError> {
        lawful(card.violations())?;
        let resource = Resource {
            card,
            ..self.into_subject().touched(now)
        };
        let fact = Fact::ResourceDescribed {
            resource: resource.id,
            kind: K::NAME,
        };
        Ok(Outcome::new(Described(resource), fact))
    }
}

/// A resource that is no more.
#[derive(Clone, Debug)]
pub struct Discarded<K>(pub Resource<K>);

impl<K: Kind> Permitted<act::Discard, Resource<K>> {
    /// Deletes a resource that was never published.
    ///
    /// # Errors
    /// `AlreadyPublished` otherwise: versions are for ever.
    pub fn discard(self) -> Result<Outcome<Discarded<K>>, ResourceError> {
        let resource = self.into_subject();
        if resource.head.is_some() {
            return Err(ResourceError::AlreadyPublished);
        }
        let fact = Fact::ResourceDiscarded {
            resource: resource.id,
            kind: K::NAME,
        };
        Ok(Outcome::new(Discarded(resource), fact))
    }
}

/// A resource no longer offered to others.
#[derive(Clone, Debug)]
pub struct Withdrawn<K>(pub Resource<K>);

impl<K: Kind> Permitted<act::Withdraw, Resource<K>> {
    /// Stops offering it; grants and lineage are kept, and publishing again offers it again.
    ///
    /// # Errors
    /// `NotPublished` unless it is offered now.
    pub fn withdraw(self, now: DateTime<Utc>) -> Result<Outcome<Withdrawn<K>>, ResourceError> {
        let resource = self.into_subject();
        if resource.state != ResourceState::Published {
            return Err(ResourceError::NotPublished);
        }
        let fact = Fact::ResourceWithdrawn {
            resource: resource.id,
            kind: K::NAME,
        };
        let resource = Resource {
            state: ResourceState::Withdrawn,
            ..resource.touched(now)
        };
        Ok(Outcome::new(Withdrawn(resource), fact))
    }
}

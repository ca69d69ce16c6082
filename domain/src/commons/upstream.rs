//! Upstream: the source goes on, and what it publishes is taken in by a merge.

use chrono::{DateTime, Utc};

use crate::access::{Actor, Permitted, Relation, Subject, Verb, act};
use crate::commons::merge::{Choices, Merge, MergeError, Sides, merge};
use crate::commons::{Clausal, Drafted, Kind, Source, Version, Workbench};
use crate::event::Fact;
use crate::outcome::Outcome;

/// An adaptation beside its source: all that a merge starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream<K: Kind> {
    /// The adaptation, with its draft and what it has taken in.
    pub bench: Workbench<K>,
    /// The source's newest version, if it may still be reused.
    pub newest: Option<Version<K::Body>>,
}

/// How an adaptation stands to its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was made from nothing.
    NoSource,
    /// The source may not be reused any more; what was made from it stays (L3).
    Hidden,
    /// It has everything that the source has published.
    Current,
    /// The source has published since.
    Behind,
}

/// A draft that has taken in what the source has published.
#[derive(Clone, Debug)]
pub struct Merged<K: Kind> {
    /// The draft, and the resource that remembers how far it follows its source.
    pub drafted: Drafted<K>,
    /// The version that was taken in.
    pub taken: Source,
    /// What it said.
    pub theirs: K::Body,
}

/// Why nothing can be taken in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamError {
    /// There is nothing new that may be reused.
    #[error("nothing_new")]
    NothingNew,
    /// The source has published again since the plan was read.
    #[error("version_not_newest")]
    NotNewest,
    /// The texts do not merge with these choices.
    #[error(transparent)]
    Merge(#[from] MergeError),
}

impl Standing {
    /// How something stands that has taken in version `taken`, where the newest one that may be seen
    /// is `newest`.
    pub(super) fn of(taken: i32, newest: Option<i32>) -> Self {
        match newest {
            None => Self::Hidden,
            Some(newest) if newest <= taken => Self::Current,
            Some(_) => Self::Behind,
        }
    }
}

impl<K: Kind> Upstream<K> {
    /// How the adaptation stands to its source.
    pub fn standing(&self) -> Standing {
        let newest = self.newest.as_ref().map(|newest| newest.number);
        let taken = self.bench.resource.taken;
        taken.map_or(Standing::NoSource, |taken| {
            Standing::of(taken.version, newest)
        })
    }
}

impl<K: Kind<Body: Clausal>> Upstream<K> {
    /// What taking in the source's newest version would do, as far as `choices` settle it; nothing
    /// where there is nothing to take in.
    pub fn plan(&self, choices: &Choices) -> Option<Merge<K::Body>> {
        if self.standing() != Standing::Behind {
            return None;
        }
        let sides = Sides {
            base: self.bench.imposed.base.as_ref()?,
            mine: self.bench.text()?,
            theirs: &self.newest.as_ref()?.body,
        };
        Some(merge(sides, choices))
    }
}

impl<K: Kind> Subject for Upstream<K> {
    const VERBS: &'static [Verb] = &[Verb::Merge];

    fn relation(&self, actor: &Actor) -> Relation {
        self.bench.resource.relation_to(actor)
    }

    fn leaves_room_for(&self, _: Verb) -> bool {
        self.standing() == Standing::Behind
    }
}

impl<K: Kind<Body: Clausal>> Permitted<act::Merge, Upstream<K>> {
    /// Takes the source's newest version, number `version`, into a draft: never into what is
    /// published.
    ///
    /// # Errors
    /// When there is nothing to take in, or the choices do not settle every conflict.
    pub fn merge(
        self,
        version: i32,
        choices: &Choices,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Merged<K>>, UpstreamError> {
        let upstream = self.into_subject();
        let merge = upstream.plan(choices).ok_or(UpstreamError::NothingNew)?;
        let (Some(newest), Some(taken)) = (upstream.newest, upstream.bench.resource.taken) else {
            return Err(UpstreamError::NothingNew);
        };
        if newest.number != version {
            return Err(UpstreamError::NotNewest);
        }
        let body = merge.settled()?;
        let taken = Source {
            version: newest.number,
            digest: newest.digest,
            ..taken
        };
        let drafted = upstream.bench.drafted(body, now);
        let fact = Fact::ResourceMerged {
            resource: drafted.resource.id,
            kind: K::NAME,
            source: taken,
        };
        let merged = Merged {
            drafted: Drafted {
                resource: drafted.resource.following(taken),
                ..drafted
            },
            taken,
            theirs: newest.body,
        };
        Ok(Outcome::new(merged, fact))
    }
}

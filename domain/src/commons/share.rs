//! Shares: to whom a resource is granted, at which level, until when. Revocable and traced.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::{Actor, GroupRole, Permitted, Relation, Subject, Verb, act};
use crate::commons::{Kind, KindName, Resource, limits};
use crate::event::Fact;
use crate::groups::ParticipationState;
use crate::identity::BodyType;
use crate::outcome::Outcome;
use crate::value::{CollectivityId, GroupId, ResourceId, ShareId};

/// What a grant allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// To read.
    Read,
    /// To read and to adapt.
    Reuse,
}

/// Who a grant is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Audience {
    /// One collectivity.
    Collectivity {
        /// Which.
        id: CollectivityId,
    },
    /// Every collectivity that takes part in a group.
    Group {
        /// Which.
        id: GroupId,
    },
    /// Every collectivity of a type.
    CollectivityType {
        /// Which.
        value: BodyType,
    },
    /// Every collectivity that has joined.
    Network,
    /// Everyone, without an account too.
    Public,
}

impl Audience {
    /// The id under which grants to this audience are kept.
    ///
    /// Network, public and types have fixed ids of UUID version 8, which no UUIDv7 can equal.
    pub fn id(self) -> Uuid {
        const FIXED: u128 = 0x6d61_696c_6c61_8000_8000_0000_0000_0000;
        match self {
            Self::Collectivity { id } => id.0,
            Self::Group { id } => id.0,
            Self::Network => Uuid::from_u128(FIXED + 1),
            Self::Public => Uuid::from_u128(FIXED + 2),
            Self::CollectivityType { value } => Uuid::from_u128(FIXED + 0x100 + number(value)),
        }
    }
}

/// The number of a type in audience ids: for ever, so a new type takes a new number.
const fn number(body_type: BodyType) -> u128 {
    match body_type {
        BodyType::Commune => 0,
        BodyType::Cc => 1,
        BodyType::Ca => 2,
        BodyType::Cu => 3,
        BodyType::Metropole => 4,
        BodyType::MetropoleLyon => 5,
        BodyType::Ept => 6,
        BodyType::Departement => 7,
        BodyType::Region => 8,
        BodyType::Ctu => 9,
        BodyType::Syndicat => 10,
        BodyType::Pole => 11,
        BodyType::Ccas => 12,
        BodyType::Sdis => 13,
        BodyType::Cdg => 14,
        BodyType::Opsn => 15,
        BodyType::Other => 16,
    }
}

/// A grant of a resource to an audience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Its id.
    pub id: ShareId,
    /// Whose resource.
    pub collectivity: CollectivityId,
    /// Which resource.
    pub resource: ResourceId,
    /// Its kind.
    pub kind: KindName,
    /// To whom.
    pub audience: Audience,
    /// To do what.
    pub level: Level,
    /// Until when; for ever if nothing is said.
    pub expires_at: Option<DateTime<Utc>>,
    /// Since when.
    pub granted_at: DateTime<Utc>,
}

/// A resource about to be granted, with what the grant depends on.
#[derive(Clone, Debug)]
pub struct Shareable<K> {
    /// The resource.
    pub resource: Resource<K>,
    /// The owner's own participation in the group the grant is for, if it is for one.
    pub participation: Option<(GroupRole, ParticipationState)>,
}

/// Why a grant cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// The owner needs no grant.
    #[error("audience_is_owner")]
    Owner,
    /// The owner does not take part in that group now.
    #[error("audience_unknown")]
    UnknownGroup,
    /// The group is known, but a reader does not share with it.
    #[error("group_reader")]
    GroupReader,
    /// The expiry is not in the future.
    #[error("expiry_in_the_past")]
    Expired,
    /// The resource has as many grants as it can have.
    #[error("shares_too_many")]
    TooMany,
}

impl<K: Kind> Subject for Shareable<K> {
    const VERBS: &'static [Verb] = &[Verb::Share];

    fn relation(&self, actor: &Actor) -> Relation {
        self.resource.relation_to(actor)
    }

    fn leaves_room_for(&self, _: Verb) -> bool {
        self.resource.leaves_room_for(Verb::Share)
    }
}

impl<K: Kind> Permitted<act::Share, Shareable<K>> {
    /// Grants the resource. A grant of an unpublished resource takes effect when it is published.
    ///
    /// # Errors
    /// See `ShareError`.
    pub fn share(
        self,
        id: ShareId,
        audience: Audience,
        level: Level,
        expires_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Share>, ShareError> {
        let Shareable {
            resource,
            participation,
        } = self.into_subject();
        if resource.grants >= limits::SHARES {
            return Err(ShareError::TooMany);
        }
        if expires_at.is_some_and(|expiry| expiry <= now) {
            return Err(ShareError::Expired);
        }
        if audience
            == (Audience::Collectivity {
                id: resource.collectivity,
            })
        {
            return Err(ShareError::Owner);
        }
        if let Audience::Group { .. } = audience {
            match participation {
                Some((GroupRole::Reader, ParticipationState::Active)) => {
                    return Err(ShareError::GroupReader);
                }
                Some((_, ParticipationState::Active)) => {}
                _ => return Err(ShareError::UnknownGroup),
            }
        }
        let share = Share {
            id,
            collectivity: resource.collectivity,
            resource: resource.id,
            kind: K::NAME,
            audience,
            level,
            expires_at,
            granted_at: now,
        };
        let fact = Fact::ResourceShared {
            resource: resource.id,
            kind: K::NAME,
            share: id,
            audience,
            level,
            expires_at,
        };
        Ok(Outcome::new(share, fact))
    }
}

impl Subject for Share {
    const VERBS: &'static [Verb] = &[Verb::Unshare];

    fn relation(&self, actor: &Actor) -> Relation {
        Relation::of_owner(self.collectivity, actor)
    }

    fn leaves_room_for(&self, _: Verb) -> bool {
        true
    }
}

/// A grant taken back.
#[derive(Clone, Debug)]
pub struct Unshared(pub Share);

impl Permitted<act::Unshare, Share> {
    /// Takes the grant back; what was adapted under it stays.
    pub fn unshare(self) -> Outcome<Unshared> {
        let share = self.into_subject();
        let fact = Fact::ResourceUnshared {
            resource: share.resource,
            kind: share.kind,
            share: share.id,
            audience: share.audience,
        };
        Outcome::new(Unshared(share), fact)
    }
}

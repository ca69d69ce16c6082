//! Collectivities: the tenants. One is a directory entry that has joined.

use chrono::{DateTime, Utc};

use crate::access::{Actor, Permitted, Relation, Role, Roles, Subject, Verb, act};
use crate::event::Fact;
use crate::identity::{BodyType, Invitation, InvitationSecret, Invitee};
use crate::outcome::Outcome;
use crate::value::{CollectivityId, Siren};

/// One public body that has joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collectivity {
    /// Its tenant id.
    pub id: CollectivityId,
    /// Its SIREN, unique among tenants.
    pub siren: Siren,
    /// Its official name in the directory.
    pub name: String,
    /// What it is.
    pub body_type: BodyType,
    /// When it joined.
    pub joined_at: DateTime<Utc>,
}

/// The platform itself, on which only its operator acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Platform;

/// A new tenant and the offer to its first administrator.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The tenant.
    pub collectivity: Collectivity,
    /// The offer to administer it.
    pub invitation: Invitation,
}

impl Subject for Platform {
    const VERBS: &'static [Verb] = &[Verb::ExtendDirectory, Verb::RegisterCollectivity];

    fn relation(&self, _: &Actor) -> Relation {
        Relation::Platform
    }

    fn leaves_room_for(&self, _: Verb) -> bool {
        true
    }
}

impl Permitted<act::RegisterCollectivity, Platform> {
    /// Makes a directory entry a tenant and offers its administration.
    pub fn register(
        self,
        collectivity: Collectivity,
        administrator: Invitee,
        secret: InvitationSecret,
        now: DateTime<Utc>,
    ) -> Outcome<Registered> {
        let invitee = Invitee {
            roles: Roles::of(&[Role::Administrator]),
            ..administrator
        };
        let fact = Fact::CollectivityRegistered {
            collectivity: collectivity.id,
            siren: collectivity.siren.clone(),
        };
        let invitation = Invitation::offer(collectivity.id, invitee, secret, now);
        Outcome::new(
            Registered {
                collectivity,
                invitation,
            },
            fact,
        )
    }
}

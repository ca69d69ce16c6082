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

/// What the operator asks: a directory entry, and who administers it first.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The collectivity to be.
    pub collectivity: Collectivity,
    /// Its first administrator.
    pub administrator: Invitee,
}

/// A new tenant and the offer to its first administrator.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The tenant.
    pub collectivity: Collectivity,
    /// The offer to administer it.
    pub invitation: Invitation,
}

impl Subject for Registration {
    const VERBS: &'static [Verb] = &[Verb::RegisterCollectivity];

    fn relation(&self, _: &Actor) -> Relation {
        Relation::Platform
    }

    fn leaves_room_for(&self, _: Verb) -> bool {
        true
    }
}

impl Permitted<act::RegisterCollectivity, Registration> {
    /// Makes the entry a tenant and offers its administration.
    pub fn register(self, secret: InvitationSecret, now: DateTime<Utc>) -> Outcome<Registered> {
        let Registration {
            collectivity,
            administrator,
        } = self.into_subject();
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

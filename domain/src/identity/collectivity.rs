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

/// A new offer to the first administrator of a tenant that nobody has joined yet; whatever was
/// offered before is off.
#[derive(Clone, Debug)]
pub struct Reoffered(pub Invitation);

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
        let fact = Fact::CollectivityRegistered {
            collectivity: collectivity.id,
            siren: collectivity.siren.clone(),
        };
        let invitation = offer(collectivity.id, administrator, secret, now);
        Outcome::new(
            Registered {
                collectivity,
                invitation,
            },
            fact,
        )
    }

    /// Offers the administration anew, to the same person or another: the first offer lapsed, was
    /// lost or went to the wrong address. The store refuses it once anyone has joined.
    pub fn offer_again(
        self,
        collectivity: CollectivityId,
        administrator: Invitee,
        secret: InvitationSecret,
        now: DateTime<Utc>,
    ) -> Outcome<Reoffered> {
        let invitation = offer(collectivity, administrator, secret, now);
        let fact = invitation.offered();
        Outcome::new(Reoffered(invitation), fact)
    }
}

fn offer(
    collectivity: CollectivityId,
    administrator: Invitee,
    secret: InvitationSecret,
    now: DateTime<Utc>,
) -> Invitation {
    let invitee = Invitee {
        roles: Roles::of(&[Role::Administrator]),
        ..administrator
    };
    Invitation::offer(collectivity, invitee, secret, now)
}

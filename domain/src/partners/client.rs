//! Clients: what a partner's software may do, by what it proves itself, until when.
//!
//! A client acts within the roles that its creator has at that moment. Whoever could widen it, or
//! obtain a secret of it, would act within those roles too: so only its creator does either, and
//! any administrator may stop it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::access::{Actor, Permitted, Relation, Subject, Verb, act};
use crate::event::Fact;
use crate::groups::Group;
use crate::identity::Staff;
use crate::outcome::Outcome;
use crate::partners::{ClientKeys, Terms};
use crate::value::{ClientId, CollectivityId, Digest, GroupId, PersonId, SecretId};

/// The longest that a replaced secret goes on working.
pub const MAX_OVERLAP: TimeDelta = TimeDelta::days(7);
/// A secret of a client: its digest alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientSecret {
    /// Its id.
    pub id: SecretId,
    /// SHA-256 of the secret that was shown once.
    pub digest: Digest,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it stops working, once it was replaced.
    pub expires_at: Option<DateTime<Utc>>,
}

impl ClientSecret {
    /// Whether it works.
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

/// The id and digest that entropy gave for a new secret.
#[derive(Clone, Copy, Debug)]
pub struct NewSecret {
    /// Its id.
    pub id: SecretId,
    /// SHA-256 of the secret.
    pub digest: Digest,
}

/// By what a client proves itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// By a secret (`client_secret_basic`); the newest first.
    Secrets(Vec<ClientSecret>),
    /// By signing with a key of its own (`private_key_jwt`).
    Keys(ClientKeys),
}

/// Software of a partner that acts for a collectivity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// For whom it acts.
    pub collectivity: CollectivityId,
    /// What it is for and how far it goes.
    pub terms: Terms,
    /// By what it proves itself.
    pub proof: Proof,
    /// Who created it, and answers for what it does.
    pub created_by: PersonId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was stopped.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Counts changes, for `If-Match`.
    pub revision: i64,
    /// The group of which it reads what is shared with it, and nothing else; of none usually.
    pub group: Option<GroupId>,
}

/// A client that has just been registered.
#[derive(Clone, Debug)]
pub struct Registered(pub Client);

/// Why a client cannot be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// It may do nothing.
    #[error("scopes_empty")]
    NoScope,
    /// It names too many networks.
    #[error("networks_too_many")]
    TooManyNetworks,
    /// It would end before it begins, or too late.
    #[error("client_expiry")]
    Expiry,
    /// The old secret would work for too long.
    #[error("overlap_too_long")]
    Overlap,
    /// It proves itself by keys, and has no secret; or the other way round.
    #[error("client_proof")]
    OtherProof,
    /// It is a group's, and would do more than read.
    #[error("scopes_beyond_group")]
    BeyondGroup,
    /// It was stopped.
    #[error("client_revoked")]
    Revoked,
}

impl Client {
    /// Whether it may act now, as far as it is concerned: its creator is looked at elsewhere.
    pub fn stands(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && now < self.terms.expires_at
    }

    /// Whether a secret with this digest proves it now.
    pub fn is_proven_by(&self, digest: Digest, now: DateTime<Utc>) -> bool {
        match &self.proof {
            Proof::Secrets(secrets) => secrets
                .iter()
                .any(|secret| secret.digest == digest && secret.is_live(now)),
            Proof::Keys(_) => false,
        }
    }

    fn alive(self) -> Result<Self, ClientError> {
        match self.revoked_at {
            None => Ok(self),
            Some(_) => Err(ClientError::Revoked),
        }
    }
}

impl Subject for Client {
    const VERBS: &'static [Verb] = &[Verb::ChangeClient, Verb::RotateSecret, Verb::RevokeClient];

    fn relation(&self, actor: &Actor) -> Relation {
        match Relation::of_owner(self.collectivity, actor) {
            Relation::Own if actor.person() != self.created_by => Relation::OfColleague,
            relation => relation,
        }
    }

    fn leaves_room_for(&self, _: Verb) -> bool {
        self.revoked_at.is_none()
    }
}

impl Permitted<act::RegisterClient, Staff> {
    /// Lets software act for the collectivity.
    ///
    /// # Errors
    /// When its terms are not ones that may be.
    pub fn register(
        self,
        id: ClientId,
        terms: Terms,
        proof: Result<ClientKeys, NewSecret>,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Registered>, ClientError> {
        self.made(id, terms, proof, None, now)
    }

    /// Lets software read what is shared with a group, for whoever speaks for that group.
    ///
    /// # Errors
    /// When its terms are not ones that may be.
    pub fn register_for(
        self,
        group: &Permitted<act::DescribeGroup, Group>,
        id: ClientId,
        terms: Terms,
        proof: Result<ClientKeys, NewSecret>,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Registered>, ClientError> {
        self.made(id, terms, proof, Some(group.subject().id), now)
    }

    fn made(
        self,
        id: ClientId,
        terms: Terms,
        proof: Result<ClientKeys, NewSecret>,
        group: Option<GroupId>,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Registered>, ClientError> {
        terms.check(group, None, now)?;
        let fact = Fact::ClientRegistered {
            client: id,
            scopes: terms.scopes,
            expires_at: terms.expires_at,
            group,
        };
        let client = Client {
            id,
            collectivity: self.subject().collectivity,
            terms,
            proof: match proof {
                Ok(keys) => Proof::Keys(keys),
                Err(secret) => Proof::Secrets(vec![secret.made(now)]),
            },
            created_by: self.actor().person(),
            created_at: now,
            revoked_at: None,
            revision: 1,
            group,
        };
        Ok(Outcome::new(Registered(client), fact))
    }
}

impl NewSecret {
    fn made(self, now: DateTime<Utc>) -> ClientSecret {
        ClientSecret {
            id: self.id,
            digest: self.digest,
            created_at: now,
            expires_at: None,
        }
    }
}

impl Permitted<act::ChangeClient, Client> {
    /// Gives it other terms.
    ///
    /// # Errors
    /// When they are not ones that may be, or it was stopped.
    pub fn change(self, terms: Terms, now: DateTime<Utc>) -> Result<Outcome<Client>, ClientError> {
        let client = self.into_subject().alive()?;
        terms.check(client.group, Some(client.terms.expires_at), now)?;
        let fact = Fact::ClientChanged {
            client: client.id,
            scopes: terms.scopes,
            expires_at: terms.expires_at,
        };
        let revision = client.revision + 1;
        Ok(Outcome::new(
            Client {
                terms,
                revision,
                ..client
            },
            fact,
        ))
    }
}

impl Permitted<act::RotateSecret, Client> {
    /// Adds a secret; the one before it works for `overlap` more, any older one no longer. So there
    /// are two at most.
    ///
    /// # Errors
    /// When the overlap is too long, it has no secrets, or was stopped.
    pub fn rotate(
        self,
        secret: NewSecret,
        overlap: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Client>, ClientError> {
        let client = self.into_subject().alive()?;
        if overlap > MAX_OVERLAP || overlap < TimeDelta::zero() {
            return Err(ClientError::Overlap);
        }
        let Proof::Secrets(old) = client.proof else {
            return Err(ClientError::OtherProof);
        };
        let ended = old.into_iter().enumerate().map(|(n, old)| {
            let end = if n == 0 { now + overlap } else { now };
            let end = old.expires_at.map_or(end, |known| known.min(end));
            ClientSecret {
                expires_at: Some(end),
                ..old
            }
        });
        let secrets = std::iter::once(secret.made(now)).chain(ended).collect();
        let fact = Fact::SecretRotated {
            client: client.id,
            secret: secret.id,
        };
        let revision = client.revision + 1;
        Ok(Outcome::new(
            Client {
                proof: Proof::Secrets(secrets),
                revision,
                ..client
            },
            fact,
        ))
    }
}

impl Permitted<act::RotateSecret, Client> {
    /// Replaces its keys: a set of several is how one key follows another.
    ///
    /// # Errors
    /// When it has secrets, or was stopped.
    pub fn replace_keys(self, keys: ClientKeys) -> Result<Outcome<Client>, ClientError> {
        let client = self.into_subject().alive()?;
        if matches!(client.proof, Proof::Secrets(_)) {
            return Err(ClientError::OtherProof);
        }
        let fact = Fact::KeysReplaced { client: client.id };
        let revision = client.revision + 1;
        Ok(Outcome::new(
            Client {
                proof: Proof::Keys(keys),
                revision,
                ..client
            },
            fact,
        ))
    }
}

/// An access token that its client has given back.
#[derive(Clone, Copy, Debug)]
pub struct GivenBack {
    /// Whose it was.
    pub client: ClientId,
    /// For whom it acted.
    pub collectivity: CollectivityId,
    /// The digest of what the token calls itself.
    pub token: Digest,
    /// When it would have expired.
    pub expires_at: DateTime<Utc>,
}

impl Client {
    /// Gives an access token of its own back: it has proven who it is, so no policy is asked.
    pub fn give_back(&self, token: Digest, expires_at: DateTime<Utc>) -> Outcome<GivenBack> {
        let given = GivenBack {
            client: self.id,
            collectivity: self.collectivity,
            token,
            expires_at,
        };
        Outcome::new(given, Fact::TokenRevoked { client: self.id })
    }
}

impl Permitted<act::RevokeClient, Client> {
    /// Stops it; its tokens stop working with the next request.
    ///
    /// # Errors
    /// When it was stopped before.
    pub fn revoke(self, now: DateTime<Utc>) -> Result<Outcome<Client>, ClientError> {
        let client = self.into_subject().alive()?;
        let fact = Fact::ClientRevoked { client: client.id };
        let revision = client.revision + 1;
        Ok(Outcome::new(
            Client {
                revoked_at: Some(now),
                revision,
                ..client
            },
            fact,
        ))
    }
}

//! Endpoints: where a collectivity is told what happened, and with which keys that is signed.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Address, EventFilter, Message, Verdict};
use crate::access::{Actor, Permitted, Relation, Subject, Verb, act};
use crate::event::Fact;
use crate::identity::Staff;
use crate::outcome::Outcome;
use crate::partners::MAX_OVERLAP;
use crate::value::{CollectivityId, DeliveryId, Line, PersonId, SecretId, WebhookId};

/// After so long without a single success an endpoint is disabled.
pub const FAILING_SPAN: TimeDelta = TimeDelta::days(5);
/// How many endpoints a collectivity may have.
pub const MAX_ENDPOINTS: i64 = 20;
/// How many types of events an endpoint may name.
pub const MAX_EVENT_TYPES: usize = 100;

/// What an endpoint is told, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointTerms {
    /// Where it is told.
    pub address: Address,
    /// What people call it.
    pub name: Line<200>,
    /// Of what it is told; of everything if there is none.
    pub events: Vec<EventFilter>,
}

/// Why an endpoint is told nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisabledReason {
    /// Somebody said so.
    ByHand,
    /// It answered that it wants nothing any more (410).
    Gone,
    /// Nothing reached it for days.
    Failing,
}

/// Whether it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is, and has failed since then if it has lately.
    Active {
        /// The first failure since the last success.
        failing_since: Option<DateTime<Utc>>,
    },
    /// It is not. What happens meanwhile waits.
    Disabled {
        /// Why.
        reason: DisabledReason,
        /// Since when.
        since: DateTime<Utc>,
    },
}

/// What messages are signed with: an HMAC secret and an Ed25519 key, which come and go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Its id.
    pub id: SecretId,
    /// Secret and private key, sealed: only who sends can open them.
    pub sealed: Vec<u8>,
    /// The public key.
    pub public: [u8; 32],
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it stops signing, once it was replaced.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Signer {
    /// Whether it signs.
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

/// What entropy gave for a new signer.
#[derive(Clone, Debug)]
pub struct NewSigner {
    /// Its id.
    pub id: SecretId,
    /// Secret and private key, sealed.
    pub sealed: Vec<u8>,
    /// The public key.
    pub public: [u8; 32],
}

impl NewSigner {
    fn made(self, now: DateTime<Utc>) -> Signer {
        Signer {
            id: self.id,
            sealed: self.sealed,
            public: self.public,
            created_at: now,
            expires_at: None,
        }
    }
}

/// Where a collectivity is told what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id.
    pub id: WebhookId,
    /// Whose it is.
    pub collectivity: CollectivityId,
    /// What it is told, and where.
    pub terms: EndpointTerms,
    /// Whether it is told.
    pub standing: Standing,
    /// What its messages are signed with; the newest first.
    pub signers: Vec<Signer>,
    /// Who registered it.
    pub created_by: PersonId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Counts what people change, for `If-Match`.
    pub revision: i64,
}

/// An endpoint that has just been registered.
#[derive(Clone, Debug)]
pub struct EndpointRegistered(pub Endpoint);

/// An endpoint that is no more.
#[derive(Clone, Debug)]
pub struct EndpointRemoved(pub Endpoint);

/// An endpoint with a message to try it.
#[derive(Clone, Debug)]
pub struct Tested {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// What it is sent.
    pub message: Message,
}

/// What is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    /// One message.
    One(DeliveryId),
    /// Everything since a moment.
    Since(DateTime<Utc>),
}

/// An endpoint that is sent again what it was sent before.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// What.
    pub what: Replay,
}

/// Why an endpoint cannot be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// It names too many types of events.
    #[error("event_types_too_many")]
    TooManyTypes,
    /// The collectivity has as many as it may.
    #[error("endpoints_too_many")]
    TooMany,
    /// The old secret would sign for too long.
    #[error("overlap_too_long")]
    Overlap,
    /// It is told nothing at present.
    #[error("endpoint_disabled")]
    Disabled,
}

impl EndpointTerms {
    fn check(&self) -> Result<(), EndpointError> {
        if self.events.len() > MAX_EVENT_TYPES {
            return Err(EndpointError::TooManyTypes);
        }
        Ok(())
    }

    /// Whether it is told of events of that type.
    pub fn wants(&self, event: &str) -> bool {
        self.events.is_empty() || self.events.iter().any(|it| it.means(event))
    }
}

impl Endpoint {
    /// Whether it is told what happens.
    pub fn is_active(&self) -> bool {
        matches!(self.standing, Standing::Active { .. })
    }

    /// Takes note of what attempts came to. Nobody asks for that, so no policy is asked; an outcome is
    /// there only if it changes who is told.
    ///
    /// # Errors
    /// The endpoint, with what it remembers, when nothing of it need be told.
    pub fn note(
        mut self,
        verdict: Verdict,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Self>, Box<Self>> {
        let Standing::Active { failing_since } = self.standing else {
            return Err(Box::new(self));
        };
        let since = failing_since.unwrap_or(now);
        let reason = match verdict {
            Verdict::Delivered => None,
            Verdict::Gone => Some(DisabledReason::Gone),
            Verdict::Failed => (now - since >= FAILING_SPAN).then_some(DisabledReason::Failing),
        };
        let Some(reason) = reason else {
            let failing_since = (verdict != Verdict::Delivered).then_some(since);
            self.standing = Standing::Active { failing_since };
            return Err(Box::new(self));
        };
        self.standing = Standing::Disabled { reason, since: now };
        self.revision += 1;
        let fact = Fact::WebhookDisabled {
            webhook: self.id,
            reason,
        };
        Ok(Outcome::new(self, fact))
    }
}

impl Subject for Endpoint {
    const VERBS: &'static [Verb] = &[Verb::ChangeWebhook];

    fn relation(&self, actor: &Actor) -> Relation {
        Relation::of_owner(self.collectivity, actor)
    }

    fn leaves_room_for(&self, _: Verb) -> bool {
        true
    }
}

impl Permitted<act::RegisterWebhook, Staff> {
    /// Has the collectivity told what happens from now on; `known` is how many endpoints it has.
    ///
    /// # Errors
    /// When those are enough, or its terms are not ones that may be.
    pub fn register_webhook(
        self,
        known: i64,
        id: WebhookId,
        terms: EndpointTerms,
        signer: NewSigner,
        now: DateTime<Utc>,
    ) -> Result<Outcome<EndpointRegistered>, EndpointError> {
        if known >= MAX_ENDPOINTS {
            return Err(EndpointError::TooMany);
        }
        terms.check()?;
        let endpoint = Endpoint {
            id,
            collectivity: self.subject().collectivity,
            terms,
            standing: Standing::Active {
                failing_since: None,
            },
            signers: vec![signer.made(now)],
            created_by: self.actor().person(),
            created_at: now,
            revision: 1,
        };
        let fact = Fact::WebhookRegistered { webhook: id };
        Ok(Outcome::new(EndpointRegistered(endpoint), fact))
    }
}

impl Permitted<act::ChangeWebhook, Endpoint> {
    /// Gives it other terms, and has it told or not. What waited while it was not is delivered then.
    ///
    /// # Errors
    /// When the terms are not ones that may be.
    pub fn change(
        self,
        terms: EndpointTerms,
        active: bool,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Endpoint>, EndpointError> {
        terms.check()?;
        let mut endpoint = self.into_subject();
        let webhook = endpoint.id;
        let fact = match (endpoint.is_active(), active) {
            (true, false) => {
                let reason = DisabledReason::ByHand;
                endpoint.standing = Standing::Disabled { reason, since: now };
                Fact::WebhookDisabled { webhook, reason }
            }
            (false, true) => {
                endpoint.standing = Standing::Active {
                    failing_since: None,
                };
                Fact::WebhookEnabled { webhook }
            }
            (true, true) | (false, false) => Fact::WebhookChanged { webhook },
        };
        endpoint.terms = terms;
        endpoint.revision += 1;
        Ok(Outcome::new(endpoint, fact))
    }

    /// Adds a signer; the one before it signs beside it for `overlap` more, any older one no longer.
    ///
    /// # Errors
    /// When the overlap is too long.
    pub fn rotate(
        self,
        signer: NewSigner,
        overlap: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Endpoint>, EndpointError> {
        if overlap > MAX_OVERLAP || overlap < TimeDelta::zero() {
            return Err(EndpointError::Overlap);
        }
        let mut endpoint = self.into_subject();
        for (n, old) in endpoint.signers.iter_mut().enumerate() {
            let end = if n == 0 { now + overlap } else { now };
            old.expires_at = Some(old.expires_at.map_or(end, |known| known.min(end)));
        }
        let fact = Fact::WebhookSecretRotated {
            webhook: endpoint.id,
            secret: signer.id,
        };
        endpoint.signers.insert(0, signer.made(now));
        endpoint.revision += 1;
        Ok(Outcome::new(endpoint, fact))
    }

    /// Sends it a message to try it.
    ///
    /// # Errors
    /// When it is told nothing at present.
    pub fn test(self, message: Message) -> Result<Outcome<Tested>, EndpointError> {
        let endpoint = self.into_subject();
        if !endpoint.is_active() {
            return Err(EndpointError::Disabled);
        }
        let fact = Fact::WebhookTested {
            webhook: endpoint.id,
        };
        Ok(Outcome::new(Tested { endpoint, message }, fact))
    }

    /// Sends it again what it was sent before.
    ///
    /// # Errors
    /// When it is told nothing at present.
    pub fn replay(self, what: Replay) -> Result<Outcome<Replayed>, EndpointError> {
        let endpoint = self.into_subject();
        if !endpoint.is_active() {
            return Err(EndpointError::Disabled);
        }
        let fact = Fact::WebhookReplayed {
            webhook: endpoint.id,
        };
        Ok(Outcome::new(Replayed { endpoint, what }, fact))
    }

    /// Forgets it, with all it was sent.
    pub fn remove(self) -> Outcome<EndpointRemoved> {
        let endpoint = self.into_subject();
        let fact = Fact::WebhookRemoved {
            webhook: endpoint.id,
        };
        Outcome::new(EndpointRemoved(endpoint), fact)
    }
}

//! Endpoints and deliveries as the API writes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use maillage_domain::access::Actor;
use maillage_domain::partners::webhooks::{
    Address, DisabledReason, Endpoint, EndpointTerms, EventFilter, Signer, Standing,
};
use maillage_domain::value::Line;
use maillage_infra::partners::webhooks::{Attempted, Delivery, DeliveryState};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::ctx::able;

/// Where your collectivity is told what happens.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndpointInput {
    /// Where: an HTTPS address. Ports 80, 443, 8080 and 8443 are called.
    #[schema(value_type = String, min_length = 1, max_length = 2000, example = "https://intranet.example/maillage")]
    address: Address,
    /// What people call it.
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Intranet (démo)")]
    name: Line<200>,
    /// Of which events it is told: types, or families of them. Of all if there is none.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 100, example = json!(["resource.published", "group.*"]))]
    events: Vec<EventFilter>,
}

impl EndpointInput {
    /// The terms that it says.
    pub fn terms(self) -> EndpointTerms {
        EndpointTerms {
            address: self.address,
            name: self.name,
            events: self.events,
        }
    }
}

/// What changes of an endpoint.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a merge patch is read as JSON first")]
pub struct EndpointPatch {
    /// Where it is told.
    #[schema(
        required = false,
        min_length = 1,
        max_length = 2000,
        example = "https://intranet.example/maillage"
    )]
    address: String,
    /// What people call it.
    #[schema(
        required = false,
        min_length = 1,
        max_length = 200,
        example = "Intranet"
    )]
    name: String,
    /// Of which events it is told.
    #[schema(required = false, max_items = 100, example = json!(["resource.*"]))]
    events: Vec<String>,
    /// Whether it is told. What waited while it was not is delivered once it is again.
    #[schema(required = false, example = true)]
    enabled: bool,
}

/// An endpoint before a patch.
#[derive(Serialize)]
pub struct Current<'a> {
    address: &'a str,
    name: &'a str,
    events: &'a [EventFilter],
    enabled: bool,
}

/// The same, read back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patched {
    address: Address,
    name: Line<200>,
    events: Vec<EventFilter>,
    /// Whether it is told.
    pub enabled: bool,
}

impl<'a> From<&'a Endpoint> for Current<'a> {
    fn from(it: &'a Endpoint) -> Self {
        Self {
            address: it.terms.address.as_str(),
            name: it.terms.name.as_str(),
            events: &it.terms.events,
            enabled: it.is_active(),
        }
    }
}

impl From<Patched> for EndpointTerms {
    fn from(it: Patched) -> Self {
        Self {
            address: it.address,
            name: it.name,
            events: it.events,
        }
    }
}

/// Why an endpoint is told nothing.
#[derive(ToSchema)]
#[schema(as = DisabledReason, rename_all = "snake_case")]
#[expect(dead_code, reason = "only documents the domain's `DisabledReason`")]
pub enum DisabledReasonSchema {
    ByHand,
    Gone,
    Failing,
}

/// A key that messages are signed with.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignerView {
    /// Its id.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-00000000000e")]
    id: String,
    /// The Ed25519 public key that verifies `v1a` signatures.
    #[schema(example = "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")]
    public_key: String,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it stops signing, once it was replaced.
    expires_at: Option<DateTime<Utc>>,
}

/// Where your collectivity is told what happens.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndpointView {
    /// Its id.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-00000000000f")]
    id: String,
    /// Where it is told.
    #[schema(example = "https://intranet.example/maillage")]
    address: String,
    /// What people call it.
    #[schema(example = "Intranet (démo)")]
    name: String,
    /// Of which events it is told; of all if there is none.
    #[schema(example = json!(["resource.published"]))]
    events: Vec<String>,
    /// Whether it is told.
    #[schema(example = true)]
    enabled: bool,
    /// Why it is not: by hand, because it answered 410, or after five days of nothing but failures.
    #[schema(value_type = Option<DisabledReasonSchema>)]
    disabled_reason: Option<DisabledReason>,
    /// Since when it is not.
    disabled_at: Option<DateTime<Utc>>,
    /// The first failure since the last success.
    failing_since: Option<DateTime<Utc>>,
    /// What its messages are signed with now, the newest first.
    signers: Vec<SignerView>,
    /// When it was registered.
    created_at: DateTime<Utc>,
    /// What you may do with it now.
    #[schema(example = json!(["change_webhook"]))]
    abilities: Vec<String>,
}

impl EndpointView {
    /// `it` as `actor` sees it at `now`.
    pub fn of(actor: &Actor, it: &Endpoint, now: DateTime<Utc>) -> Self {
        let signer = |it: &Signer| SignerView {
            id: it.id.to_string(),
            public_key: format!("whpk_{}", STANDARD.encode(it.public)),
            created_at: it.created_at,
            expires_at: it.expires_at,
        };
        let (failing_since, disabled) = match it.standing {
            Standing::Active { failing_since } => (failing_since, None),
            Standing::Disabled { reason, since } => (None, Some((reason, since))),
        };
        Self {
            id: it.id.to_string(),
            address: it.terms.address.as_str().to_owned(),
            name: it.terms.name.as_str().to_owned(),
            events: it.terms.events.iter().map(ToString::to_string).collect(),
            enabled: it.is_active(),
            disabled_reason: disabled.map(|it| it.0),
            disabled_at: disabled.map(|it| it.1),
            failing_since,
            signers: it
                .signers
                .iter()
                .filter(|it| it.is_live(now))
                .map(signer)
                .collect(),
            created_at: it.created_at,
            abilities: able(actor, it),
        }
    }
}

/// An endpoint with the secret that was just made: the only time it is shown.
#[derive(Serialize, ToSchema)]
pub struct SigningView {
    /// The endpoint.
    pub endpoint: EndpointView,
    /// The secret that verifies `v1` signatures.
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    pub signing_secret: String,
}

/// How far a delivery has come.
#[derive(ToSchema)]
#[schema(as = DeliveryState, rename_all = "snake_case")]
#[expect(dead_code, reason = "only documents `DeliveryState`")]
pub enum DeliveryStateSchema {
    Pending,
    Delivered,
    Failed,
    Withheld,
}

/// A message to an endpoint. `withheld`: you may not see any more what it was about.
#[derive(Serialize, ToSchema)]
pub struct DeliveryView {
    /// Its id.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000010")]
    id: String,
    /// `webhook-id`: the same for every attempt.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000011")]
    webhook_id: String,
    /// What happened.
    #[serde(rename = "type")]
    #[schema(example = "resource.published")]
    kind: String,
    /// How far it has come.
    #[schema(value_type = DeliveryStateSchema)]
    state: &'static str,
    /// How often it was tried.
    #[schema(example = 1)]
    attempts: u32,
    /// When it is tried next, while it waits.
    next_attempt_at: Option<DateTime<Utc>>,
    /// When it was begun.
    created_at: DateTime<Utc>,
    /// When it ended.
    ended_at: Option<DateTime<Utc>>,
}

impl From<&Delivery> for DeliveryView {
    fn from(it: &Delivery) -> Self {
        let waits = it.state == DeliveryState::Pending;
        Self {
            id: it.id.to_string(),
            webhook_id: it.event.to_string(),
            kind: it.kind.clone(),
            state: it.state.as_str(),
            attempts: it.attempts.unsigned_abs(),
            next_attempt_at: waits.then_some(it.due_at),
            created_at: it.created_at,
            ended_at: it.ended_at,
        }
    }
}

/// One attempt. Nothing of the body of an answer is kept.
#[derive(Serialize, ToSchema)]
pub struct AttemptView {
    /// When.
    at: DateTime<Utc>,
    /// The HTTP status that was answered.
    #[schema(example = 200)]
    answered: Option<u16>,
    /// Why nothing was: `address_refused`, `not_connected`, `timed_out` or `broken_off`.
    #[schema(example = "timed_out")]
    failure: Option<String>,
    /// How long it took.
    #[schema(example = 41)]
    milliseconds: u32,
}

impl From<Attempted> for AttemptView {
    fn from(it: Attempted) -> Self {
        Self {
            at: it.at,
            answered: it.status,
            failure: it.failure,
            milliseconds: it.milliseconds,
        }
    }
}

/// A message to an endpoint with every attempt.
#[derive(Serialize, ToSchema)]
pub struct DeliveryLogView {
    /// The message.
    pub delivery: DeliveryView,
    /// What is sent: `type`, `timestamp` and `data`.
    #[schema(value_type = Object, example = json!({"type": "webhook.test", "timestamp": "2026-11-23T09:00:00Z", "data": {}}))]
    pub payload: Value,
    /// Every attempt, the first one first.
    pub log: Vec<AttemptView>,
}

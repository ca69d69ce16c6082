//! Clients as the API writes them.

use chrono::{DateTime, Utc};
use maillage_documents::sheets::Cell;
use maillage_domain::access::{Actor, Scopes};
use maillage_domain::partners::{Client, ClientSecret, LegalBasis, Network, Proof, Terms};
use maillage_domain::value::{GroupId, Line};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::ctx::able;
use crate::http::Moment;
use crate::http::sheet::{Column, Said, Tabular, slug};

/// Why personal data may be processed (RGPD art. 6 §1).
#[derive(ToSchema)]
#[schema(as = LegalBasis, rename_all = "snake_case")]
#[expect(
    dead_code,
    reason = "only documents `maillage_domain::partners::LegalBasis`"
)]
pub enum LegalBasisSchema {
    Consent,
    Contract,
    LegalObligation,
    VitalInterests,
    PublicTask,
    LegitimateInterests,
}

/// What a client is for and how far it goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientInput {
    /// What people call it.
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Intranet (démo)")]
    name: Line<200>,
    /// What it is for.
    #[schema(value_type = String, min_length = 1, max_length = 1000, example = "Montrer les chartes en vigueur aux agents")]
    purpose: Line<1000>,
    /// By what right it processes personal data.
    #[schema(value_type = LegalBasisSchema)]
    legal_basis: LegalBasis,
    /// What it may do, at most: actions, in the words of `abilities`. Decisions are for people only.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 64, example = json!(["read", "read_group"]))]
    scopes: Scopes,
    /// Where it may call from: addresses, or networks in CIDR notation. From anywhere if there is none.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 50, example = json!(["192.0.2.0/24"]))]
    networks: Vec<Network>,
    /// When it ends by itself: within a year.
    #[schema(value_type = String, format = DateTime, example = "2027-01-31T00:00:00Z")]
    expires_at: Moment,
    /// Whether it ends with your membership. If not, it keeps to the roles that you had last.
    #[serde(default = "yes")]
    #[schema(default = true, example = true)]
    ends_with_creator: bool,
    /// A group that your collectivity coordinates, if it is to read what is shared with that group and
    /// nothing else: `read` and `read_events` are the scopes it may have.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Uuid, example = json!(null))]
    pub group: Option<GroupId>,
    /// Its public keys (RFC 7517), if it signs who it is (`private_key_jwt`). It has a secret otherwise.
    #[serde(default)]
    #[schema(value_type = Option<KeySetSchema>)]
    pub keys: Option<Value>,
    /// Your own password: a client acts in your stead.
    #[schema(max_length = 128, example = "sept mésanges sur un toit bleu")]
    pub password: String,
}

fn yes() -> bool {
    true
}

/// A JSON Web Key Set: one to five public keys, Ed25519 or P-256, each with its `kid`.
#[derive(ToSchema)]
#[schema(as = KeySet, example = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "2026-1", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}))]
#[expect(
    dead_code,
    reason = "only documents `maillage_domain::partners::ClientKeys`"
)]
pub struct KeySetSchema {
    /// The keys.
    keys: Vec<Value>,
}

impl ClientInput {
    /// The terms alone.
    pub fn terms(self) -> Terms {
        Terms {
            name: self.name,
            purpose: self.purpose,
            legal_basis: self.legal_basis,
            scopes: self.scopes,
            networks: self.networks,
            expires_at: self.expires_at.0,
            ends_with_creator: self.ends_with_creator,
        }
    }
}

/// What changes of a client. What it proves itself with is replaced at `…/secrets`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a merge patch is read as JSON first")]
pub struct ClientPatch {
    /// What people call it.
    #[schema(
        required = false,
        min_length = 1,
        max_length = 200,
        example = "Intranet (démo)"
    )]
    name: String,
    /// What it is for.
    #[schema(
        required = false,
        min_length = 1,
        max_length = 1000,
        example = "Montrer les chartes"
    )]
    purpose: String,
    /// By what right.
    #[schema(required = false, value_type = LegalBasisSchema)]
    legal_basis: String,
    /// What it may do, at most.
    #[schema(required = false, min_items = 1, max_items = 64, example = json!(["read"]))]
    scopes: Vec<String>,
    /// Where it may call from.
    #[schema(required = false, max_items = 50, example = json!(["192.0.2.0/24"]))]
    networks: Vec<String>,
    /// When it ends by itself.
    #[schema(required = false, format = DateTime, example = "2027-01-31T00:00:00Z")]
    expires_at: String,
    /// Whether it ends with the membership of its creator.
    #[schema(required = false, example = true)]
    ends_with_creator: bool,
}

/// The terms of a client, before and after a patch.
#[derive(Serialize)]
pub struct Current<'a> {
    name: &'a str,
    purpose: &'a str,
    legal_basis: LegalBasis,
    scopes: Scopes,
    networks: &'a [Network],
    expires_at: DateTime<Utc>,
    ends_with_creator: bool,
}

/// The same, read back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patched {
    name: Line<200>,
    purpose: Line<1000>,
    legal_basis: LegalBasis,
    scopes: Scopes,
    networks: Vec<Network>,
    expires_at: Moment,
    ends_with_creator: bool,
}

impl<'a> From<&'a Terms> for Current<'a> {
    fn from(it: &'a Terms) -> Self {
        Self {
            name: it.name.as_str(),
            purpose: it.purpose.as_str(),
            legal_basis: it.legal_basis,
            scopes: it.scopes,
            networks: &it.networks,
            expires_at: it.expires_at,
            ends_with_creator: it.ends_with_creator,
        }
    }
}

impl From<Patched> for Terms {
    fn from(it: Patched) -> Self {
        Self {
            name: it.name,
            purpose: it.purpose,
            legal_basis: it.legal_basis,
            scopes: it.scopes,
            networks: it.networks,
            expires_at: it.expires_at.0,
            ends_with_creator: it.ends_with_creator,
        }
    }
}

/// A secret of a client; what it says is shown once, when it is made.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecretView {
    /// Its id.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-00000000000d")]
    id: String,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it stops working, once it was replaced.
    expires_at: Option<DateTime<Utc>>,
}

/// Software of a partner that acts for your collectivity.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientView {
    /// Its id, which is its `client_id` too.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-00000000000c")]
    id: String,
    /// What people call it.
    #[schema(example = "Intranet (démo)")]
    name: String,
    /// What it is for.
    #[schema(example = "Montrer les chartes en vigueur aux agents")]
    purpose: String,
    /// By what right.
    #[schema(value_type = LegalBasisSchema)]
    legal_basis: LegalBasis,
    /// What it may do, at most, and within the roles that its creator has.
    #[schema(example = json!(["read_group", "read"]))]
    scopes: Vec<String>,
    /// Where it may call from; from anywhere if there is none.
    #[schema(example = json!(["192.0.2.0/24"]))]
    networks: Vec<String>,
    /// When it ends by itself.
    expires_at: DateTime<Utc>,
    /// Whether it ends with the membership of its creator.
    #[schema(example = true)]
    ends_with_creator: bool,
    /// Who created it.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000004")]
    created_by: String,
    /// When.
    created_at: DateTime<Utc>,
    /// When it was revoked.
    revoked_at: Option<DateTime<Utc>>,
    /// The group of which it reads what is shared with it, and nothing else; of none usually.
    #[schema(format = Uuid, example = json!(null))]
    group: Option<String>,
    /// Its secrets that work, the newest first; none for one that signs.
    secrets: Vec<SecretView>,
    /// Its public keys; null for one that has secrets.
    #[schema(value_type = Option<KeySetSchema>)]
    keys: Option<Value>,
    /// What you may do with it now.
    #[schema(example = json!(["change_client", "rotate_secret", "revoke_client"]))]
    abilities: Vec<String>,
}

impl Tabular for ClientView {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("/name", Said::of("Nom", "Name"), |it| Cell::text(&it.name)),
        Column::new("/purpose", Said::of("Finalité", "Purpose"), |it| {
            Cell::text(&it.purpose)
        }),
        Column::new(
            "/legal_basis",
            Said::of("Base légale", "Legal basis"),
            |it| slug(&it.legal_basis),
        ),
        Column::new("/scopes", Said::of("Portées", "Scopes"), |it| {
            Cell::list(&it.scopes)
        }),
        Column::new("/networks", Said::of("Réseaux", "Networks"), |it| {
            Cell::list(&it.networks)
        }),
        Column::new(
            "/expires_at",
            Said::of("Échéance (UTC)", "Expires (UTC)"),
            |it| Cell::moment(it.expires_at),
        ),
        Column::new("/created_by", Said::of("Créé par", "Created by"), |it| {
            Cell::text(&it.created_by)
        }),
        Column::new(
            "/created_at",
            Said::of("Créé le (UTC)", "Created (UTC)"),
            |it| Cell::moment(it.created_at),
        ),
        Column::new(
            "/revoked_at",
            Said::of("Révoqué le (UTC)", "Revoked (UTC)"),
            |it| Cell::of(it.revoked_at, Cell::moment),
        ),
        Column::new("/id", Said::of("Identifiant", "Id"), |it| {
            Cell::text(&it.id)
        }),
    ];
}

impl ClientView {
    /// `it` as `actor` sees it at `now`.
    pub fn of(actor: &Actor, it: Client, now: DateTime<Utc>) -> Self {
        let abilities = able(actor, &it);
        let (secrets, keys) = match it.proof {
            Proof::Secrets(secrets) => (secrets, None),
            Proof::Keys(keys) => (Vec::new(), serde_json::to_value(keys).ok()),
        };
        let view = |it: ClientSecret| SecretView {
            id: it.id.to_string(),
            created_at: it.created_at,
            expires_at: it.expires_at,
        };
        let live = secrets.into_iter().filter(|secret| secret.is_live(now));
        Self {
            id: it.id.to_string(),
            name: it.terms.name.as_str().to_owned(),
            purpose: it.terms.purpose.as_str().to_owned(),
            legal_basis: it.terms.legal_basis,
            scopes: it.terms.scopes.slugs(),
            networks: it.terms.networks.iter().map(ToString::to_string).collect(),
            expires_at: it.terms.expires_at,
            ends_with_creator: it.terms.ends_with_creator,
            created_by: it.created_by.to_string(),
            created_at: it.created_at,
            revoked_at: it.revoked_at,
            group: it.group.map(|id| id.to_string()),
            secrets: live.map(view).collect(),
            keys,
            abilities,
        }
    }
}

/// A client with the secret that was just made: the only time it is shown.
#[derive(Serialize, ToSchema)]
pub struct CredentialsView {
    /// The client.
    pub client: ClientView,
    /// Its secret, kept nowhere; null for one that signs.
    #[schema(example = "mlg_cs_5cJ0…")]
    pub client_secret: Option<String>,
}

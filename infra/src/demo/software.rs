//! The software of a fictional partner, which acts for the agglomeration.
//!
//! Like the passwords of the demo, its secret is published and protects nothing: so every start can
//! print it, although the database keeps its digest alone.

use maillage_domain::access::{Scopes, Verb, act, authorize};
use maillage_domain::identity::Staff;
use maillage_domain::partners::{LegalBasis, MAX_LIFETIME, NewSecret, Terms};
use maillage_domain::value::{ClientId, SecretId};
use uuid::Uuid;

use super::DemoError;
use super::cast::{ADMINISTRATOR, AGGLOMERATION};
use super::people::acting;
use crate::ambient::{Secret, SecretKind, id};
use crate::error::StoreError;
use crate::partners::client;
use crate::store::{Store, Tx};

/// What the demo's software calls itself, in every database that has the demo.
const ID: Uuid = Uuid::from_u128(0x0193_5a3c_9c00_7de0_8de0_0000_0000_0001);
/// From which its secret follows.
const SEED: &str = "maillage demo";
/// What its administrator may read, who has no other role: a client never exceeds its creator.
const SCOPES: [Verb; 3] = [Verb::Read, Verb::ReadInsights, Verb::ReadEvents];

/// With what the demo's software proves itself, to be shown to whoever tries the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoClient {
    /// Its id.
    pub id: ClientId,
    /// Its secret.
    pub secret: String,
    /// For whom it acts.
    pub collectivity: &'static str,
    /// What it may do.
    pub scopes: String,
}

fn secret() -> Secret {
    Secret::derive(SecretKind::Client, SEED, 0)
}

fn scopes() -> Result<Scopes, DemoError> {
    Scopes::of(SCOPES).map_err(DemoError::content)
}

/// The software of the demo and its published secret.
///
/// # Errors
/// When its scopes are none that software may have.
pub fn software() -> Result<DemoClient, DemoError> {
    Ok(DemoClient {
        id: ClientId(ID),
        secret: secret().reveal(),
        collectivity: AGGLOMERATION.name,
        scopes: scopes()?.to_string(),
    })
}

/// The agglomeration's administrator registers it.
pub(super) async fn register(store: &Store) -> Result<(), DemoError> {
    acting(store, ADMINISTRATOR, async |me| {
        store
            .write(me, async |tx: &mut Tx| register_one(tx).await)
            .await
    })
    .await
}

async fn register_one(tx: &mut Tx) -> Result<(), DemoError> {
    let (actor, now) = (tx.actor()?.clone(), tx.now());
    let collectivity = actor.collectivity().ok_or(StoreError::NotEntered)?;
    match client(tx.db(), collectivity, ClientId(ID)).await {
        Ok(_) => return Ok(()),
        Err(StoreError::Missing) => {}
        Err(error) => return Err(error.into()),
    }
    let line =
        "Lire ce que publie l'agglomération et suivre ses événements (démonstration, fictif)";
    let terms = Terms {
        name: "Logiciel d'un partenaire (démo)"
            .to_owned()
            .try_into()
            .map_err(DemoError::content)?,
        purpose: line.to_owned().try_into().map_err(DemoError::content)?,
        legal_basis: LegalBasis::PublicTask,
        scopes: scopes()?,
        networks: Vec::new(),
        expires_at: now + MAX_LIFETIME,
        ends_with_creator: true,
    };
    let kept = NewSecret {
        id: SecretId(id()),
        digest: secret().digest(),
    };
    let permitted = authorize::<act::RegisterClient, _>(&actor, Staff { collectivity })?;
    let registered = permitted.register(ClientId(ID), terms, Err(kept), now)?;
    tx.save(registered).await?;
    Ok(())
}

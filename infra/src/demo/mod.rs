//! The fictional demo: four public bodies, their people, a group, a charter on its way from the
//! agglomeration to a commune, templates, experiments with what they have shown, and the software of a
//! partner.
//!
//! Everything is written through the transitions that requests use, in the name of the person who
//! would have done it: hence with sessions, roles, audit records and events. Only the operator is
//! appointed by the owner of the database, as everywhere.
//!
//! A seeding that was interrupted is completed by the next one. Each step is one transaction that
//! first looks whether it was done; the last step of all lets one more person join (`LAST` in
//! `cast.rs`), and that account is the mark that nothing is missing. We keep no flag of our own,
//! because it would be one more thing that production has for the sake of the demo. All that an
//! interruption leaves behind are open sessions of which nobody has a token.
//!
//! Its accounts share a password that everybody knows, an operator's included: never seed an
//! instance that holds anything real.

mod cast;
mod contents;
mod documents;
mod experiments;
mod people;
mod software;
mod trials;

use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use maillage_domain::access::Refusal;
use maillage_domain::commons::{ResourceError, ShareError};
use maillage_domain::evaluation::ResultError;
use maillage_domain::evaluation::trial::StepError;
use maillage_domain::groups::ParticipationError;
use maillage_domain::identity::{InvitationError, PasswordError};
use maillage_domain::partners::ClientError;

pub use self::cast::{DemoAccount, PASSWORD, accounts};
pub use self::software::{DemoClient, software};
use crate::error::StoreError;
use crate::identity::{OperatorError, Passwords, account, create_operator};
use crate::locks;
use crate::store::{Db, Store};

/// Why the demo is not complete.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The database cannot be reached.
    #[error("base de données injoignable : {0}")]
    Unreachable(#[from] diesel::ConnectionError),
    /// The operator was not appointed.
    #[error("opérateur de démonstration : {0}")]
    Operator(#[from] OperatorError),
    /// Statements failed.
    #[error("contenu de démonstration : {0}")]
    Store(#[from] StoreError),
    /// The directory lacks a public body of the demo.
    #[error("contenu de démonstration : l'annuaire ne contient pas {0} ; chargez-le d'abord")]
    Directory(&'static str),
    /// The policy says no.
    #[error("contenu de démonstration : {0}")]
    Refused(#[from] Refusal),
    /// The shared password is no password for someone.
    #[error("contenu de démonstration : {0}")]
    Password(#[from] PasswordError),
    /// An invitation has lapsed: the interruption was too long ago.
    #[error(
        "contenu de démonstration : {0} ; l'interruption est trop ancienne, repartez d'une base vide"
    )]
    Lapsed(#[from] InvitationError),
    /// A participation cannot change so.
    #[error("contenu de démonstration : {0}")]
    Participation(#[from] ParticipationError),
    /// A resource cannot be kept so.
    #[error("contenu de démonstration : {0}")]
    Resource(#[from] ResourceError),
    /// A resource cannot be shared so.
    #[error("contenu de démonstration : {0}")]
    Share(#[from] ShareError),
    /// A trial cannot go there.
    #[error("contenu de démonstration : {0}")]
    Step(#[from] StepError),
    /// Software cannot be registered so.
    #[error("contenu de démonstration : {0}")]
    Client(#[from] ClientError),
    /// A result cannot be reported so.
    #[error("contenu de démonstration : {0}")]
    Result(#[from] ResultError),
    /// The demo's passwords are published, so it keeps away from real collectivités.
    #[error(
        "des collectivités ont déjà rejoint cette instance : pas de contenu de démonstration ici"
    )]
    Inhabited,
    /// A file of the demo does not read as what it should be.
    #[error("contenu de démonstration illisible : {0}")]
    Content(String),
}

impl DemoError {
    fn content(what: impl std::fmt::Display) -> Self {
        Self::Content(what.to_string())
    }
}

/// Whether there are accounts of the demo, however many: the operator's is the first.
///
/// # Errors
/// When the database stands in the way.
pub async fn present(store: &Store) -> Result<bool, DemoError> {
    let email = cast::OPERATOR.email()?;
    let found = store.authenticate(async |tx| account(tx, &email).await);
    Ok(found.await?.is_some())
}

/// Seeds the demo unless it is complete; then nothing is written at all.
///
/// The database is migrated and its directory loaded. Returns the accounts if something was
/// missing; `progress` receives sentences for the person who waits.
///
/// # Errors
/// See `DemoError`. Calling again goes on where this call stopped.
pub async fn seed(
    owner_url: &str,
    store: &Store,
    passwords: &Passwords,
    progress: &dyn Fn(&str),
) -> Result<Option<Vec<DemoAccount>>, DemoError> {
    if people::complete(store).await? {
        return Ok(None);
    }
    // Held until this connection closes, at the end of this function or of the process.
    let guard = AsyncPgConnection::establish(owner_url).await?;
    Db::of_owner(&guard).batch(locks::SEEDING).await?;
    if people::complete(store).await? {
        return Ok(None);
    }
    if people::inhabited(store).await? {
        return Err(DemoError::Inhabited);
    }
    let hash = passwords
        .hash(cast::password()?.expose().to_owned())
        .await?;

    progress("Contenu de démonstration : collectivités et comptes…");
    // Each appointment is told, so there is one: also when an earlier seeding was interrupted.
    if !people::operated(store).await? {
        let (email, name) = (cast::OPERATOR.email()?, cast::OPERATOR.name()?);
        create_operator(owner_url, &email, &name, &hash).await?;
    }
    people::register(store).await?;
    people::join(store, &hash).await?;

    progress("Contenu de démonstration : groupe…");
    let group = contents::group(store).await?;
    progress("Contenu de démonstration : charte et modèles de l'agglomération…");
    let charter = contents::originals(store, group).await?;
    progress("Contenu de démonstration : adaptation par une commune…");
    contents::adaptation(store, group, charter).await?;
    progress("Contenu de démonstration : expérimentations…");
    experiments::experiments(store).await?;

    progress("Contenu de démonstration : logiciel d'un partenaire…");
    software::register(store).await?;

    people::join_last(store, &hash).await?;
    progress("Contenu de démonstration : prêt.");
    Ok(Some(accounts()))
}

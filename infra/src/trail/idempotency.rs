//! Idempotency keys: the same key gives one effect and one answer (L9).
//!
//! The answer may hold a secret that is shown once (an invitation). It is therefore sealed with a
//! key derived from the Idempotency-Key, of which only a digest is kept: who reads the table reads
//! nothing, who retries has the key.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use maillage_domain::access::Verb;
use maillage_domain::value::Digest;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ambient::random_bytes;
use crate::error::StoreError;
use crate::sql::query;
use crate::store::Tx;

/// A request that carries an Idempotency-Key.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The key, as the caller chose it.
    pub key: String,
    /// Method and route template.
    pub route: String,
    /// SHA-256 of path and body.
    pub request: Digest,
}

/// An answer as it went out, ready to go out again byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers that belong to the answer: Location, ETag.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// What is known of an attempt before it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// Nothing: run it.
    Never,
    /// The same request was answered; authorize the verb again, then replay.
    Answered(Option<Verb>, Answer),
    /// The key was used for another request.
    OtherRequest,
    /// The same key is being worked on right now.
    InFlight,
}

query! {
    /// Takes the key for the length of the transaction, or says that another has it.
    Take { name: i64 as BigInt } -> (Bool,)
    "select pg_try_advisory_xact_lock(?)"
}

query! {
    Find {
        tenant: Uuid as SqlUuid,
        caller: Option<Uuid> as Nullable<SqlUuid>,
        route: String as Text,
        key: Vec<u8> as Binary,
        since: DateTime<Utc> as Timestamptz,
    } -> (Binary, Nullable<Text>, Binary)
    "select request, verb, answer from idempotency_keys \
     where tenant_id = ? and caller = ? and route = ? and key = ? and created_at > ?"
}

query! {
    Insert {
        tenant: Uuid as SqlUuid,
        caller: Option<Uuid> as Nullable<SqlUuid>,
        route: String as Text,
        key: Vec<u8> as Binary,
        request: Vec<u8> as Binary,
        verb: Option<String> as Nullable<Text>,
        answer: Vec<u8> as Binary,
        now: DateTime<Utc> as Timestamptz,
    } -> (Uuid,)
    "insert into idempotency_keys values (?, ?, ?, ?, ?, ?, ?, ?) \
     on conflict (tenant_id, caller, route, key) do update set request = excluded.request, \
        verb = excluded.verb, answer = excluded.answer, created_at = excluded.created_at"
}

/// How long an answer is kept.
const KEPT: chrono::TimeDelta = chrono::TimeDelta::hours(24);

impl Attempt {
    fn digest(&self) -> Digest {
        Digest::of_bytes(self.key.as_bytes())
    }

    /// The key that seals the answer: another digest of the Idempotency-Key than the one kept.
    fn seal(&self) -> Result<LessSafeKey, StoreError> {
        let material = Digest::of_bytes(format!("maillage answer seal\n{}", self.key).as_bytes());
        UnboundKey::new(&AES_256_GCM, material.as_bytes())
            .map(LessSafeKey::new)
            .map_err(StoreError::corrupt)
    }

    fn close(&self, answer: &Answer) -> Result<Vec<u8>, StoreError> {
        let nonce = random_bytes::<NONCE_LEN>()?;
        let mut sealed = serde_json::to_vec(answer).map_err(StoreError::corrupt)?;
        self.seal()?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::empty(),
                &mut sealed,
            )
            .map_err(StoreError::corrupt)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    fn open(&self, kept: &[u8]) -> Result<Answer, StoreError> {
        let short = || StoreError::corrupt("sealed answer too short");
        let (nonce, sealed) = kept.split_at_checked(NONCE_LEN).ok_or_else(short)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(StoreError::corrupt)?;
        let mut sealed = sealed.to_vec();
        let plain = self
            .seal()?
            .open_in_place(nonce, Aad::empty(), &mut sealed)
            .map_err(StoreError::corrupt)?;
        serde_json::from_slice(plain).map_err(StoreError::corrupt)
    }
}

/// What is known of `attempt`; if nothing, its key is this transaction's until the end.
///
/// # Errors
/// When the database stands in the way.
pub async fn earlier(tx: &Tx, attempt: &Attempt) -> Result<Earlier, StoreError> {
    let (tenant, caller) = (tx.tenant(), tx.caller());
    let digest = attempt.digest();
    let name = Digest::of_bytes(format!("{tenant}{caller:?}{}{digest}", attempt.route).as_bytes());
    let name = name
        .as_bytes()
        .first_chunk()
        .map_or(0, |bytes| i64::from_be_bytes(*bytes));
    let taken: Option<(bool,)> = tx.db().row(Take { name }).await?;
    if taken != Some((true,)) {
        return Ok(Earlier::InFlight);
    }
    let find = Find {
        tenant,
        caller,
        route: attempt.route.clone(),
        key: digest.as_bytes().to_vec(),
        since: tx.now() - KEPT,
    };
    let found: Option<(Vec<u8>, Option<String>, Vec<u8>)> = tx.db().row(find).await?;
    match found {
        None => Ok(Earlier::Never),
        Some((request, _, _)) if request != attempt.request.as_bytes() => Ok(Earlier::OtherRequest),
        Some((_, verb, answer)) => {
            let verb = verb
                .map(|verb| serde_json::from_value(verb.into()))
                .transpose();
            Ok(Earlier::Answered(
                verb.map_err(StoreError::corrupt)?,
                attempt.open(&answer)?,
            ))
        }
    }
}

/// Keeps the answer to `attempt` in the transaction of its effect.
///
/// # Errors
/// When the database stands in the way.
pub async fn remember(
    tx: &Tx,
    attempt: &Attempt,
    verb: Option<Verb>,
    answer: &Answer,
) -> Result<(), StoreError> {
    let verb = verb
        .map(serde_json::to_value)
        .transpose()
        .map_err(StoreError::corrupt)?;
    let insert = Insert {
        tenant: tx.tenant(),
        caller: tx.caller(),
        route: attempt.route.clone(),
        key: attempt.digest().as_bytes().to_vec(),
        request: attempt.request.as_bytes().to_vec(),
        verb: verb
            .as_ref()
            .and_then(|verb| verb.as_str())
            .map(str::to_owned),
        answer: attempt.close(answer)?,
        now: tx.now(),
    };
    tx.db().run(insert).await.map(|_| ())
}

//! Throttling of log-in, in the database: it must hold for all server processes together, and must
//! not be forgotten with a cache.
//!
//! The strict limit is that of an account from one address. If it were the account's alone, anybody
//! who knows an address of mail could lock its owner out; over all addresses an account therefore
//! has a far higher one, which slows a botnet and is out of a single stranger's reach.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer, Timestamptz};
use maillage_domain::value::{Digest, EmailAddress};

use crate::error::StoreError;
use crate::schema::login_attempts;
use crate::sql::query;
use crate::store::Tx;

/// The length of the window in which attempts are counted.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Attempts per account, address and window.
const PER_PAIR: i32 = 10;
/// Attempts per address and window: a town hall may share one.
const PER_ADDRESS: i32 = 300;
/// Attempts per account and window from all addresses: what a hundred of them may try.
const PER_ACCOUNT: i32 = 1_000;

/// Whether one more attempt is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Throttle {
    /// It is.
    Pass,
    /// It is not, for that long.
    Wait(TimeDelta),
}

query! {
    /// Counts an attempt and says how many there are in the window, since when.
    Count {
        key: Vec<u8> as Binary,
        now: DateTime<Utc> as Timestamptz,
        start: DateTime<Utc> as Timestamptz,
        start_again: DateTime<Utc> as Timestamptz,
    } -> (Integer, Timestamptz)
    "insert into login_attempts as a (key, since, attempts) values (?, ?, 1) \
     on conflict (key) do update set \
        attempts = case when a.since < ? then 1 else a.attempts + 1 end, \
        since = case when a.since < ? then excluded.since else a.since end \
     returning attempts, since"
}

fn key(what: &str) -> Vec<u8> {
    Digest::of_bytes(what.as_bytes()).as_bytes().to_vec()
}

/// No address of a caller holds a space, so no two pairs share a key.
fn pair_key(account: &str, address: &str) -> Vec<u8> {
    key(&format!("pair {address} {account}"))
}

/// Counts an attempt before it is made, so that attempts in parallel are counted too.
///
/// What one limit refuses, the next does not count: from one address nobody uses up what an account
/// has over all of them.
///
/// # Errors
/// When the database stands in the way.
pub async fn attempt(
    tx: &mut Tx,
    email: &EmailAddress,
    address: &str,
) -> Result<Throttle, StoreError> {
    attempt_as(tx, &email.to_string(), address).await
}

/// The same for an account that is not a person's. No address of mail holds a space.
pub(crate) async fn attempt_as(
    tx: &mut Tx,
    account: &str,
    address: &str,
) -> Result<Throttle, StoreError> {
    let now = tx.now();
    // Always in this order: who waits for a row here holds none that another waits for in turn.
    let limits = [
        (key(&format!("address {address}")), PER_ADDRESS),
        (pair_key(account, address), PER_PAIR),
        (key(&format!("account {account}")), PER_ACCOUNT),
    ];
    for (key, limit) in limits {
        let start = now - WINDOW;
        let count = Count {
            key,
            now,
            start,
            start_again: start,
        };
        let counted: Option<(i32, DateTime<Utc>)> = tx.db().row(count).await?;
        if let Some((attempts, since)) = counted
            && attempts > limit
        {
            return Ok(Throttle::Wait(
                (since + WINDOW - now).max(TimeDelta::seconds(1)),
            ));
        }
    }
    Ok(Throttle::Pass)
}

/// Forgets the attempts from an address at an account that has just been logged in to.
///
/// Those from elsewhere stay counted: whoever makes them has not proven anything.
///
/// # Errors
/// When the database stands in the way.
pub async fn forget(tx: &Tx, email: &EmailAddress, address: &str) -> Result<(), StoreError> {
    let delete = diesel::delete(login_attempts::table.find(pair_key(email.as_str(), address)));
    tx.db().run(delete).await.map(|_| ())
}

//! Throttling of log-in, per account and per address, in the database: it must hold for all server
//! processes together, and must not be forgotten with a cache.

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
/// Attempts per account and window.
const PER_ACCOUNT: i32 = 10;
/// Attempts per address and window: a town hall may share one.
const PER_ADDRESS: i32 = 300;

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

fn account_key(email: &EmailAddress) -> Vec<u8> {
    Digest::of_bytes(format!("account {email}").as_bytes())
        .as_bytes()
        .to_vec()
}

/// Counts an attempt before it is made, so that attempts in parallel are counted too.
///
/// # Errors
/// When the database stands in the way.
pub async fn attempt(
    tx: &mut Tx,
    email: &EmailAddress,
    address: &str,
) -> Result<Throttle, StoreError> {
    let now = tx.now();
    let address_key = Digest::of_bytes(format!("address {address}").as_bytes());
    let limits = [
        (address_key.as_bytes().to_vec(), PER_ADDRESS),
        (account_key(email), PER_ACCOUNT),
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

/// Forgets the attempts at an account that has just been logged in to.
///
/// # Errors
/// When the database stands in the way.
pub async fn forget(tx: &Tx, email: &EmailAddress) -> Result<(), StoreError> {
    let delete = diesel::delete(login_attempts::table.find(account_key(email)));
    tx.db().run(delete).await.map(|_| ())
}

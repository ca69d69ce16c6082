//! What tests do to a running server from behind: they hold its database up, cut it off, and look
//! at what is left.
//!
//! Everything goes by the URL of the owner, because the database may be that of another process.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::sql_types::BigInt;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};

use super::{must, place, run};
use crate::embedded::parent_death;
use crate::sql::query;
use crate::store::Db;

query! {
    /// Connections of the server: all, those that wait for a lock, those in a transaction that
    /// nobody works on.
    Active {} -> (BigInt, BigInt, BigInt)
    "select count(*), count(*) filter (where wait_event_type = 'Lock'), \
        count(*) filter (where state like 'idle in transaction%') \
     from pg_stat_activity where datname = current_database() and usename = 'maillage_app'"
}

query! {
    /// Audit records without their event, and events without their record.
    OutOfStep {} -> (BigInt,)
    "select count(*) from ( \
        (select tenant_id, at, fact from audit_records \
            except all select tenant_id, at, fact from outbox) \
        union all \
        (select tenant_id, at, fact from outbox \
            except all select tenant_id, at, fact from audit_records)) odd"
}

query! {
    /// Publications told of: all of them, and how many resources they are of.
    Publications {} -> (BigInt, BigInt)
    "select count(*), count(distinct fact ->> 'resource') from audit_records \
     where fact ->> 'type' = 'resource.published'"
}

/// How many connections the server has, and what they do.
#[derive(Clone, Copy, Debug)]
pub struct Activity {
    /// All of them.
    pub connections: i64,
    /// Those that wait for a lock.
    pub waiting: i64,
    /// Those in a transaction that nobody works on.
    pub forgotten: i64,
}

/// A lock that stands in the way of the server until it is released.
pub struct Held(AsyncPgConnection);

impl Held {
    /// Gives way.
    pub async fn release(self) {
        must(Db::of_owner(&self.0).batch("rollback").await, "releasing");
    }
}

/// Locks a table, so that whoever needs it waits.
pub async fn hold(owner_url: &str, table: &str) -> Held {
    let conn = must(AsyncPgConnection::establish(owner_url).await, "connecting");
    let lock = format!("begin; lock table {table} in access exclusive mode");
    must(Db::of_owner(&conn).batch(&lock).await, "holding");
    Held(conn)
}

/// Ends every connection of the server, as a restart of the database does.
pub async fn cut_off(owner_url: &str) {
    let cut_off = "select pg_terminate_backend(pid) from pg_stat_activity \
        where datname = current_database() and usename = 'maillage_app'";
    run(owner_url, cut_off).await;
}

/// What the connections of the server are doing.
pub async fn activity(owner_url: &str) -> Activity {
    let conn = must(AsyncPgConnection::establish(owner_url).await, "connecting");
    let rows: Result<Vec<(i64, i64, i64)>, _> = Db::of_owner(&conn).rows(Active {}).await;
    let counts = must(rows, "counting").into_iter().next();
    let (connections, waiting, forgotten) = counts.unwrap_or_default();
    Activity {
        connections,
        waiting,
        forgotten,
    }
}

/// How many facts stand in the audit trail or in the outbox, but not in both.
pub async fn out_of_step(owner_url: &str) -> i64 {
    let conn = must(AsyncPgConnection::establish(owner_url).await, "connecting");
    let rows: Result<Vec<(i64,)>, _> = Db::of_owner(&conn).rows(OutOfStep {}).await;
    must(rows, "counting")
        .into_iter()
        .map(|(count,)| count)
        .sum()
}

/// How many publications the audit trails tell of, and of how many resources.
pub async fn publications(owner_url: &str) -> (i64, i64) {
    let conn = must(AsyncPgConnection::establish(owner_url).await, "connecting");
    let rows: Result<Vec<(i64, i64)>, _> = Db::of_owner(&conn).rows(Publications {}).await;
    must(rows, "counting")
        .into_iter()
        .next()
        .unwrap_or_default()
}

/// A name for a directory that no other test uses, swept away by a later test process.
///
/// Short, because sockets stand below it.
pub fn scratch() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    place::place().join(format!("s{}", COUNT.fetch_add(1, Ordering::Relaxed)))
}

/// Lets `command` be interrupted when the thread that spawns it ends.
pub fn follow(command: &mut Command) {
    parent_death::follow(command);
}

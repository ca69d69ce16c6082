//! The meter: what the software of partners calls, noted in memory and written a second later.
//!
//! No request waits for it. What is not yet written when the process ends is lost: it tells
//! integrators what they did, it proves nothing. The audit trail does.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use maillage_domain::value::{ClientId, CollectivityId};
use uuid::Uuid;

use crate::error::StoreError;
use crate::schema::{client_calls as calls, client_requests as requests};
use crate::store::{Db, Store, Tx};

/// How many requests wait in memory to be written at most; those beyond are only counted.
pub const MAX_NOTED: usize = 10_000;
/// How long a request can be looked up.
pub const REQUESTS_KEPT: TimeDelta = TimeDelta::hours(48);
/// How many days calls are counted for.
pub const DAYS_KEPT: i64 = 90;
/// How often what was noted is written.
pub const WRITTEN_EVERY: Duration = Duration::from_secs(1);
/// Rows of one statement: PostgreSQL takes 65,535 parameters.
const ROWS: usize = 5_000;

/// One request of a client, as it was answered.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = requests)]
pub struct Request {
    /// Its place in the log.
    pub id: Uuid,
    /// When it was answered.
    pub at: DateTime<Utc>,
    /// What its answer calls it.
    pub request_id: String,
    /// The method.
    pub method: String,
    /// The pattern of its address.
    pub route: String,
    /// The status.
    pub status: i16,
    /// The slug of the problem, if there was one.
    pub problem: Option<String>,
    /// How long it took.
    pub microseconds: i64,
}

/// How many calls ended alike on a day.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Calls {
    /// The day, in UTC.
    pub day: NaiveDate,
    /// The status.
    pub status: i16,
    /// The slug of the problem; empty without one.
    pub problem: String,
    /// How many.
    pub calls: i64,
}

type Client = (CollectivityId, ClientId);

/// What was noted and is not written yet.
#[derive(Debug, Default)]
struct Notes {
    requests: Vec<(Client, Request)>,
    /// In order: servers that write at the same time wait for each other's rows in the same order.
    calls: BTreeMap<(Uuid, Uuid, NaiveDate, i16, String), i64>,
}

/// Where workers note what clients call.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<Mutex<Notes>>);

impl Meter {
    /// Counts a request, and keeps it for the log if `logged`.
    pub fn note(&self, (tenant, client): Client, request: Request, logged: bool) {
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let problem = request.problem.clone().unwrap_or_default();
        let day = request.at.date_naive();
        let key = (tenant.0, client.0, day, request.status, problem);
        *notes.calls.entry(key).or_default() += 1;
        if logged && notes.requests.len() < MAX_NOTED {
            notes.requests.push(((tenant, client), request));
        }
    }

    /// Writes what was noted.
    ///
    /// # Errors
    /// When the database stands in the way: what was noted is counted again next time, and not
    /// logged.
    pub async fn write(&self, store: &Store) -> Result<(), StoreError> {
        let notes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if notes.calls.is_empty() {
            return Ok(());
        }
        let written = store.meter(async |tx| write(tx, &notes).await).await;
        // After `Unknown` it may have been written: counted twice would be worse than not at all.
        if let Err(error) = &written
            && !matches!(error, StoreError::Unknown)
        {
            let mut later = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for (key, more) in notes.calls {
                *later.calls.entry(key).or_default() += more;
            }
        }
        written
    }
}

async fn write(tx: &mut Tx, notes: &Notes) -> Result<(), StoreError> {
    for some in notes.requests.chunks(ROWS) {
        let rows: Vec<_> = some
            .iter()
            .map(|((tenant, client), it)| {
                (
                    requests::tenant_id.eq(tenant.0),
                    requests::client_id.eq(client.0),
                    requests::id.eq(it.id),
                    requests::at.eq(it.at),
                    requests::request_id.eq(&it.request_id),
                    requests::method.eq(&it.method),
                    requests::route.eq(&it.route),
                    requests::status.eq(it.status),
                    requests::problem.eq(&it.problem),
                    requests::microseconds.eq(it.microseconds),
                )
            })
            .collect();
        tx.db()
            .run(diesel::insert_into(requests::table).values(rows))
            .await?;
    }
    let rows: Vec<_> = notes
        .calls
        .iter()
        .map(|((tenant, client, day, status, problem), number)| {
            (
                calls::tenant_id.eq(*tenant),
                calls::client_id.eq(*client),
                calls::day.eq(*day),
                calls::status.eq(*status),
                calls::problem.eq(problem),
                calls::calls.eq(*number),
            )
        })
        .collect();
    for some in rows.chunks(ROWS) {
        let insert = diesel::insert_into(calls::table)
            .values(some.to_vec())
            .on_conflict((
                calls::tenant_id,
                calls::client_id,
                calls::day,
                calls::status,
                calls::problem,
            ))
            .do_update()
            .set(calls::calls.eq(calls::calls + excluded(calls::calls)));
        tx.db().run(insert).await?;
    }
    Ok(())
}

/// Forgets what is old.
///
/// # Errors
/// When the database stands in the way.
pub async fn forget_usage(store: &Store) -> Result<usize, StoreError> {
    let now = store.clock().now();
    let (moment, day) = (
        now - REQUESTS_KEPT,
        (now - TimeDelta::days(DAYS_KEPT)).date_naive(),
    );
    store
        .meter(async |tx| {
            let old = requests::table.filter(requests::at.lt(moment));
            let gone = tx.db().run(diesel::delete(old)).await?;
            let old = calls::table.filter(calls::day.lt(day));
            Ok(gone + tx.db().run(diesel::delete(old)).await?)
        })
        .await
}

/// What a client called, the newest day first; nothing if there is none.
///
/// # Errors
/// When the database stands in the way.
pub async fn usage(
    db: Db<'_>,
    tenant: CollectivityId,
    client: Option<ClientId>,
) -> Result<Vec<Calls>, StoreError> {
    let query = calls::table
        .filter(calls::tenant_id.eq(tenant.0))
        .filter(calls::client_id.nullable().eq(client.map(|it| it.0)))
        .order((calls::day.desc(), calls::status, calls::problem))
        .select((calls::day, calls::status, calls::problem, calls::calls));
    db.rows(query).await
}

/// The requests of a client, the newest first, only those that failed if `failed`; none if there is
/// none.
///
/// # Errors
/// When the database stands in the way.
pub async fn requests_of(
    db: Db<'_>,
    (tenant, client): (CollectivityId, Option<ClientId>),
    failed: bool,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Request>, StoreError> {
    let query = requests::table
        .filter(requests::tenant_id.eq(tenant.0))
        .filter(requests::client_id.nullable().eq(client.map(|it| it.0)))
        .filter(requests::id.lt(before.unwrap_or(Uuid::max())))
        .order(requests::id.desc())
        .limit(limit)
        .select(Request::as_select());
    match failed {
        true => db.list(query.filter(requests::unsuccessful)).await,
        false => db.list(query).await,
    }
}

//! Jobs: how they are kept, and the files that go into them and come of them.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Binary, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use maillage_domain::partners::{Asked, Asker, Ended, Job, JobFile, JobState, Progress};
use maillage_domain::value::{ClientId, CollectivityId, JobId, PersonId};
use uuid::Uuid;

use crate::error::StoreError;
use crate::schema::{job_files as files, jobs as table};
use crate::sql::query;
use crate::store::{Caller, Db, Keep, Tx};

query! {
    /// Keeps by what a client asked: its token, and whence it came.
    Credentials {
        tenant: Uuid as SqlUuid,
        id: Uuid as SqlUuid,
        kind: String as Text,
        person: Option<Uuid> as Nullable<SqlUuid>,
        client: Option<Uuid> as Nullable<SqlUuid>,
        token: Option<Vec<u8>> as Nullable<Binary>,
        scopes: Option<Vec<String>> as Nullable<Array<Text>>,
        address: Option<String> as Nullable<Text>,
        state: String as Text,
        input: serde_json::Value as Jsonb,
        total: Option<i64> as Nullable<BigInt>,
        asked_at: DateTime<Utc> as Timestamptz,
        expires_at: DateTime<Utc> as Timestamptz,
        revision: i64 as BigInt,
    } -> (Integer,)
    "insert into jobs (tenant_id, id, kind, person_id, client_id, token, scopes, address, state, \
        input, cursor, done, total, asked_at, expires_at, revision) \
     values (?, ?, ?, ?, ?, ?, ?, ?::inet, ?, ?, 0, 0, ?, ?, ?, ?)"
}

/// The role of a piece of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What goes into the job.
    Input,
    /// What comes of it.
    Result,
}

impl Role {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Result => "result",
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = crate::schema::jobs)]
pub(super) struct Row {
    tenant_id: Uuid,
    id: Uuid,
    kind: String,
    person_id: Option<Uuid>,
    client_id: Option<Uuid>,
    state: String,
    input: serde_json::Value,
    cursor: i64,
    done: i64,
    total: Option<i64>,
    report: Option<serde_json::Value>,
    file: Option<serde_json::Value>,
    reason: Option<String>,
    asked_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
    revision: i64,
}

pub(super) fn asker(person: Option<Uuid>, client: Option<Uuid>) -> Result<Asker, StoreError> {
    let client = client.map(|id| Asker::Client(ClientId(id)));
    let asker = client.or(person.map(|id| Asker::Person(PersonId(id))));
    asker.ok_or_else(|| StoreError::corrupt("a job nobody has asked for"))
}

impl Row {
    pub(super) fn read(self) -> Result<Job, StoreError> {
        let file = self.file.map(serde_json::from_value::<JobFile>).transpose();
        let failure = self.reason.map(|reason| reason.parse()).transpose();
        Ok(Job {
            id: JobId(self.id),
            collectivity: CollectivityId(self.tenant_id),
            kind: self.kind.parse().map_err(StoreError::corrupt)?,
            asker: asker(self.person_id, self.client_id)?,
            state: self.state.parse().map_err(StoreError::corrupt)?,
            input: self.input,
            cursor: self.cursor,
            progress: Progress {
                done: self.done,
                total: self.total,
            },
            report: self.report,
            file: file.map_err(StoreError::corrupt)?,
            failure: failure.map_err(StoreError::corrupt)?,
            asked_at: self.asked_at,
            started_at: self.started_at,
            ended_at: self.ended_at,
            expires_at: self.expires_at,
            revision: self.revision,
        })
    }
}

/// The jobs that the caller has asked for, the newest first.
///
/// # Errors
/// When the database stands in the way.
pub async fn jobs(
    db: Db<'_>,
    tenant: CollectivityId,
    caller: &Caller,
    before: Option<JobId>,
    limit: i64,
) -> Result<Vec<Job>, StoreError> {
    let (person, client) = names(caller);
    let query = table::table
        .filter(table::tenant_id.eq(tenant.0))
        .filter(table::person_id.is_not_distinct_from(person))
        .filter(table::client_id.is_not_distinct_from(client))
        .filter(table::id.lt(before.map_or(Uuid::max(), |id| id.0)))
        .order(table::id.desc())
        .limit(limit)
        .select(Row::as_select());
    let rows: Vec<Row> = db.list(query).await?;
    rows.into_iter().map(Row::read).collect()
}

fn names(caller: &Caller) -> (Option<Uuid>, Option<Uuid>) {
    match caller {
        Caller::Person(it) => (Some(it.person.0), None),
        Caller::Client(it) => (None, Some(it.client.0)),
    }
}

/// One job that the caller has asked for.
///
/// # Errors
/// `Missing` when there is none.
pub async fn job(db: Db<'_>, tenant: CollectivityId, id: JobId) -> Result<Job, StoreError> {
    let query = table::table.find((tenant.0, id.0)).select(Row::as_select());
    let row: Option<Row> = db.row(query).await?;
    row.ok_or(StoreError::Missing)?.read()
}

/// The same, locked until the end of the transaction.
///
/// # Errors
/// `Missing` when there is none.
pub async fn job_to_change(tx: &Tx, tenant: CollectivityId, id: JobId) -> Result<Job, StoreError> {
    let query = table::table
        .find((tenant.0, id.0))
        .select(Row::as_select())
        .for_update();
    let row: Option<Row> = tx.db().row(query).await?;
    row.ok_or(StoreError::Missing)?.read()
}

/// How many jobs of the caller have not ended; nobody asks for another in their name until COMMIT.
///
/// # Errors
/// When the database stands in the way.
pub async fn open_jobs(tx: &Tx, tenant: CollectivityId) -> Result<i64, StoreError> {
    let asker = tx.caller().ok_or(StoreError::NotEntered)?;
    tx.db().alone(format!("asking for jobs as {asker}")).await?;
    let open = [JobState::Queued.as_str(), JobState::Running.as_str()];
    let query = table::table
        .filter(table::tenant_id.eq(tenant.0))
        .filter(table::person_id.eq(asker).or(table::client_id.eq(asker)))
        .filter(table::state.eq_any(open))
        .select(diesel::dsl::count_star());
    Ok(tx.db().row(query).await?.unwrap_or_default())
}

/// Adds a piece to a file of a job.
///
/// # Errors
/// When the database stands in the way, or the piece is larger than 8 MiB.
pub async fn add_piece(
    tx: &Tx,
    job: &Job,
    role: Role,
    number: i64,
    bytes: Vec<u8>,
) -> Result<(), StoreError> {
    let insert = diesel::insert_into(files::table).values((
        files::tenant_id.eq(job.collectivity.0),
        files::job_id.eq(job.id.0),
        files::role.eq(role.as_str()),
        files::number.eq(number),
        files::bytes.eq(bytes),
    ));
    tx.db().run_one(insert).await
}

/// A piece of a file of a job.
///
/// # Errors
/// `Missing` when there is none.
pub async fn piece(
    db: Db<'_>,
    (tenant, id): (CollectivityId, JobId),
    role: Role,
    number: i64,
) -> Result<Vec<u8>, StoreError> {
    let query = files::table
        .find((tenant.0, id.0, role.as_str(), number))
        .select(files::bytes);
    db.row(query).await?.ok_or(StoreError::Missing)
}

/// A job that was just asked for, with what its asker presented.
pub struct Presented(pub Asked, pub Caller);

/// Keeps a job that `caller` has asked for.
///
/// # Errors
/// When the database stands in the way.
pub async fn ask(
    tx: &mut Tx,
    asked: maillage_domain::outcome::Outcome<Asked>,
    caller: &Caller,
) -> Result<Job, StoreError> {
    let presented = asked.map(|asked| Presented(asked, *caller));
    let Presented(Asked(job), _) = tx.save(presented).await?;
    Ok(job)
}

impl Keep for Presented {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let Self(Asked(job), caller) = self;
        let (person, client) = names(caller);
        let bearer = match caller {
            Caller::Client(bearer) => Some(bearer),
            Caller::Person(_) => None,
        };
        let address = bearer.and_then(|it| it.address);
        let insert = Credentials {
            tenant: job.collectivity.0,
            id: job.id.0,
            kind: job.kind.as_str().to_owned(),
            person,
            client,
            token: bearer.map(|it| it.token.as_bytes().to_vec()),
            scopes: bearer.map(|it| it.scopes.slugs()),
            address: address.map(|it: IpAddr| it.to_canonical().to_string()),
            state: job.state.as_str().to_owned(),
            input: job.input.clone(),
            total: job.progress.total,
            asked_at: job.asked_at,
            expires_at: job.expires_at,
            revision: job.revision,
        };
        tx.db().run_one(insert).await
    }
}

impl Keep for Ended {
    /// Whoever was faster has ended it: it does not end twice.
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let job = &self.0;
        let file = job.file.as_ref().map(serde_json::to_value).transpose();
        let key = (job.collectivity.0, job.id.0);
        let open = [JobState::Queued.as_str(), JobState::Running.as_str()];
        let update =
            diesel::update(table::table.find(key).filter(table::state.eq_any(open))).set((
                table::state.eq(job.state.as_str()),
                table::report.eq(job.report.clone()),
                table::file.eq(file.map_err(StoreError::corrupt)?),
                table::reason.eq(job.failure.map(|failure| failure.as_str())),
                table::ended_at.eq(job.ended_at),
                table::expires_at.eq(job.expires_at),
                table::revision.eq(job.revision),
                table::lease_holder.eq(None::<Uuid>),
                table::lease_until.eq(None::<DateTime<Utc>>),
            ));
        tx.db().run_one(update).await?;
        let input = files::table
            .filter(files::tenant_id.eq(key.0))
            .filter(files::job_id.eq(key.1))
            .filter(files::role.eq(Role::Input.as_str()));
        tx.db().run(diesel::delete(input)).await.map(|_| ())
    }

    fn tenant(&self) -> Option<CollectivityId> {
        Some(self.0.collectivity)
    }
}

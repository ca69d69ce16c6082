//! Trials and their journals: their owner's only.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Binary, Date, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use maillage_domain::evaluation::trial::{
    Entry, Grounds, Impacts, ImpactsWritten, Noted, ProtocolVersion, Stepped, Trial,
};
use maillage_domain::value::{CollectivityId, Digest, PersonId, ResourceId};
use uuid::Uuid;

use crate::error::StoreError;
use crate::schema::{trial_entries, trials as table};
use crate::sql::query;
use crate::store::{Db, Keep, Tx};

query! {
    /// The trial of an experiment of the caller, as far as there is one, with the protocol that it
    /// follows or would follow and the indicators that have a result.
    OneTrial { id: Uuid as SqlUuid } -> (
        SqlUuid, Nullable<Text>, Nullable<Jsonb>, Nullable<Integer>, Nullable<Integer>,
        Nullable<Binary>, Nullable<SqlUuid>, Nullable<Jsonb>, Nullable<Date>, Nullable<BigInt>,
        Nullable<Integer>, Nullable<Binary>, Nullable<Jsonb>, Array<Text>,
    )
    "select r.tenant_id, t.state, t.qualification, t.authorised_version, t.protocol_version, \
        t.protocol_digest, t.prepared_by, t.impacts, t.next_review, t.revision, v.number, \
        v.digest, v.body, \
        array(select s.indicator_id from results s \
            where s.tenant_id = r.tenant_id and s.resource_id = r.id \
                and s.report -> 'figures' ->> 'type' <> 'contrast') \
     from resources r \
     left join trials t on t.tenant_id = r.tenant_id and t.resource_id = r.id \
     left join versions v on v.tenant_id = r.tenant_id and v.resource_id = r.id \
        and v.number = coalesce(t.protocol_version, r.head_number) \
     where r.tenant_id = (select ctx_tenant()) and r.kind = 'experiment' and r.id = ?"
}

query! {
    /// Locks an experiment of the caller: its trial may not be there yet.
    LockExperiment { id: Uuid as SqlUuid } -> (SqlUuid,)
    "select id from resources where tenant_id = (select ctx_tenant()) and id = ? for update"
}

query! {
    /// The journal of a trial, newest first.
    Journal { id: Uuid as SqlUuid, before: i64 as BigInt, limit: i64 as BigInt } -> (
        BigInt, Jsonb, Date, Text, SqlUuid, Timestamptz,
    )
    "select number, kind, day, text, written_by, at from trial_entries \
     where tenant_id = (select ctx_tenant()) and resource_id = ? and number < ? \
     order by number desc limit ?"
}

/// The digest that these bytes are.
pub(super) fn digest(bytes: &[u8]) -> Result<Digest, StoreError> {
    Digest::from_bytes(bytes).map_err(StoreError::corrupt)
}

fn protocol(
    version: Option<i32>,
    bytes: Option<Vec<u8>>,
) -> Result<Option<ProtocolVersion>, StoreError> {
    let (Some(version), Some(bytes)) = (version, bytes) else {
        return Ok(None);
    };
    let digest = digest(&bytes)?;
    Ok(Some(ProtocolVersion { version, digest }))
}

/// The trial of an experiment of the caller, and what its next step is judged against. One of which
/// nobody has taken a step is an idea.
///
/// # Errors
/// `Missing` when the experiment is not the caller's.
pub async fn trial(db: Db<'_>, id: ResourceId) -> Result<(Trial, Grounds), StoreError> {
    type Row = (
        Uuid,
        Option<String>,
        Option<serde_json::Value>,
        Option<i32>,
        Option<i32>,
        Option<Vec<u8>>,
        Option<Uuid>,
        Option<serde_json::Value>,
        Option<NaiveDate>,
        Option<i64>,
        Option<i32>,
        Option<Vec<u8>>,
        Option<serde_json::Value>,
        Vec<String>,
    );
    let found: Option<Row> = db.row(OneTrial { id: id.0 }).await?;
    let (
        tenant,
        state,
        found_out,
        authorised,
        version,
        bytes,
        prepared,
        impacts,
        next_review,
        revision,
        newest,
        says,
        body,
        reported,
    ) = found.ok_or(StoreError::Missing)?;
    let idea = Trial::idea(CollectivityId(tenant), id);
    let trial = match (state, impacts, revision) {
        (Some(state), Some(impacts), Some(revision)) => Trial {
            state: serde_json::from_value(state.into()).map_err(StoreError::corrupt)?,
            qualification: found_out
                .map(serde_json::from_value)
                .transpose()
                .map_err(StoreError::corrupt)?,
            authorised,
            protocol: protocol(version, bytes)?,
            prepared_by: prepared.map(PersonId),
            impacts: serde_json::from_value::<Impacts>(impacts).map_err(StoreError::corrupt)?,
            next_review,
            revision,
            ..idea
        },
        _ => idea,
    };
    let newest = protocol(newest, says)?;
    let body = body.map(serde_json::from_value).transpose();
    let body = body.map_err(StoreError::corrupt)?;
    let reported = reported.iter().map(|id| id.parse());
    Ok((
        trial,
        Grounds {
            protocol: newest.zip(body),
            reported: reported
                .collect::<Result<_, _>>()
                .map_err(StoreError::corrupt)?,
        },
    ))
}

/// The same for a change: the experiment is locked until the end of the transaction.
///
/// # Errors
/// `Missing` when the experiment is not the caller's.
pub async fn trial_for_update(tx: &Tx, id: ResourceId) -> Result<(Trial, Grounds), StoreError> {
    let _locked: Option<(Uuid,)> = tx.db().row(LockExperiment { id: id.0 }).await?;
    trial(tx.db(), id).await
}

/// The journal of a trial of the caller, newest first.
///
/// # Errors
/// When the database stands in the way.
pub async fn journal(
    db: Db<'_>,
    id: ResourceId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    let list = Journal {
        id: id.0,
        before: before.unwrap_or(i64::MAX),
        limit,
    };
    type Row = (
        i64,
        serde_json::Value,
        NaiveDate,
        String,
        Uuid,
        DateTime<Utc>,
    );
    let rows: Vec<Row> = db.list(list).await?;
    let entry = |(number, kind, on, text, by, at): Row| {
        Ok(Entry {
            number,
            kind: serde_json::from_value(kind).map_err(StoreError::corrupt)?,
            on,
            text: text.try_into().map_err(StoreError::corrupt)?,
            by: PersonId(by),
            at,
        })
    };
    rows.into_iter().map(entry).collect()
}

async fn keep_trial(tx: &Tx, trial: &Trial) -> Result<(), StoreError> {
    let qualification = trial.qualification.as_ref().map(serde_json::to_value);
    let changes = (
        table::state.eq(trial.state.as_str()),
        table::qualification.eq(qualification.transpose().map_err(StoreError::corrupt)?),
        table::authorised_version.eq(trial.authorised),
        table::protocol_version.eq(trial.protocol.map(|it| it.version)),
        table::protocol_digest.eq(trial.protocol.map(|it| it.digest.as_bytes().to_vec())),
        table::prepared_by.eq(trial.prepared_by.map(|it| it.0)),
        table::impacts.eq(serde_json::to_value(&trial.impacts).map_err(StoreError::corrupt)?),
        table::next_review.eq(trial.next_review),
        table::revision.eq(trial.revision),
    );
    let key = (trial.collectivity.0, trial.resource.0);
    if trial.revision > 1 {
        let update = diesel::update(table::table.find(key)).set(changes);
        return tx.db().run_one(update).await;
    }
    let key = (
        table::tenant_id.eq(trial.collectivity.0),
        table::resource_id.eq(trial.resource.0),
    );
    let insert = diesel::insert_into(table::table).values((key, changes));
    tx.db().run_one(insert).await
}

async fn keep_entry(tx: &Tx, trial: &Trial, entry: &Entry) -> Result<(), StoreError> {
    let insert = diesel::insert_into(trial_entries::table).values((
        trial_entries::tenant_id.eq(trial.collectivity.0),
        trial_entries::resource_id.eq(trial.resource.0),
        trial_entries::number.eq(entry.number),
        trial_entries::kind.eq(serde_json::to_value(&entry.kind).map_err(StoreError::corrupt)?),
        trial_entries::day.eq(entry.on),
        trial_entries::text.eq(entry.text.as_str().to_owned()),
        trial_entries::written_by.eq(entry.by.0),
        trial_entries::at.eq(entry.at),
    ));
    tx.db().run_one(insert).await
}

impl Keep for Stepped {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        keep_trial(tx, &self.trial).await?;
        keep_entry(tx, &self.trial, &self.entry).await
    }
}

impl Keep for Noted {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        keep_trial(tx, &self.trial).await?;
        keep_entry(tx, &self.trial, &self.entry).await
    }
}

impl Keep for ImpactsWritten {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        keep_trial(tx, &self.0).await
    }
}

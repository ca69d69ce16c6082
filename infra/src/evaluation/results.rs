//! Results of the caller's own trials.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    BigInt, Binary, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use maillage_domain::evaluation::trial::ProtocolVersion;
use maillage_domain::evaluation::{Recorded, ResultShared, Sharing, TrialResult, comparison_key};
use maillage_domain::value::{ClauseId, CollectivityId, Digest, PersonId, ResourceId, ResultId};
use uuid::Uuid;

use super::trials::digest;
use crate::error::StoreError;
use crate::schema::{results as table, shown_figures};
use crate::sql::query;
use crate::store::{Db, Keep, Tx};

query! {
    /// The results of the caller: of one experiment, of one indicator, of one use case, or all.
    OwnResults {
        resource: Option<Uuid> as Nullable<SqlUuid>,
        indicator: Option<String> as Nullable<Text>,
        use_case: Option<String> as Nullable<Text>,
        code: Option<String> as Nullable<Text>,
    } -> (
        SqlUuid, SqlUuid, SqlUuid, Integer, Binary, Text, Jsonb, Jsonb, Nullable<Text>, BigInt,
        BigInt, SqlUuid, Timestamptz,
    )
    "select s.id, s.tenant_id, s.resource_id, s.protocol_version, s.protocol_digest, s.use_case, \
        s.indicator, s.report, s.sharing, s.revision, s.figures_revision, s.recorded_by, \
        s.recorded_at from results s \
     where s.tenant_id = (select ctx_tenant()) and s.resource_id = coalesce(?, s.resource_id) \
        and s.indicator_id = coalesce(?, s.indicator_id) \
        and s.use_case = coalesce(?, s.use_case) and s.code = coalesce(?, s.code) \
     order by s.resource_id, s.indicator_id"
}

type Row = (
    Uuid,
    Uuid,
    Uuid,
    i32,
    Vec<u8>,
    String,
    serde_json::Value,
    serde_json::Value,
    Option<String>,
    i64,
    i64,
    Uuid,
    DateTime<Utc>,
);

fn kept(row: Row) -> Result<TrialResult, StoreError> {
    let (
        result,
        tenant,
        id,
        version,
        bytes,
        use_case,
        indicator,
        report,
        sharing,
        revision,
        figures_revision,
        by,
        at,
    ) = row;
    let sharing = sharing.map(|it| serde_json::from_value::<Sharing>(it.into()));
    Ok(TrialResult {
        id: ResultId(result),
        collectivity: CollectivityId(tenant),
        resource: ResourceId(id),
        protocol: ProtocolVersion {
            version,
            digest: digest(&bytes)?,
        },
        use_case: use_case.parse().map_err(StoreError::corrupt)?,
        indicator: serde_json::from_value(indicator).map_err(StoreError::corrupt)?,
        report: serde_json::from_value(report).map_err(StoreError::corrupt)?,
        sharing: sharing.transpose().map_err(StoreError::corrupt)?,
        revision,
        figures_revision,
        recorded_by: PersonId(by),
        recorded_at: at,
    })
}

/// The results of an experiment of the caller, by indicator.
///
/// # Errors
/// When the database stands in the way.
pub async fn results(db: Db<'_>, id: ResourceId) -> Result<Vec<TrialResult>, StoreError> {
    let asked = OwnResults {
        resource: Some(id.0),
        indicator: None,
        use_case: None,
        code: None,
    };
    let rows: Vec<Row> = db.rows(asked).await?;
    rows.into_iter().map(kept).collect()
}

/// The result of one indicator.
///
/// # Errors
/// When the database stands in the way.
pub async fn result(
    db: Db<'_>,
    id: ResourceId,
    indicator: &ClauseId,
) -> Result<Option<TrialResult>, StoreError> {
    let asked = OwnResults {
        resource: Some(id.0),
        indicator: Some(indicator.as_str().to_owned()),
        use_case: None,
        code: None,
    };
    let row: Option<Row> = db.row(asked).await?;
    row.map(kept).transpose()
}

/// The results of the caller of a use case and an indicator.
pub(super) async fn own(
    db: Db<'_>,
    (use_case, code): (&str, &str),
) -> Result<Vec<TrialResult>, StoreError> {
    let asked = OwnResults {
        resource: None,
        indicator: None,
        use_case: Some(use_case.to_owned()),
        code: Some(code.to_owned()),
    };
    let rows: Vec<Row> = db.rows(asked).await?;
    rows.into_iter().map(kept).collect()
}

/// How sharing is written.
fn sharing(it: Sharing) -> &'static str {
    match it {
        Sharing::Open => "open",
        Sharing::Pseudonymous => "pseudonymous",
        Sharing::AggregateOnly => "aggregate_only",
    }
}

/// Remembers that others see these figures, for as long as there are releases to compare them with.
async fn remember_shown(tx: &Tx, it: &TrialResult, question: Digest) -> Result<(), StoreError> {
    let row = (
        shown_figures::tenant_id.eq(it.collectivity.0),
        shown_figures::question.eq(question.as_bytes().to_vec()),
        shown_figures::result_id.eq(it.id.0),
        shown_figures::revision.eq(it.figures_revision),
    );
    let insert = diesel::insert_into(shown_figures::table).values(row);
    tx.db().run(insert.on_conflict_do_nothing()).await?;
    Ok(())
}

async fn keep(tx: &Tx, it: &TrialResult) -> Result<(), StoreError> {
    let question = comparison_key(&it.use_case, &it.indicator);
    if it.is_shown() {
        remember_shown(tx, it, question).await?;
    }
    let changes = (
        table::protocol_version.eq(it.protocol.version),
        table::protocol_digest.eq(it.protocol.digest.as_bytes().to_vec()),
        table::use_case.eq(it.use_case.as_str().to_owned()),
        table::code.eq(it.indicator.code.as_str().to_owned()),
        table::question.eq(question.as_bytes().to_vec()),
        table::indicator.eq(serde_json::to_value(&it.indicator).map_err(StoreError::corrupt)?),
        table::report.eq(serde_json::to_value(&it.report).map_err(StoreError::corrupt)?),
        table::sharing.eq(it.sharing.map(sharing)),
        table::revision.eq(it.revision),
        table::figures_revision.eq(it.figures_revision),
        table::recorded_by.eq(it.recorded_by.0),
        table::recorded_at.eq(it.recorded_at),
    );
    let id = it.indicator.id.as_str().to_owned();
    if it.revision > 1 {
        let row = table::table.find((it.collectivity.0, it.resource.0, id));
        return tx.db().run_one(diesel::update(row).set(changes)).await;
    }
    let key = (
        table::tenant_id.eq(it.collectivity.0),
        table::resource_id.eq(it.resource.0),
        table::indicator_id.eq(id),
        table::id.eq(it.id.0),
    );
    let insert = diesel::insert_into(table::table).values((key, changes));
    tx.db().run_one(insert).await
}

impl Keep for Recorded {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        keep(tx, &self.0).await
    }
}

impl Keep for ResultShared {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        keep(tx, &self.0).await
    }
}

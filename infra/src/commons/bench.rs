//! A workbench as a query gives it: the draft or else the newest version, what was taken in from the
//! source, and the reasons for departing from it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Jsonb, Nullable, Timestamptz};
use maillage_domain::commons::{Draft, Imposed, Kind, Workbench};

use super::seen::{SeenRow, body};
use crate::error::StoreError;

/// Columns of a workbench, joined by `bench_joins!`.
macro_rules! bench_columns {
    () => {
        "d.body, d.revision, d.written_at, h.body, b.body, \
         (select jsonb_object_agg(j.clause_id, jsonb_build_object('text', j.reason, \
                'revision', j.revision, 'written_by', j.written_by, 'written_at', j.written_at)) \
            from deviations j where j.tenant_id = r.tenant_id and j.resource_id = r.id)"
    };
}
pub(super) use bench_columns;

/// What `bench_columns!` reads, beside the resource `r`.
macro_rules! bench_joins {
    () => {
        "left join drafts d on d.tenant_id = r.tenant_id and d.resource_id = r.id \
         left join versions h on h.tenant_id = r.tenant_id and h.resource_id = r.id \
            and h.number = r.head_number and d.body is null \
         left join bases b on b.tenant_id = r.tenant_id and b.resource_id = r.id \
            and b.source_resource_id = r.source_resource_id and b.version = r.taken_version"
    };
}
pub(super) use bench_joins;

/// SQL types of `bench_columns!`.
pub(super) type BenchSql = (
    Nullable<Jsonb>,
    Nullable<BigInt>,
    Nullable<Timestamptz>,
    Nullable<Jsonb>,
    Nullable<Jsonb>,
    Nullable<Jsonb>,
);

/// A row of `bench_columns!`.
pub(super) type BenchRow = (
    Option<serde_json::Value>,
    Option<i64>,
    Option<DateTime<Utc>>,
    Option<serde_json::Value>,
    Option<serde_json::Value>,
    Option<serde_json::Value>,
);

/// The workbench that a query has found.
pub(super) fn bench<K: Kind>(seen: SeenRow, row: BenchRow) -> Result<Workbench<K>, StoreError> {
    let (json, revision, written_at, published, base, reasons) = row;
    let draft = match (json, revision, written_at) {
        (Some(json), Some(revision), Some(written_at)) => Some(Draft {
            body: body::<K>(json)?,
            revision,
            written_at,
        }),
        _ => None,
    };
    let reasons = reasons.map(serde_json::from_value).transpose();
    let resource = seen.seen::<K>()?.resource;
    // Whatever was taken in imposes something: without its text nothing could be checked.
    if resource.taken.is_some() && base.is_none() {
        return Err(StoreError::corrupt("what was taken in is not there"));
    }
    Ok(Workbench {
        resource,
        draft,
        published: published.map(body::<K>).transpose()?,
        imposed: Imposed {
            base: base.map(body::<K>).transpose()?,
            reasons: reasons
                .map_err(StoreError::corrupt)?
                .unwrap_or_else(BTreeMap::new),
        },
    })
}

//! Two texts of one resource, to be compared.

use diesel::sql_types::{Bool, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use maillage_domain::commons::Kind;
use maillage_domain::value::ResourceId;
use uuid::Uuid;

use super::seen::{Seen, SeenRow, SeenSql, best_share, body, seen_columns};
use crate::error::StoreError;
use crate::sql::query;
use crate::store::Db;

/// One of the texts that a resource has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// What was published under this number.
    Version(i32),
    /// What was published last.
    Latest,
    /// What is being written.
    Draft,
    /// What the source said when it was taken in last.
    Source,
}

/// The text of `r` that the row `asked` asks for.
macro_rules! one_text {
    ($asked:literal) => {
        concat!(
            "case when ",
            $asked,
            ".draft then (select d.body from drafts d \
                where d.tenant_id = r.tenant_id and d.resource_id = r.id) \
             when ",
            $asked,
            ".source then (select b.body from bases b \
                where b.tenant_id = r.tenant_id and b.resource_id = r.id \
                    and b.source_resource_id = r.source_resource_id \
                    and b.version = r.taken_version) \
             else (select v.body from versions v \
                where v.tenant_id = r.tenant_id and v.resource_id = r.id \
                    and v.number = case when ",
            $asked,
            ".latest then r.head_number \
                        else ",
            $asked,
            ".number end) end"
        )
    };
}

query! {
    /// A resource with two of its texts: a version, the draft or what was taken in, for each.
    Two {
        number: Option<i32> as Nullable<Integer>,
        latest: bool as Bool,
        draft: bool as Bool,
        source: bool as Bool,
        other_number: Option<i32> as Nullable<Integer>,
        other_latest: bool as Bool,
        other_draft: bool as Bool,
        other_source: bool as Bool,
        id: Uuid as SqlUuid,
        kind: String as Text,
    } -> (SeenSql, Nullable<Jsonb>, Nullable<Jsonb>)
    concat!(
        "with asked as (select ?::integer as number, ?::boolean as latest, ?::boolean as draft, \
                ?::boolean as source), \
            other as (select ?::integer as number, ?::boolean as latest, ?::boolean as draft, \
                ?::boolean as source) \
         select ", seen_columns!(), ", ", one_text!("asked"), ", ", one_text!("other"), " \
         from resources r join collectivities c on c.id = r.tenant_id ", best_share!(), " \
         cross join asked cross join other \
         where r.id = ? and r.kind = ? and s.level is not null"
    )
}

/// A resource and two of its texts, as far as there are such.
pub type Texts<K> = (
    Seen<K>,
    Option<<K as Kind>::Body>,
    Option<<K as Kind>::Body>,
);

/// A resource with two of its texts. Draft and source are its owner's only.
///
/// # Errors
/// `Missing` when there is no such resource that the caller may see.
pub async fn texts<K: Kind>(
    db: Db<'_>,
    id: ResourceId,
    one: Which,
    other: Which,
) -> Result<Texts<K>, StoreError> {
    let number = |which| match which {
        Which::Version(number) => Some(number),
        _ => None,
    };
    let two = Two {
        number: number(one),
        latest: one == Which::Latest,
        draft: one == Which::Draft,
        source: one == Which::Source,
        other_number: number(other),
        other_latest: other == Which::Latest,
        other_draft: other == Which::Draft,
        other_source: other == Which::Source,
        id: id.0,
        kind: K::NAME.to_string(),
    };
    type Row = (
        SeenRow,
        Option<serde_json::Value>,
        Option<serde_json::Value>,
    );
    let found: Option<Row> = db.row(two).await?;
    let (row, one, other) = found.ok_or(StoreError::Missing)?;
    Ok((
        row.seen()?,
        one.map(body::<K>).transpose()?,
        other.map(body::<K>).transpose()?,
    ))
}

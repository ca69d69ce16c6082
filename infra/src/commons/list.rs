//! The newest resources of a kind, driven from the caller's audiences.
//!
//! Each audience contributes its newest rows from the index `shares_newest`, and those are merged:
//! the cost grows with the number of audiences, not of tenants or resources. A list that relies on
//! the policies instead collapses at 36,000 tenants (measured).

use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use maillage_domain::commons::{Kind, KindName, ResourceState};
use maillage_domain::value::{CollectivityId, ResourceId};
use uuid::Uuid;

use super::seen::{Seen, SeenRow, SeenSql, seen_columns};
use crate::error::StoreError;
use crate::sql::{Wording, query};
use crate::store::Db;

/// Which page of which list.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Only this state.
    pub state: Option<ResourceState>,
    /// Only this owner.
    pub owner: Option<CollectivityId>,
    /// Only with this tag.
    pub tag: Option<String>,
    /// Only what changed at this moment or later.
    pub updated_since: Option<DateTime<Utc>>,
    /// Where to go on from, exclusive.
    pub from: Option<(DateTime<Utc>, ResourceId)>,
    /// Towards newer ones instead of older ones.
    pub backwards: bool,
    /// How many at most.
    pub limit: i64,
}

/// One resource of a list.
pub type Listed<K> = Seen<K>;

/// The text of the list, in one direction.
///
/// `offset 0` keeps the walk along the index apart from the filters: their price, put on the walk,
/// makes the planner fetch all that an audience sees and sort it (12 times slower with 10,000
/// public resources).
macro_rules! newest_text {
    ($compare:literal, $order:literal) => {
        concat!(
            "with asked as (select ?::text as kind, ?::boolean as filtered, ?::text as state, \
                ?::uuid as owner, ?::text as tag, \
                coalesce(?::timestamptz, '-infinity') as since, \
                ?::timestamptz as at, ?::uuid as id, ?::bigint as most) \
             select ", seen_columns!(), " from ( \
                select k.listed_at, k.tenant_id, k.resource_id, max(k.level) as level \
                from asked, unnest((select ctx_audiences())::uuid[]) a (id) cross join lateral ( \
                    select w.listed_at, w.tenant_id, w.resource_id, w.level from ( \
                        select x.listed_at, x.tenant_id, x.resource_id, x.level, x.expires_at \
                        from shares x where x.audience_id = a.id and x.kind = asked.kind \
                            and x.listed_at is not null and x.listed_at >= asked.since \
                            and (x.listed_at, x.resource_id) ", $compare, " (asked.at, asked.id) \
                        order by x.listed_at ", $order, ", x.resource_id ", $order, " offset 0) w \
                    where (w.expires_at is null or w.expires_at > now()) \
                        and (a.id = (select ctx_tenant()) \
                            or w.tenant_id <> (select ctx_tenant())) \
                        and (asked.owner is null or w.tenant_id = asked.owner) \
                        and (not asked.filtered or exists (select from resources f \
                            where f.tenant_id = w.tenant_id and f.id = w.resource_id \
                                and (asked.state is null or f.state = asked.state) \
                                and (asked.tag is null or asked.tag = any (f.tags)))) \
                    order by w.listed_at ", $order, ", w.resource_id ", $order, " \
                    limit (select most from asked)) k \
                group by 1, 2, 3 order by 1 ", $order, ", 3 ", $order, " \
                limit (select most from asked)) s \
             join resources r on r.tenant_id = s.tenant_id and r.id = s.resource_id \
             join collectivities c on c.id = r.tenant_id \
             order by s.listed_at ", $order, ", r.id ", $order
        )
    };
}

/// Towards older ones.
#[derive(Clone, Debug)]
enum Older {}

impl Wording for Older {
    const TEXT: &'static str = newest_text!("<", "desc");
}

/// Towards newer ones.
#[derive(Clone, Debug)]
enum Newer {}

impl Wording for Newer {
    const TEXT: &'static str = newest_text!(">", "asc");
}

query! {
    /// A page, in one direction.
    Newest<W> {
        kind: String as Text,
        filtered: bool as Bool,
        state: Option<String> as Nullable<Text>,
        owner: Option<Uuid> as Nullable<SqlUuid>,
        tag: Option<String> as Nullable<Text>,
        since: Option<DateTime<Utc>> as Nullable<Timestamptz>,
        at: DateTime<Utc> as Timestamptz,
        id: Uuid as SqlUuid,
        limit: i64 as BigInt,
    } -> (SeenSql,)
}

/// Later than anything that is kept.
const END: DateTime<Utc> = DateTime::<Utc>::from_timestamp_nanos(i64::MAX);

/// A page of the resources of kind `K` that the caller may see, newest first.
///
/// # Errors
/// When the database stands in the way.
pub async fn newest<K: Kind>(db: Db<'_>, page: &Page) -> Result<Vec<Listed<K>>, StoreError> {
    let rows: Vec<(SeenRow,)> = if page.backwards {
        let mut rows = db.list(ask::<Newer>(K::NAME, page)).await?;
        rows.reverse();
        rows
    } else {
        db.list(ask::<Older>(K::NAME, page)).await?
    };
    rows.into_iter().map(|(row,)| row.seen()).collect()
}

fn ask<W>(kind: KindName, page: &Page) -> Newest<W> {
    let (at, id) = page.from.map_or((END, Uuid::max()), |(at, id)| (at, id.0));
    Newest {
        kind: kind.to_string(),
        filtered: page.state.is_some() || page.tag.is_some(),
        state: page
            .state
            .map(|state| super::write::state(state).to_owned()),
        owner: page.owner.map(|owner| owner.0),
        tag: page.tag.clone(),
        since: page.updated_since,
        at,
        id,
        limit: page.limit,
        wording: PhantomData,
    }
}

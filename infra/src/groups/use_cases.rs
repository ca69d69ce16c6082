//! Use cases of groups: what those who take part add to the catalogue.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid};
use maillage_domain::groups::GroupUseCase;
use maillage_domain::value::{CollectivityId, GroupId};
use uuid::Uuid;

use crate::error::StoreError;
use crate::schema::group_use_cases as table;
use crate::sql::query;
use crate::store::{Db, Keep, Tx};

query! {
    /// Use cases of the groups that the caller takes part in, or of one of them, by code.
    OfGroups { group: Option<Uuid> as Nullable<SqlUuid> } -> (SqlUuid, SqlUuid, Text, Text, Timestamptz)
    "select tenant_id, group_id, code, name, added_at from group_use_cases \
     where group_id = coalesce(?, group_id) order by code"
}

query! {
    /// What the caller's groups call a use case.
    Called { code: String as Text } -> (Text,)
    "select name from group_use_cases where code = ? limit 1"
}

async fn of_groups(db: Db<'_>, group: Option<Uuid>) -> Result<Vec<GroupUseCase>, StoreError> {
    type Row = (Uuid, Uuid, String, String, DateTime<Utc>);
    let rows: Vec<Row> = db.rows(OfGroups { group }).await?;
    let use_case = |(tenant, group, code, name, at): Row| {
        Ok(GroupUseCase {
            group: GroupId(group),
            code: code.parse().map_err(StoreError::corrupt)?,
            name: name.try_into().map_err(StoreError::corrupt)?,
            added_by: CollectivityId(tenant),
            added_at: at,
        })
    };
    rows.into_iter().map(use_case).collect()
}

/// The use cases of a group that the caller takes part in.
///
/// # Errors
/// When the database stands in the way.
pub async fn group_use_cases(db: Db<'_>, group: GroupId) -> Result<Vec<GroupUseCase>, StoreError> {
    of_groups(db, Some(group.0)).await
}

/// The use cases of all groups that the caller takes part in.
///
/// # Errors
/// When the database stands in the way.
pub async fn own_use_cases(db: Db<'_>) -> Result<Vec<GroupUseCase>, StoreError> {
    of_groups(db, None).await
}

/// What the caller's groups call a use case, if one of them has it.
///
/// # Errors
/// When the database stands in the way.
pub async fn use_case_name(db: Db<'_>, code: &str) -> Result<Option<String>, StoreError> {
    let called = Called {
        code: code.to_owned(),
    };
    let name: Option<(String,)> = db.row(called).await?;
    Ok(name.map(|(name,)| name))
}

impl Keep for GroupUseCase {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let insert = diesel::insert_into(table::table).values((
            table::tenant_id.eq(self.added_by.0),
            table::group_id.eq(self.group.0),
            table::code.eq(self.code.as_str().to_owned()),
            table::name.eq(self.name.as_str().to_owned()),
            table::added_at.eq(self.added_at),
        ));
        tx.db().run_one(insert).await
    }
}

//! Amendments: seen by who proposes, by the owner of the source, and by the groups between them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    BigInt, Binary, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use maillage_domain::commons::{
    AcceptedInto, Amendment, AmendmentState, Kind, KindName, Settlement, Source,
};
use maillage_domain::value::{AmendmentId, CollectivityId, PersonId, ResourceId};
use uuid::Uuid;

use super::seen::{digest, granted, text};
use super::{Owner, write};
use crate::error::StoreError;
use crate::schema::amendments as table;
use crate::sql::query;
use crate::store::{Db, Keep, Tx};

/// Whether some group of the caller may follow amendment `a`: its source is granted to the group
/// now, and its proposer takes part.
macro_rules! discussed {
    () => {
        "exists (select from shares s join participations p on p.group_id = s.audience_id \
            and p.tenant_id = a.tenant_id and p.state = 'active' \
            where s.tenant_id = a.owner_id and s.resource_id = a.resource_id \
                and s.audience_id = any ((select ctx_groups())::uuid[]) \
                and s.listed_at is not null and (s.expires_at is null or s.expires_at > now()))"
    };
}

/// Whether the caller may read amendment `a`.
macro_rules! readable {
    () => {
        concat!(
            "(a.tenant_id = (select ctx_tenant()) or a.owner_id = (select ctx_tenant()) or ",
            discussed!(),
            ")"
        )
    };
}
pub(super) use discussed;
pub(super) use readable;

/// Columns of an amendment as `a` and of its proposer as `c`; last, whether its source has
/// published since, as far as the caller may see that, and whether a group may follow it.
macro_rules! amendment_columns {
    () => {
        concat!(
            "a.tenant_id, a.id, a.adaptation_id, a.owner_id, a.resource_id, a.kind, \
             a.source_version, a.source_digest, a.changes, a.reason, a.signature, a.proposed_at, \
             a.state, a.settled_by, a.settled_at, a.settlement, a.into_version, a.revision, \
             c.siren, c.name, \
             exists (select from resources u where u.tenant_id = a.owner_id and u.id = a.resource_id \
                and u.head_number > a.source_version and ",
            granted!("u.tenant_id", "u.id", 0),
            "), ",
            discussed!()
        )
    };
}

type AmendmentSql = (
    (
        SqlUuid,
        SqlUuid,
        SqlUuid,
        SqlUuid,
        SqlUuid,
        Text,
        Integer,
        Binary,
        Jsonb,
        Text,
        Nullable<Text>,
        Timestamptz,
    ),
    (
        Text,
        Nullable<SqlUuid>,
        Nullable<Timestamptz>,
        Nullable<Text>,
        Nullable<Integer>,
        BigInt,
    ),
    (Text, Text, Bool, Bool),
);

type AmendmentRow = (
    (
        Uuid,
        Uuid,
        Uuid,
        Uuid,
        Uuid,
        String,
        i32,
        Vec<u8>,
        serde_json::Value,
        String,
        Option<String>,
        DateTime<Utc>,
    ),
    (
        String,
        Option<Uuid>,
        Option<DateTime<Utc>>,
        Option<String>,
        Option<i32>,
        i64,
    ),
    (String, String, bool, bool),
);

query! {
    /// One amendment.
    OneAmendment { id: Uuid as SqlUuid } -> (AmendmentSql,)
    concat!(
        "select ", amendment_columns!(), " from amendments a \
         join collectivities c on c.id = a.tenant_id where a.id = ? and ", readable!()
    )
}

query! {
    /// The amendments to a resource, newest first.
    Amendments {
        resource: Uuid as SqlUuid,
        kind: String as Text,
        before: Uuid as SqlUuid,
        limit: i64 as BigInt,
    } -> (AmendmentSql,)
    concat!(
        "select ", amendment_columns!(), " from amendments a \
         join collectivities c on c.id = a.tenant_id \
         where a.resource_id = ? and a.kind = ? and a.id < ? and ", readable!(),
        " order by a.id desc limit ?"
    )
}

query! {
    /// Locks an amendment for one of its two parties; others only read it.
    LockAmendment { id: Uuid as SqlUuid } -> (SqlUuid,)
    "select id from amendments where id = ? \
        and (tenant_id = (select ctx_tenant()) or owner_id = (select ctx_tenant())) for update"
}

/// An amendment with the name of who proposes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAmendment {
    /// The amendment.
    pub amendment: Amendment,
    /// Who proposes it.
    pub proposer: Owner,
}

fn kept((row,): (AmendmentRow,)) -> Result<KeptAmendment, StoreError> {
    let (
        (
            tenant,
            id,
            adaptation,
            owner,
            resource,
            kind,
            version,
            bytes,
            changes,
            reason,
            signature,
            proposed_at,
        ),
        (state, settled_by, settled_at, settlement, into, revision),
        (siren, name, stale, discussed),
    ) = row;
    let settlement = match (settled_by, settled_at, settlement) {
        (Some(by), Some(at), Some(reason)) => Some(Settlement {
            by: PersonId(by),
            at,
            reason: text(reason)?,
            into,
        }),
        _ => None,
    };
    let proposer = CollectivityId(tenant);
    let kind: KindName = kind.parse().map_err(StoreError::corrupt)?;
    let state: AmendmentState =
        serde_json::from_value(state.into()).map_err(StoreError::corrupt)?;
    let amendment = Amendment {
        id: AmendmentId(id),
        proposer,
        adaptation: ResourceId(adaptation),
        source: Source {
            collectivity: CollectivityId(owner),
            resource: ResourceId(resource),
            version,
            digest: digest(&bytes)?,
        },
        kind,
        changes: serde_json::from_value(changes).map_err(StoreError::corrupt)?,
        reason: text(reason)?,
        signature: signature.map(text).transpose()?,
        proposed_at,
        state,
        settlement,
        revision,
        stale,
        discussed,
    };
    let proposer = Owner {
        id: proposer,
        siren,
        name,
    };
    Ok(KeptAmendment {
        amendment,
        proposer,
    })
}

/// One amendment that the caller may read.
///
/// # Errors
/// `Missing` when there is none.
pub async fn amendment(db: Db<'_>, id: AmendmentId) -> Result<KeptAmendment, StoreError> {
    let found: Option<(AmendmentRow,)> = db.row(OneAmendment { id: id.0 }).await?;
    kept(found.ok_or(StoreError::Missing)?)
}

/// The same for a change: locked for its parties until the end of the transaction.
///
/// # Errors
/// `Missing` when there is none that the caller may read.
pub async fn amendment_for_update(tx: &Tx, id: AmendmentId) -> Result<KeptAmendment, StoreError> {
    let _locked: Option<(Uuid,)> = tx.db().row(LockAmendment { id: id.0 }).await?;
    amendment(tx.db(), id).await
}

/// The amendments to a resource that the caller may read, newest first.
///
/// # Errors
/// When the database stands in the way.
pub async fn amendments<K: Kind>(
    db: Db<'_>,
    resource: ResourceId,
    before: Option<AmendmentId>,
    limit: i64,
) -> Result<Vec<KeptAmendment>, StoreError> {
    let list = Amendments {
        resource: resource.0,
        kind: K::NAME.to_string(),
        before: before.map_or(Uuid::max(), |id| id.0),
        limit,
    };
    let rows: Vec<(AmendmentRow,)> = db.list(list).await?;
    rows.into_iter().map(kept).collect()
}

impl Keep for Amendment {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let settlement = self.settlement.as_ref();
        let changes = (
            table::state.eq(self.state.as_str()),
            table::settled_by.eq(settlement.map(|it| it.by.0)),
            table::settled_at.eq(settlement.map(|it| it.at)),
            table::settlement.eq(settlement.map(|it| it.reason.as_str().to_owned())),
            table::into_version.eq(settlement.and_then(|it| it.into)),
            table::revision.eq(self.revision),
        );
        if self.revision > 1 {
            let row = table::table.find((self.proposer.0, self.id.0));
            return tx.db().run_one(diesel::update(row).set(changes)).await;
        }
        let said = serde_json::to_value(&self.changes).map_err(StoreError::corrupt)?;
        let signature = self.signature.as_ref();
        let values = (
            table::tenant_id.eq(self.proposer.0),
            table::id.eq(self.id.0),
            table::adaptation_id.eq(self.adaptation.0),
            table::owner_id.eq(self.source.collectivity.0),
            table::resource_id.eq(self.source.resource.0),
            table::kind.eq(self.kind.as_str()),
            table::source_version.eq(self.source.version),
            table::source_digest.eq(self.source.digest.as_bytes().to_vec()),
            table::changes.eq(said),
            table::reason.eq(self.reason.as_str().to_owned()),
            table::signature.eq(signature.map(|it| it.as_str().to_owned())),
            table::proposed_at.eq(self.proposed_at),
        );
        let insert = diesel::insert_into(table::table).values((values, changes));
        tx.db().run_one(insert).await
    }
}

impl<K: Kind> Keep for AcceptedInto<K> {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        self.amendment.keep(tx).await?;
        write::drafted(tx, &self.drafted).await
    }
}

//! The relay, as tests wait for it.

use diesel::sql_types::{BigInt, Bool, Uuid as SqlUuid};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use maillage_domain::value::CollectivityId;
use uuid::Uuid;

use super::{TestDatabase, must};
use crate::partners::events::relay;
use crate::sql::query;
use crate::store::{Db, Store};

query! {
    /// How many facts of a tenant have no position.
    Pending { tenant: Uuid as SqlUuid } -> (BigInt,)
    "select count(*) from outbox_pending where tenant_id = ?"
}

query! {
    /// Whether some fact has no position.
    AnyPending {} -> (Bool,)
    "select exists (select from outbox_pending)"
}

impl TestDatabase {
    /// Relays until every fact has its position, while nobody writes.
    pub async fn relay_everything(&self) {
        let store = self.store();
        while must(relay(&store).await, "relaying").facts > 0 || self.has_pending().await {}
    }

    async fn has_pending(&self) -> bool {
        let conn = must(
            AsyncPgConnection::establish(&self.owner_url()).await,
            "connecting",
        );
        let pending: Option<(bool,)> =
            must(Db::of_owner(&conn).row(AnyPending {}).await, "looking");
        pending == Some((true,))
    }

    /// Relays until every fact of `tenant` that was committed has its position, whoever gave it.
    pub async fn relay_all(&self, store: &Store, tenant: CollectivityId) {
        let conn = must(
            AsyncPgConnection::establish(&self.owner_url()).await,
            "connecting",
        );
        loop {
            must(relay(store).await, "relaying");
            let pending = Db::of_owner(&conn).row(Pending { tenant: tenant.0 }).await;
            let pending: Option<(i64,)> = must(pending, "counting what is pending");
            if pending == Some((0,)) {
                return;
            }
        }
    }
}

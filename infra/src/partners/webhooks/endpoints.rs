//! Endpoints: where a collectivity is told what happened, as it is kept.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use maillage_domain::partners::webhooks::{
    DisabledReason, Endpoint, EndpointRegistered, EndpointRemoved, EndpointTerms, EventFilter,
    Signer, Standing,
};
use maillage_domain::value::{CollectivityId, PersonId, SecretId, WebhookId};
use uuid::Uuid;

use crate::error::StoreError;
use crate::partners::events::feed_head;
use crate::schema::{webhook_endpoints as table, webhook_signers as signers};
use crate::store::{Db, Keep, Tx};

#[derive(Queryable)]
struct Row {
    tenant_id: Uuid,
    id: Uuid,
    address: String,
    name: String,
    events: Vec<String>,
    disabled_reason: Option<String>,
    disabled_at: Option<DateTime<Utc>>,
    failing_since: Option<DateTime<Utc>>,
    _position: i64,
    _awake: bool,
    _due_at: Option<DateTime<Utc>>,
    _leased_until: Option<DateTime<Utc>>,
    created_by: Uuid,
    created_at: DateTime<Utc>,
    revision: i64,
}

#[derive(Queryable)]
struct SignerRow {
    _tenant_id: Uuid,
    endpoint_id: Uuid,
    id: Uuid,
    sealed: Vec<u8>,
    public: Vec<u8>,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
}

fn read_signer(row: &SignerRow) -> Result<Signer, StoreError> {
    let public = row.public.as_slice().try_into();
    Ok(Signer {
        id: SecretId(row.id),
        sealed: row.sealed.clone(),
        public: public.map_err(StoreError::corrupt)?,
        created_at: row.created_at,
        expires_at: row.expires_at,
    })
}

/// An endpoint of `row`, with those of `signers` that are its own: they come newest first.
fn read(row: Row, signers: &[SignerRow]) -> Result<Endpoint, StoreError> {
    let own = signers.iter().filter(|it| it.endpoint_id == row.id);
    let standing = match (row.disabled_reason, row.disabled_at) {
        (Some(reason), Some(since)) => {
            let reason = serde_json::from_value(reason.into());
            let reason: DisabledReason = reason.map_err(StoreError::corrupt)?;
            Standing::Disabled { reason, since }
        }
        _ => Standing::Active {
            failing_since: row.failing_since,
        },
    };
    let events = row.events.into_iter().map(EventFilter::try_from);
    Ok(Endpoint {
        id: WebhookId(row.id),
        collectivity: CollectivityId(row.tenant_id),
        terms: EndpointTerms {
            address: row.address.try_into().map_err(StoreError::corrupt)?,
            name: row.name.try_into().map_err(StoreError::corrupt)?,
            events: events
                .collect::<Result<_, _>>()
                .map_err(StoreError::corrupt)?,
        },
        standing,
        signers: own.map(read_signer).collect::<Result<_, _>>()?,
        created_by: PersonId(row.created_by),
        created_at: row.created_at,
        revision: row.revision,
    })
}

/// The signers of these endpoints, the newest first.
async fn signers_of(
    db: Db<'_>,
    tenant: Uuid,
    endpoints: Vec<Uuid>,
) -> Result<Vec<SignerRow>, StoreError> {
    let query = signers::table
        .filter(signers::tenant_id.eq(tenant))
        .filter(signers::endpoint_id.eq_any(endpoints))
        .order(signers::id.desc());
    db.rows(query).await
}

/// The endpoints of the caller's collectivity, the newest first.
///
/// # Errors
/// When the database stands in the way.
pub async fn endpoints(
    db: Db<'_>,
    tenant: CollectivityId,
    before: Option<WebhookId>,
    limit: i64,
) -> Result<Vec<Endpoint>, StoreError> {
    let query = table::table
        .filter(table::tenant_id.eq(tenant.0))
        .filter(table::id.lt(before.map_or(Uuid::max(), |id| id.0)))
        .order(table::id.desc())
        .limit(limit);
    let rows: Vec<Row> = db.list(query).await?;
    let signers = signers_of(db, tenant.0, rows.iter().map(|row| row.id).collect()).await?;
    rows.into_iter().map(|row| read(row, &signers)).collect()
}

/// How many endpoints the caller's collectivity has; nobody registers another until COMMIT.
///
/// # Errors
/// When the database stands in the way.
pub async fn count_endpoints(tx: &Tx, tenant: CollectivityId) -> Result<i64, StoreError> {
    tx.db()
        .alone(format!("registering webhooks of {tenant}"))
        .await?;
    let query = table::table
        .filter(table::tenant_id.eq(tenant.0))
        .select(diesel::dsl::count_star());
    Ok(tx.db().row(query).await?.unwrap_or_default())
}

/// One endpoint of the caller's collectivity.
///
/// # Errors
/// `Missing` when there is none.
pub async fn endpoint(
    db: Db<'_>,
    tenant: CollectivityId,
    id: WebhookId,
) -> Result<Endpoint, StoreError> {
    let (row, signers) = futures::join!(
        db.row::<Row>(table::table.find((tenant.0, id.0))),
        signers_of(db, tenant.0, vec![id.0])
    );
    read(row?.ok_or(StoreError::Missing)?, &signers?)
}

/// The same, locked until the end of the transaction.
///
/// # Errors
/// `Missing` when there is none.
pub async fn endpoint_to_change(
    tx: &Tx,
    tenant: CollectivityId,
    id: WebhookId,
) -> Result<Endpoint, StoreError> {
    let query = table::table.find((tenant.0, id.0)).for_update();
    let row: Row = tx.db().row(query).await?.ok_or(StoreError::Missing)?;
    // Asked once the lock is held: what another rotation added is among them.
    let signers = signers_of(tx.db(), tenant.0, vec![id.0]).await?;
    read(row, &signers)
}

/// Writes the signers: new ones, and when those before them end.
async fn keep_signers(endpoint: &Endpoint, tx: &Tx) -> Result<(), StoreError> {
    for signer in &endpoint.signers {
        let insert = diesel::insert_into(signers::table)
            .values((
                signers::tenant_id.eq(endpoint.collectivity.0),
                signers::endpoint_id.eq(endpoint.id.0),
                signers::id.eq(signer.id.0),
                signers::sealed.eq(signer.sealed.clone()),
                signers::public.eq(signer.public.to_vec()),
                signers::created_at.eq(signer.created_at),
                signers::expires_at.eq(signer.expires_at),
            ))
            .on_conflict((signers::tenant_id, signers::endpoint_id, signers::id))
            .do_update()
            .set(signers::expires_at.eq(signer.expires_at));
        tx.db().run_one(insert).await?;
    }
    Ok(())
}

type Columns = (Option<String>, Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// How it stands, in columns: why it is disabled and since when, since when it fails.
fn standing(endpoint: &Endpoint) -> Result<Columns, StoreError> {
    match endpoint.standing {
        Standing::Active { failing_since } => Ok((None, None, failing_since)),
        Standing::Disabled { reason, since } => {
            let json = serde_json::to_value(reason).map_err(StoreError::corrupt)?;
            Ok((json.as_str().map(str::to_owned), Some(since), None))
        }
    }
}

fn events(endpoint: &Endpoint) -> Vec<String> {
    let events = endpoint.terms.events.iter();
    events.map(ToString::to_string).collect()
}

impl Keep for EndpointRegistered {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let endpoint = &self.0;
        let insert = diesel::insert_into(table::table).values((
            table::tenant_id.eq(endpoint.collectivity.0),
            table::id.eq(endpoint.id.0),
            table::address.eq(endpoint.terms.address.as_str().to_owned()),
            table::name.eq(endpoint.terms.name.as_str().to_owned()),
            table::events.eq(events(endpoint)),
            // It is told what happens from now on.
            table::position.eq(feed_head(tx.db()).await?),
            table::awake.eq(true),
            table::created_by.eq(endpoint.created_by.0),
            table::created_at.eq(endpoint.created_at),
            table::revision.eq(endpoint.revision),
        ));
        tx.db().run_one(insert).await?;
        keep_signers(endpoint, tx).await
    }
}

impl Keep for Endpoint {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let (disabled_reason, disabled_at, failing_since) = standing(self)?;
        let own = table::table.find((self.collectivity.0, self.id.0));
        let changes = (
            table::address.eq(self.terms.address.as_str().to_owned()),
            table::name.eq(self.terms.name.as_str().to_owned()),
            table::events.eq(events(self)),
            table::disabled_reason.eq(disabled_reason),
            table::disabled_at.eq(disabled_at),
            table::failing_since.eq(failing_since),
            // What waited is looked for again.
            table::awake.eq(true),
            table::due_at.eq(Some(tx.now())),
            table::revision.eq(self.revision),
        );
        tx.db().run_one(diesel::update(own).set(changes)).await?;
        // The courier disables, and never signs anew.
        if tx.actor().is_ok() {
            keep_signers(self, tx).await?;
        }
        Ok(())
    }
}

impl Keep for EndpointRemoved {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let own = table::table.find((self.0.collectivity.0, self.0.id.0));
        tx.db().run_one(diesel::delete(own)).await
    }
}

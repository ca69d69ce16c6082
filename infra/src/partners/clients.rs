//! Clients: kept with the digests of their secrets only.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use maillage_domain::access::Scopes;
use maillage_domain::partners::{
    Client, ClientKeys, ClientSecret, GivenBack, Proof, Registered, Terms,
};
use maillage_domain::value::{ClientId, CollectivityId, Digest, GroupId, PersonId, SecretId};
use uuid::Uuid;

use crate::error::StoreError;
use crate::identity::Throttle;
use crate::partners::Assertion;
use crate::schema::{client_secrets as secrets, clients as table, spent_tokens};
use crate::store::{Db, Keep, Tx};

#[derive(Queryable)]
struct Row {
    tenant_id: Uuid,
    id: Uuid,
    name: String,
    purpose: String,
    legal_basis: String,
    scopes: Vec<String>,
    networks: Vec<String>,
    keys: Option<serde_json::Value>,
    ends_with_creator: bool,
    created_by: Uuid,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
    revision: i64,
    group_id: Option<Uuid>,
}

#[derive(Queryable)]
struct SecretRow {
    _tenant_id: Uuid,
    client_id: Uuid,
    id: Uuid,
    digest: Vec<u8>,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
}

fn read_secret(row: &SecretRow) -> Result<ClientSecret, StoreError> {
    Ok(ClientSecret {
        id: SecretId(row.id),
        digest: Digest::from_bytes(&row.digest).map_err(StoreError::corrupt)?,
        created_at: row.created_at,
        expires_at: row.expires_at,
    })
}

/// A client of `row`, with those of `secrets` that are its own: they come newest first.
fn read(row: Row, secrets: &[SecretRow]) -> Result<Client, StoreError> {
    let own = secrets.iter().filter(|secret| secret.client_id == row.id);
    let proof = match &row.keys {
        Some(keys) => Proof::Keys(ClientKeys::try_from(keys).map_err(StoreError::corrupt)?),
        None => Proof::Secrets(own.map(read_secret).collect::<Result<_, _>>()?),
    };
    let networks = row.networks.iter().map(|network| network.parse());
    let scopes = Scopes::named(row.scopes.iter().map(String::as_str));
    let basis = serde_json::from_value(row.legal_basis.into());
    Ok(Client {
        id: ClientId(row.id),
        collectivity: CollectivityId(row.tenant_id),
        terms: Terms {
            name: row.name.try_into().map_err(StoreError::corrupt)?,
            purpose: row.purpose.try_into().map_err(StoreError::corrupt)?,
            legal_basis: basis.map_err(StoreError::corrupt)?,
            scopes: scopes.map_err(StoreError::corrupt)?,
            networks: networks
                .collect::<Result<_, _>>()
                .map_err(StoreError::corrupt)?,
            expires_at: row.expires_at,
            ends_with_creator: row.ends_with_creator,
        },
        proof,
        created_by: PersonId(row.created_by),
        created_at: row.created_at,
        revoked_at: row.revoked_at,
        revision: row.revision,
        group: row.group_id.map(GroupId),
    })
}

/// The secrets of these clients, the newest first.
async fn secrets_of(
    db: Db<'_>,
    tenant: Uuid,
    clients: Vec<Uuid>,
) -> Result<Vec<SecretRow>, StoreError> {
    let query = secrets::table
        .filter(secrets::tenant_id.eq(tenant))
        .filter(secrets::client_id.eq_any(clients))
        .order(secrets::id.desc());
    db.rows(query).await
}

/// The clients of the caller's collectivity, the newest first.
///
/// # Errors
/// When the database stands in the way.
pub async fn clients(
    db: Db<'_>,
    tenant: CollectivityId,
    before: Option<ClientId>,
    limit: i64,
) -> Result<Vec<Client>, StoreError> {
    let query = table::table
        .filter(table::tenant_id.eq(tenant.0))
        .filter(table::id.lt(before.map_or(Uuid::max(), |id| id.0)))
        .order(table::id.desc())
        .limit(limit);
    let rows: Vec<Row> = db.list(query).await?;
    let secrets = secrets_of(db, tenant.0, rows.iter().map(|row| row.id).collect()).await?;
    rows.into_iter().map(|row| read(row, &secrets)).collect()
}

/// One client of the caller's collectivity.
///
/// # Errors
/// `Missing` when there is none.
pub async fn client(
    db: Db<'_>,
    tenant: CollectivityId,
    id: ClientId,
) -> Result<Client, StoreError> {
    let (row, secrets) = futures::join!(
        db.row::<Row>(table::table.find((tenant.0, id.0))),
        secrets_of(db, tenant.0, vec![id.0])
    );
    read(row?.ok_or(StoreError::Missing)?, &secrets?)
}

/// The same, locked until the end of the transaction.
///
/// # Errors
/// `Missing` when there is none.
pub async fn client_to_change(
    tx: &Tx,
    tenant: CollectivityId,
    id: ClientId,
) -> Result<Client, StoreError> {
    let query = table::table.find((tenant.0, id.0)).for_update();
    let row: Row = tx.db().row(query).await?.ok_or(StoreError::Missing)?;
    // Asked once the lock is held: what another rotation added is among them.
    let secrets = secrets_of(tx.db(), tenant.0, vec![id.0]).await?;
    read(row, &secrets)
}

/// The client of that id, of whatever tenant, for whoever proves to be it.
///
/// # Errors
/// When the database stands in the way.
pub async fn find_client(tx: &Tx, id: ClientId) -> Result<Option<Client>, StoreError> {
    let found: Option<Row> = tx.db().row(table::table.filter(table::id.eq(id.0))).await?;
    let Some(row) = found else {
        return Ok(None);
    };
    let secrets = secrets_of(tx.db(), row.tenant_id, vec![row.id]).await?;
    read(row, &secrets).map(Some)
}

/// Counts a failed attempt to prove to be `client`, from `address`; see `identity::attempt`.
///
/// Attempts that succeed are not counted: hundreds of clients may call from one machine.
///
/// # Errors
/// When the database stands in the way.
pub async fn count_failure(
    tx: &mut Tx,
    client: ClientId,
    address: &str,
) -> Result<Throttle, StoreError> {
    crate::identity::attempt_as(tx, &format!("client {client}"), address).await
}

/// Notes that an assertion of `client` is good no more, until it would have expired anyway.
///
/// # Errors
/// `Conflict(TokenSpent)` when that is known already.
pub async fn spend(tx: &Tx, client: &Client, assertion: Assertion) -> Result<(), StoreError> {
    let Assertion { token, expires_at } = assertion;
    let spent = (client.collectivity, client.id, token, expires_at);
    keep_spent(tx, spent).await
}

/// Says which client has proven itself, so that the audit record names it.
pub fn identify(tx: &mut Tx, client: &Client) {
    tx.identify_client(client.id);
}

async fn keep_spent(
    tx: &Tx,
    (tenant, client, token, expires_at): (CollectivityId, ClientId, Digest, DateTime<Utc>),
) -> Result<(), StoreError> {
    let insert = diesel::insert_into(spent_tokens::table).values((
        spent_tokens::tenant_id.eq(tenant.0),
        spent_tokens::client_id.eq(client.0),
        spent_tokens::digest.eq(token.as_bytes().to_vec()),
        spent_tokens::expires_at.eq(expires_at),
    ));
    tx.db().run_one(insert).await
}

impl Keep for GivenBack {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let spent = (self.collectivity, self.client, self.token, self.expires_at);
        keep_spent(tx, spent).await
    }

    fn tenant(&self) -> Option<CollectivityId> {
        Some(self.collectivity)
    }
}

/// The legal basis as the database writes it.
fn basis(client: &Client) -> Result<String, StoreError> {
    let json = serde_json::to_value(client.terms.legal_basis).map_err(StoreError::corrupt)?;
    let text = json.as_str().map(str::to_owned);
    text.ok_or_else(|| StoreError::corrupt("a legal basis that is no text"))
}

fn keys(client: &Client) -> Result<Option<serde_json::Value>, StoreError> {
    match &client.proof {
        Proof::Keys(keys) => serde_json::to_value(keys)
            .map(Some)
            .map_err(StoreError::corrupt),
        Proof::Secrets(_) => Ok(None),
    }
}

fn networks(client: &Client) -> Vec<String> {
    let networks = client.terms.networks.iter();
    networks.map(ToString::to_string).collect()
}

/// Writes the secrets: new ones, and when those before them end.
async fn keep_secrets(client: &Client, tx: &Tx) -> Result<(), StoreError> {
    let Proof::Secrets(all) = &client.proof else {
        return Ok(());
    };
    for secret in all {
        let insert = diesel::insert_into(secrets::table)
            .values((
                secrets::tenant_id.eq(client.collectivity.0),
                secrets::client_id.eq(client.id.0),
                secrets::id.eq(secret.id.0),
                secrets::digest.eq(secret.digest.as_bytes().to_vec()),
                secrets::created_at.eq(secret.created_at),
                secrets::expires_at.eq(secret.expires_at),
            ))
            .on_conflict((secrets::tenant_id, secrets::client_id, secrets::id))
            .do_update()
            .set(secrets::expires_at.eq(secret.expires_at));
        tx.db().run_one(insert).await?;
    }
    Ok(())
}

impl Keep for Registered {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let client = &self.0;
        let terms = &client.terms;
        let insert = diesel::insert_into(table::table).values((
            table::tenant_id.eq(client.collectivity.0),
            table::id.eq(client.id.0),
            table::name.eq(terms.name.as_str().to_owned()),
            table::purpose.eq(terms.purpose.as_str().to_owned()),
            table::legal_basis.eq(basis(client)?),
            table::scopes.eq(terms.scopes.slugs()),
            table::networks.eq(networks(client)),
            table::keys.eq(keys(client)?),
            table::ends_with_creator.eq(terms.ends_with_creator),
            table::created_by.eq(client.created_by.0),
            table::created_at.eq(client.created_at),
            table::expires_at.eq(terms.expires_at),
            table::revoked_at.eq(client.revoked_at),
            table::revision.eq(client.revision),
            table::group_id.eq(client.group.map(|it| it.0)),
        ));
        tx.db().run_one(insert).await?;
        keep_secrets(client, tx).await
    }
}

impl Keep for Client {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let terms = &self.terms;
        let changes = (
            table::name.eq(terms.name.as_str().to_owned()),
            table::purpose.eq(terms.purpose.as_str().to_owned()),
            table::legal_basis.eq(basis(self)?),
            table::scopes.eq(terms.scopes.slugs()),
            table::networks.eq(networks(self)),
            table::keys.eq(keys(self)?),
            table::ends_with_creator.eq(terms.ends_with_creator),
            table::expires_at.eq(terms.expires_at),
            table::revoked_at.eq(self.revoked_at),
            table::revision.eq(self.revision),
        );
        let own = table::table.find((self.collectivity.0, self.id.0));
        tx.db().run_one(diesel::update(own).set(changes)).await?;
        keep_secrets(self, tx).await
    }
}

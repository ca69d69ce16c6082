//! The audit chain and the outbox: appended together, for every saved change.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Binary, Jsonb, Nullable, Timestamptz, Uuid as SqlUuid};
use maillage_domain::access::Verb;
use maillage_domain::audit::{Link, Record};
use maillage_domain::event::Fact;
use maillage_domain::value::{ClientId, Digest, EventId, PersonId};
use uuid::Uuid;

use crate::ambient;
use crate::error::StoreError;
use crate::sql::query;
use crate::store::{Db, Tx};

query! {
    /// Locks the end of the tenant's chain, so that its writers follow one another.
    LockHead { tenant: Uuid as SqlUuid, zero: Vec<u8> as Binary } -> (BigInt, Binary)
    "insert into audit_heads as h (tenant_id, sequence, digest) values (?, 0, ?) \
     on conflict (tenant_id) do update set sequence = h.sequence returning sequence, digest"
}

query! {
    /// Appends a record, moves the head, and puts the same fact into the outbox, where it waits for
    /// its position.
    Append {
        tenant: Uuid as SqlUuid,
        sequence: i64 as BigInt,
        at: DateTime<Utc> as Timestamptz,
        actor: Option<Uuid> as Nullable<SqlUuid>,
        client: Option<Uuid> as Nullable<SqlUuid>,
        fact: serde_json::Value as Jsonb,
        previous: Vec<u8> as Binary,
        digest: Vec<u8> as Binary,
        event: Uuid as SqlUuid,
    } -> (BigInt,)
    "with new (tenant_id, sequence, at, actor, client, fact, previous, digest, event) \
        as (values (?, ?, ?, ?, ?, ?, ?, ?, ?)), \
     record as (insert into audit_records \
            (tenant_id, sequence, at, actor, client, fact, previous, digest) \
        select tenant_id, sequence, at, actor, client, fact, previous, digest from new), \
     event as (insert into outbox (tenant_id, id, at, client, fact) \
        select tenant_id, event, at, client, fact from new), \
     pending as (insert into outbox_pending (tenant_id, id) select tenant_id, event from new) \
     update audit_heads h set sequence = new.sequence, digest = new.digest from new \
        where h.tenant_id = new.tenant_id returning h.sequence"
}

query! {
    /// Appends records that follow one another, moves the head, and puts the same facts into the outbox.
    AppendAll {
        tenant: Uuid as SqlUuid,
        at: DateTime<Utc> as Timestamptz,
        actor: Option<Uuid> as Nullable<SqlUuid>,
        client: Option<Uuid> as Nullable<SqlUuid>,
        sequences: Vec<i64> as Array<BigInt>,
        facts: Vec<serde_json::Value> as Array<Jsonb>,
        previous: Vec<Vec<u8>> as Array<Binary>,
        digests: Vec<Vec<u8>> as Array<Binary>,
        events: Vec<Uuid> as Array<SqlUuid>,
    } -> (BigInt,)
    "with common (tenant_id, at, actor, client) as (values (?, ?, ?, ?)), \
     new as (select * from common, unnest(?, ?, ?, ?, ?) \
        as each (sequence, fact, previous, digest, event)), \
     record as (insert into audit_records \
            (tenant_id, sequence, at, actor, client, fact, previous, digest) \
        select tenant_id, sequence, at, actor, client, fact, previous, digest from new), \
     event as (insert into outbox (tenant_id, id, at, client, fact) \
        select tenant_id, event, at, client, fact from new), \
     last as (select tenant_id, sequence, digest from new order by sequence desc limit 1) \
     update audit_heads h set sequence = last.sequence, digest = last.digest from last \
        where h.tenant_id = last.tenant_id returning h.sequence"
}

query! {
    /// Records before `before`, newest first.
    Page { before: i64 as BigInt, limit: i64 as BigInt } -> (
        BigInt, Timestamptz, Nullable<SqlUuid>, Nullable<SqlUuid>, Jsonb, Binary, Binary,
    )
    "select sequence, at, actor, client, fact, previous, digest from audit_records \
     where tenant_id = (select ctx_tenant()) and sequence < ? order by sequence desc limit ?"
}

query! {
    /// Records after `after`, oldest first.
    Walk { after: i64 as BigInt, limit: i64 as BigInt } -> (
        BigInt, Timestamptz, Nullable<SqlUuid>, Nullable<SqlUuid>, Jsonb, Binary, Binary,
    )
    "select sequence, at, actor, client, fact, previous, digest from audit_records \
     where tenant_id = (select ctx_tenant()) and sequence > ? order by sequence limit ?"
}

query! {
    /// Where the chain claims to end.
    Head {} -> (BigInt, Binary)
    "select sequence, digest from audit_heads where tenant_id = (select ctx_tenant())"
}

/// How many records a verification reads at a time.
const STRIDE: i64 = 1_000;

type Row = (
    i64,
    DateTime<Utc>,
    Option<Uuid>,
    Option<Uuid>,
    serde_json::Value,
    Vec<u8>,
    Vec<u8>,
);

/// A record as it is kept: shown as it stands, also where somebody has laid hands on it.
#[derive(Clone, Debug)]
pub struct AuditRecord {
    /// Its place in the chain.
    pub sequence: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// Which person acted.
    pub actor: Option<PersonId>,
    /// Which client acted.
    pub client: Option<ClientId>,
    /// What happened.
    pub fact: serde_json::Value,
    /// The digest of the record before it, in hexadecimal digits.
    pub previous: String,
    /// Its own digest, which the next record carries.
    pub digest: String,
}

/// What a walk along the whole chain found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditVerdict {
    /// How many records hold, from the first.
    pub verified: i64,
    /// The first one that does not, if any.
    pub broken_at: Option<i64>,
}

fn shown(row: Row) -> AuditRecord {
    let (sequence, at, actor, client, fact, previous, digest) = row;
    let hexadecimal = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    AuditRecord {
        sequence,
        at,
        actor: actor.map(PersonId),
        client: client.map(ClientId),
        fact,
        previous: hexadecimal(&previous),
        digest: hexadecimal(&digest),
    }
}

/// The record after `link`, or nothing where the chain is broken there. What is no digest at all
/// breaks the chain like a digest of something else.
fn follow(link: Link, row: Row) -> Option<Link> {
    let (sequence, at, actor, client, fact, previous, claimed) = row;
    let record = Record {
        sequence,
        at,
        actor: actor.map(PersonId),
        client: client.map(ClientId),
        fact,
        previous: Digest::from_bytes(&previous).ok()?,
    };
    link.step(&record, Digest::from_bytes(&claimed).ok()?).ok()
}

/// Appends `fact` to the chain of the tenant acted for, and to the outbox.
///
/// The end of the chain is locked until COMMIT: other writers of the tenant wait that long.
pub(crate) async fn record(tx: &Tx, fact: &Fact) -> Result<(), StoreError> {
    append(
        tx.db(),
        tx.tenant(),
        (tx.person(), tx.client()),
        tx.now(),
        fact,
    )
    .await
}

/// Appends `fact` to the chain of `tenant`, as the owner of the database, who is no person. The nil
/// UUID is the platform.
pub(crate) async fn record_of_owner(
    db: Db<'_>,
    tenant: Uuid,
    now: DateTime<Utc>,
    fact: &Fact,
) -> Result<(), StoreError> {
    append(db, tenant, (None, None), now, fact).await
}

async fn append(
    db: Db<'_>,
    tenant: Uuid,
    (actor, client): (Option<PersonId>, Option<ClientId>),
    at: DateTime<Utc>,
    fact: &Fact,
) -> Result<(), StoreError> {
    let lock = LockHead {
        tenant,
        zero: Digest::ZERO.as_bytes().to_vec(),
    };
    let (last, previous): (i64, Vec<u8>) = db
        .row(lock)
        .await?
        .ok_or_else(|| StoreError::corrupt("no chain head"))?;
    let fact = serde_json::to_value(fact).map_err(StoreError::corrupt)?;
    let sequence = last + 1;
    let record = Record {
        sequence,
        at,
        actor,
        client,
        fact: fact.clone(),
        previous: Digest::from_bytes(&previous).map_err(StoreError::corrupt)?,
    };
    let digest = record.digest().map_err(StoreError::corrupt)?;
    let append = Append {
        tenant,
        sequence,
        at,
        actor: actor.map(|person| person.0),
        client: client.map(|client| client.0),
        fact,
        previous,
        digest: digest.as_bytes().to_vec(),
        event: EventId(ambient::id()).0,
    };
    let appended: Option<(i64,)> = db.row(append).await?;
    appended
        .map(|_| ())
        .ok_or_else(|| StoreError::corrupt("the chain head is gone"))
}

/// Appends `facts`, in their order, in two round trips however many they are.
pub(crate) async fn record_all(tx: &Tx, facts: &[Fact]) -> Result<(), StoreError> {
    let (db, tenant, at) = (tx.db(), tx.tenant(), tx.now());
    let lock = LockHead {
        tenant,
        zero: Digest::ZERO.as_bytes().to_vec(),
    };
    let (last, previous): (i64, Vec<u8>) = db
        .row(lock)
        .await?
        .ok_or_else(|| StoreError::corrupt("no chain head"))?;
    let mut previous = Digest::from_bytes(&previous).map_err(StoreError::corrupt)?;
    let mut all = AppendAll {
        tenant,
        at,
        actor: tx.person().map(|person| person.0),
        client: tx.client().map(|client| client.0),
        sequences: Vec::new(),
        facts: Vec::new(),
        previous: Vec::new(),
        digests: Vec::new(),
        events: Vec::new(),
    };
    for (sequence, fact) in (last + 1..).zip(facts) {
        let fact = serde_json::to_value(fact).map_err(StoreError::corrupt)?;
        let record = Record {
            sequence,
            at,
            actor: tx.person(),
            client: tx.client(),
            fact: fact.clone(),
            previous,
        };
        let digest = record.digest().map_err(StoreError::corrupt)?;
        all.sequences.push(sequence);
        all.facts.push(fact);
        all.previous.push(previous.as_bytes().to_vec());
        all.digests.push(digest.as_bytes().to_vec());
        all.events.push(EventId(ambient::id()).0);
        previous = digest;
    }
    let appended: Option<(i64,)> = db.row(all).await?;
    appended
        .map(|_| ())
        .ok_or_else(|| StoreError::corrupt("the chain head is gone"))
}

/// Records that an action was refused to whoever `tx` acts for.
///
/// # Errors
/// When the database stands in the way.
pub async fn refused(tx: &Tx, verb: Verb) -> Result<(), StoreError> {
    record(tx, &Fact::ActionRefused { verb }).await
}

/// At most `limit` records before `before`, newest first.
///
/// # Errors
/// When the database stands in the way.
pub async fn audit_page(
    db: Db<'_>,
    before: i64,
    limit: i64,
) -> Result<Vec<AuditRecord>, StoreError> {
    let rows: Vec<Row> = db.list(Page { before, limit }).await?;
    Ok(rows.into_iter().map(shown).collect())
}

/// Walks the whole chain, from its first record to the head it claims.
///
/// # Errors
/// When the database stands in the way; a broken chain is an answer, not an error.
pub async fn verify_audit(db: Db<'_>) -> Result<AuditVerdict, StoreError> {
    let mut link = Link::START;
    loop {
        let rows: Vec<Row> = db
            .rows(Walk {
                after: link.sequence,
                limit: STRIDE,
            })
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let sequence = row.0;
            match follow(link, row) {
                Some(next) => link = next,
                None => {
                    return Ok(AuditVerdict {
                        verified: link.sequence,
                        broken_at: Some(sequence),
                    });
                }
            }
        }
    }
    // Records cut off at the end leave a chain that holds, but not up to its head.
    let head: Option<(i64, Vec<u8>)> = db.row(Head {}).await?;
    let start = || (Link::START.sequence, Link::START.digest.as_bytes().to_vec());
    let whole = head.unwrap_or_else(start) == (link.sequence, link.digest.as_bytes().to_vec());
    let broken_at = (!whole).then_some(link.sequence + 1);
    Ok(AuditVerdict {
        verified: link.sequence,
        broken_at,
    })
}

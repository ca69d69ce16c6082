//! Taking an archive in: one transaction, and at its end the proof that the same comes out again.

use std::io::{self, Read, Seek, SeekFrom, Write};

use diesel::QueryableByName;
use diesel::sql_types::{Jsonb, Text};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use maillage_domain::audit::{Link, Record};
use maillage_domain::commons::Audience;
use maillage_domain::event::Fact;
use maillage_domain::identity::{BodyType, fold};
use maillage_domain::partners::archive::{ENTITIES, Entity, Party, REFERENCES, canonical, place};
use maillage_domain::value::{Digest, Siren};
use serde_json::Value;
use uuid::Uuid;

use super::export::{PLAIN, export};
use super::open::Opened;
use super::{ArchiveError, tables};
use crate::ambient::{Clock, random_bytes};
use crate::commons::{Misfit, rebuild};
use crate::error::StoreError;
use crate::locks::IMPORTING;
use crate::sql::made;
use crate::store::Db;
use crate::trail;

/// A collectivity that was taken in.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Which.
    pub collectivity: Party,
    /// How many lines of its own data came in.
    pub lines: u64,
    /// The first record of its audit trail that does not follow from the one before it, if any: then
    /// it was so when the archive was made.
    pub broken_at: Option<i64>,
    /// The people who have no password here.
    pub without_password: Vec<String>,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Takes in the archive in `file`, as the owner of the database, if `signature` was made for it with
/// one of `keys` and it is of the collectivity `wanted`, where one is named.
///
/// # Errors
/// See `ArchiveError`: whatever it is, nothing was written.
pub async fn import(
    owner_url: &str,
    file: impl Read + Seek,
    signature: &str,
    keys: &str,
    wanted: Option<&Siren>,
) -> Result<Imported, ArchiveError> {
    let mut archive = Opened::new(file, signature, keys, wanted)?;
    let conn = AsyncPgConnection::establish(owner_url).await?;
    let db = Db::of_owner(&conn);
    db.batch(&format!(
        "begin; set local row_security = off; {PLAIN}; {IMPORTING}"
    ))
    .await?;
    // Without its COMMIT the transaction ends with the connection, hence with this function.
    let imported = fill(db, &mut archive).await?;
    db.batch("commit").await?;
    Ok(imported)
}

async fn fill<R: Read + Seek>(
    db: Db<'_>,
    archive: &mut Opened<R>,
) -> Result<Imported, ArchiveError> {
    let party = archive.manifest.collectivity.clone();
    let tenant = party.id.0;
    if name(
        db,
        &format!(
            "select name from collectivities where id = '{tenant}' or siren = {}",
            quoted(&party.siren)
        ),
    )
    .await?
    .is_some()
    {
        return Err(ArchiveError::Present(party.siren));
    }
    let mut chain = Chain::default();
    let mut count = 0;
    for entity in ENTITIES {
        count += rows(db, archive, entity, &party, &mut chain).await?;
    }
    for entity in REFERENCES {
        references(db, archive, entity, tenant).await?;
    }
    // No key says so in the database, because people belong to no tenant.
    let nobody = format!(
        "select m.person_id::text as name from memberships m where m.tenant_id = '{tenant}' \
            and not exists (select from persons p where p.id = m.person_id) limit 1"
    );
    if let Some(person) = name(db, &nobody).await? {
        return Err(ArchiveError::Nobody(person));
    }
    if let Some(Misfit { resource, number }) = rebuild(db, tenant).await? {
        let resource = resource.to_string();
        return Err(ArchiveError::Version { resource, number });
    }
    db.batch(&marks(tenant)).await?;
    verify(db, archive).await?;
    let fact = Fact::CollectivityImported {
        collectivity: party.id,
        siren: party.siren.parse().map_err(StoreError::corrupt)?,
        archive: archive.sha256,
    };
    trail::record_of_owner(db, Uuid::nil(), Clock::default().now(), &fact).await?;
    let without = format!(
        "select p.email as name from persons p join memberships m on m.person_id = p.id \
         where m.tenant_id = '{tenant}' and m.state = 'active' \
            and not exists (select from credentials c where c.person_id = p.id) order by 1"
    );
    let without: Vec<Named> = db.rows(made(without)).await?;
    Ok(Imported {
        collectivity: party,
        lines: count,
        broken_at: chain.broken_at,
        without_password: without.into_iter().map(|row| row.name).collect(),
    })
}

async fn name(db: Db<'_>, query: &str) -> Result<Option<String>, ArchiveError> {
    let found: Option<Named> = db.row(made(query.to_owned())).await?;
    Ok(found.map(|row| row.name))
}

/// A text as SQL writes it; the settings of a server change nothing about this form.
fn quoted(text: &str) -> String {
    format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// The rows of an entity; how many they were.
async fn rows<R: Read + Seek>(
    db: Db<'_>,
    archive: &mut Opened<R>,
    entity: &Entity,
    party: &Party,
    chain: &mut Chain,
) -> Result<u64, ArchiveError> {
    let path = place::data(entity);
    let mut lines = archive.lines(entity, path.clone())?;
    loop {
        let batch = lines.batch()?;
        if batch.is_empty() {
            return Ok(lines.read);
        }
        let insert = match entity.name {
            "collectivities" => {
                let own = batch.iter().all(|line| belongs(line, party)) && lines.read == 1;
                if !own {
                    return Err(ArchiveError::Entry(path));
                }
                list(db, &batch).await?;
                tables::insert(entity, None, &[("audiences", audiences(party, &batch)?)])
            }
            "persons" => {
                people(db, entity, &batch).await?;
                tables::insert(entity, None, &[]) + " on conflict (id) do nothing"
            }
            // Nobody has the secret that would have this digest.
            "invitations" => {
                let seed = Digest::of_bytes(&random_bytes::<32>()?);
                let secret = format!("sha256(decode('{seed}', 'hex') || uuid_send(x.id))");
                tables::insert(entity, Some(party.id.0), &[("secret", secret)])
            }
            _ => {
                chain.follow(entity, &batch);
                tables::insert(entity, Some(party.id.0), &[])
            }
        };
        let insert = made(insert).bind::<Jsonb, _>(Value::Array(batch));
        if let Err(cause) = db.run(insert).await {
            return Err(lines.rejected(cause));
        }
    }
}

fn belongs(line: &Value, party: &Party) -> bool {
    let says =
        |member: &str, wanted: &str| line.get(member).and_then(Value::as_str) == Some(wanted);
    says("id", &party.id.to_string()) && says("siren", &party.siren) && says("name", &party.name)
}

fn body_type(lines: &[Value]) -> Result<BodyType, ArchiveError> {
    let line = lines.first().and_then(|line| line.get("type"));
    let text = line.and_then(Value::as_str).unwrap_or_default();
    Ok(text.parse().map_err(StoreError::corrupt)?)
}

/// Under which ids grants reach the collectivity, as when it joined.
fn audiences(party: &Party, lines: &[Value]) -> Result<String, ArchiveError> {
    let value = body_type(lines)?;
    let others = [
        Audience::CollectivityType { value },
        Audience::Network,
        Audience::Public,
    ];
    let ids: Vec<String> = std::iter::once(party.id.0)
        .chain(others.map(Audience::id))
        .map(|id| id.to_string())
        .collect();
    Ok(format!("'{{{}}}'::uuid[]", ids.join(",")))
}

/// Enters the body into the directory of this instance unless it is there: an operator may have added
/// it where it comes from.
async fn list(db: Db<'_>, lines: &[Value]) -> Result<(), ArchiveError> {
    let text = |member: &str| {
        let line = lines.first().and_then(|line| line.get(member));
        line.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let (siren, name) = (text("siren"), text("name"));
    let siren: Siren = siren.parse().map_err(StoreError::corrupt)?;
    db.batch(&format!(
        "insert into directory_entries (code, type, name, folded, siren) \
         values ('{siren}', '{}', {}, {}, '{siren}') on conflict do nothing",
        body_type(lines)?.as_str(),
        quoted(&name),
        quoted(&fold(&name)),
    ))
    .await?;
    Ok(())
}

/// People who are here already must be the same.
async fn people(db: Db<'_>, entity: &Entity, lines: &[Value]) -> Result<(), ArchiveError> {
    let query = format!(
        "select x.email as name from {} join persons p on p.id = x.id or p.email = x.email \
         where (p.id, p.email, p.name, p.created_at) \
            is distinct from (x.id, x.email, x.name, x.created_at) limit 1",
        tables::recordset(entity)
    );
    let query = made(query).bind::<Jsonb, _>(Value::Array(lines.to_vec()));
    let found: Option<Named> = db.row(query).await?;
    found.map_or(Ok(()), |row| Err(ArchiveError::Person(row.name)))
}

/// Keeps what the collectivity knew of others.
async fn references<R: Read + Seek>(
    db: Db<'_>,
    archive: &mut Opened<R>,
    entity: &Entity,
    tenant: Uuid,
) -> Result<(), ArchiveError> {
    let mut lines = archive.lines(entity, place::reference(entity))?;
    loop {
        let batch = lines.batch()?;
        if batch.is_empty() {
            return Ok(());
        }
        let kept: Result<Vec<Value>, serde_json::Error> = batch
            .into_iter()
            .map(|line| {
                let digest = Digest::of_bytes(&canonical(&line)?);
                Ok(serde_json::json!({ "digest": digest, "line": line }))
            })
            .collect();
        let kept = kept.map_err(StoreError::corrupt)?;
        let insert = format!(
            "insert into archived_references (tenant_id, entity, digest, owner_id, line) \
             select '{tenant}', '{}', decode(x.digest, 'hex'), (x.line ->> 'owner_id')::uuid, \
                x.line from jsonb_to_recordset($1) as x (digest text, line jsonb)",
            entity.name
        );
        let insert = made(insert).bind::<Jsonb, _>(Value::Array(kept));
        if let Err(cause) = db.run(insert).await {
            return Err(lines.rejected(cause));
        }
    }
}

/// What people have read of the inbox, as the audit trail tells it: since the first mark after the
/// last time that somebody took theirs away.
fn marks(tenant: Uuid) -> String {
    format!(
        "insert into inbox_marks (tenant_id, person_id, entry, at) \
         select tenant_id, actor, fact ->> 'notice', min(at) from audit_records a \
         where tenant_id = '{tenant}' and fact ->> 'type' = 'inbox.marked' \
            and (fact ->> 'read')::boolean and actor is not null \
            and not exists (select from audit_records u where u.tenant_id = a.tenant_id \
                and u.actor = a.actor and u.sequence > a.sequence \
                and u.fact ->> 'type' = 'inbox.marked' \
                and u.fact ->> 'notice' = a.fact ->> 'notice' \
                and not (u.fact ->> 'read')::boolean) \
         group by 1, 2, 3"
    )
}

/// Exports into nothing, and compares with the manifest what is the collectivity's own.
async fn verify<R>(db: Db<'_>, archive: &Opened<R>) -> Result<(), ArchiveError> {
    let wanted = &archive.manifest;
    // Documents are made again, here or anywhere, from what is compared.
    let id = wanted.collectivity.id;
    let (summary, _) = export(db, id, &|_| Ok(Vec::new()), Nowhere::default()).await?;
    let again = summary.manifest;
    if again.collectivity != wanted.collectivity {
        return Err(ArchiveError::Unfaithful(place::MANIFEST.to_owned()));
    }
    // Of others, those who are here speak for themselves.
    let own = |entry: &&maillage_domain::partners::archive::Entry| entry.path.starts_with("data/");
    let differing = wanted
        .entries
        .iter()
        .filter(own)
        .find(|entry| !again.entries.contains(entry));
    differing.map_or(Ok(()), |entry| {
        Err(ArchiveError::Unfaithful(entry.path.clone()))
    })
}

/// Takes what is written, and forgets it.
#[derive(Default)]
struct Nowhere(u64);

impl Write for Nowhere {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Nowhere {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        if let SeekFrom::Start(at) = to {
            self.0 = at;
        }
        Ok(self.0)
    }
}

/// A walk along the audit trail as it comes in.
struct Chain {
    link: Link,
    broken_at: Option<i64>,
}

impl Default for Chain {
    fn default() -> Self {
        let (link, broken_at) = (Link::START, None);
        Self { link, broken_at }
    }
}

impl Chain {
    /// A trail that was broken comes in broken: to mend it here would hide it.
    fn follow(&mut self, entity: &Entity, lines: &[Value]) {
        for line in lines {
            let holds = match entity.name {
                "audit_records" => self.step(line),
                "audit_heads" => self.ends(line),
                _ => return,
            };
            if self.broken_at.is_none() && holds.is_none() {
                self.broken_at = Some(self.link.sequence + 1);
            }
        }
    }

    fn step(&mut self, line: &Value) -> Option<()> {
        let of = |member: &str| line.get(member).cloned();
        let record = Record {
            sequence: serde_json::from_value(of("sequence")?).ok()?,
            at: serde_json::from_value(of("at")?).ok()?,
            actor: serde_json::from_value(of("actor")?).ok()?,
            client: serde_json::from_value(of("client")?).ok()?,
            fact: of("fact")?,
            previous: serde_json::from_value(of("previous")?).ok()?,
        };
        let claimed = serde_json::from_value(of("digest")?).ok()?;
        self.link = self.link.step(&record, claimed).ok()?;
        Some(())
    }

    fn ends(&self, line: &Value) -> Option<()> {
        let digest: Digest = serde_json::from_value(line.get("digest")?.clone()).ok()?;
        let sequence = line.get("sequence")?.as_i64()?;
        ((sequence, digest) == (self.link.sequence, self.link.digest)).then_some(())
    }
}

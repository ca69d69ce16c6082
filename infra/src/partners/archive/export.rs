//! Writing an archive: one snapshot, one entity after the other.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use maillage_domain::event::Fact;
use maillage_domain::partners::archive::{
    ENTITIES, Entity, Entry, Manifest, Party, README, REFERENCES, canonical, place, schema,
};
use maillage_domain::value::{CollectivityId, Digest, Siren};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::zip::Writer;
use super::{ArchiveError, Render, Seal, documents, lines, references, tables};
use crate::ambient::Clock;
use crate::error::StoreError;
use crate::identity::Keys;
use crate::sql::made;
use crate::store::Db;
use crate::trail;

/// What moments and bytes look like must not depend on how a server is set up.
pub(super) const PLAIN: &str = "set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; \
    set local extra_float_digits = 1";

/// An archive that was written.
#[derive(Clone, Debug)]
pub struct Summary {
    /// What it consists of.
    pub manifest: Manifest,
    /// The SHA-256 of that.
    pub digest: Digest,
}

/// An archive that was written and signed.
#[derive(Clone, Debug)]
pub struct Exported {
    /// Whose it is.
    pub collectivity: Party,
    /// The SHA-256 of the file.
    pub sha256: Digest,
    /// How long it is, in bytes.
    pub bytes: u64,
    /// How many lines of its own data are in it.
    pub lines: u64,
    /// The signature, to be kept beside the file.
    pub signature: String,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    siren: String,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Writes files and remembers what they come to.
struct Pen<W> {
    zip: Writer<W>,
    manifest: Manifest,
}

impl<W: Write + Seek> Pen<W> {
    fn whole(&mut self, path: String, text: &[u8]) -> Result<(), ArchiveError> {
        self.zip.begin(&path)?;
        self.zip.write(text)?;
        self.end(path, None)
    }

    fn end(&mut self, path: String, lines: Option<u64>) -> Result<(), ArchiveError> {
        let (bytes, sha256) = self.zip.end()?;
        let entry = Entry {
            path,
            bytes,
            lines,
            sha256,
        };
        self.manifest.entries.push(entry);
        Ok(())
    }

    async fn rows(
        &mut self,
        db: Db<'_>,
        entity: &Entity,
        path: String,
        query: &str,
    ) -> Result<(), ArchiveError> {
        self.zip.begin(&path)?;
        let mut count = 0;
        let zip = &mut self.zip;
        let write = |line: Value| {
            let mut text = canonical(&line).map_err(unwritable)?;
            text.push(b'\n');
            count += 1;
            Ok(zip.write(&text)?)
        };
        lines::each(db, entity.is_heavy(), query, write).await?;
        self.end(path, Some(count))
    }
}

fn unwritable(error: impl std::fmt::Display) -> ArchiveError {
    ArchiveError::Unwritable(error.to_string())
}

/// Writes the archive of `tenant` to `out`, from the transaction behind `db`: one snapshot, please.
/// `render` makes its documents.
///
/// # Errors
/// See `ArchiveError`.
pub async fn export<W: Write + Seek>(
    db: Db<'_>,
    tenant: CollectivityId,
    render: Render<'_>,
    out: W,
) -> Result<(Summary, W), ArchiveError> {
    db.batch(PLAIN).await?;
    let find = format!("select id, siren, name from collectivities where id = '{tenant}'");
    let found: Option<Found> = db.row(made(find)).await?;
    let found = found.ok_or_else(|| ArchiveError::Unknown(tenant.to_string()))?;
    let party = Party {
        id: CollectivityId(found.id),
        siren: found.siren,
        name: found.name,
    };
    let (zip, manifest) = (Writer::new(out), Manifest::of(party.clone()));
    let mut pen = Pen { zip, manifest };
    pen.whole(place::README.to_owned(), README.as_bytes())?;
    for entity in ENTITIES {
        pen.whole(place::schema(entity), &schema(entity).map_err(unwritable)?)?;
    }
    for entity in REFERENCES {
        pen.whole(
            place::reference_schema(entity),
            &schema(entity).map_err(unwritable)?,
        )?;
    }
    for entity in ENTITIES {
        let query = tables::rows(entity, tenant.0);
        pen.rows(db, entity, place::data(entity), &query).await?;
    }
    for entity in REFERENCES {
        let query = references::rows(entity, tenant.0);
        pen.rows(db, entity, place::reference(entity), &query)
            .await?;
    }
    documents::each(db, &party, |path, document| {
        let text = render(document).map_err(unwritable)?;
        pen.whole(path, &text)
    })
    .await?;
    let Pen { mut zip, manifest } = pen;
    zip.begin(place::MANIFEST)?;
    zip.write(&manifest.text().map_err(unwritable)?)?;
    let (_, digest) = zip.end()?;
    Ok((Summary { manifest, digest }, zip.finish()?))
}

/// Comes to the SHA-256 of what is written to it, and to the checksum of ZIP.
#[derive(Default)]
pub(super) struct Hasher {
    sha: Sha256,
    crc: crc32fast::Hasher,
}

impl Hasher {
    pub(super) fn digest(self) -> io::Result<Digest> {
        let sha: [u8; 32] = self.sha.finalize().into();
        Digest::from_bytes(&sha).map_err(io::Error::other)
    }

    pub(super) fn crc(&self) -> u32 {
        self.crc.clone().finalize()
    }
}

impl Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sha.update(bytes);
        self.crc.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The length and the SHA-256 of a file, read from its beginning.
pub(super) fn digest(file: &mut (impl Read + Seek)) -> io::Result<(u64, Digest)> {
    file.seek(SeekFrom::Start(0))?;
    let mut hasher = Hasher::default();
    let bytes = io::copy(file, &mut hasher)?;
    Ok((bytes, hasher.digest()?))
}

impl Exported {
    /// Signs what stands in `file`, as the instance whose `keys` these are.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn sign(
        file: &mut (impl Read + Seek),
        summary: Summary,
        keys: &Keys,
        now: DateTime<Utc>,
    ) -> Result<Self, ArchiveError> {
        let (bytes, sha256) = digest(file)?;
        let collectivity = summary.manifest.collectivity;
        let of = (collectivity.id, collectivity.siren.clone());
        let signature = Seal::sign(keys, now, of, (sha256, summary.digest)).map_err(unwritable)?;
        let data = summary.manifest.entries.iter();
        let data = data.filter(|entry| entry.path.starts_with("data/"));
        Ok(Self {
            collectivity,
            sha256,
            bytes,
            lines: data.filter_map(|entry| entry.lines).sum(),
            signature,
        })
    }
}

/// Writes and signs the archive of the collectivity of that SIREN, as the owner of the database.
///
/// The collectivity is told in its audit trail, after the snapshot: what the archive holds ends before.
///
/// # Errors
/// See `ArchiveError`.
pub async fn export_of_owner(
    owner_url: &str,
    siren: &Siren,
    keys: &Keys,
    render: Render<'_>,
    mut file: File,
) -> Result<Exported, ArchiveError> {
    let conn = AsyncPgConnection::establish(owner_url).await?;
    let db = Db::of_owner(&conn);
    db.batch("begin isolation level repeatable read, read only; set local row_security = off")
        .await?;
    let find = format!("select id, siren, name from collectivities where siren = '{siren}'");
    let found: Option<Found> = db.row(made(find)).await?;
    let found = found.ok_or_else(|| ArchiveError::Unknown(siren.to_string()))?;
    let tenant = CollectivityId(found.id);
    let buffered = io::BufWriter::with_capacity(1 << 18, &mut file);
    let (summary, buffered) = export(db, tenant, render, buffered).await?;
    drop(buffered);
    db.batch("commit").await?;
    let now = Clock::default().now();
    let exported = Exported::sign(&mut file, summary, keys, now)?;
    let fact = Fact::CollectivityExported {
        archive: exported.sha256,
    };
    db.batch("begin; set local row_security = off").await?;
    trail::record_of_owner(db, tenant.0, now, &fact).await?;
    db.batch("commit").await?;
    Ok(exported)
}

impl From<ArchiveError> for StoreError {
    /// For those who export within a transaction of the store.
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Store(error) => error,
            error => Self::corrupt(error),
        }
    }
}

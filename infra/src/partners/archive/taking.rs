//! Taking everything away by oneself: the archive as a member writes it, kept as the file of a job.

use std::fs::File;
use std::io::{BufWriter, Read as _, Seek as _, SeekFrom};

use maillage_domain::partners::Job;
use maillage_domain::partners::archive::TakenAway;
use maillage_domain::value::CollectivityId;

use super::{ArchiveError, Exported, Render, export};
use crate::error::StoreError;
use crate::identity::Keys;
use crate::partners::{Role, add_piece};
use crate::store::{Keep, Tx};

/// How many bytes a piece of the file has.
const PIECE: u64 = 4 << 20;

/// Writes and signs the archive of the collectivity of `job` as whoever asked for it sees it, and keeps
/// it as the file of the job; says in how many pieces. The transaction must see one moment.
///
/// # Errors
/// See `ArchiveError`.
pub async fn export_of_job(
    tx: &Tx,
    job: &Job,
    keys: &Keys,
    render: Render<'_>,
) -> Result<(Exported, i64), ArchiveError> {
    // Without a name: nobody else finds it, and nothing is left of it whatever dies.
    let mut file = tempfile::tempfile()?;
    let buffered = BufWriter::with_capacity(1 << 18, &mut file);
    let (summary, buffered) = export(tx.db(), job.collectivity, render, buffered).await?;
    drop(buffered);
    let exported = Exported::sign(&mut file, summary, keys, tx.now())?;
    let pieces = keep(tx, job, &mut file).await?;
    Ok((exported, pieces))
}

async fn keep(tx: &Tx, job: &Job, file: &mut File) -> Result<i64, ArchiveError> {
    file.seek(SeekFrom::Start(0))?;
    let mut number = 0;
    loop {
        let mut piece = Vec::new();
        file.by_ref().take(PIECE).read_to_end(&mut piece)?;
        if piece.is_empty() {
            return Ok(number);
        }
        add_piece(tx, job, Role::Result, number, piece).await?;
        number += 1;
    }
}

impl Keep for TakenAway {
    /// Nothing but the fact: what was taken away is still there.
    async fn keep(&self, _: &Tx) -> Result<(), StoreError> {
        Ok(())
    }

    fn tenant(&self) -> Option<CollectivityId> {
        Some(self.collectivity)
    }
}

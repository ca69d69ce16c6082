//! Lines out of the database, a few at a time, and out of a file.

use std::io::{BufRead, BufReader, Read};

use diesel::QueryableByName;
use diesel::sql_types::Jsonb;
use maillage_domain::partners::archive::{Entity, MAX_LINE, read_line};
use serde_json::Value;

use super::ArchiveError;
use crate::error::StoreError;
use crate::sql::made;
use crate::store::Db;

/// Lines fetched at a time, of those that are short and of those that are whole texts.
const PAGES: (usize, usize) = (500, 20);
/// How many bytes of lines are given to the database at a time.
const BATCH: usize = 4 * 1024 * 1024;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Jsonb)]
    line: Value,
}

/// Gives each line of `query` to `take`, page by page. A cursor, so that all pages are of one moment
/// and none is sought again; few at a time where each is `heavy`.
pub(super) async fn each(
    db: Db<'_>,
    heavy: bool,
    query: &str,
    mut take: impl FnMut(Value) -> Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    let page = if heavy { PAGES.1 } else { PAGES.0 };
    db.batch(&format!("declare archive no scroll cursor for {query}"))
        .await?;
    loop {
        let fetch = made(format!("fetch {page} from archive"));
        let rows: Vec<Row> = db.rows(fetch).await?;
        let fetched = rows.len();
        for row in rows {
            take(row.line)?;
        }
        if fetched < page {
            break;
        }
    }
    db.batch("close archive").await?;
    Ok(())
}

/// The lines of a file of the archive, some at a time.
pub(super) struct Lines<'e, R> {
    input: BufReader<R>,
    entity: &'e Entity,
    path: String,
    /// How many were read.
    pub(super) read: u64,
}

impl<'e, R: Read> Lines<'e, R> {
    pub(super) fn of(entity: &'e Entity, path: String, input: R) -> Self {
        let input = BufReader::with_capacity(1 << 16, input);
        let read = 0;
        Self {
            input,
            entity,
            path,
            read,
        }
    }

    /// The next lines; none at the end.
    pub(super) fn batch(&mut self) -> Result<Vec<Value>, ArchiveError> {
        let (mut lines, mut bytes) = (Vec::new(), 0);
        while bytes < BATCH && lines.len() < PAGES.0 {
            let mut line = Vec::new();
            let limit = MAX_LINE as u64 + 1;
            let length = (&mut self.input).take(limit).read_until(b'\n', &mut line)?;
            if length == 0 {
                break;
            }
            self.read += 1;
            if line.pop() != Some(b'\n') {
                let (path, line) = (self.path.clone(), self.read);
                return Err(ArchiveError::Length { path, line });
            }
            let value = read_line(self.entity, &line)
                .map_err(|fault| ArchiveError::line(&self.path, self.read, fault))?;
            bytes += length;
            lines.push(value);
        }
        Ok(lines)
    }

    /// What went wrong with lines that were read last.
    pub(super) fn rejected(&self, cause: StoreError) -> ArchiveError {
        ArchiveError::Rejected {
            path: self.path.clone(),
            line: self.read + 1,
            cause,
        }
    }
}

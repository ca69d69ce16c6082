//! `Db`: a connection within an entered transaction, for finds and lists.

use std::sync::atomic::{AtomicBool, Ordering};

use diesel::pg::Pg;
use diesel::query_builder::{QueryFragment, QueryId};
use diesel::sql_types::{Integer, Text};
use diesel_async::methods::{ExecuteDsl, LoadQuery};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _};

use super::tally::{Counted, Tally};
use crate::error::{Constraint, StoreError};
use crate::sql::query;

/// A connection within an entered transaction; queries may be pipelined on it.
#[derive(Clone, Copy)]
pub struct Db<'c> {
    conn: &'c AsyncPgConnection,
    /// Whether a statement has failed: PostgreSQL then turns COMMIT into ROLLBACK, and says so to
    /// nobody who does not look.
    failed: Option<&'c AtomicBool>,
    /// What counts the rows of lists instead of giving them.
    tally: Option<&'c Tally>,
}

query! {
    /// Waits for whoever has said the same words, and keeps others waiting until COMMIT.
    Alone { doing: String as Text } -> (Integer,)
    "select 1 from (select pg_advisory_xact_lock(hashtextextended(?, 0))) alone"
}

impl<'c> Db<'c> {
    /// A connection with an open transaction.
    pub(super) fn within(conn: &'c AsyncPgConnection, failed: &'c AtomicBool) -> Self {
        Self {
            conn,
            failed: Some(failed),
            tally: None,
        }
    }

    /// A connection of the owner of the database, for migrations and the directory only.
    pub(crate) fn of_owner(conn: &'c AsyncPgConnection) -> Self {
        Self {
            conn,
            failed: None,
            tally: None,
        }
    }

    fn told<T>(self, result: diesel::QueryResult<T>) -> Result<T, StoreError> {
        if let (Err(_), Some(failed)) = (&result, self.failed) {
            failed.store(true, Ordering::Relaxed);
        }
        result.map_err(StoreError::from)
    }

    /// Runs statements without parameters.
    pub(crate) async fn batch(self, sql: &str) -> Result<(), StoreError> {
        let mut conn = self.conn;
        self.told(conn.batch_execute(sql).await)
    }

    /// Every row of the answer.
    pub(crate) async fn rows<'q, U>(
        self,
        query: impl LoadQuery<'q, &'c AsyncPgConnection, U> + 'q,
    ) -> Result<Vec<U>, StoreError>
    where
        U: Send,
        'c: 'q,
    {
        let mut conn = self.conn;
        self.told(RunQueryDsl::load(query, &mut conn).await)
    }

    /// The same connection, on which lists are counted and not given: `tally` learns how many rows
    /// each would have had, and whoever asked for it gets none.
    #[must_use]
    pub fn counting<'s>(self, tally: &'s Tally) -> Db<'s>
    where
        'c: 's,
    {
        Db {
            tally: Some(tally),
            ..self
        }
    }

    /// Every row of a list that is given by pages, or their number; see `counting`.
    pub(crate) async fn list<'q, U: Send, Q>(self, query: Q) -> Result<Vec<U>, StoreError>
    where
        Q: LoadQuery<'q, &'c AsyncPgConnection, U> + 'q,
        Counted<Q>: LoadQuery<'q, &'c AsyncPgConnection, (i64,)> + 'q,
        'c: 'q,
    {
        let Some(tally) = self.tally else {
            return self.rows(query).await;
        };
        let counted: Vec<(i64,)> = self.rows(Counted(query)).await?;
        tally.add(counted.into_iter().map(|(rows,)| rows).sum());
        Ok(Vec::new())
    }

    /// The first row of the answer, if any.
    pub(crate) async fn row<U: Send>(
        self,
        query: impl LoadQuery<'c, &'c AsyncPgConnection, U> + 'c,
    ) -> Result<Option<U>, StoreError> {
        self.rows(query).await.map(|rows| rows.into_iter().next())
    }

    /// Runs a statement and counts the rows it touched.
    pub(crate) async fn run<'q>(
        self,
        statement: impl ExecuteDsl<&'c AsyncPgConnection> + QueryFragment<Pg> + QueryId + 'q,
    ) -> Result<usize, StoreError>
    where
        'c: 'q,
    {
        let mut conn = self.conn;
        self.told(RunQueryDsl::execute(statement, &mut conn).await)
    }

    /// Runs a statement that must change one row, no more and no less.
    ///
    /// A policy empties an UPDATE or a DELETE without a word, and so does whoever deleted the row a
    /// moment ago: what is acknowledged must have happened. The transaction is lost either way.
    ///
    /// # Errors
    /// `Conflict(Concurrent)` when it changed none; a statement that changes several is wrong.
    pub(crate) async fn run_one<'q>(
        self,
        statement: impl ExecuteDsl<&'c AsyncPgConnection> + QueryFragment<Pg> + QueryId + 'q,
    ) -> Result<(), StoreError>
    where
        'c: 'q,
    {
        let error = match self.run(statement).await? {
            1 => return Ok(()),
            0 => StoreError::Conflict(Constraint::Concurrent),
            rows => StoreError::corrupt(format!("{rows} rows changed instead of one")),
        };
        if let Some(failed) = self.failed {
            failed.store(true, Ordering::Relaxed);
        }
        Err(error)
    }

    /// Lets nobody else do what these words say until COMMIT; waits for who does. For what no row can
    /// be locked for, because it may not be there yet.
    ///
    /// # Errors
    /// When the database stands in the way.
    pub(crate) async fn alone(&self, doing: String) -> Result<(), StoreError> {
        self.run(Alone { doing }).await.map(|_| ())
    }
}

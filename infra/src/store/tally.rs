//! Counting a list instead of reading it: any list, with the query it has.

use std::sync::atomic::{AtomicU32, Ordering};

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;

/// How many rows the lists had that were asked for with it; see `Db::counting`.
#[derive(Debug, Default)]
pub struct Tally(AtomicU32);

impl Tally {
    /// How many rows.
    pub fn rows(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// Adds the rows of one list.
    pub(super) fn add(&self, rows: i64) {
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        self.0.fetch_add(rows, Ordering::Relaxed);
    }
}

/// The number of rows of a query, limit and all. What nobody looks at the planner leaves out.
#[derive(Clone, Copy, Debug, QueryId)]
pub(crate) struct Counted<Q>(pub(super) Q);

impl<Q> Query for Counted<Q> {
    type SqlType = (BigInt,);
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Counted<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> diesel::QueryResult<()> {
        out.push_sql("select count(*) from (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") counted");
        Ok(())
    }
}

//! Deviations from what a source imposes: the reasons that are given, and what the source is told.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid};
use maillage_domain::commons::{Justification, Kind, Published, Reporting};
use maillage_domain::value::ResourceId;
use uuid::Uuid;

use crate::error::StoreError;
use crate::schema::{deviations, published_deviations, resources};
use crate::sql::query;
use crate::store::{Db, Keep, Tx};

query! {
    /// What the adaptations of a resource of the caller that agreed to be counted depart from.
    ReceivedRows { id: Uuid as SqlUuid } -> (
        BigInt, Nullable<Text>, Nullable<Text>, Nullable<BigInt>, Nullable<BigInt>,
        Nullable<BigInt>, Nullable<BigInt>,
    )
    "select reporting, clause_id, title, deviating, removed, rewritten, loosened \
     from received_deviations(?)"
}

/// What the source of adaptations is told of their deviations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// How many published adaptations are counted; none while too few have agreed.
    pub reporting: Option<i64>,
    /// The imposed clauses that any of them departs from.
    pub clauses: Vec<ReceivedClause>,
}

/// How many adaptations depart from a clause, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedClause {
    /// The clause.
    pub clause: String,
    /// Its title in the source.
    pub title: String,
    /// How many depart from it in any way.
    pub deviating: i64,
    /// How many have removed it.
    pub removed: i64,
    /// How many say something else.
    pub rewritten: i64,
    /// How many impose it no longer.
    pub loosened: i64,
}

/// What the adaptations of a resource of the caller depart from, in numbers and never whose.
///
/// # Errors
/// When the database stands in the way; of what is not the caller's there is nothing.
pub async fn received_deviations(db: Db<'_>, id: ResourceId) -> Result<Received, StoreError> {
    type Row = (
        i64,
        Option<String>,
        Option<String>,
        Option<i64>,
        Option<i64>,
        Option<i64>,
        Option<i64>,
    );
    let rows: Vec<Row> = db.rows(ReceivedRows { id: id.0 }).await?;
    let reporting = rows.first().map(|row| row.0);
    let clauses = rows.into_iter().filter_map(|row| {
        let (_, clause, title, deviating, removed, rewritten, loosened) = row;
        Some(ReceivedClause {
            clause: clause?,
            title: title?,
            deviating: deviating?,
            removed: removed?,
            rewritten: rewritten?,
            loosened: loosened?,
        })
    });
    Ok(Received {
        reporting,
        clauses: clauses.collect(),
    })
}

/// Keeps how a version departs from what its source imposes, where it does.
pub(super) async fn keep_published<K: Kind>(
    tx: &Tx,
    published: &Published<K>,
) -> Result<(), StoreError> {
    let (resource, version) = (&published.resource, &published.version);
    if version.deviations.is_empty() {
        return Ok(());
    }
    let found = serde_json::to_value(&version.deviations).map_err(StoreError::corrupt)?;
    let insert = diesel::insert_into(published_deviations::table).values((
        published_deviations::tenant_id.eq(resource.collectivity.0),
        published_deviations::resource_id.eq(resource.id.0),
        published_deviations::number.eq(version.number),
        published_deviations::deviations.eq(found),
    ));
    tx.db().run_one(insert).await
}

impl<K: Kind> Keep for Justification<K> {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let (resource, it) = (&self.resource, &self.justified);
        let changes = (
            deviations::reason.eq(it.reason.text.as_str().to_owned()),
            deviations::revision.eq(it.reason.revision),
            deviations::written_by.eq(it.reason.written_by.0),
            deviations::written_at.eq(it.reason.written_at),
        );
        let key = (
            deviations::tenant_id.eq(resource.collectivity.0),
            deviations::resource_id.eq(resource.id.0),
            deviations::clause_id.eq(it.deviation.clause.as_str().to_owned()),
        );
        let insert = diesel::insert_into(deviations::table)
            .values((key, changes.clone()))
            .on_conflict((
                deviations::tenant_id,
                deviations::resource_id,
                deviations::clause_id,
            ))
            .do_update()
            .set(changes);
        tx.db().run_one(insert).await
    }
}

impl<K: Kind> Keep for Reporting<K> {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let it = &self.0;
        let row = resources::table.find((it.collectivity.0, it.id.0));
        let update = diesel::update(row).set((
            resources::reports_deviations.eq(it.reports_deviations),
            resources::revision.eq(it.revision),
        ));
        tx.db().run_one(update).await
    }
}

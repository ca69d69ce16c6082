//! Comments: what the two parties of an amendment say of it, read by whoever reads the amendment.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};
use maillage_domain::commons::Comment;
use maillage_domain::value::{AmendmentId, CollectivityId, CommentId, PersonId};
use uuid::Uuid;

use super::Owner;
use super::amendments::{discussed, readable};
use super::seen::text;
use crate::error::StoreError;
use crate::schema::amendment_comments as table;
use crate::sql::query;
use crate::store::{Db, Keep, Tx};

/// The comments of an amendment that fit `$condition`.
macro_rules! comments_where {
    ($condition:literal) => {
        concat!(
            "select m.tenant_id, m.id, m.author_id, m.person_id, m.text, m.at, c.siren, c.name \
             from amendments a \
             join amendment_comments m on m.tenant_id = a.tenant_id and m.amendment_id = a.id \
             join collectivities c on c.id = m.author_id \
             where a.id = ? and ",
            readable!(),
            " and ",
            $condition
        )
    };
}

query! {
    /// The comments of an amendment, oldest first.
    Comments {
        amendment: Uuid as SqlUuid,
        after: Uuid as SqlUuid,
        limit: i64 as BigInt,
    } -> (SqlUuid, SqlUuid, SqlUuid, SqlUuid, Text, Timestamptz, Text, Text)
    comments_where!("m.id > ? order by m.id limit ?")
}

/// A comment with the name of the collectivity that says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptComment {
    /// The comment.
    pub comment: Comment,
    /// Which collectivity says it.
    pub author: Owner,
}

query! {
    /// One comment.
    OneComment { amendment: Uuid as SqlUuid, id: Uuid as SqlUuid } -> (
        SqlUuid, SqlUuid, SqlUuid, SqlUuid, Text, Timestamptz, Text, Text,
    )
    comments_where!("m.id = ?")
}

query! {
    /// How many comments an amendment has.
    CountComments { amendment: Uuid as SqlUuid } -> (BigInt,)
    concat!(
        "select count(*) from amendments a \
         join amendment_comments m on m.tenant_id = a.tenant_id and m.amendment_id = a.id \
         where a.id = ? and ",
        readable!()
    )
}

type Row = (
    Uuid,
    Uuid,
    Uuid,
    Uuid,
    String,
    DateTime<Utc>,
    String,
    String,
);

fn kept(amendment: AmendmentId, row: Row) -> Result<KeptComment, StoreError> {
    let (proposer, id, author, person, said, at, siren, name) = row;
    let author = CollectivityId(author);
    Ok(KeptComment {
        comment: Comment {
            id: CommentId(id),
            proposer: CollectivityId(proposer),
            amendment,
            author,
            person: PersonId(person),
            text: text(said)?,
            at,
        },
        author: Owner {
            id: author,
            siren,
            name,
        },
    })
}

/// One comment of an amendment that the caller may read.
///
/// # Errors
/// `Missing` when there is none.
pub async fn comment(
    db: Db<'_>,
    amendment: AmendmentId,
    id: CommentId,
) -> Result<KeptComment, StoreError> {
    let one = OneComment {
        amendment: amendment.0,
        id: id.0,
    };
    let found: Option<Row> = db.row(one).await?;
    kept(amendment, found.ok_or(StoreError::Missing)?)
}

/// The comments of an amendment that the caller may read, oldest first.
///
/// # Errors
/// When the database stands in the way.
pub async fn comments(
    db: Db<'_>,
    amendment: AmendmentId,
    after: Option<CommentId>,
    limit: i64,
) -> Result<Vec<KeptComment>, StoreError> {
    let list = Comments {
        amendment: amendment.0,
        after: after.map_or(Uuid::nil(), |id| id.0),
        limit,
    };
    let rows: Vec<Row> = db.list(list).await?;
    rows.into_iter().map(|row| kept(amendment, row)).collect()
}

/// How many comments an amendment has that the caller may read.
///
/// # Errors
/// When the database stands in the way.
pub async fn count_comments(db: Db<'_>, amendment: AmendmentId) -> Result<usize, StoreError> {
    let counted: Option<(i64,)> = db
        .row(CountComments {
            amendment: amendment.0,
        })
        .await?;
    usize::try_from(counted.map_or(0, |(count,)| count)).map_err(StoreError::corrupt)
}

impl Keep for Comment {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let insert = diesel::insert_into(table::table).values((
            table::tenant_id.eq(self.proposer.0),
            table::amendment_id.eq(self.amendment.0),
            table::id.eq(self.id.0),
            table::author_id.eq(self.author.0),
            table::person_id.eq(self.person.0),
            table::text.eq(self.text.as_str().to_owned()),
            table::at.eq(self.at),
        ));
        tx.db().run_one(insert).await
    }
}

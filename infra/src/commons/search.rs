//! Full-text search over what the caller may see: French stems, accents ignored, across kinds.

use chrono::{DateTime, Utc};
use diesel::sql_types::{
    Array, BigInt, Bool, Float, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use maillage_domain::access::{Actor, Member, Relation, Role, Roles, Verb, decide};
use maillage_domain::commons::KindName;
use maillage_domain::value::{CollectivityId, PersonId, ResourceId};
use uuid::Uuid;

use super::seen::Owner;
use crate::error::StoreError;
use crate::sql::query;
use crate::store::Db;

/// Stands before a found word: a private-use character that no text may contain otherwise.
pub const MARK_START: char = '\u{e000}';
/// Stands after it.
pub const MARK_END: char = '\u{e001}';

/// At most this many documents are kept, the best of up to ten times as many that are ranked; a
/// search that finds more is too vague to page through.
const CANDIDATES: i32 = 1_000;

/// A resource that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Its id.
    pub id: ResourceId,
    /// Its kind.
    pub kind: KindName,
    /// Whose it is.
    pub owner: Owner,
    /// Its title, with marks.
    pub title: String,
    /// Where its text matches, with marks.
    pub extract: String,
    /// Whether the draft was found rather than what is published.
    pub draft: bool,
    /// How well it fits.
    pub rank: f32,
    /// When what the caller sees of it last changed.
    pub updated_at: DateTime<Utc>,
}

query! {
    /// Candidates from the index, one document per resource, checked against resources (and their
    /// policy), then only the page is highlighted.
    Found {
        text: String as Text,
        kind: Option<String> as Nullable<Text>,
        candidates: i32 as Integer,
        insiders: Vec<String> as Array<Text>,
        rank: Option<f32> as Nullable<Float>,
        rank_again: f32 as Float,
        id: Uuid as SqlUuid,
        limit: i64 as BigInt,
        text_again: String as Text,
    } -> (SqlUuid, Text, SqlUuid, Text, Text, Text, Text, Bool, Float, Timestamptz)
    "with best as ( \
        select distinct on (f.resource_id) f.* from search_candidates(?, ?, ?) f \
        where f.facet <> 'draft' \
            or string_to_array(current_setting('maillage.roles', true), ',') && ?::text[] \
                and ((select ctx_client()) is null or 'read_draft' = any ( \
                    string_to_array(current_setting('maillage.scopes', true), ','))) \
        order by f.resource_id, f.facet = 'draft', f.rank desc), \
     page as ( \
        select b.*, r.kind, s.listed_at from best b \
        join resources r on r.tenant_id = b.tenant_id and r.id = b.resource_id \
        cross join lateral ( \
            select max(x.listed_at) as listed_at from shares x \
            where x.tenant_id = r.tenant_id and x.resource_id = r.id \
                and x.audience_id = any ((select ctx_audiences())::uuid[]) \
                and x.listed_at is not null and (x.expires_at is null or x.expires_at > now()) \
                and (x.audience_id = (select ctx_tenant()) \
                    or r.tenant_id <> (select ctx_tenant()))) s \
        where s.listed_at is not null \
            and (?::real is null or (b.rank, b.resource_id) < (?::real, ?::uuid)) \
        order by b.rank desc, b.resource_id desc limit ?) \
     select p.resource_id, p.kind, p.tenant_id, c.siren, c.name, \
        ts_headline('maillage', d.title, q, 'HighlightAll=true,' || marks), \
        ts_headline('maillage', d.content, q, 'MaxFragments=2,MaxWords=25,MinWords=8,' || marks), \
        p.facet = 'draft', p.rank, p.listed_at \
     from page p \
     join search_documents d \
        on d.tenant_id = p.tenant_id and d.resource_id = p.resource_id and d.facet = p.facet \
     join collectivities c on c.id = p.tenant_id, \
     (select shown_words(?) as q) asked, \
     (select U&'StartSel=\"\\e000\",StopSel=\"\\e001\"' as marks) m \
     order by p.rank desc, p.resource_id desc"
}

/// The roles that read what is still being written, as the policy says.
fn insiders() -> Vec<String> {
    let reads = |role: &&Role| {
        let member = Member {
            person: PersonId(Uuid::nil()),
            collectivity: CollectivityId(Uuid::nil()),
            roles: Roles::of(&[**role]),
        };
        decide(Verb::ReadDraft, &Actor::Member(member), Relation::Own).is_ok()
    };
    let roles = Role::ALL.iter().filter(reads);
    roles.map(ToString::to_string).collect()
}

/// The resources that fit `text`, the best first.
///
/// # Errors
/// When the database stands in the way.
pub async fn search(
    db: Db<'_>,
    text: &str,
    kind: Option<KindName>,
    after: Option<(f32, ResourceId)>,
    limit: i64,
) -> Result<Vec<Hit>, StoreError> {
    type Row = (
        Uuid,
        String,
        Uuid,
        String,
        String,
        String,
        String,
        bool,
        f32,
        DateTime<Utc>,
    );
    let found = Found {
        text: text.to_owned(),
        kind: kind.map(|kind| kind.to_string()),
        candidates: CANDIDATES,
        insiders: insiders(),
        rank: after.map(|(rank, _)| rank),
        rank_again: after.map_or(0.0, |(rank, _)| rank),
        id: after.map_or(Uuid::nil(), |(_, id)| id.0),
        limit,
        text_again: text.to_owned(),
    };
    let rows: Vec<Row> = db.list(found).await?;
    let read = |(id, kind, tenant, siren, name, title, extract, draft, rank, updated_at): Row| {
        Ok(Hit {
            id: ResourceId(id),
            kind: kind.parse().map_err(StoreError::corrupt)?,
            owner: Owner {
                id: CollectivityId(tenant),
                siren,
                name,
            },
            title,
            extract,
            draft,
            rank,
            updated_at,
        })
    };
    rows.into_iter().map(read).collect()
}

//! Writing resources: every change updates the one table of visibility in the same transaction.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Text, Uuid as SqlUuid};
use maillage_domain::commons::{
    Begun, Body as _, Described, Discarded, Draft, Drafted, Kind, Published, Resource,
    ResourceState, Withdrawn,
};

use uuid::Uuid;

use super::deviations;
use crate::ambient;
use crate::error::StoreError;
use crate::schema::{drafts, resources, shares, versions};
use crate::sql::query;
use crate::store::{Keep, Tx};

query! {
    /// Writes what search looks through; title weighs most, then summary and tags, then the text.
    IndexDocument {
        tenant: Uuid as SqlUuid,
        resource: Uuid as SqlUuid,
        facet: String as Text,
        kind: String as Text,
        audience: Vec<Uuid> as Array<SqlUuid>,
        title: String as Text,
        summary: String as Text,
        content: String as Text,
    } -> (Integer,)
    "insert into search_documents as d \
        (tenant_id, resource_id, facet, kind, audience, title, content, words) \
     select tenant, resource, facet, kind, audience, title, content, \
        setweight(words_of(title), 'A') \
        || setweight(words_of(summary), 'B') \
        || setweight(words_of(content), 'C') \
     from (values (?, ?, ?, ?, ?, ?, ?, ?)) \
        as n (tenant, resource, facet, kind, audience, title, summary, content) \
     on conflict (tenant_id, resource_id, facet) do update \
        set title = excluded.title, content = excluded.content, words = excluded.words"
}

query! {
    /// Reweighs title and summary of a document whose text stays.
    RetitleDocument {
        title: String as Text,
        title_again: String as Text,
        summary: String as Text,
        tenant: Uuid as SqlUuid,
        resource: Uuid as SqlUuid,
    } -> (Integer,)
    "update search_documents set title = ?, \
        words = setweight(words_of(?), 'A') \
            || setweight(words_of(?), 'B') \
            || setweight(words_of(content), 'C') \
     where tenant_id = ? and resource_id = ?"
}

query! {
    /// The draft is a version now, or gone: search forgets it.
    ForgetDraft { tenant: Uuid as SqlUuid, resource: Uuid as SqlUuid } -> (Integer,)
    "delete from search_documents where tenant_id = ? and resource_id = ? and facet = 'draft'"
}

query! {
    /// Lets every grant of a resource show it as of `at`, or not at all.
    ListGrants {
        tenant: Uuid as SqlUuid,
        resource: Uuid as SqlUuid,
    } -> (Integer,)
    "update shares s set listed_at = r.offered_at from resources r \
     where s.tenant_id = ? and s.resource_id = ? and s.audience is not null \
        and r.tenant_id = s.tenant_id and r.id = s.resource_id"
}

/// Card and text in one line of search: summary and tags weigh alike.
fn summary<K>(resource: &Resource<K>) -> String {
    let tags = resource.card.tags.iter().map(|tag| tag.as_str());
    std::iter::once(resource.card.summary.as_str())
        .chain(tags)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Nobody writes the marks of search results on purpose.
fn unmarked(text: &str) -> String {
    text.replace([super::MARK_START, super::MARK_END], "")
}

/// How much of a text search looks through, in bytes: about a hundred pages.
///
/// PostgreSQL keeps at most 1 MiB of words per document, and a text can become three times as long
/// there as it was: compound words count as a whole and in their parts, each with its places.
const SEARCHED: usize = 256 * 1024;

/// The part of `text` that search looks through.
fn searched(text: &str) -> &str {
    let end = text.floor_char_boundary(SEARCHED);
    text.split_at_checked(end).map_or(text, |(start, _)| start)
}

/// What search is given of one text of `resource`.
pub(super) fn document<K: Kind>(
    (tenant, resource): (Uuid, Uuid),
    facet: &str,
    title: &str,
    summary: String,
    body: &K::Body,
) -> IndexDocument {
    IndexDocument {
        tenant,
        resource,
        facet: facet.to_owned(),
        kind: K::NAME.to_string(),
        audience: vec![tenant],
        title: unmarked(title),
        summary,
        content: searched(&unmarked(&body.text())).to_owned(),
    }
}

async fn index<K: Kind>(
    tx: &Tx,
    resource: &Resource<K>,
    facet: &str,
    title: &str,
    body: &K::Body,
) -> Result<(), StoreError> {
    let ids = (resource.collectivity.0, resource.id.0);
    let document = document::<K>(ids, facet, title, summary(resource), body);
    tx.db().run(document).await.map(|_| ())
}

/// Shows the resource to its owner as of `at`.
async fn list_to_owner<K>(
    tx: &Tx,
    resource: &Resource<K>,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let tenant = resource.collectivity.0;
    let own = shares::table.find((tenant, resource.id.0, tenant));
    tx.db()
        .run_one(diesel::update(own).set(shares::listed_at.eq(at)))
        .await
}

/// Writes card, state and head, and shows the change to whom the resource is granted.
async fn update<K>(tx: &Tx, resource: &Resource<K>) -> Result<(), StoreError> {
    let (tenant, id, at) = (resource.collectivity.0, resource.id.0, resource.updated_at);
    let offered = (resource.state == ResourceState::Published).then_some(at);
    let changes = (
        resources::title.eq(resource.card.title.as_str().to_owned()),
        resources::summary.eq(resource.card.summary.as_str().to_owned()),
        resources::tags.eq(resource.card.tags()),
        resources::state.eq(state(resource.state)),
        resources::revision.eq(resource.revision),
        resources::head_number.eq(resource.head.map(|head| head.number)),
        resources::head_digest.eq(resource.head.map(|head| head.digest.as_bytes().to_vec())),
        resources::head_draft_revision.eq(resource.head.map(|head| head.draft_revision)),
        resources::head_published_at.eq(resource.head.map(|head| head.published_at)),
        resources::offered_at.eq(offered),
    );
    tx.db()
        .run_one(diesel::update(resources::table.find((tenant, id))).set(changes))
        .await?;
    tx.db()
        .run(ListGrants {
            tenant,
            resource: id,
        })
        .await?;
    list_to_owner(tx, resource, at).await
}

pub(super) fn state(state: ResourceState) -> &'static str {
    match state {
        ResourceState::Draft => "draft",
        ResourceState::Published => "published",
        ResourceState::Withdrawn => "withdrawn",
    }
}

async fn write_draft<K: Kind>(
    tx: &Tx,
    resource: &Resource<K>,
    draft: &Draft<K::Body>,
) -> Result<(), StoreError> {
    let body = serde_json::to_value(&draft.body).map_err(StoreError::corrupt)?;
    let changes = (
        drafts::body.eq(body),
        drafts::revision.eq(draft.revision),
        drafts::written_at.eq(draft.written_at),
    );
    let key = (
        drafts::tenant_id.eq(resource.collectivity.0),
        drafts::resource_id.eq(resource.id.0),
    );
    let insert = diesel::insert_into(drafts::table)
        .values((key, changes.clone()))
        .on_conflict((drafts::tenant_id, drafts::resource_id))
        .do_update()
        .set(changes);
    tx.db().run(insert).await?;
    index(
        tx,
        resource,
        "draft",
        resource.card.title.as_str(),
        &draft.body,
    )
    .await
}

impl<K: Kind> Keep for Begun<K> {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let it = &self.resource;
        let insert = diesel::insert_into(resources::table).values((
            resources::tenant_id.eq(it.collectivity.0),
            resources::id.eq(it.id.0),
            resources::kind.eq(K::NAME.as_str()),
            resources::title.eq(it.card.title.as_str().to_owned()),
            resources::summary.eq(it.card.summary.as_str().to_owned()),
            resources::tags.eq(it.card.tags()),
            resources::state.eq(state(it.state)),
            resources::revision.eq(it.revision),
            resources::source_tenant_id.eq(it.source.map(|source| source.collectivity.0)),
            resources::source_resource_id.eq(it.source.map(|source| source.resource.0)),
            resources::source_version.eq(it.source.map(|source| source.version)),
            resources::source_digest.eq(it.source.map(|source| source.digest.as_bytes().to_vec())),
            resources::taken_version.eq(it.taken.map(|taken| taken.version)),
            resources::taken_digest.eq(it.taken.map(|taken| taken.digest.as_bytes().to_vec())),
        ));
        tx.db().run(insert).await?;
        let own = diesel::insert_into(shares::table).values((
            shares::tenant_id.eq(it.collectivity.0),
            shares::resource_id.eq(it.id.0),
            shares::audience_id.eq(it.collectivity.0),
            shares::id.eq(ambient::id()),
            shares::kind.eq(K::NAME.as_str()),
            shares::level.eq(OWN),
            shares::listed_at.eq(it.updated_at),
            shares::granted_at.eq(it.updated_at),
        ));
        tx.db().run(own).await?;
        write_draft(tx, it, &self.draft).await
    }
}

/// The level of the owner's own row.
const OWN: i16 = 2;

impl<K: Kind> Keep for Described<K> {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let resource = &self.0;
        update(tx, resource).await?;
        let title = unmarked(resource.card.title.as_str());
        let retitle = RetitleDocument {
            title: title.clone(),
            title_again: title,
            summary: summary(resource),
            tenant: resource.collectivity.0,
            resource: resource.id.0,
        };
        tx.db().run(retitle).await.map(|_| ())
    }
}

/// Writes a draft, and shows the change to its owner.
pub(super) async fn drafted<K: Kind>(tx: &Tx, it: &Drafted<K>) -> Result<(), StoreError> {
    write_draft(tx, &it.resource, &it.draft).await?;
    list_to_owner(tx, &it.resource, it.draft.written_at).await
}

impl<K: Kind> Keep for Drafted<K> {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        drafted(tx, self).await
    }
}

impl<K: Kind> Keep for Published<K> {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let (resource, version) = (&self.resource, &self.version);
        let (tenant, id) = (resource.collectivity.0, resource.id.0);
        let body = serde_json::to_value(&version.body).map_err(StoreError::corrupt)?;
        let insert = diesel::insert_into(versions::table).values((
            versions::tenant_id.eq(tenant),
            versions::resource_id.eq(id),
            versions::number.eq(version.number),
            versions::title.eq(version.title.clone()),
            versions::body.eq(body),
            versions::note.eq(version.note.as_str().to_owned()),
            versions::digest.eq(version.digest.as_bytes().to_vec()),
            versions::published_by.eq(version.published_by.0),
            versions::published_at.eq(version.published_at),
        ));
        tx.db().run(insert).await?;
        deviations::keep_published(tx, self).await?;
        tx.db()
            .run_one(diesel::delete(drafts::table.find((tenant, id))))
            .await?;
        tx.db()
            .run(ForgetDraft {
                tenant,
                resource: id,
            })
            .await?;
        index(tx, resource, "published", &version.title, &version.body).await?;
        // After the document is there: listing the grants gives it its audience.
        update(tx, resource).await
    }
}

impl<K: Kind> Keep for Withdrawn<K> {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        update(tx, &self.0).await
    }
}

impl<K: Kind> Keep for Discarded<K> {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let key = (self.0.collectivity.0, self.0.id.0);
        tx.db()
            .run_one(diesel::delete(resources::table.find(key)))
            .await
    }
}

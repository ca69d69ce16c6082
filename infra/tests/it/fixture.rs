//! What tests start from: towns that write, share and work together.
//!
//! A town does what a request would do, through the same transitions and the same store.

use chrono::{DateTime, Utc};
use maillage_domain::access::{Action, Permitted, Role, Subject, act, authorize};
use maillage_domain::commons::{
    Audience, Card, Charter, CharterBody, Draft, Level, Published, Resource, Shareable, Version,
};
use maillage_domain::identity::{BodyType, Staff};
use maillage_domain::value::{CollectivityId, ResourceId, ShareId};
use maillage_infra::ambient;
use maillage_infra::commons::{self, Hit, Page, Seen, find_for_update, find_share, newest};
use maillage_infra::error::StoreError;
use maillage_infra::groups::own_participation;
use maillage_infra::store::{Bearer, Db, Store, Tx};
use maillage_infra::testing::{Tenant, TestDatabase};
use serde_json::json;
use tokio_postgres::{Client, NoTls};

/// Whatever went wrong, with its cause.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A plain connection, for what no caller of the store can ask.
pub async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// The first column of the only row, as the owner of the database reads it.
pub async fn ask<T: for<'a> tokio_postgres::types::FromSql<'a>>(sql: &str) -> T {
    let client = connect(&TestDatabase::shared().owner_url()).await;
    client.query_one(sql, &[]).await.unwrap().get(0)
}

/// The error of the store behind a failure.
pub fn cause<T>(result: Result<T, Failure>) -> StoreError {
    match result {
        Ok(_) => panic!("it succeeded"),
        Err(error) => *error.downcast().expect("an error of the store"),
    }
}

/// A body of one clause that says `text`.
pub fn body(text: &str) -> CharterBody {
    let clause = json!({"id": "art-1", "title": "Article 1", "text": text});
    serde_json::from_value(json!({"clauses": [clause]})).unwrap()
}

pub fn card(title: &str, tags: &[&str]) -> Card {
    Card {
        title: title.to_owned().try_into().unwrap(),
        summary: String::new().try_into().unwrap(),
        tags: tags
            .iter()
            .map(|tag| (*tag).to_owned().try_into().unwrap())
            .collect(),
    }
}

/// What the policy allows the actor of the transaction.
pub fn allowed<A: Action, T: Subject>(tx: &Tx, subject: T) -> Result<Permitted<A, T>, Failure> {
    Ok(authorize(tx.actor()?, subject)?)
}

/// A collectivity with its director, as requests of that director meet the store.
#[derive(Clone)]
pub struct Town {
    pub store: Store,
    pub tenant: Tenant,
    pub director: Bearer,
}

impl Town {
    /// A commune that has just joined.
    pub async fn new(store: &Store) -> Self {
        Self::of(store, BodyType::Commune).await
    }

    pub async fn of(store: &Store, body_type: BodyType) -> Self {
        let db = TestDatabase::shared();
        let tenant = db.tenant_of(db.siren(), body_type).await;
        let director = db.member(&tenant, &[Role::Director]).await;
        let store = store.clone();
        Self {
            store,
            tenant,
            director,
        }
    }

    pub fn id(&self) -> CollectivityId {
        self.tenant.id
    }

    pub async fn read<T>(
        &self,
        query: impl AsyncFnOnce(Db<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        Ok(self.store.read(&self.director, query).await?.1)
    }

    pub async fn write<T>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.store.write(&self.director, work).await
    }

    /// Begins a charter that says `text`.
    pub async fn begin(&self, title: &str, text: &str) -> ResourceId {
        self.begin_with(card(title, &[]), text).await
    }

    pub async fn begin_with(&self, card: Card, text: &str) -> ResourceId {
        let id = ResourceId(ambient::id());
        let begin = async |tx: &mut Tx| {
            let collectivity = self.id();
            let create = allowed::<act::Create, _>(tx, Staff { collectivity })?;
            let begun = create.create::<Charter>(id, card, body(text), tx.now())?;
            Ok(tx.save(begun).await?)
        };
        self.write(begin).await.unwrap();
        id
    }

    /// Rewrites the draft.
    pub async fn draft(&self, id: ResourceId, text: &str) -> Draft<CharterBody> {
        let draft = async |tx: &mut Tx| {
            let bench = find_for_update::<Charter>(tx, id).await?;
            let drafted = allowed::<act::Write, _>(tx, bench)?.write(body(text), tx.now())?;
            Ok(tx.save(drafted).await?.draft)
        };
        self.write(draft).await.unwrap()
    }

    pub async fn try_publish(&self, id: ResourceId) -> Result<Version<CharterBody>, Failure> {
        self.write(async |tx| {
            let bench = find_for_update::<Charter>(tx, id).await?;
            let publish = allowed::<act::Publish, _>(tx, bench)?;
            let note = "Adoptée.".to_owned().try_into()?;
            let published = publish.publish(note, tx.now())?;
            Ok(tx.save(published).await?.version)
        })
        .await
    }

    /// Begins and publishes a charter that says `text`.
    pub async fn publish(&self, title: &str, text: &str) -> ResourceId {
        let id = self.begin(title, text).await;
        self.try_publish(id).await.unwrap();
        id
    }

    /// Publishes again, saying `text`.
    pub async fn republish(&self, id: ResourceId, text: &str) -> Version<CharterBody> {
        self.draft(id, text).await;
        self.try_publish(id).await.unwrap()
    }

    pub async fn describe(&self, id: ResourceId, card: Card) {
        let describe = async |tx: &mut Tx| {
            let resource = find_for_update::<Charter>(tx, id).await?.resource;
            let described = allowed::<act::Describe, _>(tx, resource)?.describe(card, tx.now())?;
            Ok(tx.save(described).await?)
        };
        self.write(describe).await.unwrap();
    }

    pub async fn withdraw(&self, id: ResourceId) {
        let withdraw = async |tx: &mut Tx| {
            let resource = find_for_update::<Charter>(tx, id).await?.resource;
            let withdrawn = allowed::<act::Withdraw, _>(tx, resource)?.withdraw(tx.now())?;
            Ok(tx.save(withdrawn).await?)
        };
        self.write(withdraw).await.unwrap();
    }

    pub async fn discard(&self, id: ResourceId) {
        let discard = async |tx: &mut Tx| {
            let resource = find_for_update::<Charter>(tx, id).await?.resource;
            let discarded = allowed::<act::Discard, _>(tx, resource)?.discard()?;
            Ok(tx.save(discarded).await?)
        };
        self.write(discard).await.unwrap();
    }

    pub async fn try_share(
        &self,
        id: ResourceId,
        audience: Audience,
        level: Level,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<ShareId, Failure> {
        self.write(async |tx| {
            let resource = find_for_update::<Charter>(tx, id).await?.resource;
            let participation = match audience {
                Audience::Group { id } => own_participation(tx.db(), id).await?,
                _ => None,
            };
            let shareable = Shareable {
                resource,
                participation,
            };
            let share = allowed::<act::Share, _>(tx, shareable)?;
            let share_id = ShareId(ambient::id());
            let shared = share.share(share_id, audience, level, expires_at, tx.now())?;
            Ok(tx.save(shared).await?.id)
        })
        .await
    }

    /// Grants a charter to be adapted.
    pub async fn share(&self, id: ResourceId, audience: Audience) -> ShareId {
        let shared = self.try_share(id, audience, Level::Reuse, None).await;
        shared.unwrap()
    }

    pub async fn unshare(&self, id: ResourceId, share: ShareId) {
        let unshare = async |tx: &mut Tx| {
            let share = find_share(tx, self.id(), id, share).await?;
            let unshared = allowed::<act::Unshare, _>(tx, share)?.unshare();
            Ok(tx.save(unshared).await?)
        };
        self.write(unshare).await.unwrap();
    }

    /// Makes a charter of its own from the newest version of another's.
    pub async fn adapt(&self, source: ResourceId) -> ResourceId {
        let id = ResourceId(ambient::id());
        let adapt = async |tx: &mut Tx| {
            let (seen, version) = commons::version::<Charter>(tx.db(), source, None).await?;
            let resource = seen.resource;
            let adapt = allowed::<act::Adapt, _>(tx, Published { resource, version })?;
            let adapted = adapt.adapt(id, tx.now())?;
            Ok(tx.save(adapted).await?)
        };
        self.write(adapt).await.unwrap();
        id
    }

    /// The charters it sees, newest first.
    pub async fn list(&self, page: Page) -> Vec<Resource<Charter>> {
        let listed = self
            .read(async |db| newest::<Charter>(db, &page).await)
            .await;
        listed
            .unwrap()
            .into_iter()
            .map(|seen| seen.resource)
            .collect()
    }

    pub async fn find(&self, id: ResourceId) -> Result<Seen<Charter>, StoreError> {
        let found = self.read(async |db| commons::resource::<Charter>(db, id).await);
        found.await.map(|(seen, _)| seen)
    }

    pub async fn search(&self, text: &str) -> Vec<Hit> {
        let search = async |db: Db<'_>| commons::search(db, text, None, None, 100).await;
        self.read(search).await.unwrap()
    }
}

//! Writing: what is published stays as it was (L2), what is discarded is gone, and of two writers
//! one wins.

use maillage_domain::commons::{
    Audience, Charter, Level, ResourceError, ResourceState, ShareError, digest,
};
use maillage_infra::commons::{shares, version, versions, workbench};
use maillage_infra::error::{Constraint, StoreError};
use maillage_infra::store::Db;
use maillage_infra::testing::TestDatabase;

use crate::fixture::{Town, ask, body, card, cause};

#[tokio::test]
async fn versions_count_from_one_and_keep_what_they_said() {
    let town = Town::new(&TestDatabase::shared().store()).await;
    let id = town.publish("Charte", "Un.").await;
    town.republish(id, "Deux.").await;
    town.describe(id, card("Nouveau titre", &[])).await;
    town.republish(id, "Trois.").await;

    let list = town.read(async |db| versions::<Charter>(db, id, None, 10).await);
    let list = list.await.unwrap();
    let told: Vec<_> = list
        .iter()
        .map(|it| (it.number, it.title.as_str()))
        .collect();
    assert_eq!(told, [(3, "Nouveau titre"), (2, "Charte"), (1, "Charte")]);
    for (number, text) in [(1, "Un."), (2, "Deux."), (3, "Trois.")] {
        let found = town.read(async |db| version::<Charter>(db, id, Some(number)).await);
        let found = found.await.unwrap().1;
        assert_eq!(found.body, body(text));
        // What comes back from the database still has the digest it was published with.
        assert_eq!(
            found.digest,
            digest::<Charter>(&found.title, &found.body).unwrap()
        );
        assert!(
            list.iter()
                .any(|it| it.digest == found.digest && it.number == number)
        );
    }
    let older = town.read(async |db| versions::<Charter>(db, id, Some(3), 1).await);
    assert_eq!(older.await.unwrap()[0].number, 2);
}

#[tokio::test]
async fn a_new_draft_does_not_count_from_one_again() {
    let town = Town::new(&TestDatabase::shared().store()).await;
    let id = town.begin("Charte", "Un.").await;
    assert_eq!(town.draft(id, "Deux.").await.revision, 2);
    town.try_publish(id).await.unwrap();
    assert_eq!(town.draft(id, "Trois.").await.revision, 3);
    let bench = town.read(async |db| workbench::<Charter>(db, id).await);
    let bench = bench.await.unwrap();
    assert_eq!(bench.draft.unwrap().body, body("Trois."));
    assert_eq!(bench.resource.state, ResourceState::Published);
}

#[tokio::test]
async fn of_two_who_publish_at_once_one_succeeds() {
    let town = Town::new(&TestDatabase::shared().store()).await;
    let id = town.begin("Charte", "Texte.").await;
    let attempts = (0..4).map(|_| town.try_publish(id));
    let results = futures::future::join_all(attempts).await;
    let (published, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!(published.len(), 1);
    for refused in refused {
        let error = refused.unwrap_err().downcast::<ResourceError>().unwrap();
        assert_eq!(*error, ResourceError::NoDraft);
    }
}

#[tokio::test]
async fn what_is_discarded_is_gone_with_everything_it_had() {
    let town = Town::new(&TestDatabase::shared().store()).await;
    let id = town.begin("Charte", "Le mot nénuphar.").await;
    town.share(id, Audience::Network).await;
    town.discard(id).await;
    assert!(matches!(town.find(id).await, Err(StoreError::Missing)));
    assert_eq!(town.search("nénuphar").await, []);
    for table in ["drafts", "shares", "search_documents"] {
        let left = format!("select count(*) from {table} where resource_id = '{id}'");
        assert_eq!(ask::<i64>(&left).await, 0, "{table}");
    }
}

#[tokio::test]
async fn an_audience_is_granted_once_and_grants_are_counted() {
    let store = TestDatabase::shared().store();
    let (town, other) = (Town::new(&store).await, Town::new(&store).await);
    let id = town.publish("Charte", "Texte.").await;
    let audience = Audience::Collectivity { id: other.id() };
    let first = town.share(id, audience).await;
    let again = town.try_share(id, audience, Level::Read, None).await;
    assert!(matches!(
        cause(again),
        StoreError::Conflict(Constraint::AlreadyShared)
    ));
    let second = town.share(id, Audience::Public).await;
    // Whoever it was granted to is not told how often it was.
    assert_eq!(town.find(id).await.unwrap().resource.grants, 2);
    assert_eq!(other.find(id).await.unwrap().resource.grants, 0);

    let page = async |after| {
        let page = async |db: Db<'_>| shares(db, town.id(), id, after, 1).await;
        town.read(page).await.unwrap()
    };
    let [kept] = page(None).await.try_into().unwrap();
    assert_eq!((kept.share.id, kept.share.audience), (first, audience));
    assert_eq!(kept.audience_name, Some(other.tenant.name.clone()));
    let [kept] = page(Some(first)).await.try_into().unwrap();
    assert_eq!((kept.share.id, kept.audience_name), (second, None));
    assert!(page(Some(second)).await.is_empty());
}

#[tokio::test]
async fn a_lapsed_grant_makes_room_for_a_new_one() {
    let store = TestDatabase::shared().store();
    let (town, other) = (Town::new(&store).await, Town::new(&store).await);
    let id = town.publish("Charte", "Texte.").await;
    let audience = Audience::Collectivity { id: other.id() };
    let old = town.share(id, audience).await;
    let lapse = format!("update shares set expires_at = now() where id = '{old}'");
    TestDatabase::shared().as_owner(&lapse).await;
    assert!(matches!(other.find(id).await, Err(StoreError::Missing)));
    let new = town.share(id, audience).await;
    assert_ne!(old, new);
    assert!(other.find(id).await.is_ok());
}

#[tokio::test]
async fn nobody_shares_with_a_group_they_have_no_part_in() {
    let store = TestDatabase::shared().store();
    let (town, other) = (Town::new(&store).await, Town::new(&store).await);
    let group = other.form("Groupe").await;
    let id = town.publish("Charte", "Texte.").await;
    let audience = Audience::Group { id: group };
    let refused = town.try_share(id, audience, Level::Read, None).await;
    let error = refused.unwrap_err().downcast::<ShareError>().unwrap();
    assert_eq!(*error, ShareError::UnknownGroup);
}

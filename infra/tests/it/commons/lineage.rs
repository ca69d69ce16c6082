//! Lineage: an adaptation outlives whatever becomes of its source (L3), and is counted, not told.

use maillage_domain::access::GroupRole;
use maillage_domain::commons::{Audience, Charter, Source};
use maillage_domain::value::ResourceId;
use maillage_infra::commons::{self, count_adaptations, visible_adaptations};
use maillage_infra::store::Db;
use maillage_infra::testing::TestDatabase;

use crate::fixture::Town;

async fn count(town: &Town, id: ResourceId) -> i64 {
    let count = town.read(async |db| count_adaptations(db, id).await);
    count.await.unwrap()
}

async fn visible(town: &Town, id: ResourceId) -> Vec<ResourceId> {
    let look = async |db: Db<'_>| visible_adaptations::<Charter>(db, id, 100).await;
    let seen = town.read(look).await.unwrap();
    seen.iter().map(|seen| seen.resource.id).collect()
}

#[tokio::test]
async fn an_adaptation_remembers_what_it_was_made_from_and_outlives_it() {
    let store = TestDatabase::shared().store();
    let (source, town) = (Town::new(&store).await, Town::new(&store).await);
    let original = source.publish("Charte", "Texte.").await;
    let share = source.share(original, Audience::Network).await;
    let made_from = town.find(original).await.unwrap().resource.head.unwrap();
    let adapted = town.adapt(original).await;
    let remembered = Some(Source {
        collectivity: source.id(),
        resource: original,
        version: 1,
        digest: made_from.digest,
    });
    let holds = async || {
        let seen = town.find(adapted).await.unwrap();
        assert_eq!(seen.resource.source, remembered);
    };
    holds().await;
    source.republish(original, "Autre texte.").await;
    holds().await;
    source.unshare(original, share).await;
    holds().await;
    source.withdraw(original).await;
    holds().await;
    // Even if the source were erased: nothing points at it with a key.
    let erase = format!(
        "delete from versions where resource_id = '{original}'; \
         delete from resources where id = '{original}'"
    );
    TestDatabase::shared().as_owner(&erase).await;
    holds().await;
    town.try_publish(adapted).await.unwrap();
    holds().await;
}

#[tokio::test]
async fn adaptations_are_counted_for_their_source_only() {
    let store = TestDatabase::shared().store();
    let (source, first, second) = (
        Town::new(&store).await,
        Town::new(&store).await,
        Town::new(&store).await,
    );
    let original = source.publish("Charte", "Texte.").await;
    source.share(original, Audience::Network).await;
    let private = first.adapt(original).await;
    let shown = second.adapt(original).await;
    second.try_publish(shown).await.unwrap();
    second
        .share(shown, Audience::Collectivity { id: source.id() })
        .await;

    assert_eq!(count(&source, original).await, 2);
    assert_eq!(count(&first, original).await, 0);
    assert_eq!(visible(&source, original).await, [shown]);
    assert_eq!(visible(&first, original).await, [private]);
    assert_eq!(visible(&second, original).await, [shown]);
}

#[tokio::test]
async fn what_was_made_from_an_adaptation_names_the_adaptation() {
    let store = TestDatabase::shared().store();
    let (region, epci, commune) = (
        Town::new(&store).await,
        Town::new(&store).await,
        Town::new(&store).await,
    );
    let first = region.publish("Charte", "Texte.").await;
    region.share(first, Audience::Network).await;
    let second = epci.adapt(first).await;
    epci.try_publish(second).await.unwrap();
    let group = epci.form("Intercommunalité").await;
    epci.admit(group, &commune, GroupRole::Reader).await;
    epci.share(second, Audience::Group { id: group }).await;
    let third = commune.adapt(second).await;
    let source = commune.find(third).await.unwrap().resource.source.unwrap();
    assert_eq!((source.collectivity, source.resource), (epci.id(), second));
    assert_eq!(
        (count(&region, first).await, count(&epci, second).await),
        (1, 1)
    );
    let version = region.read(async |db| commons::version::<Charter>(db, first, None).await);
    assert_eq!(version.await.unwrap().1.number, 1);
}
